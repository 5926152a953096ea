"""The service project: the main object of a purchase. Source: DOMAIN §2.6, SM-15P."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commons.access.grants import ObjectGrant
from commons.codelists.services import PurchaseCategory, ServiceField, TargetGroup
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.workflow.rows import Begun
from tenants.purchasing.enums import BuyerKind, ProcurementMethod, ProcurementMode, ProjectState, RiskLevel
from tenants.purchasing.models.bodies import UnionUnit
from tenants.purchasing.models.rules import CatalogueItem, PurchaseRule


def rule() -> models.ForeignKey:  # type: ignore[type-arg]
    """A rule that a row began with: kept, not indexed, since nobody asks it the other way round."""
    return models.ForeignKey(
        PurchaseRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )


class ServiceProject(Begun):
    """
    One project. What was delivered is told from its service records, what was paid from its payments: never stored twice.

    Units: `budget` in yuan; targets in person-times, persons, sessions. Shape: `joint_buyers` = [{name, kind, share}], shares in per cent
    of all buyers but this union. The rules it began with stay its rules. `ended_on`: the day of completion, failure or termination.
    """

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    mode = CodeField(ProcurementMode, default=ProcurementMode.PURCHASED)
    method = CodeField(ProcurementMethod, default=ProcurementMethod.OPEN_CALL)
    direct_reason = models.CharField(max_length=500, blank=True)
    business_owner = models.ForeignKey(UnionUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    buyer_kind = CodeField(BuyerKind, default=BuyerKind.UNION)
    buyer_unit = models.ForeignKey(UnionUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    buyer_name = models.CharField(max_length=120, blank=True)
    buyer_uscc = models.CharField(max_length=18, blank=True)
    joint_buyers = models.JSONField(default=list)
    with_mass_org = models.BooleanField(default=False)
    # The union's own share of the money, in per cent. Source: R6, Q24.
    own_share = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    principal = models.CharField(max_length=120, blank=True)
    fields = ArrayField(CodeField(ServiceField), default=list)
    category = CodeField(PurchaseCategory)
    catalogue_item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    target_groups = ArrayField(CodeField(TargetGroup), default=list, blank=True)
    # The needs it answers to; from its approval on they are adopted by it. Source: E02, SM-12.
    need_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    test_concentrated = models.BooleanField(default=False)
    test_concentrated_note = models.CharField(max_length=500, blank=True)
    test_benefit = models.BooleanField(default=False)
    test_benefit_note = models.CharField(max_length=500, blank=True)
    test_suitable = models.BooleanField(default=False)
    test_suitable_note = models.CharField(max_length=500, blank=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2)
    region_code = models.CharField(max_length=9, blank=True)
    streets = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    midterm_on = models.DateField(null=True, blank=True)
    target_person_times = models.PositiveIntegerField(default=0)
    target_persons = models.PositiveIntegerField(default=0)
    target_sessions = models.PositiveIntegerField(default=0)
    recurring_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    risk_level = CodeField(RiskLevel, default=RiskLevel.LOW)
    third_party_required = models.BooleanField(default=False)
    measures = rule()
    approval_system = rule()
    bid_system = rule()
    midterm_system = rule()
    performance_system = rule()
    state = CodeField(ProjectState, default=ProjectState.DRAFT)
    # The day on which approval was decided, either way. Source: PUR-11.
    decided_on = models.DateField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    midterm_passed = models.BooleanField(default=False)
    midterm_failures = models.PositiveSmallIntegerField(default=0)
    rectify_by = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    # The same service funded by a union above or below, told before signing; the reason why it goes on. Source: R6.
    overlap_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="purchasing_project_number"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="purchasing_project_budget"),
            models.CheckConstraint(
                condition=Q(own_share__gte=0, own_share__lte=100), name="purchasing_project_own_share"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="purchasing_project_order",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="purchasing_project_state"),
            models.Index(fields=["-created_at", "-id"], name="purchasing_project_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """FW-2026-0012."""
        return f"FW-{self.year}-{self.serial:04d}"


class ProjectGrant(ObjectGrant):
    """A supervisor assigned to a project, an expert to its evaluation."""

    content_object = models.ForeignKey(ServiceProject, on_delete=models.CASCADE, related_name="grants")


class ServiceRecord(models.Model):
    """
    What was delivered on one day at one place: the truth of "served". A wrong one is voided with a reason, never deleted.

    Units: person-times, persons served for the first time in the project, sessions; the three-worker counts in persons. Satisfaction
    is a sum of marks 1-5 and how many gave one. Source: F06, H01, E23, PUR-07, PUR-08, NED-07.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(ServiceProject, on_delete=models.PROTECT, related_name="records")
    served_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    field = CodeField(ServiceField)
    groups = ArrayField(CodeField(TargetGroup), default=list, blank=True)
    sessions = models.PositiveIntegerField(default=1)
    person_times = models.PositiveIntegerField(default=0)
    persons_new = models.PositiveIntegerField(default=0)
    union_staff = models.PositiveIntegerField(default=0)
    social_workers = models.PositiveIntegerField(default=0)
    volunteers = models.PositiveIntegerField(default=0)
    satisfaction_sum = models.PositiveIntegerField(default=0)
    satisfaction_count = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    is_void = models.BooleanField(default=False)
    void_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction_sum__gte=F("satisfaction_count"))
                & Q(satisfaction_sum__lte=F("satisfaction_count") * 5),
                name="purchasing_record_satisfaction",
            ),
        ]
        indexes = [models.Index(fields=["project", "-served_on"], name="purchasing_record_project")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.served_on}"
