"""Notices of the steps of every machine, written in the step's own transaction."""

from __future__ import annotations

from typing import Any

from commons.kit.fields import EncryptedTextField
from commons.tenancy import door
from commons.workflow.declaration import Machine, Step, Waiting
from tenants.notices import actions, recipients, telling
from tenants.notices.enums import NoticeKind

TITLE_LENGTH = 80


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


def name_of(machine: Machine, row: Any) -> str:
    """
    “服务项目‘某某’”; the kind alone where the name is sealed or the row confidential. Source: DOMAIN V13.
    """
    *way, name = machine.title.split("__")
    holder = row
    for part in way:
        holder = getattr(holder, part)
    sealed = isinstance(holder._meta.get_field(name), EncryptedTextField) if name in _columns(holder) else False
    if sealed or str(getattr(row, "classification", "")) == "confidential":
        return f"一项{machine.zh}"
    title = machine.title_of(row)
    return f"{machine.zh}“{title[: TITLE_LENGTH - 1]}…”" if len(title) > TITLE_LENGTH else f"{machine.zh}“{title}”"


def _columns(row: Any) -> set[str]:
    return {field.name for field in row._meta.concrete_fields}


def _waits(step: Step, waiting: Waiting) -> str:
    return f"{name_of(step.machine, step.row)}等您{waiting.label}"


def _went(step: Step) -> str:
    state = step.machine.states.label_of(str(step.row.state))
    return f"{name_of(step.machine, step.row)}：{step.line.event.label}，现为“{state}”"
