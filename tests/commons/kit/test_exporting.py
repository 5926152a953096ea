"""Files made from declarations: written, compared, and what differs shown; comparing writes nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

COMMANDS = {
    "export_indicators": ("commons.rollup", "indicators.md", "The indicators have changed"),
    "export_machines": ("commons.workflow", "state-machines.md", "The state machines have changed"),
    "export_schema": ("api", "schema.graphql", "The schema has changed"),
}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_written_then_current_then_told_what_differs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, file, changed = COMMANDS[name]
    kept = tmp_path / file
    monkeypatch.setattr(f"{package}.management.commands.{name}.FILE", kept)
    with pytest.raises(CommandError, match=f"{changed}; run manage.py {name}\\."):
        call_command(name, check=True, stdout=StringIO())
    assert not kept.exists()

    call_command(name, stdout=(told := StringIO()))
    assert told.getvalue() == f"wrote {file}\n"
    call_command(name, check=True, stdout=(told := StringIO()))
    assert told.getvalue() == ""

    text = kept.read_text(encoding="utf-8")
    kept.write_text(text + "one line too many\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command(name, check=True, stdout=StringIO())
    assert str(refused.value).splitlines()[-1] == "-one line too many"
    assert kept.read_text(encoding="utf-8") == text + "one line too many\n"
