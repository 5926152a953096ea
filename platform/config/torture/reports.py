"""What the players tell the stage: lines through one pipe, which survive the death of whoever wrote them."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# A pipe takes lines of this length whole, however many write at once.
_LONGEST = 3500
# So many findings of one look are kept: the first tell enough, and must not crowd out those of another.
_KEPT = 100


class Pipe:
    """One end for the stage, the other for all players."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self._rest = b""

    def tell(self, kind: str, text: str) -> None:
        """Say one thing: `kind` as in `Tally.hear`."""
        line = json.dumps([kind, text], ensure_ascii=False).encode()
        if len(line) > _LONGEST:
            line = json.dumps([kind, text[: _LONGEST // 8] + "…"], ensure_ascii=False).encode()
        os.write(self.writing, line + b"\n")

    def heard(self) -> Iterator[tuple[str, str]]:
        """What was said since the last time."""
        while True:
            try:
                found = os.read(self.reading, 1 << 16)
            except BlockingIOError:
                return
            *lines, self._rest = (self._rest + found).split(b"\n")
            for line in lines:
                kind, text = json.loads(line)
                yield kind, text


@dataclass
class Tally:
    """
    What has happened. `differences` are wrong numbers, `problems` everything else that must not be.

    Either makes the run fail.
    """

    operations: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    snapshots: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def hear(self, kind: str, text: str) -> None:
        found = getattr(self, kind)
        if isinstance(found, Counter):
            found[text] += 1
        elif sum(one.partition("：")[0] == text.partition("：")[0] for one in found) < _KEPT:
            found.append(text)

    @property
    def failed(self) -> bool:
        return bool(self.differences or self.problems)
