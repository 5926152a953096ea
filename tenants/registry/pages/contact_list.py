"""/u/<code>/contacts: contacts with organizations as a list, what is due above it. Source: DOMAIN N01; V13."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.urls import reverse
from django_filters.filters import ChoiceFilter, DateFilter, UUIDFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.tables.asked import Asked
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.widgets import day_input
from tenants.registry import selectors
from tenants.registry.enums import Classification, ContactKind
from tenants.registry.models import ContactLog, SocialOrganization
from tenants.registry.pages.frame import organization_url
from tenants.registry.selectors.due import due_contacts


class ContactFilter(ListFilter):
    kind = ChoiceFilter(label="联系方式", choices=ContactKind.choices, empty_label=EMPTY)
    since = DateFilter(label="起始日期", field_name="contacted_on", lookup_expr="gte", widget=day_input())
    until = DateFilter(label="截止日期", field_name="contacted_on", lookup_expr="lte", widget=day_input())
    organization = UUIDFilter(widget=forms.HiddenInput, field_name="organization_id")

    class Meta:
        model = ContactLog
        fields: tuple[str, ...] = ()


def _url(row: ContactLog, around: Around) -> str:
    return reverse("contact", args=[around.code, row.pk])


def _organization_url(row: ContactLog, around: Around) -> str:
    return organization_url(around.code, row.organization)


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.CONFIDENTIAL_NAME):
        return ()
    return (Button("保密记录知悉人", reverse("contacts-sealed", args=[actor.union.code])),)


def _organizations_url(actor: Actor) -> str:
    return reverse("organizations", args=[actor.union.code]) if actor.union is not None else ""


def _also(asked: Asked[ContactLog]) -> Mapping[str, object]:
    """The organization it is about, with the way to log a contact; without any filter what is due."""
    actor = asked.actor
    code = actor.union.code if actor.union is not None else ""
    about = _about(asked)
    new = f"{reverse('contact-new', args=[code])}?organization={about.pk}" if about is not None else ""
    whole = not (asked.kept or asked.pinned or asked.query.get("after") or asked.query.get("before"))
    return {
        "about": about.name if about is not None else "",
        "about_url": organization_url(code, about) if about is not None else "",
        "new_url": new if may(actor, Permission.CONTACT_EDIT) else "",
        "due": due_contacts(actor, clock.today()) if whole else [],
    }


def _about(asked: Asked[ContactLog]) -> SocialOrganization | None:
    given = asked.filter.form.cleaned_data if asked.filter is not None and asked.filter.form.is_valid() else {}
    pk = given.get("organization")
    return selectors.organizations(asked.actor).filter(pk=pk).first() if pk else None


CONTACTS = Table(
    name="contacts",
    title="联系记录",
    permission=Permission.CONTACT_VIEW,
    rows=selectors.contact_logs,
    filters=ContactFilter,
    search=("topics", "participants", "organization__name", "created_by_name"),
    search_label="组织、内容、参加人员或登记人",
    columns=(
        Column("contacted_on", "日期", kind="day", link=_url, sort=True, fixed=True),
        Column("organization", "社会组织", value="organization.name", link=_organization_url, fixed=True),
        Column("kind", "方式"),
        Column("classification", "密级", kind="badge", tones={Classification.CONFIDENTIAL: "bad"}),
        Column("topics", "内容", limit=60),
        Column("participants", "参加人员", limit=30, shown=False),
        Column("demands", "诉求", limit=60, shown=False),
        Column("follow_up", "后续事项", limit=60, shown=False),
        Column("next_on", "下次联系", kind="day", sort=True),
        Column("by", "登记人", value="created_by_name"),
        Column("created_at", "登记时间", kind="moment", sort=True, shown=False),
    ),
    default_sort="-contacted_on",
    export=Permission.LEDGER_EXPORT,
    taken=lambda rows: rows.filter(classification=Classification.INTERNAL),
    buttons=_buttons,
    empty=Empty(
        "没有可以查看的联系记录",
        "从社会组织台账打开一家组织，点“登记联系”即可记录走访、座谈等联系情况。",
        "打开台账",
        _organizations_url,
    ),
    row_label=lambda row: f"{row.contacted_on:%Y-%m-%d} {row.organization.name}",
    template="registry/contacts.html",
    also=_also,
    source="保密的联系记录另按V13，只有登记人和指定的知悉人可见",
)
listing = view(CONTACTS)
