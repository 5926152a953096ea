"""Red flags: each raised by its own case, and the same from the export alone. Source: OCP R024, R025, R035, R036, R038."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Refused
from commons.opendata import feed, writing
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.opendata import flags
from tenants.purchasing.opendata.flags import Offer, Process
from tests.factories import opendata

HERE = Path(__file__).parent


def offer(who: str, amount: int, *, valid: bool = True, won: bool = False) -> Offer:
    return Offer(who, who, Fraction(amount), valid, won)


def process(ocid: str, *offers: Offer, buyer: str = "B") -> Process:
    return Process(ocid, ocid, buyer, offers, True)


def told(*rows: Process) -> list[tuple[str, str, Fraction]]:
    return [(flag.code, flag.subject, flag.value) for flag in flags.flags(rows)]


def test_r024_a_gap_far_smaller_than_the_others_is_told() -> None:
    rows = [process(f"P{n}", offer(f"W{n}", 100, won=True), offer(f"L{n}", 110 + n)) for n in range(8)]
    close = process("CLOSE", offer("W", 100, won=True), offer("L", 101))
    assert [one for one in told(*rows, close) if one[0] == "R024"] == [("R024", "CLOSE", Fraction(1, 100))]


def test_r025_who_bids_often_and_hardly_wins_is_told() -> None:
    rows = []
    for winner in range(6):
        for turn in range(5 + winner):
            loser = offer("OFTEN", 130, won=False) if turn else offer(f"W{(winner + 1) % 6}", 120)
            rows.append(process(f"P{winner}-{turn}", offer(f"W{winner}", 100, won=True), loser))
    assert [key for code, key, _ in told(*rows) if code == "R025"] == ["OFTEN"]


def test_r035_and_r036_all_but_the_winner_disqualified_and_the_lowest_among_them() -> None:
    row = process("P", offer("W", 100, won=True), offer("A", 90, valid=False), offer("B", 120, valid=False))
    assert [one for one in told(row) if one[0] in {"R035", "R036"}] == [
        ("R035", "P", Fraction(2)),
        ("R036", "P", Fraction(1)),
    ]


def test_a_result_not_confirmed_raises_none_of_the_awards() -> None:
    row = process("P", offer("W", 100, won=True), offer("A", 90, valid=False))
    waiting = Process(row.ocid, row.title, row.buyer, row.offers, award=False)
    assert [one for one in told(waiting) if one[0] != "R038"] == []


def test_r038_who_is_disqualified_far_more_often_is_told() -> None:
    rows = [
        process(f"P{n}", *(offer(f"T{k}", 100 + k, won=not k, valid=k < 9 or n > 7) for k in range(10)))
        for n in range(9)
    ]
    spread = [process(f"Q{n}", offer("W", 90, won=True), offer(f"T{n}", 99, valid=False)) for n in range(5)]
    assert ("R038", "T9", Fraction(8, 9)) in told(*rows, *spread)


def test_the_export_alone_comes_to_the_same(country: dict[str, TradeUnion], tmp_path: Path) -> None:
    kaifu = country["430105"]
    with door.inside(kaifu):
        opendata.played()
        for n in range(14):
            row = opendata.project()
            call = opendata.call(row, state=CallState.CONFIRMED)
            for k in range(5):
                state = BidState.WON if not k else (BidState.DISQUALIFIED if (n * k) % 7 == 3 else BidState.LOST)
                amount = 100000 + k * 9000 + (n * 37 % 11) * 100
                opendata.bid(
                    call, (k + n) % 9, f"{80000 if state == BidState.DISQUALIFIED and n % 2 else amount}.10", state
                )
            opendata.Teller(row).tell("planning", "tender", "award")
        found = flags.of_union(system("测试", kaifu))
    feed.number()
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"\n".join(writing.lines("records", feed.releases(system("测试", kaifu), kaifu))))
    done = subprocess.run([sys.executable, HERE / "recompute.py", path], capture_output=True, text=True, check=True)
    ours = sorted([flag.code, flag.subject, str(flag.value)] for flag in found)
    assert len(ours) >= 3
    assert json.loads(done.stdout) == ours


def test_only_the_unions_administrator_sees_them(actor_of, client_of, country) -> None:  # type: ignore[no-untyped-def]
    with door.inside(country["430105"]), pytest.raises(Refused):
        flags.of_union(actor_of("430105", Role.UNION_STAFF))
    assert client_of("430105", Role.UNION_STAFF).get("/u/430105/red-flags").status_code in {403, 404}
    shown = client_of("430105", Role.UNION_ADMIN).get("/u/430105/red-flags")
    assert shown.status_code == 200
    assert "没有发现" in shown.content.decode()
