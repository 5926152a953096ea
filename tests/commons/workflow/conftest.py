"""The tests' own machine, known to the platform while a test runs."""

from collections.abc import Iterator

import pytest

from commons.workflow import machines
from tests.commons.workflow.machine import MACHINE


@pytest.fixture
def registered() -> Iterator[None]:
    before = dict(machines._machines)
    machines._machines[MACHINE.slug] = MACHINE
    yield
    machines._machines.clear()
    machines._machines.update(before)
