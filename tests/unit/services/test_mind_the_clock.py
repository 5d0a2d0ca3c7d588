"""What is due: reminders, lists, closing, erasing; twice a minute or once an hour, it comes to the same."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from seba.conversation.records import Citizen, Due, SentList
from seba.conversation.say import Ask, Option, Request, Say
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment
from seba.domain.calendar import KOLKATA
from seba.domain.errors import NotNow, Unusable
from seba.domain.people import Person, Who
from seba.domain.rules import default_rules
from seba.domain.sessions import Centre, Life
from seba.services.mind_the_clock import ClockPorts, mind_the_clock
from seba.services.print_list import print_list
from seba.services.rosters_of_day import DayRoster
from tests.fakes.listener import turn_ports
from tests.fakes.people import centre, person, session
from tests.fakes.world import (
    FakeCitizens,
    FakeDiary,
    FakeFiles,
    FakeHolds,
    FakeJournal,
    FakeLine,
    FakeLists,
    FakeOutgoing,
    FakeRosters,
    FakeWorld,
)

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
RINA, DESK = "rinarina1", "deskdesk1"
BOOKING = "7M4QK0X9TA"


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=KOLKATA)


class Office:
    def __init__(self) -> None:
        self.citizens, self.rosters, self.lists = FakeCitizens(), FakeRosters(), FakeLists()
        self.world = FakeWorld(self.citizens)
        self.diary, self.outgoing, self.journal = FakeDiary(), FakeOutgoing(), FakeJournal()
        self.proofs, self.papers = FakeFiles(), FakeFiles()
        self.printed: list[tuple[DayRoster, str]] = []
        self.world.centres_["C068"] = centre()
        self.world.sessions_["7M4QK"] = session(day=TOMORROW)
        self.ports = ClockPorts(
            citizens=self.citizens,
            facts=self.world,
            programme=self.world,
            rosters=self.rosters,
            boards=self.world,
            names=self.citizens,
            lists=self.lists,
            diary=self.diary,
            outgoing=self.outgoing,
            turn=turn_ports(self.citizens, self.outgoing, self.world),
            holds=FakeHolds(),
            novelties=self.world.novelties,
            draws=self.world.draws,
            line=FakeLine(),
            rules=default_rules(),
            alerts_a_minute=600,
            proofs=self.proofs,
            papers=self.papers,
            print_list=self._print,
            journal=self.journal,
        )

    def _print(self, roster: DayRoster, where: Centre, made_at: datetime, language: str) -> bytes:
        self.printed.append((roster, language))
        return f"{where.id} {language} {roster.people}".encode()

    def book(
        self, name: str = RINA, booking: str = BOOKING, *, proof: str | None = None, stopped: bool = False
    ) -> None:
        who = Who("91980000" + str(len(self.citizens.stored)), None, "1")
        people: Mapping[str, Person] = {"1": person("1", proof=proof)}
        mine = (Appointment("1", 2, booking, TOMORROW, "r"),)
        talk = Talk(language="bn", people=people, appointments=mine, stopped=stopped)
        self.citizens.put(Citizen(name, who, talk, (), {}, 1))
        self.rosters.seat(booking[:6], name + "1", booking)

    def desk(self, name: str = DESK, language: str | None = "bn") -> None:
        who = Who("91990000" + str(len(self.citizens.stored)), None, "1", desk_of="C068")
        self.citizens.put(Citizen(name, who, Talk(language=language), (), {}, 1))
        self.world.desks_.setdefault("C068", []).append(name)

    def minute(self, now: datetime, in_time: Callable[[], bool] = lambda: True) -> list[str]:
        return mind_the_clock(now, self.ports, in_time)

    def said(self, key: str) -> list[tuple[str, Say]]:
        return [
            (effect.id, effect.act)
            for lane, _, effect in self.outgoing.queued
            if lane == "notify" and isinstance(effect.act, Say) and effect.act.key.startswith(key)
        ]


def break_for(bad: str, owner: object, method: str) -> Callable[[], None]:
    """Let a port's method fail for one id; what is returned mends it."""
    works = getattr(owner, method)

    def call(id_: str) -> object:
        if id_ == bad:
            raise Unusable("stored, and cannot be read")
        return works(id_)

    setattr(owner, method, call)
    return lambda: setattr(owner, method, works)


@pytest.fixture
def office() -> Office:
    return Office()


# ---- reminders ---------------------------------------------------------------------------------------------------


def test_the_day_before_at_five_everybody_is_reminded_once(office: Office) -> None:
    office.book()
    office.minute(at(16, 59))
    assert office.said("appointment_reminder") == []
    for minute in range(5):
        office.minute(at(17, minute))
    ((id_, say),) = office.said("appointment_reminder")
    assert id_ == f"{RINA}-remind{BOOKING}-0"
    assert say.booking == BOOKING
    assert say.template == "appointment_reminder"
    assert say.params["name"] == "name:1"
    assert say.params["day"] == "day:7M4QK0"
    assert say.params["id_type"] == "card:voter"
    assert [each.id for each in say.buttons] == ["do~way~C068", f"do~change~{BOOKING}"]


def test_a_reminder_that_broke_off_goes_on_under_the_same_ids(office: Office) -> None:
    office.book()
    office.book("amalamal2", "7M4QK1AAAA")
    times = iter([True, False])
    office.minute(at(17), lambda: next(times, False))
    assert len(office.said("appointment_reminder")) == 1
    office.minute(at(17, 1))
    ids = [id_ for id_, _ in office.said("appointment_reminder")]
    assert ids == [f"{RINA}-remind{BOOKING}-0", "amalamal2-remind7M4QK1AAAA-0"]
    office.minute(at(17, 2))
    assert len(office.said("appointment_reminder")) == 2


def test_queueing_that_fails_in_the_middle_of_a_slot_repeats_that_slot_under_the_same_ids(office: Office) -> None:
    office.book()
    office.book("amalamal2", "7M4QK0AAAA")
    office.outgoing.faults.plan("notify", NotNow("busy"))
    assert office.minute(at(17)) == ["remind_visits"]
    office.minute(at(17, 1))
    assert len({id_ for id_, _ in office.said("appointment_reminder")}) == 2


def test_who_stopped_or_was_given_the_dose_is_not_reminded(office: Office) -> None:
    office.book(stopped=True)
    office.book("amalamal2", "7M4QK0AAAA")
    office.rosters.mark("7M4QK0", "amalamal21", "7M4QK0AAAA", "g")
    office.minute(at(17))
    assert office.said("appointment_reminder") == []


def test_a_session_that_is_closed_reminds_nobody(office: Office) -> None:
    office.book()
    office.world.sessions_["7M4QK"] = session(day=TOMORROW, life=Life.CLOSED)
    office.minute(at(17))
    assert office.said("appointment_reminder") == []


def test_one_bad_slot_does_not_stop_the_reminders_of_the_others(office: Office) -> None:
    office.book()
    office.book("amalamal2", "7M4QK1AAAA")
    mend = break_for("7M4QK0", office.rosters, "members")
    for minute in range(5):
        assert office.minute(at(17, minute)) == ["remind_visits"]
    assert [id_ for id_, _ in office.said("appointment_reminder")] == ["amalamal2-remind7M4QK1AAAA-0"]
    mend()
    assert office.minute(at(17, 5)) == []
    office.minute(at(17, 6))
    assert [id_ for id_, _ in office.said("appointment_reminder")][1:] == [f"{RINA}-remind{BOOKING}-0"]


def test_who_was_missed_in_the_evening_is_reminded_in_the_morning_until_the_slot_begins(office: Office) -> None:
    office.book()
    office.book("amalamal2", "7M4QK1AAAA")
    for moment in (at(16, 50), at(6, 59, TOMORROW)):
        office.minute(moment)
    assert office.said("appointment_reminder") == []
    office.minute(at(9, 0, TOMORROW))
    office.minute(at(9, 1, TOMORROW))
    assert [id_ for id_, _ in office.said("appointment_reminder")] == ["amalamal2-remind7M4QK1AAAA-0"]


def test_who_was_reminded_in_the_evening_is_not_in_the_morning(office: Office) -> None:
    office.book()
    office.minute(at(17))
    office.minute(at(7, 0, TOMORROW))
    office.minute(at(8, 0, TOMORROW))
    assert len(office.said("appointment_reminder")) == 1


def test_nobody_is_reminded_at_night(office: Office) -> None:
    office.book()
    office.minute(at(21))
    assert office.said("appointment_reminder") == []


# ---- sessions that were moved or cancelled -----------------------------------------------------------------------

WEDNESDAY = date(2026, 11, 25)


def move(office: Office, day: date = WEDNESDAY, centre_id: str = "C068") -> None:
    """The session of tomorrow is another day's or another centre's from now on."""
    before = office.world.sessions_["7M4QK"]
    office.world.sessions_["7M4QK"] = replace(before, day=day, centre=centre_id, moved=at(18, 30))


def test_who_was_reminded_of_the_old_day_is_reminded_again_before_the_new_one(office: Office) -> None:
    office.book()
    office.minute(at(17))
    move(office)
    office.minute(at(19))
    for minute in range(3):
        office.minute(at(17, minute, date(2026, 11, 24)))
    ids = [id_ for id_, _ in office.said("appointment_reminder")]
    assert ids == [f"{RINA}-remind{BOOKING}-0", f"{RINA}-remind{BOOKING}1125-0"]


def test_a_session_that_was_moved_away_reminds_nobody_of_the_old_day(office: Office) -> None:
    office.book()
    move(office)
    office.minute(at(17))
    assert office.said("appointment_reminder") == []


def test_a_cancelled_session_reminds_nobody(office: Office) -> None:
    office.book()
    office.world.sessions_["7M4QK"] = replace(office.world.sessions_["7M4QK"], life=Life.CANCELLED)
    office.minute(at(17))
    assert office.said("appointment_reminder") == []


def test_a_desk_whose_sessions_were_all_moved_away_gets_an_empty_list_once(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    move(office)
    for minute in range(31, 60, 4):
        assert office.minute(at(18, minute)) == []
    assert [say.params["count"] for _, say in office.said("day_list")] == ["count:1", "count:0"]
    assert office.lists.of_day(TOMORROW)["C068"].version == 2


def test_a_desk_whose_session_was_cancelled_gets_an_empty_list(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.world.sessions_["7M4QK"] = replace(office.world.sessions_["7M4QK"], life=Life.CANCELLED)
    office.minute(at(18, 31))
    assert office.said("day_list")[-1][1].params["count"] == "count:0"


def test_the_list_of_an_emptied_day_can_be_printed() -> None:
    emptied = DayRoster("C068", TOMORROW, ())
    for language in ("bn", "hi", "en"):
        assert print_list(emptied, centre(), at(18, 31), language).startswith(b"%PDF")


def test_a_session_that_was_moved_to_another_centre_is_on_that_centres_list(office: Office) -> None:
    office.world.centres_["C001"] = centre("C001")
    office.book()
    office.desk()
    office.minute(at(18))
    office.world.desks_["C001"] = office.world.desks_["C068"]
    move(office, TOMORROW, "C001")
    office.minute(at(18, 31))
    lists = office.lists.of_day(TOMORROW)
    assert lists["C001"].version == 1
    assert lists["C068"].version == 2


def test_a_day_without_sessions_whose_list_was_empty_anyway_sends_nothing(office: Office) -> None:
    office.desk()
    office.minute(at(18))
    move(office)
    office.minute(at(18, 31))
    assert len(office.said("day_list")) == 1


def test_photos_are_kept_until_the_day_after_the_new_day(office: Office) -> None:
    office.book(proof="1-abc")
    office.proofs.files[f"{RINA}/1-abc"] = (b"photo", "image/jpeg")
    move(office)
    office.minute(at(10, 0, date(2026, 11, 24)))
    office.minute(at(10, 0, WEDNESDAY))
    assert office.proofs.files != {}
    office.minute(at(10, 0, date(2026, 11, 26)))
    assert office.proofs.files == {}


def test_a_moved_session_closes_when_its_new_day_is_over(office: Office) -> None:
    office.book()
    move(office)
    lives = []
    for day in (TOMORROW, WEDNESDAY):
        office.minute(at(14, 0, day))
        lives.append(office.world.sessions_["7M4QK"].life)
    assert lives == [Life.OPEN, Life.CLOSED]


# ---- lists of the day --------------------------------------------------------------------------------------------


def test_the_evening_before_the_desk_gets_its_list_once(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(17, 59))
    assert office.papers.files == {}
    for minute in range(0, 60, 7):
        office.minute(at(18, minute))
    assert office.papers.files == {"2026-11-23/C068-1-bn.pdf": (b"C068 bn 1", "application/pdf")}
    ((id_, say),) = office.said("day_list")
    assert id_ == f"{DESK}-listC06820261123v1-0"
    assert say.document == "2026-11-23/C068-1-bn.pdf"
    assert say.template == "day_list"
    assert say.buttons == (Option("do~got_list~C068/2026-11-23/1", "word:got_list"),)
    assert office.lists.of_day(TOMORROW)["C068"].version == 1


def test_the_list_has_the_names(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    ((roster, _),) = office.printed
    (booked,) = roster.slots[0].booked
    assert booked.person == person("1")


def test_every_desk_number_gets_it_in_its_language(office: Office) -> None:
    office.book()
    office.desk("deskdesk1", "bn")
    office.desk("deskdesk2", "hi")
    office.desk("deskdesk3", None)
    office.minute(at(18))
    assert sorted(office.papers.files) == [f"2026-11-23/C068-1-{each}.pdf" for each in ("bn", "en", "hi")]
    assert [say.document[-6:-4] for _, say in office.said("day_list")] == ["bn", "hi", "en"]


def test_a_later_booking_sends_a_fresh_list_but_not_within_half_an_hour(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.book("amalamal2", "7M4QK0AAAA")
    office.minute(at(18, 12))
    assert len(office.said("day_list")) == 1
    office.minute(at(18, 31))
    assert [say.key for _, say in office.said("day_list")] == ["day_list", "day_list_again"]
    assert office.lists.of_day(TOMORROW)["C068"].version == 2
    assert office.journal.gauges["ListsDiffer"] == 0


@pytest.mark.damages("the place is released beneath the booking")
def test_a_cancelled_booking_sends_a_fresh_list_on_the_day_itself(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.rosters.release("7M4QK0", RINA + "1", BOOKING)
    office.minute(at(8, 0, TOMORROW))
    assert office.lists.of_day(TOMORROW)["C068"].version == 2
    assert office.said("day_list")[-1][1].params["count"] == "count:0"


def test_given_doses_send_no_fresh_list(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.rosters.mark("7M4QK0", RINA + "1", BOOKING, "g")
    office.minute(at(10, 0, TOMORROW))
    assert len(office.said("day_list")) == 1


def test_after_the_last_slot_no_list_is_sent(office: Office) -> None:
    office.desk()
    office.minute(at(13, 0, TOMORROW))
    assert office.said("day_list") == []


def test_a_list_that_was_missed_in_the_evening_is_sent_in_the_morning(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(6, 0, TOMORROW))
    assert len(office.said("day_list")) == 1


def test_a_centre_with_nobody_booked_and_closed_sessions_gets_none(office: Office) -> None:
    office.desk()
    office.world.sessions_["7M4QK"] = session(day=TOMORROW, life=Life.CLOSED)
    office.minute(at(18))
    assert office.said("day_list") == []


def test_a_centre_with_open_sessions_gets_an_empty_list(office: Office) -> None:
    office.desk()
    office.minute(at(18))
    assert len(office.said("day_list")) == 1


@pytest.mark.damages("its rosters cannot be read")
def test_one_bad_centre_does_not_stop_the_lists_of_the_others(office: Office) -> None:
    office.world.sessions_["AAAAA"] = session("AAAAA", day=TOMORROW, centre_id="C001")
    office.book()
    office.desk()
    break_for("AAAAA0", office.rosters, "members")
    for minute in range(3):
        assert "send_lists" in office.minute(at(18, minute))
    assert len(office.said("day_list")) == 1


def test_a_list_that_was_not_recorded_is_sent_again_under_the_same_ids(office: Office) -> None:
    office.book()
    office.desk()
    office.outgoing.faults.plan("notify")
    record = office.lists.record
    office.lists.record = lambda sent: (_ for _ in ()).throw(NotNow("busy"))  # type: ignore[method-assign]  # once
    assert "send_lists" in office.minute(at(18))
    office.lists.record = record  # type: ignore[method-assign]  # it works again
    office.minute(at(18, 1))
    (first, _), (second, _) = office.said("day_list")
    assert first == second


def test_a_list_that_stays_different_for_three_quarters_of_an_hour_is_an_alarm(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.book("amalamal2", "7M4QK0AAAA")
    office.world.desks_.clear()
    differing = []
    for minute in (10, 20, 30, 40, 50):
        office.minute(at(18, minute))
        differing.append(office.journal.gauges["ListsDiffer"])
    office.minute(at(19))
    assert differing == [0, 0, 0, 0, 0]
    assert office.journal.gauges["ListsDiffer"] == 1
    office.world.desks_["C068"] = [DESK]
    office.minute(at(19, 10))
    assert office.journal.gauges["ListsDiffer"] == 0


@pytest.mark.damages("the place is released beneath the booking")
def test_a_list_that_differs_again_is_counted_from_then(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.book("amalamal2", "7M4QK0AAAA")
    office.minute(at(18, 20))
    office.rosters.release("7M4QK0", "amalamal21", "7M4QK0AAAA")
    office.minute(at(18, 30))
    office.world.desks_.clear()
    office.book("bimalbim3", "7M4QK0BBBB")
    office.minute(at(18, 40))
    office.minute(at(19, 10))
    assert office.journal.gauges["ListsDiffer"] == 0


def test_without_a_desk_number_the_alarm_will_ring(office: Office) -> None:
    office.book()
    office.minute(at(18))
    assert office.lists.sent == {}
    office.minute(at(8, 0, TOMORROW))
    assert office.journal.gauges["ListsUnacknowledged"] == 1


def test_a_desk_that_is_registered_late_gets_the_list(office: Office) -> None:
    office.book()
    office.minute(at(18))
    office.desk()
    office.minute(at(18, 59))
    ((_, say),) = office.said("day_list")
    assert say.key == "day_list"


def test_an_unacknowledged_list_is_an_alarm_from_an_hour_before_opening(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.minute(at(7, 50, TOMORROW))
    assert office.journal.gauges["ListsUnacknowledged"] == 0
    office.minute(at(8, 0, TOMORROW))
    assert office.journal.gauges["ListsUnacknowledged"] == 1
    office.diary.dues.append(Due(TOMORROW, "got_list", DESK, "C068/2026-11-23/1"))
    office.minute(at(8, 10, TOMORROW))
    assert office.journal.gauges["ListsUnacknowledged"] == 0
    sent = office.lists.of_day(TOMORROW)["C068"]
    assert (sent.acknowledged, sent.acknowledged_by) == (1, DESK)
    assert office.diary.dues == []


def test_the_version_that_was_tapped_is_acknowledged_not_the_one_that_stands_by_then(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    office.book("amalamal2", "7M4QK0AAAA")
    office.minute(at(18, 31))
    office.diary.dues.append(Due(TODAY, "got_list", DESK, "C068/2026-11-23/1"))
    office.minute(at(18, 32))
    sent = office.lists.of_day(TOMORROW)["C068"]
    assert (sent.version, sent.acknowledged) == (2, 1)


def test_only_a_centres_own_desk_acknowledges_its_list(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18))
    other = Who("919800000777", None, "1", desk_of="C001")
    office.citizens.put(Citizen("otherdesk", other, Talk(language="bn"), (), {}, 1))
    office.diary.dues += [
        Due(TODAY, "got_list", name, "C068/2026-11-23/1") for name in (RINA, "otherdesk", "nobodyyyy")
    ]
    assert office.minute(at(18, 10)) == []
    assert office.lists.of_day(TOMORROW)["C068"].acknowledged == 0
    assert office.diary.dues == []


@pytest.mark.parametrize("about", ["C999/2026-11-23/1", "C068/2026-11-23/1", "C068/2026-11-23", "C068/soon/1", "x"])
def test_a_list_that_nobody_sent_cannot_be_acknowledged_and_holds_nothing_up(office: Office, about: str) -> None:
    office.world.sessions_.clear()
    office.desk()
    office.diary.dues.append(Due(TODAY, "got_list", DESK, about))
    assert office.minute(at(12)) == []
    assert office.diary.dues == []
    assert office.lists.sent == {}


# ---- closing and erasing -----------------------------------------------------------------------------------------


def test_a_session_is_closed_when_its_last_slot_has_ended(office: Office) -> None:
    lives = []
    for minute in (at(12, 59, TOMORROW), at(13, 0, TOMORROW), at(13, 1, TOMORROW)):
        office.minute(minute)
        lives.append(office.world.sessions_["7M4QK"].life)
    assert lives == [Life.OPEN, Life.CLOSED, Life.CLOSED]


def test_a_session_that_was_missed_is_closed_on_the_next_day(office: Office) -> None:
    office.minute(at(0, 5, TOMORROW + timedelta(days=1)))
    assert office.world.sessions_["7M4QK"].life is Life.CLOSED


def test_a_session_of_some_days_ago_is_closed_by_a_clock_that_stood_still(office: Office) -> None:
    office.minute(at(9, 0, TOMORROW + timedelta(days=5)))
    assert office.world.sessions_["7M4QK"].life is Life.CLOSED


def test_a_past_session_whose_closing_yielded_to_somebody_else_is_closed_in_the_next_minute(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = TOMORROW + timedelta(days=2)
    with monkeypatch.context() as patch:
        patch.setattr(office.world, "close", lambda session: None)
        office.minute(at(9, 0, after))
    office.minute(at(9, 1, after))
    assert office.world.sessions_["7M4QK"].life is Life.CLOSED


def test_a_session_that_cannot_be_closed_does_not_keep_the_others_open(office: Office) -> None:
    office.world.sessions_["AAAAA"] = session("AAAAA", day=TOMORROW, centre_id="C001")
    mend = break_for("7M4QK", office.world, "close")
    after = TOMORROW + timedelta(days=1)
    assert office.minute(at(9, 0, after)) == ["close_sessions"]
    assert office.world.sessions_["AAAAA"].life is Life.CLOSED
    mend()
    assert office.minute(at(9, 1, after)) == []
    assert office.world.sessions_["7M4QK"].life is Life.CLOSED


def test_on_the_day_after_the_visit_the_photos_are_gone(office: Office) -> None:
    office.book(proof="1-7")
    office.book("amalamal2", "7M4QK0AAAA", proof="1-8")
    for key in (f"{RINA}/1-7", f"{RINA}/2-3", "amalamal2/1-8", "other0000/1-1"):
        office.proofs.put(key, b"photo", "image/jpeg")
    office.minute(at(23, 59, TOMORROW))
    assert len(office.proofs.files) == 4
    office.minute(at(0, 0, TOMORROW + timedelta(days=1)))
    assert sorted(office.proofs.files) == ["other0000/1-1", f"{RINA}/2-3"]
    assert office.journal.counts["ProofsErased"] == 2


def test_a_photo_that_was_replaced_by_a_later_one_goes_too(office: Office) -> None:
    office.book(proof="1-9")
    for key in ("1-7", "1-9"):
        office.proofs.put(f"{RINA}/{key}", b"photo", "image/jpeg")
    office.minute(at(0, 0, TOMORROW + timedelta(days=1)))
    assert office.proofs.files == {}


def test_photos_that_could_not_be_deleted_are_deleted_in_the_next_minute(office: Office) -> None:
    office.book(proof="1-7")
    office.proofs.put(f"{RINA}/1-7", b"photo", "image/jpeg")
    office.proofs.faults.plan("delete_all", NotNow("busy"))
    after = TOMORROW + timedelta(days=1)
    assert office.minute(at(0, 0, after)) == ["erase_proofs"]
    assert office.minute(at(0, 1, after)) == []
    assert office.proofs.files == {}


@pytest.mark.damages("a place of nobody")
def test_one_bad_centre_does_not_keep_the_photos_of_the_others(office: Office) -> None:
    office.world.sessions_["AAAAA"] = session("AAAAA", day=TOMORROW, centre_id="C001")
    office.rosters.seat("AAAAA0", "amalamal21", "AAAAA0AAAA")
    office.book(proof="1-7")
    office.proofs.put(f"{RINA}/1-7", b"photo", "image/jpeg")
    mend = break_for("AAAAA0", office.rosters, "members")
    after = TOMORROW + timedelta(days=1)
    assert office.minute(at(0, 0, after)) == ["erase_proofs"]
    assert office.proofs.files == {}
    office.proofs.put("amalamal2/1-1", b"photo", "image/jpeg")
    mend()
    assert office.minute(at(0, 1, after)) == []
    assert office.proofs.files == {}


def test_who_erased_everything_loses_all_photos_at_once_and_once_more_the_next_day(office: Office) -> None:
    office.diary.dues.append(Due(TODAY, "erase", RINA))
    office.proofs.put(f"{RINA}/p7", b"photo", "image/jpeg")
    office.minute(at(12))
    assert office.proofs.files == {}
    office.proofs.put(f"{RINA}/p8", b"a photo that was on its way", "image/jpeg")
    office.minute(at(0, 1, TOMORROW))
    assert office.proofs.files == {}
    assert office.diary.dues == []


def test_the_photos_of_who_erased_everything_are_looked_for_twice_not_every_minute(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.diary.dues.append(Due(TODAY, "erase", RINA))
    looked: list[str] = []

    def delete_all(prefix: str) -> int:
        looked.append(prefix)
        return 0

    monkeypatch.setattr(office.proofs, "delete_all", delete_all)
    for minute in range(10):
        office.minute(at(12, minute))
    assert looked == [f"{RINA}/"]
    for minute in range(10):
        office.minute(at(0, minute, TOMORROW))
    assert looked == [f"{RINA}/"] * 2


# ---- reminders that were asked for -------------------------------------------------------------------------------


def asked(office: Office, *, about: str = "1", **talk: object) -> None:
    who = Who("919800000009", None, "1")
    under_way = Talk(language="bn", step="too_early", answers={"w": "1"})
    office.citizens.put(Citizen(RINA, who, under_way.with_(**talk), (), {}, 1))
    office.diary.dues.append(Due(TODAY, "remind", RINA, about))


def test_who_asked_is_told_that_places_can_be_had(office: Office) -> None:
    asked(office)
    office.minute(at(8, 59))
    assert office.said("interval_over") == []
    office.minute(at(9))
    office.minute(at(9, 1))
    ((id_, say),) = office.said("interval_over")
    assert id_ == f"{RINA}-due20261122-0"
    assert say.buttons == (Option("do~start~", "word:show_places"),)
    assert office.diary.dues == []


def test_a_reminder_waits_for_the_morning_and_is_not_lost_over_night(office: Office) -> None:
    asked(office)
    office.minute(at(21, 30))
    office.minute(at(2, 0, TOMORROW))
    assert office.said("interval_over") == []
    office.minute(at(9, 0, TOMORROW))
    assert len(office.said("interval_over")) == 1


MINE = (Appointment("1", 2, BOOKING, TOMORROW, "r"),)


@pytest.mark.parametrize(("stopped", "appointments"), [(True, ()), (False, MINE)])
@pytest.mark.damages("the booking has no place")
def test_who_stopped_or_has_booked_meanwhile_is_left_alone(
    office: Office, stopped: bool, appointments: tuple[Appointment, ...]
) -> None:
    asked(office, stopped=stopped, appointments=appointments)
    office.minute(at(9))
    assert office.said("interval_over") == []
    assert office.diary.dues == []


@pytest.mark.damages("the booking has no place")
def test_a_family_is_written_to_though_another_of_them_is_booked(office: Office) -> None:
    asked(office, about="2", appointments=MINE, people={"1": person("1")})
    office.minute(at(9))
    assert len(office.said("interval_over")) == 1
    assert office.diary.dues == []


def test_who_asked_for_a_person_who_was_stored_since_is_written_to(office: Office) -> None:
    asked(office, people={"1": person("1")}, step="home", answers={})
    office.minute(at(9))
    assert len(office.said("interval_over")) == 1


def test_who_had_everything_erased_is_not_written_to(office: Office) -> None:
    asked(office, step="erased", answers={})
    office.minute(at(9))
    assert office.said("interval_over") == []
    assert office.diary.dues == []


def test_an_unknown_thing_due_is_noted_and_done_with(office: Office) -> None:
    office.diary.dues.append(Due(TODAY, "dance", RINA))
    office.minute(at(9))
    assert office.diary.dues == []


# ---- boards ------------------------------------------------------------------------------------------------------


def test_within_the_hour_every_board_says_again_what_the_rosters_say(office: Office) -> None:
    office.rosters.capacity = {"7M4QK0": 10, "7M4QK1": 10}
    office.book()
    office.world.shown = {"7M4QK0": 10, "7M4QK1": 3}
    for minute in range(30):
        office.minute(at(12, minute))
    assert office.world.shown == {"7M4QK0": 9, "7M4QK1": 10}
    assert office.journal.counts["BoardsCorrected"] == 2


def sizes_asked(office: Office) -> set[tuple[str, int]]:
    """Which slots the booking room was asked to make of which size."""
    acts = [effect.act for lane, _, effect in office.outgoing.queued if lane == "queue"]
    return {(act.slot, act.capacity) for act in acts if isinstance(act, Request) and act.ask is Ask.RESIZE}


def give_back(office: Office, name: str, booking: str) -> None:
    """Somebody cancels."""
    office.rosters.release(booking[:6], name + "1", booking)
    citizen = office.citizens.read(name)
    assert citizen is not None
    office.citizens.put(replace(citizen, talk=replace(citizen.talk, appointments=())))


def test_a_slot_that_could_not_shrink_goes_down_to_what_is_published_as_places_are_given_back(office: Office) -> None:
    published = office.world.sessions_["7M4QK"]
    slot = replace(published.slots[0], capacity=1)
    office.world.sessions_["7M4QK"] = replace(published, slots=(slot, published.slots[1]))
    office.rosters.capacity = {"7M4QK0": 3, "7M4QK1": 10}
    for number in "123":
        office.book(f"rinarina{number}", f"7M4QK0X9T{number}")
    for minute in range(30):
        office.minute(at(12, minute))
    assert sizes_asked(office) == set(), "all are taken"
    for number, asked_for, places in (("1", {("7M4QK0", 1)}, 2), ("2", {("7M4QK0", 1)}, 1), ("3", set(), 1)):
        give_back(office, f"rinarina{number}", f"7M4QK0X9T{number}")
        office.outgoing.queued.clear()
        for minute in range(30):
            office.minute(at(13, minute))
        assert sizes_asked(office) == asked_for
        assert office.rosters.resize("7M4QK0", 1) == places
    assert office.rosters.free("7M4QK0") == (1, 0)


def asks_at(office: Office, now: datetime) -> bool:
    """Whether it is the turn of a day on which a slot is too large."""
    office.outgoing.queued.clear()
    office.minute(now)
    return bool(sizes_asked(office))


def test_in_one_minute_a_slot_is_asked_to_shrink_under_one_id(office: Office) -> None:
    office.rosters.capacity = {"7M4QK0": 999, "7M4QK1": 10}
    when = next(at(12, minute) for minute in range(30) if asks_at(office, at(12, minute)))
    office.outgoing.queued.clear()
    office.minute(when)
    office.minute(when + timedelta(seconds=40))
    first, second = [effect.id for lane, _, effect in office.outgoing.queued if lane == "queue"]
    assert first == second


def test_a_slot_that_grows_while_it_is_looked_at_is_left_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    published = office.world.sessions_["7M4QK"]
    larger = tuple(replace(slot, capacity=40) for slot in published.slots)
    office.rosters.capacity = {"7M4QK0": 40, "7M4QK1": 40}
    monkeypatch.setattr(office.world, "session", lambda _: replace(published, slots=larger))
    for minute in range(30):
        office.minute(at(12, minute))
    assert sizes_asked(office) == set()


def test_a_board_of_a_closed_session_is_left_alone(office: Office) -> None:
    office.world.sessions_["7M4QK"] = session(day=TOMORROW, life=Life.CLOSED)
    office.world.shown = {"7M4QK0": 5}
    for minute in range(30):
        office.minute(at(12, minute))
    assert office.world.shown == {"7M4QK0": 5}


def test_a_board_that_is_being_published_is_left_alone(office: Office) -> None:
    office.world.centres_["C068"] = replace(centre(), opened=frozenset({"another"}))
    office.world.shown = {"7M4QK0": 5, "7M4QK1": 5}
    for minute in range(30):
        office.minute(at(12, minute))
    assert office.world.shown == {"7M4QK0": 5, "7M4QK1": 5}


@pytest.mark.damages("its rosters cannot be read")
def test_one_bad_roster_does_not_stop_the_other_boards(office: Office) -> None:
    office.world.centres_["C001"] = centre("C001")
    office.world.sessions_["AAAAA"] = session("AAAAA", day=TOMORROW, centre_id="C001")
    office.rosters.capacity = {"AAAAA0": 10, "AAAAA1": 10}
    office.world.shown = {"AAAAA0": 3, "AAAAA1": 10}
    break_for("7M4QK0", office.rosters, "free")
    failed = {job for minute in range(30) for job in office.minute(at(12, minute))}
    assert office.world.shown["AAAAA0"] == 10
    assert failed == {"refresh_boards"}


# ---- together ----------------------------------------------------------------------------------------------------


def test_one_job_that_fails_does_not_stop_the_others(office: Office) -> None:
    office.book(proof="p7")
    office.desk()
    office.world.faults.plan("sessions", NotNow("busy"))
    assert office.minute(at(18)) == ["close_sessions"]
    assert len(office.said("appointment_reminder")) == 1
    assert len(office.said("day_list")) == 1
    assert office.journal.gauges["ClockJobsFailed"] == 1


def test_what_was_not_reached_in_time_is_done_in_the_next_minute(office: Office) -> None:
    office.book()
    office.desk()
    office.minute(at(18), lambda: False)
    assert office.outgoing.queued == []
    office.minute(at(18, 1))
    assert len(office.outgoing.queued) == 2


def test_a_clock_that_was_set_back_compares_the_lists_at_once(office: Office) -> None:
    office.book()
    office.desk()
    office.diary.work["lists"] = at(18, 0, TOMORROW).isoformat()
    office.minute(at(18))
    assert len(office.said("day_list")) == 1


def test_an_old_list_record_without_its_centre_is_no_obstacle(office: Office) -> None:
    old = SentList("C999", TOMORROW, 1, "x", "k", at(18))
    office.lists.sent[TOMORROW, "C999"] = replace(old)
    office.book()
    assert office.minute(at(18)) == []
