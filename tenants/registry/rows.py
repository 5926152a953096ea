"""
Which rows stand behind the ledger's figures, and who may read them. Source: V6, V13.

A confidential contact is hidden from whoever is not named, and so is all that only it would give away: that an
organization is in regular contact, that a meeting was held on a day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.clock import month_of
from commons.rollup.behind import Kind, Row, Window, register
from commons.rollup.declaration import month_of as month_in_sql
from tenants.registry import selectors
from tenants.registry.enums import ContactFrequency, ContactKind
from tenants.registry.measures import (
    CONTACT_KIND,
    CONTACTS,
    CONTACTS_MADE,
    FRESHNESS,
    HEADS_MEETINGS,
    IN_CONTACT,
    KEPT,
    LEDGER,
    PLANNED,
    RATED,
    REGULAR,
    STAFF,
    SURVEY,
)
from tenants.registry.models import ContactLog

# An organization is in regular contact at the end of a contact's month and of the eleven that follow.
_REGULAR_MONTHS = 12
# A contact keeps the plan's stretch that it falls into, which may end so many months later.
_LONGEST_STRETCH = max(frequency.months for frequency in ContactFrequency)


def _readable_entries(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    rows = selectors.organizations(actor).filter(pk__in=_ids(keys)).order_by("name", "id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _readable_in_contact(actor: Actor, keys: Collection[str], window: Window) -> list[str]:
    """Entries with a contact in these months that the actor may read."""
    months = (window.first - _REGULAR_MONTHS + 1, window.last)
    logs = selectors.contact_logs(actor).filter(contacted_on__gte=_first_day(months[0]))
    logs = logs.filter(contacted_on__lt=_first_day(months[1] + 1), organization__in=_ids(keys))
    if window.dim == CONTACT_KIND.code:
        logs = logs.filter(kind=window.item)
    rows = selectors.organizations(actor).filter(pk__in=logs.values("organization_id")).order_by("name", "id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _readable_on_time(actor: Actor, keys: Collection[str], window: Window) -> list[str]:
    """Entries all of whose contacts that may have been on time in these months the actor may read."""
    logs = ContactLog.objects.filter(
        contacted_on__gte=_first_day(window.first - _LONGEST_STRETCH),
        contacted_on__lt=_first_day(window.last + 1),
        organization__in=_ids(keys),
    )
    sealed = logs.exclude(pk__in=selectors.contact_logs(actor).values("pk"))
    rows = selectors.organizations(actor).filter(pk__in=_ids(keys))
    rows = rows.exclude(pk__in=sealed.values("organization_id")).order_by("name", "id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _entries(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    found = list(selectors.organizations(actor).filter(pk__in=_ids(keys)))
    names = selectors.region_names(row.region_code for row in found)
    return {
        str(row.pk): Row(
            row.name,
            f"/organizations/{row.pk}",
            (row.number, row.uscc, row.org_type.label, names.get(row.region_code, row.region_code)),
            row,
        )
        for row in found
    }


def _readable_contacts(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    rows = selectors.contact_logs(actor).filter(pk__in=_ids(keys)).order_by("-contacted_on", "-id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _contacts(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    return {
        str(row.pk): Row(
            row.organization.name,
            f"/contacts/{row.pk}",
            (row.contacted_on.isoformat(), row.kind.label, row.created_by_name),
            row,
        )
        for row in selectors.contact_logs(actor).filter(pk__in=_ids(keys))
    }


def _readable_days(actor: Actor, keys: Collection[str], _window: Window) -> list[str]:
    """Days of which the actor may read a meeting's log."""
    logs = selectors.contact_logs(actor).filter(kind=ContactKind.HEADS_MEETING, contacted_on__in=_days(keys))
    days = logs.order_by("-contacted_on").values_list("contacted_on", flat=True).distinct()
    return [day.isoformat() for day in days]


def _meetings(actor: Actor, keys: Sequence[str]) -> Mapping[str, Row]:
    """Of each day, the organizations whose logs the actor may read."""
    logs = selectors.contact_logs(actor).filter(kind=ContactKind.HEADS_MEETING, contacted_on__in=_days(keys))
    names: dict[str, list[str]] = {}
    for day, name in logs.order_by("organization__name").values_list("contacted_on", "organization__name"):
        names.setdefault(day.isoformat(), []).append(name)
    return {
        day: Row(f"{day} 负责人例会", f"/contacts?kind={ContactKind.HEADS_MEETING}", (_named(held),))
        for day, held in names.items()
    }


def _named(names: Sequence[str]) -> str:
    shown = "、".join(names[:5])
    return f"{shown}等 {len(names)} 家" if len(names) > 5 else shown


def _ids(keys: Collection[str]) -> list[UUID]:
    return [UUID(key) for key in keys]


def _days(keys: Collection[str]) -> list[date]:
    return [date.fromisoformat(key) for key in keys]


def _first_day(index: int) -> date:
    year, month = month_of(index)
    return date(year, month, 1)


# Whom each kind's rows are open to, and what else closes some of them.
_SEALED = "保密联系记录只有登记人和指定的知悉人可以查看。"

ENTRIES = Kind(
    "台账条目",
    ("编号", "统一社会信用代码", "组织类型", "地区"),
    _readable_entries,
    _entries,
    Permission.LEDGER_VIEW,
)
IN_REGULAR_CONTACT = Kind(
    ENTRIES.zh,
    ENTRIES.columns,
    _readable_in_contact,
    _entries,
    Permission.CONTACT_VIEW,
    hidden=f"只有保密联系记录的组织不列出：{_SEALED}",
)
ON_TIME = Kind(
    ENTRIES.zh,
    ENTRIES.columns,
    _readable_on_time,
    _entries,
    Permission.CONTACT_VIEW,
    hidden=f"有保密联系记录的组织不列出：{_SEALED}",
)
LOGS = Kind(
    "联系记录",
    ("联系日期", "方式", "登记人"),
    _readable_contacts,
    _contacts,
    Permission.CONTACT_VIEW,
    sql=f"""
        SELECT id::text, organization_id, '{{"K": ["' || kind || '"]}}', {month_in_sql("contacted_on")}, NULL::int, 1
        FROM {CONTACTS}
    """,
    hidden=_SEALED,
)
MEETINGS = Kind(
    "负责人例会",
    ("参加的组织",),
    _readable_days,
    _meetings,
    Permission.CONTACT_VIEW,
    sql=f"""
        SELECT day::text, NULL::uuid, '{{}}', {month_in_sql("day")}, NULL::int, 1
        FROM (SELECT DISTINCT contacted_on AS day FROM {CONTACTS} WHERE kind = 'heads_meeting') days
    """,
    hidden=f"只有保密联系记录的例会不列出：{_SEALED}",
)


def declare() -> None:
    register(ENTRIES, LEDGER.code, FRESHNESS.code, RATED.code, STAFF.code, SURVEY.code, PLANNED.code)
    register(ON_TIME, KEPT.code)
    register(IN_REGULAR_CONTACT, REGULAR.code, IN_CONTACT.code)
    register(LOGS, CONTACTS_MADE.code)
    register(MEETINGS, HEADS_MEETINGS.code)
