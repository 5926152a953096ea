"""What can be told to a person who attaches or removes a file."""

from commons.kit.errors import DomainError


class TooMany(DomainError):
    """The object has as many attachments as it may have."""

    code = "ATTACHMENTS.TOO_MANY"
    sentence = "最多可以有%(most)s个附件，已经满了。请先移除不需要的，或将几个文件合并后再上传。"


class AlreadyRemoved(DomainError):
    """Somebody has removed the attachment before."""

    code = "ATTACHMENTS.ALREADY_REMOVED"
    sentence = "附件“%(name)s”已由%(by)s移除，请刷新页面。"
    status = 409


class ReasonMissing(DomainError):
    """A removal says why."""

    code = "ATTACHMENTS.REASON_MISSING"
    sentence = "请填写移除附件“%(name)s”的原因。"
