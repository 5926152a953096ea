"""Needs and purchases of the demonstration: so many rows in each union, and not one more the second time."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commons.access.actors import system
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.sealing import putting_back
from commons.sealing.clock import database_now
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyChange, SubsidyRound
from commons.tenancy import door
from commons.workflow import machines
from commons.workflow.history import timeline
from config.demo import accounts, cast, organizations, showcase
from config.demo.country import mark_as_demonstration
from tenants.history.models import Change
from tenants.needs.models import Appeal, Need, NeedCluster, NeedSurvey, ServiceOrder, SurveyResponse
from tenants.purchasing.enums import PaymentKind
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.models import (
    Bid,
    Call,
    CallNote,
    CatalogueItem,
    Contract,
    Evaluation,
    Expert,
    Listing,
    Match,
    PanelMember,
    Payment,
    PaymentMilestone,
    Provider,
    Report,
    Review,
    ServiceProject,
    ServiceRecord,
    Visit,
)
from tests.ocds import outside
from tests.tenants.purchasing.figures.asking import exact, figure, fold_all

# What every union has.
ALL: Mapping[Any, Mapping[str, int]] = {
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
    Evaluation: {"final": 4, "open": 2},
    PaymentMilestone: {}, PanelMember: {}, Report: {}, Visit: {},
}  # fmt: skip
# What the purchases of the past add: all courses, one that is carried out, one that was entrusted.
PASTS: Mapping[str, Mapping[Any, Mapping[str, int]]] = {
    "full": {
        ServiceProject: {"archived": 1, "running": 2, "failed": 1, "approved": 1, "sourcing": 1},
        Call: {"done": 3, "failed": 1, "publicised": 1},
        Bid: {"won": 3, "reserve": 6, "lapsed": 1, "scored": 3},
        Contract: {"fulfilled": 1, "expired": 1, "performing": 3},
        PaymentMilestone: {
            "paid": 6, "approved": 1, "requested": 1, "due": 1, "planned": 3, "withheld": 1,
        },
        PanelMember: {"confirmed": 12},
        Evaluation: {"final": 10},
        Report: {"accepted": 24, "due": 10},
        Visit: {"closed": 4, "planned": 1},
    },
    "running": {
        ServiceProject: {"running": 1},
        Call: {"done": 1},
        Bid: {"won": 1, "reserve": 2},
        Contract: {"performing": 2},
        PaymentMilestone: {"paid": 2, "approved": 1, "due": 1, "planned": 2},
        PanelMember: {"confirmed": 3},
        Evaluation: {"final": 2},
        Report: {"accepted": 6, "due": 5},
        Visit: {"closed": 4, "planned": 1},
    },
    "entrusted": {
        ServiceProject: {"running": 1},
        Contract: {"performing": 1},
        PaymentMilestone: {"requested": 1, "planned": 1},
        Evaluation: {"final": 1},
        Report: {"accepted": 2, "due": 5},
    },
}  # fmt: skip
COURSES = {"430000": "running", "430100": "full", "430105": "full", "430111": "entrusted"}
# In each of these unions, in its order.
COUNTS: Mapping[Any, tuple[int, int, int, int]] = {
    SurveyResponse: (50, 50, 50, 50),
    CatalogueItem: (13, 18, 18, 13),
    Expert: (8, 8, 8, 8),
    Provider: (7, 9, 9, 5),
    ServiceRecord: (15, 36, 36, 4),
    Review: (9, 36, 36, 0),
    CallNote: (0, 4, 4, 0),
    # Where a part of a payment comes from above, it is paid in two.
    Payment: (4, 11, 10, 0),
}
# What was paid of the union's own contracts, net of a reversal and of what was given back. Units: yuan.
PAID = {
    "430000": {"2025": "0", "2026": "199500.00"},
    # 40 % of 226,670.00; then twice 30 % less 3,400.05, with 50 % of 338,200.00 and 60 % of 85,500.00.
    "430100": {"2025": "90668.00", "2026": "353001.95"},
    # 40 % of 141,075.00; then twice 30 % less 2,116.12, with 50 % of 176,700.00 and 60 % of 57,000.00.
    "430105": {"2025": "56430.00", "2026": "205078.88"},
    "430111": {"2025": "0", "2026": "0"},
}
SUBSIDIES = [
    ("430000", "430100", "verified", Decimal("60000.00"), Decimal("1242.00"), date(2026, 10, 21)),
    ("430000", "430100", "paid", Decimal("50000.00"), None, None),
    ("430100", "430105", "verified", Decimal("40000.00"), Decimal("828.00"), date(2026, 10, 21)),
    ("430100", "430105", "applied", None, None, None),
]


def prepared(country: dict[str, TradeUnion], at: datetime) -> None:
    mark_as_demonstration(at=at)
    accounts.prepare(at=at)
    for code in ("000000", *cast.BUYING):
        shared = organizations.shared_by(country["430100"]) if code.startswith("4301") else []
        organizations.fill(country[code], count=12, shared=shared, by=system("测试"), at=at)
    accounts.prepare(at=at)


def test_each_union_tells_of_every_course_and_a_second_run_changes_nothing(
    country: dict[str, TradeUnion], at: datetime, tmp_path: Path
) -> None:
    """So many rows in which states, money to the cent, and open data that the standard's own tools accept. Source: PUR-03, PUR-19."""
    prepared(country, at)
    assert showcase.fill(at=at) == len(cast.BUYING)
    for place, (code, course) in enumerate(COURSES.items()):
        with door.inside(country[code]):
            for model, expected in ALL.items():
                wanted = Counter(expected) + Counter(PASTS[course].get(model, {}))
                assert Counter(map(str, model.objects.values_list("state", flat=True))) == wanted, (code, model)
            assert {model: model.objects.count() for model in COUNTS} == {
                model: counts[place] for model, counts in COUNTS.items()
            }
            # Who was found unqualified stands back, beside the one of a year ago.
            assert Provider.objects.filter(blocked_until__gt=at.date()).count() == (2 if course == "full" else 1)
            assert not ServiceProject.objects.filter(updated_at__gt=at).exists()
    with door.inside(country["430105"]):
        _told_in_kaifu(at)
        _all_named()
    with door.inside(country["000000"]):
        assert not ServiceProject.objects.exists()
        assert not NeedSurvey.objects.exists()
    _subsidised()
    _counted(country)
    _published(country, tmp_path)

    events, steps = AuditEvent.objects.count(), SubsidyChange.objects.count()
    assert showcase.fill(at=at) == 0
    assert (AuditEvent.objects.count(), SubsidyChange.objects.count(), SubsidyRound.objects.count()) == (
        events,
        steps,
        4,
    )


def _told_in_kaifu(at: datetime) -> None:
    # Moments are told in Beijing's time, to the minute.
    bid = Bid.objects.filter(state="submitted").order_by("pk")[0]
    told = {one.label: one.new for one in timeline(BID, bid)[0].changes}
    assert told["递交时间"] == "2026-11-20 10:00"
    # A bid of the past came before the deadline and was opened at it, by the clock.
    won = Bid.objects.filter(state="won").select_related("call").order_by("pk")[0]
    assert won.call.bid_deadline is not None
    assert won.submitted_at is not None
    assert won.call.opened_at is not None
    assert won.submitted_at < won.call.bid_deadline < won.call.opened_at < at
    assert won.call.opening_record["by"] == "到期开标"
    # Of a payment under a wrong account three rows are left: paid, reversed, paid.
    reversal = Payment.objects.get(kind=PaymentKind.REVERSAL)
    of_milestone = Payment.objects.filter(milestone=reversal.milestone).order_by("created_at")
    assert list(of_milestone.values_list("amount", flat=True)) == [
        Decimal("53010.00"),
        Decimal("-53010.00"),
        Decimal("53010.00"),
    ]
    answered = CallNote.objects.filter(answered_at__isnull=False).order_by("created_at")
    assert list(answered.values_list("kind", flat=True)) == ["question", "objection", "question"]
    assert CallNote.objects.filter(answered_at=None).values_list("kind", flat=True).get() == "objection"
    archived = ServiceProject.objects.get(state="archived")
    grade = Evaluation.objects.get(project=archived, kind="performance").conclusion
    assert archived.title.endswith("“城市美容师”环卫工人健康服务")
    assert grade == "good"
    failed = ServiceProject.objects.get(state="failed")
    blamed = Contract.objects.get(project=failed).provider
    assert blamed.blocked_reason == f"项目“{failed.title}”绩效考核不合格"
    assert Visit.objects.exclude(rectification="").values_list("state", flat=True).get() == "closed"


def _all_named() -> None:
    """Every event in the histories of rows with a machine has a name in Chinese."""
    told = Change.objects.values_list("object_kind", "event").distinct()
    named = {machine.model.lower(): machine for machine in machines.known()}
    unnamed = {
        (kind, event)
        for kind, event in told
        if kind in named
        and event not in {"create", "edit"}
        and event not in named[kind].labels
        and named[kind].events.label_of(event) == event
    }
    assert unnamed == set()
    assert len(set(told)) > 60


def _subsidised() -> None:
    given = Subsidy.objects.order_by("from_union__code", "created_at")
    names = ("from_union__code", "to_union__code", "state", "granted", "refund", "refunded_on")
    assert list(given.values_list(*names)) == SUBSIDIES
    # What a funder sees of a project goes with it.
    copies = SubsidisedProject.objects.order_by("subsidy__from_union__code", "number")
    assert list(copies.values_list("state", "paid")) == [
        ("已归档", Decimal("223269.95")),
        ("实施中", Decimal("169100.00")),
        ("已归档", Decimal("138958.88")),
    ]


def _counted(country: dict[str, TradeUnion]) -> None:
    fold_all(country)
    for code, years in PAID.items():
        for year, amount in years.items():
            assert figure(country, code, "PUR-03", year, own=True) == Decimal(amount), (code, year)
    whole = sum((Decimal(years["2026"]) for years in PAID.values()), Decimal(0))
    assert figure(country, "000000", "PUR-03", "2026") == whole == Decimal("757580.83")
    assert figure(country, "430000", "PUR-19", "2025", own=True) == Decimal("60000.00")
    assert figure(country, "430000", "PUR-19", "2026", own=True) == Decimal("50000.00")
    assert figure(country, "430100", "PUR-19", "2025", own=True) == Decimal("40000.00")
    exact()


def _published(country: dict[str, TradeUnion], folder: Path) -> None:
    made = outside.packages(country["430000"], folder)
    for kind in ("releases", "records"):
        outside.assert_without_errors(made[kind])
    records = outside.assert_compiled_alike(made, folder)
    # Every purchase that was ever approved: four of each union now, and those of the past.
    assert len(records) == 4 * 4 + 1 + 6 + 6 + 1


def test_nothing_is_made_before_there_are_accounts(country: dict[str, TradeUnion], at: datetime) -> None:
    mark_as_demonstration(at=at)
    assert showcase.fill(at=at) == 0
    assert not SubsidyRound.objects.exists()
    with door.inside(country["430105"]):
        assert not ServiceProject.objects.exists()


def test_the_clock_of_deadlines_is_put_back_in_a_demonstration_alone(
    country: dict[str, TradeUnion], at: datetime
) -> None:
    accounts.prepare(at=at)
    events = AuditEvent.objects.count()
    with pytest.raises(showcase.NotADemonstration):
        showcase.fill(at=at)
    assert AuditEvent.objects.count() == events
    with door.inside(country["430105"]):
        assert not ServiceProject.objects.exists()
    true = database_now()
    with putting_back.put_back(at):
        assert database_now() == min(at, true)
    with putting_back.put_back(datetime(2999, 1, 1, tzinfo=at.tzinfo)):
        # Never forward.
        assert true < database_now() < datetime(2999, 1, 1, tzinfo=at.tzinfo)
    assert database_now() > true
