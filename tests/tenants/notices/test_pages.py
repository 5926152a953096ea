"""The bell, the list of notices, and the same by the API, with a neighbour's and a colleague's notices beside them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.notices import actions
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice
from tenants.registry.models import SocialOrganization
from tests.api.conftest import ask
from tests.factories import organizations

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def give(client: Client, row: SocialOrganization, at: datetime, title: str = "李雷在台账中提到您") -> Notice:
    union, user = client.actor.union, client.actor.user  # type: ignore[attr-defined]
    with door.inside(union):
        [made] = actions.give(
            kind=NoticeKind.MENTION, to=[user], title=title, url=f"/organizations/{row.pk}", on=row, at=at
        )
    return made


@pytest.fixture
def entry(country: Country) -> SocialOrganization:
    with door.inside(country["430105"]):
        return organizations.organization(name="启航职工服务中心")


@pytest.fixture
def staff(country: Country, client_of: ClientOf) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def unread_in(country: Country, code: str = "430105") -> int:
    with door.inside(country[code]):
        return Notice.objects.filter(read_at__isnull=True).count()


def test_ones_own_are_listed_and_nobody_elses(
    staff: Client, client_of: ClientOf, entry: SocialOrganization, at: datetime, country: Country
) -> None:
    colleague, neighbour = client_of("430105", Role.UNION_ADMIN), client_of("430111", Role.UNION_STAFF)
    mine = give(staff, entry, at)
    give(colleague, entry, at, "CANARY-colleague")
    give(neighbour, entry, at, "CANARY-neighbour")

    page = staff.get("/u/430105/notices")

    [line] = page.context["page"].lines
    assert (line.title, line.url, line.label) == ("李雷在台账中提到您", f"/u/430105/notices/{mine.pk}", "提到您")
    text = page.content.decode()
    assert "CANARY" not in text
    assert '<span class="visually-hidden">通知，1 条未读</span>' in text


def test_who_follows_a_notice_has_read_it(
    staff: Client, entry: SocialOrganization, at: datetime, country: Country
) -> None:
    mine = give(staff, entry, at)
    response = staff.get(f"/u/430105/notices/{mine.pk}")
    assert (response.status_code, response["Location"]) == (302, f"/u/430105/organizations/{entry.pk}")
    assert unread_in(country) == 0


def test_one_and_all_are_marked_and_a_colleagues_stay(
    staff: Client, client_of: ClientOf, entry: SocialOrganization, at: datetime, country: Country
) -> None:
    colleague = client_of("430105", Role.UNION_ADMIN)
    first, theirs = give(staff, entry, at), give(colleague, entry, at)
    give(staff, entry, at)
    give(staff, entry, at)

    assert staff.post(f"/u/430105/notices/{theirs.pk}/read").status_code == 404
    assert unread_in(country) == 4
    assert staff.post(f"/u/430105/notices/{first.pk}/read").status_code == 302
    assert unread_in(country) == 3
    assert staff.post("/u/430105/notices/read").status_code == 302
    with door.inside(country["430105"]):
        assert list(Notice.objects.filter(read_at__isnull=True)) == [theirs]
    assert "没有未读" in staff.get("/u/430105/notices").content.decode()


def test_a_notice_of_an_object_that_is_gone_leads_nowhere(
    staff: Client, entry: SocialOrganization, at: datetime, country: Country
) -> None:
    mine = give(staff, entry, at, "SECRET")
    with door.inside(country["430105"]):
        SocialOrganization.objects.filter(pk=entry.pk).delete()
    page = staff.get("/u/430105/notices").content.decode()
    assert "您已无权查看" in page
    assert "SECRET" not in page
    assert staff.get(f"/u/430105/notices/{mine.pk}").status_code == 404
    assert unread_in(country) == 1


def test_pages_follow_each_other(staff: Client, entry: SocialOrganization, at: datetime) -> None:
    made = [give(staff, entry, at, f"第{number}条") for number in range(120)]
    first = staff.get("/u/430105/notices").context["page"]
    second = staff.get(f"/u/430105/notices?after={first.pager.next}").context["page"]
    third = staff.get(f"/u/430105/notices?after={second.pager.next}").context["page"]
    back = staff.get(f"/u/430105/notices?before={third.pager.previous}").context["page"]
    titles = [line.title for page in (first, second, third) for line in page.lines]
    assert titles == [one.title for one in reversed(made)]
    assert (third.pager.next, [line.title for line in back.lines]) == (None, [line.title for line in second.lines])
    assert first.pager.previous is None


def test_the_bell_costs_one_statement_and_is_kept(staff: Client, entry: SocialOrganization, at: datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            staff.get("/u/430105/todo")
        return sum('FROM "notices_notice"' in one["sql"] for one in told)

    assert [asked(), asked()] == [1, 0]


def test_the_list_costs_the_same_for_one_and_for_many(staff: Client, entry: SocialOrganization, at: datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            staff.get("/u/430105/notices")
        return len([one for one in told if not one["sql"].startswith("SET ")])

    give(staff, entry, at)
    asked()
    few = asked()
    for _ in range(30):
        give(staff, entry, at)
    assert asked() == few


NOTICES = "{ unreadNotices notices(first: 5) { edges { node { id kind title path readAt } } } }"
MARK = "mutation($input: MarkNoticesReadInput!) { markNoticesRead(input: $input) { marked errors { code } } }"


def test_the_same_by_the_api(
    staff: Client, client_of: ClientOf, entry: SocialOrganization, at: datetime, country: Country
) -> None:
    theirs = give(client_of("430105", Role.UNION_ADMIN), entry, at)
    first, second = give(staff, entry, at), give(staff, entry, at, "第二条")
    found = ask(staff, NOTICES)["data"]
    path = f"/u/430105/organizations/{entry.pk}"
    assert found == {
        "unreadNotices": 2,
        "notices": {
            "edges": [
                {"node": {"id": to_global("Notice", one.pk), "kind": "MENTION", "title": title, "path": path, "readAt": None}}
                for one, title in ((second, "第二条"), (first, "李雷在台账中提到您"))
            ]
        },
    }  # fmt: skip

    def mark(**given: object) -> object:
        return ask(staff, MARK, {"input": given})["data"]["markNoticesRead"]

    assert mark(ids=[to_global("Notice", first.pk), to_global("Notice", theirs.pk)]) == {
        "marked": None,
        "errors": [{"code": "NOT_FOUND"}],
    }
    assert unread_in(country) == 3
    assert mark(ids=[to_global("Notice", first.pk)]) == {"marked": 1, "errors": []}
    assert mark() == {"marked": 1, "errors": []}
    with door.inside(country["430105"]):
        assert list(Notice.objects.filter(read_at__isnull=True)) == [theirs]
