"""Codes of the public directory. Source: DOMAIN §2.1."""

from commons.kit.labels import Code


class OrgType(Code):
    SOCIAL_GROUP = "social_group", "社会团体", "Social group"
    FOUNDATION = "foundation", "基金会", "Foundation"
    SOCIAL_SERVICE_INSTITUTION = "social_service_institution", "社会服务机构", "Social service institution"
    UNREGISTERED = "unregistered", "草根组织", "Unregistered group"


class RegistrationStatus(Code):
    REGISTERED = "registered", "已登记", "Registered"
    FILED = "filed", "已备案", "Filed"
    APPLYING = "applying", "登记中", "Applying"
    UNREGISTERED = "unregistered", "未登记", "Unregistered"
    SUSPENDED = "suspended", "停止活动", "Suspended"
    CANCELLED = "cancelled", "已注销", "Cancelled"
    REVOKED = "revoked", "已撤销", "Revoked"


class RatingGrade(Code):
    A1 = "A1", "1A", "1A"
    A2 = "A2", "2A", "2A"
    A3 = "A3", "3A", "3A"
    A4 = "A4", "4A", "4A"
    A5 = "A5", "5A", "5A"


class Source(Code):
    IMPORT = "import", "民政数据导入", "Civil-affairs import"
    UNION = "union", "工会录入", "Entered by a union"
    SELF = "self", "组织自报", "Declared by the organization"
