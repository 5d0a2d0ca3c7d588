"""The booking room over the real conversation, everything around it in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from seba.conversation import codec
from seba.conversation.engine import sorry, turn
from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import Ask, Request, Say
from seba.conversation.talk import Pending, Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.ids import short_hash
from seba.domain.people import Who
from seba.domain.places import Area, Locality, Served
from seba.domain.rules import default_rules
from seba.domain.wishes import Entry, Wish, rank
from seba.services.answer_requests import Asked, BookingPorts, Memory, answer_requests
from seba.services.desk_view import DeskViews
from seba.services.take_turn import TurnPorts
from tests.fakes.people import centre, person, session
from tests.fakes.world import (
    KEYS,
    NOW,
    FakeCitizens,
    FakeHolds,
    FakeJournal,
    FakeLane,
    FakeLine,
    FakeOutgoing,
    FakeRosters,
    FakeWorld,
    Time,
)

SLOT, OTHER = "7M4QK0", "7M4QK1"
TODAY = date(2026, 11, 22)


class Boards:
    def __init__(self) -> None:
        self.shown: list[tuple[str, int]] = []

    def show(self, slot: str, free: int) -> None:
        self.shown.append((slot, free))


class House:
    def __init__(self) -> None:
        self.time = Time()
        self.citizens, self.outgoing, self.rosters = FakeCitizens(), FakeOutgoing(), FakeRosters()
        self.world, self.lane, self.journal, self.boards = FakeWorld(self.citizens), FakeLane(), FakeJournal(), Boards()
        self.line, self.holds = FakeLine(), FakeHolds()
        self.world.centres_ = {each.id: each for each in (centre(), centre("C070"))}
        self.world.sessions_ = {"7M4QK": session()}
        gariahat = Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट")
        self.world.areas_ = {"700019": Area("700019", Served.YES, (gariahat,), 22.52, 88.36)}
        self.rosters.capacity = {SLOT: 2, OTHER: 2}
        self.memory = Memory()
        self.think: Callable[..., Any] = turn
        views = DeskViews(default_rules(), ("second-dose",), self.world, lambda: KEYS)
        self.turn = TurnPorts(
            self.citizens,
            self.outgoing,
            views.at,
            self._think,
            self.time,
            "100000000000001",
        )
        self.ports = BookingPorts(
            turn=self.turn,
            rosters=self.rosters,
            boards=self.boards,
            facts=self.world,
            sessions=self.world,
            names=self.citizens,
            line=self.line,
            holds=self.holds,
            hold=timedelta(minutes=10),
            lane=self.lane,
            keys=lambda: KEYS,
            sorry=sorry,
            journal=self.journal,
            stopwatch=self.time.stopwatch,
        )

    def _think(self, *heard: Any) -> Any:
        return self.think(*heard)

    def asks(self, name: str, request: Request, receives: int = 1, **talk: object) -> Asked:
        """A citizen who waits for the answer to this request, and the request as the queue delivers it."""
        who = Who(f"91980000{name.ljust(4, '0')}", None, "100000000000001", name)
        id_ = KEYS.citizen(f"phone:{who.phone}")
        cause = short_hash(f"wamid {name} {request.ask}")
        effect = Effect(effect_id(id_, cause.hex(), 1), request)
        state = Talk(
            language="en",
            step="offer_nearest",
            serial=4,
            answers={"w": "1"},
            people={"1": person("1", name)},
            homes={"1": "700019"},
            pending=Pending(effect.id, request.ask, request.person, request.slot),
            heard_at=NOW,
        ).with_(**talk)
        who = replace(who, desk_of=state.desk_of)
        self.citizens.put(Citizen(id_, who, state, (cause,), {cause.hex(): (effect,)}, 1))
        return self.asked(effect, receives)

    def asked(self, effect: Effect, receives: int = 1) -> Asked:
        assert isinstance(effect.act, Request)
        body = codec.write_effect(effect, NOW)
        return Asked(f"sqs-{effect.id}", f"receipt-{effect.id}", effect.act.slot, receives, body)

    def books(self, name: str, slot: str = SLOT, receives: int = 1) -> Asked:
        return self.asks(name, Request(Ask.BOOK, slot, person="1", rules="2022"), receives)

    def answer(self, *batch: Asked) -> list[str]:
        return answer_requests(batch, self.ports, self.memory)

    def state(self, asked: Asked) -> Citizen:
        found = self.citizens.read(codec.read_effect(asked.body).id.split("-")[0])
        assert found is not None
        return found

    def said(self, asked: Asked) -> list[str]:
        """What was said to whoever asked this; the queue takes an effect once, however often it is given."""
        citizen = self.state(asked).id
        queued = {e.id: e.act for _, to, e in self.outgoing.queued if to == citizen}
        return [act.key for act in queued.values() if isinstance(act, Say)]

    def booking(self, asked: Asked, attempt: int = 0) -> str:
        effect = codec.read_effect(asked.body)
        assert isinstance(effect.act, Request)
        return KEYS.booking(effect.act.slot, effect.id, attempt)

    def members(self, slot: str = SLOT) -> list[str]:
        return [member.booking for member in self.rosters.slots.get(slot, [])]

    def requests(self) -> list[Effect]:
        return [e for e in self.outgoing.effects if isinstance(e.act, Request)]

    # ---- who has a place, and who waits for one ------------------------------------------------------------------

    def lives(self, name: str, **talk: object) -> Citizen:
        """Somebody with one person, at home near the centre, who rests."""
        phone = f"91980000{name.ljust(4, '0')}"
        state = Talk(
            language="en",
            step="home",
            people={"1": person("1", name)},
            homes={"1": "700019"},
            heard_at=NOW,
        ).with_(**talk)
        id_ = KEYS.citizen(f"phone:{phone}")
        return self.citizens.put(Citizen(id_, Who(phone, None, "100000000000001", name), state, (), {}, 1))

    def seats(self, name: str, booking: str, standing: Standing = Standing.BOOKED) -> Citizen:
        """Somebody who has a place under this reference, and knows it."""
        day = self.world.sessions_[booking[:5]].day
        appointment = Appointment("1", 2, booking, day, "2022", standing)
        citizen = self.lives(name, appointments=(appointment,))
        self.rosters.seat(booking[:6], citizen.id + "1", booking, standing)
        return citizen

    def waits(self, name: str, minutes: int = 0, *, entry: dict[str, Any] | None = None, **talk: object) -> Citizen:
        """Somebody in line since so many minutes after everybody else (``entry``: what the line says besides)."""
        wish = Wish(2, NOW - timedelta(days=1) + timedelta(minutes=minutes))
        citizen = self.lives(name, **{"wishes": {"1": wish}, **talk})
        stands = Entry(citizen.id + "1", 2, "covishield", "700019", rank(None, wish.since))
        self.line.put(replace(stands, **(entry or {})))
        return citizen

    def now(self, citizen: Citizen) -> Citizen:
        """How a citizen stands now."""
        return self.citizens.stored[citizen.id]

    def told(self, citizen: Citizen) -> list[str]:
        """What was said to a citizen, each message once."""
        queued = {e.id: e.act for _, to, e in self.outgoing.queued if to == citizen.id}
        return [act.key for act in queued.values() if isinstance(act, Say)]

    def standing(self, slot: str = SLOT) -> list[tuple[str, str]]:
        """Who has the places of a slot, and how: name and standing."""
        people = self.citizens.people([each.person for each in self.rosters.slots.get(slot, [])])
        return [(people[each.person].name, each.standing) for each in self.rosters.slots.get(slot, [])]

    def news(self, ask: Ask, citizen: Citizen, booking: str, receives: int = 1, **more: Any) -> Asked:
        """What nobody waits for an answer about: of a citizen's place, as the clock or a turn asks it."""
        request = Request(ask, booking[:6], person="1", booking=booking, **more)
        cause = short_hash(f"{ask} {booking}").hex()
        return self.asked(Effect(effect_id(citizen.id, cause, 0), request), receives)

    def grants(self, citizen: Citizen, slot: str = SLOT, receives: int = 1) -> Asked:
        """A place drawn for a citizen's person, as the draw asks for it."""
        request = Request(Ask.GRANT, slot, person="1", rules="2022")
        return self.asked(Effect(effect_id(citizen.id, short_hash(f"draw {slot}").hex(), 0), request), receives)

    def held(self, citizen: Citizen) -> str:
        """The reference of the place that is held for a citizen, as they know it."""
        (appointment,) = self.now(citizen).talk.held()
        return appointment.booking

    def takes(self, citizen: Citizen, receives: int = 1) -> Asked:
        """A citizen taps "take it"."""
        booking = self.held(citizen)
        stands = self.now(citizen)
        request = Request(Ask.TAKE, booking[:6], person="1", booking=booking, rules="2022")
        effect = Effect(effect_id(citizen.id, short_hash(f"take {booking}").hex(), 1), request)
        waits = stands.talk.with_(pending=Pending(effect.id, Ask.TAKE, "1", request.slot))
        outbox = {**stands.outbox, effect.id.split("-")[1]: (effect,)}
        self.citizens.put(replace(stands, talk=waits, outbox=outbox, version=stands.version + 1))
        return self.asked(effect, receives)
