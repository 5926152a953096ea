"""The purchase catalogue of a year by its actions: exact values, who is refused, nothing half-written. Source: E05, E07, E39, PUR-21."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.history.models import Change
from tenants.purchasing.actions import catalogue
from tenants.purchasing.actions import projects as project_actions
from tenants.purchasing.enums import CatalogueChange, CatalogueScope
from tenants.purchasing.models import CatalogueItem, ServiceProject
from tenants.purchasing.selectors import bodies as selectors
from tests.factories import purchase_rows as rows

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
CODE, NEIGHBOUR = "430105", "430111"
HEART = {"category": PurchaseCategory.LIFE_SERVICE, "field": ServiceField.PSYCHOLOGICAL}
NEW, KEPT, DROPPED = CatalogueChange.NEW, CatalogueChange.KEPT, CatalogueChange.DROPPED


def moved() -> tuple[Any, ...]:
    tables = (CatalogueItem, ServiceProject, Change, AuditEvent)
    return tuple(sorted(map(str, table.objects.values_list())) for table in tables)


def told(year: int) -> list[tuple[str, str]]:
    """The catalogue of a year: names with their change."""
    return [(one.name, str(one.change)) for one in CatalogueItem.objects.filter(year=year).order_by("name")]


def events() -> list[tuple[str, str]]:
    """What the audit log and the history say was done to items, in their order."""
    kind = "purchasing.catalogueitem"
    audit = AuditEvent.objects.filter(event__startswith=kind).order_by("pk").values_list("event", flat=True)
    history = Change.objects.filter(object_kind=kind).order_by("pk").values_list("event", flat=True)
    return [("audit", one.removeprefix(f"{kind}.")) for one in audit] + [("history", one) for one in history]


def test_an_item_is_new_or_kept_by_the_year_before(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        rows.catalogue_item(2025, "new", name="心理关爱")
        rows.catalogue_item(2025, "dropped", name="婚恋交友")
        row = catalogue.put(year=2026, name=" 心理关爱 ", scope=CatalogueScope.WORKER_LIFE, **HEART, by=admin, at=at)
        catalogue.put(year=2026, name="婚恋交友", **HEART, by=admin, at=at)
        assert (row.name, row.category, row.field, row.scope, row.change, row.version, row.created_by_name) == (
            "心理关爱",
            PurchaseCategory.LIFE_SERVICE,
            ServiceField.PSYCHOLOGICAL,
            CatalogueScope.WORKER_LIFE,
            KEPT,
            1,
            admin.name,
        )
        # What was dropped the year before is new again.
        assert told(2026) == [("婚恋交友", "new"), ("心理关爱", "kept")]
        assert events() == [("audit", "create"), ("audit", "create"), ("history", "create"), ("history", "create")]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"name": "  "}, {"name": ["请填写项目名称。"]}),
        ({"year": 1948}, {"year": ["请填写有效的年度。"]}),
        ({"year": 2201}, {"year": ["请填写有效的年度。"]}),
        ({"name": "心理关爱"}, {"name": ["2026年目录中已有“心理关爱”。"]}),
        ({"name": "婚恋交友"}, {"name": ["“婚恋交友”已从2026年目录中取消，请恢复该事项。"]}),
    ],
)
def test_an_item_that_cannot_be_is_refused_beside_its_field(
    country: Country, actor_of: ActorOf, at: datetime, given: dict[str, Any], problems: dict[str, list[str]]
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        rows.catalogue_item(2026, "new", name="心理关爱")
        rows.catalogue_item(2026, "dropped", name="婚恋交友")
        before = moved()
        with pytest.raises(Invalid) as refusal:
            catalogue.put(**{"year": 2026, "name": "技能培训", **HEART, "by": admin, "at": at, **given})
        assert (refusal.value.problems, moved()) == (problems, before)


def test_a_year_begins_with_what_stood_in_the_year_before(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        before = moved()
        with pytest.raises(Invalid) as refusal:
            catalogue.copy_year(year=2026, by=admin, at=at)
        assert (refusal.value.problems, moved()) == ({"year": ["2025年没有目录，无法沿用。"]}, before)

        rows.catalogue_item(2025, "kept", name="心理关爱", field="humanistic_care", scope="worker_life")
        rows.catalogue_item(2025, "new", name="技能培训")
        rows.catalogue_item(2025, "dropped", name="婚恋交友")
        rows.catalogue_item(2026, "kept", name="技能培训")
        assert catalogue.copy_year(year=2026, by=admin, at=at) == 1
        assert told(2026) == [("心理关爱", "kept"), ("技能培训", "kept")]
        copied = CatalogueItem.objects.get(year=2026, name="心理关爱")
        assert (str(copied.field), str(copied.scope)) == ("humanistic_care", "worker_life")
        assert events() == [("audit", "copy_year"), ("history", "create")]
        assert Change.objects.get().object_id == copied.pk
        assert AuditEvent.objects.get(event="purchasing.catalogueitem.copy_year").data == {"year": 2026, "items": 1}

        before = moved()
        with pytest.raises(Invalid) as refusal:
            catalogue.copy_year(year=2026, by=admin, at=at)
        assert refusal.value.problems == {"year": ["2025年目录中的事项都已在2026年目录中。"]}
        assert moved() == before


def test_what_is_kept_is_dropped_and_taken_back_and_the_next_year_follows(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        rows.catalogue_item(2024, "new", name="心理关爱")
        row = rows.catalogue_item(2025, "kept", name="心理关爱")
        rows.catalogue_item(2026, "kept", name="心理关爱")
        catalogue.drop(item=row, version=1, by=admin, at=at)
        assert (told(2025), told(2026)) == ([("心理关爱", "dropped")], [("心理关爱", "new")])
        # The year before is left as it was.
        assert told(2024) == [("心理关爱", "new")]
        back = catalogue.take_back(item=row, version=2, by=admin, at=at)
        assert (back.version, told(2025), told(2026)) == (3, [("心理关爱", "kept")], [("心理关爱", "kept")])
        assert [one.changes for one in Change.objects.filter(object_id=row.pk).order_by("pk")] == [
            {"change": ["kept", "dropped"]},
            {"change": ["dropped", "kept"]},
        ]
        assert events() == [("audit", "edit")] * 4 + [("history", "edit")] * 4
        # Taken back already: nothing happens, and nothing is written.
        before = moved()
        catalogue.take_back(item=row, version=3, by=admin, at=at)
        assert moved() == before


def test_what_is_new_is_not_dropped_but_removed(country: Country, actor_of: ActorOf, at: datetime) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        row = rows.catalogue_item(2026, "new", name="技能培训")
        kept = rows.catalogue_item(2026, "kept", name="心理关爱")
        used = rows.catalogue_item(2026, "new", name="法律援助")
        rows.project(catalogue_item=used)
        before = moved()
        for action, item, sentence in (
            (catalogue.drop, row, "“技能培训”是2026年新增的事项，不需要的请删除。"),
            (catalogue.remove, kept, "“心理关爱”在2025年目录中已有，不能删除，请列为取消。"),
            (catalogue.remove, used, "已有服务项目列入“法律援助”，不能删除。"),
        ):
            with pytest.raises(Invalid) as refusal:
                action(item=item, version=1, by=admin, at=at)
            assert (refusal.value.problems, moved()) == ({"": [sentence]}, before)
        later = rows.catalogue_item(2027, "kept", name="技能培训")
        catalogue.remove(item=row, version=1, by=admin, at=at)
        assert told(2026) == [("心理关爱", "kept"), ("法律援助", "new")]
        later.refresh_from_db()
        assert later.change == NEW
        assert events() == [("audit", "remove"), ("audit", "edit"), ("history", "remove"), ("history", "edit")]
        event = AuditEvent.objects.get(event="purchasing.catalogueitem.remove")
        assert (event.object_id, event.data) == (str(row.pk), {"year": 2026, "name": "技能培训"})


def test_an_item_is_corrected_but_keeps_its_name_once_a_project_is_under_it(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        rows.catalogue_item(2025, "new", name="心理关爱")
        row = rows.catalogue_item(2026, "new", name="心里关爱")
        later = rows.catalogue_item(2027, "kept", name="心里关爱")
        gone = rows.catalogue_item(2026, "dropped", name="婚恋交友")
        catalogue.correct(
            item=row, fields={"name": "心理关爱", "field": ServiceField.CHILD_CARE}, version=1, by=admin, at=at
        )
        row.refresh_from_db()
        later.refresh_from_db()
        assert (row.name, row.field, row.change, row.version) == ("心理关爱", ServiceField.CHILD_CARE, KEPT, 2)
        # The name by which it was known is in the year before no more.
        assert (later.change, later.version) == (NEW, 2)
        assert Change.objects.filter(object_id=row.pk).get().changes == {
            "name": ["心里关爱", "心理关爱"],
            "field": ["psychological", "child_care"],
            "change": ["new", "kept"],
        }
        rows.project(catalogue_item=row)
        before = moved()
        for item, version, fields, problems in (
            (row, 2, {"name": "别的"}, {"name": ["已有服务项目列入这一事项，名称不能再改。"]}),
            (row, 2, {"name": "婚恋交友"}, {"name": ["“婚恋交友”已从2026年目录中取消，请恢复该事项。"]}),
            (row, 2, {"name": " "}, {"name": ["请填写项目名称。"]}),
            (gone, 1, {"field": ServiceField.CHILD_CARE}, {"": ["已取消的事项不能修改，请先恢复。"]}),
        ):
            with pytest.raises(Invalid) as refusal:
                catalogue.correct(item=item, fields=fields, version=version, by=admin, at=at)
            assert (refusal.value.problems, moved()) == (problems, before)
        # What the name does not touch may still be corrected.
        catalogue.correct(
            item=row, fields={"name": "心理关爱", "scope": CatalogueScope.WORKER_LIFE}, version=2, by=admin, at=at
        )
        row.refresh_from_db()
        assert (row.scope, row.version) == (CatalogueScope.WORKER_LIFE, 3)


def test_only_who_makes_rules_in_this_union_and_read_this_version_changes_it(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        row = rows.catalogue_item(2026, "kept", name="心理关爱")
        steps: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
            (catalogue.correct, {"item": row, "fields": {"name": "别的"}}),
            (catalogue.drop, {"item": row}),
            (catalogue.take_back, {"item": row}),
            (catalogue.remove, {"item": row}),
        )
        before = moved()
        for action, given in steps:
            with pytest.raises(Conflict):
                action(**given, version=7, by=admin, at=at)
            for role in (Role.UNION_STAFF, Role.LEADER, Role.SUPERVISOR):
                with pytest.raises(Refused):
                    action(**given, version=1, by=actor_of(CODE, role), at=at)
        for role in (Role.UNION_STAFF, Role.LEADER):
            with pytest.raises(Refused):
                catalogue.put(year=2026, name="技能培训", **HEART, by=actor_of(CODE, role), at=at)
            with pytest.raises(Refused):
                catalogue.copy_year(year=2027, by=actor_of(CODE, role), at=at)
        assert moved() == before
    with inside(country[NEIGHBOUR]):
        rows.catalogue_item(2026, "kept", name="邻会事项")
        other = actor_of(NEIGHBOUR, Role.UNION_ADMIN)
        before = moved()
        for action, given in steps:
            with pytest.raises(NotFound):
                action(**given, version=1, by=other, at=at)
        assert moved() == before
        assert [one.name for one in selectors.catalogue(other)] == ["邻会事项"]
        # The neighbour's year is nothing to begin with either: it copies its own.
        assert catalogue.copy_year(year=2027, by=other, at=at) == 1
        assert told(2027) == [("邻会事项", "kept")]
    with inside(country[CODE]):
        assert told(2027) == []


def test_a_project_takes_what_stands_in_the_catalogue_and_keeps_what_it_took(
    country: Country, actor_of: ActorOf, at: datetime
) -> None:
    staff = actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        taken = rows.catalogue_item(2026, "kept", name="心理关爱")
        gone = rows.catalogue_item(2026, "dropped", name="婚恋交友")
        unit = rows.unit(kind="department", name="权益保障部")
        closed = rows.unit(kind="department", name="老部门", is_active=False)
        fields: dict[str, Any] = {
            "year": 2026, "title": "关爱项目", "fields": ["psychological"], "category": "life_service",
            "catalogue_item": taken, "business_owner": unit,
        }  # fmt: skip
        before = moved()
        with pytest.raises(Invalid) as refusal:
            project_actions.create(fields={**fields, "catalogue_item": gone, "business_owner": closed}, by=staff, at=at)
        assert refusal.value.problems == {
            "catalogue_item": ["“婚恋交友”已从2026年目录中取消，请另选。"],
            "business_owner": ["“老部门”已停用，请另选。"],
        }
        assert moved() == before
        row = project_actions.create(fields=fields, by=staff, at=at)
        CatalogueItem.objects.filter(pk=taken.pk).update(change=DROPPED)
        unit.is_active = False
        unit.save(update_fields=["is_active"])
        # It stood there before, so the draft can still be edited.
        project_actions.edit(project=row, fields={"title": "新题"}, version=1, by=staff, at=at)
        row.refresh_from_db()
        assert (row.title, row.catalogue_item, row.business_owner) == ("新题", taken, unit)
        before = moved()
        with pytest.raises(Invalid) as refusal:
            project_actions.edit(project=row, fields={"catalogue_item": gone}, version=2, by=staff, at=at)
        assert list(refusal.value.problems) == ["catalogue_item"]
        assert moved() == before
        # A year later the department is chosen anew.
        again = project_actions.renew(project=row, by=staff, at=at)
        assert (again.year, again.business_owner, again.catalogue_item) == (2027, None, None)
