"""What somebody who waits would like, and where they stand in line. Alerts, waiting list and draws all start here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from seba.domain.calendar import at_the_desk
from seba.domain.places import Areas, distance
from seba.domain.sessions import Centre, Session, Slot

REACH = 10_000
"""Metres from the middle of the home's PIN area within which a centre counts as near."""
MOST_CENTRES = 3
"""Centres that a wish may name."""
MOST_CHOICES = 12
"""Slots that one may wish for in a draw, best first."""
AFTERNOON = time(12, 0)
NO_DUE = "99999999"
"""In place of a day, for those who are not late for anything: behind everybody who is."""


class Days(StrEnum):
    """On which days somebody can come. One letter: it is kept by the million."""

    ANY = "a"
    WEEKDAYS = "w"
    WEEKENDS = "e"


class Hours(StrEnum):
    """At which time of day somebody can come."""

    ANY = "a"
    MORNING = "m"
    AFTERNOON = "p"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one person waits for, as the citizen's own state keeps it. Their home and vaccine are known there anyway."""

    dose: int
    since: datetime
    """When they joined the line, aware, to the second; changing the wish keeps it."""
    centres: tuple[str, ...] = ()
    """At most three, in order of preference; empty for any near the home."""
    days: Days = Days.ANY
    hours: Hours = Hours.ANY
    most: int = 0
    """The most they would pay, in paise; 0 for free places only."""
    draw: str = ""
    """The draw they take part in, or took part in last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person in line (item ``LINE#<pin>#<dose>#<vaccine>``/``<rank>#<person>``). Ids only, no names.

    It may be out of date: whoever offers something reads the citizen's own state first, and removes an entry that it
    no longer bears out.
    """

    person: str
    """Person id: citizen + number."""
    dose: int
    vaccine: str
    """The vaccine that the next dose has to be of; empty for any."""
    pin: str
    """Of the home."""
    rank: str
    """Who has the smaller one (as text) comes first."""
    centres: tuple[str, ...] = ()
    days: Days = Days.ANY
    hours: Hours = Hours.ANY
    most: int = 0
    earliest: date = date.min
    """The first day on which the dose may be taken."""
    born: int | None = None
    offered: frozenset[str] = frozenset()
    """The sessions of which a place was offered already."""

    def suits(self, session: Session, slot: Slot) -> bool:
        """Whether a place of this slot is what they wait for; how far it is has been looked at before."""
        if self.dose not in session.doses or (self.vaccine and session.vaccine != self.vaccine):
            return False
        if self.centres and session.centre not in self.centres:
            return False
        on_a_weekend = session.day.weekday() >= 5
        if (self.days is Days.WEEKENDS and not on_a_weekend) or (self.days is Days.WEEKDAYS and on_a_weekend):
            return False
        in_the_afternoon = slot.start >= AFTERNOON
        if self.hours is not Hours.ANY and in_the_afternoon != (self.hours is Hours.AFTERNOON):
            return False
        return session.fee <= self.most and self.earliest <= session.day and session.admits_age(self.born)


def rank(due: date | None, since: datetime) -> str:
    """Where one stands who was in no draw: the most overdue first, then first come first.

    ``due`` is the day by which the dose should have been taken (the interval's ``at_most``), None for no such day. A
    day still to come puts nobody in front: who is not late is not overdue.
    """
    on = at_the_desk(since).date()
    return f"1-{due:%Y%m%d}-{int(since.timestamp()):08x}" if due and due < on else _on_time(since)


def _on_time(since: datetime) -> str:
    return f"1-{NO_DUE}-{int(since.timestamp()):08x}"


def rank_drawn(closed: datetime, position: int) -> str:
    """Where one stands who drew nothing: before all who were in no draw, in the drawn order (``position`` from 0)."""
    return f"0-{int(closed.timestamp()):08x}-{position:06d}"


def offered(entry: Entry, session: str) -> Entry:
    """The entry of somebody to whom a place of this session was offered."""
    return replace(entry, offered=entry.offered | {session})


def pins_near(centre: Centre, areas: Areas) -> tuple[str, ...]:
    """The PIN codes of the homes from which a centre is near, nearest first."""
    by_distance = sorted((distance(a.lat, a.lon, centre.latitude, centre.longitude), a.pin) for a in areas)
    return tuple(pin for metres, pin in by_distance if metres <= REACH)


def choices(entry: Entry, sessions: Mapping[str, Session], centres: Mapping[str, Centre], areas: Areas) -> list[str]:
    """The slots that somebody would take, best first, at most twelve.

    The wished centres come in their order, else the nearest first; in each the earliest day and time.
    """
    area = areas.by_pin(entry.pin)
    found: list[tuple[tuple[int, int, date, time], str]] = []
    for session in sessions.values():
        centre = centres.get(session.centre)
        if centre is None or area is None:
            continue
        metres = distance(area.lat, area.lon, centre.latitude, centre.longitude)
        if metres > REACH and session.centre not in entry.centres:
            continue
        preference = entry.centres.index(session.centre) if session.centre in entry.centres else 0
        found += [
            ((preference, metres, session.day, slot.start), slot.id)
            for slot in session.slots
            if entry.suits(session, slot)
        ]
    return [slot for _, slot in sorted(found)[:MOST_CHOICES]]
