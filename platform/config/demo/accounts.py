"""
One account per role and level, and one partner token per sampled union, for whoever tries the platform out.

Passwords and tokens are random, made once, and kept in the state folder, readable by this account only: the code knows none.
"""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.db import transaction

from commons.access import partners
from commons.access.actors import system
from commons.access.models import PartnerClient
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.ids import digest
from commons.people.enums import AccountKind, Role
from commons.people.models import RoleAssignment, User
from config.demo import invention, spokesmen
from config.demo.country import SAMPLED

_PLACES = {"000000": "acftu", "430000": "hunan", "430100": "changsha", "430105": "kaifu", "430111": "yuhua"}
# Flags mean nothing alone: each stands on a role.
_HOLDERS: dict[str, list[Role]] = {
    "admin": [Role.UNION_ADMIN],
    "staff": [Role.UNION_STAFF],
    "leader": [Role.LEADER],
    "reviewer": [Role.REVIEWER],
    "organization": [Role.ORG_USER],
    "supervisor": [Role.SUPERVISOR],
    "finance": [Role.UNION_STAFF, Role.FINANCE],
    "secretariat": [Role.UNION_STAFF, Role.SECRETARIAT],
    "unit": [Role.REVIEWER, Role.UNIT_USER],
    "auditor": [Role.REVIEWER, Role.AUDITOR],
    "clearance": [Role.UNION_STAFF, Role.OVERSEAS_CLEARANCE],
}
_KINDS = {
    Role.REVIEWER: AccountKind.EXPERT,
    Role.ORG_USER: AccountKind.SOCIAL_ORG,
    Role.SUPERVISOR: AccountKind.SUPERVISOR,
    Role.NATIONAL_ADMIN: AccountKind.NATIONAL,
}
_SINCE = date(2024, 1, 1)
_ITERATIONS = 60_000


class Account(TypedDict):
    """One line of the answer."""

    username: str
    password: str
    union: str
    level: str
    roles: list[str]


class Partner(TypedDict):
    name: str
    root: str
    token: str


class Answer(TypedDict):
    accounts: list[Account]
    partners: list[Partner]


@dataclass(frozen=True)
class Wanted:
    username: str
    union: TradeUnion
    roles: list[Role]


def prepare(*, at: datetime) -> Answer:
    """Make what is missing, mend what no longer works, and tell how to sign in."""
    unions = {union.code: union for union in TradeUnion.objects.filter(code__in=SAMPLED)}
    kept = _read()
    wanted = [
        Wanted(f"{_PLACES[code]}.{name}", unions[code], roles)
        for code in SAMPLED
        if code in unions
        for name, roles in _holders(unions[code]).items()
    ]
    known = {user.username: user for user in User.objects.filter(username__in=[one.username for one in wanted])}
    stale = [one.username for one in wanted if not _still_works(known.get(one.username), kept)]
    fresh = {name: secrets.token_urlsafe(12) for name in stale}
    with ThreadPoolExecutor(2) as hashing:
        stored = dict(zip(stale, hashing.map(_hashed, fresh.values()), strict=True))
    accounts = [_account(one, known.get(one.username), stored.get(one.username), at) for one in wanted]
    _speak(wanted, unions, at)
    kept["passwords"].update(fresh)
    kept["stored"].update({name: digest(hashed) for name, hashed in stored.items()})
    tokens = [_partner(unions[code], kept["tokens"], at) for code in SAMPLED if code in unions]
    _write(kept)
    for account in accounts:
        account["password"] = kept["passwords"][account["username"]]
    return {"accounts": accounts, "partners": tokens}


def _hashed(password: str) -> str:
    """Random passwords of 96 bits need no slow hash; Django renews it to its own strength at the first sign-in."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(password, hasher.salt(), iterations=_ITERATIONS)


def _still_works(user: User | None, kept: _Kept) -> bool:
    """
    Whether the password that was handed out still opens the account.

    What the database stores is compared first; only where it changed (a sign-in renewed it, or somebody did) is the password tried.
    """
    if user is None or user.username not in kept["passwords"]:
        return False
    if kept["stored"].get(user.username) == digest(user.password):
        return True
    if not check_password(kept["passwords"][user.username], user.password):
        return False
    kept["stored"][user.username] = digest(user.password)
    return True


def _holders(union: TradeUnion) -> dict[str, list[Role]]:
    national = {"national": [Role.NATIONAL_ADMIN]} if union.level == Level.NATIONAL else {}
    return {**national, **_HOLDERS}


def _speak(wanted: list[Wanted], unions: dict[str, TradeUnion], at: datetime) -> None:
    """Each account of an organization speaks for one on its union's ledger."""
    codes = {one.username: one.union.code for one in wanted if one.roles == [Role.ORG_USER]}
    found = User.objects.filter(username__in=codes)
    spokesmen.link({codes[user.username]: user for user in found}, unions, at=at)


@transaction.atomic
def _account(one: Wanted, user: User | None, stored: str | None, at: datetime) -> Account:
    if user is None:
        from random import Random

        kind = _KINDS.get(one.roles[0], AccountKind.UNION_STAFF)
        user = User(username=one.username, name=invention.person(Random(one.username)), kind=kind)
    if stored is not None or not user.is_active or user.must_change_password:
        user.password = stored or user.password
        user.is_active, user.must_change_password, user.password_changed_at = True, False, at
        user.save()
    held = set(
        RoleAssignment.objects.filter(user=user, union=one.union, until_on__isnull=True).values_list("role", flat=True)
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, union=one.union, role=role, from_on=_SINCE, granted_at=at)
        for role in one.roles
        if role not in held
    )
    return {
        "username": one.username,
        "password": "",
        "union": one.union.code,
        "level": str(one.union.level),
        "roles": [role.value for role in one.roles],
    }


def _partner(root: TradeUnion, tokens: dict[str, str], at: datetime) -> Partner:
    name = f"{root.short_name_zh}数据交换"
    token = tokens.get(root.code, "")
    works = PartnerClient.objects.filter(
        token_digest=digest(token), root=root, revoked_at__isnull=True, expires_at__gt=at
    ).exists()
    if not works:
        tokens[root.code] = token = partners.issue(name=name, root=root, by=system("演示数据"), at=at).token
    return {"name": name, "root": root.code, "token": token}


class _Kept(TypedDict):
    passwords: dict[str, str]
    # Digests of what the database stores, so that a changed password is noticed without hashing each one again.
    stored: dict[str, str]
    tokens: dict[str, str]


def _file() -> Path:
    return Path(settings.STATE_DIR) / f"demo-accounts-{settings.DATABASES['default']['NAME']}.json"


def _read() -> _Kept:
    try:
        kept: _Kept = json.loads(_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {"passwords": {}, "stored": {}, "tokens": {}}
    return kept


def _write(kept: _Kept) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)
