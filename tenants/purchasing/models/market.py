"""Demands, offers, and who was brought together. Source: DOMAIN §2.6 Match, SM-15; E36, E38."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.fields import CodeField, EncryptedTextField
from commons.workflow.rows import Begun
from tenants.purchasing.enums import ListingSide, ListingState, MatchState, PosterKind
from tenants.purchasing.models.contract import Contract


class Listing(Begun):
    """A demand or an offer. Its contact is sealed and told to the other side only when both have agreed. Units: yuan."""

    side = CodeField(ListingSide)
    poster_kind = CodeField(PosterKind)
    poster_name = models.CharField(max_length=120)
    poster_uscc = models.CharField(max_length=18, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    field = CodeField(ServiceField)
    groups = ArrayField(CodeField(TargetGroup), default=list, blank=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    region_code = models.CharField(max_length=9, blank=True)
    valid_until = models.DateField()
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    state = CodeField(ListingState, default=ListingState.POSTED)

    class Meta:
        indexes = [models.Index(fields=["side", "state", "field"], name="purchasing_listing_side")]

    def __str__(self) -> str:
        return self.title


class Match(Begun):
    """
    One demand and one offer brought together; the union is only the middleman.

    Shape: `basis` = what the two have in common, in words; `score` counts it, of 100. Source: SM-15.
    """

    demand = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="as_demand")
    offer = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="as_offer")
    broker = models.CharField(max_length=120, blank=True)
    score = models.PositiveSmallIntegerField(default=0)
    basis = models.JSONField(default=list)
    demand_consented_at = models.DateTimeField(null=True, blank=True)
    offer_consented_at = models.DateTimeField(null=True, blank=True)
    introduced_on = models.DateField(null=True, blank=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="matches")
    contracted_on = models.DateField(null=True, blank=True)
    state = CodeField(MatchState, default=MatchState.RECOMMENDED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "offer"], name="purchasing_match_pair"),
            models.CheckConstraint(
                condition=(~Q(state="introduced") & ~Q(state="negotiating") & ~Q(state="contracted"))
                | (
                    Q(introduced_on__isnull=False)
                    & Q(demand_consented_at__isnull=False)
                    & Q(offer_consented_at__isnull=False)
                ),
                name="purchasing_match_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state="contracted") | (Q(contract__isnull=False) & Q(contracted_on__isnull=False)),
                name="purchasing_match_contracted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id} {self.offer_id}"
