"""A call of the past: published, asked about, bid for, opened, reviewed, publicised, objected to, awarded."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from commons.access import actors
from commons.access.actors import Actor
from commons.kit import workdays
from commons.kit.clock import BEIJING
from commons.people import organizations
from commons.people.models import User
from config.demo import invention
from config.demo.purchases import bodies
from config.demo.purchases.begun import Life
from config.demo.purchases.calls import TEXT, offer_of
from config.demo.purchases.story import Story
from tenants.purchasing.actions import bids, calls, notes, reviews
from tenants.purchasing.actions import bodies as pool
from tenants.purchasing.admission import Conditions
from tenants.purchasing.enums import BidState, ProviderKind, VettingResult
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.machines.member import MEMBER, MemberEvent
from tenants.purchasing.models import Bid, Call, PanelMember, Provider, ServiceProject
from tenants.purchasing.weighing import items_of

# From the publication to the deadline. Units: working days.
_OPEN_FOR = 9
# What each asks of the ceiling; the best bid is neither the cheapest nor the dearest.
_SHARES = (Decimal("0.95"), Decimal("0.92"), Decimal("0.98"), Decimal("0.97"), Decimal("0.94"))
_POINTS = (88, 81, 74, 70, 66)
_COMMENTS = (
    "对服务对象的需求把握准确，人员配备和应急安排具体，测算清楚。",
    "方案完整，本地经验较多，专业人员的稳定性还需加强。",
    "思路清楚，服务频次和量化指标不够具体。",
)
_QUESTION = "请问服务团队中的兼职人员是否计入专业人员配备？"
_ANSWER = "可以计入，但须提供与本单位签订的兼职协议和相应资质证书，且专职人员不少于三名。"
_OBJECTIONS = (
    "请说明“创新与品牌”一项的评分依据，我单位的服务品牌已获市级表彰，申报书中附有证书。",
    "我单位近三年承接过两个同类项目，申报书中已列明，请核对“经验与等级”一项的评分。",
)
_OBJECTION_ANSWER = "经评审组复核，两个项目已计入评分，另一项未附合同，按评审指标体系不予计分，评分维持不变。"


def publish(story: Story, project: ServiceProject, life: Life, *, wait: int = 4) -> Call:
    """Drafted some days after the approval, and published at once."""
    there = story.there
    story.go(story.day + timedelta(days=wait))
    deadline = datetime.combine(workdays.workdays_after(story.day, _OPEN_FOR), time(17), BEIJING)
    draft = calls.Draft(
        title=f"{project.title}项目招募公告",
        text=TEXT,
        ceiling=project.budget,
        admission=Conditions(registration_valid=False),
        min_days=10,
        bid_deadline=deadline,
    )
    call = calls.create(project_id=project.pk, draft=draft, by=there.staff, at=story.tick())
    story.take(CALL, call, CallEvent.PUBLISH, there.staff)
    return call


def bid(story: Story, call: Call, bidders: list[Actor], *, asked: bool) -> None:
    """Each hands in a sealed bid before the deadline; one asks something first, which is answered to all."""
    if asked:
        story.go(story.day + timedelta(days=3))
        with story.clock_at_now():
            note = notes.ask(call_id=call.pk, text=_QUESTION, by=bidders[1], at=story.tick())
        notes.answer(note_id=note.pk, text=_ANSWER, by=story.there.staff, at=story.tick())
    story.go(story.day + timedelta(days=4))
    with story.clock_at_now():
        for place, by in enumerate(bidders):
            row = bids.save(
                call_id=call.pk, offer=offer_of(call, _SHARES[place], by), version=None, by=by, at=story.tick()
            )
            story.take(BID, row, BidEvent.SUBMIT, by)


def open_(story: Story, call: Call) -> None:
    """The clock closes and opens it at the deadline."""
    assert call.bid_deadline is not None
    story.wake(call.bid_deadline)
    clock = actors.system("到期开标", story.there.union)
    story.take(CALL, call, CallEvent.CLOSE, clock)
    story.wake(call.bid_deadline + timedelta(minutes=1))
    story.take(CALL, call, CallEvent.OPEN, clock)


def review(story: Story, call: Call, bidders: list[Actor]) -> None:
    """Bidders are vetted, the panel is drawn and declares, checks and scores; the result is publicised."""
    there = story.there
    story.go(story.day)
    for number, by in enumerate(bidders):
        vetted(story, by, number)
    story.take(CALL, call, CallEvent.DRAW, there.staff)
    members = list(PanelMember.objects.filter(call=call).select_related("expert").order_by("position"))
    panel = [(_actor(story, member), member) for member in members]
    for by, member in panel:
        story.take(MEMBER, member, MemberEvent.DECLARE, by)
    story.take(CALL, call, CallEvent.QUALIFY, there.staff)
    rows = {
        one.provider.uscc: one
        for one in Bid.objects.filter(call=call, state=BidState.OPENED).select_related("provider")
        if one.provider
    }
    for row in rows.values():
        story.take(BID, row, BidEvent.QUALIFY, there.staff)
    story.take(CALL, call, CallEvent.REVIEW, there.staff)
    story.go(story.day + timedelta(days=2))
    system = call.project.bid_system
    assert system is not None
    items = items_of(system.content)
    for seat, (by, _) in enumerate(panel):
        for place, bidder in enumerate(bidders):
            row = rows[bidder.organization]
            points = {
                item.code: str(_POINTS[place] + (number + seat * 2) % 5 + (seat == 2))
                for number, item in enumerate(items)
            }
            comment = _COMMENTS[min(place, len(_COMMENTS) - 1)]
            sheet = reviews.score(bid_id=row.pk, scores=points, comment=comment, version=None, by=by, at=story.tick())
            reviews.lock(bid_id=row.pk, version=sheet.version, by=by, at=story.tick())
    story.go(story.day)
    story.take(CALL, call, CallEvent.PUBLICISE, there.staff)


def objected(story: Story, call: Call, by: Actor, *, answered: bool) -> None:
    """Somebody who bid objects to the result."""
    story.go(story.day)
    note = notes.object_to(call_id=call.pk, text=_OBJECTIONS[answered], by=by, at=story.tick())
    if answered:
        story.go(story.day + timedelta(days=1))
        notes.answer(note_id=note.pk, text=_OBJECTION_ANSWER, by=story.there.staff, at=story.tick())


def award(story: Story, call: Call) -> None:
    """Confirmed when its publicity is over."""
    assert call.publicity_until is not None
    story.go(call.publicity_until)
    story.take(CALL, call, CallEvent.CONFIRM, story.there.admin)


def tender(story: Story, project: ServiceProject, life: Life) -> Call:
    """From the publication to the award."""
    bidders = [story.there.organizations[place] for place in life.bidders]
    call = publish(story, project, life)
    bid(story, call, bidders, asked=life.asked)
    open_(story, call)
    review(story, call, bidders)
    if life.asked:
        objected(story, call, bidders[-1], answered=True)
    award(story, call)
    project.refresh_from_db()
    return call


def vetted(story: Story, by: Actor, number: int) -> Provider:
    """The provider for whom `by` speaks: on the union's list, vetted, and with the account to which the money goes."""
    assert by.user is not None
    row = pool.add_provider(
        kind=ProviderKind.SOCIAL_ORG,
        name=organizations.name_of(by.user),
        uscc=by.organization,
        by=story.there.staff,
        at=story.tick(),
    )
    if row.vetting_result == VettingResult.CLEAR:
        return row
    fields = {
        "vetting_result": VettingResult.CLEAR,
        "vetting_until": story.days_ago(-400),
        "has_union": number % 2 == 0,
        "contact_name": row.contact_name or invention.person(Random(by.organization)),
        "contact_phone": row.contact_phone or invention.phone(Random(by.organization)),
        **bodies.account_of(story.there, 100 + number),
    }
    return pool.edit_provider(provider=row, fields=fields, version=row.version, by=story.there.staff, at=story.tick())


def _actor(story: Story, member: PanelMember) -> Actor:
    assert member.expert.user_id is not None
    actor = actors.acting(User.objects.get(pk=member.expert.user_id), story.there.union)
    assert actor is not None
    return actor
