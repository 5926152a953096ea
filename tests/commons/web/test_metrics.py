"""/metrics: for the token's bearer, or for this machine itself; absent for everybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.rollup.models import UnfoldedUnion, VerifyRun, Watermark

Country = dict[str, TradeUnion]


def read(client: Client, **headers: str) -> dict[str, float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        sample.name + "".join(f":{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
        if family.name != "platform_info"
    }


def test_what_is_measured(country: Country) -> None:
    Job.objects.all().delete()
    UnfoldedUnion.objects.all().delete()
    Watermark.objects.update_or_create(pk=1, defaults={"folded_until": now() - timedelta(seconds=30)})
    UnfoldedUnion.objects.create(union=country["430105"], since=now() - timedelta(seconds=90), error="CANARY")
    for key, state in (("a", JobState.PARKED), ("b", JobState.QUEUED), ("c", JobState.QUEUED)):
        Job.objects.create(kind="k", key=key, state=state, run_after=now() - timedelta(seconds=20), asked_at=now())
    TradeUnion.objects.filter(code="430111").update(schema_fingerprint="old")
    found = read(Client())
    assert found["rollup_lag_seconds"] == pytest.approx(30, abs=5)
    assert found["rollup_unfolded_unions"] == 1
    assert found["rollup_oldest_unfolded_seconds"] == pytest.approx(90, abs=5)
    assert (found["jobs:parked"], found["jobs:queued"], found["jobs:running"]) == (1, 2, 0)
    assert found["jobs_oldest_due_seconds"] == pytest.approx(20, abs=5)
    assert found["unions:active"] == len(country)
    assert found["schemas_stale"] == 1
    assert "CANARY" not in Client().get("/metrics").content.decode()


def test_a_stranger_finds_nothing(db: None) -> None:
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 404


def test_with_a_token_only_its_bearer_is_answered(db: None, settings: pytest.FixtureRequest) -> None:
    settings.METRICS_TOKEN = "a-long-token"  # type: ignore[attr-defined]
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert "unions:active" in read(Client(REMOTE_ADDR="10.0.0.9"), Authorization="Bearer a-long-token")


def test_the_last_recount_is_measured(country: Country) -> None:
    VerifyRun.objects.create(started_at=now(), done_until=5)
    assert "rollup_differences" not in read(Client())
    VerifyRun.objects.create(started_at=now(), finished_at=now() - timedelta(seconds=60), figures=10, differences=2)
    found = read(Client())
    assert found["rollup_differences"] == 2
    assert found["rollup_verified_age_seconds"] == pytest.approx(60, abs=5)
