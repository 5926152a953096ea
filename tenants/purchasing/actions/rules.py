"""Rules of purchase: new editions and what they say. Source: §3.12 Purchase rule; E12-E15, E34, Appendix C."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited
from tenants.purchasing import locks, rule_content, rules
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.errors import NotEditable, RuleFrozen
from tenants.purchasing.machines.rule import RULE
from tenants.purchasing.models import PurchaseRule


@transaction.atomic
def draft(*, kind: RuleKind, title: str = "", doc_no: str = "", by: Actor, at: datetime) -> PurchaseRule:
    """
    Begin a new edition of a kind; it says what the edition in force says, until it is edited.

    Raises: Refused.
    """
    require(by, Permission.RULES_EDIT)
    edition = locks.next_number(PurchaseRule, "edition", kind=kind)
    before = rules.in_force(kind)
    row = PurchaseRule.objects.create(
        kind=kind,
        edition=edition,
        title=(title or (before.title if before else kind.label))[:200],
        doc_no=doc_no[:80],
        content=dict(before.content) if before else {},
        **made(by, at),
    )
    begun(RULE, row, by=by, at=at)
    return row


@transaction.atomic
def edit(
    *,
    rule: PurchaseRule,
    title: str,
    content: Mapping[str, Any],
    version: int,
    by: Actor,
    at: datetime,
    doc_no: str = "",
) -> PurchaseRule:
    """
    Change a draft. What is in force, or was used, is frozen: a change is a new edition.

    Shape: `content` as `PurchaseRule.content`.
    Raises: Refused, NotFound, Conflict, RuleFrozen, NotEditable, Invalid.
    """
    require(by, Permission.RULES_EDIT)
    row = locks.row(PurchaseRule, rule.pk, version=version)
    if row.used_at is not None:
        raise RuleFrozen(title=row.title, edition=row.edition)
    if row.state != RuleState.DRAFT:
        raise NotEditable(title=row.title, state=RuleState.label_of(row.state))
    if not title.strip():
        raise Invalid({"title": ["请填写名称。"]})
    values = {
        "title": title.strip()[:200],
        "doc_no": doc_no.strip()[:80],
        "content": rule_content.read(row.kind, content),
    }
    edited(row, by=by, at=at, changes=locks.changed(row, values))
    return row
