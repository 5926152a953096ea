"""A declaration that cannot be is refused when the platform starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from commons.tables import declaration
from commons.tables.declaration import Column, Tabs, named
from tenants.registry.enums import LedgerState


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "contacts"}, "another bears this name"),
        ({"columns": ()}, "no column"),
        ({"columns": (Column("a", "甲"), Column("a", "乙"))}, "two columns"),
        ({"bulk": named("organizations").bulk * 2}, "two bulk steps"),
        ({"tabs": Tabs("nonsense", LedgerState)}, "tabs need a filter 'nonsense'"),
    ],
)
def test_a_wrong_declaration(changes: dict[str, Any], told: str) -> None:
    wrong = replace(named("organizations"), **{"name": "things", **changes})
    with pytest.raises(ImproperlyConfigured, match=told):
        declaration.register(wrong)
    assert {one.name for one in declaration.known()} >= {"organizations", "contacts"}
    assert "things" not in {one.name for one in declaration.known()}
