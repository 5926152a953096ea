"""The nation's dashboard under load: 20 clients that ask 50 times a second in all, page and API, beside the folder at work."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client

from commons.access import partners
from commons.access.actors import system
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User
from commons.rollup import selectors
from config.embedded import processes
from config.embedded.paths import State
from config.embedded.postgres import free_port
from tests.benchmarks.country import writes
from tests.benchmarks.country.folding import Writers, folder
from tests.benchmarks.country.measuring import Result, spread

CLIENTS, PER_SECOND, SECONDS = 20, 50, 20
# What the page shows, in one request: every indicator of the nation and of each province, and a year behind the nation's.
QUERY = """
query Dashboard($indicators: [IndicatorCode!]!) {
  union(code: "000000") {
    numbersAsOf
    rollup(indicators: $indicators) { indicator value numerator denominator quality missingUnions }
    children(first: 40) { edges { node { code nameZh rollup(indicators: $indicators) { indicator value quality } } } }
  }
}
"""


def dashboard_under_load() -> Result:
    """The page and the same question to the API, first alone, then while a folder counts 50 rows a second."""
    port, address = free_port("127.0.0.1"), "127.0.0.1"
    user, session = _leader()
    issued = partners.issue(
        name="压力测试", root=TradeUnion.objects.get(code="000000"), by=system("benchmark"), at=now()
    )
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    page = ("GET", "/u/000000/numbers", {"Cookie": cookie}, None)
    codes = [found.code for found in selectors.catalogue()]
    body = json.dumps({"query": QUERY, "variables": {"indicators": codes}})
    api = (
        "POST",
        "/graphql",
        {"Authorization": f"Bearer {issued.token}", "Content-Type": "application/json", "Accept": "application/json"},
        body,
    )
    districts = list(TradeUnion.objects.filter(level=Level.DISTRICT).order_by("?")[:50])
    found: Result = {"clients": CLIENTS, "per_second": PER_SECOND, "indicators": len(codes)}
    try:
        with _web(address, port):
            for name, asked in (("page", page), ("graphql", api)):
                _load(address, port, asked, seconds=5)
                found[name] = _load(address, port, asked, seconds=SECONDS)
            with folder(), Writers(districts, rows_per_second=50):
                for name, asked in (("page", page), ("graphql", api)):
                    found[f"{name}_while_folding"] = _load(address, port, asked, seconds=SECONDS)
    finally:
        issued.client.delete()
        RoleAssignment.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(is_active=False)
        session.delete()
        writes.taken_back(districts)
    return found


def _leader() -> tuple[User, SessionBase]:
    nation = TradeUnion.objects.get(code="000000")
    user = User.objects.create_user(f"bench{int(time.time())}", None, name="压力测试")
    RoleAssignment.objects.create(user=user, union=nation, role=Role.LEADER, from_on=date(2024, 1, 1), granted_at=now())
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_union"] = nation.code
    session.save()
    return user, session


@contextmanager
def _web(host: str, port: int) -> Iterator[None]:
    state = State.of()
    command = processes.platform_processes(state, host, port)["web"]
    process = subprocess.Popen(
        command,
        env=processes.environment(state) | {"LOG_LEVEL": "WARNING"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 60
        while not processes.pages_answer(f"http://{host}:{port}"):
            if time.monotonic() > end:
                raise RuntimeError("the web process does not answer")
            time.sleep(0.2)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _load(host: str, port: int, asked: tuple[str, str, dict[str, str], str | None], *, seconds: int) -> Result:
    """Requests due at even moments, taken by whichever client is free; late ones count from when they were due."""
    method, path, headers, body = asked
    due: queue.Queue[float | None] = queue.Queue()
    taken: list[float] = []
    failed = itertools.count()
    sizes: set[int] = set()

    def client() -> None:
        connection = http.client.HTTPConnection(host, port, timeout=30)
        while (moment := due.get()) is not None:
            if (wait := moment - time.perf_counter()) > 0:
                time.sleep(wait)
            try:
                connection.request(method, path, body=body, headers=headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status != 200 or b'"errors"' in content:
                    next(failed)
                sizes.add(len(content) // 1024)
            except OSError:
                next(failed)
                connection.close()
            taken.append((time.perf_counter() - moment) * 1000)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    begin = time.perf_counter() + 0.2
    for number in range(PER_SECOND * seconds):
        due.put(begin + number / PER_SECOND)
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"ms": spread(taken), "requests": len(taken), "failed": next(failed), "kib": sorted(sizes)}
