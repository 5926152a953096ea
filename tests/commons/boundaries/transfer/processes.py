"""Real processes on a test's own database: `python -m tests.commons.boundaries.transfer.processes <what>`."""

import subprocess
import sys

from tests.commons.jobs.processes import ROOT


def start(what: str, env: dict[str, str]) -> "subprocess.Popen[str]":
    """Start one of the processes below."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.commons.boundaries.transfer.processes", what],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def main(what: str) -> None:
    import django

    django.setup()
    from commons.hierarchy.models import TradeUnion
    from commons.jobs import engine
    from commons.rollup.fold import fold_many

    if what == "work":
        engine.run_due()
    elif what == "fold":
        fold_many(list(TradeUnion.objects.filter(code__in=["430105", "430111"])), wait=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
