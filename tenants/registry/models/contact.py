"""Regular contact: the plan, the log, and who may read a confidential entry. Source: DOMAIN N01, B20; V13."""

from django.db import models

from commons.access.grants import ObjectGrant
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from tenants.registry.enums import Classification, ContactFrequency, ContactKind
from tenants.registry.models.organization import SocialOrganization


class ContactPlan(models.Model):
    """How often an officer contacts an organization."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="contact_plans")
    officer_id = models.UUIDField()
    officer_name = models.CharField(max_length=60)
    frequency = CodeField(ContactFrequency)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "from_on"], name="registry_plan_org")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.frequency}"


class ContactLog(models.Model):
    """One contact with one organization; not edited after seven days. A confidential one is read by named officers only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="contact_logs")
    contacted_on = models.DateField()
    kind = CodeField(ContactKind)
    participants = models.CharField(max_length=200, blank=True)
    topics = models.TextField()
    demands = models.TextField(blank=True)
    follow_up = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    classification = CodeField(Classification, default=Classification.INTERNAL)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-contacted_on"], name="registry_contact_org"),
            models.Index(fields=["-contacted_on", "-id"], name="registry_contact_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.contacted_on}"


class ContactLogGrant(ObjectGrant):
    """An officer named on a confidential contact log."""

    content_object = models.ForeignKey(ContactLog, on_delete=models.CASCADE, related_name="grants")
