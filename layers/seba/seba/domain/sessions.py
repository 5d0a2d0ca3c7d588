"""Centres, sessions and slots as published, and what of them can be offered."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from seba.domain.calendar import KOLKATA, SESSIONS_KEPT


class Life(StrEnum):
    """The life of a session; only an open one is offered."""

    PROVISIONAL = "provisional"
    STOCKED = "stocked"
    OPEN = "open"
    CLOSED = "closed"


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


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a session, with how many it holds."""

    id: str
    start: time
    end: time
    capacity: int


@dataclass(frozen=True, slots=True)
class Session:
    """One centre, one day, one vaccine. ``fee`` is in paise; 0 is free."""

    id: str
    centre: str
    day: date
    vaccine: str
    dose: int
    fee: int
    life: Life
    batch: str
    slots: tuple[Slot, ...]

    def slot(self, slot_id: str) -> Slot | None:
        """The slot with this id, or None."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    def starts(self, slot: Slot) -> datetime:
        """When a slot begins, aware."""
        return datetime.combine(self.day, slot.start, KOLKATA)

    def ends(self, slot: Slot) -> datetime:
        """When a slot ends, aware."""
        return datetime.combine(self.day, slot.end, KOLKATA)

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
