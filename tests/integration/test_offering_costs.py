"""What it costs to pass a free place on: counted on the calls that the booking room makes of AWS."""

from collections import Counter
from collections.abc import Iterator

import pytest
from moto import mock_aws

from seba import wiring
from seba.conversation.records import Effect, effect_id
from seba.conversation.say import Ask, Request
from seba.domain.ids import short_hash
from seba.domain.places import Area, Locality, Served
from seba.domain.wishes import pins_near
from tests.fakes.people import centre
from tests.fakes.town import Town, to_the_offer
from tests.integration.test_killed import RINA, book, stands_in_line, who

AREAS = 40
ASHA = "919800000002"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A centre with forty PIN areas near."""
    with mock_aws():
        town = Town(monkeypatch)
        for number in range(1, AREAS):
            names = (Locality(f"Para {number}", f"পাড়া {number}", f"पाड़ा {number}"),)
            area = Area(str(700_100 + number), Served.YES, names, 22.52 + number / 1000, 88.36)
            wiring.house().timetable.save_area(area)
        yield town


def release(town: Town, slot: str, number: int) -> Counter[str]:
    """Free a place by a request that nobody waits for: the calls of AWS that the booking room makes."""
    citizen = f"nobody{number:03}"
    booking = f"{slot}A{number:03}"
    request = Request(Ask.RELEASE, slot, person="1", booking=booking)
    effect = Effect(effect_id(citizen, short_hash(booking).hex(), 0), request)
    wiring.house().outgoing.queue(citizen, [effect], town.time.now)
    town.guillotine.calls.clear()
    town.settle()
    return Counter(call.removeprefix("booking: ") for call in town.guillotine.calls if call.startswith("booking: "))


def full(town: Town, at: int) -> str:
    """A slot with one place, which is free in a moment: nobody is in it, and a request to release it comes."""
    slot = town.session.slots[at].id
    wiring.house().rosters.resize(slot, 1)
    return slot


def test_without_anybody_in_line_a_free_place_costs_a_few_reads_and_no_more_writes(town: Town) -> None:
    desk = wiring.house().turn.desk(town.time.now)
    assert desk.centres.keys() == {"C068"}
    assert len(pins_near(centre(), desk.areas)) == AREAS
    first = release(town, full(town, 0), 1)
    second = release(town, full(town, 1), 2)
    # At first each area is looked into, for those who need this vaccine and for those to whom any is right.
    assert first["dynamodb.Query"] - second["dynamodb.Query"] == 2 * AREAS
    # After that: the owner, the place, how many are free, who is in, and the board's figure.
    assert second["dynamodb.Query"] == 5
    assert first["dynamodb.UpdateItem"] == second["dynamodb.UpdateItem"]
    assert not {"dynamodb.PutItem", "dynamodb.DeleteItem", "dynamodb.TransactWriteItems"} & (first | second).keys()


def test_a_slot_that_was_not_full_costs_one_read_more_and_looks_at_nobody(town: Town) -> None:
    calls = release(town, town.session.slots[0].id, 1)
    # The owner, the place, how many are free, and the board's figure.
    assert calls["dynamodb.Query"] == 4


def test_an_offer_writes_a_note_the_place_the_line_and_the_citizen(town: Town) -> None:
    nobody = release(town, full(town, 1), 1)
    stands_in_line(town, ASHA, 0)
    slot = full(town, 0)
    offered = release(town, slot, 2)
    assert [each.slot for each in who(ASHA).talk.held()] == [slot]
    writes = {"dynamodb.PutItem", "dynamodb.UpdateItem"}
    assert sum(offered[each] for each in writes) - sum(nobody[each] for each in writes) == 4


def test_a_booking_that_is_refused_writes_what_it_wrote_before(town: Town) -> None:
    """No line is read and nothing is noted on the way of those who hear "full"."""
    to_the_offer(town, RINA)
    slot = town.session.slots[0].id
    wiring.house().rosters.resize(slot, 0)
    town.guillotine.calls.clear()
    book(town)
    calls = Counter(call for call in town.guillotine.calls if call.startswith("booking: "))
    assert {call for call in calls if "Item" in call} == {"booking: dynamodb.UpdateItem", "booking: dynamodb.GetItem"}
    assert town.members() == []
