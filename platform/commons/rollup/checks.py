"""A declaration that names a table which no app has is refused before the first request."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from commons.rollup.declaration import CATALOGUE


@register()
def declared_tables_exist(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """rollup.E001: an unknown table; rollup.E002: an indicator that shows a dimension its measure lacks."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found: list[CheckMessage] = []
    for family in CATALOGUE.families.values():
        for table in family.tables:
            if table not in tables:
                found.append(Error(f"family {family.code} counts the unknown table {table}", id="rollup.E001"))
    for indicator in CATALOGUE.indicators.values():
        known = {dim.code for measure in indicator.measures for dim in measure.dims}
        for code in indicator.shown_dims or ():
            if code not in known:
                found.append(Error(f"{indicator.code} shows the unknown dimension {code}", id="rollup.E002"))
    return found
