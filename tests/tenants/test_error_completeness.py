"""No error can be told to a person of a feature that no test has seen told."""

import importlib.util
import pkgutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from commons.kit.errors import DomainError
from tests.repository import asserting

# Every feature that has errors of its own.
FEATURES = [
    app.removeprefix("tenants.")
    for app in settings.TENANT_APPS
    if app.startswith("tenants.") and importlib.util.find_spec(f"{app}.errors")
]


def kinds(of: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("feature", FEATURES)
def test_every_error_is_seen(feature: str) -> None:
    package = importlib.import_module(f"tenants.{feature}")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not {"migrations", "management"} & set(module.name.split(".")):
            importlib.import_module(module.name)
    errors = {kind.code: kind for kind in kinds(DomainError) if kind.__module__.startswith(package.__name__ + ".")}
    assert errors
    seen = asserting.of_tests()
    unseen = [code for code, kind in errors.items() if code not in seen.texts and kind.__name__ not in seen.errors]
    assert sorted(unseen) == []
