"""SM-24: a subsidy from the open round to the refund; who may, what is refused, and that only the two parties see it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit.errors import Conflict, DomainError, Invalid, NotFound, Refused
from commons.kit.ids import uuid7
from commons.subsidies import actions, selectors
from commons.subsidies.actions import Application
from commons.subsidies.enums import RoundState, SubsidyState
from commons.subsidies.machines import ROUND, SUBSIDY
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyChange, SubsidyRound
from commons.tenancy import door
from commons.workflow import todo
from commons.workflow.errors import StateRefused
from tenants.history.models import Change
from tenants.purchasing.models import PurchaseRule
from tests.commons.subsidies.conftest import LOWER, TERMS, THIRD, UPPER, Parties, build, subsidised_project
from tests.factories import people


def everything() -> tuple[object, ...]:
    rows = [list(model.objects.order_by("pk").values()) for model in (SubsidyRound, Subsidy, SubsidisedProject)]
    return (*rows, SubsidyChange.objects.count(), AuditEvent.objects.count(), Job.objects.count())


def refused(parties: Parties, row: Any, event: str, code: str, by: Actor, **given: Any) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as problem:
        parties.take(row, event, by, **given)
    assert problem.value.code == code
    assert everything() == before
    return problem.value


def may(parties: Parties, machine: Any, row: Any) -> dict[str, set[str]]:
    names = [name for name in vars(parties) if isinstance(getattr(parties, name), Actor)]
    return {
        str(event): {
            name
            for name in names
            if any(who.may(getattr(parties, name), row) for line in machine.lines_of(event) for who in line.who)
        }
        for event in machine.events
    }


def test_who_may_do_what_with_a_round(parties: Parties) -> None:
    admins = {"upper_admin", "upper_other"}
    assert may(parties, ROUND, parties.open_round()) == {"open": admins, "close": admins, "reopen": admins}


def test_who_may_do_what_with_a_subsidy(parties: Parties) -> None:
    upper = {"upper_admin", "upper_other", "upper_staff"}
    admins = {"upper_admin", "upper_other"}
    assert may(parties, SUBSIDY, parties.draft(parties.open_round())) == {
        "sign": {"lower_staff", "lower_admin"},
        "take_back": {"lower_admin"},
        "apply": {"lower_admin"},
        "review": upper,
        "return": upper,
        "grant": admins,
        "refuse": admins,
        "pay": {"upper_finance"},
        "account": {"lower_staff", "lower_admin"},
        "return_account": upper,
        "verify": upper,
        "refund": {"upper_finance"},
    }


def test_a_subsidy_goes_all_the_way(parties: Parties) -> None:
    row = parties.granted("120000")
    assert (row.state, row.granted, row.granted_on) == (SubsidyState.GRANTED, Decimal("120000.00"), date(2026, 11, 20))
    assert (row.ceiling, row.applied) == (Decimal("200000.00"), Decimal("150000.00"))

    parties.take(row, "pay", parties.upper_finance, data={"paid_on": "2026-11-20", "voucher_no": "记-1120"})
    spent = {"contracts_1": "HT-2026-0003", "spent_1": "118000.50"}
    parties.take(row, "account", parties.lower_staff, data=spent)
    assert row.accounts == [
        {
            "number": parties.project.number,
            "title": "职工心理关爱服务",
            "contracts": "HT-2026-0003",
            "spent": "118000.50",
        }
    ]
    parties.take(row, "verify", parties.upper_staff, data={"verified": "118000.50"})
    assert (row.state, row.verified, row.refund) == (
        SubsidyState.VERIFIED,
        Decimal("118000.50"),
        Decimal("1999.50"),
    )
    parties.take(row, "refund", parties.upper_finance, data={"refunded_on": "2026-11-20"})
    assert row.refunded_on == date(2026, 11, 20)
    refused(
        parties, row, "refund", "SUBSIDY.NOTHING_TO_REFUND", parties.upper_finance, data={"refunded_on": "2026-11-20"}
    )

    told = SubsidyChange.objects.filter(object_id=row.pk).order_by("id")
    assert list(told.values_list("event", "to_state")) == [
        ("create", "draft"),
        ("sign", "signed"),
        ("apply", "applied"),
        ("review", "applied"),
        ("grant", "granted"),
        ("pay", "paid"),
        ("account", "accounted"),
        ("verify", "verified"),
        ("refund", "verified"),
    ]
    # Nothing of it in either union's own history.
    for code in (UPPER, LOWER):
        with door.inside(parties.unions[code]):
            assert Change.objects.filter(object_id=row.pk).count() == 0


def test_more_than_headcount_times_standard_is_refused(parties: Parties) -> None:
    """Appendix F, scenario 5: above 人数 × 标准 nothing is signed, applied for or granted."""
    row = parties.draft(parties.open_round(), amount="150000", headcount=1499)
    problem = refused(parties, row, "sign", "SUBSIDY.ABOVE_CEILING", parties.lower_staff)
    assert problem.message == (
        "申请金额150,000.00元，超过人数1499人×标准100.00元＝149,900.00元。请调低申请金额或者核对人数。"
    )
    Subsidy.objects.filter(pk=row.pk).update(state=SubsidyState.SIGNED)
    refused(parties, row, "apply", "SUBSIDY.ABOVE_CEILING", parties.lower_admin)
    # Whatever way it came there, it is not granted above the ceiling either; the database itself refuses too.
    Subsidy.objects.filter(pk=row.pk).update(state=SubsidyState.APPLIED, reviewed_by_name="李四")
    data = {"granted": "149900.01"}
    refused(parties, row, "grant", "SUBSIDY.GRANTED_ABOVE_CEILING", parties.upper_admin, data=data)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subsidy.objects.filter(pk=row.pk).update(granted=Decimal("149900.01"))
    parties.take(row, "grant", parties.upper_admin, data={"granted": "149900"})
    assert row.granted == Decimal("149900.00")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"headcount": 0}, "SUBSIDY.NO_HEADCOUNT"),
        ({"projects": []}, "SUBSIDY.NO_PROJECTS"),
        ({"applied": Decimal("149999.99")}, "SUBSIDY.SUM_DIFFERS"),
    ],
)
def test_what_an_application_must_hold(parties: Parties, change: dict[str, Any], code: str) -> None:
    row = parties.draft(parties.open_round())
    Subsidy.objects.filter(pk=row.pk).update(**change)
    refused(parties, row, "sign", code, parties.lower_staff)


def test_the_cap_of_one_project(parties: Parties) -> None:
    row = parties.draft(parties.open_round(per_project_cap=Decimal("149999.99")))
    problem = refused(parties, row, "sign", "SUBSIDY.ABOVE_PROJECT_CAP", parties.lower_staff)
    assert problem.message == "“职工心理关爱服务”申请的补贴超过单个项目限额149,999.99元，请调低。"


def test_after_the_last_day_nothing_is_applied_for(parties: Parties) -> None:
    row = parties.draft(parties.open_round())
    late = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    refused(parties, row, "sign", "SUBSIDY.ROUND_CLOSED", parties.lower_staff, at=late)
    parties.take(row, "sign", parties.lower_staff, at=late - timedelta(seconds=1))
    parties.take(row.round, "close", parties.upper_admin)
    refused(parties, row, "apply", "SUBSIDY.ROUND_CLOSED", parties.lower_admin)


def test_two_sign(parties: Parties) -> None:
    row = parties.draft(parties.open_round())
    parties.take(row, "sign", parties.lower_admin)
    problem = refused(parties, row, "apply", "SUBSIDY.SAME_SIGNATURE", parties.lower_admin)
    assert problem.params == {"who": parties.lower_admin.name}
    parties.take(row, "take_back", parties.lower_admin, reason="重新填报")
    parties.take(row, "sign", parties.lower_staff)
    parties.take(row, "apply", parties.lower_admin)
    assert (row.signed_by_name, row.applied_by_name) == (parties.lower_staff.name, parties.lower_admin.name)


def test_review_and_grant_are_two_persons(parties: Parties) -> None:
    row = parties.applied()
    refused(parties, row, "grant", "SUBSIDY.NOT_REVIEWED", parties.upper_admin, data={"granted": "100"})
    too_much = {"proposed": "150000.01", "review": "同意"}
    refused(parties, row, "review", "SUBSIDY.PROPOSED_TOO_MUCH", parties.upper_admin, data=too_much)
    parties.take(row, "review", parties.upper_admin, data={"proposed": "100000", "review": "同意"})
    refused(parties, row, "grant", "SUBSIDY.GRANTED_BY_REVIEWER", parties.upper_admin, data={"granted": "100"})
    above = {"granted": "150000.01"}
    refused(parties, row, "grant", "SUBSIDY.GRANTED_ABOVE_APPLIED", parties.upper_other, data=above)
    parties.take(row, "grant", parties.upper_other, data={"granted": "150000"})
    assert row.state == SubsidyState.GRANTED


def test_without_measures_in_force_no_round_opens_and_nothing_is_granted(parties: Parties) -> None:
    row = parties.applied()
    parties.take(row, "review", parties.upper_staff, data={"proposed": "100000", "review": "同意"})
    assert row.round.measures == "沪工总基〔2026〕8号 补贴办法"
    with door.inside(parties.unions[UPPER]):
        PurchaseRule.objects.update(state="repealed")
        other = actions.draw_up(terms=replace(TERMS, title="第二批"), by=parties.upper_admin, at=parties.at)
    refused(parties, other, "open", "SUBSIDY.NO_MEASURES", parties.upper_admin)
    refused(parties, row, "grant", "SUBSIDY.NO_MEASURES", parties.upper_admin, data={"granted": "100000"})


def test_a_round_whose_day_is_past_does_not_open(parties: Parties) -> None:
    with door.inside(parties.unions[UPPER]):
        row = actions.draw_up(terms=TERMS, by=parties.upper_admin, at=parties.at)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    refused(parties, row, "open", "SUBSIDY.ROUND_DAY_PAST", parties.upper_admin, at=later)


def test_days_that_cannot_be(parties: Parties) -> None:
    row = parties.granted()
    for paid_on, code in (("2026-11-21", "SUBSIDY.PAID_LATER"), ("2026-11-19", "SUBSIDY.PAID_BEFORE_GRANT")):
        data = {"paid_on": paid_on, "voucher_no": "记-1"}
        refused(parties, row, "pay", code, parties.upper_finance, data=data)
    Subsidy.objects.filter(pk=row.pk).update(state=SubsidyState.VERIFIED, verified=0, refund=row.granted)
    data = {"refunded_on": "2026-11-21"}
    refused(parties, row, "refund", "SUBSIDY.REFUNDED_LATER", parties.upper_finance, data=data)


def test_no_more_is_verified_than_granted_and_spent(parties: Parties) -> None:
    row = parties.granted("120000")
    Subsidy.objects.filter(pk=row.pk).update(state=SubsidyState.ACCOUNTED, spent=Decimal("130000"))
    above = {"verified": "120000.01"}
    refused(parties, row, "verify", "SUBSIDY.VERIFIED_ABOVE_GRANTED", parties.upper_staff, data=above)
    Subsidy.objects.filter(pk=row.pk).update(spent=Decimal("90000"))
    above = {"verified": "90000.01"}
    refused(parties, row, "verify", "SUBSIDY.VERIFIED_ABOVE_SPENT", parties.upper_staff, data=above)
    parties.take(row, "return_account", parties.upper_staff, reason="缺少合同编号")
    assert row.state == SubsidyState.PAID


def test_an_application_that_was_returned_is_reviewed_anew(parties: Parties) -> None:
    row = parties.applied()
    parties.take(row, "review", parties.upper_staff, data={"proposed": "100000", "review": "同意"})
    parties.take(row, "return", parties.upper_admin, reason="项目重复")
    assert (row.state, row.proposed, row.reviewed_by_name, row.signed_by_id) == (SubsidyState.RETURNED, None, "", None)
    with door.inside(parties.unions[LOWER]):
        changed = actions.change(
            row=row,
            application=Application(1800, {parties.project.pk: Decimal("90000")}),
            version=row.version,
            by=parties.lower_staff,
            at=parties.at,
        )
        assert (changed.applied, changed.ceiling) == (Decimal("90000.00"), Decimal("180000.00"))
        with pytest.raises(Conflict):
            actions.change(
                row=row,
                application=Application(1, {parties.project.pk: Decimal(1)}),
                version=row.version,
                by=parties.lower_staff,
                at=parties.at,
            )
    parties.take(row, "sign", parties.lower_staff)
    parties.take(row, "apply", parties.lower_admin)
    assert row.state == SubsidyState.APPLIED


def test_only_own_projects_with_a_part_from_above_are_listed(parties: Parties) -> None:
    taking = parties.open_round()
    foreign = subsidised_project(parties.unions[THIRD])
    before = everything()
    with door.inside(parties.unions[LOWER]):
        for amounts in ({foreign.pk: Decimal(100)}, {}, {parties.project.pk: Decimal(-1)}):
            with pytest.raises(Invalid) as problem:
                actions.draft(
                    round_id=taking.pk, application=Application(10, amounts), by=parties.lower_staff, at=parties.at
                )
            assert list(problem.value.problems) == ["projects"]
    assert everything() == before
    parties.draft(taking)
    with door.inside(parties.unions[LOWER]), pytest.raises(Invalid):
        actions.draft(
            round_id=taking.pk,
            application=Application(10, {parties.project.pk: Decimal(1)}),
            by=parties.lower_staff,
            at=parties.at,
        )


def test_an_open_round_keeps_its_terms(parties: Parties) -> None:
    row = parties.open_round()
    terms = replace(TERMS, standard=Decimal(999), apply_by=date(2027, 1, 31), note="延期一个月")
    with door.inside(parties.unions[UPPER]):
        with pytest.raises(Refused):
            actions.change_round(row=row, terms=terms, version=row.version, by=parties.upper_staff, at=parties.at)
        changed = actions.change_round(row=row, terms=terms, version=row.version, by=parties.upper_admin, at=parties.at)
    assert (changed.standard, changed.apply_by, changed.note) == (Decimal("100.00"), date(2027, 1, 31), "延期一个月")
    assert SubsidyChange.objects.filter(object_id=row.pk, event="edit").count() == 1


def test_a_round_that_cannot_be(parties: Parties) -> None:
    before = everything()
    with door.inside(parties.unions[UPPER]):
        bad = replace(TERMS, title=" ", standard=Decimal(0), budget=Decimal(-1), apply_by=date(2026, 11, 19))
        with pytest.raises(Invalid) as problem:
            actions.draw_up(terms=bad, by=parties.upper_admin, at=parties.at)
        assert set(problem.value.problems) == {"title", "standard", "budget", "apply_by"}
        with pytest.raises(Refused):
            actions.draw_up(terms=TERMS, by=parties.upper_staff, at=parties.at)
    assert everything() == before


def test_a_third_union_sees_nothing_and_does_nothing(parties: Parties) -> None:
    row = parties.granted()
    with door.inside(parties.unions[THIRD]):
        assert list(selectors.rounds(parties.third_admin)) == []
        assert list(selectors.subsidies(parties.third_admin)) == []
        assert selectors.projects(parties.third_admin, row) == []
        assert todo.mine(parties.third_admin) == []
        for find in (
            lambda: selectors.subsidy(parties.third_admin, row.pk),
            lambda: selectors.round_of(parties.third_admin, row.round_id),
        ):
            with pytest.raises(NotFound):
                find()
        with pytest.raises(NotFound):
            actions.draft(
                round_id=row.round_id,
                application=Application(1, {}),
                by=parties.third_admin,
                at=parties.at,
            )
    for event in SUBSIDY.events:
        with pytest.raises(Refused):
            parties.take(row, str(event), parties.third_admin, reason="x")


def test_siblings_see_the_round_and_not_each_other(country: dict[str, TradeUnion], actor_of: Any, at: datetime) -> None:
    parties = build(country, actor_of, at)
    row = parties.applied()
    # A sibling of 浦东 would be another district of 上海; 开福 and 雨花 stand in for one another under 长沙.
    Subsidy.objects.filter(pk=row.pk).update(from_union=country["430100"], to_union=country["430105"])
    SubsidyRound.objects.filter(pk=row.round_id).update(from_union=country["430100"])
    neighbour = people.actor("430111", *parties.lower_admin.roles)
    owner = people.actor("430105", *parties.lower_admin.roles)
    assert [one.pk for one in selectors.rounds(neighbour)] == [row.round_id]
    assert list(selectors.subsidies(neighbour)) == []
    assert [one.pk for one in selectors.subsidies(owner)] == [row.pk]


def test_the_upper_union_sees_an_application_when_it_is_applied_for(parties: Parties) -> None:
    row = parties.draft(parties.open_round())
    assert list(selectors.subsidies(parties.upper_admin)) == []
    parties.take(row, "sign", parties.lower_staff)
    assert list(selectors.subsidies(parties.upper_admin)) == []
    parties.take(row, "apply", parties.lower_admin)
    assert list(selectors.subsidies(parties.upper_admin)) == [row]
    with door.inside(parties.unions[UPPER]):
        assert [one.waiting.label for one in todo.mine(parties.upper_staff)] == ["补贴申请待审核"]
    with door.inside(parties.unions[LOWER]):
        assert [one.id for one in todo.mine(parties.lower_admin) if one.machine is SUBSIDY] == []


def test_a_round_is_not_seen_before_it_is_open(parties: Parties) -> None:
    with door.inside(parties.unions[UPPER]):
        row = actions.draw_up(terms=TERMS, by=parties.upper_admin, at=parties.at)
    assert list(selectors.rounds(parties.lower_admin)) == []
    with door.inside(parties.unions[LOWER]), pytest.raises(NotFound):
        actions.draft(round_id=row.pk, application=Application(1, {}), by=parties.lower_staff, at=parties.at)
    parties.take(row, "open", parties.upper_admin)
    parties.take(row, "close", parties.upper_admin)
    assert row.state == RoundState.CLOSED
    with door.inside(parties.unions[LOWER]), pytest.raises(StateRefused):
        actions.draft(round_id=row.pk, application=Application(1, {}), by=parties.lower_staff, at=parties.at)


def test_what_is_paid_is_counted_by_itself(parties: Parties) -> None:
    row = parties.granted("120000")
    assert selectors.paid(parties.unions[UPPER], 2026) == Decimal(0)
    parties.take(row, "pay", parties.upper_finance, data={"paid_on": "2026-11-20", "voucher_no": "记-1"})
    assert selectors.paid(parties.unions[UPPER], 2026) == Decimal("120000.00")
    assert selectors.paid(parties.unions[UPPER], 2025) == Decimal(0)
    assert selectors.paid(parties.unions[UPPER], 2026, below=parties.unions[THIRD]) == Decimal(0)
    # Both parties are in 上海's subtree, so there it is eliminated; in 浦东's it came from outside. Source: R6.
    assert selectors.paid_within(parties.unions[UPPER], 2026) == Decimal("120000.00")
    assert selectors.paid_within(parties.unions[LOWER], 2026) == Decimal(0)


def test_two_grants_at_once_stay_within_the_budget(own_database: str, at: datetime) -> None:
    unions = {union.code: union for union in TradeUnion.objects.all()}
    parties = build(unions, people.actor, at)
    taking = parties.open_round(budget=Decimal("200000"))
    first = parties.applied(taking)
    rows = [first, Subsidy.objects.get(pk=first.pk)]
    # Another union's application of the same round.
    rows[1].id = uuid7()
    rows[1].to_union = unions[THIRD]
    rows[1].save(force_insert=True)
    Subsidy.objects.update(reviewed_by_name="李四")
    begin, told = threading.Barrier(2), []

    def grant(row: Subsidy, by: Actor) -> None:
        try:
            begin.wait()
            parties.take(row, "grant", by, data={"granted": "150000"})
            told.append("granted")
        except DomainError as problem:
            told.append(problem.code)
        finally:
            connections.close_all()

    both = [
        threading.Thread(target=grant, args=pair)
        for pair in zip(rows, (parties.upper_admin, parties.upper_other), strict=True)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(told) == ["SUBSIDY.ABOVE_BUDGET", "granted"]
    assert selectors.granted(taking) == Decimal("150000.00")
