"""/u/<code>/appeals: appeals as numbers, what they say for those who may read it. Source: SM-14; F05; V6."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.tables.declaration import Around, Button, Column, Empty, Table, Tabs
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, fact, standing, trail
from commons.web.widgets import day_input
from tenants.needs.actions import appeals as actions
from tenants.needs.enums import OVER, AppealCategory, AppealChannel, AppealState
from tenants.needs.machines.appeal import APPEAL
from tenants.needs.models import Appeal
from tenants.needs.policies import APPEALS
from tenants.needs.selectors import appeals as reading


class AppealFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=AppealState.choices, empty_label=EMPTY)
    category = ChoiceFilter(label="类别", choices=AppealCategory.choices, empty_label=EMPTY)
    channel = ChoiceFilter(label="渠道", choices=AppealChannel.choices, empty_label=EMPTY)

    class Meta:
        model = Appeal
        fields: tuple[str, ...] = ()


def _url(row: Appeal, around: Around) -> str:
    return reverse("appeal", args=[around.code, row.pk])


def _overdue(row: Appeal, around: Around) -> str:
    return "已超期" if reading.is_overdue(row, around.today) else ""


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None:
        return ()
    code, found = actor.union.code, []
    if may(actor, Permission.APPEALS_RAISE):
        label = "反映诉求" if actor.organization else "登记诉求"
        found.append(Button(label, reverse("appeal-new", args=[code]), primary=True))
    if may(actor, Permission.APPEALS_COUNT):
        found.append(Button("诉求数量", reverse("appeal-counts", args=[code])))
    if may(actor, Permission.APPEALS_ASSIGN):
        found.append(Button("生成反映链接", reverse("appeal-links", args=[code])))
    return found


_COLUMNS = (
    Column("number", "编号", link=_url, fixed=True),
    Column("state", "状态", kind="badge"),
    Column("category", "类别"),
    Column("channel", "渠道"),
    Column("received_on", "受理日期", kind="day", sort=True),
    Column("due_on", "办理期限", kind="day", sort=True, note=_overdue),
    Column("replied_on", "答复日期", kind="day"),
    Column("closed_on", "办结日期", kind="day", shown=False),
    Column("satisfaction", "满意程度", kind="number", shown=False),
)
APPEAL_LIST = Table(
    name="appeals",
    title="职工诉求",
    permission=Permission.APPEALS_LIST,
    rows=reading.appeals,
    filters=AppealFilter,
    search=("number",),
    search_label="诉求编号",
    columns=_COLUMNS,
    default_sort="-received_on",
    tabs=Tabs("state", AppealState, frozenset({AppealState.RECEIVED, AppealState.HANDLING})),
    buttons=_buttons,
    empty=Empty("还没有诉求", "收到来电、来访、来信的诉求请登记；也可以生成反映链接发给职工。"),
    row_label=str,
    source="清单只列编号、类别和日期；内容只有承办人和工会管理员可以看到",
)
OWN_LIST = Table(
    name="own-appeals",
    title="我反映的诉求",
    permission=Permission.APPEALS_RAISE,
    rows=reading.own,
    filters=AppealFilter,
    search=("number",),
    search_label="诉求编号",
    columns=_COLUMNS,
    default_sort="-received_on",
    buttons=lambda actor: [one for one in _buttons(actor) if one.primary],
    empty=Empty("还没有反映过诉求", "反映后在这里查看办理情况和答复。"),
    row_label=str,
)
listing = view(APPEAL_LIST)
own = view(OWN_LIST)


@require_safe
def counts(request: HttpRequest, union_code: str) -> HttpResponse:
    """How many there are; for leaders, who see nothing else of appeals."""
    actor = require_post(request, Permission.APPEALS_COUNT)
    page = reading.counts(actor, clock.today())
    if page is None:
        raise NotFound()
    listed = reverse("appeals", args=[union_code]) if may(actor, Permission.APPEALS_LIST) else ""
    crumbs = [Crumb("职工诉求", listed), Crumb("诉求数量")]
    return render(
        request,
        "needs/appeal_counts.html",
        {
            "page": page,
            "breadcrumbs": crumbs,
            "states": [(state.label, number) for state, number in page.by_state.items()],
            "categories": [(category.label, number) for category, number in page.by_category.items()],
        },
    )


_TEXT = forms.CharField(
    label="诉求内容",
    max_length=4000,
    widget=forms.Textarea(attrs={"rows": 8}),
    error_messages={"required": "请填写诉求内容。"},
    help_text="内容加密保存，只有承办人和工会管理员可以看到。",
)


class OwnForm(forms.Form):
    """For an organization's account."""

    category = forms.ChoiceField(
        label="类别", choices=[("", "请选择"), *AppealCategory.choices()], error_messages={"required": "请选择类别。"}
    )
    text = _TEXT
    phone = forms.CharField(label="联系电话", max_length=30, required=False)


class ReceiveForm(OwnForm):
    channel = forms.ChoiceField(label="渠道", choices=AppealChannel.choices, initial=AppealChannel.PHONE)
    is_anonymous = forms.BooleanField(label="匿名反映", required=False, help_text="匿名的不登记姓名和电话。")
    appellant = forms.CharField(label="反映人姓名", max_length=60, required=False)
    received_on = forms.DateField(label="受理日期", widget=day_input(), error_messages={"required": "请填写受理日期。"})
    field_order = ("channel", "category", "received_on", "is_anonymous", "appellant", "phone", "text")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.APPEALS_RAISE)
    form: forms.Form
    if actor.organization:
        form, title = OwnForm(request.POST or None), "反映诉求"
    else:
        form, title = ReceiveForm(request.POST or None, initial={"received_on": clock.today()}), "登记诉求"

    def act() -> Appeal:
        given = {"channel": AppealChannel.ORGANIZATION, **form.cleaned_data}
        if actor.organization:
            given["is_anonymous"] = False
        return actions.receive(by=actor, at=clock.now(), **given)

    label, name = _list(actor)
    return answer(
        request,
        form,
        act,
        title=title,
        done_url=lambda row: reverse("appeal", args=[union_code, row.pk]),
        done=lambda row: f"已登记，编号 {row.number}。",
        cancel_url=reverse(name, args=[union_code]),
        crumbs=trail(union_code, label, name, title),
    )


@require_safe
def appeal(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Its number and days; what it says only for those who may read it, and that they did is recorded."""
    actor, at = actor_of(request), clock.now()
    row = reading.appeal(actor, pk)
    shown, history = standing(APPEAL, row, actor, at, union_code)
    reads = APPEALS.may_read(actor, row)
    content = actions.read(appeal=row, by=actor, at=at) if reads else None
    facts = [
        fact("类别", row.category),
        fact("渠道", row.channel),
        fact("受理日期", row.received_on),
        fact(
            "办理期限", f"{row.due_on:%Y-%m-%d}（已超期）" if reading.is_overdue(row, clock.today(at)) else row.due_on
        ),
        fact("答复日期", row.replied_on),
        fact("办结日期", row.closed_on),
        fact("转往单位", row.transferred_to),
        fact("满意程度", f"{row.satisfaction} 分" if row.satisfaction else ""),
        fact("重新办理", f"{row.reopened_count} 次" if row.reopened_count else ""),
    ]
    texts: list[tuple[str, str]] = []
    if content is not None:
        facts[2:2] = [fact("反映人", content.appellant or "匿名"), fact("电话", content.phone)]
        if not actor.organization:
            facts.append(fact("承办人", content.officers))
        told = [("诉求内容", content.text), ("办理情况", content.handling_note), ("答复", content.reply)]
        texts = [(heading, text) for heading, text in told if text]
    label, name = _list(actor)
    page = ObjectPage(
        title=f"诉求 {row.number}",
        number=row.category.label,
        facts=facts,
        steps=shown,
        history=history,
        why=reads if reads else APPEALS.may_on(actor, row),
        links=_links(actor, row, union_code, reads=bool(reads)),
        source="" if reads else "内容只有承办人和工会管理员可以看到，这里只列编号、类别和日期",
        texts=texts,
    )
    crumbs = trail(union_code, label, name, row.number)
    return render(request, "base/object.html", {"page": page, "breadcrumbs": crumbs})


class NoteForm(forms.Form):
    handling_note = forms.CharField(
        label="办理情况", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="加密保存，反映人看不到；只有承办人和工会管理员可以看到。",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = reading.appeal(actor, pk)
    if actor.organization:
        raise NotFound()
    # The form shows what was noted so far: to see it is to read the appeal.
    content = actions.read(appeal=row, by=actor, at=at)
    form = NoteForm(request.POST or None, initial={"handling_note": content.handling_note, "version": row.version})
    here = reverse("appeal", args=[union_code, row.pk])
    label, name = _list(actor)
    return answer(
        request,
        form,
        lambda: actions.note(appeal=row, by=actor, at=at, **form.cleaned_data),
        title=f"记录办理情况：{row.number}",
        done_url=here,
        crumbs=[*trail(union_code, label, name), Crumb(row.number, here), Crumb("办理情况")],
    )


def _list(actor: Actor) -> tuple[str, str]:
    """The list through which this actor comes here."""
    return ("职工诉求", "appeals") if may(actor, Permission.APPEALS_LIST) else ("我反映的诉求", "own-appeals")


def _links(actor: Actor, row: Appeal, code: str, *, reads: bool) -> list[Link]:
    if actor.organization or not reads:
        return []
    links = []
    if row.state not in OVER:
        links.append(Link("记录办理情况", reverse("appeal-note", args=[code, row.pk])))
    if may(actor, Permission.NEEDS_EDIT):
        links.append(Link("转为需求", f"{reverse('need-new', args=[code])}?source=appeal&origin={row.pk}"))
    return links
