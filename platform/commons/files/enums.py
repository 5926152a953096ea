"""Kinds of file, told by their content, never by their name."""

from commons.kit.labels import Code


class FileKind(Code):
    XLSX = "xlsx", "Excel 工作簿", "Excel workbook"
    CSV = "csv", "CSV 文本", "CSV text"
    DOCX = "docx", "Word 文档", "Word document"
    PDF = "pdf", "PDF 文件", "PDF file"
    OFD = "ofd", "OFD 版式文件", "OFD file"
    PNG = "png", "PNG 图片", "PNG picture"
    JPEG = "jpeg", "JPEG 图片", "JPEG picture"

    @property
    def content_type(self) -> str:
        return {
            FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind.CSV: "text/csv; charset=utf-8",
            FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FileKind.PDF: "application/pdf",
            FileKind.OFD: "application/ofd",
            FileKind.PNG: "image/png",
            FileKind.JPEG: "image/jpeg",
        }[self]

    @property
    def endings(self) -> tuple[str, ...]:
        """How the name of such a file ends."""
        return ("jpg", "jpeg") if self is FileKind.JPEG else (self.value,)
