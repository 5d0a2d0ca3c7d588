"""The doubles that service tests use say the same as what they stand for, whatever is done in whatever order."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from seba.conversation.records import Hold
from seba.domain.calendar import KOLKATA
from seba.domain.roster import Claim
from seba.domain.wishes import Entry, Hours, offered, rank, rank_drawn
from seba.storage.rosters import StoredRosters
from seba.storage.wishes import StoredHolds, StoredLine
from tests.fakes.world import FakeHolds, FakeLine, FakeRosters
from tests.tables import Tables

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA)
SLOT = "7M4QK0"
STANDINGS = "bgnh"


@pytest.mark.parametrize("seed", range(3))
def test_the_double_of_the_rosters_books_holds_marks_and_frees_as_they_do(tables: Tables, seed: int) -> None:
    stored, double, chance = StoredRosters(tables.rosters), FakeRosters(), random.Random(seed)
    stored.open(SLOT, 5)
    double.capacity[SLOT] = 5
    for _ in range(80):
        n = chance.randrange(9)
        person, booking = f"citiz{n:04d}1", f"{SLOT}{n:04d}"
        match chance.randrange(4):
            case 0 | 1:
                claims = [Claim(person, booking, chance.choice("bh"))]
                assert stored.claim(SLOT, claims) == double.claim(SLOT, claims)
            case 2:
                held = chance.random() < 0.5
                said = stored.release(SLOT, person, booking, held=held)
                assert said == double.release(SLOT, person, booking, held=held)
            case _:
                standing = chance.choice(STANDINGS)
                assert stored.mark(SLOT, person, booking, standing) == double.mark(SLOT, person, booking, standing)
        assert set(stored.members(SLOT)) == set(double.members(SLOT))
        assert stored.free(SLOT) == double.free(SLOT)


@pytest.mark.parametrize("seed", range(3))
def test_the_double_of_the_line_has_the_same_people_in_the_same_order(tables: Tables, seed: int) -> None:
    # Time passes with every look: that nobody waits somewhere is only believed for seconds.
    seconds = iter(range(0, 100_000, 10))
    stored, double = StoredLine(tables.wishes, lambda: NOW, lambda: next(seconds)), FakeLine()
    chance = random.Random(seed)
    pins, vaccines = ("700019", "700029", "700001"), ("covishield", "covaxin", "")
    everybody = [
        Entry(
            f"citiz{n:04d}1",
            chance.choice((1, 2)),
            chance.choice(vaccines),
            chance.choice(pins),
            rank_drawn(NOW, n) if n % 3 == 0 else rank(None, NOW + timedelta(seconds=chance.randrange(5))),
        )
        for n in range(12)
    ]
    for _ in range(40):
        entry = chance.choice(everybody)
        match chance.randrange(4):
            case 0 | 1:
                entry = replace(entry, hours=chance.choice(list(Hours)))
                stored.put(entry)
                double.put(entry)
            case 2:
                entry = offered(entry, chance.choice(("7M4QK", "8N5RM")))
                stored.put(entry)
                double.put(entry)
            case _:
                stored.remove(entry)
                double.remove(entry)
        where, dose, vaccine = chance.sample(pins, 2), chance.choice((1, 2)), chance.choice(vaccines)
        behind = chance.choice(["", f"{entry.rank}#{entry.person}"])
        found = list(stored.waiting(where, dose, vaccine, behind))
        assert found == list(double.waiting(where, dose, vaccine, behind))


def test_the_double_of_the_holds_lets_the_same_ones_lapse(tables: Tables) -> None:
    stored, double, chance = StoredHolds(tables.wishes), FakeHolds(), random.Random(4)
    holds = [
        Hold(NOW + timedelta(minutes=chance.randrange(5)), "citiz0001", "1", 2, f"{SLOT}{n:04d}") for n in range(8)
    ]
    for _ in range(40):
        hold = chance.choice(holds)
        act = chance.choice(("note", "note", "settle"))
        for each in (stored, double):
            getattr(each, act)(hold)
        now = NOW + timedelta(minutes=chance.randrange(-1, 6))
        assert list(stored.over(now)) == list(double.over(now))
