"""Scoring bids: drafts that only their expert sees, until they are locked. Source: SM-17, E14."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record, record_change
from commons.kit.errors import Conflict, Invalid, NotFound
from commons.tenancy.acting import require
from commons.workflow.rows import made
from tenants.purchasing import ranking, weighing
from tenants.purchasing.call_errors import NotScoring, ScoresLocked
from tenants.purchasing.enums import BidState, CallState, MemberState
from tenants.purchasing.models import Bid, Call, PanelMember, Review
from tenants.purchasing.policies import BIDS

COMMENT_LENGTH = 2000


@transaction.atomic
def score(
    *, bid_id: UUID, scores: Mapping[str, str], comment: str = "", version: int | None, by: Actor, at: datetime
) -> Review:
    """
    Keep one's points for a bid as a draft; items may still be missing.

    Raises: Refused, NotFound, NotScoring, ScoresLocked, Conflict, Invalid (by item code).
    """
    member, bid = _seat(bid_id, by)
    items = weighing.items_of(bid.call.project.bid_system.content if bid.call.project.bid_system else {})
    given = {code: str(points).strip() for code, points in scores.items() if str(points).strip()}
    if found := ranking.wrong(items, given, complete=False):
        raise Invalid({code: [sentence] for code, sentence in found.items()})
    if len(comment) > COMMENT_LENGTH:
        raise Invalid({"comment": [f"评语最多 {COMMENT_LENGTH} 个字。"]})
    review = Review.objects.select_for_update().filter(member=member, bid=bid).first()
    if review is None:
        if version is not None:
            raise Conflict()
        review = Review.objects.create(member=member, bid=bid, scores=given, comment=comment, **made(by, at))
        event = "create"
    else:
        if review.locked_at is not None:
            raise ScoresLocked()
        if review.version != version:
            raise Conflict()
        review.scores, review.comment, review.updated_at = given, comment, at
        review.version += 1
        review.save(update_fields=["scores", "comment", "updated_at", "version"])
        event = "edit"
    # Not which points: others read histories before the scores are locked.
    record_change(event, on=review, by=by, at=at)
    record(f"purchasing.review.{event}", by=by, at=at, on=review)
    return review


@transaction.atomic
def lock(*, bid_id: UUID, version: int, by: Actor, at: datetime) -> Review:
    """
    Let one's points for a bid stand, complete and for good.

    Raises: Refused, NotFound, NotScoring, ScoresLocked, Conflict, Invalid.
    """
    member, bid = _seat(bid_id, by)
    review = Review.objects.select_for_update().filter(member=member, bid=bid).first()
    if review is None:
        raise NotFound()
    if review.locked_at is not None:
        raise ScoresLocked()
    if review.version != version:
        raise Conflict()
    items = weighing.items_of(bid.call.project.bid_system.content if bid.call.project.bid_system else {})
    if found := ranking.wrong(items, review.scores, complete=True):
        raise Invalid({code: [sentence] for code, sentence in found.items()})
    review.locked_at = review.updated_at = at
    review.version += 1
    review.save(update_fields=["locked_at", "updated_at", "version"])
    record_change("lock", on=review, by=by, at=at)
    record("purchasing.review.lock", by=by, at=at, on=review)
    return review


def _seat(bid_id: UUID, by: Actor) -> tuple[PanelMember, Bid]:
    """The actor's seat on the panel of a bid's call, both locked against the end of the review."""
    require(by, Permission.REVIEW_SCORE)
    bid = BIDS.visible(by).filter(pk=bid_id).first()
    if bid is None or by.user is None:
        raise NotFound()
    call = Call.objects.select_for_update().get(pk=bid.call_id)
    bid = Bid.objects.select_for_update(of=("self",)).select_related("call__project__bid_system").get(pk=bid.pk)
    member = PanelMember.objects.select_for_update(of=("self",)).filter(call=call, expert__user_id=by.user.pk).first()
    if member is None:
        raise NotFound()
    if call.state != CallState.REVIEW or member.state != MemberState.CONFIRMED or bid.state != BidState.QUALIFIED:
        raise NotScoring()
    return member, bid
