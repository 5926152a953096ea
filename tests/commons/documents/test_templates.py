"""Templates that people write: filled strictly, or refused in words."""

import pytest

from commons.documents import (
    Clauses,
    Heading,
    Paragraph,
    TemplateInvalid,
    UnknownVariables,
    VariablesMissing,
    blocks,
    checked,
    filled,
    variables,
)

KNOWN = {"party_a": "甲方名称", "party_b": "乙方名称", "amount": "合同金额"}
TEXT = "甲方${party_a}与乙方${party_b}约定，价款${amount}元；乙方${party_b}开具票据。"


def test_the_variables_of_a_text() -> None:
    assert variables(TEXT) == {"party_a", "party_b", "amount"}
    assert variables("价款为 $100，没有变量 {x}。") == set()


def test_values_take_their_places_and_ask_for_nothing_themselves() -> None:
    values = {"party_a": "区总工会", "party_b": "${amount}", "amount": "1,000.00", "unused": "x"}

    assert filled(TEXT, values) == "甲方区总工会与乙方${amount}约定，价款1,000.00元；乙方${amount}开具票据。"


def test_all_that_is_missing_is_named_in_words() -> None:
    with pytest.raises(VariablesMissing) as refused:
        filled(TEXT, {"party_b": "启航中心", "amount": " "}, known=KNOWN)
    assert refused.value.message == "还不能生成文书：缺少合同金额、甲方名称。请补充后再生成。"

    with pytest.raises(VariablesMissing) as refused:
        filled(TEXT, {"party_a": "区总工会", "amount": "1"})
    assert refused.value.message == "还不能生成文书：缺少${party_b}。请补充后再生成。"


def test_an_unknown_variable_is_refused_when_the_template_is_saved() -> None:
    assert checked(TEXT, KNOWN) == TEXT

    with pytest.raises(UnknownVariables) as refused:
        checked("${party_c}签字，${party_a}盖章，${day}", KNOWN)
    assert refused.value.message == (
        "模板中有不能识别的变量：${day}、${party_c}。"
        "可以使用的变量：${party_a}（甲方名称）、${party_b}（乙方名称）、${amount}（合同金额）。"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲方${}", "${}"),
        ("${甲方}", "${甲方}"),
        ("${Party}", "${Party}"),
        ("甲方${party_a", "${party_a"),
        ("${a b}", "${a b}"),
    ],
)
def test_what_is_no_placeholder_is_refused(text: str, found: str) -> None:
    for asked in (variables, lambda said: checked(said, KNOWN), lambda said: filled(said, {"a": "1"})):
        with pytest.raises(TemplateInvalid) as refused:
            asked(text)  # type: ignore[operator]
        assert refused.value.message == (
            f"模板中的“{found}”不是正确的变量写法。变量写作 ${{name}}，名称只用小写字母、数字和下划线。"
        )


def test_lines_become_the_body_of_a_document_and_articles_count_through() -> None:
    text = "# 第一章　总则\n\n§ 甲方为${party_a}。\n  § 乙方为${party_b}。\n## （一）价款\n§ 价款${amount}元。\n本合同一式肆份。\n"

    made = blocks(text, {"party_a": "区总工会", "party_b": "启航中心\n§ 附加条款", "amount": "# 1"})

    assert made == [
        Heading("第一章　总则", level=1),
        Clauses(["甲方为区总工会。"], first=1),
        Clauses(["乙方为启航中心\n§ 附加条款。"], first=2),
        Heading("（一）价款", level=2),
        Clauses(["价款# 1元。"], first=3),
        Paragraph("本合同一式肆份。"),
    ]
    with pytest.raises(VariablesMissing) as refused:
        blocks(text, {}, known=KNOWN)
    assert refused.value.message == "还不能生成文书：缺少合同金额、甲方名称、乙方名称。请补充后再生成。"
