"""How single values are told in OCDS: amounts, moments, parties, periods. Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from commons.kit.clock import BEIJING
from commons.opendata.writing import moment
from tenants.purchasing.enums import ProviderKind
from tenants.purchasing.models import Provider

Facts = dict[str, Any]


def value(amount: Decimal) -> Facts:
    """
    Yuan as a number exact to the cent.

    Raises: ValueError for an amount that a JSON number cannot hold.
    """
    number = float(amount)
    if Decimal(repr(number)) != amount:
        raise ValueError(f"{amount} is no exact number")
    return {"amount": int(amount) if amount == int(amount) else number, "currency": "CNY"}


def day(on: date | None, *, end: bool = False) -> str:
    """The beginning of a day in Beijing, or its last second."""
    return "" if on is None else moment(datetime.combine(on, time(23, 59, 59) if end else time(), tzinfo=BEIJING))


def period(start: str, end: str) -> Facts:
    return filled({"startDate": start, "endDate": end})


def filled(told: Facts) -> Facts:
    """Without what is empty: OCDS leaves out what is not known."""
    return {key: one for key, one in told.items() if one not in ("", None, [], {})}


def coded(uscc: str, name: str) -> Facts:
    """A party with a unified social credit code."""
    return {
        "id": f"CN-USCI-{uscc}",
        "name": name,
        "identifier": {"scheme": "CN-USCI", "id": uscc, "legalName": name},
    }


def union(code: str, name: str) -> Facts:
    """A union: it has a code of its own on this platform, not a credit code."""
    return {"id": f"CN-UNION-{code}", "name": name, "identifier": {"scheme": "CN-UNION", "id": code, "legalName": name}}


def provider(one: Provider) -> Facts:
    """A provider; a single person is told by no name."""
    if one.kind == ProviderKind.INDIVIDUAL_EXPERT or not one.uscc:
        return {"id": f"person-{one.pk}", "name": "个人专家"}
    return coded(one.uscc, one.name)


def named(key: str, name: str) -> Facts:
    """A party known by its name alone."""
    return {"id": f"name-{key}", "name": name}


def reference(party: Facts) -> Facts:
    return {"id": party["id"], "name": party["name"]}


class Parties:
    """The parties of a release, each once with all its roles."""

    def __init__(self) -> None:
        self._parties: dict[str, Facts] = {}

    def add(self, party: Facts, *roles: str) -> Facts:
        """A reference to `party`, which has `roles` too."""
        kept = self._parties.setdefault(party["id"], {**party, "roles": []})
        kept["roles"] += [role for role in roles if role not in kept["roles"]]
        return reference(party)

    def told(self) -> list[Facts]:
        return list(self._parties.values())
