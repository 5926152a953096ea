"""What can be wrong with a change of boundaries."""

from commons.kit.errors import DomainError


class NotAMonthsBeginning(DomainError):
    code = "BOUNDARIES.NOT_A_MONTHS_BEGINNING"
    sentence = "区划调整只能从某月 1 日起生效，请改选 %(day)s。"


class AlreadyPlanned(DomainError):
    code = "BOUNDARIES.ALREADY_PLANNED"
    sentence = "“%(union)s”已安排自 %(day)s 起的同类调整，请先取消或等它生效。"


class SameAsNow(DomainError):
    code = "BOUNDARIES.SAME_AS_NOW"
    sentence = "“%(union)s”届时已经如此，没有需要调整的内容。"


class WouldCircle(DomainError):
    code = "BOUNDARIES.WOULD_CIRCLE"
    sentence = "“%(parent)s”是“%(union)s”自己或其下级，不能作为上级。"


class LevelNotLower(DomainError):
    code = "BOUNDARIES.LEVEL_NOT_LOWER"
    sentence = "“%(union)s”的层级须低于上级“%(parent)s”、高于自己的下级。"


class BeforeTheLastChange(DomainError):
    code = "BOUNDARIES.BEFORE_THE_LAST_CHANGE"
    sentence = "“%(union)s”最近一次改变上级是 %(day)s，新的调整须晚于这一天。"


class HasChildren(DomainError):
    code = "BOUNDARIES.HAS_CHILDREN"
    sentence = "“%(union)s”届时还有 %(count)s 家下级工会（如“%(child)s”），请先为它们安排新的上级。"


class NotPlanned(DomainError):
    code = "BOUNDARIES.NOT_PLANNED"
    sentence = "这项调整%(state)s，不能取消；如需改回，请另行安排一项调整。"


class NotIndustrial(DomainError):
    code = "BOUNDARIES.NOT_INDUSTRIAL"
    sentence = "“%(parent)s”不是产业工会，不能归口到它。"
