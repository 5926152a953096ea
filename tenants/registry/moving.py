"""How an entry moves to another union, with all that hangs on it, when unions merge or split. Source: DESIGN §3.7; SM-01."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.db.models import F, Q

from commons.boundaries.transfer.subjects import Joined, Subject
from commons.kit.clock import month_index
from tenants.registry import locks
from tenants.registry.enums import ContactFrequency, LedgerState, RatingState
from tenants.registry.models import Confirmation, ContactPlan, LedgerSpan, OrgRating, SocialOrganization
from tenants.registry.validity import months_after


def join(joined: Joined) -> None:
    """
    An organization that was on the giver's ledger stays on the receiver's; of two granted ratings the later one stands.

    Spans and confirmations of the archived entry go on counting there until the day, so they do not go along; nor do its
    contact plans, of which the receiver's entry takes over what is in force, unless it has one of its own.
    """
    mine, theirs = cast(SocialOrganization, joined.mine), cast(SocialOrganization, joined.theirs)
    if theirs.state == LedgerState.ACTIVE and mine.state != LedgerState.ACTIVE:
        _take_place(joined, mine, theirs)
    _take_over_plan(joined, mine)
    ratings = [cast(OrgRating, one) for one in joined.rows.get("registry.OrgRating", [])]
    granted = next((one for one in ratings if one.state == RatingState.GRANTED), None)
    standing = OrgRating.objects.filter(organization=mine, state=RatingState.GRANTED).first()
    # A granted rating has its day: see OrgRating's constraints.
    if granted and standing and (granted.assessed_on or joined.day) > (standing.assessed_on or joined.day):
        joined.journal.change(standing, state=RatingState.SUPERSEDED)


def _take_place(joined: Joined, mine: SocialOrganization, theirs: SocialOrganization) -> None:
    """The receiver's entry is put on its ledger from the day on, confirmed when the archived one was."""
    confirmations = [cast(Confirmation, one) for one in joined.rows.get("registry.Confirmation", [])]
    last = max(
        (one for one in confirmations if one.confirmed_on < joined.day), key=lambda one: one.confirmed_on, default=None
    )
    spans = LedgerSpan.objects.filter(organization=mine)
    if last is not None:
        # While a span of its own covers that day, the confirmation would count twice in months gone by.
        covered = spans.filter(Q(until_on__isnull=True) | Q(until_on__gt=last.confirmed_on)).exists()
        told = Confirmation.objects.filter(organization=mine, confirmed_on=last.confirmed_on).exists()
        if not covered and not told:
            joined.journal.add(
                Confirmation(organization=mine, confirmed_on=last.confirmed_on, by_id=last.by_id, by_name=last.by_name)
            )
    if not spans.filter(until_on__isnull=True).exists():
        joined.journal.add(LedgerSpan(organization=mine, from_on=joined.day))
    firsts = [day for day in (mine.first_active_on, theirs.first_active_on) if day is not None]
    confirmed = [day for day in (mine.last_verified_on, theirs.last_verified_on) if day is not None]
    joined.journal.change(
        mine,
        state=LedgerState.ACTIVE,
        first_active_on=min(firsts),
        last_verified_on=max(confirmed, default=None),
    )
    SocialOrganization.objects.filter(pk=mine.pk).update(version=F("version") + 1)


def _take_over_plan(joined: Joined, mine: SocialOrganization) -> None:
    """
    The plan goes on in its stretches, the first being the one that the day falls into: CTC-03 counts each stretch once.

    What fell due before the day remains the archived entry's.
    """
    plans = [cast(ContactPlan, one) for one in joined.rows.get("registry.ContactPlan", [])]
    standing = [one for one in plans if one.until_on is None or one.until_on > joined.day]
    own = ContactPlan.objects.filter(organization=mine).filter(Q(until_on__isnull=True) | Q(until_on__gt=joined.day))
    if standing and not own.exists():
        last = max(standing, key=lambda one: (one.from_on, one.pk))
        joined.journal.add(
            ContactPlan(
                organization=mine,
                officer_id=last.officer_id,
                officer_name=last.officer_name,
                frequency=last.frequency,
                from_on=_stretch_of(last, joined.day),
                until_on=last.until_on,
            )
        )


def _stretch_of(plan: ContactPlan, day: date) -> date:
    """The beginning of the stretch of the plan that falls due on the day or next after it."""
    months = ContactFrequency(plan.frequency).months
    whole = max(0, (month_index(day) - month_index(plan.from_on)) // months)
    began = months_after(plan.from_on, whole * months)
    return began if began < day or not whole else months_after(plan.from_on, (whole - 1) * months)


SUBJECT = Subject(
    model="registry.SocialOrganization",
    label="社会组织台账",
    name="name",
    code="uscc",
    number="serial",
    note="note",
    place="region_code",
    number_text=lambda serial: f"SO-{serial:05d}",
    numbering=locks.numbering,
    tables={
        "registry.SocialOrganization": "社会组织台账",
        "registry.LedgerSpan": "在册时段",
        "registry.Confirmation": "年度确认",
        "registry.OrgYearFact": "年度情况",
        "registry.OrgPerson": "负责人",
        "registry.OrgRating": "评估等级",
        "registry.ContactPlan": "联系计划",
        "registry.ContactLog": "联系记录",
        "registry.ContactLogGrant": "保密联系记录知悉人",
        "attachments.Attachment": "附件",
        "discussion.Comment": "留言",
        "notices.Notice": "通知",
        "registry.ImportBatch": "批量导入批次",
        "views.SavedView": "列表显示设置",
    },
    dated={"registry.ContactLog": "contacted_on", "registry.Confirmation": "confirmed_on"},
    latest={"registry.OrgYearFact": "updated_at"},
    staying=frozenset({"registry.LedgerSpan", "registry.ContactPlan"}),
    join=join,
)
