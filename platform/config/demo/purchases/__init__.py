"""What a union of the demonstration buys: what it bought in the months before, and from its catalogue to calls with sealed bids now."""

from __future__ import annotations

from datetime import datetime, timedelta

from commons.access import actors
from commons.kit.clock import today
from config.demo.cast import Cast
from config.demo.purchases import bodies, calls, lives, market, projects
from tenants.needs.models import Need
from tenants.notices import actions as notices
from tenants.purchasing import rule_defaults
from tenants.purchasing.models import PurchaseRule

# How long before now its purchases begin.
SINCE = timedelta(days=460)


def fill(there: Cast, needs: list[Need], *, at: datetime) -> None:
    """Fill rules that are missing, bodies, purchases of the past, projects that answer to `needs`, calls and the market."""
    since = at - SINCE
    _rules(since)
    department = bodies.fill(there, since=since, at=at)
    lives.fill(there, department, since=since, at=at)
    for actor in (*actors.members(there.union), *there.organizations):
        # Of the months before they know.
        notices.mark_read(by=actor, at=at)
    approved = projects.fill(there, department, needs, at=at)
    calls.fill(there, approved, at=at)
    market.fill(there, at=at)


def _rules(since: datetime) -> None:
    """The rules with which every union begins, in force before its first purchase: no action puts a rule in force for the past."""
    rule_defaults.ensure(at=since)
    preset = PurchaseRule.objects.filter(created_by_name=rule_defaults.AUTHOR, used_at=None)
    preset.update(in_force_from=today(since), created_at=since, updated_at=since)
