"""The repository's own shape."""

import platform
from pathlib import Path

import graphql
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("root", ["platform", "graphql"])
def test_no_module_stands_directly_in_a_source_root(root: str) -> None:
    """It would shadow the standard library's `platform` or graphql-core."""
    assert [path.name for path in (ROOT / root).glob("*.py")] == []


def test_the_real_platform_and_graphql_win() -> None:
    assert not str(platform.__file__).startswith(str(ROOT / "platform"))
    assert ".venv" in str(graphql.__file__) or "site-packages" in str(graphql.__file__)


def test_every_tests_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def test_the_folder_decides_the_schema() -> None:
    ours = ("commons.", "tenants.")
    shared = {app for app in settings.SHARED_APPS if app.startswith(ours)}
    tenant = {app for app in settings.TENANT_APPS if app.startswith(ours)}
    folders = [path.parent.relative_to(ROOT / "platform") for path in (ROOT / "platform/commons").rglob("apps.py")]
    assert shared == {".".join(folder.parts) for folder in folders}
    assert tenant == {f"tenants.{path.parent.name}" for path in (ROOT / "tenants").glob("*/apps.py")}
    assert set(settings.SHARED_APPS) & set(settings.TENANT_APPS) == set()
