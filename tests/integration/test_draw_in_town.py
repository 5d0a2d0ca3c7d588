"""A fair opening in the whole house: three people, one place, and what becomes of it when the winner gives it back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from moto import mock_aws

from seba import wiring
from seba.conversation.say import EnterDraw
from seba.domain.draws import GRACE, Draw, commitment
from seba.domain.published_draws import header_key, lots_key, verify
from tests.fakes.town import Town
from tests.fakes.world import NOW
from tests.integration.test_killed import ASHA, NITA, RINA, confirmations, in_order, stands_in_line, who

SEED = bytes(range(32))
OPENS = NOW + timedelta(hours=1)
CLOSES = OPENS + timedelta(minutes=15)
PEOPLE = (RINA, ASHA, NITA)


@pytest.fixture
def town() -> Iterator[Town]:
    """One place left in all, and a draw of it, in which three people take part."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        # The town's functions have half a minute; this one has a quarter of an hour.
        patch.setattr("draws.app.SPARE_MILLISECONDS", 15_000)
        town = Town(patch)
        house = wiring.house()
        for minutes, phone in enumerate(PEOPLE):
            stands_in_line(town, phone, minutes)
        first, second = (slot.id for slot in town.session.slots)
        house.rosters.resize(first, 1)
        house.rosters.resize(second, 0)
        house.draws.announce(Draw("d1", OPENS, CLOSES, commitment(SEED)), SEED.hex())
        before = house.timetable.session(town.session.id)
        assert before is not None
        house.timetable.change_session(before, replace(before, draw="d1", opens=OPENS))
        for phone in PEOPLE:
            house.draws.enter(EnterDraw("d1", who(phone).id + "1", overdue=False, choices=(first, second)))
        town.restart()
        yield town


def draw(town: Town) -> None:
    """The function's tick, and everything that follows."""
    assert town.invoke("draws", {"source": "aws.events"}) == {"failed": []}
    town.settle()


def test_one_wins_two_wait_in_the_drawn_order_and_what_comes_back_goes_to_the_first_of_them(town: Town) -> None:
    sent_before = {phone: len(town.sent_to(phone)) for phone in PEOPLE}
    town.time.now = CLOSES + GRACE
    for _ in range(2):
        draw(town)
    (member,) = town.members()
    winner = next(phone for phone in PEOPLE if who(phone).id + "1" == member.person)
    losers = [phone for phone in PEOPLE if phone != winner]
    assert len(confirmations(town, "Drawn, and booked!", winner)) == 1
    assert {phone: len(town.sent_to(phone)) - sent_before[phone] for phone in PEOPLE} == dict.fromkeys(PEOPLE, 1)
    in_order(town, member.booking, phone=winner)
    for phone in losers:
        in_order(town, phone=phone)

    files = wiring.house().list_files
    verdict = verify(files.get(header_key("d1")), files.get(lots_key("d1")), commitment(SEED))
    assert verdict.holds
    assert verdict.publication is not None
    keys = wiring.house().keys
    drawn = [lot.number for lot in verdict.publication.lots]
    in_drawn_order = sorted(losers, key=lambda phone: drawn.index(keys.lot("d1", who(phone).id + "1")))

    # The winner cannot come after all.
    town.taps(winner, "Change or cancel")
    town.taps(winner, "Cancel it")
    town.taps(winner, "Yes, cancel it")
    (held,) = town.members()
    assert (held.person, held.standing) == (who(in_drawn_order[0]).id + "1", "h")
    assert len(confirmations(town, "A place has come free", in_drawn_order[0])) == 1
    assert confirmations(town, "A place has come free", in_drawn_order[1]) == []

    # The first of the losers does not answer: after ten minutes the second is asked.
    town.minute(town.time.now + timedelta(minutes=11))
    (held,) = town.members()
    assert (held.person, held.standing) == (who(in_drawn_order[1]).id + "1", "h")
    assert town.verify().findings == ()
