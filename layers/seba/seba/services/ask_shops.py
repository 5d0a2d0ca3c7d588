"""Which shop takes an order: found, its goods set aside, asked.

The page does it when an order is placed, the booking room when a shop cannot take it or does not answer. The shop to be
asked is written into the order before anything is set aside there, so whoever comes after a crash knows where goods may
lie. A shop that was left stands among the ``owed`` until its goods are back.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from seba.conversation.records import Timer
from seba.domain import order_life
from seba.domain.errors import Conflict
from seba.domain.order_life import Change, Ring
from seba.domain.orders import Life, Order
from seba.domain.places import Area
from seba.domain.routing import Choice, choice, has_room, next_shop, serving
from seba.domain.shops import is_open, on_duty
from seba.services.ports import Market, Orders, Stocks


@dataclass(frozen=True, slots=True)
class AskPorts:
    """What choosing and asking shops needs of the world; the page and the booking room have it alike."""

    market: Market
    stocks: Stocks
    orders: Orders
    areas: Callable[[], Mapping[str, Area]]
    """The PIN areas by PIN code (``Facts.areas``): where homes are."""
    clock: Callable[[], datetime]
    answer: timedelta
    """How long a shop has to answer (SEBA_ANSWER_MINUTES)."""
    most: int
    """Live orders that a shop has at most (SEBA_SHOP_QUEUE)."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What the shops of a PIN area could give of what is wanted."""

    serving: int
    """How many serve it."""
    open: int
    """How many of those are open."""
    choices: tuple[Choice, ...]
    """Of those that have room for an order."""


def offers(pin: str, wanted: Mapping[str, int], ports: AskPorts, without: Collection[str] = ()) -> Offers:
    """What could be had now of ``wanted`` (quantity by product code), but from the shops ``without``. Raises NotNow."""
    now, area = ports.clock(), ports.areas().get(pin)
    home = None if area is None else (area.lat, area.lon)
    there = serving(pin, ports.market.shops().values())
    asked = [shop for shop in there if shop.id not in without]
    stocks = ports.stocks.read_many([shop.id for shop in asked]) if asked else {}
    are_open = [shop for shop in asked if is_open(shop, stocks[shop.id], now)]
    have_room = [shop for shop in are_open if has_room(stocks[shop.id], ports.most)]
    choices = tuple(choice(shop, stocks[shop.id], wanted, home) for shop in have_room)
    return Offers(len(there), len(are_open), choices)


def onwards(order: Order, ports: AskPorts) -> Choice | None:
    """Where an order goes when its shop does not take it (see ``next_shop``). Raises NotNow."""
    wanted = {line.code: line.quantity for line in order.lines}
    without = {*order.tried, order.shop}
    return next_shop(offers(order.pin, wanted, ports, without).choices, order.agreed)


def keeper_of(shop: str, ports: AskPorts) -> str:
    """The phone (a citizen id) that gets a shop's orders: the one that wrote last; empty without one. Raises NotNow."""
    known = ports.market.shop(shop)
    return on_duty(known, ports.stocks.read(shop)) if known is not None else ""


def is_to_be_asked(order: Order) -> bool:
    """Whether goods have to be set aside at the order's shop next."""
    return order.life is Life.PLACED and bool(order.shop) and not order.held and order.question is None


def ask(order: Order, ports: AskPorts, instead: Callable[[Order], Change | Order]) -> Order:
    """Set the goods aside at the order's shop and note that it is asked: the order as stored.

    When the shop refuses, the order becomes what ``instead`` makes of it. What is owed has to be given back before.
    Raises Conflict when somebody else wrote first, NotNow; nothing is left behind then that nobody knows of.
    """
    if ports.stocks.reserve(order.shop, order.id, order.lines, ports.most):
        return write(order, instead(order), ports)
    change = order_life.asked(order, keeper_of(order.shop, ports), ports.answer, ports.clock())
    try:
        return write(order, change, ports)
    except Conflict:
        stands = ports.orders.read(order.id)
        if stands is not None and (stands.shop != order.shop or not stands.is_live):
            # Whoever wrote first took the order elsewhere, perhaps before the goods lay here.
            ports.stocks.release(order.shop, order.id, order.lines)
        raise


def give_back(order: Order, ports: AskPorts) -> None:
    """Give back what is owed to shops that were left. Doing it again changes nothing. Raises NotNow."""
    for shop, lines in order.owed:
        ports.stocks.release(shop, order.id, lines)


def write(before: Order, after: Change | Order, ports: AskPorts) -> Order:
    """Store a change: the order as stored. Raises Conflict, NotNow."""
    if isinstance(after, Order):
        return ports.orders.write(before, after)
    return ports.orders.write(before, after.order, timers(after.order.id, after.rings), after.sale)


def timers(order: str, rings: Sequence[Ring]) -> tuple[Timer, ...]:
    """When to look at an order again, as it is stored."""
    return tuple(Timer(ring.at, order, ring.what, ring.about) for ring in rings)


def restore(order: Order, ports: AskPorts) -> Order:
    """Put what an order that was taken back was to be made of into the basket again, once. Raises Conflict, NotNow."""
    if not order_life.was_taken_back(order) or order_life.is_restored(order):
        return order
    give_back(order, ports)
    basket = ports.orders.basket(order.customer)
    lines = {**basket.lines, **{line.code: max(line.quantity, basket.lines.get(line.code, 0)) for line in order.lines}}
    if lines != basket.lines:
        ports.orders.keep_basket(order.customer, basket, replace(basket, lines=lines))
    return ports.orders.write(order, order_life.restored(order, ports.clock()))
