"""Who takes part in purchases: units below the union, providers, experts; and the union's means of a year. Source: DOMAIN T2, T3."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commons.codelists.organizations import FoundingMode
from commons.codelists.services import FundSource
from commons.directory.enums import OrgType
from commons.kit.fields import CodeField, EncryptedTextField
from commons.kit.ids import uuid7
from commons.workflow.rows import Begun
from tenants.purchasing.enums import ExpertKind, ProviderKind, UnitKind, VettingResult


class UnionUnit(Begun):
    """A department, a township, grassroots or enterprise union: it owns business, buys, orders. Source: A04-A09, A14."""

    kind = CodeField(UnitKind)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="units")
    region_code = models.CharField(max_length=9, blank=True)
    leader = models.CharField(max_length=60, blank=True)
    members_count = models.PositiveIntegerField(null=True, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="purchasing_unit_name")]

    def __str__(self) -> str:
        return self.name


class Capacity(Begun):
    """
    The union's means in one calendar year. Source: A24, PUR-04, FAIR-07.

    Units: `purchase_budget` in yuan; workers and members in persons.
    """

    year = models.PositiveSmallIntegerField()
    purchase_budget = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    staff_full = models.PositiveIntegerField(null=True, blank=True)
    staff_part = models.PositiveIntegerField(null=True, blank=True)
    workers_count = models.PositiveIntegerField(null=True, blank=True)
    union_members_count = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year"], name="purchasing_capacity_year"),
            models.CheckConstraint(condition=Q(year__gte=1949, year__lte=2200), name="purchasing_capacity_range"),
            models.CheckConstraint(
                condition=Q(purchase_budget__isnull=True) | Q(purchase_budget__gte=0), name="purchasing_capacity_budget"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Provider(Begun):
    """
    Who provides, or asks to. A social organization is joined to its ledger entry where the union has one.

    `penalty_until`, `blocked_until`, `vetting_until` are exclusive ends. Source: T2; B07; SM-15P unqualified.
    """

    kind = CodeField(ProviderKind)
    # Its entry on the ledger. No key: when unions merge, entries move, while purchases stay where they were made.
    organization_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, blank=True)
    org_type = CodeField(OrgType, blank=True)
    founding_mode = CodeField(FoundingMode, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    has_union = models.BooleanField(default=False)
    vetting_result = CodeField(VettingResult, default=VettingResult.UNKNOWN)
    vetting_until = models.DateField(null=True, blank=True)
    penalty_until = models.DateField(null=True, blank=True)
    penalty_note = models.CharField(max_length=300, blank=True)
    blocked_until = models.DateField(null=True, blank=True)
    blocked_reason = models.CharField(max_length=300, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    bank_account = EncryptedTextField(blank=True)
    bank_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="purchasing_provider_uscc"),
            models.CheckConstraint(
                condition=~Q(uscc="") | Q(kind=ProviderKind.INDIVIDUAL_EXPERT), name="purchasing_provider_code"
            ),
            models.CheckConstraint(
                condition=Q(organization_id__isnull=True) | Q(kind=ProviderKind.SOCIAL_ORG),
                name="purchasing_provider_entry",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="purchasing_provider_name")]

    def __str__(self) -> str:
        return self.name


class Expert(Begun):
    """
    A member of the pool from which panels are drawn. `user_id`: the account by which they review.

    `conflicts` are credit codes of organizations with which they are linked; `posts` says which posts they hold where. Source: A20.
    """

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    kind = CodeField(ExpertKind)
    unit = models.CharField(max_length=120, blank=True)
    fields = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    phone = EncryptedTextField(blank=True)
    email = models.EmailField(blank=True)
    user_id = models.UUIDField(null=True, blank=True)
    conflicts = ArrayField(models.CharField(max_length=18), default=list, blank=True)
    posts = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchasing_expert_number"),
            models.UniqueConstraint(
                fields=["user_id"], condition=Q(user_id__isnull=False), name="purchasing_expert_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def code(self) -> str:
        """What stands in a published draw instead of a name: ZJ-0007."""
        return f"ZJ-{self.number:04d}"


class FundingLine(models.Model):
    """One source of a project's money; together they are its budget. Units: yuan. Source: E08, E18, E21."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey("purchasing.ServiceProject", on_delete=models.CASCADE, related_name="funding")
    source = CodeField(FundSource)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    from_union_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="purchasing_funding_amount"),
            models.UniqueConstraint(fields=["project", "source", "from_union_name"], name="purchasing_funding_source"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.source} {self.amount}"
