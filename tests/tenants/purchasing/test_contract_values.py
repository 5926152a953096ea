"""What the text of a contract says: a draft follows its sources, what was submitted stands. Source: E15, Appendix C3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing import contract_text
from tenants.purchasing.machines.contract import CONTRACT, ContractEvent
from tenants.purchasing.models import Contract, Provider
from tenants.purchasing.selectors import contract_values
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import People, drafted, everybody, refused, won


@pytest.fixture
def who(country: dict[str, TradeUnion]) -> Iterator[People]:
    with door.inside(country["430105"]):
        make.template()
        yield everybody()


def told(row: Contract) -> dict[str, str]:
    return contract_values.now(Contract.objects.select_related("provider", "project").get(pk=row.pk))


def test_a_draft_follows_its_provider_until_it_is_submitted(who: People, at: datetime) -> None:
    project, provider = won()
    Provider.objects.filter(pk=provider.pk).update(bank_name="")
    row = drafted(who, at, project)
    missing = refused(CONTRACT, row, ContractEvent.SUBMIT, by=who.staff, at=at)
    assert missing.code == "PURCHASING.CONTRACT_VARIABLES_MISSING"
    assert missing.params == {"missing": "开户银行"}
    Provider.objects.filter(pk=provider.pk).update(bank_name="中国工商银行长沙开福支行")
    assert told(row)["bank_name"] == "中国工商银行长沙开福支行"
    transition(CONTRACT, Contract.objects.get(pk=row.pk), ContractEvent.SUBMIT, by=who.staff, at=at)
    Provider.objects.filter(pk=provider.pk).update(bank_name="别的银行")
    assert told(row)["bank_name"] == "中国工商银行长沙开福支行"
    assert Change.objects.get(object_id=row.pk, event="submit").changes == {"values": [None, None]}
    transition(CONTRACT, Contract.objects.get(pk=row.pk), ContractEvent.RETURN, by=who.staff, at=at, reason="换账户")
    assert told(row)["bank_name"] == "别的银行"


def test_a_page_shows_the_clauses_filled_and_names_what_is_missing(who: People, at: datetime) -> None:
    project, provider = won()
    row = drafted(who, at, project)
    given = {**told(row), contract_text.ACCOUNT: "**** 2233"}
    text = "\n".join(one.text for one in contract_text.readable(row, given))
    assert "${" not in text
    assert f"乙方（承接方）：{provider.name}" in text or provider.name in text
    without = "\n".join(one.text for one in contract_text.readable(row, {**given, contract_text.ACCOUNT: ""}))
    assert "【银行账号】" in without
    assert "**** 2233" not in without


def test_the_contract_page_has_no_variable_left(
    country: dict[str, TradeUnion], client_of: Callable[..., Client], who: People, at: datetime
) -> None:
    project, _ = won()
    row = drafted(who, at, project)
    page = client_of("430105", Role.UNION_STAFF).get(f"/u/430105/contracts/{row.pk}").content.decode()
    assert "长沙市开福区总工会" in page
    assert "${" not in page
