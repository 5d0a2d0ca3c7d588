"""Shops, the master list and invitations; and what each shop has: one item, changed by conditional writes only.

Of a shop's stock every order is one conditional UpdateItem for all of its lines, with the order's id in the same write.
What was counted of an order stands beside its id, so what goes back is exactly what was taken.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from seba.conversation.say import Tend
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.orders import Line, merged
from seba.domain.shops import UNANSWERED_CLOSE, Invitation, Kind, Shop, Stock
from seba.storage import keys
from seba.storage.errors import Refusals
from seba.storage.tables import (
    BATCH_WRITE,
    CategoryItem,
    InvitationItem,
    ProductItem,
    Raw,
    ShopItem,
    StockItem,
    Table,
)

MARKET_SECONDS: Final = 60.0
MOST_READINGS: Final = 12
"""How often a change reads the stock again after it turned out changed. Conditions ask for no more than a change needs
(so many left, not: exactly as read), so even 64 writers at once need few."""
STAMPS_KEPT: Final = timedelta(days=8)
"""How long it is known of each thing when something was last said of it; what is said is delivered again for a week at
most (Meta), and what is older than this says nothing any more."""
MOST_UNANSWERED: Final = 12
"""Orders without an answer that are remembered, so that none is counted twice: three in a row close the shop."""
FULL: Final = ("",)
"""A shop that has as many live orders as it takes."""


@dataclass(slots=True)
class _Kept[T]:
    """A value and until when (in seconds of the stopwatch) it may be shown."""

    value: T
    until: float


class StoredMarket:
    """Shops and the master list for readers. Fits the port ``Market``. ``stopwatch`` counts seconds from any start."""

    def __init__(self, table: Table, stopwatch: Callable[[], float]) -> None:
        self._table, self._stopwatch = table, stopwatch
        self._products: _Kept[Mapping[str, Product]] | None = None
        self._categories: _Kept[Mapping[str, Category]] | None = None
        self._shops: _Kept[Mapping[str, Shop]] | None = None

    def products(self) -> Mapping[str, Product]:
        """The master list by code, in its order, at most a minute old."""
        now = self._stopwatch()
        if self._products is None or self._products.until <= now:
            items = sorted(self._table.query(keys.PRODUCTS, consistent=False), key=_place_of)
            self._products = _Kept({each.code: each for each in map(_product, items)}, now + MARKET_SECONDS)
        return self._products.value

    def categories(self) -> Mapping[str, Category]:
        """Its categories by id, in their order, at most a minute old."""
        now = self._stopwatch()
        if self._categories is None or self._categories.until <= now:
            items = sorted(self._table.query(keys.CATEGORIES, consistent=False), key=_place_of)
            self._categories = _Kept({each.id: each for each in map(_category, items)}, now + MARKET_SECONDS)
        return self._categories.value

    def shops(self) -> Mapping[str, Shop]:
        """All shops by id, at most a minute old."""
        return self._shops_kept().value

    def shop(self, shop: str) -> Shop | None:
        """A shop by id, at most a minute old; one that is not among those is looked for anew."""
        if not shop:
            # An order whose customer is being asked has none; DynamoDB refuses an empty key.
            return None
        kept = self._shops_kept()
        if shop not in kept.value:
            item = self._table.get(keys.SHOPS, shop)
            if item is None:
                return None
            kept.value = {**kept.value, shop: _shop(item)}
        return kept.value[shop]

    def invitation(self, code: str) -> Invitation | None:
        """An invitation that was not used yet, or None. Never from a cache."""
        item = self._table.get(keys.INVITATIONS, code) if code else None
        return None if item is None else _invitation(item)

    def _shops_kept(self) -> _Kept[Mapping[str, Shop]]:
        now = self._stopwatch()
        if self._shops is None or self._shops.until <= now:
            items = self._table.query(keys.SHOPS, consistent=False)
            self._shops = _Kept({each.id: each for each in map(_shop, items)}, now + MARKET_SECONDS)
        return self._shops


class StoredShopBook:
    """Where shops, products and invitations are entered. Fits the port ``ShopBook``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def enter(self, shop: Shop) -> None:
        """Store a shop, or what changed of it; its stock stays, and begins empty where there is none. Raises NotNow."""
        self._table.put(_shop_item(shop))
        self._table.update(keys.stock(shop.id), keys.STOCK, _BEGIN)

    def invite(self, invitation: Invitation) -> None:
        """Store an invitation; DynamoDB forgets it when it is over. Raises NotNow."""
        self._table.put(
            InvitationItem(
                keys.INVITATIONS,
                invitation.code,
                kind=str(invitation.kind),
                pins=" ".join(sorted(invitation.pins)),
                until=invitation.until.isoformat(),
                shop=invitation.shop or None,
                name=invitation.name or None,
                ends=int(invitation.until.timestamp()),
            )
        )

    def join(self, invitation: Invitation, shop: Shop) -> None:
        """Use the invitation and store the shop, in one transaction. Raises Conflict when it was used already, NotNow.

        A second phone's shop must still have the phones but the last of ``shop``. The stock of a new one begins empty.
        Doing it again for the same shop and phones changes nothing.
        """
        stands: Condition = Path("pk").does_not_exist()
        if invitation.shop:
            stands = ShopItem.phones == " ".join(shop.phones[:-1])
        try:
            self._table.write_all(
                [
                    self._table.deleting(keys.INVITATIONS, invitation.code, Path("pk").exists()),
                    self._table.putting(_shop_item(shop), stands),
                    self._table.updating(keys.stock(shop.id), keys.STOCK, _BEGIN),
                ]
            )
        except Refusals:
            item = self._table.get(keys.SHOPS, shop.id)
            if item is None or _shop(item).phones != shop.phones:
                raise

    def publish(self, categories: Sequence[Category], products: Sequence[Product]) -> None:
        """Store the master list; what is not in it any more goes. Raises NotNow; doing it again is right."""
        items: list[CategoryItem | ProductItem] = [
            *(_category_item(each, place) for place, each in enumerate(categories)),
            *(_product_item(each, place) for place, each in enumerate(products)),
        ]
        listed = {(item.pk, item.sk) for item in items}
        stored = [
            (item["pk"]["S"], item["sk"]["S"])
            for pk in (keys.CATEGORIES, keys.PRODUCTS)
            for item in self._table.query(pk)
        ]
        gone = [key for key in stored if key not in listed]
        for first in range(0, len(items), BATCH_WRITE):
            self._table.write_many(items[first : first + BATCH_WRITE])
        for first in range(0, len(gone), BATCH_WRITE):
            self._table.write_many((), gone[first : first + BATCH_WRITE])


class StoredStocks:
    """What shops have. Fits the port ``Stocks``.

    ``products`` is the master list: nothing else is taken into a catalogue by taps.
    """

    def __init__(self, table: Table, products: Callable[[], Mapping[str, Product]]) -> None:
        self._table, self._products = table, products

    def read(self, shop: str) -> Stock:
        """What a shop has now, consistently; of one that never said anything an empty stock. Raises NotNow."""
        item = self._table.get(keys.stock(shop), keys.STOCK)
        return Stock(shop) if item is None else _stock(item)

    def read_many(self, shops: Collection[str]) -> Mapping[str, Stock]:
        """Several at once, for choosing among them. Raises NotNow."""
        items = self._table.get_many([(keys.stock(shop), keys.STOCK) for shop in shops])
        found = {each.shop: each for each in map(_stock, items)}
        return {shop: found.get(shop) or Stock(shop) for shop in shops}

    # Goods set aside for orders.

    def reserve(self, shop: str, order: str, lines: Sequence[Line], most: int) -> Sequence[str]:
        """Set goods aside for an order, all or nothing, and note the order in the same write: the codes that fail.

        An empty answer means that they are set aside, now or by an earlier call for this order. A code fails when there
        are not so many, or when its price is no longer the line's; ``("",)`` means that the shop has ``most`` live
        orders already. One read; what cannot be costs no write. Raises NotNow, ValueError for less than one piece.
        """
        wanted = _wanted(lines)
        for _ in range(MOST_READINGS):
            stock = self._standing(shop)
            if order in stock.orders:
                return ()
            if len(stock.orders) >= most:
                return FULL
            failing = [code for code in wanted if not stock.has(code, wanted[code], _prices(lines, code))]
            if failing or not stock.is_stored:
                return tuple(failing)
            goods = {code: quantity for code, quantity in wanted.items() if stock.counts[code] >= OUT}
            actions: list[Action] = [StockItem.orders.at(order).set(_set_aside(1, goods))]
            conditions: list[Condition] = [
                StockItem.orders.at(order).does_not_exist(),
                size(StockItem.orders) < most,  # type: ignore[no-untyped-call]  # PynamoDB says no types of it
                *(StockItem.prices.at(line.code) == line.price for line in lines),
            ]
            for code, quantity in wanted.items():
                count = StockItem.counts.at(code)
                if code in goods:
                    actions.append(count.set(count - quantity))
                    conditions.append(count >= quantity)
                else:
                    conditions.append(count < OUT)
            if self._write(shop, actions, conditions):
                return ()
        raise _too_many(shop)

    def adjust(
        self,
        shop: str,
        order: str,
        revision: int,
        before: Sequence[Line],
        after: Sequence[Line],
        lacks: Sequence[str],
    ) -> Sequence[str]:
        """Change what is set aside from revision - 1 to ``revision``: the codes that fail. ``lacks`` are out then.

        What is no longer ordered goes back, except what the shop lacks. Only what there is more of than ``before`` can
        fail, for its price too; then nothing changes. Doing it again changes nothing; so does doing it for an order for
        which nothing is set aside. Raises NotNow.
        """
        had, wanted, out = _wanted(before), _wanted(after), set(lacks)
        grows = {code: quantity - had.get(code, 0) for code, quantity in wanted.items() if quantity > had.get(code, 0)}
        for _ in range(MOST_READINGS):
            stock = self._standing(shop)
            if order not in stock.orders or _revision(stock.orders[order]) >= revision:
                return ()
            failing = [code for code in grows if code in out or not stock.has(code, grows[code], _prices(after, code))]
            if failing:
                return tuple(failing)
            goods = _goods(stock.orders[order])
            back: dict[str, int] = {}
            for code, quantity in list(goods.items()):
                if quantity > wanted.get(code, 0):
                    goods[code] = wanted.get(code, 0)
                    back[code] = quantity - goods[code]
            back = {code: quantity for code, quantity in back.items() if code not in out}
            actions, conditions = _giving_back(stock, back)
            for code, more in grows.items():
                count = StockItem.counts.at(code)
                conditions.append(StockItem.prices.at(code) == stock.prices[code])
                if stock.counts[code] >= OUT:
                    goods[code] = goods.get(code, 0) + more
                    actions.append(count.set(count - more))
                    conditions.append(count >= more)
                else:
                    conditions.append(count < OUT)
            for code in sorted(out & stock.counts.keys()):
                actions.append(StockItem.counts.at(code).set(OUT))
                conditions.append(StockItem.counts.at(code).exists())
            noted = StockItem.orders.at(order)
            conditions.append(noted == stock.orders[order])
            if self._write(shop, [noted.set(_set_aside(revision, goods)), *actions], conditions):
                return ()
        raise _too_many(shop)

    def release(
        self,
        shop: str,
        order: str,
        lines: Sequence[Line],  # noqa: ARG002 - what was taken stands beside the order's id, and is truer
        *,
        back: bool = True,
    ) -> bool:
        """The order is no longer this shop's: whether it was. With ``back`` its goods are for sale again.

        What goes back is what was taken from counts, whatever ``lines`` says; nothing of what the shop no longer
        counts. Doing it again changes nothing. Without ``back`` they were collected. Raises NotNow.
        """
        for _ in range(MOST_READINGS):
            stock = self._standing(shop)
            if order not in stock.orders:
                return False
            noted = StockItem.orders.at(order)
            actions, conditions = _giving_back(stock, _goods(stock.orders[order]) if back else {})
            conditions.append(noted == stock.orders[order])
            if self._write(shop, [noted.remove(), *actions], conditions):
                return True
        raise _too_many(shop)

    # What a shop says of itself.

    def tend(self, tend: Tend) -> bool:
        """What a shop says of itself; also resets ``silent``. False when something newer was said. Raises NotNow.

        Each thing has its own stamp: a product's price, with whether it is in the catalogue; its count; whether the
        shop is open; who has duty. What was said of one thing at one moment counts once, so a number that is told again
        does not bring back what was sold since. Raises ValueError for a number that cannot be, or an unknown ``what``.
        """
        if tend.what == "add":
            return self._add(tend)
        things, changes = _said(tend)
        at, newest_of_all = _milliseconds(tend.at), True
        for _ in range(MOST_READINGS):
            stamped = [StockItem.stamps.at(thing) for thing in things]
            conditions = [_is_older(stamp, at) for stamp in stamped]
            actions = [*changes, *(stamp.set(at) for stamp in stamped)]
            if newest_of_all:
                duty = StockItem.stamps.at(_DUTY)
                actions += [duty.set(at), StockItem.silent.set(0)]
                if tend.citizen:
                    actions.append(StockItem.duty.set(tend.citizen))
                conditions.append(duty.does_not_exist() | (duty <= at))
            if self._write(tend.shop, actions, conditions):
                if tend.what == "open":
                    self._drop_stamps(tend.shop, at)
                return True
            stock = self._standing(tend.shop)
            said = [stock.said(thing) for thing in things]
            if max(said) >= at:
                return max(said) == at
            newest_of_all = stock.stamps.get(_DUTY, 0) <= at
            if not stock.is_stored:
                self._table.update(keys.stock(tend.shop), keys.STOCK, _BEGIN)
        raise _too_many(tend.shop)

    def fill(self, shop: str, prices: Mapping[str, int], counts: Mapping[str, int], at: datetime) -> bool:
        """Write a whole catalogue at once (paise, and counts as in ``Stock``; one without a count is not counted).

        As if all of it were said at ``at`` (aware): False, and nothing is written, when something newer was said of any
        product. Orders and what is set aside for them stay. Raises NotNow, ValueError for numbers that cannot be.
        """
        for code, price in prices.items():
            _check_price(price)
            _check_count(counts.get(code, UNCOUNTED))
        moment = _milliseconds(at)
        for _ in range(MOST_READINGS):
            stock = self._standing(shop)
            of_products = {thing: said for thing, said in stock.stamps.items() if thing not in (_OPENNESS, _DUTY)}
            if max([stock.floor, *of_products.values()]) > moment:
                return False
            after = _Catalogue(
                dict(prices),
                {code: counts.get(code, UNCOUNTED) for code in prices},
                {thing: said for thing, said in stock.stamps.items() if thing not in of_products},
            )
            if self._write_catalogue(shop, stock, after, [StockItem.floor.set(moment)]):
                return True
        raise _too_many(shop)

    def silence(self, shop: str, order: str, closes_on: date | None) -> int:
        """Note an order without an answer, once per order: how many in a row. Raises NotNow.

        With a day, the shop closes for it if these are ``UNANSWERED_CLOSE`` in a row or more: not if it has answered
        in between.
        """
        for _ in range(MOST_READINGS):
            stock = self._standing(shop)
            in_a_row, unanswered = stock.silent, stock.unanswered.split()
            actions: list[Action] = []
            if order not in unanswered:
                in_a_row += 1
                noted = " ".join([*unanswered, order][-MOST_UNANSWERED:])
                actions += [StockItem.silent.set(in_a_row), StockItem.unanswered.set(noted)]
            if closes_on is not None and in_a_row >= UNANSWERED_CLOSE and stock.closed != closes_on.isoformat():
                actions.append(StockItem.closed.set(closes_on.isoformat()))
            if not actions:
                return in_a_row
            conditions = [StockItem.silent == stock.silent, StockItem.unanswered == stock.unanswered]
            if self._write(shop, actions, conditions):
                return in_a_row
            if not stock.is_stored:
                self._table.update(keys.stock(shop), keys.STOCK, _BEGIN)
        raise _too_many(shop)

    def answered(self, shop: str) -> None:
        """It answers: nothing in a row any more. Raises NotNow."""
        self._write(shop, [StockItem.silent.set(0)], [StockItem.silent > 0])

    def _standing(self, shop: str) -> "_Standing":
        item = self._table.get(keys.stock(shop), keys.STOCK)
        return _Standing() if item is None else _standing(item)

    def _write(self, shop: str, actions: Sequence[Action], conditions: Sequence[Condition]) -> bool:
        """One UpdateItem: whether the conditions held."""
        try:
            self._table.update(keys.stock(shop), keys.STOCK, actions, _all_of(conditions))
        except Conflict:
            return False
        return True

    def _add(self, tend: Tend) -> bool:
        """Products come into the catalogue at the prices said; those that are in it stay as they are."""
        offered, known, at = _offered(tend.code), self._products(), _milliseconds(tend.at)
        for _ in range(MOST_READINGS):
            stock = self._standing(tend.shop)
            said = {code: stock.said(_price_of(code)) for code in offered}
            these = [code for code in offered if said[code] < at and code in known]
            if not these:
                return all(moment <= at for moment in said.values())
            after = _Catalogue(
                {code: offered[code] for code in these} | stock.prices,
                dict.fromkeys(these, UNCOUNTED) | stock.counts,
                stock.stamps | {_price_of(code): at for code in these},
            )
            more: list[Action] = []
            if stock.stamps.get(_DUTY, 0) <= at:
                after.stamps[_DUTY] = at
                more.append(StockItem.silent.set(0))
                if tend.citizen:
                    more.append(StockItem.duty.set(tend.citizen))
            if self._write_catalogue(tend.shop, stock, after, more):
                return all(moment <= at for moment in said.values())
        raise _too_many(tend.shop)

    def _write_catalogue(self, shop: str, stock: "_Standing", after: "_Catalogue", more: Sequence[Action] = ()) -> bool:
        """Write whole maps, if they are still as they were read: whether they were."""
        if not stock.is_stored:
            self._table.update(keys.stock(shop), keys.STOCK, _BEGIN)
        return self._write(
            shop,
            [
                StockItem.prices.set(after.prices),
                StockItem.counts.set(after.counts),
                StockItem.stamps.set(after.stamps),
                *more,
            ],
            [
                StockItem.prices == stock.prices,
                StockItem.counts == stock.counts,
                StockItem.stamps == stock.stamps,
            ],
        )

    def _drop_stamps(self, shop: str, at: int) -> None:
        """Once a day, when it opens: stamps that nothing older can meet any more make every order dearer."""
        stock = self._standing(shop)
        floor = at - int(STAMPS_KEPT.total_seconds() * 1000)
        kept = {thing: said for thing, said in stock.stamps.items() if said > floor}
        if len(kept) < len(stock.stamps):
            # Where somebody else writes at this moment, tomorrow will do.
            self._write(
                shop,
                [StockItem.stamps.set(kept), StockItem.floor.set(floor)],
                [StockItem.stamps == stock.stamps, StockItem.floor < floor],
            )


# What of a stock is read to change it.

_BEGIN: Final = [
    *(each.set(each | {}) for each in (StockItem.prices, StockItem.counts, StockItem.orders, StockItem.stamps)),
    StockItem.floor.set(StockItem.floor | 0),
    StockItem.silent.set(StockItem.silent | 0),
    StockItem.unanswered.set(StockItem.unanswered | ""),
]
"""Makes an empty stock, and changes nothing of one that is there."""
_OPENNESS, _DUTY = "o", "d"


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Three maps that change together."""

    prices: dict[str, int]
    counts: dict[str, int]
    stamps: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A stock as it was read; without arguments one that is not stored yet."""

    prices: dict[str, int] = field(default_factory=dict[str, int])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    orders: dict[str, str] = field(default_factory=dict[str, str])
    stamps: dict[str, int] = field(default_factory=dict[str, int])
    floor: int = 0
    silent: int = 0
    unanswered: str = ""
    closed: str = ""
    is_stored: bool = False

    def has(self, code: str, quantity: int, prices: Collection[int]) -> bool:
        """Whether so many can be set aside, at the one price that is asked."""
        count = self.counts.get(code, OUT)
        return {self.prices.get(code)} == set(prices) and (count < OUT or count >= quantity)

    def said(self, thing: str) -> int:
        """When something was last said of it, in milliseconds since 1970; at the latest, if that was long ago."""
        return self.stamps.get(thing, self.floor)


def _wanted(lines: Sequence[Line]) -> dict[str, int]:
    """Quantities by product. Raises ValueError for less than one piece."""
    if any(line.quantity < 1 for line in lines):
        raise ValueError("a line of less than one piece")
    return merged(tuple((line.code, line.quantity) for line in lines))


def _prices(lines: Sequence[Line], code: str) -> set[int]:
    return {line.price for line in lines if line.code == code}


def _set_aside(revision: int, goods: Mapping[str, int]) -> str:
    """How it is noted what is set aside for an order: its revision, and what of it was taken from counts."""
    return " ".join([str(revision), *(f"{code}*{quantity}" for code, quantity in goods.items() if quantity)])


def _revision(noted: str) -> int:
    return int(noted.partition(" ")[0])


def _goods(noted: str) -> dict[str, int]:
    pairs = (part.split("*") for part in noted.split()[1:])
    return {code: int(quantity) for code, quantity in pairs}


def _giving_back(stock: _Standing, goods: Mapping[str, int]) -> tuple[list[Action], list[Condition]]:
    """Counted goods are for sale again; a product that is no longer counted, or no longer there, stays as it is."""
    actions: list[Action] = []
    conditions: list[Condition] = []
    for code, quantity in goods.items():
        count = StockItem.counts.at(code)
        if code not in stock.counts:
            conditions.append(count.does_not_exist())
        elif stock.counts[code] < OUT:
            conditions.append(count < OUT)
        else:
            actions.append(count.set(count + quantity))
            conditions.append(count >= OUT)
    return actions, conditions


def _said(tend: Tend) -> tuple[list[str], list[Action]]:
    """The things of which something is said, and what changes by it. Raises ValueError."""
    price, count = StockItem.prices.at(tend.code or "-"), StockItem.counts.at(tend.code or "-")
    match tend.what:
        case "open":
            place = [] if tend.place is None else [StockItem.place.set(_degrees(tend.place))]
            said = StockItem.opened.set(tend.at.isoformat())
            return [_OPENNESS], [said, StockItem.closed.remove(), StockItem.paused.remove(), *place]
        case "close":
            return [_OPENNESS], [StockItem.closed.set(at_the_desk(tend.at).date().isoformat())]
        case "pause":
            until = tend.at + timedelta(minutes=tend.number)
            return [_OPENNESS], [StockItem.paused.set(until.isoformat())]
        case "price" if tend.code:
            _check_price(tend.number)
            return [_price_of(tend.code)], [price.set(tend.number), count.set(count | UNCOUNTED)]
        case "count" if tend.code:
            _check_count(tend.number)
            return [_count_of(tend.code)], [count.set(tend.number)]
        case "remove" if tend.code:
            return [_price_of(tend.code), _count_of(tend.code)], [price.remove(), count.remove()]
    raise ValueError(f"nothing that a shop says of itself: {tend.what} {tend.code!r}")


def _offered(codes: str) -> dict[str, int]:
    """Paise by product code, of ``ML1:2800 EG1:4500``. Raises ValueError."""
    pairs = (each.partition(":") for each in codes.split())
    offered = {code: int(price) for code, _, price in pairs}
    for price in offered.values():
        _check_price(price)
    return offered


def _check_price(price: int) -> None:
    if price < 1:
        raise ValueError(f"no price: {price}")


def _check_count(count: int) -> None:
    if count < UNCOUNTED:
        raise ValueError(f"no count: {count}")


def _price_of(code: str) -> str:
    return f"p{code}"


def _count_of(code: str) -> str:
    return f"c{code}"


def _is_older(stamp: Path, at: int) -> Condition:
    """Whether what was last said of a thing was said before this moment."""
    older: Condition = (stamp < at) | (stamp.does_not_exist() & (StockItem.floor < at))
    return older


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _degrees(place: tuple[float, float]) -> str:
    return f"{place[0]!r} {place[1]!r}"


def _all_of(conditions: Sequence[Condition]) -> Condition:
    """All of them; put together by halves, because DynamoDB limits how deep an expression nests."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    both: Condition = _all_of(conditions[:middle]) & _all_of(conditions[middle:])
    return both


def _too_many(shop: str) -> NotNow:
    return NotNow(f"too many write the stock of {shop} at once")


# From items and to them. Raises Unusable for a stored thing that cannot be read.


def _stock(item: Raw) -> Stock:
    stands = _standing(item)
    try:
        return Stock(
            item["pk"]["S"].removeprefix(keys.stock("")),
            stands.prices,
            stands.counts,
            {order: _revision(noted) for order, noted in stands.orders.items()},
            opened=_moment(_text(item, StockItem.opened)),
            closed=date.fromisoformat(stands.closed) if stands.closed else None,
            paused=_moment(_text(item, StockItem.paused)),
            duty=_text(item, StockItem.duty),
            silent=stands.silent,
            place=_place(_text(item, StockItem.place)),
        )
    except ValueError as error:
        raise Unusable(f"a stored stock that cannot be read: {error}") from error


def _standing(item: Raw) -> _Standing:
    """Read as DynamoDB writes it: with a model hundreds of products take longer than fetching them."""
    try:
        return _Standing(
            _numbers(item, StockItem.prices),
            _numbers(item, StockItem.counts),
            {order: noted["S"] for order, noted in item[_name(StockItem.orders)]["M"].items()},
            _numbers(item, StockItem.stamps),
            int(item[_name(StockItem.floor)]["N"]),
            int(item[_name(StockItem.silent)]["N"]),
            _text(item, StockItem.unanswered),
            _text(item, StockItem.closed),
            is_stored=True,
        )
    except (KeyError, ValueError) as error:
        raise Unusable(f"a stored stock that cannot be read: {error}") from error


def _name(attribute: Attribute[Any]) -> str:
    return str(attribute.attr_name)


def _text(item: Raw, attribute: Attribute[Any]) -> str:
    value: str = item.get(_name(attribute), {"S": ""})["S"]
    return value


def _numbers(item: Raw, attribute: Attribute[Any]) -> dict[str, int]:
    return {key: int(number["N"]) for key, number in item[_name(attribute)]["M"].items()}


def _moment(text: str) -> datetime | None:
    return at_the_desk(datetime.fromisoformat(text)) if text else None


def _place(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    latitude, longitude = map(float, text.split())
    return latitude, longitude


def _place_of(item: Raw) -> int:
    return int(item["place"]["N"])


def _shop_item(shop: Shop) -> ShopItem:
    return ShopItem(
        keys.SHOPS,
        shop.id,
        kind=str(shop.kind),
        names=shop.names,
        addresses=shop.addresses,
        pins=" ".join(sorted(shop.pins)),
        latitude=shop.latitude,
        longitude=shop.longitude,
        opens=shop.opens.isoformat(),
        closes=shop.closes.isoformat(),
        days=shop.days,
        phone=shop.phone,
        phones=" ".join(shop.phones),
    )


def _shop(item: Raw) -> Shop:
    stored = ShopItem.from_raw_data(item)
    try:
        return Shop(
            id=stored.sk,
            kind=Kind(stored.kind),
            names=stored.names,
            addresses=stored.addresses,
            pins=frozenset(stored.pins.split()),
            latitude=float(stored.latitude),
            longitude=float(stored.longitude),
            opens=time.fromisoformat(stored.opens),
            closes=time.fromisoformat(stored.closes),
            days=stored.days,
            phone=stored.phone,
            phones=tuple(stored.phones.split()),
        )
    except ValueError as error:
        raise Unusable(f"a stored shop that cannot be read: {error}") from error


def _product_item(product: Product, place: int) -> ProductItem:
    about = {
        "category": product.category,
        "names": product.names,
        "sizes": product.sizes,
        "picture": product.picture,
        "price": product.price,
        "weighed": product.weighed,
        "words": product.words,
    }
    text = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    return ProductItem(keys.PRODUCTS, product.code, about=text, place=place)


def _product(item: Raw) -> Product:
    try:
        about = json.loads(item["about"]["S"])
        return Product(item["sk"]["S"], **about | {"words": tuple(about["words"])})
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable(f"a stored product that cannot be read: {error}") from error


def _category_item(category: Category, place: int) -> CategoryItem:
    return CategoryItem(keys.CATEGORIES, category.id, names=category.names, picture=category.picture, place=place)


def _category(item: Raw) -> Category:
    stored = CategoryItem.from_raw_data(item)
    return Category(stored.sk, stored.names, stored.picture)


def _invitation(item: Raw) -> Invitation:
    stored = InvitationItem.from_raw_data(item)
    return Invitation(
        code=stored.sk,
        kind=Kind(stored.kind),
        pins=frozenset(stored.pins.split()),
        until=at_the_desk(datetime.fromisoformat(stored.until)),
        shop=stored.shop or "",
        name=stored.name or "",
    )
