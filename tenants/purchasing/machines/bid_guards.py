"""What must hold before a bid is submitted, and what its opening fills in. Source: SM-17."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.kit.clock import BEIJING, today
from commons.people import organizations
from commons.sealing.clock import database_now
from commons.tenancy import door
from commons.workflow.declaration import Guard, Step
from commons.workflow.rows import made
from tenants.purchasing import offers
from tenants.purchasing.admission import Conditions, problems
from tenants.purchasing.enums import BidState, CallState, DisqualificationReason, ProviderKind
from tenants.purchasing.models import Bid, Provider
from tenants.purchasing.offers import Offer
from tenants.purchasing.selectors import standing


def own_bid(actor: Actor, row: Bid) -> bool:
    """The account acts for the organization whose mark the bid bears."""
    if not actor.organization or not row.call.envelope:
        return False
    return row.owner_mark == offers.mark_of(row.call, actor.organization)


def own_offer(step: Step) -> Offer:
    """What the bidder has written, read once in a step."""
    if "offer" not in step.data:
        step.data["offer"] = offers.read_own(step.row, step.by.organization)
    found: Offer = step.data["offer"]
    return found


def _in_time(step: Step) -> Mapping[str, object] | None:
    call = step.row.call
    deadline = call.bid_deadline
    # The call's row is locked: it closes before this is asked, or after the bid is in.
    if call.state == CallState.PUBLISHED and max(step.at, database_now()) < deadline:
        return None
    return {"deadline": f"{deadline.astimezone(BEIJING):%Y年%m月%d日 %H:%M}"}


def _complete(step: Step) -> Mapping[str, object] | None:
    offer = own_offer(step)
    asked = {
        "服务方案": offer.plan,
        "报价明细": offer.lines,
        "联系人": offer.contact_name,
        "联系电话": offer.contact_phone,
    }
    missing = [name for name, value in asked.items() if not value]
    return {"missing": "、".join(missing)} if missing else None


def _within_ceiling(step: Step) -> Mapping[str, object] | None:
    total, ceiling = own_offer(step).total, step.row.call.ceiling
    return None if 0 < total <= ceiling else {"total": f"{total:,.2f}", "ceiling": f"{ceiling:,.2f}"}


def _not_blocked(step: Step) -> Mapping[str, object] | None:
    until = Provider.objects.filter(uscc=step.by.organization).values_list("blocked_until", flat=True).first()
    if until is None or until <= today(step.at):
        return None
    return {"until": f"{until:%Y年%m月%d日}"}


def _invited(step: Step) -> Mapping[str, object] | None:
    invited = step.row.call.invited
    return None if not invited or step.by.organization in invited else {}


def _admitted(step: Step) -> Mapping[str, object] | None:
    found = unmet(step.row, step.by.organization, step.at)
    return {"problems": " ".join(sentence for _, sentence in found)} if found else None


def unmet(bid: Bid, uscc: str, at: datetime) -> list[tuple[str, str]]:
    """The admission conditions of the call that an organization does not meet."""
    facts = standing.facts_of(uscc, door.current(), today(at))
    return problems(Conditions.of(bid.call.admission), facts, today(at))


IN_TIME = Guard(
    "PURCHASING.BID_TOO_LATE",
    "未到申报截止时间",
    "申报截止时间为 %(deadline)s，现在已不能递交或撤回。",
    _in_time,
    source="SM-17",
)
COMPLETE = Guard(
    "PURCHASING.BID_INCOMPLETE",
    "申报书填写完整",
    "申报书还没有填写完整，请先补充：%(missing)s。",
    _complete,
    source="E10",
)
WITHIN_CEILING = Guard(
    "PURCHASING.BID_ABOVE_CEILING",
    "报价不超过最高限价",
    "报价合计 %(total)s 元须大于零，并且不超过最高限价 %(ceiling)s 元，请修改报价明细。",
    _within_ceiling,
    source="SM-17",
)
NOT_BLOCKED = Guard(
    "PURCHASING.BID_BLOCKED",
    "申报单位未被暂停承接资格",
    "贵组织被本级工会暂停承接资格，%(until)s起方可申报。如有疑问请联系工会。",
    _not_blocked,
    source="SM-17",
)
INVITED = Guard(
    "PURCHASING.BID_NOT_INVITED",
    "在受邀名单内",
    "本次采用邀请方式，贵组织不在受邀名单内，不能申报。",
    _invited,
    source="E10",
)
ADMITTED = Guard(
    "PURCHASING.BID_NOT_ADMITTED",
    "符合申报条件",
    "贵组织不符合本公告的申报条件：%(problems)s",
    _admitted,
    source="SM-17 ★",
)


def _in_qualification(step: Step) -> Mapping[str, object] | None:
    # The opening itself sets aside what the conditions do not admit.
    if step.by.system or step.row.call.state == CallState.QUALIFICATION:
        return None
    return {"state": CallState.label_of(str(step.row.call.state))}


IN_QUALIFICATION = Guard(
    "PURCHASING.BID_NOT_IN_QUALIFICATION",
    "公告处于资质审核阶段",
    "公告现在是“%(state)s”，只有在资质审核阶段才能审核申报书的资质。",
    _in_qualification,
    source="SM-16",
)


def _admitted_now(step: Step) -> Mapping[str, object] | None:
    row = step.row
    if (
        row.state != BidState.DISQUALIFIED
        or row.refusal_code != DisqualificationReason.ADMISSION
        or row.provider is None
    ):
        return None
    found = unmet(row, row.provider.uscc, step.at)
    return {"problems": " ".join(sentence for _, sentence in found)} if found else None


ADMITTED_NOW = Guard(
    "PURCHASING.BID_STILL_NOT_ADMITTED",
    "不符合申报条件的原因已消除",
    "该单位仍不符合申报条件：%(problems)s 更正其登记信息后，才能改为资质合格。",
    _admitted_now,
    source="SM-17 ★",
)


def receive(step: Step) -> None:
    """Note when it came. Its receipt is on record before the opening, which shows later that these very bytes were opened."""
    step.set(submitted_at=step.at)
    record("purchasing.bid.receipt", by=step.by, at=step.at, on=step.row, receipt=step.row.receipt)


def unseal(step: Step) -> None:
    """Open it, and join its bidder to the union's providers."""
    offer = offers.opened(step.row, step.at)
    step.data["offer"] = offer
    provider = _joined(offer, step)
    step.set(provider=provider, total=offer.total, opened_at=step.at)


def tell(bid: Bid, offer: Offer) -> None:
    """Write what was offered into an opened row; not into its history, where it would stand twice."""
    shown = {"plan": offer.plan, "lines": offer.lines, "team": offer.team, "past": offer.past}
    Bid.objects.filter(pk=bid.pk).exclude(state=BidState.SUBMITTED).update(**shown)


def _joined(offer: Offer, step: Step) -> Provider:
    union, on = door.current(), today(step.at)
    assert union is not None
    organizations.present(offer.uscc, union, step.at)
    found = Provider.objects.filter(uscc=offer.uscc).first()
    if found is not None:
        return found
    facts = standing.facts_of(offer.uscc, union, on)
    entry = standing.entry_of(offer.uscc, union, on)
    provider: Provider = Provider.objects.create(
        kind=facts.kind,
        organization_id=entry.pk if entry is not None and facts.kind == ProviderKind.SOCIAL_ORG else None,
        name=facts.name or offer.name,
        uscc=offer.uscc,
        org_type=facts.org_type,
        founding_mode=facts.founding_mode,
        registered_on=facts.registered_on,
        contact_name=offer.contact_name[:60],
        contact_phone=offer.contact_phone,
        **made(step.by, step.at),
    )
    return provider
