"""Calls of approved projects: one open with sealed bids, one open to which nobody has answered yet, one drafted."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from commons.access.actors import Actor
from commons.kit.clock import BEIJING, today
from commons.people import organizations
from commons.sealing import putting_back
from commons.workflow.transitions import transition
from config.demo import invention
from config.demo.cast import Cast
from tenants.purchasing.actions import bids, calls
from tenants.purchasing.admission import Conditions
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Call, ServiceProject
from tenants.purchasing.offers import Offer

_DAYS = 15
_SHARES = (Decimal("0.92"), Decimal("0.95"), Decimal("0.88"))
TEXT = (
    "一、服务内容：按项目方案面向职工提供专业服务，做好签到、影像和满意度评价记录。\n"
    "二、服务期限：自合同签订之日起至项目结束日期。\n"
    "三、申报要求：提交服务方案、报价明细、团队名单和同类项目经验。同等条件下优先选择已建工会的组织。\n"
    "四、评审办法：从专家库随机抽取专家，按申报评审指标体系评分，结果公示不少于五个工作日。"
)


def fill(there: Cast, approved: list[ServiceProject], *, at: datetime) -> None:
    first, second, *_ = [_draft(there, project, at) for project in approved[:3]]
    for call in (first, second):
        transition(CALL, call, CallEvent.PUBLISH, by=there.staff, at=at)
        call.refresh_from_db()
    with putting_back.put_back(at):
        for number, by in enumerate(there.organizations[: len(_SHARES)]):
            bid = bids.save(call_id=first.pk, offer=offer_of(first, _SHARES[number], by), version=None, by=by, at=at)
            # The last one is still being written.
            if number < len(_SHARES) - 1:
                transition(BID, bid, BidEvent.SUBMIT, by=by, at=at)


def _draft(there: Cast, project: ServiceProject, at: datetime) -> Call:
    draft = calls.Draft(
        title=f"{project.title}项目招募公告",
        text=TEXT,
        ceiling=project.budget,
        admission=Conditions(registration_valid=False),
        min_days=10,
        bid_deadline=datetime.combine(today(at) + timedelta(days=_DAYS), time(17), BEIJING),
    )
    return calls.create(project_id=project.pk, draft=draft, by=there.staff, at=at)


def offer_of(call: Call, share: Decimal, by: Actor) -> Offer:
    """What an organization offers for this share of the ceiling."""
    assert by.user is not None
    chance = Random(f"offer {by.organization}")
    year = today(call.created_at).year - 1
    total = (call.ceiling * share).quantize(Decimal(100))
    staff = (total * Decimal("0.6")).quantize(Decimal(100))
    return Offer(
        name=organizations.name_of(by.user),
        uscc="",
        contact_name=invention.person(chance),
        contact_phone=invention.phone(chance),
        plan="组建由社会工作师和心理咨询师组成的服务团队，在园区和街道工会服务站设点，每月开展固定服务和专题活动，"
        "建立一人一档，重点对象持续跟进，每季度向工会报告进展。",
        lines=[
            {"name": "专业人员服务费", "amount": str(staff)},
            {"name": "活动物料与场地", "amount": str(total - staff)},
        ],
        team=[{"name": invention.person(chance), "role": "统筹协调", "qualification": "社会工作师（中级）"}],
        past=[{"title": "街道职工关爱服务", "year": str(year), "buyer": "街道工会", "amount": "58000"}],
    )
