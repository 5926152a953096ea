"""Every registered list, its orders, tabs, words, sheet and steps: nothing of a neighbour's, and nothing sealed to sort or search by. Source: V7; T4, T10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django_filters import BooleanFilter, ChoiceFilter, DateFilter, MultipleChoiceFilter, NumberFilter

from commons.access.actors import system
from commons.kit.fields import EncryptedTextField
from commons.people.enums import Role
from commons.tables.declaration import Table, known
from commons.tenancy import door
from tests.factories import people
from tests.isolation.asking import content
from tests.isolation.rows import Rows, snapshot

TABLES = known()
FIXED = (BooleanFilter, ChoiceFilter, DateFilter, MultipleChoiceFilter, NumberFilter)
HERE = "430111"
# Lists of what an organization has been given, empty for everybody else: tests/tenants/needs/pages/test_orders.
OF_ORGANIZATIONS = {"served-orders"}


@pytest.fixture
def client(ours: Rows) -> Client:
    """Everything that one account may be in 雨花."""
    client = Client()
    holder = people.actor(HERE, *(role for role in Role if role is not Role.NATIONAL_ADMIN)).user
    assert holder is not None
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    return client


def queries(table: Table[Any], theirs: Rows) -> Iterator[str]:
    yield from ("view=", f"q={theirs.canary}", f"view={theirs.keys['view']}")
    yield from (f"sort={sign}{word}&size=100" for word in table.orders for sign in ("", "-"))
    if table.tabs is not None:
        yield from (f"{table.tabs.filter}={code.value}" for code in table.tabs.codes)
    for name, declared in (table.filters.base_filters if table.filters is not None else {}).items():
        # One of fixed choices takes no key, whosesoever it is: two show that.
        keys = list(theirs.keys.values())[: 2 if type(declared) in FIXED else None]
        yield from (f"{name}={key}" for key in [*keys, theirs.canary, "%00", "' or 1=1 --"])


def found(answer: Any) -> list[Any]:
    """The rows that a page shows, and the views it offers; none on a page that is no list."""
    if answer.status_code != 200:
        return []
    page = answer.context["page"]
    return [*page.rows, *(view.label for view in page.views)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_list_shows_its_own_unions_rows_alone(table: Table[Any], theirs: Rows, ours: Rows, client: Client) -> None:
    before = snapshot(theirs.union)
    for query in queries(table, theirs):
        answer = client.get(table.url(HERE, query))
        assert answer.status_code in {200, 404}, query
        # What was asked for stands in the form; what was found must not hold it.
        shown = content(answer) if theirs.canary not in query else str(found(answer)).encode()
        assert theirs.canary.encode() not in shown, query
    with door.inside(ours.union):
        rows = table.rows(system("test", ours.union))
        assert rows.exists() or table.name in OF_ORGANIZATIONS, "no row of ours to show"
    sheet = client.get(reverse("list-export", args=[HERE, table.name]), {"columns": "all", "q": ""})
    assert sheet.status_code == (200 if table.export is not None else 404)
    assert theirs.canary.encode() not in content(sheet)
    assert snapshot(theirs.union) == before


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_step_finds_no_row_of_a_neighbour(table: Table[Any], theirs: Rows, client: Client) -> None:
    with door.inside(theirs.union):
        keys = list(table.rows(system("test", theirs.union)).values_list("pk", flat=True))
    assert keys or table.name in OF_ORGANIZATIONS
    before = snapshot(theirs.union)
    for step in table.bulk:
        for given in ({}, {"confirmed": "1", "reason": "理由"}):
            answer = client.post(
                reverse("list-bulk", args=[HERE, table.name, step.name]), {"ids": [str(key) for key in keys], **given}
            )
            assert answer.status_code in {200, 422}
            assert theirs.canary.encode() not in answer.content
            page = answer.context["page"]
            assert not getattr(page, "done", [])
            assert str(keys[0]).encode() not in answer.content
    assert snapshot(theirs.union) == before


def field_of(model: type[Model], path: str) -> Any:
    *way, last = path.split("__")
    for part in way:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nothing_sealed_is_sorted_or_searched_by(table: Table[Any], theirs: Rows) -> None:
    with door.inside(theirs.union):
        rows = table.rows(system("test", theirs.union))
    assert isinstance(rows.model._meta.pk.to_python(str(theirs.keys["view"])), UUID)
    searched = () if callable(table.search) else table.search
    for path in [*searched, *table.orders.values(), table.default_sort.removeprefix("-")]:
        if path in rows.query.annotations or (path in table.orders and path not in table.orders.values()):
            continue
        try:
            assert not isinstance(field_of(rows.model, path), EncryptedTextField), path
        except FieldDoesNotExist:
            pytest.fail(f"{table.name}: there is no field {path}")
