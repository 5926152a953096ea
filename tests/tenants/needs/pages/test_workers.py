"""/w/<code>/<token>: workers without an account. Source: DOMAIN §4.1, Q25; V6."""

from datetime import timedelta

import pytest
from django.test import Client

from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now, today
from commons.tenancy import door
from tenants.needs import throttle
from tenants.needs.enums import AppealState, LinkPurpose, OrderState
from tenants.needs.models import Appeal, NeedSurvey, ServiceOrder, SurveyResponse
from tests.factories.needs import appeal as appeals
from tests.factories.needs import order as orders
from tests.factories.needs import survey as surveys


def running() -> NeedSurvey:
    return surveys.survey(opens_on=today() - timedelta(days=1), closes_on=today() + timedelta(days=1))


def test_a_survey_is_answered_by_its_open_address(kaifu: TradeUnion) -> None:
    row = running()
    url = f"/w/430105/{row.open_token}"
    page = Client().get(url)
    assert page.status_code == 200
    assert "您最希望工会提供哪项服务" in page.text
    events = AuditEvent.objects.count()
    assert Client().post(url, {}).status_code == 422
    answered = Client().post(url, {"q1": "c1", "q2": ["c1", "c2"], "q3": "5", "group": "outdoor"})
    assert (answered.status_code, answered["Location"]) == (302, "/w/430105/thanks")
    assert SurveyResponse.objects.get().answers == {"q1": "c1", "q2": ["c1", "c2"], "q3": 5}
    assert AuditEvent.objects.count() == events
    assert Client().get(answered["Location"]).status_code == 200


def test_a_one_time_link_is_gone_afterwards(kaifu: TradeUnion) -> None:
    row = running()
    url = f"/w/430105/{surveys.link(subject=row.pk)}"
    assert Client().post(url, {"q1": "c1"}).status_code == 302
    assert Client().get(url).status_code == 404
    assert Client().post(url, {"q1": "c1"}).status_code == 404
    assert SurveyResponse.objects.count() == 1


def test_a_token_opens_nothing_elsewhere(kaifu: TradeUnion) -> None:
    row = running()
    for code, token in (("430111", row.open_token), ("430105", "x"), ("999999", row.open_token)):
        assert Client().get(f"/w/{code}/{token}").status_code == 404


def test_guessing_ends(kaifu: TradeUnion) -> None:
    browser = Client()
    told = [browser.get(f"/w/430105/guess-{number}").status_code for number in range(throttle.MOST_MISSED + 1)]
    assert told == [404] * throttle.MOST_MISSED + [429]


def test_one_address_sends_no_more_in_ten_minutes() -> None:
    at = now()
    for _ in range(2):
        throttle.hold("sent", "192.0.2.7", 2, at)
    with pytest.raises(throttle.TooOften) as told:
        throttle.hold("sent", "192.0.2.7", 2, at)
    assert (told.value.code, told.value.status) == ("NEEDS.TOO_OFTEN", 429)
    # Another address, another kind, and the time after are not meant.
    throttle.hold("sent", "192.0.2.8", 2, at)
    throttle.hold("missed", "192.0.2.7", 2, at)
    throttle.hold("sent", "192.0.2.7", 2, at + timedelta(seconds=throttle.WINDOW_S))


def test_an_order_and_its_rating(kaifu: TradeUnion) -> None:
    item = orders.item()
    url = f"/w/430105/{surveys.link(LinkPurpose.ORDER)}"
    assert item.title in Client().get(url).text
    given = {"item": str(item.pk), "phone": "13812345678", "quantity": "1"}
    wrong = Client().post(url, {**given, "phone": "1"})
    assert (wrong.status_code, "请填写 11 位手机号码。" in wrong.text) == (422, True)
    ordered = Client().post(url, given)
    follow = ordered["Location"]
    row = ServiceOrder.objects.get()
    assert row.number in Client().get(follow).text
    ServiceOrder.objects.update(state=OrderState.DELIVERED, delivered_on=today())
    assert Client().post(follow, {"rating": "4"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.rating) == (OrderState.RATED, 4)
    assert Client().get(follow).status_code == 404


def test_an_appeal_and_its_code_without_the_address_of_who_raised_it(kaifu: TradeUnion) -> None:
    url = f"/w/430105/{surveys.link(LinkPurpose.APPEAL)}"
    raised = Client(REMOTE_ADDR="192.0.2.77").post(url, {"category": "wage", "text": "拖欠工资"})
    assert raised.status_code == 302
    row = Appeal.objects.get()
    assert row.is_anonymous
    event = AuditEvent.objects.get(object_id=str(row.pk))
    assert (event.ip, event.request_id, event.user_id) == (None, "", None)
    followed = Client().get(raised["Location"])
    assert row.number in followed.text
    assert "拖欠工资" not in followed.text


@pytest.mark.parametrize("state", [AppealState.REPLIED, AppealState.CLOSED])
def test_a_reply_is_read_and_answered_by_the_code(kaifu: TradeUnion, state: AppealState) -> None:
    row = appeals.appeal(state)
    url = f"/w/430105/{surveys.link(LinkPurpose.APPEAL, row.pk)}"
    assert "已安装降温设备。" in Client().get(url).text
    assert Client().post(url, {"text": "又停了"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.due_on) == (AppealState.REOPENED, today(now()) + timedelta(days=15))


def test_a_suspended_union_takes_nothing(kaifu: TradeUnion) -> None:
    row = running()
    with door.outside():
        TradeUnion.objects.filter(pk=kaifu.pk).update(state="suspended")
    assert Client().get(f"/w/430105/{row.open_token}").status_code == 404
