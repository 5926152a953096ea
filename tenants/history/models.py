"""The history of a union's rows: every change of state and of fields, in the union's own schema."""

from django.db import models

from commons.audit.changes import RowChange


class Change(RowChange):
    """One change of one row of the union. Source: DOMAIN §2.0, B14."""

    class Meta:
        indexes = [models.Index(fields=["object_id", "-at"], name="history_change_object")]
