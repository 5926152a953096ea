"""/u/<code>/projects/<id>/course: how a project goes, on one page; visits planned and people named from here. Source: §3.6, SM-32."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access import grants
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.widgets import day_input
from tenants.purchasing.actions import course as actions
from tenants.purchasing.enums import (
    Conclusion,
    EvaluationKind,
    EvaluationState,
    ProjectState,
    ReportKind,
    ReportState,
    RiskLevel,
    VisitKind,
    VisitState,
)
from tenants.purchasing.machines.report import overdue
from tenants.purchasing.models import ServiceProject, Visit
from tenants.purchasing.selectors import course
from tenants.purchasing.selectors.delivery import Delivery, delivered


@dataclass(frozen=True)
class ReportLine:
    url: str
    kind: str
    until_on: date
    due_on: date
    state: str
    state_label: str
    late: bool


@dataclass(frozen=True)
class VisitLine:
    url: str
    kind: str
    visit_on: date
    risk: str
    risk_label: str
    state: str
    state_label: str


@dataclass(frozen=True)
class EvaluationLine:
    url: str
    kind: str
    total: str
    conclusion: str
    state: str
    state_label: str


@dataclass(frozen=True)
class Officer:
    """Who is named on the project; `dismiss_url` only for whoever may end it."""

    name: str
    dismiss_url: str


@dataclass(frozen=True)
class CoursePage:
    title: str
    number: str
    url: str
    state: str
    state_label: str
    risk: str
    risk_label: str
    delivery: Delivery
    targets: tuple[int, int, int]
    reports: list[ReportLine]
    visits: list[VisitLine]
    visits_note: str
    evaluations: list[EvaluationLine]
    officers: list[Officer] | None
    plan_url: str
    appoint_url: str


class VisitForm(forms.Form):
    kind = forms.ChoiceField(
        label="监督方式", choices=VisitKind.choices, error_messages={"required": "请选择监督方式。"}
    )
    visit_on = forms.DateField(
        label="计划日期",
        widget=day_input(),
        error_messages={"required": "请填写计划日期。", "invalid": "请填写有效的日期。"},
        help_text="承接单位在监督情况登记以前看不到计划。",
    )


class AppointForm(forms.Form):
    user = forms.ChoiceField(label="人员", error_messages={"required": "请选择人员。"})

    def __init__(self, data: object, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["user"].choices = choices  # type: ignore[attr-defined]


@require_safe
def overview(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Reports, visits and evaluations of one project, as far as the viewer may see them."""
    actor, at = actor_of(request), clock.now()
    project = course.project(actor, pk)
    base, edits = f"/u/{union_code}", bool(actions.may_appoint(actor, project))
    reports = course.reports(actor).filter(project=project).order_by("until_on", "kind", "pk")
    visits = course.visits(actor).filter(project=project).order_by("-visit_on", "-pk")
    evaluations = course.evaluations(actor).filter(project=project).order_by("-created_at", "-pk")
    shown = list(visits)
    page = CoursePage(
        title=project.title,
        number=project.number,
        url=f"{base}/projects/{project.pk}",
        state=str(project.state),
        state_label=ProjectState.label_of(project.state),
        risk=f"risk_{project.risk_level}",
        risk_label=RiskLevel.label_of(project.risk_level),
        delivery=delivered(project.pk),
        targets=(project.target_sessions, project.target_person_times, project.target_persons),
        reports=[
            ReportLine(
                f"{base}/reports/{row.pk}",
                ReportKind.label_of(row.kind),
                row.until_on,
                row.due_on,
                str(row.state),
                ReportState.label_of(row.state),
                overdue(row, at),
            )
            for row in reports
        ],
        visits=[_visit(base, row) for row in shown],
        visits_note=_agreed(project, shown) if may(actor, Permission.COURSE_VIEW) else "",
        evaluations=[
            EvaluationLine(
                f"{base}/evaluations/{row.pk}",
                EvaluationKind.label_of(row.kind),
                f"{row.total:.2f}" if row.total is not None else "",
                Conclusion.label_of(row.conclusion) if row.conclusion else "",
                str(row.state),
                EvaluationState.label_of(row.state),
            )
            for row in evaluations
        ],
        officers=_officers(union_code, project, edits) if may(actor, Permission.COURSE_VIEW) else None,
        plan_url=reverse("visit-new", args=[union_code, project.pk]) if actions.may_plan(actor, project) else "",
        appoint_url=reverse("project-appoint", args=[union_code, project.pk]) if edits else "",
    )
    crumbs = [Crumb(project.title, page.url), Crumb("实施和监督")]
    return render(request, "purchasing/course/overview.html", {"page": page, "breadcrumbs": crumbs})


def _visit(base: str, row: Visit) -> VisitLine:
    return VisitLine(
        f"{base}/visits/{row.pk}",
        VisitKind.label_of(row.kind),
        row.visit_on,
        f"risk_{row.risk}" if row.risk else "",
        RiskLevel.label_of(row.risk) if row.risk else "",
        str(row.state),
        VisitState.label_of(row.state),
    )


def _agreed(project: ServiceProject, visits: list[Visit]) -> str:
    """How many visits the supervision contracts say, and how many have been made."""
    agreed = sum(actions.visits_agreed(contract) for contract in course.supervision(project))
    done = sum(1 for row in visits if row.contract_id is not None and row.state != VisitState.PLANNED)
    return f"监管合同约定{agreed}次，已开展{done}次。" if agreed else ""


def _officers(code: str, project: ServiceProject, edits: bool) -> list[Officer]:
    return [
        Officer(
            user.name,
            reverse("project-dismiss", args=[code, project.pk, user.pk]) if edits else "",
        )
        for user in grants.officers(project).order_by("name", "pk")
    ]


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Plan a visit."""
    actor = actor_of(request)
    project = course.project(actor, pk)
    actions.may_plan(actor, project).require()
    form = VisitForm(request.POST or None, initial={"kind": VisitKind.PROCESS})
    here = reverse("project-course", args=[union_code, project.pk])

    def act() -> Visit:
        kind = VisitKind(form.cleaned_data["kind"])
        day = form.cleaned_data["visit_on"]
        return actions.plan_visit(project=project, visit_on=day, kind=kind, by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title="安排监督检查",
        lead=f"项目：{project.title}",
        done_url=here,
        done="已安排监督检查。",
        crumbs=[Crumb(project.title, here), Crumb("安排监督检查")],
    )


@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Name a supervisor or an expert on the project."""
    actor = require_post(request, Permission.COURSE_EDIT)
    project = course.project(actor, pk)
    actions.may_appoint(actor, project).require()
    at, named = clock.now(), set(grants.officers(project).values_list("pk", flat=True))
    choices = {
        str(user.pk): f"{user.name}（{role.label}）"
        for role in (Role.SUPERVISOR, Role.REVIEWER)
        for user in actions.possible(role, at)
        if user.pk not in named
    }
    form = AppointForm(request.POST or None, choices=list(choices.items()))
    here = reverse("project-course", args=[union_code, project.pk])
    return answer(
        request,
        form,
        lambda: actions.appoint(project=project, user_id=form.cleaned_data["user"], by=actor, at=at),
        title="指派监管人员、评审专家",
        lead="被指派的人可以查看本项目，开展监督检查或者评分。",
        done_url=here,
        done="已指派。",
        crumbs=[Crumb(project.title, here), Crumb("指派人员")],
    )


@require_http_methods(["GET", "POST"])
def dismiss(request: HttpRequest, union_code: str, pk: UUID, user_pk: UUID) -> HttpResponse:
    """End an appointment."""
    actor = require_post(request, Permission.COURSE_EDIT)
    project = course.project(actor, pk)
    actions.may_appoint(actor, project).require()
    if not grants.officers(project).filter(pk=user_pk).exists():
        raise NotFound()
    here = reverse("project-course", args=[union_code, project.pk])
    return answer(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda: actions.dismiss(project=project, user_id=user_pk, by=actor, at=clock.now()),
        title="解除指派",
        lead="解除后，该人员不能再查看和办理本项目。",
        done_url=here,
        done="已解除指派。",
        submit_label="解除指派",
        danger=True,
        crumbs=[Crumb(project.title, here), Crumb("解除指派")],
    )
