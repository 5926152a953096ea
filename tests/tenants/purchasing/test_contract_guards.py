"""What held when a contract was submitted is asked again when it passes and when it is signed: it may have ceased to hold. Source: SM-18."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from tenants.purchasing.actions import contracts, deviations
from tenants.purchasing.enums import ContractState, ProjectState, RuleKind, VettingResult
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.contract import ContractEvent as E
from tenants.purchasing.models import Contract, Provider, ServiceProject
from tests.factories.purchasing import contracts as make
from tests.factories.uploads import upload
from tests.tenants.purchasing.contracting import CODE, People, drafted, everybody, refused, won

S = ContractState
Make = Callable[[People, datetime], Contract]


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        make.template()
        make.template(RuleKind.SUPERVISION_CONTRACT)
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


def project_contract(**fields: Any) -> Make:
    """A contract with the winner, of which these fields were changed."""

    def made(who: People, at: datetime) -> Contract:
        row = drafted(who, at, won()[0])
        Contract.objects.filter(pk=row.pk).update(**fields)
        return row

    return made


def no_winner(who: People, at: datetime) -> Contract:
    return project_contract(provider=make.provider())(who, at)


def not_awarded(who: People, at: datetime) -> Contract:
    row = project_contract()(who, at)
    ServiceProject.objects.filter(pk=row.project_id).update(state=ProjectState.SOURCING)
    return row


def barred(who: People, at: datetime) -> Contract:
    row = project_contract()(who, at)
    Provider.objects.filter(pk=row.provider_id).update(blocked_until=date(2027, 1, 1))
    return row


def supervised_by(provider: Callable[[Provider], Provider]) -> Make:
    """A supervision contract with whom `provider` names, given who carries the project out."""

    def made(who: People, at: datetime) -> Contract:
        project, winner = won()
        Provider.objects.filter(pk=winner.pk).update(vetting_result=VettingResult.CLEAR)
        return contracts.draft(
            kind="supervision", project=project, provider=provider(winner), amount=Decimal(5000), by=who.staff, at=at
        )

    return made


def deviating(who: People, at: datetime) -> Contract:
    row = project_contract()(who, at)
    told = {"clause": "privacy", "text": "乙方可以留存职工姓名两年。", "reason": "回访需要"}
    return deviations.record_deviation(contract=row, version=row.version, by=who.staff, at=at, **told)


CHECKED: list[tuple[str, Make]] = [
    ("CONTRACT_TEMPLATE_MISSING", project_contract(template=None)),
    ("CONTRACT_NOT_AWARDED", not_awarded),
    ("CONTRACT_NOT_WINNER", no_winner),
    ("CONTRACT_ABOVE_AWARD", project_contract(amount=Decimal("98000.01"))),
    ("CONTRACT_PROVIDER_BARRED", barred),
    ("CONTRACT_SUPERVISES_ITSELF", supervised_by(lambda winner: winner)),
    ("CONTRACT_SUPERVISOR_NOT_VETTED", supervised_by(lambda winner: make.supervisor(vetting_result="unknown"))),
    ("CONTRACT_DEVIATIONS_OPEN", deviating),
]


@pytest.mark.parametrize("event", [E.PASS, E.SIGN])
@pytest.mark.parametrize(("code", "made"), CHECKED, ids=[code for code, _ in CHECKED])
def test_what_ceased_to_hold_is_found(who: People, at: datetime, code: str, made: Make, event: E) -> None:
    row = made(who, at)
    Contract.objects.filter(pk=row.pk).update(state=S.LEGAL_CHECK if event == E.PASS else S.TO_SIGN)
    by = who.admin if event == E.PASS else who.staff
    signed = {"data": {"signed_on": "2026-11-19"}, "files": {"file": upload(name="合同.pdf")}}
    told = refused(CONTRACT, row, event, by=by, at=at, reason="法律顾问审核通过", **signed)
    assert told.code == f"PURCHASING.{code}"
