"""Which rankings a union has published to those directly below it. Source: V7."""

from django.db import models
from django.db.models import Q

from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7


class PublishedRanking(models.Model):
    """
    The children of `union` see how they stand among themselves by one indicator, from the month of publication on.

    A ranking that was withdrawn may be published anew: that is another row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="published_rankings")
    indicator = models.CharField(max_length=12)
    published_at = models.DateTimeField()
    published_by_id = models.UUIDField(null=True)
    published_by_name = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.UUIDField(null=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "indicator"], condition=Q(withdrawn_at=None), name="rankings_published_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by_name="") | Q(withdrawn_at__gte=models.F("published_at")),
                name="rankings_withdrawn_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union_id} {self.indicator}"
