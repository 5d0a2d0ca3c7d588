"""Shops: where they are and whom they serve, what they have now, and whether they are open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from seba.domain.calendar import KOLKATA, at_the_desk
from seba.domain.goods import OUT

MOST_PHONES = 2
"""Phones of one shop that may answer its orders."""
UNANSWERED_CLOSE = 3
"""Orders in a row without an answer after which a shop is closed for the day (the pilot died of silent shops)."""
EVERY_DAY = "1234567"


class Kind(StrEnum):
    """What sort of a shop it is."""

    SHOP = "shop"
    """A neighbourhood shop; it says each morning whether it is open."""
    CHAIN = "chain"
    """A store of the chain: open by its hours, and asked last."""
    HAWKER = "hawker"
    """No address: open is where they stand today, a shared location."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as it was entered; what changes by the minute is in its ``Stock``."""

    id: str
    """Five characters of Crockford's base 32."""
    kind: Kind
    names: dict[str, str]
    """By language; a shop that joined by chat has the one name it gave under each."""
    addresses: dict[str, str]
    """Empty for a hawker."""
    pins: frozenset[str]
    """The PIN areas whose people it serves."""
    latitude: float
    longitude: float
    opens: time
    closes: time
    """Later than ``opens``."""
    days: str = EVERY_DAY
    """The weekdays on which it is open, as digits of ISO (1 is Monday)."""
    phone: str = ""
    """The number customers may call, as it is to be read; empty for none."""
    phones: tuple[str, ...] = ()
    """Citizen ids of its WhatsApp numbers, the first one's first; at most ``MOST_PHONES``. None for one that a
    store's own system would serve; such a shop is never chosen."""

    def is_within_hours(self, now: datetime) -> bool:
        """Whether its published hours say it is open at a moment (aware)."""
        local = at_the_desk(now)
        return str(local.isoweekday()) in self.days and self.opens <= local.time() < self.closes


@dataclass(frozen=True, slots=True)
class Stock:
    """What a shop has, asks and holds for orders: one item, changed by conditional writes only."""

    shop: str
    prices: Mapping[str, int] = field(default_factory=dict[str, int])
    """Paise by product code. What has no price is not in the shop's catalogue."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """By product code: ``goods.UNCOUNTED``, ``goods.OUT``, or how many are left after all reservations."""
    orders: Mapping[str, int] = field(default_factory=dict[str, int])
    """Live orders for which goods are set aside, each with the revision of what was set aside (1, 2 …)."""
    opened: datetime | None = None
    """When it last said "open" (aware)."""
    closed: date | None = None
    """The day for which it said "closed", or was closed by silence."""
    paused: datetime | None = None
    """Until when it takes no orders (aware)."""
    duty: str = ""
    """The citizen id of the phone that wrote last: it gets the orders."""
    silent: int = 0
    """Orders in a row that it did not answer."""
    place: tuple[float, float] | None = None
    """Where a hawker stands, as shared when it was ``opened``: latitude, longitude in degrees."""

    def has(self, code: str, quantity: int = 1) -> bool:
        """Whether so many can be ordered here now."""
        count = self.counts.get(code, OUT)
        return code in self.prices and (count < OUT or count >= quantity > 0)

    def left(self, code: str) -> int | None:
        """How many are left, or None where the shop has it and does not count."""
        count = self.counts.get(code, OUT)
        return None if count < OUT else count


@dataclass(frozen=True, slots=True)
class Invitation:
    """The operator's invitation for a new shop, or a shop's for its second phone; used once."""

    code: str
    """Six characters of Crockford's base 32; what is typed is ``JOIN 7M4QK2``."""
    kind: Kind
    pins: frozenset[str]
    """The PIN areas it shall serve."""
    until: datetime
    """Aware."""
    shop: str = ""
    """The shop whose second phone is invited; empty for a new shop."""
    name: str = ""
    """What the operator calls it, offered as the shop's name."""


def is_open(shop: Shop, stock: Stock, now: datetime) -> bool:
    """Whether a shop takes orders at a moment (aware).

    A chain's store goes by its hours. Everybody else must have said "open" today, and is then open till closing time;
    who says it after closing time is open till midnight.
    """
    local = at_the_desk(now)
    if stock.closed == local.date() or (stock.paused is not None and now < stock.paused):
        return False
    said = None if stock.opened is None else at_the_desk(stock.opened)
    if said is not None and said.date() == local.date():
        return local.time() < shop.closes or said.time() >= shop.closes
    return shop.kind is Kind.CHAIN and shop.is_within_hours(now)


def on_duty(shop: Shop, stock: Stock) -> str:
    """The phone (a citizen id) that gets a shop's orders: the one that wrote last, as long as it is the shop's.

    Empty for a shop without phones.
    """
    return stock.duty if stock.duty in shop.phones else next(iter(shop.phones), "")


def place_of(shop: Shop, stock: Stock) -> tuple[float, float]:
    """Where it is now: latitude, longitude in degrees; a hawker is where they last shared to be."""
    return stock.place if shop.kind is Kind.HAWKER and stock.place is not None else (shop.latitude, shop.longitude)


def closing(shop: Shop, day: date) -> datetime:
    """When a shop closes on a day, aware."""
    return datetime.combine(day, shop.closes, KOLKATA)
