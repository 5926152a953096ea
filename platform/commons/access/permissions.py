"""Every permission of the platform, as a code that is stored, logged and compared."""

from commons.kit.labels import Code


class Permission(Code):
    """What an account may be allowed in the union it acts for. Source: DOMAIN §4.2."""

    LEDGER_VIEW = "ledger.view", "查看社会组织台账", "View the ledger of organizations"
    LEDGER_EDIT = "ledger.edit", "登记和修改台账", "Create and edit ledger entries"
    LEDGER_APPROVE = "ledger.approve", "移出、恢复台账", "Remove and restore ledger entries"
    LEDGER_IMPORT = "ledger.import", "批量导入台账", "Import ledger entries"
    LEDGER_EXPORT = "ledger.export", "导出台账", "Export the ledger"
    PERSONAL_VIEW = "personal.view", "查看联系电话等个人信息", "See personal data unmasked"
    CONTACT_VIEW = "contact.view", "查看联系记录", "View contact logs"
    CONTACT_EDIT = "contact.edit", "登记联系记录", "Write contact logs"
    CONFIDENTIAL_NAME = "confidential.name", "指定保密记录的知悉人", "Name the officers of a confidential record"
    NUMBERS_VIEW = "numbers.view", "查看统计数据", "View numbers of the own subtree"
    NUMBERS_EXPORT = "numbers.export", "导出统计数据", "Export numbers"
    QUALITY_VIEW = "quality.view", "查看数据疑点", "View odd figures"
    QUALITY_EXPLAIN = "quality.explain", "说明数据疑点", "Explain odd figures"
    NUMBERS_PUBLISH = "numbers.publish", "向下级公布排名", "Publish rankings to the unions below"
    PERIOD_CONFIRM = "period.confirm", "确认本级统计期数据", "Confirm the union's own numbers of a period"
    PERIOD_CLOSE = "period.close", "统计期关账和修订", "Close and revise reporting periods"
    DIRECTORY_VIEW = "directory.view", "查询社会组织登记库", "Search the public directory"
    PEOPLE_MANAGE = "people.manage", "管理本级用户和角色", "Manage users and roles of the union"
    UNION_PROFILE = "union.profile", "维护本级工会信息", "Maintain the union's own profile"
    UNION_APPLY = "union.apply", "为下级工会申请入驻", "Apply for a lower union's onboarding"
    UNION_ONBOARD = "union.onboard", "批准工会入驻", "Approve and provision unions"
    UNION_SUSPEND = "union.suspend", "停用、恢复工会", "Suspend and resume unions"
    PARTNER_MANAGE = "partner.manage", "管理合作系统", "Manage partner clients"
    OPERATIONS_VIEW = "operations.view", "查看平台运行情况", "See jobs, lag and health"
    OPERATIONS_RETRY = "operations.retry", "重试平台作业", "Retry parked jobs"
    AUDIT_VIEW = "audit.view", "查看审计日志", "Read the audit log"
