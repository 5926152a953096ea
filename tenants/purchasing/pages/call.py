"""/u/<code>/purchase-calls/<id>: one call for everybody who may read it, with its timetable and what is known so far. Source: SM-16."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock, drawing, workdays
from commons.web.frame import actor_of
from commons.web.objects import Fact, Link, ObjectPage, Section, fact, link_cell, standing, state_cell, trail, written
from tenants.purchasing.actions import calls as actions
from tenants.purchasing.admission import Conditions
from tenants.purchasing.enums import BidState, CallState, MemberState, NoteKind
from tenants.purchasing.machines.call import CALL
from tenants.purchasing.machines.call_effects import number_of
from tenants.purchasing.models import Bid, Call, CallNote
from tenants.purchasing.policies import CALLS
from tenants.purchasing.selectors import calls as selectors
from tenants.purchasing.selectors import own_bids, sheets

_ORDER = (
    CallState.DRAFT,
    CallState.PUBLISHED,
    CallState.OPENING,
    CallState.QUALIFICATION,
    CallState.REVIEW,
    CallState.PUBLICISED,
    CallState.CONFIRMED,
)


@dataclass(frozen=True)
class Stage:
    """One stage of the timetable (components/stepper)."""

    label: str
    state: str
    url: str = ""


@dataclass(frozen=True)
class Told:
    """A question, an addendum or an objection, with what may be done about it."""

    kind: str
    label: str
    text: str
    at: datetime
    who: str
    material: bool
    answer: str
    answered_at: datetime | None
    answer_url: str


@dataclass(frozen=True)
class CallPage(ObjectPage):
    """The object with its timetable, what was said about it, and the record of its draw."""

    stages: list[Stage] = field(default_factory=list)
    ended: str = ""
    notes: list[Told] = field(default_factory=list)
    caveat: str = ""
    draw: str = ""
    draw_lead: str = ""


@require_safe
def call(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The call as it is now: one whose moment has come is opened by whoever looks first, should no worker have done it."""
    actor, at = actor_of(request), clock.now()
    row = actions.settle(call=selectors.call(actor, pk), at=at)
    steps, history = standing(CALL, row, actor, at, union_code)
    inside = bool(may(actor, Permission.PROJECTS_VIEW))
    page = CallPage(
        title=row.title,
        number=number_of(row),
        facts=_facts(row, inside, union_code),
        steps=steps,
        history=history if inside else [],
        why=CALLS.may_on(actor, row),
        links=_links(row, actor, union_code),
        sections=[one for one in _sections(row, actor, union_code) if one is not None],
        texts=[("采购需求和申报要求", row.text), ("申报条件", "\n".join(Conditions.of(row.admission).sentences()))],
        stages=_stages(row),
        ended=CallState.label_of(str(row.state)) if row.state in actions.ENDED else "",
        notes=[_told(note, actor, union_code) for note in selectors.notes(actor, row)],
        caveat=_caveat(row),
        draw=_draw(row),
        draw_lead=drawing.public_sentence(row.draw_record["wanted"]) if row.draw_record else "",
    )
    crumbs = trail(union_code, "招募公告", "purchase-calls", number_of(row)) if inside else []
    return render(request, "purchasing/call.html", {"page": page, "breadcrumbs": crumbs})


def _facts(row: Call, inside: bool, code: str) -> list[Fact]:
    facts = [
        fact("服务项目", row.project.title, reverse("project", args=[code, row.project_id]) if inside else ""),
        fact("采购方式", row.method),
        fact("最高限价", row.ceiling),
        fact("发布日期", row.published_on),
        fact("申报截止", row.bid_deadline),
        fact("最少申报家数", f"{row.min_bids} 家"),
        fact("评审组", f"{row.panel_size} 人，从专家库随机抽取"),
    ]
    if row.opening_record:
        record = row.opening_record
        facts.append(
            fact(
                "开标记录", f"{written(row.opened_at)}，递交 {record['submitted']} 份，开启 {len(record['opened'])} 份"
            )
        )
    if row.publicity_from and row.publicity_until:
        last = row.publicity_until - timedelta(days=1)
        facts.append(fact("公示期", f"{written(row.publicity_from)}至{written(last)}"))
    if row.confirmed_on:
        facts.append(fact("定标日期", row.confirmed_on))
    if inside and row.invited:
        facts.append(fact("受邀单位", row.invited))
    return facts


def _stages(row: Call) -> list[Stage]:
    days: dict[CallState, Any] = {
        CallState.PUBLISHED: row.published_on,
        CallState.OPENING: row.opened_at or row.bid_deadline,
        CallState.PUBLICISED: row.publicity_from,
        CallState.CONFIRMED: row.confirmed_on,
    }
    state = {CallState.CLOSED: CallState.PUBLISHED, CallState.DONE: CallState.CONFIRMED}.get(row.state, row.state)
    reached = _ORDER.index(state) if state in _ORDER else len([day for day in days.values() if day])
    stages = []
    for place, stage in enumerate(_ORDER):
        label = stage.label if stage is not CallState.PUBLISHED else "招募"
        if (day := days.get(stage)) is not None:
            label = f"{label} {clock.today(day) if isinstance(day, datetime) else day:%m-%d}"
        done = place < reached or row.state == CallState.DONE
        stages.append(Stage(label, "done" if done else "current" if place == reached else "todo"))
    return stages


def _caveat(row: Call) -> str:
    if row.publicity_from is None or row.publicity_until is None or row.state != CallState.PUBLICISED:
        return ""
    return workdays.caveat(row.publicity_from, row.publicity_until)


def _draw(row: Call) -> str:
    if not row.draw_record:
        return ""
    record = row.draw_record
    excluded = "\n".join(f"{one['code']}：{one['why']}" for one in record["excluded"]) or "（无）"
    how = drawing.how_to_check(record["pool"], seed=record["seed"], wanted=record["wanted"])
    return f"种子由下列内容的 SHA-256 得出：\n{record['text']}\n\n应回避、未列入候选的专家：\n{excluded}\n\n{how}"


def _told(note: CallNote, actor: Actor, code: str) -> Told:
    answers = note.kind != NoteKind.ADDENDUM and note.answered_at is None and may(actor, Permission.PROJECTS_EDIT)
    who = note.created_by_name if note.kind == NoteKind.ADDENDUM or may(actor, Permission.PROJECTS_VIEW) else ""
    url = reverse("purchase-call-answer", args=[code, note.call_id, note.pk]) if answers else ""
    return Told(
        str(note.kind),
        note.kind.label,
        note.text,
        note.created_at,
        who,
        note.material,
        note.answer,
        note.answered_at,
        url,
    )


def _links(row: Call, actor: Actor, code: str) -> list[Link]:
    links = []
    args = [code, row.pk]
    if may(actor, Permission.PROJECTS_EDIT):
        if row.state == CallState.DRAFT:
            links.append(Link("修改", reverse("purchase-call-edit", args=args)))
        if row.state in actions.ENDED:
            links.append(Link("再次招募", f"{reverse('purchase-call-new', args=[code, row.project_id])}?copy={row.pk}"))
    if actor.organization and may(actor, Permission.BIDS_SUBMIT):
        bid = own_bids.of_call(actor, row)
        if bid is not None:
            links.append(Link("查看我的申报书", reverse("bid", args=[code, bid.pk]), primary=True))
        elif row.state == CallState.PUBLISHED:
            links.append(Link("填写申报书", reverse("bid-edit", args=args), primary=True))
        if row.state == CallState.PUBLISHED:
            links.append(Link("提问", reverse("purchase-call-ask", args=args)))
        if selectors.may_object(actor, row):
            links.append(Link("提出异议", reverse("purchase-call-object", args=args)))
    return links


def _sections(row: Call, actor: Actor, code: str) -> list[Section | None]:
    inside = bool(may(actor, Permission.PROJECTS_VIEW))
    shown = selectors.bids(actor, row) if may(actor, Permission.BIDS_VIEW) else []
    return [
        _results(row),
        _bids(row, shown, code) if shown else None,
        _panel(row, code, actor) if inside and row.draw_record else None,
        _scores(row, actor, shown) if inside else None,
        _receipts(row) if row.opening_record.get("opened") else None,
    ]


def _results(row: Call) -> Section | None:
    lines = selectors.results(row)
    if not lines:
        return None
    return Section(
        "评审结果",
        ("名次", "申报单位", "得分", "结果", "金额（元）"),
        [
            (
                one.rank or "—",
                {"text": one.name, "note": one.note},
                one.score if one.score is not None else "—",
                one.state,
                f"{one.amount:,.2f}" if one.amount is not None else "",
            )
            for one in lines
        ],
        "",
        numeric=frozenset({0, 2, 4}),
        note="得分为各位专家加权总分的平均值。同分的，已建工会的组织优先，其次报价低者优先，仍相同的按公布的抽取种子排序。",
    )


def _bids(row: Call, shown: list[Bid], code: str) -> Section:
    return Section(
        "申报书",
        ("申报单位", "报价（元）", "状态", "得分", "名次"),
        [
            (
                link_cell(
                    bid.provider.name if bid.provider else "", reverse("bid", args=[code, bid.pk]), bid.refusal_note
                ),
                f"{bid.total:,.2f}" if bid.total is not None else "",
                state_cell(bid.state),
                bid.score if bid.score is not None else "",
                bid.rank or "",
            )
            for bid in shown
        ],
        "",
        numeric=frozenset({1, 3, 4}),
    )


def _panel(row: Call, code: str, actor: Actor) -> Section:
    removes = may(actor, Permission.PROJECTS_APPROVE)
    lines = []
    for member in selectors.panel(row):
        sits = member.state != MemberState.EXCLUDED
        remove = f"/u/{code}/do/panelmember/{member.pk}/exclude" if removes and sits else ""
        lines.append(
            (
                {"text": f"{member.expert.name}{'（组长）' if member.is_chair else ''}", "note": member.expert.code},
                member.expert.unit,
                state_cell(member.state),
                member.conflict_note,
                link_cell("移出", remove) if remove else "",
            )
        )
    return Section("评审组", ("专家", "单位", "状态", "回避原因", ""), lines, "")


def _scores(row: Call, actor: Actor, bids: list[Bid]) -> Section | None:
    found = sheets.of_call(actor, row)
    if not found:
        return None
    experts = list(dict.fromkeys(sheet.expert for sheet in found))
    totals = {(sheet.expert, sheet.bid_id): sheet.total for sheet in found}
    return Section(
        "各位专家的评分",
        ("申报单位", *experts),
        [
            (bid.provider.name if bid.provider else "", *(_points(totals.get((one, bid.pk))) for one in experts))
            for bid in bids
            if bid.state != BidState.DISQUALIFIED
        ],
        "",
        numeric=frozenset(range(1, len(experts) + 1)),
        note="每位专家的加权总分，满分 100 分。",
    )


def _points(total: object) -> str:
    return str(total) if total is not None else "—"


def _receipts(row: Call) -> Section:
    return Section(
        "开标回执",
        ("递交时间", "回执（密封内容的 SHA-256）"),
        [
            (written(datetime.fromisoformat(one["submitted_at"])) if one["submitted_at"] else "", one["receipt"])
            for one in row.opening_record["opened"]
        ],
        "",
        note="开启的内容与递交时登记的回执逐一核对一致。申报单位可以与自己保存的回执对照。",
    )
