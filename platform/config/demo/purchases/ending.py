"""How a project of the past ends: concluded, paid and archived, or found unqualified."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from commons.access.actors import Actor
from commons.codelists.services import FundSource
from config.demo.purchases import contracting
from config.demo.purchases.begun import score
from config.demo.purchases.carrying_out import spent
from config.demo.purchases.story import Story
from tenants.purchasing.actions import refunds
from tenants.purchasing.enums import EvaluationKind, ReportKind
from tenants.purchasing.machines.contract import CONTRACT, ContractEvent
from tenants.purchasing.machines.evaluation import EVALUATION, EvaluationEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.machines.report import REPORT, ReportEvent
from tenants.purchasing.models import Contract, Evaluation, Report, ServiceProject

# What of the contract was spent in the end; the rest comes back.
_SPENT = Decimal("0.985")


def finish(story: Story, project: ServiceProject, by: Actor) -> Report:
    """Over by its day, with the final expense report accepted; the assessment begins."""
    there = story.there
    assert project.ends_on is not None
    story.go(project.ends_on + timedelta(days=4))
    row = Report.objects.get(project=project, kind=ReportKind.FINAL_EXPENSE)
    story.take(REPORT, row, ReportEvent.SUBMIT, by, data=spent(row, _SPENT))
    story.go(story.day)
    story.take(REPORT, row, ReportEvent.ACCEPT, there.finance)
    story.take(PROJECT, project, ProjectEvent.FINISH, there.staff)
    return row


def conclude(story: Story, project: ServiceProject, contract: Contract, by: Actor) -> None:
    """Assessed well, paid the last part, what was not spent given back, fulfilled and archived."""
    there = story.there
    final = finish(story, project, by)
    story.go(story.day + timedelta(days=5))
    sheet = _assessed(story, project, 88, "目标全部完成，服务规范，职工满意度高，形成了可以推广的服务手册。")
    story.take(EVALUATION, sheet, EvaluationEvent.CONCLUDE, there.admin)
    story.take(EVALUATION, sheet, EvaluationEvent.AGREE, by)
    contracting.pay(story, contract, contract.milestones.count(), by)
    story.go(story.day + timedelta(days=2))
    final.refresh_from_db()
    assert final.unused
    refunds.refund(
        contract=contract,
        amount=final.unused,
        returned_on=story.day,
        voucher_no=f"收-{story.day:%Y%m}-{contract.serial:04d}",
        fund_source=FundSource.UNION_FUNDS,
        reason="项目结余资金退回。",
        by=there.finance,
        at=story.tick(),
    )
    story.take(REPORT, final, ReportEvent.GIVE_BACK, there.finance, data={"returned_on": story.day.isoformat()})
    contract.refresh_from_db()
    story.take(CONTRACT, contract, ContractEvent.FULFIL, there.staff)
    project.refresh_from_db()
    story.take(PROJECT, project, ProjectEvent.ARCHIVE, there.staff)


def condemn(story: Story, project: ServiceProject, contract: Contract, by: Actor) -> None:
    """Found unqualified: the last part is withheld, the provider may not work for the union for a year."""
    there = story.there
    finish(story, project, by)
    story.go(story.day + timedelta(days=5))
    sheet = _assessed(story, project, 46, "约定的场次和人次均未完成，部分服务与约定内容不符，职工评价低。")
    reason = "服务场次和人次均未完成目标，职工满意度低，按绩效考核办法认定为不合格。"
    story.take(EVALUATION, sheet, EvaluationEvent.CONCLUDE, there.admin, reason=reason)
    story.go(story.day + timedelta(days=3))
    story.take(EVALUATION, sheet, EvaluationEvent.AGREE, by)
    project.refresh_from_db()
    contract.refresh_from_db()
    story.take(CONTRACT, contract, ContractEvent.EXPIRE, there.staff)


def _assessed(story: Story, project: ServiceProject, points: int, comment: str) -> Evaluation:
    sheet = Evaluation.objects.get(project=project, kind=EvaluationKind.PERFORMANCE)
    score(story, sheet, points, comment)
    story.go(story.day)
    return sheet
