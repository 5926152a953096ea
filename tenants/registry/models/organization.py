"""The ledger entry: what a union knows and thinks of one social organization. Source: DOMAIN T1, SM-02."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commons.directory.enums import OrgType, RegistrationStatus
from commons.kit.fields import CodeField, EncryptedTextField
from commons.kit.ids import uuid7
from tenants.registry.enums import FoundingMode, GuidanceClass, LedgerState, Scope

_NUMBER = re.compile(r"^(?:SO-?)?0*([1-9]\d{0,8})$", re.IGNORECASE)


class SocialOrganizationQuerySet(models.QuerySet["SocialOrganization"]):
    def matching(self, text: str) -> SocialOrganizationQuerySet:
        """Entries whose name, alias, number or code holds each word of `text`."""
        rows = self
        for word in text.replace("\x00", "").split():
            found = Q(name__icontains=word) | Q(alias__icontains=word) | Q(uscc__startswith=word.upper())
            if number := _NUMBER.match(word):
                found |= Q(serial=int(number[1]))
            rows = rows.filter(found)
        return rows

    def in_domain(self, domain: str) -> SocialOrganizationQuerySet:
        """Entries of one business domain, or of one domain of rights."""
        return self.filter(Q(org_domains__contains=[domain]) | Q(rights_domains__contains=[domain]))

    def in_region(self, code: str) -> SocialOrganizationQuerySet:
        """Entries in a division or below it: 430100 covers 430105."""
        stem = code
        while stem.endswith("00"):
            stem = stem[:-2]
        return self.filter(region_code__startswith=stem)

    def in_state(self, state: str, today: date) -> SocialOrganizationQuerySet:
        """Entries in a state as SM-02 names it: `active` means confirmed within the year, `stale` the other active ones."""
        if state == LedgerState.STALE:
            return self.stale(today)
        if state == LedgerState.ACTIVE:
            return self.on_ledger().filter(last_verified_on__gte=a_year_before(today))
        return self.filter(state=state)

    def rated(self, grade: str, today: date) -> SocialOrganizationQuerySet:
        """Entries whose granted rating of this grade is in force; `none` for those without any."""
        granted = Q(ratings__state="granted", ratings__valid_until__gt=today)
        if grade == "none":
            return self.exclude(pk__in=self.model._default_manager.filter(granted).values("pk"))
        return self.filter(pk__in=self.model._default_manager.filter(granted, ratings__grade=grade).values("pk"))

    def on_ledger(self) -> SocialOrganizationQuerySet:
        """Entries that count: active, whether fresh or stale."""
        return self.filter(state=LedgerState.ACTIVE)

    def stale(self, today: date) -> SocialOrganizationQuerySet:
        """Active entries not confirmed within the twelve months before `today`. Source: B16."""
        return self.filter(state=LedgerState.ACTIVE).filter(
            Q(last_verified_on__isnull=True) | Q(last_verified_on__lt=a_year_before(today))
        )


def a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


class SocialOrganization(models.Model):
    """
    One entry. Registration facts are copied from the public directory by `uscc`; the rest is the union's own.

    `state` never holds `stale`: that is an active entry whose `last_verified_on` is over a year old.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Human number within the union: SO-<serial>.
    serial = models.PositiveIntegerField()
    uscc = models.CharField(max_length=18, blank=True)
    name = models.CharField(max_length=200)
    alias = models.CharField(max_length=120, blank=True)
    org_type = CodeField(OrgType)
    registration_status = CodeField(RegistrationStatus, default=RegistrationStatus.REGISTERED)
    registered_on = models.DateField(null=True, blank=True)
    registration_authority = models.CharField(max_length=120, blank=True)
    # What an officer read on the certificate; it proves a registration that the directory does not know yet.
    certificate_number = models.CharField(max_length=80, blank=True)
    founding_mode = CodeField(FoundingMode, blank=True)
    business_supervisor_name = models.CharField(max_length=120, blank=True)
    scope = CodeField(Scope, default=Scope.LABOUR_RELATIONS)
    rights_domains = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    org_domains = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    activity_content = models.TextField(blank=True)
    working_mode = models.TextField(blank=True)
    funding_sources = models.CharField(max_length=200, blank=True)
    region_code = models.CharField(max_length=6)
    address = models.CharField(max_length=200, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    workers_reached = models.PositiveIntegerField(null=True, blank=True)
    is_hub = models.BooleanField(default=False)
    is_worker_service = models.BooleanField(default=False)
    guidance_class = CodeField(GuidanceClass, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    contact_email = models.EmailField(blank=True)
    note = models.TextField(blank=True)
    state = CodeField(LedgerState, default=LedgerState.DRAFT)
    first_active_on = models.DateField(null=True, blank=True)
    last_verified_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    updated_at = models.DateTimeField()
    updated_by_id = models.UUIDField(null=True)

    objects: ClassVar[SocialOrganizationQuerySet] = SocialOrganizationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="registry_org_uscc"),
            models.UniqueConstraint(fields=["serial"], name="registry_org_serial"),
            models.CheckConstraint(
                condition=~Q(uscc="") | Q(org_type=OrgType.UNREGISTERED), name="registry_org_code_or_unregistered"
            ),
            models.CheckConstraint(
                condition=~Q(state=LedgerState.ACTIVE) | Q(first_active_on__isnull=False),
                name="registry_org_active_since",
            ),
            models.CheckConstraint(condition=~Q(state=LedgerState.STALE), name="registry_org_stale_is_derived"),
        ]
        indexes = [
            models.Index(fields=["state", "name", "id"], name="registry_org_state"),
            models.Index(fields=["region_code", "name"], name="registry_org_region"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def number(self) -> str:
        return f"SO-{self.serial:05d}"

    def shown_state(self, today: date) -> LedgerState:
        """The state as SM-02 names it, with `stale` derived for `today`."""
        if self.state != LedgerState.ACTIVE:
            return LedgerState(self.state)
        fresh = self.last_verified_on is not None and self.last_verified_on >= a_year_before(today)
        return LedgerState.ACTIVE if fresh else LedgerState.STALE


class LedgerSpan(models.Model):
    """From which day until which (exclusive) an entry was on the ledger: the record that stocks are counted from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="spans")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(until_on__isnull=True), name="registry_span_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="registry_span_order"
            ),
        ]
        indexes = [models.Index(fields=["organization", "from_on"], name="registry_span_org")]

    def __str__(self) -> str:
        return f"{self.organization_id} from {self.from_on}"


class Confirmation(models.Model):
    """A yearly confirmation of an entry; freshness (ORG-08) holds for twelve months from it. Source: B16, SM-02."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="confirmations")
    confirmed_on = models.DateField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "confirmed_on"], name="registry_confirmation_day")
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.confirmed_on}"
