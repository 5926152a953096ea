"""What can be told to whoever explains a ticket."""

from commons.kit.errors import DomainError


class AlreadyResolved(DomainError):
    """The check passes by now."""

    code = "QUALITY.ALREADY_RESOLVED"
    sentence = "这条疑点已经消除，不需要再填写说明。"


class PersonalInNote(DomainError):
    """Ancestors read the note: it carries nobody's data. Source: V6."""

    code = "QUALITY.PERSONAL_IN_NOTE"
    sentence = "说明中不能填写手机号码、身份证号码等个人信息，上级工会可以看到这段文字。请删去后再提交。"
