"""Kinds of file, told by their content, never by their name."""

from commons.kit.labels import Code


class FileKind(Code):
    XLSX = "xlsx", "Excel 工作簿", "Excel workbook"
    CSV = "csv", "CSV 文本", "CSV text"

    @property
    def content_type(self) -> str:
        return {
            FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind.CSV: "text/csv; charset=utf-8",
        }[self]
