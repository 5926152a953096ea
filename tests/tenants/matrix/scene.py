"""The people of 开福 by role, who is named where, and a look at everything that could have moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from commons.access import grants
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound, Refused
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User
from tenants.purchasing.enums import MemberState
from tenants.purchasing.errors import OtherDepartment
from tenants.purchasing.models import Call, PanelMember, Provider, ServiceProject
from tests.factories import organizations, people
from tests.factories.purchasing import contracts, projects
from tests.isolation.rows import tenant_models

CODE = "430105"
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 10, 8)


@dataclass
class Scene:
    """
    One role and who has it. What is "own" is named to this actor or belongs to its organization; what is not belongs to nobody here.
    """

    union: TradeUnion
    role: Role
    actor: Actor
    uscc: str
    # A member of staff beside, to whom something can be assigned.
    colleague: User
    client: Client = field(default_factory=Client)

    @property
    def base(self) -> str:
        return f"/u/{CODE}"

    def status(self, path: str) -> int:
        return int(self.client.get(self.base + path).status_code)

    def provider(self, own: bool) -> Provider:
        """The own organization as a provider, or another."""
        if not own:
            return contracts.provider()
        return Provider.objects.filter(uscc=self.uscc).first() or contracts.provider(uscc=self.uscc)

    def named(self, row: Any, own: bool) -> Any:
        """The row, on which a reviewer or a supervisor is named if it is their own."""
        if own and self.actor.user is not None and self.role in {Role.REVIEWER, Role.SUPERVISOR}:
            grants.name_officer(self.actor.user, row)
        return row

    def project(self, own: bool, **fields: Any) -> ServiceProject:
        found: ServiceProject = self.named(projects.project(**fields), own)
        return found

    def seated(self, call: Call, own: bool) -> Call:
        """The call, on whose panel the actor sits, declared free, if it is a reviewer's own."""
        if own and self.role == Role.REVIEWER and self.actor.user is not None:
            expert = projects.expert(self.actor.name, user_id=self.actor.user.pk)
            PanelMember.objects.create(
                call=call, expert=expert, position=1, state=MemberState.CONFIRMED, **projects.MADE
            )
            grants.name_officer(self.actor.user, call)
        return call


def scene(union: TradeUnion, role: Role) -> Scene:
    """A new account of the role, signed in. A flag is held beside a role that may do nothing by itself."""
    uscc = organizations.credit_code()
    if role == Role.ORG_USER:
        actor = people.organization(CODE, uscc)
    else:
        actor = people.actor(CODE, *((role, Role.REVIEWER) if role.is_flag else (role,)))
    colleague = people.actor(CODE, Role.UNION_STAFF).user
    assert colleague is not None
    assert actor.user is not None
    found = Scene(union, role, actor, uscc, colleague)
    found.client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    session = found.client.session
    session["acting_union"] = CODE
    session.save()
    return found


def everything() -> list[tuple[Any, ...]]:
    """How many rows each table of the union has and what is in them, in one statement; and the shared log and roles."""
    tables = [model._meta.db_table for model in tenant_models()]
    told = " UNION ALL ".join(
        f"SELECT '{table}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(told)
        rows = sorted(cursor.fetchall())
    return [*rows, ("audit", AuditEvent.objects.count()), ("roles", RoleAssignment.objects.count())]


REFUSALS = (NotFound, Refused, OtherDepartment)


def tried(act: Callable[[], object], *, allowed: bool, what: str) -> None:
    """An act that is allowed moves something and is told to the audit log; one that is not is refused and moves nothing."""
    before = everything()
    if allowed:
        act()
        after = everything()
        assert after != before, what
        assert dict(one[:2] for one in after)["audit"] > dict(one[:2] for one in before)["audit"], what
        return
    try:
        with pytest.raises(REFUSALS):
            act()
    except pytest.fail.Exception:
        pytest.fail(f"not refused: {what}")
    assert everything() == before, what
