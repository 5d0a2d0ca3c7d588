"""Placing an order, while its customer waits for the page: created, its goods set aside, the shop about to be asked.

The order's id derives from customer and basket: a double click, the back button and two tabs make one order. What is
said of it, to the shop first of all, is told by the booking room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seba.domain.ids import Keys
from seba.domain.orders import Basket, Line, Order
from seba.domain.shops import Shop
from seba.services.ask_shops import ShopPorts
from seba.services.journal import Journal
from seba.services.ports import Outgoing


@dataclass(frozen=True, slots=True)
class PlacePorts:
    """What placing needs of the world."""

    shops: ShopPorts
    keys: Callable[[], Keys]
    outgoing: Outgoing
    """Only the lane of requests is written to."""
    journal: Journal


class Why(StrEnum):
    """Why a basket cannot be ordered, or not as it was shown."""

    EMPTY = "empty"
    """Nothing is in it."""
    UNREGISTERED = "unregistered"
    """Nobody knows yet who orders, and where they live."""
    NO_SHOP = "no_shop"
    """No shop serves this PIN area."""
    CLOSED = "closed"
    """All that do are closed now, or pause."""
    BUSY = "busy"
    """All that are open have as many orders as they can pack."""
    SHORT = "short"
    """No open shop has everything: ``Quote.short`` says what is missing at the one that has most."""
    CHANGED = "changed"
    """Basket, shop or prices are no longer what was shown: show the quote, and ask again."""
    TOO_MANY = "too_many"
    """The customer has ``MOST_LIVE_ORDERS`` under way: ``NotPlaced.orders``."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a basket comes to now."""

    shop: Shop | None
    """Who would serve it; None where ``why`` is NO_SHOP, CLOSED or BUSY."""
    lines: tuple[Line, ...] = ()
    """What that shop has, at its prices, in the order of the basket."""
    short: Mapping[str, int] = field(default_factory=dict[str, int])
    """What it has too few of: how many there are, by product code; 0 for none."""
    total: int = 0
    """Of the lines, in paise."""
    most: int = 0
    """What it may come to after weighing, in paise."""
    metres: int = 0
    """From the middle of the customer's PIN area to the shop; 0 where that is not known."""
    why: Why | None = None
    """Why it cannot be ordered as it is (also SHORT and EMPTY); None when it can."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the check page showed when the customer said yes; the form brings it back."""

    number: int
    """``Basket.number``."""
    version: int
    """``Basket.version`` as the page was drawn, after whatever the page itself wrote."""
    shop: str
    total: int
    """Paise: what the customer agrees to."""


@dataclass(frozen=True, slots=True)
class Placed:
    """There is an order, and its goods are set aside."""

    order: Order
    again: bool = False
    """It was placed before: this is the same form, sent once more. It may have gone on since."""


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """There is no order; the basket is as it was."""

    why: Why
    quote: Quote | None = None
    """What could be had now (CHANGED, SHORT, and where no shop can)."""
    orders: tuple[Order, ...] = ()
    """The live orders (TOO_MANY)."""


def serves(pin: str, ports: ShopPorts) -> bool:
    """Whether any shop serves a PIN area, open or not."""
    raise NotImplementedError


def quote(pin: str, basket: Basket, ports: ShopPorts) -> Quote:
    """Which shop would serve this basket for a home in this PIN area, at which prices, and what is missing.

    The shop whose prices were shown (``basket.shop``) stays while it serves, is open, has room and lacks no more than
    another. For an empty basket it is the shop whose goods the catalogue shows. Raises NotNow.
    """
    raise NotImplementedError


def place(citizen: str, shown: Shown, ports: PlacePorts) -> Placed | NotPlaced:
    """Order what is in the citizen's basket as it was ``shown``, from that shop or one that is no dearer.

    However often the same form is sent, it makes one order. Raises NotNow and Conflict: the same form may be sent again.
    """
    raise NotImplementedError
