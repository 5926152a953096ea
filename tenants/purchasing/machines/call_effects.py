"""What follows when a call takes a step. Source: SM-16, SM-17."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from commons.audit.recording import record
from commons.calls import actions as board
from commons.kit import drawing, workdays
from commons.kit.clock import today
from commons.people import organizations
from commons.sealing.errors import Damaged
from commons.tenancy import door
from commons.workflow import alarms
from commons.workflow.declaration import Step
from commons.workflow.transitions import follow
from tenants.purchasing import offers, ranking, weighing
from tenants.purchasing.enums import BidState, CallState, DisqualificationReason, MemberState, NoteKind, ProjectState
from tenants.purchasing.locks import numbering
from tenants.purchasing.machines import bid_guards, call_guards
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.member import seat
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Bid, Call, CallNote, Review
from tenants.purchasing.rules import thresholds
from tenants.purchasing.selectors import panels

# Working days. Source: SM-16 (design).
LEAST_PUBLICITY = 5
# How many are held in reserve after the winner.
RESERVES = 2
_MOVED_UP = "第一名被取消候选资格，名次依次递进"
_SEALED = (BidState.DRAFT, BidState.SUBMITTED, BidState.TO_CONFIRM)
_LOSING = (BidState.OPENED, BidState.QUALIFIED, BidState.SCORED, BidState.RESERVE)


def number_of(call: Call) -> str:
    """FW-2026-0012-2: the second call of the project."""
    return f"{call.project.number}-{call.round}"


def publish(step: Step) -> None:
    """Make the envelope, set the clock, and let the project be sourcing."""
    call = step.row
    envelope, public = offers.enveloped(call, call.bid_deadline)
    step.row.envelope = envelope
    # The envelope is no business of the history, which is read by many.
    Call.objects.filter(pk=call.pk).update(envelope=envelope)
    step.set(envelope_public=public, published_on=today(step.at))
    _ring(step)
    union = door.current()
    assert union is not None
    for uscc in call.invited:
        organizations.present(uscc, union, step.at)
    _show(step)
    follow(PROJECT, call.project, ProjectEvent.PUBLISH_CALL, after=step)


def _ring(step: Step) -> None:
    alarms.ring_at(step.row.bid_deadline, step.machine, step.row, "close", by=step.by, at=step.at)


def _show(step: Step) -> None:
    """On the board of the whole country; a call to those invited is shown to nobody else."""
    call = step.row
    union = door.current()
    if call.invited or union is None:
        return
    project = call.project
    notice = board.Notice(
        call_id=call.pk,
        number=number_of(call),
        title=call.title,
        buyer_name=project.buyer_name or union.name_zh,
        fields=[str(one) for one in project.fields],
        published_on=call.published_on,
        deadline_at=call.bid_deadline,
        region_code=(project.region_code or union.code)[:6],
        path=f"purchase-calls/{call.pk}",
        budget=call.ceiling,
    )
    board.publish(notice=notice, by=step.by, at=step.at)


def amend(step: Step) -> None:
    """Tell everybody; a change of substance puts submitted bids back to be confirmed, and may put the deadline off."""
    call, data = step.row, step.data
    CallNote.objects.create(
        call=call,
        kind=NoteKind.ADDENDUM,
        text=data["text"],
        material=bool(data["material"]),
        created_at=step.at,
        created_by_id=step.by.user_id,
        created_by_name=step.by.name[:120],
    )
    if later := data.get("later"):
        envelope = offers.put_off(call, later, step.at)
        step.row.envelope = envelope
        Call.objects.filter(pk=call.pk).update(envelope=envelope)
        step.set(bid_deadline=later)
        _ring(step)
        _show(step)
    if data["material"]:
        for bid in _bids(call, BidState.SUBMITTED):
            follow(BID, bid, BidEvent.PUT_BACK, after=step, reason="公告有实质性变更")


def close(step: Step) -> None:
    board.close(call_id=step.row.pk, by=step.by, at=step.at)
    alarms.ring_at(step.at, step.machine, step.row, "open", by=step.by, at=step.at)


def open_bids(step: Step) -> None:
    """
    Open what was submitted, lapse the rest, write the record. Too few, and nothing is opened: the call has failed.

    What cannot be opened has been altered, and lapses with that reason; what the conditions no longer admit is set aside at once.
    """
    call = step.row
    came = _bids(call, BidState.SUBMITTED)
    step.data["enough"] = enough = len(came) >= call.min_bids
    if enough:
        # New bidders join the union's providers. Calls of one hour with the same bidders would wait for each other in a circle.
        numbering()
    opened: list[dict[str, Any]] = []
    damaged: list[str] = []
    for bid in _bids(call, *_SEALED):
        if not enough or bid.state != BidState.SUBMITTED:
            follow(BID, bid, BidEvent.LAPSE, after=step, reason="未达开标家数" if not enough else "截止时未递交")
            continue
        try:
            done = follow(BID, bid, BidEvent.OPEN, after=step)
        except Damaged as damage:
            damaged.append(bid.receipt)
            follow(BID, bid, BidEvent.LAPSE, after=step, reason=damage.message)
            continue
        offer = done.data["offer"]
        bid_guards.tell(bid, offer)
        opened.append({"bid": str(bid.pk), "receipt": bid.receipt, "submitted_at": _moment(bid)})
        if unmet := bid_guards.unmet(done.row, offer.uscc, step.at):
            note = " ".join(sentence for _, sentence in unmet)[:300]
            data = {"code": str(DisqualificationReason.ADMISSION), "note": note}
            follow(BID, bid, BidEvent.DISQUALIFY, after=step, data=data)
    withdrawn = Bid.objects.filter(call=call, state=BidState.WITHDRAWN).count()
    step.set(
        opened_at=step.at,
        opening_record={
            "due_at": call.bid_deadline.isoformat(),
            "opened_at": step.at.isoformat(),
            "by": step.by.name,
            "submitted": len(came),
            "needed": call.min_bids,
            "opened": opened,
            "damaged": damaged,
            "withdrawn": withdrawn,
            "envelope_public": call.envelope_public,
        },
    )
    record("purchasing.call.opened", by=step.by, at=step.at, on=call, submitted=len(came), opened=len(opened))
    if not enough:
        _give_back(step)


def _moment(bid: Bid) -> str:
    return bid.submitted_at.isoformat() if bid.submitted_at is not None else ""


def after_opening(step: Step) -> CallState:
    return CallState.OPENING if step.data["enough"] else CallState.FAILED


def _give_back(step: Step) -> None:
    """The project can be called again."""
    if step.row.project.state in (ProjectState.SOURCING, ProjectState.AWARDED):
        follow(PROJECT, step.row.project, ProjectEvent.SOURCING_FAILED, after=step)


def fail(step: Step) -> None:
    _lose_all(step)
    for bid in _bids(step.row, BidState.WON):
        follow(BID, bid, BidEvent.DECLINE, after=step)
    _give_back(step)


def cancel(step: Step) -> None:
    call = step.row
    board.withdraw(call_id=call.pk, by=step.by, at=step.at)
    for bid in _bids(call, *_SEALED):
        follow(BID, bid, BidEvent.LAPSE, after=step)
    _lose_all(step)
    _give_back(step)


def _lose_all(step: Step) -> None:
    for bid in _bids(step.row, *_LOSING):
        follow(BID, bid, BidEvent.LOSE, after=step)


def draw(step: Step) -> None:
    """
    Draw the panel by a seed that nobody could know before the bids were opened, and publish how.

    Shape of the record: {parts, text, seed, pool, excluded: [{code, why}], wanted, drawn, reserves, at}.
    """
    call = step.row
    found = panels.pool(call)
    receipts = sorted(one["receipt"] for one in call.opening_record["opened"])
    parts = {"call": str(call.pk), "deadline": call.bid_deadline.isoformat(), "receipts": receipts}
    seed = drawing.seed_of(parts)
    experts = {expert.code: expert for expert in found.eligible}
    order = drawing.ranked(list(experts), seed=seed)
    step.set(
        draw_record={
            "parts": parts,
            "text": drawing.written(parts),
            "seed": seed,
            "pool": sorted(experts),
            "excluded": [{"code": one.code, "why": one.why} for one in found.excluded],
            "wanted": call.panel_size,
            "drawn": order[: call.panel_size],
            "reserves": order[call.panel_size :],
            "at": step.at.isoformat(),
        }
    )
    for place, code in enumerate(order[: call.panel_size], start=1):
        seat(call, experts[code], position=place, step=step, chair=place == 1)


def total_up(step: Step) -> None:
    """Recompute every total from the stored scores, rank, and begin the publicity."""
    call = step.row
    items = weighing.items_of(call.project.bid_system.content)
    bids = {str(bid.pk): bid for bid in _bids(call, BidState.QUALIFIED)}
    sheets: dict[str, list[dict[str, str]]] = {key: [] for key in bids}
    rows = Review.objects.filter(
        bid__in=bids.values(), member__state=MemberState.CONFIRMED, locked_at__isnull=False
    ).order_by("member__position")
    for review in rows:
        sheets[str(review.bid_id)].append(review.scores)
    placed = [
        ranking.Placed(key, ranking.mean(items, sheets[key]), bid.provider.has_union, bid.total, bid.receipt)
        for key, bid in bids.items()
        if bid.provider is not None and bid.total is not None
    ]
    ordered = ranking.order(placed, seed=call.draw_record["seed"])
    for rank, (one, why) in enumerate(zip(ordered, ranking.reasons(ordered), strict=True), start=1):
        follow(BID, bids[one.key], BidEvent.SCORE, after=step, reason=why, data={"score": one.score, "rank": rank})
    _publicise(step)


def _publicise(step: Step) -> None:
    step.set(publicity_from=today(step.at), publicity_until=publicity_end(step))


def publicity_end(step: Step) -> date:
    """The day after the last of so many whole working days, five unless the measures say more. Source: SM-16."""
    days = max(LEAST_PUBLICITY, thresholds(step.row.project.measures).publicity_days)
    return workdays.workdays_after(today(step.at), days) + timedelta(days=1)


def set_aside(step: Step) -> None:
    """The first is found unfit while the result is publicised: the next takes its place, and everybody may object anew."""
    first = call_guards.best(step.row)
    assert first is not None
    follow(BID, first, BidEvent.DISQUALIFY, after=step, data=step.data)
    left = Bid.objects.filter(call=step.row, state=BidState.SCORED).order_by("rank")
    for rank, bid in enumerate(left, start=1):
        follow(BID, bid, BidEvent.SCORE, after=step, reason=_MOVED_UP, data={"score": bid.score, "rank": rank})
    _publicise(step)


def confirm(step: Step) -> None:
    """The first wins, the next are held in reserve, the others lose; the project is awarded."""
    call = step.row
    winner = call_guards.best(call)
    assert winner is not None
    _win(winner, step.data.get("amount") or winner.total, step)
    for place, bid in enumerate(Bid.objects.filter(call=call, state=BidState.SCORED).order_by("rank")):
        follow(BID, bid, BidEvent.RESERVE if place < RESERVES else BidEvent.LOSE, after=step)
    step.set(confirmed_on=today(step.at))
    follow(PROJECT, call.project, ProjectEvent.AWARD, after=step)


def step_in(step: Step) -> None:
    """The winner does not take it: the next in reserve does, at its own price."""
    call = step.row
    winner = Bid.objects.get(call=call, state=BidState.WON)
    follow(BID, winner, BidEvent.DECLINE, after=step)
    next_ = call_guards.reserve(call)
    assert next_ is not None
    _win(next_, next_.total, step)
    step.set(confirmed_on=today(step.at))


def _win(bid: Bid, amount: object, step: Step) -> None:
    follow(BID, bid, BidEvent.WIN, after=step, data={"amount": amount})


def _bids(call: Call, *states: BidState) -> list[Bid]:
    rows = Bid.objects.filter(call=call, state__in=states).select_related("provider")
    return list(rows.order_by("submitted_at", "pk"))
