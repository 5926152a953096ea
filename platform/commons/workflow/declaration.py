"""
A state machine as data: states, events, who, guards, effects.

One declaration serves the page, the API, the task, the diagram in the handbook and the exhaustive test.

    PROJECT = Machine(
        code="SM-15P", zh="服务项目", model="purchasing.ServiceProject", states=ProjectState, events=ProjectEvent,
        visible=PROJECTS.visible, url=lambda row: f"/projects/{row.pk}", initial=(ProjectState.DRAFT,),
        transitions=(
            Transition(E.SUBMIT, (S.DRAFT,), S.APPROVAL_REVIEW, (BY_STAFF,), guards=(SUITABLE, FUNDED)),
            …
        ),
    )
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import HISTORY
from commons.kit.finding import one
from commons.kit.labels import Code


class EventForm(forms.Form):
    """
    What an event asks for besides a reason; page and API fill the same form.

    `row` is the subject, not locked yet, and `actor` who asks: for choices that depend on them.
    """

    def __init__(self, *args: Any, row: Any = None, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.actor = row, actor
        self.prepare()

    def prepare(self) -> None:
        """Set choices that depend on `row` or `actor`."""

    @classmethod
    def starting(cls, row: Any) -> dict[str, Any]:
        """What stands in the form's fields before anything is typed."""
        return {}


@dataclass
class Step:
    """One attempt: the locked row, what happens to it, who, when, why, and the cleaned data of the event's form."""

    machine: Machine
    row: Any
    line: Transition
    by: Actor
    at: datetime
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def set(self, **values: object) -> None:
        """Change fields of the row; they are saved with the state, and told to its history."""
        for name, value in values.items():
            before = self.changes[name][0] if name in self.changes else getattr(self.row, name)
            setattr(self.row, name, value)
            self.changes[name] = (before, value)


@dataclass(frozen=True)
class Who:
    """
    Who may cause an event: holders of `permission` in the acting union for whom `on` holds.

    Without permission: the platform itself alone (a deadline, the effect of another machine's step).
    """

    permission: Permission | None
    label: str
    on: Callable[[Actor, Any], bool] | None = None

    def may(self, actor: Actor, row: Any) -> Decision:
        """Whether `actor` is one of them, for this row."""
        if actor.system:
            return allowed(Rule.ROLE)
        if self.permission is None:
            return refused()
        decision = may(actor, self.permission)
        if decision and self.on is not None and not self.on(actor, row):
            return refused()
        return decision


PLATFORM = Who(None, "系统")


@dataclass(frozen=True)
class Guard:
    """
    What must hold. `check` returns None when it does, else the facts for `sentence`.

    `code` is stable and public. `of_data`: it asks what was entered, so it cannot be told before. `warns`: the step is taken all the
    same, and the sentence is shown. `source` names the rule; a star means it comes straight from a policy.
    """

    code: str
    zh: str
    sentence: str
    check: Callable[[Step], Mapping[str, object] | None]
    source: str = ""
    of_data: bool = False
    warns: bool = False


Effect = Callable[[Step], None]


@dataclass(frozen=True)
class Transition:
    """
    One line: `event` leads from one of `sources` to `target`; None: the state stays.

    `leads` chooses among `target` and `others` where the outcome depends on facts. Any one of `who` suffices.
    """

    event: Code
    sources: tuple[Code, ...]
    target: Code | None
    who: tuple[Who, ...]
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    needs_reason: bool = False
    form: type[EventForm] | None = None
    others: tuple[Code, ...] = ()
    leads: Callable[[Step], Code] | None = None
    danger: bool = False
    # What the page says above the form: what follows from the step.
    hint: str = ""
    # An event of the platform alone, or one that has a page of its own, has no button.
    button: bool = True


@dataclass(frozen=True)
class Waiting:
    """Rows in `state` wait for whoever may cause `event`; `due` is the column of the day by which, '' for none."""

    state: Code
    event: Code
    label: str
    due: str = ""
    only: Callable[[Actor, QuerySet[Any]], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Machine:
    """
    The life of one kind of row. The model has `state`, `version`, `updated_at`.

    `visible` gives the rows an actor may see; `parents` are keys whose rows are locked before it, in this order (dotted for
    a parent's parent). `title` is an expression of the row's name in lists: a column, or a path over keys.
    """

    code: str
    zh: str
    en: str
    model: str
    states: type[Code]
    events: type[Code]
    visible: Callable[[Actor], QuerySet[Any]]
    url: Callable[[Any], str]
    transitions: tuple[Transition, ...]
    initial: tuple[Code, ...]
    title: str = "title"
    # The column by which `url` names the row.
    key: str = "pk"
    parents: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    # What the row's fields are called in its history; a field without a name there is not told.
    labels: Mapping[str, str] = field(default_factory=dict)
    # Where its history is kept. A shared row, which two unions move, keeps its own, of the same columns.
    history: str = HISTORY
    # As whom history and audit know the actor of a step: for rows that must not tell whose they are.
    recorded: Callable[[Actor], Actor] = lambda actor: actor
    source: str = ""

    @property
    def table(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def slug(self) -> str:
        """Its name in addresses and in the API: serviceproject."""
        return self.model.split(".")[1].lower()

    def line(self, state: str, event: str) -> Transition | None:
        """The line by which `event` leads out of `state`, if there is one."""
        return next((one for one in self.transitions if one.event == event and state in one.sources), None)

    def lines_of(self, event: str) -> list[Transition]:
        return [one for one in self.transitions if one.event == event]

    def lines_from(self, state: str) -> list[Transition]:
        return [one for one in self.transitions if state in one.sources]

    def find(self, actor: Actor, pk: UUID | str) -> Any:
        """
        The row, for an actor who may see it.

        Raises: NotFound, alike for absent and forbidden.
        """
        return one(self.visible(actor), pk)

    def title_of(self, row: Any) -> str:
        value = row
        for part in self.title.split("__"):
            value = getattr(value, part)
        return str(value)
