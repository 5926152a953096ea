"""A wrong key stops the start with a paragraph, and the key itself is not in it."""

import base64
import os
import subprocess
import sys

import pytest

from config import env
from config.env import EnvironmentProblem

FIRST, SECOND = (base64.urlsafe_b64encode(bytes([byte]) * 32).decode() for byte in (0xFB, 0x01))


def test_keys_are_read_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALING_KEYS", f" {FIRST}, {SECOND} ")
    assert env.keys("SEALING_KEYS") == [FIRST, SECOND]

    monkeypatch.delenv("SEALING_KEYS")
    assert env.keys("SEALING_KEYS") == []


@pytest.mark.parametrize("wrong", ["geheim", FIRST[:-4], FIRST + "AAAA", FIRST.replace("=", "*"), "密" * 44])
def test_what_is_no_key_is_refused_by_its_position(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("SEALING_KEYS", f"{SECOND},{wrong}")

    with pytest.raises(EnvironmentProblem) as problem:
        env.keys("SEALING_KEYS")

    assert "SEALING_KEYS: key number 2 is not 32 bytes in URL-safe base64." in str(problem.value)
    assert wrong not in str(problem.value)


def test_a_field_key_is_no_sealing_key() -> None:
    """Read in a process of its own, as at every start."""
    start = subprocess.run(
        [sys.executable, "-c", "import config.env"],
        env={**os.environ, "PYTHONPATH": "platform", "FIELD_KEYS": FIRST, "SEALING_KEYS": f"{SECOND},{FIRST}"},
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert start.returncode == 1
    assert "SEALING_KEYS: a key of FIELD_KEYS is among them." in start.stderr
    assert FIRST not in start.stderr
