"""
Merging the releases of one process into a record, by the standard's rules for the fields we publish.

Objects merge field by field; objects in lists merge by `id`; lists of words are replaced as a whole. Source: OCDS 1.1.5, Merging.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Release = Mapping[str, Any]


def record(releases: Sequence[Release], *, history: bool) -> dict[str, Any]:
    """
    The record of a process: its releases in order of date, what they come to, and with `history` what each value was before.

    The standard's schema of a versioned release knows no extensions, so that a package with history would seem to hold undeclared fields.
    """
    ordered = sorted(releases, key=lambda one: one["date"])
    told = {"ocid": ordered[0]["ocid"], "releases": ordered, "compiledRelease": compiled(ordered)}
    return {**told, "versionedRelease": versioned(ordered)} if history else told


def compiled(ordered: Sequence[Release]) -> dict[str, Any]:
    """What the releases come to."""
    result: dict[str, Any] = {}
    for release in ordered:
        _merge(result, {key: value for key, value in release.items() if key not in {"id", "date", "tag"}})
    last = ordered[-1]
    return {**result, "tag": ["compiled"], "id": f"{last['ocid']}-{last['date']}", "date": last["date"]}


def versioned(ordered: Sequence[Release]) -> dict[str, Any]:
    """Each value with the releases that set it."""
    result: dict[str, Any] = {"ocid": ordered[-1]["ocid"]}
    for release in ordered:
        mark = {"releaseID": release["id"], "releaseDate": release["date"], "releaseTag": release["tag"]}
        _keep(result, {key: value for key, value in release.items() if key not in {"ocid", "id", "date", "tag"}}, mark)
    return result


def _merge(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(key, {}), value)
        elif _objects(value):
            rows = into.setdefault(key, [])
            for one in value:
                _merge(_by_id(rows, one), one)
        else:
            into[key] = value


def _keep(into: dict[str, Any], new: Mapping[str, Any], mark: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping):
            _keep(into.setdefault(key, {}), value, mark)
        elif _objects(value):
            rows = into.setdefault(key, [])
            for one in value:
                row = _by_id(rows, one)
                _keep(row, {name: held for name, held in one.items() if name != "id"}, mark)
        elif key not in into or into[key][-1]["value"] != value:
            into.setdefault(key, []).append({**mark, "value": value})


def _objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _by_id(rows: list[dict[str, Any]], one: Mapping[str, Any]) -> dict[str, Any]:
    found = next((row for row in rows if row["id"] == one["id"]), None)
    if found is None:
        found = {"id": one["id"]}
        rows.append(found)
    return found
