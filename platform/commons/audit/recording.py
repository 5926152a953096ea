"""
Two records of what happened, both written inside the action's transaction.

`record` writes the platform's audit log (who, what, when, from where; no content) in `public`;
`record_change` writes the history of one row, with its old and new values, into the union's own schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.apps import apps
from django.db import models

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.copying import copy_rows
from commons.kit.ids import uuid7

# The history in each union's schema.
HISTORY = "history.Change"


def record(
    event: str,
    *,
    by: Actor,
    at: datetime,
    on: models.Model | None = None,
    union: TradeUnion | None = None,
    result: str = "ok",
    **data: Any,
) -> AuditEvent:
    """
    Append to the audit log. `union` defaults to the acting one; address and request id come from the request.

    Of a nameless actor neither is kept: an address tells who it is, and a request's id leads to its other lines.
    """
    where = {} if by.nameless else structlog.contextvars.get_contextvars()
    owner = union or by.union
    return AuditEvent.objects.create(
        at=at,
        event=event,
        result=result,
        user_id=by.user_id,
        by_name=by.name,
        union_id=owner.pk if owner else None,
        union_code=owner.code if owner else "",
        object_kind=on._meta.label_lower if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        ip=where.get("ip") or None,
        request_id=str(where.get("request_id", ""))[:64],
        data=data,
    )


def record_change(
    event: str,
    *,
    on: models.Model,
    by: Actor,
    at: datetime,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    into: str = HISTORY,
) -> None:
    """
    Append to the history of a tenant row; of a shared row with two parties, to the table of changes `into`.

    Shape: `changes` maps a field's name to (old, new), both JSON-able. Source: DOMAIN §2.0 State field; B14.
    """
    apps.get_model(into).objects.create(
        object_kind=on._meta.label_lower,
        object_id=on.pk,
        event=event,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        by_id=by.user_id,
        by_name=by.name,
        at=at,
        changes={name: list(pair) for name, pair in (changes or {}).items()},
    )


@dataclass(frozen=True)
class Changed:
    """One row of a bulk change, as `record_change` would be told of it."""

    row: models.Model
    from_state: str = ""
    to_state: str = ""
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def record_changes(event: str, *, rows: Iterable[Changed], by: Actor, at: datetime) -> None:
    """Append to the histories of many tenant rows in few statements."""
    # The order of the columns is that of the values below.
    columns = [
        "id",
        "object_kind",
        "object_id",
        "event",
        "from_state",
        "to_state",
        "reason",
        "by_id",
        "by_name",
        "at",
        "changes",
    ]
    copy_rows(
        apps.get_model("history", "Change"),
        columns,
        (
            (
                uuid7(),
                one.row._meta.label_lower,
                one.row.pk,
                event,
                one.from_state,
                one.to_state,
                "",
                by.user_id,
                by.name,
                at,
                {name: list(pair) for name, pair in one.changes.items()},
            )
            for one in rows
        ),
    )
