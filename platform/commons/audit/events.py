"""What the codes of the audit log are called on pages. A code not listed here shows as itself."""

from __future__ import annotations

from collections.abc import Mapping

EVENTS: dict[str, str] = {
    "account.signed_in": "登录",
    "account.sign_in_failed": "登录失败",
    "account.sign_in_locked": "登录锁定",
    "account.signed_out": "退出",
    "account.session_timed_out": "会话超时",
    "account.session_ended": "结束一个会话",
    "account.sessions_ended": "结束全部会话",
    "account.created": "建立账号",
    "account.deactivated": "停用账号",
    "account.reactivated": "恢复账号",
    "password.changed": "修改密码",
    "password.reset_issued": "生成密码重置链接",
    "password.reset_used": "使用密码重置链接",
    "account.notices_mailed": "开启通知邮件",
    "account.notices_not_mailed": "关闭通知邮件",
    "second_factor.enrolled": "绑定动态验证码",
    "second_factor.verified": "核验动态验证码",
    "second_factor.codes_renewed": "更换备用验证码",
    "second_factor.dropped": "解除动态验证码",
    "invitation.made": "邀请人员",
    "invitation.revoked": "撤回邀请",
    "invitation.accepted": "接受邀请",
    "role.assigned": "授予角色",
    "role.ended": "终止角色",
    "organization.claimed": "认领社会组织",
    "organization.verified": "核验社会组织账号",
    "organization.refused": "不予通过社会组织账号",
    "organization.revoked": "撤销社会组织账号",
    "registry.organization.edit_own": "社会组织维护本组织信息",
    "union.created": "建立工会",
    "union.applied": "申请入驻",
    "union.confirmed": "确认入驻申请",
    "union.approved": "批准入驻",
    "union.rejected": "退回入驻申请",
    "union.suspended": "停用工会",
    "union.resumed": "恢复工会",
    "union.archive_proposed": "申请归档工会",
    "union.archived": "归档工会",
    "union.provision_retried": "重新开通工会",
    "union.revised": "维护本会信息",
    "union.renamed": "工会更名",
    "union.responsibility": "变更职责人员",
    "tree.plan": "安排区划调整",
    "tree.confirm": "确认终止工会",
    "tree.cancel": "取消区划调整",
    "tree.apply": "区划调整生效",
    "transfer.start": "开始划转记录",
    "transfer.done": "完成划转记录",
    "transfer.undo": "撤销划转记录",
    "transfer.undo_refused": "划转不能撤销",
    "transfer.switched_back": "划转退回原工会",
    "transfer.undone": "划转已撤销",
    "partner.issued": "发放合作系统令牌",
    "partner.revoked": "撤销合作系统令牌",
    "jobs.retry": "重试作业",
    "jobs.cancel": "取消作业",
    "file.stored": "保存文件",
    "file.fetched": "下载文件",
    "personal.read": "查看个人信息",
    "attachment.read": "下载附件",
    "purchasing.provider.read_account": "查看收款账号",
    "needs.appeal.read": "查看诉求内容",
    "registry.export.asked": "申请导出台账",
    "tables.export.asked": "申请导出列表",
    "tables.export": "导出列表",
    "registry.import.start": "开始导入台账",
    "registry.import.upload": "上传导入文件",
    "api.partner_query": "合作系统查询",
    "period.confirmed": "确认统计期数据",
    "period.closed": "统计期关账",
    "period.revised": "统计期修订",
    "numbers.exported": "导出统计数据",
    "quality.explained": "说明数据疑点",
    "registry.export": "导出台账",
    "registry.intake": "批量写入台账",
    "registry.contact.log": "登记联系记录",
    "registry.contact.edit": "修改联系记录",
    "registry.contact.name_officers": "指定保密记录知悉人",
    "discussion.comment": "留言",
    "discussion.edit": "修改留言",
    "discussion.remove": "移除留言",
}

# What answers the question who has seen or taken out personal data. Source: 个人信息保护法 第五十一条.
PERSONAL = "personal"
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    PERSONAL: (
        "个人信息查看和导出",
        (
            "personal.read",
            "attachment.read",
            "purchasing.provider.read_account",
            "needs.appeal.read",
            "file.fetched",
            "registry.export",
            "registry.export.asked",
            "tables.export",
            "tables.export.asked",
            "numbers.exported",
        ),
    ),
}

_RESULTS: dict[str, tuple[str, str]] = {
    "ok": ("成功", "good"),
    "refused": ("拒绝", "bad"),
    "failed": ("失败", "bad"),
    "locked": ("锁定", "bad"),
}

_OBJECTS: dict[str, str] = {
    "people.user": "账号",
    "people.roleassignment": "角色",
    "people.orgaccountlink": "社会组织账号",
    "accounts.invitation": "邀请",
    "accounts.passwordreset": "密码重置",
    "hierarchy.tradeunion": "工会",
    "onboarding.onboardingapplication": "入驻申请",
    "boundaries.treechange": "区划调整",
    "transfer.transfer": "记录划转",
    "access.partnerclient": "合作系统",
    "rollup.reportingperiod": "统计期",
    "jobs.job": "作业",
    "quality.ticket": "数据疑点",
    "files.storedfile": "文件",
    "registry.socialorganization": "社会组织",
    "registry.contactlog": "联系记录",
    "registry.orgperson": "负责人",
    "attachments.attachment": "附件",
    "discussion.comment": "留言",
}


# What features have told of their own objects; not among the choices of the page, which would grow with every feature.
_TOLD: dict[str, str] = {}
# What happens to any object.
_VERBS = {
    "create": "登记",
    "edit": "修改",
    "remove": "删除",
    "void": "作废",
    "attach": "添加附件",
    "remove_attachment": "删除附件",
    "document": "生成公文",
    "read": "查看",
}


def tell(kind: str, label: str, events: Mapping[str, str] | None = None) -> None:
    """Let objects of `kind` be called `label`, and what happens to them as `events` says: for features, in `AppConfig.ready()`."""
    _OBJECTS.setdefault(kind, label)
    _TOLD.update({f"{kind}.{event}": f"{label}：{said}" for event, said in (events or {}).items()})


def choices() -> list[tuple[str, str]]:
    return [*((name, label) for name, (label, _) in GROUPS.items()), *EVENTS.items()]


def asked(code: str) -> tuple[str, ...]:
    """The events that a choice of the filter stands for."""
    return GROUPS[code][1] if code in GROUPS else (code,)


def label_of(event: str) -> str:
    kind, _, verb = event.rpartition(".")
    known = EVENTS.get(event) or _TOLD.get(event)
    if known is None and kind in _OBJECTS and verb in _VERBS:
        known = f"{_OBJECTS[kind]}：{_VERBS[verb]}"
    return known or event


def result(code: str) -> tuple[str, str]:
    """(words, tone of the badge)."""
    return _RESULTS.get(code, (code, "neutral"))


def object_label(kind: str) -> str:
    return _OBJECTS.get(kind, kind)
