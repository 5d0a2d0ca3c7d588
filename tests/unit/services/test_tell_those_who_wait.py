"""Who still waits after half a minute is told how long the line is: once, and whatever goes wrong harms nothing."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from seba.conversation.heard import Answered, Outcome
from seba.conversation.records import Citizen
from seba.conversation.say import Say
from seba.conversation.talk import Pending
from seba.domain.errors import NotNow
from seba.services.tell_those_who_wait import Note, WaitPorts, busy_cause, tell_those_who_wait
from tests.fakes.world import FakeJournal, says
from tests.unit.services.booking_house import House as BookingHouse
from tests.unit.services.test_take_turn import House, Turn

REQUEST = "{}-a1b2c3d4e5f6-1"


class Line:
    def __init__(self, requests: int = 2_001) -> None:
        self.waiting = requests
        self.asked = 0
        self.errors: list[Exception] = []

    def requests(self) -> int:
        self.asked += 1
        if self.errors:
            raise self.errors.pop()
        return self.waiting


class Hall(House):
    """Rina waits for a place, and the conversation says what it hears of the line."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.journal = Line(), FakeJournal()
        self.mind.turn = lambda talk, heard: Turn(talk, (Say("in_line"),))
        self.waits = WaitPorts(self.ports, self.line, self.journal)
        self.citizen = self.rina()
        self.request = REQUEST.format(self.citizen.id)
        self.pending(self.request)

    def pending(self, request: str) -> Citizen:
        talk = self.stored.talk.with_(pending=Pending(request, "book", "1", "7M4QK0") if request else None)
        return self.citizens.put(replace(self.stored, talk=talk))

    def note(self, citizen: str = "", request: str = "") -> Note:
        body = {"citizen": citizen or self.citizen.id, "request": request or self.request}
        return Note("n1", json.dumps(body))

    def deliver(self, *notes: Note, may_go_on: Callable[[], bool] = lambda: True) -> list[str]:
        return tell_those_who_wait(notes or (self.note(),), self.waits, may_go_on)

    @property
    def said(self) -> list[str]:
        return says({effect.id: effect for effect in self.outgoing.effects}.values())


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_who_still_waits_is_told_how_many_are_before_them(hall: Hall) -> None:
    assert hall.deliver() == []
    assert hall.mind.heard == [Answered(hall.request, Outcome.IN_LINE, details={"count": "count:2000"})]
    assert hall.said == ["in_line"]
    assert hall.journal.counts == {"ToldInLine": 1}


def test_however_often_the_note_is_delivered_it_is_said_once(hall: Hall) -> None:
    for _ in range(3):
        hall.deliver()
    assert len(hall.mind.heard) == 1
    assert hall.citizens.commits == 1
    assert hall.said == ["in_line"]


def test_who_has_their_answer_costs_one_read_and_nothing_else(hall: Hall) -> None:
    hall.pending("")
    assert hall.deliver() == []
    assert (hall.citizens.commits, hall.line.asked, hall.outgoing.queued) == (0, 0, [])


def test_who_waits_for_another_answer_by_now_hears_nothing_about_the_old_one(hall: Hall) -> None:
    hall.pending(REQUEST.format(hall.citizen.id).replace("a1", "b2"))
    assert hall.deliver() == []
    assert hall.said == []


def test_who_is_gone_hears_nothing(hall: Hall) -> None:
    assert hall.deliver(hall.note("nobodyno1")) == []
    assert hall.said == []


def test_who_was_told_that_it_takes_longer_is_not_told_of_the_line_as_well() -> None:
    room = BookingHouse()
    asked = room.books("Mita")
    room.rosters.faults.plan("claim", NotNow("busy"))
    room.answer(replace(asked, receives=2))
    assert room.said(asked) == ["busy_still_trying"]
    citizen = room.state(asked)
    assert citizen.talk.pending is not None
    request = citizen.talk.pending.request
    assert busy_cause(request) in citizen.heard
    note = Note("n1", json.dumps({"citizen": citizen.id, "request": request}))
    assert tell_those_who_wait([note], WaitPorts(room.turn, Line(), room.journal)) == []
    assert room.said(asked) == ["busy_still_trying"]


@pytest.mark.parametrize("waiting", [0, 1, 2])
def test_a_line_is_never_shorter_than_one(hall: Hall, waiting: int) -> None:
    hall.line.waiting = waiting
    hall.deliver()
    assert hall.mind.heard == [Answered(hall.request, Outcome.IN_LINE, details={"count": "count:1"})]


@pytest.mark.parametrize("error", [NotNow("busy"), KeyError("a fault of ours")])
def test_what_fails_is_tried_again_and_holds_up_no_other(hall: Hall, error: Exception) -> None:
    hall.line.errors.append(error)
    bad, good = hall.note(), replace(hall.note(), id="n2")
    assert hall.deliver(bad, good) == ["n1"]
    assert hall.said == ["in_line"]
    assert hall.deliver(bad) == []
    assert hall.said == ["in_line"]
    assert [line for line, _ in hall.journal.lines] == ["not told of the line"]


def test_an_answer_that_comes_at_the_same_moment_wins(hall: Hall) -> None:
    hall.citizens.before_commit.append(lambda: hall.citizens.put(replace(hall.stored, version=hall.stored.version + 1)))
    assert hall.deliver() == ["n1"]
    hall.pending("")
    assert hall.deliver() == []
    assert hall.said == []
    assert "Conflict" in hall.journal.whole


def test_queueing_that_failed_is_made_good_by_the_next_delivery(hall: Hall) -> None:
    hall.outgoing.faults.plan("queue", NotNow("busy"))
    assert hall.deliver() == ["n1"]
    assert hall.said == []
    assert hall.deliver() == []
    assert hall.said == ["in_line"]
    assert hall.citizens.commits == 1


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"citizen":"x"}', '{"citizen":1,"request":"r"}', "{"])
def test_a_note_that_is_none_is_dropped(hall: Hall, body: str) -> None:
    assert hall.deliver(Note("n1", body)) == []
    assert hall.journal.lines != []


def test_when_time_is_up_the_rest_stays(hall: Hall) -> None:
    left = iter([True, False])
    notes = [replace(hall.note(), id=f"n{n}") for n in range(2)]
    assert hall.deliver(*notes, may_go_on=lambda: next(left)) == ["n1"]
