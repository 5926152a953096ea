"""One organization in two unions by the API: its own projects in both, nothing of any other organization. Source: Appendix F12; V14."""

from __future__ import annotations

from typing import Any

from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people import organizations as speaking
from commons.tenancy.door import inside
from tests.api.conftest import ask
from tests.factories import organizations, people
from tests.factories.purchasing import calls as make_calls
from tests.factories.purchasing import course as make

KAIFU, YUHUA = "430105", "430111"
OWN, OTHER = "长沙市星城职工服务中心", "湘江心理服务中心"
EVERYTHING = """{ me { organization { organizationName } actingUnion { code } }
    serviceProjects { edges { node { id title } } } contracts { edges { node { id title providerName } } }
    providers { edges { node { name } } } listings { edges { node { title } } }
    reports { edges { node { id } } } visits { edges { node { id } } } evaluations { edges { node { id } } }
    calls { edges { node { title } } } organizations { edges { node { name } } } }"""


def test_an_account_sees_its_own_in_two_unions_and_nothing_of_others(country: dict[str, TradeUnion]) -> None:
    codes = {OWN: organizations.credit_code(), OTHER: organizations.credit_code()}
    account, stranger = people.organization(KAIFU, codes[OWN]), people.organization(KAIFU, codes[OTHER])
    ids: dict[tuple[str, str], list[str]] = {}
    for code in (KAIFU, YUHUA):
        with inside(country[code]):
            for name, uscc in codes.items():
                organizations.organization(name=name, uscc=uscc)
                project = make.project(title=f"职工关爱（{name}）")
                contract = make.contract(project, by=make.provider(uscc, name))
                ids[code, name] = [to_global("ServiceProject", project.pk), to_global("Contract", contract.pk)]
                speaking.present(uscc, country[code], now())
            bid = make_calls.bid(make_calls.call(state="review"), make.provider(codes[OTHER]))
            ids[code, OTHER].append(to_global("Bid", bid.pk))
    client, other = Client(), Client()
    client.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    other.force_login(stranger.user, backend="django.contrib.auth.backends.ModelBackend")
    for code in (KAIFU, YUHUA):
        told = ask(client, EVERYTHING, X_Acting_Union=code)
        data = told["data"]
        assert data["me"]["actingUnion"] == {"code": code}
        assert titles(data["serviceProjects"], "id") == ids[code, OWN][:1]
        assert titles(data["contracts"], "providerName") == [OWN]
        assert titles(data["providers"], "name") == [OWN]
        assert OTHER not in str(told)
        assert codes[OTHER] not in str(told)
        for id in ids[code, OWN]:
            assert sees(client, id, code)
        for id in ids[code, OTHER]:
            assert not sees(client, id, code)
        for id in ids[code, OWN]:
            assert not sees(other, id, code)
        # What is of the other union is asked for there.
        elsewhere = YUHUA if code == KAIFU else KAIFU
        for id in ids[elsewhere, OWN]:
            assert not sees(client, id, code)
    # A union that has never dealt with it shows it nothing.
    nothing = ask(client, EVERYTHING, X_Acting_Union="310000")["data"]
    assert [told for name, told in nothing.items() if name != "me" and told not in (None, {"edges": []})] == []


def titles(connection: dict[str, Any], name: str) -> list[str]:
    return [edge["node"][name] for edge in connection["edges"]]


def sees(client: Client, id: str, code: str) -> bool:
    found = ask(client, "query($id: ID!) { node(id: $id) { id } }", {"id": id}, X_Acting_Union=code)
    return found["data"]["node"] is not None
