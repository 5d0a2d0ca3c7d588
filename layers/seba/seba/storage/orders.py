"""Orders with their news and timers, the tills, baskets and customers: one table, never from a cache.

An order changes by one conditional write on its version. Only its news are taken out without that, one by one as they
are told; so a write never writes again the news that it has only read.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from seba.conversation.records import Timer
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.orders import Basket, Customer, Life, Line, News, Order, Paid, Question, Sale
from seba.storage import keys
from seba.storage.tables import BasketItem, CustomerItem, KeyItem, LinkItem, OrderItem, Raw, SaleItem, Table, Write

ORDERS_KEPT: Final = timedelta(days=90)
"""How long an order is kept after it was last written: after its end, or until money was given back."""
CUSTOMERS_KEPT: Final = timedelta(days=400)
"""How long customers and baskets are kept after they were last used."""
SALES_KEPT: Final = timedelta(days=60)
TIMERS_KEPT: Final = timedelta(days=30)
"""How long a timer that nobody saw to stays after its time."""
NUMBERS_KEPT: Final = ORDERS_KEPT + timedelta(days=60)
"""How long the bare number of a forgotten basket is kept: longer than any order that was made of it, because the same
number would make the same order's id."""
PLACING: Final = timedelta(minutes=1)
"""When somebody looks whether placing an order came to its end: the page that places it has given up by then."""
MOST_SHOWN: Final = 20
"""Orders in a basket as it is read."""
MOST_REMEMBERED: Final = 100
"""Orders that are remembered for being forgotten: at nine bytes each the basket stays within two write units."""
MOST_TRIES: Final = 12
"""How often forgetting reads a basket again that changes meanwhile."""


class StoredOrders:
    """Orders, baskets, customers, tills and timers. Fits the port ``Orders``."""

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self._table, self._clock = table, clock

    # Orders.

    def read(self, order: str) -> Order | None:
        """An order as it stands, consistently. Raises NotNow."""
        item = self._table.get(keys.order(order), keys.ORDER)
        return None if item is None else _order(item)

    def read_many(self, orders: Collection[str]) -> Mapping[str, Order]:
        """Several, those that are there, in the order asked. Raises NotNow."""
        items = self._table.get_many([(keys.order(order), keys.ORDER) for order in orders])
        found = {each.id: each for each in map(_order, items)}
        return {order: found[order] for order in orders if order in found}

    def create(self, order: Order, basket: Basket) -> Order:
        """Store a new order, empty the basket it was made of, and set the ``placed`` timer: the order as stored.

        One transaction. The timer rings a minute after the order's stamp ``placed`` (without one, after now). Raises
        Conflict when the order is there already or the basket has changed, NotNow.
        """
        stands = self._table.get(order.customer, keys.BASKET)
        if (0 if stands is None else _basket(stands).version) != basket.version:
            raise Conflict("the basket has changed")
        # More of them than a basket shows: they are remembered for being forgotten.
        earlier = [] if stands is None else BasketItem.from_raw_data(stands).orders.split()
        emptied = replace(basket, number=basket.number + 1, lines={}, version=basket.version + 1)
        changes = self._basket_changes(emptied, [order.id, *earlier][:MOST_REMEMBERED])
        stored = replace(order, version=order.version + 1)
        placed = Timer(order.stamps.get(Life.PLACED, self._clock()) + PLACING, order.id, "placed")
        self._use(order.customer)
        self._table.write_all(
            [
                self._table.putting(self._order_item(stored), Path("pk").does_not_exist()),
                self._table.updating(order.customer, keys.BASKET, changes, _is_still(basket)),
                self._table.putting(_timer_item(placed)),
            ]
        )
        return stored

    def write(self, before: Order, after: Order, timers: Sequence[Timer] = (), sale: Sale | None = None) -> Order:
        """Store ``after`` with its news if the order is still ``before`` by its version: the order as stored.

        News of ``before`` that ``after`` has not are taken out; none is written again. With timers, a sale, or money
        that is to be given back (or was), it is one transaction. A sale stands under the day on which the order was
        collected: written again it replaces the one before. Raises Conflict, NotNow, ValueError for another order.
        """
        if (before.id, before.customer) != (after.id, after.customer):
            raise ValueError("an order keeps its id and its customer")
        stored = replace(after, version=before.version + 1)
        pk, unchanged = keys.order(before.id), OrderItem.version == before.version
        changes = self._changes(before, stored)
        beside = [self._table.putting(_timer_item(timer)) for timer in timers]
        if sale is not None:
            beside.append(self._table.putting(self._sale_item(stored, sale)))
        if (before.paid is Paid.REFUND_DUE) is not (after.paid is Paid.REFUND_DUE):
            beside.append(self._refunding(stored))
        if beside:
            self._table.write_all([self._table.updating(pk, keys.ORDER, changes, unchanged), *beside])
        else:
            self._table.update(pk, keys.ORDER, changes, unchanged)
        return stored

    def told(self, order: str, n: int) -> None:
        """News ``n`` is in somebody's own outbox; the version does not move. Again changes nothing. Raises NotNow."""
        news = OrderItem.news.at(str(n))
        try:
            self._table.update(keys.order(order), keys.ORDER, [news.remove()], news.exists())
        except Conflict:
            return  # told before

    def refunds(self) -> Sequence[Order]:
        """Orders whose money has to be given back, for the operator. Raises NotNow."""
        due = [item["sk"]["S"] for item in self._table.query(keys.REFUNDS)]
        return tuple(self.read_many(due).values())

    def sales(self, shop: str, day: date) -> Sequence[Sale]:
        """What a shop handed over on a day, in the order of time. Raises NotNow."""
        items = self._table.query(keys.till(shop), keys.sale(day))
        return tuple(sorted(map(_sale, items), key=lambda sale: (sale.at, sale.order)))

    # Timers.

    def due(self, now: datetime, most: int = 500) -> Sequence[Timer]:
        """Timers that have rung by ``now`` (aware), the oldest first."""
        # "$" is the character behind the "#" that follows the time.
        up_to_now = Path("sk") < keys.at(now).removesuffix("#") + "$"
        items, _ = self._table.query_page(keys.TIMERS, most, up_to_now)
        return tuple(map(_timer, items))

    def settle(self, timer: Timer) -> None:
        """It was seen to; one that is gone is fine."""
        self._table.delete(keys.TIMERS, keys.timer(timer.at, timer.order, timer.what, timer.about))

    # Everything, for the office's checks.

    def every_order(self) -> Iterator[Order]:
        """Every order that is kept, live or ended; reads the whole table. Raises NotNow."""
        for item in self._table.scan():
            if item["sk"]["S"] == keys.ORDER:
                yield _order(item)

    def every_timer(self) -> Iterator[Timer]:
        """Every timer, whether it has rung or not, the earliest first. Raises NotNow."""
        return map(_timer, self._table.query(keys.TIMERS))

    # Customers and their baskets.

    def basket(self, citizen: str) -> Basket:
        """Somebody's basket, an empty first one if there is none. Raises NotNow."""
        item = self._table.get(citizen, keys.BASKET)
        return Basket() if item is None else _basket(item)

    def keep_basket(self, citizen: str, before: Basket, after: Basket) -> Basket:
        """Change a basket's lines and shop, if it is still ``before`` by its version: the basket as stored.

        Its number and its orders stay as they were. Raises Conflict, NotNow.
        """
        kept = replace(before, lines=after.lines, shop=after.shop, version=before.version + 1)
        self._table.update(citizen, keys.BASKET, self._basket_changes(kept), _is_still(before))
        return kept

    def customer(self, citizen: str) -> Customer | None:
        """Who they are, if they registered. Raises NotNow."""
        item = self._table.get(citizen, keys.CUSTOMER)
        return None if item is None else _customer(item)

    def register(self, customer: Customer) -> None:
        """Store, or change. Raises NotNow."""
        self._table.put(
            CustomerItem(
                customer.citizen,
                keys.CUSTOMER,
                name=customer.name,
                address=customer.address,
                pin=customer.pin,
                language=customer.language,
                consented=_written(customer.consented),
                ends=self._ends(CUSTOMERS_KEPT),
            )
        )

    def forget(self, citizen: str) -> None:
        """Delete customer and basket, and take the name off their orders and out of the tills. Raises NotNow.

        Of the basket its bare number stays for a while, so that no later order gets an earlier one's id. Doing it again
        is right: whoever was interrupted does it all again.
        """
        for _ in range(MOST_TRIES):
            item = self._table.get(citizen, keys.BASKET)
            if item is not None:
                for order in BasketItem.from_raw_data(item).orders.split():
                    self._take_name_off(order)
            self._table.delete(citizen, keys.CUSTOMER)
            if item is None:
                return
            basket = _basket(item)
            actions = [
                BasketItem.lines.set({}),
                BasketItem.shop.remove(),
                BasketItem.orders.set(""),
                BasketItem.version.set(basket.version + 1),
                BasketItem.ends.set(self._ends(NUMBERS_KEPT)),
            ]
            try:
                self._table.update(citizen, keys.BASKET, actions, _is_still(basket))
            except Conflict:
                continue  # an order was placed at this moment: its name too
            return
        raise NotNow("the basket keeps changing")

    def open_link(self, token: str, visit: str, until: datetime) -> bool:
        """Bind a link to the visit that opened it first, until ``until`` (aware): whether it is this one.

        What is stored is the token's hash. Raises NotNow.
        """
        item = LinkItem(keys.link(token), keys.LINK, visit=visit, ends=int(until.timestamp()))
        try:
            self._table.put(item, Path("pk").does_not_exist() | (LinkItem.visit == visit))
        except Conflict:
            return False
        return True

    # The parts of what is written.

    def _ends(self, kept: timedelta) -> int:
        return int((self._clock() + kept).timestamp())

    def _order_item(self, order: Order) -> OrderItem:
        return OrderItem(
            keys.order(order.id),
            keys.ORDER,
            order=_order_text(order),
            customer=order.customer,
            name=order.name,
            news={str(each.n): _news_text(each) for each in order.news},
            version=order.version,
            ends=None if order.paid is Paid.REFUND_DUE else self._ends(ORDERS_KEPT),
        )

    def _changes(self, before: Order, after: Order) -> list[Action]:
        had, has = {each.n for each in before.news}, {each.n for each in after.news}
        changes: list[Action] = [
            OrderItem.order.set(_order_text(after)),
            OrderItem.name.set(after.name),
            OrderItem.version.set(after.version),
            *(OrderItem.news.at(str(each.n)).set(_news_text(each)) for each in after.news if each.n not in had),
            *(OrderItem.news.at(str(n)).remove() for n in sorted(had - has)),
        ]
        # What the operator owes is not forgotten.
        owes = after.paid is Paid.REFUND_DUE
        changes.append(OrderItem.ends.remove() if owes else OrderItem.ends.set(self._ends(ORDERS_KEPT)))
        return changes

    def _refunding(self, order: Order) -> Write:
        """The order comes into the list of refunds, or leaves it."""
        if order.paid is Paid.REFUND_DUE:
            return self._table.putting(KeyItem(keys.REFUNDS, order.id))
        return self._table.deleting(keys.REFUNDS, order.id)

    def _sale_item(self, order: Order, sale: Sale) -> SaleItem:
        return SaleItem(
            *_sale_keys(order, sale.at),
            at=_written(sale.at),
            total=sale.total,
            paid=str(sale.paid),
            name=sale.name,
            ends=self._ends(SALES_KEPT),
        )

    def _basket_changes(self, basket: Basket, orders: Sequence[str] | None = None) -> list[Action]:
        """What a basket becomes; ``orders`` when there is one more."""
        return [
            BasketItem.number.set(basket.number),
            BasketItem.lines.set(dict(basket.lines)),
            BasketItem.shop.set(basket.shop) if basket.shop else BasketItem.shop.remove(),
            BasketItem.orders.set(BasketItem.orders | "" if orders is None else " ".join(orders)),
            BasketItem.version.set(basket.version),
            BasketItem.ends.set(self._ends(CUSTOMERS_KEPT)),
        ]

    def _use(self, citizen: str) -> None:
        """A customer is kept from now on as long as if they had registered now."""
        ends = CustomerItem.ends.set(self._ends(CUSTOMERS_KEPT))
        with suppress(Conflict):  # nobody registered, or they were forgotten
            self._table.update(citizen, keys.CUSTOMER, [ends], Path("pk").exists())

    def _take_name_off(self, order: str) -> None:
        """Off an order, and out of the till.

        The order's version moves: whoever is writing it at this moment, perhaps with its sale, has to read it again.
        """
        nameless = [OrderItem.name.set(""), OrderItem.version.set(OrderItem.version + 1)]
        try:
            item = self._table.update(keys.order(order), keys.ORDER, nameless, Path("pk").exists(), give_back="ALL_NEW")
        except Conflict:
            return  # it was so old that it is gone
        stands = _order(item)
        if Life.COLLECTED in stands.stamps:
            with suppress(Conflict):  # the till keeps its sales for a shorter time
                pk, sk = _sale_keys(stands, stands.stamps[Life.COLLECTED])
                self._table.update(pk, sk, [SaleItem.name.set("")], Path("pk").exists())


def _is_still(basket: Basket) -> Condition:
    """Whether a basket is as it was read, by its version."""
    stands: Condition = BasketItem.version == basket.version
    return stands if basket.version else Path("pk").does_not_exist()


def _sale_keys(order: Order, at: datetime) -> tuple[str, str]:
    """Both keys of an order's sale: under the day on which it was collected."""
    return keys.till(order.shop), keys.sale(at_the_desk(order.stamps.get(Life.COLLECTED, at)).date(), order.id)


# From items and to them. Raises Unusable for a stored thing that cannot be read.


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    return at_the_desk(datetime.fromisoformat(text))


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _order_text(order: Order) -> str:
    """All of an order that is not an attribute of its own; what is empty is left out."""
    question = order.question
    facts = {
        "pin": order.pin,
        "lines": _bare(order.lines),
        "agreed": order.agreed,
        "total": order.total,
        "life": "" if order.life is Life.PLACED else str(order.life),
        "shop": order.shop,
        "held": order.held,
        "tried": order.tried,
        "owed": [[shop, _bare(lines)] for shop, lines in order.owed],
        "question": question
        and [question.kind, question.codes, question.instead, question.price, question.total, question.shop],
        "stamps": {what: _written(at) for what, at in order.stamps.items()},
        "until": order.until and _written(order.until),
        "code_try": order.code_try,
        "paid": "" if order.paid is Paid.NOT_YET else str(order.paid),
        "captured": order.captured,
        "payment": order.payment,
        "heard": dict(order.heard),
        "count": order.count,
    }
    return _compact({"revision": order.revision} | {name: value for name, value in facts.items() if value})


def _order(item: Raw) -> Order:
    stored = OrderItem.from_raw_data(item)
    try:
        facts = json.loads(stored.order)
        question = facts.get("question")
        news = sorted((int(n), json.loads(text)) for n, text in stored.news.items())
        return Order(
            id=stored.pk.removeprefix(keys.order("")),
            customer=stored.customer,
            name=stored.name,
            pin=facts.get("pin", ""),
            lines=_lines(facts.get("lines", ())),
            agreed=facts.get("agreed", 0),
            total=facts.get("total", 0),
            life=Life(facts.get("life", Life.PLACED)),
            shop=facts.get("shop", ""),
            held=facts.get("held", False),
            revision=facts["revision"],
            tried=tuple(facts.get("tried", ())),
            owed=tuple((shop, _lines(lines)) for shop, lines in facts.get("owed", ())),
            question=question and Question(question[0], tuple(question[1]), *question[2:]),
            stamps={what: _moment(at) for what, at in facts.get("stamps", {}).items()},
            until=_moment(facts["until"]) if "until" in facts else None,
            code_try=facts.get("code_try", 0),
            paid=Paid(facts.get("paid", Paid.NOT_YET)),
            captured=facts.get("captured", 0),
            payment=facts.get("payment", ""),
            heard=facts.get("heard", {}),
            news=tuple(News(n, *rest) for n, rest in news),
            count=facts.get("count", 0),
            version=int(stored.version),
        )
    except (LookupError, TypeError, ValueError) as error:
        raise Unusable(f"a stored order that cannot be read: {error}") from error


def _bare(lines: Sequence[Line]) -> list[tuple[str, int, int]]:
    return [(line.code, line.quantity, line.price) for line in lines]


def _lines(bare: Sequence[Sequence[Any]]) -> tuple[Line, ...]:
    return tuple(Line(*each) for each in bare)


def _news_text(news: News) -> str:
    return _compact([news.to, news.outcome, dict(news.details)])


def _basket(item: Raw) -> Basket:
    stored = BasketItem.from_raw_data(item)
    return Basket(
        number=int(stored.number),
        lines={code: int(quantity) for code, quantity in stored.lines.items()},
        shop=stored.shop or "",
        orders=tuple(stored.orders.split()[:MOST_SHOWN]),
        version=int(stored.version),
    )


def _customer(item: Raw) -> Customer:
    stored = CustomerItem.from_raw_data(item)
    return Customer(
        citizen=stored.pk,
        name=stored.name,
        address=stored.address,
        pin=stored.pin,
        language=stored.language,
        consented=_moment(stored.consented),
    )


def _sale(item: Raw) -> Sale:
    stored = SaleItem.from_raw_data(item)
    order = stored.sk.partition("#")[2]
    return Sale(order, _moment(stored.at), int(stored.total), Paid(stored.paid), stored.name)


def _timer_item(timer: Timer) -> KeyItem:
    ends = int((timer.at + TIMERS_KEPT).timestamp())
    return KeyItem(keys.TIMERS, keys.timer(timer.at, timer.order, timer.what, timer.about), ends=ends)


def _timer(item: Raw) -> Timer:
    at, which = keys.moment_of(item["sk"]["S"])
    order, what, about = which.split("#", 2)
    return Timer(at_the_desk(at), order, what, about)
