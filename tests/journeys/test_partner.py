"""A partner's own script, in an environment of its own, reads what its token opens and nothing else. Source: V10."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.journeys.conftest import PARTNER, Country

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

SCRIPT = Path(__file__).with_name("partner_reads_the_nation.py")
needs_partner = pytest.mark.skipif(
    not PARTNER.exists(), reason="*** no .venv-partner here; `make .venv-partner/.partner` makes it ***"
)


def read(country: Country, token: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [str(PARTNER), str(SCRIPT), "--url", f"{country.stand.address}/graphql", f"--token={token}", *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@needs_partner
def test_the_nation_page_by_page(country: Country) -> None:
    done = read(country, country.tokens["000000"], "--first", "2")
    assert done.returncode == 0, done.stderr
    *unions, summary = [json.loads(line) for line in done.stdout.splitlines()]
    codes = [union["code"] for union in unions]
    assert codes[:3] == ["000000", "430000", "430100"]
    assert "430111" in codes
    assert summary["unions"] == len(codes)
    assert summary["requests"] == -(-len(codes) // 2), "one request a page"
    parents = {union["code"]: (union["parent"] or {}).get("code") for union in unions}
    assert (parents["000000"], parents["430111"]) == (None, "430100")
    numbers = {union["code"]: {row["indicator"]: row["value"] for row in union["subtree"]} for union in unions}
    # Contacts add up along the tree, organizations at most; both are what the pages show.
    assert numbers["000000"] == numbers["430000"] == numbers["430100"]
    below = [numbers[code]["CTC-01"] for code in codes if parents[code] == "430100"]
    assert numbers["430100"]["CTC-01"] == sum(below)


@needs_partner
def test_a_token_of_a_district_stays_in_it(country: Country) -> None:
    done = read(country, country.tokens["430111"], "--outside", "000000", "430000", "430100", "430105", "999999")
    assert done.returncode == 0, done.stderr
    union, summary = [json.loads(line) for line in done.stdout.splitlines()]
    assert (union["code"], union["parent"]) == ("430111", None)
    assert set(summary["refused"].values()) == {True}


@needs_partner
def test_no_token_and_a_revoked_one_read_nothing(country: Country) -> None:
    assert json.loads(read(country, "nothing-of-the-kind").stderr) == {"refused": "UNAUTHENTICATED"}
    told = country.stand.manage("issue_partner", "试用系统", "--root", "430111", "--json")
    token = json.loads(told[told.index("{") :])["token"]
    assert read(country, token).returncode == 0
    country.stand.manage("issue_partner", "试用系统", "--root", "430111", "--revoke")
    assert json.loads(read(country, token).stderr) == {"refused": "UNAUTHENTICATED"}
