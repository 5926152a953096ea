"""The public directory: registration facts, one row per unified social credit code. Source: DOMAIN S4, V2."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus, Source
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7


class RegisteredOrganization(models.Model):
    """
    What a register shows to anyone. What a union thinks of the organization is in that union's ledger.

    `grams` are the characters of the name and its pairs of neighbours, for a search inside Chinese words without an
    extension.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    uscc = models.CharField(max_length=18)
    # Ordered by code point everywhere, so that the names that begin with a word are one range of the index.
    name = models.CharField(max_length=200, db_collation="C")
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
            models.Index(fields=["region_code", "name", "id"], name="directory_organization_area"),
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


class Disagreement(models.Model):
    """
    Facts on which a union's entry and the civil-affairs register differ: listed for that union, never written over.

    Shape: `facts` = {field: [the register's value, the union's value]}. Source: DOMAIN Q29, B17.
    """

    organization = models.ForeignKey(RegisteredOrganization, on_delete=models.CASCADE, related_name="disagreements")
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="+")
    facts = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "organization"], name="directory_disagreement_one_per_union")
        ]

    def __str__(self) -> str:
        return f"{self.union_id} {self.organization_id}"
