"""
Search inside Chinese names with nothing but PostgreSQL's core: the characters of a name and each pair of neighbours.

A GIN index over the array finds the rows that have all pairs of what was typed; `pattern` then makes sure they stand
in that order. Form, region and rating are marked in the same array, so that one index answers a search with filters.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def folded(text: str) -> str:
    """Half width, lower case: （Ａ） and (a) are the same to whoever searches."""
    return unicodedata.normalize("NFKC", text).lower()


def grams(name: str) -> list[str]:
    """Each character of `name` and each pair of neighbours, once, sorted; signs and spaces are left out."""
    found: set[str] = set()
    for word in _WORD.findall(folded(name)):
        found.update(word)
        found.update(word[start : start + 2] for start in range(len(word) - 1))
    return sorted(found)


def marks(*, org_type: str = "", region: str = "", grade: str = "") -> list[str]:
    """The marks of a row, or those to ask for: `t:` form, `@` the division and those above it, `r:` rating."""
    found = [f"t:{org_type[-6:]}"] if org_type else []
    if len(region) == 6:
        stem = region_stem(region)
        found += [f"@{stem[:length]}" for length in (2, 4, 6) if length <= len(stem)]
    return found + ([f"r:{grade}"] if grade else [])


def region_stem(code: str) -> str:
    """What the codes of a division and of those below it begin with: 430100 gives 4301, 000000 nothing."""
    stem = code
    while stem.endswith("00"):
        stem = stem[:-2]
    return stem


def wanted(text: str) -> list[str]:
    """The fewest grams that a name holding `text` must have: pairs, or the character itself where there is only one."""
    found: set[str] = set()
    for word in _WORD.findall(folded(text)):
        found.update([word] if len(word) == 1 else [word[start : start + 2] for start in range(len(word) - 1)])
    return sorted(found)


def pattern(word: str) -> str:
    """
    A LIKE pattern for `word` within a name as written.

    A sign or Latin letter matches any one character, as its width and case may differ; the grams have already asked
    for the letters.
    """
    return "%" + "".join(char if _CHINESE.match(char) else "_" for char in word) + "%"


def is_chinese(word: str) -> bool:
    """Whether `pattern` alone decides: nothing in the word is written in more than one width or case."""
    return all(_CHINESE.match(char) for char in word)
