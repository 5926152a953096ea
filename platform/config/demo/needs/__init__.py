"""What workers need, order and complain of in a union of the demonstration."""

from __future__ import annotations

from datetime import datetime

from config.demo.cast import Cast
from config.demo.needs import appeals, collected, orders, surveys
from tenants.needs.models import Need


def fill(there: Cast, *, at: datetime) -> list[Need]:
    """Fill surveys, needs, orders and appeals; the gathered needs, to which projects may answer."""
    surveys.fill(there, at=at)
    gathered = collected.fill(there, at=at)
    orders.fill(there, at=at)
    appeals.fill(there, at=at)
    return gathered
