"""Contracts, what is paid when, and what was paid. Source: DOMAIN §2.6, SM-18; R6."""

from django.db import models
from django.db.models import F, Q

from commons.codelists.services import FundSource
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.workflow.rows import Begun
from tenants.purchasing.enums import (
    BuyerKind,
    ContractKind,
    ContractState,
    MilestoneCondition,
    MilestoneState,
    PaymentKind,
)
from tenants.purchasing.models.bodies import Provider, UnionUnit
from tenants.purchasing.models.call import Bid
from tenants.purchasing.models.project import ServiceProject, rule


class Contract(Begun):
    """
    One contract, or one amended version of it (`amends`). A supervision contract names the project that it supervises by `project`.

    An amendment takes effect by being signed: its terms then stand in the contract that it amends, where milestones and payments
    stay, and `amount_before` keeps what the amount was. So only rows without `amends` are contracts to be counted.
    An enterprise's contract is registered as signed, has no template, no milestones and no payments: the money is not the union's.
    Shape: `values` = {variable: text} of the template, the account left out; `deviations` = [{code, text, reason}] from its clauses.
    `own_share` in per cent: of a joint purchase the union counts its share alone. Units: yuan. Source: E15, E20, E36, Q24.
    """

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    kind = CodeField(ContractKind, default=ContractKind.PROJECT)
    project = models.ForeignKey(
        ServiceProject, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="contracts")
    template = rule()
    title = models.CharField(max_length=160)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    own_share = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    buyer_kind = CodeField(BuyerKind, default=BuyerKind.UNION)
    buyer_unit = models.ForeignKey(UnionUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    buyer_name = models.CharField(max_length=120, blank=True)
    buyer_uscc = models.CharField(max_length=18, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    # The signed text, as it was uploaded: which attachment, and the hash of its bytes.
    signed_file_id = models.UUIDField(null=True, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    posts_count = models.PositiveIntegerField(default=0)
    values = models.JSONField(default=dict)
    deviations = models.JSONField(default=list)
    deviations_approved_by_id = models.UUIDField(null=True, blank=True)
    deviations_approved_at = models.DateTimeField(null=True, blank=True)
    amends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    amount_before = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    state = CodeField(ContractState, default=ContractState.DRAFT)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="purchasing_contract_number"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="purchasing_contract_amount"),
            models.CheckConstraint(
                condition=Q(own_share__gte=0, own_share__lte=100), name="purchasing_contract_own_share"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="purchasing_contract_order",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=False) | Q(state="draft") | Q(state="legal_check") | Q(state="to_sign"),
                name="purchasing_contract_signed_day",
            ),
            models.CheckConstraint(
                condition=~Q(buyer_kind="enterprise") | ~Q(buyer_name=""), name="purchasing_contract_buyer"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(kind="project")
                & Q(amends__isnull=True)
                & (Q(state="signed") | Q(state="performing") | Q(state="fulfilled")),
                name="purchasing_contract_one_in_force",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "kind"], name="purchasing_contract_project"),
            models.Index(fields=["provider", "-created_at"], name="purchasing_contract_provider"),
            models.Index(fields=["signed_on"], name="purchasing_contract_signed"),
            models.Index(fields=["-created_at", "-id"], name="purchasing_contract_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """HT-2026-0012."""
        return f"HT-{self.year}-{self.serial:04d}"


class PaymentMilestone(Begun):
    """One part of a contract's amount and what it waits for; the shares of a contract are 100 per cent. Source: E44."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="milestones")
    no = models.PositiveSmallIntegerField()
    condition = CodeField(MilestoneCondition)
    share = models.DecimalField(max_digits=5, decimal_places=2)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    planned_on = models.DateField()
    state = CodeField(MilestoneState, default=MilestoneState.PLANNED)
    requested_at = models.DateTimeField(null=True, blank=True)
    requested_by_id = models.UUIDField(null=True, blank=True)
    requested_by_name = models.CharField(max_length=120, blank=True)
    approved_by_id = models.UUIDField(null=True, blank=True)
    approved_by_name = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    withheld_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "no"], name="purchasing_milestone_no"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=100), name="purchasing_milestone_share"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="purchasing_milestone_amount"),
        ]
        indexes = [models.Index(fields=["state", "planned_on"], name="purchasing_milestone_state")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.no}"


class Payment(models.Model):
    """
    Money that was paid, or that came back: a reversal or a refund is a row of its own with a negative amount.

    Rows are only ever added, and the rows of a contract together are never more than its amount nor less than nothing: the database
    sees to both. A refund belongs to the contract, not to a milestone. Units: yuan. Source: E44, PUR-03, Q26.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = CodeField(PaymentKind, default=PaymentKind.PAYMENT)
    milestone = models.ForeignKey(
        PaymentMilestone, on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    paid_on = models.DateField()
    voucher_no = models.CharField(max_length=60)
    fund_source = CodeField(FundSource)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversals")
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="purchasing_payment_reversed_once"
            ),
            models.UniqueConstraint(fields=["voucher_no", "contract"], name="purchasing_payment_voucher"),
            models.CheckConstraint(
                condition=(Q(kind="payment") & Q(reverses__isnull=True) & Q(milestone__isnull=False) & Q(amount__gt=0))
                | (Q(kind="reversal") & Q(reverses__isnull=False) & Q(milestone__isnull=False) & Q(amount__lt=0))
                | (Q(kind="refund") & Q(reverses__isnull=True) & Q(milestone__isnull=True) & Q(amount__lt=0)),
                name="purchasing_payment_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "paid_on"], name="purchasing_payment_contract"),
            models.Index(fields=["-paid_on", "-id"], name="purchasing_payment_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_no} {self.amount}"
