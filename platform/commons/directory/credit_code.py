"""The unified social credit code 统一社会信用代码. Source: GB 32100-2015; DOMAIN Appendix D."""

import re

from commons.directory.enums import OrgType
from commons.kit.errors import DomainError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_SHAPE = re.compile(f"^[{ALPHABET}]{{18}}$")
_TYPES = {
    "51": OrgType.SOCIAL_GROUP,
    "52": OrgType.SOCIAL_SERVICE_INSTITUTION,
    "53": OrgType.FOUNDATION,
}


class CreditCodeInvalid(DomainError):
    """The code is not a unified social credit code."""

    code = "DIRECTORY.CREDIT_CODE_INVALID"
    sentence = "统一社会信用代码“%(value)s”不正确：%(problem)s"


def normalized(text: str) -> str:
    """Upper case, without the spaces and full-width characters that come from pasting."""
    half = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text)
    return re.sub(r"[\s\u3000-]", "", half).upper()


def check_character(first_seventeen: str) -> str:
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def validated(text: str) -> str:
    """
    The normalized code.

    Raises: CreditCodeInvalid, saying which part is wrong.
    """
    code = normalized(text)
    if len(code) != 18:
        raise CreditCodeInvalid(value=code, problem=f"应为18位，现为{len(code)}位。")
    if not _SHAPE.match(code):
        wrong = "、".join(sorted({char for char in code if char not in ALPHABET}))
        raise CreditCodeInvalid(value=code, problem=f"含有不允许的字符{wrong}（代码中没有字母I、O、S、V、Z）。")
    if check_character(code[:17]) != code[17]:
        raise CreditCodeInvalid(value=code, problem="末位校验码不符，请核对是否抄错。")
    return code


def org_type_of(code: str) -> OrgType | None:
    """The legal form that the first two characters tell, for codes of civil affairs; None for others."""
    return _TYPES.get(code[:2])
