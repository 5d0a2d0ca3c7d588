"""What the rooms hand to each other: a citizen as read, effects, bookings, lists. Plain data; the ports speak in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from seba.conversation.say import (
    Act,
    Enlist,
    EnterDraw,
    FetchProof,
    ForgetShopper,
    Later,
    Leave,
    OrderRequest,
    Request,
    Tend,
)
from seba.conversation.talk import Talk
from seba.domain.people import Who


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a cause brought about, with the id under which it is queued however often the cause is replayed."""

    id: str
    """``{citizen}-{cause}-{n}``: the queue's deduplication id, the ledger's key and WhatsApp's callback data."""
    act: Act


DONE_BY_QUEUEING = FetchProof | Later | Enlist | Leave | EnterDraw | Tend | ForgetShopper
"""What is done, or another queue's business, once it was queued: acknowledged with the messages of the same cause."""


def effect_id(citizen: str, cause: str, n: int) -> str:
    """The id of a cause's ``n``-th effect; ``cause`` is its hash in hex."""
    return f"{citizen}-{cause}-{n}"


def parts_of_effect(effect: str) -> tuple[str, str, int]:
    """Citizen, cause (hex) and number of an effect's id. Raises ValueError for anything else."""
    citizen, cause, n = effect.split("-")
    return citizen, cause, int(n)


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen's partition as one consistent query read it."""

    id: str
    who: Who
    talk: Talk
    heard: tuple[bytes, ...]
    """Six-byte hashes of the last 64 causes (message ids, request ids), oldest first."""
    outbox: Mapping[str, tuple[Effect, ...]]
    """Effects by cause (the hash in hex) until their sending is acknowledged."""
    version: int
    """0 when nothing is stored yet."""


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A request as it arrives at the booking room: who asks, under which effect id."""

    id: str
    citizen: str
    request: Request


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one outgoing message."""

    id: str
    """The effect's id."""
    state: str
    """``sending``; ``waiting`` when surely nothing went out yet; what Meta last said (``accepted sent delivered read
    played failed``); ``not_sent`` when nothing shall go out."""
    begun_at: datetime
    """When the last try began."""
    tries: int
    wamid: str | None = None
    failures: int = 0
    """How often our own code has failed over it; a wait is no failure."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one outgoing message, as the office is told."""

    effect: str
    kind: str
    """The message's catalogue key."""
    state: str
    """As in ``Entry``."""
    at: datetime
    """When it came into this state, or when the last try began."""
    code: int = 0
    """Meta's error; 0 for none."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why sending stands still since when."""

    code: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SentList:
    """The list of the day that a centre was sent last (item ``LIST#<day>``/``<centre>``)."""

    centre: str
    day: date
    version: int
    """1 for the evening's list, more for every fresher one."""
    digest: str
    """Of its rows: the list differs from the rosters when theirs is another."""
    key: str
    """Of the PDF in the lists bucket."""
    sent_at: datetime
    acknowledged: int = 0
    """The last version that was acknowledged; 0 for none."""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    """The citizen id of the desk number that did."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something the clock shall do for a citizen on a day (item ``DUE#<day>``/``<what>#<citizen>``)."""

    day: date
    what: str
    citizen: str
    about: str = ""
    """What of (``Later.about``)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Sessions of a centre that can be booked (or wished for in a draw) from some hour on."""

    id: str
    """``<batch>-<centre>``, and what follows where one publication has several hours: told once per opening."""
    at: datetime
    """When they open, aware; for a draw the announced hour."""
    centre: str
    sessions: tuple[str, ...]
    draw: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A place held for somebody in line, until it lapses."""

    until: datetime
    """Aware."""
    citizen: str
    person: str
    """The person's number within the citizen."""
    dose: int
    booking: str


@dataclass(frozen=True, slots=True)
class News:
    """A session that was moved or cancelled, until everybody booked in it has been told (item ``NEWS``/id)."""

    id: str
    """One per change: told once."""
    what: str
    """``moved`` or ``cancelled``."""
    session: str
    was_day: date
    was_centre: str


@dataclass(frozen=True, slots=True)
class AskedOfOrders:
    """A request about orders as it arrives at the booking room: who asks, under which effect id."""

    id: str
    """An effect's id; of the page and the clock one that they derive, without a citizen's outbox behind it."""
    citizen: str
    """Who asks; empty for the page and the clock."""
    request: OrderRequest


@dataclass(frozen=True, slots=True)
class Timer:
    """When an order has to be looked at again."""

    at: datetime
    """Aware."""
    order: str
    what: str
    """``answer`` (the shop ``about`` has not answered), ``long`` (tell the customer that it takes long), ``decide`` (a
    question was not answered), ``remind`` and ``collect`` (not collected yet, in time), ``placed`` (whatever is left
    undone of placing)."""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Somebody who publishes sessions: a state for its public centres, a private hospital for its own."""

    id: str
    name: str
    private: bool
    """Only a private one may ask for money."""
    key_hash: str = ""
    """SHA-256 of the key with which they call the publishers' interface, in hex; empty when they have none."""
