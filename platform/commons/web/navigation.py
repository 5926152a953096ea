"""The menu: a register that features fill in `AppConfig.ready()`, so the shared floor knows none of them."""

from dataclasses import dataclass

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may


@dataclass(frozen=True)
class Entry:
    """One line of the menu: shown to whoever holds `permission`; `path` is completed with the union's code."""

    order: int
    label: str
    path: str
    permission: Permission


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it."""

    label: str
    url: str
    current: bool
    badge: str = ""


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    _entries.extend(entries)
    _entries.sort(key=lambda entry: entry.order)


def menu(actor: Actor, path: str) -> list[Shown]:
    """The menu of `actor`, with the entry of the page at `path` marked."""
    if actor.union is None:
        return []
    shown = [(entry.label, f"/u/{actor.union.code}{entry.path}") for entry in _entries if may(actor, entry.permission)]
    best = max((url for _, url in shown if path == url or path.startswith(url.rstrip("/") + "/")), key=len, default="")
    return [Shown(label, url, url == best) for label, url in shown]
