"""Pages in this process on a clock that can be moved, for journeys that last for months: sealed bids, publicity, payments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Locator
from pytest_django.live_server_helper import LiveServer

from commons.kit import clock
from commons.people.models import User
from tests import clocks
from tests.journeys.visitor import Visitor


class Officer(Visitor):
    """Somebody signed in to one union's pages, who does one thing after another."""

    def __init__(self, months: Months, user: User, union: str) -> None:
        super().__init__(months.browser, months.address)
        self.user, self.union = user, union
        self.enter()

    def enter(self) -> None:
        """A fresh session, as the clock shows: the last one has run out over the months."""
        # What the door asks of old passwords has journeys of its own.
        User.objects.filter(pk=self.user.pk).update(password_changed_at=clock.now())
        client = Client()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["acting_union"] = self.union
        session.save()
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.clear_cookies()
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}])

    def open(self, path: str, status: int = 200) -> None:
        """A page of the union."""
        self.go(f"/u/{self.union}{path}", status)

    def send(self, button: str, **fields: str | bool) -> None:
        """Fill in the form that is open and send it; it is taken, and another page follows."""
        answer = self.try_to(button, **fields)
        assert answer == 200, f"{self.page.url}: {answer}\n{self.text()[:1500]}"

    def try_to(self, button: str, **fields: str | bool) -> int:
        """Fill in the form that is open and send it; the status of what follows."""
        for name, value in fields.items():
            self._put(self.page.locator(f"main [name={name}]"), value)
        return self.press(button).status

    def _put(self, place: Locator, value: str | bool) -> None:
        kind = place.first.evaluate("e => e.type || e.tagName")
        if kind == "checkbox" and isinstance(value, bool):
            place.first.set_checked(value)
        elif kind == "checkbox":
            self.page.locator(f"main [name={place.first.get_attribute('name')}][value={value}]").check()
        elif str(kind).startswith("select"):
            place.first.select_option(str(value))
        elif kind == "file":
            place.first.set_input_files(str(value))
        else:
            place.first.fill(str(value))

    def step(self, name: str, **fields: str | bool) -> None:
        """Take one step of the object whose page is open, and come back to it."""
        self.follow(name)
        self.send(name, **fields)

    def refused(self, name: str, sentence: str, **fields: str | bool) -> None:
        """Take a step that is not taken, and read why; the object's page is open again."""
        back = self.page.url
        self.follow(name)
        answer = self.try_to(name, **fields)
        assert answer in (409, 422), f"{self.page.url}: {answer}\n{self.text()[:1500]}"
        assert sentence in self.text(), self.text()[:1500]
        self.page.goto(back)

    def says(self, *texts: str) -> None:
        """The page says each of these."""
        said = self.text()
        for one in texts:
            assert one in said, f"{self.page.url} does not say “{one}”\n{said[:2500]}"

    @property
    def here(self) -> str:
        """The path of the page that is open."""
        return self.page.url.removeprefix(self.address)

    def choose_text(self, name: str, text: str) -> None:
        """Choose an option by what it says."""
        self.page.locator(f"main select[name={name}]").select_option(label=text)

    def follow_in_row(self, row: str, name: str) -> None:
        """Click on a link in the row of a table that tells of `row`."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator("main tr", has_text=row).get_by_role("link", name=name, exact=True).first.click()

    def mark(self, step: str, points: str, **fields: str | bool) -> None:
        """Give every item of a score sheet the same points: in the form that is open, or by a step that is offered."""
        if step:
            self.follow(step)
        for item in self.page.locator("main input[name^=points_], main input[inputmode=decimal]").all():
            item.fill(points)
        self.send(step or "保存", **fields)


@dataclass
class Months:
    """Pages at `address`, on a clock that `pass_to` moves."""

    address: str
    browser: Browser
    clock: clocks.Clock = field(repr=False)
    officers: list[Officer] = field(default_factory=list)

    def officer(self, user: User | None, union: str) -> Officer:
        assert user is not None
        self.officers.append(Officer(self, user, union))
        return self.officers[-1]

    def pass_to(self, moment: datetime) -> None:
        """It is `moment` now, for this process and its database; everybody signs in again."""
        for one in self.officers:
            # A page that renews itself would have its old session ended, and with its cookie the fresh one.
            one.page.goto("about:blank")
        self.clock.pass_to(moment)
        for one in self.officers:
            one.enter()

    def leave(self) -> None:
        """Everybody goes; what a browser complained of is told."""
        for one in self.officers:
            one.__exit__(None, None, None)


@contextmanager
def from_day(begun: datetime, browser: Browser) -> Iterator[Months]:
    """Pages of this process' own database, from the moment `begun` on."""
    # Playwright keeps a loop in this thread, between whose turns the tests use the database.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        server = LiveServer("127.0.0.1")
        try:
            with clocks.from_day(begun) as clock:
                months = Months(server.url, browser, clock)
                yield months
                months.leave()
        finally:
            server.stop()
            # What was opened beside Playwright's loop is found there alone.
            connections.close_all()
