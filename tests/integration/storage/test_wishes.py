import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from seba.conversation.records import Hold
from seba.conversation.say import Enlist, EnterDraw, Leave
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, commitment
from seba.domain.errors import Conflict, NotFound
from seba.domain.wishes import Days, Entry, Hours, offered, rank, rank_drawn
from seba.storage.tables import LineItem
from seba.storage.wishes import FIRST_AHEAD, LineUp, StoredDraws, StoredHolds, StoredLine
from tests.tables import Tables

Calls = list[tuple[str, dict[str, Any]]]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA)
BALLYGUNGE, GARIAHAT = "700019", "700029"
SEED = "5e" * 32
DRAW = Draw("ballygunge", NOW, NOW + timedelta(minutes=15), commitment(bytes.fromhex(SEED)))


def entry(n: int, pin: str = BALLYGUNGE, vaccine: str = "covishield", dose: int = 2) -> Entry:
    """The ``n``-th who joined."""
    return Entry(f"citiz{n:04d}1", dose, vaccine, pin, rank(None, NOW + timedelta(seconds=n)))


class Seconds:
    def __init__(self) -> None:
        self.passed = 100.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def line(tables: Tables, seconds: Seconds) -> StoredLine:
    return StoredLine(tables.wishes, lambda: NOW, seconds)


@pytest.fixture
def holds(tables: Tables) -> StoredHolds:
    return StoredHolds(tables.wishes)


@pytest.fixture
def draws(tables: Tables) -> StoredDraws:
    return StoredDraws(tables.wishes, tables.sessions, lambda: NOW)


def people(entries: Iterator[Entry]) -> list[str]:
    return [each.person for each in entries]


# The line.


def test_everything_somebody_wishes_for_is_read_back(line: StoredLine) -> None:
    wish = Entry(
        "citiz00011",
        2,
        "covishield",
        BALLYGUNGE,
        rank(date(2026, 11, 1), NOW),
        ("C068", "C070"),
        Days.WEEKENDS,
        Hours.MORNING,
        780_00,
        date(2026, 11, 30),
        1961,
        frozenset({"7M4QK", "8N5RM"}),
    )
    line.put(wish)
    assert list(line.waiting([BALLYGUNGE], 2, "covishield")) == [wish]


def test_people_of_several_homes_wait_in_one_line_by_their_ranks(line: StoredLine) -> None:
    everybody = [entry(n, (BALLYGUNGE, GARIAHAT)[n % 2], ("covishield", "")[n % 3 == 0]) for n in range(60)]
    late = replace(entry(70, GARIAHAT), rank=rank(date(2026, 11, 1), NOW))
    drew_nothing = replace(entry(71), rank=rank_drawn(NOW, 5))
    mixed = [*everybody, late, drew_nothing]
    random.Random(2).shuffle(mixed)
    for each in mixed:
        line.put(each)
    found = list(line.waiting([BALLYGUNGE, GARIAHAT], 2, "covishield"))
    assert found == [drew_nothing, late, *everybody]


def test_only_those_are_next_whom_dose_vaccine_and_home_concern(line: StoredLine) -> None:
    mine, any_vaccine = entry(1), entry(2, vaccine="")
    for each in (mine, any_vaccine, entry(3, vaccine="covaxin"), entry(4, dose=1), entry(5, pin="700001")):
        line.put(each)
    assert people(line.waiting([BALLYGUNGE], 2, "covishield")) == [mine.person, any_vaccine.person]
    assert people(line.waiting([BALLYGUNGE], 2, "")) == [any_vaccine.person]
    assert people(line.waiting([], 2, "covishield")) == []


def test_one_may_go_on_behind_somebody(line: StoredLine) -> None:
    everybody = [entry(n, (BALLYGUNGE, GARIAHAT)[n % 2]) for n in range(20)]
    for each in everybody:
        line.put(each)
    behind = f"{everybody[7].rank}#{everybody[7].person}"
    assert list(line.waiting([BALLYGUNGE, GARIAHAT], 2, "covishield", behind)) == everybody[8:]
    end = f"{everybody[-1].rank}#{everybody[-1].person}"
    assert list(line.waiting([BALLYGUNGE, GARIAHAT], 2, "covishield", end)) == []


def test_who_is_next_is_found_without_reading_the_whole_line(line: StoredLine, calls: Calls) -> None:
    for n in range(100):
        line.put(entry(n))
    calls.clear()
    waiting = line.waiting([BALLYGUNGE], 2, "covishield")
    assert calls == [], "nothing is read before somebody asks"
    assert people(itertools.islice(waiting, FIRST_AHEAD)) == [entry(n).person for n in range(FIRST_AHEAD)]
    assert [(name, given["Limit"]) for name, given in calls] == [("Query", FIRST_AHEAD)] * 2
    assert len(list(waiting)) == 100 - FIRST_AHEAD
    assert len(calls) < 10, "the further one reads, the more is read at once"


def test_where_nobody_waits_is_remembered_for_a_few_seconds(line: StoredLine, seconds: Seconds, calls: Calls) -> None:
    def look() -> list[str]:
        return people(line.waiting([BALLYGUNGE], 2, "covishield"))

    assert look() == []
    calls.clear()
    assert look() == []
    assert calls == []
    line.put(entry(1))
    assert look() == [entry(1).person], "whom this container put in line itself, it knows of at once"
    calls.clear()
    seconds.passed += 5
    look()
    assert len(calls) == 2


def test_reaching_the_end_of_the_line_is_not_taken_for_an_empty_one(line: StoredLine) -> None:
    line.put(entry(1))
    end = f"{entry(1).rank}#{entry(1).person}"
    assert people(line.waiting([BALLYGUNGE], 2, "covishield", end)) == []
    assert people(line.waiting([BALLYGUNGE], 2, "covishield")) == [entry(1).person]


def test_a_wish_that_changes_keeps_its_place_and_what_was_offered(line: StoredLine) -> None:
    line.put(entry(1))
    line.put(offered(entry(1), "7M4QK"))
    line.put(offered(entry(1), "8N5RM"))
    line.put(replace(entry(1), hours=Hours.MORNING))
    (found,) = line.waiting([BALLYGUNGE], 2, "covishield")
    assert found == replace(entry(1), hours=Hours.MORNING, offered=frozenset({"7M4QK", "8N5RM"}))


def test_who_left_is_in_line_no_longer_and_may_leave_again(line: StoredLine) -> None:
    for n in range(3):
        line.put(entry(n))
    for _ in range(2):
        line.remove(entry(0))
        line.remove(Leave(entry(1).person, 2, "covishield", BALLYGUNGE, entry(1).rank))
    assert people(line.waiting([BALLYGUNGE], 2, "covishield")) == [entry(2).person]


def test_an_entry_that_cannot_be_read_does_not_keep_the_others_waiting(line: StoredLine, tables: Tables) -> None:
    line.put(entry(1))
    line.put(entry(2))
    (first, *_) = tables.wishes.query(f"LINE#{BALLYGUNGE}#2#covishield")
    unknown = '{"E":"citiz00011","D":"of a later version"}'
    tables.wishes.put(LineItem(first["pk"]["S"], first["sk"]["S"], entry=unknown, ends=0))
    assert people(line.waiting([BALLYGUNGE], 2, "covishield")) == [entry(2).person]


def test_a_wish_is_kept_for_ninety_days_after_it_was_last_written(line: StoredLine, tables: Tables) -> None:
    line.put(entry(1))
    (item,) = tables.wishes.query(f"LINE#{BALLYGUNGE}#2#covishield")
    assert item["ends"] == {"N": str(int((NOW + timedelta(days=90)).timestamp()))}


def test_an_entry_is_one_write_unit(line: StoredLine, tables: Tables) -> None:
    from bench.units import item_size

    line.put(replace(entry(1), centres=("ward-68", "ward-69", "ward-70"), most=1_410_00, born=1961))
    for n in range(30):
        line.put(offered(entry(1), f"7M4{n:02d}"))
    (item,) = tables.wishes.query(f"LINE#{BALLYGUNGE}#2#covishield")
    assert item_size(item) <= 1024


# Held places.


def hold(minutes: float, booking: str = "7M4QK0X9TA") -> Hold:
    return Hold(NOW + timedelta(minutes=minutes), "citiz0001", "1", 2, booking)


def test_a_held_place_is_over_from_the_very_moment_on(holds: StoredHolds) -> None:
    until = NOW + timedelta(minutes=10, microseconds=5)
    mine = replace(hold(0), until=until)
    for _ in range(2):
        holds.note(mine)
    assert holds.over(until - timedelta(microseconds=1)) == ()
    assert holds.over(until) == (mine,)
    assert holds.over(until.astimezone(UTC) + timedelta(days=1)) == (mine,), "whatever the zone"


def test_what_is_over_longest_comes_first_until_it_is_settled(holds: StoredHolds) -> None:
    later, first, at_once = hold(9, "7M4QK0CCCC"), hold(1, "7M4QK0AAAA"), hold(1, "7M4QK0BBBB")
    for each in (later, first, at_once, hold(11)):
        holds.note(each)
    assert holds.over(NOW + timedelta(minutes=10)) == (first, at_once, later)
    for _ in range(2):
        holds.settle(first)
    assert holds.over(NOW + timedelta(minutes=10)) == (at_once, later)


def test_at_most_a_few_hundred_holds_are_read_at_once(holds: StoredHolds, calls: Calls) -> None:
    holds.note(hold(1))
    calls.clear()
    holds.over(NOW)
    assert [(name, given["Limit"]) for name, given in calls] == [("Query", 300)]


def test_a_hold_is_forgotten_two_days_after_its_time(holds: StoredHolds, tables: Tables) -> None:
    holds.note(hold(10))
    (item,) = tables.wishes.query("HOLDS")
    assert item["ends"] == {"N": str(int((NOW + timedelta(days=2, minutes=10)).timestamp()))}


# Draws.


def test_a_draw_is_announced_with_its_hash_and_its_seed_lies_apart(draws: StoredDraws, tables: Tables) -> None:
    draws.announce(DRAW, SEED)
    assert draws.all() == (DRAW,)
    assert draws.secret(DRAW.id) == SEED
    assert SEED not in str(tables.sessions.query("DRAW")), "whoever may read the draw cannot know its seed"


def test_a_draw_is_announced_once(draws: StoredDraws) -> None:
    draws.announce(DRAW, SEED)
    other = "ab" * 32
    with pytest.raises(Conflict):
        draws.announce(replace(DRAW, commitment=commitment(bytes.fromhex(other))), other)
    assert (draws.all(), draws.secret(DRAW.id)) == ((DRAW,), SEED)


def test_only_the_seed_whose_hash_was_announced_is_ever_revealed(draws: StoredDraws) -> None:
    with pytest.raises(ValueError, match="not the seed"):
        draws.announce(DRAW, "00" * 32)
    draws.announce(DRAW, SEED)
    with pytest.raises(Conflict):
        draws.reveal(DRAW.id, "00" * 32)
    assert draws.all() == (DRAW,)
    for _ in range(2):
        draws.reveal(DRAW.id, SEED)
    assert draws.all() == (replace(DRAW, seed=SEED),)


def test_a_draw_that_was_never_announced_has_no_seed(draws: StoredDraws) -> None:
    with pytest.raises(NotFound):
        draws.secret(DRAW.id)
    with pytest.raises(NotFound):
        draws.reveal(DRAW.id, SEED)


def test_everybody_takes_part_once_with_what_they_chose_last(draws: StoredDraws) -> None:
    wishes = [EnterDraw(DRAW.id, f"citiz{n:04d}1", n % 3 == 0, ("7M4QK0", "8N5RM1")) for n in range(200)]
    for each in wishes:
        draws.enter(replace(each, choices=("9P6SN0",)))
    for each in wishes:
        draws.enter(each)
    nothing = EnterDraw(DRAW.id, "citiz99991", overdue=False, choices=())
    draws.enter(nothing)
    draws.enter(EnterDraw("another", "citiz00001", overdue=True, choices=("7M4QK0",)))
    found = list(draws.entries(DRAW.id))
    assert sorted(found, key=lambda each: each.person) == [*wishes, nothing]


def test_the_wishes_of_a_draw_are_spread_over_sixteen_partitions(draws: StoredDraws, tables: Tables) -> None:
    for n in range(400):
        draws.enter(EnterDraw(DRAW.id, f"citiz{n:04d}1", overdue=False, choices=("7M4QK0",)))
    sizes = [len(tables.wishes.query(f"DRAW#{DRAW.id}#{number:02d}")) for number in range(16)]
    assert sum(sizes) == 400
    assert min(sizes) > 5
    assert max(sizes) < 60


def test_who_took_part_is_kept_for_sixty_days(draws: StoredDraws, tables: Tables) -> None:
    draws.enter(EnterDraw(DRAW.id, "citiz00011", overdue=False, choices=("7M4QK0",)))
    (item,) = tables.wishes.scan()
    assert item["ends"] == {"N": str(int((NOW + timedelta(days=60)).timestamp()))}


# What turns change.


def test_what_a_turn_says_of_the_line_is_written_and_may_be_written_again(line: StoredLine, draws: StoredDraws) -> None:
    line_up = LineUp(line, draws)
    wish = EnterDraw(DRAW.id, entry(1).person, overdue=True, choices=("7M4QK0",))
    for _ in range(2):
        line_up.write(Enlist(entry(1)))
        line_up.write(Enlist(entry(2)))
        line_up.write(wish)
    assert people(line.waiting([BALLYGUNGE], 2, "covishield")) == [entry(1).person, entry(2).person]
    assert list(draws.entries(DRAW.id)) == [wish]
    for _ in range(2):
        line_up.write(Leave(entry(1).person, 2, "covishield", BALLYGUNGE, entry(1).rank))
    assert people(line.waiting([BALLYGUNGE], 2, "covishield")) == [entry(2).person]
