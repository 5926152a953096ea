"""The one door into a schema: whatever happens inside, the schema before is current again outside."""

import threading
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import StreamingHttpResponse

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from tenants.views.models import SavedView


def where() -> tuple[str, str]:
    """What the wrapper believes and what the database says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return connection.schema_name, cursor.fetchone()[0]  # type: ignore[attr-defined]


def test_leaving_restores_what_was_before(country: dict[str, TradeUnion]) -> None:
    with door.inside(country["430105"]):
        assert where() == ("d430105", "d430105")
        assert door.current() == country["430105"]
        with door.inside(country["430111"]):
            assert where() == ("d430111", "d430111")
        assert where() == ("d430105", "d430105")
        with door.outside():
            assert where() == ("public", "public")
        assert where() == ("d430105", "d430105")
    assert where() == ("public", "public")
    assert door.current() is None


def test_an_exception_restores(country: dict[str, TradeUnion]) -> None:
    with pytest.raises(ZeroDivisionError), door.inside(country["430105"]):
        where()[99 // 0]
    assert where() == ("public", "public")


def test_a_rolled_back_savepoint_restores(country: dict[str, TradeUnion]) -> None:
    with door.inside(country["430105"]):
        where()
        with pytest.raises(IntegrityError), transaction.atomic(), door.inside(country["430111"]):
            SavedView.objects.create(id=None, user_id=None, list_name=where()[1])
        assert where() == ("d430105", "d430105")
    assert where() == ("public", "public")


def test_a_savepoint_opened_outside_and_rolled_back_inside(country: dict[str, TradeUnion]) -> None:
    sid = transaction.savepoint()
    with door.inside(country["430105"]):
        assert where() == ("d430105", "d430105")
        transaction.savepoint_rollback(sid)
        assert where() == ("d430105", "d430105")
    assert where() == ("public", "public")


def test_rows_stay_in_their_schema(country: dict[str, TradeUnion]) -> None:
    user_id = "01900000-0000-7000-8000-000000000000"
    with door.inside(country["430105"]):
        SavedView.objects.create(user_id=user_id, list_name="organizations", columns=["name"])
    with door.inside(country["430111"]):
        assert SavedView.objects.count() == 0
    with door.inside(country["430105"]):
        assert SavedView.objects.count() == 1


def test_a_streaming_answer_stays_in_its_union(country: dict[str, TradeUnion]) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(3):
            yield where()[1].encode()

    answer = StreamingHttpResponse(door.streaming(country["430105"], parts()))
    seen = []
    for part in answer.streaming_content:
        seen.append(part)
        with door.inside(country["430111"]):
            assert where()[1] == "d430111"
    assert seen == [b"d430105"] * 3
    assert where() == ("public", "public")


def test_two_threads_do_not_swap_unions(own_database: str) -> None:
    unions = {union.code: union for union in TradeUnion.objects.filter(code__in=["430105", "430111"])}
    wrong: list[tuple[str, tuple[str, str]]] = []
    turns = threading.Barrier(2)

    def work(code: str) -> None:
        try:
            for _ in range(50):
                turns.wait()
                with door.inside(unions[code]):
                    found = where()
                    turns.wait()
                    if found != where() or found[1] != f"d{code}":
                        wrong.append((code, found))
                if where()[1] != "public":
                    wrong.append((code, where()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(code,)) for code in unions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


def test_a_reused_connection_starts_in_public(own_database: str) -> None:
    union = TradeUnion.objects.get(code="430105")
    with door.inside(union):
        where()
        connection.close()
        assert where() == ("d430105", "d430105")
    assert where() == ("public", "public")


def test_a_backend_is_replaced_after_so_many_schemas(own_database: str, settings: object) -> None:
    settings.SCHEMAS_PER_CONNECTION = 3  # type: ignore[attr-defined]
    unions = list(TradeUnion.objects.order_by("code"))[:6]

    def backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    backends = []
    for union in unions:
        with door.inside(union):
            backends.append(backend())
    assert backends[0] == backends[1] == backends[2]
    assert backends[3] == backends[4] == backends[5]
    assert backends[2] != backends[3]


def test_a_backend_is_kept_while_something_is_bound_to_it_and_replaced_afterwards(
    own_database: str, settings: object
) -> None:
    settings.SCHEMAS_PER_CONNECTION = 1  # type: ignore[attr-defined]

    def backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    before = backend()
    with door.keeping_connection():
        for union in TradeUnion.objects.order_by("code")[:3]:
            with door.inside(union):
                assert backend() == before
        assert backend() == before
    assert backend() != before


def test_a_backend_is_kept_while_a_transaction_is_open(own_database: str, settings: object) -> None:
    settings.SCHEMAS_PER_CONNECTION = 1  # type: ignore[attr-defined]
    union = TradeUnion.objects.get(code="430105")
    with transaction.atomic():
        with door.inside(union):
            SavedView.objects.create(
                user_id="01900000-0000-7000-8000-000000000000", list_name="organizations", columns=[]
            )
        with door.inside(union):
            assert SavedView.objects.count() == 1
