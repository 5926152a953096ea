"""From what people type or paste to typed values, field by field. Nothing here reads the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from commons.directory import credit_code
from commons.directory.enums import OrgType
from commons.kit.labels import Code
from tenants.registry.fields import EntryField, Kind

_SEPARATORS = re.compile(r"[、，,;；|/\n]+")
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?$")
_DIGITS_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})-?[2-9]\d{6,7}(?:-\d{1,6})?$")
_SERVICE = re.compile(r"^[48]00-?\d{3}-?\d{4}$")
_REGION = re.compile(r"^([1-9]\d{5})(?:\D.*)?$")
_YES = frozenset({"是", "有", "true", "yes", "y", "1", "√", "on"})
_NO = frozenset({"否", "无", "false", "no", "n", "0", "×", "off"})
# Names still found on certificates and in sheets. Source: B03.
_OLD_NAMES: dict[str, Code] = {
    "民办非企业单位": OrgType.SOCIAL_SERVICE_INSTITUTION,
    "民办非企业": OrgType.SOCIAL_SERVICE_INSTITUTION,
    "民非": OrgType.SOCIAL_SERVICE_INSTITUTION,
    "社团": OrgType.SOCIAL_GROUP,
    "未登记组织": OrgType.UNREGISTERED,
}
# Control characters and halves of surrogate pairs, except tab and line feed.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MOST_COUNTED = 100_000_000


class Unreadable(ValueError):
    """A value that is not of the field's kind; the argument is the sentence for the person."""


def is_empty(value: object) -> bool:
    return value is None or value == "" or value == [] or (isinstance(value, str) and not value.strip())


def parsed(field: EntryField, raw: object) -> object:
    """
    The typed value of `raw` for `field`; its empty value when nothing was filled in.

    Raises: Unreadable, with a Chinese sentence.
    """
    if is_empty(raw):
        return field.empty
    match field.kind:
        case Kind.CHOICE:
            return _choice(field, raw)
        case Kind.CHOICES:
            return _choices(field, raw)
        case Kind.DATE:
            return _date(raw)
        case Kind.INT:
            return _number(raw)
        case Kind.BOOL:
            return _boolean(raw)
    text = _text(field, raw)
    match field.kind:
        case Kind.CREDIT_CODE:
            return _credit_code(text)
        case Kind.PHONE:
            return phone(text)
        case Kind.EMAIL:
            return _email(text)
        case Kind.REGION:
            return _region(text)
    return text


def line(raw: object) -> str:
    """One line of text, without the odd spaces that pasting brings."""
    return " ".join(str(raw).replace("\u3000", " ").replace("\ufeff", "").split())


def phone(text: str) -> str:
    """
    A mainland mobile number, or a landline with its area code, without spaces and country code.

    Raises: Unreadable.
    """
    number = re.sub(r"[\s()()（）]", "", unicodedata.normalize("NFKC", text)).replace("—", "-").replace("–", "-")
    number = re.sub(r"^(?:\+86|0086)-?", "", number)
    if _MOBILE.match(compact := number.replace("-", "")):
        return compact
    if _LANDLINE.match(number) or _SERVICE.match(number):
        return number
    raise Unreadable("不是有效的电话号码，请填写11位手机号，或带区号的固定电话，如0731-84312345。")


def _text(field: EntryField, raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = str(raw).strip() if field.kind is Kind.LONG_TEXT else line(raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text):
        raise Unreadable("含有不能识别的控制字符，请重新录入。")
    if field.max_length and field.kind is not Kind.CREDIT_CODE and len(text) > field.max_length:
        raise Unreadable(f"最多{field.max_length}个字，现有{len(text)}个字。")
    return text


def _credit_code(text: str) -> str:
    try:
        return credit_code.validated(text)
    except credit_code.CreditCodeInvalid as wrong:
        raise Unreadable(wrong.message) from wrong


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as wrong:
        raise Unreadable("不是有效的电子邮箱。") from wrong
    return text


def _region(text: str) -> str:
    if found := _REGION.match(unicodedata.normalize("NFKC", text)):
        return found[1]
    raise Unreadable("请填写六位行政区划代码，如430105。")


def _choice(field: EntryField, raw: object) -> Code:
    text = line(raw)
    assert field.choices is not None
    for member in field.choices:
        if text in {member.value, member.zh, member.en} or text.lower() == member.value:
            return member
    old = _OLD_NAMES.get(text)
    if old is not None and isinstance(old, field.choices):
        return old
    allowed = "、".join(member.zh for member in field.choices)
    raise Unreadable(f"“{text[:40]}”不是可选的内容，可填：{allowed}。")


def _choices(field: EntryField, raw: object) -> list[str]:
    parts: Iterable[object] = raw if isinstance(raw, list | tuple | set | frozenset) else _SEPARATORS.split(str(raw))
    found = [_choice(field, part).value for part in parts if not is_empty(part)]
    assert field.choices is not None
    return [member.value for member in field.choices if member.value in found]


def _date(raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = unicodedata.normalize("NFKC", line(raw))
    found = _DATE.match(text) or _DIGITS_DATE.match(text)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
    raise Unreadable(f"“{text[:40]}”不是有效的日期，请按2026-01-31的样子填写。")


def _number(raw: object) -> int:
    if isinstance(raw, bool):
        raise Unreadable("请填写整数。")
    if isinstance(raw, float):
        if not raw.is_integer():
            raise Unreadable("请填写整数，不要小数。")
        raw = int(raw)
    text = re.sub(r"[,\s]|人$|\.0+$", "", unicodedata.normalize("NFKC", str(raw)))
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise Unreadable(f"“{line(raw)[:40]}”不是整数。")
    if (number := int(text)) < 0:
        raise Unreadable("不能小于0。")
    if number > MOST_COUNTED:
        raise Unreadable("数目过大，请核对单位。")
    return number


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = line(raw).lower()
    if text.endswith(".0"):
        text = text[:-2]
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(f"“{line(raw)[:40]}”无法识别，请填“是”或“否”。")
