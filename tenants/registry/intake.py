"""
What an intake of many rows would do, without doing it: the dry run and the real run decide by the same plan.

Rows are matched with the union's entries by credit code; unregistered groups by normalized name and region. Source: B14, B17, Q11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from commons.boundaries.transfer import tenure
from commons.directory import selectors as directory
from commons.directory.enums import Source
from commons.hierarchy.models import Division
from commons.kit.labels import Code
from tenants.registry import guards
from tenants.registry.enums import LedgerState
from tenants.registry.fields import BY_NAME, STORED
from tenants.registry.models import OrgYearFact, SocialOrganization
from tenants.registry.names import normalized_name
from tenants.registry.parsing import is_empty
from tenants.registry.validation import Problems, examined

_KEPT_OUT = frozenset({LedgerState.CLOSED, LedgerState.REMOVED})


class Outcome(Code):
    """What becomes of a row."""

    NEW = "new", "新增", "New"
    CHANGED = "changed", "更新", "Changed"
    SAME = "same", "无变化", "Unchanged"
    BAD = "bad", "未导入", "Not imported"


@dataclass
class Planned:
    """
    One row of an intake: its typed values, what is wrong with it, and what it would do.

    `missing` names what keeps a row without problems off the ledger when it was asked to go there at once.
    """

    index: int
    values: dict[str, object]
    problems: Problems
    outcome: Outcome = Outcome.NEW
    row: SocialOrganization | None = None
    organization_id: UUID | None = None
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)
    target: LedgerState = LedgerState.TO_VERIFY
    missing: list[str] = field(default_factory=list)

    @property
    def activates(self) -> bool:
        """Whether the row opens a span on the ledger."""
        return self.target is LedgerState.ACTIVE and (self.row is None or self.row.state != LedgerState.ACTIVE)


@dataclass(frozen=True)
class _Known:
    """What the plan needs of the database, read in a handful of statements whatever the number of rows."""

    by_code: dict[str, SocialOrganization]
    by_name: dict[tuple[str, str], SocialOrganization]
    staff: dict[UUID, dict[int, int]]
    regions: frozenset[str]
    ended: frozenset[str]
    in_directory: frozenset[str]
    # {id of an entry that went to another union: that union's name}
    departed: dict[str, str]


def plan(
    entries: Sequence[Mapping[str, object]], *, verified: bool, today: date, numbers: Sequence[int] | None = None
) -> list[Planned]:
    """
    What each row would do, in the order given. Only the fields that are filled in are compared: an empty cell erases nothing.

    `verified` asks for the ledger at once, for rows that have all six fact groups and a proven registration; the others wait for verification.
    `numbers` are the numbers by which whoever reads the sentences knows the rows; counted from 1 when left out.
    """
    planned = []
    for index, entry in enumerate(entries):
        told = examined(entry, complete=False, today=today)
        planned.append(Planned(index, told.values, told.problems))
    known = _known(planned, today)
    seen: dict[object, int] = {}
    for one in planned:
        _match(one, known, seen, numbers or range(1, len(planned) + 1))
        if one.problems:
            one.outcome = Outcome.BAD
            continue
        _decide(one, known, verified, today)
    return planned


def _known(planned: list[Planned], today: date) -> _Known:
    codes = {str(one.values["uscc"]) for one in planned if one.values.get("uscc") and "uscc" not in one.problems}
    asked = {str(one.values.get("region_code") or "") for one in planned}
    by_code = {row.uscc: row for row in SocialOrganization.objects.filter(uscc__in=codes)}
    nameless = any(not one.values.get("uscc") for one in planned)
    groups = SocialOrganization.objects.filter(uscc="") if nameless else SocialOrganization.objects.none()
    by_name = {(normalized_name(row.name), row.region_code): row for row in groups}
    rows = [*by_code.values(), *by_name.values()]
    staff: dict[UUID, dict[int, int]] = {}
    facts = OrgYearFact.objects.filter(organization__in=[row.pk for row in rows], year__in=[today.year, today.year - 1])
    for organization_id, year, count in facts.values_list("organization_id", "year", "staff"):
        staff.setdefault(organization_id, {})[year] = count
    listed = directory.by_codes(codes)
    return _Known(
        by_code=by_code,
        by_name=by_name,
        staff=staff,
        regions=frozenset(Division.objects.filter(code__in=asked).values_list("code", flat=True)),
        ended=frozenset(
            code
            for code, row in listed.items()
            if row.source == Source.IMPORT and row.registration_status in guards.ENDED
        ),
        in_directory=frozenset(listed),
        departed=tenure.heirs(),
    )


def _match(one: Planned, known: _Known, seen: dict[object, int], numbers: Sequence[int]) -> None:
    """Find the entry a row means, and refuse a row that means the same as an earlier one."""
    code, name = str(one.values.get("uscc") or ""), str(one.values.get("name") or "")
    region = str(one.values.get("region_code") or "")
    if region and "region_code" not in one.problems and region not in known.regions:
        one.problems["region_code"] = [f"行政区划代码{region}不存在，请核对。"]
    if "uscc" in one.problems or (not code and not name):
        return
    key: object = code or (normalized_name(name), region)
    if key in seen:
        at_field = "uscc" if code else "name"
        one.problems.setdefault(at_field, []).append(f"与第 {numbers[seen[key]]} 行重复，同一组织只能出现一次。")
        return
    seen[key] = one.index
    one.row = known.by_code.get(code) if code else known.by_name.get((normalized_name(name), region))
    if one.row is not None and (heir := known.departed.get(str(one.row.pk))):
        one.problems.setdefault("uscc" if code else "name", []).append(
            f"该组织（{one.row.number}）已随工会撤并划转到{heir}，这里只保留存档，请从表中删去这一行。"
        )
    elif one.row is not None and one.row.state in _KEPT_OUT:
        state = LedgerState(one.row.state).label
        one.problems.setdefault("uscc" if code else "name", []).append(
            f"本会台账中已有该组织（{one.row.number}），状态为“{state}”，请先恢复再导入。"
        )


def _decide(one: Planned, known: _Known, verified: bool, today: date) -> None:
    row, given = one.row, {name: value for name, value in one.values.items() if not is_empty(value)}
    staffed = known.staff.get(row.pk, {}) if row else {}
    if row is not None:
        one.organization_id = row.pk
        one.changes = {
            name: (getattr(row, name), given[name])
            for name in STORED
            if name in given and getattr(row, name) != given[name]
        }
        if "staff" in given and staffed.get(today.year) != given["staff"]:
            one.changes["staff"] = (staffed.get(today.year), given["staff"])
    # What the entry would hold, as far as the guards look: making a model of it for each row costs more than the check.
    held = {name: given.get(name, getattr(row, name) if row else BY_NAME[name].empty) for name in STORED}
    held["scope"] = held["scope"] or SocialOrganization._meta.get_field("scope").get_default()
    merged = cast(SocialOrganization, SimpleNamespace(**held))
    staff = given.get("staff", staffed.get(today.year, staffed.get(today.year - 1)))
    one.target = _target(one, merged, staff if isinstance(staff, int) else None, known, verified)
    if row is not None:
        moved = row.state != one.target
        one.outcome = Outcome.CHANGED if one.changes or moved else Outcome.SAME


def _target(one: Planned, merged: SocialOrganization, staff: int | None, known: _Known, verified: bool) -> LedgerState:
    held = LedgerState(one.row.state) if one.row is not None else None
    if held is LedgerState.ACTIVE:
        return LedgerState.ACTIVE
    if not guards.has_domain(merged.scope, merged.rights_domains, merged.org_domains):
        one.missing = guards.missing_facts(merged, staff) if verified else []
        return held or LedgerState.DRAFT
    if not verified:
        return LedgerState.TO_VERIFY if held is None else held
    one.missing = guards.missing_facts(merged, staff)
    if merged.registration_status in guards.ENDED or merged.uscc in known.ended:
        one.missing.append("有效的登记状态")
    if merged.uscc and not merged.certificate_number and merged.uscc not in known.in_directory:
        one.missing.append("登记证书号（登记库中没有该信用代码）")
    if one.missing:
        return held or LedgerState.TO_VERIFY
    return LedgerState.ACTIVE
