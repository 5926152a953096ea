"""Declaring an indicator is some twenty lines and touches no other file; the lines are the handbook's own example."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps

from commons.rollup import checks, trial
from commons.rollup.declaration import CATALOGUE, Catalogue
from tests.commons.jobs.processes import ROOT, environment
from tests.commons.rollup.newcomer.apps import declared, example


def test_the_example_is_twenty_lines_beside_its_imports() -> None:
    lines = [line for line in example().splitlines() if line.strip() and not line.startswith(("from ", "import "))]
    assert len(lines) <= 20


def test_the_example_holds_and_runs(db: None) -> None:
    catalogue = Catalogue()
    for indicator in declared():
        catalogue.add(indicator)
    assert checks.problems(catalogue) == []
    assert trial.problems(catalogue) == []
    assert not set(catalogue.indicators) & set(CATALOGUE.indicators)
    assert set(catalogue.families["imports"].tables) <= {model._meta.db_table for model in apps.get_models()}


def test_everything_knows_it_in_a_process_that_has_the_declaration(own_database: str, tmp_path: Path) -> None:
    env = environment(own_database, tmp_path, DJANGO_SETTINGS_MODULE="tests.commons.rollup.newcomer.settings")
    command = [sys.executable, "-m", "tests.commons.rollup.newcomer"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:] + os.linesep + done.stdout[-1000:]
    [found] = declared()
    assert json.loads(done.stdout) == {
        "checks": [],
        "upgraded": [True, []],
        "marked by declaring": [1],
        "differences": 0,
        "tile": [True, True],
        "glossary": [True, True, True],
        "xlsx": {"figure": [1], "column": [True, True], "definition": [found.definition]},
        "enum": "批量导入次数 / Imports done",
        # Of the neighbour's union nothing, and the one that failed is none; half past midnight in Beijing is November.
        "graphql": {"union": {"rollup": [{"indicator": "LED-01", "value": 1}]}},
        "handbook": True,
        "waits": False,
    }
