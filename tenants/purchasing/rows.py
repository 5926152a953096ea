"""
Which rows stand behind the figures of purchases, and who may read them: whoever reads the records themselves.

A sealed bid is no row of any figure: nothing is counted of it before it is opened. Source: §4.2, V6, V13.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import Policy, may
from commons.rollup.behind import Kind, Row, Window, register
from tenants.needs import rows as needs
from tenants.purchasing import policies
from tenants.purchasing.measures import competition, course, market, money, purchases, sources
from tenants.purchasing.models import Capacity, CatalogueItem, Match

Readable = Callable[[Actor, Collection[str], Window], list[str]]
Described = Callable[[Actor, Sequence[str]], Mapping[str, Row]]


def _of(policy: Policy[Any], order: str) -> Readable:
    def readable(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
        return _keys(policy.visible(actor), keys, order)

    return readable


def _if(permission: Permission, rows: Callable[[], QuerySet[Any]], order: str) -> Readable:
    """Rows without a policy of their own: all of them for whoever has the permission."""

    def readable(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
        return _keys(rows(), keys, order) if may(actor, permission) else []

    return readable


def _projects(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.title,
            f"/projects/{row.pk}",
            (row.number, row.category.label, f"{row.budget:,.2f} 元", row.state.label),
            row,
        )
        for row in policies.PROJECTS.visible(actor).filter(pk__in=_ids(keys))
    }


def _contracts(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.title,
            f"/contracts/{row.pk}",
            (row.number, row.provider.name, f"{row.amount:,.2f} 元", _day(row.signed_on), row.state.label),
            row,
        )
        for row in policies.CONTRACTS.visible(actor).filter(pk__in=_ids(keys)).select_related("provider")
    }


def _payments(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    rows = policies.PAYMENTS.visible(actor).filter(pk__in=_ids(keys)).select_related("contract__provider")
    return {
        str(row.pk): Row(
            row.contract.title,
            f"/contracts/{row.contract_id}",
            (
                _day(row.paid_on),
                "冲销" if row.reverses_id else "付款",
                row.voucher_no,
                row.contract.provider.name,
                row.fund_source.label,
            ),
            row,
        )
        for row in rows
    }


def _records(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    rows = policies.RECORDS.visible(actor).filter(pk__in=_ids(keys)).select_related("project")
    return {
        str(row.pk): Row(
            row.project.title,
            f"/projects/{row.project_id}",
            (_day(row.served_on), row.place, row.field.label, f"{row.person_times} 人次"),
            row,
        )
        for row in rows
    }


def _evaluations(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    rows = policies.EVALUATIONS.visible(actor).filter(pk__in=_ids(keys)).select_related("project")
    return {
        str(row.pk): Row(
            row.project.title,
            f"/evaluations/{row.pk}",
            (row.kind.label, _day(row.evaluated_on), row.conclusion.label if row.conclusion else ""),
            row,
        )
        for row in rows
    }


def _calls(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(row.title, f"/purchase-calls/{row.pk}", (row.method.label, row.state.label), row)
        for row in policies.CALLS.visible(actor).filter(pk__in=_ids(keys))
    }


def _bids(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    rows = policies.BIDS.visible(actor).filter(pk__in=_ids(keys)).select_related("call", "provider")
    return {
        str(row.pk): Row(
            row.provider.name if row.provider else "",
            f"/bids/{row.pk}",
            (row.call.title, _day(row.confirmed_on), row.state.label),
            row,
        )
        for row in rows
    }


def _capacities(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    # The page tells more than the budget, to whoever may read rules.
    opens = bool(may(actor, Permission.RULES_VIEW))
    return {
        str(row.pk): Row(
            f"{row.year} 年度",
            f"/capacity/{row.pk}" if opens else "",
            (f"{row.purchase_budget or 0:,.2f} 元",),
            row,
        )
        for row in Capacity.objects.filter(pk__in=_ids(keys))
    }


def _items(_actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.name, f"/purchase-catalogue/{row.pk}", (f"{row.year} 年度", row.category.label, row.change.label), row
        )
        for row in CatalogueItem.objects.filter(pk__in=_ids(keys))
    }


def _matches(_actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.demand.title, f"/matches/{row.pk}", (row.offer.title, _day(row.introduced_on), row.state.label), row
        )
        for row in Match.objects.filter(pk__in=_ids(keys)).select_related("demand", "offer")
    }


def _readable_rated(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    return [*_keys(policies.RECORDS.visible(actor), keys, "-served_on"), *needs.readable_marks(actor, keys)]


def _rated(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    rows = policies.RECORDS.visible(actor).filter(pk__in=_ids(keys)).select_related("project")
    told = {
        str(row.pk): Row(row.project.title, f"/projects/{row.project_id}", ("服务记录", _day(row.served_on)), row)
        for row in rows
    }
    return {**told, **needs.marks(actor, keys)}


def _keys(rows: QuerySet[Any], keys: Collection[str], order: str) -> list[str]:
    return [str(pk) for pk in rows.filter(pk__in=_ids(keys)).order_by(order, "-pk").values_list("pk", flat=True)]


def _ids(keys: Collection[str]) -> list[UUID]:
    return [UUID(key) for key in keys]


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


PROJECTS = Kind(
    "服务项目",
    ("编号", "购买类别", "预算", "状态"),
    _of(policies.PROJECTS, "-created_at"),
    _projects,
    Permission.PROJECTS_VIEW,
)
CONTRACTS = Kind(
    "合同",
    ("编号", "承接单位", "金额", "签订日期", "状态"),
    _of(policies.CONTRACTS, "-signed_on"),
    _contracts,
    Permission.CONTRACTS_VIEW,
)
PAYMENTS = Kind(
    "付款",
    ("日期", "类别", "凭证号", "承接单位", "资金来源"),
    _of(policies.PAYMENTS, "-paid_on"),
    _payments,
    Permission.CONTRACTS_VIEW,
)
RECORDS = Kind(
    "服务记录",
    ("服务日期", "地点", "服务领域", "人次"),
    _of(policies.RECORDS, "-served_on"),
    _records,
    Permission.COURSE_VIEW,
)
RATED = Kind(
    "满意度评分",
    ("来自", "日期"),
    _readable_rated,
    _rated,
    Permission.COURSE_VIEW,
    hidden="职工对点单的评分只有办理点单的人可以逐条查看。",
)
EVALUATIONS = Kind(
    "评估考核",
    ("类别", "日期", "结论"),
    _of(policies.EVALUATIONS, "-evaluated_on"),
    _evaluations,
    Permission.COURSE_VIEW,
)
CALLS = Kind("招募公告", ("方式", "状态"), _of(policies.CALLS, "-bid_deadline"), _calls, Permission.PROJECTS_VIEW)
BIDS = Kind(
    "申报书",
    ("公告", "定标日期", "状态"),
    _of(policies.BIDS, "-confirmed_on"),
    _bids,
    Permission.BIDS_VIEW_AWARDED,
    hidden="定标之前的申报书只有开标后的经办人可以查看。",
)
CAPACITIES = Kind(
    "力量保障数据",
    ("购买服务预算",),
    _if(Permission.PROJECTS_VIEW, lambda: Capacity.objects.all(), "-year"),
    _capacities,
    Permission.PROJECTS_VIEW,
)
ITEMS = Kind(
    "购买目录项目",
    ("年度", "购买类别", "变化"),
    _if(Permission.RULES_VIEW, lambda: CatalogueItem.objects.all(), "-year"),
    _items,
    Permission.RULES_VIEW,
)
MATCHES = Kind(
    "供需对接",
    ("供给", "牵线日期", "状态"),
    _if(Permission.MARKET_VIEW, lambda: Match.objects.all(), "-introduced_on"),
    _matches,
    Permission.MARKET_VIEW,
)


def declare() -> None:
    register(PROJECTS, sources.PURCHASED.code, sources.ENDINGS.code, sources.APPROVAL.code)
    register(PROJECTS, course.MIDTERMS_DUE.code, course.MIDTERMS_ON_TIME.code, competition.AWARDED_TO.code)
    register(CONTRACTS, money.CONTRACTED.code, market.ENTERPRISE_PURCHASES.code, market.ENTERPRISE_AMOUNT.code)
    register(CONTRACTS, sources.ENTRUSTED.code, purchases.POSTS_PURCHASED.code)
    register(PAYMENTS, sources.PAID.code)
    register(RECORDS, sources.SERVED.code)
    register(RATED, sources.RATED.code)
    register(EVALUATIONS, sources.EVALUATED.code)
    register(CALLS, competition.CALLS_CLOSED.code)
    register(BIDS, competition.BIDS_QUALIFIED.code, sources.AWARDED.code)
    register(CAPACITIES, sources.MEANS.code)
    register(ITEMS, sources.LISTED.code)
    register(MATCHES, sources.MATCHED.code)
