"""Service projects: begun, edited, renewed; what is said about an overlap. Source: DOMAIN §2.6 ServiceProject; E01-E08, E22; R6."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.codelists.services import FundSource
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited
from tenants.purchasing import locks, rules
from tenants.purchasing.actions.bodies import code
from tenants.purchasing.enums import BuyerKind, CatalogueChange, ProjectState, RuleKind
from tenants.purchasing.errors import NotEditable, OtherDepartment
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.models import CatalogueItem, FundingLine, ServiceProject
from tenants.purchasing.who import in_department

# What is entered; the rest follows from the project's steps.
FIELDS = (
    "year", "title", "summary", "mode", "method", "direct_reason", "business_owner", "buyer_kind", "buyer_unit",
    "buyer_name", "buyer_uscc", "joint_buyers", "with_mass_org", "own_share", "principal", "fields", "category",
    "catalogue_item", "target_groups", "need_ids", "test_concentrated", "test_concentrated_note", "test_benefit",
    "test_benefit_note", "test_suitable", "test_suitable_note", "budget", "region_code", "streets", "starts_on",
    "ends_on", "midterm_on", "target_person_times", "target_persons", "target_sessions", "risk_level",
    "third_party_required",
)  # fmt: skip
_TESTED = ("test_concentrated", "test_benefit", "test_suitable")
_UNITS = ("business_owner", "buyer_unit")
_NOT_RENEWED = {"need_ids", "catalogue_item", *_TESTED}
MOST_LINES = 20
WHOLE = Decimal(100)
Line = Mapping[str, Any]


@transaction.atomic
def create(*, fields: Mapping[str, Any], funding: Sequence[Line] = (), by: Actor, at: datetime) -> ServiceProject:
    """
    Begin a project as a draft. Where `third_party_required` is not said, it follows from the budget and the measures in force.

    Shape: `funding` = [{source, amount, from_union_name}], amounts in yuan.
    Raises: Refused, OtherDepartment, Invalid.
    """
    require(by, Permission.PROJECTS_EDIT)
    values = _checked({**_empty(), **_given(fields)})
    _offered(values, {})
    if values.get("third_party_required") is None:
        limits = rules.thresholds(rules.in_force(RuleKind.MEASURES))
        values["third_party_required"] = values["budget"] >= limits.third_party_min
    lines = _lines(funding)
    serial = locks.next_number(ServiceProject, "serial", year=values["year"])
    row = ServiceProject(serial=serial, **values, **made(by, at))
    _own(row, by)
    row.save(force_insert=True)
    _fund(row, lines)
    begun(PROJECT, row, by=by, at=at)
    return row


@transaction.atomic
def edit(
    *,
    project: ServiceProject,
    fields: Mapping[str, Any],
    version: int,
    by: Actor,
    at: datetime,
    funding: Sequence[Line] | None = None,
) -> ServiceProject:
    """
    Change a draft in the given fields; `funding` replaces all lines when given.

    Raises: Refused, OtherDepartment, NotFound, Conflict, NotEditable, Invalid.
    """
    require(by, Permission.PROJECTS_EDIT)
    row = locks.row(ServiceProject, project.pk, version=version)
    _own(row, by)
    if row.state != ProjectState.DRAFT:
        raise NotEditable(title=row.title, state=ProjectState.label_of(row.state))
    now = {name: getattr(row, name) for name in FIELDS}
    given = {name: value for name, value in _given(fields).items() if value is not None or name in _MAY_BE_EMPTY}
    values = _checked({**now, **given})
    _offered(values, now)
    if values["year"] != row.year:
        # Its number tells its year.
        row.serial = locks.next_number(ServiceProject, "serial", year=values["year"])
    changes = locks.changed(row, values)
    if "year" in changes:
        changes["serial"] = (None, row.serial)
    _own(row, by)
    said: dict[str, tuple[object, object]] = {}
    if funding is not None:
        lines = _lines(funding)
        before = _told(row.funding.order_by("pk"))
        if before != [dict(line, amount=str(line["amount"])) for line in lines]:
            row.funding.all().delete()
            _fund(row, lines)
            said["funding"] = (_in_words(before), _in_words(lines))
    edited(row, by=by, at=at, changes=changes, said=said)
    return row


@transaction.atomic
def renew(*, project: ServiceProject, by: Actor, at: datetime) -> ServiceProject:
    """
    Begin next year's project of a yearly chain: a copy a year later, with its suitability to be judged and its needs to be linked anew.

    Raises: Refused, OtherDepartment, Invalid when it was renewed already. Source: E22.
    """
    require(by, Permission.PROJECTS_EDIT)
    old = locks.row(ServiceProject, project.pk)
    if ServiceProject.objects.filter(recurring_of=old).exclude(state=ProjectState.REJECTED).exists():
        raise Invalid({"": [f"“{old.title}”已经续办过，请在续办的项目中办理。"]})
    values: dict[str, Any] = {name: getattr(old, name) for name in FIELDS if name not in _NOT_RENEWED}
    values["year"] = old.year + 1
    for name in _UNITS:
        # What is no longer in use is chosen anew.
        if values[name] is not None and not values[name].is_active:
            values[name] = None
    for name in ("starts_on", "ends_on", "midterm_on"):
        if values[name] is not None:
            values[name] = rules.months_after(values[name], 12)
    lines = [
        {"source": one.source, "amount": one.amount, "from_union_name": one.from_union_name}
        for one in old.funding.order_by("pk")
    ]
    row = create(fields=values, funding=lines, by=by, at=at)
    ServiceProject.objects.filter(pk=row.pk).update(recurring_of=old)
    row.recurring_of = old
    return row


@transaction.atomic
def explain_overlap(*, project: ServiceProject, note: str, version: int, by: Actor, at: datetime) -> ServiceProject:
    """
    Say why a service goes on that a union above or below pays for as well.

    Raises: Refused, OtherDepartment, NotFound, Conflict, Invalid. Source: R6.
    """
    require(by, Permission.PROJECTS_EDIT)
    row = locks.row(ServiceProject, project.pk, version=version)
    _own(row, by)
    if not note.strip():
        raise Invalid({"note": ["请写明为什么不是重复资助，或者为什么确需继续。"]})
    edited(row, by=by, at=at, changes=locks.changed(row, {"overlap_note": note.strip()[:500]}))
    return row


_MAY_BE_EMPTY = {
    "business_owner", "buyer_unit", "catalogue_item", "starts_on", "ends_on", "midterm_on",
}  # fmt: skip


def _empty() -> dict[str, Any]:
    return {"third_party_required": None, "budget": Decimal(0), "joint_buyers": [], "own_share": WHOLE}


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in FIELDS if name in fields}


def _own(row: ServiceProject, by: Actor) -> None:
    if by.unit and not in_department(by, row):
        raise OtherDepartment(unit=by.unit)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """
    Raises: Invalid, naming everything that is wrong.
    """
    wrong: dict[str, list[str]] = {}
    values["title"] = str(values.get("title") or "").strip()
    for name, what in (
        ("title", "请填写项目名称。"),
        ("fields", "请至少选择一个服务领域。"),
        ("category", "请选择购买类别。"),
    ):
        if not values.get(name):
            wrong[name] = [what]
    if not isinstance(values.get("year"), int) or not 1949 <= values["year"] <= 2200:
        wrong["year"] = ["请填写有效的年度。"]
    if values["budget"] is None or values["budget"] < 0:
        wrong["budget"] = ["预算不能为负。"]
    for name in ("target_person_times", "target_persons", "target_sessions"):
        if (values.get(name) or 0) < 0:
            wrong[name] = ["目标数不能为负。"]
    starts, ends, midterm = values.get("starts_on"), values.get("ends_on"), values.get("midterm_on")
    if starts and ends and ends <= starts:
        wrong["ends_on"] = ["结束日期须晚于开始日期。"]
    if midterm and not _between(midterm, starts, ends):
        wrong["midterm_on"] = ["计划中期评估日期须在实施期内。"]
    if values.get("buyer_uscc"):
        values["buyer_uscc"] = code(values["buyer_uscc"], "buyer_uscc")
    if len(values["title"]) > 120:
        wrong["title"] = ["项目名称最多120个字。"]
    joint = values.get("joint_buyers") or []
    try:
        others = sum((Decimal(str(one["share"])) for one in joint), Decimal(0))
    except (ArithmeticError, KeyError, TypeError):
        wrong["joint_buyers"] = ["联合购买各方须有名称和份额。"]
    else:
        if joint and others + values["own_share"] != WHOLE:
            wrong["own_share"] = [f"本级与联合各方的份额合计为{others + values['own_share']}%，须为100%。"]
        if not joint and values.get("buyer_kind") == BuyerKind.JOINT:
            wrong["joint_buyers"] = ["联合购买的，请填写联合各方及其份额。"]
        if not joint:
            values["own_share"] = WHOLE
    if wrong:
        raise Invalid(wrong)
    return values


def _offered(values: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """
    What is chosen anew is still there to be chosen; what stood in the project stays.

    Raises: Invalid.
    """
    wrong: dict[str, list[str]] = {}
    item = values.get("catalogue_item")
    if item is not None and item != now.get("catalogue_item"):
        # The catalogue is held as by its own actions: who removes the item at this moment has done so, or waits.
        locks.numbering()
        found = CatalogueItem.objects.filter(pk=item.pk).first()
        if found is None or found.change == CatalogueChange.DROPPED:
            wrong["catalogue_item"] = [f"“{item.name}”已从{item.year}年目录中取消，请另选。"]
    for name in _UNITS:
        unit = values.get(name)
        if unit is not None and unit != now.get(name) and not unit.is_active:
            wrong[name] = [f"“{unit.name}”已停用，请另选。"]
    if wrong:
        raise Invalid(wrong)


def _between(day: date, starts: date | None, ends: date | None) -> bool:
    return (starts is None or day >= starts) and (ends is None or day <= ends)


def _lines(funding: Sequence[Line]) -> list[dict[str, Any]]:
    """
    Raises: Invalid.
    """
    if len(funding) > MOST_LINES:
        raise Invalid({"funding": [f"资金来源最多{MOST_LINES}行。"]})
    lines = [
        {
            "source": line["source"],
            "amount": Decimal(str(line["amount"])).quantize(Decimal("0.01")),
            "from_union_name": str(line.get("from_union_name") or "").strip()[:120],
        }
        for line in funding
    ]
    if any(line["amount"] <= 0 for line in lines):
        raise Invalid({"funding": ["资金来源的金额须大于零。"]})
    marks = [(str(line["source"]), line["from_union_name"]) for line in lines]
    if len(set(marks)) != len(marks):
        raise Invalid({"funding": ["同一来源请合并为一行；上级补贴来自不同工会的，请分别写明工会名称。"]})
    return lines


def _fund(row: ServiceProject, lines: Sequence[Mapping[str, Any]]) -> None:
    FundingLine.objects.bulk_create([FundingLine(project=row, **line) for line in lines])


def _in_words(lines: Sequence[Mapping[str, Any]]) -> str:
    return "；".join(f"{FundSource.label_of(str(one['source']))} {Decimal(one['amount']):,.2f} 元" for one in lines)


def _told(rows: Any) -> list[dict[str, Any]]:
    return [{"source": one.source, "amount": str(one.amount), "from_union_name": one.from_union_name} for one in rows]
