"""What the steps of an evaluation ask for, and what they conclude from it. Source: DOMAIN §3.6 SM-18; E14, F07."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from commons.workflow.declaration import EventForm, Step
from tenants.purchasing import weighing
from tenants.purchasing.enums import Conclusion, EvaluationKind
from tenants.purchasing.models import Evaluation
from tenants.purchasing.rules import thresholds
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.weighing import Item

CHOICES = {
    EvaluationKind.APPROVAL: (Conclusion.PASS, Conclusion.REJECT),
    EvaluationKind.MIDTERM: (Conclusion.PASS, Conclusion.RECTIFY, Conclusion.STOP),
    EvaluationKind.PERFORMANCE: (
        Conclusion.EXCELLENT,
        Conclusion.GOOD,
        Conclusion.QUALIFIED,
        Conclusion.UNQUALIFIED,
    ),
}
ADVERSE = frozenset({Conclusion.RECTIFY, Conclusion.STOP, Conclusion.REJECT, Conclusion.UNQUALIFIED})


def items(row: Evaluation) -> list[Item]:
    """The items by which it is scored; none without a system."""
    return weighing.items_of(row.system.content) if row.system is not None else []


def _from_records(row: Evaluation) -> bool:
    """Whether satisfaction is told by records, and so is not typed. Approval looks at nothing that was delivered."""
    return row.kind != EvaluationKind.APPROVAL and delivered(row.project_id).sample > 0


class ScoreForm(EventForm):
    """The points of each item. Satisfaction is reckoned from the service records where workers gave marks."""

    comment = forms.CharField(
        label="评审意见",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        error_messages={"required": "请填写评审意见。"},
    )

    def prepare(self) -> None:
        if self.row is None:
            return
        recorded = _from_records(self.row)
        for item in items(self.row):
            if item.is_satisfaction and recorded:
                continue
            self.fields[f"points_{item.code}"] = forms.DecimalField(
                label=f"{item.name}（满分{item.maximum.normalize():f}分，权重{item.weight.normalize():f}%）",
                help_text=item.guide,
                min_value=0,
                max_value=item.maximum,
                max_digits=7,
                decimal_places=2,
                error_messages={
                    "required": "请打分。",
                    "max_value": f"不能超过满分{item.maximum.normalize():f}分。",
                    "min_value": "分数不能为负。",
                },
            )
        self.order_fields([name for name in self.fields if name != "comment"] + ["comment"])

    @classmethod
    def starting(cls, row: Evaluation) -> dict[str, Any]:
        return {"comment": row.comment, **{f"points_{code}": points for code, points in row.scores.items()}}


class ConcludeForm(EventForm):
    conclusion = forms.ChoiceField(label="结论", error_messages={"required": "请选择结论。"})
    rectify_by = forms.DateField(
        label="整改期限",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="结论为整改的，须填写。",
        error_messages={"invalid": "请填写有效的日期。"},
    )

    def prepare(self) -> None:
        if self.row is None:
            return
        choices = CHOICES[EvaluationKind(self.row.kind)]
        self.fields["conclusion"].choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]
        if self.row.kind == EvaluationKind.PERFORMANCE:
            # The grade follows from the total; nobody chooses it.
            del self.fields["conclusion"]
        if self.row.kind != EvaluationKind.MIDTERM:
            del self.fields["rectify_by"]


class AppealForm(EventForm):
    appeal = forms.CharField(
        label="申诉理由",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=3000,
        error_messages={"required": "请填写申诉理由。"},
    )


class DecideForm(EventForm):
    conclusion = forms.ChoiceField(label="申诉后的结论", error_messages={"required": "请选择结论。"})
    total = forms.DecimalField(
        label="复核后的总分",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text="改变结论的，填写复核后的总分；结论须与总分相符。",
    )
    answer = forms.CharField(
        label="答复",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=3000,
        error_messages={"required": "请填写答复。"},
    )

    def prepare(self) -> None:
        if self.row is not None:
            # From best to worst; an appeal never makes it worse.
            choices = CHOICES[EvaluationKind(self.row.kind)]
            if self.row.conclusion in choices:
                choices = choices[: choices.index(Conclusion(self.row.conclusion)) + 1]
            self.fields["conclusion"].choices = [  # type: ignore[attr-defined]
                (one.value, f"维持“{one.label}”" if one == self.row.conclusion else f"改为“{one.label}”")
                for one in reversed(choices)
            ]

    @classmethod
    def starting(cls, row: Evaluation) -> dict[str, Any]:
        return {"conclusion": row.conclusion}


def conclusion_of(step: Step) -> Conclusion:
    """What the step concludes: of a performance assessment by its total, else as chosen."""
    if step.row.kind == EvaluationKind.PERFORMANCE and "conclusion" not in step.data:
        return weighing.grade_of(step.row.total)
    return Conclusion(step.data["conclusion"])


def appeal_days(row: Evaluation) -> int:
    """For how many days after the conclusion appeals are heard, by the project's own measures. Source: SM-18."""
    return thresholds(row.project.measures).appeal_days


def appeal_until(row: Evaluation) -> date:
    """The first day on which it is too late."""
    assert row.concluded_on is not None
    return row.concluded_on + timedelta(days=appeal_days(row) + 1)
