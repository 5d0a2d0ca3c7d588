"""Moving, cancelling, pausing: what changes, for whom, what is refused, and that repeating is harmless."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from seba.conversation.records import Publisher
from seba.domain.appointments import Standing
from seba.domain.draws import Draw, commitment
from seba.domain.errors import Conflict, Refused
from seba.domain.identity_cards import CardType
from seba.domain.people import Person
from seba.domain.roster import Claim
from seba.domain.rules import default_rules
from seba.domain.sessions import Life, Session
from seba.services.change_sessions import Changed, ChangePorts, SessionChanges
from seba.services.days_report import MOST_DAYS
from seba.storage.facts import Timetable
from tests.integration.ops.office import NOW, TODAY, TOMORROW, Killed, Office, an_office
from tests.published_files import FIRST, LATER, other_centre

THIRD = TODAY + timedelta(days=3)
ASHIMA, RAHIM = "k3Jd02mQx1", "k3Jd02mQx2"


@dataclass
class People:
    """Those who are booked, by id."""

    known: dict[str, Person] = field(default_factory=dict[str, Person])

    def people(self, persons: Sequence[str]) -> Mapping[str, Person]:
        return {person: self.known[person] for person in persons if person in self.known}

    def stopped(self, citizens: object) -> frozenset[str]:
        raise AssertionError("who said STOP is nothing to a change")

    def had(self, person: str, last_dose: date | None, doses: int = 1) -> None:
        """Somebody had so many doses of Covishield, the last one on that day."""
        vaccine = "covishield" if last_dose else ""
        self.known[person] = Person(
            person[-1],
            "Ashima Pal",
            vaccine,
            last_dose,
            last_dose is not None,
            CardType.AADHAAR,
            "s",
            "1234",
            None,
            doses,
        )


@dataclass
class Desk:
    """The office with the commands that change sessions."""

    office: Office
    people: People = field(default_factory=People)

    def __post_init__(self) -> None:
        self.timetable = self.office.timetable

    @property
    def changes(self) -> SessionChanges:
        """As another process makes them: nothing is remembered."""
        office = self.office
        office.writes = 0
        timetable = Timetable(office.tables.sessions)
        return SessionChanges(
            ChangePorts(timetable, office.rosters, self.people, default_rules(), office.draws, lambda: office.now)
        )

    def move(self, to_day: date | None = None, to_centre: str | None = None, day: date = TOMORROW) -> Changed:
        return self.changes.move("", "ward-68", day, "covishield", to_day=to_day, to_centre=to_centre)

    def news(self) -> list[tuple[str, str, date, str]]:
        return [(each.what, each.session, each.was_day, each.was_centre) for each in self.office.novelties.news()]


@pytest.fixture
def office() -> Iterator[Office]:
    yield from an_office()


@pytest.fixture
def desk(office: Office) -> Desk:
    """A desk that publishes, for tomorrow, what most tests change."""
    office.publish(FIRST, other_centre(8) | {"date": "today+9"})
    return Desk(office)


# ---- moving ----------------------------------------------------------------------------------------------------------


def test_a_moved_session_stands_on_the_new_day_with_everybody_booked_by_one_transaction(desk: Desk) -> None:
    session = desk.office.only()
    booking = desk.office.book(session)
    changed = desk.move(THIRD)
    assert desk.office.writes == 2 + 1, "its two pages are kept for longer, then everything at once"
    assert (changed.people, changed.unchanged) == (1, 0)
    assert changed.sessions == (replace(session, day=THIRD, moved=NOW),)
    assert desk.office.offered() == []
    assert desk.office.offered(THIRD) == list(changed.sessions)
    member = desk.office.rosters.find(booking)
    assert member is not None
    assert (member.person, member.standing) == (ASHIMA, Standing.BOOKED)
    assert desk.news() == [("moved", session.id, TOMORROW, "ward-68")]


def test_a_session_moves_to_another_centre_and_is_offered_there(desk: Desk) -> None:
    session = desk.office.only()
    desk.move(to_centre="ward-8")
    assert [(each.id, each.centre) for each in desk.office.offered()] == [(session.id, "ward-8")]
    assert desk.news() == [("moved", session.id, TOMORROW, "ward-68")]
    desk.changes.move("", "ward-8", TOMORROW, "covishield", to_day=THIRD, to_centre="ward-68")
    assert desk.office.only(THIRD).centre == "ward-68"
    assert len(desk.news()) == 2


def test_given_again_a_move_changes_nothing(desk: Desk) -> None:
    desk.move(THIRD)
    changed = desk.move(THIRD)
    assert (changed, desk.office.writes) == (Changed((), 1, 0), 0)
    assert len(desk.news()) == 1


@pytest.mark.parametrize("write", range(3))
def test_killed_at_any_of_its_writes_nothing_is_changed_and_nobody_is_told(desk: Desk, write: int) -> None:
    before = desk.office.only()
    desk.office.killed_at = write
    with pytest.raises(Killed):
        desk.move(THIRD)
    desk.office.killed_at = None
    assert desk.office.only() == before
    assert desk.news() == []
    assert len(desk.move(THIRD).sessions) == 1


def refused(desk: Desk, says: str, **to: object) -> None:
    """A move that is refused writes nothing."""
    with pytest.raises(Refused, match=says):
        desk.move(**to)  # type: ignore[arg-type]  # days and centres by name
    assert desk.office.writes == 0
    assert desk.news() == []


def move_one(desk: Desk, dose: int | None = None, session: str | None = None) -> Changed:
    return desk.changes.move("", "ward-68", TOMORROW, "covishield", to_day=THIRD, dose=dose, session=session)


def test_of_two_sessions_for_different_doses_the_one_whose_dose_is_named_moves(desk: Desk) -> None:
    desk.office.publish(LATER | {"dose": "1+3"})
    first, second = sorted(desk.timetable.sessions(TOMORROW), key=lambda each: each.doses)
    refused(
        desk,
        f"ward-68 has more than one session of covishield on 2026-11-23: .*{first.id} \\(covishield, dose 1\\+3, open,"
        " .*; add the dose, or the id as the session",
        to_day=THIRD,
    )
    assert [each.id for each in move_one(desk, dose=3).sessions] == [first.id]
    assert desk.office.only() == second
    assert (move_one(desk, dose=3), desk.office.writes) == (Changed((), 1, 0), 0)
    with pytest.raises(Refused, match="ward-68 has no session DDDDD of covishield on 2026-11-23: mend"):
        move_one(desk, session="ddddd")
    assert [each.id for each in move_one(desk, dose=2).sessions] == [second.id], "at the same hours, as before"
    assert desk.timetable.sessions(TOMORROW) == ()


def test_of_a_closed_session_and_the_one_in_its_place_the_id_says_which_moves(desk: Desk) -> None:
    desk.office.publish(FIRST | {"life": "closed"})
    desk.office.publish(FIRST | {"slots": "10:00-12:00=30"})
    closed, new = sorted(desk.timetable.sessions(TOMORROW), key=lambda each: each.life)
    refused(desk, f"{closed.id} .*closed, 09:00-13:00.*; add the id of one as the session", to_day=THIRD)
    with pytest.raises(Refused, match="more than one session of covishield for dose 2"):
        move_one(desk, dose=2)
    assert [each.id for each in move_one(desk, session=closed.id.lower()).sessions] == [closed.id]
    assert (move_one(desk, session=closed.id), desk.office.writes) == (Changed((), 1, 0), 0)
    assert desk.office.only() == new
    assert len(desk.move(THIRD).sessions) == 1, "alone it need not be named, and the other may be at its hours"
    assert {each.life for each in desk.timetable.sessions(THIRD)} == {Life.OPEN, Life.CLOSED}
    assert desk.timetable.sessions(TOMORROW) == ()
    assert len(desk.news()) == 2


def test_the_same_file_again_leaves_what_was_moved_where_it_is(desk: Desk) -> None:
    desk.move(THIRD)
    done = desk.office.publish(FIRST, other_centre(8) | {"date": "today+9"})
    assert (done.by_command, done.unchanged, done.faults, desk.office.writes) == (1, 1, (), 0)
    assert desk.office.publish(FIRST | {"slots": "15:00-16:00=5"}).added == 1


def test_beside_a_session_that_was_moved_here_others_are_published_at_other_hours(desk: Desk) -> None:
    desk.move(THIRD)
    (fault,) = desk.office.publish(LATER | {"date": "today+3", "slots": "10:00-12:00=5"}).faults
    assert (fault.column, desk.office.writes) == ("slots", 0)
    assert desk.office.publish(LATER | {"date": "today+3", "slots": "14:00-16:00=5"}).added == 1


def test_a_move_to_a_full_day_is_refused(desk: Desk) -> None:
    desk.office.publish(LATER | {"date": "today+3", "dose": "1", "slots": "10:00-12:00=5"})
    refused(desk, "the day is full: ward-68 gives covishield on 2026-11-25 at 10:00-12:00 already", to_day=THIRD)


def test_a_day_with_another_vaccine_or_other_hours_is_not_full(desk: Desk) -> None:
    desk.office.publish(
        LATER | {"date": "today+3", "slots": "13:00-14:00=5"}, LATER | {"date": "today+3", "vaccine": "covaxin"}
    )
    assert len(desk.move(THIRD).sessions) == 1


@pytest.mark.parametrize(
    ("to_day", "to_centre", "says"),
    [
        (TODAY - timedelta(days=1), None, "2026-11-21 is past: today is 2026-11-22"),
        (TODAY, None, "on 2026-11-22 its first hour, 09:00, has passed"),
        (TODAY + timedelta(days=367), None, "more than a year ahead"),
        (None, None, "it is there already"),
        (TOMORROW, "ward-68", "it is there already"),
        (None, "ward-99", "there is no centre ward-99"),
    ],
)
def test_a_move_to_nowhere_is_refused(desk: Desk, to_day: date | None, to_centre: str | None, says: str) -> None:
    refused(desk, says, to_day=to_day, to_centre=to_centre)


def test_a_move_of_nothing_is_refused(desk: Desk) -> None:
    refused(desk, "ward-68 has no session of covishield on 2026-11-24", day=TODAY + timedelta(days=2), to_day=THIRD)


def test_a_session_that_has_begun_stays(desk: Desk) -> None:
    desk.office.now = NOW + timedelta(days=1)
    refused(desk, "has begun", to_day=THIRD)


def test_a_session_is_not_moved_before_the_hour_at_which_it_opens(desk: Desk) -> None:
    desk.office.publish(LATER | {"date": "today+5", "opens": "today+4 10:00", "vaccine": "covaxin"})
    with pytest.raises(Refused, match="it opens on 2026-11-26 10:00"):
        desk.changes.move("", "ward-68", TODAY + timedelta(days=5), "covaxin", to_day=THIRD)


def test_a_session_is_not_moved_to_before_the_close_of_its_draw(desk: Desk) -> None:
    opens = NOW.replace(day=26)
    draw = Draw("fair", opens, opens + timedelta(hours=6), commitment(b"seed"))
    desk.office.draws.announce(draw, b"seed".hex())
    desk.office.publish(LATER | {"date": "today+5", "draw": "fair", "vaccine": "covaxin", "slots": "12:00-14:00=5"})
    with pytest.raises(Refused, match="its draw fair closes on 2026-11-26 16:00"):
        desk.changes.move("", "ward-68", TODAY + timedelta(days=5), "covaxin", to_day=opens.date())
    assert desk.office.writes == 0
    moved = desk.changes.move("", "ward-68", TODAY + timedelta(days=5), "covaxin", to_day=TODAY + timedelta(days=6))
    assert len(moved.sessions) == 1


def test_a_move_that_is_too_early_for_somebody_names_the_first_day_for_all(desk: Desk) -> None:
    desk.office.publish(LATER | {"date": "today+6"})
    session = desk.office.only(TODAY + timedelta(days=6))
    desk.office.book(session, ASHIMA)
    desk.office.book(session, RAHIM)
    desk.people.had(ASHIMA, TODAY + timedelta(days=4) - timedelta(days=84))
    desk.people.had(RAHIM, TODAY - timedelta(days=300))
    says = "1 person booked would come before their interval is over: from 2026-11-26 on"
    refused(desk, says, day=session.day, to_day=THIRD)
    assert len(desk.move(TODAY + timedelta(days=4), day=session.day).sessions) == 1


def test_a_precaution_dose_has_an_interval_of_its_own(desk: Desk) -> None:
    desk.office.publish(LATER | {"date": "today+6", "dose": "1+3", "slots": "15:00-16:00=5"})
    session = desk.office.only(TODAY + timedelta(days=6))
    desk.office.book(session, ASHIMA)
    desk.office.book(session, RAHIM)
    desk.people.had(RAHIM, None, 0)
    desk.people.had(ASHIMA, TODAY + timedelta(days=6) - timedelta(days=182), 2)
    refused(desk, "1 person booked would come before", day=session.day, to_day=THIRD)
    assert len(desk.move(TODAY + timedelta(days=7), day=session.day).sessions) == 1


def test_a_later_day_asks_nobodys_interval(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.office.book(desk.office.only())
    monkeypatch.setattr(People, "people", lambda *_: pytest.fail("being late is never refused"))
    assert desk.move(THIRD).people == 1


# ---- cancelling ------------------------------------------------------------------------------------------------------


def test_a_cancelled_session_is_offered_no_more_and_its_people_are_to_be_told(desk: Desk) -> None:
    session = desk.office.only()
    desk.office.book(session)
    changed = desk.changes.cancel("", "ward-68", TOMORROW)
    assert [(each.life, each.day) for each in changed.sessions] == [(Life.CANCELLED, TOMORROW)]
    assert (changed.people, desk.office.writes) == (1, 1)
    assert desk.office.offered() == []
    assert desk.news() == [("cancelled", session.id, TOMORROW, "ward-68")]
    again = desk.changes.cancel("", "ward-68", TOMORROW)
    assert (again, desk.office.writes, len(desk.news())) == (Changed((), 1, 0), 0, 1)


def test_one_vaccine_can_be_cancelled_alone(desk: Desk) -> None:
    desk.office.publish(LATER | {"vaccine": "covaxin"})
    desk.changes.cancel("", "ward-68", TOMORROW, "covaxin")
    assert [each.vaccine for each in desk.office.offered()] == ["covishield"]


def test_of_two_sessions_for_different_doses_the_one_whose_dose_is_named_is_cancelled(desk: Desk) -> None:
    desk.office.publish(LATER | {"dose": "1"})
    with pytest.raises(Refused, match=r"more than one session of covishield on .*; add the dose, or the id"):
        desk.changes.cancel("", "ward-68", TOMORROW, "covishield")
    assert (desk.office.writes, desk.news()) == (0, [])
    desk.changes.cancel("", "ward-68", TOMORROW, "covishield", dose=1)
    assert [each.doses for each in desk.office.offered()] == [(2,)]
    again = desk.changes.cancel("", "ward-68", TOMORROW, dose=1)
    assert (again, desk.office.writes) == (Changed((), 1, 0), 0)
    with pytest.raises(
        Refused, match="ward-68 has no session for dose 3 on 2026-11-23: mend centre, day, vaccine or dose"
    ):
        desk.changes.cancel("", "ward-68", TOMORROW, dose=3)


def test_a_whole_day_is_cancelled_with_all_its_doses_and_vaccines(desk: Desk) -> None:
    desk.office.publish(LATER | {"dose": "1"}, LATER | {"vaccine": "covaxin"})
    assert len(desk.changes.cancel("", "ward-68", TOMORROW).sessions) == 3
    assert desk.office.offered() == []


@pytest.mark.parametrize("vaccine", [None, "covishield"])
def test_a_closed_session_is_never_cancelled_together_with_the_one_in_its_place(
    desk: Desk, vaccine: str | None
) -> None:
    desk.office.book(desk.office.only())
    desk.office.publish(FIRST | {"life": "closed"})
    desk.office.publish(FIRST | {"slots": "10:00-12:00=30"})
    closed, new = sorted(desk.timetable.sessions(TOMORROW), key=lambda each: each.life)
    with pytest.raises(Refused, match=f"{new.id} .*; add the id of one as the session"):
        desk.changes.cancel("", "ward-68", TOMORROW, vaccine)
    assert (desk.office.writes, desk.news()) == (0, [])
    changed = desk.changes.cancel("", "ward-68", TOMORROW, vaccine, session=new.id)
    assert ([each.id for each in changed.sessions], changed.people) == ([new.id], 0)
    stands = desk.timetable.session(closed.id)
    assert stands is not None
    assert stands.life is Life.CLOSED
    assert desk.changes.cancel("", "ward-68", TOMORROW, vaccine).people == 1, "alone it need not be named"


@pytest.mark.parametrize("life", ["open", "stocked", "closed"])
def test_no_file_brings_a_cancelled_session_back(desk: Desk, life: str) -> None:
    desk.changes.cancel("", "ward-68", TOMORROW)
    done = desk.office.publish(FIRST | {"life": life})
    assert (done.by_command, done.faults, desk.office.writes) == (1, (), 0)
    assert desk.office.publish(FIRST | {"slots": "10:00-12:00=30"}).added == 1
    assert [each.life for each in desk.office.offered()] == [Life.OPEN]


def test_what_is_over_or_was_never_there_cannot_be_cancelled(desk: Desk) -> None:
    with pytest.raises(Refused, match="ward-68 has no session of covaxin on 2026-11-23"):
        desk.changes.cancel("", "ward-68", TOMORROW, "covaxin")
    desk.office.now = NOW + timedelta(days=1, hours=4)
    with pytest.raises(Refused, match="the session of 2026-11-23 at ward-68 is over"):
        desk.changes.cancel("", "ward-68", TOMORROW)
    assert (desk.office.writes, desk.news()) == (0, [])


def test_a_session_under_way_can_be_cancelled(desk: Desk) -> None:
    desk.office.now = NOW + timedelta(days=1)
    assert len(desk.changes.cancel("", "ward-68", TOMORROW).sessions) == 1


# ---- pausing ---------------------------------------------------------------------------------------------------------


def test_a_paused_centre_is_booked_no_more_until_it_goes_on(desk: Desk) -> None:
    desk.office.publish(LATER | {"date": "today+2..today+4"})
    desk.office.book(desk.office.only())
    changed = desk.changes.pause("", "ward-68")
    assert (len(changed.sessions), changed.people) == (4, 1)
    sessions = [session for n in (1, 2, 3, 4) for session in desk.office.offered(TODAY + timedelta(days=n))]
    assert [each.is_on_offer(NOW) for each in sessions] == [False] * 4
    assert desk.office.only(TODAY + timedelta(days=9)).is_on_offer(NOW), "another centre"
    assert desk.news() == []
    assert desk.changes.pause("", "ward-68") == Changed((), 4, 0)
    assert len(desk.changes.resume("", "ward-68", THIRD).sessions) == 1
    assert desk.office.only(THIRD).is_on_offer(NOW)
    assert len(desk.changes.resume("", "ward-68").sessions) == 3


def test_a_pause_is_for_days_to_come(desk: Desk) -> None:
    with pytest.raises(Refused, match="2026-11-21 is past"):
        desk.changes.pause("", "ward-68", TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="ward-68 has no session on 2026-11-25"):
        desk.changes.pause("", "ward-68", THIRD)


def test_a_pause_outlives_publishing(desk: Desk) -> None:
    desk.changes.pause("", "ward-68")
    desk.office.publish(FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"})
    assert desk.office.only().paused


def test_what_others_write_at_the_same_time_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    change, others = Timetable.change_session, [Life.CLOSED]

    def closed_first(timetable: Timetable, before: Session, after: Session, news: object = None) -> None:
        if others:
            change(timetable, before, replace(before, life=others.pop()))
            raise Conflict("the session was closed")
        change(timetable, before, after, news)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(Timetable, "change_session", closed_first)
    desk.move(THIRD)
    session = desk.office.only(THIRD)
    assert (session.life, session.moved) == (Life.CLOSED, NOW)


def test_a_change_whose_answer_is_lost_is_made_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    change = Timetable.change_session

    def unheard(timetable: Timetable, before: Session, after: Session, news: object = None) -> None:
        change(timetable, before, after, news)  # type: ignore[arg-type]  # what it was given
        raise Conflict("the same write again")

    monkeypatch.setattr(Timetable, "change_session", unheard)
    assert len(desk.move(THIRD).sessions) == 1
    assert len(desk.news()) == 1


# ---- whose -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def theirs(office: Office) -> Desk:
    """A desk with a centre of the operator, one of a hospital and one of a state."""
    office.publish(FIRST)
    for number, publisher in ((8, "apollo"), (9, "wb")):
        office.timetable.save_publisher(Publisher(publisher, publisher, private=publisher == "apollo"))
        office.publisher = publisher
        office.publish(other_centre(number))
    return Desk(office)


@pytest.mark.parametrize("publisher", ["", "apollo", "nobody"])
@pytest.mark.parametrize(
    "command",
    [
        lambda changes, publisher: changes.move(publisher, "ward-9", TOMORROW, "covishield", to_day=THIRD),
        lambda changes, publisher: changes.cancel(publisher, "ward-9", TOMORROW),
        lambda changes, publisher: changes.pause(publisher, "ward-9"),
        lambda changes, publisher: changes.resume(publisher, "ward-9"),
    ],
)
def test_nobody_changes_a_centre_of_somebody_else(theirs: Desk, publisher: str, command: object) -> None:
    says = "there is no publisher nobody" if publisher == "nobody" else "ward-9 belongs to the publisher wb"
    with pytest.raises(Refused, match=says):
        command(theirs.changes, publisher)  # type: ignore[operator]  # one of those above
    assert theirs.office.writes == 0


def test_nobody_moves_their_people_to_a_centre_of_somebody_else(theirs: Desk) -> None:
    for other in ("ward-9", "ward-68"):
        with pytest.raises(Refused, match=f"{other} belongs to"):
            theirs.changes.move("apollo", "ward-8", TOMORROW, "covishield", to_day=THIRD, to_centre=other)
    assert theirs.office.writes == 0


# ---- days ------------------------------------------------------------------------------------------------------------


def test_a_day_counts_who_was_booked_who_came_who_did_not_and_who_is_still_held(theirs: Desk) -> None:
    office = theirs.office
    office.publisher = "apollo"
    office.publish({"centre": "ward-8"} | LATER | {"centre": "ward-8", "vaccine": "covaxin", "walk_in": "20%"})
    (session,) = (each for each in office.offered() if each.vaccine == "covaxin")
    slot = session.slots[0].id
    members = [(f"k3Jd02mQx{n}", f"{slot}X9T{n}") for n in range(1, 6)]
    office.rosters.claim(slot, [Claim(*member) for member in members[:4]])
    office.rosters.claim(slot, [Claim(*members[4], standing=Standing.HELD)])
    office.rosters.mark(slot, *members[0], Standing.GIVEN)
    office.rosters.mark(slot, *members[1], Standing.GIVEN)
    office.rosters.mark(slot, *members[2], Standing.ABSENT)
    (day,) = theirs.changes.days_report("apollo", TODAY, THIRD)
    assert (day.centre, day.day, day.capacity, day.walk_in) == ("ward-8", TOMORROW, 120, 12)
    assert (day.booked, day.came, day.absent, day.held, day.free) == (4, 2, 1, 1, 103)
    assert [each.centre for each in theirs.changes.days_report("", TODAY, THIRD)] == ["ward-68"]


@pytest.mark.parametrize(
    ("last", "says"),
    [(TODAY - timedelta(days=1), "is before"), (TODAY + timedelta(days=MOST_DAYS), "more than 62 days")],
)
def test_days_are_asked_for_in_order_and_not_all_at_once(theirs: Desk, last: date, says: str) -> None:
    with pytest.raises(Refused, match=says):
        theirs.changes.days_report("apollo", TODAY, last)
    with pytest.raises(Refused, match="there is no publisher nobody"):
        theirs.changes.days_report("nobody", TODAY, TODAY)
