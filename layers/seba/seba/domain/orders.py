"""Orders: lines, money and life. Every change is a pure function of the order before (``order_life.py``).

placed → accepted → ready → collected, or cancelled (by the customer), declined (no shop takes it), expired (not
collected in time, or a question was not answered). Amounts are integer paise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MOST_OF_A_LINE = 50
"""Pieces of one product in one order, at most."""
MOST_LINES = 30
"""Products in one order, at most: the shop reads them in one message."""
MOST_LIVE_ORDERS = 3
"""Orders that one customer may have under way."""
WEIGHING_PERCENT = 10
"""By how much the weighed part of an order may cost more than agreed; the customer sees the limit before ordering."""


class Life(StrEnum):
    """The life of an order."""

    PLACED = "placed"
    """A shop is being asked (or, before its goods are ``held``, looked for)."""
    ACCEPTED = "accepted"
    READY = "ready"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"


LIVE = frozenset({Life.PLACED, Life.ACCEPTED, Life.READY})


class Paid(StrEnum):
    """How an order is paid."""

    NOT_YET = "not_yet"
    CASH = "cash"
    CREDIT = "credit"
    """The customer owes it (বাকি)."""
    ONLINE = "online"
    """Captured by the gateway and confirmed by look-up."""
    REFUND_DUE = "refund_due"
    """Captured for an order that is no more, or of a wrong sum: the operator gives it back."""
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product, at the price agreed (paise each)."""

    code: str
    quantity: int
    price: int

    @property
    def total(self) -> int:
        """Paise."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Question:
    """What only the customer can decide; the order waits for it."""

    kind: str
    """``missing``: the shop lacks ``codes``. ``dearer``: only ``shop`` would take it, for ``total``."""
    codes: tuple[str, ...] = ()
    """What is missing (of ``dearer``: what ``shop`` lacks)."""
    instead: str = ""
    """A product offered in place of the one that is missing."""
    price: int = 0
    """Paise each of ``instead``."""
    total: int = 0
    """What the whole would come to if the customer says yes."""
    shop: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """Something that somebody has to hear of an order: stands in the order until it is in their own outbox."""

    n: int
    """Counted up within the order: the same news are the same cause however often they are told."""
    to: str
    """A citizen id."""
    outcome: str
    """``conversation.heard.Outcome`` by value."""
    details: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Order:
    """An order as stored; ``version`` counts its writes."""

    id: str
    """Eight characters of Crockford's base 32, derived from customer and basket: a double submit makes the same."""
    customer: str
    """Citizen id."""
    name: str
    """As the customer wrote it on the page; the shop sees it."""
    pin: str
    lines: tuple[Line, ...]
    """Each product once, at the prices of ``shop``."""
    agreed: int
    """The most the customer has said yes to, in paise: never exceeded unasked (weighing has its own limit)."""
    total: int
    """What it costs as it stands, in paise."""
    life: Life = Life.PLACED
    shop: str = ""
    """The shop that is asked or has it."""
    held: bool = False
    """Whether the goods are set aside at ``shop``. Until then the shop has not been asked."""
    revision: int = 1
    """Of what is set aside at ``shop``; see ``Stock.orders``."""
    tried: tuple[str, ...] = ()
    """Shops that declined, did not answer, or had not everything."""
    owed: tuple[tuple[str, tuple[Line, ...]], ...] = ()
    """Goods to be given back: a shop, and what was set aside there. Settled before anything else."""
    question: Question | None = None
    stamps: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    """When it came into each life (by its value), when ``shop`` was ``asked``, when the customer was told that it
    takes ``long``, when the deadline was put off (``later``); aware."""
    until: datetime | None = None
    """By when a ready order has to be collected, aware."""
    code_try: int = 0
    """Which of the codes that derive from the order is the pickup code: two ready orders of a shop have different."""
    paid: Paid = Paid.NOT_YET
    captured: int = 0
    """What the gateway has captured, in paise."""
    payment: str = ""
    """The gateway's transaction, once looked up."""
    heard: Mapping[str, str] = field(default_factory=dict[str, str])
    """The last requests that had their effect, by a short hash, each with the outcome its sender was told."""
    news: tuple[News, ...] = ()
    count: int = 0
    """The ``n`` of the newest news."""
    version: int = 0

    @property
    def is_live(self) -> bool:
        """Whether it still needs a shop, a counter or a customer."""
        return self.life in LIVE


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody has chosen so far; its number makes the order's id."""

    number: int = 1
    """Counts up with every order placed."""
    lines: Mapping[str, int] = field(default_factory=dict[str, int])
    """Quantity by product code."""
    shop: str = ""
    """The shop whose prices were last shown."""
    orders: tuple[str, ...] = ()
    """Orders placed, newest first, at most 20."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Customer:
    """Who orders, as they registered on the page. The phone stays where WhatsApp's addresses are."""

    citizen: str
    name: str
    address: str
    """Where they live, as they write it; only to know the way if a shop asks. May be empty."""
    pin: str
    language: str
    consented: datetime
    """When they agreed that name and order go to the shop, aware."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A collected order in a shop's till of the day."""

    order: str
    at: datetime
    total: int
    paid: Paid
    name: str


def merged(lines: Mapping[str, int] | tuple[tuple[str, int], ...]) -> dict[str, int]:
    """Quantities by product, those of the same product added up first."""
    pairs = lines.items() if isinstance(lines, Mapping) else lines
    together: dict[str, int] = {}
    for code, quantity in pairs:
        together[code] = together.get(code, 0) + quantity
    return together


def total_of(lines: tuple[Line, ...]) -> int:
    """Paise."""
    return sum(line.total for line in lines)
