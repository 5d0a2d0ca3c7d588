"""What the desk can hear: a citizen's message, or the answer of the booking room. No WhatsApp here."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Said:
    """A typed text."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tapped button or list row; ``id`` is what the desk itself once sent."""

    id: str


@dataclass(frozen=True, slots=True)
class Pictured:
    """A photo, or a document that is one. ``media`` is WhatsApp's id for fetching it."""

    media: str
    mime_type: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """A shared location, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Odd:
    """Anything the desk cannot use: ``kind`` is voice, video, sticker, contact, document, order, or unknown."""

    kind: str


class Outcome(StrEnum):
    """How the booking room answered. Each is a different sentence to the citizen."""

    BOOKED = "booked"
    FULL = "full"
    ALREADY = "already"
    """This person stands in this slot's roster under another booking."""
    CLOSED = "closed"
    BUSY = "busy"
    """Not decided yet: the request stays pending and is tried again."""
    MOVED = "moved"
    CANCELLED = "cancelled"
    LOCKED = "locked"
    """The dose was given already (or the person marked as not come): nothing may change any more."""
    FOUND = "found"
    UNKNOWN = "unknown"
    """No such booking."""
    GIVEN = "given"
    ABSENT = "absent"
    WRONG_CODE = "wrong_code"
    CARD_TAKEN = "card_taken"
    """News, not an answer: what the last turn wanted to keep was refused, the card is another person's. The talk stands
    as before that turn."""
    MISSED = "missed"
    """To the citizen: the centre marked this appointment as not come."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The booking room's answer to ``request``; comes back through the same turn as a message does.

    ``details`` holds catalogue parameters (see ``say.py``) such as ``booking``, ``name``, ``standing``.
    An empty ``request`` marks news that nobody asked for: the centre gave the dose, or the person did not come.
    """

    request: str
    outcome: Outcome
    booking: str = ""
    details: dict[str, str] = field(default_factory=dict[str, str])


Heard = Said | Tapped | Pictured | Located | Odd | Answered
