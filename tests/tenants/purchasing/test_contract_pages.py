"""Pages of contracts and payments as people see them: what is shown, what is masked, how many statements they cost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document as Word

from commons.audit.models import AuditEvent
from commons.codelists.services import FundSource
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.contract_text import values
from tenants.purchasing.enums import BuyerKind, ContractState, MatchState, MilestoneState, RuleKind
from tenants.purchasing.machines.milestone import PaymentForm
from tenants.purchasing.models import Contract, FundingLine, Payment, PaymentMilestone
from tests.factories import people
from tests.factories.organizations import credit_code
from tests.factories.purchasing import contracts as make
from tests.factories.purchasing import market

CODE = "430105"
ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def organization_client(uscc: str) -> Client:
    account = people.organization(CODE, uscc)
    client = Client()
    client.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_union"] = CODE
    session.save()
    return client


@pytest.fixture
def performing(country: Country) -> Contract:
    with door.inside(country[CODE]):
        row = make.contract(state=ContractState.PERFORMING, template=make.template())
        make.payment(make.at(row, MilestoneState.PAID, no=1))
        return row


def test_a_contract_is_shown_with_its_account_masked(
    country: Country, client_of: ClientOf, performing: Contract
) -> None:
    page = client_of(CODE, Role.UNION_STAFF).get(f"/u/{CODE}/contracts/{performing.pk}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "6222020200012345678" not in text
    assert "**** 5678" in text
    for shown in (performing.number, "30,000.00", "70,000.00", "个人信息保护", "第1期", "查看完整账号"):
        assert shown in text


def test_an_account_is_shown_when_asked_for_and_that_is_written_down(
    country: Country, client_of: ClientOf, performing: Contract
) -> None:
    leader = client_of(CODE, Role.LEADER)
    assert leader.post(f"/u/{CODE}/contracts/{performing.pk}/account").status_code == 403
    assert AuditEvent.objects.filter(event="purchasing.provider.read_account").count() == 0
    page = client_of(CODE, Role.LEADER, Role.FINANCE).post(f"/u/{CODE}/contracts/{performing.pk}/account")
    assert "6222020200012345678" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert AuditEvent.objects.filter(event="purchasing.provider.read_account").count() == 1


def test_an_organization_sees_its_own_contract_alone(country: Country, performing: Contract) -> None:
    own = organization_client(performing.provider.uscc)
    other = organization_client(credit_code(900))
    assert own.get(f"/u/{CODE}/contracts/{performing.pk}").status_code == 200
    assert other.get(f"/u/{CODE}/contracts/{performing.pk}").status_code == 404
    with door.inside(country[CODE]):
        milestone = PaymentMilestone.objects.get(contract=performing, no=2)
    assert own.get(f"/u/{CODE}/milestones/{milestone.pk}").status_code == 200
    assert other.get(f"/u/{CODE}/milestones/{milestone.pk}").status_code == 404


def test_a_neighbours_contract_is_not_there(country: Country, client_of: ClientOf) -> None:
    with door.inside(country["430111"]):
        theirs = make.contract(state=ContractState.PERFORMING)
    client = client_of(CODE, Role.UNION_ADMIN)
    for address in ("", "/edit", "/milestones", "/deviation", "/amend", "/document.docx"):
        assert client.get(f"/u/{CODE}/contracts/{theirs.pk}{address}").status_code == 404, address


def test_a_contract_is_drafted_parted_and_changed_on_pages(country: Country, client_of: ClientOf) -> None:
    client = client_of(CODE, Role.UNION_STAFF)
    with door.inside(country[CODE]):
        make.template(RuleKind.PROJECT_CONTRACT)
        project, provider = make.awarded(), make.provider()
    given = {"kind": "project", "project": str(project.pk), "provider": str(provider.pk), "amount": "90000"}
    made = client.post(f"/u/{CODE}/contracts/new", given)
    assert made.status_code == 302
    with door.inside(country[CODE]):
        row = Contract.objects.get()
    parts = {
        "version": row.version,
        "condition_1": "signed",
        "share_1": "50",
        "planned_on_1": "2026-12-01",
        "condition_2": "performance_passed",
        "share_2": "50",
        "planned_on_2": "2027-01-01",
    }
    wrong = client.post(f"/u/{CODE}/contracts/{row.pk}/milestones", {**parts, "share_2": ""})
    assert wrong.status_code == 422
    assert "请填写比例。" in wrong.content.decode()
    assert client.post(f"/u/{CODE}/contracts/{row.pk}/milestones", parts).status_code == 302
    again = client.post(f"/u/{CODE}/contracts/{row.pk}/milestones", parts)
    assert again.status_code == 409
    with door.inside(country[CODE]):
        row = Contract.objects.get()
        assert list(row.milestones.order_by("no").values_list("amount", flat=True)) == [Decimal("45000.00")] * 2
    deviation = {"clause": "training", "text": "", "reason": "人员固定", "version": row.version}
    assert client.post(f"/u/{CODE}/contracts/{row.pk}/deviation", deviation).status_code == 302
    page = client.get(f"/u/{CODE}/contracts/{row.pk}").content.decode()
    assert "（不采用）" in page
    assert "偏离理由：人员固定" in page


def test_finance_pays_on_the_page_of_the_event(country: Country, client_of: ClientOf, performing: Contract) -> None:
    with door.inside(country[CODE]):
        row = make.at(performing, MilestoneState.APPROVED, no=1)
        for giver in ("湖南省总工会", "长沙市总工会"):
            FundingLine.objects.create(
                project=performing.project,
                source=FundSource.UPPER_SUBSIDY,
                amount=Decimal("1000.00"),
                from_union_name=giver,
            )
    teller = client_of(CODE, Role.LEADER, Role.FINANCE)
    desk = teller.get(f"/u/{CODE}/payables").content.decode()
    assert f"{performing.number} 第1期" in desk
    form = teller.get(f"/u/{CODE}/do/paymentmilestone/{row.pk}/pay")
    assert form.status_code == 200
    # The project's own sources alone are offered, each once; another one is refused by the guard, not by the list.
    assert re.findall(r'<option value="(\w+)"', form.content.decode()) == ["union_funds", "upper_subsidy"]
    given = {
        "amount": "30000.01",
        "paid_on": "2026-11-01",
        "voucher_no": "记-9",
        "fund_source": "union_funds",
        "version": row.version,
    }
    with door.inside(country[CODE]):
        assert PaymentForm({**given, "fund_source": "fiscal"}, row=row).is_valid()
    refused = teller.post(f"/u/{CODE}/do/paymentmilestone/{row.pk}/pay", given)
    assert refused.status_code == 422
    assert "请核对付款金额。" in refused.content.decode()
    with door.inside(country[CODE]):
        assert Payment.objects.count() == 1


def test_unused_money_is_recorded_on_its_page(country: Country, client_of: ClientOf, performing: Contract) -> None:
    teller = client_of(CODE, Role.LEADER, Role.FINANCE)
    given = {
        "amount": "500.25",
        "returned_on": "2026-11-01",
        "voucher_no": "收-1",
        "fund_source": "union_funds",
        "reason": "结余",
    }
    assert teller.post(f"/u/{CODE}/contracts/{performing.pk}/refund", given).status_code == 302
    with door.inside(country[CODE]):
        assert Payment.objects.get(kind="refund").amount == Decimal("-500.25")


def test_an_enterprises_purchase_is_registered_on_its_page(country: Country, client_of: ClientOf) -> None:
    client = client_of(CODE, Role.UNION_STAFF)
    with door.inside(country[CODE]):
        provider = make.provider()
    given = {
        "buyer_name": "长沙三一智造有限公司",
        "buyer_uscc": credit_code(901),
        "provider": str(provider.pk),
        "title": "职工心理健康服务",
        "amount": "52000",
        "signed_on": "2026-11-01",
    }
    assert client.post(f"/u/{CODE}/contracts/enterprise", given).status_code == 302
    with door.inside(country[CODE]):
        row = Contract.objects.get()
        assert (row.buyer_kind, row.signed_on) == (BuyerKind.ENTERPRISE, date(2026, 11, 1))
    assert client.get(f"/u/{CODE}/contracts/{row.pk}").status_code == 200


def test_a_contract_is_written_as_a_document(country: Country, client_of: ClientOf, performing: Contract) -> None:
    with door.inside(country[CODE]):
        row = Contract.objects.select_related("project", "provider").get(pk=performing.pk)
        parts = list(row.milestones.order_by("no"))
        row.values = values(row, parts, buyer="长沙市开福区总工会")
        row.save(update_fields=["values"])
    leader = client_of(CODE, Role.LEADER).get(f"/u/{CODE}/contracts/{performing.pk}/document.docx")
    staff = client_of(CODE, Role.UNION_STAFF).get(f"/u/{CODE}/contracts/{performing.pk}/document.docx")
    masked, whole = (
        "\n".join(one.text for one in Word(io.BytesIO(answer.content)).paragraphs) for answer in (leader, staff)
    )
    assert "合同金额100,000.00元（大写：壹拾万元整）" in whole
    assert "账号6222020200012345678" in whole
    assert "6222020200012345678" not in masked
    assert "账号**** 5678" in masked
    assert AuditEvent.objects.filter(event="purchasing.contract.document").count() == 2


@pytest.mark.parametrize(
    ("address", "statements"), [("contracts/{}", 9), ("contracts", 2), ("payables", 2), ("payments", 2)]
)
def test_pages_cost_the_same_however_much_there_is(
    country: Country, client_of: ClientOf, performing: Contract, address: str, statements: int
) -> None:
    client = client_of(CODE, Role.UNION_STAFF, Role.FINANCE)
    url = f"/u/{CODE}/{address.format(performing.pk)}"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    with door.inside(country[CODE]):
        for no in (2, 3):
            make.payment(make.at(performing, MilestoneState.APPROVED, no=no), "100")
        for _ in range(3):
            make.at(make.contract(state=ContractState.PERFORMING), MilestoneState.APPROVED)
    client.get(url)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    asked = [sum('"purchasing_' in one["sql"] for one in queries) for queries in (few, many)]
    assert asked == [statements, statements]


def test_the_market_tells_contacts_only_to_those_who_agreed(country: Country, client_of: ClientOf) -> None:
    with door.inside(country[CODE]):
        provider = make.provider()
        offered = market.offer(poster_uscc=provider.uscc)
        open_ = market.match(offer=offered)
        agreed = market.match(state=MatchState.INTRODUCED, offer=offered)
    own = organization_client(provider.uscc)
    staff = client_of(CODE, Role.UNION_STAFF)
    hidden = own.get(f"/u/{CODE}/matches/{open_.pk}").content.decode()
    shown = own.get(f"/u/{CODE}/matches/{agreed.pk}").content.decode()
    assert ("13700001111" in hidden, "长沙三一智造有限公司" in hidden) == (False, False)
    assert ("13700001111" in shown, "长沙三一智造有限公司" in shown) == (True, True)
    for address in ("market", f"market/{offered.pk}", "matches", f"matches/{open_.pk}"):
        page = staff.get(f"/u/{CODE}/{address}")
        assert page.status_code == 200, address
        assert "13700001111" not in page.content.decode(), address
    assert organization_client(credit_code(902)).get(f"/u/{CODE}/matches/{agreed.pk}").status_code == 404


def test_the_portal_shows_the_own_contracts_alone(country: Country, performing: Contract) -> None:
    with door.inside(country[CODE]):
        make.at(performing, MilestoneState.DUE, no=2)
        other = make.contract(state=ContractState.PERFORMING)
    text = organization_client(performing.provider.uscc).get(f"/u/{CODE}/portal").content.decode()
    assert f"可以申请付款：{performing.title}第2期" in text
    assert performing.number in text
    assert other.number not in text
