"""GB 32100-2015; DOMAIN Appendix D."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from stdnum.cn import uscc as oracle

from commons.directory import credit_code
from commons.directory.credit_code import ALPHABET, CreditCodeInvalid
from commons.directory.enums import OrgType


@pytest.mark.parametrize(
    ("code", "org_type"),
    [
        ("91330100799655058B", None),
        ("914403001922038216", None),
        ("9144030071526726XG", None),
        ("53100000500021676K", OrgType.FOUNDATION),
        ("51430105MJJ000012N", OrgType.SOCIAL_GROUP),
        ("52430111MJJ0000204", OrgType.SOCIAL_SERVICE_INSTITUTION),
        ("53510000MJJ0000399", OrgType.FOUNDATION),
        ("52310115MJJ000047N", OrgType.SOCIAL_SERVICE_INSTITUTION),
        ("91442000MA4DEMX53C", None),
        ("31610000MD0000X670", None),
        ("81430105MC0000071T", None),
    ],
)
def test_the_codes_of_the_standard_are_accepted_and_tell_the_form(code: str, org_type: OrgType | None) -> None:
    assert credit_code.validated(code) == code
    assert credit_code.org_type_of(code) == org_type


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("51430105MJJ000012M", "末位校验码不符，请核对是否抄错。"),
        ("51430105MJI000012N", "含有不允许的字符I（代码中没有字母I、O、S、V、Z）。"),
        ("51430105MJJ00001", "应为18位，现为16位。"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code: str, problem: str) -> None:
    with pytest.raises(CreditCodeInvalid) as refused:
        credit_code.validated(code)

    assert refused.value.message == f"统一社会信用代码“{code}”不正确：{problem}"


def test_spaces_full_width_and_lower_case_are_forgiven() -> None:
    assert credit_code.validated(" ５１430105 mjj000012n ") == "51430105MJJ000012N"


@given(some.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_character_is_the_oracles(first: str) -> None:
    assert credit_code.check_character(first) == oracle.calc_check_digit(first)


@given(some.text(ALPHABET, min_size=9, max_size=9), some.sampled_from(ALPHABET))
def test_what_the_oracle_refuses_is_refused(body: str, last: str) -> None:
    """The oracle also wants digits in the first eight places, so they are."""
    code = f"51430105{body}{last}"
    ours = code[17] == credit_code.check_character(code[:17])

    assert oracle.is_valid(code) == ours
    if ours:
        assert credit_code.validated(code) == code
    else:
        with pytest.raises(CreditCodeInvalid):
            credit_code.validated(code)


@given(some.text(ALPHABET, min_size=17, max_size=17), some.integers(0, 16), some.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(first: str, where: int, wrong: str) -> None:
    code = first + credit_code.check_character(first)
    spoiled = code[:where] + wrong + code[where + 1 :]

    if spoiled != code:
        with pytest.raises(CreditCodeInvalid):
            credit_code.validated(spoiled)
