"""
The SQL of a search, by keyset: first the names that begin with what was typed, then the others, each in the order of
name; within a region in the order of region and name.

Two ways lead to the same rows. What is frequent is soon met walking along the ordering index, what is rare is soon
collected by the GIN index; either way alone takes 100 ms or more for the other's case among 900,000 rows. So a
bounded walk goes first.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from commons.directory import grams
from commons.directory.credit_code import ALPHABET, normalized

WALK = 6000
Parameter = str | date | list[str]
_TABLE = "directory_registeredorganization"
_CODE = re.compile(f"^[{ALPHABET}]{{4,18}}$")


@dataclass(frozen=True)
class Place:
    """A row's place in the order."""

    region: str
    name: str
    pk: UUID


@dataclass
class Query:
    """What is asked for. `on` is the day on which a rating must be in force."""

    text: str = ""
    region: str = ""
    org_type: str = ""
    grade: str = ""
    on: date = date.max
    # Whether names that begin with the text are looked for, the others, or both.
    _beginning: bool | None = None

    def ids(self, *, limit: int, after: Place | None = None, before: Place | None = None) -> list[UUID]:
        """The first `limit` ids in order after a place, or the last ones before it (nearest first)."""
        place, backwards = (before, True) if before else (after, False)
        if code := self._code_prefix():
            return self._collected(limit, place, backwards, code=code)
        head = self._head()
        if not head:
            return self._found(limit, place, backwards)
        found: list[UUID] = []
        for beginning in (False, True) if backwards else (True, False):
            here = place is not None and place.name.startswith(head) == beginning
            if place is not None and not here and not found and beginning != backwards:
                continue
            self._beginning = beginning
            found += self._found(limit - len(found), place if here else None, backwards)
            if len(found) >= limit:
                break
        return found

    def _head(self) -> str:
        """What names may begin with: one Chinese word, and no region to sort by first."""
        words = self.text.split()
        return words[0] if len(words) == 1 and not self.region and grams.is_chinese(words[0]) else ""

    def _code_prefix(self) -> str:
        code = normalized(self.text)
        return code if _CODE.match(code) and any(char.isdigit() for char in code) else ""

    def _found(self, limit: int, place: Place | None, backwards: bool) -> list[UUID]:
        walked = self._walked(limit, place, backwards)
        # Where every row of the range fits, there is nothing beyond what the walk met.
        all_fit = not self.org_type and not self.grade and (self._beginning or not self.text.split())
        return walked if all_fit or len(walked) >= limit else self._collected(limit, place, backwards)

    def _walked(self, limit: int, place: Place | None, backwards: bool) -> list[UUID]:
        """Those among the next rows in order."""
        within, params = self._range(place, backwards)
        conditions, wanted = self._conditions()
        needed = " ".join(conditions)
        ordering = ["region_code", "name", "id"] if self.region else ["name", "id"]
        columns = [*ordering, *(name for name in ("grams", "rating_valid_until") if name in needed)]
        order = self._order(backwards)
        near = (
            f"SELECT {', '.join(columns)} FROM {_TABLE} WHERE {_all(within)} ORDER BY {order} LIMIT {max(WALK, limit)}"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM ({near}) AS near WHERE {_all(conditions)} ORDER BY {order} LIMIT {limit}",
                [*params, *wanted],
            )
            return [row[0] for row in cursor.fetchall()]

    def _collected(self, limit: int, place: Place | None, backwards: bool, code: str = "") -> list[UUID]:
        within, params = self._range(place, backwards)
        if code:
            # A prefix as a range, because a btree of any collation answers ranges but not every one answers LIKE.
            conditions, wanted = self._filters(self._marks())
            conditions.append("uscc >= %s AND uscc <= %s")
            wanted += [code.ljust(18, ALPHABET[0]), code.ljust(18, ALPHABET[-1])]
        else:
            conditions, wanted = self._conditions(everything=True)
        sql = (
            f"SELECT id FROM {_TABLE} WHERE {_all([*within, *conditions])}"
            f" ORDER BY {self._order(backwards)} LIMIT {limit}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, *wanted])
            return [row[0] for row in cursor.fetchall()]

    def _order(self, backwards: bool) -> str:
        names = ["region_code", "name", "id"] if self.region else ["name", "id"]
        return ", ".join(f"{name} DESC" if backwards else name for name in names)

    def _range(self, place: Place | None, backwards: bool) -> tuple[list[str], list[Parameter]]:
        conditions: list[str] = []
        params: list[Parameter] = []
        if self.region:
            stem = grams.region_stem(self.region)
            conditions.append("region_code >= %s AND region_code <= %s")
            params += [stem.ljust(6, "0"), stem.ljust(6, "9")]
        if self._beginning is not None:
            head = self._head()
            between = "(name >= %s AND name < %s)"
            conditions.append(between if self._beginning else f"NOT {between}")
            params += [head, head[:-1] + chr(ord(head[-1]) + 1)]
        if place:
            sign = "<" if backwards else ">"
            if self.region:
                conditions.append(f"(region_code, name, id) {sign} (%s, %s, %s::uuid)")
                params += [place.region, place.name, str(place.pk)]
            else:
                conditions.append(f"(name, id) {sign} (%s, %s::uuid)")
                params += [place.name, str(place.pk)]
        return conditions, params

    def _conditions(self, everything: bool = False) -> tuple[list[str], list[Parameter]]:
        """On a row met by walking, or (`everything`) such that the GIN index alone finds the rows."""
        words = self.text.split()
        asked = self._marks() if not everything else [*self._marks(), *grams.marks(region=self.region)[-1:]]
        for word in words:
            if everything or not grams.is_chinese(word):
                asked += grams.wanted(word)
        conditions, params = self._filters(sorted(set(asked)))
        for word in words:
            conditions.append("name LIKE %s")
            params.append(grams.pattern(word))
        return conditions, params

    def _marks(self) -> list[str]:
        return grams.marks(org_type=self.org_type, grade=self.grade)

    def _filters(self, asked: list[str]) -> tuple[list[str], list[Parameter]]:
        conditions: list[str] = []
        params: list[Parameter] = []
        if asked:
            conditions.append("grams @> %s::varchar[]")
            params.append(asked)
        if self.grade:
            conditions.append("(rating_valid_until IS NULL OR rating_valid_until > %s)")
            params.append(self.on)
        return conditions, params


def _all(conditions: list[str]) -> str:
    return " AND ".join(conditions) or "TRUE"
