"""What stands when several unions speak of one organization, against a reading month by month."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from commons.rollup.declaration import FAR_MONTH
from commons.rollup.fold.pieces import Claim, Piece, items_of, merged, text_of
from commons.rollup.fold.points import Tally, difference, held, jumps, total

SEVERAL = frozenset({"D"})
MONTHS = range(30)

items = st.sets(st.sampled_from([("OT", "a"), ("D", "x"), ("D", "y"), ("RG", "A3")]), max_size=4).map(
    lambda found: tuple(sorted(found))
)


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    found = []
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, 20))
        end = draw(st.one_of(st.integers(start + 1, 25), st.just(FAR_MONTH)))
        piece = Piece(start, end, draw(st.integers(0, 9)), draw(st.integers(0, 3)), draw(items))
        found.append(Claim(piece, draw(st.integers(1, 3))))
    return found


@given(claims())
def test_each_month_says_what_the_latest_say(found: list[Claim]) -> None:
    pieces = merged(found, SEVERAL)
    assert all(before.until_month <= after.from_month for before, after in pairwise(pieces))
    for month in MONTHS:
        live = [claim for claim in found if claim.piece.from_month <= month < claim.piece.until_month]
        here = [piece for piece in pieces if piece.from_month <= month < piece.until_month]
        assert len(here) == bool(live)
        if not live:
            continue
        live.sort(key=lambda claim: (claim.piece.stamp, claim.union_id, claim.piece.amount, claim.piece.items))
        assert here[0].amount == live[-1].piece.amount
        expected = {pair for claim in live for pair in claim.piece.items if pair[0] in SEVERAL}
        for dim in ("OT", "RG"):
            said = [pair for claim in live for pair in claim.piece.items if pair[0] == dim]
            expected |= set(said[-1:])
        assert set(here[0].items) == expected


@given(claims())
def test_order_does_not_matter_and_merging_again_changes_nothing(found: list[Claim]) -> None:
    once = merged(found, SEVERAL)
    assert merged(found[::-1], SEVERAL) == once
    assert merged([Claim(piece, 1) for piece in once], SEVERAL) == once


@given(claims(), claims())
def test_points_add_and_take_away(first: list[Claim], second: list[Claim]) -> None:
    def points(found: list[Claim], sign: int = 1) -> Tally:
        tally = Tally()
        tally.add((claim.piece for claim in found), sign)
        return tally

    both = points([*first, *second]).points()
    assert total([points(first).points(), points(second).points()]) == both
    assert difference(both, points(second).points()) == points(first).points()
    for months in both.values():
        assert jumps(held(months, flow=False), flow=False) == months


@given(items)
def test_items_survive_their_text(found: tuple[tuple[str, str], ...]) -> None:
    assert items_of(text_of(found)) == found
