"""Model fields of the house: codes checked by the database, personal text encrypted at rest."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from commons.kit.labels import Code


class CodeField(models.CharField):  # type: ignore[type-arg]
    """
    Stores a member of a `Code` enumeration; the database refuses any other value.

    Only the codes reach a migration, never the labels.
    """

    def __init__(self, enum: type[Code] | None = None, *, codes: Sequence[str] = (), **options: Any) -> None:
        self.enum = enum
        self.codes = tuple(member.value for member in enum) if enum else tuple(codes)
        options.setdefault("max_length", 32)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        options["codes"] = self.codes
        if options.get("max_length") == 32:
            del options["max_length"]
        return name, path, args, options

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        # Written as PostgreSQL prints it back, so that a schema replayed from its own text prints the same text again.
        allowed = ", ".join(f"'{code}'::text" for code in self._allowed())
        return f"{connection.ops.quote_name(str(self.column))}::text = ANY (ARRAY[{allowed}])"

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if value not in self._allowed():
            raise ValidationError(f"“{value}”不是可选的值。")

    def from_db_value(self, value: str | None, *_: object) -> Any:
        return self.to_python(value)

    def to_python(self, value: Any) -> Any:
        if self.enum and isinstance(value, str) and value in self.codes:
            return self.enum(value)
        return value

    def _allowed(self) -> tuple[str, ...]:
        return (*self.codes, "") if self.blank else self.codes


@lru_cache(maxsize=1)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def encrypt(text: str) -> str:
    """Return `text` sealed with the first of FIELD_KEYS (AES-128-CBC with HMAC-SHA256)."""
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    """
    Return the text of `sealed`, by whichever of FIELD_KEYS sealed it.

    Raises: ValueError when no key fits; never returns ciphertext as if it were text.
    """
    try:
        return _cipher(tuple(settings.FIELD_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken as broken:
        raise ValueError("A sealed value cannot be opened with the keys in FIELD_KEYS.") from broken


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Personal text (a phone number): sealed in the database, plain in Python, not searchable."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return decrypt(value) if value else value
