"""Needs and purchases of the demonstration: so many rows in each union, and not one more the second time."""

from collections import Counter
from datetime import datetime

from commons.access.actors import system
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from commons.workflow.history import timeline
from config.demo import accounts, cast, organizations, showcase
from tenants.needs.models import Appeal, Need, NeedCluster, NeedSurvey, ServiceOrder, SurveyResponse
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.models import (
    Bid,
    Call,
    CatalogueItem,
    Contract,
    Expert,
    Listing,
    Match,
    Provider,
    ServiceProject,
)

STATES = {
    NeedSurvey: {"open": 1, "published": 1, "draft": 1},
    Need: {"adopted": 5, "sorted": 2, "collected": 2, "parked": 1},
    NeedCluster: {"published": 1, "draft": 2},
    ServiceOrder: {
        "ordered": 1, "approved": 1, "dispatched": 1, "delivered": 1, "rated": 1, "settled": 1, "refused": 1,
    },
    Appeal: {"received": 1, "handling": 1, "closed": 1, "transferred": 1},
    ServiceProject: {"sourcing": 2, "approved": 2, "approval_review": 1, "rejected": 1, "draft": 2},
    Call: {"published": 2, "draft": 1},
    Bid: {"submitted": 2, "draft": 1},
    Listing: {"posted": 5},
    Contract: {"signed": 1},
    Match: {"contracted": 1, "recommended": 1},
}  # fmt: skip
COUNTS = {SurveyResponse: 50, CatalogueItem: 6, Expert: 8, Provider: 4}


def prepared(country: dict[str, TradeUnion], at: datetime) -> None:
    accounts.prepare(at=at)
    for code in ("000000", *cast.BUYING):
        shared = organizations.shared_by(country["430100"]) if code.startswith("4301") else []
        organizations.fill(country[code], count=12, shared=shared, by=system("测试"), at=at)
    accounts.prepare(at=at)


def test_each_union_has_so_many_rows_and_a_second_run_changes_nothing(
    country: dict[str, TradeUnion], at: datetime
) -> None:
    prepared(country, at)
    assert showcase.fill(at=at) == len(cast.BUYING)
    for code in cast.BUYING:
        with door.inside(country[code]):
            for model, expected in STATES.items():
                assert Counter(map(str, model.objects.values_list("state", flat=True))) == expected, (code, model)
            assert {model: model.objects.count() for model in COUNTS} == COUNTS
            assert Provider.objects.filter(blocked_until__gt=at.date()).count() == 1
    with door.inside(country["430105"]):
        # Moments are told in Beijing's time, to the minute.
        bid = Bid.objects.filter(state="submitted").order_by("pk")[0]
        told = {one.label: one.new for one in timeline(BID, bid)[0].changes}
        assert told["递交时间"] == "2026-11-20 10:00"
    with door.inside(country["000000"]):
        assert not ServiceProject.objects.exists()
        assert not NeedSurvey.objects.exists()

    events = AuditEvent.objects.count()
    assert showcase.fill(at=at) == 0
    assert AuditEvent.objects.count() == events


def test_nothing_is_made_before_there_are_accounts(country: dict[str, TradeUnion], at: datetime) -> None:
    assert showcase.fill(at=at) == 0
    with door.inside(country["430105"]):
        assert not ServiceProject.objects.exists()
