"""From an uploaded sheet to the ledger, as a person goes through the pages."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from commons.audit.models import AuditEvent
from commons.files.models import StoredFile
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.people.enums import Role
from commons.people.models import RoleAssignment
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry.enums import ImportState, LedgerState
from tenants.registry.models import ImportBatch, LedgerSpan, OrgYearFact, SocialOrganization
from tests.tenants.registry.imports import sheets

pytestmark = pytest.mark.django_db
START = "/u/430105/organizations/import"
SEVEN_BAD: list[dict[str, object]] = [
    {"统一社会信用代码": "51430105MJJ000012M"},
    {"社会组织名称*": ""},
    {"类型": "企业"},
    {"成立日期": "2018-13-01"},
    {"行政区划代码": "439999"},
    {"手机号": "12345"},
    {"从业人员数": -3},
]


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> TradeUnion:
    return country["430105"]


@pytest.fixture
def staff(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def upload(client: Client, content: bytes, name: str = "台账.xlsx", start: str = START) -> str:
    """The address of the new import."""
    answer = client.post(start, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def take_columns(client: Client, address: str) -> None:
    """Accept the columns as guessed, and let the worker check."""
    page = client.get(address).context["page"]
    chosen = {f"column-{column.index}": column.chosen for column in page.columns}
    assert client.post(f"{address}/columns", chosen).status_code == 302
    assert engine.run_due() == 1


def run(client: Client, address: str, **how: str) -> HttpResponse:
    answer = client.post(f"{address}/run", {"mode": "all", **how})
    engine.run_due()
    return answer  # type: ignore[return-value]


def batch(union: TradeUnion) -> ImportBatch:
    with door.inside(union):
        return ImportBatch.objects.latest("created_at")


def counted(union: TradeUnion) -> dict[str, int]:
    with door.inside(union):
        models: list[Any] = [SocialOrganization, LedgerSpan, OrgYearFact, Change]
        return {model.__name__: model.objects.count() for model in models}


def test_200_organizations_with_7_bad_rows_are_corrected_and_imported(staff: Client, kaifu: TradeUnion) -> None:
    rows = [sheets.row(number, **(SEVEN_BAD[number - 5] if 5 <= number < 12 else {})) for number in range(1, 201)]
    address = upload(staff, sheets.xlsx(rows))
    take_columns(staff, address)

    page = staff.get(address).context["page"]
    assert page.batch.report == {"rows": 200, "good": 193, "bad": 7, "new": 193, "changed": 0, "same": 0, "ready": 193}
    assert [str(problem) for problem in page.problems] == [
        "第 6 行「统一社会信用代码」：统一社会信用代码“51430105MJJ000012M”不正确：末位校验码不符，请核对是否抄错。",
        "第 7 行「名称」：请填写名称。",
        "第 8 行「组织类型」：“企业”不是可选的内容，可填：社会团体、基金会、社会服务机构、草根组织。",
        "第 9 行「成立登记日期」：“2018-13-01”不是有效的日期，请按2026-01-31的样子填写。",
        "第 10 行「所在地区」：行政区划代码439999不存在，请核对。",
        "第 11 行「联系电话」：不是有效的电话号码，请填写11位手机号，或带区号的固定电话，如0731-84312345。",
        "第 12 行「从业人员数」：不能小于0。",
    ]

    refused = run(staff, address)
    assert refused.status_code == 422
    assert "还有7行不符合要求" in refused.content.decode()
    assert counted(kaifu) == {"SocialOrganization": 0, "LedgerSpan": 0, "OrgYearFact": 0, "Change": 0}

    assert run(staff, address, mode="good", verified="on").status_code == 302
    assert batch(kaifu).report["new"] == 193
    with door.inside(kaifu):
        assert SocialOrganization.objects.filter(state=LedgerState.ACTIVE).count() == 193
        assert LedgerSpan.objects.filter(until_on=None).count() == 193

    errors = sheets.cells(staff.get(f"{address}/errors.xlsx").content)
    assert errors[0][:3] == ["错误说明", "社会组织名称*", "统一社会信用代码"]
    assert len(errors) == 8
    assert errors[2][:2] == ["第 7 行「名称」：请填写名称。", None]

    mended = [sheets.row(number) for number in range(5, 12)]
    again = upload(staff, sheets.xlsx([["", *row] for row in mended], ["错误说明", *sheets.HEADERS]))
    take_columns(staff, again)
    assert run(staff, again, verified="on").status_code == 302
    with door.inside(kaifu):
        assert SocialOrganization.objects.filter(state=LedgerState.ACTIVE).count() == 200


def test_the_same_sheet_again_changes_nothing(staff: Client, kaifu: TradeUnion) -> None:
    content = sheets.xlsx([sheets.row(number) for number in range(1, 21)])
    first = upload(staff, content)
    take_columns(staff, first)
    run(staff, first, verified="on")
    before = counted(kaifu)
    with door.inside(kaifu):
        stamps = set(SocialOrganization.objects.values_list("uscc", "version", "updated_at"))

    second = upload(staff, content)
    take_columns(staff, second)
    run(staff, second, verified="on")

    report = batch(kaifu).report
    assert {name: report[name] for name in ("new", "changed", "same", "bad")} == {
        "new": 0,
        "changed": 0,
        "same": 20,
        "bad": 0,
    }
    assert counted(kaifu) == before
    with door.inside(kaifu):
        assert set(SocialOrganization.objects.values_list("uscc", "version", "updated_at")) == stamps


def test_changed_rows_are_updated_and_empty_cells_erase_nothing(staff: Client, kaifu: TradeUnion) -> None:
    first = upload(staff, sheets.xlsx([sheets.row(1), sheets.row(2)]))
    take_columns(staff, first)
    run(staff, first)

    second = upload(staff, sheets.xlsx([sheets.row(1, 联系人="王五", 行业=""), sheets.row(2)]))
    take_columns(staff, second)
    run(staff, second)

    report = batch(kaifu).report
    assert (report["new"], report["changed"], report["same"]) == (0, 1, 1)
    with door.inside(kaifu):
        row = SocialOrganization.objects.get(name="开福区第1职工服务社")
        assert (row.contact_name, row.industry, row.state) == ("王五", "社会工作", LedgerState.TO_VERIFY)


def test_only_complete_rows_go_on_the_ledger_at_once(staff: Client, kaifu: TradeUnion) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1), sheets.row(2, 资金来源=""), sheets.row(3, 登记证书号="")]))
    take_columns(staff, address)
    run(staff, address, verified="on")

    with door.inside(kaifu):
        states = list(SocialOrganization.objects.order_by("serial").values_list("state", flat=True))
    assert states == [LedgerState.ACTIVE, LedgerState.TO_VERIFY, LedgerState.TO_VERIFY]


def test_a_row_that_repeats_an_earlier_one_is_named(staff: Client) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1), [], sheets.row(2), sheets.row(1)]))
    take_columns(staff, address)

    page = staff.get(address).context["page"]
    assert [str(problem) for problem in page.problems] == [
        "第 5 行「统一社会信用代码」：与第 2 行重复，同一组织只能出现一次。"
    ]


def test_spoilt_cells_are_named(staff: Client) -> None:
    address = upload(
        staff, sheets.xlsx([sheets.row(1, 统一社会信用代码=914403001922038000), sheets.row(2, 行业="#REF!")])
    )
    take_columns(staff, address)

    page = staff.get(address).context["page"]
    assert [str(problem) for problem in page.problems] == [
        "第 2 行「统一社会信用代码」：该单元格被表格软件当成了数字，末几位已经丢失；请把整列设为“文本”格式后重新填写。",
        "第 3 行「所属行业」：公式没有得出结果（#REF!），请改为实际内容。",
    ]


def test_a_text_in_gb18030_without_regions_is_the_unions_own(staff: Client, kaifu: TradeUnion) -> None:
    rows = [["开福区彩虹之家", "草根组织"]]
    address = upload(staff, sheets.text(rows, ["名称", "组织类型"], encoding="gb18030"), "草根.csv")
    take_columns(staff, address)
    run(staff, address)

    with door.inside(kaifu):
        assert SocialOrganization.objects.get().region_code == "430105"


def test_all_or_nothing_writes_nothing_when_the_ledger_has_moved_on(staff: Client, kaifu: TradeUnion) -> None:
    """Between the check and the run, somebody closes an entry that the sheet names."""
    from tests.factories.organizations import organization

    address = upload(staff, sheets.xlsx([sheets.row(1), sheets.row(2)]))
    take_columns(staff, address)
    with door.inside(kaifu):
        organization(uscc=str(sheets.row(2)[1]), state=LedgerState.REMOVED)
    run(staff, address)

    found = batch(kaifu)
    assert (found.state, found.failure) == (ImportState.FAILED, "核对后又发现1行不符合要求，没有写入任何内容。")
    with door.inside(kaifu):
        assert SocialOrganization.objects.count() == 1


def test_a_job_that_dies_in_the_middle_leaves_nothing(
    staff: Client, kaifu: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenants.registry.imports import jobs

    address = upload(staff, sheets.xlsx([sheets.row(number) for number in range(1, 31)]))
    take_columns(staff, address)
    monkeypatch.setattr(jobs, "CHUNK", 10)
    whole, calls = jobs.intake.bulk_intake, []

    def failing(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise OSError("the disk is gone")
        return whole(**given)

    monkeypatch.setattr(jobs.intake, "bulk_intake", failing)
    run(staff, address)
    assert len(calls) == 3
    assert counted(kaifu) == {"SocialOrganization": 0, "LedgerSpan": 0, "OrgYearFact": 0, "Change": 0}
    assert batch(kaifu).state == ImportState.IMPORTING

    job = Job.objects.get(kind="registry.import.run")
    Job.objects.filter(pk=job.pk).update(run_after=job.asked_at)
    engine.run_due()
    assert batch(kaifu).state == ImportState.DONE
    assert counted(kaifu)["SocialOrganization"] == 30


def test_a_right_that_has_ended_ends_the_import(staff: Client, kaifu: TradeUnion) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1)]))
    take_columns(staff, address)
    staff.post(f"{address}/run", {"mode": "all"})
    RoleAssignment.objects.filter(user=staff.actor.user).update(role=Role.LEADER)  # type: ignore[attr-defined]
    engine.run_due()

    assert batch(kaifu).failure == "发起导入的人员已没有导入权限，请由有权限的人员重新导入。"
    assert counted(kaifu)["SocialOrganization"] == 0


def test_what_an_upload_holds_is_sealed_and_the_file_does_not_stay(staff: Client, kaifu: TradeUnion) -> None:
    from django.core.files.storage import default_storage
    from django.db import connection

    address = upload(staff, sheets.text([sheets.row(1, 联系人="张某某")], encoding="utf-8"), "台账.csv")
    file = StoredFile.objects.get()
    with default_storage.open(file.path) as stored:
        assert "张某某".encode() not in stored.read()
    take_columns(staff, address)

    assert StoredFile.objects.count() == 0
    with door.inside(kaifu), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(b)::text FROM registry_importbatch b")
        assert "张某某" not in cursor.fetchone()[0]


def test_a_sheet_that_is_kept_no_longer_is_told_so(staff: Client, kaifu: TradeUnion) -> None:
    first = upload(staff, sheets.xlsx([sheets.row(1)]))
    StoredFile.objects.all().delete()
    take_columns(staff, first)
    assert batch(kaifu).failure == "上传的表格已超过保存期限，请重新上传。"

    second = upload(staff, sheets.xlsx([sheets.row(1)]))
    take_columns(staff, second)
    with door.inside(kaifu):
        ImportBatch.objects.update(created_at=now() - timedelta(days=31))
    upload(staff, sheets.xlsx([sheets.row(1)]))
    with door.inside(kaifu):
        assert ImportBatch.objects.filter(sheet="").count() == 3
    assert "上传的表格已超过保存期限" in run(staff, second).content.decode()


def test_the_progress_is_asked_for_until_there_is_none(staff: Client) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1)]))
    page = staff.get(address).context["page"]
    staff.post(f"{address}/columns", {f"column-{column.index}": column.chosen for column in page.columns})

    waiting = staff.get(f"{address}/progress")
    assert "正在核对（排队中）" in waiting.content.decode()
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    engine.run_due()
    assert staff.get(f"{address}/progress")["HX-Refresh"] == "true"


def test_a_neighbour_finds_nothing(staff: Client, client_of: Callable[..., Client]) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1)]))
    take_columns(staff, address)
    neighbour = client_of("430111", Role.UNION_STAFF)

    for path in ("", "/columns", "/progress", "/errors.xlsx"):
        assert neighbour.get(address + path).status_code == 404
        assert neighbour.get((address + path).replace("430105", "430111")).status_code == 404
    assert neighbour.post(f"{address.replace('430105', '430111')}/run", {"mode": "all"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [(Role.UNION_ADMIN, 200), (Role.UNION_STAFF, 200), (Role.LEADER, 403), (Role.REVIEWER, 403)]
)
def test_who_may_import(client_of: Callable[..., Client], role: Role, status: int) -> None:
    client = client_of("430105", role)

    assert client.get(START).status_code == status
    assert client.get(f"{START}/template.xlsx").status_code == status


def test_refusals_are_told_on_the_form(staff: Client, kaifu: TradeUnion) -> None:
    answer = staff.post(START, {"file": SimpleUploadedFile("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1abc")})
    assert answer.status_code == 422
    assert "请另存为不加密的 .xlsx 后再上传" in answer.content.decode()
    assert "请选择要导入的文件。" in staff.post(START, {}).content.decode()
    with door.inside(kaifu):
        assert ImportBatch.objects.count() == 0


def test_a_column_chosen_twice_is_refused_and_what_was_chosen_stays(staff: Client) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1)]))
    answer = staff.post(f"{address}/columns", {"column-0": "name", "column-1": "name"})

    assert answer.status_code == 422
    assert answer.context["page"].problems[0] == "“名称”被选择了两次，一项只能对应一列。"
    assert [column.chosen for column in answer.context["page"].columns][:3] == ["name", "name", ""]


def test_the_template_comes_back_clean(staff: Client, kaifu: TradeUnion) -> None:
    """The example row is nobody's; headings are recognised; the second sheet names what is permitted."""
    content = staff.get(f"{START}/template.xlsx").content
    lines = sheets.cells(content)
    assert lines[1][0] == "（示例，请删除本行）长沙市开福区职工服务中心"
    permitted = {line[0]: line[2] for line in sheets.cells(content, 1)}
    assert permitted["组织类型"] == "社会团体、基金会、社会服务机构、草根组织"

    address = upload(staff, content)
    page = staff.get(address).context["page"]
    assert all(column.chosen for column in page.columns)
    take_columns(staff, address)
    assert batch(kaifu).failure == "标题行下面没有数据。请使用模板，从第2行起填写。"


def test_each_step_is_in_the_audit_log(staff: Client) -> None:
    address = upload(staff, sheets.xlsx([sheets.row(1)]))
    take_columns(staff, address)
    run(staff, address)

    events = set(AuditEvent.objects.values_list("event", flat=True))
    assert {"registry.import.upload", "registry.import.start", "registry.intake", "file.stored"} <= events


def test_an_error_sheet_runs_no_formula(staff: Client) -> None:
    address = upload(
        staff,
        sheets.text([sheets.row(1, **{"社会组织名称*": "=cmd|' /C calc'!A0", "类型": "企业"})], encoding="utf-8"),
        "a.csv",
    )
    take_columns(staff, address)
    content = staff.get(f"{address}/errors.xlsx").content

    assert sheets.cells(content)[1][1] == "'=cmd|' /C calc'!A0"
    from openpyxl import load_workbook

    assert load_workbook(io.BytesIO(content)).worksheets[0]["B2"].data_type == "s"
