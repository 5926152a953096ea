"""Every way in which figures come about is told in a sentence, whichever of them an indicator is declared with."""

from dataclasses import replace

import pytest

from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Aggregation
from commons.rollup.indices import formulas
from commons.rollup.indices.declared import OverChildren
from commons.web.pages.definitions import _definition


@pytest.mark.parametrize("aggregation", Aggregation)
def test_each_aggregation_is_explained(aggregation: Aggregation) -> None:
    found = CATALOGUE.indicator("ORG-01")
    assert found.measure is not None
    if aggregation is Aggregation.INDEX:
        found = replace(
            found, aggregation=aggregation, measure=None, index=OverChildren(formulas.gini, numerator=found.measure)
        )
    else:
        found = replace(found, aggregation=aggregation)
    told = _definition(found)
    assert told.aggregation == aggregation.zh
    assert told.aggregation_note.endswith("。")
