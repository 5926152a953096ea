"""The pages of surveys."""

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import SurveyState
from tenants.needs.models import Need, NeedSurvey, SurveyResponse, WorkerLink
from tenants.needs.questions import build
from tenants.needs.tally import result
from tests.factories.needs import survey as make

BASE = "/u/430105/needs/surveys"
FORM = {
    "title": "2026年骑手服务需求调查", "method": "online", "opens_on": "2026-11-25", "closes_on": "2026-12-10", "sample_target": "200",
    "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
    "form-0-text": "最希望的服务", "form-0-kind": "single", "form-0-choices": "心理疏导\n技能培训", "form-0-field": "psychological",
    "form-1-text": "", "form-1-kind": "single",
}  # fmt: skip


def analysed() -> NeedSurvey:
    told = [("", {"q1": "c1"})] * 7 + [("", {"q1": "c2"})] * 2
    return make.survey(SurveyState.ANALYSED, summary=result(build(make.ASKED), told).stored)


def test_built_with_rows_added_without_a_script(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    more = client.post(f"{BASE}/new", {**FORM, "more": "1"})
    assert (more.status_code, NeedSurvey.objects.count()) == (200, 0)
    assert ("form-4-text" in more.text, "最希望的服务" in more.text, FORM["title"] in more.text) == (True, True, True)
    made = client.post(f"{BASE}/new", FORM)
    assert made.status_code == 302
    row = NeedSurvey.objects.get()
    assert [(one["text"], len(one["choices"])) for one in row.questions] == [("最希望的服务", 2)]
    edited = client.post(f"{BASE}/{row.pk}/edit", {**FORM, "title": "骑手调查", "version": "1"})
    assert edited.status_code == 302
    assert client.post(f"{BASE}/{row.pk}/edit", {**FORM, "title": "又一名称", "version": "1"}).status_code == 409
    assert NeedSurvey.objects.get().title == "骑手调查"
    assert "骑手调查" in client.get(BASE).text


def test_a_question_without_choices_is_refused_by_its_number(
    kaifu: TradeUnion, client_of: Callable[..., Client]
) -> None:
    page = client_of("430105", Role.UNION_STAFF).post(f"{BASE}/new", {**FORM, "form-0-choices": ""})
    assert (page.status_code, "第 1 题：单选、多选须有" in page.text, NeedSurvey.objects.count()) == (422, True, 0)


def test_open_it_shows_its_address_and_its_code(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    row, draft = make.survey(), make.survey(SurveyState.DRAFT)
    client = client_of("430105", Role.UNION_STAFF)
    page = client.get(f"{BASE}/{row.pk}").text
    assert (f"/w/430105/{row.open_token}" in page, "data:image/svg" in page) == (True, True)
    assert "data:image/svg" not in client.get(f"{BASE}/{draft.pk}").text
    sheet = client.post(f"{BASE}/{row.pk}/links", {"count": "2", "uses": "1", "days": "10"})
    assert (sheet.text.count("data:image/svg"), WorkerLink.objects.filter(subject_id=row.pk).count()) == (2, 2)


def test_entered_from_paper(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    row = make.survey()
    client = client_of("430105", Role.UNION_STAFF)
    done = client.post(f"{BASE}/{row.pk}/paper", {"q1": "c1", "q3": "4", "q4": "6"})
    assert done.status_code == 302
    answer = SurveyResponse.objects.get()
    assert (answer.on_paper, answer.is_valid, answer.answers) == (True, True, {"q1": "c1", "q3": 4, "q4": 6})


def test_counts_below_five_are_not_there_and_become_no_need(
    kaifu: TradeUnion, client_of: Callable[..., Client]
) -> None:
    row = analysed()
    client = client_of("430105", Role.UNION_STAFF)
    page = client.get(f"{BASE}/{row.pk}/result")
    cells = page.context["page"].shown[0].told.cells
    assert (page.status_code, [cell.count for cell in cells]) == (200, [None, None, 0])
    refused = client.post(f"{BASE}/{row.pk}/needs", {"picked": ["q1.c2"]})
    assert (refused.status_code, Need.objects.count()) == (422, 0)


def test_answers_become_needs_once(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    told = [("", {"q1": "c1"})] * 7 + [("", {"q1": "c2"})] * 6
    row = make.survey(SurveyState.ANALYSED, summary=result(build(make.ASKED), told).stored)
    client = client_of("430105", Role.UNION_STAFF)
    for _ in range(2):
        assert client.post(f"{BASE}/{row.pk}/needs", {"picked": ["q1.c1"]}).status_code == 302
    need = Need.objects.get()
    assert (need.title, need.persons_estimate, need.origin_id) == ("心理疏导", 7, row.pk)
    assert "已转为需求" in client.get(f"{BASE}/{row.pk}/result").text


def test_leaders_read_and_change_nothing(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    row = make.survey()
    client = client_of("430105", Role.LEADER)
    assert [client.get(url).status_code for url in (BASE, f"{BASE}/{row.pk}", f"{BASE}/{row.pk}/result")] == [200] * 3
    for name in ("edit", "links", "paper", "needs"):
        assert client.post(f"{BASE}/{row.pk}/{name}", {}).status_code == 403
    assert client.get(f"{BASE}/new").status_code == 403


def test_a_neighbours_survey_is_not_there(
    kaifu: TradeUnion, country: dict[str, TradeUnion], client_of: Callable[..., Client]
) -> None:
    with door.inside(country["430111"]):
        row = make.survey(title="邻区的调查")
    client = client_of("430105", Role.UNION_ADMIN)
    for name in ("", "/edit", "/links", "/paper", "/result", "/needs"):
        assert client.get(f"{BASE}/{row.pk}{name}").status_code == 404
    assert "邻区的调查" not in client.get(BASE).text


def test_the_list_costs_the_same_however_long(
    kaifu: TradeUnion, client_of: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    for _ in range(12):
        make.survey()
    client.get(BASE)
    with django_assert_max_num_queries(20):
        assert client.get(BASE).status_code == 200
