"""What a union of the demonstration buys: from its catalogue to calls with sealed bids."""

from __future__ import annotations

from datetime import datetime

from config.demo.cast import Cast
from config.demo.purchases import bodies, calls, market, projects
from tenants.needs.models import Need
from tenants.purchasing import rule_defaults


def fill(there: Cast, needs: list[Need], *, at: datetime) -> None:
    """Fill rules that are missing, bodies, projects that answer to `needs`, calls and the market."""
    rule_defaults.ensure(at=at)
    department = bodies.fill(there, at=at)
    approved = projects.fill(there, department, needs, at=at)
    calls.fill(there, approved, at=at)
    market.fill(there, at=at)
