"""The public directory: registration facts, one row per unified social credit code. Source: DOMAIN S4, V2."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus, Source
from commons.hierarchy.enums import Level
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7


class RegisteredOrganization(models.Model):
    """
    What a register shows to anyone. What a union thinks of the organization is in that union's ledger.

    `grams` are the pairs of neighbouring characters of the name, for a search inside Chinese words without an extension.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    uscc = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    org_type = CodeField(OrgType)
    registration_status = CodeField(RegistrationStatus, default=RegistrationStatus.REGISTERED)
    registration_authority = models.CharField(max_length=120, blank=True)
    registration_level = CodeField(Level, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    region_code = models.CharField(max_length=6, blank=True)
    business_supervisor_name = models.CharField(max_length=120, blank=True)
    legal_representative = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    business_scope = models.TextField(blank=True)
    rating_grade = CodeField(RatingGrade, blank=True)
    rating_valid_until = models.DateField(null=True, blank=True)
    source = CodeField(Source, default=Source.UNION)
    source_on = models.DateField()
    verified_at = models.DateTimeField(null=True, blank=True)
    grams = ArrayField(models.CharField(max_length=8), default=list)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uscc"], name="directory_organization_uscc")]
        indexes = [
            GinIndex(fields=["grams"], name="directory_organization_grams"),
            models.Index(fields=["region_code", "name"], name="directory_organization_region"),
            models.Index(fields=["name", "id"], name="directory_organization_name"),
        ]

    def __str__(self) -> str:
        return f"{self.uscc} {self.name}"


class RegisteredOrganizationChange(models.Model):
    """An earlier value of a public fact, kept. Source: DOMAIN S4 OrgRegistryChange."""

    organization = models.ForeignKey(RegisteredOrganization, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    source = CodeField(Source)
    changes = models.JSONField()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.at:%Y-%m-%d}"
