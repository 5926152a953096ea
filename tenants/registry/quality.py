"""What must hold between the ledger's indicators, and where an officer finds the records. Source: DOMAIN §5.2."""

from commons.access.permissions import Permission
from commons.quality.declaration import Parts, Records, Share
from tenants.registry import measures

RULES = (
    Parts("ORG-01", ("ORG-03",), "请核对台账中登记状态为“已登记”的组织是否都在册。"),
    Parts("ORG-01", ("ORG-10",), "请核对评估等级：已退出台账的组织、同时有效的几个等级。"),
    Parts("ORG-01", ("ORG-12",), "请核对标记为枢纽型的组织是否都在册。"),
    Parts("CTC-01", ("CTC-02",), "请核对联系记录中的负责人例会及其日期。"),
    Share("ORG-08", "请核对台账的在册起止日期和年度确认日期。"),
    Share("ORG-11", "请核对评估等级的评定日期和有效期。"),
    Share("FAIR-06", "请核对年度情况：来自工会的收入应包含在全部收入之内，单位是否用错。"),
)

RECORDS = (
    Records(
        frozenset(
            family.code
            for family in (measures.LEDGER, measures.FRESHNESS, measures.RATED, measures.STAFF, measures.REGULAR)
        ),
        "社会组织台账",
        "/organizations",
        Permission.LEDGER_VIEW,
    ),
    Records(frozenset({measures.CONTACT.code}), "联系记录", "/contacts", Permission.CONTACT_VIEW),
)
