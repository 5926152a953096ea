"""Partner systems: machine clients that read within a root union. Source: DOMAIN S3, SM-27, V10."""

from django.db import models

from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7


class PartnerClient(models.Model):
    """A partner's token: shown once, kept as a digest, scoped to the subtree of `root`, expiring, revocable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    # V10: numbers of periods that are not closed yet.
    reads_provisional = models.BooleanField(default=True, db_default=True)
    root = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="partner_clients")
    token_digest = models.CharField(max_length=64)
    issued_by_name = models.CharField(max_length=120)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_digest"], name="access_partner_token")]

    def __str__(self) -> str:
        return f"{self.name} ({self.root_id})"
