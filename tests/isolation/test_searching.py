"""Nothing about a neighbour can be worked out from totals, filters, sorting, cursors or forms. Source: T9, T10, H5."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User
from tests.isolation.addresses import addresses
from tests.isolation.asking import answer, ask
from tests.isolation.rows import Rows, snapshot

ClientOf = Callable[..., Client]
# Names of parameters that lists, searches and forms read: of texts, and of keys.
TEXTS = ["text", "q", "person", "region", "state"]
KEYS = ["organization", "after", "before", "officer", "id"]
NOBODY = "01920000-0000-7000-8000-0000000000ff"
LISTS = [
    "organizations",
    "contacts",
    "people",
    "audit",
    "directory",
    "unions",
    "numbers",
    "list-export",
    "desk",
    "contact-new",
    "directory-differences",
    "import-begin",
    "contacts-sealed",
    "profile",
]


def test_asking_for_a_neighbours_words_and_keys_finds_what_nonsense_finds(
    theirs: Rows, ours: Rows, client_of: ClientOf
) -> None:
    """Nonsense is as long as what is asked for, so that not even the length tells."""
    client = client_of("430111", Role.UNION_ADMIN)
    pages = [address for address in addresses() if address.name in LISTS]
    assert len(pages) == len(LISTS)
    asked_for = [(name, theirs.canary, "CANARY-999999") for name in TEXTS]
    asked_for += [(name, str(theirs.keys["organization"]), NOBODY) for name in KEYS]
    for address in pages:
        path = address.path("430111", {})
        for name, asked, nonsense in asked_for:
            found = answer(client, "GET", f"{path}?{name}={asked}", [asked])
            if address.name == "list-export":
                # A workbook bears the moment at which it was made.
                assert theirs.canary.encode() not in found.body
                continue
            assert found == answer(client, "GET", f"{path}?{name}={nonsense}", [nonsense]), (
                f"{address.name} {name}={asked}"
            )


def test_a_contact_cannot_be_logged_with_anothers_organization(theirs: Rows, ours: Rows, client_of: ClientOf) -> None:
    client, before = client_of("430111", Role.UNION_STAFF), snapshot(theirs.union)
    form = {"contacted_on": "2026-10-08", "kind": "visit", "topics": "甲", "classification": "internal"}
    for key in (str(theirs.keys["organization"]), NOBODY):
        assert client.post("/u/430111/contacts/new", {**form, "organization": key}).status_code == 404
    plan = {"officer": str(theirs.keys["user"]), "frequency": "quarterly", "from_on": "2026-10-08"}
    path = f"/u/430111/organizations/{ours.keys['organization']}/plans/new"
    found = answer(client, "POST", path, [str(theirs.keys["user"])], data=plan)
    absent = answer(client, "POST", path, [NOBODY], data={**plan, "officer": NOBODY})
    assert (found.status, absent.status) == (422, 422)
    assert found == absent
    assert snapshot(theirs.union) == before


def test_fields_that_no_form_has_are_ignored(theirs: Rows, ours: Rows, client_of: ClientOf) -> None:
    """H5: nobody writes into another union, into a state or into a role by adding a field."""
    client = client_of("430111", Role.UNION_STAFF)
    user = client.actor.user  # type: ignore[attr-defined]
    before = snapshot(theirs.union)
    extra = {
        "union": str(theirs.union.pk),
        "union_id": str(theirs.union.pk),
        "union_code": "430105",
        "tenant": "430105",
        "role": "union_admin",
        "roles": "national_admin",
        "is_superuser": "1",
        "is_staff": "1",
        "state": "active",
        "id": str(theirs.keys["organization"]),
        "pk": str(theirs.keys["organization"]),
        "by_id": str(theirs.admin.user_id),
        "created_by_id": str(theirs.admin.user_id),
        "schema_name": theirs.union.schema_name,
        "parent": "000000",
    }
    for address in addresses():
        if address.name not in {"sign-out", "person-deactivate"}:
            ask(client, "POST", address.path("430111", address.of(ours)), extra)
    client.post("/account/password", extra)
    assert snapshot(theirs.union) == before
    kept = User.objects.get(pk=user.pk)
    assert (kept.is_superuser, kept.is_active) == (False, True)
    held = RoleAssignment.objects.filter(user=user).values_list("union__code", "role")
    assert set(held) == {("430111", Role.UNION_STAFF)}
    assert TradeUnion.objects.get(code="430111").parent_id == TradeUnion.objects.get(code="430100").pk
