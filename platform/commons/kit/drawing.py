"""
A draw that anybody can run again: who is drawn follows from a published seed and the published pool, and from nothing else.

Each member's place is the SHA-256 of the seed, a newline and the member's id, in ascending order. The seed has to be settled by things that
nobody can choose once the pool is known: see the how-to, check a draw.
"""

import hashlib
import json
import shlex
from collections.abc import Mapping, Sequence


def seed_of(parts: Mapping[str, object]) -> str:
    """
    The seed that follows from what is published beside it (the call, the moment, a receipt of every bid): 64 hexadecimal digits.

    SHA-256 of `written(parts)`, so the same parts give the same seed in whichever order they are named.
    """
    return hashlib.sha256(written(parts).encode()).hexdigest()


def written(parts: Mapping[str, object]) -> str:
    """
    The parts as the one text that is hashed: JSON with sorted keys and no spaces, Chinese characters as they are. Publish it beside the seed.

    Raises: TypeError for what JSON cannot hold (write moments and ids as text), ValueError for a number that is none.
    """
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def ranked(pool: Sequence[str], *, seed: str) -> list[str]:
    """
    The whole pool in the order of the draw: those drawn, then the reserves in the order in which they step in.

    Raises: ValueError for an id that occurs twice, is empty or is more than a line, and for a seed that is no such text.
    """
    for text in (seed, *pool):
        if not text or text != text.strip() or len(text.splitlines()) != 1:
            raise ValueError(f"{text!r} cannot be drawn or drawn by: not one line of text")
    if len(set(pool)) != len(pool):
        raise ValueError("somebody is in the pool twice")
    return sorted(pool, key=lambda member: place(member, seed=seed))


def place(member: str, *, seed: str) -> str:
    """The digest by which a member is placed: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}\n{member}".encode()).hexdigest()


def draw(pool: Sequence[str], *, seed: str, wanted: int) -> list[str]:
    """
    The `wanted` members whom the seed puts first, in their order.

    Raises: ValueError as `ranked` does, and when fewer than `wanted` are in the pool.
    """
    order = ranked(pool, seed=seed)
    if not 0 < wanted <= len(order):
        raise ValueError(f"{wanted} cannot be drawn from {len(order)}")
    return order[:wanted]


def public_sentence(wanted: int) -> str:
    """What a page says beside the result of a draw of `wanted`."""
    return (
        f"本次{wanted}人由系统按公开的种子随机抽取：对每位候选人计算“种子、换行、候选人编号”的 SHA-256 值，从小到大排列，前{wanted}人当选，其后依次为候补。"
        "种子和候选名单均已公布，任何人都可以按抽取记录中的方法重新计算，核对结果。"
    )


def how_to_check(pool: Sequence[str], *, seed: str, wanted: int) -> str:
    """
    The record of a draw as a text to publish: what was drawn from what, and two programs that find the same, one in Python and one in shell.

    The pool is written in alphabetical order, so that its order tells nothing.
    """
    order = ranked(pool, seed=seed)
    drawn = draw(pool, seed=seed, wanted=wanted)
    listed = "\n".join(sorted(pool))
    return _RECORD % {
        "count": len(order),
        "wanted": wanted,
        "seed": seed,
        "listed": listed,
        "drawn": "\n".join(f"{number}. {member}" for number, member in enumerate(drawn, start=1)),
        "reserves": "\n".join(f"{number}. {member}" for number, member in enumerate(order[wanted:], start=1))
        or "（无）",
        "python": _PYTHON % {"seed": repr(seed), "wanted": wanted},
        "shell": _SHELL % {"seed": shlex.quote(seed), "wanted": wanted},
    }


_PYTHON = """\
import hashlib

seed = %(seed)s
with open("pool.txt", encoding="utf-8") as file:
    pool = file.read().splitlines()

def place(member):
    return hashlib.sha256((seed + "\\n" + member).encode("utf-8")).hexdigest()

for member in sorted(pool, key=place)[:%(wanted)s]:
    print(member)
"""

_SHELL = """\
seed=%(seed)s
while IFS= read -r member; do
  printf '%%s %%s\\n' "$(printf '%%s\\n%%s' "$seed" "$member" | sha256sum | cut -c 1-64)" "$member"
done < pool.txt | LC_ALL=C sort | head -n %(wanted)s | cut -c 66-
"""

_RECORD = """\
抽取记录

从 %(count)s 位候选人中抽取 %(wanted)s 人。

种子：
%(seed)s

候选名单（每行一个编号，与抽取顺序无关）：
%(listed)s

抽取结果：
%(drawn)s

候补（依次递补）：
%(reserves)s

如何核对：把上面的候选名单原样存为文本文件 pool.txt（UTF-8 编码，每行一个编号，末行也要换行），再运行下面任意一个程序。两者输出的编号和顺序都应与“抽取结果”一致；把程序里的人数改大，就能看到候补的顺序。

一、Python 3：

%(python)s
二、命令行（sh、sha256sum、sort）：

%(shell)s"""
