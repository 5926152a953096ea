"""SM-12: what becomes of a need. Source: DOMAIN §3.5; F01, E02."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.clock import today
from commons.kit.labels import Code
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.needs.enums import ClusterState, NeedState
from tenants.needs.models import NeedCluster
from tenants.needs.policies import NEEDS

# From this average mark on the need of a completed project counts as met. Source: SM-12.
SATISFIED_FROM = Decimal("3.5")
MARKS = [(str(mark), str(mark)) for mark in range(1, 6)]


class NeedEvent(Code):
    """SM-12."""

    SORT = "sort", "梳理", "Sort"
    GATHER = "gather", "归类", "Gather into a cluster"
    SEPARATE = "separate", "移出归类", "Take out of its cluster"
    ADOPT = "adopt", "立项", "Adopt by a project"
    RELEASE = "release", "退回待立项", "Release from its project"
    SATISFY = "satisfy", "标为已满足", "Satisfied"
    PARK = "park", "暂缓", "Park"
    RESUME = "resume", "恢复办理", "Resume"
    REJECT = "reject", "不采纳", "Reject"


class SortForm(EventForm):
    """What sorting finds out: field, groups, how many, how urgent."""

    field = forms.ChoiceField(
        label="服务领域", choices=ServiceField.choices, error_messages={"required": "请选择服务领域。"}
    )
    groups = forms.MultipleChoiceField(
        label="面向人群", choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    persons_estimate = forms.IntegerField(
        label="预计涉及人数",
        min_value=0,
        max_value=10_000_000,
        error_messages={"required": "请填写预计涉及人数，不清楚的填 0。"},
    )
    intensity = forms.TypedChoiceField(label="迫切程度（5 最迫切）", choices=MARKS, coerce=int)
    comparative_benefit = forms.TypedChoiceField(label="比较效益（5 最高）", choices=MARKS, coerce=int)
    fit_for_so = forms.TypedChoiceField(label="适合社会组织承接（5 最适合）", choices=MARKS, coerce=int)

    @classmethod
    def starting(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.base_fields}


class GatherForm(EventForm):
    cluster = forms.ModelChoiceField(
        label="归入",
        queryset=NeedCluster.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择需求汇总。", "invalid_choice": "所选需求汇总不存在或已公布，请重新选择。"},
        help_text="只列出同一年度、同一服务领域、尚未公布的需求汇总；没有合适的，请先新建。",
    )

    def prepare(self) -> None:
        row = self.row
        rows = NeedCluster.objects.exclude(state=ClusterState.PUBLISHED)
        rows = rows.filter(year=row.year, field=row.field) if row is not None else rows.none()
        self.fields["cluster"].queryset = rows.order_by("title")  # type: ignore[attr-defined]


class AdoptForm(EventForm):
    """Filled by the service project that adopts the need, when it leaves its draft."""

    project_id = forms.UUIDField()


class SatisfyForm(EventForm):
    """Filled by the completed project: the average mark of those served."""

    satisfaction = forms.DecimalField(min_value=1, max_value=5)


def _met(step: Step) -> Mapping[str, object] | None:
    mark = step.data["satisfaction"]
    return None if mark >= SATISFIED_FROM else {"mark": mark, "least": SATISFIED_FROM}


def _cluster_open(step: Step) -> Mapping[str, object] | None:
    cluster = step.row.cluster
    if cluster is None or cluster.state != ClusterState.PUBLISHED:
        return None
    return {"cluster": cluster.title}


MET = Guard(
    "NEEDS.NOT_SATISFIED",
    "满意度达到 3.5 分",
    "服务对象平均满意度为 %(mark)s 分，未达到 %(least)s 分，需求不能标为已满足。",
    _met,
    source="SM-12",
    of_data=True,
)
CLUSTER_OPEN = Guard(
    "NEEDS.CLUSTER_PUBLISHED",
    "所在汇总未公布",
    "所在的需求汇总“%(cluster)s”已经公布，请先撤回公布，再移出这条需求。",
    _cluster_open,
    source="§3.12",
)


def _sort(step: Step) -> None:
    step.set(sorted_on=today(step.at), **step.data)


def _gather(step: Step) -> None:
    step.set(cluster=step.data["cluster"])


def _separate(step: Step) -> None:
    step.set(cluster=None)


def _adopt(step: Step) -> None:
    step.set(project_id=step.data["project_id"], adopted_on=today(step.at))


def _release(step: Step) -> None:
    step.set(project_id=None, adopted_on=None)


S, E = NeedState, NeedEvent
STAFF = Who(Permission.NEEDS_EDIT, "工会工作人员")

NEED = Machine(
    code="SM-12",
    zh="职工需求",
    en="Need",
    model="needs.Need",
    states=NeedState,
    events=NeedEvent,
    visible=NEEDS.visible,
    url=lambda row: f"/needs/{row.pk}",
    initial=(S.COLLECTED,),
    labels={
        "title": "需求名称",
        "text": "内容",
        "source": "来源",
        "field": "服务领域",
        "groups": "面向人群",
        "street": "街道、园区",
        "persons_estimate": "预计涉及人数",
        "intensity": "迫切程度",
        "comparative_benefit": "比较效益",
        "fit_for_so": "适合社会组织承接",
        "year": "年度",
        "collected_on": "收集日期",
    },
    transitions=(
        Transition(E.SORT, (S.COLLECTED,), S.SORTED, (STAFF,), effects=(_sort,), form=SortForm),
        Transition(E.GATHER, (S.SORTED,), S.CLUSTERED, (STAFF,), effects=(_gather,), form=GatherForm),
        Transition(E.SEPARATE, (S.CLUSTERED,), S.SORTED, (STAFF,), (CLUSTER_OPEN,), (_separate,)),
        Transition(E.ADOPT, (S.CLUSTERED,), S.ADOPTED, (PLATFORM,), effects=(_adopt,), form=AdoptForm, button=False),
        Transition(E.RELEASE, (S.ADOPTED,), S.CLUSTERED, (PLATFORM,), effects=(_release,), button=False),
        Transition(E.SATISFY, (S.ADOPTED,), S.SATISFIED, (PLATFORM,), (MET,), form=SatisfyForm, button=False),
        Transition(
            E.PARK, (S.COLLECTED, S.SORTED, S.CLUSTERED), S.PARKED, (STAFF,), (CLUSTER_OPEN,), (_separate,),
            needs_reason=True, danger=True, hint="暂缓的需求以后可以恢复办理；已归类的，同时移出归类。",
        ),
        Transition(E.RESUME, (S.PARKED,), S.COLLECTED, (STAFF,)),
        Transition(
            E.REJECT, (S.COLLECTED, S.SORTED, S.CLUSTERED, S.PARKED), S.REJECTED, (STAFF,), (CLUSTER_OPEN,),
            (_separate,), needs_reason=True, danger=True, hint="不采纳后不能恢复，理由会写入办理记录。",
        ),
    ),
    waiting=(
        Waiting(S.COLLECTED, E.SORT, "待梳理"),
        Waiting(S.SORTED, E.GATHER, "待归类"),
    ),
    source="DOMAIN §3.5 SM-12; F01, E02",
)  # fmt: skip
