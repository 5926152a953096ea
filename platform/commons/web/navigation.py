"""The menu: a register that features fill in `AppConfig.ready()`, so the shared floor knows none of them."""

from dataclasses import dataclass

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.people.enums import AccountKind, Role
from commons.people.models import User


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
    if is_portal(actor):
        return portal(actor, path)
    shown = [(entry.label, f"/u/{actor.union.code}{entry.path}") for entry in _entries if may(actor, entry.permission)]
    return _marked(shown, path)


def is_portal(actor: Actor) -> bool:
    """Whether somebody came as an organization's account, verified or not yet: then the portal is all there is."""
    return bool(actor.organization) or {role for role in actor.roles if not role.is_flag} == {Role.ORG_USER}


def portal(actor: Actor | None, path: str) -> list[Shown]:
    """The menu of an organization's account, wherever it is."""
    shown = [("我的门户", "/portal")]
    if actor is not None and actor.organization and actor.union is not None:
        shown.append((actor.union.short_name_zh, f"/u/{actor.union.code}/portal"))
    shown.append(("公开招募", "/calls"))
    # A public card is read by whoever acts in some union.
    if actor is not None:
        shown.append(("登记库", "/directory"))
    return _marked(shown, path)


def of(actor: Actor | None, user: User | None, path: str) -> list[Shown]:
    """The menu of whoever is signed in."""
    if actor is not None:
        return menu(actor, path)
    return portal(None, path) if user is not None and user.kind == AccountKind.SOCIAL_ORG else []


def _marked(shown: list[tuple[str, str]], path: str) -> list[Shown]:
    best = max((url for _, url in shown if path == url or path.startswith(url.rstrip("/") + "/")), key=len, default="")
    return [Shown(label, url, url == best) for label, url in shown]
