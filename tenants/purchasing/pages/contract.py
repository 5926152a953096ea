"""/u/<code>/contracts/<id>: one contract, its clauses, milestones and payments. Source: SM-18; §4.2."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.documents import docx, pdf
from commons.files.responses import attachment
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import Crumb, actor_of
from commons.web.steps import Steps, steps
from commons.workflow.history import Entry, timeline
from tenants.attachments.pages import panel
from tenants.attachments.pages.panel import Panel
from tenants.discussion.pages import panel as discussions
from tenants.discussion.pages.panel import Discussion
from tenants.purchasing import contract_text
from tenants.purchasing.actions import accounts
from tenants.purchasing.contract_text import Clause
from tenants.purchasing.enums import ContractState, PaymentKind
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.models import Contract, Payment, PaymentMilestone
from tenants.purchasing.selectors import contract_values, contracts

_FORMATS = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}


@dataclass(frozen=True)
class MilestoneLine:
    """One milestone with what was paid of it."""

    row: PaymentMilestone
    url: str
    paid: Decimal


@dataclass(frozen=True)
class Addresses:
    """Where things are done; empty for what the viewer may not do now."""

    edit: str
    milestones: str
    deviation: str
    amend: str
    refund: str
    account: str
    document: str
    project: str


@dataclass(frozen=True)
class ContractPage:
    """One contract. Units: yuan."""

    contract: Contract
    buyer: str
    account: str
    clauses: list[Clause]
    unapproved: int
    milestones: list[MilestoneLine]
    payments: list[Payment]
    net: Decimal
    left: Decimal
    amends_url: str
    amendments: list[tuple[str, str, str]]
    steps: Steps
    urls: Addresses
    attachments: Panel
    discussion: Discussion | None
    history: list[Entry]
    rule: Rule


@dataclass(frozen=True)
class MilestonePage:
    """One milestone with its payments."""

    row: PaymentMilestone
    contract_url: str
    payments: list[Payment]
    net: Decimal
    left: Decimal
    steps: Steps
    history: list[Entry]


@dataclass(frozen=True)
class AccountPage:
    """A bank account in full."""

    provider: str
    bank_name: str
    account: str
    back: str
    back_label: str = "返回合同"


@require_safe
def contract(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = contracts.contract(actor, pk)
    paid = contracts.payments_of(actor, row)
    net = sum((one.amount for one in paid), contracts.NOTHING)
    of_milestone: dict[UUID | None, Decimal] = {}
    for one in paid:
        of_milestone[one.milestone_id] = of_milestone.get(one.milestone_id, contracts.NOTHING) + one.amount
    page = ContractPage(
        contract=row,
        buyer=row.buyer_name or (actor.union.name_zh if actor.union else ""),
        account=masked(row.provider.bank_account),
        clauses=contract_text.readable(
            row, {**contract_values.now(row), contract_text.ACCOUNT: masked(row.provider.bank_account)}
        ),
        unapproved=len(contract_text.unapproved(row)),
        milestones=[
            MilestoneLine(
                one, reverse("milestone", args=[union_code, one.pk]), of_milestone.get(one.pk, contracts.NOTHING)
            )
            for one in contracts.milestones(actor, row)
        ],
        payments=paid,
        net=net,
        left=row.amount - net,
        amends_url=reverse("contract", args=[union_code, row.amends_id]) if row.amends_id else "",
        amendments=[
            (one.number, ContractState(one.state).label, reverse("contract", args=[union_code, one.pk]))
            for one in row.amendments.order_by("created_at")
        ],
        steps=steps(CONTRACT, row, actor, at, union_code),
        urls=_addresses(actor, row, union_code, paid),
        attachments=panel.of(actor, row),
        discussion=discussions.of(actor, row, at),
        history=timeline(CONTRACT, row),
        rule=Rule.ROLE,
    )
    return render(request, "purchasing/contract.html", {"page": page, "breadcrumbs": trail(union_code, row)})


@require_safe
def milestone(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = contracts.milestone(actor, pk)
    paid = [one for one in contracts.payments_of(actor, row.contract) if one.milestone_id == row.pk]
    net = sum((one.amount for one in paid), contracts.NOTHING)
    page = MilestonePage(
        row=row,
        contract_url=reverse("contract", args=[union_code, row.contract_id]),
        payments=paid,
        net=net,
        left=row.amount - net,
        steps=steps(MILESTONE, row, actor, at, union_code),
        history=timeline(MILESTONE, row),
    )
    crumbs = trail(union_code, row.contract, f"第{row.no}期付款")
    return render(request, "purchasing/milestone.html", {"page": page, "breadcrumbs": crumbs})


@require_POST
def account(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The account in full: asked for on purpose, written down, never kept by the browser."""
    actor = actor_of(request)
    row = contracts.contract(actor, pk)
    page = AccountPage(
        provider=row.provider.name,
        bank_name=row.provider.bank_name,
        account=accounts.read_account(contract=row, by=actor, at=clock.now()),
        back=reverse("contract", args=[union_code, row.pk]),
    )
    crumbs = trail(union_code, row, "收款账户")
    answer = render(request, "purchasing/account.html", {"page": page, "breadcrumbs": crumbs})
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@transaction.atomic
def document(request: HttpRequest, union_code: str, pk: UUID, format: str) -> HttpResponse:
    """The contract as Word or PDF; with the account in full for whoever may read it, which is written down."""
    actor, at = actor_of(request), clock.now()
    row = contracts.contract(actor, pk)
    if row.template is None or format not in _FORMATS:
        raise NotFound()
    number = row.provider.bank_account
    if _reads_account(actor, row):
        number = accounts.read_account(contract=row, by=actor, at=at)
    parts = contracts.milestones(actor, row)
    made = contract_text.document(
        row,
        parts,
        given=contract_values.now(row),
        account=number if _reads_account(actor, row) else masked(number),
        author=actor.union.name_zh if actor.union else "",
    )
    write, content_type = _FORMATS[format]
    record("purchasing.contract.document", by=actor, at=at, on=row, format=format)
    return attachment(write(made), name=f"{row.number}.{format}", content_type=content_type)


def masked(account: str) -> str:
    """The last four digits of an account; '' for none."""
    return f"{'*' * 4} {account[-4:]}" if len(account) > 4 else "*" * len(account)


def trail(code: str, row: Contract | None = None, *more: str) -> list[Crumb]:
    """The way from the list to this page."""
    crumbs = [Crumb("合同", reverse("contracts", args=[code]))]
    if row is not None:
        crumbs.append(Crumb(row.number, reverse("contract", args=[code, row.pk])))
    return [*crumbs, *(Crumb(label) for label in more)]


def _reads_account(actor: Actor, row: Contract) -> bool:
    own = bool(actor.organization) and row.provider.uscc == actor.organization
    return own or bool(may(actor, Permission.PAYMENTS_PAY)) or bool(may(actor, Permission.PERSONAL_VIEW))


def _addresses(actor: Actor, row: Contract, code: str, paid: list[Payment]) -> Addresses:
    edits = bool(may(actor, Permission.CONTRACTS_EDIT))
    draft = edits and row.state == ContractState.DRAFT
    amends = edits and row.state in contracts.IN_FORCE and row.amends_id is None and row.template_id is not None
    refunds = bool(may(actor, Permission.PAYMENTS_PAY)) and any(one.kind == PaymentKind.PAYMENT for one in paid)

    def there(name: str, allowed: bool) -> str:
        return reverse(name, args=[code, row.pk]) if allowed else ""

    return Addresses(
        edit=there("contract-edit", draft),
        milestones=there("contract-milestones", draft),
        deviation=there("contract-deviation", draft and row.template_id is not None),
        amend=there("contract-amend", amends),
        refund=there("contract-refund", refunds),
        account=there("contract-account", bool(row.provider.bank_account) and _reads_account(actor, row)),
        document=there("contract", row.template_id is not None),
        project=f"/u/{code}/projects/{row.project_id}" if row.project_id else "",
    )
