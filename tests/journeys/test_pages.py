"""Every main page as its role meets it: no error, nothing blocked, nothing wider than a phone, usable by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Country
from tests.journeys.visitor import PHONE, Visitor

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
        "/u/430111/purchase-catalogue",
        "/u/430111/purchase-catalogue/new",
        "/u/430111/purchase-catalogue/copy",
        "/u/430111/units",
        "/u/430111/units/new",
        "/u/430111/capacity",
        "/u/430111/capacity/new",
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


def test_the_menu_unfolds_by_keyboard_and_on_a_phone(country: Country, visitor: Callable[[], Visitor]) -> None:
    with visitor() as admin:
        admin.sign_in("yuhua.admin", country.accounts["yuhua.admin"].password)
        page = admin.go("/u/430111/")
        menu = page.get_by_role("navigation", name="主导航")
        wanted = menu.get_by_role("link", name="购买目录", exact=True)
        assert menu.locator(".navigation-group[open]").count() == 0
        expect(wanted).to_be_hidden()
        menu.locator("summary", has_text="制度与保障").focus()
        page.keyboard.press("Enter")
        expect(wanted).to_be_visible()
        # The next stop of the keyboard is the first entry of the group that was unfolded.
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "购买制度"
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.endswith("/u/430111/purchase-catalogue")
        assert menu.locator(".navigation-group[open] > summary").all_inner_texts() == ["制度与保障"]
        assert menu.locator("[aria-current=page]").all_inner_texts() == ["购买目录"]
        page.set_viewport_size(PHONE)
        page.reload()
        expect(wanted).to_be_hidden()
        menu.locator("summary", has_text="菜单：购买目录").click()
        expect(wanted).to_be_visible()
        expect(menu.get_by_role("link", name="社会组织台账", exact=True)).to_be_hidden()


def test_pages_outside_say_what_happened(visitor: Callable[[], Visitor], country: Country) -> None:
    with visitor() as somebody:
        assert "登录" in somebody.go("/sign-in").title()
        somebody.go("/u/430111/organizations")
        assert "/sign-in" in somebody.page.url
        somebody.go("/invitation/nothing-of-the-kind", status=404)
        somebody.go("/no/such/page", status=404)
