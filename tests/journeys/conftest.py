"""A whole platform of its own with a small country, and people who visit it with a browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from config.embedded.paths import REPOSITORY
from config.embedded.stand import Stand
from tests.journeys import chromium
from tests.journeys.visitor import Visitor

# The district whose neighbour joins by hand; with it come its city, its province and the nation.
COUNTRY = "430111"
# Accounts with known passwords are only made in a database that says it is a demonstration.
_ACCOUNTS_WELCOME = """
from commons.kit.clock import now
from config.demo.country import mark_as_demonstration
mark_as_demonstration(at=now())
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium each journey says so in one loud line."""
    if chromium.path() is None:
        for item in items:
            if item.get_closest_marker("journey") and "visitor" in getattr(item, "fixturenames", []):
                item.add_marker(pytest.mark.skip(reason="*** no Chromium here; install one or name it in CHROMIUM ***"))


@dataclass(frozen=True)
class Account:
    username: str
    password: str


@dataclass(frozen=True)
class Country:
    """The platform under test, who may sign in to it, and partners' tokens by their root."""

    stand: Stand
    accounts: dict[str, Account]
    tokens: dict[str, str]


@pytest.fixture(scope="package")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """Real processes, real commits: the nation, 湖南, 长沙 and 雨花. 开福 is not there yet."""
    directory = tmp_path_factory.mktemp("stand")
    with Stand(directory / "状态", demo=False) as stand:
        stand.manage("country", "--under", COUNTRY)
        stand.manage("shell", "--no-imports", "-c", _ACCOUNTS_WELCOME)
        told = stand.manage("demo_accounts", "--json")
        answer = json.loads(told[told.index("{") :])
        yield Country(
            stand,
            {one["username"]: Account(one["username"], one["password"]) for one in answer["accounts"]},
            {one["root"]: one["token"] for one in answer["partners"]},
        )
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium.browser() as started:
        yield started


@pytest.fixture
def visitor(country: Country, browser: Browser) -> Callable[[], Visitor]:
    """`visitor()`: somebody with a fresh browser window."""
    return lambda: Visitor(browser, country.stand.address)


def link_on(page_text: str) -> str:
    """The path of a one-time link."""
    found = re.search(r"/(?:invitation|reset)/[\w-]+", page_text)
    assert found, page_text
    return found[0]


PARTNER = REPOSITORY / ".venv-partner" / "bin" / "python"
