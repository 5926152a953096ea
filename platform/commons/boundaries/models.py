"""Changes of the tree: planned, in force, cancelled; and the codes that unions once had."""

from django.db import models
from django.db.models import Q

from commons.boundaries.enums import ChangeKind, ChangeState
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7


class TreeChange(models.Model):
    """
    One change of one union from the first day of a month on. Source: SM-01 merge/move, archive; DOMAIN Q37.

    A day that lies ahead is only noted: parents are dated, and what is said without a date follows on the day, done by
    whoever looks first (commons.boundaries.calendar).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = CodeField(ChangeKind)
    state = CodeField(ChangeState, default=ChangeState.PLANNED)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="tree_changes")
    # As it was called when this was planned.
    union_name = models.CharField(max_length=120, blank=True)
    effective_on = models.DateField()
    # The new parent, the successor, the receiver, or the industrial union; none ends an industrial line.
    other = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=12, blank=True)
    level = CodeField(Level, blank=True)
    name_zh = models.CharField(max_length=120, blank=True)
    short_name_zh = models.CharField(max_length=60, blank=True)
    # Which records a split moves: as Transfer.rule.
    rule = models.JSONField(default=dict)
    document = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    # The second of the two whom closing needs.
    confirmed_by_id = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "kind"],
                condition=Q(state=ChangeState.PLANNED) & ~Q(kind=ChangeKind.SPLIT),
                name="boundaries_change_one_planned",
            ),
            models.CheckConstraint(condition=Q(effective_on__day=1), name="boundaries_change_on_the_first"),
        ]
        indexes = [models.Index(fields=["state", "effective_on"], name="boundaries_change_due")]

    def __str__(self) -> str:
        return f"{self.union_id} {self.kind} {self.effective_on}"


class FormerCode(models.Model):
    """A code that a union had until a day; addresses with it lead to the union still."""

    code = models.CharField(max_length=12)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="former_codes")
    until_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="boundaries_former_code")]

    def __str__(self) -> str:
        return f"{self.code} until {self.until_on}"
