"""Searching inside Chinese words."""

from commons.directory import grams


def test_a_name_is_its_characters_and_pairs() -> None:
    assert grams.grams("开福Ａ协会(甲)") == ["a", "a协", "会", "协", "协会", "开", "开福", "甲", "福", "福a"]


def test_only_pairs_are_wanted_where_there_are_any() -> None:
    assert grams.wanted("职工之家") == ["之家", "工之", "职工"]
    assert grams.wanted("家") == ["家"]
    assert grams.wanted("（）") == []


def test_width_and_case_match_any_one_character() -> None:
    assert grams.pattern("A协会（甲）") == "%_协会_甲_%"
    assert grams.pattern("100%") == "%____%"


def test_a_division_is_marked_with_those_above_it() -> None:
    assert grams.marks(org_type="foundation", region="430105", grade="A3") == [
        "t:dation",
        "@43",
        "@4301",
        "@430105",
        "r:A3",
    ]
    assert grams.marks(region="430100") == ["@43", "@4301"]
    assert grams.marks(region="000000") == []


def test_marks_fit_their_column() -> None:
    from commons.directory.enums import OrgType

    marks = [grams.marks(org_type=form)[0] for form in OrgType]
    assert len(set(marks)) == len(list(OrgType)), "two forms share a mark"
    assert all(len(mark) <= 8 for mark in marks)
