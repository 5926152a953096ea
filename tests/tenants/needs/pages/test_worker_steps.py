"""What a worker may still do by the link of an order or an appeal: take it back, say how it was handled."""

from django.test import Client

from commons.hierarchy.models import TradeUnion
from tenants.needs.enums import AppealState, LinkPurpose, OrderState
from tests.factories.needs import appeal, order, survey


def test_an_order_is_taken_back_while_nobody_has_approved_it(kaifu: TradeUnion) -> None:
    item = order.item()
    row, approved = order.order(item), order.order(item, OrderState.APPROVED)
    client = Client()
    url = f"/w/430105/{survey.link(LinkPurpose.RATING, row.pk)}"
    assert "取消点单" in client.get(url).text
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert row.state == OrderState.CANCELLED
    other = f"/w/430105/{survey.link(LinkPurpose.RATING, approved.pk)}"
    assert "取消点单" not in client.get(other).text
    client.post(other)
    approved.refresh_from_db()
    assert approved.state == OrderState.APPROVED


def test_the_outcome_of_an_appeal_is_rated_once(kaifu: TradeUnion) -> None:
    row = appeal.appeal(AppealState.REPLIED)
    client = Client()
    url = f"/w/430105/{survey.link(LinkPurpose.APPEAL, row.pk)}"
    wrong = client.post(url, {"other": "1"})
    row.refresh_from_db()
    assert (wrong.status_code, "请选择满意程度。" in wrong.text, row.satisfaction) == (422, True, None)
    assert client.post(url, {"other": "1", "satisfaction": "4"}).status_code == 302
    row.refresh_from_db()
    assert (row.satisfaction, row.state) == (4, AppealState.REPLIED)
    assert "对办理结果满意吗" not in client.get(url).text
