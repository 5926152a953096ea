"""Reporting periods through the API: states, revisions, closing, and what partners read (V10)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

from commons.access import partners
from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.rollup.models import PeriodConfirmation, PeriodRevision
from tests.api.conftest import Bearer, ask
from tests.commons.rollup.periods.asking import close, enter, months

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]

PERIODS = """query($year: Int, $periods: [Period!]) { reportingPeriods(year: $year, periods: $periods) {
    period kind firstMonth lastMonth label state waitingChanges waitingSince confirmedAt confirmedUnions activeUnions
    revisions { number knownAt reason lateChanges at } } }"""


def step(client: Client, name: str, **given: str) -> dict[str, Any]:
    input_type = f"{name[0].upper()}{name[1:]}Input"
    query = f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ period {{ period state }} errors {{ code path }} }} }}"
    answer: dict[str, Any] = ask(client, query, {"input": given})["data"][name]
    return answer


def periods(client: Client, **given: Any) -> dict[str, dict[str, Any]]:
    found = ask(client, PERIODS, given)["data"]["reportingPeriods"]
    return {one["period"]: one for one in found}


def value(client: Client, period: str, arguments: str = "", code: str = "430000") -> dict[str, Any]:
    found = ask(
        client,
        f'{{ union(code: "{code}") {{ rollup(indicators: ["ORG-01"], period: "{period}" {arguments}) '
        "{ value quality revision } } }",
    )
    if "errors" in found:
        return {"errors": [error["extensions"]["code"] for error in found["errors"]]}
    [row] = found["data"]["union"]["rollup"]
    answer: dict[str, Any] = row
    return answer


def test_confirm_close_revise(client_of: ClientOf, country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    national, district = client_of("000000", Role.NATIONAL_ADMIN), client_of("430105", Role.UNION_ADMIN)
    leader = client_of("430000", Role.LEADER)
    assert value(leader, "2025-01") == {"value": 1, "quality": "PROVISIONAL", "revision": None}
    assert step(district, "confirmPeriod", period="2025-01") == {
        "period": {"period": "2025-01", "state": "PROVISIONAL"},
        "errors": [],
    }
    assert step(national, "closePeriod", period="2025-Q1")["errors"] == [
        {"code": "PERIODS.MONTHS_NOT_CLOSED", "path": []}
    ]
    assert step(national, "closePeriod", period="2025-01")["period"]["state"] == "CLOSED"
    assert step(national, "closePeriod", period="2025-01")["errors"][0]["code"] == "PERIODS.ALREADY_CLOSED"
    assert step(district, "confirmPeriod", period="2025-01")["errors"][0]["code"] == "PERIODS.ALREADY_CLOSED"
    assert value(leader, "2025-01") == {"value": 1, "quality": "FINAL", "revision": 0}
    assert step(national, "revisePeriod", period="2025-01", reason="补报")["errors"][0]["code"] == (
        "PERIODS.NOTHING_TO_REVISE"
    )
    enter(country["430105"], date(2025, 1, 20))
    assert value(leader, "2025-01") == {"value": 1, "quality": "FINAL", "revision": 0}
    assert periods(leader, periods=["2025-01"])["2025-01"]["waitingChanges"] == 1
    assert step(national, "revisePeriod", period="2025-01", reason=" ")["errors"] == [
        {"code": "INVALID", "path": ["input", "reason"]}
    ]
    assert step(national, "revisePeriod", period="2025-01", reason="补报")["period"]["state"] == "REVISED"
    assert value(leader, "2025-01") == {"value": 2, "quality": "REVISED", "revision": 1}
    assert value(leader, "2025-01", ", revision: 0") == {"value": 1, "quality": "FINAL", "revision": 0}
    assert value(leader, "2025-01", ", revision: 1") == {"value": 2, "quality": "REVISED", "revision": 1}
    assert value(leader, "2025-01", ", revision: 2") == {"errors": ["PERIODS.NO_SUCH_REVISION"]}
    known_at = periods(leader, periods=["2025-01"])["2025-01"]["revisions"][0]["knownAt"]
    assert value(leader, "2025-01", f', asOf: "{known_at}"') == {"value": 1, "quality": "FINAL", "revision": 0}


def test_what_is_told_of_a_period(client_of: ClientOf, country: Country) -> None:
    close(*months(2025, 1, 3), "2025-Q1")
    enter(country["430105"], date(2025, 1, 10))
    found = periods(client_of("430100", Role.UNION_ADMIN), year=2025)
    assert len(found) == 19
    quarter = found["2025-Q1"]
    [closing] = quarter.pop("revisions")
    since = quarter.pop("waitingSince")
    assert since is not None
    assert quarter == {
        "period": "2025-Q1",
        "kind": "QUARTER",
        "firstMonth": "2025-01",
        "lastMonth": "2025-03",
        "label": "2025年第一季度",
        "state": "CLOSED",
        "waitingChanges": 1,
        "confirmedAt": None,
        "confirmedUnions": 0,
        "activeUnions": 3,
    }
    assert (closing["number"], closing["reason"], closing["lateChanges"]) == (0, None, 0)
    assert found["2025-04"]["state"] == "PROVISIONAL"
    assert list(periods(client_of("430105", Role.LEADER), periods=["2025", "2025-02"])) == ["2025", "2025-02"]


def test_only_those_who_may(client_of: ClientOf, country: Country) -> None:
    close("2025-01")
    for code, role in (("000000", Role.UNION_ADMIN), ("430105", Role.UNION_ADMIN), ("430105", Role.LEADER)):
        client = client_of(code, role)
        assert step(client, "closePeriod", period="2025-02")["errors"][0]["code"] == "REFUSED"
        assert step(client, "revisePeriod", period="2025-01", reason="补报")["errors"][0]["code"] == "REFUSED"
    for code, role in (("000000", Role.NATIONAL_ADMIN), ("430105", Role.LEADER), ("430105", Role.UNION_STAFF)):
        assert step(client_of(code, role), "confirmPeriod", period="2025-02")["errors"][0]["code"] == "REFUSED"
    refused = ask(client_of("430105", Role.REVIEWER), PERIODS, {"year": 2025})
    assert refused["errors"][0]["extensions"]["code"] == "REFUSED"
    assert PeriodRevision.objects.count() == 1
    assert not PeriodConfirmation.objects.exists()


def test_a_neighbours_confirmation_is_not_told(client_of: ClientOf, country: Country) -> None:
    """V7."""
    step(client_of("430105", Role.UNION_ADMIN), "confirmPeriod", period="2025-01")
    for code, confirmed, unions in (("430111", 0, 1), ("430105", 1, 1), ("430100", 1, 3), ("440000", 0, 3)):
        client = client_of(code, Role.LEADER)
        found = periods(client, periods=["2025-01"])["2025-01"]
        assert (found["confirmedUnions"], found["activeUnions"]) == (confirmed, unions), code
        assert (found["confirmedAt"] is None) == (code != "430105")


def test_a_client_of_closed_periods_alone_is_issued_by_command(country: Country) -> None:
    out = StringIO()
    call_command("issue_partner", "对账系统", root="430000", closed_only=True, json=True, stdout=out)
    told = json.loads(out.getvalue())
    actor = partners.authenticate(told["token"], at=now())
    assert actor is not None
    assert (told["closed_only"], actor.closed_only) == (True, True)


def test_partners_of_closed_periods_alone(country: Country, client_of: ClientOf) -> None:
    """V10: closed periods; provisional ones if the client may."""
    enter(country["430105"], date(2025, 1, 10))
    close("2025-01")
    tokens = {
        free: partners.issue(
            name="对账系统", root=country["430000"], reads_provisional=free, by=system("test"), at=now()
        ).token
        for free in (True, False)
    }
    strict, free = Bearer(tokens[False]), Bearer(tokens[True])
    assert value(strict, "2025-01") == value(free, "2025-01") == {"value": 1, "quality": "FINAL", "revision": 0}
    assert value(strict, "2025-02") == {"errors": ["PERIODS.NOT_CLOSED"]}
    assert value(free, "2025-02") == {"value": 1, "quality": "PROVISIONAL", "revision": None}
    assert value(strict, "2025-01", ', asOf: "2025-02-01T00:00:00Z"') == {"errors": ["PERIODS.NOT_CLOSED"]}
    assert list(periods(strict, year=2025)) == ["2025-01"]
    assert len(periods(free, year=2025)) == 19
    told = periods(strict, periods=["2025-01", "2025-02"])
    assert list(told) == ["2025-01"]
    assert (told["2025-01"]["confirmedUnions"], told["2025-01"]["confirmedAt"]) == (None, None)
    refused = ask(
        strict,
        'mutation { closePeriod(input: {period: "2025-02"}) { errors { code } } }',
    )
    assert refused["data"]["closePeriod"]["errors"][0]["code"] == "REFUSED"
