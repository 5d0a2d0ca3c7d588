"""Whether shops and orders agree: what is set aside with what is live, timers with what waits, tills with sales.

Reads whole tables, like ``verify``, of which it is the part about shops. Stocks are read first, then orders, then those
that are not yet known: what changed meanwhile is read again before it is called wrong.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from seba.conversation.records import Citizen, Timer
from seba.domain.calendar import at_the_desk
from seba.domain.goods import UNCOUNTED
from seba.domain.orders import Life, Order
from seba.domain.shops import Stock
from seba.services.findings import UNDER_WAY, Finding
from seba.services.ports import Market, Orders, Stocks

SALES_KEPT = timedelta(days=55)
"""A till is forgotten after 60 days, an order 90 days after its end."""


@dataclass(frozen=True, slots=True)
class TradeRecords:
    """What verifying reads of shops and orders."""

    market: Market
    stocks: Stocks
    orders: Orders
    every_order: Callable[[], Iterable[Order]]
    """All that are kept, live or ended."""
    every_timer: Callable[[], Iterable[Timer]]
    """Rung or not."""


@dataclass(frozen=True, slots=True)
class Trade:
    """What was looked at, and what was found."""

    shops: int
    live: int
    """Orders under way."""
    findings: tuple[Finding, ...]


def verify_shops(now: datetime, citizens: Callable[[], Mapping[str, Citizen]], records: TradeRecords) -> Trade:
    """Look at every shop and order once (``now`` aware). ``citizens`` reads everybody, after the orders were read."""
    stocks = dict(records.stocks.read_many(tuple(records.market.shops())))
    timers = {(timer.order, timer.what) for timer in records.every_timer()}
    orders = {order.id: order for order in records.every_order()}
    look = _Look(now, records, orders, timers)
    findings = [finding for stock in stocks.values() for finding in look.stock(stock)]
    for order in orders.values():
        findings += look.order(order, stocks)
    findings += look.customers(citizens())
    return Trade(len(stocks), sum(order.is_live for order in orders.values()), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Look:
    now: datetime
    records: TradeRecords
    orders: Mapping[str, Order]
    timers: set[tuple[str, str]]

    def stock(self, stock: Stock) -> Iterator[Finding]:
        """Nothing below zero, and everything that is set aside is for an order that still stands or is owed back."""
        for code, count in stock.counts.items():
            if count < UNCOUNTED:
                yield Finding("below_zero", stock.shop, f"{code}: {count}")
        for id_ in stock.orders:
            if not _wants(self.orders.get(id_), stock.shop):
                fresh = self.records.orders.read(id_)
                still = id_ in self.records.stocks.read(stock.shop).orders
                if still and not _wants(fresh, stock.shop) and not self._under_way(fresh):
                    life = fresh.life if fresh is not None else "unknown"
                    yield Finding("set_aside_for_nobody", stock.shop, f"{id_}, {life}")

    def order(self, order: Order, stocks: Mapping[str, Stock]) -> Iterator[Finding]:
        """An order by itself, and with its shop."""
        if order.is_live:
            yield from self._live(order, stocks)
        if order.life is Life.COLLECTED:
            yield from self._collected(order)
        if not self._under_way(order):
            if order.news:
                yield Finding("untold", order.id, f"{len(order.news)} news")
            if order.owed:
                yield Finding("owed", order.id, " ".join(shop for shop, _ in order.owed))

    def _live(self, order: Order, stocks: Mapping[str, Stock]) -> Iterator[Finding]:
        known = stocks.get(order.shop)
        if order.held and (known is None or order.id not in known.orders):
            fresh = self.records.orders.read(order.id)
            if fresh is not None and fresh.is_live and fresh.held:
                if self.records.market.shop(fresh.shop) is None:
                    yield Finding("no_such_shop", order.id, fresh.shop)
                elif order.id not in self.records.stocks.read(fresh.shop).orders:
                    yield Finding("not_set_aside", order.id, fresh.shop)
        wanted = _needed_timer(order)
        if (order.id, wanted) not in self.timers and not self._under_way(order):
            fresh = self.records.orders.read(order.id)
            if fresh is not None and fresh.version == order.version:
                yield Finding("no_timer", order.id, f"{order.life}: {wanted}")

    def _collected(self, order: Order) -> Iterator[Finding]:
        at = order.stamps.get(Life.COLLECTED)
        if at is None or self.now - at > SALES_KEPT:
            return
        sales = self.records.orders.sales(order.shop, at_the_desk(at).date())
        if not any(sale.order == order.id for sale in sales):
            yield Finding("no_sale", order.id, order.shop)

    def customers(self, citizens: Mapping[str, Citizen]) -> Iterator[Finding]:
        """Customers know of their live orders; what is over they may remember as long as they like."""
        for order in self.orders.values():
            if order.is_live and not self._under_way(order):
                customer = citizens.get(order.customer)
                if customer is None or order.id not in customer.talk.orders:
                    fresh = self.records.orders.read(order.id)
                    if fresh is not None and fresh.is_live:
                        yield Finding("unknown_to_customer", order.id, order.customer)

    def _under_way(self, order: Order | None) -> bool:
        """Whether it changed so lately that what follows from that may still be on its way."""
        if order is None:
            return False
        return any(self.now - stamp < UNDER_WAY for stamp in order.stamps.values())


def _wants(order: Order | None, shop: str) -> bool:
    """Whether goods may be set aside at a shop for this order: for now, or until they are given back."""
    return order is not None and ((order.is_live and order.shop == shop) or any(owed == shop for owed, _ in order.owed))


def _needed_timer(order: Order) -> str:
    """The timer without which nobody would look at a live order again."""
    if order.question is not None:
        return "decide"
    if order.life is Life.PLACED:
        return "answer" if order.held else "placed"
    return "collect"
