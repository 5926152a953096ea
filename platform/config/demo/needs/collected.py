"""Needs from every source, in every state before a project takes them up."""

from __future__ import annotations

from datetime import datetime, timedelta

from commons.codelists.services import ServiceField as F
from commons.codelists.services import TargetGroup as G
from commons.kit.clock import today
from commons.workflow.transitions import transition
from config.demo.cast import Cast
from tenants.needs.actions import clusters, needs
from tenants.needs.enums import NeedSource as S
from tenants.needs.machines.cluster import CLUSTER, ClusterEvent
from tenants.needs.machines.need import NEED, NeedEvent
from tenants.needs.models import Need

# What is gathered into a cluster each: (title of the cluster, field, [(title, source, group, persons)]).
_GATHERED = [
    (
        "职工心理减压与情绪疏导",
        F.PSYCHOLOGICAL,
        [
            ("制造企业一线职工希望有驻点心理咨询", S.UNIT_REPORT, G.ALL_WORKERS, 420),
            ("外卖骑手反映工作压力大、遇到差评情绪难排解", S.SURVEY, G.OUTDOOR, 260),
        ],
    ),
    (
        "户外劳动者夏送清凉与歇脚服务",
        F.HUMANISTIC_CARE,
        [
            ("环卫工人希望增加歇脚点和饮水点", S.UNIT_REPORT, G.SANITATION, 310),
            ("快递站点希望有夏季防暑药品和义诊", S.ORG_REPORT, G.OUTDOOR, 180),
        ],
    ),
    (
        "双职工家庭子女寒暑假托管",
        F.CHILD_CARE,
        [("园区双职工家庭暑期无人看护孩子", S.SURVEY, G.FAMILY_MEMBERS, 150)],
    ),
]
_SORTED = [
    ("农民工希望在工地就近办理工资和工伤法律咨询", S.APPEAL, F.LEGAL_SERVICE, G.MIGRANT_WORKERS, 230),
    ("转岗职工希望参加养老护理员技能培训", S.UNIT_REPORT, F.SKILLS_TRAINING, G.LAID_OFF, 90),
]
_COLLECTED = [
    ("单身青年职工希望组织小型交友活动", S.WORKER_ORDER, F.MARRIAGE_DATING, G.NEW_GENERATION, 120),
    ("女职工希望单位附近设母婴休息室", S.UNIT_REPORT, F.HUMANISTIC_CARE, G.WOMEN, 60),
]
_MARKS = {"intensity": "4", "comparative_benefit": "4", "fit_for_so": "5"}


def fill(there: Cast, *, at: datetime) -> list[Need]:
    """The needs that were gathered into clusters, in their order."""
    gathered = []
    for title, field, listed in _GATHERED:
        rows = []
        for name, source, group, persons in listed:
            row = _need(there, name, source, field, group, persons, at)
            rows.append(_sorted(there, row, at))
        cluster = clusters.gather(needs=rows, title=title, by=there.staff, at=at)
        cluster.refresh_from_db()
        if title == _GATHERED[0][0]:
            summary = "来自基层工会走访和问卷调查，集中在制造业一线职工和外卖骑手，希望就近、保密、下班后可用。"
            cluster = clusters.edit(cluster=cluster, version=cluster.version, summary=summary, by=there.staff, at=at)
            transition(CLUSTER, cluster, ClusterEvent.PUBLISH, by=there.staff, at=at)
        gathered += rows
    for name, source, field, group, persons in _SORTED:
        _sorted(there, _need(there, name, source, field, group, persons, at), at)
    for name, source, field, group, persons in _COLLECTED:
        _need(there, name, source, field, group, persons, at)
    parked = _sorted(there, _need(there, "希望建设室内篮球馆", S.SURVEY, F.CULTURE_SPORTS, G.ALL_WORKERS, 400, at), at)
    reason = "属于场馆建设，不宜由社会组织承接，已转区总工会资产部研究。"
    transition(NEED, parked, NeedEvent.PARK, by=there.staff, at=at, reason=reason)
    return gathered


def _need(there: Cast, title: str, source: S, field: F, group: G, persons: int, at: datetime) -> Need:
    day = today(at)
    return needs.register(
        title=title,
        text=f"{title}。由{there.place}基层工会走访和问卷汇总。",
        source=source,
        field=field,
        groups=[group],
        street=f"{there.place}解放路沿线",
        persons_estimate=persons,
        collected_on=max(day - timedelta(days=20), day.replace(month=1, day=1)),
        by=there.staff,
        at=at,
    )


def _sorted(there: Cast, row: Need, at: datetime) -> Need:
    data = {
        "field": str(row.field),
        "groups": [str(one) for one in row.groups],
        "persons_estimate": str(row.persons_estimate),
        **_MARKS,
    }
    transition(NEED, row, NeedEvent.SORT, by=there.staff, at=at, data=data)
    row.refresh_from_db()
    return row
