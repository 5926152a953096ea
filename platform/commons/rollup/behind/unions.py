"""Where the unions themselves are what is counted, they are the rows: V1 shows everyone above what stands at each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from django.db import connection

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import unions_with_visible_numbers
from commons.hierarchy.enums import Level, Line
from commons.hierarchy.models import TradeUnion
from commons.rollup.behind.kinds import Kind, Row
from commons.rollup.behind.parts import Part, Window
from commons.rollup.behind.seen import Seen
from commons.rollup.enums import Scope


def counted(
    actor: Actor, union: TradeUnion, part: Part, window: Window, *, scope: Scope, line: Line
) -> tuple[Seen, ...]:
    """The unions with a figure of their own, by code, each in the months in which it stood under `union`."""
    amount = """
        SELECT own AS amount FROM public.rollup_cell
        WHERE union_id = a.union_id AND line = 'regional' AND measure = %(measure)s AND dim = %(dim)s
          AND item = %(item)s AND month <= %(last)s
        ORDER BY month DESC LIMIT 1
    """
    within = "a.from_month <= %(last)s AND a.until_month > %(last)s"
    if part.measure.is_flow:
        amount = """
            SELECT sum(own) AS amount FROM public.rollup_cell
            WHERE union_id = a.union_id AND line = 'regional' AND measure = %(measure)s AND dim = %(dim)s
              AND item = %(item)s AND month BETWEEN greatest(%(first)s, a.from_month)
              AND least(%(last)s, a.until_month - 1)
        """
        within = "a.from_month <= %(last)s AND a.until_month > %(first)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.code, sum(c.amount) FROM public.hierarchy_ancestry a
            JOIN public.hierarchy_tradeunion u ON u.id = a.union_id CROSS JOIN LATERAL ({amount}) c
            WHERE a.ancestor_id = %(union)s AND a.line = %(line)s AND {within} AND (%(all)s OR u.id = %(union)s)
            GROUP BY u.code HAVING sum(c.amount) <> 0 ORDER BY u.code
            """,
            {
                "union": union.pk,
                "line": (line if scope is Scope.SUBTREE else Line.REGIONAL).value,
                "all": scope is Scope.SUBTREE,
                "measure": part.measure.code,
                "dim": window.dim,
                "item": window.item,
                "first": window.first,
                "last": window.last,
            },
        )
        found = {code: Seen(code, Decimal(amount), says=Decimal(amount)) for code, amount in cursor.fetchall()}
    return tuple(found[code] for code in _readable(actor, list(found), window))


def _readable(actor: Actor, codes: Collection[str], _window: Window) -> list[str]:
    """Those that stand under the actor's union today: whoever has moved away since is no longer theirs to see."""
    seen = unions_with_visible_numbers(actor).filter(code__in=codes).order_by("code")
    return list(seen.values_list("code", flat=True))


def _described(actor: Actor, codes: Sequence[str]) -> Mapping[str, Row]:
    found = TradeUnion.objects.filter(code__in=codes)
    own = actor.union.code if actor.union else ""
    return {
        row.code: Row(
            row.name_zh,
            "/numbers" if row.code == own else f"/numbers/{row.code}",
            (row.code, Level(row.level).label),
            row,
        )
        for row in found
    }


KIND = Kind("工会", ("编号", "层级"), _readable, _described, Permission.NUMBERS_VIEW)
