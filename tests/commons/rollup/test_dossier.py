"""Every indicator of DOMAIN §5.2 is declared or waits, and the handbook says which."""

import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commons.rollup import dossier, handbook
from commons.rollup.declaration import CATALOGUE, Catalogue

# How many lines each family of DOMAIN §5.2 has: 178.
DOSSIER = {
    "ORG": 17,
    "UNI": 6,
    "PTY": 4,
    "JC": 9,
    "FED": 5,
    "INC": 8,
    "PUR": 27,
    "ENT": 6,
    "FAIR": 7,
    "NED": 10,
    "SVC": 6,
    "SWK": 3,
    "VOL": 9,
    "LEG": 7,
    "TRN": 12,
    "AID": 2,
    "PRT": 3,
    "BRD": 3,
    "CTC": 3,
    "GOV": 6,
    "PIL": 5,
    "TSK": 2,
    "RPT": 3,
    "INS": 2,
    "INF": 5,
    "ONG": 2,
    "INT": 1,
    "THK": 3,
    "NSS": 1,
    "HLP": 1,
}
COMPOSITE = {"TRN-10", "PRT-03", "RPT-03", "NSS-01"}


def test_each_code_of_the_dossier_is_declared_or_waits_and_none_both() -> None:
    listed = [found.code for found in dossier._listed()]
    codes = [*CATALOGUE.indicators, *(found.code for found in dossier.waiting())]
    assert len(codes) == len(set(codes))
    assert len(listed) == len(set(listed))
    parts = Counter(re.sub(r"[abCG]$", "", code) for code in codes)
    assert sum(DOSSIER.values()) == 178
    assert set(parts) == {f"{family}-{n:02d}" for family, lines in DOSSIER.items() for n in range(1, lines + 1)}
    assert {code for code, times in parts.items() if times == 2} == {*COMPOSITE, "FED-02", "FAIR-07"}
    assert len(codes) == 184


def test_what_is_declared_waits_no_longer() -> None:
    declared = CATALOGUE.indicator("ORG-01")
    catalogue = Catalogue(indicators={"JC-01": replace(declared, code="JC-01", zh="联席会议数")})
    before = [found.code for found in dossier.waiting(Catalogue())]
    assert "JC-01" in before
    assert [found.code for found in dossier.waiting(catalogue)] == [code for code in before if code != "JC-01"]
    text = handbook.page(catalogue)
    assert "### JC-01 联席会议数 / Organizations on the ledger" in text
    assert "| JC-01 |" not in text


def test_the_handbook_is_current_and_an_old_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("export_indicators", check=True)
    command = "commons.rollup.management.commands.export_indicators.FILE"
    monkeypatch.setattr(command, tmp_path / "indicators.md")
    with pytest.raises(CommandError, match=r"run manage\.py export_indicators"):
        call_command("export_indicators", check=True)
    call_command("export_indicators", check=False, stdout=StringIO())
    call_command("export_indicators", check=True)
    written = (tmp_path / "indicators.md").read_text(encoding="utf-8")
    for indicator in CATALOGUE.indicators.values():
        assert f"### {indicator.code} {indicator.zh}" in written
        assert indicator.definition in written
    for found in dossier.waiting():
        assert f"| {found.code} | {found.zh} / {found.en} |" in written
        assert found.awaits.zh in written
