"""
From a project's idea to its last payment, by people who have a GraphQL client and nothing else. Source: DOMAIN Appendix F4; §4.2.

The same story as the journey in the browser, with the same people, over the same seven months.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.purchasing.callers import Caller
from tests.api.purchasing.carrying_out import carry_out, conclude, sign
from tests.api.purchasing.play import Play
from tests.api.purchasing.tendering import approve, award, bid, open_and_draw, publish, review
from tests.clocks import from_day
from tests.factories.purchasing.cast import BEGUN, KAIFU, LOTUS, PRICES, RIVER, STAR, stage

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def play(own_database: str, django_db_blocker: Any) -> Iterator[Play]:
    with django_db_blocker.unblock(), from_day(BEGUN) as clock:
        set_up = stage()
        people = {name: Caller(one.user, set_up.union_of(name)) for name, one in set_up.acting.items() if one.user}
        found = Play(clock, people, set_up.codes, [Caller(holder, KAIFU) for holder in set_up.experts])
        found.pass_to(BEGUN)
        yield found


def test_from_a_project_to_its_last_payment(play: Play) -> None:
    approve(play)
    publish(play)
    bid(play)
    open_and_draw(play)
    review(play)
    award(play)
    sign(play)
    carry_out(play)
    conclude(play)
    look(play)


def look(play: Play) -> None:
    """Who reads what in the end is what the table of §4.2 gives them."""
    project, contract, people = play.ids["project"], play.ids["contract"], play.people
    for reader in (play.admin, play.staff, play.leader, play.finance, play.supervisor, people[LOTUS]):
        assert (reader.sees(project), reader.sees(contract)) == (True, True)
    lost = (people[STAR], people[RIVER])
    for stranger in (*lost, *play.experts, play.neighbour, play.nation):
        assert (stranger.sees(project), stranger.sees(contract)) == (False, False)
    for name in PRICES:
        readers = [one for one in people if people[one].sees(play.ids[name])]
        assert sorted(readers) == sorted({"admin", "staff", "clerk", "leader", "finance", "secretariat", name})
        assert [expert in play.panel for expert in play.experts if expert.sees(play.ids[name])] == [True] * 3
