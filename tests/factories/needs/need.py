"""Needs and clusters in any state, without walking the way there."""

import itertools
from datetime import UTC, date, datetime

from commons.codelists.services import ServiceField
from tenants.needs.enums import ClusterState, NeedSource, NeedState
from tenants.needs.models import Need, NeedCluster

MADE_AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
_serial = itertools.count(1)
_base = {"created_at": MADE_AT, "updated_at": MADE_AT, "created_by_name": "王芳"}


def cluster(title: str = "新就业形态劳动者心理疏导", **fields: object) -> NeedCluster:
    values = {"field": ServiceField.PSYCHOLOGICAL, "year": 2026, "summary": "夜班多、压力大，希望就近得到心理疏导。"}
    return NeedCluster.objects.create(title=title, **{**_base, **values, **fields})


def published(title: str = "外卖骑手夜间心理热线", **fields: object) -> NeedCluster:
    values = {"published_on": date(2026, 9, 2), "published_needs": 6, "published_persons": 420}
    return cluster(title, **{**values, "state": ClusterState.PUBLISHED, **fields})


def need(title: str = "夜班职工心理疏导", state: NeedState = NeedState.COLLECTED, **fields: object) -> Need:
    """In `state`; what a state implies (its days, a cluster) is made with it."""
    values: dict[str, object] = {
        "source": NeedSource.UNIT_REPORT,
        "field": ServiceField.PSYCHOLOGICAL,
        "year": 2026,
        "collected_on": date(2026, 9, 1),
        "persons_estimate": 40,
    }
    if state in {NeedState.SORTED, NeedState.CLUSTERED, NeedState.ADOPTED, NeedState.SATISFIED}:
        values["sorted_on"] = date(2026, 9, 3)
    if state in {NeedState.CLUSTERED, NeedState.ADOPTED, NeedState.SATISFIED} and "cluster" not in fields:
        values["cluster"] = NeedCluster.objects.first() or cluster()
    return Need.objects.create(title=title, state=state, serial=next(_serial), **{**_base, **values, **fields})
