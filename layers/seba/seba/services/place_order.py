"""Placing an order, while its customer waits for the page: created, its goods set aside, the shop about to be asked.

The order's id derives from customer and basket: a double click, the back button and two tabs make one order. What is
said of it, to the shop first of all, is told by the booking room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seba.conversation.records import Effect, effect_id
from seba.conversation.say import OrderAsk, OrderRequest
from seba.domain import order_life
from seba.domain.errors import Conflict, SebaError
from seba.domain.ids import Keys, short_hash
from seba.domain.order_life import Change
from seba.domain.orders import MOST_LINES, MOST_LIVE_ORDERS, Basket, Customer, Line, Order
from seba.domain.routing import Choice, ranked, serving, wide
from seba.domain.shops import Shop
from seba.services.ask_shops import AskPorts, Offers, ask, give_back, is_to_be_asked, offers, onwards, restore
from seba.services.journal import Journal, cause_of
from seba.services.ports import Outgoing
from seba.services.tell_news import tries

PAGE = "page"
"""Stands for the citizen in the ids of what the page asks: nobody's outbox holds it."""


@dataclass(frozen=True, slots=True)
class PlacePorts:
    """What placing needs of the world."""

    shops: AskPorts
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


def serves(pin: str, ports: AskPorts) -> bool:
    """Whether any shop serves a PIN area, open or not."""
    return bool(serving(pin, ports.market.shops().values()))


def quote(pin: str, basket: Basket, ports: AskPorts) -> Quote:
    """Which shop would serve this basket for a home in this PIN area, at which prices, and what is missing.

    While something is in the basket, the shop whose prices were shown (``basket.shop``) stays as long as it serves, is
    open, has room and lacks no more than another. For an empty basket it is the shop whose goods the catalogue shows:
    the nearest that has much. Raises NotNow.
    """
    return _quote(offers(pin, basket.lines, ports), basket, ports)


def _quote(found: Offers, basket: Basket, ports: AskPorts) -> Quote:
    choices = found.choices if basket.lines else wide(found.choices)
    # Whoever begins anew begins with the nearest; only goods in a basket keep it where it is.
    best = next(iter(ranked(choices, basket.shop if basket.lines else "")), None)
    if best is None:
        return Quote(None, why=Why.BUSY if found.open else Why.CLOSED if found.serving else Why.NO_SHOP)
    why = Why.EMPTY if not basket.lines else Why.SHORT if best.short else None
    products = ports.market.products()
    weighed = {code for code in basket.lines if code in products and products[code].weighed}
    most = order_life.most_of(best.lines, weighed)
    return Quote(best.shop, best.lines, best.short, best.total, most, best.metres, why)


def place(citizen: str, shown: Shown, ports: PlacePorts) -> Placed | NotPlaced:
    """Order what is in the citizen's basket as it was ``shown``, from that shop or, if it cannot, one no dearer.

    However often the same form is sent, it makes one order. Raises NotNow and Conflict: it may then be sent again.
    """
    for last in tries():
        try:
            return _Placing(citizen, shown, ports).place()
        except Conflict:
            # Another tab, or the same form once more: what it did is looked at.
            if last:
                raise
    raise AssertionError("the last try returns or raises")


class _Placing:
    """One form."""

    def __init__(self, citizen: str, shown: Shown, ports: PlacePorts) -> None:
        self._citizen, self._shown, self._ports = citizen, shown, ports
        self._asking = ports.shops

    def place(self) -> Placed | NotPlaced:
        orders, shown = self._asking.orders, self._shown
        customer, basket = orders.customer(self._citizen), orders.basket(self._citizen)
        if customer is None:
            return NotPlaced(Why.UNREGISTERED)
        if basket.number != shown.number:
            return self._placed_before(customer, basket)
        if not basket.lines:
            return NotPlaced(Why.EMPTY)
        found = offers(customer.pin, basket.lines, self._asking)
        choice = self._as_shown(found)
        if basket.version != shown.version or choice is None or len(basket.lines) > MOST_LINES:
            return self._not_as_shown(_quote(found, basket, self._asking))
        live = tuple(each for each in orders.read_many(basket.orders).values() if each.is_live)
        if len(live) >= MOST_LIVE_ORDERS:
            return NotPlaced(Why.TOO_MANY, orders=live)
        id_, now = self._ports.keys().order(self._citizen, basket.number), self._asking.clock()
        order = order_life.placed(id_, self._citizen, customer.name, customer.pin, choice, shown.total, now)
        return self._bring_to_a_shop(orders.create(order, basket), customer, again=False)

    def _as_shown(self, found: Offers) -> Choice | None:
        """The shop that was shown, at the prices shown; where it cannot, another that has everything and is no dearer.

        None where prices there are others, even lower ones: what one orders is what one has seen.
        """
        shown = next((each for each in found.choices if each.shop.id == self._shown.shop), None)
        if shown is not None and not shown.short:
            return shown if shown.total == self._shown.total else None
        return next(iter(ranked(each for each in found.choices if each.fits(self._shown.total))), None)

    def _not_as_shown(self, quote: Quote) -> NotPlaced:
        return NotPlaced(quote.why or Why.CHANGED, quote)

    def _placed_before(self, customer: Customer, basket: Basket) -> Placed | NotPlaced:
        """The basket has another number: its order is there, and may be half done."""
        order = self._asking.orders.read(self._ports.keys().order(self._citizen, self._shown.number))
        if order is None or order.customer != self._citizen:
            return self._not_as_shown(quote(customer.pin, basket, self._asking))
        return self._bring_to_a_shop(order, customer, again=True)

    def _bring_to_a_shop(self, order: Order, customer: Customer, *, again: bool) -> Placed | NotPlaced:
        """Set its goods aside at its shop, or at the next one that takes it as agreed; else it is taken back."""
        while is_to_be_asked(order):
            give_back(order, self._asking)
            order = ask(order, self._asking, self._elsewhere)
        if order_life.was_taken_back(order):
            restore(order, self._asking)
            return self._not_as_shown(quote(customer.pin, self._asking.orders.basket(self._citizen), self._asking))
        self._hand_over(order)
        if not again:
            self._ports.journal.count("OrdersPlaced")
        return Placed(order, again)

    def _elsewhere(self, order: Order) -> Change | Order:
        """The shop's goods went to somebody else at this moment."""
        now, next_ = self._asking.clock(), onwards(order, self._asking)
        # Once a shop was asked the customer has an order: the booking room may ask them, or say that no shop can.
        if (next_ is not None and next_.fits(order.agreed)) or "asked" in order.stamps:
            return order_life.passed_on(order, next_, now)
        return order_life.taken_back(order, now)

    def _hand_over(self, order: Order) -> None:
        """Let the booking room tell whom it concerns. Should this fail, the timer ``placed`` sees to it."""
        if not order.news:
            return
        effect = Effect(
            effect_id(PAGE, short_hash(f"placed {order.id}").hex(), 0), OrderRequest(OrderAsk.PLACED, order.id)
        )
        try:
            self._ports.outgoing.queue(PAGE, [effect], self._asking.clock())
        except SebaError as error:
            self._ports.journal.wrong("an order is told a minute later", cause_of(error), order=order.id)
