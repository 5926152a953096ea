"""The demonstration: believable, valid, repeatable, and marked for whoever looks for leaks."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from stdnum.cn import uscc as oracle

from commons.access import actors
from commons.access.actors import system
from commons.access.models import PartnerClient
from commons.directory.credit_code import org_type_of, validated
from commons.directory.enums import OrgType
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.models import TradeUnion
from commons.people.models import OrgAccountLink, RoleAssignment, User
from commons.rollup.models import Cell, HistoricalFigure
from commons.tenancy import door
from config.demo import accounts, canary, figures, invention, organizations
from tenants.registry.enums import LedgerState
from tenants.registry.intake import Outcome, plan
from tenants.registry.models import ContactLog, LedgerSpan, SocialOrganization

SAMPLED = {"000000", "430000", "430100", "430105", "430111"}


def fill(union: TradeUnion, count: int, at: datetime) -> int:
    return organizations.fill(union, count=count, shared=[], by=system("测试"), at=at)


@pytest.mark.parametrize("org_type", [OrgType.SOCIAL_GROUP, OrgType.SOCIAL_SERVICE_INSTITUTION, OrgType.FOUNDATION])
def test_invented_codes_are_valid(org_type: OrgType) -> None:
    codes = [invention.credit_code("430105", org_type, number) for number in range(500)]
    assert len(set(codes)) == 500
    assert [validated(code) for code in codes] == codes
    assert all(oracle.is_valid(code) for code in codes)
    assert {org_type_of(code) for code in codes} == {org_type}


def test_a_filled_ledger_keeps_every_rule(country: dict[str, TradeUnion], at: datetime) -> None:
    assert fill(country["430105"], 60, at) == 60
    with door.inside(country["430105"]):
        rows = list(SocialOrganization.objects.order_by("serial"))
        assert [row.serial for row in rows] == list(range(1, 61))
        told = plan(
            [
                {
                    "name": row.name,
                    "uscc": row.uscc,
                    "org_type": row.org_type,
                    "region_code": row.region_code,
                    "contact_phone": row.contact_phone,
                }
                for row in rows
            ],
            verified=False,
            today=at.date(),
        )
        kept = [
            one
            for one, row in zip(told, rows, strict=True)
            if row.state not in {LedgerState.CLOSED, LedgerState.REMOVED}
        ]
        assert {one.outcome for one in kept} == {Outcome.SAME}
        active = [row for row in rows if row.state == LedgerState.ACTIVE]
        assert LedgerSpan.objects.filter(until_on=None).count() == len(active)
        listed = RegisteredOrganization.objects.filter(uscc__in=[row.uscc for row in active if row.uscc])
        assert listed.count() == sum(bool(row.uscc) for row in active)
    with door.inside(country["430111"]):
        assert SocialOrganization.objects.count() == 0


def test_the_same_small_numbers_stand_in_every_union(country: dict[str, TradeUnion], at: datetime) -> None:
    serials = []
    for code in ("430105", "430111"):
        fill(country[code], 5, at)
        with door.inside(country[code]):
            serials.append(list(SocialOrganization.objects.order_by("serial").values_list("serial", flat=True)))
    assert serials == [[1, 2, 3, 4, 5]] * 2


def test_a_city_and_its_districts_share_organizations(country: dict[str, TradeUnion], at: datetime) -> None:
    shared = organizations.shared_by(country["430100"])
    for code in ("430100", "430105", "430111"):
        organizations.fill(country[code], count=2, shared=shared, by=system("测试"), at=at)
        organizations.fill(country[code], count=0, shared=shared, by=system("测试"), at=at)
        with door.inside(country[code]):
            assert SocialOrganization.objects.filter(uscc__in=[one.uscc for one in shared]).count() == 3
    assert RegisteredOrganization.objects.filter(uscc__in=[one.uscc for one in shared]).count() == 3


def test_every_private_text_bears_its_union(country: dict[str, TradeUnion], at: datetime) -> None:
    for code in ("430105", "430111"):
        fill(country[code], 4, at)
        counts = canary.mark(country[code], at=at)
        assert set(counts) == {model._meta.db_table for model in canary.private_models()}
        assert all(counts.values())
    with door.inside(country["430105"]):
        assert set(ContactLog.objects.values_list("topics", flat=True)) == {"CANARY-430105-registry_contactlog"}
        assert set(SocialOrganization.objects.values_list("note", flat=True)) == {
            "CANARY-430105-registry_socialorganization"
        }


def test_published_figures_are_history_and_never_live(country: dict[str, TradeUnion]) -> None:
    cells = Cell.objects.count()
    assert figures.load() == figures.load() > 0
    damaged = HistoricalFigure.objects.get(figure="F059")
    assert (damaged.union.code, damaged.quality, damaged.value_text) == ("440000", "✗", "500万元")
    assert HistoricalFigure.objects.filter(figure="F056", value=None).exists()
    assert Cell.objects.count() == cells


def test_accounts_open_their_own_union_and_stay(country: dict[str, TradeUnion], at: datetime) -> None:
    first = accounts.prepare(at=at)
    again = accounts.prepare(at=at)
    assert again == first
    assert {one["union"] for one in first["accounts"]} == SAMPLED
    assert len(first["accounts"]) == 11 * 5 + 1
    assert [one["root"] for one in first["partners"]] == ["000000", "430000", "430100", "430105", "430111"]
    assert PartnerClient.objects.count() == 5

    staff = next(one for one in first["accounts"] if one["username"] == "kaifu.staff")
    assert (staff["union"], staff["level"], staff["roles"]) == ("430105", "district", ["union_staff"])
    assert set(RoleAssignment.objects.filter(user__username="kaifu.finance").values_list("role", flat=True)) == {
        "union_staff",
        "finance",
    }
    browser = Client()
    answer = browser.post("/sign-in", {"username": staff["username"], "password": staff["password"]})
    assert answer.status_code == 302
    assert browser.get("/u/430105/organizations").status_code == 200
    assert browser.get("/u/430111/organizations").status_code == 404
    # Signing in may renew what is stored; what was printed goes on working.
    assert accounts.prepare(at=at) == first


def test_a_password_that_no_longer_works_is_replaced(country: dict[str, TradeUnion], at: datetime) -> None:
    first = accounts.prepare(at=at)
    user = User.objects.get(username="kaifu.leader")
    user.set_password("something-else-entirely")
    user.save()
    second = accounts.prepare(at=at)
    changed = [new["username"] for new, old in zip(second["accounts"], first["accounts"], strict=True) if new != old]
    assert changed == ["kaifu.leader"]


def test_accounts_of_organizations_speak_for_one_on_their_unions_ledger(
    country: dict[str, TradeUnion], at: datetime
) -> None:
    """One of them in two unions; none for an organization of another account. Source: DOMAIN §6, scenario 12."""
    accounts.prepare(at=at)
    assert not OrgAccountLink.objects.exists()
    for code in SAMPLED:
        shared = organizations.shared_by(country["430100"]) if code.startswith("4301") else []
        organizations.fill(country[code], count=12, shared=shared, by=system("测试"), at=at)
    accounts.prepare(at=at)
    accounts.prepare(at=at)
    links = {link.user.username: link for link in OrgAccountLink.objects.select_related("user", "decided_in_union")}
    assert set(links) == {f"{place}.organization" for place in ("acftu", "hunan", "changsha", "kaifu", "yuhua")}
    assert len({link.uscc for link in links.values()}) == 5
    for link in links.values():
        with door.inside(link.decided_in_union):
            assert SocialOrganization.objects.on_ledger().get(uscc=link.uscc).name == link.organization_name
    unions = {name: {union.code for union in actors.unions_of(link.user)} for name, link in links.items()}
    assert unions["kaifu.organization"] == {"430100", "430105", "430111"}
    assert unions["yuhua.organization"] == {"430111"}


def test_accounts_are_only_made_in_a_demonstration(country: dict[str, TradeUnion], at: datetime) -> None:
    with pytest.raises(CommandError, match="不是演示数据库"):
        call_command("demo_accounts")
    assert User.objects.count() == 0


def test_the_answer_is_the_contracts_json(country: dict[str, TradeUnion], at: datetime) -> None:
    from config.demo.country import mark_as_demonstration

    mark_as_demonstration(at=at)
    printed = StringIO()
    call_command("demo_accounts", "--json", stdout=printed)
    answer = json.loads(printed.getvalue())
    assert set(answer) == {"accounts", "partners"}
    assert set(answer["accounts"][0]) == {"username", "password", "union", "level", "roles"}
    assert set(answer["partners"][0]) == {"name", "root", "token"}


def test_the_demonstration_has_the_unions_it_promises(country: dict[str, TradeUnion]) -> None:
    from config.demo import country as demo

    codes = [row.code for row in demo.rows()]
    assert len(codes) == len(set(codes))
    assert {"000000", "110000", "650000", "430105", "440304", "441900"} <= set(codes)
    assert not any(code.startswith("11") and code != "110000" for code in codes)
