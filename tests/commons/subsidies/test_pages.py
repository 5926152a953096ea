"""Subsidies on pages: both parties find their way, forms tell what is wrong, nobody else finds anything."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.subsidies.enums import RoundState, SubsidyState
from commons.subsidies.models import Subsidy, SubsidyRound
from commons.tenancy import door
from tenants.purchasing import subsidised
from tests.commons.subsidies.conftest import LOWER, THIRD, UPPER, Parties
from tests.commons.subsidies.test_copies import publish
from tests.factories.purchasing import course as make


def browser(actor: Actor) -> Client:
    assert actor.union is not None
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_union"] = actor.union.code
    session.save()
    return client


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    return page.content.decode()


def test_a_round_is_drawn_up_opened_and_changed(parties: Parties) -> None:
    admin = browser(parties.upper_admin)
    told = {
        "year": "2026",
        "title": "购买服务补贴",
        "standard": "80",
        "budget": "900000",
        "apply_by": "2099-12-31",
        "per_project_cap": "",
        "note": "按人头核经费",
    }
    base = f"/u/{UPPER}/subsidies/rounds"
    bad = admin.post(f"{base}/new", {**told, "standard": "0"})
    assert bad.status_code == 422
    assert SubsidyRound.objects.count() == 0

    done = admin.post(f"{base}/new", told)
    row = SubsidyRound.objects.get()
    assert (done.status_code, done.headers["Location"]) == (302, f"{base}/{row.pk}")
    assert (row.state, row.standard, row.per_project_cap) == (RoundState.DRAFT, Decimal("80.00"), None)
    assert browser(parties.lower_staff).get(f"/u/{LOWER}/subsidies/rounds/{row.pk}").status_code == 404

    admin.post(f"/u/{UPPER}/do/subsidyround/{row.pk}/open", {"reason": "", "version": row.version})
    row.refresh_from_db()
    assert (row.state, row.measures) == (RoundState.OPEN, "沪工总基〔2026〕8号 补贴办法")
    edited = {"apply_by": "2099-11-30", "note": "提前", "standard": "999", "version": str(row.version)}
    assert admin.post(f"{base}/{row.pk}/edit", edited).status_code == 302
    row.refresh_from_db()
    assert (row.apply_by.isoformat(), row.note, row.standard) == ("2099-11-30", "提前", Decimal("80.00"))
    assert admin.post(f"{base}/{row.pk}/edit", {**edited, "version": "1"}).status_code == 409


def test_an_application_is_made_and_changed(parties: Parties) -> None:
    taking = parties.open_round()
    SubsidyRound.objects.update(apply_by="2099-12-31")
    staff = browser(parties.lower_staff)
    address = f"/u/{LOWER}/subsidies/rounds/{taking.pk}"
    assert f"{address}/apply" in text(staff, address)
    assert "资金来源中的上级补贴150,000.00元" in text(staff, f"{address}/apply")
    field = f"amount_{parties.project.pk}"
    nothing = staff.post(f"{address}/apply", {"headcount": "2000", field: "", "statement": ""})
    assert nothing.status_code == 422
    assert "请至少为一个项目填写申请金额。" in nothing.content.decode()

    staff.post(f"{address}/apply", {"headcount": "2000", field: "120000", "statement": "职工心理关爱"})
    row = Subsidy.objects.get()
    assert (row.applied, row.ceiling, row.to_union.code) == (Decimal("120000.00"), Decimal("200000.00"), LOWER)
    assert f"{address}/apply" not in text(staff, address)
    page = text(staff, f"/u/{LOWER}/subsidies/{row.pk}")
    for shown in ("120,000.00", "职工心理关爱", f"/u/{LOWER}/subsidies/{row.pk}/edit", "经办人签报"):
        assert shown in page

    change = {"headcount": "1500", field: "100000", "statement": "", "version": str(row.version)}
    assert staff.post(f"/u/{LOWER}/subsidies/{row.pk}/edit", change).status_code == 302
    row.refresh_from_db()
    assert (row.applied, row.headcount) == (Decimal("100000.00"), 1500)
    # The giver has not been asked yet.
    assert browser(parties.upper_admin).get(f"/u/{UPPER}/subsidies/{row.pk}").status_code == 404


def test_above_headcount_times_standard_the_page_says_so(parties: Parties) -> None:
    row = parties.draft(parties.open_round(), amount="150000", headcount=1000)
    page = text(browser(parties.lower_staff), f"/u/{LOWER}/subsidies/{row.pk}")
    assert "申请金额150,000.00元，超过人数1000人×标准100.00元＝100,000.00元" in page


def test_the_funder_sees_the_projects_from_the_grant_on(parties: Parties) -> None:
    with door.inside(parties.unions[LOWER]):
        make.contract(parties.project)
        make.served(parties.project)
    row = parties.applied()
    admin = browser(parties.upper_admin)
    address = f"/u/{UPPER}/subsidies/{row.pk}"
    assert "项目实施情况" not in text(admin, address)
    parties.take(row, "review", parties.upper_staff, data={"proposed": "120000", "review": "同意"})
    parties.take(row, "grant", parties.upper_admin, data={"granted": "120000"})
    publish(parties)
    page = text(admin, address)
    for shown in ("项目实施情况", "180,000.00", "长沙市星城职工服务中心", "4.35", "120,000.00"):
        assert shown in page
    # Its own page of the project stays with its owner.
    assert admin.get(f"/u/{UPPER}/projects/{parties.project.pk}").status_code == 404


def test_both_parties_find_it_in_their_list(parties: Parties) -> None:
    row = parties.applied()
    for actor, code, other, side in (
        (parties.upper_admin, UPPER, "浦东", "本会补贴下级"),
        (parties.lower_admin, LOWER, "上海市", "上级补贴本会"),
    ):
        page = text(browser(actor), f"/u/{code}/subsidies")
        for shown in (f"/u/{code}/subsidies/{row.pk}", f"/u/{code}/subsidies/rounds/{row.round_id}", other, side):
            assert shown in page
    found = text(browser(parties.upper_admin), f"/u/{UPPER}/subsidies?side=in")
    assert str(row.pk) not in found


def test_a_third_union_finds_nothing(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    third = browser(parties.third_admin)
    assert str(row.pk) not in text(third, f"/u/{THIRD}/subsidies")
    for address in (
        f"subsidies/{row.pk}",
        f"subsidies/{row.pk}/edit",
        f"subsidies/rounds/{row.round_id}",
        f"subsidies/rounds/{row.round_id}/edit",
        f"subsidies/rounds/{row.round_id}/apply",
        f"do/subsidy/{row.pk}/pay",
        f"do/subsidyround/{row.round_id}/close",
    ):
        assert third.get(f"/u/{THIRD}/{address}").status_code == 404, address


@pytest.mark.parametrize("role", ["upper_leader", "upper_finance", "lower_finance"])
def test_who_only_reads_is_shown_no_form(parties: Parties, role: str) -> None:
    row = parties.draft(parties.open_round()) if role == "lower_finance" else parties.applied()
    actor: Actor = getattr(parties, role)
    assert actor.union is not None
    client, code = browser(actor), actor.union.code
    assert client.get(f"/u/{code}/subsidies/{row.pk}").status_code == 200
    assert client.get(f"/u/{code}/subsidies/{row.pk}/edit").status_code == 403
    assert client.get(f"/u/{code}/subsidies/rounds/new").status_code == 403


def test_a_lower_union_does_not_change_the_round(parties: Parties) -> None:
    row = parties.open_round()
    lower = browser(parties.lower_admin)
    assert lower.get(f"/u/{LOWER}/subsidies/rounds/{row.pk}/edit").status_code == 403
    assert browser(parties.upper_admin).get(f"/u/{UPPER}/subsidies/rounds/{row.pk}/apply").status_code == 403
    parties.take(row, "close", parties.upper_admin)
    assert "申请补贴" not in text(lower, f"/u/{LOWER}/subsidies/rounds/{row.pk}")


def test_what_pages_cost(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    admin = browser(parties.upper_admin)
    for address, most in (("subsidies", 20), (f"subsidies/{row.pk}", 20), (f"subsidies/rounds/{row.round_id}", 20)):
        text(admin, f"/u/{UPPER}/{address}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text(admin, f"/u/{UPPER}/{address}")
        assert len(asked) <= most, (address, len(asked))
    with door.inside(parties.unions[LOWER]):
        assert subsidised.refresh(parties.project, at=parties.at) == 1
    assert row.state == SubsidyState.GRANTED
