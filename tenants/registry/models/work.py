"""What a user of the ledger works with: import batches and saved views of the list."""

from django.db import models

from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from tenants.registry.enums import ImportState


class ImportBatch(models.Model):
    """
    One uploaded sheet on its way into the ledger.

    Shape: `rows` = [[cell, ...], ...] as read, `mapping` = {field: column index}, `report` = {"problems": [{"row", "column", "field",
    "value", "sentence"}, ...], "good": int, "bad": int, "new": int, "changed": int, "same": int}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    good_rows_only = models.BooleanField(default=False)
    report = models.JSONField(default=dict)
    state = CodeField(ImportState, default=ImportState.UPLOADED)
    job_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


class SavedView(models.Model):
    """A user's own choice of columns (and, when named, filters) for a list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField()
    list_name = models.CharField(max_length=40)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "list_name"], name="registry_view_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list_name}"
