"""Progress and expense reports. Source: DOMAIN §3.6 SM-18; K07, E13, E44; C2 funds management."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Sum

from commons.access.actors import Actor
from commons.access.permissions import Permission as P
from commons.kit.clock import today
from commons.kit.labels import Code
from commons.workflow.declaration import EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.purchasing.enums import ProjectState, ReportKind, ReportState
from tenants.purchasing.models import Report, ServiceRecord
from tenants.purchasing.policies import REPORTS
from tenants.purchasing.rules import thresholds
from tenants.purchasing.who import PROVIDER, assigned_project, in_department

ENDED = (ProjectState.COMPLETED, ProjectState.FAILED, ProjectState.TERMINATED, ProjectState.ARCHIVED)


class ReportEvent(Code):
    SUBMIT = "submit", "提交报告", "Submit"
    ACCEPT = "accept", "接收报告", "Accept"
    RETURN = "return", "退回报告", "Return"
    GIVE_BACK = "give_back", "登记结余退回", "Record the unused money given back"


def is_progress(row: Report) -> bool:
    return bool(row.kind == ReportKind.PROGRESS)


def _staff(actor: Actor, row: Report) -> bool:
    return is_progress(row) and in_department(actor, row)


def _supervises(actor: Actor, row: Report) -> bool:
    return not is_progress(row) and assigned_project(actor, row)


STAFF = Who(P.COURSE_EDIT, "工会工作人员（进展报告）", _staff)
SUPERVISOR = Who(P.COURSE_SUPERVISE, "指派的第三方监管（经费报告）", _supervises)
FINANCE = Who(P.PAYMENTS_PAY, "财务（经费报告）", lambda actor, row: not is_progress(row))


class SubmitForm(EventForm):
    """A progress report tells what was done; an expense report what was spent on each line since the beginning."""

    text = forms.CharField(label="工作进展", widget=forms.Textarea(attrs={"rows": 6}), max_length=5000)
    sessions = forms.IntegerField(label="本期服务场次", min_value=0, max_value=1_000_000, initial=0)
    person_times = forms.IntegerField(label="本期服务人次", min_value=0, max_value=100_000_000, initial=0)
    persons = forms.IntegerField(label="本期服务人数", min_value=0, max_value=100_000_000, initial=0)

    def prepare(self) -> None:
        for name, sentence in {"text": "请填写工作进展。"}.items():
            self.fields[name].error_messages["required"] = sentence
        if self.row is None or is_progress(self.row):
            return
        for name in ("sessions", "person_times", "persons"):
            del self.fields[name]
        self.fields["text"].label, self.fields["text"].required = "经费使用说明", False
        for index, line in enumerate(self.row.lines, start=1):
            self.fields[f"spent_{index}"] = forms.DecimalField(
                label=f"{line['name']}：累计支出（元）",
                help_text=f"预算{Decimal(line['budget']):,.2f}元。填写自项目开始以来的累计数。",
                min_value=0,
                max_digits=16,
                decimal_places=2,
                error_messages={"required": "请填写累计支出，没有支出的填0。"},
            )

    @classmethod
    def starting(cls, row: Report) -> dict[str, Any]:
        spent = {f"spent_{index}": line.get("spent", "") for index, line in enumerate(row.lines, start=1)}
        return {
            "text": row.text,
            "sessions": row.sessions,
            "person_times": row.person_times,
            "persons": row.persons,
            **spent,
        }

    def lines(self) -> list[dict[str, str]]:
        """The report's lines with what was entered."""
        return lines_of(self.row, self.cleaned_data)


class AcceptForm(EventForm):
    """Of an expense report in which more than a tenth was moved: who approved it."""

    shift_approval = forms.CharField(
        label="调整批准依据",
        max_length=120,
        required=False,
        help_text="科目之间的调整超过规定比例的，填写批准文号或者批准人、批准日期。",
    )

    def prepare(self) -> None:
        if self.row is not None and (is_progress(self.row) or not shifted(self.row.lines, free_shift(self.row))):
            del self.fields["shift_approval"]


class GiveBackForm(EventForm):
    returned_on = forms.DateField(
        label="退回日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写退回日期。", "invalid": "请填写有效的日期。"},
    )


def lines_of(row: Report, data: dict[str, Any]) -> list[dict[str, str]]:
    """The lines of an expense report with the amounts of its form."""
    return [{**line, "spent": str(data[f"spent_{index}"])} for index, line in enumerate(row.lines, start=1)]


def total_of(lines: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(line["spent"]) for line in lines), Decimal(0))


def free_shift(row: Report) -> Decimal:
    """What share of a line's budget may be moved to it without approval, in per cent; by the project's own measures. Source: C2."""
    return thresholds(row.project.measures).line_shift_max


def shifted(lines: list[dict[str, str]], free: Decimal) -> list[str]:
    """The names of the lines on which more than their budget and `free` per cent of it was spent."""
    return [
        line["name"] for line in lines if Decimal(line.get("spent") or 0) * 100 > Decimal(line["budget"]) * (100 + free)
    ]


def _above(step: Step) -> dict[str, object] | None:
    if is_progress(step.row) or step.row.contract is None:
        return None
    spent = total_of(lines_of(step.row, step.data))
    if spent <= step.row.contract.amount:
        return None
    return {"spent": f"{spent:,.2f}", "amount": f"{step.row.contract.amount:,.2f}"}


def _fell(step: Step) -> dict[str, object] | None:
    if is_progress(step.row):
        return None
    spent = total_of(lines_of(step.row, step.data))
    earlier = (
        Report.objects.filter(contract=step.row.contract_id, state=ReportState.ACCEPTED, until_on__lt=step.row.until_on)
        .exclude(kind=ReportKind.PROGRESS)
        .order_by("-until_on")
        .first()
    )
    if earlier is None or earlier.spent is None or spent >= earlier.spent:
        return None
    return {"spent": f"{spent:,.2f}", "earlier": f"{earlier.spent:,.2f}"}


def _moved(step: Step) -> dict[str, object] | None:
    if is_progress(step.row):
        return None
    free = free_shift(step.row)
    names = shifted(lines_of(step.row, step.data), free)
    return {"lines": "、".join(names), "free": f"{free.normalize():f}"} if names else None


def _unapproved(step: Step) -> dict[str, object] | None:
    free = free_shift(step.row)
    names = [] if is_progress(step.row) else shifted(step.row.lines, free)
    if not names or (step.data.get("shift_approval") or "").strip():
        return None
    return {"lines": "、".join(names), "free": f"{free.normalize():f}"}


def _differs(step: Step) -> dict[str, object] | None:
    """Against the service records of the period: the truth of what was served. Source: F06."""
    row = step.row
    if not is_progress(row):
        return None
    told = step.data["person_times"]
    recorded = ServiceRecord.objects.filter(
        project=row.project_id, is_void=False, served_on__gte=row.from_on, served_on__lte=row.until_on
    ).aggregate(all=Sum("person_times"))["all"]
    return None if told == (recorded or 0) else {"told": told, "recorded": recorded or 0}


def _nothing(step: Step) -> dict[str, object] | None:
    return {} if not step.row.unused or step.row.returned_on is not None else None


def _later(step: Step) -> dict[str, object] | None:
    return {} if step.data["returned_on"] > today(step.at) else None


ABOVE_CONTRACT = Guard(
    code="PURCHASING.SPENT_ABOVE_CONTRACT",
    zh="累计支出不超过合同金额",
    sentence="累计支出%(spent)s元，超过合同金额%(amount)s元。请核对各项支出；确需增加的，先办理合同变更。",
    check=_above,
    source="E44",
    of_data=True,
)
FELL = Guard(
    code="PURCHASING.SPENT_BELOW_EARLIER",
    zh="累计支出不少于上一期",
    sentence="累计支出%(spent)s元，少于上一期已核对的%(earlier)s元。请填写自项目开始以来的累计数。",
    check=_fell,
    of_data=True,
)
MOVED = Guard(
    code="PURCHASING.LINE_SHIFTED",
    zh="科目之间调整超过规定比例",
    sentence="“%(lines)s”的支出超过预算%(free)s%%以上，须经批准；请向工会说明批准依据。",
    check=_moved,
    source="C2",
    of_data=True,
    warns=True,
)
UNAPPROVED = Guard(
    code="PURCHASING.LINE_SHIFT_UNAPPROVED",
    zh="超过规定比例的调整有批准依据",
    sentence="“%(lines)s”的支出超过预算%(free)s%%以上。请填写批准依据后再接收，或者退回报告。",
    check=_unapproved,
    source="C2",
    of_data=True,
)
DIFFERS = Guard(
    code="PURCHASING.COUNTS_DIFFER",
    zh="报告人次与服务记录一致",
    sentence="报告的服务人次为%(told)s，本期服务记录合计为%(recorded)s，请核对。",
    check=_differs,
    source="F06",
    of_data=True,
    warns=True,
)
NOTHING_LEFT = Guard(
    code="PURCHASING.NOTHING_TO_GIVE_BACK",
    zh="有待退回的结余",
    sentence="这份报告没有待退回的结余资金，或者已经登记退回。",
    check=_nothing,
    source="E44",
)
NOT_YET = Guard(
    code="PURCHASING.GIVEN_BACK_LATER",
    zh="退回日期不晚于今天",
    sentence="退回日期不能晚于今天，请核对后再登记。",
    check=_later,
    of_data=True,
)


def _submit(step: Step) -> None:
    row, data = step.row, step.data
    step.set(text=data["text"], submitted_at=step.at, opinion="")
    if is_progress(row):
        step.set(sessions=data["sessions"], person_times=data["person_times"], persons=data["persons"])
        return
    lines = lines_of(row, data)
    spent = total_of(lines)
    step.set(lines=lines, spent=spent)
    if row.kind == ReportKind.FINAL_EXPENSE and row.contract is not None:
        step.set(unused=row.contract.amount - spent)


def _decide(step: Step) -> None:
    step.set(decided_at=step.at, decided_by_name=step.by.name[:120], opinion=step.reason)
    if approval := (step.data.get("shift_approval") or "").strip():
        step.set(shift_approval=approval)


def _give_back(step: Step) -> None:
    step.set(returned_on=step.data["returned_on"])


def _of_kind(progress: bool) -> Q:
    return Q(kind=ReportKind.PROGRESS) if progress else ~Q(kind=ReportKind.PROGRESS)


def _begun(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Reports of projects that still run; the day before a report's period ends nobody is asked for it."""
    return rows.exclude(project__state__in=ENDED)


def _to_accept(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    mine = Q(pk__in=[])
    if P.COURSE_EDIT in actor.permissions:
        mine |= _of_kind(True)
    if P.PAYMENTS_PAY in actor.permissions or P.COURSE_SUPERVISE in actor.permissions:
        mine |= _of_kind(False)
    return rows.filter(mine)


def overdue(row: Report, at: datetime) -> bool:
    """Whether it should have been handed in before the day of `at`: told from its day, never stored."""
    return row.state in {ReportState.DUE, ReportState.RETURNED} and row.due_on < today(at)


E, S = ReportEvent, ReportState
REPORT = Machine(
    code="SM-18R",
    zh="进展和经费报告",
    en="Report",
    model="purchasing.Report",
    states=ReportState,
    events=ReportEvent,
    visible=REPORTS.visible,
    title="project__title",
    url=lambda row: f"/reports/{row.pk}",
    initial=(S.DUE,),
    parents=("project",),
    transitions=(
        Transition(
            E.SUBMIT,
            (S.DUE, S.RETURNED),
            S.SUBMITTED,
            (PROVIDER,),
            guards=(ABOVE_CONTRACT, FELL, MOVED, DIFFERS),
            effects=(_submit,),
            form=SubmitForm,
            hint="提交后由工会接收；经费报告由第三方监管或者财务核对。退回前不能再修改。",
        ),
        Transition(
            E.ACCEPT,
            (S.SUBMITTED,),
            S.ACCEPTED,
            (STAFF, SUPERVISOR, FINANCE),
            guards=(UNAPPROVED,),
            effects=(_decide,),
            form=AcceptForm,
        ),
        Transition(
            E.RETURN,
            (S.SUBMITTED,),
            S.RETURNED,
            (STAFF, SUPERVISOR, FINANCE),
            effects=(_decide,),
            needs_reason=True,
        ),
        Transition(
            E.GIVE_BACK,
            (S.ACCEPTED,),
            None,
            (FINANCE,),
            guards=(NOTHING_LEFT, NOT_YET),
            effects=(_give_back,),
            form=GiveBackForm,
            hint="结余＝合同金额－累计支出；从尾款中扣减的，也在这里登记，并在说明中写明。",
        ),
    ),
    waiting=(
        Waiting(S.DUE, E.SUBMIT, "待提交报告", due="due_on", only=_begun),
        Waiting(S.RETURNED, E.SUBMIT, "报告被退回，待重新提交", due="due_on", only=_begun),
        Waiting(S.SUBMITTED, E.ACCEPT, "待接收报告", only=_to_accept),
    ),
    source="SM-18, K07, E13, E44",
)
