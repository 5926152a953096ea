"""
Subsidies of an upper union to a lower one: public rows, since two unions are party to each. Source: DOMAIN §2.6, §3.7, E18, E19.

Nothing here is a person's or a losing bidder's: projects stand by number, title and sums alone.
"""

from django.db import models
from django.db.models import F, Q

from commons.audit.changes import RowChange
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.subsidies.enums import RoundState, SubsidyState
from commons.workflow.rows import Begun


class SubsidyRound(Begun):
    """
    What a union gives in a year, and by which measure.

    Units: yuan; `standard` for each head, `per_project_cap` the most for one project, none without. `measures` is the document by which
    it is given, as it was in force when the round was opened.
    """

    from_union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="subsidy_rounds")
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    standard = models.DecimalField(max_digits=16, decimal_places=2)
    per_project_cap = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2)
    # The last day of applications.
    apply_by = models.DateField()
    measures = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    state = CodeField(RoundState, default=RoundState.DRAFT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_union", "year", "title"], name="subsidies_round_title"),
            models.CheckConstraint(condition=Q(standard__gt=0), name="subsidies_round_standard"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="subsidies_round_budget"),
            models.CheckConstraint(
                condition=Q(per_project_cap__isnull=True) | Q(per_project_cap__gt=0), name="subsidies_round_cap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"


class Subsidy(Begun):
    """
    One union's application in a round, and what became of it.

    `ceiling` = headcount × standard of the round when it was applied for. Shape: `projects` = [{id, number, title, amount}], amounts
    in yuan as text, together `applied`; `accounts` = [{number, title, contracts, spent}], together `spent`. `refund` is what is to come
    back: granted and not verified.
    """

    round = models.ForeignKey(SubsidyRound, on_delete=models.PROTECT, related_name="subsidies")
    from_union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="subsidies_given")
    to_union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="subsidies_received")
    headcount = models.PositiveIntegerField()
    standard = models.DecimalField(max_digits=16, decimal_places=2)
    ceiling = models.DecimalField(max_digits=18, decimal_places=2)
    applied = models.DecimalField(max_digits=16, decimal_places=2)
    projects = models.JSONField(default=list)
    statement = models.TextField(blank=True)
    signed_by_id = models.UUIDField(null=True, blank=True)
    signed_by_name = models.CharField(max_length=120, blank=True)
    applied_by_name = models.CharField(max_length=120, blank=True)
    applied_on = models.DateField(null=True, blank=True)
    proposed = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    reviewed_by_id = models.UUIDField(null=True, blank=True)
    reviewed_by_name = models.CharField(max_length=120, blank=True)
    review = models.CharField(max_length=500, blank=True)
    granted = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    granted_by_name = models.CharField(max_length=120, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    voucher_no = models.CharField(max_length=60, blank=True)
    accounts = models.JSONField(default=list)
    spent = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    accounted_on = models.DateField(null=True, blank=True)
    verified = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    verified_by_name = models.CharField(max_length=120, blank=True)
    refund = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    refunded_on = models.DateField(null=True, blank=True)
    state = CodeField(SubsidyState, default=SubsidyState.DRAFT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "to_union"], name="subsidies_one_per_round"),
            models.CheckConstraint(condition=~Q(from_union=F("to_union")), name="subsidies_two_parties"),
            models.CheckConstraint(condition=Q(applied__gt=0), name="subsidies_applied"),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted__gt=0, granted__lte=F("applied")),
                name="subsidies_granted",
            ),
            # What is granted was within the ceiling, whoever granted it. Source: E19.
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted__lte=F("ceiling")), name="subsidies_within_ceiling"
            ),
            models.CheckConstraint(
                condition=Q(verified__isnull=True) | Q(verified__gte=0, verified__lte=F("granted")),
                name="subsidies_verified",
            ),
        ]
        indexes = [
            models.Index(fields=["to_union", "-created_at"], name="subsidies_received"),
            models.Index(fields=["from_union", "paid_on"], name="subsidies_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.to_union_id}"


class SubsidyChange(RowChange):
    """The history of rounds and subsidies, which both parties read. Source: DOMAIN §2.0."""

    class Meta:
        indexes = [models.Index(fields=["object_id", "-at"], name="subsidies_change_object")]


class SubsidisedProject(models.Model):
    """
    What the funder may see of a project that it pays for: a copy, written anew by its owner with each step of the project.

    No bid, no person; a provider by name only where it is an organization. Units: yuan; person-times, persons, sessions; satisfaction in
    marks from one to five. Source: V4.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subsidy = models.ForeignKey(Subsidy, on_delete=models.CASCADE, related_name="project_copies")
    project_id = models.UUIDField()
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    # The label of the day: codes of projects are the owner's floor's.
    state = models.CharField(max_length=32)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    provider = models.CharField(max_length=200, blank=True)
    contract_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    paid = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    sessions = models.PositiveIntegerField(default=0)
    person_times = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)
    satisfaction = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    midterm = models.CharField(max_length=32, blank=True)
    performance = models.CharField(max_length=32, blank=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subsidy", "project_id"], name="subsidies_copy_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
