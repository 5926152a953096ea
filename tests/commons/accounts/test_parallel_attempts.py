"""Fifty attempts at once are judged one by one. Source: security I3."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.test import Client

from commons.access import actors
from commons.accounts import actions
from commons.audit.models import AuditEvent
from commons.kit.clock import now
from tests.commons.accounts.conftest import PASSWORD


def test_no_more_than_five_of_fifty_at_once_are_judged(own_database: str) -> None:
    actions.create_user(username="zhou", name="周", password=PASSWORD, by=actors.system("试验"), at=now())

    def attempt(number: int) -> int:
        try:
            return Client().post("/sign-in", {"username": "zhou", "password": f"guess-{number}"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=16) as pool:
        statuses = list(pool.map(attempt, range(50)))

    assert statuses.count(200) == 4, "the fifth failure is already answered by the lock"
    assert statuses.count(429) == 46
    assert AuditEvent.objects.filter(event="account.sign_in_failed").count() == 4
    assert Client().post("/sign-in", {"username": "zhou", "password": PASSWORD}).status_code == 429
