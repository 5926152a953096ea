"""A protected indicator whose small cells something else would tell is refused before the first request."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from commons.rollup.declaration import CATALOGUE


@register()
def protected_indicators_stand_alone(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """rollup.V901: a protected growth rate can be split; rollup.V902: another indicator shows the same measure split."""
    found: list[CheckMessage] = []
    indicators = CATALOGUE.indicators.values()
    for indicator in indicators:
        if not indicator.protected or not indicator.dims:
            continue
        if indicator.against_months:
            # Of one month it shows the figure of another, which may be hidden there.
            found.append(
                Error(f"{indicator.code} is protected and a growth: it must show no dimension", id="rollup.V901")
            )
        for other in indicators:
            shared = {one.code for one in indicator.measures} & {one.code for one in other.measures}
            split = {dim.code for dim in indicator.dims} & {dim.code for dim in other.dims}
            if other != indicator and shared and split:
                # Each hides what its own measures ask for; held against each other, that may not be enough.
                found.append(
                    Error(
                        f"{other.code} shows {', '.join(sorted(shared))}, which {indicator.code} protects, "
                        f"by {', '.join(sorted(split))}",
                        id="rollup.V902",
                    )
                )
    return found
