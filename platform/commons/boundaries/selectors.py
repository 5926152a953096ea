"""Questions about changes of the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.boundaries import policies
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import FormerCode, TreeChange
from commons.hierarchy.models import TradeUnion
from commons.hierarchy.selectors import by_code_or_none
from commons.kit.errors import NotFound

# More unions than this are not a choice any more.
FOUND = 12


def by_any_code(code: str) -> TradeUnion | None:
    """The union with this code, or the one that once had it."""
    found = by_code_or_none(code)
    if found is not None:
        return found
    former = FormerCode.objects.select_related("union").filter(code=code).first()
    return former.union if former else None


def former_codes(unions: Iterable[TradeUnion]) -> dict[int, list[str]]:
    """{union: the codes it once had, the earliest first}."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = FormerCode.objects.filter(union__in=[union.pk for union in unions]).order_by("until_on", "code")
    for union, code in rows.values_list("union_id", "code"):
        found[union].append(code)
    return found


def named(text: str) -> list[TradeUnion]:
    """
    The unions meant by a code (an old one too), by a whole name or by a part of one; by code, one more than FOUND at most.

    For those who may change the tree; whoever asks has been admitted.
    """
    said = text.strip()
    if not said:
        return []
    code = said.split()[0]
    if exact := by_any_code(code):
        return [exact]
    whole = TradeUnion.objects.filter(Q(name_zh=said) | Q(short_name_zh=said))
    if len(found := list(whole.order_by("code")[: FOUND + 1])) == 1:
        return found
    parts = TradeUnion.objects.filter(Q(name_zh__contains=said) | Q(code__startswith=said))
    return list(parts.order_by("code")[: FOUND + 1])


def changes(
    actor: Actor, *, state: ChangeState | None = None, kind: ChangeKind | None = None, text: str = ""
) -> QuerySet[TreeChange]:
    """All changes, the planned ones first; nothing for those who may not change the tree."""
    rows = TreeChange.objects.select_related("union", "other")
    if not policies.may_change(actor):
        return rows.none()
    if state is not None:
        rows = rows.filter(state=state)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if said := text.strip()[:60]:
        about = Q(union__name_zh__contains=said) | Q(union__code__startswith=said)
        about |= Q(other__name_zh__contains=said) | Q(other__code__startswith=said)
        about |= Q(union__former_codes__code=said) | Q(document__contains=said)
        rows = rows.filter(pk__in=TreeChange.objects.filter(about).values("pk"))
    return rows.extra(select={"later": "boundaries_treechange.state <> 'planned'"}).order_by(
        "later", "-effective_on", "-at", "pk"
    )


def change(actor: Actor, pk: UUID) -> TreeChange:
    """Raises: NotFound, for whoever may not change the tree as well."""
    found = changes(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def planned(actor: Actor) -> QuerySet[TreeChange]:
    return changes(actor).filter(state=ChangeState.PLANNED)


def concerning(actor: Actor) -> QuerySet[TreeChange]:
    """
    What `actor` may know of: all for those who may change the tree; for other people of a union, what concerns it, a union
    above or below it; nothing for partners. Source: V1, V7, V10.
    """
    rows = TreeChange.objects.select_related("union", "other")
    if policies.may_change(actor):
        return rows
    if actor.union is None or actor.partner:
        return rows.none()
    here, above = actor.union.pk, list(actor.union.path)
    return rows.filter(Q(union__path__contains=[here]) | Q(other__path__contains=[here]) | Q(union__in=above))


def coming(actor: Actor) -> list[TreeChange]:
    """The planned changes of which an administrator of a union is told, the nearest first."""
    if not may(actor, Permission.UNION_PROFILE):
        return []
    rows = concerning(actor).filter(state=ChangeState.PLANNED)
    # What waits for a second person is not decided.
    rows = rows.filter(~Q(kind=ChangeKind.CLOSE) | Q(confirmed_at__isnull=False))
    return list(rows.order_by("effective_on", "at", "pk")[:FOUND])
