"""Who reads which row, by the selector and on the page, as the matrix says. Source: DOMAIN §4.2."""

from __future__ import annotations

from datetime import date

import pytest

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.registry.actions import publishing, ratings
from tests.factories import people
from tests.tenants.matrix import table
from tests.tenants.matrix.kinds import KINDS, Kind, entry
from tests.tenants.matrix.scene import AT, CODE, REFUSALS, everything, scene

# Where the platform reads a cell otherwise than its letter: (kind, role, own) → what is, and why.
OTHERWISE: dict[tuple[str, Role, bool], tuple[bool, str]] = {
    ("contact", Role.ORG_USER, True): (
        False,
        "A contact log is what the union's officers noted among themselves (classified internal at the least).",
    ),
    ("appeal", Role.UNION_STAFF, False): (
        True,
        "Staff assign appeals (SM-14), so they know all by number, category and days; the text is another kind here.",
    ),
    ("appeal", Role.SECRETARIAT, True): (
        True,
        "Who recorded an appeal finds it again by its number; its text they read no more.",
    ),
}


def expected(kind: Kind, role: Role, *, own: bool) -> bool:
    if (kind.name, role, own) in OTHERWISE:
        return OTHERWISE[kind.name, role, own][0]
    return table.allows(kind.row, role, kind.powers, own=own)


@pytest.mark.parametrize("role", table.ROLES)
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_row_is_read_by_whom_the_table_names(country: dict[str, TradeUnion], kind: Kind, role: Role) -> None:
    union = country[CODE]
    with inside(union):
        viewer = scene(union, role)
        rows = {own: kind.make(viewer, own) for own in (True, False)}
    for own, row in rows.items():
        what = f"{role} {'own' if own else 'another'} {kind.name}"
        reads = expected(kind, role, own=own)
        with inside(union):
            before = everything()
            try:
                found = kind.read(viewer.actor, row)
            except REFUSALS:
                assert not reads, f"{what}: refused by the selector"
                assert everything() == before, what
            else:
                assert reads, f"{what}: read by the selector"
                assert found.pk == row.pk
        if path := kind.page(viewer, row):
            status = viewer.status(path)
            assert status == 200 if reads else status in {403, 404}, f"{what}: {status}"


@pytest.mark.parametrize("role", table.ROLES)
def test_a_rating_is_read_on_the_entry_or_by_the_organization_on_its_public_card(
    country: dict[str, TradeUnion], role: Role
) -> None:
    """What was granted is public, as civil affairs have it; what is only declared is the union's. Source: §4.2, V2."""
    union = country[CODE]
    with inside(union):
        viewer = scene(union, role)
        row = entry(viewer, own=True)
        staff = people.actor(CODE, Role.UNION_STAFF)
        told = {"assessor": "湖南省民政厅", "certificate_number": "评2026-01", "assessed_on": date(2026, 5, 1)}
        publishing.publish([row], by=staff, at=AT)
        ratings.grant(organization=row, grade="A4", by=staff, at=AT, **told)
    assert "有效期至2031-05-01" in viewer.client.get(f"/u/{CODE}/directory/{row.uscc}").text
    reads = table.allows(table.LEDGER, role, frozenset({"R"}), own=False)
    page = viewer.client.get(f"/u/{CODE}/organizations/{row.pk}")
    assert (page.status_code == 200 and "湖南省民政厅" in page.text) == reads


def test_what_is_read_otherwise_deviates() -> None:
    """An exception that the table has come to allow is none."""
    kinds = {kind.name: kind for kind in KINDS}
    for (name, role, own), (reads, reason) in OTHERWISE.items():
        assert reads != table.allows(kinds[name].row, role, kinds[name].powers, own=own), name
        assert reason
