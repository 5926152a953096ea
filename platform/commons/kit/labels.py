"""Codes with labels in two languages. Codes are compared and stored; labels are only shown."""

from enum import StrEnum
from typing import Self

from django.utils.translation import get_language


class Code(StrEnum):
    """
    An enumeration whose members carry a Chinese and an English label: `ACTIVE = "active", "在册", "On the ledger"`.

    Labels never reach a migration, so rewording one migrates nobody.
    """

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh or value
        member.en = en or value
        return member

    @property
    def label(self) -> str:
        """The label in the language of the reader; Chinese unless English is active."""
        return self.en if (get_language() or "zh").startswith("en") else self.zh

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]

    @classmethod
    def label_of(cls, value: str | None) -> str:
        """The label of a stored code; the code itself when it is no longer declared, '' for none."""
        if not value:
            return ""
        try:
            return cls(value).label
        except ValueError:
            return value
