"""What can be wrong with a call, a bid or a review, besides the guards of their machines."""

from commons.kit.errors import DomainError


class NotADraft(DomainError):
    """A published call changes by addenda alone. Source: SM-16."""

    code = "PURCHASING.CALL_NOT_DRAFT"
    sentence = "公告已发布，不能直接修改。请发布补充公告。"
    status = 409


class ProjectNotApproved(DomainError):
    code = "PURCHASING.PROJECT_NOT_APPROVED"
    sentence = "项目现在是“%(state)s”，只有已立项的项目才能拟订公告。"


class CallUnderWay(DomainError):
    code = "PURCHASING.CALL_UNDER_WAY"
    sentence = "这个项目已有一份公告“%(title)s”正在办理，流标或取消后才能再次招募。"


class BidNotEditable(DomainError):
    """What has been submitted is withdrawn first. Source: SM-17."""

    code = "PURCHASING.BID_NOT_EDITABLE"
    sentence = "申报书现在是“%(state)s”，不能修改。如需修改，请在截止时间前撤回后重新编制。"
    status = 409


class NotTakingBids(DomainError):
    code = "PURCHASING.CALL_NOT_OPEN"
    sentence = "公告已不接受申报和提问，截止时间为 %(deadline)s。"
    status = 409


class FileRefused(DomainError):
    code = "PURCHASING.BID_FILE_REFUSED"
    sentence = "附件“%(name)s”不能接收：%(why)s。"


class NotAnObjector(DomainError):
    """Only whoever bid may object, while the result is publicised. Source: SM-16."""

    code = "PURCHASING.CANNOT_OBJECT"
    sentence = "只有参加本次申报的单位可以在公示期内提出异议，公示期至 %(until)s。"


class AlreadyAnswered(DomainError):
    code = "PURCHASING.ALREADY_ANSWERED"
    sentence = "已于此前答复，答复公布后不能修改。"
    status = 409


class NotScoring(DomainError):
    """Scores are given in the review, by whoever declared to be free. Source: SM-17."""

    code = "PURCHASING.NOT_SCORING"
    sentence = "现在不能打分：公告须处于评审阶段，您须已声明无需回避，申报书须资质合格。"
    status = 409


class ScoresLocked(DomainError):
    code = "PURCHASING.SCORES_LOCKED"
    sentence = "评分已锁定，不能再修改。"
    status = 409
