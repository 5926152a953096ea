"""Transfers of records between two unions, with the list of what each moves. No content of a record is kept here."""

from django.db import models
from django.db.models import Q

from commons.boundaries.transfer.enums import RUNNING, Mode, RecordState, TransferState
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7


class Transfer(models.Model):
    """
    Records of `source` count under `target` from `month` on (year * 12 + month - 1).

    `rule` chooses them in a split: {"ids": [uuid, ...]} or {"regions": [division code, ...]}; {} means all.
    `report` = {"tables": {table: rows}, "joined": [{"code", "number"}], "renumbered": n,
    "changed_by_joining": {additive measure: {month: amount}} of both unions' own figures together,
    "receiver_changed_by_joining": {distinct measure: …} of the receiver's own (above both nothing changes), "journal": [ids of lines in the receiver's histories], "highest":
    {kind: the giver's last number}}; of an undone one "kept": fields that changed since the joining, and were left.
    `change_id` is the change of the tree that it belongs to. Source: DESIGN §3.7; SM-01 merge.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change_id = models.UUIDField(null=True)
    mode = CodeField(Mode)
    source = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    month = models.IntegerField()
    rule = models.JSONField(default=dict)
    state = CodeField(TransferState, default=TransferState.COPYING)
    # Numbers the jobs, so that each is asked for once.
    step = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=sorted(state.value for state in RUNNING)),
                name="transfer_one_running_per_source",
            ),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="transfer_between_two"),
        ]
        indexes = [
            models.Index(fields=["change_id"], name="transfer_of_change"),
            models.Index(fields=["target", "state"], name="transfer_into"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} to {self.target_id} ({self.state})"


class TransferRecord(models.Model):
    """One record on the list of a transfer: its id and kind (a model's label), nothing of what it says."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=80)
    record = models.UUIDField()
    state = CodeField(RecordState, default=RecordState.LISTED)
    joined_to = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transfer", "record"], name="transfer_record_once")]
        indexes = [models.Index(fields=["transfer", "state", "kind", "record"], name="transfer_record_next")]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.record} {self.state}"
