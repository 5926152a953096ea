"""The tree of unions: who is whose parent, since when, and who answers for the work."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django_tenants.models import TenantMixin

from commons.hierarchy.enums import Kind, Level, Line, UnionState
from commons.kit.fields import CodeField, EncryptedTextField


class Division(models.Model):
    """An administrative division (GB/T 2260), as published on 2023-06-30. Names repeat, codes do not."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=60)
    level = CodeField(Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TradeUnionQuerySet(models.QuerySet["TradeUnion"]):
    def under(self, union: TradeUnion) -> TradeUnionQuerySet:
        """The unions of the subtree of `union`, itself included."""
        return self.filter(path__contains=[union.pk])

    def active(self) -> TradeUnionQuerySet:
        return self.filter(state=UnionState.ACTIVE)


class TradeUnion(TenantMixin):
    """
    A trade union: one tenant, one schema, one node of the tree.

    `path` holds the ids from the root down to this union, itself last. Source: DOMAIN S1; catalogue A01-A05.
    """

    auto_create_schema = False
    auto_drop_schema = False

    code = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=120)
    short_name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=160, blank=True)
    level = CodeField(Level)
    kind = CodeField(Kind, default=Kind.REGIONAL)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = ArrayField(models.BigIntegerField(), default=list)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = CodeField(UnionState, default=UnionState.PROVISIONING)
    main_leader_title = models.CharField(max_length=60, blank=True)
    counterpart_department = models.CharField(max_length=80, blank=True)
    schema_fingerprint = models.CharField(max_length=64, blank=True)
    # Who took over the records of a merged union; by today's boundaries it stands under that one.
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_unions")
    active_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[TradeUnionQuerySet] = TradeUnionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="hierarchy_union_code"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, level=Level.NATIONAL)
                | Q(parent__isnull=False) & ~Q(level=Level.NATIONAL),
                name="hierarchy_union_root_is_national",
            ),
        ]
        indexes = [
            GinIndex(fields=["path"], name="hierarchy_union_path"),
            models.Index(fields=["parent", "code"], name="hierarchy_union_children"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    def save(self, *args: Any, **options: Any) -> None:
        """Write the row, from whichever schema the caller stands in: schemas are made by commons.tenancy alone."""
        # TenantMixin.save refuses outside `public` because it may create or rename schemas; ours never does.
        models.Model.save(self, *args, **options)

    @property
    def ancestor_ids(self) -> list[int]:
        """From the root down, without itself."""
        return list(self.path[:-1])

    def is_under(self, other: TradeUnion) -> bool:
        """True when `other` is this union or an ancestor of it."""
        return other.pk in self.path


class Parentage(models.Model):
    """
    Whose child a union was along one line, and from which day until which (exclusive). Source: DESIGN §3.7; DOMAIN Q37.

    A day may lie ahead: then nothing happens before it comes. What a change left for a day is in `TreeChange`.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="parentages")
    parent = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, null=True, related_name="+")
    line = CodeField(Line, default=Line.REGIONAL)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "line"], condition=Q(until_on__isnull=True), name="hierarchy_parentage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")), name="hierarchy_parentage_order"
            ),
            models.CheckConstraint(condition=~Q(line=Line.TODAY), name="hierarchy_parentage_today_is_derived"),
        ]

    def __str__(self) -> str:
        return f"{self.union_id} under {self.parent_id} from {self.from_on}"


class Ancestry(models.Model):
    """
    Who stands above whom, along which line, in months [from, until): derived from `Parentage` by commons.hierarchy.lineage.

    A union is its own ancestor. The first parent a union had counts since ever, so that records older than the
    union's joining have a place. Rows of `Line.TODAY` exist only for ancestors whose subtree was once another.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    ancestor = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    line = CodeField(Line)
    from_month = models.IntegerField()
    until_month = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "line", "ancestor", "from_month"], name="hierarchy_ancestry_once"),
            models.CheckConstraint(condition=Q(until_month__gt=F("from_month")), name="hierarchy_ancestry_order"),
        ]
        indexes = [models.Index(fields=["ancestor", "line"], name="hierarchy_ancestry_below")]

    def __str__(self) -> str:
        return f"{self.union_id} under {self.ancestor_id} ({self.line})"


class Responsibility(models.Model):
    """
    Leader in charge, responsible department and dedicated person of a union, dated.

    A row exists only when all three are named, so GOV-01 counts rows. Source: DOMAIN A12.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="responsibilities")
    leader_in_charge = models.CharField(max_length=60)
    responsible_department = models.CharField(max_length=80)
    dedicated_person = models.CharField(max_length=60)
    contact_phone = EncryptedTextField(blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union"], condition=Q(until_on__isnull=True), name="hierarchy_responsibility_one_current"
            ),
            models.CheckConstraint(
                condition=~Q(leader_in_charge="") & ~Q(responsible_department="") & ~Q(dedicated_person=""),
                name="hierarchy_responsibility_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union_id}: {self.dedicated_person}"


class UnionStateChange(models.Model):
    """The history of a union's state. Append-only. Source: SM-01."""

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="state_changes")
    event = models.CharField(max_length=32)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.union_id} {self.event} {self.at:%Y-%m-%d}"
