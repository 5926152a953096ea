"""Appeals of workers: confidential, read by those assigned. Source: DOMAIN §2.6, SM-14; F05, J05; V6."""

from django.db import models
from django.db.models import Q

from commons.access.grants import ObjectGrant
from commons.kit.fields import CodeField, EncryptedTextField
from commons.workflow.rows import Begun
from tenants.needs.enums import AppealCategory, AppealChannel, AppealState


class Appeal(Begun):
    """One appeal. What it says and who raises it is sealed; lists show its number, category and days."""

    serial = models.PositiveIntegerField()
    # SQ-00012; stored, because lists and to-dos name an appeal by it and by nothing else.
    number = models.CharField(max_length=12)
    channel = CodeField(AppealChannel)
    category = CodeField(AppealCategory)
    is_anonymous = models.BooleanField(default=True)
    appellant = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    text = EncryptedTextField()
    # Raised by an organization's account: its credit code.
    by_uscc = models.CharField(max_length=18, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    handling_note = EncryptedTextField(blank=True)
    reply = EncryptedTextField(blank=True)
    replied_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    transferred_to = models.CharField(max_length=120, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    state = CodeField(AppealState, default=AppealState.RECEIVED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["serial"], name="needs_appeal_serial"),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__gte=1, satisfaction__lte=5),
                name="needs_appeal_satisfaction",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="needs_appeal_state"),
            models.Index(fields=["-received_on", "-id"], name="needs_appeal_recent"),
        ]

    def __str__(self) -> str:
        return self.number


class AppealGrant(ObjectGrant):
    """An officer to whom an appeal is assigned."""

    content_object = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="grants")
