"""What a union of the demonstration has bought in the months before: purchases that took every course. Source: SM-15P to SM-18, SM-32."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from commons.access.actors import Actor
from config.demo.cast import Cast
from config.demo.purchases import begun, carrying_out, contracting, ending, subsidising, tendering
from config.demo.purchases.begun import Life
from config.demo.purchases.past import PASTS
from config.demo.purchases.story import Story
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.machines.milestone import MILESTONE, MilestoneEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Contract, ServiceProject, UnionUnit, Visit

_GOOD, _POOR = Decimal("4.6"), Decimal("2.2")
# What of a subsidy was spent.
_USED = Decimal("0.9793")


def fill(there: Cast, department: UnionUnit, *, since: datetime, at: datetime) -> None:
    """All that the union has behind it, each purchase from its beginning `since`."""
    past = PASTS[there.union.code]
    for one in fields(past):
        life: Life | None = getattr(past, one.name)
        if life is not None:
            story = Story(there, department, now=since, end=at)
            _COURSES[one.name](story, begun.begin(story, life), life)


def _contracted(story: Story, project: ServiceProject, life: Life) -> tuple[Contract, Actor]:
    """Called for, awarded and signed."""
    call = tendering.tender(story, project, life)
    story.go(story.day + timedelta(days=2))
    contract = contracting.sign(story, project, life)
    supervision = contracting.sign_supervision(story, project) if life.supervised else None
    project.refresh_from_db()
    story.take(CALL, call, CallEvent.FINISH, story.there.staff)
    contracting.start(story, contract)
    if supervision is not None:
        contracting.start(story, supervision)
    return contract, story.there.organizations[life.bidders[0]]


def _fulfilled(story: Story, project: ServiceProject, life: Life) -> None:
    subsidy = subsidising.apply(story, project, life, batch=0)
    subsidising.grant(story, subsidy)
    subsidising.close(story, subsidy)
    contract, by = _contracted(story, project, life)
    contracting.pay(story, contract, 1, by)
    assert project.midterm_on is not None
    assert project.ends_on is not None
    carrying_out.carry_out(story, project, by, life, until=project.midterm_on, mark=_GOOD)
    carrying_out.pass_midterm(story, project, by)
    contracting.pay_in_two(story, contract, 2, by, Decimal(life.from_above))
    carrying_out.carry_out(story, project, by, life, until=project.ends_on, mark=_GOOD)
    carrying_out.report(story, project, by, project.ends_on)
    ending.conclude(story, project, contract, by)
    subsidising.account(story, subsidy, contract.number, (Decimal(life.from_above) * _USED).quantize(Decimal("0.01")))


def _unqualified(story: Story, project: ServiceProject, life: Life) -> None:
    contract, by = _contracted(story, project, life)
    contracting.pay(story, contract, 1, by)
    assert project.ends_on is not None
    carrying_out.carry_out(story, project, by, life, until=project.ends_on, mark=_POOR, every=3 * carrying_out.EVERY)
    carrying_out.report(story, project, by, project.ends_on)
    ending.condemn(story, project, contract, by)


def _running(story: Story, project: ServiceProject, life: Life) -> None:
    """Half way: visited, paid in part, its mid-term evaluation passed and the payment for that approved."""
    granted = story.there.union.code in subsidising.GRANTED
    if granted:
        subsidising.grant(story, subsidising.apply(story, project, life, batch=1))
    contract, by = _contracted(story, project, life)
    carrying_out.appoint(story, project)
    contracting.pay_by_mistake(story, contract, 1, by)
    assert project.midterm_on is not None
    agenda: list[tuple[date, Callable[[], object]]] = [
        (story.days_ago(150), partial(_by_its_day, story, contract, by, Decimal(life.from_above if granted else 0))),
        (project.midterm_on, partial(carrying_out.pass_midterm, story, project, by)),
        (story.days_ago(9), partial(contracting.approve, story, contract, 3, by)),
    ]
    visits = list(Visit.objects.filter(project=project, visit_on__lt=story.days_ago(3)).order_by("visit_on"))
    agenda.append((visits[0].visit_on, partial(carrying_out.visit, story, visits[0], by)))
    agenda += [(row.visit_on, partial(carrying_out.look, story, row)) for row in visits[1:]]
    for day, happen in sorted(agenda, key=lambda one: one[0]):
        carrying_out.carry_out(story, project, by, life, until=day - timedelta(days=1), mark=_GOOD)
        story.go(day)
        happen()
    carrying_out.carry_out(story, project, by, life, until=story.days_ago(3), mark=_GOOD)
    if not granted:
        subsidising.apply(story, project, life, batch=1)


def _by_its_day(story: Story, contract: Contract, by: Actor, from_above: Decimal) -> None:
    """The second part, which is due by its day alone."""
    row = contract.milestones.get(no=2)
    story.take(MILESTONE, row, MilestoneEvent.DUE, story.there.staff)
    if from_above and from_above < row.amount:
        contracting.pay_in_two(story, contract, 2, by, from_above)
    else:
        contracting.pay(story, contract, 2, by)


def _entrusted(story: Story, project: ServiceProject, life: Life) -> None:
    """Entrusted directly within the limit, for a reason; the first part is asked for."""
    there = story.there
    by = there.organizations[life.bidders[0]]
    story.go(story.day + timedelta(days=3))
    provider = tendering.vetted(story, by, 1)
    story.take(PROJECT, project, ProjectEvent.PUBLISH_CALL, there.staff)
    story.take(PROJECT, project, ProjectEvent.AWARD, there.admin)
    contract = contracting.sign(story, project, life, provider=provider)
    contracting.start(story, contract)
    carrying_out.carry_out(story, project, by, life, until=story.days_ago(7), mark=_GOOD)
    story.go(story.days_ago(5))
    story.take(MILESTONE, contract.milestones.get(no=1), MilestoneEvent.DUE, there.staff)
    contracting.ask(story, contract, 1, by)


def _failed(story: Story, project: ServiceProject, life: Life) -> None:
    """Too few bids came: nothing is opened, the project can be called again."""
    call = tendering.publish(story, project, life)
    tendering.bid(story, call, [story.there.organizations[place] for place in life.bidders], asked=False)
    tendering.open_(story, call)


def _publicised(story: Story, project: ServiceProject, life: Life) -> None:
    """The result is out for objections, and one has come."""
    bidders = [story.there.organizations[place] for place in life.bidders]
    call = tendering.publish(story, project, life, wait=(story.days_ago(21) - story.day).days)
    tendering.bid(story, call, bidders, asked=True)
    tendering.open_(story, call)
    tendering.review(story, call, bidders)
    tendering.objected(story, call, bidders[-1], answered=False)


_COURSES: dict[str, Callable[[Story, ServiceProject, Life], None]] = {
    "fulfilled": _fulfilled,
    "running": _running,
    "unqualified": _unqualified,
    "entrusted": _entrusted,
    "failed": _failed,
    "publicised": _publicised,
}
