"""Staff bound to a department write its rows alone, and read those of all. Source: DOMAIN §4.2 department scoping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.attachments import actions as attachments
from tenants.attachments import owners
from tenants.purchasing.models import ServiceProject
from tenants.purchasing.who import project_of
from tests.factories.purchasing import projects
from tests.factories.uploads import upload
from tests.tenants.matrix import table
from tests.tenants.matrix.acts import CONTRACTS, COURSE, PROJECTS, Act
from tests.tenants.matrix.kinds import KINDS
from tests.tenants.matrix.scene import AT, CODE, Scene, scene, tried
from tests.tenants.matrix.test_writing import expected

DEPARTMENT = "权益保障部"
STAFFS = [
    act for act in (*PROJECTS, *CONTRACTS, *COURSE) if not act.alone and expected(act, Role.UNION_STAFF, own=False)
]


def bound(union: TradeUnion) -> Scene:
    """A member of staff of the department."""
    found = scene(union, Role.UNION_STAFF)
    return replace(found, actor=replace(found.actor, unit=DEPARTMENT))


def given_to(row: Any, department: str) -> None:
    """Let the row's project belong to the department."""
    project = project_of(row)
    assert project is not None
    ServiceProject.objects.filter(pk=project.pk).update(business_owner=projects.unit(department))


@pytest.mark.parametrize("act", STAFFS, ids=[act.name for act in STAFFS])
def test_staff_of_a_department_write_its_rows_alone(country: dict[str, TradeUnion], act: Act) -> None:
    assert len(STAFFS) > 10
    with inside(country[CODE]):
        doer = bound(country[CODE])
        for department, own in ((DEPARTMENT, True), ("宣教文体部", False)):
            row = act.make(doer, False)
            given_to(row, department)
            row = type(row)._base_manager.get(pk=row.pk)
            tried(lambda row=row: act.do(doer, row), allowed=own, what=f"{act.name}, {department}")  # type: ignore[misc]


@pytest.mark.parametrize("kind", [one for one in KINDS if one.row in {table.PROJECTS, table.CONTRACTS, table.COURSE}], ids=lambda kind: kind.name)  # fmt: skip
def test_they_read_those_of_all(country: dict[str, TradeUnion], kind: Any) -> None:
    with inside(country[CODE]):
        viewer = bound(country[CODE])
        row = kind.make(viewer, False)
        given_to(row, "宣教文体部")
        assert kind.read(viewer.actor, row).pk == row.pk


@pytest.mark.parametrize("kind", [one for one in KINDS if one.name in {"project", "contract", "visit", "evaluation"}], ids=lambda kind: kind.name)  # fmt: skip
def test_they_attach_to_its_rows_alone(country: dict[str, TradeUnion], kind: Any) -> None:
    with inside(country[CODE]):
        doer = bound(country[CODE])
        for department, own in ((DEPARTMENT, True), ("宣教文体部", False)):
            row = kind.make(doer, False)
            given_to(row, department)
            row = type(row)._base_manager.get(pk=row.pk)
            rights = owners.rights_of(row._meta.label_lower)
            assert bool(rights.may_add(doer.actor, row)) == own
            tried(
                lambda row=row: attachments.attach(  # type: ignore[misc]
                    on=row, upload=upload(), label="附件", by=doer.actor, at=AT
                ),
                allowed=own,
                what=f"a file on a {kind.name}, {department}",
            )
