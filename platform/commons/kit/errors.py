"""Anticipated errors: each a class with a stable code and a Chinese sentence made late."""

from typing import ClassVar


class DomainError(Exception):
    """
    Something a user can be told about, with what is wrong and how to mend it.

    `code` is stable and public (API clients compare it), `params` are the typed data of the sentence,
    `path` names the input at fault, outermost first.
    """

    code: ClassVar[str] = "ERROR"
    sentence: ClassVar[str] = "操作没有完成。"
    # The HTTP status with which a page answers.
    status: ClassVar[int] = 422

    def __init__(self, *, path: tuple[str, ...] = (), **params: object) -> None:
        super().__init__(self.code)
        self.path = path
        self.params = params

    @property
    def message(self) -> str:
        return self.sentence % self.params if self.params else self.sentence

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotFound(DomainError):
    """No such thing, or not for this viewer: the two look alike."""

    code = "NOT_FOUND"
    sentence = "没有找到您要的内容：它可能不存在，也可能您无权查看。"
    status = 404


class Refused(DomainError):
    """The viewer may not do this at all; `rule` names the rule that decided."""

    code = "REFUSED"
    sentence = "您没有权限进行此操作。%(why)s"
    status = 403

    def __init__(self, *, why: str = "", rule: str = "", path: tuple[str, ...] = ()) -> None:
        super().__init__(path=path, why=why, rule=rule)


class Invalid(DomainError):
    """One or more inputs are wrong: `problems` maps an input's name to its sentences ('' = the whole form)."""

    code = "INVALID"
    sentence = "填写的内容有误，请按提示修改后再提交。"

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__()
        self.problems = problems

    def __str__(self) -> str:
        return f"{self.code}: {self.problems}"


class Conflict(DomainError):
    """Someone else changed the row since it was read."""

    code = "CONFLICT"
    sentence = "这条记录刚刚被他人修改过。请刷新页面，核对最新内容后再提交，您的修改没有保存。"
    status = 409
