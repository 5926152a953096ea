"""Clusters: named, described, filled with needs. Source: F01, F04; §3.12."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.locks import changed
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited, transition
from tenants.needs import errors, locks
from tenants.needs.enums import ClusterState
from tenants.needs.machines.cluster import CLUSTER
from tenants.needs.machines.need import NEED, NeedEvent
from tenants.needs.models import Need, NeedCluster


@transaction.atomic
def create(*, title: str, field: str, year: int, by: Actor, at: datetime, summary: str = "") -> NeedCluster:
    """
    Begin a cluster of one field and year.

    Raises: Refused, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    locks.numbering()
    _check(title=title, year=year)
    row = NeedCluster.objects.create(
        title=title.strip(), field=field, year=year, summary=summary.strip(), **made(by, at)
    )
    begun(CLUSTER, row, by=by, at=at)
    return row


@transaction.atomic
def edit(*, cluster: NeedCluster, version: int, by: Actor, at: datetime, **given: Any) -> NeedCluster:
    """
    Correct title or summary of a cluster that is not published.

    Raises: Refused, NotFound, Conflict, WrongState, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    locks.numbering()
    row = locks.row(NeedCluster, cluster.pk, version=version)
    if row.state == ClusterState.PUBLISHED:
        raise errors.WrongState(title=row.title, state=row.state.label)
    wanted: dict[str, Any] = {name: str(given[name]).strip() for name in ("title", "summary") if name in given}
    _check(title=wanted.get("title", row.title), year=row.year, besides=row)
    edited(row, by=by, at=at, changes=changed(row, wanted))
    return row


@transaction.atomic
def gather(
    *, needs: Iterable[Need], by: Actor, at: datetime, cluster: NeedCluster | None = None, title: str = ""
) -> NeedCluster:
    """
    Put sorted needs of one field and year into `cluster`, or into a new one called `title`: all of them or none.

    Raises: Refused, NotFound, Invalid, StateRefused.
    """
    require(by, Permission.NEEDS_EDIT)
    chosen = sorted(needs, key=lambda need: need.pk)
    if not chosen:
        raise Invalid({"needs": ["请至少选择一条需求。"]})
    if len({(need.field, need.year) for need in chosen}) > 1:
        raise Invalid({"needs": ["只有同一年度、同一服务领域的需求才能归为一类。"]})
    target = cluster or create(title=title, field=chosen[0].field, year=chosen[0].year, by=by, at=at)
    for need in chosen:
        transition(NEED, need, NeedEvent.GATHER, by=by, at=at, data={"cluster": str(target.pk)})
    return target


def _check(*, title: str, year: int, besides: NeedCluster | None = None) -> None:
    name = title.strip()
    if not name:
        raise Invalid({"title": ["请填写需求汇总的名称。"]})
    if len(name) > 120:
        raise Invalid({"title": ["名称最多 120 个字。"]})
    if not 2000 <= year <= 2100:
        raise Invalid({"year": ["请填写四位数的年度。"]})
    same = NeedCluster.objects.filter(year=year, title=name)
    if (same.exclude(pk=besides.pk) if besides is not None else same).exists():
        raise Invalid({"title": ["这一年度已有同名的需求汇总，请换一个名称，或归入已有的汇总。"]})
