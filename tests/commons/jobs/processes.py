"""Real processes on a test's own database: `python -m tests.commons.jobs.processes <what>`."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[3]


def environment(database: str, state: Path, **more: str) -> dict[str, str]:
    """What a process needs to work on `database`, with its broker under `state`."""
    from django.conf import settings
    from django.db import connection

    where = connection.settings_dict
    url = (
        f"postgresql://{quote(where['USER'])}:{quote(where['PASSWORD'], safe='')}"
        f"@{quote(where['HOST'], safe='')}:{where['PORT']}/{database}"
    )
    return (
        os.environ
        | {
            "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("platform", "graphql", ".")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "PLATFORM_STATE_DIR": str(state),
            "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
            "SEALING_KEYS": ",".join(settings.SEALING_KEYS),
            "CELERY_BROKER_URL": "",
            "PYTHONUNBUFFERED": "1",
        }
        | more
    )


def start(what: str, env: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    """Start one of the processes below."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.commons.jobs.processes", what, *arguments],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def start_celery(env: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """A worker of two processes with its beat, on the broker of files."""
    command = [sys.executable, "-m", "celery", "-A", "tests.commons.jobs.application", "worker", "--beat"]
    command += ["--schedule", str(log.parent / "beat"), "--concurrency", "2", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle"]
    with log.open("wb") as output:
        return subprocess.Popen(command, env=env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of a worker with its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def main(what: str, *arguments: str) -> None:
    import django

    django.setup()
    from django.db import transaction

    from commons.access.actors import system
    from commons.hierarchy.models import TradeUnion
    from commons.jobs import actions, engine
    from commons.kit.clock import now
    from tests.commons.jobs import canaries  # noqa: F401 - registers the handlers

    if what == "work":
        engine.run_due()
    elif what == "die_after_commit":
        with transaction.atomic():
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
            actions.enqueue(
                kind="test.canary",
                union=TradeUnion.objects.get(code="430105"),
                payload={},
                key="k",
                by=system("测试"),
                at=now(),
            )
    elif what == "die_before_commit":
        with transaction.atomic():
            actions.enqueue(
                kind="test.canary",
                union=TradeUnion.objects.get(code="430105"),
                payload={},
                key="k",
                by=system("测试"),
                at=now(),
            )
            os.kill(os.getpid(), signal.SIGKILL)
    elif what == "ask":
        for number in range(int(arguments[0])):
            actions.enqueue(
                kind="test.canary",
                union=TradeUnion.objects.get(code="430105"),
                payload={},
                key=f"{arguments[1]}{number}",
                by=system("测试"),
                at=now(),
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
