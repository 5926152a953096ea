"""A machine of the tests' own, on a real table: a cluster of needs that is published, withdrawn, and written off by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.labels import Code
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting, Who
from commons.workflow.rows import made
from tenants.needs.enums import ClusterState
from tenants.needs.models import NeedCluster


class Event(Code):
    PUBLISH = "publish", "公布", "Publish"
    WITHDRAW = "withdraw", "撤回", "Withdraw"
    LAPSE = "lapse", "到期撤下", "Lapse"
    RENAME = "rename", "改名", "Rename"


def _enough(step: Step) -> Mapping[str, object] | None:
    count = step.row.needs.count()
    return None if count >= 2 else {"count": count}


def _summary(step: Step) -> Mapping[str, object] | None:
    return None if step.row.summary else {}


ENOUGH = Guard("TEST.TOO_FEW", "至少两条需求", "只有 %(count)s 条需求，至少两条才能公布。", _enough, source="F01 ★")
SUMMARY = Guard("TEST.NO_SUMMARY", "有概述", "还没有写概述。", _summary, warns=True)


class NameForm(EventForm):
    title = forms.CharField(label="名称", max_length=20, error_messages={"required": "请填写名称。"})

    @classmethod
    def starting(cls, row: Any) -> dict[str, Any]:
        return {"title": row.title}


def _publish(step: Step) -> None:
    step.set(published_on=step.at.date(), published_needs=step.row.needs.count())


def _rename(step: Step) -> None:
    step.set(title=step.data["title"])


def _visible(actor: Actor) -> Any:
    rows = NeedCluster.objects.all()
    return rows if may(actor, Permission.NEEDS_VIEW) else rows.none()


STAFF = Who(Permission.NEEDS_EDIT, "工作人员")
AUTHOR = Who(Permission.NEEDS_EDIT, "登记人", lambda actor, row: row.created_by_id == actor.user_id)
MACHINE = Machine(
    code="SM-T1",
    zh="需求汇总",
    en="Cluster",
    model="needs.NeedCluster",
    states=ClusterState,
    events=Event,
    visible=_visible,
    url=lambda row: f"/clusters/{row.pk}",
    initial=(ClusterState.DRAFT,),
    labels={"title": "名称", "published_needs": "公布条数"},
    transitions=(
        Transition(
            Event.PUBLISH, (ClusterState.DRAFT,), ClusterState.PUBLISHED, (STAFF,), (ENOUGH, SUMMARY), (_publish,)
        ),
        Transition(Event.WITHDRAW, (ClusterState.PUBLISHED,), ClusterState.WITHDRAWN, (STAFF,), needs_reason=True),
        Transition(Event.LAPSE, (ClusterState.PUBLISHED,), ClusterState.WITHDRAWN, (PLATFORM,), button=False),
        Transition(Event.RENAME, (ClusterState.DRAFT,), None, (AUTHOR,), effects=(_rename,), form=NameForm),
    ),
    waiting=(Waiting(ClusterState.DRAFT, Event.PUBLISH, "公布"),),
)


def cluster(by: Actor, at: datetime, title: str = "心理疏导", **fields: object) -> NeedCluster:
    return NeedCluster.objects.create(title=title, field="psychological", year=2026, **fields, **made(by, at))
