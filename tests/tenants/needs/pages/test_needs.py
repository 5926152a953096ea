"""The pages of needs and clusters."""

from collections.abc import Callable

from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tenants.needs.enums import NeedState
from tenants.needs.models import Need
from tests.factories import people
from tests.factories.needs import need as make
from tests.tenants.needs.conftest import USCC

BASE = "/u/430105/needs"


def test_registered_listed_and_shown(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    given = {
        "title": "夜班心理疏导", "source": "unit_report", "field": "psychological", "persons_estimate": "40", "intensity": "4",
        "comparative_benefit": "3", "fit_for_so": "5", "collected_on": "2026-11-02",
    }  # fmt: skip
    made = client.post(f"{BASE}/new", given)
    assert made.status_code == 302
    row = Need.objects.get()
    page = client.get(made["Location"])
    assert (row.number in page.text, "梳理" in page.text) == (True, True)
    assert "夜班心理疏导" in client.get(BASE).text
    edited = client.post(f"{BASE}/{row.pk}/edit", {**given, "title": "夜班心理支持", "version": "1"})
    assert edited.status_code == 302
    assert Need.objects.get().title == "夜班心理支持"


def test_suggested_and_gathered(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    rows = [make.need(title, NeedState.SORTED) for title in ("骑手心理疏导", "司机心理疏导")]
    client = client_of("430105", Role.UNION_STAFF)
    assert "名称相近" in client.get(f"{BASE}/suggested").text
    done = client.post(f"{BASE}/suggested", {"needs": [str(row.pk) for row in rows], "title": "心理疏导"})
    assert done.status_code == 302
    page = client.get(done["Location"])
    assert all(row.title in page.text for row in rows)


def test_organizations_read_what_is_published_and_no_need_of_it(kaifu: TradeUnion) -> None:
    row, draft = make.published(), make.cluster("未公布")
    make.need("某厂三人求助", NeedState.CLUSTERED, cluster=row)
    client = Client()
    user = people.organization("430105", USCC).user
    assert user is not None
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert row.title in client.get(f"{BASE}/published").text
    page = client.get(f"{BASE}/clusters/{row.pk}")
    assert (page.status_code, "某厂三人求助" in page.text) == (200, False)
    assert client.get(f"{BASE}/clusters/{draft.pk}").status_code == 404
    assert client.get(BASE).status_code == 403
