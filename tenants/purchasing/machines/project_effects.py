"""What follows when a service project takes a step. Source: DOMAIN §3.6 SM-15P."""

from __future__ import annotations

from uuid import UUID

from commons.calls import funded
from commons.kit.clock import today
from commons.tenancy import door
from commons.workflow import machines
from commons.workflow.declaration import Step
from commons.workflow.transitions import edited, follow
from tenants.purchasing import adoption
from tenants.purchasing.enums import ContractKind, MilestoneState
from tenants.purchasing.machines.project_checks import needs_midterm, signed
from tenants.purchasing.models import PaymentMilestone, Provider
from tenants.purchasing.rules import fixed_in_force, months_after, thresholds, use
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.selectors.overlaps import service_of

# The event of a payment milestone by which it is not paid for now.
WITHHOLD = "withhold"
_PROVIDING = (ContractKind.PROJECT, ContractKind.COOPERATION)


def fix_rules(step: Step) -> None:
    """Keep the editions in force as this project's own; they are frozen from now on. Source: §2.0 versions; E12-E14."""
    chosen = fixed_in_force(lock=True)
    for rule in chosen.values():
        use(rule, at=step.at)
    step.set(**chosen)
    if step.row.budget >= thresholds(chosen["measures"]).third_party_min and not step.row.third_party_required:
        step.set(third_party_required=True)


def decide(step: Step) -> None:
    step.set(decided_on=today(step.at))


def approve(step: Step) -> None:
    """The needs it answers to are adopted by it. Source: SM-12."""
    step.set(decided_on=today(step.at), approved_on=today(step.at))
    adoption.adopt(step)


def reopen(step: Step) -> None:
    step.set(decided_on=None)


def start(step: Step) -> None:
    """
    From now on it costs money, which the unions above and below may know. Source: R6.

    A long project without a day for its mid-term evaluation gets the middle of its time.
    """
    union = door.current()
    if union is not None:
        funded.tell(union=union, service=service_of(step.row), signed_on=today(step.at))
    row = step.row
    if row.midterm_on is None and row.starts_on and row.ends_on and needs_midterm(row):
        step.set(midterm_on=row.starts_on + (row.ends_on - row.starts_on) / 2)


def pass_midterm(step: Step) -> None:
    step.set(midterm_passed=True, rectify_by=None)


def fail_midterm(step: Step) -> None:
    """The first time it is rectified by a day; the second time it ends. Source: SM-15P."""
    if step.row.midterm_failures:
        terminate(step)
    else:
        step.set(rectify_by=step.data["rectify_by"])
    step.set(midterm_failures=step.row.midterm_failures + 1)


def rectified(step: Step) -> None:
    step.set(rectify_by=None)


def end(step: Step) -> None:
    step.set(ended_on=today(step.at))


def terminate(step: Step) -> None:
    end(step)
    _forget(step)
    adoption.release(step)


def _forget(step: Step) -> None:
    union = door.current()
    if union is not None:
        funded.forget(union=union, project_id=step.row.pk)


def conclude(step: Step) -> None:
    """Needs are met where those served are satisfied enough. Source: SM-12."""
    end(step)
    mark = delivered(step.row.pk).satisfaction
    if mark is not None and mark >= thresholds(step.row.measures).satisfaction_min:
        adoption.satisfy(step, mark)


def condemn(step: Step) -> None:
    """The final payment is withheld, the provider stands back for a year. Source: SM-15P unqualified (design)."""
    end(step)
    adoption.release(step)
    contracts = [contract for kind in _PROVIDING for contract in signed(step.row, kind)]
    until = months_after(today(step.at), 12 * thresholds(step.row.measures).block_years)
    blamed = {contract.provider_id for contract in contracts}
    for provider in Provider.objects.select_for_update(no_key=True).filter(pk__in=blamed).order_by("pk"):
        _block(step, provider, until)
    for contract in contracts:
        _withhold_last(step, contract.pk)


def _block(step: Step, provider: Provider, until: object) -> None:
    changes: dict[str, tuple[object, object]] = {}
    reason = f"项目“{step.row.title}”绩效考核不合格"[:300]
    for name, value in (("blocked_until", until), ("blocked_reason", reason)):
        changes[name] = (getattr(provider, name), value)
        setattr(provider, name, value)
    edited(provider, by=step.by, at=step.at, changes=changes)


def _withhold_last(step: Step, contract_id: UUID) -> None:
    last = PaymentMilestone.objects.filter(contract=contract_id).order_by("-no").first()
    if last is None or last.state in (MilestoneState.PAID, MilestoneState.WITHHELD):
        return
    follow(machines.of("paymentmilestone"), last, WITHHOLD, after=step)
