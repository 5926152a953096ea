"""A form that goes to one action: done, refused beside its fields, or overtaken by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from commons.kit.errors import Conflict, DomainError, Invalid, NotFound, Refused
from commons.web.frame import Crumb, answer


class ThingForm(forms.Form):
    name = forms.CharField(label="名称", error_messages={"required": "请填写名称。"})


class SheetForm(ThingForm):
    sheet = forms.FileField(label="文件", required=False)


class NameTaken(DomainError):
    code = "THINGS.TAKEN"
    sentence = "“%(name)s”已被使用。"


def sent(given: dict[str, str] | None, act: Callable[[], Any], form: type[forms.Form] = ThingForm, **more: Any) -> Any:
    request: HttpRequest = RequestFactory().get("/x") if given is None else RequestFactory().post("/x", given)
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    options = {"title": "登记", "done_url": "/done", "crumbs": [Crumb("列表", "/l"), Crumb("登记")], **more}
    response: HttpResponse = answer(request, form(request.POST if given is not None else None), act, **options)
    return response, response.content.decode(), [str(one) for one in get_messages(request)]


def refusing(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_the_form_is_shown_and_nothing_done() -> None:
    response, page, told = sent(None, refusing(AssertionError()), lead="请先核对。")
    assert (response.status_code, told) == (200, [])
    assert "请先核对。" in page
    assert 'href="/done">取消' in page
    assert "multipart" not in page
    assert "multipart/form-data" in sent(None, refusing(AssertionError()), SheetForm)[1]


def test_done_leads_on_also_when_the_action_returns_nothing() -> None:
    response, _, told = sent({"name": "甲"}, lambda: None)
    assert (response.status_code, response["Location"], told) == (302, "/done", ["已保存。"])
    response, _, told = sent({"name": "甲"}, lambda: 7, done_url=lambda n: f"/t/{n}", done=lambda n: f"第{n}件。")
    assert (response["Location"], told) == ("/t/7", ["第7件。"])


@pytest.mark.parametrize(
    ("error", "status", "sentence", "beside"),
    [
        (Invalid({"name": ["名称太短。"]}), 422, "名称太短。", True),
        (NameTaken(path=("name",), name="甲"), 422, "“甲”已被使用。", True),
        (NameTaken(path=("name", "0"), name="甲"), 422, "“甲”已被使用。", True),
        (NameTaken(path=("other",), name="甲"), 422, "“甲”已被使用。", False),
        (Conflict(), 409, "刚刚被他人修改过", False),
    ],
)
def test_a_refusal_keeps_what_was_typed(error: DomainError, status: int, sentence: str, beside: bool) -> None:
    response, page, told = sent({"name": "打了一半"}, refusing(error))
    assert (response.status_code, told) == (status, [])
    assert 'value="打了一半"' in page
    assert sentence in page
    assert ('id="id_name_error"' in page) is beside


def test_what_is_missing_is_not_asked_of_the_action() -> None:
    response, page, _ = sent({"name": ""}, refusing(AssertionError()))
    assert (response.status_code, "请填写名称。" in page) == (422, True)


@pytest.mark.parametrize("error", [NotFound(), Refused()])
def test_what_is_no_matter_of_the_form_goes_on(error: DomainError) -> None:
    with pytest.raises(type(error)):
        sent({"name": "甲"}, refusing(error))
