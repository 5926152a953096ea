"""A draw follows from its seed and its pool, and whoever runs it again outside finds the same."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from commons.kit.drawing import draw, how_to_check, place, public_sentence, ranked, seed_of, written

POOL = [f"0193f0a0-7c1e-7000-8000-{number:012d}" for number in range(40)]
SEED = seed_of(
    {"call": "0193f0a0-0000-7000-8000-000000000001", "closed_at": "2026-11-20T02:00:00Z", "bids": ["ab", "cd"]}
)
# By hand, in no language of ours: the digests, sorted, the first so many.
BY_HAND = r"""
while read -r member; do
  digest=$( { printf '%s\n' "$SEED"; printf %s "$member"; } | sha256sum )
  printf '%s\n' "${digest%% *} $member"
done < "$1" | LC_ALL=C sort | sed 's/^[0-9a-f]* //'
"""


def by_hand(pool: list[str], seed: str, folder: Path) -> list[str]:
    listed = folder / "members"
    listed.write_text("".join(f"{member}\n" for member in pool), encoding="utf-8")
    answer = subprocess.run(
        ["sh", "-c", BY_HAND, "sh", str(listed)],
        env={"SEED": seed, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    return answer.stdout.decode().splitlines()


@pytest.mark.parametrize(
    ("pool", "seed"),
    [
        (POOL, SEED),
        (POOL, seed_of({"call": "2"})),
        (
            ["专家甲", "专家乙", "专家丙", "-n", "%s", "a\\nb", "$(id)", "'", '"', "two words", "*"],
            "种子 %d 'quoted' \\n",
        ),
    ],
)
def test_sha256sum_and_sort_find_the_same_order(pool: list[str], seed: str, tmp_path: Path) -> None:
    assert ranked(pool, seed=seed) == by_hand(pool, seed, tmp_path)


@pytest.mark.parametrize(
    ("pool", "seed"),
    [
        (POOL, SEED),
        (["专家甲", "专家乙", "专家丙", "-n", "%s", "a\\nb", "$(id)", "'", '"', "two words", "*"], "种子 %d 'q' \\n"),
    ],
)
def test_both_programs_of_the_record_find_those_who_were_drawn(pool: list[str], seed: str, tmp_path: Path) -> None:
    """Cut out of the text by somebody who follows it to the letter."""
    record = how_to_check(pool, seed=seed, wanted=5)
    listed = record.split("候选名单（每行一个编号，与抽取顺序无关）：\n")[1].split("\n\n抽取结果：")[0]
    (tmp_path / "pool.txt").write_text(listed + "\n", encoding="utf-8")
    python = record.split("一、Python 3：\n\n")[1].split("\n二、")[0]
    shell = record.split("二、命令行（sh、sha256sum、sort）：\n\n")[1]

    for program in ([sys.executable, "-c", python], ["sh", "-c", shell]):
        answer = subprocess.run(
            program, cwd=tmp_path, capture_output=True, check=True, env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
        )
        assert answer.stdout.decode().splitlines() == draw(pool, seed=seed, wanted=5)
        assert answer.stderr == b""


def test_a_known_draw() -> None:
    """Pinned: whatever is drawn differently after a change was published before it."""
    # printf '7\n甲' | sha256sum
    assert place("甲", seed="7") == "d68f323abc2ffa0aa18cb7f6fbc4daf879e57d5ac2a7c714940b8e322898d0ef"
    assert ranked(["甲", "乙", "丙", "丁", "戊"], seed="7") == ["戊", "丙", "丁", "甲", "乙"]
    assert draw(["甲", "乙", "丙", "丁", "戊"], seed="7", wanted=3) == ["戊", "丙", "丁"]


def test_the_order_of_the_pool_does_not_matter() -> None:
    assert (
        draw(POOL[::-1], seed=SEED, wanted=7)
        == draw(POOL, seed=SEED, wanted=7)
        == draw(sorted(POOL[20:] + POOL[:20]), seed=SEED, wanted=7)
    )


def test_reserves_are_next_in_order() -> None:
    order = ranked(POOL, seed=SEED)

    assert sorted(order) == POOL
    for wanted in (1, 3, 5, 40):
        assert draw(POOL, seed=SEED, wanted=wanted) == order[:wanted]
    # Whoever is excluded moves nobody else.
    excluded = order[1]
    assert ranked([member for member in POOL if member != excluded], seed=SEED) == [order[0], *order[2:]]


def test_everybody_is_drawn_as_often() -> None:
    """Chi-square over 10,000 fixed seeds; the bounds are exceeded by chance once in a thousand."""
    pool, seeds = POOL[:10], 10_000
    orders = [ranked(pool, seed=seed_of({"call": number})) for number in range(seeds)]

    first = Counter(order[0] for order in orders)
    fifth = Counter(order[4] for order in orders)
    pairs = Counter((order[0], order[1]) for order in orders)
    assert sum((first[member] - 1000) ** 2 / 1000 for member in pool) < 27.88  # 9 degrees of freedom
    assert sum((fifth[member] - 1000) ** 2 / 1000 for member in pool) < 27.88
    expected = seeds / 90
    cells = [(one, other) for one in pool for other in pool if one != other]
    assert sum((pairs[cell] - expected) ** 2 / expected for cell in cells) < 135.98  # 89 degrees of freedom


@pytest.mark.parametrize(
    ("pool", "seed", "wanted", "problem"),
    [
        (["甲", "乙", "甲"], "7", 1, "twice"),
        (["甲", "乙"], "7", 3, "3 cannot be drawn from 2"),
        (["甲", "乙"], "7", 0, "0 cannot be drawn from 2"),
        ([], "7", 1, "1 cannot be drawn from 0"),
        (["甲", ""], "7", 1, "not one line"),
        (["甲", "乙\n丙"], "7", 1, "not one line"),
        (["甲", "乙\u2028丙"], "7", 1, "not one line"),
        (["甲", " 乙"], "7", 1, "not one line"),
        (["甲", "乙"], "", 1, "not one line"),
        (["甲", "乙"], "7\n8", 1, "not one line"),
    ],
)
def test_what_cannot_be_drawn_is_refused(pool: list[str], seed: str, wanted: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        draw(pool, seed=seed, wanted=wanted)
    with pytest.raises(ValueError, match=problem):
        how_to_check(pool, seed=seed, wanted=wanted)


def test_a_seed_is_the_digest_of_what_is_published() -> None:
    parts = {"closed_at": "2026-11-20T02:00:00Z", "call": "开福区公告", "bids": ["ab", "cd"], "number": 7}

    assert written(parts) == '{"bids":["ab","cd"],"call":"开福区公告","closed_at":"2026-11-20T02:00:00Z","number":7}'
    digest = subprocess.run(["sha256sum"], input=written(parts).encode(), capture_output=True, check=True).stdout
    assert seed_of(parts) == digest.decode()[:64]
    assert seed_of(dict(reversed(parts.items()))) == seed_of(parts)
    assert seed_of({**parts, "bids": ["cd", "ab"]}) != seed_of(parts)
    assert seed_of({**parts, "number": "7"}) != seed_of(parts)
    with pytest.raises(ValueError, match="JSON"):
        seed_of({"number": float("nan")})
    with pytest.raises(TypeError):
        seed_of({"pool": {"甲"}})


def test_the_record_says_it_in_chinese() -> None:
    record = how_to_check(["乙", "甲", "丙"], seed="7", wanted=3)

    assert record.startswith("抽取记录\n\n从 3 位候选人中抽取 3 人。\n\n种子：\n7\n")
    assert "候补（依次递补）：\n（无）\n" in record
    assert public_sentence(5) == (
        "本次5人由系统按公开的种子随机抽取：对每位候选人计算“种子、换行、候选人编号”的 SHA-256 值，从小到大排列，前5人当选，其后依次为候补。"
        "种子和候选名单均已公布，任何人都可以按抽取记录中的方法重新计算，核对结果。"
    )
