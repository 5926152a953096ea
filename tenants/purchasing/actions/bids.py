"""Writing a bid. It is sealed from its first draft on; submitting, withdrawing and confirming go by its machine. Source: SM-17."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record, record_change
from commons.kit.clock import BEIJING
from commons.kit.errors import Conflict, Invalid, NotFound
from commons.sealing.clock import database_now
from commons.sealing.errors import Damaged, SealedStill
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun
from tenants.purchasing import offers
from tenants.purchasing.call_errors import BidNotEditable, FileRefused, NotTakingBids
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.machines.bid import BID, NAMELESS
from tenants.purchasing.machines.bid_guards import own_bid
from tenants.purchasing.models import Bid, Call
from tenants.purchasing.offers import Enclosed, Offer
from tenants.purchasing.policies import CALLS, SEALED_STATES
from tenants.purchasing.selectors import own_bids

EDITABLE = (BidState.DRAFT, BidState.TO_CONFIRM)
MAX_PLAN = 50_000
MAX_ROWS = 50
_KINDS = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
}


@transaction.atomic
def save(*, call_id: UUID, offer: Offer, version: int | None, by: Actor, at: datetime) -> Bid:
    """
    Keep the acting organization's bid as a sealed draft: the first time made, afterwards with the `version` that was read.

    Neither the row nor any record of it says who bids. One that was put back stays so, until it is confirmed.
    Raises: Refused, NotFound, NotTakingBids, BidNotEditable, Conflict, Invalid, FileRefused.
    """
    require(by, Permission.BIDS_SUBMIT)
    call = CALLS.visible(by).filter(pk=call_id).first()
    if call is None or not by.organization:
        raise NotFound()
    # The lock of the call comes first for everybody: its closing, its addenda, another tab of the same account.
    call = Call.objects.select_for_update().get(pk=call.pk)
    taking(call, at)
    offer = checked(replace(offer, uscc=by.organization))
    unnamed = replace(by, nameless=NAMELESS)
    mark = offers.mark_of(call, by.organization)
    bid = Bid.objects.select_for_update().filter(call=call, owner_mark=mark).first()
    if bid is None:
        if version is not None:
            raise Conflict()
        sealed, receipt = offers.sealed(call, offer)
        bid = Bid(call=call, owner_mark=mark, sealed=sealed, receipt=receipt, **made(unnamed, at))
        bid.save(force_insert=True)
        begun(BID, bid, by=unnamed, at=at)
        return bid
    if bid.state not in EDITABLE:
        raise BidNotEditable(state=BidState.label_of(str(bid.state)))
    if bid.version != version:
        raise Conflict()
    bid.sealed, bid.receipt = offers.sealed(call, offer)
    bid.version += 1
    bid.updated_at = at
    bid.save(update_fields=["sealed", "receipt", "version", "updated_at"])
    # What changed is as secret as what was there.
    record_change("edit", on=bid, by=unnamed, at=at, from_state=str(bid.state), to_state=str(bid.state))
    record("purchasing.bid.edit", by=unnamed, at=at, on=bid)
    return bid


@transaction.atomic
def read_own(*, bid_id: UUID, by: Actor, at: datetime) -> Offer:
    """
    One's own bid, before the opening and after it; each reading is on record.

    Raises: Refused, NotFound, Damaged.
    """
    require(by, Permission.BIDS_SUBMIT)
    bid = own_bids.one(by, bid_id)
    if not own_bid(by, bid):
        raise NotFound()
    offer = offers.read_own(bid, by.organization)
    record("purchasing.bid.read_own", by=replace(by, nameless=NAMELESS), at=at, on=bid)
    return offer


def read(*, bid_id: UUID, by: Actor, at: datetime) -> tuple[Bid, Offer]:
    """
    A bid with what it offers: one's own at any time, another's once it is opened and may be read. Its contact is for the bidder and
    for the staff that reads bids.

    Raises: NotFound, alike for absent, sealed and another's; Damaged.
    """
    row = own_bids.for_steps(by).filter(pk=bid_id).select_related("call__project", "provider").first()
    if row is None:
        raise NotFound()
    if row.state in SEALED_STATES:
        return row, read_own(bid_id=row.pk, by=by, at=at)
    offer = _opened(row, at)
    if not own_bid(by, row) and not may(by, Permission.BIDS_VIEW):
        offer = replace(offer, contact_name="", contact_phone="")
    return row, offer


def _opened(row: Bid, at: datetime) -> Offer:
    """What the columns tell since the opening, with the files and the contact that lie in the sealed content still."""
    try:
        return offers.opened(row, at)
    except (Damaged, SealedStill):
        provider = row.provider
        return Offer(
            name=provider.name if provider else "",
            uscc=provider.uscc if provider else "",
            plan=row.plan,
            lines=row.lines,
            team=row.team,
            past=row.past,
        )


def taking(call: Call, at: datetime) -> None:
    """
    Hold that a locked call takes bids and questions now, by the database's clock as well as by the caller's.

    Raises: NotTakingBids.
    """
    deadline = call.bid_deadline
    if call.state != CallState.PUBLISHED or deadline is None or max(at, database_now()) >= deadline:
        said = f"{deadline.astimezone(BEIJING):%Y年%m月%d日 %H:%M}" if deadline else "（未定）"
        raise NotTakingBids(deadline=said)


def checked(offer: Offer) -> Offer:
    """
    The offer with its amounts written alike; what may still be empty in a draft is let be.

    Raises: Invalid, FileRefused.
    """
    problems: dict[str, list[str]] = {}
    if len(offer.plan) > MAX_PLAN:
        problems["plan"] = [f"服务方案最多 {MAX_PLAN} 字，更长的内容请作为附件。"]
    for name in ("lines", "team", "past"):
        if len(getattr(offer, name)) > MAX_ROWS:
            problems[name] = [f"最多 {MAX_ROWS} 行。"]
    lines = []
    for number, line in enumerate(offer.lines, start=1):
        amount = _amount(line.get("amount", ""))
        if amount is None or not line.get("name", "").strip():
            problems.setdefault("lines", []).append(f"第 {number} 行请写明项目和金额，金额以元为单位，最多两位小数。")
            continue
        lines.append({"name": line["name"].strip()[:200], "amount": f"{amount:.2f}"})
    if problems:
        raise Invalid(problems)
    _check_files(offer.files)
    team = [_texts(one, ("name", "role", "qualification")) for one in offer.team]
    past = [_texts(one, ("title", "year", "buyer", "amount")) for one in offer.past]
    return replace(offer, lines=lines, team=team, past=past)


def _amount(typed: str) -> Decimal | None:
    text = re.sub(r"[,，\s]", "", str(typed))
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    exponent = amount.as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= -2 and 0 <= amount < Decimal(10) ** 12
    return amount.quantize(offers.CENT) if fits else None


def _texts(row: dict[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(row.get(name, "")).strip()[:300] for name in names}


def _check_files(files: tuple[Enclosed, ...]) -> None:
    if len(files) > offers.MAX_FILES:
        raise FileRefused(path=("files",), name=files[-1].name, why=f"附件最多 {offers.MAX_FILES} 个")
    if sum(len(one.content) for one in files) > offers.MAX_BYTES:
        raise FileRefused(path=("files",), name=files[-1].name, why="附件合计超过 30 MB")
    for one in files:
        kinds = _KINDS.get(one.name.rpartition(".")[2].lower(), ())
        if not one.content or len(one.content) > offers.MAX_FILE_BYTES:
            raise FileRefused(path=("files",), name=one.name, why="文件为空或超过 10 MB")
        if not any(one.content.startswith(beginning) for beginning in kinds):
            raise FileRefused(path=("files",), name=one.name, why="只接收 PDF、Word、Excel 文件和 PNG、JPEG 图片")
