"""What can be wrong with a change of the tree."""

from commons.kit.errors import DomainError


class CodeTaken(DomainError):
    code = "HIERARCHY.CODE_TAKEN"
    sentence = "代码 %(code)s 已经是“%(name)s”，不能重复入驻。"


class CodeMisshapen(DomainError):
    code = "HIERARCHY.CODE_MISSHAPEN"
    sentence = (
        "代码“%(code)s”不符合要求：地方工会用 6 位行政区划代码，开发区工会用“430100_01”、产业工会用“430000_i01”的写法。"
    )


class DivisionUnknown(DomainError):
    code = "HIERARCHY.DIVISION_UNKNOWN"
    sentence = "没有代码为 %(code)s 的行政区划，请核对代码。"


class LevelMismatch(DomainError):
    code = "HIERARCHY.LEVEL_MISMATCH"
    sentence = "行政区划“%(division)s”是%(expected)s，与填写的层级“%(given)s”不一致。"


class ParentMissing(DomainError):
    code = "HIERARCHY.PARENT_MISSING"
    sentence = "没有找到上级工会 %(code)s，请先为上级工会办理入驻。"


class ParentNotHigher(DomainError):
    code = "HIERARCHY.PARENT_NOT_HIGHER"
    sentence = "上级工会“%(parent)s”的层级必须高于本工会。"


class ParentElsewhere(DomainError):
    code = "HIERARCHY.PARENT_ELSEWHERE"
    sentence = "“%(division)s”不在上级工会“%(parent)s”所在的行政区划之内，请核对上级工会。"


class ParentNotActive(DomainError):
    code = "HIERARCHY.PARENT_NOT_ACTIVE"
    sentence = "上级工会“%(parent)s”目前是“%(state)s”状态，启用后才能接收下级工会。"


class ParentEnds(DomainError):
    code = "HIERARCHY.PARENT_ENDS"
    sentence = "上级工会“%(parent)s”将自 %(day)s 起终止，不能再接收下级工会，请另选上级。"


class NotAllowedNow(DomainError):
    code = "HIERARCHY.NOT_ALLOWED_NOW"
    sentence = "“%(union)s”目前是“%(state)s”状态，不能%(verb)s。"


class ReasonMissing(DomainError):
    code = "HIERARCHY.REASON_MISSING"
    sentence = "请写明%(verb)s的原因。"


class SecondPersonNeeded(DomainError):
    code = "HIERARCHY.SECOND_PERSON_NEEDED"
    sentence = "归档须由两名全国管理员先后办理，请由另一名全国管理员确认。"


class ResponsibilityIncomplete(DomainError):
    """Source: A12."""

    code = "HIERARCHY.RESPONSIBILITY_INCOMPLETE"
    sentence = "还缺少%(missing)s。分管领导、负责部门、专人三项齐全，才能完成入驻。"
