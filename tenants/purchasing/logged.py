"""What the audit log calls the objects of purchasing that have no machine, and what happens beside the steps of those that have one."""

from __future__ import annotations

from collections.abc import Mapping

from commons.audit import events

_KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "bid": ("申报书", {"read_own": "查看本组织的申报书", "receipt": "出具回执"}),
    "call": ("招募公告", {"question": "提问", "objection": "提出异议", "answer": "答复", "opened": "开标"}),
    "callnote": ("提问和异议", {}),
    "capacity": ("力量保障数据", {}),
    "catalogueitem": ("购买目录事项", {"copy_year": "沿用上年目录"}),
    "contract": ("合同", {"set_milestones": "修改付款节点"}),
    "expert": ("评审专家", {}),
    "payment": ("付款", {"pay": "登记付款", "reverse": "冲销", "refund": "登记退款"}),
    "paymentmilestone": ("付款节点", {"withdraw": "撤销"}),
    "provider": ("承接单位", {}),
    "review": ("评分表", {"lock": "锁定评分"}),
    "serviceproject": ("服务项目", {"appoint": "指派人员", "dismiss": "解除指派"}),
    "servicerecord": ("服务记录", {}),
    "unionunit": ("部门与下属单位", {}),
}


def register() -> None:
    """Called once, when the platform starts."""
    for name, (label, told) in _KINDS.items():
        events.tell(f"purchasing.{name}", label, told)
