"""Subsidies between the levels: rounds of the upper union, and applications of the lower one for purchases that it tells of. Source: SM-24."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.subsidies import actions
from commons.subsidies.actions import Application, Terms
from commons.subsidies.machines import ROUND, SUBSIDY
from commons.subsidies.machines.round import RoundEvent
from commons.subsidies.machines.subsidy import SubsidyEvent
from commons.subsidies.models import Subsidy, SubsidyRound
from commons.tenancy import door
from commons.workflow.transitions import transition
from config.demo import cast
from config.demo.cast import Cast
from config.demo.purchases.begun import Life
from config.demo.purchases.story import Story
from tenants.purchasing.actions import rules
from tenants.purchasing.enums import RuleKind
from tenants.purchasing.machines.rule import RULE, RuleEvent
from tenants.purchasing.models import ServiceProject

# The unions that ask for subsidies: they tell the most.
RECEIVERS = ("430100", "430105")
# The unions that give, and when their two rounds begin. Units: days before now.
FUNDERS = ("430000", "430100")
_FIRST, _SECOND = 445, 312
# The union whose running purchase is paid for from above already; that of the others waits for its review.
GRANTED = ("430100",)
_TITLES = ("购买社会组织服务补贴（第一批）", "购买社会组织服务补贴（第二批）")
_DOC_NO = {"430000": "湘工办发〔{year}〕12号", "430100": "长工发〔{year}〕7号"}
_RULE = (
    "一、补贴对象为下级工会使用工会经费购买社会组织服务的项目，资金来源中列有“上级补贴”。\n"
    "二、补贴上限按职工人数和年度标准核定，单个项目不超过本批次限额。\n"
    "三、经费专款专用，项目结项后三十日内申请核销，未支出的部分退回。"
)
_STATEMENT = "项目面向基层职工，本级经费已落实，申请上级补贴用于扩大服务覆盖面。"


def open_rounds(union: TradeUnion, *, since: datetime, at: datetime) -> bool:
    """Whether `union` opened its two rounds, under its measures; once."""
    there = cast.of(union)
    if there is None or SubsidyRound.objects.filter(from_union=union).exists():
        return False
    with door.inside(union):
        _issue(there, since)
        for days, title in zip((_FIRST, _SECOND), _TITLES, strict=True):
            # The first was closed when it had granted what was asked; the second is open still.
            until = today(at) + (timedelta(days=40) if title == _TITLES[-1] else timedelta(days=60 - days))
            _round(there, title, at - timedelta(days=days), until=until)
    return True


def _issue(there: Cast, at: datetime) -> None:
    """The measures, in force from then on."""
    number = _DOC_NO[there.union.code].format(year=today(at).year)
    rule = rules.draft(
        kind=RuleKind.SUBSIDY, title="购买社会组织服务经费补贴办法", doc_no=number, by=there.admin, at=at
    )
    rule = rules.edit(
        rule=rule,
        title=rule.title,
        doc_no=number,
        content={"text": _RULE},
        version=rule.version,
        by=there.admin,
        at=at,
    )
    data = {"in_force_from": today(at).isoformat()}
    transition(RULE, rule, RuleEvent.ISSUE, by=there.admin, at=at, data=data)


def _round(there: Cast, title: str, at: datetime, until: date) -> None:
    terms = Terms(
        year=today(at).year,
        title=title,
        standard=Decimal("3.00"),
        budget=Decimal(600_000),
        apply_by=until,
        per_project_cap=Decimal(80_000),
    )
    row = actions.draw_up(terms=terms, by=there.admin, at=at)
    transition(ROUND, row, RoundEvent.OPEN, by=there.admin, at=at)


def apply(story: Story, project: ServiceProject, life: Life, *, batch: int) -> Subsidy | None:
    """Applied for by two signatures; None where nobody above pays."""
    there, parent = story.there, story.there.union.parent
    if not life.from_above or parent is None:
        return None
    story.go(story.day)
    taking = SubsidyRound.objects.get(from_union=parent, title=_TITLES[batch])
    wanted = Application(28_600, {project.pk: Decimal(life.from_above)}, _STATEMENT)
    row = actions.draft(round_id=taking.pk, application=wanted, by=there.staff, at=story.tick())
    story.take(SUBSIDY, row, SubsidyEvent.SIGN, there.staff)
    story.take(SUBSIDY, row, SubsidyEvent.APPLY, there.admin)
    return row


def grant(story: Story, row: Subsidy | None) -> None:
    """Reviewed by one and granted by another of the union above, whose finance then pays."""
    if row is None:
        return
    with _above(story) as upper:
        story.go(story.day + timedelta(days=3))
        data = {"proposed": str(row.applied), "review": "项目真实，资料齐全，建议按申请金额补贴。"}
        story.take(SUBSIDY, row, SubsidyEvent.REVIEW, upper.staff, data=data)
        story.take(SUBSIDY, row, SubsidyEvent.GRANT, upper.admin, data={"granted": str(row.applied)})
        story.go(story.day + timedelta(days=2))
        paid = {"paid_on": story.day.isoformat(), "voucher_no": f"拨-{story.day:%Y%m}-{row.to_union.code}"}
        story.take(SUBSIDY, row, SubsidyEvent.PAY, upper.finance, data=paid)


def close(story: Story, row: Subsidy | None) -> None:
    """The round takes no more applications."""
    if row is None:
        return
    with _above(story) as upper:
        story.take(ROUND, row.round, RoundEvent.CLOSE, upper.admin)


def account(story: Story, row: Subsidy | None, contract: str, spent: Decimal) -> None:
    """Accounted for by the lower union, verified by the upper one, to which comes back what was not spent."""
    if row is None:
        return
    story.go(story.day + timedelta(days=2))
    data = {"contracts_1": contract, "spent_1": str(spent)}
    story.take(SUBSIDY, row, SubsidyEvent.ACCOUNT, story.there.staff, data=data)
    with _above(story) as upper:
        story.go(story.day + timedelta(days=3))
        story.take(SUBSIDY, row, SubsidyEvent.VERIFY, upper.staff, data={"verified": str(spent)})
        if row.refund:
            story.go(story.day + timedelta(days=2))
            back = {"refunded_on": story.day.isoformat()}
            story.take(SUBSIDY, row, SubsidyEvent.REFUND, upper.finance, data=back)


@contextmanager
def _above(story: Story) -> Iterator[Cast]:
    """The people of the union above, in its schema."""
    parent = story.there.union.parent
    assert parent is not None
    upper = cast.of(parent)
    assert upper is not None
    with door.inside(parent):
        yield upper
