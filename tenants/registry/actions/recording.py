"""What every action of the ledger writes at its end: the row with its next version, its history, the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from commons.access.actors import Actor
from commons.audit.recording import record, record_change
from tenants.registry.fields import BY_NAME
from tenants.registry.models import SocialOrganization
from tenants.registry.personal import masked

REASON_LENGTH = 500
Changes = Mapping[str, tuple[object, object]]


def keep(
    row: SocialOrganization,
    event: str,
    *,
    by: Actor,
    at: datetime,
    fields: list[str],
    from_state: str = "",
    reason: str = "",
    changes: Changes | None = None,
) -> None:
    """Save `fields` of an entry as its next version, with its history and the audit log."""
    row.version += 1
    row.updated_at, row.updated_by_id = at, by.user_id
    row.save(update_fields=[*fields, "version", "updated_at", "updated_by_id"])
    note(row, event, by=by, at=at, from_state=from_state or row.state, reason=reason, changes=changes)


def note(
    row: SocialOrganization,
    event: str,
    *,
    by: Actor,
    at: datetime,
    from_state: str = "",
    reason: str = "",
    changes: Changes | None = None,
) -> None:
    """Write the history and the audit log of an entry that is saved already."""
    record_change(
        event,
        on=row,
        by=by,
        at=at,
        from_state=str(from_state),
        to_state=str(row.state),
        reason=reason,
        changes=plain(changes or {}),
    )
    record(f"registry.organization.{event}", by=by, at=at, on=row)


def plain(changes: Changes) -> dict[str, tuple[object, object]]:
    """The changes as JSON may hold them; personal values only in their masked form, since a history is not sealed."""
    return {name: (_plain(name, old), _plain(name, new)) for name, (old, new) in changes.items()}


def _plain(name: str, value: object) -> object:
    field = BY_NAME.get(name)
    if (field is not None and field.personal) or name == "phone":
        return masked(str(value or ""))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
