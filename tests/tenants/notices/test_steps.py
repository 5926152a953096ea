"""Who is told of a step, in which words, and who is not. Source: V6, V13."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from commons.access import actors, grants
from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.people.enums import Role
from commons.people.models import RoleAssignment
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.notices import selectors, telling
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice
from tenants.purchasing.enums import ContractKind, ProjectState
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import ServiceProject
from tests.factories import people
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import making

E, S = ProjectEvent, ProjectState
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _tellings() -> Iterator[None]:
    before = dict(telling._tellings)
    yield
    telling._tellings.clear()
    telling._tellings.update(before)


@pytest.fixture
def kaifu(country: Country) -> Iterator[TradeUnion]:
    with inside(country["430105"]) as union:
        yield union


def project(creator: Actor, title: str = "暖心驿站", **fields: object) -> ServiceProject:
    factory.rules()
    row = factory.project(title=title, **fields)
    ServiceProject.objects.filter(pk=row.pk).update(created_by_id=creator.user_id, created_by_name=creator.name)
    row.refresh_from_db()
    return row


def told(actor: Actor) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(user_id=actor.user_id).order_by("id").values_list("kind", "title"))


def test_a_step_is_told_to_whom_the_row_now_waits_for_and_to_nobody_else(
    kaifu: TradeUnion, actor_of: ActorOf, at: datetime
) -> None:
    admin, staff = actor_of("430105", Role.UNION_ADMIN), actor_of("430105", Role.UNION_STAFF)
    outsiders = [actor_of("430105", role) for role in (Role.LEADER, Role.REVIEWER, Role.SUPERVISOR)]
    neighbour = actor_of("430111", Role.UNION_ADMIN)
    row = project(staff)

    transition(PROJECT, row, E.SUBMIT, by=staff, at=at)

    assert told(admin) == [("waiting", "服务项目“暖心驿站”：待审批立项")]
    [notice] = Notice.objects.all()
    assert (notice.user_id, notice.url, notice.object_kind, notice.object_id, notice.created_at, notice.read_at) == (
        admin.user_id, f"/projects/{row.pk}", "purchasing.serviceproject", row.pk, at, None,
    )  # fmt: skip
    assert [told(one) for one in (staff, neighbour, *outsiders)] == [[]] * 5
    assert not Job.objects.filter(kind="notices.mail").exists()


def test_who_began_it_learns_how_it_goes_on_but_not_of_their_own_steps(
    kaifu: TradeUnion, actor_of: ActorOf, at: datetime
) -> None:
    admin, staff, other = (actor_of("430105", role) for role in (Role.UNION_ADMIN, Role.UNION_STAFF, Role.UNION_STAFF))
    row = project(staff)
    transition(PROJECT, row, E.SUBMIT, by=staff, at=at)
    making.evaluation(row, "approval")
    Notice.objects.all().delete()

    transition(PROJECT, row, E.APPROVE, by=admin, at=at)

    assert told(staff) == [("progress", "服务项目“暖心驿站”：批准立项，现为“已立项”")]
    assert told(admin) == []
    assert told(other) == []


def test_a_refused_step_tells_nobody(kaifu: TradeUnion, actor_of: ActorOf, at: datetime) -> None:
    actor_of("430105", Role.UNION_ADMIN)
    staff = actor_of("430105", Role.UNION_STAFF)
    row = factory.project()
    with pytest.raises(GuardRefused):
        transition(PROJECT, row, E.SUBMIT, by=staff, at=at)
    assert (Notice.objects.count(), Change.objects.filter(object_id=row.pk).count()) == (0, 0)


def test_the_accounts_of_the_provider_are_told_of_what_they_may_see(
    kaifu: TradeUnion, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    ours, theirs = factory.provider(), factory.provider()
    provider, stranger = people.organization("430105", ours.uscc), people.organization("430105", theirs.uscc)
    row = factory.project(title="暖心驿站", state=S.RUNNING)
    making.contract(row, ours, ContractKind.PROJECT)

    transition(PROJECT, row, E.TERMINATE, by=admin, at=at, reason="停办", data={})

    # The contract ends with the project, and in its transaction.
    assert set(told(provider)) == {
        ("progress", "服务项目“暖心驿站”：终止项目，现为“已终止”"),
        ("progress", "合同“合同”：终止合同，现为“已终止”"),
    }
    assert told(stranger) == []
    assert "停办" not in str(list(Notice.objects.values()))


def test_a_feature_says_otherwise_but_never_to_those_who_may_not_see(
    kaifu: TradeUnion, actor_of: ActorOf, at: datetime
) -> None:
    admin, staff, leader, reviewer = (
        actor_of("430105", role) for role in (Role.UNION_ADMIN, Role.UNION_STAFF, Role.LEADER, Role.REVIEWER)
    )
    named = [actor.user.pk for actor in (leader, reviewer, staff) if actor.user is not None]
    telling.tell("serviceproject", E.SUBMIT, recipients=lambda step: named, text=lambda step: "请关注一个项目")

    transition(PROJECT, project(staff), E.SUBMIT, by=staff, at=at)

    assert told(leader) == [("progress", "请关注一个项目")]
    assert [told(one) for one in (admin, reviewer, staff)] == [[]] * 3


def test_what_is_hushed_is_told_to_nobody(kaifu: TradeUnion, actor_of: ActorOf, at: datetime) -> None:
    actor_of("430105", Role.UNION_ADMIN)
    staff = actor_of("430105", Role.UNION_STAFF)
    telling.hush("serviceproject")
    transition(PROJECT, project(staff), E.SUBMIT, by=staff, at=at)
    assert not Notice.objects.exists()


def test_a_long_name_is_cut(kaifu: TradeUnion, actor_of: ActorOf, at: datetime) -> None:
    admin, staff = actor_of("430105", Role.UNION_ADMIN), actor_of("430105", Role.UNION_STAFF)
    transition(PROJECT, project(staff, title="长" * 120), E.SUBMIT, by=staff, at=at)
    assert told(admin) == [("waiting", f"服务项目“{'长' * 79}…”：待审批立项")]


def test_of_what_may_no_longer_be_seen_no_title_is_shown(kaifu: TradeUnion, actor_of: ActorOf, at: datetime) -> None:
    admin, staff = actor_of("430105", Role.UNION_ADMIN), actor_of("430105", Role.UNION_STAFF)
    transition(PROJECT, project(staff), E.SUBMIT, by=staff, at=at)
    [before] = selectors.told(admin, list(selectors.mine(admin)))
    assert (before.title, before.visible) == ("服务项目“暖心驿站”：待审批立项", True)

    RoleAssignment.objects.filter(user_id=admin.user_id).update(role=Role.REVIEWER)
    assert admin.user is not None
    demoted = actors.acting(admin.user, kaifu)
    assert demoted is not None
    [after] = selectors.told(demoted, list(selectors.mine(demoted)))

    assert (after.title, after.url, after.visible, after.kind) == ("您已无权查看", "", False, NoticeKind.WAITING)


def test_a_supervisor_named_on_the_project_is_told_what_waits_for_them(
    kaifu: TradeUnion, actor_of: ActorOf, at: datetime
) -> None:
    """By the permission and the row alike: another supervisor is not told."""
    admin, named, other = (actor_of("430105", role) for role in (Role.UNION_ADMIN, Role.SUPERVISOR, Role.SUPERVISOR))
    row = factory.project(title="暖心驿站", state=S.MIDTERM)
    making.evaluation(row, "midterm", total=40)
    assert named.user is not None
    grants.name_officer(named.user, row)

    transition(PROJECT, row, E.RECTIFY, by=admin, at=at, reason="未达标", data={"rectify_by": "2026-12-20"})

    assert told(named) == [("waiting", "服务项目“暖心驿站”：待认可整改")]
    assert told(other) == []
