"""The list of the day as data: the rosters of a centre's sessions, and one BatchGet for the names."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from seba.domain.appointments import Standing
from seba.domain.calendar import KOLKATA
from seba.domain.ids import citizen_of
from seba.domain.people import Person
from seba.domain.roster import Member
from seba.domain.sessions import Life, Session, Slot
from seba.services.ports import Names, Programme, Rosters


@dataclass(frozen=True, slots=True)
class Booked:
    """A place taken, and by whom."""

    member: Member
    person: Person | None
    """None when the citizen has erased everything and the place is about to be released."""
    untold: bool
    """The citizen said STOP: changes cannot be told."""


@dataclass(frozen=True, slots=True)
class SlotRoster:
    """A slot and who stands in it, in the roster's order; nobody for whom a place is only held."""

    session: Session
    slot: Slot
    booked: tuple[Booked, ...]


@dataclass(frozen=True, slots=True)
class DayRoster:
    """All that is booked at one centre on one day, by time."""

    centre: str
    day: date
    slots: tuple[SlotRoster, ...]

    @property
    def people(self) -> int:
        """How many places are taken."""
        return sum(len(each.booked) for each in self.slots)

    @property
    def opens(self) -> datetime:
        """When the first slot begins; of a day that was emptied, its end: nobody comes."""
        return min((each.session.starts(each.slot) for each in self.slots), default=self._midnight)

    @property
    def ends(self) -> datetime:
        """When the last slot ends; of a day that was emptied, its end."""
        return max((each.session.ends(each.slot) for each in self.slots), default=self._midnight)

    @property
    def _midnight(self) -> datetime:
        return datetime.combine(self.day + timedelta(days=1), time(), KOLKATA)

    @property
    def digest(self) -> str:
        """Changes when somebody is added, gone or in another slot; not when a dose is given."""
        places = sorted(f"{each.slot.id} {one.member.booking}" for each in self.slots for one in each.booked)
        return hashlib.sha256("\n".join(places).encode()).hexdigest()[:16]


def rosters_of_day(day: date, programme: Programme, rosters: Rosters) -> dict[str, DayRoster]:
    """The rosters of every centre that has sessions on a day (open, or closed by now), without names."""
    centres = sessions_of_day(day, programme)
    return {centre: roster_of(centre, day, sessions, rosters) for centre, sessions in centres.items()}


def sessions_of_day(day: date, programme: Programme) -> dict[str, list[Session]]:
    """The sessions of a day (open, or closed by now) by centre, in the order of the centres' ids."""
    by_centre: dict[str, list[Session]] = {}
    for session in programme.sessions(day):
        if session.life in (Life.OPEN, Life.CLOSED):
            by_centre.setdefault(session.centre, []).append(session)
    return dict(sorted(by_centre.items()))


def roster_of(centre: str, day: date, sessions: Sequence[Session], rosters: Rosters) -> DayRoster:
    """The roster of a centre's sessions of a day, without names."""
    slots = [
        SlotRoster(session, slot, tuple(Booked(member, None, untold=False) for member in _visitors(slot, rosters)))
        for session in sessions
        for slot in session.slots
    ]
    return DayRoster(centre, day, _by_time(slots))


def _visitors(slot: Slot, rosters: Rosters) -> Iterator[Member]:
    """Whoever is booked. A place that is held for somebody is on no list: most likely nobody will come for it."""
    return (member for member in rosters.members(slot.id) if member.standing != Standing.HELD)


def with_names(roster: DayRoster, names: Names) -> DayRoster:
    """The same roster with the people, and whether they can be told of changes."""
    everybody = [one.member.person for each in roster.slots for one in each.booked]
    people = names.people(everybody)
    stopped = names.stopped({citizen_of(person) for person in everybody})
    return DayRoster(
        roster.centre,
        roster.day,
        tuple(
            SlotRoster(
                each.session,
                each.slot,
                tuple(
                    Booked(one.member, people.get(one.member.person), citizen_of(one.member.person) in stopped)
                    for one in each.booked
                ),
            )
            for each in roster.slots
        ),
    )


def _by_time(slots: Sequence[SlotRoster]) -> tuple[SlotRoster, ...]:
    return tuple(sorted(slots, key=lambda each: (each.slot.start, each.slot.end, each.slot.id)))
