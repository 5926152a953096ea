"""Codes of attachments."""

from commons.kit.labels import Code


class Classification(Code):
    """Who may read an attachment of an object that they may see: everybody, everybody, or whom the feature's rule names."""

    PUBLIC = "public", "公开", "Public"
    INTERNAL = "internal", "内部", "Internal"
    CONFIDENTIAL = "confidential", "保密", "Confidential"
