"""The operator's page tells what the last recount of everything has found; nobody else sees it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.rollup.fold import fold
from commons.rollup.models import Cell, VerifyDifference, VerifyRun
from commons.rollup.tasks import verify_all
from commons.tenancy.door import inside
from tests.factories import organizations as make

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def test_the_nightly_recount_and_its_result(client_of: ClientOf, country: Country) -> None:
    operator = client_of("000000", Role.NATIONAL_ADMIN)
    assert "尚未复核" in operator.get("/u/000000/operations").content.decode()
    with inside(country["430105"]):
        make.organization()
    fold(country["430105"])
    assert verify_all() == 0
    assert "没有不一致" in operator.get("/u/000000/operations").content.decode()
    Cell.objects.filter(union=country["430100"], measure="org_ledger", dim="").update(subtree=9)
    assert verify_all() > 0
    page = operator.get("/u/000000/operations").content.decode()
    assert "处不一致" in page
    assert "长沙市总工会，ORG-01、ORG-07" in page
    assert client_of("430100", Role.LEADER).get("/u/430100/operations").status_code == 403


def test_a_run_that_was_cut_off_is_gone_on_with_and_an_old_one_is_not(country: Country, at: datetime) -> None:
    from commons.rollup.verify import begin

    old = VerifyRun.objects.create(started_at=at - timedelta(days=2))
    cut = VerifyRun.objects.create(started_at=at - timedelta(hours=2), done_until=max(u.pk for u in country.values()))
    assert begin(at=at, resume=True) == cut
    assert begin(at=at, resume=False) not in {old, cut}
    assert VerifyDifference.objects.count() == 0
