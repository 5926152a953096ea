"""Pages of calls, bids and reviews: what they say, to whom, and that they do what they say. Source: SM-16, SM-17, §4.2."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.people.models import User
from commons.tenancy.door import inside
from tenants.purchasing.enums import BidState, CallState, MemberState, ProjectState
from tenants.purchasing.models import Bid, Call, CallNote, Review
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
BASE = "/u/430105"


def signed_in(holder: User | None) -> Client:
    assert holder is not None
    client = Client()
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def code() -> str:
    return organizations.credit_code()


@pytest.fixture
def bidder(country: Country, code: str) -> Client:
    return signed_in(people.organization("430105", code).user)


@pytest.fixture
def staff(country: Country, client_of: ClientOf) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def written(call: Call, **more: object) -> dict[str, object]:
    return {
        "contact_name": "刘芳", "contact_phone": "13800000001", "plan": "开展二十场团体辅导。", "version": "",
        "lines_0_name": "服务费", "lines_0_amount": "60,000", "lines_1_name": "场地费", "lines_1_amount": "5000.5",
        "team_0_name": "陈静", "team_0_role": "主管", "team_0_qualification": "社会工作师", **more,
    }  # fmt: skip


def test_a_call_is_drafted_changed_and_published_by_pages(staff: Client, country: Country) -> None:
    with inside(country["430105"]):
        project = factory.sourcing(state=ProjectState.APPROVED, budget=100_000)
    assert "起草招募公告" in staff.get(f"{BASE}/projects/{project.pk}").content.decode()
    new = f"{BASE}/projects/{project.pk}/calls/new"
    typed = staff.get(new).context["page"].form.initial
    assert (typed["ceiling"], typed["min_days"], typed["panel_size"]) == (Decimal("100000.00"), 10, 3)
    due = clock.now() + timedelta(days=12)
    given = {
        "title": "职工心理关爱服务招募", "text": "二十场团体辅导。", "method": "open_call", "ceiling": "90000",
        "bid_deadline": factory.local(due), "min_days": "10", "panel_size": "3", "invited": "", "min_years": "2",
        "registration_valid": "on", "rating": "A3", "union_built": "preferred", "org_types": ["social_group"],
    }  # fmt: skip
    bad = staff.post(new, {**given, "title": "", "ceiling": "无"})
    assert bad.status_code == 422
    assert "二十场团体辅导。" in bad.content.decode()
    answer = staff.post(new, given)
    with inside(country["430105"]):
        call = Call.objects.get()
    here = f"{BASE}/purchase-calls/{call.pk}"
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert (call.min_bids, call.admission["rating"], call.admission["min_years"]) == (3, "A3", 2)
    edit = staff.get(f"{here}/edit").context["page"].form.initial
    assert edit["org_types"] == ["social_group"]
    assert staff.post(f"{here}/edit", {**given, "min_years": "3", "version": 1}).status_code == 302
    assert staff.post(f"{here}/edit", {**given, "min_years": "4", "version": 1}).status_code == 409
    assert staff.post(f"{BASE}/do/call/{call.pk}/publish", {"version": 2}).status_code == 302
    text = staff.get(here).content.decode()
    assert "登记成立满 3 年。" in text
    assert "评估等级 3A 及以上" in text
    with inside(country["430105"]):
        call.refresh_from_db()
    assert (call.state, bool(call.envelope)) == (CallState.PUBLISHED, True)
    late = staff.post(f"{here}/edit", {**given, "version": 3})
    assert late.status_code == 422
    assert "请发布补充公告" in late.content.decode()
    assert "职工心理关爱服务招募" in staff.get(f"{BASE}/purchase-calls").content.decode()


def test_an_organization_writes_reads_and_submits_its_bid_and_nobody_else_finds_it(
    staff: Client, bidder: Client, country: Country, client_of: ClientOf
) -> None:
    with inside(country["430105"]):
        call = factory.call()
    form = f"{BASE}/purchase-calls/{call.pk}/bid"
    assert "填写申报书" in bidder.get(f"{BASE}/purchase-calls/{call.pk}").content.decode()
    wrong = bidder.post(form, written(call, lines_1_amount="五千"))
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "第 2 行请写明项目和金额" in text
    assert "开展二十场团体辅导。" in text
    assert 'value="五千"' in text
    upload = SimpleUploadedFile("执照.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    answer = bidder.post(form, written(call, files=upload))
    with inside(country["430105"]):
        bid = Bid.objects.get()
    here = f"{BASE}/bids/{bid.pk}"
    assert (answer.status_code, answer["Location"]) == (302, here)
    text = bidder.get(here).content.decode()
    assert "65,000.50 元" in text
    assert "开展二十场团体辅导。" in text
    assert bidder.get(f"{here}/files/0").content == b"%PDF-1.4 x"
    assert bidder.get(f"{here}/files/1").status_code == 404
    kept = bidder.get(form).context["page"].form
    assert (kept["lines_1_amount"].value(), kept.kept) == ("5000.50", ["执照.pdf"])
    assert bidder.post(form, written(call, version="1", lines_1_name="", lines_1_amount="")).status_code == 302
    assert bidder.post(form, written(call, version="1")).status_code == 409
    assert bidder.post(f"{BASE}/do/bid/{bid.pk}/submit", {"version": 2}).status_code == 302
    with inside(country["430105"]):
        bid.refresh_from_db()
        reads = AuditEvent.objects.filter(event="purchasing.bid.read_own", object_id=str(bid.pk))
        assert {(one.user_id, one.by_name, one.ip) for one in reads} == {(None, "申报单位", None)}
    assert bid.state == BidState.SUBMITTED
    assert bid.receipt in bidder.get(here).content.decode()
    assert call.title in bidder.get(f"{BASE}/bids").content.decode()
    assert call.title in bidder.get(f"{BASE}/portal").content.decode()

    other = signed_in(people.organization("430105", organizations.credit_code()).user)
    for client in (staff, client_of("430105", Role.UNION_ADMIN), client_of("430105", Role.LEADER), other):
        assert client.get(here).status_code == 404
        assert client.get(f"{here}/files/0").status_code == 404
        assert client.get(f"{BASE}/do/bid/{bid.pk}/withdraw").status_code == 404
    assert client_of("430111", Role.UNION_ADMIN).get(f"/u/430111/bids/{bid.pk}").status_code == 404
    assert "65,000" not in staff.get(f"{BASE}/purchase-calls/{call.pk}").content.decode()


def test_a_question_is_answered_to_all_and_says_not_who_asked(
    staff: Client, bidder: Client, country: Country, code: str
) -> None:
    with inside(country["430105"]):
        call = factory.call()
    here = f"{BASE}/purchase-calls/{call.pk}"
    assert bidder.post(f"{here}/questions/new", {"text": ""}).status_code == 422
    assert bidder.post(f"{here}/questions/new", {"text": "可否联合申报？"}).status_code == 302
    with inside(country["430105"]):
        note = CallNote.objects.get()
    assert (note.by_uscc, note.created_by_id, note.created_by_name) == ("", None, "申报单位")
    assert staff.post(f"{here}/notes/{note.pk}", {"answer": "不接受联合申报。"}).status_code == 302
    assert staff.post(f"{here}/notes/{note.pk}", {"answer": "改口。"}).status_code == 422
    other = signed_in(people.organization("430105", organizations.credit_code()).user)
    text = other.get(here).content.decode()
    assert "可否联合申报？" in text
    assert "不接受联合申报。" in text
    assert bidder.post(f"{here}/notes/{note.pk}", {"answer": "x"}).status_code == 403
    with inside(country["430105"]):
        note.refresh_from_db()
    assert note.answer == "不接受联合申报。"


def test_an_expert_declares_before_seeing_and_scores_what_nobody_else_sees(
    staff: Client, country: Country, client_of: ClientOf
) -> None:
    union = country["430105"]
    with inside(union):
        call = factory.call(state=CallState.REVIEW)
        bid = factory.bid(call, state=BidState.QUALIFIED)
        seat, holder = factory.member(call, union, state=MemberState.DRAWN)
        _, second = factory.member(call, union)
        name = bid.provider.name if bid.provider else ""
    expert, colleague = signed_in(holder), signed_in(second)
    here = f"{BASE}/reviews/{call.pk}"
    waiting = expert.get(f"{BASE}/todo").context["page"].rows
    assert [(one.label, one.title, one.url) for one in waiting] == [("声明是否需要回避", call.title, here)]
    page = expert.get(here)
    assert (page.context["page"].bidders, page.context["page"].bids) == ([name], None)
    assert expert.get(f"{BASE}/bids/{bid.pk}").status_code == 404
    assert expert.get(f"{here}/{bid.pk}").status_code == 404
    assert expert.post(f"{BASE}/do/panelmember/{seat.pk}/declare", {"version": 1}).status_code == 302
    assert expert.get(f"{BASE}/bids/{bid.pk}").status_code == 200

    points = {str(item["code"]): "80" for item in factory.ITEMS}
    wrong = expert.post(f"{here}/{bid.pk}", {**points, "plan": "101", "comment": "好", "version": ""})
    assert wrong.status_code == 422
    assert "须在 0 至 100 之间" in wrong.content.decode()
    assert expert.post(f"{here}/{bid.pk}", {**points, "brand": "", "version": ""}).status_code == 302
    assert expert.post(f"{here}/{bid.pk}/lock", {"version": 1}).status_code == 422
    assert expert.post(f"{here}/{bid.pk}", {**points, "version": "1"}).status_code == 302
    assert expert.post(f"{here}/{bid.pk}/lock", {"version": 2}).status_code == 302
    with inside(union):
        review = Review.objects.get()
    assert review.locked_at is not None
    assert expert.post(f"{here}/{bid.pk}", {**points, "plan": "10", "version": "3"}).status_code == 422
    assert "各位专家的评分" not in staff.get(f"{BASE}/purchase-calls/{call.pk}").content.decode()
    assert colleague.get(f"{here}/{bid.pk}").context["page"].form["plan"].value() == ""
    assert call.title in colleague.get(f"{BASE}/reviews").content.decode()
    stranger = client_of("430105", Role.REVIEWER)
    assert stranger.get(here).status_code == 404
    assert stranger.get(f"{BASE}/purchase-calls/{call.pk}").status_code == 404
    assert staff.get(here)["Location"] == f"{BASE}/purchase-calls/{call.pk}"


def test_the_result_notice_tells_all_bidders_every_score(country: Country, client_of: ClientOf) -> None:
    union = country["430105"]
    with inside(union):
        call = factory.call(
            state=CallState.PUBLICISED, publicity_from=date(2026, 11, 20), publicity_until=date(2030, 1, 5)
        )
        best = factory.bid(call, state=BidState.SCORED, score=Decimal("91.5"), rank=1, total=70_000)
        next_ = factory.bid(call, state=BidState.SCORED, score=Decimal("83.25"), rank=2, total=65_000)
        assert best.provider is not None
        assert next_.provider is not None
        codes = [best.provider.uscc, next_.provider.uscc]
    loser = signed_in(people.organization("430105", codes[1]).user)
    here = f"{BASE}/purchase-calls/{call.pk}"
    text = loser.get(here).content.decode()
    for told in (best.provider.name, "91.5", "83.25", "70,000.00"):
        assert told in text
    # The price of those who are not proposed is nobody else's.
    assert "65,000.00" not in text
    assert loser.post(f"{here}/objections/new", {"text": "评分依据不足。"}).status_code == 302
    stranger = signed_in(people.organization("430105", organizations.credit_code()).user)
    assert stranger.post(f"{here}/objections/new", {"text": "评分依据不足。"}).status_code == 422
    assert "评分依据不足。" not in stranger.get(here).content.decode()
    assert "评分依据不足。" in client_of("430105", Role.LEADER).get(here).content.decode()


def test_a_call_that_no_worker_opened_is_opened_by_whoever_looks(staff: Client, country: Country) -> None:
    with inside(country["430105"]):
        call = factory.call(deadline=clock.now() - timedelta(minutes=1), min_bids=1)
        bid = factory.sealed(call, organizations.credit_code(), name="湘江服务社")
    text = staff.get(f"{BASE}/purchase-calls/{call.pk}").content.decode()
    with inside(country["430105"]):
        call.refresh_from_db()
        bid.refresh_from_db()
    assert (call.state, bid.state) == (CallState.OPENING, BidState.OPENED)
    assert bid.receipt in text
    assert "湘江服务社" in text
