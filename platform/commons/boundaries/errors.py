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


class NotStanding(DomainError):
    """Only a union at work, or suspended, can be changed."""

    code = "BOUNDARIES.NOT_STANDING"
    sentence = "“%(union)s”目前是“%(state)s”状态，不能再调整。"


class OtherEnds(DomainError):
    """Nobody is put under, or merged into, a union that will itself end."""

    code = "BOUNDARIES.OTHER_ENDS"
    sentence = "“%(other)s”已安排自 %(day)s 起%(what)s，不能接收“%(union)s”，请另选一家。"


class StillReceives(DomainError):
    """A union that ends is not the one that others were told to go to."""

    code = "BOUNDARIES.STILL_RECEIVES"
    sentence = "“%(other)s”已安排自 %(day)s 起并入或划转到“%(union)s”，请先取消那项调整。"


class OtherMissing(DomainError):
    code = "BOUNDARIES.OTHER_MISSING"
    sentence = "请写明新的上级、并入或接收记录的工会。"


class NothingChosen(DomainError):
    code = "BOUNDARIES.NOTHING_CHOSEN"
    sentence = "请选择要划出的记录：填写行政区划代码，或列出统一社会信用代码、台账编号。"


class BothChosen(DomainError):
    code = "BOUNDARIES.BOTH_CHOSEN"
    sentence = "按行政区划和按清单只能选一种，请清空其中一项。"


class DivisionMisshapen(DomainError):
    code = "BOUNDARIES.DIVISION_MISSHAPEN"
    sentence = "“%(code)s”不是行政区划代码，请填写 6 位数字，如 430102。"


class NotOnTheLedger(DomainError):
    code = "BOUNDARIES.NOT_ON_THE_LEDGER"
    sentence = "“%(union)s”的台账中没有：%(names)s。请核对统一社会信用代码或台账编号。"


class NationStands(DomainError):
    code = "BOUNDARIES.NATION_STANDS"
    sentence = "全国总工会不能终止、撤并或划出记录。"


class AnotherPersonNeeded(DomainError):
    """Closing needs two. Source: SM-01 archive, four eyes."""

    code = "BOUNDARIES.ANOTHER_PERSON_NEEDED"
    sentence = "终止工会须由两名全国管理员先后办理，请由另一名全国管理员确认。"


class NothingToConfirm(DomainError):
    code = "BOUNDARIES.NOTHING_TO_CONFIRM"
    sentence = "这项调整%(state)s，不需要确认。"
