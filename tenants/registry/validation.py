"""The rules of an entry, the same for form, import and API. Pure: what needs the database is asked in the actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from commons.directory import credit_code
from commons.directory.enums import OrgType, RegistrationStatus
from commons.kit import clock
from tenants.registry.enums import Scope
from tenants.registry.fields import BY_NAME, FIELDS
from tenants.registry.parsing import Unreadable, is_empty, parsed

Problems = dict[str, list[str]]

# No organization of today was registered before; an earlier year is a slip of the pen.
EARLIEST = date(1900, 1, 1)

_NOT_YET_REGISTERED = frozenset(
    {RegistrationStatus.UNREGISTERED, RegistrationStatus.APPLYING, RegistrationStatus.FILED}
)


@dataclass(frozen=True)
class Examined:
    """`values` are typed (an unreadable one stays as typed in); `problems` maps a field to its Chinese sentences."""

    values: dict[str, object]
    problems: Problems


def entry_problems(fields: Mapping[str, object], *, complete: bool, today: date | None = None) -> Problems:
    """
    What is wrong with `fields`, by field; empty when nothing is. `complete` asks for what a verified entry needs.

    Source: DOMAIN T1 validations; B01, B02, B06, B15.
    """
    return examined(fields, complete=complete, today=today).problems


def cleaned(fields: Mapping[str, object]) -> dict[str, object]:
    """
    The typed values of the fields that were given: codes for labels, upper-case credit code, trimmed text.

    The legal form follows from the code, and the registration status from the form, when they were left empty.
    """
    return examined(fields, complete=False).values


def examined(fields: Mapping[str, object], *, complete: bool, today: date | None = None) -> Examined:
    """Typed values and problems in one pass, for whoever needs both (an import of thousands of rows)."""
    values: dict[str, object] = {}
    problems: Problems = {}
    for name, raw in fields.items():
        field = BY_NAME.get(name)
        if field is None:
            problems.setdefault(name, []).append("台账中没有这一项。")
            continue
        try:
            values[name] = parsed(field, raw)
        except Unreadable as wrong:
            values[name] = raw
            problems.setdefault(name, []).append(str(wrong))
    _derive(values, problems)
    _require(values, problems, complete)
    _agree(values, problems, complete, today or clock.today())
    return Examined(values, problems)


def _derive(values: dict[str, object], problems: Problems) -> None:
    code = values.get("uscc")
    told = credit_code.org_type_of(str(code)) if code and "uscc" not in problems else None
    if told and not values.get("org_type") and "org_type" not in problems:
        values["org_type"] = told
    if not values.get("registration_status") and "registration_status" not in problems and values.get("org_type"):
        unregistered = values["org_type"] == OrgType.UNREGISTERED
        values["registration_status"] = (
            RegistrationStatus.UNREGISTERED if unregistered else RegistrationStatus.REGISTERED
        )
    if "scope" in values and not values["scope"]:
        values["scope"] = Scope.LABOUR_RELATIONS


def _require(values: Mapping[str, object], problems: Problems, complete: bool) -> None:
    for field in FIELDS:
        wanted = field.required or (complete and field.required_for_ledger)
        if wanted and field.name not in problems and is_empty(values.get(field.name)):
            problems[field.name] = [f"请填写{field.label}。" if field.choices is None else f"请选择{field.label}。"]


def _agree(values: Mapping[str, object], problems: Problems, complete: bool, today: date) -> None:
    code, form = str(values.get("uscc") or ""), values.get("org_type")
    if "uscc" not in problems and "org_type" not in problems and form:
        if form == OrgType.UNREGISTERED and code:
            problems["org_type"] = ["已有统一社会信用代码的组织不能列为草根组织，请选择登记的组织类型。"]
        elif form != OrgType.UNREGISTERED and not code:
            problems["uscc"] = ["请填写统一社会信用代码；尚未登记的组织，组织类型请选“草根组织”。"]
        elif code and (told := credit_code.org_type_of(code)) and told != form:
            problems["org_type"] = [
                f"信用代码前两位“{code[:2]}”表示{told.zh}，与所选类型“{OrgType(str(form)).zh}”不符。"
            ]
    status = values.get("registration_status")
    if form and status and not {"org_type", "registration_status"} & problems.keys():
        if form == OrgType.UNREGISTERED and status not in _NOT_YET_REGISTERED:
            problems["registration_status"] = ["草根组织的登记状态只能是未登记、登记中或已备案。"]
        elif form != OrgType.UNREGISTERED and status == RegistrationStatus.UNREGISTERED:
            problems["registration_status"] = ["有信用代码的组织，登记状态不能是“未登记”。"]
    since = values.get("registered_on")
    if isinstance(since, date) and since > today:
        problems["registered_on"] = ["成立登记日期不能晚于今天。"]
    elif isinstance(since, date) and since < EARLIEST:
        problems["registered_on"] = ["成立登记日期过早，请核对年份。"]
    labour = (values.get("scope") or Scope.LABOUR_RELATIONS) == Scope.LABOUR_RELATIONS
    if complete and labour and "rights_domains" not in problems and not values.get("rights_domains"):
        problems["rights_domains"] = ["劳动关系领域的组织至少选择一项权益领域。"]
