"""The enum of indicators follows from the declarations and is read in either spelling."""

from typing import Any

import orjson
import pytest
from django.test import Client

from api.kit.documents import schema
from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE
from tests.api.conftest import post
from tests.api.test_reading import ask

pytestmark = pytest.mark.usefixtures("country")
IN_VARIABLES = 'query($i: [IndicatorCode!]!) { union(code: "430105") { rollup(indicators: $i) { indicator } } }'


def in_text(codes: str) -> str:
    return f'{{ union(code: "430105") {{ rollup(indicators: {codes}) {{ indicator }} }} }}'


def indicators_of(found: dict[str, Any]) -> list[str]:
    assert "errors" not in found, found
    return [value["indicator"] for value in found["data"]["union"]["rollup"]]


def test_each_declared_indicator_is_a_described_member() -> None:
    members: Any = schema().get_type("IndicatorCode")
    assert {name: member.description for name, member in members.values.items()} == {
        code.replace("-", "_"): f"{found.zh} / {found.en}" for code, found in CATALOGUE.indicators.items()
    }
    assert members.values["ORG_01"].description == "社会组织台账数 / Organizations on the ledger"


@pytest.mark.parametrize(
    "codes", ['["ORG-01", "CTC-01"]', "[ORG_01, CTC_01]", '[ORG_01, "CTC-01"]', '["ORG_01", "CTC_01"]']
)
def test_either_spelling_in_the_text_gives_codes_as_people_write_them(staff: Client, codes: str) -> None:
    assert indicators_of(ask(staff, in_text(codes))) == ["ORG-01", "CTC-01"]


@pytest.mark.parametrize("codes", [["ORG-01", "CTC-01"], ["ORG_01", "CTC_01"], ["ORG_01", "CTC-01", "ORG-01"]])
def test_either_spelling_in_the_variables(staff: Client, codes: list[str]) -> None:
    assert indicators_of(orjson.loads(post(staff, IN_VARIABLES, {"i": codes}).content)) == ["ORG-01", "CTC-01"]


def test_one_code_needs_no_list_and_the_price_is_that_of_the_figures(staff: Client) -> None:
    prices = []
    for codes in ("ORG_01", '"ORG-01"', "[ORG_01]", '["ORG-01"]', "[ORG_01, ORG_02]", '["ORG-01", "ORG-02"]'):
        found = orjson.loads(post(staff, in_text(codes)).content)
        assert len(indicators_of(found)) == found["extensions"]["cost"]["requested"] - 1
        prices.append(found["extensions"]["cost"]["requested"])
    assert prices == [2, 2, 2, 2, 3, 3]


def test_the_catalogue_is_asked_by_either_spelling(staff: Client) -> None:
    found = ask(staff, '{ indicators(codes: [ORG_09, "GOV-01"]) { code } }')
    assert found["data"]["indicators"] == [{"code": "ORG-09"}, {"code": "GOV-01"}]


@pytest.mark.parametrize("written", ["ORG-99", "ORG_99", "org-99"])
def test_an_unknown_code_is_named_with_those_that_look_like_it(staff: Client, written: str) -> None:
    in_variables = orjson.loads(post(staff, IN_VARIABLES, {"i": [written]}).content)
    for found in (ask(staff, in_text(f'["{written}"]')), in_variables):
        assert "data" not in found
        [error] = found["errors"]
        extensions = error["extensions"]
        near = extensions["params"].pop("near")
        assert near.startswith("ORG-09、ORG-1")
        assert error["message"] == f"没有编号为“{written}”的指标，相近的有 {near}；请从指标目录中选择。"
        assert extensions == {"code": "ROLLUP.UNKNOWN_INDICATOR", "path": [], "params": {"indicator": written}}


def test_an_unknown_code_that_looks_like_none(staff: Client) -> None:
    [error] = ask(staff, in_text("[NOTHING]"))["errors"]
    assert error["message"] == "没有编号为“NOTHING”的指标，请从指标目录中选择。"
    assert error["extensions"]["params"] == {"indicator": "NOTHING"}


@pytest.mark.parametrize("written", ["1", '""', f'"{"甲" * 21}"', "{a: 1}", "true"])
def test_what_is_no_code_is_told_how_to_write_one(staff: Client, written: str) -> None:
    [error] = ask(staff, in_text(f"[{written}]"))["errors"]
    assert error["message"] == "指标代码应写作 ORG_01，或字符串“ORG-01”。"
    assert error["extensions"]["code"] == "GRAPHQL"


def test_a_neighbours_figures_are_absent_in_either_spelling(staff: Client, country: dict[str, TradeUnion]) -> None:
    for codes in ("[ORG_01]", '["ORG-01"]'):
        found = ask(staff, in_text(codes).replace("430105", "430111"))
        assert found["data"]["union"] is None
        assert found["errors"][0]["extensions"]["code"] == "NOT_FOUND"
