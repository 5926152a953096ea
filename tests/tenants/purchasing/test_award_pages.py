"""Who set a candidate aside, let the next step in, or ends a call that nobody takes, does it by the page. Source: SM-16, V6."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now, today
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.purchasing.enums import CallState, ProjectState
from tenants.purchasing.models import Bid, Call, ServiceProject
from tests.factories import people
from tests.tenants.purchasing import outcomes
from tests.tenants.purchasing.outcomes import CODE
from tests.tenants.purchasing.test_call_pages import signed_in

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
BASE = f"/u/{CODE}"


@pytest.fixture
def admin(country: Country, client_of: ClientOf) -> Client:
    return client_of(CODE, Role.UNION_ADMIN)


def test_the_first_is_set_aside_with_what_was_found(country: Country, admin: Client, client_of: ClientOf) -> None:
    with inside(country[CODE]):
        call, bids = outcomes.publicised(date(2026, 11, 20), 90, 85)
        first, next_ = (bid.provider for bid in bids)
        assert first is not None
        assert next_ is not None
        loser = signed_in(people.organization(CODE, next_.uscc).user)
    here, there = f"{BASE}/purchase-calls/{call.pk}", f"{BASE}/do/call/{call.pk}/set_aside"
    assert there in admin.get(here).content.decode()
    form = admin.get(there).content.decode()
    assert "由下一名递补为第一名，结果重新公示五个工作日" in form
    # Staff neither find the button nor get by the address.
    staff = client_of(CODE, Role.UNION_STAFF)
    assert there not in staff.get(here).content.decode()
    assert staff.post(there, {"version": "1", "code": "false_statement", "note": "业绩不实"}).status_code == 403

    empty = admin.post(there, {"version": "1", "code": "false_statement", "note": ""})
    assert empty.status_code == 422
    assert "请写明查实的情况，将随结果重新公布。" in empty.content.decode()
    with inside(country[CODE]):
        assert outcomes.states(call) == {1: "scored", 2: "scored"}

    given = {"version": "1", "code": "false_statement", "note": "业绩证明系伪造"}
    done = admin.post(there, given)
    assert (done.status_code, done["Location"]) == (302, here)
    # Sent twice, the second candidate stays.
    assert admin.post(there, given).status_code == 409
    with inside(country[CODE]):
        call.refresh_from_db()
        assert outcomes.states(call) == {None: "disqualified", 1: "scored"}
        assert (call.state, call.publicity_from) == (CallState.PUBLICISED, today(now()))
    text = loser.get(here).content.decode()
    for told in (first.name, next_.name, "资质不合格", "业绩证明系伪造", "78,000.00"):
        assert told in text
    assert "79,000.00" not in text


def test_a_call_that_nobody_takes_is_ended_and_called_again(country: Country, admin: Client) -> None:
    with inside(country[CODE]):
        call, bids = outcomes.publicised(date(2026, 11, 20), 90)
        project = call.project
        ServiceProject.objects.filter(pk=project.pk).update(state=ProjectState.AWARDED)
        Call.objects.filter(pk=call.pk).update(state=CallState.CONFIRMED)
        Bid.objects.filter(pk=bids[0].pk).update(
            state="won", award_amount=79_000, confirmed_on=date(2026, 11, 20), is_first_award=True
        )
    here, there = f"{BASE}/purchase-calls/{call.pk}", f"{BASE}/do/call/{call.pk}"
    text = admin.get(here).content.decode()
    assert "没有备选单位可以递补。请宣布流标，重新组织招募。" in text
    refused = admin.post(f"{there}/next_reserve", {"version": "1", "reason": "来函放弃"})
    assert (refused.status_code, "没有备选单位可以递补" in refused.content.decode()) == (422, True)
    assert admin.post(f"{there}/fail", {"version": "1", "reason": ""}).status_code == 422
    assert admin.post(f"{there}/fail", {"version": "1", "reason": "来函放弃"}).status_code == 302
    with inside(country[CODE]):
        project.refresh_from_db()
        assert (project.state, outcomes.states(call)) == (ProjectState.APPROVED, {1: "lost"})
    text = admin.get(here).content.decode()
    assert f"{BASE}/projects/{project.pk}/calls/new?copy={call.pk}" in text
