"""The publication of gathered needs. Source: DOMAIN §3.12; F04; V6."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commons.access.permissions import Permission
from commons.access.policies import SMALL_CELLS_BELOW
from commons.codelists.services import TargetGroup
from commons.kit.clock import today
from commons.kit.labels import Code
from commons.workflow.declaration import Guard, Machine, Step, Transition, Waiting, Who
from tenants.needs.enums import ClusterState, NeedState
from tenants.needs.models import NeedCluster
from tenants.needs.policies import CLUSTERS

# A mobile or landline number, or a citizen's identity number: what would name a person.
_NAMES = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")


class ClusterEvent(Code):
    PUBLISH = "publish", "公布", "Publish"
    WITHDRAW = "withdraw", "撤回公布", "Withdraw"


@dataclass(frozen=True)
class Counts:
    """What stands in a cluster now. Units: needs, persons; `groups` those that at least five persons are counted for."""

    needs: int
    persons: int
    groups: tuple[TargetGroup, ...]

    @property
    def published_needs(self) -> int | None:
        """As others may read it: nothing below five."""
        return self.needs if self.needs >= SMALL_CELLS_BELOW else None


def counts_of(cluster: NeedCluster) -> Counts:
    """The needs gathered in a cluster, counted; one statement."""
    rows = cluster.needs.exclude(state__in=[NeedState.PARKED, NeedState.REJECTED])
    told = list(rows.values_list("persons_estimate", "groups"))
    by_group: dict[str, int] = {}
    for persons, groups in told:
        for group in groups:
            by_group[str(group)] = by_group.get(str(group), 0) + persons
    named = tuple(group for group in TargetGroup if by_group.get(group.value, 0) >= SMALL_CELLS_BELOW)
    return Counts(len(told), sum(persons for persons, _ in told), named)


def _not_empty(step: Step) -> Mapping[str, object] | None:
    return None if counts_of(step.row).needs else {"title": step.row.title}


def _large_enough(step: Step) -> Mapping[str, object] | None:
    persons = counts_of(step.row).persons
    return None if persons >= SMALL_CELLS_BELOW else {"persons": persons, "least": SMALL_CELLS_BELOW}


def _described(step: Step) -> Mapping[str, object] | None:
    return None if step.row.summary.strip() else {"title": step.row.title}


def names_somebody(text: str) -> bool:
    """Whether a text that is to be published holds a telephone or identity number."""
    return _NAMES.search(text) is not None


def _anonymous(step: Step) -> Mapping[str, object] | None:
    return {} if names_somebody(f"{step.row.title} {step.row.summary}") else None


NOT_EMPTY = Guard(
    "NEEDS.CLUSTER_EMPTY", "已归入需求", "“%(title)s”还没有归入任何需求，请先归类再公布。", _not_empty, source="F01"
)
LARGE_ENOUGH = Guard(
    "NEEDS.CLUSTER_TOO_SMALL",
    "涉及人数不少于 5 人",
    "归入的需求预计只涉及 %(persons)s 人，少于 %(least)s 人可能识别出个人，不能公布。请归入更多需求，或核对预计人数。",
    _large_enough,
    source="§3.12",
)
DESCRIBED = Guard(
    "NEEDS.CLUSTER_NO_SUMMARY", "已写概述", "“%(title)s”还没有写概述，请先修改补充，再公布。", _described, source="F04"
)
ANONYMOUS = Guard(
    "NEEDS.CLUSTER_NOT_ANONYMOUS",
    "不含个人信息",
    "名称或概述中有电话号码或身份证号码，公布的内容不得识别出个人，请先删去。",
    _anonymous,
    source="F04, V6",
)


def _publish(step: Step) -> None:
    counts = counts_of(step.row)
    step.set(
        published_on=today(step.at),
        published_needs=counts.published_needs,
        published_persons=counts.persons,
        published_groups=list(counts.groups),
    )


def _withdraw(step: Step) -> None:
    step.set(published_on=None, published_needs=None, published_persons=None, published_groups=[])


S, E = ClusterState, ClusterEvent
STAFF = Who(Permission.NEEDS_EDIT, "工会工作人员")

CLUSTER = Machine(
    code="SM-12C",
    zh="需求汇总公布",
    en="Need cluster publication",
    model="needs.NeedCluster",
    states=ClusterState,
    events=ClusterEvent,
    visible=CLUSTERS.visible,
    url=lambda row: f"/needs/clusters/{row.pk}",
    initial=(S.DRAFT,),
    labels={
        "title": "名称",
        "field": "服务领域",
        "year": "年度",
        "summary": "概述",
        "published_on": "公布日期",
        "published_needs": "公布的需求条数",
        "published_persons": "公布的涉及人数",
    },
    transitions=(
        Transition(
            E.PUBLISH, (S.DRAFT, S.WITHDRAWN), S.PUBLISHED, (STAFF,),
            (NOT_EMPTY, LARGE_ENOUGH, DESCRIBED, ANONYMOUS), (_publish,),
            hint="公布后，各社会组织账号可以看到名称、概述、条数和涉及人数；少于 5 的数不显示，任何单条需求都不显示。",
        ),
        Transition(E.WITHDRAW, (S.PUBLISHED,), S.WITHDRAWN, (STAFF,), effects=(_withdraw,), needs_reason=True, danger=True),
    ),
    waiting=(Waiting(S.DRAFT, E.PUBLISH, "待公布"),),
    source="DOMAIN §3.12; F04",
)  # fmt: skip
