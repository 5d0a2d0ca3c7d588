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
| ``order:7M4QK2X9``            | 7M4Q-K2X9                                                         |
| ``lines:7M4QK2X9``            | the lines of an order, one under the other (templates: in one)    |
| ``numbered:7M4QK2X9``         | the same, each line with its number before it                     |
| ``due:7M4QK2X9``              | what an order costs, in rupees                                    |
| ``most:7M4QK2X9``             | what it may cost at most after weighing                           |
| ``pickup:7M4QK2X9``           | the four digits the customer says at the counter                  |
| ``state:7M4QK2X9``            | how far an order is, in words                                     |
| ``missing:7M4QK2X9``          | what the order's question says is missing, in one line            |
| ``instead:7M4QK2X9``          | what is offered in its place, with its price                      |
| ``shop:3F8KQ``                | a shop's name (``shop_address:``, ``shop_phone:``, ``shop_area:``, ``shop_way:``) |
| ``product:ML1``               | a product with its size                                           |
| ``category:dairy``            | a category's name                                                 |
| ``amount:0``                  | paise as rupees, also nothing: ₹0                                  |
| ``open_hours:7-21``           | from and to, as hours of the day                                  |
| ``word:free``                 | the catalogue's entry ``word.free``                               |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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
    ``day_of_month:2026-04-16`` (day and month), ``days:2026-04-01:10`` (the days from that one to the 10th),
    ``line_row:ORDER:CODE`` (a product of an order, beneath it how many and for how much), ``order_row:ORDER`` (an
    order, with total and state beneath it), ``product_row:CODE:PAISE`` (a product, with size and price beneath it; no
    price is none), ``category_row:dairy:12`` (a category, with how many products beneath it).
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
    link: str = ""
    """When a link to the shop was asked for, in whole seconds since 1970 (the service that commits the turn puts
    ``CITIZEN.`` before it): the message's one button opens the page, for 30 minutes from then."""
    link_button: str = ""
    """The catalogue's word for that button."""
    shop_pin: str = ""
    """A shop's id: the message is a map pin of that shop."""
    pay: str = ""
    """An order's id: the message asks for its payment inside WhatsApp (``order_details``)."""
    paid: str = ""
    """An order's id: the message tells WhatsApp how far a paid order is (``order_status``)."""
    order: str = ""
    """``ORDER life``: not sent once that order has another life."""


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


class OrderAsk(StrEnum):
    """What the booking room may be asked about orders and shops; it is the only one that changes them.

    ``order`` names the order unless said otherwise.
    """

    PLACED = "placed"
    """The page placed an order: ask the shop, tell whom it concerns; find a shop if none holds it yet."""
    ACCEPT = "accept"
    PACKED = "packed"
    """Accepted and ready at once."""
    CANNOT = "cannot"
    """The shop cannot take it, or no longer: the next one is asked."""
    LACK = "lack"
    """The shop lacks ``codes``; they are out at this shop from now on, and the customer decides."""
    DECIDE = "decide"
    """The customer's decision on the order's question: ``code`` is ``instead``, ``drop`` or ``yes``; ``total`` is
    what the question named, so that no older button answers it."""
    READY = "ready"
    """``total`` in paise when weighing changed it, else 0. Without ``order``: the one order of ``shop`` it can mean."""
    NOT_READY = "not_ready"
    COLLECT = "collect"
    """The shop typed four digits (``code``): whose order is it? ``order`` only when several had the same code."""
    OWE = "owe"
    """Collected, and not paid now."""
    CANCEL = "cancel"
    LATER = "later"
    """The customer comes later: once, the deadline is put off."""
    PAY = "pay"
    """The customer wants to pay inside WhatsApp."""
    PAID = "paid"
    """The look-up of a payment: ``code`` is the gateway's transaction, ``total`` what was captured (paise)."""
    TIME = "time"
    """A timer rang (the clock): ``code`` says which, ``details["shop"]`` and ``details["at"]`` for what."""
    JOIN = "join"
    """A shop, or a second phone, joins by invitation: ``code``, and the answers in ``details`` (``name``, ``address``,
    ``latitude``, ``longitude``, ``opens``, ``closes``, ``phone``). ``order`` is empty, ``shop`` too."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """Something about an order that only the booking room may do. Nobody waits: the answer is a turn of its own.

    It queues behind all others of the same order (``shop`` for what names none, the invitation for joining).
    """

    ask: OrderAsk
    order: str = ""
    shop: str = ""
    """The shop whose phone asks; empty for the customer, the page and the clock."""
    code: str = ""
    codes: tuple[str, ...] = ()
    total: int = 0
    details: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def group(self) -> str:
        """Behind whom it queues."""
        return self.order or self.shop or self.code


@dataclass(frozen=True, slots=True)
class Tend:
    """A shop changes what it has or whether it is open: written straight into its stock, idempotently.

    | ``what``   | ``code``     | ``number``                  |                                             |
    |------------|--------------|-----------------------------|---------------------------------------------|
    | ``open``   |              |                             | open today; a hawker's ``place``            |
    | ``close``  |              |                             | closed for today                            |
    | ``pause``  |              | minutes                     | no orders for so long                       |
    | ``price``  | product code | paise                       | also takes it into the catalogue            |
    | ``count``  | product code | -1 has, 0 out, or how many  |                                             |
    | ``add``    | ``ML1:2800 EG1:4500`` | 0              | into the catalogue at these paise; what is there stays |
    | ``remove`` | product code |                             | out of the catalogue                        |
    """

    shop: str
    what: str
    at: datetime
    """The moment of the turn (aware): what is older than the newest change of the same thing changes nothing."""
    code: str = ""
    number: int = 0
    place: tuple[float, float] | None = None
    citizen: str = ""
    """Whose phone (set by the service that commits the turn): it has duty from now on."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the payment gateway, through Meta, what became of an order's payment; the answer is OrderAsk.PAID."""

    order: str


@dataclass(frozen=True, slots=True)
class ForgetShopper:
    """What the page keeps of a customer is deleted: name, address, basket, and the name on their orders."""

    citizen: str = ""
    """Set by the service that commits the turn."""


Act = (
    Say
    | Request
    | FetchProof
    | Later
    | Typing
    | Enlist
    | Leave
    | EnterDraw
    | OrderRequest
    | Tend
    | LookUp
    | ForgetShopper
)


@dataclass(frozen=True, slots=True)
class Keep:
    """A person to store, together with the uniqueness of the card: all or nothing with the state."""

    person: Person


@dataclass(frozen=True, slots=True)
class Forget:
    """Everything about the citizen is deleted: people, cards, answers. Only STOP and the addresses remain."""
