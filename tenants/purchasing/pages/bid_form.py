"""/u/<code>/purchase-calls/<id>/bid: writing one's own bid. It is sealed whenever it is saved. Source: SM-17."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from commons.access.permissions import Permission
from commons.kit import clock
from commons.web.frame import Crumb, answer, require_post
from tenants.purchasing.actions import bids as actions
from tenants.purchasing.models import Bid
from tenants.purchasing.offers import Enclosed, Offer
from tenants.purchasing.selectors import calls as selectors
from tenants.purchasing.selectors import own_bids

SPARE = 5


@dataclass(frozen=True)
class Group:
    """Rows of one kind in the form: fields {name}_{row}_{column}."""

    name: str
    title: str
    help: str
    columns: tuple[tuple[str, str], ...]


GROUPS = (
    Group("lines", "报价明细", "单位为元，合计不能超过最高限价。", (("name", "项目"), ("amount", "金额（元）"))),
    Group("team", "项目团队", "", (("name", "姓名"), ("role", "职责"), ("qualification", "资质"))),
    Group(
        "past",
        "同类项目经验",
        "",
        (("title", "项目"), ("year", "年度"), ("buyer", "购买方"), ("amount", "金额（元）")),
    ),
)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class FilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        given: Sequence[Any] = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [forms.FileField(required=False, max_length=120).clean(one) for one in given if one]


class BidForm(forms.Form):
    """Rows grow as they are filled: each time it is saved there are spare ones again."""

    contact_name = forms.CharField(label="联系人", max_length=60, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    plan = forms.CharField(
        label="服务方案",
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        max_length=actions.MAX_PLAN,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, offer: Offer | None, version: int | None) -> None:
        initial: dict[str, Any] = {"version": version}
        if offer is not None:
            initial |= {name: getattr(offer, name) for name in ("contact_name", "contact_phone", "plan")}
        super().__init__(data, files, initial=initial)
        for group in GROUPS:
            known = list(getattr(offer, group.name)) if offer is not None else []
            for row in range(self._rows(group, known, data)):
                for column, label in group.columns:
                    field = forms.CharField(label=f"{label}（第 {row + 1} 行）", required=False, max_length=300)
                    field.initial = known[row].get(column, "") if row < len(known) else ""
                    self.fields[f"{group.name}_{row}_{column}"] = field
        self.kept = [one.name for one in offer.files] if offer is not None else []
        if self.kept:
            self.fields["remove"] = forms.MultipleChoiceField(
                label="移除已上传的附件",
                choices=[(str(place), name) for place, name in enumerate(self.kept)],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self.fields["files"] = FilesField(
            label="添加附件",
            required=False,
            widget=ManyFiles,
            help_text="PDF、Word、Excel 或图片，每个不超过 10 MB，最多 8 个，合计不超过 30 MB。附件与申报书一同密封。",
        )

    @staticmethod
    def _rows(group: Group, known: list[Any], data: Any) -> int:
        most = len(known) + SPARE
        if data is not None:
            first = group.columns[0][0]
            while f"{group.name}_{most}_{first}" in data and most < actions.MAX_ROWS:
                most += 1
        return min(most, actions.MAX_ROWS)

    def rows(self, group: Group) -> list[list[forms.BoundField]]:
        found = []
        row = 0
        while f"{group.name}_{row}_{group.columns[0][0]}" in self.fields:
            found.append([self[f"{group.name}_{row}_{column}"] for column, _ in group.columns])
            row += 1
        return found

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self[name] for name in ("contact_name", "contact_phone", "plan")]

    @property
    def enclosures(self) -> list[forms.BoundField]:
        return [self[name] for name in ("remove", "files") if name in self.fields]

    @property
    def groups(self) -> list[dict[str, Any]]:
        return [{"group": group, "rows": self.rows(group)} for group in GROUPS]

    def add_error(self, field: str | None, error: Any) -> None:
        # What is wrong with rows is told at their table, which is no field.
        if field is None or field in self.fields:
            super().add_error(field, error)
        else:
            super().add_error(None, error)

    def offer(self, before: Offer | None, name: str) -> Offer:
        given = self.cleaned_data
        removed = set(given.get("remove") or [])
        kept = tuple(one for place, one in enumerate(before.files if before else ()) if str(place) not in removed)
        added = tuple(Enclosed(one.name, one.read()) for one in given.get("files") or [])
        return Offer(
            name=name,
            uscc="",
            contact_name=given["contact_name"],
            contact_phone=given["contact_phone"],
            plan=given["plan"],
            lines=self._filled(GROUPS[0]),
            team=self._filled(GROUPS[1]),
            past=self._filled(GROUPS[2]),
            files=kept + added,
        )

    def _filled(self, group: Group) -> list[dict[str, str]]:
        rows = [
            {column: str(self.cleaned_data.get(f"{group.name}_{row}_{column}", "")) for column, _ in group.columns}
            for row in range(len(self.rows(group)))
        ]
        return [row for row in rows if any(row.values())]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The form, with what was written before; what is typed stays when something is wrong with it."""
    actor = require_post(request, Permission.BIDS_SUBMIT)
    call = selectors.call(actor, pk)
    before, bid = None, own_bids.of_call(actor, call)
    if bid is not None:
        before = actions.read_own(bid_id=bid.pk, by=actor, at=clock.now())
    data = request.POST if request.method == "POST" else None
    form = BidForm(data, request.FILES or None, offer=before, version=bid.version if bid else None)
    name = before.name if before is not None else own_bids.name_of(actor)
    here = reverse("purchase-call", args=[union_code, call.pk])

    def save() -> Bid:
        offer = form.offer(before, name)
        return actions.save(
            call_id=call.pk, offer=offer, version=form.cleaned_data["version"], by=actor, at=clock.now()
        )

    return answer(
        request,
        form,
        save,
        title=f"申报书：{call.title}",
        lead=f"最高限价 {call.ceiling:,.2f} 元。保存的草稿即时密封，只有贵组织能够查看；"
        "核对无误后还须在申报书页面递交。",
        done_url=lambda made: reverse("bid", args=[union_code, made.pk]),
        cancel_url=here,
        crumbs=[Crumb(call.title, here), Crumb("申报书")],
        submit_label="保存草稿",
        done="草稿已密封保存，还没有递交。",
        template="purchasing/bid_form.html",
    )
