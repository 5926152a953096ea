"""Taking the filtered ledger away."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import load_workbook

from commons.audit.models import AuditEvent
from commons.directory.enums import OrgType
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.models import Job
from commons.people.enums import Role
from commons.tables import exporting
from commons.tenancy import door
from tenants.registry.enums import LedgerState
from tenants.registry.models import OrgYearFact
from tenants.views.models import SavedView
from tests.factories.organizations import organization
from tests.tenants.registry.imports import sheets
from tests.tenants.registry.imports.test_flow import batch, run, take_columns, upload

pytestmark = pytest.mark.django_db
ADDRESS = "/u/430105/lists/organizations/export.xlsx"


@pytest.fixture
def kaifu(country: dict[str, TradeUnion], at: object) -> TradeUnion:
    union = country["430105"]
    with door.inside(union):
        first = organization(name="开福区彩虹服务社", contact_phone="13800001234", contact_name="=1+1")
        OrgYearFact.objects.create(organization=first, year=2026, staff=7, updated_at=at)
        organization(name="开福区阳光协会", state=LedgerState.DRAFT, org_type=OrgType.SOCIAL_GROUP)
        organization(name="开福区草根组织", org_type=OrgType.UNREGISTERED)
    return union


def lines(answer: object) -> list[dict[str, object]]:
    found = sheets.cells(answer.content)  # type: ignore[attr-defined]
    return [dict(zip(found[0], line, strict=True)) for line in found[1:]]  # type: ignore[arg-type]


def test_what_is_filtered_is_what_is_taken(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)

    assert [line["名称"] for line in lines(client.get(ADDRESS, {"sort": "number"}))] == [
        "开福区彩虹服务社",
        "开福区阳光协会",
        "开福区草根组织",
    ]
    assert [line["名称"] for line in lines(client.get(ADDRESS, {"state": "draft"}))] == ["开福区阳光协会"]
    assert [line["名称"] for line in lines(client.get(ADDRESS, {"q": "彩虹"}))] == ["开福区彩虹服务社"]
    assert [line["名称"] for line in lines(client.get(ADDRESS, {"org_type": "unregistered", "region": "430105"}))] == [
        "开福区草根组织"
    ]


def test_text_is_never_a_formula_and_values_are_readable(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    answer = client_of("430105", Role.UNION_STAFF).get(ADDRESS, {"columns": "all", "sort": "number"})
    line = lines(answer)[0]

    assert {
        name: line[name]
        for name in ("组织类型", "联系人", "联系电话", "从业人员数", "业务领域", "枢纽型社会组织", "状态")
    } == {
        "组织类型": "社会团体",
        "联系人": "'=1+1",
        "联系电话": "13800001234",
        "从业人员数": 7,
        "业务领域": "技能培训",
        "枢纽型社会组织": "否",
        "状态": "在册",
    }
    cells = {
        cell.data_type for row in load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows() for cell in row
    }
    assert "f" not in cells


def test_the_columns_of_the_list_are_taken(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    with door.inside(kaifu):
        SavedView.objects.create(
            user_id=client.actor.user.pk,
            list_name="organizations",
            columns=["state", "uscc"],  # type: ignore[attr-defined]
        )

    assert list(lines(client.get(ADDRESS))[0]) == ["名称", "编号", "统一社会信用代码", "状态"]


@pytest.mark.parametrize(
    ("role", "status"), [(Role.UNION_ADMIN, 200), (Role.LEADER, 403), (Role.AUDITOR, 403), (Role.REVIEWER, 403)]
)
def test_who_may_take_it(kaifu: TradeUnion, client_of: Callable[..., Client], role: Role, status: int) -> None:
    roles = [role, Role.REVIEWER] if role.is_flag else [role]

    assert client_of("430105", *roles).get(ADDRESS).status_code == status
    assert client_of("430111", Role.UNION_ADMIN).get(ADDRESS).status_code == 404


def test_phones_are_masked_for_whoever_may_not_see_them(
    kaifu: TradeUnion, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from commons.access import roles
    from commons.access.permissions import Permission

    granted = roles.ROLES[Role.LEADER]
    narrowed = roles.RoleGrant(granted.role, granted.permissions | {Permission.LEDGER_EXPORT}, granted.description)
    monkeypatch.setitem(roles.ROLES, Role.LEADER, narrowed)

    assert (
        lines(client_of("430105", Role.LEADER).get(ADDRESS, {"columns": "all", "sort": "number"}))[0]["联系电话"]
        == "138****1234"
    )


def test_a_long_export_is_a_job_whose_file_is_the_askers(
    kaifu: TradeUnion, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    client = client_of("430105", Role.UNION_STAFF)
    place = client.get(ADDRESS, {"q": "开福区", "sort": "number"})["Location"]
    assert "正在导出（排队中）" in client.get(place).content.decode()

    engine.run_due()
    file = StoredFile.objects.get()
    page = client.get(place).context["page"]
    assert (page.rows, page.file_url) == (3, f"/u/430105/files/{file.pk}")
    assert [line["名称"] for line in lines(client.get(page.file_url))] == [
        "开福区彩虹服务社",
        "开福区阳光协会",
        "开福区草根组织",
    ]

    colleague, neighbour = client_of("430105", Role.UNION_ADMIN), client_of("430111", Role.UNION_ADMIN)
    for other in (colleague, neighbour):
        assert other.get(place).status_code == 404
        assert other.get(page.file_url).status_code == 404
        assert other.get(place.replace("430105", "430111")).status_code == 404
    assert Job.objects.get().result == {"file": str(file.pk), "rows": 3}


def test_each_export_is_in_the_audit_log_without_content(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client_of("430105", Role.UNION_STAFF).get(ADDRESS, {"q": "彩虹"})

    event = AuditEvent.objects.get(event="tables.export")
    assert event.data["rows"] == 1
    assert "彩虹" not in str(event.data)


def test_an_exported_sheet_comes_back_without_a_change(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    start = "/u/430105/organizations/import"
    first = upload(client, sheets.xlsx([sheets.row(number, 联系人="-李") for number in range(1, 6)]), start=start)
    take_columns(client, first)
    run(client, first, verified="on")

    second = upload(client, client.get(ADDRESS, {"q": "职工服务社", "columns": "all"}).content, start=start)
    take_columns(client, second)
    run(client, second, verified="on")
    report = batch(kaifu).report
    assert (report["new"], report["changed"], report["same"], report["bad"]) == (0, 0, 5, 0)
