"""Who may apply, confirm, approve and reject, for which unions; what lies outside the own subtree looks absent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection

from commons.access.actors import Actor, acting
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, UnionState
from commons.hierarchy.errors import CodeTaken, ReasonMissing, ResponsibilityIncomplete
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.models import Job
from commons.kit.errors import Invalid, NotFound, Refused
from commons.onboarding import actions, provisioning, selectors
from commons.onboarding.actions import Wish
from commons.onboarding.actions.applications import PROVISION
from commons.onboarding.enums import ApplicationState
from commons.onboarding.errors import AdministratorThere, AlreadyApplied, AlreadyDecided, ParentToConfirm
from commons.onboarding.models import OnboardingApplication
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
COMPLETE = Answerable("周建国", "基层工作部", "李敏", "0731-82223333")


def wish(country: Country, code: str = "430102", parent: str = "430100", **more: object) -> Wish:
    return replace(Wish(code=code, parent=country[parent], answerable=COMPLETE, admin_name="王芳"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [role for role in Role if not role.is_flag])
def test_only_administrators_apply(country: Country, actor_of: ActorOf, at: datetime, role: Role) -> None:
    code = "000000" if role == Role.NATIONAL_ADMIN else "430100"
    by = actor_of(code, role)
    if role in {Role.NATIONAL_ADMIN, Role.UNION_ADMIN}:
        assert actions.apply(wish=wish(country), by=by, at=at).code == "430102"
        return
    with pytest.raises(Refused):
        actions.apply(wish=wish(country), by=by, at=at)
    assert not OnboardingApplication.objects.exists()


@pytest.mark.parametrize(
    ("acting_in", "code", "parent"),
    [
        ("430100", "440305", "440300"),  # another province's city
        ("430105", "430102", "430100"),  # a sibling under the own parent
        ("440000", "430102", "430100"),  # another province
    ],
)
def test_nobody_applies_outside_their_subtree(
    country: Country, actor_of: ActorOf, at: datetime, acting_in: str, code: str, parent: str
) -> None:
    with pytest.raises(NotFound):
        actions.apply(wish=wish(country, code, parent), by=actor_of(acting_in, Role.UNION_ADMIN), at=at)
    assert not OnboardingApplication.objects.exists()


def test_the_long_way(country: Country, actor_of: ActorOf, at: datetime) -> None:
    province, city = actor_of("430000", Role.UNION_ADMIN), actor_of("430100", Role.UNION_ADMIN)
    nation = actor_of("000000", Role.NATIONAL_ADMIN)
    application = actions.apply(wish=wish(country), by=province, at=at)
    assert application.state == ApplicationState.SUBMITTED
    with pytest.raises(ParentToConfirm):
        actions.approve(application_id=application.pk, by=nation, at=at)
    with pytest.raises(Refused):
        actions.confirm(application_id=application.pk, by=province, at=at)
    actions.confirm(application_id=application.pk, by=city, at=at)
    with pytest.raises(Refused):
        actions.approve(application_id=application.pk, by=city, at=at)
    union = actions.approve(application_id=application.pk, by=nation, at=at)
    assert union.state == UnionState.PROVISIONING
    assert engine.run_due() == 1
    union.refresh_from_db()
    assert union.state == UnionState.ACTIVE
    assert union.schema_fingerprint == country["430105"].schema_fingerprint
    with door.inside(union):
        assert Change.objects.count() == 0
    with pytest.raises(AlreadyDecided):
        actions.approve(application_id=application.pk, by=nation, at=at)


def test_the_parents_own_application_needs_no_second_word_of_it(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    application = actions.apply(wish=wish(country), by=actor_of("430100", Role.UNION_ADMIN), at=at)
    assert application.state == ApplicationState.PARENT_CONFIRMED


def test_a_neighbour_neither_sees_nor_decides(country: Country, actor_of: ActorOf, at: datetime) -> None:
    application = actions.apply(wish=wish(country), by=actor_of("430000", Role.UNION_ADMIN), at=at)
    for code in ("440300", "440000", "430105"):
        neighbour = actor_of(code, Role.UNION_ADMIN)
        assert selectors.open_applications(neighbour) == []
        with pytest.raises(NotFound):
            selectors.application(neighbour, application.pk)
        with pytest.raises(NotFound):
            actions.confirm(application_id=application.pk, by=neighbour, at=at)
        with pytest.raises(NotFound):
            actions.reject(application_id=application.pk, reason="不是我的", by=neighbour, at=at)
    with pytest.raises(NotFound):
        actions.confirm(application_id=uuid4(), by=actor_of("430100", Role.UNION_ADMIN), at=at)
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED


@pytest.mark.parametrize("missing", ["leader_in_charge", "responsible_department", "dedicated_person"])
def test_it_cannot_finish_without_the_three(country: Country, actor_of: ActorOf, at: datetime, missing: str) -> None:
    nation = actor_of("000000", Role.NATIONAL_ADMIN)
    incomplete = wish(country, answerable=replace(COMPLETE, **{missing: ""}))
    with pytest.raises(ResponsibilityIncomplete):
        actions.onboard(wish=incomplete, by=nation, at=at)
    application = actions.apply(wish=incomplete, by=actor_of("430100", Role.UNION_ADMIN), at=at)
    with pytest.raises(ResponsibilityIncomplete):
        actions.approve(application_id=application.pk, by=nation, at=at)
    assert not TradeUnion.objects.filter(code="430102").exists()
    assert not Job.objects.exists()


def test_reject_then_apply_again(country: Country, actor_of: ActorOf, at: datetime) -> None:
    city, nation = actor_of("430100", Role.UNION_ADMIN), actor_of("000000", Role.NATIONAL_ADMIN)
    application = actions.apply(wish=wish(country), by=city, at=at)
    with pytest.raises(AlreadyApplied):
        actions.apply(wish=wish(country), by=city, at=at)
    with pytest.raises(ReasonMissing):
        actions.reject(application_id=application.pk, reason=" ", by=nation, at=at)
    actions.reject(application_id=application.pk, reason="缺少公函", by=nation, at=at)
    assert actions.apply(wish=wish(country), by=city, at=at).pk != application.pk


def test_direct_onboarding_is_for_the_nation_only(country: Country, actor_of: ActorOf, at: datetime) -> None:
    with pytest.raises(Refused):
        actions.onboard(wish=wish(country), by=actor_of("430100", Role.UNION_ADMIN), at=at)
    nation = actor_of("000000", Role.NATIONAL_ADMIN)
    union = actions.onboard(wish=wish(country), by=nation, at=at)
    with pytest.raises(CodeTaken):
        actions.onboard(wish=wish(country), by=nation, at=at)
    with pytest.raises(Invalid):
        actions.onboard(wish=wish(country, "430103", admin_name=""), by=nation, at=at)
    application = OnboardingApplication.objects.get(union=union)
    assert application.state == ApplicationState.APPROVED


def test_a_zone_joins_under_its_city(country: Country, actor_of: ActorOf, at: datetime) -> None:
    asked = wish(country, "430100_01", kind=Kind.ZONE, name_zh="长沙高新技术产业开发区总工会")
    union = actions.onboard(wish=asked, by=actor_of("000000", Role.NATIONAL_ADMIN), at=at)
    assert engine.run_one(Job.objects.get(key=union.code).pk).state == "done"


def test_provisioning_twice_is_provisioning_once(country: Country, actor_of: ActorOf, at: datetime) -> None:
    union = actions.onboard(wish=wish(country), by=actor_of("000000", Role.NATIONAL_ADMIN), at=at)
    job = Job.objects.get(kind=PROVISION, key="430102")
    engine.run_one(job.pk)
    union.refresh_from_db()
    assert not provisioning.make_usable(union, by=actor_of("000000", Role.NATIONAL_ADMIN), at=at)


def test_provisioning_that_fails_is_shown_and_retried(
    country: Country, actor_of: ActorOf, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    nation = actor_of("000000", Role.NATIONAL_ADMIN)
    union = actions.onboard(wish=wish(country), by=nation, at=at)
    job = Job.objects.get(kind=PROVISION, key="430102")
    Job.objects.filter(pk=job.pk).update(max_attempts=1)
    with monkeypatch.context() as broken:
        broken.setattr(provisioning, "look", lambda union: 1 / 0)
        assert engine.run_one(job.pk).state == "parked"
    union.refresh_from_db()
    assert union.state == UnionState.PROVISION_FAILED
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'd430102'")
        assert cursor.fetchone() == (0,), "a failed attempt leaves no half schema"
    actions.retry_provision(union=union, by=nation, at=at)
    assert engine.run_one(job.pk).state == "done"
    union.refresh_from_db()
    assert union.state == UnionState.ACTIVE


def test_the_first_administrator_comes_in_by_link(country: Country, actor_of: ActorOf, at: datetime) -> None:
    from commons.accounts import actions as accounts
    from commons.accounts.errors import LinkUnusable

    nation = actor_of("000000", Role.NATIONAL_ADMIN)
    union = actions.onboard(wish=wish(country), by=nation, at=at)
    engine.run_due()
    union.refresh_from_db()
    _, first = actions.invite_administrator(union=union, name="王芳", by=nation, at=at)
    _, second = actions.invite_administrator(union=union, name="王芳", by=nation, at=at)
    with pytest.raises(LinkUnusable):
        accounts.accept(token=first, username="wangfang", password="Kf-2026-gonghui!", name="王芳", at=at)
    user = accounts.accept(token=second, username="wangfang", password="Kf-2026-gonghui!", name="王芳", at=at)
    admin = acting(user, union)
    assert admin is not None
    assert admin.roles == {Role.UNION_ADMIN}
    with pytest.raises(AdministratorThere):
        actions.invite_administrator(union=union, name="另一人", by=nation, at=at)
    with pytest.raises(Refused):
        actions.invite_administrator(union=union, name="另一人", by=actor_of("430100", Role.UNION_ADMIN), at=at)
