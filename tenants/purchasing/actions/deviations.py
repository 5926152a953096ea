"""What a contract says otherwise than its template, and why. Source: SM-18; Appendix C3."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.kit.errors import Invalid
from commons.workflow.transitions import edited
from tenants.purchasing import contract_text
from tenants.purchasing.actions.contract_drafts import own_draft
from tenants.purchasing.models import Contract

_LONGEST = {"text": 4000, "reason": 500}


@transaction.atomic
def record_deviation(
    *, contract: Contract, clause: str, text: str, reason: str, version: int, by: Actor, at: datetime
) -> Contract:
    """
    Let a draft say something else than its template in one clause, and why. A mandatory clause cannot be left out.

    An approval that was given covers what was there then, so it is asked for anew.
    Raises: Refused, NotFound, Conflict, Invalid. Source: SM-18; Appendix C3.
    """
    row = own_draft(contract.pk, version, by)
    found = next((one for one in contract_text.clauses(row) if one.code == clause), None)
    said, why = text.strip(), reason.strip()
    problems: dict[str, list[str]] = {}
    if found is None:
        raise Invalid({"clause": ["示范文本中没有这一条款，请重新选择。"]})
    if found.mandatory and not said:
        problems["text"] = ["必备条款不能删去，请写明改为如何约定。"]
    elif said == found.template_text.strip():
        problems["text"] = ["与示范文本一致，不必登记偏离。"]
    if not why:
        problems["reason"] = ["请说明偏离的理由。"]
    for name, value in (("text", said), ("reason", why)):
        if len(value) > _LONGEST[name]:
            problems[name] = [f"最多{_LONGEST[name]}个字。"]
    if unknown := contract_text.unknown(said):
        problems["text"] = [f"不能识别的变量：{'、'.join(unknown)}。"]
    if problems:
        raise Invalid(problems)
    other = [one for one in row.deviations if one["code"] != clause]
    entry = {"code": clause, "text": said, "reason": why, "by_id": str(by.user_id or ""), "by_name": by.name}
    return _deviate(row, [*other, entry], by=by, at=at)


@transaction.atomic
def withdraw_deviation(*, contract: Contract, clause: str, version: int, by: Actor, at: datetime) -> Contract:
    """
    Let a clause of a draft say again what its template says.

    Raises: Refused, NotFound, Conflict, Invalid.
    """
    row = own_draft(contract.pk, version, by)
    left = [one for one in row.deviations if one["code"] != clause]
    if len(left) == len(row.deviations):
        raise Invalid({"clause": ["这一条款没有登记偏离。"]})
    return _deviate(row, left, by=by, at=at)


def _deviate(row: Contract, deviations: list[dict[str, str]], *, by: Actor, at: datetime) -> Contract:
    changes: dict[str, tuple[object, object]] = {"deviations": (row.deviations, deviations)}
    row.deviations = deviations
    if row.deviations_approved_at is not None:
        changes["deviations_approved_at"] = (row.deviations_approved_at, None)
        changes["deviations_approved_by_id"] = (row.deviations_approved_by_id, None)
        row.deviations_approved_at = row.deviations_approved_by_id = None
    edited(row, by=by, at=at, changes=changes)
    return row
