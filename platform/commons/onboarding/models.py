"""An application to join, which exists before the union's schema does. Source: DOMAIN S2."""

from django.db import models
from django.db.models import Q

from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField, EncryptedTextField
from commons.kit.ids import uuid7
from commons.onboarding.enums import ApplicationState


class OnboardingApplication(models.Model):
    """Asks for one union: where in the tree, who answers for the work (A12), who will be its first administrator."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=120)
    level = CodeField(Level)
    kind = CodeField(Kind, default=Kind.REGIONAL)
    parent = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, null=True, related_name="+")
    leader_in_charge = models.CharField(max_length=60, blank=True)
    responsible_department = models.CharField(max_length=80, blank=True)
    dedicated_person = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    admin_name = models.CharField(max_length=60)
    admin_phone = EncryptedTextField(blank=True)
    admin_email = models.EmailField(blank=True)
    letter_number = models.CharField(max_length=80, blank=True)
    state = CodeField(ApplicationState, default=ApplicationState.SUBMITTED)
    applied_by_id = models.UUIDField(null=True)
    applied_by_name = models.CharField(max_length=120)
    applied_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, null=True, related_name="applications")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=["submitted", "parent_confirmed"]),
                name="onboarding_application_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"
