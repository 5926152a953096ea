"""
Official documents from one declaration, as Word and as PDF: the single front of this split room.

`docx(document)` and `pdf(document)` say the same. `blocks(text, values)` makes the body of a document from a template that
a person has written; `checked` refuses such a template when it is saved.
"""

from commons.documents.declaration import (
    Align,
    Block,
    Clauses,
    Closing,
    Document,
    Facts,
    Heading,
    Numbering,
    PageBreak,
    Paragraph,
    Party,
    Signatures,
    Size,
    Table,
    chinese_date,
    chinese_number,
)
from commons.documents.errors import FontsMissing, GlyphsMissing, TemplateInvalid, UnknownVariables, VariablesMissing
from commons.documents.pdffile import pdf
from commons.documents.templates import blocks, checked, filled, variables
from commons.documents.wordfile import docx

__all__ = [
    "Align",
    "Block",
    "Clauses",
    "Closing",
    "Document",
    "Facts",
    "FontsMissing",
    "GlyphsMissing",
    "Heading",
    "Numbering",
    "PageBreak",
    "Paragraph",
    "Party",
    "Signatures",
    "Size",
    "Table",
    "TemplateInvalid",
    "UnknownVariables",
    "VariablesMissing",
    "blocks",
    "checked",
    "chinese_date",
    "chinese_number",
    "docx",
    "filled",
    "pdf",
    "variables",
]
