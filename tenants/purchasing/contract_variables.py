"""What the text of a contract may ask for: name, what it is. Source: Appendix C3."""

from collections.abc import Mapping

VARIABLES: Mapping[str, str] = {
    "contract_number": "合同编号",
    "buyer": "购买方名称",
    "buyer_uscc": "购买方统一社会信用代码",
    "provider": "承接单位名称",
    "provider_uscc": "承接单位统一社会信用代码",
    "provider_contact": "承接单位联系人",
    "project": "项目名称",
    "project_number": "项目编号",
    "content": "服务内容",
    "starts_on": "开始日期",
    "ends_on": "结束日期",
    "period": "服务期限",
    "target_person_times": "服务人次目标",
    "target_persons": "服务人数目标",
    "target_sessions": "服务场次目标",
    "targets": "服务目标",
    "price": "合同金额（小写）",
    "price_capital": "合同金额（大写）",
    "milestones": "付款安排",
    "bank_name": "开户银行",
    "account": "银行账号",
    "reports_due": "报告要求",
    "supervised_provider": "被监管单位名称",
}
