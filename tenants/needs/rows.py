"""
Which rows stand behind the figures of needs, and who may read them. Source: §4.2, V6, V13.

Answers to surveys are never rows: anonymous ones would be told apart by their day and group. An appeal is listed for those
who may read it, and for nobody else; a leader reads how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.rollup.behind import Kind, Row, Window, register
from tenants.needs import measures
from tenants.needs.models import Appeal, Need, NeedSurvey, ServiceOrder


def _readable_surveys(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    return _keys(_if(actor, Permission.NEEDS_VIEW, NeedSurvey.objects.all()), keys, "-closed_on")


def _surveys(_actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.title,
            f"/needs/surveys/{row.pk}",
            (row.method.label, row.closed_on.isoformat() if row.closed_on else "", row.state.label),
            row,
        )
        for row in NeedSurvey.objects.filter(pk__in=_ids(keys))
    }


def _no_answers(_actor: Actor, _keys: Collection[str], _window: Window) -> list[str]:
    return []


def _nothing(_actor: Actor, _keys: Sequence[str]) -> Mapping[str, Row]:
    return {}


def _readable_needs(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    return _keys(_if(actor, Permission.NEEDS_VIEW, Need.objects.all()), keys, "-collected_on")


def _needs(_actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.title,
            f"/needs/{row.pk}",
            (row.number, row.field.label, row.source.label, row.collected_on.isoformat(), row.state.label),
            row,
        )
        for row in Need.objects.filter(pk__in=_ids(keys))
    }


def _readable_orders(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    return _keys(_if(actor, Permission.ORDERS_VIEW, ServiceOrder.objects.all()), keys, "-ordered_on")


def _orders(_actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.number,
            f"/orders/{row.pk}",
            (row.item.title, row.item.provider_name, row.ordered_on.isoformat(), row.state.label),
            row,
        )
        for row in ServiceOrder.objects.filter(pk__in=_ids(keys)).select_related("item")
    }


def readable_marks(actor: Actor, keys: Collection[str]) -> list[str]:
    """Orders among these whose mark the actor may read: it is the worker's, and stays with who works on orders."""
    return _keys(_if(actor, Permission.ORDERS_EDIT, ServiceOrder.objects.all()), keys, "-rated_on")


def marks(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    """The same as rows of satisfaction (NED-07), which the purchases declare."""
    rows = _if(actor, Permission.ORDERS_EDIT, ServiceOrder.objects.all())
    return {
        str(row.pk): Row(
            row.item.title, f"/orders/{row.pk}", ("职工点单", row.rated_on.isoformat() if row.rated_on else ""), row
        )
        for row in rows.filter(pk__in=_ids(keys)).select_related("item")
    }


def _readable_appeals(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    return _keys(_appeals_of(actor), keys, "-received_on")


def _appeals(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    """The list line alone: what an appeal says and who raised it stay on its own page."""
    return {
        str(row.pk): Row(
            row.number,
            f"/appeals/{row.pk}",
            (row.category.label, row.received_on.isoformat(), row.due_on.isoformat(), row.state.label),
            row,
        )
        for row in _appeals_of(actor).filter(pk__in=_ids(keys))
    }


def _appeals_of(actor: Actor) -> QuerySet[Appeal]:
    """Those whose text the actor may read."""
    if may(actor, Permission.APPEALS_READ_ALL):
        return Appeal.objects.all()
    if actor.user is None or not may(actor, Permission.APPEALS_HANDLE):
        return Appeal.objects.none()
    return Appeal.objects.filter(pk__in=grants.rows_named_to(actor.user, Appeal).values("pk"))


def _if(actor: Actor, permission: Permission, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if may(actor, permission) else rows.none()


def _keys(rows: QuerySet[Any], keys: Collection[str], order: str) -> list[str]:
    return [str(pk) for pk in rows.filter(pk__in=_ids(keys)).order_by(order, "-pk").values_list("pk", flat=True)]


def _ids(keys: Collection[str]) -> list[UUID]:
    return [UUID(key) for key in keys]


SURVEYS = Kind("需求调查", ("方式", "结束日期", "状态"), _readable_surveys, _surveys, Permission.NEEDS_VIEW)
ANSWERS = Kind(
    "问卷",
    (),
    _no_answers,
    _nothing,
    Permission.NEEDS_VIEW,
    hidden="问卷是匿名的，不逐份列出；各题的汇总在调查页上查看。",
)
NEEDS = Kind(
    "职工需求", ("编号", "服务领域", "来源", "收集日期", "状态"), _readable_needs, _needs, Permission.NEEDS_VIEW
)
ORDERS = Kind(
    "职工点单", ("服务项目", "承接单位", "点单日期", "状态"), _readable_orders, _orders, Permission.ORDERS_VIEW
)
APPEALS = Kind(
    "职工诉求",
    ("类别", "受理日期", "办理期限", "状态"),
    _readable_appeals,
    _appeals,
    Permission.APPEALS_HANDLE,
    hidden="诉求只列给可以查看其内容的人：本级管理员和被分派的办理人。",
)


def declare() -> None:
    register(SURVEYS, measures.SURVEYED.code)
    register(ANSWERS, measures.ANSWERED.code)
    register(NEEDS, measures.GATHERED.code)
    register(ORDERS, measures.ORDERED.code)
    register(APPEALS, measures.APPEALED.code)
