"""Shops, stocks and orders in memory: as strict as the tables about versions, conditions and what is done twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from seba.conversation.records import Timer
from seba.conversation.say import Tend
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.orders import Basket, Customer, Line, Order, Paid, Sale, merged
from seba.domain.shops import UNANSWERED_CLOSE, Invitation, Kind, Shop, Stock
from tests.fakes.world import NOW, Faults

PLACED_TIMER = timedelta(minutes=1)
"""After which a placing that broke off is brought to its end."""


def product(code: str, category: str = "staples", price: int = 1000, *, weighed: bool = False) -> Product:
    """A product that is called by its code."""
    names = {language: f"{code} {language}" for language in ("en", "bn", "hi")}
    # All of a shelf are alike here: one may stand in for the other.
    return Product(code, category, names, dict.fromkeys(names, "1 kg"), "🍚", price, weighed, (category,))


def shop(
    id_: str = "3F8KQ",
    *phones: str,
    kind: Kind = Kind.SHOP,
    at: tuple[float, float] = (22.51, 88.36),
    pins: Iterable[str] = ("700029",),
    opens: time = time(8),
    closes: time = time(21),
) -> Shop:
    """A shop in Dhakuria that answers by one phone unless said otherwise."""
    names = dict.fromkeys(("en", "bn", "hi"), f"Shop {id_}")
    where = dict.fromkeys(names, "" if kind is Kind.HAWKER else f"{id_} Lake Road")
    return Shop(id_, kind, names, where, frozenset(pins), *at, opens, closes, phones=phones or (f"keep{id_}",))


def stock(id_: str = "3F8KQ", prices: Mapping[str, int] | None = None, /, **counts: int) -> Stock:
    """What an open shop has: counts by code, everything for ten rupees unless ``prices`` says otherwise."""
    asked = dict.fromkeys(counts, 1000) | dict(prices or {})
    return Stock(id_, asked, dict.fromkeys(asked, UNCOUNTED) | counts, opened=NOW.replace(hour=8))


class FakeMarket:
    """Shops, the master list and invitations. Fits ``Market`` and ``ShopBook``."""

    def __init__(self, shops: Iterable[Shop] = (), products: Iterable[Product] = ()) -> None:
        self.shops_ = {each.id: each for each in shops}
        self.products_ = {each.code: each for each in products}
        self.categories_: dict[str, Category] = {}
        self.invitations: dict[str, Invitation] = {}
        self.faults = Faults()

    def products(self) -> Mapping[str, Product]:
        return self.products_

    def categories(self) -> Mapping[str, Category]:
        return self.categories_

    def shops(self) -> Mapping[str, Shop]:
        self.faults.strike("shops")
        return self.shops_

    def shop(self, shop: str) -> Shop | None:
        return self.shops_.get(shop)

    def invitation(self, code: str) -> Invitation | None:
        self.faults.strike("invitation")
        return self.invitations.get(code)

    def enter(self, shop: Shop) -> None:
        self.shops_[shop.id] = shop

    def invite(self, invitation: Invitation) -> None:
        self.invitations[invitation.code] = invitation

    def join(self, invitation: Invitation, shop: Shop) -> None:
        self.faults.strike("join")
        stands = self.shops_.get(shop.id)
        if self.invitations.get(invitation.code) != invitation:
            if stands is not None and stands.phones == shop.phones:
                return
            raise Conflict("the invitation was used")
        del self.invitations[invitation.code]
        self.shops_[shop.id] = shop

    def publish(self, categories: Sequence[Category], products: Sequence[Product]) -> None:
        self.categories_ = {each.id: each for each in categories}
        self.products_ = {each.code: each for each in products}


class FakeStocks:
    """What shops have. ``silences`` remembers which orders were noted as unanswered."""

    def __init__(self, *stocks: Stock) -> None:
        self.stocks = {each.shop: each for each in stocks}
        self.goods: dict[tuple[str, str], dict[str, int]] = {}
        """What was counted of what is set aside, by shop and order."""
        self.silences: dict[str, list[str]] = {}
        self.tended: list[Tend] = []
        self.faults = Faults()

    def read(self, shop: str) -> Stock:
        self.faults.strike("read")
        return self.stocks.get(shop, Stock(shop))

    def read_many(self, shops: Collection[str]) -> Mapping[str, Stock]:
        self.faults.strike("read_many")
        return {shop: self.stocks.get(shop, Stock(shop)) for shop in shops}

    def reserve(self, shop: str, order: str, lines: Sequence[Line], most: int) -> Sequence[str]:
        self.faults.strike("reserve")
        stands, wanted = self.stocks.get(shop, Stock(shop)), _quantities(lines)
        if order in stands.orders:
            return ()
        if len(stands.orders) >= most:
            return ("",)
        failing = _failing(stands, wanted, lines)
        if failing:
            return failing
        self._move(stands, order, 1, wanted, {code: -quantity for code, quantity in wanted.items()})
        return ()

    def adjust(
        self,
        shop: str,
        order: str,
        revision: int,
        before: Sequence[Line],
        after: Sequence[Line],
        lacks: Sequence[str],
    ) -> Sequence[str]:
        self.faults.strike("adjust")
        stands, had, wanted = self.stocks.get(shop, Stock(shop)), _quantities(before), _quantities(after)
        if stands.orders.get(order, revision) >= revision:
            return ()
        more = {code: by for code in wanted if (by := wanted[code] - had.get(code, 0)) > 0}
        failing = _failing(stands, more, after)
        if failing:
            return failing
        goods = dict(self.goods[shop, order])
        back = {code: by for code in goods if (by := goods[code] - wanted.get(code, 0)) > 0}
        goods = {code: quantity - back.get(code, 0) for code, quantity in goods.items()}
        goods |= {code: goods.get(code, 0) + by for code, by in more.items()}
        moves = {code: by for code, by in back.items() if code not in lacks} | {c: -by for c, by in more.items()}
        self._move(stands, order, revision, goods, moves)
        stands = self.stocks[shop]
        self._put(stands, counts={**stands.counts, **{code: OUT for code in lacks if code in stands.counts}})
        return ()

    def release(self, shop: str, order: str, lines: Sequence[Line], *, back: bool = True) -> bool:
        self.faults.strike("release")
        stands = self.stocks.get(shop, Stock(shop))
        if order not in stands.orders:
            return False
        self._move(stands, order, 0, {}, self.goods[shop, order] if back else {})
        return True

    def _move(self, stands: Stock, order: str, revision: int, goods: Mapping[str, int], by: Mapping[str, int]) -> None:
        """Note what is set aside for an order (revision 0: it is no longer here), and change what is counted."""
        orders = {each: number for each, number in stands.orders.items() if each != order}
        self.goods.pop((stands.shop, order), None)
        if revision:
            orders[order] = revision
            self.goods[stands.shop, order] = {c: q for c, q in goods.items() if q and stands.counts[c] >= OUT}
        counts = {code: left if left < OUT else left + by.get(code, 0) for code, left in stands.counts.items()}
        self._put(stands, orders=orders, counts=counts)

    def tend(self, tend: Tend) -> bool:
        """Open, close, pause, price and count; the rest is the tables' own business."""
        self.faults.strike("tend")
        self.tended.append(tend)
        stands = self.stocks.get(tend.shop, Stock(tend.shop))
        changed = replace(stands, silent=0, duty=tend.citizen or stands.duty)
        match tend.what:
            case "open":
                changed = replace(changed, opened=tend.at, closed=None, paused=None, place=tend.place or stands.place)
            case "close":
                changed = replace(changed, closed=at_the_desk(tend.at).date())
            case "pause":
                changed = replace(changed, paused=tend.at + timedelta(minutes=tend.number))
            case "price":
                counts = {tend.code: UNCOUNTED, **stands.counts}
                changed = replace(changed, prices={**stands.prices, tend.code: tend.number}, counts=counts)
            case "count":
                changed = replace(changed, counts={**stands.counts, tend.code: tend.number})
            case _:
                raise AssertionError(tend.what)
        self.stocks[tend.shop] = changed
        self.silences[tend.shop] = []
        return True

    def silence(self, shop: str, order: str, closes_on: date | None) -> int:
        self.faults.strike("silence")
        stands = self.stocks.get(shop, Stock(shop))
        noted = self.silences.setdefault(shop, [])
        if order not in noted:
            noted.append(order)
            stands = replace(stands, silent=stands.silent + 1)
        closes = closes_on is not None and stands.silent >= UNANSWERED_CLOSE
        self._put(stands, closed=closes_on if closes else stands.closed)
        return stands.silent

    def answered(self, shop: str) -> None:
        self.faults.strike("answered")
        self.silences[shop] = []
        self._put(self.stocks.get(shop, Stock(shop)), silent=0)

    def _put(self, stands: Stock, **changes: object) -> None:
        self.stocks[stands.shop] = replace(stands, **changes)  # type: ignore[arg-type]  # names are checked at run time


def _quantities(lines: Sequence[Line]) -> dict[str, int]:
    """How many of each product; lines of one product count together."""
    return merged(tuple((line.code, line.quantity) for line in lines))


def _failing(stands: Stock, wanted: Mapping[str, int], lines: Sequence[Line]) -> tuple[str, ...]:
    dear = {line.code for line in lines if stands.prices.get(line.code) != line.price}
    return tuple(code for code, quantity in wanted.items() if code in dear or not stands.has(code, quantity))


class FakeOrders:
    """Orders, baskets, customers and timers."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.baskets: dict[str, Basket] = {}
        self.customers: dict[str, Customer] = {}
        self.timers: set[Timer] = set()
        self.till: dict[str, dict[tuple[date, str], Sale]] = {}
        self.links: dict[str, str] = {}
        self.faults = Faults()
        self.writes = 0

    def read(self, order: str) -> Order | None:
        self.faults.strike("read")
        return self.orders.get(order)

    def read_many(self, orders: Collection[str]) -> Mapping[str, Order]:
        self.faults.strike("read_many")
        return {each: self.orders[each] for each in orders if each in self.orders}

    def create(self, order: Order, basket: Basket) -> Order:
        self.faults.strike("create")
        if order.id in self.orders or self.basket(order.customer) != basket:
            raise Conflict("placed already, or the basket has changed")
        stored = self.orders[order.id] = replace(order, version=1)
        orders = (order.id, *basket.orders)[:20]
        self.baskets[order.customer] = Basket(basket.number + 1, {}, basket.shop, orders, basket.version + 1)
        self.timers.add(Timer(order.stamps["placed"] + PLACED_TIMER, order.id, "placed"))
        return stored

    def write(self, before: Order, after: Order, timers: Sequence[Timer] = (), sale: Sale | None = None) -> Order:
        self.faults.strike("write")
        stands = self.orders.get(before.id)
        if stands is None or stands.version != before.version:
            raise Conflict("somebody else wrote first")
        stored = self.orders[before.id] = replace(after, version=before.version + 1)
        self.timers |= set(timers)
        if sale is not None:
            self.till.setdefault(after.shop, {})[at_the_desk(sale.at).date(), sale.order] = sale
        self.writes += 1
        return stored

    def told(self, order: str, n: int) -> None:
        self.faults.strike("told")
        stands = self.orders[order]
        self.orders[order] = replace(stands, news=tuple(each for each in stands.news if each.n != n))

    def sales(self, shop: str, day: date) -> Sequence[Sale]:
        self.faults.strike("sales")
        return [sale for (on, _), sale in sorted(self.till.get(shop, {}).items()) if on == day]

    def basket(self, citizen: str) -> Basket:
        self.faults.strike("basket")
        return self.baskets.get(citizen, Basket())

    def keep_basket(self, citizen: str, before: Basket, after: Basket) -> Basket:
        self.faults.strike("keep_basket")
        stands = self.baskets.get(citizen, Basket())
        if stands.version != before.version:
            raise Conflict("the basket has changed")
        kept = replace(stands, lines=after.lines, shop=after.shop, version=stands.version + 1)
        stored = self.baskets[citizen] = kept
        return stored

    def customer(self, citizen: str) -> Customer | None:
        self.faults.strike("customer")
        return self.customers.get(citizen)

    def register(self, customer: Customer) -> None:
        self.faults.strike("register")
        self.customers[customer.citizen] = customer

    def forget(self, citizen: str) -> None:
        """Of the basket its number stays: the same one would make the same order's id."""
        self.customers.pop(citizen, None)
        basket = self.basket(citizen)
        if citizen in self.baskets:
            self.baskets[citizen] = Basket(basket.number, version=basket.version + 1)
        mine = {id_: order for id_, order in self.orders.items() if id_ in basket.orders}
        self.orders |= {id_: replace(order, name="", version=order.version + 1) for id_, order in mine.items()}
        for sales in self.till.values():
            sales |= {key: replace(sale, name="") for key, sale in sales.items() if sale.order in mine}

    def open_link(self, token: str, visit: str, until: datetime) -> bool:
        return self.links.setdefault(token, visit) == visit

    def due(self, now: datetime, most: int = 500) -> Sequence[Timer]:
        self.faults.strike("due")
        rung = (timer for timer in self.timers if timer.at <= now)
        return sorted(rung, key=lambda timer: (timer.at, timer.order, timer.what, timer.about))[:most]

    def settle(self, timer: Timer) -> None:
        self.faults.strike("settle")
        self.timers.discard(timer)

    def refunds(self) -> Sequence[Order]:
        return [order for order in self.orders.values() if order.paid is Paid.REFUND_DUE]
