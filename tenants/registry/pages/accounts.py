"""/u/<code>/org-accounts: claims of accounts of organizations on the ledger, and what this union has decided. Source: DOMAIN §3.12."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit import recording as audit
from commons.files import selectors as files
from commons.files.responses import attachment
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink
from commons.portal import claims
from commons.portal import selectors as portal
from commons.web.frame import Crumb, FormPage, actor_of, carried_out, require_post
from tenants.registry.actions import accounts
from tenants.registry.pages.steps import NothingForm
from tenants.registry.selectors import accounts as selectors

SHOWN = 200


@dataclass(frozen=True)
class Account:
    """A claim as the list shows it. Addresses are empty for what cannot be done now or by this viewer."""

    name: str
    uscc: str
    person: str
    username: str
    state: LinkState
    claimed_at: object
    decided_at: object
    decided_by: str
    reason: str
    proof_url: str
    verify_url: str
    refuse_url: str
    revoke_url: str


@dataclass(frozen=True)
class AccountsPage:
    waiting: list[Account]
    decided: list[Account]
    rule: str
    why: str


class AccountReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=claims.REASON_LENGTH,
        error_messages={"required": "请填写原因。", "max_length": "原因最多400个字。"},
        help_text="对方可以看到。",
    )


@dataclass(frozen=True)
class Step:
    """How a page asks for one decision."""

    label: str
    action: Callable[..., OrgAccountLink]
    form: type[forms.Form]
    permission: Permission
    state: LinkState
    lead: str
    done: str
    danger: bool = False


STEPS: dict[str, Step] = {
    "verify": Step(
        "核验通过",
        accounts.verify,
        NothingForm,
        Permission.ORG_ACCOUNT_VERIFY,
        LinkState.CLAIMED,
        "请核对证明材料与台账一致。通过后，这个账号在全国范围代表该组织。",
        "已核验通过。",
    ),
    "refuse": Step(
        "不予通过",
        accounts.refuse,
        AccountReasonForm,
        Permission.ORG_ACCOUNT_VERIFY,
        LinkState.CLAIMED,
        "不予通过后，对方可以补充材料重新提交。",
        "已退回，对方可以看到原因。",
        danger=True,
    ),
    "revoke": Step(
        "撤销",
        accounts.revoke,
        AccountReasonForm,
        Permission.ORG_ACCOUNT_REVOKE,
        LinkState.VERIFIED,
        "撤销后，这个账号立即不能再代表该组织，已办理的记录保留。",
        "已撤销。",
        danger=True,
    ),
}


@require_safe
def listing(request: HttpRequest, union_code: str) -> HttpResponse:
    """What waits, the oldest first; and the latest decisions of this union."""
    actor = actor_of(request)
    why = may(actor, Permission.ORG_ACCOUNT_VERIFY).require()
    page = AccountsPage(
        waiting=[_account(actor, union_code, row) for row in selectors.waiting(actor)[:SHOWN]],
        decided=[_account(actor, union_code, row) for row in selectors.decided(actor)[:SHOWN]],
        rule=why.rule.value,
        why=why.why,
    )
    return render(request, "registry/accounts.html", {"page": page})


@require_GET
def proof(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The proof of a claim that this union may judge or has judged."""
    actor, at = actor_of(request), clock.now()
    link = selectors.claim(actor, pk)
    found = portal.proof(link, at=at)
    content = files.content(found)
    audit.record("file.fetched", by=actor, at=at, on=found, purpose=found.purpose)
    return attachment(content, name=found.name, content_type=found.content_type, size=found.size)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, union_code: str, pk: UUID, name: str) -> HttpResponse:
    """/u/<code>/org-accounts/<id>/<verify|refuse|revoke>"""
    if (wanted := STEPS.get(name)) is None:
        raise NotFound()
    actor = require_post(request, wanted.permission)
    link = selectors.claim(actor, pk)
    form = wanted.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if carried_out(form, lambda: wanted.action(link_id=link.pk, by=actor, at=clock.now(), **given)) is not None:
            messages.success(request, wanted.done)
            return HttpResponseRedirect(reverse("org-accounts", args=[union_code]))
    page = FormPage(
        title=f"{wanted.label}：{link.organization_name}",
        form=form,
        submit_label=f"确认{wanted.label}",
        cancel_url=reverse("org-accounts", args=[union_code]),
        lead=f"{link.user.name}（{link.user.username}）认领“{link.organization_name}”。{wanted.lead}",
        danger=wanted.danger,
    )
    crumbs = [Crumb("社会组织账号", page.cancel_url), Crumb(wanted.label)]
    return render(request, "base/form.html", {"page": page, "breadcrumbs": crumbs}, status=422 if form.errors else 200)


def _account(actor: Actor, code: str, row: OrgAccountLink) -> Account:
    state = LinkState(row.state)

    def url(name: str) -> str:
        wanted = STEPS[name]
        open_now = state is wanted.state and may(actor, wanted.permission)
        return reverse("org-account-step", args=[code, row.pk, name]) if open_now else ""

    return Account(
        name=row.organization_name,
        uscc=row.uscc,
        person=row.user.name,
        username=row.user.username,
        state=state,
        claimed_at=row.claimed_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by_name,
        reason=row.reason,
        proof_url=reverse("org-account-proof", args=[code, row.pk]) if row.proof_file_id else "",
        verify_url=url("verify"),
        refuse_url=url("refuse"),
        revoke_url=url("revoke"),
    )
