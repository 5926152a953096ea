"""A round of 上海 and an application of 浦东, with the people of both sides and a third union that has no part in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.subsidies import actions
from commons.subsidies.actions import Application, Terms
from commons.subsidies.machines import ROUND, SUBSIDY
from commons.subsidies.models import Subsidy, SubsidyRound
from commons.tenancy import door
from commons.workflow.transitions import Step, transition
from tenants.purchasing.enums import RuleKind
from tenants.purchasing.models import FundingLine, ServiceProject
from tests.factories.purchasing import course as make

UPPER, LOWER, THIRD = "310000", "310115", "440304"
TERMS = Terms(
    year=2026,
    title="购买社会组织服务补贴",
    standard=Decimal("100.00"),
    budget=Decimal("500000.00"),
    apply_by=date(2026, 12, 31),
    per_project_cap=Decimal("200000.00"),
)


@dataclass(frozen=True)
class Parties:
    """Both sides by what they are, and the unions."""

    unions: dict[str, TradeUnion]
    upper_admin: Actor
    upper_other: Actor
    upper_staff: Actor
    upper_finance: Actor
    upper_leader: Actor
    lower_admin: Actor
    lower_staff: Actor
    lower_finance: Actor
    third_admin: Actor
    project: ServiceProject
    at: datetime

    def take(self, row: Any, event: str, by: Actor, *, at: datetime | None = None, **given: Any) -> Step:
        """One step, in the schema of whoever takes it."""
        machine = ROUND if isinstance(row, SubsidyRound) else SUBSIDY
        assert by.union is not None
        with door.inside(by.union):
            step = transition(machine, row, event, by=by, at=at or self.at, **given)
        row.refresh_from_db()
        return step

    def open_round(self, **terms: Any) -> SubsidyRound:
        with door.inside(self.unions[UPPER]):
            row = actions.draw_up(terms=replace(TERMS, **terms), by=self.upper_admin, at=self.at)
        self.take(row, "open", self.upper_admin)
        return row

    def draft(self, taking: SubsidyRound, amount: str = "150000", headcount: int = 2000) -> Subsidy:
        with door.inside(self.unions[LOWER]):
            return actions.draft(
                round_id=taking.pk,
                application=Application(headcount, {self.project.pk: Decimal(amount)}, "用于职工心理关爱"),
                by=self.lower_staff,
                at=self.at,
            )

    def applied(self, taking: SubsidyRound | None = None, amount: str = "150000") -> Subsidy:
        row = self.draft(taking or self.open_round(), amount)
        self.take(row, "sign", self.lower_staff)
        self.take(row, "apply", self.lower_admin)
        return row

    def granted(self, amount: str = "120000") -> Subsidy:
        row = self.applied()
        self.take(row, "review", self.upper_staff, data={"proposed": amount, "review": "同意"})
        self.take(row, "grant", self.upper_admin, data={"granted": amount})
        return row


def subsidised_project(union: TradeUnion, amount: str = "150000.00") -> ServiceProject:
    with door.inside(union):
        row = make.project()
        FundingLine.objects.create(project=row, source="upper_subsidy", amount=Decimal(amount))
        return row


def build(unions: dict[str, TradeUnion], actor_of: Callable[..., Actor], at: datetime) -> Parties:
    with door.inside(unions[UPPER]):
        make.rule(RuleKind.SUBSIDY, doc_no="沪工总基〔2026〕8号")
    return Parties(
        unions=unions,
        upper_admin=actor_of(UPPER, Role.UNION_ADMIN),
        upper_other=actor_of(UPPER, Role.UNION_ADMIN),
        upper_staff=actor_of(UPPER, Role.UNION_STAFF),
        upper_finance=actor_of(UPPER, Role.LEADER, Role.FINANCE),
        upper_leader=actor_of(UPPER, Role.LEADER),
        lower_admin=actor_of(LOWER, Role.UNION_ADMIN),
        lower_staff=actor_of(LOWER, Role.UNION_STAFF),
        lower_finance=actor_of(LOWER, Role.LEADER, Role.FINANCE),
        third_admin=actor_of(THIRD, Role.UNION_ADMIN),
        project=subsidised_project(unions[LOWER]),
        at=at,
    )


@pytest.fixture
def parties(country: dict[str, TradeUnion], actor_of: Callable[..., Actor], at: datetime) -> Parties:
    return build(country, actor_of, at)
