"""/u/<code>/portal/entry: an organization reads its own ledger entry and keeps its own fields up to date. Source: DOMAIN §4.2 org_user."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.kit import clock
from commons.web.frame import Crumb, FormPage, actor_of, carried_out
from tenants.registry.actions import entries
from tenants.registry.fields import BY_NAME, SELF_FIELDS, Kind
from tenants.registry.selectors.own import OwnEntry, own_entry, own_organization


@dataclass(frozen=True)
class OwnEntryPage:
    entry: OwnEntry
    union: str
    edit_url: str


class OwnEntryForm(forms.Form):
    """The fields of `SELF_FIELDS`, as they are declared."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in SELF_FIELDS:
            field = BY_NAME[name]
            long = field.kind is Kind.LONG_TEXT
            self.fields[name] = forms.CharField(
                label=field.label,
                required=False,
                max_length=field.max_length,
                help_text=field.help,
                widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(),
            )


@require_safe
def entry(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = actor_of(request)
    found = own_entry(actor)
    page = OwnEntryPage(
        entry=found,
        union=actor.union.name_zh if actor.union else "",
        edit_url=reverse("own-entry-edit", args=[union_code]),
    )
    return render(request, "registry/own_entry.html", {"page": page, "breadcrumbs": _crumbs(union_code, "台账信息")})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = actor_of(request)
    row = own_organization(actor)
    initial = {"version": row.version, **{name: getattr(row, name) for name in SELF_FIELDS}}
    form = OwnEntryForm(request.POST if request.method == "POST" else None, initial=initial)
    here = reverse("own-entry", args=[union_code])
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in SELF_FIELDS}
        version = form.cleaned_data["version"]
        done = carried_out(form, lambda: entries.edit_own(fields=given, version=version, by=actor, at=clock.now()))
        if done is not None:
            messages.success(request, "已保存，工会台账同步更新。")
            return HttpResponseRedirect(here)
    page = FormPage(
        title="修改本组织信息",
        form=form,
        submit_label="保存",
        cancel_url=here,
        lead="以下各项由本组织维护；名称、登记事项等由工会根据登记信息维护，如有变化请告知工会。",
    )
    return render(
        request,
        "base/form.html",
        {"page": page, "breadcrumbs": _crumbs(union_code, "台账信息", "修改")},
        status=422 if form.errors else 200,
    )


def _crumbs(code: str, *labels: str) -> list[Crumb]:
    own = reverse("own-entry", args=[code])
    first = Crumb("往来事项", reverse("union-portal", args=[code]))
    return [first, *(Crumb(label, own if place < len(labels) - 1 else "") for place, label in enumerate(labels))]
