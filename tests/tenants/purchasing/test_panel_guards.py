"""The guard of SM-16E refuses each step by its own code, and nothing has moved. Source: DOMAIN §3.6."""

from collections.abc import Callable

import pytest

from commons.access import actors
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import CallState
from tenants.purchasing.machines.member import MEMBER, MemberEvent
from tenants.purchasing.models import PanelMember
from tests.factories.purchasing import calls as factory


@pytest.mark.parametrize("event", list(MemberEvent))
def test_a_panel_does_not_change_after_the_review(
    event: MemberEvent, country: dict[str, TradeUnion], actor_of: Callable[..., Actor]
) -> None:
    union, admin = country["430105"], actor_of("430105", Role.UNION_ADMIN)
    with inside(union):
        call = factory.call(state=CallState.PUBLICISED)
        member, holder = factory.member(call, union, state=MEMBER.lines_of(event)[0].sources[0])
        by = admin if event == MemberEvent.EXCLUDE else actors.acting(holder, union)
        before = [Change.objects.count(), AuditEvent.objects.count(), list(PanelMember.objects.values())]
        with pytest.raises(GuardRefused) as refusal:
            transition(MEMBER, member, event, by=by, at=clock.now(), reason="亲属任职")
        after = [Change.objects.count(), AuditEvent.objects.count(), list(PanelMember.objects.values())]
    assert refusal.value.code == "PURCHASING.PANEL_NOT_AT_WORK"
    assert after == before


def test_every_guard_of_the_machine_is_refused_here() -> None:
    assert {guard.code for line in MEMBER.transitions for guard in line.guards} == {"PURCHASING.PANEL_NOT_AT_WORK"}
