"""Surveys of what workers need; their steps go through `transition`. No answer of one person is told. Source: SM-11; F02; V6."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from api.needs.needs import Need
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.errors import Invalid
from tenants.needs import models, questions
from tenants.needs.actions import links
from tenants.needs.actions import surveys as actions
from tenants.needs.enums import AgeBand, LinkPurpose, SurveyMethod, SurveyState
from tenants.needs.questions import Question, QuestionKind
from tenants.needs.selectors import surveys as reading

BY_OPENING: Keyset[models.NeedSurvey] = Keyset("-opens_on", "-id")
_GROUPS = graphene.List(graphene.NonNull(code_enum(TargetGroup)))


def find_survey(context: Context, key: str) -> models.NeedSurvey:
    """A survey that the actor may see. Raises: Refused; NotFound."""
    return reading.survey(context.require_inside(Permission.NEEDS_VIEW), key)


class SurveyChoice(graphene.ObjectType):
    """选项。 / A choice."""

    code = graphene.String(required=True)
    text = graphene.String(required=True)


class SurveyQuestion(graphene.ObjectType):
    """题目。 / A question."""

    code = graphene.String(required=True, description="题号，q1 起。 / Its code.")
    text = graphene.String(required=True, description="题目。 / What is asked.")
    kind = graphene.Field(code_enum(QuestionKind), required=True, description="题型。 / Kind.")
    choices = graphene.List(graphene.NonNull(SurveyChoice), required=True, description="选项。 / Choices.")
    required = graphene.Boolean(required=True, description="必答。 / Must be answered.")
    field = graphene.Field(code_enum(ServiceField), description="答案转为哪个领域的需求。 / Field of needs made of it.")


class SurveyCell(graphene.ObjectType):
    """一项答案及人数；人数少于 5 或可推算的不显示。 / An answer and how many gave it; null where that is not shown."""

    code = graphene.String(required=True)
    label = graphene.String(required=True)
    count = graphene.Int()
    share = graphene.String(description="占比。 / Per cent.")


class SurveyGroup(graphene.ObjectType):
    """一类人群的答案，按选项顺序。 / One group's answers, in the order of the cells."""

    label = graphene.String(required=True)
    answered = graphene.Int(required=True)
    counts = graphene.List(graphene.Int, required=True)


class SurveyAnswers(graphene.ObjectType):
    """一题的结果。 / What one question came to."""

    code = graphene.String(required=True)
    text = graphene.String(required=True)
    kind = graphene.Field(code_enum(QuestionKind), required=True)
    answered = graphene.Int(description="回答人数；少于 5 的不显示。 / How many answered; null below five.")
    cells = graphene.List(graphene.NonNull(SurveyCell), required=True)
    mean = graphene.String(description="平均值。 / Mean.")
    median = graphene.String(description="中位数。 / Median.")
    groups = graphene.List(graphene.NonNull(SurveyGroup), description="分人群；不宜公开的没有。 / By group, or null.")


class SurveyResult(graphene.ObjectType):
    """调查结果，只有汇总；少于 5 份有效答卷的没有结果。 / Counts alone; none below five valid answers."""

    valid = graphene.Int(description="有效答卷；少于 5 份的不显示。 / Valid answers; null below five.")
    questions = graphene.List(graphene.NonNull(SurveyAnswers), required=True)


class SurveyReturn(graphene.ObjectType):
    """收到的答卷数。 / How many answers came in."""

    total = graphene.Int(required=True, description="收到。 / In all.")
    valid = graphene.Int(required=True, description="有效。 / Valid.")
    on_paper = graphene.Int(required=True, description="纸质。 / On paper.")
    links_left = graphene.Int(required=True, description="未用的一次性链接。 / Links not used yet.")


@node(models.NeedSurvey, find_survey)
class NeedSurvey(graphene.ObjectType):
    """需求调查。 / A survey."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    title = graphene.String(required=True, description="名称。 / Title.")
    intro = graphene.String(description="说明。 / Introduction.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    method = graphene.Field(code_enum(SurveyMethod), required=True, description="方式。 / Method.")
    target_groups = graphene.NonNull(_GROUPS, description="面向人群。 / Groups.")
    region_code = graphene.String(description="行政区划代码。 / Division.")
    opens_on = graphene.Date(required=True, description="开始日期。 / First day.")
    closes_on = graphene.Date(required=True, description="截止日期（含）。 / Last day, inclusive.")
    closed_on = graphene.Date(description="结束日期。 / Closed on.")
    sample_target = graphene.Int(required=True, description="计划份数。 / Answers that are aimed at.")
    report = graphene.String(description="调查结论。 / Conclusions.")
    state = graphene.Field(code_enum(SurveyState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    questions = graphene.List(graphene.NonNull(SurveyQuestion), required=True, description="题目。 / Questions.")
    open_path = graphene.String(description="进行中的公开填写地址。 / Where workers answer while it is open.")
    returned = ApiField(SurveyReturn, required=True, cost=2, description="收到的答卷数。 / How many answers came in.")
    result = ApiField(
        SurveyResult, cost=20, description="结果：结束后才有。 / What it came to; null until it has ended."
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_questions(root: Row[models.NeedSurvey], _info: GraphQLResolveInfo) -> list[Question]:
        return questions.read(root.it.questions)

    @staticmethod
    def resolve_open_path(root: Row[models.NeedSurvey], info: GraphQLResolveInfo) -> str | None:
        if root.it.state != SurveyState.OPEN or not root.it.open_token:
            return None
        return worker_path(info.context, root.it.open_token)

    @staticmethod
    def resolve_returned(root: Row[models.NeedSurvey], _info: GraphQLResolveInfo) -> Any:
        return root.ask(root.it.pk, "returned", reading.returned_of)

    @staticmethod
    def resolve_result(root: Row[models.NeedSurvey], _info: GraphQLResolveInfo) -> dict[str, Any] | None:
        found = root.ask(root.it.pk, "result", reading.results)
        return asdict(found) if found is not None else None


def worker_path(context: Context, token: str) -> str:
    """The address that opens for a worker without an account."""
    return f"/w/{context.union.code}/{token}"


NeedSurveyConnection = connection(NeedSurvey, counted=True)


class SurveyQueries(graphene.ObjectType):
    need_surveys = ApiField(
        NeedSurveyConnection,
        **page_arguments(),
        state=graphene.Argument(code_enum(SurveyState)),
        method=graphene.Argument(code_enum(SurveyMethod)),
        year=graphene.Int(),
        permission=Permission.NEEDS_VIEW,
        private=True,
        paged=True,
        description="当前工会的需求调查，新的在前。 / The acting union's surveys, latest first.",
    )
    need_survey = ApiField(
        NeedSurvey,
        id=graphene.ID(required=True),
        permission=Permission.NEEDS_VIEW,
        private=True,
        description="一项需求调查。 / One survey.",
    )

    @staticmethod
    def resolve_need_surveys(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = reading.surveys(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_OPENING.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_need_survey(_root: None, info: GraphQLResolveInfo, id: str) -> Row[Any]:
        return row(find_survey(info.context, key_of(id, "NeedSurvey")))


class SurveyQuestionInput(graphene.InputObjectType):
    """一道题。 / One question."""

    text = graphene.String(required=True, description="题目。 / What is asked.")
    kind = graphene.InputField(code_enum(QuestionKind), required=True, description="题型。 / Kind.")
    choices = graphene.List(graphene.NonNull(graphene.String), description="单选、多选的选项。 / Choices.")
    required = graphene.Boolean(description="必答。 / Must be answered.")
    field = graphene.InputField(
        code_enum(ServiceField), description="答案转为哪个领域的需求。 / Field of needs made of it."
    )


def _survey_fields(*, required: bool) -> dict[str, Any]:
    return {
        "title": graphene.String(required=required, description="名称。 / Title."),
        "intro": graphene.String(description="说明。 / Introduction."),
        "method": graphene.InputField(code_enum(SurveyMethod), description="方式。 / Method."),
        "target_groups": graphene.InputField(_GROUPS, description="面向人群。 / Groups."),
        "region_code": graphene.String(description="行政区划代码。 / Division."),
        "opens_on": graphene.Date(required=required, description="开始日期。 / First day."),
        "closes_on": graphene.Date(required=required, description="截止日期（含）。 / Last day, inclusive."),
        "sample_target": graphene.Int(description="计划份数。 / Answers that are aimed at."),
        "questions": graphene.List(graphene.NonNull(SurveyQuestionInput), description="全部题目。 / All questions."),
    }


CreateNeedSurveyInput = type(
    "CreateNeedSurveyInput",
    (graphene.InputObjectType,),
    {"__doc__": "新建需求调查。 / Begin a survey.", **_survey_fields(required=True)},
)
UpdateNeedSurveyInput = type(
    "UpdateNeedSurveyInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改尚未开始的调查；没有写的不变。 / Change a survey that has not begun; only what is given changes.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True, description="读到的版本。 / The version that was read."),
        **_survey_fields(required=False),
    },
)


class PaperAnswerInput(graphene.InputObjectType):
    """一题的回答；按题型填写其中一项。 / The answer to one question: one of the three, by its kind."""

    question = graphene.String(required=True, description="题号。 / The question's code.")
    choices = graphene.List(graphene.NonNull(graphene.String), description="所选选项的代码。 / Codes of choices.")
    number = graphene.Int(description="打分或数字。 / A mark or a number.")
    text = graphene.String(description="文字。 / Text.")


class EnterPaperAnswerInput(graphene.InputObjectType):
    """录入一份纸质答卷；不录入姓名和电话。 / One answer from paper, without name and telephone."""

    id = graphene.ID(required=True, description="调查的编号。 / Id of the survey.")
    answers = graphene.List(graphene.NonNull(PaperAnswerInput), required=True)
    group = graphene.InputField(code_enum(TargetGroup), description="人群。 / Group.")
    age_band = graphene.InputField(code_enum(AgeBand), description="年龄段。 / Age.")
    industry = graphene.String(description="行业。 / Industry.")
    street = graphene.String(description="街道。 / Street.")


class PickedAnswerInput(graphene.InputObjectType):
    """转为需求的一项答案。 / One answer that becomes a need."""

    question = graphene.String(required=True, description="题号。 / The question's code.")
    choice = graphene.String(required=True, description="选项的代码。 / The choice's code.")


class TurnIntoNeedsInput(graphene.InputObjectType):
    """把调查的答案转为需求。 / Record needs of a survey's answers."""

    id = graphene.ID(required=True, description="调查的编号。 / Id of the survey.")
    picked = graphene.List(graphene.NonNull(PickedAnswerInput), required=True)


class IssueWorkerLinksInput(graphene.InputObjectType):
    """为没有账号的职工生成链接。 / Links for workers without an account."""

    purpose = graphene.InputField(code_enum(LinkPurpose), required=True, description="用途。 / What for.")
    survey = graphene.ID(description="填写问卷的，写明调查。 / The survey, for answering one.")
    count = graphene.Int(required=True, description="几个。 / How many.")
    uses = graphene.Int(required=True, description="每个可用几次。 / Uses of each.")
    days = graphene.Int(required=True, description="有效天数。 / Days that they are good for.")


class _OnSurvey(ActionMutation):
    class Meta:
        abstract = True

    survey: ClassVar[Any] = graphene.Field(NeedSurvey, description="调查的新状态。 / The survey as it is now.")


def _told(given: dict[str, Any]) -> dict[str, Any]:
    told = said(given)
    if "questions" in told:
        told["asked"] = told.pop("questions")
    return told


class CreateNeedSurvey(_OnSurvey):
    """新建需求调查。 / Begin a survey."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = CreateNeedSurveyInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        return cls(survey=row(actions.create(by=context.acting, at=context.at, **_told(given))))


class UpdateNeedSurvey(_OnSurvey):
    """修改尚未开始的调查。 / Change a survey that has not begun."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = UpdateNeedSurveyInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_survey(context, key_of(id, "NeedSurvey"))
        made = actions.edit(survey=found, version=version, by=context.acting, at=context.at, **_told(given))
        return cls(survey=row(made))


class EnterPaperAnswer(ActionMutation):
    """录入一份纸质答卷。 / Enter one answer from paper."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = EnterPaperAnswerInput

    valid: ClassVar[Any] = graphene.Boolean(description="是否计入有效答卷。 / Whether it counts as valid.")

    @classmethod
    def perform(cls, context: Context, *, id: str, answers: list[dict[str, Any]], **about: Any) -> Self:
        found = find_survey(context, key_of(id, "NeedSurvey"))
        known = {question.code for question in questions.read(found.questions)}
        if any(one["question"] not in known for one in answers):
            raise Invalid({"answers": ["所答的题号不在问卷中，请按 questions 的 code 填写。"]})
        given = {**about, **{one["question"]: _answer(one) for one in answers}}
        return cls(valid=actions.enter_paper(survey=found, given=given, by=context.acting, at=context.at))


def _answer(given: dict[str, Any]) -> Any:
    """As a form would hand it over: one chosen code alone, several in a list."""
    chosen = given.get("choices")
    if chosen:
        return chosen[0] if len(chosen) == 1 else list(chosen)
    number = given.get("number")
    return given.get("text") if number is None else number


class TurnAnswersIntoNeeds(ActionMutation):
    """把显示人数的答案转为需求，转过的不再重复。 / Answers whose counts are shown become needs, each once."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = TurnIntoNeedsInput

    needs: ClassVar[Any] = graphene.List(graphene.NonNull(Need), description="新登记的需求。 / The needs recorded.")

    @classmethod
    def perform(cls, context: Context, *, id: str, picked: list[dict[str, str]]) -> Self:
        found = find_survey(context, key_of(id, "NeedSurvey"))
        pairs = [(one["question"], one["choice"]) for one in picked]
        made = actions.turn_into_needs(survey=found, picked=pairs, by=context.acting, at=context.at)
        return cls(needs=rows(made))


class IssueWorkerLinks(ActionMutation):
    """生成职工链接；只在此时显示。 / Links for workers, told now and never again."""

    class Meta:
        # Whoever may issue for which purpose is the action's own word.
        permission = Permission.DIRECTORY_VIEW
        input_type = IssueWorkerLinksInput

    paths: ClassVar[Any] = graphene.List(graphene.NonNull(graphene.String), description="链接地址。 / Addresses.")

    @classmethod
    def perform(cls, context: Context, *, purpose: LinkPurpose, survey: str | None = None, **given: int) -> Self:
        subject = find_survey(context, key_of(survey, "NeedSurvey")).pk if survey is not None else None
        tokens = links.issue(purpose=purpose, subject_id=subject, by=context.acting, at=context.at, **given)
        return cls(paths=[worker_path(context, token) for token in tokens])


class SurveyMutations(graphene.ObjectType):
    create_need_survey = CreateNeedSurvey.Field()
    update_need_survey = UpdateNeedSurvey.Field()
    enter_paper_answer = EnterPaperAnswer.Field()
    turn_answers_into_needs = TurnAnswersIntoNeeds.Field()
    issue_worker_links = IssueWorkerLinks.Field()
