"""What held when an application was signed is asked again when it is sent up, and a round that opens again is asked as one that opens. Source: SM-24."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.subsidies.enums import RoundState, SubsidyState
from commons.subsidies.models import Subsidy, SubsidyRound
from commons.tenancy import door
from tenants.purchasing.models import PurchaseRule
from tests.commons.subsidies.conftest import UPPER, Parties
from tests.commons.subsidies.test_subsidies import refused


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"headcount": 0}, "SUBSIDY.NO_HEADCOUNT"),
        ({"projects": []}, "SUBSIDY.NO_PROJECTS"),
        ({"applied": Decimal("149999.99")}, "SUBSIDY.SUM_DIFFERS"),
    ],
)
def test_what_an_application_must_hold_when_it_is_sent_up(parties: Parties, change: dict[str, Any], code: str) -> None:
    row = parties.draft(parties.open_round())
    parties.take(row, "sign", parties.lower_staff)
    Subsidy.objects.filter(pk=row.pk).update(**change)
    refused(parties, row, "apply", code, parties.lower_admin)


def test_the_cap_of_one_project_when_it_is_sent_up(parties: Parties) -> None:
    row = parties.draft(parties.open_round())
    parties.take(row, "sign", parties.lower_staff)
    assert row.state == SubsidyState.SIGNED
    SubsidyRound.objects.filter(pk=row.round_id).update(per_project_cap=Decimal("149999.99"))
    refused(parties, row, "apply", "SUBSIDY.ABOVE_PROJECT_CAP", parties.lower_admin)


def test_a_round_opens_again_under_measures_and_before_its_day(parties: Parties) -> None:
    row = parties.open_round()
    parties.take(row, "close", parties.upper_admin)
    assert row.state == RoundState.CLOSED
    late = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    refused(parties, row, "reopen", "SUBSIDY.ROUND_DAY_PAST", parties.upper_admin, at=late, reason="补报")
    with door.inside(parties.unions[UPPER]):
        PurchaseRule.objects.update(state="repealed")
    refused(parties, row, "reopen", "SUBSIDY.NO_MEASURES", parties.upper_admin, reason="补报")
