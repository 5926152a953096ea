"""Notices of the steps of every machine, written in the step's own transaction."""

from __future__ import annotations

from commons.tenancy import door
from commons.workflow.declaration import Step, Waiting
from tenants.notices import actions, naming, recipients, telling
from tenants.notices.enums import NoticeKind


def stepped(step: Step, before: str) -> None:
    """Tell of a step whom it concerns."""
    union = door.current()
    if union is None:
        return
    waiting, learning = recipients.of(step, before, union)
    told = telling.of(step).text
    url = step.machine.url(step.row)
    for one in dict.fromkeys(one for _, one in waiting):
        users = [actor.user for actor, theirs in waiting if theirs is one and actor.user is not None]
        title = told(step) if told is not None else _waits(step, one)
        actions.give(kind=NoticeKind.WAITING, to=users, title=title, url=url, on=step.row, at=step.at)
    if learning:
        users = [actor.user for actor in learning if actor.user is not None]
        title = told(step) if told is not None else _went(step)
        actions.give(kind=NoticeKind.PROGRESS, to=users, title=title, url=url, on=step.row, at=step.at)


def _waits(step: Step, waiting: Waiting) -> str:
    return f"{naming.of_machine(step.machine, step.row)}：{waiting.label}"


def _went(step: Step) -> str:
    state = step.machine.states.label_of(str(step.row.state))
    return f"{naming.of_machine(step.machine, step.row)}：{step.line.event.label}，现为“{state}”"
