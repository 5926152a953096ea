"""Secrets are made once, by whoever comes first, and nobody else can read them."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.embedded import secret
from config.embedded.paths import State


def test_a_secret_stays_the_same_and_differs_from_the_others(state: State) -> None:
    first = secret("secret-key")

    assert secret("secret-key") == first
    assert secret("field-key") != first
    assert len(base64.urlsafe_b64decode(first)) == 32
    assert (state.secrets / "secret-key").stat().st_mode & 0o777 == 0o600


def test_many_who_ask_at_once_receive_the_same(state: State) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(lambda _: secret("directory-hmac-key"), range(64)))

    assert len(answers) == 1
    assert [path.name for path in state.secrets.iterdir()] == ["directory-hmac-key"]


def test_an_unknown_name_is_refused(state: State) -> None:
    with pytest.raises(ValueError, match="unknown secret"):
        secret("anything")
