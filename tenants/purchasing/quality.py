"""What must hold between the indicators of purchases, and where an officer finds the records. Source: DOMAIN §5.2."""

from commons.access.permissions import Permission
from commons.quality.declaration import Parts, Records, Share
from tenants.purchasing.measures import sources

_RULES_OF_PAYMENT = "请核对付款：是否付在已签订的项目合同之下，金额是否超过合同，冲销是否登记。"
_CONTRACTS = "请核对项目合同的状态、购买方和签订日期。"

RULES = (
    Parts("PUR-02", ("PUR-03",), _RULES_OF_PAYMENT, cumulative=True),
    Parts("PUR-02", ("ENT-02",), _CONTRACTS),
    Parts("PUR-01", ("PUR-20",), "请核对服务项目的购买类别。"),
    Parts("PUR-01", ("PUR-26",), "请核对服务项目的委托方。"),
    Parts("PUR-01", ("PUR-27",), "请核对服务项目的联合购买方。"),
    Parts("PUR-07", ("PUR-08",), "请核对服务记录：首次服务的人数不应超过服务人次。"),
    Share("PUR-11", "请核对项目的立项决定日期。"),
    Share("PUR-12", "请核对中期评估的计划日期和评估日期。"),
    Share("PUR-13", "请核对中期评估的结论。"),
    Share("PUR-15", "请核对绩效考核的结论和总分。"),
    Share("PUR-16", "请核对第三方监管合同所监管的项目。"),
    Share("PUR-17", "请核对项目的计划结束日期和结项日期。"),
    Share("ENT-05", "请核对供需对接的牵线日期和状态。"),
    Share("ENT-06", _CONTRACTS),
    Share("FAIR-01", "请核对中标单位的成立方式和中标金额。"),
    Share("FAIR-04", "请核对中标记录。"),
    Share("FAIR-05", _CONTRACTS),
)

RECORDS = (
    Records(
        frozenset(
            family.code
            for family in (sources.PURCHASED, sources.ENDINGS, sources.APPROVAL, sources.SERVED, sources.EVALUATED)
        ),
        "服务项目",
        "/projects",
        Permission.PROJECTS_VIEW,
    ),
    Records(
        frozenset(family.code for family in (sources.PAID, sources.ENTRUSTED, sources.POSTS)),
        "合同",
        "/contracts",
        Permission.CONTRACTS_VIEW,
    ),
    Records(
        frozenset(family.code for family in (sources.CALLED, sources.AWARDED)),
        "招募公告",
        "/purchase-calls",
        Permission.PROJECTS_VIEW,
    ),
)
