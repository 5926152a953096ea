"""A rule that names an indicator nobody declares, or one that it cannot be asked of, stops the start."""

from __future__ import annotations

from collections.abc import Iterator

from django.core import checks

from commons.quality import declaration
from commons.quality.declaration import Parts, Rule
from commons.rollup.declaration import CATALOGUE


@checks.register()
def rules_name_indicators(**_: object) -> list[checks.CheckMessage]:
    return [checks.Error(sentence, id="quality.E001") for rule in declaration.rules() for sentence in problems(rule)]


def problems(rule: Rule) -> Iterator[str]:
    """What is wrong with a rule, in sentences."""
    for code in rule.indicators:
        found = CATALOGUE.indicators.get(code)
        if found is None:
            yield f"The rule {rule.rule} names {code}, which no indicator is."
        elif isinstance(rule, Parts) and found.measure is None:
            yield f"The rule {rule.rule} names {code}, which is a ratio and has no parts."
        elif isinstance(rule, Parts) and rule.cumulative and not found.is_flow:
            yield f"The rule {rule.rule} adds up the months of {code}, which is no flow."
        elif not isinstance(rule, Parts) and (found.numerator is None or found.against_months):
            yield f"The rule {rule.rule} takes {code} for a share, which it is not."
