"""Contacts through their pages. Source: N01; V13."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commons.people.enums import Role
from tenants.registry.models import ContactLog, ContactPlan, SocialOrganization

Inside = Callable[[], Any]
CONTACTS = "/u/430105/contacts"
GIVEN = {"contacted_on": "2026-01-05", "kind": "visit", "topics": "走访了解情况", "classification": "internal"}


@pytest.fixture
def secret(browser: Client, draft: SocialOrganization, inside: Inside) -> ContactLog:
    given = {**GIVEN, "organization": str(draft.pk), "topics": "机密内容甲", "classification": "confidential"}
    assert browser.post(f"{CONTACTS}/new", given).status_code == 302
    with inside():
        return ContactLog.objects.get()


def test_a_contact_is_logged_and_listed(browser: Client, draft: SocialOrganization, inside: Inside) -> None:
    assert draft.name in browser.get(f"{CONTACTS}/new?organization={draft.pk}").content.decode()

    answer = browser.post(f"{CONTACTS}/new", {**GIVEN, "organization": str(draft.pk)})

    assert answer["Location"] == f"/u/430105/organizations/{draft.pk}"
    assert "走访了解情况" in browser.get(CONTACTS).content.decode()
    assert "走访了解情况" in browser.get(answer["Location"]).content.decode()
    with inside():
        log = ContactLog.objects.get()
    assert browser.post(f"{CONTACTS}/{log.pk}/edit", {**GIVEN, "topics": "更正"}).status_code == 302
    assert "更正" in browser.get(f"{CONTACTS}/{log.pk}").content.decode()


def test_what_was_typed_stays(browser: Client, draft: SocialOrganization) -> None:
    answer = browser.post(f"{CONTACTS}/new", {**GIVEN, "organization": str(draft.pk), "contacted_on": "2999-01-01"})

    assert answer.status_code == 422
    assert "联系日期不能晚于今天。" in answer.content.decode()
    assert "走访了解情况" in answer.content.decode()


def test_without_an_organization_there_is_no_form(browser: Client) -> None:
    assert browser.get(f"{CONTACTS}/new").status_code == 404
    assert browser.get(f"{CONTACTS}/new?organization=xyz").status_code == 404


def test_a_confidential_log_shows_itself_to_nobody_else(
    browser: Client, client_of: Callable[..., Client], secret: ContactLog, draft: SocialOrganization
) -> None:
    assert "机密内容甲" in browser.get(f"{CONTACTS}/{secret.pk}").content.decode()
    for role in (Role.UNION_STAFF, Role.UNION_ADMIN, Role.LEADER):
        other = client_of("430105", role)
        for path in (CONTACTS, f"/u/430105/organizations/{draft.pk}", f"{CONTACTS}/sealed"):
            assert "机密内容甲" not in other.get(path).content.decode(), (role, path)
        for path in (f"{CONTACTS}/{secret.pk}", f"{CONTACTS}/{secret.pk}/edit"):
            assert other.get(path).status_code in {403, 404}
        absent = other.get(f"{CONTACTS}/01900000-0000-7000-8000-000000000000")
        assert other.get(f"{CONTACTS}/{secret.pk}").status_code == absent.status_code == 404


def test_the_administrator_names_officers_without_reading(
    client_of: Callable[..., Client], secret: ContactLog, draft: SocialOrganization
) -> None:
    admin, colleague = client_of("430105", Role.UNION_ADMIN), client_of("430105", Role.UNION_STAFF)
    sealed = admin.get(f"{CONTACTS}/sealed").content.decode()
    assert f"{CONTACTS}/{secret.pk}/officers" in sealed
    assert draft.name not in sealed

    answer = admin.post(f"{CONTACTS}/{secret.pk}/officers", {"officers": [str(colleague.actor.user_id)]})  # type: ignore[attr-defined]

    assert answer["Location"] == f"{CONTACTS}/sealed"
    page = colleague.get(f"{CONTACTS}/{secret.pk}").content.decode()
    assert "机密内容甲" in page
    assert "V13" in page
    assert admin.get(f"{CONTACTS}/{secret.pk}").status_code == 404
    assert colleague.get(f"{CONTACTS}/{secret.pk}/officers").status_code == 404


def test_a_neighbour_cannot_be_named(client_of: Callable[..., Client], secret: ContactLog) -> None:
    admin, outsider = client_of("430105", Role.UNION_ADMIN), client_of("430111", Role.UNION_STAFF)

    answer = admin.post(f"{CONTACTS}/{secret.pk}/officers", {"officers": [str(outsider.actor.user_id)]})  # type: ignore[attr-defined]

    assert answer.status_code == 422
    assert outsider.get(f"/u/430111/contacts/{secret.pk}").status_code == 404


def test_a_plan(browser: Client, draft: SocialOrganization, inside: Inside) -> None:
    here = f"/u/430105/organizations/{draft.pk}"
    officer = str(browser.actor.user_id)  # type: ignore[attr-defined]
    given = {"officer": officer, "frequency": "quarterly", "from_on": "2026-01-01"}
    assert browser.post(f"{here}/plans/new", given).status_code == 302
    assert "每季度联系一次" in browser.get(here).content.decode()
    with inside():
        plan = ContactPlan.objects.get()
    assert browser.post(f"{here}/plans/{plan.pk}/end", {"on": "2026-02-01"}).status_code == 302
    assert "每季度联系一次" not in browser.get(here).content.decode()
