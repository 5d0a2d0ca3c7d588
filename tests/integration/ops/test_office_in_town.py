"""The office beside the real handlers: what it publishes can be booked, what it finds is what was sent."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from moto import mock_aws

from seba import wiring
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.services.erase_citizen import erase_citizen
from seba.services.find_people import deliveries, find_by_phone
from seba.services.publish_sessions import Published, Publisher
from seba.services.rosters_of_day import rosters_of_day
from tests.fakes.town import Town, to_the_offer
from tests.published_files import FIRST, areas_file, sessions_file

RINA, AMAL = "919800000001", "919800000002"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with mock_aws():
        yield Town(monkeypatch)


def publish(town: Town, *rows: Mapping[str, str]) -> Published:
    publisher = Publisher(wiring.house().publishing)
    publisher.publish(areas_file(), town.time.now)
    published = publisher.publish(sessions_file(*rows), town.time.now)
    town.settle()
    town.restart()
    return published


def test_what_is_published_is_the_next_thing_that_is_offered(town: Town) -> None:
    assert publish(town, FIRST).faults == ()
    to_the_offer(town, RINA)
    assert "Ward 68" in town.last_text(RINA)
    town.taps(RINA, "Yes, book it")
    day = at_the_desk(town.time.now).date() + timedelta(days=1)
    house = wiring.house()
    roster = rosters_of_day(day, house.timetable, house.rosters)["ward-68"]
    assert [(each.slot.capacity, len(each.booked)) for each in roster.slots] == [(40, 1), (20, 0)]
    assert town.verify().findings == ()


def test_a_published_capacity_reaches_the_roster_behind_the_bookings(town: Town) -> None:
    publish(town, FIRST | {"slots": "09:00-11:00=2"})
    for phone, card in ((RINA, "ABC1234567"), (AMAL, "ABC7654321")):
        to_the_offer(town, phone, card)
        town.taps(phone, "Yes, book it")
    day = at_the_desk(town.time.now).date() + timedelta(days=1)
    (session,) = wiring.house().timetable.sessions(day)
    slot = session.slots[0].id
    assert wiring.house().rosters.free(slot) == (2, 2)
    publish(town, FIRST | {"slots": "09:00-11:00=90"})
    assert wiring.house().rosters.free(slot) == (90, 2)
    (row,) = wiring.house().facts.board(day)
    assert row.free == {slot: 88}
    publish(town, FIRST | {"slots": "09:00-11:00=1"})
    assert wiring.house().rosters.free(slot) == (2, 2), "never below what is taken"
    assert town.verify().findings == ()


def test_the_office_sees_that_confirmation_and_reminder_were_delivered(town: Town) -> None:
    publish(town, FIRST)
    to_the_offer(town, RINA)
    town.taps(RINA, "Yes, book it")
    town.minute(at_the_desk(town.time.now).replace(hour=17, minute=5))
    ports = wiring.house().finding
    rina = find_by_phone(RINA, ports)
    assert rina is not None
    told = deliveries(rina, ports)
    assert [(each.kind, each.state) for each in told] == [
        ("confirmation", "delivered"),
        ("appointment_reminder", "delivered"),
    ]


def test_somebody_erased_by_the_office_leaves_no_place_taken_and_no_trace(town: Town) -> None:
    publish(town, FIRST)
    to_the_offer(town, RINA)
    town.taps(RINA, "Yes, book it")
    rina = find_by_phone(RINA, wiring.house().finding)
    assert rina is not None
    (booked,) = rina.talk.appointments
    assert booked.standing is Standing.BOOKED
    erased = erase_citizen(rina, wiring.house().turn, wiring.house().orders)
    town.settle()
    assert (erased.people, erased.bookings) == (1, 1)
    assert wiring.house().rosters.find(booked.booking) is None
    assert "Everything is deleted" in town.last_text(RINA)
    left = [item for items in town.dump().values() for item in items if "Rina" in str(item)]
    assert left == []
    assert town.verify().findings == ()
