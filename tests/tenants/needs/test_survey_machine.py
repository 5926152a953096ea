"""SM-11: surveys are answered by nobody in particular. Source: DOMAIN §3.5; F02; V6."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.kit.ids import digest, uuid7
from commons.tenancy import door
from commons.workflow import alarms
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.needs import errors
from tenants.needs.actions import links
from tenants.needs.actions import surveys as actions
from tenants.needs.enums import LinkPurpose, NeedSource, SurveyState
from tenants.needs.machines.survey import SURVEY, SurveyEvent, end_of, mingle
from tenants.needs.models import Need, NeedSurvey, SurveyResponse, WorkerLink
from tenants.needs.selectors import surveys as reading
from tests.factories.needs import survey as make
from tests.tenants.needs import matrix
from tests.tenants.needs.conftest import USCC

GIVEN = {
    "q1": "c1",
    "q2": ["c2", "c1"],
    "q3": "4",
    "q4": "12",
    "q5": " 多办夜校 ",
    "group": "outdoor",
    "street": "望麓园街道",
}
STORED = {"q1": "c1", "q2": ["c1", "c2"], "q3": 4, "q4": 12, "q5": "多办夜校"}


def test_the_lines_and_who(kaifu: TradeUnion) -> None:
    row = make.survey()
    assert matrix.lines(SURVEY) == {
        ("draft", "open", "open"), ("open", "close", "closed"), ("closed", "analyse", "analysed"), ("analysed", "publish", "published"),
    }  # fmt: skip
    allowed = matrix.who(SURVEY, lambda state: row, matrix.actors("430105", USCC))
    assert set(map(frozenset, allowed.values())) == {frozenset({"union_admin", "union_staff", "secretariat"})}


class TestMaking:
    def test_questions_are_numbered_and_kept(self, staff: Actor, at: datetime) -> None:
        row = actions.create(
            title=" 需求调查 ",
            opens_on=date(2026, 12, 1),
            closes_on=date(2026, 12, 31),
            asked=make.ASKED,
            by=staff,
            at=at,
        )
        assert (row.title, row.year, row.state) == ("需求调查", 2026, SurveyState.DRAFT)
        assert row.questions[0] == {
            "code": "q1", "text": "您最希望工会提供哪项服务", "kind": "single", "required": True, "field": "psychological",
            "choices": [{"code": "c1", "text": "心理疏导"}, {"code": "c2", "text": "技能培训"}, {"code": "c3", "text": "法律咨询"}],
        }  # fmt: skip
        assert len(row.open_token) == 22

    @pytest.mark.parametrize(
        ("asked", "problem"),
        [
            ({"text": "", "kind": "text"}, "第 1 题：请填写题目，最多 200 个字。"),
            ({"text": "甲", "kind": "poem"}, "第 1 题：请选择题型。"),
            ({"text": "甲", "kind": "single", "choices": ["一"]}, "第 1 题：单选、多选须有 2 到 30 个选项，每行一个。"),
            ({"text": "甲", "kind": "multiple", "choices": ["一", "一"]}, "第 1 题：选项不能重复。"),
        ],
    )
    def test_what_is_no_question(self, staff: Actor, at: datetime, asked: dict[str, object], problem: str) -> None:
        with pytest.raises(Invalid) as refused:
            actions.create(
                title="x", opens_on=date(2026, 12, 1), closes_on=date(2026, 12, 2), asked=[asked], by=staff, at=at
            )
        assert refused.value.problems == {"questions": [problem]}
        assert NeedSurvey.objects.count() == 0

    def test_only_a_draft_is_edited(self, staff: Actor, leader: Actor, at: datetime, untouched: Any) -> None:
        row, running = make.survey(SurveyState.DRAFT), make.survey()
        actions.edit(survey=row, version=1, asked=make.ASKED[:1], closes_on=date(2026, 12, 5), by=staff, at=at)
        row.refresh_from_db()
        assert (len(row.questions), row.closes_on, row.version) == (1, date(2026, 12, 5), 2)
        kept = untouched(running)
        with pytest.raises(errors.WrongState):
            actions.edit(survey=running, version=1, title="改", by=staff, at=at)
        with pytest.raises(Conflict):
            actions.edit(survey=running, version=3, title="改", by=staff, at=at)
        with pytest.raises(Refused):
            actions.edit(survey=running, version=1, title="改", by=leader, at=at)
        kept()


class TestGuards:
    @pytest.mark.parametrize(
        ("fields", "code"),
        [({"questions": []}, "NEEDS.SURVEY_EMPTY"), ({"closes_on": date(2026, 11, 19)}, "NEEDS.SURVEY_OVER")],
    )
    def test_opening(self, staff: Actor, at: datetime, untouched: Any, fields: dict[str, Any], code: str) -> None:
        row = make.survey(SurveyState.DRAFT, **fields)
        kept = untouched(row)
        with pytest.raises(GuardRefused) as problem:
            transition(SURVEY, row, SurveyEvent.OPEN, by=staff, at=at)
        assert (problem.value.code, Job.objects.count()) == (code, 0)
        kept()

    def test_the_clock_closes_what_is_over_and_nothing_else(
        self, kaifu: TradeUnion, at: datetime, untouched: Any
    ) -> None:
        row = make.survey()
        kept = untouched(row)
        with pytest.raises(GuardRefused) as problem:
            transition(SURVEY, row, SurveyEvent.CLOSE, by=system("到期"), at=at)
        assert problem.value.code == "NEEDS.SURVEY_NOT_OVER"
        kept()

    def test_a_report_names_nobody(self, staff: Actor, at: datetime, untouched: Any) -> None:
        row = make.survey(SurveyState.CLOSED)
        kept = untouched(row)
        with pytest.raises(GuardRefused) as problem:
            transition(SURVEY, row, SurveyEvent.ANALYSE, by=staff, at=at, data={"report": "请联系 13812345678"})
        assert problem.value.code == "NEEDS.SURVEY_NOT_ANONYMOUS"
        kept()

    def test_four_answers_are_not_published(self, staff: Actor, at: datetime, untouched: Any) -> None:
        row = make.survey(SurveyState.ANALYSED)
        make.answers(row, {"q1": "c1"}, times=4)
        make.answers(row, {"q1": "c1"}, times=4, is_valid=False)
        kept = untouched(row)
        with pytest.raises(GuardRefused) as problem:
            transition(SURVEY, row, SurveyEvent.PUBLISH, by=staff, at=at)
        assert problem.value.code == "NEEDS.SURVEY_TOO_FEW"
        kept()


def test_the_alarm_closes_it_at_the_end_of_the_last_day(staff: Actor, at: datetime, kaifu: TradeUnion) -> None:
    row = make.survey(SurveyState.DRAFT)
    transition(SURVEY, row, SurveyEvent.OPEN, by=staff, at=at)
    job = Job.objects.get(kind=alarms.KIND)
    assert job.run_after == datetime(2026, 11, 30, 16, 0, tzinfo=UTC) == end_of(row)

    context = JobContext(
        id=job.pk, kind=job.kind, payload=job.payload, union=kaifu, by=system("到期", kaifu), at=job.run_after
    )
    assert alarms.ring(context) == {"rung": True}

    row.refresh_from_db()
    assert (row.state, row.closed_on) == (SurveyState.CLOSED, date(2026, 12, 1))
    assert alarms.ring(context) == {"rung": False, "why": "WORKFLOW.STATE"}


class TestAnswering:
    def test_an_answer_is_its_content_and_a_day(self, kaifu: TradeUnion, at: datetime) -> None:
        row = make.survey()
        before = Change.objects.count(), AuditEvent.objects.count()
        actions.answer(survey=row, given={**GIVEN, "name": "张三", "phone": "13800000000"}, at=at)
        answer = SurveyResponse.objects.get()
        assert answer.answers == STORED
        assert (answer.group, answer.age_band, answer.street) == ("outdoor", "", "望麓园街道")
        assert (answer.answered_on, answer.on_paper, answer.is_valid) == (date(2026, 11, 20), False, True)
        assert answer.pk.version == 4
        assert (Change.objects.count(), AuditEvent.objects.count()) == before
        assert {field.name for field in SurveyResponse._meta.fields} == {
            "id", "survey", "answers", "group", "age_band", "industry", "street", "answered_on", "on_paper", "is_valid",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("given", "where"),
        [
            ({**GIVEN, "q1": ""}, "q1"),
            ({**GIVEN, "q1": "c9"}, "q1"),
            ({**GIVEN, "q2": ["c1", "c9"]}, "q2"),
            ({**GIVEN, "q3": "6"}, "q3"),
            ({**GIVEN, "q4": "-1"}, "q4"),
            ({**GIVEN, "q5": "长" * 501}, "q5"),
        ],
    )
    def test_what_is_no_answer(self, kaifu: TradeUnion, at: datetime, given: dict[str, object], where: str) -> None:
        row = make.survey()
        token = make.link(subject=row.pk)
        with pytest.raises(Invalid) as problem:
            actions.answer(survey=row, given=given, at=at, token=token)
        assert list(problem.value.problems) == [where]
        assert SurveyResponse.objects.count() == 0
        assert WorkerLink.objects.get().uses_left == 1

    def test_a_one_time_link_serves_once_and_keeps_nothing_of_the_answer(self, kaifu: TradeUnion, at: datetime) -> None:
        row = make.survey()
        token = make.link(subject=row.pk)
        actions.answer(survey=row, given=GIVEN, at=at, token=token)
        with pytest.raises(NotFound):
            actions.answer(survey=row, given=GIVEN, at=at, token=token)
        [link] = WorkerLink.objects.values()
        assert SurveyResponse.objects.count() == 1
        assert (link["uses_left"], link["token_digest"]) == (0, digest(token))
        assert {name for name in link if name.endswith("_at")} == {"expires_at", "created_at"}

    @pytest.mark.parametrize(
        ("state", "at"),
        [
            (SurveyState.DRAFT, datetime(2026, 11, 20, tzinfo=UTC)),
            (SurveyState.CLOSED, datetime(2026, 11, 20, tzinfo=UTC)),
            (SurveyState.OPEN, datetime(2026, 10, 31, 15, 59, tzinfo=UTC)),
            (SurveyState.OPEN, datetime(2026, 11, 30, 16, 0, tzinfo=UTC)),
        ],
    )
    def test_outside_its_days_nobody_answers(self, kaifu: TradeUnion, state: SurveyState, at: datetime) -> None:
        row = make.survey(state)
        with pytest.raises(NotFound):
            actions.answer(survey=row, given=GIVEN, at=at)
        assert SurveyResponse.objects.count() == 0

    def test_half_an_answer_does_not_count(self, kaifu: TradeUnion, at: datetime) -> None:
        row = make.survey()
        actions.answer(survey=row, given={"q1": "c1", "q3": "3"}, at=at)
        assert SurveyResponse.objects.get().is_valid is False

    def test_one_mark_for_everything_does_not_count(self, kaifu: TradeUnion, at: datetime) -> None:
        asked = [
            {"code": f"q{n}", "text": "x", "kind": "scale", "choices": [], "required": False, "field": ""}
            for n in range(5)
        ]
        row = make.survey(questions=asked)
        actions.answer(survey=row, given={f"q{n}": 3 for n in range(5)}, at=at)
        actions.answer(survey=row, given={f"q{n}": 3 + n % 2 for n in range(5)}, at=at)
        assert sorted(SurveyResponse.objects.values_list("is_valid", flat=True)) == [False, True]

    def test_paper_is_entered_by_staff_until_the_analysis(self, staff: Actor, leader: Actor, at: datetime) -> None:
        row = make.survey(SurveyState.CLOSED)
        assert actions.enter_paper(survey=row, given=GIVEN, by=staff, at=at) is True
        assert actions.enter_paper(survey=row, given={"q3": "2"}, by=staff, at=at) is False
        assert SurveyResponse.objects.filter(on_paper=True).count() == 2
        with pytest.raises(Refused):
            actions.enter_paper(survey=row, given=GIVEN, by=leader, at=at)
        with pytest.raises(errors.WrongState):
            actions.enter_paper(survey=make.survey(SurveyState.ANALYSED), given=GIVEN, by=staff, at=at)


class TestUnjoinable:
    def hidden(self, table: str) -> set[object]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT xmin::text FROM {table}")
            return {row[0] for row in cursor.fetchall()}

    def test_closing_leaves_neither_key_nor_transaction_nor_order(self, staff: Actor, at: datetime) -> None:
        row, other = make.survey(), make.survey()
        tokens = [make.link(subject=row.pk) for _ in range(30)]
        for number, token in enumerate(tokens):
            actions.answer(survey=row, given={**GIVEN, "q4": str(number)}, at=at, token=token)
        make.answers(other, {"q1": "c1"})
        unused, elsewhere = make.link(subject=row.pk), make.link(subject=other.pk)
        keys = set(SurveyResponse.objects.filter(survey=row).values_list("pk", flat=True))
        stays = SurveyResponse.objects.get(survey=other).pk

        transition(SURVEY, row, SurveyEvent.CLOSE, by=staff, at=at)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT answers->>'q4' FROM needs_surveyresponse WHERE survey_id = %s ORDER BY ctid", [row.pk]
            )
            order = [int(told) for (told,) in cursor.fetchall()]
        assert sorted(order) == list(range(30)) != order
        assert keys.isdisjoint(SurveyResponse.objects.filter(survey=row).values_list("pk", flat=True))
        assert SurveyResponse.objects.get(survey=other).pk == stays
        assert not links.use_up(token=unused, purpose=LinkPurpose.SURVEY, at=at)
        assert links.use_up(token=elsewhere, purpose=LinkPurpose.SURVEY, at=at)

    def test_all_are_of_one_transaction_afterwards(self, own_database: str) -> None:
        with door.inside(TradeUnion.objects.get(code="430105")):
            row = make.survey()
            for _ in range(5):
                actions.answer(
                    survey=row, given=GIVEN, at=datetime(2026, 11, 20, tzinfo=UTC), token=make.link(subject=row.pk)
                )
            assert len(self.hidden("needs_surveyresponse")) == 5
            mingle(row)
            assert len(self.hidden("needs_workerlink")) == 1
            assert SurveyResponse.objects.count() == 5


class TestResult:
    def closed(self) -> NeedSurvey:
        row = make.survey(SurveyState.CLOSED, target_groups=["outdoor"])
        make.answers(row, {"q1": "c1", "q5": "甲"}, {"q1": "c2", "q5": "乙"}, times=6)
        make.answers(row, {"q1": "c3"}, times=2)
        make.answers(row, {"q1": "c3"}, times=9, is_valid=False)
        return row

    def test_is_told_from_the_end_on_without_small_counts(self, staff: Actor, at: datetime) -> None:
        row = self.closed()
        told = reading.result(row)
        assert told is not None
        assert (told.valid, [cell.count for cell in told.questions[0].cells]) == (14, [None, 6, None])
        assert reading.result(make.survey()) is None
        assert reading.texts(row) == {"q5": ["乙"] * 6 + ["甲"] * 6}
        transition(SURVEY, row, SurveyEvent.ANALYSE, by=staff, at=at, data={"report": "以心理疏导为主。"})
        row.refresh_from_db()
        assert reading.result(row) == told
        SurveyResponse.objects.all().delete()
        assert reading.result(row) == told

    def test_answers_become_needs_once(self, staff: Actor, leader: Actor, at: datetime) -> None:
        row = self.closed()
        with pytest.raises(errors.WrongState):
            actions.turn_into_needs(survey=row, picked=[("q1", "c2")], by=staff, at=at)
        transition(SURVEY, row, SurveyEvent.ANALYSE, by=staff, at=at, data={"report": "以心理疏导为主。"})
        [need] = actions.turn_into_needs(survey=row, picked=[("q1", "c2")], by=staff, at=at)
        assert (need.title, need.source, need.origin_id) == ("技能培训", NeedSource.SURVEY, row.pk)
        assert (need.field, need.persons_estimate, need.groups) == ("psychological", 6, ["outdoor"])
        assert actions.turn_into_needs(survey=row, picked=[("q1", "c2")], by=staff, at=at) == []
        for picked in (("q1", "c1"), ("q1", "c9"), ("q9", "c1")):
            with pytest.raises(Invalid):
                actions.turn_into_needs(survey=row, picked=[picked], by=staff, at=at)
        with pytest.raises(Refused):
            actions.turn_into_needs(survey=row, picked=[("q1", "c2")], by=leader, at=at)
        assert Need.objects.count() == 1


class TestLinks:
    def test_their_tokens_are_told_once_and_nowhere_kept(self, staff: Actor, at: datetime) -> None:
        row = make.survey()
        tokens = links.issue(purpose=LinkPurpose.SURVEY, subject_id=row.pk, count=3, uses=1, days=30, by=staff, at=at)
        assert len(set(tokens)) == 3
        assert {one.token_digest for one in WorkerLink.objects.all()} == {digest(token) for token in tokens}
        assert [reading.link(token, at) is not None for token in tokens] == [True] * 3
        assert reading.link(tokens[0], at + timedelta(days=30)) is None
        assert AuditEvent.objects.get(event="needs.links.issue").data == {"purpose": "survey", "count": 3, "uses": 1}

    @pytest.mark.parametrize("given", [{"count": 0}, {"count": 501}, {"uses": 0}, {"days": 0}])
    def test_limits(self, staff: Actor, at: datetime, given: dict[str, int]) -> None:
        with pytest.raises(Invalid):
            links.issue(purpose=LinkPurpose.ORDER, by=staff, at=at, **{"count": 1, "uses": 1, "days": 1, **given})

    def test_by_whom(self, leader: Actor, provider: Actor, unit: Actor, at: datetime) -> None:
        for by in (leader, provider, unit):
            for purpose in links.ISSUED_BY:
                with pytest.raises(Refused):
                    links.issue(purpose=purpose, count=1, uses=1, days=1, by=by, at=at)
        assert WorkerLink.objects.count() == 0


def test_a_neighbours_survey_is_not_found(
    neighbour: Actor, kaifu: TradeUnion, country: dict[str, TradeUnion], at: datetime, actor_of: Callable[..., Actor]
) -> None:
    row = make.survey()
    token = make.link(subject=row.pk)
    with door.inside(country["430111"]):
        assert list(reading.surveys(neighbour)) == []
        assert reading.by_open_token(row.open_token) is None
        assert reading.link(token, at) is None
        for pk in (row.pk, uuid7(), "x"):
            with pytest.raises(NotFound):
                reading.survey(neighbour, pk)


def test_answers_are_counted(staff: Actor) -> None:
    row = make.survey()
    make.answers(row, {"q1": "c1"}, times=3)
    make.answers(row, {"q1": "c1"}, is_valid=False, on_paper=True)
    make.link(subject=row.pk)
    told = reading.returned(row)
    assert (told.total, told.valid, told.on_paper, told.links_left) == (4, 3, 1, 1)
    assert reading.surveys(staff).get().answers_valid == 3
    with pytest.raises(StateRefused):
        transition(SURVEY, row, SurveyEvent.PUBLISH, by=staff, at=datetime(2026, 11, 20, tzinfo=UTC))
