"""The call, what is said about it, its sealed bids, and the panel that reviews them. Source: DOMAIN §2.6, SM-16, SM-17."""

from django.db import models
from django.db.models import F, Q

from commons.access.grants import ObjectGrant
from commons.codelists.organizations import FoundingMode
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.workflow.rows import Begun
from tenants.purchasing.enums import BidState, CallState, MemberState, NoteKind, ProcurementMethod
from tenants.purchasing.models.bodies import Expert, Provider
from tenants.purchasing.models.project import ServiceProject


class Call(Begun):
    """
    One call for bids of one project. Bids are sealed to `envelope` until `bid_deadline` (commons.sealing).

    Shape: `admission` = see `admission.Conditions`; `invited` = credit codes; `opening_record` = who, when, what was opened; `draw_record` =
    seed, pool, experts, so that anyone can draw again. `publicity_until` is exclusive.
    """

    project = models.ForeignKey(ServiceProject, on_delete=models.PROTECT, related_name="calls")
    # 1: first call; 2: second call, after the first failed. Source: SM-15P failed.
    round = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    method = CodeField(ProcurementMethod, default=ProcurementMethod.OPEN_CALL)
    ceiling = models.DecimalField(max_digits=16, decimal_places=2)
    admission = models.JSONField(default=dict)
    invited = models.JSONField(default=list)
    min_days = models.PositiveSmallIntegerField(default=10)
    min_bids = models.PositiveSmallIntegerField(default=3)
    panel_size = models.PositiveSmallIntegerField(default=3)
    published_on = models.DateField(null=True, blank=True)
    bid_deadline = models.DateTimeField(null=True, blank=True)
    envelope = models.TextField(blank=True)
    envelope_public = models.CharField(max_length=120, blank=True)
    state = CodeField(CallState, default=CallState.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    opening_record = models.JSONField(default=dict)
    draw_record = models.JSONField(default=dict)
    publicity_from = models.DateField(null=True, blank=True)
    publicity_until = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "round"], name="purchasing_call_round"),
            models.CheckConstraint(condition=Q(ceiling__gt=0), name="purchasing_call_ceiling"),
            models.CheckConstraint(
                condition=Q(publicity_until__isnull=True) | Q(publicity_until__gt=F("publicity_from")),
                name="purchasing_call_publicity",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "bid_deadline"], name="purchasing_call_state"),
            models.Index(fields=["-created_at", "-id"], name="purchasing_call_recent"),
        ]

    def __str__(self) -> str:
        return self.title


class CallGrant(ObjectGrant):
    """An expert of the call's panel."""

    content_object = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="grants")


class CallNote(models.Model):
    """A question with its answer to all, an addendum, an objection with its answer. Who asked is not told to others."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="notes")
    kind = CodeField(NoteKind)
    text = models.TextField()
    # Of an addendum: it changes what bids answer to, so they are put back to be confirmed.
    material = models.BooleanField(default=False)
    by_uscc = models.CharField(max_length=18, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["call", "created_at"], name="purchasing_note_call")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind}"


class Bid(Begun):
    """
    One bid of one provider. Until the deadline it is `sealed`, and neither who bids nor what is readable; `owner_mark` keeps one per
    provider and call. The opening fills the rest.

    Shape: `lines` = [{name, amount}], amounts in yuan as text, together `total`; `team` = [{name, role, qualification}]; `past` = [{title, year,
    buyer, amount}]. What was true of the provider at the award (`had_union`, `founding_mode`, `is_first_award`) is kept for the figures.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="bids")
    owner_mark = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    receipt = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    state = CodeField(BidState, default=BidState.DRAFT)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="bids")
    plan = models.TextField(blank=True)
    lines = models.JSONField(default=list)
    total = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    team = models.JSONField(default=list)
    past = models.JSONField(default=list)
    opened_at = models.DateTimeField(null=True, blank=True)
    refusal_code = models.CharField(max_length=60, blank=True)
    refusal_note = models.CharField(max_length=300, blank=True)
    # Mean of the locked scores, recomputed from them. Units: points of 100.
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    award_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    had_union = models.BooleanField(default=False)
    founding_mode = CodeField(FoundingMode, blank=True)
    is_first_award = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "owner_mark"], name="purchasing_bid_one_per_provider"),
            models.UniqueConstraint(fields=["call"], condition=Q(state="won"), name="purchasing_bid_one_winner"),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=0), name="purchasing_bid_total_positive"
            ),
            models.CheckConstraint(
                # Without IN, which PostgreSQL prints differently each time a schema is replayed from its own text.
                condition=(
                    ~Q(state="draft")
                    & ~Q(state="submitted")
                    & ~Q(state="to_confirm")
                    & ~Q(state="withdrawn")
                    & ~Q(state="lapsed")
                )
                | (Q(provider__isnull=True) & Q(plan="") & Q(total__isnull=True)),
                name="purchasing_bid_sealed_tells_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "state"], name="purchasing_bid_call"),
            models.Index(fields=["provider", "-created_at"], name="purchasing_bid_provider"),
            models.Index(fields=["state", "confirmed_on"], name="purchasing_bid_state"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.id}"


class PanelMember(Begun):
    """One expert on the panel of a call, in the order of the draw. Source: §2.6 ReviewPanel."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="panel")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="panels")
    position = models.PositiveSmallIntegerField()
    is_chair = models.BooleanField(default=False)
    state = CodeField(MemberState, default=MemberState.DRAWN)
    conflict_note = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "expert"], name="purchasing_member_once"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(is_chair=True) & ~Q(state="excluded"), name="purchasing_member_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.expert_id}"


class Review(Begun):
    """
    One expert's scores for one bid; from `locked_at` they stand. Nobody sees another's before all are locked.

    Shape: `scores` = {item code: points as text}.
    """

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="reviews")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="reviews")
    scores = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "bid"], name="purchasing_review_once")]
        # Which calls are under review still: few among all that ever were.
        indexes = [models.Index(fields=["bid"], condition=Q(locked_at__isnull=True), name="purchasing_review_open")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.bid_id}"
