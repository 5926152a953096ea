"""An ordinary user runs the server as that user, with the data in the state directory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.embedded.account import INSTALL, WHEEL, wheel
from config.embedded.paths import REPOSITORY

NOBODY = 65534
SCRIPT = """
import json, os, time
from config.embedded import client, control
from config.embedded.paths import State
state = State.of()
server = client.ensure(state)
print(json.dumps({"data": str(server.data), "owner": os.stat(f"/proc/{server.pid}").st_uid}))
control.stop(state)
"""


@pytest.fixture
def readable_copy() -> Iterator[Path]:
    """What the server needs, copied where every user can read it: the repository itself may be closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="工会 平台 "))
    folder.chmod(0o755)
    shutil.copytree(REPOSITORY / "platform" / "config" / "embedded", folder / "platform" / "config" / "embedded")
    (folder / WHEEL).mkdir()
    (folder / WHEEL / "__init__.py").touch()
    shutil.copytree(wheel() / INSTALL, folder / WHEEL / INSTALL, symlinks=True)
    driver = find_spec("psycopg2")
    assert driver is not None
    assert driver.origin is not None
    for part in (wheel().parent / f"{WHEEL}.libs", Path(driver.origin).parent):
        shutil.copytree(part, folder / part.name)
    for part in Path(driver.origin).parent.parent.glob("psycopg2_binary.libs"):
        shutil.copytree(part, folder / part.name)
    (folder / "home").mkdir()
    os.chown(folder / "home", NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else; the other tests cover this user")
def test_the_server_runs_as_the_user_who_asks(readable_copy: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    python = shutil.which(f"python{version}", path="/usr/bin:/usr/local/bin")
    if python is None:
        pytest.skip(f"no Python {version} here that another user may run")

    done = subprocess.run(
        [python, "-c", SCRIPT],
        env={
            "PATH": os.defpath,
            "HOME": "/nonexistent",
            "PLATFORM_STATE_DIR": str(readable_copy / "home" / "状态 目录"),
            "PYTHONPATH": f"{readable_copy / 'platform'}:{readable_copy}",
        },
        cwd="/",
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"data": str(readable_copy / "home" / "状态 目录" / "pg18"), "owner": NOBODY}
