"""
What purchasing tells of itself for subsidies: the measures in force, projects that may be subsidised, and copies for the funder.

A copy is written anew with each step of the project, its contracts, its milestones, reports and evaluations, with each service record
entered or voided and each refund, in the same transaction.
Source: E18, V4.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from commons.access.actors import Actor
from commons.codelists.services import FundSource
from commons.jobs import register
from commons.jobs.context import JobContext
from commons.subsidies import actions as subsidies
from commons.subsidies import selectors as given
from commons.subsidies.models import Subsidy
from commons.subsidies.sources import PUBLISH, Listed, Sources
from commons.workflow.declaration import Step
from tenants.purchasing.enums import (
    Conclusion,
    ContractKind,
    EvaluationKind,
    EvaluationState,
    ProjectState,
    ProviderKind,
    RuleKind,
)
from tenants.purchasing.models import Contract, Evaluation, FundingLine, Payment, ServiceProject
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.rules import in_force
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.who import project_of

_UPPER = FundSource.UPPER_SUBSIDY
# A project that came to nothing is paid for by nobody.
_NEVER = (ProjectState.DRAFT, ProjectState.REJECTED, ProjectState.ARCHIVED)


def measures(day: date) -> str:
    """The union's subsidy measures in force, as '长工发〔2026〕3号 补贴办法'."""
    rule = in_force(RuleKind.SUBSIDY)
    if rule is None or (rule.in_force_from and rule.in_force_from > day):
        return ""
    return f"{rule.doc_no} {rule.title}".strip()


def projects(actor: Actor) -> list[Listed]:
    """The projects of the current union a part of whose money comes from above, by number."""
    lines = FundingLine.objects.filter(source=_UPPER, project__in=PROJECTS.visible(actor).values("pk"))
    lines = lines.exclude(project__state__in=_NEVER).select_related("project")
    sums: dict[UUID, Listed] = {}
    for line in lines.order_by("project__year", "project__serial"):
        project = line.project
        before = sums[project.pk].amount if project.pk in sums else Decimal(0)
        sums[project.pk] = Listed(project.pk, project.number, project.title, before + line.amount)
    return list(sums.values())


SOURCES = Sources(measures=measures, projects=projects)


def copy_of(project: ServiceProject) -> subsidies.Copy:
    """What a funder may see: never a bid, never a person. Source: V4, V6."""
    contract = (
        Contract.objects.filter(project=project, kind=ContractKind.PROJECT, signed_on__isnull=False)
        .exclude(amendments__signed_on__isnull=False)
        .select_related("provider")
        .order_by("-signed_on", "-pk")
        .first()
    )
    paid = Payment.objects.filter(contract__project=project, contract__kind=ContractKind.PROJECT)
    done = delivered(project.pk)
    named = contract is not None and contract.provider.kind != ProviderKind.INDIVIDUAL_EXPERT
    return subsidies.Copy(
        number=project.number,
        title=project.title,
        state=ProjectState.label_of(project.state),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        provider=contract.provider.name if contract is not None and named else "",
        contract_amount=contract.amount if contract is not None else None,
        paid=paid.aggregate(all=Sum("amount"))["all"] or Decimal(0),
        sessions=done.sessions,
        person_times=done.person_times,
        persons=done.persons,
        satisfaction=done.satisfaction,
        midterm=_conclusion(project, EvaluationKind.MIDTERM),
        performance=_conclusion(project, EvaluationKind.PERFORMANCE),
    )


def _conclusion(project: ServiceProject, kind: EvaluationKind) -> str:
    """Of the latest evaluation of its kind that is concluded and not under appeal."""
    told = Q(state=EvaluationState.CONCLUDED) | Q(state=EvaluationState.FINAL)
    found = Evaluation.objects.filter(told, project=project, kind=kind).order_by("-created_at", "-pk").first()
    return Conclusion.label_of(found.conclusion) if found is not None else ""


def refresh(project: ServiceProject, *, at: datetime) -> int:
    """Write the copies of a project anew; how many there are. One statement where nobody from above pays."""
    if not FundingLine.objects.filter(project=project, source=_UPPER).exists():
        return 0
    rows = given.of_project(project.pk)
    if rows:
        copy = copy_of(ServiceProject.objects.get(pk=project.pk))
        for row in rows:
            subsidies.publish(row=row, project_id=project.pk, copy=copy, at=at)
    return len(rows)


def listener(step: Step, before: str) -> None:
    """Told of every step of every machine."""
    if step.row._meta.app_label == "purchasing" and (project := project_of(step.row)) is not None:
        refresh(project, at=step.at)


@register.handler(PUBLISH, label="提供补贴项目情况")
def publish(job: JobContext) -> dict[str, object]:
    """Write the copies of all projects of a subsidy; a subsidy of another union is none of ours."""
    union = job.require_union()
    row = Subsidy.objects.filter(pk=job.payload["subsidy_id"], to_union=union).first()
    if row is None:
        return {"projects": 0}
    wanted = [UUID(one["id"]) for one in row.projects]
    found = list(ServiceProject.objects.filter(pk__in=wanted).order_by("pk"))
    for project in found:
        subsidies.publish(row=row, project_id=project.pk, copy=copy_of(project), at=job.at)
    return {"projects": len(found)}
