"""
What moves between unions: subjects, each with every row that hangs on it.

A feature declares its subject in `AppConfig.ready()`, beside the records it owns; which tables hang on one follows from
the foreign keys (`hanging`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models

from commons.boundaries.transfer.journal import Journal


@dataclass(frozen=True)
class Joined:
    """
    Two entries of one organization become one: `theirs` is joined to `mine`, which stands in the receiving union.

    `rows` = {model's label: what hangs on theirs}; they are not stored here. `day` is the first on which the receiver
    counts. What is changed or added is told to `journal`, so that it can be undone.
    """

    mine: models.Model
    theirs: models.Model
    rows: Mapping[str, list[models.Model]]
    day: date
    journal: Journal


@dataclass(frozen=True)
class Subject:
    """
    One kind of record that moves as a whole.

    Fields of `model`, by name: `name`; `code`, of which a union has one entry ('' = none); `number`, counted within the
    union and shown by `number_text`; `note`, a text to which the former number is added; `place`, a division's code.
    `numbering` holds the receiving union's numbering until the transaction ends.

    Of an entry that is joined to another: what is in `dated` goes along from the day on ({model: its date}), of what is in
    `latest` ({model: the field that tells which was changed last}) the later of two stands, `staying` remains in the
    archive, everything else goes along unless a unique constraint forbids it. `join` does before what the feature's own
    rules ask besides.
    """

    model: str
    label: str
    name: str
    code: str
    number: str
    note: str
    place: str
    number_text: Callable[[int], str]
    numbering: Callable[[], None]
    tables: Mapping[str, str] = field(default_factory=dict)
    dated: Mapping[str, str] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)
    staying: frozenset[str] = frozenset()
    join: Callable[[Joined], None] | None = None

    @property
    def root(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def label_of(self, model: type[models.Model]) -> str:
        """What a table's rows are called on pages."""
        return self.tables.get(model._meta.label, str(model._meta.verbose_name))

    def chosen(self, rule: Mapping[str, Any]) -> models.Q:
        """
        The records that a rule of `Transfer.rule` chooses.

        A division stands for all below it: 430100 covers 430105.
        """
        if "ids" in rule:
            return models.Q(pk__in=list(rule["ids"]))
        if "regions" in rule:
            found = models.Q(pk__in=[])
            for code in rule["regions"]:
                while code.endswith("00"):
                    code = code[:-2]
                found |= models.Q(**{f"{self.place}__startswith": code})
            return found
        return models.Q()


SUBJECTS: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    SUBJECTS[subject.model] = subject
