"""
The capability matrix, typed from DOMAIN §4.2 word by word for the rows that the platform has, and what its words mean.

R read, W create and edit, A approve and decide, – nothing, own: only the own organization's or assigned rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from commons.people.enums import Role

ROLES = (
    Role.UNION_ADMIN,
    Role.UNION_STAFF,
    Role.LEADER,
    Role.REVIEWER,
    Role.ORG_USER,
    Role.SUPERVISOR,
    Role.FINANCE,
    Role.SECRETARIAT,
)

LEDGER = "Ledger, ratings, contacts"
NEEDS = "Surveys, needs"
APPEALS = "Appeals"
PROJECTS = "Projects, calls"
BIDS = "Bids"
CONTRACTS = "Contracts, payments"
COURSE = "Supervision, evaluation"
PEOPLE = "Users & roles"
AUDIT = "Audit log"

# union_admin | union_staff | leader | reviewer | org_user | supervisor | finance | secretariat
_CELLS: dict[str, tuple[str, ...]] = {
    LEDGER: ("RWA", "RW", "R", "–", "own R, W(self fields)", "–", "–", "R"),
    NEEDS: ("RWA", "RW", "R", "–", "R published clusters", "–", "–", "RW"),
    APPEALS: ("RWA", "assigned RW", "counts only", "–", "own RW", "–", "–", "raise"),
    PROJECTS: ("RWA", "RW", "R", "assigned R", "R published; bid W own", "assigned R", "R", "–"),
    BIDS: (
        "R after opening",
        "R after opening",
        "R after award",
        "panel R + score W",
        "own RW until deadline",
        "–",
        "–",
        "–",
    ),
    CONTRACTS: ("RWA", "RW (approve)", "R", "–", "own R + request", "assigned R", "RW (pay)", "–"),
    COURSE: ("RWA", "RW", "R", "assigned W", "own R + reply", "assigned RW", "R", "–"),
    PEOPLE: ("RWA", "–", "–", "–", "own members", "–", "–", "–"),
    AUDIT: ("R", "–", "–", "–", "–", "–", "–", "–"),
}
TABLE: dict[str, dict[Role, str]] = {name: dict(zip(ROLES, cells, strict=True)) for name, cells in _CELLS.items()}


@dataclass(frozen=True)
class Meaning:
    """What a cell lets its role do with every row, and what with its own rows alone. A word beside R, W, A is a power of its own."""

    every: frozenset[str] = field(default_factory=frozenset)
    own: frozenset[str] = field(default_factory=frozenset)


def _means(every: str = "", own: str = "") -> Meaning:
    return Meaning(frozenset(every.split()), frozenset(own.split()))


MEANINGS: dict[str, Meaning] = {
    "RWA": _means("R W A approve"),
    "RW": _means("R W"),
    "R": _means("R"),
    "–": _means(),
    "own R, W(self fields)": _means(own="R self"),
    "R published clusters": _means(own="published"),
    "assigned RW": _means(own="R W"),
    "counts only": _means("count"),
    # Who raises an appeal says it, and asks for more; handling it is the officers'.
    "own RW": _means(own="R raise again"),
    "raise": _means(own="raise"),
    "assigned R": _means(own="R"),
    "R published; bid W own": _means(own="published bid"),
    "R after opening": _means("opened"),
    "R after award": _means("awarded"),
    "panel R + score W": _means(own="opened score"),
    "own RW until deadline": _means(own="sealed opened awarded write"),
    "RW (approve)": _means("R W approve"),
    "own R + request": _means(own="R request"),
    # Payments are what finance writes.
    "RW (pay)": _means("R pay"),
    # Who scores a row has read it.
    "assigned W": _means(own="R score"),
    "own R + reply": _means(own="R reply"),
    "own members": _means(own="members"),
}


def meaning(row: str, role: Role) -> Meaning:
    return MEANINGS[TABLE[row][role]]


def allows(row: str, role: Role, powers: frozenset[str], *, own: bool) -> bool:
    """Whether the table gives the role one of these powers over a row of its own, or over one that is not."""
    found = meaning(row, role)
    return bool(powers & (found.every | (found.own if own else frozenset())))
