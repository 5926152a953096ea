"""
Fill the country if it is not there yet, measure, print a table, write build/benchmarks/<moment>.json.

    PYTHONPATH=platform:graphql:. .venv/bin/python -m tests.benchmarks.country [--unprepared] [part …]

The state is kept in build/bench unless PLATFORM_STATE_DIR or DATABASE_URL says where; `--unprepared` measures what is there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("PLATFORM_STATE_DIR", str(Path("build/bench").absolute()))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from commons.kit.clock import now  # noqa: E402
from tests.benchmarks.country import folding, pages, reading, schemas  # noqa: E402
from tests.benchmarks.country.measuring import Part, Result, facts  # noqa: E402

# In this order: what reads first, what moves marks and rows after it.
PARTS: tuple[Part, ...] = (
    reading.size,
    reading.dashboard_sql,
    reading.as_of,
    reading.search,
    pages.dashboard_under_load,
    folding.throughput,
    folding.commit_to_total,
    folding.re_parent,
    schemas.write_overhead,
    schemas.memory,
    schemas.nothing_to_upgrade,
    folding.verification,
)
# Each goes on where it was cut off, and does nothing where it has been.
PREPARATIONS = (
    ("migrate_unions",),
    ("country",),
    ("seed_demo", "--country"),
    ("fold_rollup", "--once"),
)


def main(arguments: list[str]) -> int:
    known = {part.__name__: part for part in PARTS}
    wanted = [name for name in arguments if not name.startswith("-")] or list(known)
    if unknown := set(wanted).difference(known):
        sys.stderr.write(f"没有这一项：{'、'.join(sorted(unknown))}。可选：{'、'.join(known)}\n")
        return 2
    report: Result = {"at": now().isoformat(), "prepared_s": {}}
    if "--unprepared" not in arguments:
        for command in PREPARATIONS:
            begun = time.perf_counter()
            subprocess.run([sys.executable, "manage.py", *command], check=True)
            report["prepared_s"][command[0]] = round(time.perf_counter() - begun, 1)
    report["machine"] = facts()
    for name in wanted:
        report[name] = known[name]()
        sys.stdout.write(f"{name}\n")
        for label, value in report[name].items():
            sys.stdout.write(f"    {label:<32} {json.dumps(value, ensure_ascii=False)}\n")
        sys.stdout.flush()
    folder = Path("build/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{now():%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
