"""Alerts: whoever waits near a centre hears once that there is room, or that a draw is announced.

The most overdue hear first: the line's own order. So many a minute that the number is not blocked and the places last
for about those who were told; how far an opening has come stands in the diary, as the last place in the line.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seba.conversation import alerts
from seba.conversation.records import Citizen, Effect, Opening, effect_id
from seba.conversation.say import Say
from seba.domain.appointments import Standing
from seba.domain.draws import Draw
from seba.domain.errors import NotNow
from seba.domain.ids import citizen_of, short_hash
from seba.domain.places import Areas
from seba.domain.rules import Rules
from seba.domain.sessions import Life, Session, Slot
from seba.domain.wishes import pins_near
from seba.services.journal import Journal, cause_of
from seba.services.minute import Minute
from seba.services.ports import (
    Citizens,
    Diary,
    Draws,
    Facts,
    InLine,
    Line,
    Novelties,
    Outgoing,
    Programme,
    Rosters,
)

TOLD_PER_PLACE = 2
"""How many hear of each free place in a minute: half of them may not want it, and nobody is to come for nothing."""
NOTED_EVERY = 50
"""Places in the line after which the diary is told how far it has come."""
_TO_COME = (Life.PROVISIONAL, Life.STOCKED, Life.OPEN)


@dataclass(frozen=True, slots=True)
class TellPorts:
    """What telling needs of the world."""

    novelties: Novelties
    draws: Draws
    line: Line
    facts: Facts
    programme: Programme
    rosters: Rosters
    citizens: Citizens
    diary: Diary
    outgoing: Outgoing
    rules: Rules
    a_minute: int
    """How many are told in a minute at most, over all openings."""
    journal: Journal


@dataclass(frozen=True, slots=True)
class _Room:
    """A slot that can be offered, and how many places it has left (of a draw: how many there will be)."""

    session: Session
    slot: Slot
    free: int


def tell_openings(minute: Minute, ports: TellPorts) -> None:
    """Go on telling, opening by opening, the earliest first. Raises OutOfTime, NotNow."""
    if not minute.is_waking:
        return
    openings = sorted(ports.novelties.openings(), key=lambda each: (each.at, each.id))
    if not openings:
        return
    telling = _Telling(minute, ports)
    for opening in openings:
        minute.go_on()
        if telling.left <= 0:
            break
        with minute.alone("an opening was not told", opening=opening.id):
            telling.tell(opening)
    ports.journal.count("AlertsTold", ports.a_minute - telling.left)


def is_borne_out(citizen: Citizen | None, entry: InLine) -> bool:
    """Whether somebody in line still waits: they wish for that dose, have no place for it, and let us write to them.

    A place that is held for them does not count: they may yet decline it.
    """
    if citizen is None or citizen.talk.stopped:
        return False
    talk, number = citizen.talk, entry.person[-1]
    wish = talk.wishes.get(number)
    has_place = any(
        (each.person, each.dose) == (number, entry.dose) and each.standing in (Standing.BOOKED, Standing.GIVEN)
        for each in talk.appointments
    )
    is_their_wish = wish is not None and wish.dose == entry.dose and talk.homes.get(number) == entry.pin
    return is_their_wish and number in talk.people and not has_place


class _Telling:
    def __init__(self, minute: Minute, ports: TellPorts) -> None:
        self._minute, self._ports = minute, ports
        self._draws: Mapping[str, Draw] = {each.id: each for each in ports.draws.all()}
        self._areas = Areas(ports.facts.areas().values())
        self.left = ports.a_minute
        """How many may still be told in this minute."""

    def tell(self, opening: Opening) -> None:
        """Tell of one opening until enough were told, everybody was, or there is no room any more."""
        now, draw = self._minute.now, self._draws.get(opening.draw)
        if opening.draw:
            if draw is None or draw.seed or draw.closes <= now:
                self._ports.novelties.told(opening)
                return
        elif now < opening.at:
            return
        coming = self._slots(opening)
        if not coming:
            self._ports.novelties.told(opening)
            return
        rooms = [each for each in coming if self._is_offered(each.session, draw)]
        if not rooms:
            return  # paused, or stocked and not open: it may yet be
        if draw is None:
            rooms = [each for each in map(self._counted, rooms) if each.free > 0]
            if not rooms:
                self._ports.journal.note("an opening is full", opening=opening.id)
                self._ports.novelties.told(opening)
                return
        enough = self.left if draw is not None else min(self.left, TOLD_PER_PLACE * sum(each.free for each in rooms))
        if self._go_along(opening, rooms, draw, enough):
            self._ports.novelties.told(opening)

    def _slots(self, opening: Opening) -> list[_Room]:
        """Every slot that is not too late for, of sessions that are or may be offered, the earliest first."""
        sessions = (self._ports.programme.session(each) for each in opening.sessions)
        rooms = [
            _Room(session, slot, session.places(slot))
            for session in sessions
            if session is not None and session.life in _TO_COME
            for slot in session.slots
            if self._ports.rules.bookable(session.starts(slot), self._minute.now)
        ]
        return sorted(rooms, key=lambda each: (each.session.starts(each.slot), each.slot.id))

    def _is_offered(self, session: Session, draw: Draw | None) -> bool:
        if draw is None:
            return session.is_on_offer(self._minute.now)
        return session.draw == draw.id and session.is_announced(self._minute.now)

    def _counted(self, room: _Room) -> _Room:
        capacity, taken = self._ports.rosters.free(room.slot.id)
        return _Room(room.session, room.slot, capacity - taken)

    def _go_along(self, opening: Opening, rooms: Sequence[_Room], draw: Draw | None, enough: int) -> bool:
        """Go along the line from where it was left; whether its end was reached."""
        work = f"opening#{opening.id}"
        reached = noted = self._ports.diary.done(work) or ""
        told = looked = 0
        try:
            for entry in self._waiting(opening, rooms, reached):
                key = f"{entry.rank}#{entry.person}"
                if key == reached:
                    continue  # of any vaccine, and there are several
                self._minute.go_on()
                if told >= enough:
                    return False
                told += self._try(opening, entry, rooms, draw)
                reached = key
                looked += 1
                if looked % NOTED_EVERY == 0:
                    self._ports.diary.note(work, reached)
                    noted = reached
            return True
        finally:
            self.left -= told
            if reached != noted:
                self._ports.diary.note(work, reached)

    def _waiting(self, opening: Opening, rooms: Sequence[_Room], after: str) -> Iterator[InLine]:
        """Everybody who may want one of these, in the order of their ranks; somebody may come twice, in a row."""
        centre = self._ports.facts.centres().get(opening.centre)
        if centre is None:
            return iter(())
        pins = pins_near(centre, self._areas)
        wanted = sorted({(dose, room.session.vaccine) for room in rooms for dose in room.session.doses})
        streams = [self._ports.line.waiting(pins, dose, vaccine, after) for dose, vaccine in wanted]
        return heapq.merge(*streams, key=lambda entry: f"{entry.rank}#{entry.person}")

    def _try(self, opening: Opening, entry: InLine, rooms: Sequence[_Room], draw: Draw | None) -> bool:
        """Whether they were told. One who cannot be told holds up nobody; a busy AWS is waited for (NotNow)."""
        try:
            return self._tell(opening, entry, rooms, draw)
        except NotNow:
            raise
        except Exception as error:  # noqa: BLE001  # an alert lost is less than a line that never moves on
            self._ports.journal.wrong("somebody was not told", cause_of(error), person=entry.person)
            self._minute.faults += 1
            return False

    def _tell(self, opening: Opening, entry: InLine, rooms: Sequence[_Room], draw: Draw | None) -> bool:
        """Whether they were told."""
        suits = next((each for each in rooms if entry.suits(each.session, each.slot)), None)
        if suits is None:
            return False
        citizen = self._ports.citizens.read(citizen_of(entry.person))
        if not is_borne_out(citizen, entry):
            self._ports.line.remove(entry)
            return False
        number = entry.person[-1]
        if draw is not None:
            say = alerts.draw_open(number, draw, suits.session.centre)
        else:
            say = alerts.places_open(number, suits.session, suits.slot, suits.free)
        self._notify(opening, citizen_of(entry.person), say)
        return True

    def _notify(self, opening: Opening, citizen: str, say: Say) -> None:
        # Without the person: a family in line hears once of each opening.
        cause = f"open{short_hash(opening.id).hex()}"
        self._ports.outgoing.notify(citizen, [Effect(effect_id(citizen, cause, 0), say)])
