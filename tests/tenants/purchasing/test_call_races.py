"""Two at once with the same bid or the same draw: one wins, the other is told, and nothing is there twice. Source: SM-16, SM-17."""

from datetime import UTC, datetime

from commons.access import actors
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call, PanelMember
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.tenants.purchasing.contracting import CODE
from tests.tenants.purchasing.test_payment_races import together


def staff(union: TradeUnion) -> Actor:
    holder = people.user(f"经办{datetime.now(UTC).timestamp()}")
    people.assign(holder, union, Role.UNION_STAFF)
    return actors.acting(holder, union)


def test_one_organization_submits_twice_at_once(own_database: str) -> None:
    union, uscc = TradeUnion.objects.get(code=CODE), organizations.credit_code()
    by = people.organization(CODE, uscc)
    with door.inside(union):
        bid = factory.sealed(factory.call(), uscc, state=BidState.DRAFT)
    submit = lambda: transition(BID, bid, BidEvent.SUBMIT, by=by, at=clock.now())  # noqa: E731
    refusals = together(union, [submit, submit])
    assert [type(one) for one in refusals] == [StateRefused]
    with door.inside(union):
        assert list(Bid.objects.values_list("state", "version")) == [("submitted", 2)]
    assert AuditEvent.objects.filter(event="purchasing.bid.receipt").count() == 1


def test_two_people_draw_one_panel_at_once(own_database: str) -> None:
    union = TradeUnion.objects.get(code=CODE)
    first, second = staff(union), staff(union)
    with door.inside(union):
        call = factory.call(state=CallState.OPENING)
        factory.bid(call)
        for _ in range(5):
            factory.expert(union)
    draw = [lambda by=by: transition(CALL, call, CallEvent.DRAW, by=by, at=clock.now()) for by in (first, second)]
    refusals = together(union, list(draw))
    assert [(type(one), one.code) for one in refusals] == [(GuardRefused, "PURCHASING.CALL_ALREADY_DRAWN")]
    with door.inside(union):
        seated = PanelMember.objects.select_related("expert").order_by("position")
        assert [one.expert.code for one in seated] == Call.objects.get(pk=call.pk).draw_record["drawn"]
