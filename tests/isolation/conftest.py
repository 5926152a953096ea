"""Two neighbours, their superiors, and rows of their own in each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from commons.hierarchy.models import TradeUnion
from tests.isolation.rows import Rows, fill


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, settings: Any) -> Iterator[None]:
    """No rates and locks of other tests; files of its own."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def theirs(country: dict[str, TradeUnion]) -> Rows:
    """Everything that 开福 has."""
    return fill(country["430105"])


@pytest.fixture
def ours(country: dict[str, TradeUnion]) -> Rows:
    """Everything that 雨花, the neighbour, has."""
    return fill(country["430111"])
