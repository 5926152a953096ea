"""What is asked before each step of a service project: None where it holds, else the facts for the guard's sentence. Source: SM-15P."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from commons.kit.clock import today
from commons.workflow.declaration import Step
from tenants.purchasing.enums import (
    CallState,
    Conclusion,
    ContractKind,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneState,
    NoteKind,
    ProcurementMethod,
    ProcurementMode,
    ProjectState,
    ReportKind,
    ReportState,
    VisitState,
)
from tenants.purchasing.models import (
    Call,
    CallNote,
    Contract,
    Evaluation,
    PaymentMilestone,
    Report,
    ServiceProject,
    Visit,
)
from tenants.purchasing.rules import FIXED, fixed_in_force, is_direct, months_after, thresholds
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.selectors.overlaps import overlaps

Facts = dict[str, object] | None
IN_FORCE = (ContractState.SIGNED, ContractState.PERFORMING, ContractState.FULFILLED)
SCORED = (EvaluationState.SCORED, EvaluationState.CONCLUDED, EvaluationState.APPEALED, EvaluationState.FINAL)
ENDED = (CallState.FAILED, CallState.CANCELLED)
TESTS = {"test_concentrated": "需求相对集中", "test_benefit": "比较效益突出", "test_suitable": "适合社会组织承接"}


def yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def day(one: date) -> str:
    return f"{one.year}年{one.month}月{one.day}日"


def last_evaluation(project: ServiceProject, kind: EvaluationKind) -> Evaluation | None:
    """The latest evaluation of a kind: one that was begun anew takes the place of those before."""
    rows = Evaluation.objects.filter(project=project, kind=kind).select_related("system")
    return rows.order_by("-created_at", "-pk").first()


def last_call(project: ServiceProject) -> Call | None:
    """The call of the latest round."""
    return Call.objects.filter(project=project).order_by("-round").first()


def targets_met(project: ServiceProject) -> bool:
    """Whether all targets that were set are reached; False when none was set."""
    done = delivered(project.pk)
    pairs = (
        (project.target_person_times, done.person_times),
        (project.target_persons, done.persons),
        (project.target_sessions, done.sessions),
    )
    wanted = [(target, actual) for target, actual in pairs if target]
    return bool(wanted) and all(actual >= target for target, actual in wanted)


def needs_midterm(project: ServiceProject) -> bool:
    """Source: SM-15P finish (design): not of a project shorter than six months."""
    if project.starts_on is None or project.ends_on is None:
        return True
    return project.ends_on >= months_after(project.starts_on, thresholds(project.measures).midterm_free_months)


def tests(step: Step) -> Facts:
    missing = [name for column, name in TESTS.items() if not getattr(step.row, column)]
    return {"missing": "、".join(missing)} if missing else None


def owner(step: Step) -> Facts:
    return None if step.row.business_owner_id else {}


def funded(step: Step) -> Facts:
    row = step.row
    total = row.funding.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    enough = row.budget > 0 or row.mode == ProcurementMode.COOPERATION
    return None if enough and total == row.budget else {"total": yuan(total), "budget": yuan(row.budget)}


def rules(step: Step) -> Facts:
    chosen = fixed_in_force()
    missing = [kind.label for name, kind in FIXED.items() if name not in chosen]
    return {"missing": "、".join(missing)} if missing else None


def needs(step: Step) -> Facts:
    return None if step.row.need_ids else {}


def approval(step: Step) -> Facts:
    row = step.row
    found = last_evaluation(row, EvaluationKind.APPROVAL)
    if found is None or found.state not in SCORED or found.total is None:
        return {"total": "未评分", "mark": pass_mark(row.approval_system)}
    mark = pass_mark(row.approval_system)
    if found.conclusion == Conclusion.REJECT:
        return {"total": f"{found.total:.2f}分，结论为不通过", "mark": mark}
    return None if found.total >= mark else {"total": f"{found.total:.2f}分", "mark": mark}


def pass_mark(system: object) -> Decimal:
    """The total from which on it passes, 60 where the system does not say."""
    content = getattr(system, "content", None) or {}
    return Decimal(str(content.get("pass_mark", 60)))


def scorer(step: Step) -> Facts:
    found = last_evaluation(step.row, EvaluationKind.APPROVAL)
    same = found is not None and found.scored_by_id is not None and found.scored_by_id == step.row.created_by_id
    return {"who": found.scored_by_name} if same and found is not None else None


def decider(step: Step) -> Facts:
    same = step.by.user_id is not None and step.by.user_id == step.row.created_by_id
    return {"who": step.row.created_by_name} if same else None


def direct(step: Step) -> Facts:
    row = step.row
    if not is_direct(row):
        return None
    if (call := last_call(row)) is not None and call.method != ProcurementMethod.DIRECT and _under_way(call, step):
        # All may answer: nothing is entrusted directly.
        return None
    most = thresholds(row.measures).direct_max
    return None if row.direct_reason and row.budget <= most else {"most": yuan(most), "budget": yuan(row.budget)}


def call_published(step: Step) -> Facts:
    if step.by.system:
        return None
    call = last_call(step.row)
    if is_direct(step.row) and (call is None or call.state in ENDED):
        return None
    return None if call is not None and _under_way(call, step) else {}


def _under_way(call: Call, step: Step) -> bool:
    """Published; where the call itself asks, about to be."""
    return call.state in (CallState.PUBLISHED, CallState.CLOSED) or (bool(step.by.system) and call.state not in ENDED)


def publicity(step: Step) -> Facts:
    row = step.row
    call = last_call(row)
    if call is None or call.state in ENDED:
        return None if is_direct(row) else {"until": "尚未公示"}
    if is_direct(row) and call.state in (CallState.CONFIRMED, CallState.DONE):
        return None
    settled = (CallState.CONFIRMED, CallState.DONE, *((CallState.PUBLICISED,) if step.by.system else ()))
    if call.state not in settled or call.publicity_until is None:
        return {"until": f"公告当前为“{CallState.label_of(call.state)}”"}
    return None if today(step.at) >= call.publicity_until else {"until": f"公示期至{day(call.publicity_until)}前"}


def objections(step: Step) -> Facts:
    open_ = CallNote.objects.filter(call__project=step.row, kind=NoteKind.OBJECTION, answered_at__isnull=True).count()
    return {"open": open_} if open_ else None


def call_failed(step: Step) -> Facts:
    if step.by.system:
        return None
    call = last_call(step.row)
    if call is None or call.state in ENDED:
        return None
    return {"state": CallState.label_of(call.state)}


def not_signed(step: Step) -> Facts:
    return {} if signed(step.row, ContractKind.PROJECT) or signed(step.row, ContractKind.COOPERATION) else None


def signed(project: ServiceProject, kind: ContractKind) -> list[Contract]:
    """The contracts of a kind that are signed and not ended before their time."""
    return list(Contract.objects.filter(project=project, kind=kind, state__in=IN_FORCE).select_related("provider"))


def contract(step: Step) -> Facts:
    cooperation = step.row.mode == ProcurementMode.COOPERATION
    kind = ContractKind.COOPERATION if cooperation else ContractKind.PROJECT
    return None if signed(step.row, kind) else {"kind": kind.label}


def supervised(step: Step) -> Facts:
    return None if not step.row.third_party_required or signed(step.row, ContractKind.SUPERVISION) else {}


def independent(step: Step) -> Facts:
    kinds = Q(kind=ContractKind.PROJECT) | Q(kind=ContractKind.COOPERATION)
    providing = set(
        Contract.objects.filter(kinds, project=step.row, state__in=IN_FORCE).values_list("provider_id", flat=True)
    )
    both = [one.provider.name for one in signed(step.row, ContractKind.SUPERVISION) if one.provider_id in providing]
    return {"name": both[0]} if both else None


def midterm_day(step: Step) -> Facts:
    planned = step.row.midterm_on
    return None if planned is None or today(step.at) >= planned else {"day": day(planned)}


def progress(step: Step) -> Facts:
    accepted = Report.objects.filter(project=step.row, kind=ReportKind.PROGRESS, state=ReportState.ACCEPTED)
    return None if accepted.exists() else {}


def passed_before(step: Step) -> Facts:
    return {} if step.row.midterm_passed else None


def midterm_scored(step: Step) -> Facts:
    found = last_evaluation(step.row, EvaluationKind.MIDTERM)
    return None if found is not None and found.state in SCORED and found.total is not None else {}


def midterm_enough(step: Step) -> Facts:
    found = last_evaluation(step.row, EvaluationKind.MIDTERM)
    mark = pass_mark(step.row.midterm_system)
    if found is None or found.total is None or found.total >= mark:
        return None
    return {"total": f"{found.total:.2f}", "mark": mark}


def rectified(step: Step) -> Facts:
    open_ = Visit.objects.filter(project=step.row, state=VisitState.RECTIFYING).count()
    return {"open": open_} if open_ else None


def seen_again(step: Step) -> Facts:
    if not step.row.third_party_required:
        return None
    found = last_evaluation(step.row, EvaluationKind.MIDTERM)
    after = (found.concluded_on or found.evaluated_on) if found is not None else None
    visits = Visit.objects.filter(project=step.row).filter(Q(state=VisitState.DONE) | Q(state=VisitState.CLOSED))
    if after is not None:
        visits = visits.filter(visit_on__gte=after)
    return None if visits.exists() else {}


def ended(step: Step) -> Facts:
    ends = step.row.ends_on
    if (ends is not None and today(step.at) >= ends) or targets_met(step.row):
        return None
    return {"day": day(ends) if ends else "未填写"}


def midterm_done(step: Step) -> Facts:
    if step.row.midterm_passed or not needs_midterm(step.row):
        return None
    return {"months": thresholds(step.row.measures).midterm_free_months}


def final_expense(step: Step) -> Facts:
    accepted = Report.objects.filter(project=step.row, kind=ReportKind.FINAL_EXPENSE, state=ReportState.ACCEPTED)
    return None if accepted.exists() else {}


def performance_scored(step: Step) -> Facts:
    found = last_evaluation(step.row, EvaluationKind.PERFORMANCE)
    return None if found is not None and found.state in SCORED and found.total is not None else {}


def performance_enough(step: Step) -> Facts:
    found = last_evaluation(step.row, EvaluationKind.PERFORMANCE)
    mark = pass_mark(step.row.performance_system)
    if found is None or found.total is None or found.total >= mark:
        return None
    return {"total": f"{found.total:.2f}", "mark": mark}


def sample(step: Step) -> Facts:
    limits = thresholds(step.row.measures)
    done = delivered(step.row.pk)
    found = last_evaluation(step.row, EvaluationKind.PERFORMANCE)
    sample = max(done.sample, found.sample if found is not None else 0)
    share = limits.satisfaction_share_min
    if sample >= limits.satisfaction_sample_min or (done.persons and sample * 100 >= done.persons * share):
        return None
    return {"sample": sample, "least": limits.satisfaction_sample_min, "share": f"{share.normalize():f}"}


def unsettled(step: Step) -> Facts:
    open_ = Q(state=MilestoneState.DUE) | Q(state=MilestoneState.REQUESTED) | Q(state=MilestoneState.APPROVED)
    if step.row.state == ProjectState.COMPLETED:
        open_ |= Q(state=MilestoneState.PLANNED)
    left = PaymentMilestone.objects.filter(open_, contract__project=step.row).count()
    return {"left": left} if left else None


def unreturned(step: Step) -> Facts:
    left = Report.objects.filter(
        Q(kind=ReportKind.EXPENSE) | Q(kind=ReportKind.FINAL_EXPENSE),
        project=step.row, state=ReportState.ACCEPTED, unused__gt=0, returned_on__isnull=True,
    ).aggregate(left=Sum("unused"))["left"]  # fmt: skip
    return {"left": yuan(left)} if left else None


def unaccounted(step: Step) -> Facts:
    """What was paid to a project that was stopped has to be accounted for, else nobody knows what is to come back."""
    row = step.row
    if row.state != ProjectState.TERMINATED or not row.contracts.filter(payments__isnull=False).exists():
        return None
    return final_expense(step)


def overlap(step: Step) -> Facts:
    """Asked when it begins to cost money; a reason that was written before answers it. Source: R6."""
    if step.row.overlap_note:
        return None
    found = overlaps(step.row)
    return {"found": "；".join(f"{one.union.name_zh}“{one.title}”" for one in found[:3])} if found else None
