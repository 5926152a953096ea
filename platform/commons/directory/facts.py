"""
What may be said about an organization in the public directory: registration facts, and nothing else. Source: DOMAIN
S4, V2.
"""

from dataclasses import dataclass, fields
from datetime import date

from commons.directory.enums import OrgType, RegistrationStatus

LABELS = {
    "name": "名称",
    "org_type": "组织类型",
    "registration_status": "登记状态",
    "registration_authority": "登记机关",
    "registration_level": "登记层级",
    "registered_on": "成立登记日期",
    "region_code": "所在地区",
    "business_supervisor_name": "业务主管单位",
    "legal_representative": "法定代表人",
    "address": "住所",
    "business_scope": "业务范围",
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of one organization as somebody knows them; an empty one says nothing and overwrites nothing."""

    uscc: str
    name: str
    org_type: OrgType
    registration_status: RegistrationStatus = RegistrationStatus.REGISTERED
    registration_authority: str = ""
    registration_level: str = ""
    registered_on: date | None = None
    region_code: str = ""
    business_supervisor_name: str = ""
    legal_representative: str = ""
    address: str = ""
    business_scope: str = ""

    def said(self) -> dict[str, object]:
        """The facts that say something, by name, without the code."""
        named = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "uscc"}
        return {name: value for name, value in named.items() if value not in ("", None)}
