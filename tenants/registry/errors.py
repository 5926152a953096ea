"""What can be told to a person who works with the ledger."""

from commons.kit.errors import DomainError


class DuplicateCreditCode(DomainError):
    """The union already has an entry with this code. Source: DOMAIN T1 uscc, SM-02."""

    code = "REGISTRY.DUPLICATE_CREDIT_CODE"
    sentence = (
        "统一社会信用代码%(uscc)s已在本会台账中：%(number)s %(name)s（%(state)s）。请直接打开该条目维护，不要重复登记。"
    )


class StateRefused(DomainError):
    """The entry's state does not allow the event. Source: SM-02."""

    code = "REGISTRY.STATE"
    sentence = "“%(name)s”目前的状态是“%(state)s”，不能%(event)s。"


class DomainMissing(DomainError):
    """An entry is submitted without a domain. Source: SM-02 submit; B01."""

    code = "REGISTRY.DOMAIN_MISSING"
    sentence = "还不能提交：请至少选择一项%(wanted)s。"


class FactsMissing(DomainError):
    """The six fact groups are not complete. Source: SM-02 verify; B15."""

    code = "REGISTRY.FACTS_MISSING"
    sentence = "还不能列为在册：缺少%(missing)s。请补充后再核实。"


class RegistrationNotProven(DomainError):
    """Neither the directory nor a certificate shows the registration. Source: SM-02 verify; B05."""

    code = "REGISTRY.REGISTRATION_NOT_PROVEN"
    sentence = "登记库中没有信用代码%(uscc)s，也没有填写登记证书号。请核对登记证书并填写证书号后再核实。"


class RegistrationEnded(DomainError):
    """The registration is cancelled, revoked or suspended. Source: SM-02."""

    code = "REGISTRY.REGISTRATION_ENDED"
    sentence = "“%(name)s”的登记状态是“%(status)s”，不能列为在册。如已恢复登记，请先修改登记状态。"


class AlreadyRegistered(DomainError):
    """The entry has a code already. Source: SM-02 register."""

    code = "REGISTRY.ALREADY_REGISTERED"
    sentence = "“%(name)s”已有统一社会信用代码%(uscc)s，不需要再办理登记。"


class CreditCodeFixed(DomainError):
    """The code of an entry on the ledger does not change. Source: DOMAIN T1 uscc."""

    code = "REGISTRY.CREDIT_CODE_FIXED"
    sentence = "在册条目的统一社会信用代码不能直接修改。草根组织取得登记的，请使用“办理登记”。"


class ReasonMissing(DomainError):
    """The event needs a reason. Source: SM-02."""

    code = "REGISTRY.REASON_MISSING"
    sentence = "请填写%(event)s的原因。"


class ReasonTooLong(DomainError):
    code = "REGISTRY.REASON_TOO_LONG"
    sentence = "原因最多%(most)s个字。"


class DayRefused(DomainError):
    """A day that lies outside what is possible; `problem` says how."""

    code = "REGISTRY.DAY_REFUSED"
    sentence = "日期%(day)s不正确：%(problem)s"


class RatingStepRefused(DomainError):
    """The rating's state does not allow the event. Source: SM-03."""

    code = "REGISTRY.RATING_STATE"
    sentence = "该等级评估目前是“%(state)s”，不能%(event)s。"


class NotRegistered(DomainError):
    """Only a registered organization is rated. Source: B06, B18."""

    code = "REGISTRY.NOT_REGISTERED"
    sentence = "“%(name)s”尚未登记，不能参加等级评估。"


class ContactSealed(DomainError):
    """A contact log is not edited after seven days. Source: DOMAIN ContactLog."""

    code = "REGISTRY.CONTACT_SEALED"
    sentence = "这条联系记录登记已满%(days)s天，不能再修改。需要补充的，请另记一条。"


class NotTheAuthor(DomainError):
    """Only who wrote a contact log may edit it."""

    code = "REGISTRY.NOT_THE_AUTHOR"
    sentence = "只有登记人本人可以修改这条联系记录。"
    status = 403


class OfficerRefused(DomainError):
    """Somebody who cannot be named on a confidential log."""

    code = "REGISTRY.OFFICER_REFUSED"
    sentence = "“%(name)s”在本会没有查看联系记录的角色，不能指定为知悉人。"


class RowsInvalid(DomainError):
    """Rows of an intake break the rules: `rows` maps a row's index to its problems by field."""

    code = "REGISTRY.ROWS_INVALID"
    sentence = "有%(count)s行不符合要求，没有写入任何内容。"

    def __init__(self, rows: dict[int, dict[str, list[str]]]) -> None:
        super().__init__(count=len(rows))
        self.rows = rows
