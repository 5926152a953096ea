"""Numbers go up the tree and never sideways; each question is one statement."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access import actors
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import parse_month
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.errors import TooManySeries, UnknownDimension, UnknownIndicator
from commons.rollup.fold import fold
from commons.tenancy.door import inside
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
MONTH = parse_month("2026-11")


def asked(queries: CaptureQueriesContext) -> list[str]:
    """The questions, without the search path that goes before them."""
    return [query["sql"] for query in queries if not query["sql"].startswith("SET search_path")]


def ask(actor: Actor, union: TradeUnion) -> None:
    selectors.values(actor, unions=[union], indicators=["ORG-01"], month=MONTH)
    selectors.series(actor, union=union, indicators=["ORG-01"], first_month=MONTH - 3, last_month=MONTH)


@pytest.mark.parametrize(
    ("asking", "other", "seen"),
    [
        ("000000", "430105", True),
        ("430000", "430105", True),
        ("430100", "430100", True),
        ("430105", "430105", True),
        ("430105", "430111", False),
        ("430105", "430100", False),
        ("430100", "430000", False),
        ("430000", "440000", False),
        ("440304", "430105", False),
    ],
)
def test_who_sees_whose_numbers(
    country: Country, actor_of: Callable[..., Actor], asking: str, other: str, seen: bool
) -> None:
    """V1, V7."""
    leader = actor_of(asking, Role.LEADER)
    partner = Actor(union=country[asking], partner="对账系统", permissions=frozenset({Permission.NUMBERS_VIEW}))
    for actor in (leader, partner):
        if seen:
            ask(actor, country[other])
        else:
            with pytest.raises(NotFound):
                ask(actor, country[other])


def test_one_refused_union_refuses_the_whole_question(country: Country, actor_of: Callable[..., Actor]) -> None:
    leader = actor_of("430100", Role.LEADER)
    with pytest.raises(NotFound):
        selectors.values(leader, unions=[country["430105"], country["440304"]], indicators=["ORG-01"], month=MONTH)


def test_a_refusal_asks_the_database_nothing(country: Country, actor_of: Callable[..., Actor]) -> None:
    leader = actor_of("430105", Role.LEADER)
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        pytest.raises(NotFound),
    ):
        ask(leader, country["430111"])
    assert asked(queries) == []


def test_all_indicators_of_all_unions_are_two_statements(country: Country) -> None:
    nation = actors.system("test", country["000000"])
    codes = [indicator.code for indicator in selectors.catalogue()]
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 3, 1))
    fold(country["430105"])
    with CaptureQueriesContext(connection) as queries:
        found = selectors.values(nation, unions=country.values(), indicators=codes)
    # The figures (with those of a year ago), which unions are missing in them, and those of the indices, each for itself.
    assert len(asked(queries)) == 9
    assert len(found) == len(country) * len(codes)
    with CaptureQueriesContext(connection) as queries:
        split = selectors.values(nation, unions=country.values(), indicators=["ORG-01"], by="OT")
    assert len(asked(queries)) == 2
    assert [value.item for value in split[:4]] == [
        "social_group",
        "foundation",
        "social_service_institution",
        "unregistered",
    ]
    assert split[0].item_label == "社会团体"
    with CaptureQueriesContext(connection) as queries:
        track = selectors.series(
            nation,
            union=country["000000"],
            indicators=["ORG-01", "ORG-05", "ORG-08"],
            first_month=parse_month("2026-02"),
            last_month=parse_month("2026-05"),
        )
    # The figures, and which of these months are closed.
    assert len(asked(queries)) == 2
    assert [value.value for value in track] == [0, 1, 1, 1, 0, 1, 0, 0, None, 100, 100, 100]


def test_scopes_differ(country: Country) -> None:
    nation = actors.system("test", country["000000"])
    with inside(country["430105"]):
        make.organization()
    fold(country["430105"])
    for scope, expected in ((Scope.OWN, 0), (Scope.SUBTREE, 1)):
        [value] = selectors.values(nation, unions=[country["430100"]], indicators=["ORG-01"], month=MONTH, scope=scope)
        assert value.value == expected


def test_wrong_questions_explain_themselves(country: Country) -> None:
    nation = actors.system("test", country["000000"])
    with pytest.raises(UnknownIndicator, match="ORG-99"):
        selectors.values(nation, unions=[country["000000"]], indicators=["ORG-99"], month=MONTH)
    with pytest.raises(UnknownDimension, match="社会组织台账数"):
        selectors.values(nation, unions=[country["000000"]], indicators=["ORG-01"], month=MONTH, by="K")
    with pytest.raises(TooManySeries):
        selectors.series(nation, union=country["000000"], indicators=["ORG-01"], first_month=0, last_month=MONTH)


def test_every_indicator_explains_itself() -> None:
    codes = [indicator.code for indicator in selectors.catalogue()]
    ledger = [f"ORG-{number:02d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14)]
    purchases = [f"PUR-{number:02d}" for number in range(1, 28)]
    needs = [f"NED-{number:02d}" for number in range(1, 11)]
    market = [f"ENT-{number:02d}" for number in range(1, 7)]
    fair = [*(f"FAIR-{number:02d}" for number in range(1, 8)), "FAIR-07C"]
    rest = ["CTC-01", "CTC-02", "CTC-03", "GOV-01", "INC-04", "INF-04", "PTY-03"]
    assert codes == sorted([*ledger, *purchases, *needs, *market, *fair, *rest])
    for indicator in selectors.catalogue():
        assert indicator.definition.endswith("。")
        assert indicator.date_rule
        assert indicator.who_counts
        assert indicator.definition_en
