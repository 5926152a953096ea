"""One order without gaps, each in its own subtree, however many. Source: issue 4 §4; V1, V7, V10."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client

from commons.access import partners
from commons.access.actors import Actor, system
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import NotFound, Refused
from commons.opendata import feed, writing
from commons.opendata.models import OcdsRelease
from commons.people.enums import Role

Country = dict[str, TradeUnion]


def release(union: TradeUnion, key: str, at: datetime, ocid: str = "") -> OcdsRelease:
    told = ocid or f"ocds-213czf-{union.code}-{key}"
    party = {"id": f"CN-UNION-{union.code}", "name": union.name_zh}
    body = {"ocid": told, "id": f"{told}-{key}", "date": writing.moment(at), "tag": ["planning"], "buyer": party}
    return feed.publish(union=union, body=body, at=at)


def codes(actor: Actor, union: TradeUnion) -> list[str]:
    return [row.union.code for row in feed.since(feed.releases(actor, union))]


@pytest.fixture
def published(country: Country, at: datetime) -> None:
    for code in ("430000", "430100", "430105", "430111"):
        release(country[code], "A", at)
    feed.number()


def test_each_union_has_its_subtree_and_nothing_beside_or_above(
    country: Country, published: None, actor_of: Callable[..., Actor]
) -> None:
    city = actor_of("430100", Role.UNION_ADMIN)
    assert codes(city, country["430100"]) == ["430100", "430105", "430111"]
    assert codes(city, country["430105"]) == ["430105"]
    district = actor_of("430105", Role.UNION_ADMIN)
    assert codes(district, country["430105"]) == ["430105"]
    for other in ("430100", "430111", "430000"):
        with pytest.raises(NotFound):
            feed.releases(district, country[other])
    with pytest.raises(Refused):
        feed.releases(actor_of("430105", Role.UNION_STAFF), country["430105"])


def _token(union: TradeUnion, at: datetime, days: int = 30) -> str:
    return partners.issue(name="公开平台", root=union, days=days, by=system("测试"), at=at).token


def _get(token: str, path: str) -> object:
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_partner_reads_under_its_root_alone(country: Country, published: None) -> None:
    token = _token(country["430105"], now())
    own = _get(token, "/open-data/430105/releases.jsonl?since=0")
    assert own.status_code == 200
    assert [orjson.loads(line)["buyer"]["id"] for line in own.content.splitlines()] == ["CN-UNION-430105"]
    for path in (
        "/open-data/430111/releases.jsonl",
        "/open-data/430100/records.json",
        "/open-data/430105/secrets.json",
    ):
        answer = _get(token, path)
        assert answer.status_code == 404
        assert b"CN-UNION" not in answer.content


def test_an_expired_a_revoked_and_no_token_are_refused(country: Country, published: None) -> None:
    old = _token(country["430105"], now() - timedelta(days=40))
    for token in (old, "nonsense"):
        assert _get(token, "/open-data/430105/releases.jsonl").status_code == 401
    assert Client().get("/open-data/430105/releases.jsonl").status_code == 401


def test_the_feed_is_read_step_by_step_to_its_end(country: Country, at: datetime) -> None:
    for n in range(5):
        release(country["430105"], f"N{n}", at)
    token, path, seen = _token(country["430105"], now()), "/open-data/430105/releases.jsonl?since=0&limit=2", []
    for _ in range(4):
        answer = _get(token, path)
        seen += [orjson.loads(line)["id"] for line in answer.content.splitlines()]
        path = answer["Link"].split(">")[0].removeprefix("<http://testserver")
    assert seen == [f"ocds-213czf-430105-N{n}-N{n}" for n in range(5)]
    assert _get(token, "/open-data/430105/releases.jsonl?since=x").status_code == 400


def test_every_file_is_offered_and_opens(country: Country, published: None, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_ADMIN)
    page = client.get("/u/430105/open-data").content.decode()
    for name in ("releases.json", "records.json", "releases.jsonl", "records.jsonl", "processes.xlsx"):
        assert f"/u/430105/open-data/{name}" in page
        content = b"".join(client.get(f"/u/430105/open-data/{name}").streaming_content)
        assert content[:2] == b"PK" if name.endswith("xlsx") else b"CN-UNION-430105" in content
        assert b"430111" not in content
    assert client_of("430105", Role.UNION_STAFF).get("/u/430105/open-data").status_code in {403, 404}


def test_what_commits_late_is_not_passed_over(own_database: str, django_db_blocker: object, at: datetime) -> None:
    """A transaction that published first and commits last; a reader in between misses neither."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        kaifu = TradeUnion.objects.get(code="430105")
        wrote, read = threading.Event(), threading.Event()

        def slow() -> None:
            try:
                with transaction.atomic():
                    release(kaifu, "FIRST", at)
                    wrote.set()
                    assert read.wait(30)
            finally:
                connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert wrote.wait(30)
        release(kaifu, "SECOND", at)
        rows = feed.releases(system("测试", kaifu), kaifu)
        early = list(feed.since(rows))
        read.set()
        thread.join(30)
        feed.number()
        later = list(feed.since(rows, early[-1].position or 0))
        assert [row.release_id[-6:] for row in early] == ["SECOND"]
        assert [row.release_id[-5:] for row in later] == ["FIRST"]
        assert [row.position for row in feed.since(rows)] == [1, 2]


def test_many_number_at_once_and_no_place_is_given_twice(
    own_database: str, django_db_blocker: object, at: datetime
) -> None:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        kaifu = TradeUnion.objects.get(code="430105")

        def publish(who: int) -> None:
            try:
                for n in range(10):
                    release(kaifu, f"{who}-{n}", at)
            finally:
                connection.close()

        threads = [threading.Thread(target=publish, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        feed.number()
        places = sorted(OcdsRelease.objects.values_list("position", flat=True))
        assert places == list(range(1, 41))


def test_twenty_thousand_releases_are_written_in_little_memory(country: Country, at: datetime) -> None:
    kaifu = country["430105"]
    text = "公" * 700
    OcdsRelease.objects.bulk_create(
        (
            OcdsRelease(
                union=kaifu, ocid=f"ocds-213czf-{n // 4:06d}", release_id=f"R{n}", date=at, tags=["planning"], position=n + 1,
                body=orjson.dumps({"ocid": f"ocds-213czf-{n // 4:06d}", "id": f"R{n}", "date": writing.moment(at + timedelta(n)),
                                   "tag": ["planning"], "language": text}).decode(),
            )
            for n in range(20_000)
        ),
        batch_size=2000,
    )  # fmt: skip
    rows = feed.releases(system("测试", kaifu), kaifu)
    for kind, expected in (("releases", 20_000), ("records", 5_000)):
        tracemalloc.start()
        count, size = 0, 0
        for line in writing.lines(kind, rows, history=False):
            count, size = count + 1, size + len(line)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == expected
        assert size > 40_000_000
        assert peak < 8_000_000
