"""
Rolled-up numbers in `public`: read by everyone allowed, written by the fold alone. Source: DESIGN §3.6; DOMAIN S5.

A `Cell` is a change point: it holds the value from its month on, until the next one of its series. Sums (flows) hold
the amount of their month. `Presence` says which organization (a keyed digest, never a code or name) counts
where and when. What was known before of any of them stays in a version.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.rollup.enums import PeriodKind
from commons.rollup.spans import Span


class Cell(models.Model):
    """
    One measure of one union along one line, one item of one dimension ('' and '' = the total), from one month on.

    `own` stands on the regional line only. Known since `known_from`; what was known before is a `CellVersion`.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    line = CodeField(Line, default=Line.REGIONAL)
    measure = models.CharField(max_length=40)
    dim = models.CharField(max_length=4, blank=True)
    item = models.CharField(max_length=40, blank=True)
    month = models.IntegerField()
    own = models.DecimalField(max_digits=22, decimal_places=2, default=0)
    subtree = models.DecimalField(max_digits=22, decimal_places=2, default=0)
    known_from = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "line", "measure", "dim", "item", "month"], name="rollup_cell_of_series"
            )
        ]
        indexes = [
            # The dashboard's question: the last change point of many totals, answered from the index alone.
            models.Index(
                fields=["union", "line", "measure", "-month"],
                include=["own", "subtree"],
                condition=Q(dim=""),
                name="rollup_cell_totals",
            )
        ]

    def __str__(self) -> str:
        return f"{self.union_id} {self.measure} {self.dim}{self.item} {self.month}"


class CellVersion(models.Model):
    """What a `Cell` said before: true of what was known in [known_from, known_until). Written once, never changed."""

    union_id = models.BigIntegerField()
    line = CodeField(Line)
    measure = models.CharField(max_length=40)
    dim = models.CharField(max_length=4, blank=True)
    item = models.CharField(max_length=40, blank=True)
    month = models.IntegerField()
    own = models.DecimalField(max_digits=22, decimal_places=2)
    subtree = models.DecimalField(max_digits=22, decimal_places=2)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["union_id", "line", "measure", "dim", "item", "month", "known_until"],
                name="rollup_version_of_series",
            )
        ]

    def __str__(self) -> str:
        return f"{self.union_id} {self.measure} {self.dim}{self.item} {self.month} until {self.known_until}"


class Presence(models.Model):
    """
    One counted record of one union's own: it counts in months [from, until).

    What counts above a union is merged from these rows when one of them changes, so they need no copy per ancestor.
    `key` = HMAC-SHA256(national secret, credit code). `until_month` is exclusive; a far month means still counting.
    `items` = {dimension: [items]}. `stamp` decides which of several amounts is the latest.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    record = models.UUIDField()
    measure = models.CharField(max_length=40)
    key = models.BinaryField(max_length=32)
    from_month = models.IntegerField()
    until_month = models.IntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=1)
    stamp = models.BigIntegerField(default=0)
    items = models.JSONField(default=dict)
    # Of events alone; None: since before versions were kept, or not kept.
    known_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "record", "measure", "key", "from_month"], name="rollup_presence_of_record"
            ),
            models.CheckConstraint(condition=Q(until_month__gt=models.F("from_month")), name="rollup_presence_order"),
        ]
        indexes = [models.Index(fields=["measure", "key"], name="rollup_presence_of_a_key")]

    def __str__(self) -> str:
        return f"{self.union_id} {self.measure}"


class PresenceVersion(models.Model):
    """
    What a `Presence` of an event or a keyed sum said before: true of what was known in [known_from, known_until). Never changed.

    An event counts once over any months that are asked for (R7), and indices compare single organizations: no stored figure can
    tell either.
    """

    union_id = models.BigIntegerField()
    record = models.UUIDField()
    measure = models.CharField(max_length=40)
    key = models.BinaryField(max_length=32)
    from_month = models.IntegerField()
    until_month = models.IntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, db_default=1)
    items = models.JSONField(default=dict)
    known_from = models.DateTimeField(null=True)
    known_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["union_id", "measure", "known_until"], name="rollup_presence_version_of")]

    def __str__(self) -> str:
        return f"{self.union_id} {self.measure} until {self.known_until}"


class LineageVersion(models.Model):
    """One row of a union's `Ancestry` as it was known until the tree was redrawn. Never changed."""

    union_id = models.BigIntegerField()
    ancestor_id = models.BigIntegerField()
    line = CodeField(Line)
    from_month = models.IntegerField()
    until_month = models.IntegerField()
    known_until = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["union_id", "known_until"], name="rollup_lineage_of_union"),
            models.Index(fields=["known_until"], name="rollup_lineage_redrawn_at"),
        ]

    def __str__(self) -> str:
        return f"{self.union_id} under {self.ancestor_id} until {self.known_until}"


class Watermark(models.Model):
    """Up to when every committed change of every union is in the numbers; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    folded_until = models.DateTimeField(null=True)
    # The moment of the last batch, by which `Cell.known_from` is reckoned; it only grows.
    known_at = models.DateTimeField(null=True)
    # The last month of any closed period: a batch that changes later months alone concerns no closing.
    closed_until = models.IntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="rollup_watermark_single")]

    def __str__(self) -> str:
        return str(self.folded_until)


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


class VerifyRun(models.Model):
    """
    One recount of everything: how far it is, and what it found. Unfinished runs are gone on with.

    Own figures are done up to the union `done_until`, subtrees for `done_measures`.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done_until = models.BigIntegerField(default=0)
    done_measures = models.JSONField(default=list)
    figures = models.BigIntegerField(default=0)
    differences = models.IntegerField(default=0)
    unsettled = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.differences}"


class VerifyDifference(models.Model):
    """A figure that was not what the records gave."""

    run = models.ForeignKey(VerifyRun, on_delete=models.CASCADE, related_name="found")
    union_code = models.CharField(max_length=12)
    indicators = models.JSONField(default=list)
    measure = models.CharField(max_length=40)
    line = CodeField(Line)
    scope = models.CharField(max_length=10)
    dim = models.CharField(max_length=4, blank=True)
    item = models.CharField(max_length=40, blank=True)
    month = models.IntegerField()
    stored = models.CharField(max_length=400, blank=True)
    recounted = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.union_code} {self.measure} {self.month}"


class ReportingPeriod(models.Model):
    """
    A month, quarter, half or year that somebody confirmed or closed. Source: DOMAIN S5, SM-25; R8.

    Closed once and for all. `late_since` and `late_at` are the moments of the first and last of `late_changes` batches
    that changed its figures since its last revision; None when none did.
    """

    kind = CodeField(PeriodKind)
    first_month = models.IntegerField()
    last_month = models.IntegerField()
    closed_at = models.DateTimeField(null=True)
    late_since = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    late_changes = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "first_month"], name="rollup_period_once"),
            models.CheckConstraint(
                condition=Q(late_since__isnull=True, late_at__isnull=True)
                | Q(late_since__isnull=False, late_at__isnull=False, closed_at__isnull=False),
                name="rollup_period_late_when_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["late_at"], condition=Q(late_since__isnull=False), name="rollup_period_waiting"),
        ]

    def __str__(self) -> str:
        return self.span.text

    @property
    def span(self) -> Span:
        return Span(PeriodKind(self.kind), self.first_month, self.last_month)


class PeriodRevision(models.Model):
    """
    The figures of a closed period as known at `known_at`: number 0 its closing, each further one late entries.

    `missing` = {union: how many unions of its subtree were not counted}. The database refuses any change of a row.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="revisions")
    number = models.IntegerField()
    known_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    late_changes = models.IntegerField(default=0)
    missing = models.JSONField(default=dict)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="rollup_revision_number")]
        indexes = [models.Index(fields=["known_at"], name="rollup_revision_known_at")]

    def __str__(self) -> str:
        return f"{self.period_id} #{self.number}"


class PeriodConfirmation(models.Model):
    """A union's word that its own numbers of a period are right. Source: SM-25."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="confirmations")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "union"], name="rollup_confirmation_once")]

    def __str__(self) -> str:
        return f"{self.period_id} by {self.union_id}"
