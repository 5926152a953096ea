"""Who reads people, the audit log and the numbers of appeals; and that every cell of the matrix is asked for somewhere. Source: DOMAIN §4.2."""

from __future__ import annotations

from uuid import UUID

import pytest

from commons.access.actors import Actor
from commons.accounts import selectors as people_selectors
from commons.audit import selectors as audit
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.needs.enums import AppealState
from tenants.needs.selectors import appeals
from tests.factories import people
from tests.factories.needs import appeal as appeal_rows
from tests.tenants.matrix import table
from tests.tenants.matrix.acts import ACTS
from tests.tenants.matrix.kinds import KINDS
from tests.tenants.matrix.scene import AT, CODE, REFUSALS, scene

# The table lets an organization read its own members. An account is verified for an organization by the union (§3.12) and knows
# of itself alone: there are no members to list, and nobody invites another into an organization.
NO_MEMBERS = {Role.ORG_USER}


def keys(actor: Actor) -> set[UUID]:
    try:
        return {one.id for one in people_selectors.people(actor, at=AT).rows}
    except REFUSALS:
        return set()


@pytest.mark.parametrize("role", table.ROLES)
def test_people_are_read_by_whom_the_table_names(country: dict[str, TradeUnion], role: Role) -> None:
    with inside(country[CODE]):
        viewer = scene(country[CODE], role)
    reads = table.allows(table.PEOPLE, role, frozenset({"R"}), own=False)
    assert table.allows(table.PEOPLE, role, frozenset({"R", "members"}), own=True) == (reads or role in NO_MEMBERS)
    with inside(country[CODE]):
        assert (viewer.colleague.pk in keys(viewer.actor)) == reads, role
    for path in ("/people", f"/people/{viewer.colleague.pk}"):
        status = viewer.status(path)
        assert status == 200 if reads else status in {403, 404}, f"{role} {path}: {status}"


@pytest.mark.parametrize("role", [*table.ROLES, Role.AUDITOR])
def test_the_audit_log_is_read_by_whom_the_table_names(country: dict[str, TradeUnion], role: Role) -> None:
    with inside(country[CODE]):
        viewer = scene(country[CODE], role)
        record("role.assigned", by=people.actor(CODE, Role.UNION_ADMIN), at=AT, union=country[CODE], role="leader")
    # Source: §4.1 auditor: read-only, including the audit log; §4.2 names it beside the flag of the secretariat.
    reads = role == Role.AUDITOR or table.allows(table.AUDIT, role, frozenset({"R"}), own=False)
    with inside(country[CODE]):
        if reads:
            assert "role.assigned" in {row.event for row in audit.log(viewer.actor).rows}
        else:
            with pytest.raises(REFUSALS):
                audit.log(viewer.actor)
    assert viewer.status("/audit") == (200 if reads else 403)


@pytest.mark.parametrize("role", table.ROLES)
def test_appeals_are_counted_by_whom_the_table_names(country: dict[str, TradeUnion], role: Role) -> None:
    with inside(country[CODE]):
        viewer = scene(country[CODE], role)
        appeal_rows.appeal(AppealState.ASSIGNED)
        found = appeals.counts(viewer.actor, AT.date())
    counts = table.allows(table.APPEALS, role, frozenset({"R", "count"}), own=False) or role == Role.UNION_STAFF
    assert (found.total if found else None) == (1 if counts else None), role
    assert viewer.status("/appeals/counts") == (200 if counts else 403), role
    # Who may only count lists nothing.
    lists = role in {Role.UNION_ADMIN, Role.UNION_STAFF}
    assert viewer.status("/appeals") == (200 if lists else 403), role


def test_every_row_and_every_word_of_the_table_is_asked_for() -> None:
    asked = {kind.row for kind in KINDS} | {act.row for act in ACTS}
    # Bids and the audit log are asked for in tests of their own.
    assert asked | {table.BIDS, table.AUDIT} == set(table.TABLE)
    written = {cell for cells in table.TABLE.values() for cell in cells.values()}
    assert written == set(table.MEANINGS)
    given = {power for meaning in table.MEANINGS.values() for power in meaning.every | meaning.own}
    used = {power for one in (*KINDS, *ACTS) for power in one.powers}
    beside = {"count", "members", "sealed", "opened", "awarded", "write", "bid", "score"}
    assert given - used <= beside
    assert used <= given
