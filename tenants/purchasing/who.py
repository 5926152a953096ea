"""Who causes the steps of purchasing, as the machines name them. Source: DOMAIN §3.6, §4.2."""

from __future__ import annotations

from typing import Any

from commons.access import grants
from commons.access.actors import Actor
from commons.access.permissions import Permission as P
from commons.workflow.declaration import PLATFORM, Who
from tenants.purchasing.models import Call, Contract, Provider, ServiceProject, Visit

__all__ = ["PLATFORM"]


def project_of(row: Any) -> ServiceProject | None:
    """The project that a row of purchasing belongs to."""
    if isinstance(row, ServiceProject):
        return row
    for name in ("project", "contract", "call", "bid"):
        if (parent := getattr(row, name, None)) is not None:
            return project_of(parent)
    return None


def provider_of(row: Any) -> Provider | None:
    """
    The provider whom a row concerns: its own, or that of its contract, or that of its project's contract in force.

    The contract of a visit is the supervisor's; what was seen concerns whoever carries the project out.
    """
    for name in () if isinstance(row, Visit) else ("provider", "contract"):
        if (parent := getattr(row, name, None)) is not None:
            return parent if isinstance(parent, Provider) else provider_of(parent)
    project = project_of(row)
    if project is None:
        return None
    contract = (
        Contract.objects.filter(project=project, kind="project").exclude(state="draft").order_by("-created_at").first()
    )
    return contract.provider if contract else None


def in_department(actor: Actor, row: Any) -> bool:
    """Staff bound to a department write its rows alone. Source: §4.2 department scoping."""
    project = project_of(row)
    if not actor.unit or project is None:
        return True
    return project.business_owner is not None and project.business_owner.name == actor.unit


def own_organization(actor: Actor, row: Any) -> bool:
    """The account acts for the organization that the row concerns."""
    provider = provider_of(row)
    return bool(actor.organization) and provider is not None and provider.uscc == actor.organization


def assigned_project(actor: Actor, row: Any) -> bool:
    """The account is named on the row's project."""
    project = project_of(row)
    if actor.user is None or project is None:
        return False
    return grants.rows_named_to(actor.user, ServiceProject).filter(pk=project.pk).exists()


def on_panel(actor: Actor, row: Any) -> bool:
    """The account is named on the row's call."""
    call = row if isinstance(row, Call) else getattr(row, "call", None)
    if actor.user is None or call is None:
        return False
    return grants.rows_named_to(actor.user, Call).filter(pk=call.pk).exists()


STAFF_PROJECTS = Who(P.PROJECTS_EDIT, "工会工作人员", in_department)
ADMIN_PROJECTS = Who(P.PROJECTS_APPROVE, "工会管理员")
STAFF_CONTRACTS = Who(P.CONTRACTS_EDIT, "工会工作人员", in_department)
ADMIN_CONTRACTS = Who(P.CONTRACTS_APPROVE, "工会管理员")
STAFF_COURSE = Who(P.COURSE_EDIT, "工会工作人员", in_department)
FINANCE = Who(P.PAYMENTS_PAY, "财务")
SUPERVISOR = Who(P.COURSE_SUPERVISE, "指派的第三方监管", assigned_project)
REVIEWER = Who(P.REVIEW_SCORE, "评审组专家", on_panel)
PROVIDER = Who(P.COURSE_REPORT, "承接单位", own_organization)
BIDDER = Who(P.BIDS_SUBMIT, "申报单位")
ADMIN_RULES = Who(P.RULES_EDIT, "工会管理员")


def own_listing(actor: Actor, row: Any) -> bool:
    """The account acts for the organization that posted the listing."""
    return bool(actor.organization) and row.poster_uscc == actor.organization


def own_demand(actor: Actor, row: Any) -> bool:
    """The account acts for the side that asks."""
    return own_listing(actor, row.demand)


def own_offer(actor: Actor, row: Any) -> bool:
    """The account acts for the side that offers."""
    return own_listing(actor, row.offer)


STAFF_MARKET = Who(P.MARKET_EDIT, "工会工作人员")
POSTER = Who(P.MARKET_POST, "发布单位", own_listing)
DEMAND_SIDE = Who(P.MARKET_POST, "需求方", own_demand)
OFFER_SIDE = Who(P.MARKET_POST, "供给方", own_offer)
