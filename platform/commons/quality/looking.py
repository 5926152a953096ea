"""
Look at some unions: read what is to be compared, compare, and settle the tickets. Called by the folder and by night.

The running month and the one before are looked at, and the months of tickets that are not resolved.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from commons.hierarchy.enums import Line, UnionState
from commons.hierarchy.models import Ancestry, TradeUnion
from commons.kit.clock import month_index, today
from commons.quality import declaration, figures, findings
from commons.quality.declaration import Parts
from commons.quality.enums import OF_OWN, OF_SUBTREES, UNRESOLVED
from commons.quality.figures import Asked, Grouped, Sheet, Tree
from commons.quality.findings import Finding
from commons.quality.models import Ticket
from commons.quality.settling import Settled, settle
from commons.rollup.declaration import CATALOGUE
from commons.tenancy import door

# Key of pg_advisory_xact_lock(int, int): one looks at a time, so that an older look never overwrites a newer one.
_LOOKING = (20_772, 0)
# Unions that are over have nothing to explain any more.
_OVER = (UnionState.MERGED, UnionState.ARCHIVED)


@dataclass
class Look:
    """Which unions are looked at: at their own figures, and at those of their subtrees; in which months."""

    own: list[int]
    subtrees: list[int]
    tree: Tree
    names: dict[int, str]
    parent_of: dict[tuple[int, int], int] = field(default_factory=dict)
    own_months: dict[int, list[int]] = field(default_factory=dict)
    subtree_months: dict[int, list[int]] = field(default_factory=dict)


def look(unions: Collection[int], *, at: datetime, above: bool = True, wait: bool = True) -> Settled | None:
    """
    Check these unions and, unless `above` is False, the subtrees of all that stands above them.

    None when another look is under way and `wait` is not said.
    """
    with door.outside(), transaction.atomic():
        if not _alone(wait=wait):
            return None
        own = set(unions)
        subtrees = own | (_above(own) if above else set())
        states = dict(TradeUnion.objects.filter(pk__in=subtrees).values_list("pk", "state"))
        window = _window(at)
        tickets = list(
            Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                Q(state__in=UNRESOLVED) | Q(month__in=window),
                Q(union_id__in=own, kind__in=OF_OWN) | Q(union_id__in=subtrees, kind__in=OF_SUBTREES),
            )
        )
        over = {pk for pk, state in states.items() if state in _OVER}
        active = {pk for pk, state in states.items() if state == UnionState.ACTIVE}
        asked = _asked(own & active, subtrees & active, tickets, window)
        looked = [ticket for ticket in tickets if ticket.union_id in active | over]
        known = {ticket.key for ticket in looked}
        # Other months are read for the sake of their tickets only.
        found = [one for one in find(asked) if one.month in window or one.key in known]
        return settle(found, tickets=looked, at=at)


def find(asked: Look) -> list[Finding]:
    """Everything odd, by two or three statements for all unions."""
    sheet = _read(asked)
    found: list[Finding] = []
    for union in asked.own:
        for month in asked.own_months[union]:
            parent = asked.parent_of.get((union, month))
            siblings = [one for one in asked.tree.children(parent, month) if one != union] if parent else []
            found += findings.parts_against_whole(sheet, union, month)
            found += findings.items_above_total(sheet, union, month)
            found += findings.year_jumps(sheet, union, month)
            found += findings.far_above_siblings(sheet, union, siblings, month)
    for union in asked.subtrees:
        for month in asked.subtree_months[union]:
            if children := asked.tree.children(union, month):
                found += findings.subtree_against_parts(sheet, union, children, month, asked.names)
    return found


def _asked(own: set[int], subtrees: set[int], tickets: list[Ticket], window: list[int]) -> Look:
    places = Ancestry.objects.filter(union_id__in=own, line=Line.REGIONAL).values_list("ancestor_id", flat=True)
    tree = figures.tree_below(subtrees | set(places))
    everyone = {child for held in tree.children_of.values() for child, _, _ in held}
    names = dict(TradeUnion.objects.filter(pk__in=everyone).values_list("pk", "name_zh"))
    asked = Look(sorted(own), sorted(subtrees), tree, names)
    asked.own_months = {union: list(window) for union in own}
    asked.subtree_months = {union: list(window) for union in subtrees}
    for ticket in tickets:
        months = (asked.subtree_months if ticket.kind in OF_SUBTREES else asked.own_months).get(ticket.union_id)
        if months is not None and ticket.month not in months:
            months.append(ticket.month)
    for parent, held in tree.children_of.items():
        for child, first, end in held:
            for month in asked.own_months.get(child, ()):
                if first <= month < end:
                    asked.parent_of[child, month] = parent
    return asked


def _read(asked: Look) -> Sheet:
    measures = [measure for _, measure in findings.comparable()]
    totals: set[Asked] = set()
    until: set[Asked] = set()
    items: set[Grouped] = set()
    shares, sums = _of_rules()
    for union in asked.own:
        for month in asked.own_months[union]:
            for measure in measures:
                flow = measure.is_flow
                totals |= {Asked(union, measure.code, month, flow), Asked(union, measure.code, month - 12, flow)}
                for dimension in findings.single_dimensions(measure):
                    items.add(Grouped(union, measure.code, dimension.code, month, flow))
            totals |= {Asked(union, code, month, flow) for code, flow in shares}
            until |= {Asked(union, code, month, True) for code in sums}
            if parent := asked.parent_of.get((union, month)):
                for sibling in asked.tree.children(parent, month):
                    totals |= {Asked(sibling, measure.code, month, measure.is_flow) for measure in measures}
    for union in asked.subtrees:
        for month in asked.subtree_months[union]:
            if children := asked.tree.children(union, month):
                for one in (union, *children):
                    totals |= {Asked(one, measure.code, month, measure.is_flow) for measure in measures}
    return figures.read(totals, until=until, items=items)


def _of_rules() -> tuple[set[tuple[str, bool]], set[str]]:
    """The measures of ratios that are shares, and those of which all months are added up."""
    shares: set[tuple[str, bool]] = set()
    sums: set[str] = set()
    for rule in declaration.rules():
        for measure in (one for code in rule.indicators for one in CATALOGUE.indicators[code].measures):
            if isinstance(rule, Parts) and rule.cumulative:
                sums.add(measure.code)
            elif not isinstance(rule, Parts):
                shares.add((measure.code, measure.is_flow))
    return shares, sums


def _above(unions: set[int]) -> set[int]:
    held = Ancestry.objects.filter(union_id__in=unions, line=Line.REGIONAL)
    return set(held.values_list("ancestor_id", flat=True))


def _window(at: datetime) -> list[int]:
    running = month_index(today(at))
    return [running - 1, running]


def _alone(*, wait: bool) -> bool:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOOKING)
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOOKING)
        return bool(cursor.fetchone()[0])
