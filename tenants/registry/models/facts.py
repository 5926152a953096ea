"""Yearly facts, persons and ratings of an organization. Source: DOMAIN T1 sub-tables, SM-03."""

from django.db import models
from django.db.models import F, Q

from commons.directory.enums import RatingGrade
from commons.kit.fields import CodeField, EncryptedTextField
from commons.kit.ids import uuid7
from tenants.registry.enums import PersonRole, RatingSource, RatingState
from tenants.registry.models.organization import SocialOrganization


class OrgYearFact(models.Model):
    """
    An organization's situation in one calendar year, as this union knows it. Source: B15, B28.

    Units: staff, members, volunteers, party members in persons; income and expense in yuan.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="year_facts")
    year = models.PositiveSmallIntegerField()
    staff = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    volunteers = models.PositiveIntegerField(default=0)
    party_members = models.PositiveIntegerField(default=0)
    income = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    expense = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    income_from_union = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    services_count = models.PositiveIntegerField(null=True, blank=True)
    persons_served = models.PositiveIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="registry_yearfact_year"),
            models.CheckConstraint(condition=Q(year__gte=1949, year__lte=2200), name="registry_yearfact_range"),
            models.CheckConstraint(
                condition=(Q(income__isnull=True) | Q(income__gte=0)) & (Q(expense__isnull=True) | Q(expense__gte=0)),
                name="registry_yearfact_money",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.year}"


class OrgPerson(models.Model):
    """Somebody who answers for the organization; the phone is personal and stays sealed. Source: B20, B21."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="persons")
    name = models.CharField(max_length=60)
    role = CodeField(PersonRole)
    phone = EncryptedTextField(blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="registry_person_order",
            )
        ]
        indexes = [models.Index(fields=["organization", "role"], name="registry_person_org")]

    def __str__(self) -> str:
        return f"{self.name} {self.role}"


class OrgRating(models.Model):
    """A rating 1A-5A granted by a civil-affairs body, recorded by the union. Valid until a day, exclusive. Source: B18."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="ratings")
    grade = CodeField(RatingGrade)
    state = CodeField(RatingState, default=RatingState.DECLARED)
    assessor = models.CharField(max_length=120, blank=True)
    certificate_number = models.CharField(max_length=80, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    source = CodeField(RatingSource, default=RatingSource.UNION)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state="granted"), name="registry_rating_one_granted"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted")
                | (Q(assessed_on__isnull=False) & Q(valid_until__gt=F("assessed_on")) & ~Q(assessor="")),
                name="registry_rating_granted_complete",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-assessed_on"], name="registry_rating_org")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.grade}"
