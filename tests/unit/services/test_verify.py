"""Whether everything agrees: each disagreement is found, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from seba.conversation.records import Effect
from seba.conversation.say import Ask, Request, Say
from seba.conversation.talk import Pending
from seba.domain.appointments import Appointment, Standing
from seba.domain.sessions import Life
from seba.services.findings import Finding
from seba.services.verify import Report, VerifyPorts, verify
from tests.unit.services.test_mind_the_clock import BOOKING, RINA, TODAY, TOMORROW, Office, at

NOW = at(12)


def look(office: Office, now: object = NOW) -> Report:
    for slot in ("7M4QK0", "7M4QK1"):
        office.rosters.capacity.setdefault(slot, 10)
    ports = VerifyPorts(office.world, office.world, office.rosters, office.lists)
    return verify(now, ports)  # type: ignore[arg-type]  # always a moment


def found(office: Office, now: object = NOW) -> list[tuple[str, str]]:
    return [(finding.kind, finding.where) for finding in look(office, now).findings]


@pytest.fixture
def office() -> Office:
    office = Office()
    office.book()
    return office


def test_a_desk_in_order_has_no_findings(office: Office) -> None:
    assert look(office) == Report(slots=2, capacity=20, members=1, citizens=1, findings=())


@pytest.mark.damages("that is what is to be found")
def test_more_taken_than_there_is_is_oversold(office: Office) -> None:
    office.rosters.capacity["7M4QK0"] = 0
    assert look(office).findings == (Finding("oversold", "7M4QK0", "1 of 0"),)


@pytest.mark.damages("that is what is to be found")
def test_a_count_that_is_not_the_members_is_found(office: Office) -> None:
    office.rosters.taken["7M4QK0"] = 2
    assert found(office) == [("miscounted", "7M4QK0")]


@pytest.mark.damages("that is what is to be found")
def test_a_person_twice_in_a_slot_is_found(office: Office) -> None:
    office.rosters.seat("7M4QK0", RINA + "1", "7M4QK0ZZZZ")
    assert found(office) == [("doubled", "7M4QK0"), ("not_in_state", "7M4QK0ZZZZ")]


@pytest.mark.damages("that is what is to be found")
def test_two_people_under_one_reference_are_found(office: Office) -> None:
    office.book("amalamal2", BOOKING)
    assert found(office) == [("shared_reference", BOOKING)]


@pytest.mark.damages("that is what is to be found")
def test_a_place_of_nobody_is_found(office: Office) -> None:
    office.rosters.seat("7M4QK0", "nobody0001", "7M4QK0ZZZZ")
    assert found(office) == [("nobody", "7M4QK0ZZZZ")]


@pytest.mark.damages("that is what is to be found")
def test_an_appointment_without_a_place_is_found(office: Office) -> None:
    office.rosters.release("7M4QK0", RINA + "1", BOOKING)
    assert found(office) == [("not_in_roster", BOOKING)]


def change(office: Office, **talk: object) -> None:
    citizen = office.citizens.stored[RINA]
    office.citizens.put(replace(citizen, talk=citizen.talk.with_(**talk)))


@pytest.mark.damages("that is what is to be found")
def test_a_place_that_its_citizen_does_not_know_is_found(office: Office) -> None:
    change(office, appointments=())
    assert found(office) == [("not_in_state", BOOKING)]


def test_a_request_under_way_is_no_disagreement(office: Office) -> None:
    change(office, appointments=(), pending=Pending("x", "book", "1", "7M4QK0"))
    assert found(office) == []
    change(office, pending=None)
    release = Effect(f"{RINA}-a1b2c3d4e5f6-1", Request(Ask.RELEASE, "7M4QK0", booking=BOOKING))
    citizen = office.citizens.stored[RINA]
    recent = replace(citizen.talk, heard_at=NOW)
    office.citizens.put(replace(citizen, outbox={"a1b2c3d4e5f6": (release,)}, talk=recent))
    assert found(office) == []


def hold(office: Office) -> None:
    """Rina's place is only held, as far as the roster knows."""
    office.rosters.slots["7M4QK0"][0] = replace(office.rosters.slots["7M4QK0"][0], standing="h")


def test_a_held_place_belongs_to_somebody_who_knows_that_it_is_held(office: Office) -> None:
    hold(office)
    mine = office.citizens.stored[RINA].talk.appointments[0]
    change(office, appointments=(replace(mine, standing=Standing.HELD),))
    assert look(office) == Report(slots=2, capacity=20, members=1, citizens=1, findings=())


@pytest.mark.damages("that is what is to be found")
def test_a_held_place_that_somebody_is_taking_is_no_disagreement(office: Office) -> None:
    mine = office.citizens.stored[RINA].talk.appointments[0]
    change(office, appointments=(replace(mine, standing=Standing.HELD),), pending=Pending("x", "take", "1", "7M4QK0"))
    assert found(office) == [], "it is booked, and the answer is on its way"
    change(office, pending=None)
    assert found(office) == [("not_in_state", BOOKING)], "the answer never came"


def test_a_held_place_that_nobody_was_told_of_is_found(office: Office) -> None:
    hold(office)
    change(office, appointments=())
    assert found(office) == [("held_unheard", BOOKING)]


def test_somebody_who_believes_that_they_are_booked_and_is_not_is_found(office: Office) -> None:
    hold(office)
    assert found(office) == [("only_held", BOOKING)]


def test_a_held_place_that_was_taken_or_given_back_while_one_looked_is_no_disagreement(office: Office) -> None:
    hold(office)
    citizens = office.world.citizens

    def take_then_read() -> object:
        office.rosters.mark("7M4QK0", RINA + "1", BOOKING, "b")
        return citizens()

    office.world.citizens = take_then_read  # type: ignore[method-assign,assignment]  # somebody comes in between
    assert found(office) == []
    hold(office)
    change(office, appointments=())

    def lapse_then_read() -> object:
        office.rosters.release("7M4QK0", RINA + "1", BOOKING, held=True)
        return citizens()

    office.world.citizens = lapse_then_read  # type: ignore[method-assign,assignment]
    assert found(office) == []


@pytest.mark.damages("that is what is to be found")
def test_the_places_of_a_cancelled_session_are_looked_at_until_they_are_given_back(office: Office) -> None:
    office.world.sessions_["7M4QK"] = replace(office.world.sessions_["7M4QK"], life=Life.CANCELLED)
    assert look(office).members == 1
    change(office, appointments=())
    assert found(office) == [("not_in_state", BOOKING)]


@pytest.mark.parametrize("standing", [Standing.GIVEN, Standing.ABSENT])
def test_visits_that_are_over_need_no_place(office: Office, standing: Standing) -> None:
    gone = Appointment("1", 2, "7M4QK1ZZZZ", TODAY, "r", standing)
    past = Appointment("1", 2, "7M4QK1YYYY", TODAY - timedelta(days=9), "r")
    change(office, appointments=(*office.citizens.stored[RINA].talk.appointments, gone, past))
    assert found(office) == []


def test_effects_left_behind_are_found_but_not_those_under_way(office: Office) -> None:
    citizen = office.citizens.stored[RINA]
    effects = (Effect(f"{RINA}-a1b2c3d4e5f6-0", Say("x")), Effect(f"{RINA}-a1b2c3d4e5f6-1", Say("y")))
    old = replace(citizen.talk, heard_at=NOW - timedelta(minutes=16))
    office.citizens.put(replace(citizen, outbox={"a1b2c3d4e5f6": effects}, talk=old))
    assert look(office).findings == (Finding("left_in_outbox", RINA, "2 effects"),)
    office.citizens.put(replace(citizen, outbox={"a1b2c3d4e5f6": effects}, talk=replace(old, heard_at=NOW)))
    assert found(office) == []


def acknowledged(office: Office) -> None:
    office.lists.acknowledge(TOMORROW, "C068", 1, "deskdesk1", at(19))


def more(office: Office) -> None:
    office.book("amalamal2", "7M4QK1AAAA")


@pytest.mark.parametrize(
    ("after", "hour", "kinds"),
    [
        ([], 7, []),
        ([], 8, ["list_unacknowledged"]),
        ([acknowledged], 8, []),
        ([acknowledged, more], 7, ["list_differs"]),
        ([more], 9, ["list_differs", "list_unacknowledged"]),
        ([], 13, []),
    ],
)
def test_lists_are_held_to_the_rosters_and_to_their_acknowledgement(
    office: Office, after: list[Callable[[Office], None]], hour: int, kinds: list[str]
) -> None:
    office.desk()
    office.minute(at(18))
    for each in after:
        each(office)
    assert [kind for kind, _ in found(office, at(hour, 0, TOMORROW))] == kinds


def test_a_list_that_was_never_sent_is_found_an_hour_before_opening(office: Office) -> None:
    assert found(office, at(7, 0, TOMORROW)) == []
    assert found(office, at(8, 0, TOMORROW)) == [("list_missing", "C068 2026-11-23")]
