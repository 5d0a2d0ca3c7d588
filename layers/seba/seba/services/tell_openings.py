"""Alerts: whoever waits hears once of an hour at which places near them open, or of a draw that is announced.

The most overdue hear first: the line's own order. So many a minute that the number is not blocked and the places last
for about those who were told; how far an opening has come stands in the diary, as the last place in the line.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from seba.conversation import alerts
from seba.conversation.records import Effect, Opening, effect_id
from seba.conversation.waiting import bears_out, may_be_given
from seba.domain.draws import Draw
from seba.domain.errors import NotNow
from seba.domain.ids import citizen_of, short_hash
from seba.domain.places import Areas, distance
from seba.domain.rules import Rules
from seba.domain.sessions import Life, Session, Slot
from seba.domain.wishes import REACH, pins_near
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
    """Go on telling, hour by hour, the earliest first. Raises OutOfTime, NotNow.

    Whatever opens at the same hour is one opening to a citizen, however many centres are near.
    """
    if not minute.is_waking:
        return
    hours: dict[tuple[datetime, str], list[Opening]] = {}
    for opening in sorted(ports.novelties.openings(), key=lambda each: (each.at, each.id)):
        hours.setdefault((opening.at, opening.draw), []).append(opening)
    if not hours:
        return
    telling = _Telling(minute, ports)
    for (at, draw), openings in hours.items():
        minute.go_on()
        if telling.left <= 0:
            break
        with minute.alone("an opening was not told", opening=openings[0].id):
            telling.tell(at, draw, openings)
    ports.journal.count("AlertsTold", ports.a_minute - telling.left)


class _Telling:
    def __init__(self, minute: Minute, ports: TellPorts) -> None:
        self._minute, self._ports = minute, ports
        self._draws: Mapping[str, Draw] = {each.id: each for each in ports.draws.all()}
        self._areas = Areas(ports.facts.areas().values())
        self.left = ports.a_minute
        """How many may still be told in this minute."""

    def tell(self, at: datetime, draw_id: str, openings: Sequence[Opening]) -> None:
        """Tell of what opens at one hour until enough were told, everybody was, or there is no room any more."""
        draw = self._draws.get(draw_id)
        if draw_id and (draw is None or draw.seed or draw.closes <= self._minute.now):
            self._done(openings)
            return
        if not draw_id and self._minute.now < at:
            return
        told_of: list[Opening] = []
        rooms: list[_Room] = []
        for opening in openings:
            here = self._rooms(opening, draw)
            if here:
                told_of.append(opening)
                rooms += here
        if not rooms:
            return
        free = sum(each.free for each in rooms)
        hour = _Hour(at, draw, tuple(told_of), tuple(rooms))
        if self._go_along(hour, self.left if draw is not None else min(self.left, TOLD_PER_PLACE * free)):
            self._done(told_of)

    def _done(self, openings: Iterable[Opening]) -> None:
        for opening in openings:
            self._ports.novelties.told(opening)

    def _rooms(self, opening: Opening, draw: Draw | None) -> list[_Room]:
        """What can be offered of an opening now. One that has nothing to offer, and never will, is done."""
        coming = self._slots(opening)
        if not coming:
            self._done([opening])
            return []
        rooms = [each for each in coming if self._is_offered(each.session, draw)]
        if not rooms or draw is not None:
            return rooms  # none: paused, or stocked and not open, and it may yet be
        rooms = [each for each in map(self._counted, rooms) if each.free > 0]
        if not rooms:
            self._ports.journal.note("an opening is full", opening=opening.id)
            self._done([opening])
        return rooms

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
        centre = self._ports.facts.centres().get(session.centre)
        if centre is None or session.batch not in centre.opened:
            return False  # a publication that broke off before its last write: nobody may see it yet
        if draw is None:
            return session.is_on_offer(self._minute.now)
        return session.draw == draw.id and session.is_announced(self._minute.now)

    def _counted(self, room: _Room) -> _Room:
        capacity, taken = self._ports.rosters.free(room.slot.id)
        return _Room(room.session, room.slot, capacity - taken)

    def _go_along(self, hour: "_Hour", enough: int) -> bool:
        """Go along the line from where it was left; whether its end was reached."""
        reached = noted = self._ports.diary.done(hour.work) or ""
        told = looked = 0
        try:
            for entry in self._waiting(hour, reached):
                key = f"{entry.rank}#{entry.person}"
                if key == reached:
                    continue  # of any vaccine, and there are several
                self._minute.go_on()
                if told >= enough:
                    return False
                told += self._try(hour, entry)
                reached = key
                looked += 1
                if looked % NOTED_EVERY == 0:
                    self._ports.diary.note(hour.work, reached)
                    noted = reached
            return True
        finally:
            self.left -= told
            if reached != noted:
                self._ports.diary.note(hour.work, reached)

    def _waiting(self, hour: "_Hour", after: str) -> Iterator[InLine]:
        """Everybody who may want one of these, in the order of their ranks; somebody may come twice, in a row."""
        centres = self._ports.facts.centres()
        near = [pin for each in hour.centres if each in centres for pin in pins_near(centres[each], self._areas)]
        pins = tuple(dict.fromkeys(near))
        wanted = sorted({(dose, room.session.vaccine) for room in hour.rooms for dose in room.session.doses})
        streams = [self._ports.line.waiting(pins, dose, vaccine, after) for dose, vaccine in wanted]
        return heapq.merge(*streams, key=lambda entry: f"{entry.rank}#{entry.person}")

    def _try(self, hour: "_Hour", entry: InLine) -> bool:
        """Whether they were told. One who cannot be told holds up nobody; a busy AWS is waited for (NotNow)."""
        try:
            return self._tell(hour, entry)
        except NotNow:
            raise
        except Exception as error:  # noqa: BLE001  # an alert lost is less than a line that never moves on
            self._ports.journal.wrong("somebody was not told", cause_of(error), person=entry.person)
            self._minute.faults += 1
            return False

    def _tell(self, hour: "_Hour", entry: InLine) -> bool:
        """Whether they were told. Who joined the line after the hour saw the places when they did."""
        room = self._nearest(entry, hour.rooms)
        if room is None:
            return False
        citizen = self._ports.citizens.read(citizen_of(entry.person))
        if citizen is None or not bears_out(citizen.talk, entry, self._minute.now.date()):
            self._ports.line.remove(entry)
            return False
        number = entry.person[-1]
        if hour.draw is not None:
            say = alerts.draw_open(number, hour.draw, room.session.centre)
        elif citizen.talk.wishes[number].since >= hour.at:
            return False
        else:
            say = alerts.places_open(number, room.session, room.slot, room.free)
        # Without the person, and without the centre: a family hears once of what opens at an hour.
        cause = f"open{short_hash(hour.name).hex()}"
        self._ports.outgoing.notify(citizen.id, [Effect(effect_id(citizen.id, cause, 0), say)])
        return True

    def _nearest(self, entry: InLine, rooms: Sequence[_Room]) -> _Room | None:
        """The place for somebody: of a wished centre, or the nearest within reach; there the earliest."""
        home, centres = self._areas.by_pin(entry.pin), self._ports.facts.centres()
        found: list[tuple[int, int, datetime, str, _Room]] = []
        for room in rooms:
            session, centre = room.session, centres.get(room.session.centre)
            if home is None or centre is None or not entry.suits(session, room.slot):
                continue
            if not may_be_given(entry, session, self._ports.rules):
                continue
            metres = distance(home.lat, home.lon, centre.latitude, centre.longitude)
            wished = session.centre in entry.centres
            if metres <= REACH or wished:
                liking = entry.centres.index(session.centre) if wished else 0
                found.append((liking, metres, session.starts(room.slot), room.slot.id, room))
        return min(found, key=lambda each: each[:4])[4] if found else None


@dataclass(frozen=True, slots=True)
class _Hour:
    """What opens at the same hour, or belongs to one draw, and can be offered now."""

    at: datetime
    draw: Draw | None
    openings: tuple[Opening, ...]
    rooms: tuple[_Room, ...]

    @property
    def name(self) -> str:
        """Of the opening as a citizen hears of it."""
        return f"{self.at.isoformat()} {self.draw.id if self.draw is not None else ''}"

    @property
    def centres(self) -> tuple[str, ...]:
        """Where it opens."""
        return tuple(dict.fromkeys(opening.centre for opening in self.openings))

    @property
    def work(self) -> str:
        """Of the diary. When an opening joins that was paused, the line is gone along anew; nobody hears twice."""
        return f"opening#{short_hash(' '.join([self.name, *(each.id for each in self.openings)])).hex()}"
