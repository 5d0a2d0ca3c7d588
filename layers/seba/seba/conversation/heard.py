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
    IN_LINE = "in_line"
    """Not decided yet, and it takes long: told once, with ``details["count"]`` (a ``count:`` value) before them."""
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
    HELD = "held"
    """News: a place is held for this person until ``details["until"]`` (an ``at:`` value)."""
    LAPSED = "lapsed"
    """News when the time of a held place is over; or the answer to TAKE when it was over already."""
    WON = "won"
    """News: a place was drawn for this person, and is booked; ``details["lot"]`` is a ``lot:`` value."""
    NOT_GIVEN = "not_given"
    """News: a place was drawn for this person and is not there any more; they stay in line."""
    CALLED_OFF = "called_off"
    """News: the session was cancelled, the booking is no more."""
    SHIFTED = "shifted"
    """News: the session was moved; ``details`` has ``was_day`` and ``was_centre`` as values."""

    # Of orders: ``Answered.booking`` is the order's id. To the customer, as news unless said otherwise:
    INTRODUCED = "introduced"
    """Noted without a word: somebody registered on the page, where they chose ``details["language"]``."""
    PLACED = "placed"
    """Noted without a word: the page said it."""
    TAKEN = "taken"
    """A shop has it and is packing. Also the answer to a decision that lets it go on there."""
    SLOW = "slow"
    """No shop has answered for ten minutes; they are still being asked."""
    NO_SHOP = "no_shop"
    """Declined: no shop can take it."""
    MISSING = "missing"
    """The shop lacks something: ``order.question`` says what; the customer decides."""
    DEARER = "dearer"
    """Only a dearer shop, or one that lacks something, would take it: ``order.question``; the customer decides."""
    READY = "ready"
    NOT_READY = "not_ready"
    """It was called ready too early: wait for another word."""
    REMINDED = "reminded"
    """It waits at the shop until ``order.until``."""
    KEPT_LONGER = "kept_longer"
    """The answer to "I'll come later"."""
    EXPIRED = "expired"
    """Not collected in time, or the question was not answered."""
    DROPPED = "dropped"
    """The answer to the customer's own cancelling."""
    PAY = "pay"
    """The answer to "pay now": the request for payment goes out."""
    PAID = "paid"
    """The gateway's look-up confirms the payment."""
    REFUND = "refund"
    """Money came for an order that is no more, or a wrong sum: it is given back by the operator."""
    ASKING = "asking"
    """The answer to a decision: another shop is asked now."""

    # To the shop's phone: news, or the answer to its tap.
    OFFERED = "offered"
    """A new order; it has ``details["minutes"]`` to answer."""
    ACCEPTED = "accepted"
    """The answer to "yes"; also news when the customer has decided about what is missing."""
    NOTED = "noted"
    """The answer to a tap that needs no word: packed already, cannot take it, something is missing. Nothing is said."""
    CALLED = "called"
    """The answer to "ready": the customer has been called."""
    UNCALLED = "uncalled"
    """The answer to "not packed yet"."""
    HANDED = "handed"
    """The answer to the right code: take the money, hand over."""
    WHICH = "which"
    """The code, or the total, fits several orders: ``details["orders"]`` names them, with spaces between."""
    OWED = "owed"
    """The answer to "not paid now": noted as credit."""
    TOO_MUCH = "too_much"
    """The total is above the limit of weighing: ``details["most"]`` (paise)."""
    LATE = "late"
    """The answer to a tap that comes too late: what already happened is ``order.life``; ``details["other"]`` is 1
    when another shop has it by now."""
    PAID_AFTER = "paid_after"
    """News: an order that was collected before is paid inside WhatsApp after all; cash that was taken goes back."""
    WITHDRAWN = "withdrawn"
    """News: the customer cancelled."""
    UNCOLLECTED = "uncollected"
    """News: nobody came in time; the goods are for sale again."""
    SHUT = "shut"
    """News: three orders were not answered, the shop is closed for today."""
    JOINED = "joined"
    """The answer to joining: the shop exists, or the second phone is in."""
    NOT_JOINED = "not_joined"
    """The invitation was used or is over."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The booking room's answer to ``request``; comes back through the same turn as a message does.

    ``details`` holds catalogue parameters (see ``say.py``) such as ``booking``, ``name``, ``standing``.
    An empty ``request`` marks news that nobody asked for: the centre gave the dose, or the person did not come; a place
    is held, was drawn, was moved, was called off. ``details["person"]`` is then the person's number.
    """

    request: str
    outcome: Outcome
    booking: str = ""
    details: dict[str, str] = field(default_factory=dict[str, str])


Heard = Said | Tapped | Pictured | Located | Odd | Answered
