"""What publishing writes, and what it leaves alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from seba.conversation.records import Effect
from seba.conversation.say import Ask, Request
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict
from seba.domain.ids import session_id
from seba.domain.roster import Claim
from seba.domain.rules import default_rules
from seba.domain.sessions import Life, Session
from seba.services.publish_sessions import Published, Publisher, PublishPorts
from seba.storage.facts import StoredFacts, StoredNovelties, Timetable
from seba.storage.rosters import StoredRosters
from seba.storage.wishes import StoredDraws
from tests.published_files import AREA, CENTRE, FIRST, LATER, areas_file, other_centre, sessions_file
from tests.tables import Tables, make_tables

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=KOLKATA)
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Office:
    """A publisher over tables, and a look at what it wrote."""

    tables: Tables
    asked: list[Effect] = field(default_factory=list[Effect])
    """What the booking room was asked."""
    writes: int = 0
    """Write requests since the last publication began."""
    killed_at: int | None = None
    """The write instead of which the process ends."""
    now: datetime = NOW
    publisher: str = ""
    """Whose files they are."""

    def __post_init__(self) -> None:
        self.timetable, self.rosters = Timetable(self.tables.sessions), StoredRosters(self.tables.rosters)
        events = self.tables.connection.client.meta.events
        events.register("before-parameter-build.dynamodb", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        if model.name in WRITES:
            if self.writes == self.killed_at:
                raise Killed
            self.writes += 1

    def queue(self, citizen: str, effects: Any, at: datetime) -> None:
        self.asked += effects

    def publish(self, *rows: Mapping[str, str]) -> Published:
        """Publish these rows of a sessions file. Nothing is remembered from before: it is another process."""
        return self._publish(sessions_file(*rows))

    def publish_areas(self, *rows: Mapping[str, str]) -> Published:
        return self._publish(areas_file(*rows))

    def _publish(self, content: bytes) -> Published:
        self.writes = 0
        sessions = self.tables.sessions
        draws = StoredDraws(self.tables.wishes, sessions, lambda: self.now)
        novelties = StoredNovelties(sessions)
        ports = PublishPorts(Timetable(sessions), self.rosters, self, default_rules(), draws, novelties)
        return Publisher(ports, publisher=self.publisher).publish(content, self.now)

    def offered(self, day: date = TOMORROW) -> list[Session]:
        """What citizens see on a day."""
        return [row.session for row in StoredFacts(self.tables.sessions, lambda: 0.0, lambda: NOW).board(day)]

    def only(self, day: date = TOMORROW) -> Session:
        """The one session of a day."""
        (session,) = self.timetable.sessions(day)
        return session

    def book(self, session: Session) -> None:
        """Somebody gets a place in the first slot."""
        slot = session.slots[0].id
        self.rosters.claim(slot, [Claim("k3Jd02mQx1", f"{slot}X9TA")])


@pytest.fixture
def office() -> Iterator[Office]:
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name="ap-south-1"))
        made = Office(Tables())
        made.publish_areas()
        yield made


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
    office.publish(FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"})
    assert (office.writes, len(office.asked)) == (0, 1)


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


def test_killed_after_asking_for_a_capacity_it_is_asked_for_again(office: Office) -> None:
    office.publish(FIRST)
    wanted = FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"}
    office.killed_at = 0
    with pytest.raises(Killed):
        office.publish(wanted)
    office.killed_at = None
    assert office.publish(wanted).resized == 1
    assert [effect.act for effect in office.asked] == [office.asked[0].act] * 2


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
