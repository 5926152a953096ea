"""Every query of a partner is on record: which document, at what price; never its results. Source: V10."""

from __future__ import annotations

from api.kit.context import Context
from api.kit.http import Asked
from commons.audit.recording import record
from commons.kit.ids import digest


def partner_query(context: Context, asked: Asked, cost: int) -> None:
    """Append to the audit log when the caller is a partner."""
    if context.actor is None or not context.actor.partner:
        return
    record(
        "api.partner_query",
        by=context.actor,
        at=context.at,
        document=digest(asked.query)[:16],
        operation=(asked.operation_name or "")[:80],
        cost=cost,
    )
