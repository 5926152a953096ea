"""Questions about the course of projects; each begins with who asks. Source: DOMAIN §4.2."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.kit.finding import one
from tenants.purchasing.models import Contract, Evaluation, Report, ServiceProject, Visit
from tenants.purchasing.policies import EVALUATIONS, PROJECTS, REPORTS, VISITS

M = TypeVar("M", bound=Model)


def reports(actor: Actor) -> QuerySet[Report]:
    """The reports that the actor may see."""
    return REPORTS.visible(actor).select_related("project__measures", "contract__provider")


def visits(actor: Actor) -> QuerySet[Visit]:
    """The visits that the actor may see."""
    return VISITS.visible(actor).select_related("project", "contract__provider")


def evaluations(actor: Actor) -> QuerySet[Evaluation]:
    """The evaluations that the actor may see."""
    return EVALUATIONS.visible(actor).select_related("project__measures", "system")


def report(actor: Actor, pk: UUID | str) -> Report:
    """Raises: NotFound, alike for absent and forbidden."""
    return one(reports(actor), pk)


def visit(actor: Actor, pk: UUID | str) -> Visit:
    """Raises: NotFound, alike for absent and forbidden."""
    return one(visits(actor), pk)


def evaluation(actor: Actor, pk: UUID | str) -> Evaluation:
    """Raises: NotFound, alike for absent and forbidden."""
    return one(evaluations(actor), pk)


def project(actor: Actor, pk: UUID | str) -> ServiceProject:
    """Raises: NotFound, alike for absent and forbidden."""
    found: ServiceProject = one(PROJECTS.visible(actor), pk)
    return found


def appointed(of: ServiceProject) -> list[str]:
    """The names of those who are appointed to the project."""
    return list(grants.officers(of).order_by("name", "pk").values_list("name", flat=True))


def supervision(of: ServiceProject) -> QuerySet[Contract]:
    """The signed supervision contracts of a project."""
    found = Contract.objects.filter(project=of, kind="supervision", signed_on__isnull=False)
    return found.select_related("provider").order_by("signed_on", "pk")


def project_contract(of: ServiceProject) -> Contract | None:
    """The latest signed contract by which the project is carried out."""
    found = Contract.objects.filter(project=of, kind="project", signed_on__isnull=False)
    return found.select_related("provider").order_by("-signed_on", "-pk").first()
