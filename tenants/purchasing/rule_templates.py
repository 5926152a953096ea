"""The clauses of the default template contracts. Source: Appendix C3 (design): mandatory clauses are annotated, never removed."""

from __future__ import annotations

from typing import Any

Clause = dict[str, Any]


def _clause(code: str, title: str, text: str, *, mandatory: bool = True) -> Clause:
    return {"code": code, "title": title, "text": text, "mandatory": mandatory}


_DATA = _clause(
    "data",
    "数据与隐私",
    "乙方只为履行本合同收集、使用服务对象的个人信息，不向他人提供。合同结束后三十日内将有关资料移交甲方，并删除留存的个人信息。",
)
_DISPUTE = _clause("dispute", "争议解决", "因本合同发生的争议，双方协商解决；协商不成的，向甲方所在地人民法院起诉。")
_CHANGE = _clause("change", "变更", "变更服务内容、目标、期限或者金额的，双方另行签订书面协议。")

PROJECT_CLAUSES: list[Clause] = [
    _clause(
        "parties",
        "双方",
        "甲方（购买方）：${buyer}。\n乙方（承接方）：${provider}，统一社会信用代码${provider_uscc}。",
    ),
    _clause("service", "服务项目", "乙方承接“${project}”（项目编号${project_number}）。服务内容：${content}"),
    _clause("period", "服务期限", "服务期限：${period}。"),
    _clause("targets", "服务目标", "乙方应完成的服务目标：${targets}。"),
    _clause("price", "合同金额", "合同金额为人民币${price}元（大写：${price_capital}），为完成全部服务的总价。"),
    _clause("milestones", "付款", "甲方按下列安排付款：${milestones}。\n收款账户：${bank_name}，账号${account}。"),
    _clause("reports", "报告", "乙方按期提交进展报告和经费使用报告：${reports_due}。"),
    _clause("supervision", "监督权", "甲方及其委托的第三方有权到服务现场检查，查阅服务记录和经费凭证，乙方应当配合。"),
    _DATA,
    _clause("property", "知识产权", "履行本合同形成的成果由甲方享有，乙方有署名权。", mandatory=False),
    _CHANGE,
    _clause("breach", "违约责任", "乙方未按约定提供服务的，应在甲方要求的期限内改正；逾期不改正的，甲方可以解除合同。"),
    _clause("refund", "资金退回", "合同终止或者服务结束后，结余资金和不符合约定用途的支出，乙方在三十日内退回甲方。"),
    _DISPUTE,
]
SUPERVISION_CLAUSES: list[Clause] = [
    _clause(
        "parties",
        "双方",
        "甲方（委托方）：${buyer}。\n乙方（监管方）：${provider}，统一社会信用代码${provider_uscc}。",
    ),
    _clause("scope", "监管范围", "乙方对“${project}”（项目编号${project_number}）的实施过程进行监管。"),
    _clause("visits", "检查", "乙方在服务期限内按甲方确定的计划到服务现场检查，每次检查后五日内提交检查记录。"),
    _clause("independence", "独立性声明", "乙方声明与被监管单位没有隶属、投资或者其他利害关系，并独立开展监管。"),
    _clause("period", "服务期限", "服务期限：${period}。"),
    _clause("fee", "费用", "监管费用为人民币${price}元（大写：${price_capital}）。付款安排：${milestones}。"),
    _clause("account", "收款账户", "收款账户：${bank_name}，账号${account}。"),
    _clause("report", "监管报告", "乙方在中期评估前和服务结束后各提交一份监管报告，载明发现的问题、整改情况和建议。"),
    _clause("confidentiality", "保密", "乙方对监管中知悉的信息保密，不得用于监管以外的目的。"),
    _DATA,
    _CHANGE,
    _clause("breach", "违约责任", "乙方出具不实监管记录的，甲方可以解除合同，乙方退还已收取的费用。"),
    _DISPUTE,
]
COOPERATION_CLAUSES: list[Clause] = [
    _clause("parties", "双方", "甲方：${buyer}。\n乙方：${provider}，统一社会信用代码${provider_uscc}。"),
    _clause("service", "合作内容", "双方合作开展“${project}”。合作内容：${content}"),
    _clause("period", "合作期限", "合作期限：${period}。"),
    _clause("targets", "合作目标", "合作目标：${targets}。", mandatory=False),
    _clause("funds", "经费", "本合作不涉及资金往来，双方各自承担所需费用。"),
    _DATA,
    _CHANGE,
    _DISPUTE,
]
