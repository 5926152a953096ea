"""What can be wrong with a sheet as a whole."""

from commons.kit.errors import DomainError


class SheetUnreadable(DomainError):
    code = "REGISTRY.SHEET_UNREADABLE"
    sentence = "无法读取这个表格：%(problem)s"


class TooManyRows(DomainError):
    code = "REGISTRY.SHEET_TOO_LONG"
    sentence = "表格超过%(limit)s行，请拆分后分批导入。"


class BatchBusy(DomainError):
    """The batch is not in the state this step needs."""

    code = "REGISTRY.IMPORT_STATE"
    sentence = "这次导入目前是“%(state)s”，不能进行这一步。请刷新页面查看最新情况。"


class RowsBad(DomainError):
    """All or nothing was chosen and there are bad rows."""

    code = "REGISTRY.IMPORT_HAS_BAD_ROWS"
    sentence = "还有%(bad)s行不符合要求，“全部正确才导入”不会写入任何内容。请改正后重新上传，或选择“只导入正确的行”。"


class SheetGone(DomainError):
    """What was uploaded is kept for days, not for ever."""

    code = "REGISTRY.SHEET_GONE"
    sentence = "上传的表格已超过保存期限，请重新上传。"


class NothingToImport(DomainError):
    code = "REGISTRY.IMPORT_NOTHING"
    sentence = "没有可以导入的行，请按错误说明改正后重新上传。"
