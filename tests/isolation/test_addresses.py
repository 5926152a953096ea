"""
Every address, method and role: what belongs to another union is answered like what does not exist, and nothing is written.

The addresses are those of the platform, so a new one fails here until it has been taught. Source: V1, V7, V11; ASVS 8.4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from commons.access.roles import permissions_of
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tests.factories import people
from tests.isolation.addresses import Address, addresses
from tests.isolation.asking import METHODS, answer, ask, content
from tests.isolation.rows import Rows, fill, snapshot, tenant_models

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]

# One role of each set of permissions: what answers is the permission, not the role's name.
ROLES = list(
    {
        permissions_of(frozenset({role})): role for role in Role if not role.is_flag and role is not Role.NATIONAL_ADMIN
    }.values()
)
FLAGS = [role for role in Role if role.is_flag]
# Answered to the account of an organization alone: see test_organizations.
OF_ORGANIZATIONS = {"union-portal", "own-entry", "own-entry-edit"}
# Who asks for 开福's rows from where: above it, below (for the rows of 长沙), elsewhere.
FROM_ABOVE = [("430100", Role.UNION_STAFF), ("430000", Role.UNION_ADMIN), ("000000", Role.NATIONAL_ADMIN)]
FROM_ELSEWHERE = [("440304", Role.UNION_ADMIN), ("310000", Role.LEADER)]


def signed_in(code: str, *roles: Role) -> Client:
    client = Client()
    holder = people.actor(code, *roles).user
    assert holder is not None
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


def mixed(address: Address, theirs: Rows, ours: Rows | None) -> Iterator[dict[str, str]]:
    """Their keys in all places of rows; and, where there are several, in each one alone, beside keys of ours."""
    yield address.of(theirs)
    if ours is not None and len(address.places) > 1:
        for place in address.places:
            yield {**address.of(ours), place: address.of(theirs)[place]}


def nobodys(address: Address, given: dict[str, str], theirs: Rows) -> dict[str, str]:
    """The same with keys that no row has in place of theirs."""
    none, foreign = address.of_nobody(), address.of(theirs)
    return {place: none[place] if value == foreign[place] else value for place, value in given.items()}


def probe(client: Client, code: str, theirs: Rows, ours: Rows | None, *, tree: bool) -> int:
    """Ask at `code` for each row of theirs; with `tree`, what the tree shows to those above is not asked for."""
    tried = 0
    for address in addresses():
        if not address.places or (tree and address.tree_only()):
            continue
        for given in mixed(address, theirs, ours):
            absent = nobodys(address, given, theirs)
            for method in METHODS:
                expected = answer(client, method, address.path(code, absent), absent.values())
                found = answer(client, method, address.path(code, given), given.values())
                where = f"{method} {address.name} {given}"
                assert found == expected, f"{where}\n{found}\n{expected}"
                assert found.status in {403, 404, 405}, f"{where}: {found}"
                assert theirs.canary.encode() not in found.body, where
                tried += 1
    return tried


def test_every_tenant_table_holds_a_row(theirs: Rows) -> None:
    """So that no table is left out of what follows."""
    # The generic tables of guardian stay empty: grants are rows of the feature's own table.
    kept = snapshot(theirs.union)
    empty = {model._meta.db_table for model in tenant_models() if kept[model._meta.db_table] == "[]"}
    assert empty <= {"guardian_groupobjectpermission", "guardian_userobjectpermission"}


def test_every_address_is_answered_to_its_owners(theirs: Rows, country: Country) -> None:
    """Otherwise a probe with a wrong sample would prove nothing."""
    admin = Client()
    assert theirs.admin.user is not None
    admin.force_login(theirs.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    above = {
        "430105": admin,
        "430100": signed_in("430100", Role.UNION_ADMIN),
        "000000": signed_in("000000", Role.NATIONAL_ADMIN),
    }
    # Refunds, and what waits for payment, are finance's alone.
    above["430105 finance"] = signed_in("430105", Role.UNION_STAFF, Role.FINANCE)
    # A contact is edited by its author, a public card exists for who is registered there; a visit is planned, a record voided, somebody
    # dismissed by who is named there or in a state that these rows are not in. Nobody applies for a subsidy in a round of their own; a
    # visit or an evaluation has a report when it is over. Bids and what is asked of a call are an organization's, sheets an expert's alone.
    unanswered = {
        "contact-edit",
        "project-dismiss",
        "step",
        "contract-document",
        "served-orders",
        "order-new",
        "match-new",
        "subsidy-new",
        "bid-edit",
        "bid-file",
        "own-bids",
        "purchase-call-ask",
        "purchase-call-object",
        "review-sheet",
        "review-lock",
    }
    above["430105 unit"] = signed_in("430105", Role.REVIEWER, Role.UNIT_USER)
    above["430105 leader"] = signed_in("430105", Role.LEADER)
    for address in addresses():
        if address.name in {"directory-card", "call", *OF_ORGANIZATIONS}:
            continue
        given = address.of(theirs)
        data = {"organization": str(theirs.keys["organization"])} if address.name == "contact-new" else {}
        # The administrator mostly; where they may not, whoever may.
        asked = (
            ask(client, "GET", address.path(code.split()[0], given), data).status_code for code, client in above.items()
        )
        if address.name not in unanswered:
            assert any(status in {200, 204, 302, 405} for status in asked), address
    assert len(addresses()) >= 60


@pytest.mark.parametrize("role", ROLES)
def test_a_neighbours_rows_are_like_none(theirs: Rows, ours: Rows, role: Role) -> None:
    """V7: from 雨花's own addresses, with each key of 开福's."""
    before = snapshot(theirs.union)
    assert probe(signed_in("430111", role), "430111", theirs, ours, tree=False) >= 60
    assert snapshot(theirs.union) == before


def test_with_every_flag_too(theirs: Rows, ours: Rows) -> None:
    before = snapshot(theirs.union)
    client = signed_in("430111", Role.UNION_ADMIN, Role.UNION_STAFF, *FLAGS)
    assert probe(client, "430111", theirs, ours, tree=False) >= 60
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize(("code", "role"), FROM_ABOVE)
def test_a_lower_unions_rows_are_like_none(theirs: Rows, country: Country, code: str, role: Role) -> None:
    """V1, V11: numbers come up, records do not, not even to the national administrator."""
    before = snapshot(theirs.union)
    assert probe(signed_in(code, role), code, theirs, fill(country[code]), tree=True) >= 40
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize(("code", "role"), FROM_ELSEWHERE)
def test_rows_of_another_province_are_like_none(theirs: Rows, code: str, role: Role) -> None:
    before = snapshot(theirs.union)
    assert probe(signed_in(code, role), code, theirs, None, tree=False) >= 60
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize("role", [Role.UNION_ADMIN])
def test_an_upper_unions_rows_are_like_none(country: Country, role: Role) -> None:
    """V8: from 开福, with the keys of 长沙 above it."""
    theirs, ours = fill(country["430100"]), fill(country["430105"])
    before = snapshot(theirs.union)
    assert probe(signed_in("430105", role), "430105", theirs, ours, tree=False) >= 60
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize(
    ("code", "role"),
    [("430111", Role.UNION_ADMIN), ("430100", Role.LEADER), *FROM_ABOVE, *FROM_ELSEWHERE],
)
def test_anothers_addresses_are_like_those_of_no_union(theirs: Rows, code: str, role: Role) -> None:
    """The address of 开福 to somebody who has no role there, whoever they are: V7, V11, V14."""
    client, before = signed_in(code, role), snapshot(theirs.union)
    for address in addresses():
        given = address.of(theirs)
        for method in METHODS:
            expected = answer(client, method, address.path("999999", given), [*given.values(), "999999"])
            found = answer(client, method, address.path("430105", given), [*given.values(), "430105"])
            assert found == expected, f"{method} {address.name}"
            assert found.status == 404
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize(("code", "role"), [("430111", Role.UNION_ADMIN), *FROM_ABOVE, *FROM_ELSEWHERE])
def test_no_page_of_ones_own_shows_a_word_of_others(theirs: Rows, country: Country, code: str, role: Role) -> None:
    """Lists, forms, exports, desks and logs: T4, T10."""
    mine = fill(country[code])
    client = signed_in(code, role)
    # What the city and the nation are asked to approve bears the applicant's words, and is theirs to read.
    asked_of_them = (
        {"unions", "onboarding", "desk", "operations", "audit", "boundaries"}
        if code in {"430100", "430000", "000000"}
        else set()
    )
    shown = 0
    for address in addresses():
        response = ask(client, "GET", address.path(code, address.of(mine)))
        body = content(response)
        if address.name not in asked_of_them:
            assert theirs.canary.encode() not in body, address.name
        assert "内部备注CANARY-430105".encode() not in body, address.name
        assert "了解用工情况CANARY-430105".encode() not in body, address.name
        shown += response.status_code == 200
    assert shown >= 5
