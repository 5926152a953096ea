"""What the schema of a union should look like, and how to bring an older one there. Source: DESIGN §3.8."""

from django.db import models
from django.db.models import Q


class Template(models.Model):
    """A recorded shape of a union's schema: the DDL that makes it, known by its fingerprint."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    ddl = models.TextField()
    migrations = models.JSONField()
    recorded_at = models.DateTimeField()
    is_current = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="tenancy_template_one_current"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]


class UpgradeStep(models.Model):
    """The SQL that leads from one template to the next, computed once and applied to each stale union."""

    from_fingerprint = models.CharField(max_length=64)
    to_fingerprint = models.CharField(max_length=64)
    sql = models.JSONField()
    migrations = models.JSONField()
    # Migrations that move data run through Django in each schema, because SQL text cannot hold them.
    needs_django = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["from_fingerprint"], name="tenancy_step_from")]

    def __str__(self) -> str:
        return f"{self.from_fingerprint[:12]} to {self.to_fingerprint[:12]}"
