"""Comments as a part of an object's page, their own addresses, and the same by the API."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy import door
from tenants.discussion import actions
from tenants.discussion.models import Comment
from tenants.notices.models import Notice
from tenants.purchasing.enums import ContractKind
from tenants.registry.models import SocialOrganization
from tests.api.conftest import ask
from tests.factories import organizations, people
from tests.factories.purchasing import projects
from tests.tenants.purchasing import making

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


@pytest.fixture
def entry(country: Country) -> SocialOrganization:
    with door.inside(country["430105"]):
        return organizations.organization(name="启航职工服务中心")


@pytest.fixture
def staff(country: Country, client_of: ClientOf) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def adding(entry: SocialOrganization) -> str:
    return f"/u/430105/comments/registry.socialorganization/{entry.pk}"


def test_a_comment_is_written_on_the_objects_page_and_read_there(
    entry: SocialOrganization, staff: Client, client_of: ClientOf, country: Country
) -> None:
    admin = client_of("430105", Role.UNION_ADMIN).actor  # type: ignore[attr-defined]
    home = f"/u/430105/organizations/{entry.pk}"
    before = staff.get(home).content.decode()
    assert "还没有留言。" in before
    assert f'<option value="{admin.user_id}">@{admin.name}（工会管理员）</option>' in before

    response = staff.post(adding(entry), {"text": "请核对<b>电话</b>", "mentions": [str(admin.user_id)]})

    assert (response.status_code, response["Location"]) == (302, f"{home}#discussion")
    after = staff.get(home).content.decode()
    assert "请核对&lt;b&gt;电话&lt;/b&gt;" in after
    assert f"提醒：@{admin.name}" in after
    with door.inside(country["430105"]):
        made = Comment.objects.get()
        assert Notice.objects.get().user_id == admin.user_id
    assert f'href="/u/430105/comments/{made.pk}/edit"' in after


def test_what_was_typed_stays_when_it_is_refused(entry: SocialOrganization, staff: Client) -> None:
    response = staff.post(adding(entry), {"text": "长" * 2001})
    assert response.status_code == 422
    assert "留言最多2000个字" in response.content.decode()
    assert "长" * 2001 in response.content.decode()


def test_a_removed_one_leaves_a_trace_without_its_text(
    entry: SocialOrganization, staff: Client, client_of: ClientOf, country: Country
) -> None:
    staff.post(adding(entry), {"text": "不该说的"})
    with door.inside(country["430105"]):
        made = Comment.objects.get()
    admin = client_of("430105", Role.UNION_ADMIN)
    assert "留下“留言已移除”的记录" in admin.get(f"/u/430105/comments/{made.pk}/remove").content.decode()
    assert admin.post(f"/u/430105/comments/{made.pk}/remove").status_code == 302
    page = staff.get(f"/u/430105/organizations/{entry.pk}").content.decode()
    assert f"留言已由{admin.actor.name}移除。" in page  # type: ignore[attr-defined]
    assert "不该说的" not in page
    assert staff.get(f"/u/430105/comments/{made.pk}/edit").status_code == 403


def test_it_is_edited_from_the_page_and_not_after_a_quarter_of_an_hour(
    entry: SocialOrganization, staff: Client, country: Country
) -> None:
    with door.inside(country["430105"]):
        by = staff.actor  # type: ignore[attr-defined]
        fresh = actions.comment(on=entry, text="刚说的", by=by, at=now())
        old = actions.comment(on=entry, text="早说的", by=by, at=now() - timedelta(minutes=16))
    page = staff.get(f"/u/430105/organizations/{entry.pk}").content.decode()
    assert f"/comments/{fresh.pk}/edit" in page
    assert f"/comments/{old.pk}/edit" not in page
    assert staff.post(f"/u/430105/comments/{fresh.pk}/edit", {"text": "改过的"}).status_code == 302
    refused = staff.post(f"/u/430105/comments/{old.pk}/edit", {"text": "改过的"})
    assert "15分钟后不能再修改" in refused.content.decode()
    with door.inside(country["430105"]):
        assert sorted(Comment.objects.values_list("text", flat=True)) == ["改过的", "早说的"]


def test_projects_and_contracts_are_discussed_by_colleagues_and_not_by_their_provider(
    staff: Client, country: Country, at: datetime, client_of: ClientOf
) -> None:
    with door.inside(country["430105"]):
        provider = projects.provider()
        project = projects.project(state="running")
        contract = making.contract(project, provider, ContractKind.PROJECT)
        by = staff.actor  # type: ignore[attr-defined]
        for row in (project, contract):
            actions.comment(on=row, text="内部意见", by=by, at=at)
    account = people.organization("430105", provider.uscc)
    theirs = Client()
    assert account.user is not None
    theirs.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    for address in (f"/u/430105/projects/{project.pk}", f"/u/430105/contracts/{contract.pk}"):
        assert "内部意见" in staff.get(address).content.decode()
        seen = theirs.get(address)
        assert seen.status_code == 200
        assert "内部意见" not in seen.content.decode()
        assert "内部留言" not in seen.content.decode()


ADD = "mutation($input: AddCommentInput!) { addComment(input: $input) { comment { id text } errors { code } } }"
EDIT = "mutation($input: EditCommentInput!) { editComment(input: $input) { comment { text } errors { code } } }"
REMOVE = "mutation($input: RemoveCommentInput!) { removeComment(input: $input) { comment { text removedByName } errors { code } } }"
READ = "query($id: ID!) { organization(id: $id) { comments { text createdByName removedByName } } }"


def test_the_same_by_the_api(entry: SocialOrganization, staff: Client, client_of: ClientOf, country: Country) -> None:
    key = to_global("SocialOrganization", entry.pk)
    made = ask(staff, ADD, {"input": {"id": key, "text": "说明"}})["data"]["addComment"]
    assert (made["comment"]["text"], made["errors"]) == ("说明", [])
    id_ = made["comment"]["id"]
    edited = ask(staff, EDIT, {"input": {"id": id_, "text": "改过的"}})["data"]["editComment"]
    assert edited == {"comment": {"text": "改过的"}, "errors": []}
    name = staff.actor.name  # type: ignore[attr-defined]
    assert ask(staff, READ, {"id": key})["data"]["organization"] == {
        "comments": [{"text": "改过的", "createdByName": name, "removedByName": None}]
    }
    reviewer = client_of("430105", Role.REVIEWER)
    assert ask(reviewer, EDIT, {"input": {"id": id_, "text": "x"}})["data"]["editComment"] == {
        "comment": None,
        "errors": [{"code": "NOT_FOUND"}],
    }
    removed = ask(staff, REMOVE, {"input": {"id": id_}})["data"]["removeComment"]
    assert removed == {"comment": {"text": None, "removedByName": name}, "errors": []}
