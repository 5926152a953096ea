"""What can go wrong with accounts, roles and one-time links, in words for the person concerned."""

from commons.kit.errors import DomainError


class LinkUnusable(DomainError):
    """An invitation or reset that is unknown, expired, used, revoked or of a suspended union: all look alike."""

    code = "ACCOUNTS.LINK_UNUSABLE"
    sentence = "这个链接无效或已经失效：可能已过期、已使用或已撤销。请联系发给您链接的工会管理员重新生成。"
    status = 404


class RoleAlreadyHeld(DomainError):
    code = "ACCOUNTS.ROLE_ALREADY_HELD"
    sentence = "%(name)s在本级工会已经是%(role)s，无需重复授予。"
    status = 409


class FlagAlone(DomainError):
    """A flag adds to a role held in the same union. Source: DOMAIN §4.1."""

    code = "ACCOUNTS.FLAG_ALONE"
    sentence = "“%(role)s”是附加身份，须先在本级工会授予一个基本角色。"


class RoleEnded(DomainError):
    code = "ACCOUNTS.ROLE_ENDED"
    sentence = "这个角色已经结束，请刷新页面查看最新情况。"
    status = 409


class LastAdministrator(DomainError):
    """A union is never left without an administrator by its own hand."""

    code = "ACCOUNTS.LAST_ADMINISTRATOR"
    sentence = "这是本级工会最后一位%(role)s。请先指定接任的人，再结束这个角色。"


class AccountElsewhere(DomainError):
    """The account also serves another union, which alone may not be overruled. Source: V7."""

    code = "ACCOUNTS.ACCOUNT_ELSEWHERE"
    sentence = "该账号还担任您不能管理的角色，不能停用账号或重设密码；您可以结束其在本级工会的角色。"


class OwnAccount(DomainError):
    code = "ACCOUNTS.OWN_ACCOUNT"
    sentence = "不能对自己的账号进行这项操作，请由本级工会的另一位管理员办理。"


class AccountInactive(DomainError):
    code = "ACCOUNTS.ACCOUNT_INACTIVE"
    sentence = "该账号已停用，请先恢复账号再办理。"


class CodeRefused(DomainError):
    """A wrong, used or too quickly repeated code of the second factor."""

    code = "ACCOUNTS.CODE_REFUSED"
    sentence = "验证码不正确或已经用过，请等待应用显示新的验证码后再输入。"


class CodeThrottled(DomainError):
    """Each wrong code doubles the wait. Source: GB/T 22239-2019 8.1.4.1 b)."""

    code = "ACCOUNTS.CODE_THROTTLED"
    sentence = "连续输错，请在 %(seconds)s 秒之后再试。"


class SecondFactorRequired(DomainError):
    code = "ACCOUNTS.SECOND_FACTOR_REQUIRED"
    sentence = "您的角色必须使用动态验证码，不能关闭。"
