"""What a reader can work out from what is shown: elimination over everything that adds up, sharing no code with the rule."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

# A prime: the tables are those of a network, whose determinants are 0, 1 and -1, so nothing is lost by reckoning modulo it.
_PRIME = 2**61 - 1

Sum = Mapping[Hashable, int]


class Known:
    """Sums of unknowns whose values the reader knows."""

    def __init__(self, sums: Iterable[Sum] = ()) -> None:
        self.pivots: dict[Hashable, dict[Hashable, int]] = {}
        for one in sums:
            self.add(one)

    def add(self, known: Sum) -> None:
        left = self._reduced(known)
        if left:
            pivot = next(iter(left))
            inverse = pow(left[pivot], -1, _PRIME)
            self.pivots[pivot] = {key: value * inverse % _PRIME for key, value in left.items()}

    def tells(self, asked: Sum) -> bool:
        """Whether the value of this sum follows from the known ones."""
        return not self._reduced(asked)

    def _reduced(self, asked: Sum) -> dict[Hashable, int]:
        left = {key: value % _PRIME for key, value in asked.items() if value % _PRIME}
        done: set[Hashable] = set()
        while pivot := next((key for key in left if key in self.pivots and key not in done), None):
            factor = left[pivot]
            for key, value in self.pivots[pivot].items():
                there = (left.get(key, 0) - factor * value) % _PRIME
                if there:
                    left[key] = there
                else:
                    left.pop(key, None)
        return left
