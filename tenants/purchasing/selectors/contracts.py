"""Questions about contracts, their milestones and payments. Source: SM-18, §4.2."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, Sum

from commons.access.actors import Actor
from commons.kit.finding import one
from tenants.attachments.models import Attachment
from tenants.purchasing.enums import (
    BidState,
    Conclusion,
    ContractKind,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneCondition,
    MilestoneState,
    ProjectState,
)
from tenants.purchasing.models import Bid, Contract, Evaluation, Payment, PaymentMilestone, Provider, ServiceProject
from tenants.purchasing.policies import CONTRACTS, MILESTONES, PAYMENTS
from tenants.purchasing.rules import is_direct

# What the signed text is called among the attachments of a contract.
SIGNED_TEXT = "签署文本"
IN_FORCE = (ContractState.SIGNED, ContractState.PERFORMING)
STANDING = (*IN_FORCE, ContractState.FULFILLED)
# Neither paid nor withheld.
OPEN = (MilestoneState.PLANNED, MilestoneState.DUE, MilestoneState.REQUESTED, MilestoneState.APPROVED)
_QUALIFIED = (Conclusion.EXCELLENT, Conclusion.GOOD, Conclusion.QUALIFIED)
NOTHING = Decimal("0.00")
M = TypeVar("M", bound=Model)


def contracts(actor: Actor) -> QuerySet[Contract]:
    """The contracts that `actor` may see, latest first."""
    return CONTRACTS.visible(actor).select_related("provider", "project").order_by("-created_at", "-id")


def contract(actor: Actor, pk: UUID | str) -> Contract:
    """
    One contract.

    Raises: NotFound, alike for absent and forbidden.
    """
    rows = CONTRACTS.visible(actor).select_related("provider", "project__business_owner", "template", "amends")
    found: Contract = one(rows, pk)
    return found


def milestones(actor: Actor, of: Contract) -> list[PaymentMilestone]:
    """The milestones of a contract, in their order."""
    return list(MILESTONES.visible(actor).filter(contract=of).order_by("no"))


def milestone(actor: Actor, pk: UUID | str) -> PaymentMilestone:
    """
    One milestone with its contract.

    Raises: NotFound.
    """
    rows = MILESTONES.visible(actor).select_related("contract__provider", "contract__project__business_owner")
    found: PaymentMilestone = one(rows, pk)
    return found


def payments(actor: Actor) -> QuerySet[Payment]:
    """The payments that `actor` may see, latest first."""
    rows = PAYMENTS.visible(actor).select_related("contract__provider", "milestone")
    return rows.order_by("-paid_on", "-created_at", "-id")


def payments_of(actor: Actor, of: Contract) -> list[Payment]:
    """The payments of a contract, oldest first, with what takes them back."""
    rows = PAYMENTS.visible(actor).filter(contract=of).select_related("milestone", "reverses")
    return list(rows.prefetch_related("reversals").order_by("created_at", "id"))


def payment(actor: Actor, pk: UUID | str) -> Payment:
    """
    One payment.

    Raises: NotFound.
    """
    found: Payment = one(PAYMENTS.visible(actor).select_related("contract", "milestone"), pk)
    return found


def for_payment(actor: Actor) -> QuerySet[PaymentMilestone]:
    """待付款: approved milestones, those planned first at the top."""
    rows = MILESTONES.visible(actor).filter(state=MilestoneState.APPROVED)
    return rows.select_related("contract__provider", "contract__project").order_by("planned_on", "pk")


def net_paid(of: Contract) -> Decimal:
    """What was paid less what came back."""
    return Payment.objects.filter(contract=of).aggregate(net=Sum("amount"))["net"] or NOTHING


def net_paid_of(rows: Iterable[Contract]) -> dict[UUID, Decimal]:
    """The same of many contracts, in one statement."""
    keys = [row.pk for row in rows]
    paid = Payment.objects.filter(contract__in=keys).order_by().values_list("contract").annotate(net=Sum("amount"))
    return {**dict.fromkeys(keys, NOTHING), **dict(paid)} if keys else {}


def net_of_milestone(of: PaymentMilestone) -> Decimal:
    """What was paid of one milestone, less reversals."""
    return Payment.objects.filter(milestone=of).aggregate(net=Sum("amount"))["net"] or NOTHING


def net_by_source(of: Contract) -> dict[str, Decimal]:
    """What was paid net from each source."""
    rows = Payment.objects.filter(contract=of).order_by().values_list("fund_source").annotate(net=Sum("amount"))
    return {str(source): net for source, net in rows}


def won_bid(project: ServiceProject) -> Bid | None:
    """The bid that won the project, of its latest call."""
    rows = Bid.objects.filter(call__project=project, state=BidState.WON).select_related("provider")
    return rows.order_by("-call__round").first()


def awarded(project: ServiceProject, bid: Bid | None) -> Decimal | None:
    """The most that a project's contract may be worth: its award; without a call its budget; None when nothing was awarded."""
    if bid is not None:
        return bid.award_amount if bid.award_amount is not None else bid.total
    return project.budget if is_direct(project) else None


def bound(project: ServiceProject, *, beside: Contract) -> Decimal:
    """What the project's other signed contracts are worth."""
    others = live_contracts(project, ContractKind.PROJECT).filter(state__in=STANDING)
    # An amendment takes the place of its contract.
    total = others.exclude(pk__in=[beside.pk, beside.amends_id or beside.pk]).aggregate(total=Sum("amount"))["total"]
    return total or NOTHING


def live_contracts(project: ServiceProject, kind: ContractKind) -> QuerySet[Contract]:
    """Contracts of a kind that are being made or in force; amendments left out."""
    ended = (ContractState.TERMINATED, ContractState.EXPIRED)
    return Contract.objects.filter(project=project, kind=kind, amends__isnull=True).exclude(state__in=ended)


def signed_text(of: Contract) -> Attachment | None:
    """The signed text as it was uploaded last."""
    rows = Attachment.objects.present().filter(object_kind="purchasing.contract", object_id=of.pk, label=SIGNED_TEXT)
    return rows.order_by("-created_at", "-id").first()


def midterm_holds(of: PaymentMilestone) -> bool:
    """The project has passed its mid-term evaluation. Source: SM-18 ★."""
    project = of.contract.project
    return project is not None and project.midterm_passed


def assessment_holds(of: PaymentMilestone) -> bool:
    """The project is concluded, and its performance was not found unqualified. Source: SM-18 ★."""
    project = of.contract.project
    if project is None or project.state not in {ProjectState.COMPLETED, ProjectState.ARCHIVED}:
        return False
    last = Evaluation.objects.filter(project=project, kind=EvaluationKind.PERFORMANCE).order_by("-created_at").first()
    if last is None or last.conclusion not in _QUALIFIED:
        return False
    return last.state in {EvaluationState.CONCLUDED, EvaluationState.FINAL}


def is_last_of_project(of: PaymentMilestone) -> bool:
    """The last milestone of a project contract."""
    if of.contract.kind != ContractKind.PROJECT or of.contract.project_id is None:
        return False
    return not PaymentMilestone.objects.filter(contract=of.contract_id, no__gt=of.no).exists()


def condition_holds(of: PaymentMilestone, today: date) -> bool:
    """What the milestone waits for has come about."""
    if of.contract.state not in STANDING:
        return False
    if is_last_of_project(of) or of.condition == MilestoneCondition.PERFORMANCE_PASSED:
        return assessment_holds(of)
    if of.condition == MilestoneCondition.MIDTERM_PASSED:
        return midterm_holds(of)
    return of.condition == MilestoneCondition.SIGNED or of.planned_on <= today


def barred(provider: Provider, today: date) -> date | None:
    """Until when (exclusive) the provider may not be contracted: blocked after an unqualified project, or under a penalty."""
    ends = [until for until in (provider.blocked_until, provider.penalty_until) if until is not None and until > today]
    return max(ends, default=None)
