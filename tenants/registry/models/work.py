"""What a user of the ledger works with: import batches."""

from django.db import models

from commons.kit.fields import CodeField, EncryptedTextField
from commons.kit.ids import uuid7
from tenants.registry.enums import ImportState


class ImportBatch(models.Model):
    """
    One uploaded sheet on its way into the ledger. What it holds is personal, so rows and problems are sealed.

    Shape: `headers` = [text, ...]; `sample` sealed = the first rows, for the choice of columns; `sheet` sealed = [[row number, [cell, ...],
    [columns whose digits were lost]], ...]; `mapping` = {field: column index}; `problems` sealed = [[row number, field, sentence], ...];
    `report` = {"rows", "good", "bad", "new", "changed", "same", "ready"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_id = models.UUIDField(null=True)
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=list)
    sample = EncryptedTextField(blank=True)
    sheet = EncryptedTextField(blank=True)
    mapping = models.JSONField(default=dict)
    good_rows_only = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    problems = EncryptedTextField(blank=True)
    report = models.JSONField(default=dict)
    failure = models.CharField(max_length=300, blank=True)
    state = CodeField(ImportState, default=ImportState.UPLOADED)
    job_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="registry_import_recent")]

    def __str__(self) -> str:
        return self.file_name
