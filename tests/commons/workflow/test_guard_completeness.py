"""
No guard is declared that no test has seen refuse. Source: DOMAIN §3: each guard of a machine is a rule of its own.

That nothing moves is shown beside each refusal; here it is asked that there is one.
"""

from commons.workflow import machines
from commons.workflow.declaration import Guard
from tests.repository import asserting


def declared() -> dict[str, Guard]:
    """Every guard of every machine, by its code: what refuses, and what only warns."""
    return {guard.code: guard for machine in machines.known() for line in machine.transitions for guard in line.guards}


def test_every_guard_is_seen_to_refuse() -> None:
    seen = asserting.of_tests()
    refusing = {code for code, guard in declared().items() if not guard.warns}
    assert len(refusing) > 100
    assert sorted(refusing - seen.texts) == []


def test_every_warning_is_seen() -> None:
    """What warns stops nothing: its sentence is what a person gets."""
    seen = asserting.of_tests()
    warning = {code: guard.sentence for code, guard in declared().items() if guard.warns}
    assert warning
    assert [code for code, sentence in sorted(warning.items()) if not seen.sentence(sentence)] == []
