"""The menu: a register that features fill in `AppConfig.ready()`, so the shared floor knows none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.people.enums import AccountKind, Role
from commons.people.models import User

# A menu of so many entries is seen whole; a longer one is folded, all but the group of the page that is open.
WHOLE = 12


class Group(Enum):
    """The headings of the menu, from above: a new feature puts its entries under one of them."""

    DESK = ""
    ORGANIZATIONS = "社会组织"
    NEEDS = "职工需求"
    PURCHASES = "购买服务"
    MARKET = "供需与承接"
    RULES = "制度与保障"
    NUMBERS = "数据与报送"
    SYSTEM = "系统管理"


_PLACES = {group: place for place, group in enumerate(Group)}


@dataclass(frozen=True)
class Entry:
    """
    One line of the menu: shown to whoever holds `permission`; `path` is completed with the union's code.

    `order` is its place in its group.
    """

    order: int
    label: str
    path: str
    permission: Permission
    group: Group


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it."""

    label: str
    url: str
    current: bool
    badge: str = ""


@dataclass(frozen=True)
class Section:
    """The entries under one heading; those without a heading are never folded."""

    title: str
    entries: Sequence[Shown]
    open: bool = True


@dataclass(frozen=True)
class Menu:
    """What stands beside a page; nothing when there is no section. `here` is the entry of the page that is open, '' for none."""

    sections: Sequence[Section] = ()
    here: str = ""

    def __bool__(self) -> bool:
        return bool(self.sections)


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    _entries.extend(entries)
    _entries.sort(key=lambda entry: (_PLACES[entry.group], entry.order))


def menu(actor: Actor, path: str) -> Menu:
    """The menu of `actor`, with the entry of the page at `path` marked and its group open."""
    if actor.union is None:
        return Menu()
    if is_portal(actor):
        return portal(actor, path)
    return _marked(
        [
            (entry.group, entry.label, f"/u/{actor.union.code}{entry.path}")
            for entry in _entries
            if may(actor, entry.permission)
        ],
        path,
    )


def is_portal(actor: Actor) -> bool:
    """Whether somebody came as an organization's account, verified or not yet: then the portal is all there is."""
    return bool(actor.organization) or {role for role in actor.roles if not role.is_flag} == {Role.ORG_USER}


def portal(actor: Actor | None, path: str) -> Menu:
    """The menu of an organization's account, wherever it is."""
    shown = [("我的门户", "/portal")]
    if actor is not None and actor.organization and actor.union is not None:
        shown.append((actor.union.short_name_zh, f"/u/{actor.union.code}/portal"))
    shown.append(("公开招募", "/calls"))
    # A public card is read by whoever acts in some union.
    if actor is not None:
        shown.append(("登记库", "/directory"))
    return _marked([(Group.DESK, label, url) for label, url in shown], path)


def of(actor: Actor | None, user: User | None, path: str) -> Menu:
    """The menu of whoever is signed in."""
    if actor is not None:
        return menu(actor, path)
    return portal(None, path) if user is not None and user.kind == AccountKind.SOCIAL_ORG else Menu()


def _marked(lines: list[tuple[Group, str, str]], path: str) -> Menu:
    addresses = [url for _, _, url in lines if path == url or path.startswith(url.rstrip("/") + "/")]
    best = max(addresses, key=len, default="")
    sections = []
    for group in dict.fromkeys(group for group, _, _ in lines):
        entries = [Shown(label, url, url == best) for of_group, label, url in lines if of_group is group]
        is_open = not group.value or len(lines) <= WHOLE or any(entry.current for entry in entries)
        sections.append(Section(group.value, entries, is_open))
    return Menu(sections, next((label for _, label, url in lines if url == best), ""))
