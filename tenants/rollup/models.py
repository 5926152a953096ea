"""What the roll-up keeps in a union's own schema. Source: DESIGN §3.6, §3.7."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Mark(models.Model):
    """
    'Something of this indicator family changed': left by a counted table's trigger in the writer's own transaction.

    `subjects` are the records that changed, none meaning that all may have. Deleted by the fold that has recounted them.
    """

    family = models.CharField(max_length=40)
    subjects = ArrayField(models.UUIDField(), null=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.family} {self.at}"


class Tenure(models.Model):
    """
    The months [from, until) in which a record that was moved between unions counts here; others count always.

    `heir_id` is the union that it went to.
    """

    record = models.UUIDField(primary_key=True)
    from_month = models.IntegerField(default=0)
    until_month = models.IntegerField(default=119999)
    heir_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_month__gte=F("from_month")), name="marks_tenure_order"),
        ]

    def __str__(self) -> str:
        return f"{self.record} [{self.from_month}, {self.until_month})"
