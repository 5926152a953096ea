"""Service projects as a viewer may see them, with the money and the service that belong to them. Source: §2.6, §4.2, E22."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from commons.access.actors import Actor
from commons.kit.finding import one
from tenants.purchasing.enums import ContractKind, ContractState, ProjectState, ReportState
from tenants.purchasing.models import Contract, Payment, Report, ServiceProject, ServiceRecord
from tenants.purchasing.policies import PROJECTS, RECORDS

NOT_CONTRACTED = (ContractState.DRAFT, ContractState.LEGAL_CHECK, ContractState.TO_SIGN)


@dataclass(frozen=True)
class Money:
    """Units: yuan. `paid` less what was taken back; `refund` is what has to come back and has not."""

    planned: Decimal
    contracted: Decimal
    paid: Decimal
    refund: Decimal


def projects(actor: Actor) -> QuerySet[ServiceProject]:
    """The projects that `actor` may see, with their departments, latest first."""
    return PROJECTS.visible(actor).select_related("business_owner").order_by("-created_at", "-id")


def project(actor: Actor, pk: UUID | str) -> ServiceProject:
    """
    One project.

    Raises: NotFound, alike for absent and forbidden.
    """
    found: ServiceProject = one(PROJECTS.visible(actor).select_related("business_owner", "catalogue_item"), pk)
    return found


def state_counts(actor: Actor) -> dict[str, int]:
    """How many projects are in each state; one statement."""
    counted = PROJECTS.visible(actor).order_by().values_list("state").annotate(rows=Count("pk"))
    return {str(state): rows for state, rows in counted}


def money(project: ServiceProject) -> Money:
    """What was planned, contracted and paid; three statements. The caller has decided that the project may be seen."""
    return money_of([project])[project.pk]


def money_of(projects: Sequence[ServiceProject]) -> dict[UUID, Money]:
    """The same of many, in three statements as well."""
    keys = [one.pk for one in projects]
    contracts = Contract.objects.filter(project__in=keys).exclude(kind=ContractKind.SUPERVISION).order_by()
    # The terms of a signed amendment stand in the contract that it amends.
    live = contracts.exclude(state__in=NOT_CONTRACTED).filter(amends__isnull=True)
    contracted = dict(live.values_list("project").annotate(total=Sum("amount")))
    payments = Payment.objects.filter(contract__in=contracts.values("pk")).order_by()
    paid = dict(payments.values_list("contract__project").annotate(total=Sum("amount")))
    unused = Report.objects.filter(
        project__in=keys, state=ReportState.ACCEPTED, unused__gt=0, returned_on__isnull=True
    ).order_by()
    refund = dict(unused.values_list("project").annotate(total=Sum("unused")))
    nothing = Decimal(0)
    return {
        one.pk: Money(
            one.budget, contracted.get(one.pk, nothing), paid.get(one.pk, nothing), refund.get(one.pk, nothing)
        )
        for one in projects
    }


def chain(project: ServiceProject) -> list[ServiceProject]:
    """The projects before and after it in its yearly chain, next to it. Source: E22."""
    rows = list(ServiceProject.objects.filter(recurring_of=project).order_by("year"))
    if project.recurring_of is not None:
        rows.insert(0, project.recurring_of)
    return rows


def records(actor: Actor, project: ServiceProject) -> QuerySet[ServiceRecord]:
    """The service records of a project that `actor` may see, latest day first."""
    return RECORDS.visible(actor).filter(project=project).order_by("-served_on", "-id")


def twins(project: ServiceProject) -> list[ServiceProject]:
    """Other projects of the union with the same title in the same year."""
    rows = ServiceProject.objects.filter(year=project.year, title=project.title).exclude(pk=project.pk)
    return list(rows.exclude(state=ProjectState.REJECTED).order_by("serial"))
