"""Files beside a request: the GraphQL multipart request specification, and what is refused of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.kit.limits import MAX_BODY_BYTES, MAX_UPLOAD_BYTES
from commons.people.enums import Role
from tests.factories.uploads import upload

ECHO = "query($a: String) { __typename }"
MAP = json.dumps({"0": ["variables.input.files.0"]})
SAVE = """mutation($input: SaveBidInput!) { saveBid(input: $input) { errors { code } bid { id } } }"""


def send(client: Client, operations: Any, places: Any = None, **files: SimpleUploadedFile) -> Any:
    told = operations if isinstance(operations, str) else json.dumps(operations)
    form: dict[str, Any] = {"operations": told}
    if places is not None:
        form["map"] = places if isinstance(places, str) else json.dumps(places)
    return client.post("/graphql", {**form, **files})


def test_a_form_without_files_is_answered_like_json(staff: Client) -> None:
    assert send(staff, {"query": "{ me { name } }"}).json()["data"] == {"me": {"name": "张三"}}


@pytest.mark.parametrize(
    ("operations", "places", "status"),
    [
        ("", None, 400),
        ("[]", None, 400),
        ("{", None, 400),
        ({"query": ECHO}, "{", 400),
        ({"query": ECHO}, "[]", 400),
        # A part that is named and not sent, or sent and not named.
        ({"query": ECHO, "variables": {"a": None}}, {"0": ["variables.a"], "1": ["variables.a"]}, 400),
        ({"query": ECHO, "variables": {"a": None}}, {}, 400),
        # Places that are none.
        ({"query": ECHO, "variables": {"a": None}}, {"0": []}, 400),
        ({"query": ECHO, "variables": {"a": None}}, {"0": "variables.a"}, 400),
        ({"query": ECHO, "variables": {"a": None}}, {"0": [7]}, 400),
        ({"query": ECHO, "variables": {"a": None}}, {"0": ["query"]}, 400),
        ({"query": ECHO, "variables": {"a": None}}, {"0": ["variables"]}, 400),
        ({"query": ECHO, "variables": {"a": None}}, {"0": ["variables.b"]}, 400),
        ({"query": ECHO, "variables": {"a": []}}, {"0": ["variables.a.0"]}, 400),
        ({"query": ECHO, "variables": {"a": [None]}}, {"0": ["variables.a.x"]}, 400),
        ({"query": ECHO, "variables": {"a": "taken"}}, {"0": ["variables.a"]}, 400),
        ({"query": ECHO, "variables": {"a": {"b": "c"}}}, {"0": ["variables.a.b.c"]}, 400),
        ({"query": ECHO + "#" + "x" * MAX_BODY_BYTES}, {}, 413),
    ],
)
def test_what_is_no_multipart_request_is_refused(staff: Client, operations: Any, places: Any, status: int) -> None:
    files = {} if places is None or status == 413 else {"0": upload()}
    answer = send(staff, operations, places, **files)
    assert (answer.status_code, list(answer.json())) == (status, ["errors"])


def test_a_file_where_none_is_asked_for_is_an_error_of_the_variable(staff: Client) -> None:
    answer = send(staff, {"query": ECHO, "variables": {"a": None}}, {"0": ["variables.a"]}, **{"0": upload()})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (200, "GRAPHQL")


def test_what_is_no_file_is_an_error_of_the_variable(client_of: Callable[..., Client]) -> None:
    given = {"input": {"call": "Q2FsbDp4", "files": ["JVBERi0x"]}}
    answer = send(client_of("430105", Role.UNION_STAFF), {"query": SAVE, "variables": given})
    (error,) = answer.json()["errors"]
    assert "文件须随 multipart/form-data 请求提交。" in error["message"]


def test_too_much_is_refused_before_it_is_read(staff: Client) -> None:
    answer = staff.post(
        "/graphql",
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(MAX_UPLOAD_BYTES + 1)},
    )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")


def test_a_broken_form_is_refused(staff: Client) -> None:
    answer = staff.post("/graphql", b"--x", content_type="multipart/form-data")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


def test_a_form_of_another_site_is_refused(staff: Client) -> None:
    """A browser sends forms from anywhere with the cookie: what they lack is the token."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies
    answer = send(
        strict, {"query": SAVE, "variables": {"input": {"call": "x", "files": [None]}}}, MAP, **{"0": upload()}
    )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "CSRF")


def test_nobody_known_sends_nothing() -> None:
    answer = send(
        Client(), {"query": SAVE, "variables": {"input": {"call": "x", "files": [None]}}}, MAP, **{"0": upload()}
    )
    assert answer.status_code == 401
