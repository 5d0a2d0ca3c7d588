import dataclasses
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict, NotFound
from seba.domain.places import Area, Locality, Served
from seba.domain.sessions import Centre, Life, Session, Slot
from seba.storage.facts import StoredBoards, StoredFacts, Timetable
from tests.tables import Tables

DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=KOLKATA)
CENTRE = Centre(
    id="C068",
    names={"en": "Ward 68 Health Centre", "bn": "ওয়ার্ড ৬৮ স্বাস্থ্যকেন্দ্র", "hi": "वार्ड 68 स्वास्थ्य केंद्र"},
    short_names={"en": "Ward 68", "bn": "ওয়ার্ড ৬৮", "hi": "वार्ड 68"},
    addresses={"en": "4 Gariahat Road", "bn": "৪ গড়িয়াহাট রোড", "hi": "4 गरियाहाट रोड"},
    ward="68",
    pin="700019",
    latitude=22.5199,
    longitude=88.3656,
)
SLOTS = (Slot("7M4QK0", time(9), time(11), 40), Slot("7M4QK1", time(11), time(13, 30), 20))
SESSION = Session("7M4QK", "C068", DAY, "covishield", (2,), 0, Life.OPEN, "2026-11-24", SLOTS)


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def timetable(tables: Tables) -> Timetable:
    return Timetable(tables.sessions)


@pytest.fixture
def facts(tables: Tables, stopwatch: Stopwatch) -> StoredFacts:
    return StoredFacts(tables.sessions, stopwatch, lambda: NOW)


def published(timetable: Timetable, session: Session = SESSION) -> None:
    timetable.save_centre(CENTRE)
    assert timetable.add_session(session)
    timetable.release("C068", "2026-11-24", NOW)


def test_what_was_left_unreleased_is_written_over_only_while_it_stands(timetable: Timetable) -> None:
    left, wanted = SESSION, dataclasses.replace(SESSION, batch="2", fee=100_00, slots=SLOTS[:1])
    timetable.add_session(left)
    assert not timetable.add_session(wanted, dataclasses.replace(left, life=Life.CLOSED))
    assert timetable.session(SESSION.id) == left
    assert timetable.add_session(wanted, left)
    assert timetable.session(SESSION.id) == wanted
    (row,) = timetable.board(DAY)
    assert (row.session, row.free) == (wanted, {"7M4QK0": 40})


def test_a_session_is_forgotten_sixty_days_after_its_day_with_its_board(timetable: Timetable, tables: Tables) -> None:
    published(timetable)
    timetable.close(SESSION.id)
    until = datetime(2027, 1, 24, tzinfo=KOLKATA)
    items = [
        tables.sessions.get(f"SESSION#{SESSION.id}", "SESSION"),
        tables.sessions.get(f"BOARD#{DAY.isoformat()}", SESSION.id),
    ]
    assert [item and item["ends"] for item in items] == [{"N": str(int(until.timestamp()))}] * 2


def test_what_is_published_is_read_back(timetable: Timetable, facts: StoredFacts) -> None:
    published(timetable)
    assert facts.centres() == {"C068": dataclasses.replace(CENTRE, opened=frozenset({"2026-11-24"}))}
    assert facts.session("7M4QK") == SESSION
    (row,) = facts.board(DAY)
    assert (row.session, row.free) == (SESSION, {"7M4QK0": 40, "7M4QK1": 20})
    assert facts.board(DAY + timedelta(days=1)) == ()
    assert timetable.days() == (DAY,)


def test_nothing_of_a_batch_is_offered_before_its_release(
    timetable: Timetable, facts: StoredFacts, stopwatch: Stopwatch
) -> None:
    timetable.save_centre(CENTRE)
    timetable.add_session(SESSION)
    assert facts.board(DAY) == ()
    assert timetable.sessions(DAY) == ()
    timetable.release("C068", "2026-11-24", NOW)
    stopwatch.seconds += 60
    assert [row.session for row in facts.board(DAY)] == [SESSION]


def test_a_session_is_bookable_from_the_moment_of_its_release(timetable: Timetable, facts: StoredFacts) -> None:
    timetable.save_centre(CENTRE)
    timetable.add_session(SESSION)
    assert facts.bookable("7M4QK") is None
    timetable.release("C068", "2026-11-24", NOW)
    assert facts.bookable("7M4QK") == SESSION, "whoever was offered a place must not be told it is closed"
    assert facts.bookable("NONE0") is None


def test_a_batch_of_nowhere_cannot_be_released(timetable: Timetable) -> None:
    with pytest.raises(NotFound):
        timetable.release("C999", "2026-11-24", NOW)


def test_changing_a_centre_does_not_withdraw_what_was_released(timetable: Timetable) -> None:
    published(timetable)
    timetable.save_centre(dataclasses.replace(CENTRE, phone="03324001234"))
    found = timetable.centres()["C068"]
    assert (found.phone, found.opened) == ("03324001234", frozenset({"2026-11-24"}))
    timetable.save_centre(CENTRE)
    assert timetable.centres()["C068"].phone is None


def test_a_session_published_twice_is_there_once(timetable: Timetable) -> None:
    published(timetable)
    assert timetable.add_session(SESSION) is False
    assert timetable.sessions(DAY) == (SESSION,)


@pytest.mark.parametrize("life", [Life.PROVISIONAL, Life.STOCKED, Life.CLOSED])
def test_only_open_sessions_are_offered(timetable: Timetable, facts: StoredFacts, life: Life) -> None:
    published(timetable, dataclasses.replace(SESSION, life=life))
    assert facts.board(DAY) == ()
    assert [each.life for each in timetable.sessions(DAY)] == [life]


def test_closing_reaches_session_and_board_and_nothing_reopens(timetable: Timetable, facts: StoredFacts) -> None:
    published(timetable)
    timetable.close("7M4QK")
    timetable.close("7M4QK")
    timetable.close("NONE0")
    assert facts.board(DAY) == ()
    assert facts.bookable("7M4QK") is None
    found = timetable.session("7M4QK")
    assert found is not None
    assert found.life is Life.CLOSED


def test_a_session_can_be_changed_by_whoever_knows_how_it_stands(timetable: Timetable, facts: StoredFacts) -> None:
    draft = dataclasses.replace(SESSION, life=Life.STOCKED)
    published(timetable, draft)
    timetable.change_session(draft, SESSION)
    assert timetable.session("7M4QK") == SESSION
    assert [row.session for row in facts.board(DAY)] == [SESSION]
    with pytest.raises(Conflict):
        timetable.change_session(draft, SESSION)
    with pytest.raises(ValueError, match="keeps its id"):
        timetable.change_session(SESSION, dataclasses.replace(SESSION, slots=SLOTS[:1]))


def test_the_board_shows_what_the_booking_room_says(
    timetable: Timetable, facts: StoredFacts, stopwatch: Stopwatch, tables: Tables
) -> None:
    published(timetable)
    assert facts.board(DAY)[0].free["7M4QK0"] == 40
    boards = StoredBoards(tables.sessions, facts)
    boards.show("7M4QK0", 3)
    boards.show("NONE00", 3)
    assert facts.board(DAY)[0].free["7M4QK0"] == 40, "a second old at most, and that it may be"
    stopwatch.seconds += 1
    assert facts.board(DAY)[0].free == {"7M4QK0": 3, "7M4QK1": 20}


def test_facts_are_read_once_while_they_are_fresh(
    timetable: Timetable, facts: StoredFacts, stopwatch: Stopwatch, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    published(timetable)
    calls.clear()
    for _ in range(3):
        facts.centres()
        facts.areas()
        facts.session("7M4QK")
        facts.session("NONE0")
        facts.board(DAY)
    assert len(calls) == 5
    stopwatch.seconds += 5
    facts.session("7M4QK")
    assert len(calls) == 6
    assert not any(parameters.get("ConsistentRead") for _, parameters in calls)


def test_areas_stay_the_same_object_while_nothing_changes(
    timetable: Timetable, facts: StoredFacts, stopwatch: Stopwatch
) -> None:
    area = Area("700019", Served.BORDER, (Locality("Ballygunge", "বালিগঞ্জ", "बालीगंज"),), 22.528, 88.3659)
    timetable.save_area(area)
    first = facts.areas()
    assert first == {"700019": area}
    stopwatch.seconds += 60
    assert facts.areas() is first
    timetable.save_area(dataclasses.replace(area, served=Served.YES))
    stopwatch.seconds += 60
    assert facts.areas()["700019"].served is Served.YES


def test_an_area_that_is_not_served_says_where_to_go_instead(timetable: Timetable, facts: StoredFacts) -> None:
    elsewhere = ("Go to Salt Lake.", "সল্টলেকে যান।", "साल्ट लेक जाएँ।")
    area = Area("700091", Served.NO, (Locality("Salt Lake", "সল্টলেক", "साल्ट लेक"),), 22.58, 88.41, elsewhere)
    timetable.save_area(area)
    assert facts.areas() == {"700091": area}


def test_a_centre_knows_its_desk_numbers(timetable: Timetable) -> None:
    timetable.add_desk("C068", "citizen01")
    timetable.add_desk("C068", "citizen02")
    timetable.remove_desk("C068", "citizen01")
    assert timetable.desks("C068") == ("citizen02",)
