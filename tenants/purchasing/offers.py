"""
What lies in a sealed bid, and how it is sealed, read again by its bidder, and opened. Source: SM-17; decision: bids are sealed by the clock.

The row holds the sealed text alone; attachments lie in it with their bytes and are taken from it after the opening as well.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from commons.sealing import documents, envelopes
from commons.sealing.errors import Damaged
from tenants.purchasing.models import Bid, Call

MAX_FILES = 8
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_BYTES = 30 * 1024 * 1024
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Enclosed:
    """A file that lies in a bid."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Offer:
    """What a bidder offers. Units: `lines` in yuan, together `total`. Shapes as in `Bid`."""

    name: str
    uscc: str
    contact_name: str = ""
    contact_phone: str = ""
    plan: str = ""
    lines: list[dict[str, str]] = field(default_factory=list)
    team: list[dict[str, str]] = field(default_factory=list)
    past: list[dict[str, str]] = field(default_factory=list)
    files: tuple[Enclosed, ...] = ()

    @property
    def total(self) -> Decimal:
        return sum((Decimal(line["amount"]) for line in self.lines), Decimal(0)).quantize(CENT)

    def packed(self) -> bytes:
        told: dict[str, Any] = asdict(self)
        told["files"] = [{"name": one.name, "content": base64.b64encode(one.content).decode()} for one in self.files]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(content: bytes) -> Offer:
    """
    The offer that was packed.

    Raises: Damaged when it is none.
    """
    try:
        told = json.loads(content)
        files = tuple(Enclosed(one["name"], base64.b64decode(one["content"])) for one in told.pop("files"))
        return Offer(files=files, **told)
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise Damaged() from None


def subject_of(call: Call) -> str:
    """What the envelope of a call is for: the call wherever it lies, so that unions may merge with bids under way."""
    return f"call:{call.pk}"


def mark_of(call: Call, uscc: str) -> str:
    """The mark of an organization's bid in a call: tells nobody else who it is."""
    return envelopes.owner_mark(_raw(call.envelope), subject=subject_of(call), owner=uscc)


def enveloped(call: Call, opens_at: datetime) -> tuple[str, str]:
    """A new envelope and its public half, as the row holds them."""
    made = envelopes.new_envelope(subject=subject_of(call), opens_at=opens_at)
    return _text(made), envelopes.read_head(made[: envelopes.HEAD_BYTES]).public.hex()


def put_off(call: Call, later: datetime, at: datetime) -> str:
    """
    The call's envelope, opening at `later` instead.

    Raises: AlreadyDue, NotLater, Damaged.
    """
    assert call.bid_deadline is not None
    changed = envelopes.extended(
        _raw(call.envelope), subject=subject_of(call), opens_at=call.bid_deadline, later=later, at=at
    )
    return _text(changed)


def sealed(call: Call, offer: Offer) -> tuple[str, str]:
    """The sealed text of an offer and its receipt."""
    made = documents.seal(_raw(call.envelope), offer.packed(), subject=subject_of(call), owner=offer.uscc)
    return _text(made), documents.receipt(made)


def read_own(bid: Bid, uscc: str) -> Offer:
    """
    The offer, for the organization whose it is; `uscc` from the acting account alone.

    Raises: Damaged.
    """
    return unpacked(documents.open_own(_raw(bid.sealed), subject=subject_of(bid.call), owner=uscc))


def opened(bid: Bid, at: datetime) -> Offer:
    """
    The offer, once the moment of the call has come.

    Raises: SealedStill, Damaged.
    """
    call = bid.call
    assert call.bid_deadline is not None
    envelope = envelopes.open_envelope(_raw(call.envelope), subject=subject_of(call), opens_at=call.bid_deadline, at=at)
    raw = _raw(bid.sealed)
    document = documents.open_sealed(raw, envelope, mark=bid.owner_mark)
    if documents.receipt(raw) != bid.receipt:
        raise Damaged()
    offer = unpacked(document.content)
    if offer.uscc != document.owner:
        raise Damaged()
    return offer


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Damaged() from None
