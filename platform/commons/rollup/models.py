"""
Rolled-up numbers in `public`: read by everyone allowed, written by the fold alone. Source: DESIGN §3.6; DOMAIN S5.

A `Cell` is a change point: it holds the value from its month on, until the next one of its series. Sums (flows) hold
the amount of their month. `Presence` says which organization (a keyed digest, never a code or name) counts
where and when.
"""

from django.db import models
from django.db.models import Q

from commons.hierarchy.models import TradeUnion


class Cell(models.Model):
    """One measure of one union, one item of one dimension ('' and '' = the total), from one month on."""

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=40)
    dim = models.CharField(max_length=4, blank=True)
    item = models.CharField(max_length=40, blank=True)
    month = models.IntegerField()
    own = models.DecimalField(max_digits=22, decimal_places=2, default=0)
    subtree = models.DecimalField(max_digits=22, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "measure", "dim", "item", "month"], name="rollup_cell_series")
        ]

    def __str__(self) -> str:
        return f"{self.union_id} {self.measure} {self.dim}{self.item} {self.month}"


class Presence(models.Model):
    """
    One organization counting in one union's own records, for months [from, until).

    What counts above a union is merged from these rows when one of them changes, so they need no copy per ancestor.
    `key` = HMAC-SHA256(national secret, credit code). `until_month` is exclusive; a far month means still counting.
    `items` = {dimension: [items]}. `stamp` decides which of several unions' amounts is the latest.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=40)
    key = models.BinaryField(max_length=32)
    from_month = models.IntegerField()
    until_month = models.IntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=1)
    stamp = models.BigIntegerField(default=0)
    items = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "key", "union", "from_month"], name="rollup_presence_of_key"),
            models.CheckConstraint(condition=Q(until_month__gt=models.F("from_month")), name="rollup_presence_order"),
        ]
        indexes = [models.Index(fields=["union", "measure"], name="rollup_presence_of_union")]

    def __str__(self) -> str:
        return f"{self.union_id} {self.measure}"


class Watermark(models.Model):
    """Up to when every committed change of every union is in the numbers; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    folded_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="rollup_watermark_single")]

    def __str__(self) -> str:
        return f"{self.folded_until:%Y-%m-%d %H:%M:%S}"


class UnfoldedUnion(models.Model):
    """A union whose marks could not be folded: since when, and the error. Its ancestors' numbers are behind."""

    union = models.OneToOneField(TradeUnion, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=1)
    error = models.TextField()

    def __str__(self) -> str:
        return f"{self.union_id} since {self.since:%H:%M:%S}"


class PublicMark(models.Model):
    """A mark for facts that live in `public` (a union's responsibilities): the same idea as tenants.rollup's Mark."""

    family = models.CharField(max_length=40)
    union_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.family} {self.union_id}"


class HistoricalFigure(models.Model):
    """A dated figure from the published texts: flagged history, never added to live numbers. Source: DOMAIN §6."""

    figure = models.CharField(max_length=8, primary_key=True)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="historical_figures")
    title = models.CharField(max_length=160)
    value_text = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    unit = models.CharField(max_length=20)
    as_of = models.CharField(max_length=60)
    indicator = models.CharField(max_length=12, blank=True)
    quality = models.CharField(max_length=8)
    note = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.figure} {self.title}"
