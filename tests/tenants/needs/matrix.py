"""Who may cause what, told from a declaration, to be compared with the table of DOMAIN written in a test."""

from collections.abc import Callable
from typing import Any

from commons.access.actors import Actor, system
from commons.people.enums import Role
from commons.workflow.declaration import Machine
from tests.factories import people

PLATFORM = "system"


def actors(code: str, uscc: str) -> dict[str, Actor]:
    """One account per role in the union, acting there; flags on top of a reviewer, who may do nothing here."""
    found: dict[str, Actor] = {PLATFORM: system("系统")}
    for role in Role:
        if role == Role.NATIONAL_ADMIN:
            continue
        if role == Role.ORG_USER:
            found[role.value] = people.organization(code, uscc)
        else:
            found[role.value] = people.actor(code, *((role, Role.REVIEWER) if role.is_flag else (role,)))
    return found


def lines(machine: Machine) -> set[tuple[str, str, str]]:
    """(from, event, to) of every declared line; a line that stays ends where it began."""
    return {
        (str(source), str(line.event), str(target))
        for line in machine.transitions
        for source in line.sources
        for target in ((line.target or source), *line.others)
    }


def who(machine: Machine, row_in: Callable[[str], Any], asked: dict[str, Actor]) -> dict[tuple[str, str], set[str]]:
    """{(state, event): roles whose account may cause it}; the platform only where nobody else may."""
    found: dict[tuple[str, str], set[str]] = {}
    for line in machine.transitions:
        for source in line.sources:
            row = row_in(str(source))
            may = {
                name
                for name, actor in asked.items()
                if name != PLATFORM and any(one.may(actor, row) for one in line.who)
            }
            found[str(source), str(line.event)] = may or {PLATFORM}
    return found
