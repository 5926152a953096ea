"""/u/<code>/unions/new: choose a division, then say who answers for the work and who comes in first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.hierarchy import actions as hierarchy
from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import Division
from commons.jobs import engine
from commons.jobs import selectors as jobs
from commons.kit.clock import now
from commons.kit.errors import DomainError, NotFound, Refused
from commons.kit.forms import tell
from commons.onboarding import actions, policies, selectors
from commons.onboarding.actions.applications import PROVISION, Wish
from commons.onboarding.pages.forms import JoinForm
from commons.onboarding.selectors import DivisionLine


@dataclass(frozen=True)
class ChoosePage:
    base: str
    text: str
    divisions: tuple[DivisionLine, ...]
    more: bool
    direct: bool
    own_code: str
    may_zone: bool


@dataclass(frozen=True)
class JoinPage:
    base: str
    form: JoinForm
    direct: bool
    kind: str
    division: str


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """Without `code`: the choice of a division. With it: the form."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    policies.may_apply(actor).require()
    code = request.GET.get("code", "").strip()
    kind = Kind(request.GET["kind"]) if request.GET.get("kind") in {kind.value for kind in Kind} else Kind.REGIONAL
    if not code:
        return _choose(request, actor, union_code)
    if kind != Kind.REGIONAL and "_" not in code:
        code = selectors.free_code(code, kind)
    return _join(request, actor, union_code, code, kind)


def _choose(request: HttpRequest, actor: Actor, union_code: str) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:20]
    found, more = selectors.divisions(actor, text)
    union = actor.union
    page = ChoosePage(
        base=f"/u/{union_code}/unions",
        text=text,
        divisions=tuple(found),
        more=more,
        direct=bool(policies.may_approve(actor)),
        own_code=union.division_id or "" if union else "",
        may_zone=bool(union and Level(union.level) in {Level.NATIONAL, Level.PROVINCE, Level.CITY}),
    )
    return render(request, "onboarding/choose.html", {"page": page, "breadcrumbs": _crumbs(union_code)})


def _join(request: HttpRequest, actor: Actor, union_code: str, code: str, kind: Kind) -> HttpResponse:
    division = Division.objects.filter(pk=code[:6]).first()
    parents = selectors.parents_for(actor, code)
    if division is None or not parents:
        raise NotFound()
    direct = bool(policies.may_approve(actor))
    place = hierarchy.Place(code, Level(division.level), kind, parents[0], division)
    levels = _levels(kind, division, parents[0].level)
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        parents=parents,
        levels=levels,
        direct=direct,
        initial={
            "code": code,
            "level": levels[0].value,
            "name_zh": hierarchy.name_for(place) if kind == Kind.REGIONAL else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, actor, union_code, code, form, direct)
        except Refused:
            raise
        except DomainError as refusal:
            tell(form, refusal)
    page = JoinPage(f"/u/{union_code}/unions", form, direct, kind.label, division.name)
    return render(request, "onboarding/join.html", {"page": page, "breadcrumbs": _crumbs(union_code)})


def _levels(kind: Kind, division: Division, above: str) -> list[Level]:
    if kind == Kind.REGIONAL:
        return [Level(division.level)]
    if kind == Kind.ZONE:
        return [Level.DISTRICT]
    return [level for level in Level if level.rank > Level(above).rank]


def _done(request: HttpRequest, actor: Actor, union_code: str, code: str, form: JoinForm, direct: bool) -> HttpResponse:
    data = form.cleaned_data
    wish = Wish(
        code=code,
        parent=form.parents[data["parent"]],
        name_zh=data["name_zh"],
        kind=form.kind,
        level=Level(data["level"]) if data["level"] else None,
        answerable=form.answerable,
        admin_name=data["admin_name"],
        admin_phone=data["admin_phone"],
        admin_email=data["admin_email"],
        letter_number=data["letter_number"],
    )
    if not direct:
        application = actions.apply(wish=wish, by=actor, at=now())
        messages.success(request, f"已为{application.name_zh}提交入驻申请。")
        return HttpResponseRedirect(f"/u/{union_code}/applications/{application.pk}")
    union = actions.onboard(wish=wish, by=actor, at=now())
    provision_now(union.code)
    return HttpResponseRedirect(f"/u/{union_code}/unions/{union.code}")


def provision_now(code: str) -> None:
    """
    Do the provisioning job at once when nobody has taken it yet, so that the union is usable with the next page.

    The job stays what it was: if this process dies, a worker does it.
    """
    job = jobs.queued(PROVISION, code)
    if job is not None:
        engine.run_one(job.pk)


def _crumbs(union_code: str) -> list[dict[str, str]]:
    return [{"label": "下级工会", "url": f"/u/{union_code}/unions"}, {"label": "办理入驻", "url": ""}]
