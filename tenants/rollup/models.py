"""The mark that a counted table's trigger leaves in the writer's own transaction and schema. Source: DESIGN §3.6."""

from django.db import models
from django.db.models.functions import Now


class Mark(models.Model):
    """'Something of this indicator family changed': deleted by the fold that has recounted it."""

    family = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.family} {self.at}"
