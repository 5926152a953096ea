"""What colleagues say about an object: who may, who is told, what becomes of it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import objects
from commons.tenancy.door import inside
from tenants.discussion import actions, selectors
from tenants.discussion.errors import AlreadyRemoved, CannotSee, TooLate
from tenants.discussion.models import Comment
from tenants.history.models import Change
from tenants.notices.models import Notice
from tenants.registry.models import SocialOrganization
from tests.factories import organizations, people

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
KIND = "registry.socialorganization"


@pytest.fixture
def kaifu(country: Country) -> Iterator[TradeUnion]:
    with inside(country["430105"]) as union:
        yield union


@pytest.fixture
def entry(kaifu: TradeUnion) -> SocialOrganization:
    return organizations.organization(name="启航职工服务中心")


@pytest.fixture
def staff(kaifu: TradeUnion, actor_of: ActorOf) -> Actor:
    return actor_of("430105", Role.UNION_STAFF, holder=people.user("王芳"))


def kept() -> tuple[int, int, int]:
    """Comments, notices, audit entries about comments."""
    return (
        Comment.objects.count(),
        Notice.objects.count(),
        AuditEvent.objects.filter(event__startswith="discussion.").count(),
    )


def test_something_is_said_and_who_is_mentioned_is_told(
    entry: SocialOrganization, staff: Actor, actor_of: ActorOf, at: datetime
) -> None:
    leader = actor_of("430105", Role.LEADER)
    assert leader.user_id is not None
    made = actions.comment(
        on=entry, text=" 请看负责人变更 SECRET\r\n第二行 ", mentions=[leader.user_id], by=staff, at=at
    )

    assert (made.text, made.mentions, made.created_by_name, made.created_at) == (
        "请看负责人变更 SECRET\n第二行", [leader.user_id], "王芳", at,
    )  # fmt: skip
    [notice] = Notice.objects.all()
    assert (notice.user_id, str(notice.kind), notice.title, notice.url) == (
        leader.user_id,
        "mention",
        f"王芳在社会组织台账“{entry.number} 启航职工服务中心”的留言中提到您",
        f"/organizations/{entry.pk}#discussion",
    )
    [event] = AuditEvent.objects.filter(event="discussion.comment")
    assert event.data == {"mentions": 1, "owner_kind": KIND, "owner_id": str(entry.pk)}
    # A history may be read by others than colleagues.
    assert not Change.objects.filter(object_id=entry.pk).exists()
    assert [one.pk for one in selectors.of(leader, entry)] == [made.pk]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR])
def test_whoever_comes_from_outside_has_no_part_in_it(
    entry: SocialOrganization, staff: Actor, actor_of: ActorOf, at: datetime, role: Role
) -> None:
    made = actions.comment(on=entry, text="内部意见", by=staff, at=at)
    before = kept()
    outsiders = [actor_of("430105", role), people.organization("430105", entry.uscc)]
    for outsider in outsiders:
        assert selectors.of(outsider, entry) == []
        with pytest.raises(NotFound):
            selectors.comment(outsider, made.pk)
        with pytest.raises(NotFound):
            actions.comment(on=entry, text="我也说", by=outsider, at=at)
        assert outsider.user_id is not None
        with pytest.raises(Invalid):
            actions.comment(on=entry, text="@他", mentions=[outsider.user_id], by=staff, at=at)
    assert kept() == before


def test_a_neighbours_object_and_people_are_nobodys(
    kaifu: TradeUnion, country: Country, staff: Actor, actor_of: ActorOf, entry: SocialOrganization, at: datetime
) -> None:
    neighbour = actor_of("430111", Role.UNION_ADMIN)
    with inside(country["430111"]):
        theirs = organizations.organization(name="星火中心")
        said = actions.comment(on=theirs, text="CANARY", by=neighbour, at=at)
    assert neighbour.user_id is not None
    with pytest.raises(NotFound):
        actions.comment(on=theirs, text="x", by=staff, at=at)
    with pytest.raises(NotFound):
        selectors.comment(staff, said.pk)
    with pytest.raises(Invalid):
        actions.comment(on=entry, text="x", mentions=[neighbour.user_id], by=staff, at=at)
    assert Comment.objects.count() == 0
    assert {one.user_id for one in selectors.mentionable(staff, *objects.find(staff, KIND, entry.pk))} == set()


def test_nobody_is_called_to_what_they_may_not_see(
    entry: SocialOrganization, staff: Actor, actor_of: ActorOf, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feature whose rows are seen by some only, such as appeals."""
    leader = actor_of("430105", Role.LEADER, holder=people.user("何梅"))
    assert leader.user_id is not None

    class Narrow(objects.Owned[SocialOrganization]):
        def may_view(self, actor: Actor, row: SocialOrganization) -> objects.Decision:
            return objects.refused() if actor.user_id == leader.user_id else super().may_view(actor, row)

    known = objects.of(KIND)
    monkeypatch.setattr(objects, "_owned", {KIND: Narrow(known.policy, known.label, known.page)})
    with pytest.raises(CannotSee, match="何梅无权查看这里"):
        actions.comment(on=entry, text="x", mentions=[leader.user_id], by=staff, at=at)
    assert kept() == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "mentions", "told"),
    [
        ("  ", [], "请填写留言。"),
        ("长" * 2001, [], "留言最多2000个字，现有2001个字。"),
        ("坏\x00字", [], "留言含有不能识别的控制字符，请重新录入。"),
        ("好", [uuid4()], "所选的人不在可以提醒的人员中，请重新选择。"),
        ("好", [uuid4() for _ in range(21)], "一条留言最多提醒20人。"),
    ],
)
def test_what_cannot_be_said(
    entry: SocialOrganization, staff: Actor, at: datetime, text: str, mentions: list[object], told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.comment(on=entry, text=text, mentions=mentions, by=staff, at=at)  # type: ignore[arg-type]
    assert told in str(refused.value.problems)
    assert kept() == (0, 0, 0)


def test_it_is_changed_within_fifteen_minutes_by_its_author(
    entry: SocialOrganization, staff: Actor, actor_of: ActorOf, at: datetime
) -> None:
    made = actions.comment(on=entry, text="原话", by=staff, at=at)
    admin = actor_of("430105", Role.UNION_ADMIN)
    soon, late = at + timedelta(minutes=14, seconds=59), at + timedelta(minutes=15)
    with pytest.raises(Refused):
        actions.edit(comment=made, text="改口", by=admin, at=at)
    with pytest.raises(TooLate, match="15分钟"):
        actions.edit(comment=made, text="改口", by=staff, at=late)
    assert Comment.objects.get().text == "原话"

    actions.edit(comment=made, text="改口", by=staff, at=soon)
    found = Comment.objects.get()
    assert (found.text, found.edited_at) == ("改口", soon)
    actions.edit(comment=made, text="改口", by=staff, at=soon)
    assert AuditEvent.objects.filter(event="discussion.edit").count() == 1


@pytest.mark.parametrize(("role", "may"), [(Role.UNION_ADMIN, True), (Role.UNION_STAFF, False), (Role.LEADER, False)])
def test_it_is_removed_by_its_author_or_the_administrator_and_leaves_a_trace(
    entry: SocialOrganization, staff: Actor, actor_of: ActorOf, at: datetime, role: Role, may: bool
) -> None:
    made = actions.comment(on=entry, text="不该说的", by=staff, at=at)
    other = actor_of("430105", role, holder=people.user("何梅"))
    if not may:
        with pytest.raises(Refused):
            actions.remove(comment=made, by=other, at=at)
        assert Comment.objects.get().removed_at is None
        other = staff

    actions.remove(comment=made, by=other, at=at)

    found = Comment.objects.get()
    assert (found.removed_at, found.removed_by_id, found.text) == (at, other.user_id, "不该说的")
    for again in (
        lambda: actions.remove(comment=made, by=other, at=at),
        lambda: actions.edit(comment=made, text="x", by=staff, at=at),
    ):
        with pytest.raises(AlreadyRemoved) as gone:
            again()
        assert isinstance(gone.value, DomainError)
        assert gone.value.code == "DISCUSSION.ALREADY_REMOVED"
    assert AuditEvent.objects.filter(event="discussion.remove").count() == 1
