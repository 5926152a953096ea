"""Somebody at a browser, who notices what a developer would: errors, blocked content, pages wider than a phone."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

DESK = {"width": 1366, "height": 844}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
SETTLED_S = 3.0
expect.set_options(timeout=PATIENCE_MS)
# Tells the console what the Content-Security-Policy has blocked, in words the listener knows.
_TELL_CSP = "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
_WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.table-frame'))
    .slice(0, 5).map(e => e.tagName.toLowerCase() + '.' + e.className);
}"""
# When a key figure shows what was waited for, by the clock of this machine.
_WATCH = """([label, wanted]) => {
  window.seenAt = null;
  const look = () => {
    for (const kpi of document.querySelectorAll('.kpi')) {
      if (kpi.querySelector('.kpi-label').innerText.trim() !== label) continue;
      if (kpi.querySelector('.kpi-value strong').innerText.replace(/[^0-9.-]/g, '') === wanted && !window.seenAt)
        window.seenAt = Date.now();
    }
  };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
  look();
}"""


class Visitor:
    """One person with one browser window, at `address`."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", accept_downloads=True
        )
        self.context.add_init_script(_TELL_CSP)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.problems: list[str] = []
        self._refusals = 0
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()
        if problem is None:
            assert self.problems == [], "\n".join(self.problems)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        # Chromium tells of every 4xx; whether a page may be one is the journey's to say, its parts may never.
        if message.text.startswith("Failed to load resource") and message.location.get("url") == self.page.url:
            return
        self.problems.append(f"{self.page.url}: {message.text}")

    def go(self, path: str, status: int = 200) -> Page:
        """Open an address and look at the page."""
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}\n{self.text()[:600]}"
        self.look()
        return self.page

    def look(self) -> None:
        """The page at the width of a phone: nothing is cut off, nothing scrolls sideways."""
        self.page.set_viewport_size(PHONE)
        end = time.monotonic() + SETTLED_S
        # Charts follow a new width a frame later, on a busy machine some frames.
        while (wider := self.page.evaluate(_WIDER)) and time.monotonic() < end:
            time.sleep(0.05)
        if wider:
            self.problems.append(f"{self.page.url} is wider than a phone: {wider}")
        self.page.set_viewport_size(DESK)

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("body").inner_text()

    def press(self, name: str, within: str = "main") -> Response:
        """Press a button and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="load") as leading:
            self.page.locator(within).get_by_role("button", name=name, exact=True).first.click()
        response = leading.value
        assert response is not None
        self.look()
        return response

    def follow(self, name: str, within: str = "main") -> Page:
        """Click on a link and look at the page it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()
        self.look()
        return self.page

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"main [name={name}]", value)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.select_option(f"main [name={name}]", value)

    def sign_in(self, username: str, password: str) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.fill(username=username, password=password)
        self.press("登录")

    def sign_out(self) -> None:
        self.page.locator(".topbar .menu--end summary").click()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="退出登录").click()

    def figure(self, label: str) -> int:
        """The value of a key figure of the page; 0 when it has none."""
        card = self.page.locator(".kpi").filter(has=self.page.get_by_role("heading", name=label, exact=True)).first
        digits = "".join(sign for sign in card.locator(".kpi-value strong").inner_text() if sign.isdigit())
        return int(digits or 0)

    def watch(self, label: str, wanted: int) -> None:
        """Note the moment at which a key figure becomes `wanted`."""
        self.page.evaluate(_WATCH, [label, str(wanted)])

    def seen_at(self) -> float:
        """That moment, in seconds of this machine's clock."""
        # Asked again and again from here: the page's own policy forbids what Playwright's waiting would evaluate in it.
        end = time.monotonic() + PATIENCE_MS / 1000
        while not (found := self.page.evaluate("window.seenAt")):
            assert time.monotonic() < end, f"{self.page.url} does not show what was waited for"
            self.page.wait_for_timeout(50)
        return float(found) / 1000
