"""
Who sees which rows of purchasing: the table of DOMAIN §4.2, one policy per kind of row.

Members of the union see its rows by permission; a reviewer sees the calls of their panels, a supervisor their projects, an organization
what it has been given and what it handed in. Reading is decided here; who may cause a step is declared in the machines.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.decisions import Decision, refused
from commons.access.permissions import Permission
from commons.access.policies import Policy, may
from tenants.purchasing.enums import BidState, CallState, EvaluationKind, EvaluationState, MemberState, VisitState
from tenants.purchasing.models import (
    Bid,
    Call,
    Contract,
    Evaluation,
    PanelMember,
    Payment,
    PaymentMilestone,
    Provider,
    PurchaseRule,
    Report,
    Review,
    ServiceProject,
    ServiceRecord,
    Visit,
)
from tenants.purchasing.who import in_department

SEALED_STATES = (BidState.DRAFT, BidState.SUBMITTED, BidState.TO_CONFIRM, BidState.WITHDRAWN, BidState.LAPSED)
# Publicised is proposed; the award is its confirmation. Source: SM-16.
AWARDED = (CallState.CONFIRMED, CallState.DONE)
# From here on every organization may read a call.
PUBLIC_CALLS = tuple(state for state in CallState if state != CallState.DRAFT)


class _Rows(Policy[Any]):
    """
    Rows that are read by permission in the union, by the organization they concern, or through an assigned project.

    `project` and `provider` are the paths from the row to them; '' where there is none.
    """

    project: ClassVar[str] = ""
    provider: ClassVar[str] = ""
    # Which of its rows the organization reads.
    shown: ClassVar[Q] = Q()
    own: ClassVar[Permission] = Permission.COURSE_REPORT
    assigned: ClassVar[Permission] = Permission.PROJECTS_ASSIGNED

    def may_on(self, actor: Actor, row: Any, permission: Permission | None = None) -> Decision:
        decision = self.may(actor, permission) if permission else self._sees(actor)
        if decision and not self.visible(actor).filter(pk=row.pk).exists():
            return refused()
        if permission == self.edit and not in_department(actor, row):
            return refused()
        return decision

    def seen(self, actor: Actor, rows: Collection[Any]) -> set[Any]:
        return set(self.visible(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))

    def visible(self, actor: Actor) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        if self.may(actor):
            return rows
        seen = Q(pk__in=[])
        if actor.organization and self.provider and may(actor, self.own):
            # By key: a join would tell a row once for each contract.
            theirs = self.model._default_manager.filter(**{f"{self.provider}__uscc": actor.organization})
            seen |= self.shown & Q(pk__in=theirs.values("pk"))
        if actor.user is not None and self.project and may(actor, self.assigned):
            named = grants.rows_named_to(actor.user, ServiceProject).values("pk")
            seen |= Q(**{f"{self.project}__in": named})
        return rows.filter(seen)

    def _sees(self, actor: Actor) -> Decision:
        for permission in (self.view, self.own, self.assigned):
            if decision := may(actor, permission):
                return decision
        return refused()


class ProjectPolicy(_Rows):
    model = ServiceProject
    view, edit = Permission.PROJECTS_VIEW, Permission.PROJECTS_EDIT
    project = "pk"
    provider = "contracts__provider"


class CallPolicy(_Rows):
    """Calls are read by the union's people; published ones by every organization; a panel's by its experts; a project's by its supervisor."""

    model = Call
    view, edit = Permission.PROJECTS_VIEW, Permission.PROJECTS_EDIT

    def visible(self, actor: Actor) -> QuerySet[Call]:
        rows = Call.objects.all()
        if self.may(actor):
            return rows
        seen = Q(pk__in=[])
        if actor.organization and may(actor, Permission.BIDS_SUBMIT):
            public = Q(state__in=PUBLIC_CALLS)
            seen |= public & (Q(invited=[]) | Q(invited__contains=[actor.organization]))
        if actor.user is not None and may(actor, Permission.REVIEW_SCORE):
            seen |= Q(pk__in=grants.rows_named_to(actor.user, Call).values("pk"))
        if actor.user is not None and may(actor, Permission.COURSE_SUPERVISE):
            # What was asked for is what is supervised; a draft is nobody's yet.
            named = grants.rows_named_to(actor.user, ServiceProject).values("pk")
            seen |= Q(state__in=PUBLIC_CALLS, project__in=named)
        return rows.filter(seen)


class BidPolicy(_Rows):
    """
    Nobody sees a sealed bid as a row but its bidder, who finds it by its mark (`selectors.bids.own`), never here.

    After the opening the union's staff, after the award its leaders, a panel its own, an organization its own. Source: §4.2, V6.
    """

    model = Bid
    view, edit = Permission.BIDS_VIEW, Permission.BIDS_SUBMIT

    def visible(self, actor: Actor) -> QuerySet[Bid]:
        rows = Bid.objects.exclude(state__in=SEALED_STATES)
        if self.may(actor):
            return rows
        seen = Q(pk__in=[])
        if may(actor, Permission.BIDS_VIEW_AWARDED):
            seen |= Q(call__state__in=AWARDED)
        if actor.organization and may(actor, Permission.BIDS_SUBMIT):
            seen |= Q(provider__uscc=actor.organization)
        if actor.user is not None and may(actor, Permission.REVIEW_SCORE):
            # Named on the call they read who bids; what is bid they read once they have declared. Source: SM-16.
            declared = PanelMember.objects.filter(expert__user_id=actor.user.pk, state=MemberState.CONFIRMED)
            named = grants.rows_named_to(actor.user, Call).values("pk")
            seen |= Q(call__in=named) & Q(call__in=declared.values("call_id"))
        return rows.filter(seen)


class ReviewPolicy(_Rows):
    """An expert's own scores; the union's once all of the call are locked, which the selectors ask."""

    model = Review
    view, edit = Permission.BIDS_VIEW, Permission.REVIEW_SCORE

    def visible(self, actor: Actor) -> QuerySet[Review]:
        rows = Review.objects.all()
        if actor.user is not None and may(actor, Permission.REVIEW_SCORE):
            return rows.filter(member__expert__user_id=actor.user.pk)
        if not self.may(actor):
            return rows.none()
        open_ = Review.objects.filter(locked_at__isnull=True).values("bid__call_id")
        return rows.exclude(bid__call__in=open_).exclude(bid__call__state=CallState.REVIEW)


class _Money(_Rows):
    """Of an assigned project its supervisor reads what was agreed and paid; the experts who evaluate it do not. Source: §4.2."""

    assigned = Permission.COURSE_SUPERVISE


class ContractPolicy(_Money):
    model = Contract
    view, edit = Permission.CONTRACTS_VIEW, Permission.CONTRACTS_EDIT
    project, provider = "project", "provider"


class MilestonePolicy(_Money):
    model = PaymentMilestone
    view, edit = Permission.CONTRACTS_VIEW, Permission.CONTRACTS_EDIT
    project, provider = "contract__project", "contract__provider"


class PaymentPolicy(_Money):
    model = Payment
    view, edit = Permission.CONTRACTS_VIEW, Permission.PAYMENTS_PAY
    project, provider = "contract__project", "contract__provider"


class ReportPolicy(_Rows):
    model = Report
    view, edit = Permission.COURSE_VIEW, Permission.COURSE_REPORT
    project, provider = "project", "contract__provider"


class RecordPolicy(_Rows):
    model = ServiceRecord
    view, edit = Permission.COURSE_VIEW, Permission.COURSE_EDIT
    project, provider = "project", "project__contracts__provider"


class VisitPolicy(_Rows):
    """The provider reads what was found, not what is planned: a spot check is not announced."""

    model = Visit
    view, edit = Permission.COURSE_VIEW, Permission.COURSE_EDIT
    project, provider = "project", "project__contracts__provider"
    shown = ~Q(state=VisitState.PLANNED)


class EvaluationPolicy(_Rows):
    """The provider reads how its work was evaluated once it is concluded; the approval was before its time."""

    model = Evaluation
    view, edit = Permission.COURSE_VIEW, Permission.COURSE_EDIT
    project, provider = "project", "project__contracts__provider"
    shown = ~Q(kind=EvaluationKind.APPROVAL) & ~Q(state__in=[EvaluationState.OPEN, EvaluationState.SCORED])


class ProviderPolicy(_Rows):
    model = Provider
    view, edit = Permission.PROVIDERS_VIEW, Permission.PROVIDERS_EDIT

    def visible(self, actor: Actor) -> QuerySet[Provider]:
        rows = Provider.objects.all()
        if self.may(actor):
            return rows
        if actor.organization and may(actor, Permission.COURSE_REPORT):
            return rows.filter(uscc=actor.organization)
        return rows.none()


class RulePolicy(_Rows):
    model = PurchaseRule
    view, edit = Permission.RULES_VIEW, Permission.RULES_EDIT


PROJECTS = ProjectPolicy()
CALLS = CallPolicy()
BIDS = BidPolicy()
REVIEWS = ReviewPolicy()
CONTRACTS = ContractPolicy()
MILESTONES = MilestonePolicy()
PAYMENTS = PaymentPolicy()
REPORTS = ReportPolicy()
RECORDS = RecordPolicy()
VISITS = VisitPolicy()
EVALUATIONS = EvaluationPolicy()
PROVIDERS = ProviderPolicy()
RULES = RulePolicy()
