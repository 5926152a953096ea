"""What a notice calls an object: by name or number, and by its kind alone where the name is sealed or the object confidential. Source: DOMAIN V13."""

from __future__ import annotations

from typing import Any

from django.db import models

from commons.kit.fields import EncryptedTextField
from commons.tenancy.objects import Owned
from commons.workflow import machines
from commons.workflow.declaration import Machine

TITLE_LENGTH = 80


def of_machine(machine: Machine, row: Any) -> str:
    """服务项目“暖心驿站运营”."""
    *way, name = machine.title.split("__")
    holder = row
    for part in way:
        holder = getattr(holder, part)
    return (
        f"一项{machine.zh}"
        if _sealed(holder, name) or _confidential(row)
        else _named(machine.zh, machine.title_of(row))
    )


def of_object(owned: Owned[Any], row: models.Model) -> str:
    """The same of an object on which things hang: as its machine has it, else as the register of objects does."""
    for machine in machines.known():
        if machine.table is type(row):
            return of_machine(machine, row)
    return f"一项{owned.label}" if _confidential(row) else _named(owned.label, owned.title(row))


def _named(kind: str, title: str) -> str:
    return f"{kind}“{title[: TITLE_LENGTH - 1]}…”" if len(title) > TITLE_LENGTH else f"{kind}“{title}”"


def _sealed(row: models.Model, name: str) -> bool:
    return any(field.name == name and isinstance(field, EncryptedTextField) for field in row._meta.concrete_fields)


def _confidential(row: Any) -> bool:
    return str(getattr(row, "classification", "")) == "confidential"
