"""What must hold between the indicators of needs, and where an officer finds the records. Source: DOMAIN §5.2."""

from commons.access.permissions import Permission
from commons.quality.declaration import Records, Share
from tenants.needs import measures

RULES = (
    Share("NED-06", "请核对点单的状态：已服务的点单不应再标为已取消。"),
    Share("NED-09", "请核对诉求的办结日期和办理期限。"),
)

RECORDS = (
    Records(
        frozenset({measures.SURVEYED.code, measures.ANSWERED.code}), "需求调查", "/needs/surveys", Permission.NEEDS_VIEW
    ),
    Records(frozenset({measures.GATHERED.code}), "职工需求", "/needs", Permission.NEEDS_VIEW),
    Records(frozenset({measures.ORDERED.code}), "职工点单", "/orders", Permission.ORDERS_VIEW),
    Records(frozenset({measures.APPEALED.code}), "职工诉求", "/appeals", Permission.APPEALS_LIST),
)
