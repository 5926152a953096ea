"""Every way in which figures come about is told in a sentence, whichever of them an indicator is declared with."""

from dataclasses import replace

import pytest

from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Aggregation
from commons.web.pages.definitions import _definition


@pytest.mark.parametrize("aggregation", Aggregation)
def test_each_aggregation_is_explained(aggregation: Aggregation) -> None:
    told = _definition(replace(CATALOGUE.indicator("ORG-01"), aggregation=aggregation))
    assert told.aggregation == aggregation.zh
    assert told.aggregation_note.endswith("。")
