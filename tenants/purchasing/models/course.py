"""How a project goes: what its provider reports, how it is supervised and evaluated. Source: DOMAIN §2.6, SM-18, SM-32."""

from django.db import models
from django.db.models import F, Q

from commons.kit.fields import CodeField
from commons.workflow.rows import Begun
from tenants.purchasing.enums import (
    Conclusion,
    EvaluationKind,
    EvaluationState,
    ReportKind,
    ReportState,
    RiskLevel,
    VisitKind,
    VisitState,
)
from tenants.purchasing.models.contract import Contract
from tenants.purchasing.models.project import ServiceProject, rule


class Report(Begun):
    """
    A progress or expense report of the provider, due by a day.

    Shape: `lines` of an expense report = [{name, budget, spent}] in yuan as text, spent since the beginning; `spent` is their sum. Of the
    final one `unused` is what is left of the contract's amount, `returned_on` the day on which it was given back; `shift_approval` names
    who allowed more than a tenth of a line to be moved. Source: K07, E13, E44, C2.
    """

    project = models.ForeignKey(ServiceProject, on_delete=models.PROTECT, related_name="reports")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    kind = CodeField(ReportKind)
    from_on = models.DateField()
    until_on = models.DateField()
    due_on = models.DateField()
    text = models.TextField(blank=True)
    sessions = models.PositiveIntegerField(default=0)
    person_times = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=list)
    spent = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    unused = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    shift_approval = models.CharField(max_length=120, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    state = CodeField(ReportState, default=ReportState.DUE)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    opinion = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="purchasing_report_order"),
            # One report of a kind for a period of a contract, however often it is planned.
            models.UniqueConstraint(fields=["contract", "kind", "until_on"], name="purchasing_report_once"),
        ]
        indexes = [
            models.Index(fields=["project", "kind", "due_on"], name="purchasing_report_project"),
            models.Index(fields=["state", "due_on"], name="purchasing_report_state"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind} {self.until_on}"


class Visit(Begun):
    """
    One supervision visit. `confirmed_*`: the supervisor found the rectification good; `noted_*`: the administrator has taken note of a
    high risk. Source: E16, E31, SM-32.
    """

    project = models.ForeignKey(ServiceProject, on_delete=models.PROTECT, related_name="visits")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")
    kind = CodeField(VisitKind, default=VisitKind.PROCESS)
    visit_on = models.DateField()
    findings = models.TextField(blank=True)
    risk = CodeField(RiskLevel, blank=True)
    rectify_by = models.DateField(null=True, blank=True)
    rectification = models.TextField(blank=True)
    rectified_on = models.DateField(null=True, blank=True)
    inspected_by_name = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_id = models.UUIDField(null=True, blank=True)
    confirmed_by_name = models.CharField(max_length=120, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by_name = models.CharField(max_length=120, blank=True)
    state = CodeField(VisitState, default=VisitState.PLANNED)

    class Meta:
        indexes = [
            models.Index(fields=["project", "visit_on"], name="purchasing_visit_project"),
            models.Index(fields=["state", "visit_on"], name="purchasing_visit_state"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.visit_on}"


class Evaluation(Begun):
    """
    One scoring of a project by one indicator system: for approval, at mid-term, of performance.

    `total` is recomputed from `scores` ({item code: points as text}) by the system's weights. `due_on`: the planned day. `sample`: how many
    workers' marks the satisfaction is from. Source: E11, E13, E14, F07.
    """

    project = models.ForeignKey(ServiceProject, on_delete=models.PROTECT, related_name="evaluations")
    kind = CodeField(EvaluationKind)
    system = rule()
    due_on = models.DateField(null=True, blank=True)
    scores = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    total = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    satisfaction = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    sample = models.PositiveIntegerField(default=0)
    evaluated_on = models.DateField(null=True, blank=True)
    scored_by_id = models.UUIDField(null=True, blank=True)
    scored_by_name = models.CharField(max_length=120, blank=True)
    conclusion = CodeField(Conclusion, blank=True)
    concluded_by_id = models.UUIDField(null=True, blank=True)
    concluded_by_name = models.CharField(max_length=120, blank=True)
    concluded_on = models.DateField(null=True, blank=True)
    # Of a mid-term evaluation that asks for rectification: by which day.
    rectify_by = models.DateField(null=True, blank=True)
    appeal = models.TextField(blank=True)
    appealed_on = models.DateField(null=True, blank=True)
    appeal_answer = models.TextField(blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    final_on = models.DateField(null=True, blank=True)
    state = CodeField(EvaluationState, default=EvaluationState.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(state="open"), name="purchasing_evaluation_one_open"
            ),
        ]
        indexes = [models.Index(fields=["project", "kind", "-created_at"], name="purchasing_evaluation_project")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"
