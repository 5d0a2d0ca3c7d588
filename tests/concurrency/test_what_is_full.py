"""What is full is known without a write: thousands want the last place, which is gone already."""

from collections.abc import Iterator, Sequence

import pytest

from bench.rosters.crowd import PLACES, SLOT
from bench.rosters.turns import AGAIN, Tap, Town
from seba.services.answer_requests import answer_requests
from seba.services.take_turn import Taken, take_turn

REQUESTS = 1_000


@pytest.fixture(scope="module")
def town(endpoint: str) -> Iterator[Town]:
    """Two thousand people before "Shall I book it?", about a slot that has just become full."""
    town = Town(endpoint, "full", part=1)
    assert town.house().rosters.resize(SLOT, 0) == 0
    yield town
    town.remove()


def taps(town: Town, group: int) -> Sequence[Tap]:
    """A thousand people of the crowd, each once."""
    people = {each.buyer: each for each in town.line if not each.message.id.endswith(AGAIN)}
    return list(people.values())[group * REQUESTS : (group + 1) * REQUESTS]


def begin(town: Town, shown: int) -> None:
    """Nothing was counted and said yet; the board shows so many places."""
    town.house().boards.show(SLOT, shown)
    town.lanes.said.clear()
    town.meter.units = 0
    town.meter.by_table.clear()


def answers(town: Town) -> list[str]:
    assert all(say.buttons or say.rows for _, say in town.lanes.said), "with alternatives to tap"
    return [say.key.partition("_")[0] for _, say in town.lanes.said]


def test_who_asks_for_what_the_board_knows_to_be_full_is_answered_at_once(town: Town) -> None:
    begin(town, shown=0)
    house = town.house()
    for each in taps(town, 0):
        assert isinstance(take_turn(each.message, house.turn), Taken)
    assert answers(town) == ["full"] * REQUESTS, "nobody had to ask the booking room"
    assert town.meter.units == town.meter.by_table[town.table("CITIZENS")] == REQUESTS
    assert town.largest_item() <= 1024, "one unit a write"


def test_where_the_board_is_behind_the_roster_is_read_and_never_written(town: Town) -> None:
    begin(town, shown=PLACES)
    house, room = town.house(), town.house()
    answered = 0
    for number, each in enumerate(taps(town, 1), 1):
        take_turn(each.message, house.turn)
        if number % 10 == 0:
            batch = town.group.take()
            assert answer_requests(batch, room.booking, room.memory) == []
            answered += len(batch)
            # The board is put right by the first batch; here it stays behind for everybody.
            town.house().boards.show(SLOT, PLACES)
    assert answered == REQUESTS
    assert answers(town).count("full") == REQUESTS
    assert town.meter.by_table[town.table("ROSTERS")] == 0
    boards = town.meter.by_table[town.table("SESSIONS")]
    assert (town.meter.units - boards) / REQUESTS <= 2, "a turn for the tap, and one for the answer"
    assert town.largest_item() <= 1024
