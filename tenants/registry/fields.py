"""
What an entry of the ledger consists of: one declaration for form, import, export, API input and history.

Source: DOMAIN T1; B15 for the six fact groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from commons.directory.enums import OrgType, RegistrationStatus
from commons.kit.labels import Code
from tenants.registry.enums import FoundingMode, GuidanceClass, OrgDomain, RightsDomain, Scope


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOL = "bool"
    INT = "int"
    PHONE = "phone"
    EMAIL = "email"
    REGION = "region"
    CREDIT_CODE = "credit_code"


class Section(Code):
    """Where a field stands on the form."""

    IDENTITY = "identity", "登记信息", "Registration"
    WORK = "work", "领域与工作情况", "Fields and ways of working"
    PLACE = "place", "地域与行业", "Area and industry"
    CONTACT = "contact", "联系方式", "Contact"
    OPINION = "opinion", "本会标识与备注", "The union's own marks"


@dataclass(frozen=True)
class EntryField:
    """
    One field of an entry.

    `required` for every saved entry; `required_for_ledger` besides for an entry to be verified (see FACT_GROUPS). `of_year` means that the value
    belongs to the year of writing and is stored as OrgYearFact. `aliases` are other headings met in sheets. `personal` is masked.
    """

    name: str
    label: str
    kind: Kind
    section: Section
    choices: type[Code] | None = None
    required: bool = False
    required_for_ledger: bool = False
    max_length: int | None = None
    help: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    personal: bool = False
    of_year: bool = False

    @property
    def empty(self) -> object:
        """What an entry holds when nothing was filled in."""
        if self.kind is Kind.CHOICES:
            return []
        if self.kind is Kind.BOOL:
            return False
        return None if self.kind in {Kind.DATE, Kind.INT} else ""


FIELDS: tuple[EntryField, ...] = (
    EntryField(
        "name",
        "名称",
        Kind.TEXT,
        Section.IDENTITY,
        required=True,
        max_length=200,
        example="长沙市开福区职工服务中心",
        help="登记证书上的全称；未登记的组织写常用名称。",
        aliases=("组织名称", "社会组织名称", "单位名称", "机构名称"),
    ),
    EntryField(
        "uscc",
        "统一社会信用代码",
        Kind.CREDIT_CODE,
        Section.IDENTITY,
        max_length=18,
        example="52430105MJJ571234H",
        help="18位；只有草根组织可以不填。",
        aliases=("信用代码", "社会信用代码", "统一信用代码", "代码"),
    ),
    EntryField(
        "org_type",
        "组织类型",
        Kind.CHOICE,
        Section.IDENTITY,
        choices=OrgType,
        required=True,
        example="社会服务机构",
        help="填了信用代码时须与代码前两位相符：51社会团体，52社会服务机构，53基金会。",
        aliases=("类型", "社会组织类型"),
    ),
    EntryField("alias", "简称", Kind.TEXT, Section.IDENTITY, max_length=120, aliases=("别名", "曾用名")),
    EntryField(
        "registration_status",
        "登记状态",
        Kind.CHOICE,
        Section.IDENTITY,
        choices=RegistrationStatus,
        example="已登记",
        aliases=("登记情况", "状态"),
    ),
    EntryField(
        "registered_on",
        "成立登记日期",
        Kind.DATE,
        Section.IDENTITY,
        example="2018-06-01",
        aliases=("登记日期", "成立日期", "注册日期"),
    ),
    EntryField(
        "registration_authority",
        "登记管理机关",
        Kind.TEXT,
        Section.IDENTITY,
        max_length=120,
        example="长沙市开福区民政局",
        aliases=("登记机关",),
    ),
    EntryField(
        "certificate_number",
        "登记证书号",
        Kind.TEXT,
        Section.IDENTITY,
        max_length=80,
        help="登记库中查不到该组织时，核实须填写登记证书号。",
        example="湘民证字第010234号",
        aliases=("证书号", "登记证号", "证书编号"),
    ),
    EntryField(
        "business_supervisor_name",
        "业务主管单位",
        Kind.TEXT,
        Section.IDENTITY,
        max_length=120,
        example="长沙市开福区总工会",
        aliases=("主管单位",),
    ),
    EntryField(
        "founding_mode",
        "组建方式",
        Kind.CHOICE,
        Section.IDENTITY,
        choices=FoundingMode,
        required_for_ledger=True,
        example="社会自建",
        aliases=("成立方式",),
    ),
    EntryField(
        "scope", "所属范围", Kind.CHOICE, Section.WORK, choices=Scope, example="劳动关系领域", aliases=("范围",)
    ),
    EntryField(
        "rights_domains",
        "权益领域",
        Kind.CHOICES,
        Section.WORK,
        choices=RightsDomain,
        example="劳动就业、技能培训",
        help="劳动关系领域的组织至少选一项。",
        aliases=("劳动关系领域", "维权领域"),
    ),
    EntryField(
        "org_domains",
        "业务领域",
        Kind.CHOICES,
        Section.WORK,
        choices=OrgDomain,
        required_for_ledger=True,
        example="文化体育、志愿服务",
        aliases=("领域", "服务领域"),
    ),
    EntryField(
        "activity_content",
        "活动内容",
        Kind.LONG_TEXT,
        Section.WORK,
        required_for_ledger=True,
        max_length=2000,
        example="开展职工技能培训和心理疏导",
        aliases=("主要活动", "活动情况"),
    ),
    EntryField(
        "working_mode",
        "工作方式",
        Kind.LONG_TEXT,
        Section.WORK,
        required_for_ledger=True,
        max_length=2000,
        example="进企业、进社区开展服务",
        aliases=("活动方式",),
    ),
    EntryField(
        "funding_sources",
        "资金来源",
        Kind.TEXT,
        Section.WORK,
        required_for_ledger=True,
        max_length=200,
        example="会费、政府购买服务",
        aliases=("经费来源",),
    ),
    EntryField(
        "staff",
        "从业人员数",
        Kind.INT,
        Section.WORK,
        required_for_ledger=True,
        of_year=True,
        example="12",
        help="本年度专职和兼职人数合计，按年度保存。",
        aliases=("从业人数", "工作人员数", "人员数", "职工人数"),
    ),
    EntryField(
        "workers_reached",
        "联系影响职工数",
        Kind.INT,
        Section.WORK,
        help="估计数。",
        example="800",
        aliases=("影响职工数", "覆盖职工数"),
    ),
    EntryField(
        "region_code",
        "所在地区",
        Kind.REGION,
        Section.PLACE,
        required=True,
        example="430105",
        help="六位行政区划代码，例如 430105（长沙市开福区）。",
        aliases=("地区", "区划代码", "行政区划", "行政区划代码", "所属地区"),
    ),
    EntryField(
        "industry",
        "所属行业",
        Kind.TEXT,
        Section.PLACE,
        required_for_ledger=True,
        max_length=60,
        example="社会工作",
        aliases=("行业",),
    ),
    EntryField("address", "地址", Kind.TEXT, Section.PLACE, max_length=200, aliases=("住所", "办公地址", "联系地址")),
    EntryField("contact_name", "联系人", Kind.TEXT, Section.CONTACT, max_length=60, aliases=("联系人姓名",)),
    EntryField(
        "contact_phone",
        "联系电话",
        Kind.PHONE,
        Section.CONTACT,
        max_length=30,
        personal=True,
        example="13800000000",
        help="手机号，或带区号的固定电话；加密保存。",
        aliases=("电话", "手机", "手机号", "联系方式"),
    ),
    EntryField("contact_email", "电子邮箱", Kind.EMAIL, Section.CONTACT, max_length=254, aliases=("邮箱", "电子邮件")),
    EntryField("is_hub", "枢纽型社会组织", Kind.BOOL, Section.OPINION, example="否", aliases=("枢纽型", "是否枢纽型")),
    EntryField(
        "is_worker_service",
        "职工服务类社会组织",
        Kind.BOOL,
        Section.OPINION,
        example="是",
        aliases=("职工服务类", "是否职工服务类"),
    ),
    EntryField(
        "guidance_class",
        "分类引导",
        Kind.CHOICE,
        Section.OPINION,
        choices=GuidanceClass,
        example="培育扶持",
        aliases=("引导类别",),
    ),
    EntryField("note", "备注", Kind.LONG_TEXT, Section.OPINION, max_length=2000, help="只供本会内部查看。"),
)

# What an organization keeps up to date itself. Source: DOMAIN §4.2 “W(self fields)”.
SELF_FIELDS: tuple[str, ...] = (
    "activity_content",
    "working_mode",
    "address",
    "contact_name",
    "contact_phone",
    "contact_email",
)

BY_NAME: dict[str, EntryField] = {field.name: field for field in FIELDS}
# Fields kept on the entry itself; the others belong to a year.
STORED: tuple[str, ...] = tuple(field.name for field in FIELDS if not field.of_year)


@dataclass(frozen=True)
class FactGroup:
    """One of the groups of facts without which an entry is not verified."""

    label: str
    fields: tuple[str, ...]


# B15 names 数量、规模、地域(行业)分布、活动内容、工作方式、资金来源. The number is what counting the entries gives, so it is no field of
# one of them; in its place stands the founding mode, which T1 requires of a verified entry too.
FACT_GROUPS: tuple[FactGroup, ...] = (
    FactGroup("规模状况", ("staff",)),
    FactGroup("地域（行业）分布", ("region_code", "industry")),
    FactGroup("活动内容", ("activity_content",)),
    FactGroup("工作方式", ("working_mode",)),
    FactGroup("资金来源", ("funding_sources",)),
    FactGroup("组建方式", ("founding_mode",)),
)


@dataclass(frozen=True)
class YearField:
    """One figure of an organization's year. `money` in yuan with two decimals, else a whole number."""

    name: str
    label: str
    money: bool = False
    required: bool = False


YEAR_FIELDS: tuple[YearField, ...] = (
    YearField("staff", "从业人员数", required=True),
    YearField("members", "会员数"),
    YearField("volunteers", "志愿者数"),
    YearField("party_members", "党员数"),
    YearField("income", "年收入", money=True),
    YearField("expense", "年支出", money=True),
    YearField("income_from_union", "其中来自工会的收入", money=True),
    YearField("services_count", "服务场次"),
    YearField("persons_served", "服务人次"),
)

# Labels of what is written beside the entry's own fields into its history.
_OTHER_LABELS = {
    **{field.name: field.label for field in YEAR_FIELDS},
    "state": "状态",
    "union": "工会",
    "attachment": "附件",
    "serial": "编号",
    "last_verified_on": "最近确认日期",
    "first_active_on": "首次在册日期",
    "grade": "等级",
    "assessor": "评定机构",
    "assessed_on": "评定日期",
    "valid_until": "有效期至",
    "rating_state": "评估状态",
    "rating_certificate": "等级证书号",
    "person_name": "姓名",
    "role": "职务",
    "phone": "电话",
    "from_on": "开始日期",
    "until_on": "结束日期",
    "officer_name": "联系人（本会）",
    "frequency": "联系频次",
    "contacted_on": "联系日期",
    "kind": "联系方式",
    "participants": "参加人员",
    "topics": "内容",
    "demands": "诉求",
    "follow_up": "后续事项",
    "next_on": "下次联系日期",
    "classification": "密级",
    "officers": "知悉人",
}


def label_of(name: str) -> str:
    """The Chinese label of a field of an entry or of its history; the name itself when neither has it."""
    return BY_NAME[name].label if name in BY_NAME else _OTHER_LABELS.get(name, name)


_PLACES = {name: place for place, name in enumerate([*BY_NAME, *_OTHER_LABELS])}


def place_of(name: str) -> int:
    """Where a field stands among the others, so that a history reads in the order of the form."""
    return _PLACES.get(name, len(_PLACES))
