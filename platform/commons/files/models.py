"""Files of a union: uploads and exports, kept in the union's own folder, fetched only through rights."""

from django.db import models

from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7


class StoredFile(models.Model):
    """What a file is and whose; its bytes lie in the default storage under `<union code>/<id>`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["union", "-created_at"], name="files_file_union")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"{self.union.code}/{self.pk}"
