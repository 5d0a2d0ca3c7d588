"""Stock and orders under true parallel writers: nothing sold twice, nothing below zero, every answer true."""

import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count

import pytest

from bench.units import Meter
from seba.conversation.say import Tend
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict, NotNow
from seba.domain.goods import OUT, UNCOUNTED
from seba.domain.orders import Basket, Line, News, Order
from seba.domain.shops import MOST_PHONES, Invitation, Kind, Shop
from seba.storage import keys
from seba.storage.orders import StoredOrders
from seba.storage.shops import StoredMarket, StoredShopBook, StoredStocks
from seba.storage.tables import StockItem
from tests.concurrency.bad_weather import Weather, in_threads
from tests.tables import KEYS, Tables

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA)
SHOP = "3F8KQ"
PIECES, ORDERS = 50, 500
PRICES = {"ML1": 28_00, "SP3": 40_00, "DL2": 120_00}
NO_LIMIT = 10_000
STRIKES = ("throttle", "conflict", "lost")


class Patient(StoredStocks):
    """Asks again while too many write at once, as the queue does."""

    def reserve(self, shop: str, order: str, lines: Sequence[Line], most: int) -> Sequence[str]:
        return again(lambda: super(Patient, self).reserve(shop, order, lines, most))

    def adjust(
        self,
        shop: str,
        order: str,
        revision: int,
        before: Sequence[Line],
        after: Sequence[Line],
        lacks: Sequence[str],
    ) -> Sequence[str]:
        return again(lambda: super(Patient, self).adjust(shop, order, revision, before, after, lacks))

    def release(self, shop: str, order: str, lines: Sequence[Line], *, back: bool = True) -> bool:
        return again(lambda: super(Patient, self).release(shop, order, lines, back=back))

    def tend(self, tend: Tend) -> bool:
        return again(lambda: super(Patient, self).tend(tend))

    def silence(self, shop: str, order: str, closes_on: date | None) -> int:
        return again(lambda: super(Patient, self).silence(shop, order, closes_on))


def again[T](call: Callable[[], T]) -> T:
    while True:
        with suppress(NotNow):
            return call()


@pytest.fixture
def stocks(tables: Tables) -> Patient:
    return Patient(tables.shops, dict)


def lines(**wanted: int) -> list[Line]:
    return [Line(code, quantity, PRICES[code]) for code, quantity in wanted.items()]


def stocked(stocks: StoredStocks, **counts: int) -> None:
    stocks.fill(SHOP, {code: PRICES[code] for code in counts}, counts, NOW - timedelta(days=1))


def set_aside(tables: Tables) -> Counter[str]:
    """Pieces by product over all orders, as they are noted beside the orders."""
    item = tables.shops.get(keys.stock(SHOP), keys.STOCK)
    assert item is not None
    pieces: Counter[str] = Counter()
    for noted in StockItem.from_raw_data(item).orders.values():
        for goods in noted.split()[1:]:
            code, quantity = goods.split("*")
            pieces[code] += int(quantity)
    return pieces


def at_once(threads: int, deeds: Sequence[Callable[[], object]]) -> None:
    """All of them, by so many threads that begin together."""
    left, start = deque(deeds), threading.Barrier(threads)

    def work() -> None:
        start.wait()
        while True:
            try:
                deed = left.popleft()
            except IndexError:
                return
            deed()

    in_threads(threads, work)


def test_five_hundred_orders_at_once_for_fifty_pieces_sell_exactly_fifty(tables: Tables, stocks: Patient) -> None:
    """A hundred of them are delivered twice; each order gets the same answer both times, unless it was refused."""
    stocked(stocks, ML1=PIECES)
    chance = random.Random(7)
    asked = [f"ORDER{n:03d}" for n in range(ORDERS)]
    asked += chance.sample(asked, 100)
    chance.shuffle(asked)
    told = deque[tuple[str, Sequence[str]]]()

    def order(which: str) -> None:
        told.append((which, stocks.reserve(SHOP, which, lines(ML1=1), NO_LIMIT)))

    at_once(64, [partial(order, which) for which in asked])
    stock = stocks.read(SHOP)
    assert stock.counts == {"ML1": OUT}
    assert len(stock.orders) == PIECES, "oversold or unsold"
    assert set_aside(tables) == {"ML1": PIECES}
    assert {which for which, failing in told if not failing} == set(stock.orders), "every yes is true"
    assert {tuple(failing) for _, failing in told} == {(), ("ML1",)}
    before = stocks.read(SHOP)
    for which in before.orders:
        assert stocks.reserve(SHOP, which, lines(ML1=1), NO_LIMIT) == ()
    assert stocks.read(SHOP) == before, "a replay sells nothing twice"


def test_what_is_sold_out_costs_no_write(tables: Tables, stocks: Patient, meter: Meter) -> None:
    stocked(stocks, ML1=PIECES)
    meter.units = 0
    answers = [stocks.reserve(SHOP, f"ORDER{n:03d}", lines(ML1=1), NO_LIMIT) for n in range(ORDERS)]
    assert Counter(map(tuple, answers)) == {(): PIECES, ("ML1",): ORDERS - PIECES}
    assert meter.requests["UpdateItem"] - 2 == PIECES, "two made the stock"


def test_of_two_lines_either_both_are_set_aside_or_none(tables: Tables, stocks: Patient) -> None:
    """Milk is plenty, soap is short: whoever gets no soap leaves the milk."""
    stocked(stocks, ML1=1_000, SP3=30, DL2=UNCOUNTED)
    told = deque[tuple[str, ...]]()

    def order(n: int) -> None:
        told.append(tuple(stocks.reserve(SHOP, f"ORDER{n:03d}", lines(ML1=2, SP3=1 + n % 3, DL2=1), NO_LIMIT)))

    at_once(48, [partial(order, n) for n in range(200)])
    stock = stocks.read(SHOP)
    taken = set_aside(tables)
    assert set(told) == {(), ("SP3",)}
    assert len(stock.orders) == told.count(())
    assert taken["ML1"] == 2 * len(stock.orders), "an order that was refused set no milk aside"
    assert stock.counts == {"ML1": 1_000 - taken["ML1"], "SP3": 30 - taken["SP3"], "DL2": UNCOUNTED}
    assert stock.counts["SP3"] == OUT


def test_a_shop_never_has_more_live_orders_than_it_takes(stocks: Patient) -> None:
    stocked(stocks, DL2=UNCOUNTED)
    told = deque[tuple[str, ...]]()

    def order(n: int) -> None:
        told.append(tuple(stocks.reserve(SHOP, f"ORDER{n:03d}", lines(DL2=1), 8)))

    at_once(48, [partial(order, n) for n in range(150)])
    assert Counter(told) == {(): 8, ("",): 142}
    assert len(stocks.read(SHOP).orders) == 8


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_at_once_what_is_left_and_what_is_set_aside_is_what_there_was(
    tables: Tables, stocks: Patient, seed: int
) -> None:
    """Everybody's life in short, every deed twice: set aside, changed, given back or collected, while the shop sets
    prices of other things and takes breaks."""
    stocked(stocks, ML1=60, SP3=60, DL2=UNCOUNTED)
    chance = random.Random(seed)
    lives = [(f"ORDER{n:03d}", chance.choice(("stays", "less", "more", "goes", "collected"))) for n in range(160)]
    gone, wrong, lock = Counter[str](), list[object](), threading.Lock()

    def live(order: str, life: str) -> None:
        wanted = lines(ML1=2, SP3=1, DL2=1)
        answers = [tuple(stocks.reserve(SHOP, order, wanted, NO_LIMIT)) for _ in range(2)]
        if answers[1]:
            return
        match life:
            case "less":
                for _ in range(2):
                    expect(stocks.adjust(SHOP, order, 2, wanted, lines(ML1=1, DL2=1), []), ())
            case "more":
                for _ in range(2):
                    stocks.adjust(SHOP, order, 2, wanted, lines(ML1=2, SP3=3, DL2=2), [])
            case "goes":
                for was in (True, False):
                    expect(stocks.release(SHOP, order, wanted), was)
            case "collected":
                for was in (True, False):
                    expect(stocks.release(SHOP, order, wanted, back=False), was)
                with lock:
                    gone.update(ML1=2, SP3=1)

    def expect(said: object, right: object) -> None:
        if said != right:
            with lock:
                wrong.append(f"{said} instead of {right}")

    def tend(n: int) -> None:
        at = NOW + timedelta(seconds=n)
        stocks.tend(Tend(SHOP, ("open", "pause", "price")[n % 3], at, "XX9", n + 1))

    deeds = [partial(live, order, life) for order, life in lives]
    deeds += [partial(tend, n) for n in range(40)]
    chance.shuffle(deeds)
    at_once(24, deeds)
    stock, taken = stocks.read(SHOP), set_aside(tables)
    assert wrong == []
    for code in ("ML1", "SP3"):
        assert stock.counts[code] + taken[code] + gone[code] == 60
        assert stock.counts[code] >= OUT
    assert stock.counts["DL2"] == UNCOUNTED
    assert stock.prices["XX9"] == 39, "the newest price that was said"
    assert (stock.opened, stock.paused) == (NOW + timedelta(seconds=39), None), "open is what was said last"


def test_giving_back_twice_at_once_gives_back_once(stocks: Patient) -> None:
    stocked(stocks, ML1=5)
    told = deque[bool]()

    def give_back(order: str) -> None:
        told.append(stocks.release(SHOP, order, lines(ML1=5)))

    for n in range(20):
        order = f"ORDER{n:03d}"
        assert stocks.reserve(SHOP, order, lines(ML1=5), NO_LIMIT) == ()
        told.clear()
        at_once(8, [partial(give_back, order)] * 8)
        assert sorted(told) == [False] * 7 + [True]
        assert stocks.read(SHOP).counts == {"ML1": 5}


def test_a_count_that_is_told_while_orders_come_is_never_undercut_or_brought_back(
    tables: Tables, stocks: Patient
) -> None:
    """Whatever was set aside after the newest count was told is missing from it, and nothing else."""
    stocked(stocks, ML1=1_000)
    counts = [Tend(SHOP, "count", NOW + timedelta(seconds=n), "ML1", 500 + n) for n in range(10)]
    deeds: list[Callable[[], object]] = [partial(stocks.tend, each) for each in counts * 5]
    deeds += [partial(stocks.reserve, SHOP, f"ORDER{n:03d}", lines(ML1=1), NO_LIMIT) for n in range(150)]
    random.Random(5).shuffle(deeds)
    at_once(24, deeds)
    left = stocks.read(SHOP).counts["ML1"]
    assert 509 - 150 <= left <= 509
    assert stocks.tend(counts[9]) is True
    assert [stocks.tend(each) for each in counts[:9]] == [False] * 9
    assert stocks.read(SHOP).counts["ML1"] == left
    assert set_aside(tables) == {"ML1": 150}


def test_of_many_silences_at_once_each_order_counts_once_and_the_third_closes(stocks: Patient) -> None:
    day = NOW.date()
    at_once(16, [partial(stocks.silence, SHOP, f"ORDER{n % 3}", day) for n in range(48)])
    stock = stocks.read(SHOP)
    assert (stock.silent, stock.closed) == (3, day)


def test_in_bad_weather_nothing_is_sold_twice_and_every_yes_is_true(
    tables: Tables, stocks: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(stocks, ML1=PIECES, SP3=40)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # botocore's own waiting between tries
    weather = Weather(tables.connection.client, share=0.15, seed=5)
    told = deque[tuple[str, bool]]()

    def order(n: int) -> None:
        which = f"ORDER{n:03d}"
        failing = stocks.reserve(SHOP, which, lines(ML1=1, SP3=1), NO_LIMIT)
        if not failing and n % 4 == 0:
            stocks.release(SHOP, which, lines(ML1=1, SP3=1))
        told.append((which, not failing and n % 4 != 0))

    # How the threads come decides what strikes in a crowd: orders that are given back come first, until each kind has.
    early = count(1_000, 4)
    while min(weather.struck[kind] for kind in STRIKES) == 0:
        order(next(early))
    at_once(16, [partial(order, n) for n in range(150)])
    weather.clear()
    stock = stocks.read(SHOP)
    assert {which for which, stays in told if stays} == set(stock.orders)
    assert set_aside(tables) == {"ML1": len(stock.orders), "SP3": len(stock.orders)}
    assert stock.counts == {"ML1": PIECES - len(stock.orders), "SP3": 40 - len(stock.orders)}
    assert min(weather.struck[kind] for kind in STRIKES) > 0


# Orders.


def an_order(citizen: str, number: int) -> Order:
    return Order(KEYS.order(citizen, number), citizen, "Mita", "700019", tuple(lines(ML1=1)), 28_00, 28_00, shop=SHOP)


def test_two_tabs_that_place_the_same_basket_at_once_make_one_order(tables: Tables) -> None:
    orders = StoredOrders(tables.orders, lambda: NOW)
    for n in range(12):
        citizen = f"citiz{n:04d}"
        basket = orders.keep_basket(citizen, Basket(), Basket(lines={"ML1": 1}))
        order, told = an_order(citizen, basket.number), deque[str]()

        def submit(order: Order = order, basket: Basket = basket, told: deque[str] = told) -> None:
            try:
                again(lambda: orders.create(order, basket))
                told.append("placed")
            except Conflict:
                told.append("conflict")

        at_once(4, [submit] * 4)
        assert sorted(told) == ["conflict"] * 3 + ["placed"]
        assert orders.read(order.id) == replace(order, version=1)
        assert orders.basket(citizen) == Basket(2, {}, "", (order.id,), 2)
    assert len(orders.due(NOW + timedelta(hours=1))) == 12


def test_of_changes_at_once_one_has_its_way_and_news_that_are_told_stay_told(tables: Tables) -> None:
    orders = StoredOrders(tables.orders, lambda: NOW)
    news = tuple(News(n, "citizRavi", "offered") for n in range(1, 21))
    before = orders.create(replace(an_order("citizMita", 1), news=news, count=20), Basket())
    told = deque[str]()

    def change(n: int) -> None:
        try:
            orders.write(before, replace(before, captured=n + 1, news=(*news, News(21 + n, "citizMita", "ready"))))
            told.append("written")
        except Conflict:
            told.append("conflict")

    deeds: list[Callable[[], object]] = [partial(change, n) for n in range(20)]
    deeds += [partial(orders.told, before.id, each.n) for each in news]
    random.Random(3).shuffle(deeds)
    at_once(16, deeds)
    stands = orders.read(before.id)
    assert stands is not None
    assert Counter(told) == {"written": 1, "conflict": 19}
    assert stands.version == 2
    assert [each.n for each in stands.news] == [20 + stands.captured]


def test_an_invitation_is_used_once_whoever_types_it_at_once(tables: Tables) -> None:
    book, market = StoredShopBook(tables.shops), StoredMarket(tables.shops, lambda: 0.0)
    invitation = Invitation("7M4QK2", Kind.SHOP, frozenset({"700019"}), NOW + timedelta(days=14))
    book.invite(invitation)
    told = deque[str]()

    def join(n: int) -> None:
        opens, closes = NOW.time(), NOW.replace(hour=20).time()
        shop = Shop(SHOP, Kind.SHOP, {"en": "A"}, {}, invitation.pins, 22.5, 88.3, opens, closes, phones=(f"citiz{n}",))
        try:
            again(lambda: book.join(invitation, shop))
            told.append(f"citiz{n}")
        except Conflict:
            return

    at_once(8, [partial(join, n) for n in range(8)])
    shop = market.shop(SHOP)
    assert shop is not None
    assert list(told) == list(shop.phones)
    assert len(shop.phones) < MOST_PHONES
    assert market.invitation("7M4QK2") is None
