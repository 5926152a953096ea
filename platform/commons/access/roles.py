"""Roles as data: each a set of permission codes with a sentence a minister could read. Source: DOMAIN §4.1, §4.2."""

from dataclasses import dataclass

from commons.access.permissions import Permission as P
from commons.people.enums import Role


@dataclass(frozen=True)
class RoleGrant:
    """What a role may do inside the union where it is held, and nowhere else."""

    role: Role
    permissions: frozenset[P]
    description: str
    # Roles this one may assign in its own union. Nobody hands out what they do not hold: see people.actions.
    assigns: frozenset[Role] = frozenset()


# What everybody reads of needs and purchases who may read the union's records at all.
_READ_PURCHASES = frozenset(
    {P.NEEDS_VIEW, P.CLUSTERS_VIEW, P.ORDERS_VIEW, P.APPEALS_COUNT, P.RULES_VIEW, P.PROVIDERS_VIEW, P.PROJECTS_VIEW}
    | {P.CONTRACTS_VIEW, P.COURSE_VIEW, P.MARKET_VIEW, P.SUBSIDY_VIEW, P.BIDS_VIEW_AWARDED}
)
_WORK_PURCHASES = _READ_PURCHASES | frozenset(
    {P.NEEDS_EDIT, P.ORDERS_EDIT, P.APPEALS_LIST, P.APPEALS_ASSIGN, P.APPEALS_HANDLE, P.APPEALS_RAISE, P.PROVIDERS_EDIT}
    | {P.PROJECTS_EDIT, P.BIDS_VIEW, P.CONTRACTS_EDIT, P.COURSE_EDIT, P.MARKET_EDIT, P.SUBSIDY_APPLY, P.SUBSIDY_REVIEW}
)
_APPROVE_PURCHASES = frozenset(
    {
        P.APPEALS_READ_ALL,
        P.RULES_EDIT,
        P.PROJECTS_APPROVE,
        P.CONTRACTS_APPROVE,
        P.SUBSIDY_SIGN,
        P.SUBSIDY_GRANT,
        P.FAIRNESS_VIEW,
    }
    | {P.OPEN_DATA_EXPORT, P.RED_FLAGS_VIEW}
)
_READ = _READ_PURCHASES | frozenset(
    {P.LEDGER_VIEW, P.CONTACT_VIEW, P.NUMBERS_VIEW, P.NUMBERS_EXPORT, P.QUALITY_VIEW, P.DIRECTORY_VIEW}
)
_STAFF = (
    _READ
    | _WORK_PURCHASES
    | {P.LEDGER_EDIT, P.LEDGER_IMPORT, P.LEDGER_EXPORT, P.PERSONAL_VIEW, P.CONTACT_EDIT, P.QUALITY_EXPLAIN}
    | {P.ORG_ACCOUNT_VERIFY}
)

ROLES: dict[Role, RoleGrant] = {
    grant.role: grant
    for grant in (
        RoleGrant(
            Role.NATIONAL_ADMIN,
            frozenset(
                {
                    P.UNION_ONBOARD,
                    P.UNION_SUSPEND,
                    P.UNION_APPLY,
                    P.PARTNER_MANAGE,
                    P.OPERATIONS_VIEW,
                    P.OPERATIONS_RETRY,
                    P.AUDIT_VIEW,
                    P.PERIOD_CLOSE,
                    P.NUMBERS_VIEW,
                    P.NUMBERS_EXPORT,
                    P.DIRECTORY_VIEW,
                    P.PEOPLE_MANAGE,
                }
            ),
            "管理工会层级、入驻、合作系统和平台运行；不能查看任何一级工会的业务记录。",
            assigns=frozenset({Role.NATIONAL_ADMIN}),
        ),
        RoleGrant(
            Role.UNION_ADMIN,
            _STAFF
            | _APPROVE_PURCHASES
            | {P.LEDGER_APPROVE, P.CONFIDENTIAL_NAME, P.PEOPLE_MANAGE, P.UNION_PROFILE, P.UNION_APPLY, P.AUDIT_VIEW}
            | {P.NUMBERS_PUBLISH, P.PERIOD_CONFIRM, P.ORG_ACCOUNT_REVOKE},
            "负责本级工会的人员、设置和审批，可为下级工会申请入驻，可向下级公布排名。",
            assigns=frozenset(Role) - {Role.NATIONAL_ADMIN},
        ),
        RoleGrant(Role.UNION_STAFF, _STAFF, "办理本级工会的日常业务记录。"),
        RoleGrant(Role.LEADER, _READ | {P.FAIRNESS_VIEW}, "查看本级非保密记录和全辖统计数据，只读。"),
        RoleGrant(
            Role.REVIEWER,
            frozenset({P.DIRECTORY_VIEW, P.REVIEW_SCORE, P.PROJECTS_ASSIGNED}),
            "只能办理被指派的评审。",
        ),
        RoleGrant(
            Role.ORG_USER,
            frozenset({P.DIRECTORY_VIEW, P.CLUSTERS_VIEW, P.BIDS_SUBMIT, P.COURSE_REPORT, P.ORDERS_DELIVER})
            | {P.APPEALS_RAISE, P.ORG_SELF, P.MARKET_POST},
            "只能查看和维护本组织的内容。",
        ),
        RoleGrant(
            Role.SUPERVISOR,
            frozenset({P.DIRECTORY_VIEW, P.PROJECTS_ASSIGNED, P.COURSE_SUPERVISE}),
            "只能查看和办理被指派的项目。",
        ),
        RoleGrant(
            Role.FINANCE,
            frozenset({P.DIRECTORY_VIEW, P.PROJECTS_VIEW, P.CONTRACTS_VIEW, P.COURSE_VIEW, P.PAYMENTS_PAY})
            | {P.SUBSIDY_VIEW, P.SUBSIDY_PAY},
            "在原有角色上增加付款登记。",
        ),
        RoleGrant(
            Role.SECRETARIAT,
            frozenset({P.LEDGER_VIEW, P.CONTACT_VIEW, P.DIRECTORY_VIEW, P.NEEDS_VIEW, P.NEEDS_EDIT, P.CLUSTERS_VIEW})
            | {P.APPEALS_RAISE},
            "在原有角色上增加秘书处事务。",
        ),
        RoleGrant(Role.UNIT_USER, frozenset({P.DIRECTORY_VIEW, P.ORDERS_PLACE}), "基层工会使用的账号，限本单位事项。"),
        RoleGrant(Role.AUDITOR, _READ | {P.AUDIT_VIEW}, "只读查看本级记录和审计日志。"),
        RoleGrant(Role.OVERSEAS_CLEARANCE, frozenset(), "在原有角色上增加涉外事项的知悉权。"),
    )
}


# What an account may do with its own matters alone, or in a duty kept apart from who hands it out (a payment is made by another person than
# the one who approves it): whoever hands out the role gains no sight by it, and need not hold it.
OF_ONESELF = frozenset(
    {P.ORG_SELF, P.BIDS_SUBMIT, P.COURSE_REPORT, P.ORDERS_DELIVER, P.ORDERS_PLACE, P.PROJECTS_ASSIGNED}
    | {P.REVIEW_SCORE, P.COURSE_SUPERVISE, P.PAYMENTS_PAY, P.SUBSIDY_PAY, P.MARKET_POST}
)


def permissions_of(roles: frozenset[Role]) -> frozenset[P]:
    """The union of what the roles may do."""
    return frozenset().union(*(ROLES[role].permissions for role in roles)) if roles else frozenset()


def assignable_by(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles that a holder of `roles` may assign in the same union."""
    return frozenset().union(*(ROLES[role].assigns for role in roles)) if roles else frozenset()
