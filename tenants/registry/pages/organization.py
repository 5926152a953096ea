"""/u/<code>/organizations/<id>: one entry with everything the viewer may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.reading import read_personal
from commons.kit import clock
from commons.web.frame import actor_of
from tenants.attachments.pages import panel
from tenants.attachments.pages.panel import Panel
from tenants.discussion.pages import panel as discussions
from tenants.discussion.pages.panel import Discussion
from tenants.registry import selectors
from tenants.registry.enums import LedgerState, RatingState
from tenants.registry.models import SocialOrganization
from tenants.registry.pages.frame import organization_url, trail
from tenants.registry.selectors.detail import Detail, RatingRow
from tenants.registry.transitions import TRANSITIONS, Event

_PATHS = {
    Event.SUBMIT: "submit",
    Event.VERIFY: "verify",
    Event.SEND_BACK: "send-back",
    Event.CONFIRM: "confirm",
    Event.CLOSE: "close",
    Event.REMOVE: "remove",
    Event.REOPEN: "reopen",
}
_MAIN = frozenset({Event.SUBMIT, Event.VERIFY})
_DANGER = frozenset({Event.CLOSE, Event.REMOVE})


@dataclass(frozen=True)
class Button:
    label: str
    url: str
    primary: bool = False
    danger: bool = False


@dataclass(frozen=True)
class RatingLine:
    """A rating with what may be done to it now."""

    rating: RatingRow
    buttons: list[Button]


@dataclass(frozen=True)
class OrganizationPage:
    """One entry. Addresses are empty for what the viewer may not do."""

    detail: Detail
    stale: bool
    buttons: list[Button]
    ratings: list[RatingLine]
    rating_url: str
    year_url: str
    person_url: str
    contact_url: str
    plan_url: str
    contacts_url: str
    card_url: str
    attachments: Panel
    discussion: Discussion | None
    edits: bool
    base: str


@require_safe
def organization(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    detail = selectors.detail(actor, pk, clock.today())
    row = detail.organization
    if seen := selectors.personal_seen(detail):
        read_personal(actor, row, seen, clock.now())
    open_for_edit = row.state in TRANSITIONS[Event.EDIT].sources
    edits = bool(may(actor, Permission.LEDGER_EDIT)) and open_for_edit
    base = organization_url(union_code, row)
    contacts = bool(may(actor, Permission.CONTACT_EDIT))
    reads_contacts = bool(may(actor, Permission.CONTACT_VIEW))
    page = OrganizationPage(
        detail=detail,
        stale=detail.state is LedgerState.STALE,
        buttons=_buttons(actor, row, base, edits),
        ratings=[RatingLine(rating, _rating_buttons(rating, base) if edits else []) for rating in detail.ratings],
        rating_url=f"{base}/ratings/new" if edits and row.uscc else "",
        year_url=f"{base}/years/new" if edits else "",
        person_url=f"{base}/persons/new" if edits else "",
        contact_url=f"{reverse('contact-new', args=[union_code])}?organization={row.pk}" if contacts else "",
        plan_url=f"{base}/plans/new" if contacts else "",
        contacts_url=f"{reverse('contacts', args=[union_code])}?organization={row.pk}" if reads_contacts else "",
        card_url=f"/directory/{row.uscc}" if detail.listed and may(actor, Permission.DIRECTORY_VIEW) else "",
        attachments=panel.of(actor, row),
        discussion=discussions.of(actor, row, clock.now()),
        edits=edits,
        base=base,
    )
    return render(
        request, "registry/organization.html", {"page": page, "breadcrumbs": trail(union_code, None, row.name)}
    )


def _buttons(actor: Actor, row: SocialOrganization, base: str, edits: bool) -> list[Button]:
    buttons = []
    for event, path in _PATHS.items():
        line = TRANSITIONS[event]
        if row.state in line.sources and may(actor, line.permission):
            buttons.append(Button(event.label, f"{base}/{path}", event in _MAIN, event in _DANGER))
    if edits:
        buttons.insert(0, Button("修改", f"{base}/edit"))
        if not row.uscc:
            buttons.insert(1, Button("办理登记", f"{base}/register"))
    return buttons


def _rating_buttons(rating: RatingRow, base: str) -> list[Button]:
    state, here = rating.state, f"{base}/ratings/{rating.id}"
    if state is RatingState.DECLARED:
        return [Button("推荐", f"{here}/recommend"), Button("登记结果", f"{here}/grant")]
    if state is RatingState.RECOMMENDED:
        return [Button("登记结果", f"{here}/grant")]
    return [Button("取消等级", f"{here}/revoke", danger=True)] if state is RatingState.GRANTED else []
