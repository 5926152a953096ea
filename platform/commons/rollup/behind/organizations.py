"""The organizations that a distinct measure counts, as far as the union at hand speaks of them. Source: R2, R5."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from commons.access.actors import Actor
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.rollup.behind import reading
from commons.rollup.behind.kinds import kind_of
from commons.rollup.behind.parts import Part, Window
from commons.rollup.behind.seen import Found, Seen
from commons.rollup.behind.words import Place, word
from commons.rollup.fold.pieces import Claim


def found(actor: Actor, union: TradeUnion, part: Part, window: Window, *, below: Line | None) -> Found:
    """
    The union's own entries that stand behind a figure; with `below`, of its subtree along that line.

    An entry is shown with what it adds only if it says itself what counts: what another union said later of the same
    organization is nobody's here to read (V5), and stays among the hidden.
    """
    says = reading.said(union, part.measure, window)
    before = reading.stored_said(union, part.measure, window)
    now_of, before_of = _by_key(says), _by_key(before)
    others: Mapping[bytes, list[Claim]] = {}
    if below is not None:
        keys = now_of.keys() | before_of.keys()
        others = reading.stored_below(union, part.measure, window, line=below.value, keys=keys)
    counts: dict[bytes, Decimal] = {}
    result = Found()
    for digest in now_of.keys() | before_of.keys():
        mine, elsewhere = now_of.get(digest, []), others.get(digest, [])
        counts[digest] = word([*mine, *elsewhere], part).counted(window)
        if mine != before_of.get(digest, []):
            stored = word([*before_of.get(digest, []), *elsewhere], part).counted(window)
            result.newer += counts[digest] - stored
    _sort_out(actor, part, window, says, counts, result)
    return result


def _sort_out(
    actor: Actor,
    part: Part,
    window: Window,
    says: Mapping[Place, list[Claim]],
    counts: Mapping[bytes, Decimal],
    result: Found,
) -> None:
    """Which of the entries behind the figure are shown, and what those add that are not."""
    entries: dict[str, list[tuple[bytes, Decimal]]] = defaultdict(list)
    for (record, digest), claims in says.items():
        amount = word(claims, part).counted(window)
        if amount and counts[digest]:
            entries[record].append((digest, amount))
    kind = kind_of(part.measure)
    shown: set[bytes] = set()
    for record in kind.readable(actor, list(entries), window) if kind else ():
        adds = Decimal(0)
        for digest, amount in entries.get(record, ()):
            if digest not in shown and amount == counts[digest]:
                shown.add(digest)
                adds += amount
        if record in entries:
            total = sum((amount for _, amount in entries.pop(record)), Decimal(0))
            result.shown.append(Seen(record, adds, says=total))
    for said in entries.values():
        fresh = [(digest, amount) for digest, amount in said if digest not in shown and amount == counts[digest]]
        shown |= {digest for digest, _ in fresh}
        result.hide(sum((amount for _, amount in fresh), Decimal(0)))


def _by_key(words: Mapping[Place, list[Claim]]) -> dict[bytes, list[Claim]]:
    """In an order of their own, so that the same claims are equal."""
    found: dict[bytes, list[Claim]] = defaultdict(list)
    for (_, digest), claims in words.items():
        found[digest] += claims
    for claims in found.values():
        if len(claims) > 1:
            claims.sort()
    return found
