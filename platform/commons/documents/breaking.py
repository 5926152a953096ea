"""Where a line of Chinese text may end. Source: GB/T 15834-2011 5.1 (where punctuation stands)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕〗”’…—·,.;:?!)]}%％‰℃°")
NEVER_LAST = frozenset("（《〈「『【〔〖“‘([{￥¥$")


def lines(text: str, widths: Sequence[float], width_of: Callable[[str], float]) -> list[tuple[float, str]]:
    """
    `text` in lines no wider than `widths` (the last one counting for all that follow): what is left of each, and itself.

    Punctuation that closes never begins a line, what opens never ends one; numbers and words of Latin letters stay whole. Only
    what is wider than a line by itself is broken anywhere.
    """
    broken: list[tuple[float, str]] = []
    start = 0
    while start < len(text):
        width = widths[min(len(broken), len(widths) - 1)]
        used, end = 0.0, start
        # A hair's breadth, so that a line that fits exactly is not broken by rounding.
        while end < len(text) and used + width_of(text[end]) <= width + 0.01:
            used += width_of(text[end])
            end += 1
        end = max(end, start + 1)
        if end < len(text):
            end = _place(text, start, end)
        line = text[start:end].rstrip(" ")
        broken.append((width - sum(map(width_of, line)), line))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return broken


def _place(text: str, start: int, end: int) -> int:
    """The last place up to `end` where the text may be broken; `end` itself when there is none."""
    for place in range(end, start, -1):
        before, after = text[place - 1], text[place]
        if after not in NEVER_FIRST and before not in NEVER_LAST and not (_latin(before) and _latin(after)):
            return place
    return end


def _latin(char: str) -> bool:
    return char.isascii() and char != " "
