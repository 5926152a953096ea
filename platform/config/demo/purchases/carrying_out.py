"""A project of the past that is carried out: what was served, reported, seen and put right, and its mid-term evaluation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from django.db.models import Sum

from commons.access.actors import Actor
from config.demo.purchases.begun import Life, score
from config.demo.purchases.story import Story
from tenants.purchasing.actions import course, records
from tenants.purchasing.enums import EvaluationKind, ReportKind, ReportState, RiskLevel
from tenants.purchasing.machines.evaluation import EVALUATION, EvaluationEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.machines.report import REPORT, ReportEvent
from tenants.purchasing.machines.visit import VISIT, VisitEvent
from tenants.purchasing.models import Evaluation, Report, ServiceProject, ServiceRecord, Visit

CENT = Decimal("0.01")
EVERY = timedelta(days=26)
_PLACES = ("解放路街道工会服务站", "高新园区职工之家", "快递分拨中心", "新河三角洲司机之家", "伍家岭社区党群服务中心")
_NOTES = (
    "以小组活动为主，另有个别咨询六人次。",
    "",
    "雨天改在室内开展，报名人数较多。",
    "企业工会协助组织，现场发放服务手册。",
)
_FINDINGS = "现场抽查签到表和影像资料，两次活动的签到表缺少联系电话，服务档案没有及时归档；其余服务按计划开展。"
_NOTHING_FOUND = "抽查两个服务点，人员到岗、签到和影像齐全，随访的六名职工表示满意，未发现问题。"
_RECTIFIED = "已补齐签到表联系电话，指定专人每周整理档案，并将抽查情况纳入内部考核。"
_PROGRESS = "本期按计划在街道工会服务站和园区开展服务，职工参与积极，未发生安全和投诉事件。下期将增加晚间场次。"


def serve(
    story: Story,
    project: ServiceProject,
    by: Actor,
    life: Life,
    *,
    mark: Decimal,
    until: date,
    every: timedelta = EVERY,
) -> None:
    """A record every few weeks up to a day, with the marks that workers gave, about `mark` of five."""
    chance = Random(f"served {project.title} {story.day}")
    assert project.starts_on is not None
    day = max(project.starts_on + timedelta(days=9), story.day + timedelta(days=1))
    while day <= until:
        story.go(day)
        times = chance.randrange(48, 96)
        count = times // 3
        records.add(
            project=project,
            fields={
                "served_on": story.day,
                "place": chance.choice(_PLACES),
                "field": life.field,
                "groups": [life.group],
                "sessions": chance.randrange(2, 5),
                "person_times": times,
                "persons_new": times // 2,
                "union_staff": 2,
                "social_workers": 3,
                "volunteers": chance.randrange(2, 9),
                "satisfaction_sum": int((mark * count).to_integral_value(ROUND_HALF_UP)),
                "satisfaction_count": count,
                "note": chance.choice(_NOTES),
            },
            by=by,
            at=story.tick(),
        )
        day = story.day + every


def carry_out(
    story: Story,
    project: ServiceProject,
    by: Actor,
    life: Life,
    *,
    until: date,
    mark: Decimal,
    every: timedelta = EVERY,
) -> None:
    """Served and reported by the rhythm of the contract, up to a day."""
    due = Report.objects.filter(project=project, state=ReportState.DUE, until_on__lt=until)
    for end in due.order_by("until_on").values_list("until_on", flat=True).distinct():
        serve(story, project, by, life, mark=mark, until=end, every=every)
        report(story, project, by, end)
    serve(story, project, by, life, mark=mark, until=until, every=every)


def report(story: Story, project: ServiceProject, by: Actor, end: date) -> None:
    """The progress and the expenses of the period that ended on `end`, handed in within days and accepted."""
    there = story.there
    story.go(end + timedelta(days=5))
    rows = Report.objects.filter(project=project, state=ReportState.DUE, until_on=end)
    for row in rows.exclude(kind=ReportKind.FINAL_EXPENSE).order_by("kind", "pk"):
        story.take(REPORT, row, ReportEvent.SUBMIT, by, data=_told(row))
    story.go(story.day)
    for row in Report.objects.filter(project=project, state=ReportState.SUBMITTED).order_by("kind", "pk"):
        story.take(REPORT, row, ReportEvent.ACCEPT, there.staff if row.kind == ReportKind.PROGRESS else there.finance)


def _told(row: Report) -> dict[str, str]:
    if row.kind == ReportKind.PROGRESS:
        served = ServiceRecord.objects.filter(project=row.project_id, served_on__range=(row.from_on, row.until_on))
        sums = served.aggregate(sessions=Sum("sessions"), person_times=Sum("person_times"), persons=Sum("persons_new"))
        return {"text": _PROGRESS, **{name: str(count or 0) for name, count in sums.items()}}
    return spent(row, _gone(row))


def spent(row: Report, share: Decimal) -> dict[str, str]:
    """So much of each line of the budget, to the cent."""
    return {
        f"spent_{number}": str((Decimal(line["budget"]) * share).quantize(CENT, ROUND_HALF_UP))
        for number, line in enumerate(row.lines, start=1)
    }


def _gone(row: Report) -> Decimal:
    """What share of the contract's time has gone by at the end of the report's, less a little that is spent later."""
    contract = row.contract
    assert contract is not None
    assert contract.starts_on is not None
    assert contract.ends_on is not None
    whole = (contract.ends_on - contract.starts_on).days
    return Decimal((row.until_on - contract.starts_on).days) / Decimal(whole) * Decimal("0.93")


def visit(story: Story, row: Visit, by: Actor) -> None:
    """The supervisor sees faults, the provider puts them right, the supervisor confirms, the union closes."""
    there = story.there
    story.go(row.visit_on)
    _seen(story, row, _FINDINGS, RiskLevel.MID)
    due = {"rectify_by": (story.day + timedelta(days=15)).isoformat()}
    story.take(VISIT, row, VisitEvent.REQUIRE, there.supervisor, data=due)
    story.go(story.day + timedelta(days=7))
    story.take(VISIT, row, VisitEvent.REPLY, by, data={"rectification": _RECTIFIED})
    story.go(story.day + timedelta(days=2))
    story.take(VISIT, row, VisitEvent.CONFIRM, there.supervisor)
    story.take(VISIT, row, VisitEvent.CLOSE, there.staff)


def look(story: Story, row: Visit) -> None:
    """A visit that finds nothing to be put right."""
    story.go(row.visit_on)
    _seen(story, row, _NOTHING_FOUND, RiskLevel.LOW)
    story.take(VISIT, row, VisitEvent.CLOSE, story.there.staff)


def _seen(story: Story, row: Visit, findings: str, risk: RiskLevel) -> None:
    data = {"visit_on": story.day.isoformat(), "findings": findings, "risk": str(risk)}
    story.take(VISIT, row, VisitEvent.RECORD, story.there.supervisor, data=data)


def pass_midterm(story: Story, project: ServiceProject, by: Actor) -> None:
    """Begun by the staff on its day, scored by another, concluded by the administrator, agreed to by the provider."""
    there = story.there
    assert project.midterm_on is not None
    story.go(project.midterm_on)
    story.take(PROJECT, project, ProjectEvent.MIDTERM, there.staff)
    sheet = Evaluation.objects.get(project=project, kind=EvaluationKind.MIDTERM)
    score(story, sheet, 83, "进度符合计划，服务记录完整，职工评价较好；晚间场次偏少，建议下半年增加。")
    story.go(story.day)
    story.take(EVALUATION, sheet, EvaluationEvent.CONCLUDE, there.admin, data={"conclusion": "pass"})
    story.take(EVALUATION, sheet, EvaluationEvent.AGREE, by)
    project.refresh_from_db()


def appoint(story: Story, project: ServiceProject) -> None:
    """Let the account that supervises see the project."""
    course.appoint(project=project, user_id=story.there.supervisor.user_id, by=story.there.staff, at=story.tick())
