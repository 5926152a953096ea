"""Thousands of schemas: what a backend keeps of them, what it costs to upgrade them, what a write pays for its mark."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.tenancy import upgrade
from commons.tenancy.door import inside, outside
from tenants.registry.models import SocialOrganization
from tests.benchmarks.country import writes
from tests.benchmarks.country.measuring import Result, backend, once, private_mb

MARKED = ("registry_socialorganization", "registry_ledgerspan", "registry_confirmation", "registry_contactlog")


def memory() -> Result:
    """Private memory of backends while one process touches every union, and what a request costs afterwards."""
    unions = list(TradeUnion.objects.active().order_by("code"))

    def request(union: TradeUnion) -> None:
        with inside(union):
            list(SocialOrganization.objects.order_by("serial")[:20])

    sample = unions[:40]
    for union in sample:
        request(union)
    before = statistics.median(once(lambda union=union: request(union)) for union in sample)
    most, seen = 0.0, set()
    for number, union in enumerate(unions):
        request(union)
        if number % 20 == 0:
            with outside():
                pid = backend()
            seen.add(pid)
            most = max(most, private_mb(pid))
    after = statistics.median(once(lambda union=union: request(union)) for union in sample)
    for union in sample:
        request(union)
    warm = statistics.median(once(lambda union=union: request(union)) for union in sample)
    return {
        "backend_private_mb_at_most": round(most),
        "process_private_mb": round(private_mb(os.getpid())),
        "backends_used": len(seen),
        "request_ms": round(before, 2),
        "request_after_ratio": round(after / before, 2),
        "request_after_warm_ratio": round(warm / before, 2),
    }


def nothing_to_upgrade() -> Result:
    """`migrate_unions` where every union is up to date."""
    begun = time.perf_counter()
    upgrade.everything(at=now())
    return {"seconds": round(time.perf_counter() - begun, 1)}


def write_overhead() -> Result:
    """Inserts of contact logs of one union, turn about with the marking triggers on and off: ratios of medians."""
    union = TradeUnion.objects.active().filter(level="district").order_by("code")[0]
    found: Result = {}
    with inside(union):
        organization = SocialOrganization.objects.values_list("pk", flat=True)[:1][0]

        def insert(rows: int) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_CONTACTS, [organization, writes.NAME, rows])

        for rows, turns in ((1, 300), (10_000, 20)):
            insert(rows)
            found[f"{rows}_rows"] = _ratio(lambda rows=rows: insert(rows), turns)
    writes.taken_back([union])
    return found


def _ratio(work: Callable[[], object], turns: int) -> Result:
    taken: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(turns):
        off = bool(turn % 2)
        with _switched(off):
            taken[off].append(once(work))
    marked, plain = statistics.median(taken[False]), statistics.median(taken[True])
    return {"marked_ms": round(marked, 3), "plain_ms": round(plain, 3), "ratio": round(marked / plain, 3)}


@contextmanager
def _switched(off: bool) -> Iterator[None]:
    _set(off)
    try:
        yield
    finally:
        if off:
            _set(False)


def _set(off: bool) -> None:
    with connection.cursor() as cursor:
        for table in MARKED:
            cursor.execute(f"ALTER TABLE {table} {'DISABLE' if off else 'ENABLE'} TRIGGER USER")


_CONTACTS = """
INSERT INTO registry_contactlog (id, organization_id, contacted_on, kind, participants, topics, demands, follow_up,
                                 classification, created_at, created_by_name, updated_at)
SELECT gen_random_uuid(), %s, DATE '2026-01-01' + n %% 300, 'visit', '', %s, '', '', 'internal', now(), '李敏', now()
FROM generate_series(1, %s) n
"""
