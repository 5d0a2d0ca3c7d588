"""People book, cancel, take and decline in any order, holds lapse, and AWS is busy now and then: nothing is ever lost.

The invariant (capacity = remaining + live members, every place known to its owner) is looked at by tests/conftest.py
after each test, and here after each of the runs that one test makes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import Ask, Request
from seba.conversation.talk import Pending
from seba.domain.appointments import Standing
from seba.domain.errors import NotNow
from seba.domain.ids import short_hash
from seba.services.answer_requests import Asked
from tests import invariant
from tests.fakes.world import NOW
from tests.unit.services.booking_house import OTHER, SLOT, House

NAMES = ("Tara", "Asha", "Gita", "Mita", "Ravi")
FAULTS = (
    ("rosters", "claim"),
    ("rosters", "release"),
    ("rosters", "mark"),
    ("rosters", "members"),
    ("citizens", "commit"),
    ("citizens", "read"),
    ("holds", "note"),
    ("line", "put"),
    ("line", "waiting"),
    ("outgoing", "queue"),
)
LAST_RECEIVE = 5


@dataclass
class Street:
    """Five people and two slots of one place each; who is not booked is in line."""

    house: House = field(default_factory=House)
    queue: list[Asked] = field(default_factory=list[Asked])
    dead: list[Asked] = field(default_factory=list[Asked])
    """What even setting aside failed for; somebody gives it to the queue again."""
    seen: set[str] = field(default_factory=set[str])
    count: int = 0

    def __post_init__(self) -> None:
        self.house.rosters.capacity = {SLOT: 1, OTHER: 1}
        self.people = [self.house.waits(name, at) for at, name in enumerate(NAMES)]

    def asks(self, citizen: Citizen, ask: Ask, slot: str, booking: str = "") -> None:
        """Somebody taps, if nothing is under way for them."""
        stands = self.house.now(citizen)
        if stands.talk.pending is not None:
            return
        self.count += 1
        request = Request(ask, slot, person="1", booking=booking, rules="2022")
        effect = Effect(effect_id(citizen.id, short_hash(f"tap {self.count}").hex(), 1), request)
        talk = stands.talk
        if ask is Ask.DECLINE:
            talk = talk.with_(appointments=tuple(a for a in talk.appointments if a.booking != booking))
        else:
            talk = talk.with_(pending=Pending(effect.id, ask, "1", slot))
        outbox = {**stands.outbox, effect.id.split("-")[1]: (effect,)}
        self.house.citizens.put(replace(stands, talk=talk, outbox=outbox, version=stands.version + 1))
        self._put(effect)

    def _put(self, effect: Effect) -> None:
        """The queue takes each effect once."""
        if effect.id not in self.seen:
            self.seen.add(effect.id)
            self.queue.append(self.house.asked(effect))

    def act(self, what: str, citizen: Citizen, slot: str) -> None:
        talk = self.house.now(citizen).talk
        booked = next(iter(talk.live_appointments()), None)
        held = next(iter(talk.held()), None)
        match what:
            case "book" if booked is None:
                self.asks(citizen, Ask.BOOK, slot)
            case "cancel" if booked is not None:
                self.asks(citizen, Ask.CANCEL, booked.slot, booked.booking)
            case "take" if held is not None:
                self.asks(citizen, Ask.TAKE, held.slot, held.booking)
            case "decline" if held is not None:
                self.asks(citizen, Ask.DECLINE, held.slot, held.booking)
            case "lapse":
                self.lapse()
            case _:
                pass

    def lapse(self) -> None:
        """Ten minutes pass, and the clock strikes."""
        self.house.time.pass_(minutes=10)
        for hold in self.house.holds.over(self.house.time.now):
            request = Request(Ask.LAPSE, hold.booking[:6], person=hold.person, dose=hold.dose, booking=hold.booking)
            self._put(Effect(effect_id(hold.citizen, short_hash(f"lapse {hold.booking}").hex(), 0), request))
            self.house.holds.settle(hold)

    def deliver(self) -> None:
        """The queue's first request of each slot, and what stays comes again."""
        batch: dict[str, Asked] = {}
        for asked in self.queue:
            batch.setdefault(asked.group, asked)
        stay = self.house.answer(*batch.values())
        for asked in batch.values():
            at = self.queue.index(asked)
            if asked.id in stay and asked.receives < LAST_RECEIVE:
                self.queue[at] = replace(asked, receives=asked.receives + 1)
            else:
                del self.queue[at]
                self.dead += [asked] * (asked.id in stay)
        for effect in self.house.requests():
            self._put(effect)

    def settle(self) -> None:
        """Without faults everything comes to an end: no hold is left, and nobody waits."""
        for port, _ in FAULTS:
            getattr(self.house, port).faults.planned.clear()
        self.queue += [replace(asked, receives=1) for asked in self.dead]
        for _ in range(12):
            while self.queue:
                self.deliver()
            self.lapse()


STEPS = st.tuples(
    st.sampled_from(("book", "book", "cancel", "cancel", "take", "take", "decline", "lapse")),
    st.integers(0, len(NAMES) - 1),
    st.sampled_from((SLOT, OTHER)),
    st.booleans(),
    st.one_of(st.none(), st.sampled_from(FAULTS)),
)


def live_at_most_once(street: Street) -> bool:
    """Nobody has two booked places for one dose."""
    booked = [
        member.person
        for slot in (SLOT, OTHER)
        for member in street.house.rosters.slots.get(slot, [])
        if member.standing == Standing.BOOKED
    ]
    return len(booked) == len(set(booked))


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=30))
def test_whatever_people_do_and_whatever_fails_every_place_is_somebodys_or_free(
    steps: list[tuple[str, int, str, bool, tuple[str, str] | None]],
) -> None:
    invariant.forget()
    street = Street()
    for what, who, slot, delivers, fault in steps:
        if fault is not None:
            getattr(street.house, fault[0]).faults.plan(fault[1], NotNow("busy"))
        street.act(what, street.people[who], slot)
        if delivers and street.queue:
            street.deliver()
    street.settle()
    assert invariant.broken() == []
    assert live_at_most_once(street)
    for citizen in street.people:
        talk = street.house.now(citizen).talk
        assert talk.pending is None
        assert talk.held() == ()
    for slot in (SLOT, OTHER):
        assert all(member.standing != Standing.HELD for member in street.house.rosters.slots.get(slot, []))
    assert street.house.holds.noted == {}


def test_the_street_does_what_it_says() -> None:
    """A place goes from hand to hand: booked, cancelled, held, lapsed, held, taken."""
    street = Street()
    tara, asha, gita, mita, _ = street.people
    everything: list[Callable[[], None]] = [
        lambda: street.act("book", mita, SLOT),
        street.deliver,
        lambda: street.act("cancel", mita, SLOT),
        street.deliver,
        street.lapse,
        street.deliver,
        lambda: street.act("decline", asha, SLOT),
        street.deliver,
        lambda: street.act("take", gita, SLOT),
        street.deliver,
    ]
    for each in everything:
        each()
    assert street.house.told(tara) == ["place_held", "hold_lapsed"]
    assert street.house.told(asha) == ["place_held"]
    assert street.house.told(gita) == ["place_held", "confirmation"]
    assert street.house.standing() == [("Gita", "b")]
    assert street.house.time.now == NOW + timedelta(minutes=10)
