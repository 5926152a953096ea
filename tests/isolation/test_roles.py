"""
What each role may do with the ledger, contacts, people and the audit log: the table of DOMAIN §4.2, as pages answer it.

R read, W create and edit, A approve; `–` nothing. A flag is held beside a role that may do nothing by itself.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from commons.access.roles import ROLES
from commons.people.enums import Role
from tests.isolation.asking import ask
from tests.isolation.rows import Rows

# Source: DOMAIN §4.2, rows "Ledger, ratings, contacts", "Users & roles", "Audit log"; §4.1 for the flags.
# An organization's account sees its own rows only, which come with its own pages.
TABLE: dict[Role, tuple[str, str, str]] = {
    Role.UNION_ADMIN: ("RWA", "RWA", "R"),
    Role.UNION_STAFF: ("RW", "–", "–"),
    Role.LEADER: ("R", "–", "–"),
    Role.REVIEWER: ("–", "–", "–"),
    Role.ORG_USER: ("–", "–", "–"),
    Role.SUPERVISOR: ("–", "–", "–"),
    Role.FINANCE: ("–", "–", "–"),
    Role.SECRETARIAT: ("R", "–", "–"),
    Role.UNIT_USER: ("–", "–", "–"),
    Role.AUDITOR: ("R", "–", "R"),
    Role.OVERSEAS_CLEARANCE: ("–", "–", "–"),
}
# One page for each letter of each column.
PAGES: dict[int, list[tuple[str, str]]] = {
    0: [
        ("R", "organizations"),
        ("R", "organizations/{organization}"),
        ("R", "contacts"),
        ("R", "contacts/{contact}"),
        ("W", "organizations/new"),
        ("W", "organizations/{organization}/edit"),
        ("W", "organizations/import"),
        ("W", "organizations/{organization}/ratings/new"),
        ("W", "contacts/new?organization={organization}"),
        ("W", "organizations/{organization}/confirm"),
        ("W", "lists/organizations/export.xlsx"),
        ("A", "organizations/{organization}/remove"),
        ("A", "organizations/{organization}/reopen"),
    ],
    1: [("R", "people"), ("W", "people/invite"), ("A", "people/{user}")],
    2: [("R", "audit")],
}


def test_every_role_is_in_the_table() -> None:
    assert set(TABLE) == set(ROLES) - {Role.NATIONAL_ADMIN} == set(Role) - {Role.NATIONAL_ADMIN}


def test_the_national_administrator_reads_no_ledger_not_even_the_nations(client_of: Callable[..., Client]) -> None:
    """V11."""
    client = client_of("000000", Role.NATIONAL_ADMIN)
    for page in (
        "organizations",
        "organizations/new",
        "contacts",
        "organizations/import",
        "lists/organizations/export.xlsx",
    ):
        assert ask(client, "GET", f"/u/000000/{page}").status_code == 403, page
    for page in ("people", "people/invite", "audit", "operations", "onboarding"):
        assert ask(client, "GET", f"/u/000000/{page}").status_code == 200, page


@pytest.mark.parametrize("role", list(TABLE))
def test_pages_answer_as_the_table_says(theirs: Rows, client_of: Callable[..., Client], role: Role) -> None:
    roles = (role, Role.REVIEWER) if role.is_flag else (role,)
    client = client_of("430105", *roles)
    for column, pages in PAGES.items():
        for letter, page in pages:
            status = ask(client, "GET", "/u/430105/" + page.format(**theirs.keys)).status_code
            allowed = letter in TABLE[role][column]
            assert (status == 200) == allowed, f"{role} {page}: {status}"
            assert allowed or status in {403, 404}, f"{role} {page}: {status}"
