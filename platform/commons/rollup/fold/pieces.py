"""Pieces: the months in which one organization counts, with what amount, under which items."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

# Sorted (dimension, item) pairs, so that equal sets of items are equal values.
Items = tuple[tuple[str, str], ...]


class Piece(NamedTuple):
    """Months [from, until). The greater `stamp` is the later word about `amount` and about items of which one holds."""

    from_month: int
    until_month: int
    amount: Decimal | int
    stamp: int
    items: Items


class Claim(NamedTuple):
    """A piece, the union that says so, and the record it says it by."""

    piece: Piece
    union_id: int
    record: str = ""


@lru_cache(maxsize=50_000)
def items_of(text: str) -> Items:
    """The items of a JSON object {"OT": ["foundation"], "D": []}. Few distinct texts exist, so they are read once."""
    return tuple(sorted({(dim, str(item)) for dim, items in json.loads(text).items() for item in items}))


@lru_cache(maxsize=50_000)
def text_of(items: Items) -> str:
    """The JSON object that `items_of` reads."""
    grouped: dict[str, list[str]] = {}
    for dim, item in items:
        grouped.setdefault(dim, []).append(item)
    return json.dumps(grouped, ensure_ascii=False)


def clipped(pieces: Iterable[Piece], start: int, end: int) -> list[Piece]:
    """What of these falls into months [start, end)."""
    found = []
    for piece in pieces:
        if piece.from_month < start or piece.until_month > end:
            piece = piece._replace(from_month=max(piece.from_month, start), until_month=min(piece.until_month, end))
        if piece.from_month < piece.until_month:
            found.append(piece)
    return found


def widened(pieces: Iterable[Piece], months: int) -> list[Piece]:
    """Each piece grown to the whole quarters, halves or years (of so many months) that it touches."""
    return [
        piece._replace(
            from_month=piece.from_month // months * months, until_month=-(-piece.until_month // months) * months
        )
        for piece in pieces
    ]


def merged(claims: list[Claim], several: frozenset[str]) -> list[Piece]:
    """
    Disjoint pieces in order: what stands when several claims are made of one organization.

    In each month the latest word gives the amount and the one item of each dimension; of a dimension in `several`
    all claimed items stand. Neighbouring months that say the same are one piece.
    """
    if len(claims) == 1:
        return [claims[0].piece]
    bounds = sorted({bound for claim in claims for bound in claim.piece[:2]})
    result: list[Piece] = []
    for start, end in pairwise(bounds):
        live = [claim for claim in claims if claim.piece.from_month <= start and claim.piece.until_month >= end]
        if not live:
            continue
        live.sort(key=_lateness, reverse=True)
        latest = live[0].piece
        piece = Piece(start, end, latest.amount, latest.stamp, _standing_items(live, several))
        if result and result[-1].until_month == start and result[-1][2:] == piece[2:]:
            result[-1] = piece._replace(from_month=result[-1].from_month)
        else:
            result.append(piece)
    return result


def added(claims: list[Claim]) -> list[Piece]:
    """Disjoint pieces in order: in each month the sum of all that is claimed of one organization."""
    if len(claims) == 1:
        return [claims[0].piece]
    bounds = sorted({bound for claim in claims for bound in claim.piece[:2]})
    result = []
    for start, end in pairwise(bounds):
        live = [claim.piece for claim in claims if claim.piece.from_month <= start and claim.piece.until_month >= end]
        if live:
            amount = sum(piece.amount for piece in live)
            result.append(Piece(start, end, amount, max(piece.stamp for piece in live), ()))
    return result


def _lateness(claim: Claim) -> tuple[int, int, Decimal | int, Items]:
    """Total, so that two folds of the same claims agree."""
    return (claim.piece.stamp, claim.union_id, claim.piece.amount, claim.piece.items)


def _standing_items(latest_first: Iterable[Claim], several: frozenset[str]) -> Items:
    standing: set[tuple[str, str]] = set()
    decided: set[str] = set()
    for claim in latest_first:
        here = {(dim, item) for dim, item in claim.piece.items if dim in several or dim not in decided}
        standing |= here
        decided |= {dim for dim, _ in here}
    return tuple(sorted(standing))
