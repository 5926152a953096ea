"""Who writes and decides what, by the action and by the page that asks for it, as the matrix says. Source: DOMAIN §4.2."""

from __future__ import annotations

import pytest

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tests.tenants.matrix import table
from tests.tenants.matrix.acts import ACTS, Act
from tests.tenants.matrix.scene import CODE, scene, tried

# Where the platform reads a cell otherwise than its letter: (act, role, own) → what is, and why.
_ASSIGNING = (
    "SM-14: staff assign appeals, and open again what was closed; they read its text only once it is assigned to them."
)
_CHECKING = "SM-18: an expense report is checked by the supervisor or by finance, who read the accounts."
OTHERWISE: dict[tuple[str, Role, bool], tuple[bool, str]] = {
    ("assign an appeal", Role.UNION_STAFF, True): (True, _ASSIGNING),
    ("assign an appeal", Role.UNION_STAFF, False): (True, _ASSIGNING),
    ("ask for an appeal to be handled again", Role.UNION_STAFF, True): (True, _ASSIGNING),
    ("ask for an appeal to be handled again", Role.UNION_STAFF, False): (True, _ASSIGNING),
    ("accept a progress report", Role.SUPERVISOR, True): (
        False,
        "SM-18: a progress report is accepted by union staff.",
    ),
    ("check an expense report", Role.UNION_ADMIN, True): (False, _CHECKING),
    ("check an expense report", Role.UNION_ADMIN, False): (False, _CHECKING),
    ("check an expense report", Role.UNION_STAFF, True): (False, _CHECKING),
    ("check an expense report", Role.UNION_STAFF, False): (False, _CHECKING),
    ("check an expense report", Role.FINANCE, True): (True, _CHECKING),
    ("check an expense report", Role.FINANCE, False): (True, _CHECKING),
}


def expected(act: Act, role: Role, *, own: bool) -> bool:
    if (act.name, role, own) in OTHERWISE:
        return OTHERWISE[act.name, role, own][0]
    return table.allows(act.row, role, act.powers, own=own)


@pytest.mark.parametrize("role", table.ROLES)
@pytest.mark.parametrize("act", ACTS, ids=[act.name for act in ACTS])
def test_an_act_is_done_by_whom_the_table_names(country: dict[str, TradeUnion], act: Act, role: Role) -> None:
    union = country[CODE]
    with inside(union):
        doer = scene(union, role)
    for own in (True,) if act.alone else (True, False):
        does = expected(act, role, own=own)
        what = f"{role} {act.name}, {'own' if own else 'another'}"
        with inside(union):
            row = act.make(doer, own)
        if path := act.page(row):
            status = doer.status(path)
            assert status == 200 if does else status in {403, 404}, f"{what}: {status}"
        with inside(union):
            tried(lambda: act.do(doer, row), allowed=does, what=what)  # noqa: B023 – done within the turn


def test_what_is_read_otherwise_deviates() -> None:
    """An exception that the table has come to allow is none."""
    acts = {act.name: act for act in ACTS}
    for (name, role, own), (does, reason) in OTHERWISE.items():
        assert does != table.allows(acts[name].row, role, acts[name].powers, own=own), name
        assert reason
