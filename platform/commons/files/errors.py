"""What can be wrong with a file."""

from commons.kit.errors import DomainError


class TooLarge(DomainError):
    code = "FILES.TOO_LARGE"
    sentence = "文件超过%(limit_mb)s MB，请拆分后分批上传。"
    status = 413


class Empty(DomainError):
    code = "FILES.EMPTY"
    sentence = "这个文件是空的，请重新选择文件。"


class KindRefused(DomainError):
    """The content is of no kind that is accepted here, whatever the name says."""

    code = "FILES.KIND_REFUSED"
    sentence = "无法接收这个文件：%(problem)s"


class Damaged(DomainError):
    """The stored bytes are not those that were written."""

    code = "FILES.DAMAGED"
    sentence = "文件内容已损坏，请重新上传或重新生成。"
