"""Every main page as its role meets it: no error, nothing blocked, nothing wider than a phone, usable by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Country
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

PAGES = {
    "yuhua.admin": [
        "/u/430111/",
        "/u/430111/organizations",
        "/u/430111/organizations/new",
        "/u/430111/organizations/import",
        "/u/430111/contacts",
        "/u/430111/contacts/sealed",
        "/u/430111/directory",
        "/u/430111/directory/differences",
        "/u/430111/people",
        "/u/430111/people/invite",
        "/u/430111/audit",
        "/u/430111/profile",
        "/u/430111/numbers",
        "/u/430111/numbers/definitions",
        "/u/430111/numbers/430111/ranking",
        "/account",
    ],
    "hunan.leader": [
        "/u/430000/",
        "/u/430000/numbers",
        "/u/430000/numbers/430100",
        "/u/430000/numbers?from=2026-01&to=2026-03&as_of=2026-11-01&boundaries=today",
        "/u/430000/numbers/430100/compare",
        "/u/430000/numbers/430100/changes",
        "/u/430000/numbers/430000/ranking",
        "/u/430000/directory",
    ],
    "acftu.national": [
        "/u/000000/",
        "/u/000000/numbers",
        "/u/000000/unions",
        "/u/000000/unions/new",
        "/u/000000/onboarding",
        "/u/000000/operations",
        "/u/000000/audit",
        "/u/000000/unions/430000",
        "/u/000000/boundaries",
        "/u/000000/boundaries/new/split",
    ],
}


@pytest.mark.parametrize("name", list(PAGES))
def test_main_pages(country: Country, visitor: Callable[[], Visitor], name: str) -> None:
    with visitor() as somebody:
        somebody.sign_in(name, country.accounts[name].password)
        for path in PAGES[name]:
            page = somebody.go(path)
            assert page.locator("h1").count() == 1, path
            if page.locator("[autofocus]").count():
                continue
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.classList.contains('skip-link')"), path


def test_pages_outside_say_what_happened(visitor: Callable[[], Visitor], country: Country) -> None:
    with visitor() as somebody:
        assert "登录" in somebody.go("/sign-in").title()
        somebody.go("/u/430111/organizations")
        assert "/sign-in" in somebody.page.url
        somebody.go("/invitation/nothing-of-the-kind", status=404)
        somebody.go("/no/such/page", status=404)
