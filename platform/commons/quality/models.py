"""Tickets about odd figures, in `public`: indicator figures and words of officers, no record and nobody's data."""

from django.db import models
from django.db.models import Q

from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.quality.enums import Check, TicketEvent, TicketState


class Ticket(models.Model):
    """
    One odd figure of one union and month (year * 12 + month - 1), found by one check; the same one for ever.

    `rule` tells apart what one check finds of one indicator: the declared rule, the dimension, or ''.
    `figures` = {"value": text, "against": text, …}, as the last check found them (commons.quality.findings).
    Source: DOMAIN §5.2 “data-quality ticket”.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="quality_tickets")
    kind = CodeField(Check)
    indicator = models.CharField(max_length=12)
    rule = models.CharField(max_length=80, blank=True)
    month = models.IntegerField()
    figures = models.JSONField(default=dict)
    state = CodeField(TicketState, default=TicketState.OPEN)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    explained_figures = models.JSONField(default=dict)
    explained_at = models.DateTimeField(null=True)
    explained_by_id = models.UUIDField(null=True)
    explained_by_name = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "kind", "indicator", "rule", "month"], name="quality_ticket_once"),
            models.CheckConstraint(
                condition=~Q(state=TicketState.EXPLAINED) | Q(explained_at__isnull=False) & ~Q(note=""),
                name="quality_ticket_explained",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.RESOLVED, resolved_at__isnull=False)
                | ~Q(state=TicketState.RESOLVED) & Q(resolved_at__isnull=True),
                name="quality_ticket_resolved",
            ),
        ]
        indexes = [models.Index(fields=["union", "state", "-month", "-id"], name="quality_ticket_on_desk")]

    def __str__(self) -> str:
        return f"{self.union_id} {self.kind} {self.indicator} {self.month} ({self.state})"

    @property
    def key(self) -> tuple[int, str, str, str, int]:
        """What it is about; of each there is one."""
        return (self.union_id, str(self.kind), self.indicator, self.rule, self.month)


class TicketChange(models.Model):
    """One step of a ticket: who, when, why, with the figures of then. Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="changes")
    event = CodeField(TicketEvent)
    from_state = CodeField(TicketState, blank=True)
    to_state = CodeField(TicketState)
    figures = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "at"], name="quality_change_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.event}"
