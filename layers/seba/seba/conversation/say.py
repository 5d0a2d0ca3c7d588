"""What a turn brings about, as data: messages by catalogue key, requests to other rooms, people to keep.

Nothing here is rendered text: a value is a *kind* and its content in one short string, and the renderer words it in the
citizen's language at the moment of sending.

| value                         | worded as                                                         |
|-------------------------------|-------------------------------------------------------------------|
| ``text:…``                    | itself (a name that is not kept yet, a PIN code, four digits)     |
| ``name:1``                    | the name of the citizen's person 1                                |
| ``date:2026-04-16``           | date with weekday and month in words                              |
| ``month:2026-04``             | month and year                                                    |
| ``count:12``                  | a number in the language's own digits                             |
| ``metres:900``                | a distance                                                        |
| ``money:78000``               | paise as rupees; 0 as "free"                                      |
| ``vaccine:covishield``        | the vaccine's name                                                |
| ``card:aadhaar``              | the card's name                                                   |
| ``centre:C068``               | the centre's short name (``centre_name:``, ``address:``, ``way:`` likewise) |
| ``day:7M4QK2``                | the day of a slot, in words                                       |
| ``hours:7M4QK2``              | the hours of a slot                                               |
| ``reference:7M4QK2X9TA``      | 7M4QK2-X9TA                                                       |
| ``code:7M4QK2X9TA``           | the secret four digits of a booking, derived while rendering      |
| ``area:700029``               | the first locality of a PIN area; ``refer:`` where to go instead  |
| ``digits:16/4/2026``          | itself in the language's own digits                               |
| ``bring:paper``               | what to bring besides the card: ``paper``, ``address``, or both   |
| ``at:2026-11-24T10:00``       | a moment (on the desk's clock): date with weekday, and hour       |
| ``wish:1``                    | what person 1 waits for: where, when, at what price               |
| ``dose:2``                    | "2nd dose"                                                        |
| ``lot:7M4QK2X9``              | a lot of a draw as it is published: 7M4Q-K2X9                     |
| ``word:free``                 | the catalogue's entry ``word.free``                               |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from seba.domain.people import Person
from seba.domain.wishes import Entry

ValueStr = str
"""A value as in the table above."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tap. ``id`` is what comes back; ``label`` a value (``word:yes_book``, ``slot:7M4QK2:12`` …).

    Besides the values above a label may be
    ``slot:SLOT:FREE`` (a time, with its day and places left beneath it), ``short_slot:SLOT`` (both on a button),
    ``booking_row:PERSON:SLOT`` (whose, with day and time beneath it), ``person_row:1`` (with the card beneath it),
    ``area:700029`` (a PIN area),
    ``centre_row:CENTRE:METRES:SLOT:FREE`` (a centre, how far, its first time, places left),
    ``centre_near:CENTRE:METRES`` (a centre and how far), ``dose_of:2:covishield`` (a dose after doses of that vaccine),
    ``day_of_month:2026-04-16`` (day and month), ``days:2026-04-01:10`` (the days from that one to the 10th).
    """

    id: str
    label: ValueStr


@dataclass(frozen=True, slots=True)
class Say:
    """One message to one citizen."""

    key: str
    """The catalogue's entry for the body."""
    params: Mapping[str, ValueStr] = field(default_factory=dict[str, str])
    buttons: tuple[Option, ...] = ()
    """One to three. None together with rows."""
    rows: tuple[Option, ...] = ()
    """Up to ten, behind one button whose label is ``list_button``."""
    list_button: str = ""
    """The catalogue's word for the list's button (``word.…`` without the prefix), when there are rows."""
    qr: str = ""
    """A booking id whose QR is the message's picture."""
    pin: str = ""
    """A centre's id: the message is a map pin of that centre."""
    asks_location: bool = False
    """The message carries WhatsApp's "send location" button."""
    document: str = ""
    """Key in the lists bucket of a PDF that the message carries."""
    template: str = ""
    """The template to use when the 24 h window is closed; without one such a message becomes ``message_waiting``."""
    booking: str = ""
    """The booking this message is about: a reminder is not sent once that booking is gone."""


class Ask(StrEnum):
    """What the booking room may be asked."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    RELEASE = "release"
    """Free a place nobody waits for an answer about: the old one of a move, or that of an erased citizen."""
    CHECK = "check"
    """A centre's desk scans a reference."""
    GIVEN = "given"
    NOT_COME = "not_come"
    RESIZE = "resize"
    """The publisher changes a slot's capacity; ``capacity`` says to what."""
    TAKE = "take"
    """Somebody accepts the place that is held for them."""
    DECLINE = "decline"
    """Somebody does not want the place that is held for them; nobody waits for an answer."""
    LAPSE = "lapse"
    """The time of a held place is over (the clock)."""
    GRANT = "grant"
    """A place drawn for somebody who wished for it; nobody waits, the citizen hears of it as news."""
    CALL_OFF = "call_off"
    """The publisher cancelled the session: free the place and tell its owner."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something only the booking room may do. It queues behind all others of the same slot."""

    ask: Ask
    slot: str
    person: str = ""
    """The person's number within the citizen (book, move, cancel, release, take, decline, lapse, grant, call_off)."""
    dose: int = 2
    booking: str = ""
    """The booking it is about (cancel, release, check, given, not_come, take, decline, lapse, call_off) or the one to
    give up (move)."""
    rules: str = ""
    code: str = ""
    """The secret code a desk typed (given); the winner's lot (grant)."""
    centre: str = ""
    """The centre whose desk asks (check, given, not_come)."""
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class FetchProof:
    """Fetch a photo from WhatsApp and keep it as ``{citizen}/{key}`` in the proofs bucket."""

    media: str
    key: str


@dataclass(frozen=True, slots=True)
class Later:
    """Something the clock shall do for this citizen, from ``day`` on.

    ``remind``: say that the interval is over and places can be had. ``erase``: delete the photos of the proofs.
    ``remind`` is about a person's number, who may not be stored yet. ``got_list``: note that a desk has acknowledged
    the list of ``about`` (``CENTRE/2026-11-24/VERSION``).
    """

    what: str
    day: date
    about: str = ""


@dataclass(frozen=True, slots=True)
class Typing:
    """Blue ticks and "typing…" while the booking room decides; not a message and not billed."""

    message: str = ""
    """WhatsApp's id of the citizen's message (set by the service that commits the turn)."""


@dataclass(frozen=True, slots=True)
class Enlist:
    """Put somebody in line. The same person, dose, vaccine, home and rank again changes what they wish for."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Leave:
    """Take somebody out of the line: the keys of their entry. One that is not there is fine."""

    person: str
    dose: int
    vaccine: str
    pin: str
    rank: str


@dataclass(frozen=True, slots=True)
class EnterDraw:
    """Somebody takes part in a draw. Entering again changes nothing but the choices."""

    draw: str
    person: str
    """Person id."""
    overdue: bool
    choices: tuple[str, ...]
    """Slot ids, best first."""


Act = Say | Request | FetchProof | Later | Typing | Enlist | Leave | EnterDraw


@dataclass(frozen=True, slots=True)
class Keep:
    """A person to store, together with the uniqueness of the card: all or nothing with the state."""

    person: Person


@dataclass(frozen=True, slots=True)
class Forget:
    """Everything about the citizen is deleted: people, cards, answers. Only STOP and the addresses remain."""
