"""The SDL in git is the one declared; the number of statements per operation is in git too."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import Undefined, is_enum_type, is_input_object_type, is_non_null_type, is_object_type

from api.kit import limits
from api.kit.documents import schema
from api.kit.rates import REQUESTS_PER_MINUTE
from api.management.commands import export_schema
from commons.access import partners
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.labels import Code
from commons.people.enums import Role
from tests.api.conftest import Bearer, ask, post, records

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def test_the_sdl_in_git_is_current() -> None:
    call_command("export_schema", check=True, stdout=StringIO())


def test_a_changed_schema_is_told_as_a_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "schema.graphql"
    monkeypatch.setattr(export_schema, "FILE", kept)
    call_command("export_schema", stdout=StringIO())
    kept.write_text(kept.read_text(encoding="utf-8").replace("type Me {", "type Myself {"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"\+type Me \{"):
        call_command("export_schema", check=True, stdout=StringIO())


def test_enums_speak_both_languages() -> None:
    """Each member carries its Chinese and its English label."""
    for name, type_ in schema().type_map.items():
        if is_enum_type(type_) and not name.startswith("__"):
            assert type_.description, name
            for member in type_.values.values():  # type: ignore[attr-defined]
                assert " / " in (member.description or ""), f"{name}.{member.value}"
                if isinstance(member.value, Code):
                    assert member.description == f"{member.value.zh} / {member.value.en}"


def test_every_payload_has_the_one_error_shape() -> None:
    mutation = schema().mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        payload = field.type
        assert is_object_type(payload), name
        assert str(payload.fields["errors"].type) == "[MutationError!]!", name  # type: ignore[attr-defined]
        assert list(field.args) == ["input"], name
        assert str(field.args["input"].type).endswith("!"), name


def test_what_an_input_requires_has_to_be_given() -> None:
    """A default would stand in for a required value that was left out, and be nothing that an action expects."""
    for name, type_ in schema().type_map.items():
        if is_input_object_type(type_):
            for field, declared in type_.fields.items():
                assert not is_non_null_type(declared.type) or declared.default_value is Undefined, f"{name}.{field}"


@pytest.mark.parametrize("name", COUNTS)
def test_statements_per_operation(client_of: Callable[..., Client], country: dict[str, TradeUnion], name: str) -> None:
    """Rows double, statements stay: what an operation costs follows its text. Finding out who asks is not counted here."""
    pinned = COUNTS[name]
    client = client_of(pinned["union"], Role(pinned["role"]))
    for number in range(2):
        records(country[pinned["union"]], canary=str(number))
        _told(client, pinned["query"])
        who, all_told = _told(client, "{ __typename }"), _told(client, pinned["query"])
        assert len(all_told) - len(who) == pinned["statements"], "\n".join(all_told)


def _told(client: Client, query: str) -> list[str]:
    """The beginnings of the statements of one request."""
    with CaptureQueriesContext(connection) as sql:
        body = post(client, query).json()
    assert "errors" not in body, body["errors"]
    return [
        query["sql"][:160] for query in sql if "SAVEPOINT" not in query["sql"] and "SET search_path" not in query["sql"]
    ]


HANDBOOK = Path(__file__).parents[2] / "platform" / "handbook" / "how-to" / "use-the-api.md"
DOCUMENTED = re.findall(r"```graphql\n(.*?)```", HANDBOOK.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("query", DOCUMENTED)
def test_what_the_handbook_asks_is_answered(partner_of: Callable[[str], Bearer], query: str) -> None:
    """G7, G10: an honest partner's questions pass all limits, today and after a change."""
    found = ask(partner_of("430100"), query)
    assert "errors" not in found
    assert all(value is not None for value in found["data"].values())


def test_the_handbook_tells_the_limits_as_they_are() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    numbers = (
        limits.MAX_BODY_BYTES,
        limits.MAX_UPLOAD_BYTES,
        limits.MAX_TOKENS,
        limits.MAX_DEPTH,
        limits.MAX_INTROSPECTION_DEPTH,
        limits.MAX_FIELDS,
        limits.MAX_SAME_FIELD,
        limits.MAX_ALIASES,
        limits.MAX_DIRECTIVES,
        limits.MAX_PAGE,
        limits.MAX_COST,
        REQUESTS_PER_MINUTE,
    )
    for number in numbers:
        assert re.search(rf"(?<![\d,]){number:,}(?![\d,])", text), number
    assert len(DOCUMENTED) >= 8


def test_issue_partner_prints_its_secret_once(country: dict[str, TradeUnion]) -> None:
    out = StringIO()
    call_command("issue_partner", "湖南数据平台", root="430000", days=30, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["name"], told["root"]) == ("湖南数据平台", "430000")
    actor = partners.authenticate(told["token"], at=now())
    assert actor is not None
    assert (actor.partner, actor.union) == ("湖南数据平台", country["430000"])
    event = AuditEvent.objects.get(event="partner.issued")
    assert event.union_code == "430000"
    assert told["token"] not in str(event.data)
    out = StringIO()
    call_command("issue_partner", "湖南数据平台", root="430000", revoke=True, json=True, stdout=out)
    assert json.loads(out.getvalue())["revoked"] == 1
    assert partners.authenticate(told["token"], at=now()) is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"root": "999999"}, "NOT_FOUND"),
        ({"root": "430000", "days": 0}, "INVALID"),
        ({"root": "430000", "days": 100_000}, "INVALID"),
    ],
)
def test_a_wrong_request_for_a_partner_says_why(
    country: dict[str, TradeUnion], arguments: dict[str, object], code: str
) -> None:
    with pytest.raises(CommandError, match=code):
        call_command("issue_partner", "数据平台", stdout=StringIO(), **arguments)
