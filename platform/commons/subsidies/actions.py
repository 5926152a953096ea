"""Rounds and applications are drawn up and changed here; what happens to them then is the machines'. Source: DOMAIN §3.7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.errors import Conflict, Invalid
from commons.subsidies import selectors, sources
from commons.subsidies.enums import RoundState, SubsidyState
from commons.subsidies.machines import ROUND, SUBSIDY
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyRound
from commons.tenancy.acting import require
from commons.workflow.errors import StateRefused
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited


@dataclass(frozen=True)
class Terms:
    """What a round says. Units: yuan."""

    year: int
    title: str
    standard: Decimal
    budget: Decimal
    apply_by: date
    per_project_cap: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class Application:
    """What a lower union asks for: so much for each of these projects of its own, by key. Units: yuan."""

    headcount: int
    amounts: Mapping[UUID, Decimal]
    statement: str = ""


def _union(by: Actor) -> TradeUnion:
    if by.union is None:
        raise RuntimeError("A subsidy has a union on either side.")
    return by.union


@transaction.atomic
def draw_up(*, terms: Terms, by: Actor, at: datetime) -> SubsidyRound:
    """
    Draw up a round.

    Raises: Refused, Invalid.
    """
    require(by, Permission.SUBSIDY_GRANT)
    _sound(terms, at)
    try:
        with transaction.atomic():
            row = SubsidyRound.objects.create(from_union=_union(by), **vars(terms), **made(by, at))
    except IntegrityError:
        raise Invalid({"title": ["本年度已有同名的批次，请换一个名称。"]}) from None
    begun(ROUND, row, by=by, at=at)
    return row


@transaction.atomic
def change_round(*, row: SubsidyRound, terms: Terms, version: int, by: Actor, at: datetime) -> SubsidyRound:
    """
    Change a round: all of it while it is drawn up, afterwards its last day and its note.

    Raises: Refused, NotFound, Invalid, Conflict, StateRefused.
    """
    require(by, Permission.SUBSIDY_GRANT)
    selectors.round_of(by, row.pk)
    found = SubsidyRound.objects.select_for_update().get(pk=row.pk)
    if found.from_union_id != _union(by).pk:
        raise StateRefused(state=RoundState.label_of(found.state), event="修改批次")
    if found.version != version:
        raise Conflict()
    _sound(terms, at)
    names = vars(terms) if found.state == RoundState.DRAFT else ("apply_by", "note")
    changes = _set(found, {name: getattr(terms, name) for name in names})
    try:
        with transaction.atomic():
            edited(found, by=by, at=at, changes=changes, into=ROUND.history)
    except IntegrityError:
        raise Invalid({"title": ["本年度已有同名的批次，请换一个名称。"]}) from None
    return found


def _sound(terms: Terms, at: datetime) -> None:
    problems: dict[str, list[str]] = {}
    if not terms.title.strip():
        problems["title"] = ["请填写批次名称。"]
    for name in ("standard", "budget"):
        if getattr(terms, name) <= 0:
            problems[name] = ["金额须大于零。"]
    if terms.per_project_cap is not None and terms.per_project_cap <= 0:
        problems["per_project_cap"] = ["限额须大于零；不设限额的留空。"]
    if terms.apply_by < today(at):
        problems["apply_by"] = ["申请截止日期不能早于今天。"]
    if not 2000 <= terms.year <= 2200:
        problems["year"] = ["请填写正确的年度。"]
    if problems:
        raise Invalid(problems)


@transaction.atomic
def draft(*, round_id: UUID, application: Application, by: Actor, at: datetime) -> Subsidy:
    """
    Draw up an application in an open round of a union above.

    Raises: Refused, NotFound, Invalid, StateRefused.
    """
    require(by, Permission.SUBSIDY_APPLY)
    taking = selectors.round_of(by, round_id)
    if taking.from_union_id == _union(by).pk:
        raise Invalid({"": ["不能向本会申请补贴。"]})
    if taking.state != RoundState.OPEN:
        raise StateRefused(state=RoundState.label_of(taking.state), event="申请补贴")
    listed = _listed(application, by)
    try:
        with transaction.atomic():
            row = Subsidy.objects.create(
                round=taking,
                from_union=taking.from_union,
                to_union=_union(by),
                standard=taking.standard,
                ceiling=application.headcount * taking.standard,
                headcount=application.headcount,
                applied=_total(listed),
                projects=listed,
                statement=application.statement,
                **made(by, at),
            )
    except IntegrityError:
        raise Invalid({"": ["本会在这一批次已有申请，请打开原申请修改。"]}) from None
    begun(SUBSIDY, row, by=by, at=at)
    return row


@transaction.atomic
def change(*, row: Subsidy, application: Application, version: int, by: Actor, at: datetime) -> Subsidy:
    """
    Change an application that is not signed yet, or was returned.

    Raises: Refused, NotFound, Invalid, Conflict, StateRefused.
    """
    require(by, Permission.SUBSIDY_APPLY)
    selectors.subsidy(by, row.pk)
    found = Subsidy.objects.select_related("round").select_for_update(of=("self",)).get(pk=row.pk)
    open_ = found.state in {SubsidyState.DRAFT, SubsidyState.RETURNED}
    if not open_ or found.to_union_id != _union(by).pk:
        raise StateRefused(state=SubsidyState.label_of(found.state), event="修改申请")
    if found.version != version:
        raise Conflict()
    listed = _listed(application, by)
    changes = _set(
        found,
        {
            "headcount": application.headcount,
            "ceiling": application.headcount * found.round.standard,
            "applied": _total(listed),
            "projects": listed,
            "statement": application.statement,
        },
    )
    edited(found, by=by, at=at, changes=changes, into=SUBSIDY.history)
    return found


def _listed(application: Application, by: Actor) -> list[dict[str, str]]:
    """The projects as both parties read them; of the union's own, and only those with a part from above."""
    problems: dict[str, list[str]] = {}
    if application.headcount <= 0:
        problems["headcount"] = ["请填报核定补贴的职工人数。"]
    known = {one.id: one for one in sources.projects(by)}
    wanted = {key: amount for key, amount in application.amounts.items() if amount}
    if not wanted:
        problems["projects"] = ["请至少为一个项目填写申请金额。"]
    if any(key not in known for key in wanted):
        problems["projects"] = ["所选项目不存在，或者资金来源中没有“上级补贴”。"]
    if any(amount < 0 for amount in wanted.values()):
        problems["projects"] = ["申请金额须大于零。"]
    if problems:
        raise Invalid(problems)
    rows = sorted((known[key] for key in wanted), key=lambda one: one.number)
    return [
        {"id": str(one.id), "number": one.number, "title": one.title, "amount": f"{wanted[one.id]:.2f}"} for one in rows
    ]


def _total(listed: Sequence[Mapping[str, str]]) -> Decimal:
    return sum((Decimal(one["amount"]) for one in listed), Decimal(0))


def _set(row: Any, values: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    return changes


@dataclass(frozen=True)
class Copy:
    """What the owner tells of a project: the columns of `SubsidisedProject`."""

    number: str
    title: str
    state: str
    starts_on: date | None
    ends_on: date | None
    provider: str
    contract_amount: Decimal | None
    paid: Decimal
    sessions: int
    person_times: int
    persons: int
    satisfaction: Decimal | None
    midterm: str
    performance: str


def publish(*, row: Subsidy, project_id: UUID, copy: Copy, at: datetime) -> SubsidisedProject:
    """
    Write what the funder may see of a project, in the transaction of what changed it.

    Only the owner calls this, from inside its own schema. Source: V4.
    """
    written, _ = SubsidisedProject.objects.update_or_create(
        subsidy=row, project_id=project_id, defaults={**vars(copy), "as_of": at}
    )
    return written
