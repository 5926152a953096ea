"""Questions about rounds and subsidies; each begins with who asks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.finding import one
from commons.subsidies import policies
from commons.subsidies.enums import GRANTED_STATES
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyRound


def rounds(actor: Actor) -> QuerySet[SubsidyRound]:
    """The rounds that the actor may see, latest first."""
    return policies.rounds(actor).select_related("from_union").order_by("-year", "-created_at", "-id")


def round_of(actor: Actor, pk: UUID | str) -> SubsidyRound:
    """
    One round.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(rounds(actor), pk)


def subsidies(actor: Actor) -> QuerySet[Subsidy]:
    """The subsidies that the actor may see, latest first."""
    found = policies.subsidies(actor).select_related("round", "from_union", "to_union")
    return found.order_by("-created_at", "-id")


def subsidy(actor: Actor, pk: UUID | str) -> Subsidy:
    """
    One subsidy.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(subsidies(actor), pk)


def projects(actor: Actor, row: Subsidy) -> list[SubsidisedProject]:
    """What either party may see of the projects that `row` pays for, from the grant on. Source: V4."""
    return list(policies.copies(actor).filter(subsidy=row).order_by("number"))


def granted(row: SubsidyRound) -> Decimal:
    """What has been granted of a round so far. Units: yuan."""
    return granted_of([row])[row.pk]


def granted_of(rows: Sequence[SubsidyRound]) -> dict[UUID, Decimal]:
    """What has been granted of each round so far; one statement. Units: yuan."""
    given = Subsidy.objects.filter(round__in=rows, state__in=GRANTED_STATES).order_by()
    found = dict(given.values_list("round_id").annotate(all=Sum("granted")))
    return {row.pk: found.get(row.pk) or Decimal(0) for row in rows}


def paid(union: TradeUnion, year: int, *, below: TradeUnion | None = None) -> Decimal:
    """
    What `union` has paid to lower unions in a calendar year; with `below` only to those in that subtree.

    Units: yuan. Never a part of what was purchased: a project's money is counted where its contract is. Source: PUR-19, R6.
    """
    rows = Subsidy.objects.filter(from_union=union, paid_on__year=year)
    if below is not None:
        rows = rows.filter(to_union__path__contains=[below.pk])
    return rows.aggregate(all=Sum("granted"))["all"] or Decimal(0)


def paid_within(root: TradeUnion, year: int) -> Decimal:
    """
    What is paid between unions of one subtree, both parties in it: to be left out where incomes of the subtree are summed.

    Units: yuan. Source: R6.
    """
    inside = Q(from_union__path__contains=[root.pk], to_union__path__contains=[root.pk])
    rows = Subsidy.objects.filter(inside, paid_on__year=year)
    return rows.aggregate(all=Sum("granted"))["all"] or Decimal(0)


def of_project(project_id: UUID) -> list[Subsidy]:
    """The subsidies from which a project of the current union is paid, for the rule that refreshes the copies."""
    rows = Subsidy.objects.filter(state__in=GRANTED_STATES, projects__contains=[{"id": str(project_id)}])
    return list(rows.order_by("pk"))
