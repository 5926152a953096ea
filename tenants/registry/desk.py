"""What the ledger puts on its people's desk. Source: B16, SM-02."""

from __future__ import annotations

from datetime import datetime, timedelta

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.clock import today
from commons.web.desk import Card, Line
from tenants.registry.enums import LedgerState
from tenants.registry.policies import CONTACT_LOGS
from tenants.registry.selectors import accounts
from tenants.registry.selectors.due import due_contacts
from tenants.registry.selectors.organizations import state_counts

# How far ahead a promised contact is shown.
AHEAD = timedelta(days=7)


def card(actor: Actor, at: datetime) -> Card | None:
    """Entries to verify and to confirm again, drafts, contacts due by plan or promised; three statements."""
    if actor.union is None or not may(actor, Permission.LEDGER_VIEW):
        return None
    day = today(at)
    counts = state_counts(actor, day)
    base = f"/u/{actor.union.code}"
    lines = [
        Line("待核实的台账", f"{base}/organizations?state=to_verify", counts[LedgerState.TO_VERIFY]),
        Line("满一年未确认、待更新的台账", f"{base}/organizations?state=stale", counts[LedgerState.STALE]),
        Line("草稿", f"{base}/organizations?state=draft", counts[LedgerState.DRAFT], tone="info"),
    ]
    if may(actor, Permission.CONTACT_VIEW):
        promised = CONTACT_LOGS.visible(actor).filter(next_on__range=(day, day + AHEAD)).count()
        lines.append(Line("按计划应联系的组织", f"{base}/contacts", len(due_contacts(actor, day))))
        lines.append(Line("七天内约定的联系", f"{base}/contacts", promised, tone="info"))
    if may(actor, Permission.LEDGER_EDIT):
        lines.append(Line("登记一家社会组织", f"{base}/organizations/new"))
    if may(actor, Permission.LEDGER_IMPORT):
        lines.append(Line("用表格批量导入", f"{base}/organizations/import"))
    on_ledger = counts[LedgerState.ACTIVE] + counts[LedgerState.STALE]
    return Card(
        title="本级台账",
        lines=tuple(lines),
        url=f"{base}/organizations",
        url_label="社会组织台账",
        note="" if on_ledger else "台账上还没有在册的社会组织，可以逐个登记，也可以用表格批量导入。",
    )


def accounts_card(actor: Actor, at: datetime) -> Card | None:
    """Claims of organizations on this ledger that wait to be verified; none, no card."""
    if actor.union is None or not may(actor, Permission.ORG_ACCOUNT_VERIFY):
        return None
    if not (count := accounts.waiting(actor).count()):
        return None
    here = f"/u/{actor.union.code}/org-accounts"
    return Card("社会组织账号", (Line("待核验的社会组织账号", here, count),), here, "社会组织账号")
