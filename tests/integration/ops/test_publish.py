"""What publishing writes, and what it leaves alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from seba.conversation.records import Opening, Publisher
from seba.conversation.say import Ask, Request
from seba.domain.draws import Draw, commitment
from seba.domain.errors import Conflict, Refused
from seba.domain.ids import session_id
from seba.domain.sessions import Centre, Life, Session
from seba.storage.facts import Timetable
from tests.integration.ops.office import NOW, TODAY, TOMORROW, Killed, Office, an_office
from tests.published_files import AREA, CENTRE, FIRST, LATER, other_centre


@pytest.fixture
def office() -> Iterator[Office]:
    yield from an_office()


def test_what_is_published_is_offered_with_all_its_places(office: Office) -> None:
    done = office.publish(FIRST | {"date": "today+1..today+3"})
    assert (done.centres, done.added, done.faults) == (1, 3, ())
    (session,) = office.offered()
    assert session.id == session_id("ward-68", TOMORROW.isoformat(), "covishield", (2,))
    assert [slot.id for slot in session.slots] == [f"{session.id}0", f"{session.id}1"]
    assert office.rosters.free(f"{session.id}0") == (40, 0)
    (row,) = office.timetable.board(TOMORROW)
    assert row.free == {f"{session.id}0": 40, f"{session.id}1": 20}
    assert office.timetable.days() == tuple(TODAY + timedelta(days=n) for n in (1, 2, 3))


def test_what_is_published_is_forgotten_with_its_rosters(office: Office) -> None:
    office.publish(FIRST)
    session = office.only()
    until = {"N": str(int(session.kept_until.timestamp()))}
    stored = [
        *office.tables.sessions.query(f"SESSION#{session.id}"),
        *(page for slot in session.slots for page in office.tables.rosters.query(f"SLOT#{slot.id}")),
    ]
    assert len(stored) == 3
    assert [item["ends"] for item in stored] == [until] * 3


def test_publishing_twice_writes_nothing(office: Office) -> None:
    rows = (FIRST | {"date": "today+1..today+3"}, LATER | {"vaccine": "covaxin"}, other_centre(8))
    office.publish(*rows)
    assert office.writes > 0
    done = office.publish(*rows)
    assert office.writes == 0
    assert (done.added, done.unchanged) == (0, 5)


def test_areas_published_twice_write_nothing_and_a_changed_one_writes_itself(office: Office) -> None:
    two = (AREA, AREA | {"pin": "700029", "served": "border"})
    office.publish_areas(*two)
    assert office.writes == 1
    office.publish_areas(*two)
    assert office.writes == 0
    office.publish_areas(AREA, two[1] | {"served": "yes"})
    assert office.writes == 1


def test_the_next_week_is_a_batch_of_its_own(office: Office) -> None:
    office.publish(FIRST)
    office.publish(FIRST, LATER | {"date": "today+2"})
    assert len(office.timetable.centres()["ward-68"].opened) == 2
    assert office.only(TOMORROW + timedelta(days=1)).batch != office.only().batch


def test_a_faulty_centre_is_not_written_at_all_and_the_others_are(office: Office) -> None:
    done = office.publish(FIRST, LATER | {"date": "today+2", "slots": "9-11"}, other_centre(8))
    assert done.held_up == ("ward-68",)
    assert set(office.timetable.centres()) == {"ward-8"}
    assert [each.centre for each in office.offered()] == ["ward-8"]


# ---- interrupted ---------------------------------------------------------------------------------------------------


ROWS = (FIRST | {"date": "today+1..today+2"}, LATER | {"vaccine": "covaxin", "slots": "14:00-16:00=45"})
WRITES_IN_ALL = 17
"""The centre, two days, three sessions with a board each, six pages of rosters, what is to be told, the release."""


def kill(office: Office, write: int) -> None:
    """Publish, and let the process end instead of the request after so many writes."""
    office.killed_at = write
    with pytest.raises(Killed):
        office.publish(*ROWS)
    office.killed_at = None


def test_the_number_of_writes_is_known(office: Office) -> None:
    office.publish(*ROWS)
    assert office.writes == WRITES_IN_ALL


@pytest.mark.parametrize("write", range(WRITES_IN_ALL))
def test_killed_at_any_write_nothing_is_offered_and_running_again_completes_it(office: Office, write: int) -> None:
    kill(office, write)
    days = [TOMORROW, TOMORROW + timedelta(days=1)]
    assert not any(office.offered(day) for day in days)
    assert office.publish(*ROWS).added == 3
    sessions = [session for day in days for session in office.offered(day)]
    assert len(sessions) == 3
    for session in sessions:
        for slot in session.slots:
            assert office.rosters.free(slot.id) == (slot.capacity, 0)
    office.publish(*ROWS)
    assert office.writes == 0


def test_who_publishes_again_after_an_interruption_writes_only_what_is_missing(office: Office) -> None:
    kill(office, WRITES_IN_ALL - 2)
    office.publish(*ROWS)
    assert office.writes <= 3, "what is to be told, instead of what was, and the release"
    assert len(office.offered()) == 2


@pytest.mark.parametrize("write", range(WRITES_IN_ALL))
def test_what_was_left_behind_gives_way_to_a_changed_file(office: Office, write: int) -> None:
    kill(office, write)
    office.publish(FIRST | {"slots": "10:00-12:00=85", "fee": "100"})
    session = office.only()
    assert (session.fee, [slot.capacity for slot in session.slots]) == (100_00, [85])
    assert office.rosters.free(session.slots[0].id) == (85, 0)
    (free,) = [row.free for row in office.timetable.board(TOMORROW) if row.session == session]
    assert free == {session.slots[0].id: 85}
    assert office.timetable.sessions(TOMORROW + timedelta(days=1)) == ()


# ---- what is published already -------------------------------------------------------------------------------------


def test_life_goes_on_by_one_write_on_session_and_board(office: Office) -> None:
    office.publish(FIRST | {"life": "provisional"})
    assert office.offered() == []
    done = office.publish(FIRST | {"life": "open"})
    assert (done.changed, office.writes) == (1, 2), "what is to be told, and the change"
    (session,) = office.offered()
    assert session.life is Life.OPEN
    assert office.timetable.session(session.id) == session


def test_an_open_session_with_bookings_does_not_go_back(office: Office) -> None:
    office.publish(FIRST)
    office.book(office.only())
    (fault,) = office.publish(FIRST | {"life": "provisional"}).faults
    assert office.writes == 0
    assert (fault.line, fault.column) == (2, "life")
    assert fault.problem == f"the session of {TOMORROW} is open, with 1 booked"
    assert office.publish(FIRST | {"life": "closed"}).changed == 1
    assert office.publish(FIRST | {"life": "stocked"}).changed == 0
    assert office.publish(FIRST | {"life": "open"}).changed == 1


def test_an_open_session_without_bookings_may_go_back(office: Office) -> None:
    office.publish(FIRST)
    assert office.publish(FIRST | {"life": "stocked"}).changed == 1
    assert office.only().life is Life.STOCKED


def test_somebody_who_is_booked_while_it_goes_back_keeps_it_open(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publish(FIRST)
    session = office.only()
    change = Timetable.change_session

    def booked_first(timetable: Timetable, before: Session, after: Session) -> None:
        office.book(session)
        change(timetable, before, after)

    monkeypatch.setattr(Timetable, "change_session", booked_first)
    (fault,) = office.publish(FIRST | {"life": "provisional"}).faults
    assert "publish the file again" in fault.remedy
    assert office.only().life is Life.OPEN


def test_another_capacity_is_asked_of_the_booking_room(office: Office) -> None:
    office.publish(FIRST)
    slot = office.only().slots[0].id
    done = office.publish(FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"})
    assert (done.resized, done.changed) == (1, 0)
    assert office.rosters.free(slot) == (40, 0), "only the booking room writes rosters of what is offered"
    assert [effect.act for effect in office.asked] == [Request(Ask.RESIZE, slot, capacity=60)]
    office.rosters.resize(slot, 60)
    done = office.publish(FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"})
    assert (done.unchanged, done.resized, office.writes, len(office.asked)) == (1, 0, 0, 1)


def test_as_long_as_a_roster_is_of_another_size_the_same_file_asks_again(office: Office) -> None:
    office.publish(FIRST)
    slot = office.only().slots[0].id
    for person in ("k3Jd02mQx1", "k3Jd02mQx2", "k3Jd02mQx3"):
        office.book(office.only(), person)
    wanted = FIRST | {"slots": "09:00-11:00=1; 11:00-13:00=20"}
    office.publish(wanted)
    assert office.rosters.resize(slot, 1) == 3, "what is taken stays"
    office.now += timedelta(minutes=1)
    done = office.publish(wanted)
    assert (done.unchanged, done.changed, done.resized, office.writes) == (0, 0, 1, 0)
    first, second = office.asked
    assert first.act == second.act == Request(Ask.RESIZE, slot, capacity=1)
    assert first.id != second.id, "it is another request"
    office.rosters.release(slot, "k3Jd02mQx1", f"{slot}X9T1")
    office.rosters.release(slot, "k3Jd02mQx2", f"{slot}X9T2")
    assert office.rosters.resize(slot, 1) == 1
    done = office.publish(wanted)
    assert (done.unchanged, done.resized) == (1, 0)


def test_what_was_asked_before_is_taken_back_though_the_roster_is_still_of_the_old_size(office: Office) -> None:
    office.publish(FIRST)
    slot = office.only().slots[0].id
    office.publish(FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"})
    office.publish(FIRST)
    assert [effect.act for effect in office.asked] == [
        Request(Ask.RESIZE, slot, capacity=60),
        Request(Ask.RESIZE, slot, capacity=40),
    ]


def test_a_closed_session_is_asked_for_no_places(office: Office) -> None:
    office.publish(FIRST)
    office.publish(FIRST | {"life": "closed"})
    office.rosters.resize(office.only().slots[0].id, 50)
    done = office.publish(FIRST | {"life": "closed"})
    assert (done.unchanged, done.resized, office.asked) == (1, 0, [])


def test_a_change_whose_answer_is_lost_is_no_conflict(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.publish(FIRST)
    change = Timetable.change_session

    def unheard(timetable: Timetable, before: Session, after: Session) -> None:
        change(timetable, before, after)
        raise Conflict("the same write again")

    monkeypatch.setattr(Timetable, "change_session", unheard)
    done = office.publish(FIRST | {"life": "closed"})
    assert (done.changed, done.faults) == (1, ())


def test_a_board_that_is_being_written_is_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.publish(FIRST)
    change, busy = Timetable.change_session, [True, True]

    def busy_twice(timetable: Timetable, before: Session, after: Session) -> None:
        if busy:
            busy.pop()
            raise Conflict("another transaction")
        change(timetable, before, after)

    monkeypatch.setattr(Timetable, "change_session", busy_twice)
    assert office.publish(FIRST | {"life": "closed"}).faults == ()
    assert office.only().life is Life.CLOSED


def test_killed_before_it_asked_for_a_capacity_it_asks_when_it_is_published_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publish(FIRST)
    slot = office.only().slots[0].id
    wanted = FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"}

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Office, "queue", killed)
        with pytest.raises(Killed):
            office.publish(wanted)
    assert office.only().slots[0].capacity == 60
    assert office.publish(wanted).resized == 1
    assert [effect.act for effect in office.asked] == [Request(Ask.RESIZE, slot, capacity=60)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"slots": "09:30-11:00=40; 11:00-13:00=20"}, "slots"),
        ({"slots": "09:00-11:00=40"}, "slots"),
        ({"fee": "250"}, "fee"),
    ],
)
def test_hours_and_fee_of_a_published_session_stay_as_people_booked_them(
    office: Office, cells: dict[str, str], column: str
) -> None:
    office.publish(FIRST)
    (fault,) = office.publish(FIRST | cells).faults
    assert office.writes == 0
    assert fault.column == column
    assert "closed" in fault.remedy


def test_after_closing_it_a_session_with_other_hours_takes_its_place(office: Office) -> None:
    office.publish(FIRST)
    first = office.only()
    office.publish(FIRST | {"life": "closed"})
    office.publish(FIRST | {"slots": "10:00-12:00=30"})
    (second,) = office.offered()
    assert second.id == session_id("ward-68", TOMORROW.isoformat(), "covishield", (2,), 1)
    assert {each.id: each.life for each in office.timetable.sessions(TOMORROW)} == {
        first.id: Life.CLOSED,
        second.id: Life.OPEN,
    }
    office.publish(FIRST | {"slots": "10:00-12:00=30"})
    assert office.writes == 0


def test_a_changed_address_is_one_write(office: Office) -> None:
    office.publish(FIRST)
    done = office.publish(FIRST | {"address_en": "5 Gariahat Road", "phone": ""})
    assert (done.centres, office.writes) == (1, 1)
    centre = office.timetable.centres()["ward-68"]
    assert (centre.addresses["en"], centre.phone, len(centre.opened)) == ("5 Gariahat Road", None, 1)


def test_a_later_file_need_not_describe_the_centre(office: Office) -> None:
    office.publish(FIRST)
    assert office.publish(LATER | {"date": "today+9"}).added == 1
    assert office.timetable.centres()["ward-68"].names["en"] == CENTRE["name_en"]


def test_a_session_that_is_over_stays_closed_whatever_the_file_says(office: Office) -> None:
    over = FIRST | {"date": "today", "slots": "08:00-09:30=40"}
    office.now = NOW.replace(hour=7)
    office.publish(over)
    office.now = NOW
    office.timetable.close(office.only(TODAY).id)
    done = office.publish(over)
    assert (office.writes, done.unchanged) == (0, 1)


# ---- somebody else -------------------------------------------------------------------------------------------------


def test_an_id_that_is_somebody_elses_is_passed_over(office: Office) -> None:
    taken = session_id("ward-68", TOMORROW.isoformat(), "covishield", (2,))
    elsewhere = Session(taken, "other", TOMORROW + timedelta(days=9), "covaxin", (2,), 0, Life.OPEN, "x", ())
    office.timetable.add_session(elsewhere)
    office.publish(FIRST)
    assert office.only().id == session_id("ward-68", TOMORROW.isoformat(), "covishield", (2,), 1)
    assert office.timetable.session(taken) == elsewhere
    office.publish(FIRST)
    assert office.writes == 0


def test_two_who_publish_the_same_at_once_make_one_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Timetable.add_session

    def somebody_was_faster(timetable: Timetable, session: Session, instead_of: Session | None = None) -> bool:
        if instead_of is None:
            add(timetable, session)
        return add(timetable, session, instead_of)

    monkeypatch.setattr(Timetable, "add_session", somebody_was_faster)
    assert office.publish(FIRST).faults == ()
    assert len(office.offered()) == 1


def test_who_comes_second_leaves_what_was_released_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Timetable.add_session

    def somebody_was_done(timetable: Timetable, session: Session, instead_of: Session | None = None) -> bool:
        if add(timetable, replace(session, batch="theirs")):
            timetable.release(session.centre, "theirs", NOW)
        return add(timetable, session, instead_of)

    monkeypatch.setattr(Timetable, "add_session", somebody_was_done)
    (fault,) = office.publish(FIRST).faults
    assert "publish the file again" in fault.remedy
    assert office.only().batch == "theirs"


# ---- whose -----------------------------------------------------------------------------------------------------------

STATE, HOSPITAL = Publisher("wb", "West Bengal", private=False), Publisher("apollo", "Apollo", private=True)


@pytest.fixture
def two(office: Office) -> Office:
    """A desk with two publishers, of whom the hospital is about to publish."""
    office.timetable.save_publisher(STATE)
    office.timetable.save_publisher(HOSPITAL)
    office.publisher = HOSPITAL.id
    return office


def test_a_centre_belongs_to_who_published_it_first(two: Office) -> None:
    assert two.publish(FIRST | {"fee": "780"}).faults == ()
    assert two.timetable.centres()["ward-68"].publisher == "apollo"
    for other in (STATE.id, ""):
        two.publisher = other
        done = two.publish(LATER | {"date": "today+2"}, other_centre(80 + len(other)))
        assert [fault.column for fault in done.faults] == ["centre"]
        assert (done.held_up, done.added) == (("ward-68",), 1)
    two.publisher = HOSPITAL.id
    assert two.publish(LATER | {"date": "today+2"}).added == 1


def test_the_operators_centre_stays_the_operators(two: Office) -> None:
    two.publisher = ""
    two.publish(FIRST)
    two.publisher = HOSPITAL.id
    (fault,) = two.publish(LATER | {"life": "closed"}).faults
    assert fault.problem == "ward-68 belongs to the desk's own operator"
    assert two.writes == 0
    assert two.only().life is Life.OPEN


@pytest.mark.parametrize(("first", "second"), [(STATE.id, ""), (STATE.id, HOSPITAL.id), ("", HOSPITAL.id)])
def test_of_two_who_publish_the_same_new_centre_at_once_one_is_first(
    two: Office, monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    save = Timetable.save_centre

    def others_first(timetable: Timetable, centre: Centre) -> None:
        save(timetable, replace(centre, publisher=first))
        save(timetable, centre)

    monkeypatch.setattr(Timetable, "save_centre", others_first)
    two.publisher = second
    done = two.publish(FIRST)
    assert "publish the file again" in done.faults[0].remedy
    monkeypatch.undo()
    assert two.timetable.centres()["ward-68"].publisher == first
    assert two.offered() == []
    (fault,) = two.publish(FIRST).faults
    assert fault.problem.startswith("ward-68 belongs to the ")


def test_a_public_publisher_asks_no_money(two: Office) -> None:
    two.publisher = STATE.id
    (fault,) = two.publish(FIRST | {"fee": "100"}).faults
    assert (fault.column, two.writes) == ("fee", 0)
    assert two.publish(FIRST).faults == ()


def test_nobody_publishes_under_an_unknown_name(two: Office) -> None:
    two.publisher = "appolo"
    with pytest.raises(Refused, match="there is no publisher appolo"):
        two.publish(FIRST)
    assert two.writes == 0


def test_areas_are_the_operators(two: Office) -> None:
    (fault,) = two.publish_areas(AREA | {"served": "border"}).faults
    assert "by the desk's own operator" in fault.problem
    assert two.writes == 0


# ---- walk-ins, ages --------------------------------------------------------------------------------------------------


def test_the_share_of_the_walk_ins_cannot_be_booked(office: Office) -> None:
    office.publish(FIRST | {"walk_in": "25%"})
    first, second = (slot.id for slot in office.only().slots)
    assert (office.rosters.free(first), office.rosters.free(second)) == ((30, 0), (15, 0))
    (row,) = office.timetable.board(TOMORROW)
    assert row.free == {first: 30, second: 15}


def test_another_share_of_walk_ins_is_asked_of_the_booking_room(office: Office) -> None:
    office.publish(FIRST | {"walk_in": "25%"})
    done = office.publish(FIRST | {"walk_in": "50%", "slots": "09:00-11:00=60; 11:00-13:00=20"})
    assert (done.resized, done.changed) == (1, 1)
    second = office.only().slots[1].id
    assert [effect.act for effect in office.asked] == [Request(Ask.RESIZE, second, capacity=10)], (
        "30 of 60 are 30 of 40"
    )
    assert office.only().walk_in == 50


def test_other_ages_hold_for_whoever_books_from_then_on(office: Office) -> None:
    office.publish(FIRST | {"ages": "18-44", "dose": "1+2"})
    office.book(office.only())
    done = office.publish(FIRST | {"ages": "45+", "dose": "1+2"})
    assert (done.changed, done.faults) == (1, ())
    assert office.only().ages == (45, 120)


# ---- what opens ------------------------------------------------------------------------------------------------------


TEN = NOW.replace(hour=10) + timedelta(hours=6)


def told(office: Office) -> list[tuple[datetime, str, int]]:
    """What is to be told: when, of which draw, and of how many sessions."""
    return sorted((each.at, each.draw, len(each.sessions)) for each in office.openings)


def test_what_is_open_at_once_is_told_when_the_whole_desk_knows_of_it(office: Office) -> None:
    office.publish(FIRST | {"date": "today+1..today+3"}, LATER | {"vaccine": "covaxin", "life": "stocked"})
    assert told(office) == [(NOW + timedelta(minutes=1), "", 3)]
    (opening,) = office.openings
    assert set(opening.sessions) == {office.only(TODAY + timedelta(days=n)).id for n in (2, 3)} | {
        each.id for each in office.offered()
    }


def test_each_announced_hour_and_each_draw_is_told_once(office: Office) -> None:
    announce(office)
    office.publish(
        FIRST | {"date": "today+1..today+2", "opens": "today 16:00"},
        LATER | {"vaccine": "covaxin", "opens": "today 17:00"},
        LATER | {"dose": "1", "draw": "fair"},
        other_centre(8) | {"opens": "today 16:00"},
    )
    assert told(office) == [
        (TEN, "", 1),
        (TEN, "", 2),
        (TEN + timedelta(hours=1), "", 1),
        (TEN + timedelta(hours=2), "fair", 1),
    ]
    assert len({each.id for each in office.openings}) == 4


def test_a_session_that_opens_later_is_told_then(office: Office) -> None:
    office.publish(FIRST | {"life": "provisional", "opens": "today 16:00"})
    office.publish(FIRST | {"life": "stocked", "opens": "today 16:00"})
    assert told(office) == []
    office.publish(FIRST | {"life": "open", "opens": "today 16:00"})
    assert told(office) == [(TEN, "", 1)]


def test_an_hour_still_to_come_can_change_and_is_told_at_the_new_one_only(office: Office) -> None:
    office.publish(FIRST | {"date": "today+1..today+2", "opens": "today 16:00"})
    done = office.publish(FIRST | {"opens": "today 18:00"})
    assert (done.changed, done.faults) == (1, ())
    assert told(office) == [(TEN, "", 1), (TEN + timedelta(hours=2), "", 1)]
    office.publish(FIRST | {"date": "today+1..today+2"})
    assert told(office) == [(NOW + timedelta(minutes=1), "", 2)]


def test_an_hour_that_has_come_cannot_change_and_the_same_file_stays_good(office: Office) -> None:
    rows = FIRST | {"opens": "today 16:00", "date": "2026-11-24"}
    office.publish(rows)
    office.now = TEN + timedelta(minutes=1)
    assert office.publish(rows).unchanged == 1
    for opens in ("today 18:00", ""):
        (fault,) = office.publish(rows | {"opens": opens}).faults
        assert (fault.column, office.writes) == ("opens", 0)
        assert "since 2026-11-22 16:00 already" in fault.problem
    assert office.publish(rows | {"life": "closed", "opens": ""}).changed == 1


@pytest.mark.parametrize("kept", [{}, {"life": "stocked"}])
def test_an_hour_that_has_passed_is_refused_for_what_is_new(office: Office, kept: dict[str, str]) -> None:
    done = office.publish(FIRST | kept, LATER | {"date": "today+2", "opens": "today 10:00"}, other_centre(8))
    (fault,) = done.faults
    assert (fault.line, fault.column, fault.problem) == (3, "opens", "2026-11-22 10:00 has passed")
    assert (done.held_up, done.added) == (("ward-68",), 1)
    assert [each.centre for each in office.timetable.sessions(TOMORROW)] == ["ward-8"]


def test_a_session_whose_last_slot_has_ended_is_refused(office: Office) -> None:
    (fault,) = office.publish(FIRST | {"date": "today", "slots": "08:00-09:00=40; 09:00-10:00=40"}).faults
    assert (fault.column, fault.problem) == ("date", "the session of 2026-11-22 is past: its last slot ended at 10:00")
    assert office.writes == 0
    assert office.publish(FIRST | {"date": "today", "slots": "08:00-09:00=40; 09:00-10:01=40"}).faults == ()


def announce(office: Office, seed: bytes = b"a seed for tests only") -> Draw:
    opens = TEN + timedelta(hours=2)
    draw = Draw("fair", opens, opens + timedelta(minutes=15), commitment(seed))
    office.draws.announce(draw, seed.hex())
    return draw


def test_a_draw_takes_sessions_until_it_closes(office: Office) -> None:
    draw = announce(office)
    office.now = draw.closes
    assert office.publish(FIRST | {"draw": "fair"}).added == 1
    office.now = draw.closes + timedelta(seconds=1)
    assert office.publish(FIRST | {"draw": "fair"}).unchanged == 1
    (fault,) = office.publish(LATER | {"draw": "fair", "vaccine": "covaxin"}).faults
    assert (fault.column, fault.problem) == ("draw", "the draw fair closed 2026-11-22 18:15")


def test_a_session_stays_in_its_draw_once_it_is_open(office: Office) -> None:
    announce(office)
    office.publish(FIRST | {"life": "stocked"})
    assert office.publish(FIRST | {"draw": "fair"}).changed == 1
    (fault,) = office.publish(FIRST).faults
    assert (fault.column, office.writes) == ("draw", 0)
    assert fault.problem == f"the session of {TOMORROW} was published for the draw fair"
    office.publish(FIRST | {"vaccine": "covaxin"})
    (fault,) = office.publish(FIRST | {"vaccine": "covaxin", "draw": "fair"}).faults
    assert fault.problem == f"the session of {TOMORROW} was published without a draw"


def test_a_session_that_was_drawn_stays_as_it_is_whatever_the_file_says_of_it_again(office: Office) -> None:
    draw = announce(office)
    office.publish(FIRST | {"draw": "fair"})
    session = office.only()
    office.timetable.change_session(session, replace(session, drawn=True))
    office.now = draw.closes + timedelta(hours=1)
    assert office.publish(FIRST | {"draw": "fair"}).unchanged == 1
    assert office.only().drawn


def test_killed_before_the_release_it_is_told_once_for_the_file_that_was_published_in_the_end(office: Office) -> None:
    kill(office, WRITES_IN_ALL - 1)
    soon = NOW + timedelta(minutes=1)
    assert told(office) == [(soon, "", 3)]
    office.publish(FIRST)
    assert told(office) == [(soon, "", 1)], "the other two were never released"
    office.publish(*ROWS)
    assert sum(sessions for _, _, sessions in told(office)) == 3


def test_killed_between_what_is_told_and_the_change_both_are_done_when_it_is_published_again(office: Office) -> None:
    office.publish(FIRST | {"life": "stocked"})
    office.killed_at = 1
    with pytest.raises(Killed):
        office.publish(FIRST)
    office.killed_at = None
    assert office.offered() == []
    assert office.publish(FIRST).changed == 1
    assert len(office.openings) == 1
    assert [each.life for each in office.offered()] == [Life.OPEN]


def test_doses_of_a_published_session_stay_and_other_doses_are_a_session_beside_it(office: Office) -> None:
    office.publish(FIRST)
    (fault,) = office.publish(FIRST | {"dose": "1+2"}).faults
    assert (fault.column, office.writes) == ("dose", 0)
    assert fault.problem == f"the session of {TOMORROW} was published for 2"
    assert office.publish(FIRST | {"dose": "1", "slots": "09:00-11:00=10"}).added == 1
    assert [each.doses for each in office.offered()] != [(2,)]


def test_an_opening_names_what_is_open_and_nothing_else(office: Office) -> None:
    office.publish(FIRST, LATER | {"vaccine": "covaxin", "life": "provisional"})
    (opening,) = office.openings
    assert isinstance(opening, Opening)
    (session,) = (each for each in office.timetable.sessions(TOMORROW) if each.vaccine == "covishield")
    assert (opening.centre, opening.sessions) == ("ward-68", (session.id,))
