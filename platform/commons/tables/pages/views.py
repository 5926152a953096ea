"""Keeping a list's columns and views. Without JavaScript each is a form and a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from commons.access.policies import may
from commons.kit.errors import Invalid
from commons.tables import saved
from commons.tables.asked import ask
from commons.tables.declaration import Table, named
from commons.web.frame import Crumb, answer, require_post


class ViewForm(forms.Form):
    name = forms.CharField(
        label="视图名称",
        max_length=saved.NAME_LENGTH,
        error_messages={
            "required": "请填写视图名称。",
            "max_length": f"视图名称最多{saved.NAME_LENGTH}个字。",
        },
    )
    is_default = forms.BooleanField(label="打开列表时先显示这个视图", required=False)
    shared = forms.BooleanField(
        label="共享给本会同事",
        required=False,
        help_text="同事看到的仍只是各自有权查看的记录。",
    )

    def __init__(self, data: Any, *, may_share: bool, own: bool = True, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        if not may_share and not (initial or {}).get("shared"):
            del self.fields["shared"]
        if not own:
            del self.fields["is_default"]


class SaveForm(ViewForm):
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)


@require_POST
def columns(request: HttpRequest, union_code: str, name: str) -> HttpResponse:
    """Keep the user's columns, and go back to the list as it was."""
    table = named(name)
    actor = require_post(request, table.permission)
    asked = ask(table, actor, _query(request))
    within = str(asked.view.id) if asked.view is not None else ""
    saved.keep_columns(table=table, columns=request.POST.getlist("columns"), within=within, by=actor)
    return HttpResponseRedirect(table.url(union_code, asked.address()))


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, union_code: str, name: str) -> HttpResponse:
    """Keep the list as it is asked for, under a name."""
    table = named(name)
    actor = require_post(request, table.permission)
    asked = ask(table, actor, _query(request))
    form = SaveForm(request.POST or None, may_share=bool(may(actor, saved.SHARE)), initial={"query": asked.address()})

    def act() -> saved.View:
        given = form.cleaned_data
        if asked.filter is not None and not asked.filter.form.is_valid():
            raise Invalid({"": ["筛选条件有误，请回到列表改正后再保存。"]})
        return saved.save(
            table=table,
            name=given["name"],
            filters=asked.kept,
            sort=asked.sort if asked.query.get("sort") else "",
            columns=[one.name for one in asked.columns if not one.fixed],
            is_default=given["is_default"],
            shared=bool(given.get("shared")),
            by=actor,
        )

    return answer(
        request,
        form,
        act,
        title="保存为视图",
        lead="视图记住当前的筛选条件、排序和显示列；同名的视图会被替换。",
        done_url=lambda view: table.url(union_code, view.query),
        done=lambda view: f"已保存视图“{view.name}”。",
        cancel_url=table.url(union_code, asked.address()),
        crumbs=_crumbs(table, union_code, "保存为视图"),
    )


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest, union_code: str, name: str, pk: UUID) -> HttpResponse:
    """Rename a view, make it the first one shown, share it."""
    table = named(name)
    actor = require_post(request, table.permission)
    found = saved.view(table, actor, pk)
    form = ViewForm(
        request.POST or None,
        may_share=bool(may(actor, saved.SHARE)),
        own=found.own,
        initial={"name": found.name, "is_default": found.is_default, "shared": found.shared},
    )

    def act() -> saved.View:
        given = form.cleaned_data
        return saved.revise(
            table=table,
            pk=pk,
            name=given["name"],
            is_default=bool(given.get("is_default")),
            shared=bool(given.get("shared")),
            by=actor,
        )

    return answer(
        request,
        form,
        act,
        title=f"修改视图：{found.name}",
        lead="要更改筛选条件，请在列表中调整后，以同一名称再次保存。",
        done_url=lambda view: table.url(union_code, view.query),
        cancel_url=table.url(union_code, found.query),
        crumbs=_crumbs(table, union_code, found.name),
        template="tables/view.html",
        also={"remove_url": reverse("list-view-remove", args=[union_code, name, pk])},
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, union_code: str, name: str, pk: UUID) -> HttpResponse:
    table = named(name)
    actor = require_post(request, table.permission)
    found = saved.view(table, actor, pk)
    if request.method == "POST":
        saved.remove(table=table, pk=pk, by=actor)
        messages.success(request, f"已删除视图“{found.name}”。")
        return HttpResponseRedirect(table.url(union_code))
    shared = "这个视图是共享的，删除后同事也不再看到。" if found.shared else ""
    return answer(
        request,
        forms.Form(),
        lambda: None,
        title=f"删除视图：{found.name}",
        lead=f"只删除视图，不影响记录。{shared}",
        submit_label="确认删除",
        danger=True,
        done_url=table.url(union_code),
        cancel_url=table.url(union_code, found.query),
        crumbs=_crumbs(table, union_code, found.name),
    )


def _query(request: HttpRequest) -> QueryDict:
    """The list's own question, carried by the form."""
    return QueryDict((request.POST.get("query") or request.GET.get("query") or "")[:4000])


def _crumbs(table: Table[Any], code: str, here: str) -> list[Crumb]:
    return [Crumb(table.title, table.url(code, "view=")), Crumb(here)]
