"""Whether shops and orders agree: each disagreement is found, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from seba.conversation.records import Citizen, Timer
from seba.conversation.talk import Talk
from seba.domain.goods import UNCOUNTED
from seba.domain.orders import Basket, Life, Line, News, Order, Paid, Question, Sale
from seba.domain.people import Who
from seba.services.verify_shops import Trade, TradeRecords, verify_shops
from tests.fakes.market import FakeMarket, FakeOrders, FakeStocks, shop, stock
from tests.fakes.world import NOW

SHOP, ORDER, CUSTOMER = "3F8KQ", "7M4QK2X9", "k3Jd02mQx"
BEFORE = NOW - timedelta(hours=1)
"""So long ago that nothing of it is under way any more."""
LINES = (Line("EG6", 2, 1000),)


@dataclass
class Street:
    """One shop, one customer, and an order that the shop accepted an hour ago."""

    market: FakeMarket = field(default_factory=lambda: FakeMarket([shop(SHOP)]))
    stocks: FakeStocks = field(default_factory=lambda: FakeStocks(stock(SHOP, EG6=12, ML1=UNCOUNTED)))
    orders: FakeOrders = field(default_factory=FakeOrders)
    known: tuple[str, ...] = (ORDER,)
    on_look: Callable[[], object] = lambda: None
    """What others do while the orders are read."""

    def __post_init__(self) -> None:
        order = Order(
            ORDER, CUSTOMER, "Mita Sen", "700019", LINES, 2000, 2000, Life.ACCEPTED, SHOP, held=True,
            stamps={"placed": BEFORE, "asked": BEFORE, "accepted": BEFORE},
        )  # fmt: skip
        self.orders.create(replace(order, life=Life.PLACED, held=False), Basket())
        self.stocks.reserve(SHOP, ORDER, LINES, 8)
        self.orders.timers = {Timer(NOW + timedelta(hours=23), ORDER, "collect")}
        self.put(order)

    @property
    def order(self) -> Order:
        return self.orders.orders[ORDER]

    def put(self, order: Order) -> None:
        self.orders.orders[order.id] = order

    def change(self, **changes: object) -> None:
        self.put(replace(self.order, **changes))  # type: ignore[arg-type]  # names are checked at run time

    def look(self, now: datetime = NOW) -> Trade:
        citizen = Citizen(CUSTOMER, Who("9", None, "1"), Talk(orders=self.known), (), {}, 1)

        def every_order() -> list[Order]:
            found = list(self.orders.orders.values())
            self.on_look()
            return found

        records = TradeRecords(self.market, self.stocks, self.orders, every_order, lambda: list(self.orders.timers))
        return verify_shops(now, lambda: {CUSTOMER: citizen}, records)

    def found(self, now: datetime = NOW) -> list[tuple[str, str]]:
        return [(finding.kind, finding.where) for finding in self.look(now).findings]


@pytest.fixture
def street() -> Street:
    return Street()


def test_a_street_in_order_has_no_findings(street: Street) -> None:
    assert street.look() == Trade(shops=1, live=1, findings=())


def test_a_count_below_zero_is_found(street: Street) -> None:
    street.stocks.stocks[SHOP] = replace(street.stocks.read(SHOP), counts={"EG6": -3, "ML1": UNCOUNTED})
    (finding,) = street.look().findings
    assert (finding.kind, finding.where, finding.details) == ("below_zero", SHOP, "EG6: -3")


def test_goods_of_a_live_order_that_are_not_kept_aside_are_found(street: Street) -> None:
    street.stocks.release(SHOP, ORDER, LINES)
    assert street.found() == [("not_set_aside", ORDER)]


def test_an_order_that_ended_while_all_was_read_is_no_disagreement(street: Street) -> None:
    def ends() -> None:
        street.change(life=Life.CANCELLED, held=False, stamps={**street.order.stamps, "cancelled": NOW})

    street.stocks.release(SHOP, ORDER, LINES)
    street.on_look = ends
    assert street.found() == []


def test_a_live_order_of_a_shop_that_is_not_there_is_found(street: Street) -> None:
    del street.market.shops_[SHOP]
    assert street.found() == [("no_such_shop", ORDER)]


@pytest.mark.parametrize("life", [Life.CANCELLED, Life.EXPIRED, Life.DECLINED])
def test_goods_kept_aside_for_an_order_that_is_over_are_found(street: Street, life: Life) -> None:
    street.change(life=life, held=False, stamps={**street.order.stamps, str(life): BEFORE})
    street.known = ()
    assert street.found() == [("set_aside_for_nobody", SHOP)]


def test_goods_kept_aside_for_an_order_that_nobody_knows_are_found(street: Street) -> None:
    street.stocks.reserve(SHOP, "ZZZZZZZZ", LINES, 8)
    assert street.found() == [("set_aside_for_nobody", SHOP)]


def test_goods_that_are_owed_belong_to_the_order_until_they_are_given_back(street: Street) -> None:
    soon = NOW - timedelta(minutes=5)
    street.change(life=Life.CANCELLED, held=False, owed=((SHOP, LINES),), stamps={"placed": BEFORE, "cancelled": soon})
    assert street.found() == []
    assert street.found(NOW + timedelta(hours=1)) == [("owed", ORDER)]


@pytest.mark.parametrize(
    ("changes", "timer"),
    [
        ({"life": Life.PLACED, "held": False}, "placed"),
        ({"life": Life.PLACED}, "answer"),
        ({"life": Life.PLACED, "held": False, "question": Question("dearer")}, "decide"),
        ({"question": Question("missing", ("EG6",))}, "decide"),
        ({}, "collect"),
        ({"life": Life.READY}, "collect"),
    ],
)
def test_an_order_that_nothing_brings_on_is_found(street: Street, changes: dict[str, object], timer: str) -> None:
    street.change(**changes)
    street.orders.timers = {Timer(NOW, ORDER, timer)}
    assert "no_timer" not in [kind for kind, _ in street.found()]
    street.orders.timers = {Timer(NOW, ORDER, "long"), Timer(NOW, "ZZZZZZZZ", timer)}
    assert ("no_timer", ORDER) in street.found()
    street.change(stamps={"placed": NOW})
    assert ("no_timer", ORDER) not in street.found()


def test_news_that_nobody_was_told_for_long_are_found(street: Street) -> None:
    street.change(news=(News(1, CUSTOMER, "taken"),))
    assert street.found() == [("untold", ORDER)]
    street.change(stamps={**street.order.stamps, "ready": NOW - timedelta(minutes=2)})
    assert street.found() == []


def test_a_collected_order_without_its_sale_is_found(street: Street) -> None:
    street.stocks.release(SHOP, ORDER, LINES, back=False)
    street.change(life=Life.COLLECTED, held=False, stamps={**street.order.stamps, "collected": BEFORE})
    street.known = ()
    assert street.found() == [("no_sale", ORDER)]
    sale = Sale(ORDER, BEFORE, 2000, Paid.CASH, "Mita Sen")
    street.put(street.orders.write(street.order, street.order, sale=sale))
    assert street.found() == []
    street.orders.till.clear()
    assert street.found(NOW + timedelta(days=56)) == []


def test_a_live_order_that_its_customer_does_not_know_is_found(street: Street) -> None:
    street.known = ()
    assert street.found() == [("unknown_to_customer", ORDER)]


def test_a_customer_may_remember_an_order_that_is_over(street: Street) -> None:
    street.stocks.release(SHOP, ORDER, LINES)
    ended = NOW - timedelta(minutes=10)
    street.change(life=Life.CANCELLED, held=False, stamps={"placed": BEFORE, "cancelled": ended})
    assert street.found(NOW + timedelta(hours=2)) == []
