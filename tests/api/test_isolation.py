"""
For every type, query and mutation: a neighbour's row is refused and looks absent. Source: V7, V10; ASVS 8.4.1.

The cases are generated from the schema: a new argument that takes an id or a union's code is probed without being written here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from uuid import uuid4

import orjson
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from api.kit import nodes
from api.kit.documents import schema
from api.kit.ids import to_global
from commons.hierarchy.models import Division, TradeUnion
from commons.onboarding.models import OnboardingApplication
from commons.people.enums import Role
from commons.subsidies.models import Subsidy
from commons.tenancy import door
from tests.api.conftest import Bearer, Records, ask, post, records
from tests.api.probing import Probe, probes

NEIGHBOURS = ["430111", "440304", "440300", "310115", "310000", "430000", "000000"]
PRIVATE = [
    "OrganizationAccount",
    "SocialOrganization",
    "ContactLog",
    "SecretLog",
    "OrgPerson",
    "OrgRating",
    "OrgYearFact",
    "ContactPlan",
    "Attachment",
    "Comment",
    "Notice",
    "User",
    "OnboardingApplication",
    "DataQualityTicket",
    "TreeChange",
    "RecordTransfer",
    "NeedSurvey",
    "Need",
    "NeedCluster",
    "MenuItem",
    "ServiceOrder",
    "Appeal",
    "SubsidyRound",
    "Subsidy",
    "ServiceProject",
    "Call",
    "Bid",
    "PanelMember",
    "Contract",
    "PaymentMilestone",
    "Report",
    "Visit",
    "Evaluation",
    "Provider",
    "Expert",
    "PurchaseRule",
    "Listing",
    "Match",
]
# Of the shared layer: those above decide on them, tickets tell of numbers, which they see anyway, and of changes those below are
# told of their superiors'.
OF_THE_TREE = {"OnboardingApplication", "DataQualityTicket", "TreeChange", "RecordTransfer"}
# Rows of the shared layer that a neighbour's probe might have changed.
_SHARED = (OnboardingApplication, Subsidy)


def _snapshot(union: TradeUnion) -> str:
    """Everything in the union's schema."""
    with door.inside(union), connection.cursor() as cursor:
        names = [
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if apps.get_app_config(model._meta.app_label).name in settings.TENANT_APPS
        ]
        kept = []
        for table in sorted(names):
            cursor.execute(f"SELECT coalesce(jsonb_agg(t ORDER BY t::text), '[]')::text FROM \"{table}\" t")
            kept.append(cursor.fetchone()[0])
    return "\n".join(kept)


def _takes(probe: Probe, kind: str) -> bool:
    """Whether the place is for rows of that kind, by its words; one whose words name no kind is for all. People go by many words."""
    words = set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", probe.name).lower()))
    named = {
        one for one in PRIVATE if re.findall(r"[A-Z][a-z]+", one)[-1].lower() in words | {w.rstrip("s") for w in words}
    }
    return kind in named or not named or kind == "User"


def _body(client: Client, probe: Probe, value: str) -> bytes:
    """The whole answer, with the value that was asked for taken out of it."""
    response = post(client, probe.query, probe.with_value(value))
    assert response.status_code == 200
    return response.content.replace(value.encode(), b"*")


@pytest.fixture
def theirs(country: dict[str, TradeUnion]) -> list[Records]:
    return [records(country[code], canary=f"CANARY-{code}") for code in NEIGHBOURS]


def test_every_type_of_a_unions_own_tables_is_asked_for() -> None:
    """Otherwise a neighbour's row of a new type would never be tried."""
    assert schema().query_type is not None  # declared, and with it every type
    own = {name for name, model in nodes.tables().items() if model.__module__.startswith("tenants.")}
    assert len(own) >= 20
    assert sorted(own - set(PRIVATE)) == []


def test_there_are_probes_for_all_that_takes_an_id() -> None:
    names = {probe.name for probe in probes()}
    assert {"node.id", "union.code", "unions.under", "organization.id", "contactLogs.organization"} <= names
    assert {"updateOrganization.input.id", "logContact.input.organization", "suspendUnion.input.code"} <= names
    assert {
        "dataQualityTickets.under",
        "explainTicket.input.id",
        "planContact.input.officer",
        "nameOfficers.input.officers",
        "revokeRating.input.id",
        "needs.filter.cluster",
        "gatherNeeds.input.needs",
        "serviceOrders.item",
        "appealContent.id",
        "draftSubsidy.input.round",
        "bids.call",
        "bidContent.bid",
        "saveBid.input.call",
        "answerNote.input.call",
        "scoreSheets.call",
        "appointToProject.input.user",
        "recommendMatch.input.offer",
        "registerEnterpriseContract.input.provider",
    } <= names
    assert len(names) >= 40


@pytest.mark.parametrize(("role", "neighbours"), [(Role.UNION_STAFF, 2), (Role.UNION_ADMIN, 7)])
def test_a_neighbours_row_is_like_none(
    client_of: Callable[..., Client], country: dict[str, TradeUnion], theirs: list[Records], role: Role, neighbours: int
) -> None:
    """Each id of each neighbour in each place gives the very answer that a random id gives, and changes nothing."""
    client = client_of("430105", role)
    records(country["430105"])
    before = {held.union.code: _snapshot(held.union) for held in theirs}
    applications, subsidies = [list(model.objects.order_by("pk").values()) for model in _SHARED]
    tried, dice = 0, random.Random(1)
    for probe in probes():
        if probe.takes_code:
            continue
        unknown = {kind: to_global(kind.replace("SecretLog", "ContactLog"), uuid4()) for kind in PRIVATE}
        absent: dict[str, bytes] = {}
        for held in theirs[:neighbours]:
            # The nearest neighbour with every kind of row that the place could take, those farther away with some.
            above = held.union.code in {"430000", "000000"}
            kinds = [kind for kind in PRIVATE if not (above and kind == "TreeChange")]
            near = [kind for kind in kinds if _takes(probe, kind)]
            for kind in near if held.union.code == "430111" else dice.sample(kinds, 3):
                answer = _body(client, probe, held.ids[kind])
                if kind not in absent:
                    absent[kind] = _body(client, probe, unknown[kind])
                assert answer == absent[kind], f"{probe.name} {kind} of {held.union.code}"
                assert b"CANARY" not in answer
                tried += 1
    assert tried >= 100 * neighbours
    assert {held.union.code: _snapshot(held.union) for held in theirs} == before
    assert [list(model.objects.order_by("pk").values()) for model in _SHARED] == [applications, subsidies]


def test_a_neighbours_code_is_like_none(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    """V7: a union beside or elsewhere answers like one that does not exist."""
    states = dict(TradeUnion.objects.values_list("code", "state"))
    client = client_of("430105", Role.UNION_ADMIN)
    for probe in probes():
        # The code of a new union is no row of somebody else: see the next test.
        if not probe.takes_code or probe.name in {"applyForUnion.input.code", "onboardUnion.input.code"}:
            continue
        absent = _body(client, probe, "999999")
        for code in ("430111", "440304", "440300", "310115", "310000"):
            assert _body(client, probe, code) == absent, f"{probe.name} {code}"
    assert dict(TradeUnion.objects.values_list("code", "state")) == states


def test_applying_does_not_tell_who_has_joined_elsewhere(
    client_of: Callable[..., Client], country: dict[str, TradeUnion]
) -> None:
    """V7: a code elsewhere in the country is refused alike, whether its union has joined or not."""
    for code, name, parent in (
        ("440000", "广东省", None),
        ("440300", "深圳市", "440000"),
        ("440304", "福田区", "440300"),
        ("440305", "南山区", "440300"),
    ):
        level = "province" if parent is None else "city" if code.endswith("00") else "district"
        Division.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent_id": parent})
    client = client_of("430100", Role.UNION_ADMIN)
    query = (
        "mutation($input: ApplyForUnionInput!) { applyForUnion(input: $input) { application { id } errors { code } } }"
    )
    for code in ("440304", "440305"):
        answer = ask(client, query, {"input": {"code": code, "parentCode": "430100", "adminName": "刘洋"}})
        assert answer["data"]["applyForUnion"] == {
            "application": None,
            "errors": [{"code": "HIERARCHY.PARENT_ELSEWHERE"}],
        }


def test_numbers_of_others_are_absent(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    """V1, V7: numbers of the own subtree; an ancestor is known by name, its numbers are not."""
    client = client_of("430105", Role.LEADER)
    numbers = (
        'rollup(indicators: ["ORG-01"]) { value } parentAverage(indicators: ["ORG-01"]) { value } '
        "numbersAsOf organizations { totalCount }"
    )
    found = ask(client, f'{{ union(code: "430105") {{ parent {{ code {numbers} }} ancestors {{ code {numbers} }} }} }}')
    for union in [found["data"]["union"]["parent"], *found["data"]["union"]["ancestors"]]:
        assert union == {
            "code": union["code"],
            "rollup": None,
            "parentAverage": None,
            "numbersAsOf": None,
            "organizations": None,
        }
    assert {error["extensions"]["code"] for error in found["errors"]} == {"NOT_FOUND"}
    beside = ask(client, '{ union(code: "430100") { children { edges { node { code } } } } }')
    assert [edge["node"]["code"] for edge in beside["data"]["union"]["children"]["edges"]] == ["430105"]


def test_a_lower_unions_ledger_is_not_read_from_above(
    client_of: Callable[..., Client], country: dict[str, TradeUnion]
) -> None:
    """V1: numbers come up, records do not."""
    held = records(country["430105"], canary="CANARY-430105")
    for code, role in (("430100", Role.UNION_ADMIN), ("430000", Role.LEADER), ("000000", Role.NATIONAL_ADMIN)):
        client = client_of(code, role)
        found = ask(client, '{ union(code: "430105") { code organizations { edges { node { name } } } } }')
        assert found["data"]["union"] == {"code": "430105", "organizations": None}
        for kind in sorted({*PRIVATE} - OF_THE_TREE):
            one = ask(client, "query($id: ID!) { node(id: $id) { id } }", {"id": held.ids[kind]})
            assert one["data"] == {"node": None}
        assert "CANARY" not in str(ask(client, "{ organizations { edges { node { name note } } } }"))


def test_a_partner_never_enters_a_unions_schema(
    partner_of: Callable[[str], Bearer], country: dict[str, TradeUnion]
) -> None:
    """V10: numbers and public cards within the root; no record, no mutation, nothing outside."""
    held = records(country["430105"], canary="CANARY-430105")
    partner = partner_of("430105")
    for query in (
        "{ organizations { totalCount } }",
        "{ contactLogs { totalCount } }",
        "{ applications { totalCount } }",
        "{ dataQualityTickets { totalCount } }",
    ):
        found = ask(partner, query)
        assert (list(found["data"].values()), found["errors"][0]["extensions"]["code"]) == ([None], "REFUSED")
    inside = ask(
        partner, '{ union(code: "430105") { parent { code } ancestors { code } organizations { totalCount } } }'
    )
    assert inside["data"]["union"] == {"parent": None, "ancestors": [], "organizations": None}
    before = _snapshot(held.union)
    for probe in probes():
        value = "430105" if probe.takes_code else held.ids["SocialOrganization"]
        answer = orjson.loads(post(partner, probe.query, probe.with_value(value)).content)
        assert "CANARY" not in str(answer)
        if probe.query.startswith("mutation"):
            [payload] = answer["data"].values()
            assert [error["code"] for error in payload["errors"]] == ["REFUSED"]
    assert _snapshot(held.union) == before


def test_a_partner_outside_its_root_finds_nothing(partner_of: Callable[[str], Bearer]) -> None:
    partner = partner_of("430100")
    query = 'query($c: String!) { union(code: $c) { code rollup(indicators: ["ORG-01"]) { value } } }'
    absent = ask(partner, query, {"c": "999999"})
    for code in ("000000", "430000", "440000", "440304"):
        assert ask(partner, query, {"c": code}) == absent
    assert ask(partner, query, {"c": "430111"})["data"]["union"]["rollup"] == [{"value": 0.0}]
    listed = ask(partner, "{ unions { totalCount edges { node { code } } } }")["data"]["unions"]
    assert [edge["node"]["code"] for edge in listed["edges"]] == ["430100", "430105", "430111"]


def test_cursors_open_nothing(client_of: Callable[..., Client], country: dict[str, TradeUnion]) -> None:
    """T10: another union's cursor only says where to begin."""
    records(country["430111"], canary="CANARY-430111")
    query = "query($after: String) { organizations(after: $after) { totalCount edges { cursor node { name } } } }"
    theirs = ask(client_of("430111", Role.UNION_STAFF), query)["data"]["organizations"]["edges"][0]["cursor"]
    mine = ask(client_of("430105", Role.UNION_STAFF), query, {"after": theirs})
    assert mine["data"]["organizations"] == {"totalCount": 0, "edges": []}
    for broken in ("", "!!", "W10", "bnVsbA", "WyJhIl0", "WyJhIiwgIngiXQ", "a" * 5000):
        found = ask(client_of("430105", Role.UNION_STAFF), query, {"after": broken})
        assert found["errors"][0]["extensions"]["code"] == "API.BAD_CURSOR"
