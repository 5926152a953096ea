"""
Pictures of the main pages, taken from a platform that runs with the demonstration's accounts.

    python -m tests.journeys.pictures --url http://127.0.0.1:8000 --out platform/handbook/pictures

Each page is taken at 1366 and at 390 pixels. Needs Chromium: the one named in CHROMIUM, or the machine's.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys import chromium

REPOSITORY = Path(__file__).resolve().parents[2]
WIDTHS = (1366, 390)
# The tallest picture; what lies further down belongs to no overview.
TALLEST = {1366: 1700, 390: 1700}
PATIENCE_MS = 15_000


@dataclass(frozen=True)
class Shot:
    """
    A page as one account sees it; `follow` matches the link on it that leads to the page meant.

    With `beside` it is the first such link in whose row, or in whose own words, this is said.
    """

    name: str
    union: str
    role: str
    path: str
    follow: str = ""
    beside: str = ""


SHOTS = (
    Shot("desk-district", "430105", "union_staff", "/u/430105/"),
    Shot("organizations", "430105", "union_staff", "/u/430105/organizations"),
    Shot(
        "organization",
        "430105",
        "union_staff",
        "/u/430105/organizations",
        follow=r"^/u/430105/organizations/[0-9a-f-]{36}$",
    ),
    Shot("organization-new", "430105", "union_staff", "/u/430105/organizations/new"),
    Shot("import", "430105", "union_staff", "/u/430105/organizations/import"),
    Shot("contacts", "430105", "union_staff", "/u/430105/contacts"),
    Shot("directory", "430105", "union_staff", "/u/430105/directory"),
    Shot("quality", "430105", "union_staff", "/u/430105/quality"),
    Shot("people", "430105", "union_admin", "/u/430105/people"),
    Shot("audit", "430105", "union_admin", "/u/430105/audit"),
    Shot("numbers-nation", "000000", "leader", "/u/000000/numbers"),
    Shot("numbers-province", "000000", "leader", "/u/000000/numbers/430000"),
    Shot("numbers-city", "430100", "leader", "/u/430100/numbers"),
    Shot("numbers-district", "430000", "leader", "/u/430000/numbers/430105"),
    Shot("rows-city", "430100", "leader", "/u/430100/numbers/rows?indicator=ORG-01"),
    Shot("numbers-quarter", "430000", "leader", "/u/430000/numbers?period=2026-Q3&boundaries=today"),
    Shot("numbers-then", "430000", "leader", "/u/430000/numbers?period=2026-10&as_of=2026-11-01"),
    Shot("numbers-compared", "430000", "leader", "/u/430000/numbers/430100/compare?beside=430200"),
    Shot("numbers-changed", "430000", "leader", "/u/430000/numbers/430000/changes"),
    Shot("numbers-ranked", "430100", "union_admin", "/u/430100/numbers/430100/ranking"),
    Shot("definitions", "430100", "leader", "/u/430100/numbers/definitions"),
    Shot("needs", "430105", "union_staff", "/u/430105/needs"),
    Shot("clusters", "430105", "union_staff", "/u/430105/needs/clusters"),
    Shot("surveys", "430105", "union_staff", "/u/430105/needs/surveys"),
    Shot(
        "survey", "430105", "union_staff", "/u/430105/needs/surveys", follow=r"^/u/430105/needs/surveys/[0-9a-f-]{36}$"
    ),
    Shot("orders", "430105", "union_staff", "/u/430105/orders"),
    Shot("menu", "430105", "union_staff", "/u/430105/orders/menu"),
    Shot("appeals", "430105", "union_admin", "/u/430105/appeals"),
    Shot("projects", "430105", "union_staff", "/u/430105/projects"),
    Shot(
        "project",
        "430105",
        "union_staff",
        "/u/430105/projects",
        follow=r"^/u/430105/projects/[0-9a-f-]{36}$",
        beside="四点半课堂",
    ),
    Shot("calls", "430105", "union_staff", "/u/430105/purchase-calls"),
    Shot(
        "call",
        "430105",
        "union_staff",
        "/u/430105/purchase-calls",
        follow=r"^/u/430105/purchase-calls/[0-9a-f-]{36}$",
        beside="城市美容师",
    ),
    Shot("bids-own", "430105", "org_user", "/u/430105/bids"),
    Shot("contracts", "430105", "finance", "/u/430105/contracts"),
    Shot(
        "contract",
        "430105",
        "union_staff",
        "/u/430105/contracts",
        follow=r"^/u/430105/contracts/[0-9a-f-]{36}$",
        beside="托管项目合同",
    ),
    Shot("payables", "430105", "finance", "/u/430105/payables"),
    Shot("payments", "430105", "finance", "/u/430105/payments"),
    Shot("subsidies", "430100", "union_staff", "/u/430100/subsidies"),
    Shot(
        "subsidy",
        "430100",
        "union_staff",
        "/u/430100/subsidies",
        follow=r"^/u/430100/subsidies/[0-9a-f-]{36}$",
        beside="已核销",
    ),
    Shot("numbers-purchases", "430100", "leader", "/u/430100/numbers?period=2026&group=purchase"),
    Shot("portal", "430105", "org_user", "/u/430105/portal"),
    Shot("market", "430105", "union_staff", "/u/430105/market"),
    Shot("matches", "430105", "union_staff", "/u/430105/matches"),
    Shot("fairness", "430105", "leader", "/u/430105/fairness"),
    Shot("red-flags", "430105", "union_admin", "/u/430105/red-flags"),
    Shot("desk-nation", "000000", "national_admin", "/u/000000/"),
    Shot("unions", "000000", "national_admin", "/u/000000/unions"),
    Shot("onboarding", "000000", "national_admin", "/u/000000/onboarding"),
    Shot("periods", "000000", "national_admin", "/u/000000/periods"),
    Shot("boundaries", "000000", "national_admin", "/u/000000/boundaries"),
    Shot("operations", "000000", "national_admin", "/u/000000/operations"),
)


@dataclass(frozen=True)
class Account:
    """Who signs in: as `demo_accounts --json` prints them."""

    username: str
    password: str
    union: str
    roles: frozenset[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Take every picture; name those that could not be taken and answer 1 if there are any."""
    asked = _arguments(arguments)
    accounts = _accounts(asked.accounts)
    asked.out.mkdir(parents=True, exist_ok=True)
    with chromium.browser() as browser:
        failed = _signed_out(browser, asked.url, asked.out)
        for account, shots in _by_account(accounts):
            failed += _signed_in(browser, asked.url, asked.out, account, shots)
    for problem in failed:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"{len(list(asked.out.glob('*.png')))} pictures in {asked.out}\n")
    return 1 if failed else 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the platform answers")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "platform" / "handbook" / "pictures")
    parser.add_argument("--accounts", type=Path, help="a file with the output of demo_accounts --json; else it is run")
    return parser.parse_args(arguments)


def _accounts(file: Path | None) -> list[Account]:
    if file:
        text = file.read_text(encoding="utf-8")
    else:
        command = [sys.executable, "manage.py", "demo_accounts", "--json"]
        text = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    return [
        Account(row["username"], row["password"], row["union"], frozenset(row["roles"]))
        for row in json.loads(text)["accounts"]
    ]


def _by_account(accounts: Sequence[Account]) -> Iterator[tuple[Account, list[Shot]]]:
    wanted: dict[Account, list[Shot]] = {}
    for shot in SHOTS:
        holders = [account for account in accounts if account.union == shot.union and shot.role in account.roles]
        if not holders:
            raise SystemExit(f"The demonstration has no {shot.role} in {shot.union}.")
        # The account with the fewest roles: its pages show what the role alone sees.
        wanted.setdefault(min(holders, key=lambda account: len(account.roles)), []).append(shot)
    yield from wanted.items()


def _context(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")


def _signed_out(browser: Browser, url: str, out: Path) -> list[str]:
    with _context(browser) as context:
        page = context.new_page()
        return _take(page, Shot("sign-in", "", "", "/sign-in"), url, out)


def _signed_in(browser: Browser, url: str, out: Path, account: Account, shots: Sequence[Shot]) -> list[str]:
    with _context(browser) as context:
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.fill("[name=username]", account.username)
        page.fill("[name=password]", account.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda address: "/sign-in" not in address, timeout=PATIENCE_MS)
        return [problem for shot in shots for problem in _take(page, shot, url, out)]


def _take(page: Page, shot: Shot, url: str, out: Path) -> list[str]:
    """Both widths of one page; what went wrong, if anything did."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        answer = page.goto(url + shot.path)
        if shot.follow and answer and answer.ok:
            links = page.eval_on_selector_all(
                "main a[href]",
                "links => links.map((link) => [link.getAttribute('href'), (link.closest('tr') ?? link).innerText])",
            )
            link = next((link for link, said in links if re.match(shot.follow, link) and shot.beside in said), None)
            if link is None:
                return [f"{shot.name}: {shot.path} has no link like {shot.follow} beside {shot.beside!r}"]
            answer = page.goto(url + link)
        if answer is None or not answer.ok:
            return [f"{shot.name}: {shot.path} answered {answer.status if answer else 'nothing'}"]
        _settle(page)
        height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
        page.set_viewport_size({"width": width, "height": height})
        _settle(page)
        page.screenshot(path=out / f"{shot.name}-{width}.png")
    return []


def _settle(page: Page) -> None:
    """Until the fonts are there and every chart of the page is drawn."""
    page.evaluate("document.fonts.ready")
    if page.locator(".chart[data-chart]").count():
        drawn = "[...document.querySelectorAll('.chart[data-chart]:not(.is-missing)')].every((c) => c.querySelector('canvas'))"
        # Asked from here: the page's own policy forbids what Playwright's waiting would evaluate in it.
        end = time.monotonic() + PATIENCE_MS / 1000
        while not page.evaluate(drawn) and time.monotonic() < end:
            page.wait_for_timeout(50)
    page.wait_for_timeout(250)


if __name__ == "__main__":
    sys.exit(main())
