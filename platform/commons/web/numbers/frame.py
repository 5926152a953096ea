"""What every page of numbers has around it: whose they are, which question is asked, and how to ask another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may, may_see_numbers
from commons.boundaries import selectors as boundaries
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_text
from commons.kit.errors import NotFound
from commons.rollup.enums import Boundaries, PeriodKind, Scope
from commons.web.frame import Crumb
from commons.web.numbers import around, asked
from commons.web.numbers.around import Around
from commons.web.numbers.question import GROUPS, Question
from commons.web.templatetags.platform_web import when_zh

# The pages of one union's numbers: the part of the address, and what the tab is called.
VIEWS = (("", "总览"), ("compare", "对比"), ("changes", "变化"), ("ranking", "排名"))


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Frame:
    """The heading, the way here, the question's form, and the banner of what was known then."""

    title: str
    subtitle: str
    breadcrumbs: tuple[Crumb, ...]
    question: Question
    views: tuple[Tab, ...]
    groups: tuple[Tab, ...]
    kinds: tuple[Tab, ...]
    scopes: tuple[Tab, ...]
    periods: tuple[Choice, ...]
    first_month: str
    last_month: str
    boundaries: tuple[Choice, ...]
    as_of: str
    as_of_text: str
    now_url: str
    hidden: tuple[tuple[str, str], ...]
    here: str
    link: str
    export_url: str
    can_export: bool
    definitions_url: str
    why: Decision


def union_asked_for(actor: Actor, code: str) -> tuple[TradeUnion, Decision]:
    """
    The union with this code, and the rule that lets the actor see its numbers.

    Raises: Refused when the role has no numbers at all; NotFound outside the subtree, as for an absent code.
    """
    may(actor, Permission.NUMBERS_VIEW).require()
    union = actor.union if actor.union and actor.union.code == code else boundaries.by_any_code(code)
    if union is None or not (decision := may_see_numbers(actor, union)):
        raise NotFound()
    return union, decision


def surroundings(actor: Actor, union: TradeUnion, question: Question) -> tuple[Around, Question]:
    """The unions around, and the question as far as it makes sense here: not every union has an industrial line."""
    near = around.of(actor, union, question)
    if question.boundaries is Boundaries.INDUSTRIAL and not near.has_industry:
        question = question.without("这家工会没有产业工会系统，已按当时区划显示。", boundaries=Boundaries.DATED)
        near = around.of(actor, union, question)
    return near, question


def build(
    actor: Actor,
    union: TradeUnion,
    question: Question,
    near: Around,
    *,
    why: Decision,
    view: str = "",
    exported: Question | None = None,
) -> Frame:
    """`exported`: what the workbook is asked for, where that is more than the page's own question."""
    acting = acting_of(actor)
    here = address(actor, union, view)
    own = address(actor, union)
    return Frame(
        title=title(union),
        subtitle=f"{union.name_zh} · {question.period_label}{_running(question)}",
        breadcrumbs=_crumbs(acting, union, near.above, question),
        question=question,
        views=tuple(Tab(name, address(actor, union, part) + question.query(), part == view) for part, name in VIEWS),
        groups=tuple(
            Tab(
                group.zh,
                here + question.query(group=group.value, indicator="", by="", sort="code"),
                group.value == question.group,
            )
            for group in GROUPS.values()
        ),
        kinds=tuple(
            Tab(
                kind.zh,
                here + question.query(period=asked.of_kind(kind, question.span, question.current_month).text),
                kind is question.span.kind,
            )
            for kind in PeriodKind
        ),
        scopes=tuple(
            Tab(scope.zh, here + question.query(scope=scope.value), scope is question.scope)
            for scope in (Scope.SUBTREE, Scope.OWN)
        ),
        periods=tuple(
            Choice(value, label, value == question.span.text)
            for value, label in asked.offered(question.span, question.current_month)
        ),
        first_month=month_text(question.span.first),
        last_month=month_text(question.month),
        boundaries=tuple(
            Choice(one.value, one.zh, one is question.boundaries)
            for one in Boundaries
            if one is not Boundaries.INDUSTRIAL or near.has_industry
        ),
        as_of=asked.moment_text(question.as_of) if question.as_of else "",
        as_of_text=when_zh(question.as_of) if question.as_of else "",
        now_url=here + question.query(as_of=""),
        hidden=tuple(question.hidden("period", "boundaries", "as_of")),
        here=here,
        link=here + question.link,
        export_url=f"{own}.xlsx{(exported or question).query()}",
        can_export=bool(may(actor, Permission.NUMBERS_EXPORT)),
        definitions_url=f"/u/{acting.code}/numbers/definitions",
        why=why,
    )


def title(union: TradeUnion) -> str:
    return f"{union.short_name_zh}统计数据" if union.level != Level.NATIONAL else "全国统计数据"


def address(actor: Actor, union: TradeUnion, view: str = "") -> str:
    """Where the acting union's people find the numbers of `union`, or one of their other pages."""
    acting = acting_of(actor)
    own = f"/u/{acting.code}/numbers"
    if view:
        return f"{own}/{union.code}/{view}"
    return own if union.pk == acting.pk else f"{own}/{union.code}"


def acting_of(actor: Actor) -> TradeUnion:
    """Raises: NotFound."""
    if actor.union is None:
        raise NotFound()
    return actor.union


def _running(question: Question) -> str:
    if question.as_of:
        return "（当时数据）"
    if not question.is_current:
        return ""
    return "（当月，数据实时变动）" if question.span.kind is PeriodKind.MONTH else "（本期未结束，数据实时变动）"


def _crumbs(
    acting: TradeUnion, union: TradeUnion, above: Sequence[TradeUnion], question: Question
) -> tuple[Crumb, ...]:
    """From the acting union down to the one shown; what lies above the acting union is not for them to walk."""
    if union.pk == acting.pk:
        return ()
    line = [row for row in above if row.is_under(acting)]
    base, query = f"/u/{acting.code}/numbers", question.query(sort="code", beside="")
    crumbs = [
        Crumb(row.short_name_zh, f"{base}{query}" if row.pk == acting.pk else f"{base}/{row.code}{query}")
        for row in line
    ]
    return (*crumbs, Crumb(union.short_name_zh))
