"""/u/<code>/bids: an organization's own bids; one bid, to its bidder at any time and to others after the opening. Source: SM-17."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.permissions import Permission
from commons.files.responses import attachment
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import Crumb, actor_of, require_post
from commons.web.objects import Fact, Link, ObjectPage, Section, fact, link_cell, standing, state_cell, written
from tenants.purchasing.actions import bids as actions
from tenants.purchasing.enums import BidState, CallState, DisqualificationReason
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.machines.bid_guards import own_bid
from tenants.purchasing.models import Bid
from tenants.purchasing.offers import Offer
from tenants.purchasing.policies import BIDS
from tenants.purchasing.selectors import own_bids
from tenants.purchasing.selectors.calls import RESULT_STANDS


@dataclass(frozen=True)
class OwnBidsPage:
    """The organization's bids in this union."""

    section: Section


@require_safe
def mine(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.BIDS_SUBMIT)
    rows = [
        (
            link_cell(row.call.title, reverse("bid", args=[union_code, row.pk])),
            state_cell(row.state),
            written(row.call.bid_deadline),
            row.score if row.call.state in RESULT_STANDS and row.score is not None else "",
        )
        for row in own_bids.own(actor)[:200]
    ]
    section = Section(
        "我的申报书", ("公告", "状态", "申报截止", "得分"), rows, "还没有申报书。在公开招募中打开公告，点“填写申报书”。"
    )
    return render(request, "purchasing/own_bids.html", {"page": OwnBidsPage(section)})


@require_safe
def bid(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Absent, sealed and another's look alike; one's own sealed bid is read on record."""
    actor, at = actor_of(request), clock.now()
    row, offer = actions.read(bid_id=pk, by=actor, at=at)
    own = own_bid(actor, row)
    steps, history = standing(BID, row, actor, at, union_code)
    here = reverse("purchase-call", args=[union_code, row.call_id])
    page = ObjectPage(
        title=row.call.title,
        number=offer.name,
        facts=_facts(row, offer),
        steps=steps,
        history=history,
        why=BIDS.may(actor, Permission.BIDS_SUBMIT) if own else BIDS.may_on(actor, row),
        links=_links(row, own, union_code),
        sections=_sections(row, offer, union_code),
        texts=[("服务方案", offer.plan)] if offer.plan else [],
    )
    crumbs = [Crumb(row.call.title, here), Crumb("申报书")]
    return render(request, "base/object.html", {"page": page, "breadcrumbs": crumbs})


@require_safe
def file(request: HttpRequest, union_code: str, pk: UUID, place: int) -> HttpResponse:
    """One of the files that lie in a bid."""
    _, offer = actions.read(bid_id=pk, by=actor_of(request), at=clock.now())
    if not 0 <= place < len(offer.files):
        raise NotFound()
    found = offer.files[place]
    return attachment(found.content, name=found.name, content_type="application/octet-stream")


def _facts(row: Bid, offer: Offer) -> list[Fact]:
    facts = [
        fact("申报单位", offer.name),
        fact("统一社会信用代码", offer.uscc),
        fact("报价合计", offer.total),
        fact("递交时间", row.submitted_at),
        fact("申报截止", row.call.bid_deadline),
    ]
    if offer.contact_name or offer.contact_phone:
        facts.append(fact("联系人", f"{offer.contact_name} {offer.contact_phone}".strip()))
    if row.receipt and row.submitted_at:
        facts.append(fact("回执（密封内容的 SHA-256）", row.receipt))
    if row.state == BidState.DISQUALIFIED:
        facts.append(fact("资质不合格原因", DisqualificationReason.label_of(row.refusal_code)))
        facts.append(fact("具体情况", row.refusal_note))
    if row.score is not None and row.call.state in RESULT_STANDS:
        facts += [fact("得分", str(row.score)), fact("名次", row.rank)]
    if row.award_amount is not None:
        facts.append(fact("中标金额", row.award_amount))
    return facts


def _links(row: Bid, own: bool, code: str) -> list[Link]:
    if own and row.state in actions.EDITABLE and row.call.state == CallState.PUBLISHED:
        return [Link("修改", reverse("bid-edit", args=[code, row.call_id]))]
    return []


def _sections(row: Bid, offer: Offer, code: str) -> list[Section]:
    files = [
        (link_cell(one.name, reverse("bid-file", args=[code, row.pk, place])),) for place, one in enumerate(offer.files)
    ]
    return [
        Section(
            "报价明细",
            ("项目", "金额（元）"),
            [(line["name"], f"{Decimal(line['amount']):,.2f}") for line in offer.lines],
            "还没有填写。",
            numeric=frozenset({1}),
        ),
        Section(
            "项目团队",
            ("姓名", "职责", "资质"),
            [(one["name"], one["role"], one["qualification"]) for one in offer.team],
            "没有填写。",
        ),
        Section(
            "同类项目经验",
            ("项目", "年度", "购买方", "金额（元）"),
            [(one["title"], one["year"], one["buyer"], one["amount"]) for one in offer.past],
            "没有填写。",
        ),
        Section("附件", ("文件",), files, "没有附件。"),
    ]
