"""/u/<code>/subsidies: what the union applied for and what was applied for to it, with the rounds above. Source: §3.7; V3, V7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django_filters.filters import ChoiceFilter, NumberFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.subsidies import selectors
from commons.subsidies.enums import RoundState, SubsidyState
from commons.subsidies.models import Subsidy, SubsidyRound
from commons.tables.asked import Asked
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view

# Rounds are few; older ones are found through their subsidies.
_MOST = 20


class SubsidyFilter(ListFilter):
    side = ChoiceFilter(
        label="方向", choices=[("in", "上级补贴本会"), ("out", "本会补贴下级")], empty_label=EMPTY, method="on_side"
    )
    year = NumberFilter(label="年度", field_name="round__year")
    state = ChoiceFilter(label="状态", choices=SubsidyState.choices, empty_label=EMPTY)

    class Meta:
        model = Subsidy
        fields: tuple[str, ...] = ()

    def on_side(self, rows: QuerySet[Subsidy], name: str, value: str) -> QuerySet[Subsidy]:
        return rows.filter(to_union=self.actor.union) if value == "in" else rows.filter(from_union=self.actor.union)


@dataclass(frozen=True)
class RoundLine:
    """One round above the list."""

    url: str
    title: str
    year: int
    giver: str
    standard: Decimal
    apply_by: date
    state: str
    state_label: str


def _url(row: Subsidy, around: Around) -> str:
    return reverse("subsidy", args=[around.code, row.pk])


def _other(row: Subsidy, around: Around) -> str:
    """The other party: who gives, or who receives."""
    mine = around.actor.union is not None and row.to_union_id == around.actor.union.pk
    return str(row.from_union.short_name_zh if mine else row.to_union.short_name_zh)


def _side(row: Subsidy, around: Around) -> str:
    mine = around.actor.union is not None and row.to_union_id == around.actor.union.pk
    return "上级补贴本会" if mine else "本会补贴下级"


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.SUBSIDY_GRANT):
        return ()
    return (Button("拟定补贴批次", reverse("subsidy-round-new", args=[actor.union.code])),)


def _also(asked: Asked[Subsidy]) -> Mapping[str, object]:
    code = asked.actor.union.code if asked.actor.union is not None else ""
    return {"rounds": [line(code, row) for row in selectors.rounds(asked.actor)[:_MOST]]}


def line(code: str, row: SubsidyRound) -> RoundLine:
    return RoundLine(
        url=reverse("subsidy-round", args=[code, row.pk]),
        title=row.title,
        year=row.year,
        giver=row.from_union.short_name_zh,
        standard=row.standard,
        apply_by=row.apply_by,
        state=str(row.state),
        state_label=RoundState.label_of(row.state),
    )


SUBSIDIES = Table(
    name="subsidies",
    title="经费补贴",
    unit="项",
    permission=Permission.SUBSIDY_VIEW,
    rows=selectors.subsidies,
    filters=SubsidyFilter,
    search=("round__title", "to_union__name_zh", "from_union__name_zh"),
    search_label="批次或者工会名称",
    columns=(
        Column("title", "批次", value="round.title", link=_url, fixed=True),
        Column("year", "年度", value="round.year", sort="round__year"),
        Column("side", "方向", value=_side),
        Column("other", "对方工会", value=_other),
        Column("headcount", "人数", kind="number", sort=True),
        Column("applied", "申请（元）", kind="money", sort=True),
        Column("granted", "批准（元）", kind="money"),
        Column("paid_on", "拨付日期", kind="day"),
        Column("verified", "核销（元）", kind="money", shown=False),
        Column("refund", "应退回（元）", kind="money", shown=False),
        Column("state", "状态", kind="badge", tones={SubsidyState.ACCOUNTED: "info", SubsidyState.PAID: "info"}),
    ),
    default_sort="-created_at",
    sorts={"created": "created_at"},
    export=Permission.SUBSIDY_VIEW,
    buttons=_buttons,
    empty=Empty(
        "还没有经费补贴", "上级工会开放补贴批次后，从上方的批次进入即可申请；本会对下补贴的，先拟定并开放批次。"
    ),
    row_label=lambda row: f"{row.round.year}年{row.round.title}",
    template="subsidies/list.html",
    also=_also,
    source="只有补贴双方可以查看（V3、V7）",
)
listing = view(SUBSIDIES)
