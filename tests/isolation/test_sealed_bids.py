"""
A sealed bid is found by nobody but its bidder, wherever one looks: every page, list, sheet, operation of the API, open data, mail, file,
and a dump of the database. Source: SM-17; V6; ASVS 14.2.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from graphql import get_named_type, is_required_argument

from api.kit.documents import schema
from api.kit.ids import to_global
from commons.access import partners
from commons.access.actors import Actor, system
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tables.declaration import known
from commons.tenancy.door import inside
from config.embedded.account import INSTALL, wheel
from tenants.purchasing.models import Bid
from tests.api.probing import example, selection
from tests.factories import organizations, people
from tests.factories.purchasing.sealed import NAME, WORDS, handed_in
from tests.isolation.addresses import addresses, outside
from tests.isolation.asking import ask, content
from tests.isolation.rows import Rows

CODE = "430105"
ADDRESSED = {"call": "Call", "bid": "Bid", "project": "ServiceProject"}
# All eight roles, and the national administrator.
LOOKING: dict[str, tuple[str, tuple[Role, ...]]] = {
    "union_admin": (CODE, (Role.UNION_ADMIN,)),
    "union_staff": (CODE, (Role.UNION_STAFF,)),
    "leader": (CODE, (Role.LEADER,)),
    "reviewer": (CODE, (Role.REVIEWER,)),
    "supervisor": (CODE, (Role.SUPERVISOR,)),
    "finance": (CODE, (Role.UNION_STAFF, Role.FINANCE)),
    "secretariat": (CODE, (Role.LEADER, Role.SECRETARIAT)),
    "org_user": (CODE, ()),
    "above": ("430100", (Role.UNION_ADMIN,)),
    "national_admin": ("000000", (Role.NATIONAL_ADMIN,)),
}


@dataclass(frozen=True)
class Sealed:
    """A union in which a bid lies sealed, and what must not be found: what it says and who handed it in."""

    rows: Rows
    bid: Bid
    bidder: Actor
    words: list[str]


@pytest.fixture
def sealed(theirs: Rows) -> Sealed:
    bidder = people.organization(CODE, organizations.credit_code())
    assert bidder.user is not None
    with inside(theirs.union):
        row = handed_in(bidder)
        keys = {**theirs.keys, "call": row.call_id, "bid": row.pk, "project": row.call.project_id}
    return Sealed(replace(theirs, keys=keys), row, bidder, [*WORDS, bidder.organization])


def signed_in(user: Any, code: str) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_union"] = code
    session.save()
    return client


@pytest.fixture
def everybody(sealed: Sealed) -> dict[str, tuple[Client, str]]:
    """Somebody with each role, where they have it."""
    found = {}
    for name, (code, roles) in LOOKING.items():
        actor = people.actor(code, *roles) if roles else people.organization(CODE, organizations.credit_code())
        found[name] = (signed_in(actor.user, code), code)
    return found


def told(body: bytes, words: list[str]) -> list[str]:
    return [word for word in words if word.encode() in body or orjson.dumps(word)[1:-1] in body]


def pages(client: Client, code: str, rows: Rows) -> Iterator[tuple[str, int, bytes]]:
    """Every address of the platform, asked for with the sealed bid, its call and its project where rows are named."""
    for address in addresses():
        response = ask(client, "GET", address.path(code, address.of(rows)))
        yield address.name, response.status_code, content(response)
    for name, _, parts in outside():
        if name and not parts and name != "sign-out":
            response = ask(client, "GET", reverse(name))
            yield name, response.status_code, content(response)
    for file in ("releases.json", "releases.jsonl", "records.json", "records.jsonl", "releases.xlsx"):
        response = ask(client, "GET", reverse("open-data-file", args=[code, file]))
        yield file, response.status_code, content(response)


def test_no_page_shows_it(sealed: Sealed, everybody: dict[str, tuple[Client, str]]) -> None:
    for who, (client, code) in everybody.items():
        answered = 0
        for name, status, body in pages(client, code, sealed.rows):
            # That the account speaks for its organization a union has decided, before it could bid.
            known_before = [sealed.bidder.organization] if name == "org-accounts" else []
            assert [word for word in told(body, sealed.words) if word not in known_before] == [], (who, name)
            answered += status == 200
        assert answered >= 10, who


def test_its_bidder_reads_it(sealed: Sealed) -> None:
    """So that what is looked for above would be found."""
    client = signed_in(sealed.bidder.user, CODE)
    shown = {name for name, _, body in pages(client, CODE, sealed.rows) if told(body, [NAME])}
    assert shown == {"bid"}
    response = client.get(reverse("bid-file", args=[CODE, sealed.bid.pk, 0]))
    assert told(content(response), sealed.words) == ["canary-of-the-mine"]


def test_no_list_finds_it_by_its_words_and_no_sheet_holds_it(
    sealed: Sealed, everybody: dict[str, tuple[Client, str]]
) -> None:
    """A word of it finds as many rows as a word of nothing."""
    for who, (client, code) in everybody.items():
        for table in known():
            counts = [rows_found(client, table.url(code, f"q={word}")) for word in _searched(sealed)]
            assert set(counts) == {counts[-1]}, (who, table.name)
            sheet = client.get(reverse("list-export", args=[code, table.name]), {"columns": "all", "q": ""})
            assert told(content(sheet), sealed.words) == [], (who, table.name)


def _searched(sealed: Sealed) -> list[str]:
    return [NAME, sealed.bidder.organization, sealed.bid.receipt, "没有这样的词语"]


def rows_found(client: Client, path: str) -> int:
    answer = client.get(path)
    return len(answer.context["page"].rows) if answer.status_code == 200 and "page" in (answer.context or {}) else 0


def operations(rows: Rows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every query of the API with everything it answers, once for each of the rows that its ids could name."""
    root = schema().query_type
    assert root is not None
    for name, field in root.fields.items():
        needed = {key: argument for key, argument in field.args.items() if is_required_argument(argument)}
        given = {key: example(argument.type) for key, argument in needed.items()}
        ids = [key for key, argument in field.args.items() if get_named_type(argument.type).name == "ID"]
        declared = {**needed, **{key: field.args[key] for key in ids}}
        head = ", ".join(f"${key}: {argument.type}" for key, argument in declared.items())
        passed = ", ".join(f"{key}: ${key}" for key in declared)
        text = (
            f"query{f'({head})' if head else ''} {{ {name}{f'({passed})' if passed else ''} {selection(field.type)} }}"
        )
        for kind, type_name in ADDRESSED.items() if ids else [("", "")]:
            yield name, text, {**given, **{key: to_global(type_name, rows.keys[kind]) for key in ids}}


def test_no_operation_of_the_api_tells_it(sealed: Sealed, everybody: dict[str, tuple[Client, str]]) -> None:
    asked = list(operations(sealed.rows))
    for who, (client, _) in everybody.items():
        answered = 0
        for name, query, variables in asked:
            response = client.post(
                "/graphql", orjson.dumps({"query": query, "variables": variables}), content_type="application/json"
            )
            assert told(response.content, sealed.words) == [], (who, name)
            answered += response.json().get("data") not in (None, {name: None})
        assert answered >= 5, who


def test_its_bidder_is_told_by_the_api(sealed: Sealed) -> None:
    client = signed_in(sealed.bidder.user, CODE)
    shown = set()
    for name, query, variables in operations(sealed.rows):
        response = client.post(
            "/graphql", orjson.dumps({"query": query, "variables": variables}), content_type="application/json"
        )
        shown |= {name} if told(response.content, [NAME]) else set()
    assert shown == {"bidContent"}


def test_no_partner_is_told(sealed: Sealed, country: dict[str, TradeUnion]) -> None:
    issued = partners.issue(name="合作系统", root=country["000000"], by=system("test"), at=now())
    client = Client(headers={"Authorization": f"Bearer {issued.token}"})
    for name, query, variables in operations(sealed.rows):
        response = client.post(
            "/graphql", orjson.dumps({"query": query, "variables": variables}), content_type="application/json"
        )
        assert told(response.content, sealed.words) == [], name


def test_no_mail_job_or_stored_file_holds_it(sealed: Sealed) -> None:
    """With everything done that waits to be done, and the open data written anew."""
    for job in Job.objects.order_by("run_after"):
        engine.run_one(job.pk)
    call_command("rebuild_open_data", stdout=StringIO())
    for letter in mail.outbox:
        assert told(letter.message().as_bytes(), sealed.words) == []
        assert told(f"{letter.subject}{letter.body}".encode(), sealed.words) == []
    assert told(str(list(Job.objects.values_list())).encode(), sealed.words) == []
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert told(path.read_bytes(), sealed.words) == [], path.name


@pytest.mark.usefixtures("own_database")
def test_no_dump_of_the_database_holds_it(django_db_blocker: Any, tmp_path: Path) -> None:
    """What a backup holds, and whoever reads it."""
    with django_db_blocker.unblock():
        settings_, union = connection.settings_dict, TradeUnion.objects.get(code=CODE)
        bidder = people.organization(CODE, organizations.credit_code())
        with inside(union):
            row = handed_in(bidder)
        found = dump(settings_, tmp_path / "dump.sql")
    assert "提供心理疏导服务" in found
    assert row.sealed in found
    for word in WORDS:
        assert word not in found
    # That the account speaks for its organization was decided by a union and stands in its own table, and nowhere else.
    tables = [
        block.split("\n", 1)[0]
        for block in found.split("\nCOPY ")[1:]
        if bidder.organization in block.split("\n\\.\n")[0]
    ]
    assert [table.split(" ")[0] for table in tables] == ["public.people_orgaccountlink"]


def dump(where: dict[str, Any], into: Path) -> str:
    program = wheel() / INSTALL / "bin" / "pg_dump"
    if not program.is_file():
        pytest.skip("没有 pg_dump：未安装内置数据库。")
    command = [program, "-h", where["HOST"], "-p", str(where["PORT"]), "-U", where["USER"], "-f", into, where["NAME"]]
    subprocess.run(command, check=True, env={**os.environ, "PGPASSWORD": where["PASSWORD"]}, timeout=300)
    return into.read_text(encoding="utf-8")
