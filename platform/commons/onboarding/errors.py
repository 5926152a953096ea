"""What can be wrong with an application or with the life of a union."""

from commons.kit.errors import DomainError


class AlreadyApplied(DomainError):
    code = "ONBOARDING.ALREADY_APPLIED"
    sentence = "%(code)s 已有一份正在办理的入驻申请，请先办理或退回那一份。"
    status = 409


class AlreadyDecided(DomainError):
    code = "ONBOARDING.ALREADY_DECIDED"
    sentence = "这份申请目前是“%(state)s”状态，不能再%(verb)s。"
    status = 409


class ParentToConfirm(DomainError):
    """Source: SM-01 parent_confirm, skipped for provinces."""

    code = "ONBOARDING.PARENT_TO_CONFIRM"
    sentence = "这份申请还须由上级工会“%(parent)s”的管理员确认，然后才能批准。"


class NotAChild(DomainError):
    """Who applies is above, never beside or below."""

    code = "ONBOARDING.NOT_A_CHILD"
    sentence = "只能为本会的下级工会申请入驻。"


class ProvisionIncomplete(DomainError):
    """The new schema did not answer as it should; the attempt is rolled back and made again."""

    code = "ONBOARDING.PROVISION_INCOMPLETE"
    sentence = "新工会的数据结构检查没有通过（应有 %(expected)s 张表，实有 %(found)s 张）。"


class NationStays(DomainError):
    code = "ONBOARDING.NATION_STAYS"
    sentence = "全国总工会是平台的根，不能停用或归档。"


class AdministratorThere(DomainError):
    """V11: a national admin brings in the first administrator, and nobody after."""

    code = "ONBOARDING.ADMINISTRATOR_THERE"
    sentence = "“%(union)s”已有管理员。其他人员由该会管理员自行邀请。"
    status = 409
