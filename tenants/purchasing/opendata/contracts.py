"""Signed contracts of a project, what was paid of them, and the awards of those that no call led to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commons.kit.clock import today
from tenants.purchasing.enums import ContractKind, ContractState, MilestoneCondition, MilestoneState, ProjectState
from tenants.purchasing.models import Contract, Payment, PaymentMilestone, ServiceProject
from tenants.purchasing.opendata.words import Facts, Parties, day, filled, period, provider, value

SIGNED = (ContractState.SIGNED, ContractState.PERFORMING)
ENDED = (ContractState.FULFILLED, ContractState.TERMINATED, ContractState.EXPIRED)


@dataclass(frozen=True)
class Signed:
    """`awards` are those of contracts that no bid led to: direct entrustments, third-party supervision."""

    awards: list[Facts]
    contracts: list[Facts]


def told(project: ServiceProject, parties: Parties, buyer: Facts) -> Signed:
    """Every contract once, as its last signed version has it."""
    rows = Contract.objects.filter(project=project, state__in=(*SIGNED, *ENDED)).select_related("provider", "bid")
    versions: dict[str, list[Contract]] = {}
    for row in rows.order_by("created_at", "id"):
        versions.setdefault(str(row.amends_id or row.pk), []).append(row)
    awards: list[Facts] = []
    contracts: list[Facts] = []
    for root, all_versions in versions.items():
        first, last = all_versions[0], all_versions[-1]
        supplier = parties.add(provider(last.provider), "supplier", "payee")
        parties.add({**_full(buyer, parties)}, "payer")
        award = f"bid-{first.bid_id}" if first.bid_id else f"direct-{root}"
        if first.bid_id is None:
            awards.append(_award(award, first, supplier))
        contracts.append(_contract(root, award, all_versions, project, buyer, supplier))
    return Signed(awards, contracts)


def _full(reference: Facts, parties: Parties) -> Facts:
    return next(one for one in parties.told() if one["id"] == reference["id"])


def _award(key: str, row: Contract, supplier: Facts) -> Facts:
    label = ContractKind(row.kind).label
    award = {"id": key, "title": row.title, "description": label, "status": "active", "date": day(row.signed_on)}
    return filled({**award, "value": value(row.amount), "suppliers": [supplier]})


def _contract(
    root: str, award: str, versions: list[Contract], project: ServiceProject, buyer: Facts, supplier: Facts
) -> Facts:
    first, last = versions[0], versions[-1]
    over = first.state in ENDED or (project.state == ProjectState.TERMINATED)
    keys = [one.pk for one in versions]
    milestones = [_milestone(root, keys, one) for one in PaymentMilestone.objects.filter(contract=last).order_by("no")]
    payments = Payment.objects.filter(contract__in=keys).order_by("created_at", "id")
    transactions = [_transaction(one, buyer, supplier) for one in payments]
    return filled(
        {
            "id": root,
            "awardID": award,
            "title": first.title,
            "description": ContractKind(first.kind).label,
            "status": "terminated" if over else "active",
            "period": period(day(last.starts_on), day(last.ends_on, end=True)),
            "value": value(last.amount),
            "dateSigned": day(first.signed_on),
            "milestones": milestones,
            "amendments": [
                filled(
                    {
                        "id": str(one.pk),
                        "date": day(one.signed_on or today(one.created_at)),
                        "description": "签订补充协议",
                    }
                )
                for one in versions[1:]
            ],
            "implementation": filled({"transactions": transactions}),
        }
    )


def _milestone(root: str, versions: list[UUID], one: PaymentMilestone) -> Facts:
    """A part of the last version; met when the part of that number was paid under any version."""
    settled = PaymentMilestone.objects.filter(contract__in=versions, no=one.no, state=MilestoneState.PAID)
    paid = Payment.objects.filter(milestone__in=settled, reverses__isnull=True, reversals__isnull=True)
    last = paid.order_by("paid_on").last()
    return filled(
        {
            "id": f"{root}-{one.no}",
            "title": f"第{one.no}期付款",
            "type": "payment",
            "description": MilestoneCondition(one.condition).label,
            "dueDate": day(one.planned_on),
            "dateMet": day(last.paid_on) if last else "",
            "status": "met" if last else "scheduled",
        }
    )


def _transaction(one: Payment, buyer: Facts, supplier: Facts) -> Facts:
    """A reversal is a transaction of its own, from the supplier back to the buyer, with a negative amount."""
    return {
        "id": str(one.pk),
        "date": day(one.paid_on),
        "value": value(one.amount),
        "payer": buyer,
        "payee": supplier,
    }
