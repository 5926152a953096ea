"""Surveys and what they came to, as this viewer may see them. Source: F02; V6."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commons.access.actors import Actor
from commons.access.policies import SMALL_CELLS_BELOW
from commons.kit.finding import one
from commons.kit.ids import digest
from tenants.needs import questions, tally
from tenants.needs.enums import LinkPurpose, SurveyState
from tenants.needs.models import Need, NeedSurvey, WorkerLink
from tenants.needs.policies import SURVEYS


@dataclass(frozen=True)
class Returned:
    """How many answers came in. `links_left`: one-time links that still open the survey."""

    total: int
    valid: int
    on_paper: int
    links_left: int


def surveys(actor: Actor) -> QuerySet[NeedSurvey]:
    """The surveys that `actor` may see, latest first, each with how many valid answers it has (`answers_valid`)."""
    rows = SURVEYS.visible(actor).annotate(answers_valid=Count("responses", filter=Q(responses__is_valid=True)))
    return rows.order_by("-opens_on", "-id")


def survey(actor: Actor, pk: UUID | str) -> NeedSurvey:
    """
    One survey.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(SURVEYS.visible(actor), pk)


def returned(survey: NeedSurvey) -> Returned:
    """Two statements."""
    told = survey.responses.aggregate(
        total=Count("pk"), valid=Count("pk", filter=Q(is_valid=True)), on_paper=Count("pk", filter=Q(on_paper=True))
    )
    left = WorkerLink.objects.filter(purpose=LinkPurpose.SURVEY, subject_id=survey.pk, uses_left__gt=0).count()
    return Returned(links_left=left, **told)


def result(survey: NeedSurvey) -> tally.Result | None:
    """What it came to: of an analysed survey as kept, of a closed one as it stands, of a running one nothing yet."""
    if survey.state in (SurveyState.ANALYSED, SurveyState.PUBLISHED):
        return tally.read(survey.summary)
    if survey.state != SurveyState.CLOSED:
        return None
    told = survey.responses.filter(is_valid=True).values_list("group", "answers")
    return tally.result(questions.read(survey.questions), [(str(group), answers) for group, answers in told])


def texts(survey: NeedSurvey) -> dict[str, list[str]]:
    """What was written in answer to open questions, in no order that tells who; nothing before the end or below five answers."""
    if survey.state not in (SurveyState.CLOSED, SurveyState.ANALYSED):
        return {}
    asked = [one.code for one in questions.read(survey.questions) if one.kind == questions.QuestionKind.TEXT]
    if not asked:
        return {}
    answers = list(survey.responses.filter(is_valid=True).values_list("answers", flat=True))
    found = {code: sorted(told[code] for told in answers if code in told) for code in asked}
    return {code: told for code, told in found.items() if len(told) >= SMALL_CELLS_BELOW}


def needs_of(survey: NeedSurvey) -> set[str]:
    """The titles of the needs that were made of its answers."""
    return set(Need.objects.filter(origin_id=survey.pk).values_list("title", flat=True))


def by_open_token(token: str) -> NeedSurvey | None:
    """The survey whose open address this is: for workers without an account."""
    return NeedSurvey.objects.filter(open_token=token).exclude(state=SurveyState.DRAFT).first() if token else None


def link(token: str, at: datetime) -> WorkerLink | None:
    """A link that still opens something: for workers without an account."""
    rows = WorkerLink.objects.filter(token_digest=digest(token), expires_at__gt=at, uses_left__gt=0)
    return rows.first()
