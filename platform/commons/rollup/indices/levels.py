"""Where inequality lies: Theil's T of a subtree, taken apart level by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection

from commons.access.actors import Actor
from commons.access.policies import may_see_numbers
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import NotFound
from commons.rollup.cells import Table
from commons.rollup.declaration import CATALOGUE
from commons.rollup.errors import NotOverOrganizations
from commons.rollup.indices.computing import amounts_in, children_in
from commons.rollup.indices.declared import OverChildren, OverKeys
from commons.rollup.indices.formulas import Group, Split, decomposed
from commons.rollup.spans import Span


def taken_apart(actor: Actor, union: TradeUnion, indicator: str, span: Span) -> Split | None:
    """
    Theil's T of what organizations have in each union: between the children and, weighed by their shares, within each.

    Exact at each level, down to the unions that recorded the amounts; groups are named by the unions' codes, a union's
    own amounts beside its children by ''. An organization that several unions have counts once in each of them, so
    the whole may differ from the index of the organizations. The tree is that of the period's last month.
    Raises: NotFound for a union whose numbers the actor may not see; UnknownIndicator; NotOverOrganizations.
    """
    if not may_see_numbers(actor, union):
        raise NotFound()
    declared = CATALOGUE.indicator(indicator)
    if not isinstance(declared.index, OverKeys):
        raise NotOverOrganizations(indicator=declared.zh)
    root = _Node(union.code)
    for path, amounts in _amounts(union.pk, declared.index.measure.code, span).items():
        node = root
        for code in path:
            node = node.below.setdefault(code, _Node(code))
        node.amounts = amounts
    return decomposed(root.group())


@dataclass(frozen=True)
class Compared:
    """One child as an index compares it; `figure` is None of a child that has nothing to divide by."""

    union_id: int
    amount: Decimal
    parts: Decimal
    figure: Decimal | None


def compared(actor: Actor, union: TradeUnion, indicator: str, span: Span) -> list[Compared]:
    """
    What an index over children compares, the highest first: three statements.

    Raises: NotFound for a union whose numbers the actor may not see, or another kind of indicator; UnknownIndicator.
    """
    index = CATALOGUE.indicator(indicator).index
    if not may_see_numbers(actor, union) or not isinstance(index, OverChildren) or index.denominator is None:
        raise NotFound()
    table = Table("subtree")
    month = min(span.last, max(span.first, month_index(today())))
    children = children_in(table, [union.pk], [month]).get((union.pk, month), [])
    known = amounts_in(table, children, index.measures, [span])
    found = []
    for child in children:
        amount = known.get((child, span, index.numerator.code, ""), Decimal(0))
        parts = known.get((child, span, index.denominator.code, ""), Decimal(0))
        found.append(Compared(child, amount, parts, amount * index.factor / parts if parts else None))
    return sorted(found, key=lambda one: (one.figure is None, -(one.figure or 0), one.union_id))


@dataclass
class _Node:
    code: str
    amounts: tuple[Decimal, ...] = ()
    below: dict[str, _Node] = field(default_factory=dict)

    def group(self) -> Group:
        return Group(self.code, self.amounts, tuple(self.below[code].group() for code in sorted(self.below)))


def _amounts(union: int, measure: str, span: Span) -> Mapping[tuple[str, ...], tuple[Decimal, ...]]:
    """{codes from below the union down to who recorded: what each organization has there}."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT path.codes, array_agg(one.amount ORDER BY one.amount)
            FROM (
                SELECT p.union_id, sum(p.amount * held.months) AS amount
                FROM public.hierarchy_ancestry a
                JOIN public.rollup_presence p ON p.union_id = a.union_id AND p.measure = %(measure)s
                CROSS JOIN LATERAL (
                    SELECT least(p.until_month, a.until_month, %(last)s + 1)
                         - greatest(p.from_month, a.from_month, %(first)s) AS months
                ) held
                WHERE a.ancestor_id = %(union)s AND a.line = %(line)s AND held.months > 0
                GROUP BY p.union_id, p.key HAVING sum(p.amount * held.months) > 0
            ) one
            CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(u.code ORDER BY depth.above) FILTER (WHERE depth.above > 0), '{}') AS codes
                FROM public.hierarchy_ancestry b
                JOIN public.hierarchy_tradeunion u ON u.id = b.ancestor_id
                CROSS JOIN LATERAL (
                    SELECT count(*) FILTER (WHERE m.ancestor_id = %(union)s AND m.union_id <> %(union)s)
                         * count(*) AS above
                    FROM public.hierarchy_ancestry m WHERE m.union_id = b.ancestor_id AND m.line = %(line)s
                      AND m.from_month <= %(last)s AND m.until_month > %(last)s
                ) depth
                WHERE b.union_id = one.union_id AND b.line = %(line)s
                  AND b.from_month <= %(last)s AND b.until_month > %(last)s
            ) path
            GROUP BY one.union_id, path.codes ORDER BY path.codes
            """,
            {
                "union": union,
                "measure": measure,
                "line": Line.REGIONAL.value,
                "first": span.first,
                "last": span.last,
            },
        )
        return {tuple(codes): tuple(amounts) for codes, amounts in cursor.fetchall()}
