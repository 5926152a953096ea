"""Pages of the catalogue, units and the means of a year: what they say, errors beside fields, how many statements they cost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.purchasing.models import Capacity, CatalogueItem, UnionUnit
from tests.factories import purchase_rows as rows

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
CODE, BASE = "430105", "/u/430105"
ITEM = {"year": "2026", "name": "职工心理关爱", "category": "life_service", "field": "psychological"}
ITEM |= {"scope": "worker_life"}
EDITS = ("新增事项", "沿用上年目录", "登记单位", "填报年度数据", ">修改<", "/drop", ">删除<", ">恢复<")


def text(client: Client, path: str) -> str:
    page = client.get(f"{BASE}{path}")
    assert page.status_code == 200, (path, page.status_code)
    return page.content.decode()


def errors(answer: Any, status: int = 422) -> dict[str, list[str]]:
    """What a form that came back says, field by field."""
    assert answer.status_code == status, answer.status_code
    return {name: list(told) for name, told in answer.context["page"].form.errors.items()}


def led(answer: HttpResponse) -> str:
    assert answer.status_code == 302, answer.status_code
    return answer["Location"]


def test_the_catalogue_of_a_year_is_made_changed_and_carried_over(country: Country, client_of: ClientOf) -> None:
    admin, base = client_of(CODE, Role.UNION_ADMIN), f"{BASE}/purchase-catalogue"
    empty = text(admin, "/purchase-catalogue")
    assert "还没有购买目录" in empty
    assert "请逐项新增当年要购买的服务；以后各年可以沿用上年目录，再增减事项。" in empty
    wrong = admin.post(f"{base}/new", {**ITEM, "name": "", "year": "1900"})
    assert errors(wrong) == {"year": ["确保该值大于或等于1949。"], "name": ["请填写事项名称。"]}
    assert 'value="1900"' in wrong.content.decode()
    here = led(admin.post(f"{base}/new", ITEM))
    with inside(country[CODE]):
        row = CatalogueItem.objects.get()
    assert here == f"{base}/{row.pk}"
    assert errors(admin.post(f"{base}/new", ITEM)) == {"name": ["2026年目录中已有“职工心理关爱”。"]}
    page = text(admin, f"/purchase-catalogue/{row.pk}")
    for said in ("2026年购买目录", "职工生活领域", "新增", "登记", "还没有服务项目列入本事项", f"{here}/remove"):
        assert said in page, said
    assert f"{here}/drop" not in page
    assert f"{here}/take-back" not in page

    assert led(admin.post(f"{here}/edit", {**ITEM, "name": "心理关爱", "version": "1"})) == here
    assert errors(admin.post(f"{here}/edit", {**ITEM, "version": "1"}), 409).keys() == {"__all__"}
    assert errors(admin.post(f"{here}/drop", {"version": "2"})) == {
        "__all__": ["“心理关爱”是2026年新增的事项，不需要的请删除。"]
    }
    assert errors(admin.post(f"{base}/copy", {"year": "2026"})) == {"year": ["2025年没有目录，无法沿用。"]}
    assert led(admin.post(f"{base}/copy", {"year": "2027"})) == base
    assert "已沿用 1 项。" in text(admin, "/purchase-catalogue")

    with inside(country[CODE]):
        kept = CatalogueItem.objects.get(year=2027)
    there = f"{base}/{kept.pk}"
    assert led(admin.post(f"{there}/drop", {"version": "1"})) == there
    page = text(admin, f"/purchase-catalogue/{kept.pk}")
    assert f"{there}/take-back" in page
    assert "保留" in page
    assert f"{there}/edit" not in page
    assert "取消" in text(admin, "/purchase-catalogue?change=dropped")
    assert led(admin.post(f"{there}/take-back", {"version": "2"})) == there
    assert led(admin.post(f"{here}/remove", {"version": "2"})) == base
    with inside(country[CODE]):
        assert [(one.year, one.name, str(one.change)) for one in CatalogueItem.objects.all()] == [
            (2027, "心理关爱", "new")
        ]
    assert "心理关爱" not in text(admin, "/purchase-catalogue?year=2026")
    assert "心理关爱" in text(admin, "/purchase-catalogue?year=2027")


def test_chosen_items_are_dropped_together_and_what_is_new_is_left(country: Country, client_of: ClientOf) -> None:
    admin = client_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        old, fresh = rows.catalogue_item(2026, "kept"), rows.catalogue_item(2026, "new", name="技能培训")
    step, given = f"{BASE}/lists/purchase-catalogue/bulk/drop", {"ids": [str(old.pk), str(fresh.pk)]}
    asked = admin.post(step, given).content.decode()
    assert "确认列为取消（1项）" in asked
    assert "是当年新增的事项，不需要的请删除。" in asked
    with inside(country[CODE]):
        assert {str(one.change) for one in CatalogueItem.objects.all()} == {"kept", "new"}
    page = admin.post(step, {**given, "confirmed": "1"}).context["page"]
    assert [len(page.done), [line.refusal for line in page.refused]] == [
        1,
        ["“技能培训”是2026年新增的事项，不需要的请删除。"],
    ]
    with inside(country[CODE]):
        assert [(one.pk, str(one.change)) for one in CatalogueItem.objects.order_by("pk")] == [
            (old.pk, "dropped"),
            (fresh.pk, "new"),
        ]


def test_an_item_shows_the_projects_under_it_and_the_project_its_item(country: Country, client_of: ClientOf) -> None:
    staff = client_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        item = rows.catalogue_item(2026, "new", name="职工心理关爱")
        gone = rows.catalogue_item(2026, "dropped", name="婚恋交友")
        unit, closed = (
            rows.unit(kind="department", name=name, is_active=name != "老部门") for name in ("权益部", "老部门")
        )
        under = rows.project(catalogue_item=item, business_owner=unit, budget=Decimal(123_456), state="draft")
        rows.project(title="不在其下的项目")
    page = text(staff, f"/purchase-catalogue/{item.pk}")
    assert f'href="{BASE}/projects/{under.pk}"' in page
    assert "123,456.00" in page
    assert "不在其下的项目" not in page
    assert f'href="{BASE}/projects/{under.pk}"' in text(staff, f"/units/{unit.pk}")
    assert "2026 职工心理关爱" in text(staff, f"/projects/{under.pk}")
    # What is dropped, or in use no more, is not offered to a new project.
    form = staff.get(f"{BASE}/projects/new").context["page"].form
    assert [pk for pk, _ in form.fields["catalogue_item"].choices] == ["", str(item.pk)]
    assert [pk for pk, _ in form.fields["business_owner"].choices] == ["", str(unit.pk)]
    with inside(country[CODE]):
        under.catalogue_item, under.business_owner = gone, closed
        under.save(update_fields=["catalogue_item", "business_owner"])
    form = staff.get(f"{BASE}/projects/{under.pk}/edit").context["page"].form
    assert {pk for pk, _ in form.fields["catalogue_item"].choices} == {"", str(item.pk), str(gone.pk)}
    assert {pk for pk, _ in form.fields["business_owner"].choices} == {"", str(unit.pk), str(closed.pk)}


def test_units_are_registered_below_each_other(country: Country, client_of: ClientOf) -> None:
    admin = client_of(CODE, Role.UNION_ADMIN)
    empty = text(admin, "/units")
    assert "还没有部门和下属单位" in empty
    assert "请先登记本会各部室" in empty
    department = {"kind": "department", "name": "权益保障部", "is_active": "on"}
    assert errors(admin.post(f"{BASE}/units/new", {**department, "name": ""})) == {"name": ["请填写名称。"]}
    bad = admin.post(f"{BASE}/units/new", {**department, "region_code": "43010", "leader": "刘芳"})
    assert errors(bad) == {"region_code": ["请填写六位行政区划代码，乡镇（街道）为九位。"]}
    assert 'value="刘芳"' in bad.content.decode()
    bad = admin.post(f"{BASE}/units/new", {**department, "uscc": "51430105MJJ000012M"})
    assert list(errors(bad)) == ["uscc"]
    here = led(admin.post(f"{BASE}/units/new", {**department, "members_count": "1200"}))
    with inside(country[CODE]):
        upper = UnionUnit.objects.get()
    assert here == f"{BASE}/units/{upper.pk}"
    assert errors(admin.post(f"{BASE}/units/new", department)) == {"name": ["同类单位中已有这个名称。"]}
    below = {**department, "name": "法律科", "parent": str(upper.pk)}
    led(admin.post(f"{BASE}/units/new", below))
    page = text(admin, f"/units/{upper.pk}")
    for said in ("1,200 人", "法律科", "还没有服务项目。"):
        assert said in page, said
    with inside(country[CODE]):
        lower = UnionUnit.objects.get(name="法律科")
    # A unit cannot be put under what is under it.
    assert errors(admin.post(f"{here}/edit", {**department, "parent": str(lower.pk), "version": "1"})) == {
        "parent": ["上级单位不能是本单位或者其下属单位。"]
    }
    # Moved up, and no longer in use: an unticked box.
    assert led(admin.post(f"{BASE}/units/{lower.pk}/edit", {"kind": "department", "name": "法务科", "version": "1"}))
    assert errors(admin.post(f"{BASE}/units/{lower.pk}/edit", {**below, "version": "1"}), 409).keys() == {"__all__"}
    with inside(country[CODE]):
        lower.refresh_from_db()
    assert (lower.name, lower.parent_id, lower.is_active, lower.version) == ("法务科", None, False, 2)
    history = text(admin, f"/units/{lower.pk}")
    for said in ("上级单位", "权益保障部", "法律科"):
        assert said in history, said
    assert "法务科" not in text(admin, "/units?is_active=true")


def test_the_means_of_a_year_are_told_once_and_corrected(country: Country, client_of: ClientOf) -> None:
    admin = client_of(CODE, Role.UNION_ADMIN)
    empty = text(admin, "/capacity")
    assert "还没有填报力量保障数据" in empty
    assert "请填报当年的购买服务预算、人员和职工、会员数" in empty
    told = {"year": "2026", "purchase_budget": "900000.50", "workers_count": "1000", "union_members_count": "1001"}
    bad = admin.post(f"{BASE}/capacity/new", told)
    assert errors(bad) == {"union_members_count": ["会员数不能大于职工数。"]}
    assert 'value="900000.50"' in bad.content.decode()
    assert list(errors(admin.post(f"{BASE}/capacity/new", {**told, "staff_full": "-1"}))) == ["staff_full"]
    here = led(admin.post(f"{BASE}/capacity/new", {**told, "union_members_count": "900", "staff_full": "0"}))
    with inside(country[CODE]):
        row = Capacity.objects.get()
    assert here == f"{BASE}/capacity/{row.pk}"
    assert (row.purchase_budget, row.staff_full, row.staff_part) == (Decimal("900000.50"), 0, None)
    assert errors(admin.post(f"{BASE}/capacity/new", {"year": "2026"})) == {
        "year": ["2026年的数据已经填报，请在列表中打开后修改。"]
    }
    page = text(admin, f"/capacity/{row.pk}")
    for said in ("2026年力量保障数据", "900,000.50 元", "0 人", "900 人"):
        assert said in page, said
    edit = {"purchase_budget": "800000", "staff_full": "2", "version": "1"}
    assert led(admin.post(f"{here}/edit", edit)) == here
    assert errors(admin.post(f"{here}/edit", edit), 409).keys() == {"__all__"}
    with inside(country[CODE]):
        row.refresh_from_db()
    assert (row.year, row.purchase_budget, row.staff_full, row.workers_count) == (2026, Decimal(800_000), 2, None)
    assert "900000.50" in text(admin, f"/capacity/{row.pk}")
    assert "800,000.00" in text(admin, "/capacity")


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.LEADER])
def test_whoever_only_reads_is_offered_no_change(country: Country, client_of: ClientOf, role: Role) -> None:
    with inside(country[CODE]):
        found = {
            "purchase-catalogue": [rows.catalogue_item(2026, "new"), rows.catalogue_item(2026, "kept")],
            "units": [rows.unit()],
            "capacity": [rows.capacity(2026)],
        }
    who, neighbour = client_of(CODE, role), client_of("430111", Role.UNION_ADMIN)
    forms = {
        "purchase-catalogue": ("edit", "drop", "take-back", "remove"),
        "units": ("edit",),
        "capacity": ("edit",),
    }
    for place, those in found.items():
        pages = [f"/{place}", *(f"/{place}/{row.pk}" for row in those)]
        assert [(path, word) for path in pages for word in EDITS if word in text(who, path)] == []
        refused = [f"{place}/new", *(f"{place}/{row.pk}/{form}" for row in those for form in forms[place])]
        for path in refused:
            assert who.get(f"{BASE}/{path}").status_code == 403, path
            assert who.post(f"{BASE}/{path}", {"version": "1"}).status_code == 403, path
        for row in those:
            assert neighbour.get(f"/u/430111/{place}/{row.pk}").status_code == 404
            for form in forms[place]:
                assert neighbour.post(f"/u/430111/{place}/{row.pk}/{form}", {"version": "1"}).status_code == 404
    with inside(country[CODE]):
        assert {one.version for those in found.values() for one in type(those[0]).objects.all()} == {1}  # type: ignore[attr-defined]
        assert CatalogueItem.objects.count() == 2


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR])
def test_whoever_may_not_read_rules_finds_none_of_it(country: Country, client_of: ClientOf, role: Role) -> None:
    with inside(country[CODE]):
        item, unit, year = rows.catalogue_item(2026, "new"), rows.unit(), rows.capacity(2026)
    who = client_of(CODE, role)
    for path in ("purchase-catalogue", "units", "capacity"):
        assert who.get(f"{BASE}/{path}").status_code == 403
    for path in (f"purchase-catalogue/{item.pk}", f"units/{unit.pk}", f"capacity/{year.pk}"):
        assert who.get(f"{BASE}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("address", "statements"),
    [
        ("purchase-catalogue", 2),
        ("units", 2),
        ("capacity", 2),
        ("purchase-catalogue/{item}", 2),
        ("units/{unit}", 3),
        ("capacity/{year}", 1),
        ("units/new", 1),
    ],
)
def test_statements(country: Country, client_of: ClientOf, address: str, statements: int) -> None:
    admin = client_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        item, unit, year = rows.catalogue_item(2026, "new"), rows.unit(), rows.capacity(2026)
    path = f"{BASE}/{address.format(item=item.pk, unit=unit.pk, year=year.pk)}"
    admin.get(path)
    with CaptureQueriesContext(connection) as few:
        admin.get(path)
    with inside(country[CODE]):
        for number in range(3):
            rows.project(catalogue_item=item, business_owner=unit)
            rows.catalogue_item(2026, "new")
            rows.unit(parent=unit)
            rows.capacity(2027 + number)
    with CaptureQueriesContext(connection) as many:
        admin.get(path)
    own = [[one for one in found.captured_queries if "purchasing_" in one["sql"]] for found in (few, many)]
    assert [len(one) for one in own] == [statements, statements]
