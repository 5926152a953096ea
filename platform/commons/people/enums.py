"""Roles and kinds of account. Source: DOMAIN §4.1, S3."""

from commons.kit.labels import Code


class Role(Code):
    """What somebody is in one union. What a role may do is declared in commons.access.roles."""

    NATIONAL_ADMIN = "national_admin", "全国管理员", "National administrator"
    UNION_ADMIN = "union_admin", "工会管理员", "Union administrator"
    UNION_STAFF = "union_staff", "工会工作人员", "Union staff"
    LEADER = "leader", "领导（只读）", "Leader (read-only)"
    REVIEWER = "reviewer", "评审专家", "Reviewer"
    ORG_USER = "org_user", "社会组织账号", "Organization account"
    SUPERVISOR = "supervisor", "第三方监管", "Third-party supervisor"
    FINANCE = "finance", "财务", "Finance (flag)"
    SECRETARIAT = "secretariat", "秘书处", "Secretariat (flag)"
    UNIT_USER = "unit_user", "基层工会账号", "Grassroots-union user (flag)"
    AUDITOR = "auditor", "审计", "Auditor (flag)"
    OVERSEAS_CLEARANCE = "overseas_clearance", "涉外", "Overseas clearance (flag)"

    @property
    def is_flag(self) -> bool:
        """A flag adds to a role held in the same union and means nothing alone."""
        return self in {Role.FINANCE, Role.SECRETARIAT, Role.UNIT_USER, Role.AUDITOR, Role.OVERSEAS_CLEARANCE}


class AccountKind(Code):
    UNION_STAFF = "union_staff", "工会人员", "Union staff"
    SOCIAL_ORG = "social_org", "社会组织", "Social organization"
    SUPERVISOR = "supervisor", "第三方监管", "Supervisor"
    EXPERT = "expert", "专家", "Expert"
    NATIONAL = "national", "全国平台", "National platform"
    SERVICE = "service", "系统", "Service"


class LinkState(Code):
    """Whether an account may speak for an organization. Source: DOMAIN §3.12 “Organization account claim”."""

    CLAIMED = "claimed", "待核验", "Claimed"
    VERIFIED = "verified", "已核验", "Verified"
    REFUSED = "refused", "未通过", "Refused"
    REVOKED = "revoked", "已撤销", "Revoked"

    @property
    def is_open(self) -> bool:
        """Waiting or in force: the same account cannot claim the same organization again."""
        return self in {LinkState.CLAIMED, LinkState.VERIFIED}
