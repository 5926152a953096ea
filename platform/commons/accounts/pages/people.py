"""/u/<code>/people: the people of the acting union."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.roles import ROLES
from commons.accounts import actions, authority, selectors
from commons.accounts.pages.forms import AssignForm, InviteForm, SearchForm
from commons.accounts.pages.one_time import show_link
from commons.accounts.selectors import OpenInvitation, Person
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import DomainError, Invalid, NotFound, Refused
from commons.kit.forms import tell
from commons.people.enums import Role


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Pager:
    previous: UUID | None
    next: UUID | None
    shown: int


@dataclass(frozen=True)
class PeoplePage:
    base: str
    union: str
    rows: tuple[Person, ...]
    pager: Pager
    tabs: tuple[Tab, ...]
    invitations: tuple[OpenInvitation, ...]
    filters: SearchForm
    active_filters: int
    former: bool
    why: Decision


@dataclass(frozen=True)
class RoleChoice:
    label: str
    description: str


@dataclass(frozen=True)
class InvitePage:
    base: str
    union: str
    form: InviteForm
    roles: tuple[RoleChoice, ...]
    days: int


@dataclass(frozen=True)
class PersonPage:
    base: str
    person: Person
    form: AssignForm
    may_assign: bool
    why: Decision


def base_of(request: HttpRequest) -> str:
    return f"/u/{acting(request)[1].code}/people"


def acting(request: HttpRequest) -> tuple[Actor, TradeUnion]:
    """The actor and their union. Raises: Refused unless they manage people."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    authority.may_manage(actor).require()
    if actor.union is None:
        raise NotFound()
    return actor, actor.union


@require_safe
def people(request: HttpRequest, union_code: str) -> HttpResponse:
    """Who has a role here, and the invitations still open."""
    actor, union = acting(request)
    at, base = now(), base_of(request)
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    former = request.GET.get("state") == "former"
    found = selectors.people(
        actor, at=at, former=former, text=text, after=_cursor(request, "after"), before=_cursor(request, "before")
    )
    page = PeoplePage(
        base=base,
        union=union.name_zh,
        rows=found.rows,
        pager=Pager(found.previous, found.next, len(found.rows)),
        tabs=(Tab("在任", base, not former), Tab("已离任或停用", f"{base}?state=former", former)),
        invitations=() if former else tuple(selectors.invitations(actor, at=at)),
        filters=form,
        active_filters=int(bool(text)),
        former=former,
        why=authority.may_manage(actor),
    )
    return render(request, "people/people.html", {"page": page})


@require_safe
def person(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    return show_person(request, pk)


@require_http_methods(["POST"])
def assign(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Give a further role."""
    actor, union = acting(request)
    user, _ = selectors.person(actor, pk, at=now())
    form = AssignForm(request.POST, roles=authority.manageable(actor))
    if form.is_valid():
        try:
            actions.assign(
                union=union,
                user=user,
                role=Role(form.cleaned_data["role"]),
                unit=form.cleaned_data["unit"],
                until_on=form.cleaned_data["until_on"],
                by=actor,
                at=now(),
            )
        except (NotFound, Refused):
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            return HttpResponseRedirect(f"{base_of(request)}/{pk}")
    return show_person(request, pk, form)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, union_code: str) -> HttpResponse:
    """Ask for a name and a role; answer with the link, once."""
    actor, union = acting(request)
    roles = authority.manageable(actor)
    form = InviteForm(request.POST if request.method == "POST" else None, roles=roles)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation, token = actions.invite(
                union=union,
                role=Role(data["role"]),
                name=data["name"],
                phone=data["phone"],
                email=data["email"],
                by=actor,
                at=now(),
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            return show_link(request, invitation, token, back=base_of(request))
    offered = tuple(
        RoleChoice(role.label, ROLES[role].description) for role in Role if role in roles and not role.is_flag
    )
    page = InvitePage(base_of(request), union.name_zh, form, offered, settings.INVITATION_DAYS)
    return render(request, "people/invite.html", {"page": page, "breadcrumbs": _way(page.base, "邀请人员")})


def show_person(request: HttpRequest, pk: UUID, form: AssignForm | None = None) -> HttpResponse:
    actor, _ = acting(request)
    _, shown = selectors.person(actor, pk, at=now())
    held = {role.label for role in shown.open_roles}
    free = [role for role in Role if role in authority.manageable(actor) and role.label not in held]
    page = PersonPage(
        base=base_of(request),
        person=shown,
        form=form or AssignForm(roles=free),
        may_assign=shown.state is not selectors.PersonState.DEACTIVATED and bool(free),
        why=authority.may_manage(actor),
    )
    return render(request, "people/person.html", {"page": page, "breadcrumbs": _way(page.base, shown.name)})


def _way(base: str, here: str) -> list[dict[str, str]]:
    return [{"label": "人员与角色", "url": base}, {"label": here}]


def _cursor(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET[name])
    except (KeyError, ValueError):
        return None
