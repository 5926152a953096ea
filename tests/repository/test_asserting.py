"""That what is read of the tests is what they assert, and nothing that they only mention."""

import pytest

from tests.repository.asserting import asserted

CODE = "PURCHASING.TOO_LATE"


@pytest.mark.parametrize(
    "source",
    [
        f'assert refusal.value.code == "{CODE}"',
        f'assert (told.code, told.params) == ("{CODE}", {{}})',
        f'assert answer == {{"errors": [{{"code": "{CODE}"}}]}}',
        f'CASES = [("{CODE}", 1)]\ndef test(code):\n    assert refusal.value.code == code',
        'CASES = [("TOO_LATE", 1)]\ndef test(code):\n    assert refusal.value.code == f"PURCHASING.{code}"',
        f'CASES = ["{CODE}"]\ndef test(code):\n    assert (told.code, told.params) == (code, {{}})',
        f'@parametrize("code", ["{CODE}"])\ndef test(code):\n    assert told.code == code',
        f'for code in ("{CODE}", ""):\n    assert told.code == code',
        f'def refused(code):\n    assert told.code == code\nrefused("{CODE}")',
        f'def refused(code):\n    assert told.code == code\nfor code in ["{CODE}"]:\n    refused(code)',
    ],
)
def test_what_is_asserted(source: str) -> None:
    assert CODE in asserted([source]).texts


@pytest.mark.parametrize(
    "source",
    [
        f'"""{CODE}"""',
        f"# {CODE}",
        f'CASES = [("{CODE}", 1)]\ndef test(code):\n    assert refusal.value.status == 409',
        'CASES = [("TOO_LATE", 1)]\ndef test(code):\n    assert refusal.value.code == code',
        f'assert {{guard.code for line in BID.transitions for guard in line.guards}} == {{"{CODE}"}}',
        f'def refused(code):\n    return told.code\nrefused("{CODE}")',
        f'made(reason="{CODE}")',
    ],
)
def test_what_is_only_mentioned(source: str) -> None:
    assert CODE not in asserted([source]).texts


def test_a_function_that_judges_does_so_wherever_it_is_called() -> None:
    helper = "def refused(row, code):\n    assert told.code == code"
    assert CODE in asserted([helper, f'from helper import refused\nrefused(1, "{CODE}")']).texts
    assert CODE not in asserted([helper, f'accepted(1, "{CODE}")']).texts


def test_classes_that_are_raised() -> None:
    assert "TooLate" in asserted(["with pytest.raises(TooLate): pass"]).errors
    assert "TooLate" in asserted(["with pytest.raises((TooLate, Gone)): pass"]).errors
    assert "TooLate" in asserted(["for error in (TooLate,):\n    with pytest.raises(error): pass"]).errors
    assert "TooLate" not in asserted(["from errors import TooLate\nmade(TooLate)"]).errors


def test_sentences() -> None:
    said = asserted(['assert step.warnings == ["报告的服务人次为3，本期合计为10%，请核对。"]'])
    assert said.sentence("报告的服务人次为%(told)s，本期合计为%(recorded)s%%，请核对。")
    assert not said.sentence("报告的服务人次为%(told)s，请说明。")
