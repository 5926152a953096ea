"""Who is drawn can be found again outside the platform, from what is published alone. Source: SM-16; the how-to, check a draw."""

import hashlib
import json
from collections.abc import Callable

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.purchasing.enums import CallState
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import PanelMember, Provider
from tenants.purchasing.selectors import panels
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


NAME = "长沙（星城）Care 职工服务有限公司"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"unit": NAME}, "在申报单位工作"),
        ({"unit": "长沙(星城)Care 职工服务有限公司"}, "在申报单位工作"),
        ({"unit": " 长沙（星城）Care　职工服务有限公司\n"}, "在申报单位工作"),
        ({"unit": "长沙（星城）ＣＡＲＥ职工服务有限公司"}, "在申报单位工作"),
        ({"posts": "长沙( 星城 )care职工服务有限公司监事；湖南大学教授"}, "在申报单位任职"),
        # Another company, as far as its name tells.
        ({"unit": "长沙（星城）Care 职工服务股份有限公司"}, ""),
        ({"unit": "长沙星城Care 职工服务有限公司"}, ""),
        ({"unit": "长沙（星城）Care 职工服务有限公司工会"}, ""),
        ({"posts": "长沙（星城）Care 职工服务公司监事"}, ""),
        ({"unit": "", "posts": ""}, ""),
    ],
)
def test_a_working_place_is_the_bidder_however_its_name_is_typed(
    country: dict[str, TradeUnion], said: dict[str, str], why: str
) -> None:
    union = country["430105"]
    with inside(union):
        call = factory.call(state=CallState.OPENING)
        factory.bid(call, projects.provider(NAME))
        expert, _ = factory.expert(union, **said)
        found = panels.pool(call)
    assert [(one.code, one.why) for one in found.excluded] == ([(expert.code, why)] if why else [])
    assert [one.code for one in found.eligible] == ([] if why else [expert.code])


def test_a_bidder_without_a_name_excludes_nobody(country: dict[str, TradeUnion]) -> None:
    union = country["430105"]
    with inside(union):
        call = factory.call(state=CallState.OPENING)
        bid = factory.bid(call)
        Provider.objects.filter(pk=bid.provider_id).update(name="　")
        expert, _ = factory.expert(union, unit="", posts="湖南大学教授")
        found = panels.pool(call)
    assert (found.eligible, found.excluded) == ([expert], [])
