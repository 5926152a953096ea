"""Changes of the tree. Who may make them is decided above, in commons.onboarding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commons.hierarchy import lineage, naming, states
from commons.hierarchy.enums import Kind, Level, Line, UnionState
from commons.hierarchy.errors import (
    CodeMisshapen,
    CodeTaken,
    DivisionUnknown,
    LevelMismatch,
    ParentElsewhere,
    ParentEnds,
    ParentMissing,
    ParentNotActive,
    ParentNotHigher,
    ResponsibilityIncomplete,
)
from commons.hierarchy.models import Division, Parentage, Responsibility, TradeUnion
from commons.hierarchy.states import Author
from commons.kit.clock import today
from commons.kit.errors import Invalid


@dataclass(frozen=True)
class Answerable:
    """Leader in charge, responsible department, dedicated person and their telephone. Source: A12."""

    leader_in_charge: str = ""
    responsible_department: str = ""
    dedicated_person: str = ""
    contact_phone: str = ""

    @property
    def missing(self) -> list[str]:
        """The labels of those of the three that are not named."""
        named = {
            "分管领导": self.leader_in_charge,
            "负责部门": self.responsible_department,
            "专人": self.dedicated_person,
        }
        return [label for label, value in named.items() if not value.strip()]

    def require(self) -> Answerable:
        """
        This, if the three are named.

        Raises: ResponsibilityIncomplete, naming what is missing. Source: A12; SM-01 approve.
        """
        if self.missing:
            raise ResponsibilityIncomplete(missing="、".join(self.missing))
        return self


@dataclass(frozen=True)
class Place:
    """Where a union will stand in the tree, checked."""

    code: str
    level: Level
    kind: Kind
    parent: TradeUnion | None
    division: Division | None


def place(*, code: str, level: Level | None, kind: Kind, parent: TradeUnion | None) -> Place:
    """
    Check that a union with this code may stand under `parent`; the division gives the level when it is not said.

    Levels may be skipped, names may repeat, codes may not.
    Raises: CodeMisshapen, CodeTaken, DivisionUnknown, LevelMismatch, ParentMissing, ParentNotHigher, ParentElsewhere,
    ParentNotActive, ParentEnds. Source: DOMAIN S1 `parent`; Q02, Q03.
    """
    if not naming.is_shaped(code, kind):
        raise CodeMisshapen(path=("code",), code=code)
    division = Division.objects.filter(pk=code[:6]).first()
    if division is None:
        raise DivisionUnknown(path=("code",), code=code[:6])
    if kind == Kind.REGIONAL:
        found = Level(division.level)
        if level is not None and level != found:
            raise LevelMismatch(path=("level",), division=division.name, expected=found.label, given=level.label)
        level = found
    level = level or Level.DISTRICT
    if level == Level.NATIONAL:
        if parent is not None:
            raise ParentNotHigher(path=("parent_code",), parent=parent.name_zh)
        _refuse_taken(code)
        return Place(code, level, kind, None, division)
    if parent is None:
        raise ParentMissing(path=("parent_code",), code="")
    if Level(parent.level).rank >= level.rank:
        raise ParentNotHigher(path=("parent_code",), parent=parent.name_zh)
    if parent.division_id not in _with_ancestors(division):
        raise ParentElsewhere(path=("parent_code",), division=division.name, parent=parent.name_zh)
    # Only where the new union could stand is it told that another stands there already: elsewhere is not theirs to know (V7).
    _refuse_taken(code)
    if parent.state != UnionState.ACTIVE:
        raise ParentNotActive(path=("parent_code",), parent=parent.name_zh, state=UnionState.label_of(parent.state))
    _refuse_ending(parent)
    return Place(code, level, kind, parent, division)


def _refuse_ending(parent: TradeUnion) -> None:
    """A parent whose own place ends on a day takes nobody along into nowhere."""
    last = Parentage.objects.filter(union=parent, line=Line.REGIONAL).order_by("-from_on").first()
    if last is not None and last.until_on is not None:
        raise ParentEnds(path=("parent_code",), parent=parent.name_zh, day=f"{last.until_on:%Y-%m-%d}")


def _refuse_taken(code: str) -> None:
    taken = TradeUnion.objects.filter(code=code).first()
    if taken is not None:
        raise CodeTaken(path=("code",), code=code, name=taken.name_zh)


def _with_ancestors(division: Division) -> set[str]:
    # GB/T 2260: two digits for the province, two for the city, two for the district.
    code = division.code
    return {code, f"{code[:4]}00", f"{code[:2]}0000", naming.NATION_CODE}


@transaction.atomic
def add_division(*, code: str, name: str) -> Division:
    """
    A division founded after the list was published: its digits say its level, and under which it lies.

    One that is there already keeps its name.
    Raises: CodeMisshapen; DivisionUnknown when the one above is not there.
    """
    if not naming.is_shaped(code, Kind.REGIONAL) or not name.strip() or code.endswith("0000"):
        raise CodeMisshapen(path=("code",), code=code)
    level = Level.CITY if code.endswith("00") else Level.DISTRICT
    above = [f"{code[:4]}00", f"{code[:2]}0000"] if level is Level.DISTRICT else [f"{code[:2]}0000"]
    found = {row.pk: row for row in Division.objects.filter(pk__in=above)}
    # Counties directly under a province have no city of their own digits.
    parent = next((found[pk] for pk in above if pk in found), None)
    if parent is None:
        raise DivisionUnknown(path=("code",), code=above[-1])
    row, _ = Division.objects.get_or_create(
        code=code, defaults={"name": name.strip()[:60], "level": level, "parent": parent}
    )
    return row


@transaction.atomic
def create_union(
    *,
    code: str,
    by: Author,
    at: datetime,
    parent: TradeUnion | None,
    level: Level | None = None,
    kind: Kind = Kind.REGIONAL,
    name_zh: str = "",
    short_name_zh: str = "",
    answerable: Answerable | None = None,
) -> TradeUnion:
    """
    Add a union to the tree, in state `provisioning`: its schema is made by commons.tenancy.provision.

    Without `answerable` no responsibility is recorded; whoever lets a union join must require it.
    Raises: what `place` raises; ResponsibilityIncomplete.
    """
    where = place(code=code, level=level, kind=kind, parent=parent)
    division_name = where.division.name if where.division else code
    union = TradeUnion(
        schema_name=naming.schema_name(code, where.level, kind),
        code=code,
        name_zh=name_zh.strip() or name_for(where),
        short_name_zh=short_name_zh.strip() or _short(name_zh, division_name, kind),
        level=where.level,
        kind=kind,
        parent=where.parent,
        division=where.division,
        state=UnionState.PROVISIONING,
        created_at=at,
    )
    union.save()
    union.path = [*(where.parent.path if where.parent else []), union.pk]
    union.save(update_fields=["path"])
    Parentage.objects.create(union=union, parent=where.parent, from_on=today(at))
    lineage.add(union)
    states.note(union=union, event="approve", before="", by=by, at=at)
    if answerable is not None:
        make_answerable(union=union, answerable=answerable, by=by, at=at)
    return union


def name_for(where: Place) -> str:
    """What a union at this place is called when nobody says otherwise: 长沙市开福区总工会."""
    division_name = where.division.name if where.division else where.code
    above = where.parent.division if where.parent and where.parent.level != Level.NATIONAL else None
    return naming.union_name(division_name, where.level, above.name if above else "")


def _short(name_zh: str, division_name: str, kind: Kind) -> str:
    if kind == Kind.REGIONAL:
        return division_name
    return name_zh.strip().removesuffix("总工会").removesuffix("工会")[:60] or division_name


@transaction.atomic
def make_answerable(*, union: TradeUnion, answerable: Answerable, by: Author, at: datetime) -> Responsibility:
    """
    Name who answers for the work from today on; who answered before stays in the history until today.

    Raises: ResponsibilityIncomplete. Source: A12.
    """
    answerable.require()
    day = today(at)
    values = {
        "leader_in_charge": answerable.leader_in_charge.strip(),
        "responsible_department": answerable.responsible_department.strip(),
        "dedicated_person": answerable.dedicated_person.strip(),
        "contact_phone": answerable.contact_phone.strip(),
    }
    current = Responsibility.objects.select_for_update().filter(union=union, until_on__isnull=True).first()
    if current is not None:
        if all(getattr(current, name) == value for name, value in values.items()):
            return current
        if current.from_on == day:
            # Corrected on its first day: nobody ever answered under the old words.
            for name, value in values.items():
                setattr(current, name, value)
            current.save(update_fields=list(values))
            return current
        current.until_on = day
        current.save(update_fields=["until_on"])
    return Responsibility.objects.create(union=union, from_on=day, **values)


DESCRIBED = ("name_zh", "short_name_zh", "name_en", "main_leader_title", "counterpart_department")


@transaction.atomic
def describe(*, union: TradeUnion, by: Author, at: datetime, **values: str) -> dict[str, tuple[str, str]]:
    """
    Change names and titles; the code and the schema never change. Returns what changed: {field: (old, new)}.

    Raises: Invalid when a name is empty or a value too long.
    """
    row = TradeUnion.objects.select_for_update().get(pk=union.pk)
    changes: dict[str, tuple[str, str]] = {}
    problems: dict[str, list[str]] = {}
    for name, value in values.items():
        if name not in DESCRIBED:
            raise TypeError(name)
        value, limit = value.strip(), getattr(TradeUnion._meta.get_field(name), "max_length", None) or 0
        if not value and name in {"name_zh", "short_name_zh"}:
            problems[name] = ["名称不能为空。"]
        elif len(value) > limit:
            problems[name] = [f"最多 {limit} 个字。"]
        elif value != getattr(row, name):
            changes[name] = (getattr(row, name), value)
    if problems:
        raise Invalid(problems)
    for name, (_, value) in changes.items():
        setattr(union, name, value)
    if changes:
        union.save(update_fields=list(changes))
    return changes
