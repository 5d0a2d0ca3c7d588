"""Moved and cancelled sessions, and holds that are over: who is told, who asks, and that it happens once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from seba.conversation.records import Citizen, Effect, Hold, News
from seba.conversation.say import Ask, Request
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.people import Who
from seba.domain.sessions import Life
from seba.services.lapse_holds import HoldPorts, lapse_holds
from seba.services.minute import Minute, OutOfTime
from seba.services.spread_news import NewsPorts, spread_news
from tests.fakes.listener import turn_ports
from tests.fakes.people import person, session
from tests.fakes.world import FakeCitizens, FakeDiary, FakeHolds, FakeJournal, FakeOutgoing, FakeRosters, FakeWorld

NOON = datetime(2026, 11, 22, 12, tzinfo=KOLKATA)
NIGHT = NOON.replace(hour=23)
WAS, NOW_ON = date(2026, 11, 28), date(2026, 11, 30)
MOVED = News("n1", "moved", "7M4QK", WAS, "C001")
CANCELLED = News("n2", "cancelled", "7M4QK", WAS, "C068")


class Office:
    def __init__(self) -> None:
        self.citizens, self.rosters, self.outgoing = FakeCitizens(), FakeRosters(), FakeOutgoing()
        self.world = FakeWorld(self.citizens)
        self.diary, self.journal = FakeDiary(), FakeJournal()
        self.world.sessions_["7M4QK"] = replace(session(day=NOW_ON), moved=NOON)
        self.holds = FakeHolds()

    def book(self, name: str, booking: str, standing: Standing = Standing.BOOKED, day: date = WAS) -> None:
        mine = (Appointment("1", 2, booking, day, "r", standing),)
        talk = Talk(language="bn", people={"1": person("1", card_seal=name)}, appointments=mine)
        self.citizens.put(Citizen(name, Who(f"9198{name[-5:]}", None, "1"), talk, (), {}, 1))
        self.rosters.seat(booking[:6], f"{name}1", booking, standing)

    def minute(self, now: datetime = NOON, in_time: Callable[[], bool] = lambda: True) -> int:
        """The clock strikes: how much failed."""
        turn = turn_ports(self.citizens, self.outgoing, self.world)
        ports = NewsPorts(self.world.novelties, self.world, self.rosters, self.diary, turn, self.journal)
        minute = Minute(now, self.journal, in_time)
        spread_news(minute, ports)
        return minute.faults

    def shifted(self) -> list[str]:
        """Who heard that they were moved, each counted once (by the effect's id)."""
        found = {each.id: who for lane, who, each in self.outgoing.queued if lane == "notify"}
        assert all(say.key == "shifted" for say in self.outgoing.said)
        return sorted(found.values())

    def called_off(self) -> dict[str, Request]:
        """What was asked, each counted once (by the effect's id)."""
        return {each.id: each.act for each in self.outgoing.effects if isinstance(each.act, Request)}


@pytest.fixture
def office() -> Office:
    return Office()


# ---- moved -------------------------------------------------------------------------------------------------------


def test_everybody_booked_hears_once_that_they_were_moved_and_from_where(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.book("amalamal1", "7M4QK1BBBB")
    office.world.tell_news(MOVED)
    for _ in range(3):
        assert office.minute() == 0
    assert office.shifted() == ["amalamal1", "rinarina1"]
    assert len(office.outgoing.queued) == 2
    say = office.outgoing.said[0]
    assert say.params == {"person": "1", "was_day": "date:2026-11-28", "was_centre": "centre:C001"}
    assert office.world.news_ == {}


def test_news_come_in_the_lane_of_what_nobody_waits_for(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.tell_news(MOVED)
    office.minute()
    assert [lane for lane, _, _ in office.outgoing.queued] == ["notify"]


def test_who_booked_since_for_the_new_day_hears_nothing(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.book("amalamal1", "7M4QK1BBBB", day=NOW_ON)
    office.world.tell_news(MOVED)
    office.minute()
    assert office.shifted() == ["rinarina1"]


def test_who_has_not_come_had_the_dose_or_has_a_place_only_held_hears_nothing(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA", Standing.GIVEN)
    office.book("amalamal1", "7M4QK1BBBB", Standing.ABSENT)
    office.book("heldheld1", "7M4QK1CCCC", Standing.HELD)
    office.world.tell_news(MOVED)
    office.minute()
    assert office.shifted() == []
    assert office.world.news_ == {}


@pytest.mark.damages("the roster still has somebody who has erased everything")
def test_who_has_erased_everything_hears_nothing(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    del office.citizens.stored["rinarina1"]
    office.world.tell_news(MOVED)
    assert office.minute() == 0
    assert office.shifted() == []
    assert office.world.news_ == {}


def test_what_is_moved_twice_before_anybody_heard_is_told_with_where_it_is_now(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.tell_news(MOVED)
    office.world.tell_news(replace(MOVED, id="n9", was_day=WAS + timedelta(days=1)))
    office.minute()
    assert set(office.shifted()) == {"rinarina1"}
    assert office.world.news_ == {}


def test_what_is_moved_and_moved_back_before_anybody_heard_is_told_to_nobody(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.sessions_["7M4QK"] = replace(session(day=WAS), centre="C001", moved=NOON)
    for news in (MOVED, News("n3", "moved", "7M4QK", NOW_ON, "C001")):
        office.world.tell_news(news)
    assert office.minute() == 0
    assert office.shifted() == []
    assert office.world.news_ == {}


def test_a_session_that_was_cancelled_after_it_was_moved_tells_only_that(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.sessions_["7M4QK"] = replace(office.world.sessions_["7M4QK"], life=Life.CANCELLED)
    office.world.tell_news(MOVED)
    office.world.tell_news(CANCELLED)
    office.minute()
    assert office.shifted() == []
    assert len(office.called_off()) == 1


def test_what_breaks_off_goes_on_where_it_was(office: Office) -> None:
    for number in range(5):
        office.book(f"citizen{number:02d}", f"7M4QK0AAA{number}")
    office.world.tell_news(MOVED)
    times = iter([True] * 3)
    with pytest.raises(OutOfTime):
        office.minute(NOON, lambda: next(times, False))
    assert len(office.shifted()) == 2
    office.minute()
    assert len(office.shifted()) == len(office.outgoing.queued) == 5


def test_one_who_cannot_be_told_holds_up_nobody_and_is_tried_until_they_are(office: Office) -> None:
    for number in range(4):
        office.book(f"citizen{number:02d}", f"7M4QK0AAA{number}")
    office.world.tell_news(MOVED)
    office.citizens.faults.plan("read", Unusable("stored, and cannot be read"))
    assert office.minute() == 1
    assert len(office.shifted()) == 3
    assert office.world.news_ != {}
    assert office.minute() == 0
    assert len(office.shifted()) == 4
    assert office.world.news_ == {}


def test_who_writes_at_the_same_moment_is_told_at_the_next_try(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.tell_news(MOVED)
    office.citizens.faults.plan("commit", Conflict("somebody else wrote first"))
    assert office.minute() == 0
    assert office.shifted() == ["rinarina1"]


def test_what_was_committed_and_not_queued_is_queued_by_the_next_minute(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.tell_news(MOVED)
    office.outgoing.faults.plan("notify", NotNow("busy"))
    assert office.minute() == 1
    assert office.minute() == 0
    assert office.shifted() == ["rinarina1"]
    assert len(office.citizens.stored["rinarina1"].heard) == 1


def test_when_aws_is_busy_for_everybody_the_minute_gives_up_soon(office: Office) -> None:
    for number in range(60):
        office.book(f"citizen{number:02d}", f"7M4QK0AA{number:02d}")
    office.world.tell_news(MOVED)
    office.citizens.faults.plan("read", *[NotNow("busy")] * 60)
    assert office.minute() == 20
    office.citizens.faults.planned.clear()
    assert office.minute() == 0
    assert len(office.shifted()) == 60


def test_at_night_only_what_cannot_wait_until_the_morning_is_told(office: Office) -> None:
    office.book("rinarina1", "7M4QK0X9TA")
    office.world.tell_news(MOVED)
    office.minute(NIGHT)
    assert office.shifted() == []
    office.minute(NIGHT.replace(day=27))
    assert office.shifted() == ["rinarina1"]


# ---- cancelled ---------------------------------------------------------------------------------------------------


def test_every_place_of_a_cancelled_session_is_called_off_once_held_ones_too(office: Office) -> None:
    office.world.sessions_["7M4QK"] = replace(office.world.sessions_["7M4QK"], life=Life.CANCELLED)
    office.book("rinarina1", "7M4QK0X9TA")
    office.book("heldheld1", "7M4QK1CCCC", Standing.HELD)
    office.book("cameback1", "7M4QK1DDDD", Standing.GIVEN)
    office.world.tell_news(CANCELLED)
    for _ in range(3):
        assert office.minute() == 0
    asked = {(each.ask, each.slot, each.person, each.booking) for each in office.called_off().values()}
    assert asked == {
        (Ask.CALL_OFF, "7M4QK0", "1", "7M4QK0X9TA"),
        (Ask.CALL_OFF, "7M4QK1", "1", "7M4QK1CCCC"),
    }
    assert len(office.outgoing.queued) == 2
    assert office.world.news_ == {}


def test_calling_off_that_broke_off_goes_on_under_the_same_ids(office: Office) -> None:
    for number in range(3):
        office.book(f"citizen{number:02d}", f"7M4QK0AAA{number}")
    office.world.tell_news(CANCELLED)
    queue, lost = office.outgoing.queue, [True]

    def queue_and_lose(citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """The first answer of SQS never comes."""
        queue(citizen, effects, at)
        if lost.pop():
            lost.append(False)
            raise NotNow("no answer")
        lost.append(False)

    office.outgoing.queue = queue_and_lose  # type: ignore[method-assign]  # once
    assert office.minute() == 1
    assert office.minute() == 0
    assert len(office.called_off()) == 3
    assert len(office.outgoing.queued) == 4


def test_news_of_a_session_that_is_gone_or_of_an_unknown_kind_are_dropped(office: Office) -> None:
    office.world.tell_news(replace(MOVED, id="n3", session="GONE0"))
    office.world.tell_news(replace(MOVED, id="n4", what="painted"))
    assert office.minute() == 0
    assert office.world.news_ == {}


# ---- holds -------------------------------------------------------------------------------------------------------


def lapse(office: Office, now: datetime = NOON) -> int:
    minute = Minute(now, office.journal, lambda: True)
    lapse_holds(minute, HoldPorts(office.holds, office.outgoing, office.journal))
    return minute.faults


HOLD = Hold(NOON, "rinarina1", "2", 2, "7M4QK0X9TA")


def test_a_hold_lapses_when_its_time_is_over_and_only_once(office: Office) -> None:
    office.holds.note(HOLD)
    lapse(office, NOON - timedelta(seconds=1))
    assert office.called_off() == {}
    for minute in range(3):
        assert lapse(office, NOON + timedelta(minutes=minute)) == 0
    (request,) = office.called_off().values()
    assert request == Request(Ask.LAPSE, "7M4QK0", person="2", dose=2, booking="7M4QK0X9TA")
    assert office.holds.noted == {}


def test_a_hold_that_was_not_struck_off_lapses_again_under_the_same_id(office: Office) -> None:
    office.holds.note(HOLD)
    office.holds.faults.plan("settle", NotNow("busy"))
    assert lapse(office) == 1
    assert lapse(office) == 0
    assert len(office.called_off()) == 1
    assert len(office.outgoing.queued) == 2


def test_one_hold_that_cannot_be_queued_does_not_stop_the_others(office: Office) -> None:
    office.holds.note(HOLD)
    office.holds.note(replace(HOLD, booking="7M4QK1BBBB"))
    office.outgoing.faults.plan("queue", NotNow("busy"))
    assert lapse(office) == 1
    assert len(office.called_off()) == 1
    assert lapse(office) == 0
    assert len(office.called_off()) == 2
