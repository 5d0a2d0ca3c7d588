import dataclasses
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from seba.conversation.records import News, Opening, Publisher
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, commitment
from seba.domain.errors import Conflict, NotFound
from seba.domain.places import Area, Locality, Served
from seba.domain.sessions import Centre, Life, Session, Slot
from seba.storage.facts import StoredBoards, StoredFacts, StoredNovelties, Timetable
from seba.storage.wishes import StoredDraws
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


SEED = "5e" * 32
DRAW = Draw("ward-68", NOW + timedelta(hours=1), NOW + timedelta(minutes=75), commitment(bytes.fromhex(SEED)))
OPENING = Opening("b1-C068", NOW + timedelta(minutes=30), "C068", ("7M4QK", "8N5RM"))


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def novelties(tables: Tables) -> StoredNovelties:
    return StoredNovelties(tables.sessions)


@pytest.fixture
def draws(tables: Tables, clock: Clock) -> StoredDraws:
    return StoredDraws(tables.wishes, tables.sessions, clock)


@pytest.fixture
def timetable(tables: Tables) -> Timetable:
    return Timetable(tables.sessions)


@pytest.fixture
def facts(tables: Tables, stopwatch: Stopwatch) -> StoredFacts:
    return StoredFacts(tables.sessions, stopwatch)


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


def test_everything_a_session_may_say_is_read_back(timetable: Timetable, facts: StoredFacts) -> None:
    rich = dataclasses.replace(
        SESSION,
        doses=(1, 2, 3),
        ages=(12, 17),
        walk_in=20,
        opens=NOW + timedelta(hours=1),
        draw="ward-68",
        drawn=True,
        paused=True,
        moved=NOW,
    )
    published(timetable, rich)
    assert timetable.session("7M4QK") == rich
    (row,) = facts.board(DAY)
    assert (row.session, row.free) == (rich, {"7M4QK0": 32, "7M4QK1": 16}), "the walk-ins' share is not booked"


@pytest.mark.parametrize(
    "not_yet",
    [
        dataclasses.replace(SESSION, opens=NOW + timedelta(hours=1)),
        dataclasses.replace(SESSION, draw="ward-68"),
        dataclasses.replace(SESSION, paused=True),
    ],
    ids=["its hour has not come", "its draw is to be made", "it is paused"],
)
def test_the_board_also_shows_what_is_only_announced_or_paused(
    timetable: Timetable, facts: StoredFacts, not_yet: Session
) -> None:
    published(timetable, not_yet)
    assert [row.session for row in facts.board(DAY)] == [not_yet]
    assert facts.bookable("7M4QK") == not_yet, "who books asks what it says of the moment"


# Moving and cancelling.

NEXT_DAY = DAY + timedelta(days=1)
NEWS = News("n1", "moved", "7M4QK", DAY, "C068")


def moved(**change: Any) -> Session:
    return dataclasses.replace(SESSION, moved=NOW, **change)


def test_a_session_moves_to_another_day_with_its_board_and_its_places(
    timetable: Timetable, facts: StoredFacts, tables: Tables
) -> None:
    published(timetable)
    StoredBoards(tables.sessions, facts).show("7M4QK0", 3)
    timetable.change_session(SESSION, moved(day=NEXT_DAY))
    assert timetable.session("7M4QK") == moved(day=NEXT_DAY)
    assert timetable.board(DAY) == ()
    (row,) = facts.board(NEXT_DAY)
    assert (row.session, row.free) == (moved(day=NEXT_DAY), {"7M4QK0": 3, "7M4QK1": 20})
    assert timetable.days() == (DAY, NEXT_DAY)
    until = str(int(moved(day=NEXT_DAY).kept_until.timestamp()))
    items = [tables.sessions.get("SESSION#7M4QK", "SESSION"), tables.sessions.get("BOARD#2026-11-26", "7M4QK")]
    assert [item and item["ends"]["N"] for item in items] == [until] * 2


def test_a_move_is_one_transaction_with_its_news(
    timetable: Timetable, novelties: StoredNovelties, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    published(timetable)
    calls.clear()
    timetable.change_session(SESSION, moved(day=NEXT_DAY), NEWS)
    assert [name for name, _ in calls if name not in ("GetItem", "Query")] == ["TransactWriteItems"]
    assert novelties.news() == (NEWS,)


def test_a_move_that_came_too_late_changes_nothing_and_is_no_news(
    timetable: Timetable, novelties: StoredNovelties
) -> None:
    published(timetable)
    cancelled = dataclasses.replace(SESSION, life=Life.CANCELLED)
    timetable.change_session(SESSION, cancelled)
    with pytest.raises(Conflict):
        timetable.change_session(SESSION, moved(day=NEXT_DAY), NEWS)
    assert timetable.session("7M4QK") == cancelled
    assert [row.session for row in timetable.board(DAY)] == [cancelled]
    assert timetable.board(NEXT_DAY) == ()
    assert novelties.news() == ()


def test_a_session_moves_to_another_centre_and_is_offered_there(
    timetable: Timetable, facts: StoredFacts, stopwatch: Stopwatch
) -> None:
    published(timetable)
    timetable.save_centre(dataclasses.replace(CENTRE, id="C070"))
    timetable.change_session(SESSION, moved(day=NEXT_DAY, centre="C070"))
    stopwatch.seconds += 60
    assert [row.session.centre for row in facts.board(NEXT_DAY)] == ["C070"]
    assert facts.bookable("7M4QK") == moved(day=NEXT_DAY, centre="C070")
    timetable.change_session(moved(day=NEXT_DAY, centre="C070"), moved(day=NEXT_DAY))
    assert timetable.sessions(NEXT_DAY) == (moved(day=NEXT_DAY),), "and back again"


def test_who_books_right_after_a_move_is_told_the_day_where_it_is_now(timetable: Timetable, facts: StoredFacts) -> None:
    published(timetable)
    assert facts.session("7M4QK") == SESSION
    timetable.change_session(SESSION, moved(day=NEXT_DAY))
    assert facts.bookable("7M4QK") == moved(day=NEXT_DAY)
    assert facts.session("7M4QK") == moved(day=NEXT_DAY), "not what was remembered a moment ago"


def test_a_session_not_released_is_not_released_by_a_move(timetable: Timetable) -> None:
    timetable.save_centre(CENTRE)
    timetable.save_centre(dataclasses.replace(CENTRE, id="C070"))
    timetable.add_session(SESSION)
    timetable.change_session(SESSION, moved(centre="C070"))
    assert timetable.session("7M4QK") == moved(centre="C070")
    assert timetable.sessions(DAY) == ()


def test_a_session_cannot_move_to_a_centre_that_is_not_there(timetable: Timetable, novelties: StoredNovelties) -> None:
    published(timetable)
    with pytest.raises(NotFound, match="no centre C999"):
        timetable.change_session(SESSION, moved(day=NEXT_DAY, centre="C999"), NEWS)
    assert timetable.session("7M4QK") == SESSION
    assert [row.session for row in timetable.board(DAY)] == [SESSION]
    assert timetable.board(NEXT_DAY) == ()
    assert novelties.news() == ()


def test_a_session_cancelled_while_somebody_changes_it_stays_cancelled(timetable: Timetable) -> None:
    published(timetable)
    cancelled = dataclasses.replace(SESSION, life=Life.CANCELLED)
    timetable.change_session(SESSION, cancelled, dataclasses.replace(NEWS, what="cancelled"))
    for late in (dataclasses.replace(SESSION, paused=True), dataclasses.replace(SESSION, fee=100_00)):
        with pytest.raises(Conflict):
            timetable.change_session(SESSION, late)
    timetable.close("7M4QK")
    assert timetable.session("7M4QK") == cancelled


def test_two_who_change_a_session_at_once_do_not_undo_each_other(timetable: Timetable) -> None:
    published(timetable)
    paused = dataclasses.replace(SESSION, paused=True)
    timetable.change_session(SESSION, paused)
    with pytest.raises(Conflict):
        timetable.change_session(SESSION, moved(day=NEXT_DAY))
    timetable.change_session(paused, dataclasses.replace(moved(day=NEXT_DAY), paused=True))
    assert timetable.board(DAY) == ()


def test_closing_what_was_moved_away_a_moment_ago_is_left_for_the_next_minute(
    timetable: Timetable, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(timetable)
    read = timetable.session

    def read_then_moved(session: str) -> Session | None:
        found = read(session)
        timetable.change_session(SESSION, moved(day=NEXT_DAY))
        return found

    monkeypatch.setattr(timetable, "session", read_then_moved)
    timetable.close("7M4QK")
    assert read("7M4QK") == moved(day=NEXT_DAY)
    assert [row.session.life for row in timetable.board(NEXT_DAY)] == [Life.OPEN]


# What is announced.


def test_a_draw_is_known_for_a_minute_and_its_absence_for_seconds(
    facts: StoredFacts, draws: StoredDraws, stopwatch: Stopwatch, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    assert facts.draw("ward-68") is None
    draws.announce(DRAW, SEED)
    assert facts.draw("ward-68") is None
    stopwatch.seconds += 5
    assert facts.draw("ward-68") == DRAW
    calls.clear()
    draws.reveal(DRAW.id, SEED)
    stopwatch.seconds += 59
    assert facts.draw("ward-68") == DRAW
    assert [name for name, _ in calls] == ["UpdateItem"]
    stopwatch.seconds += 1
    assert facts.draw("ward-68") == dataclasses.replace(DRAW, seed=SEED)


def test_an_opening_is_told_to_the_end_once(timetable: Timetable, novelties: StoredNovelties) -> None:
    drawn = dataclasses.replace(OPENING, id="b3-C068", draw="ward-68")
    for each in (drawn, OPENING):
        timetable.announce_opening(each)
    assert novelties.openings() == (OPENING, drawn)
    for _ in range(2):
        novelties.told(OPENING)
        novelties.told(drawn)
        novelties.told(dataclasses.replace(drawn, id="never-announced"))
    assert novelties.openings() == ()


def test_news_stay_until_they_are_spread(timetable: Timetable, novelties: StoredNovelties) -> None:
    other = News("n2", "cancelled", "8N5RM", DAY, "C070")
    for each in (NEWS, other, NEWS):
        timetable.tell_news(each)
    assert set(novelties.news()) == {NEWS, other}
    for _ in range(2):
        novelties.spread(NEWS)
    assert novelties.news() == (other,)


def test_openings_and_news_are_forgotten_sixty_days_later_even_if_nobody_told_them(
    timetable: Timetable, tables: Tables
) -> None:
    timetable.announce_opening(OPENING)
    timetable.tell_news(NEWS)
    ends = [item["ends"]["N"] for key in ("OPENING", "NEWS") for item in tables.sessions.query(key)]
    midnight = datetime(2026, 11, 25, tzinfo=KOLKATA)
    assert ends == [str(int((each + timedelta(days=60)).timestamp())) for each in (OPENING.at, midnight)]


# Publishers.

STATE = Publisher("west-bengal", "State of West Bengal", private=False)
HOSPITAL = Publisher("apollo", "Apollo Hospital", private=True, key_hash="ab" * 32)


def test_publishers_are_kept_changed_and_removed(timetable: Timetable) -> None:
    for each in (STATE, HOSPITAL):
        timetable.save_publisher(each)
    assert timetable.publishers() == {"apollo": HOSPITAL, "west-bengal": STATE}
    timetable.save_publisher(dataclasses.replace(HOSPITAL, key_hash=""))
    assert timetable.publisher("apollo") == dataclasses.replace(HOSPITAL, key_hash="")
    timetable.remove_publisher("apollo")
    assert timetable.publisher("apollo") is None


@pytest.mark.parametrize("other", ["apollo", ""], ids=["another publisher", "the operator"])
def test_a_centre_of_a_publisher_is_never_written_over_by_somebody_else(timetable: Timetable, other: str) -> None:
    theirs = dataclasses.replace(CENTRE, publisher="west-bengal")
    timetable.save_centre(theirs)
    with pytest.raises(Conflict):
        timetable.save_centre(dataclasses.replace(CENTRE, publisher=other, phone="03324001234"))
    assert timetable.centres()["C068"] == theirs
    timetable.save_centre(dataclasses.replace(theirs, phone="03324001234"))
    assert timetable.centres()["C068"].phone == "03324001234"


def test_a_centre_of_the_operator_is_never_written_over_by_a_publisher(timetable: Timetable) -> None:
    timetable.save_centre(CENTRE)
    with pytest.raises(Conflict):
        timetable.save_centre(dataclasses.replace(CENTRE, publisher="west-bengal", phone="03324001234"))
    assert timetable.centres()["C068"] == CENTRE
    timetable.save_centre(dataclasses.replace(CENTRE, phone="03324001234"))
    assert timetable.centres()["C068"].phone == "03324001234"


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
