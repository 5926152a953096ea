"""The course of a project: reports, supervision visits and evaluations; their steps go through `transition`. Source: SM-18, SM-32."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.attachments.types import attachments_field, resolve_attachments
from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.access.permissions import Permission
from tenants.purchasing import models
from tenants.purchasing.actions import course as actions
from tenants.purchasing.enums import (
    Conclusion,
    EvaluationKind,
    EvaluationState,
    ReportKind,
    ReportState,
    RiskLevel,
    VisitKind,
    VisitState,
)
from tenants.purchasing.machines.evaluation_forms import items
from tenants.purchasing.selectors import course

BY_DUE: Keyset[models.Report] = Keyset("due_on", "id")
BY_DAY: Keyset[models.Visit] = Keyset("-visit_on", "-id")
BY_TIME: Keyset[models.Evaluation] = Keyset("-created_at", "-id")


def find_report(context: Context, key: str) -> models.Report:
    """A report that the actor may see. Raises: Refused; NotFound."""
    return course.report(context.require_inside(Permission.DIRECTORY_VIEW), key)


def find_visit(context: Context, key: str) -> models.Visit:
    """A visit that the actor may see. Raises: Refused; NotFound."""
    return course.visit(context.require_inside(Permission.DIRECTORY_VIEW), key)


def find_evaluation(context: Context, key: str) -> models.Evaluation:
    """An evaluation that the actor may see. Raises: Refused; NotFound."""
    return course.evaluation(context.require_inside(Permission.DIRECTORY_VIEW), key)


class ReportLine(graphene.ObjectType):
    """经费的一行，元。 / One line of the money, in yuan."""

    name = graphene.String(required=True, description="项目。 / What for.")
    budget = Money(required=True, description="预算。 / Budget.")
    spent = Money(description="累计支出。 / Spent so far.")


@node(models.Report, find_report)
class Report(graphene.ObjectType):
    """进展报告、经费使用报告、经费决算报告。 / What the provider reports."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    kind = graphene.Field(code_enum(ReportKind), required=True, description="类别。 / Kind.")
    from_on = graphene.Date(required=True, description="报告期起。 / From.")
    until_on = graphene.Date(required=True, description="报告期止。 / To.")
    due_on = graphene.Date(required=True, description="提交期限。 / Due.")
    text = graphene.String(description="内容。 / Text.")
    sessions = graphene.Int(required=True, description="场次。 / Sessions.")
    person_times = graphene.Int(required=True, description="人次。 / Person-times.")
    persons = graphene.Int(required=True, description="人数。 / Persons.")
    lines = graphene.List(graphene.NonNull(ReportLine), required=True, description="经费明细。 / Lines.")
    spent = Money(description="累计支出，元。 / Yuan spent so far.")
    unused = Money(description="结余，元。 / Yuan left.")
    returned_on = graphene.Date(description="结余退回日期。 / The unused money came back on.")
    state = graphene.Field(code_enum(ReportState), required=True, description="状态。 / State.")
    submitted_at = DateTime(description="提交时间。 / Submitted at.")
    opinion = graphene.String(description="意见。 / Opinion.")
    attachments = attachments_field()

    resolve_id = id_of()
    resolve_attachments = staticmethod(resolve_attachments)

    @staticmethod
    def resolve_lines(root: Row[models.Report], _info: GraphQLResolveInfo) -> list[ReportLine]:
        return [
            ReportLine(
                name=line["name"],
                budget=Decimal(line["budget"]),
                spent=Decimal(line["spent"]) if line.get("spent") else None,
            )
            for line in root.it.lines
        ]


@node(models.Visit, find_visit)
class Visit(graphene.ObjectType):
    """监督检查。 / A supervision visit with its rectification."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    kind = graphene.Field(code_enum(VisitKind), required=True, description="方式。 / Kind.")
    visit_on = graphene.Date(required=True, description="日期。 / Day.")
    findings = graphene.String(description="发现的情况。 / Findings.")
    risk = graphene.Field(code_enum(RiskLevel), description="风险等级。 / Risk.")
    rectify_by = graphene.Date(description="整改期限。 / To be rectified by.")
    rectification = graphene.String(description="整改情况。 / Rectification.")
    rectified_on = graphene.Date(description="报送日期。 / Reported on.")
    inspected_by_name = graphene.String(description="监督人。 / Inspected by.")
    state = graphene.Field(code_enum(VisitState), required=True, description="状态。 / State.")
    attachments = attachments_field()

    resolve_id = id_of()
    resolve_attachments = staticmethod(resolve_attachments)


class EvaluationItem(graphene.ObjectType):
    """评审指标的一项和得分。 / One item with its points."""

    code = graphene.String(required=True, description="指标代码；打分时的数据项为 points_<代码>。 / Code.")
    name = graphene.String(required=True, description="名称。 / Name.")
    weight = graphene.Decimal(required=True, description="权重，%。 / Weight, per cent.")
    maximum = graphene.Decimal(required=True, description="满分。 / Full marks.")
    guide = graphene.String(required=True, description="评分说明。 / How to score.")
    points = graphene.Decimal(description="得分。 / Points.")


@node(models.Evaluation, find_evaluation)
class Evaluation(graphene.ObjectType):
    """立项评审、中期评估、绩效考核。 / An evaluation by its indicator system."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    kind = graphene.Field(code_enum(EvaluationKind), required=True, description="类别。 / Kind.")
    due_on = graphene.Date(description="计划日期。 / Due.")
    items = graphene.List(graphene.NonNull(EvaluationItem), required=True, description="指标和得分。 / Items.")
    comment = graphene.String(description="评审意见。 / Comment.")
    total = graphene.Decimal(description="总分。 / Total of points.")
    satisfaction = graphene.Decimal(description="满意度。 / Satisfaction.")
    sample = graphene.Int(required=True, description="满意度样本。 / Sample.")
    conclusion = graphene.Field(code_enum(Conclusion), description="结论。 / Conclusion.")
    concluded_on = graphene.Date(description="作出结论日期。 / Concluded on.")
    final_on = graphene.Date(description="生效日期。 / Final on.")
    state = graphene.Field(code_enum(EvaluationState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)

    resolve_id = id_of()

    @staticmethod
    def resolve_items(root: Row[models.Evaluation], _info: GraphQLResolveInfo) -> list[EvaluationItem]:
        return [
            EvaluationItem(
                code=item.code,
                name=item.name,
                weight=item.weight,
                maximum=item.maximum,
                guide=item.guide,
                points=root.it.scores.get(item.code),
            )
            for item in items(root.it)
        ]


ReportConnection = connection(Report, counted=True)
VisitConnection = connection(Visit, counted=True)
EvaluationConnection = connection(Evaluation, counted=True)
_OF_PROJECT = {"project": graphene.ID(description="只要这个项目的。 / Of this project alone.")}


def _listed(kind: Any, description: str) -> ApiField:
    return ApiField(
        kind,
        **page_arguments(),
        **_OF_PROJECT,
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description=description,
    )


class CourseQueries(graphene.ObjectType):
    reports = _listed(ReportConnection, "可以查看的报告，按期限。 / Reports that the caller may see, by their due day.")
    visits = _listed(VisitConnection, "可以查看的监督检查，新的在前。 / Visits that the caller may see, latest first.")
    evaluations = _listed(
        EvaluationConnection, "可以查看的评审评估，新的在前。 / Evaluations that the caller may see, latest first."
    )

    @staticmethod
    def resolve_reports(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        project: str | None = None,
    ) -> Page:
        found = _within(course.reports(info.context.acting), project)
        return BY_DUE.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_visits(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        project: str | None = None,
    ) -> Page:
        return BY_DAY.page(_within(course.visits(info.context.acting), project), first=first, after=after, counted=True)

    @staticmethod
    def resolve_evaluations(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        project: str | None = None,
    ) -> Page:
        found = _within(course.evaluations(info.context.acting), project)
        return BY_TIME.page(found, first=first, after=after, counted=True)


def _within(rows: Any, project: str | None) -> Any:
    return rows if project is None else rows.filter(project=key_of(project, "ServiceProject"))


class PlanVisitInput(graphene.InputObjectType):
    """安排监督检查。 / Plan a visit."""

    project = graphene.ID(required=True, description="项目。 / The project.")
    visit_on = graphene.Date(required=True, description="日期。 / Day.")
    kind = graphene.InputField(code_enum(VisitKind), description="方式；默认过程监督。 / Kind.")


class PlanVisit(ActionMutation):
    """安排监督检查。 / Plan a visit of a project that is carried out."""

    visit: ClassVar[Any] = graphene.Field(Visit, description="新的监督检查。 / The visit.")

    class Meta:
        permission = Permission.COURSE_EDIT
        input_type = PlanVisitInput

    @classmethod
    def perform(cls, context: Context, *, project: str, visit_on: date, kind: str | None = None) -> Self:
        found = course.project(context.acting, key_of(project, "ServiceProject"))
        made = actions.plan_visit(
            project=found,
            visit_on=visit_on,
            kind=VisitKind(kind) if kind else VisitKind.PROCESS,
            by=context.acting,
            at=context.at,
        )
        return cls(visit=row(made))


class AppointInput(graphene.InputObjectType):
    """指派或者不再指派监管人员、专家。 / Let somebody work on a project, or no more."""

    project = graphene.ID(required=True, description="项目。 / The project.")
    user = graphene.ID(required=True, description="账号。 / The account.")


class _OnAppointment(ActionMutation):
    class Meta:
        abstract = True

    appointed: ClassVar[Any] = graphene.List(
        graphene.NonNull(graphene.String), description="现在指派的人员。 / Who is appointed now."
    )


class AppointToProject(_OnAppointment):
    """指派监管人员或者专家。 / Let a supervisor or an expert see a project and work on what is theirs."""

    class Meta:
        permission = Permission.COURSE_EDIT
        input_type = AppointInput

    @classmethod
    def perform(cls, context: Context, *, project: str, user: str) -> Self:
        found = course.project(context.acting, key_of(project, "ServiceProject"))
        actions.appoint(project=found, user_id=key_of(user, "User"), by=context.acting, at=context.at)
        return cls(appointed=course.appointed(found))


class DismissFromProject(_OnAppointment):
    """不再指派。 / End an appointment."""

    class Meta:
        permission = Permission.COURSE_EDIT
        input_type = AppointInput

    @classmethod
    def perform(cls, context: Context, *, project: str, user: str) -> Self:
        found = course.project(context.acting, key_of(project, "ServiceProject"))
        actions.dismiss(project=found, user_id=key_of(user, "User"), by=context.acting, at=context.at)
        return cls(appointed=course.appointed(found))


class CourseMutations(graphene.ObjectType):
    plan_visit = PlanVisit.Field()
    appoint_to_project = AppointToProject.Field()
    dismiss_from_project = DismissFromProject.Field()
