"""A decision names its rule, so that every page and refusal can answer “为什么我能看到？”."""

from __future__ import annotations

from dataclasses import dataclass

from commons.kit.errors import Refused
from commons.kit.labels import Code


class Rule(Code):
    """The rules that decide. V1-V14: DOMAIN §4.3."""

    ROLE = "role", "您在本级工会的角色具有此项权限。", "Your role in this union carries the permission."
    V1 = "V1", "V1 数据始终可见：上级工会可查看全辖各级工会的汇总数据。", "V1: ancestors always see numbers."
    V2 = "V2", "V2 公开名片：登记的公开信息对所有登录的工会用户可见。", "V2: public cards are always visible."
    V6 = "V6", "V6 不向上提供：个人信息、核查意见等内容任何上级都不能查看。", "V6: never upward."
    V7 = "V7", "V7 同级隔离：同级工会之间互不可见。", "V7: siblings do not see each other."
    V8 = (
        "V8",
        "V8 上级平均：下级工会可查看上级所属各工会的平均数，至少有五家计入时才显示。",
        "V8: a lower level sees the average of its parent's children, of five or more.",
    )
    V9 = (
        "V9",
        "V9 小数值保护：涉及个人或敏感的指标按类别分组时，过小的数不向合作系统和高两级以上的工会显示。",
        "V9: small counts of protected indicators are hidden from partners and from two or more levels up.",
    )
    V10 = (
        "V10",
        "V10 合作系统：只能读取授权范围内的汇总数据、公开名片和采购公开数据。",
        "V10: partners read numbers, public cards and open data.",
    )
    V11 = (
        "V11",
        "V11 全国管理员只管理平台，不能查看各级工会的业务记录。",
        "V11: national admins manage, they do not read records.",
    )
    V13 = "V13", "V13 保密记录：除角色外还须是指定的知悉人。", "V13: confidential records need a named officer."
    V14 = "V14", "V14 当前工会：每次操作只在当前选择的一个工会内进行。", "V14: one acting union at a time."
    NOBODY = "nobody", "您当前的角色没有此项权限，如需办理请联系本级工会管理员。", "No rule allows it."


@dataclass(frozen=True)
class Decision:
    """Allowed or not, and the rule that said so. True in a condition when allowed."""

    allowed: bool
    rule: Rule

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def why(self) -> str:
        return self.rule.label

    def require(self) -> Decision:
        """
        This decision, if it allows.

        Raises: Refused, naming the rule.
        """
        if not self.allowed:
            raise Refused(why=self.why, rule=self.rule.value)
        return self


def allowed(rule: Rule) -> Decision:
    return Decision(True, rule)


def refused(rule: Rule = Rule.NOBODY) -> Decision:
    return Decision(False, rule)
