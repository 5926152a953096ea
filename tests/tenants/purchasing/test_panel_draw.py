"""Who is drawn can be found again outside the platform, from what is published alone. Source: SM-16; the how-to, check a draw."""

import hashlib
import json
from collections.abc import Callable

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.purchasing.enums import CallState
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import PanelMember
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects


def test_the_published_record_gives_the_same_experts_and_leaves_out_the_conflicted(
    country: dict[str, TradeUnion], actor_of: Callable[..., Actor]
) -> None:
    union, staff = country["430105"], actor_of("430105", Role.UNION_STAFF)
    with inside(union):
        call = factory.call(state=CallState.OPENING)
        provider = projects.provider()
        bid = factory.bid(call, provider)
        fit = [factory.expert(union)[0].code for _ in range(6)]
        linked = {
            factory.expert(union, conflicts=[provider.uscc])[0].code: "与申报单位有利害关系",
            factory.expert(union, unit=provider.name)[0].code: "在申报单位工作",
            factory.expert(union, posts=f"{provider.name}理事")[0].code: "在申报单位任职",
        }
        transition(CALL, call, CallEvent.DRAW, by=staff, at=clock.now())
        call.refresh_from_db()
        record = call.draw_record
        codes = [member.expert.code for member in PanelMember.objects.select_related("expert").order_by("position")]

    text = json.dumps(record["parts"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    seed = hashlib.sha256(text.encode()).hexdigest()
    order = sorted(record["pool"], key=lambda code: hashlib.sha256(f"{seed}\n{code}".encode()).hexdigest())
    assert record["parts"]["receipts"] == [bid.receipt]
    assert (record["text"], record["seed"]) == (text, seed)
    assert record["pool"] == sorted(fit)
    assert {one["code"]: one["why"] for one in record["excluded"]} == linked
    assert (record["drawn"], record["reserves"]) == (order[:3], order[3:])
    assert codes == order[:3]
