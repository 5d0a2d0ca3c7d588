"""Centres, sessions and slots as published, and what of them can be offered."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from seba.domain.calendar import KOLKATA, SESSIONS_KEPT


class Life(StrEnum):
    """The life of a session; only an open one is offered. A moved one goes on living, on another day or elsewhere."""

    PROVISIONAL = "provisional"
    STOCKED = "stocked"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Centre:
    """A place where sessions are held. Names are given in each language (``en``, ``bn``, ``hi``)."""

    id: str
    names: dict[str, str]
    short_names: dict[str, str]
    """At most 24 code points after NFC: a row title of WhatsApp."""
    addresses: dict[str, str]
    ward: str
    pin: str
    latitude: float
    longitude: float
    phone: str | None = None
    opened: frozenset[str] = frozenset()
    """The published batches that were released; sessions of other batches are not offered yet."""
    publisher: str = ""
    """Who publishes its sessions, and nobody else may; empty for the desk's own operator."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a session, with how many it holds in all (``Session.places`` of them can be booked)."""

    id: str
    start: time
    end: time
    capacity: int


@dataclass(frozen=True, slots=True)
class Session:
    """One centre, one day, one vaccine, one pool of places for all its doses. ``fee`` is in paise; 0 is free."""

    id: str
    centre: str
    day: date
    vaccine: str
    doses: tuple[int, ...]
    """Which doses are given, ascending. They share the places: two pools would strand what one of them leaves over."""
    fee: int
    life: Life
    batch: str
    slots: tuple[Slot, ...]
    ages: tuple[int, int] | None = None
    """From and to completed years, both included; None for everybody whom the rules admit."""
    walk_in: int = 0
    """Percent of each slot that is kept for people without a booking."""
    opens: datetime | None = None
    """The announced hour from which an open session can be booked, aware; None for at once."""
    draw: str = ""
    """The draw in which its places are given away first; empty for none."""
    drawn: bool = False
    """The draw is over: what is left can be booked by everybody."""
    paused: bool = False
    """Nothing new is booked until the publisher goes on; bookings stand."""
    moved: datetime | None = None
    """When its day or centre was last changed, aware; whoever was booked before may change or cancel to the last."""

    def slot(self, slot_id: str) -> Slot | None:
        """The slot with this id, or None."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    def starts(self, slot: Slot) -> datetime:
        """When a slot begins, aware."""
        return datetime.combine(self.day, slot.start, KOLKATA)

    def ends(self, slot: Slot) -> datetime:
        """When a slot ends, aware."""
        return datetime.combine(self.day, slot.end, KOLKATA)

    def places(self, slot: Slot) -> int:
        """How many of a slot's places can be booked: all but the share of the walk-ins, which is rounded down."""
        return slot.capacity - slot.capacity * self.walk_in // 100

    def is_on_offer(self, now: datetime) -> bool:
        """Whether it can be booked at ``now`` (aware) as far as its own stage of life says: open, its hour has come."""
        if self.life is not Life.OPEN or self.paused or (self.draw and not self.drawn):
            return False
        return self.opens is None or self.opens <= now

    def is_announced(self, now: datetime) -> bool:
        """Whether it will be on offer by itself: open already, and only its hour or its draw is still to come."""
        return self.life is Life.OPEN and not self.paused and not self.is_on_offer(now)

    def admits_age(self, born: int | None) -> bool:
        """Whether somebody born in that year may come; who has not said is let pass, and the centre looks.

        Of a year only the age that is reached in the session's year is known, so nobody is refused wrongly.
        """
        if self.ages is None or born is None:
            return True
        oldest = self.day.year - born
        return self.ages[0] <= oldest and oldest - 1 <= self.ages[1]

    @property
    def kept_until(self) -> datetime:
        """When the session, its board and its rosters are forgotten, aware."""
        return datetime.combine(self.day, time(), KOLKATA) + SESSIONS_KEPT


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A slot one may book now, as the board last said: a hint, never the yes."""

    session: Session
    slot: Slot
    free: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    """What the board says of a session: its facts and the places left per slot id."""

    session: Session
    free: dict[str, int]
