"""Two people at once: numbers and codes have no twin, and the second is told of the first."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connection

from commons.access.actors import Actor, system
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, DomainError
from commons.tenancy import door
from tenants.registry import errors
from tenants.registry.actions import entries
from tenants.registry.models import SocialOrganization
from tests.factories.organizations import credit_code
from tests.tenants.registry.conftest import entry_fields

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def together(code: str, works: list[Callable[[Actor], object]]) -> list[type[DomainError]]:
    """Do all at once, each on its own connection; the refusals."""
    start, refusals = threading.Barrier(len(works)), []

    def work(act: Callable[[Actor], object]) -> None:
        try:
            union = TradeUnion.objects.get(code=code)
            with door.inside(union):
                start.wait(10)
                act(system("并发", union))
        except DomainError as refusal:
            refusals.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[act]) for act in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refusals


def test_numbers_have_no_twin(own_database: str) -> None:
    fields = [entry_fields(uscc=credit_code(serial)) for serial in range(4)]
    assert together("430105", [lambda by, f=f: entries.create(fields=f, by=by, at=AT) for f in fields]) == []

    with door.inside(TradeUnion.objects.get(code="430105")):
        assert sorted(SocialOrganization.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_one_code_is_entered_once(own_database: str) -> None:
    fields = entry_fields(uscc=credit_code(1))
    refusals = together("430105", [lambda by: entries.create(fields=fields, by=by, at=AT)] * 3)

    assert refusals == [errors.DuplicateCreditCode] * 2


def test_of_two_edits_of_one_version_one_stands(own_database: str) -> None:
    union = TradeUnion.objects.get(code="430105")
    with door.inside(union):
        row = entries.create(fields=entry_fields(), by=system("准备", union), at=AT)
    edits = [
        lambda by, alias=alias: entries.edit(organization=row, fields={"alias": alias}, version=1, by=by, at=AT)
        for alias in ("甲", "乙")
    ]

    assert together("430105", edits) == [Conflict]
    with door.inside(union):
        assert SocialOrganization.objects.get().version == 2
