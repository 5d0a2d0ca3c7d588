"""The doubles of stocks and orders that service tests use say the same as the tables, whatever is done when."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from seba.conversation.records import Timer
from seba.conversation.say import Tend
from seba.domain.errors import Conflict
from seba.domain.goods import OUT, UNCOUNTED
from seba.domain.orders import Basket, Customer, Life, Line, News, Order, Paid, Sale
from seba.domain.shops import Stock
from seba.services.ports import Orders
from seba.storage.orders import StoredOrders
from seba.storage.shops import StoredStocks
from tests.fakes.market import FakeOrders, FakeStocks
from tests.fakes.world import NOW
from tests.tables import KEYS, Tables

SHOP, MITA = "3F8KQ", "citizMita"
PRICES = {"ML1": 28_00, "SP3": 40_00, "DL2": 120_00}
COUNTS = {"ML1": 9, "SP3": 5, "DL2": UNCOUNTED}


@pytest.mark.parametrize("seed", range(4))
def test_the_double_of_the_stocks_sets_aside_changes_and_gives_back_as_they_do(tables: Tables, seed: int) -> None:
    stored, double = StoredStocks(tables.shops, dict), FakeStocks(Stock(SHOP, PRICES, COUNTS))
    stored.fill(SHOP, PRICES, COUNTS, NOW - timedelta(days=1))
    chance, held = random.Random(seed), dict[str, tuple[int, list[Line]]]()

    def lines() -> list[Line]:
        codes = chance.sample(list(PRICES), chance.randrange(1, 4))
        return [Line(code, chance.randrange(1, 4), PRICES[code] + chance.choice((0, 0, 0, 0, 5))) for code in codes]

    for n in range(70):
        order, wanted, both = f"ORDER{chance.randrange(4)}", lines(), (stored, double)
        revision, had = held.get(order, (0, []))
        match chance.randrange(8):
            case 0 | 1 | 2:
                first, second = ([*each.reserve(SHOP, order, wanted, 3)] for each in both)
                assert sorted(first) == sorted(second)
                if not first and order not in held:
                    held[order] = (1, wanted)
            case 3 | 4:
                lacks = [line.code for line in had[:1] if chance.random() < 0.5]
                after = [line for line in wanted if line.code not in lacks]
                to = revision + chance.choice((0, 1, 1, 1))
                first, second = ([*each.adjust(SHOP, order, to, had, after, lacks)] for each in both)
                assert sorted(first) == sorted(second)
                if not first and order in held and to > revision:
                    held[order] = (to, after)
            case 5:
                back = chance.random() < 0.7
                assert stored.release(SHOP, order, had, back=back) == double.release(SHOP, order, had, back=back)
                held.pop(order, None)
            case 6:
                for each in both:
                    each.tend(Tend(SHOP, "count", NOW + timedelta(seconds=n), *chance_count(n), citizen="keeper"))
            case _:
                day = NOW.date()
                assert stored.silence(SHOP, f"ORDER{n}", day) == double.silence(SHOP, f"ORDER{n}", day)
                if chance.random() < 0.3:
                    stored.answered(SHOP)
                    double.answered(SHOP)
        assert stored.read(SHOP) == double.read(SHOP)
        assert stored.read_many([SHOP]) == double.read_many([SHOP])


def chance_count(n: int) -> tuple[str, int]:
    """What the shop says it has left of something at the ``n``-th moment."""
    return ("ML1", "SP3", "DL2")[n % 3], (UNCOUNTED, OUT, 4, 9)[n % 4]


@pytest.mark.parametrize("seed", range(4))
def test_the_double_of_the_orders_says_what_they_say(tables: Tables, seed: int) -> None:
    stored, double, chance = StoredOrders(tables.orders, lambda: NOW), FakeOrders(), random.Random(seed)
    both: tuple[Orders, Orders] = (stored, double)
    made: list[str] = []
    minutes = [NOW + timedelta(minutes=n) for n in range(1, 9)]

    def same(act: str, *arguments: object) -> object:
        """The same answer of both, or a conflict of both."""
        answers: list[object] = []
        for each in both:
            try:
                answers.append(getattr(each, act)(*arguments))
            except Conflict:
                answers.append("conflict")
        assert answers[0] == answers[1], act
        return answers[0]

    def some_order() -> Order | None:
        return stored.read(chance.choice(made)) if made else None

    def changed(before: Order) -> Order:
        news = [each for each in before.news if chance.random() < 0.7]
        fresh = News(before.count + 1, MITA, "ready", {"n": str(before.count)})
        paid = chance.choice(list(Paid))
        return replace(before, captured=chance.randrange(99), paid=paid, news=(*news, fresh), count=before.count + 1)

    for _ in range(60):
        basket, order = stored.basket(MITA), some_order()
        stale = replace(basket, version=basket.version - 1)
        match chance.randrange(9):
            case 0 | 1:
                lines = {"ML1": chance.randrange(1, 9)}
                same("keep_basket", MITA, chance.choice((basket, basket, stale)), Basket(lines=lines, shop=SHOP))
            case 2 | 3:
                new = Order(KEYS.order(MITA, basket.number), MITA, "Mita", "700019", (), 0, 0, shop=SHOP)
                new = replace(new, stamps={Life.PLACED: chance.choice(minutes)})
                if same("create", new, chance.choice((basket, basket, stale))) != "conflict":
                    made.append(new.id)
            case 4 | 5 if order is not None:
                timers = [Timer(chance.choice(minutes), order.id, "answer", SHOP)] * chance.randrange(2)
                sale = Sale(order.id, chance.choice(minutes), chance.randrange(99), Paid.CASH, "Mita")
                before = replace(order, version=order.version - chance.choice((0, 0, 0, 1)))
                after = changed(order)
                if chance.random() < 0.5:
                    same("write", before, after, timers)
                else:
                    after = replace(after, stamps={**after.stamps, Life.COLLECTED: sale.at})
                    same("write", before, after, timers, sale)
            case 6 if order is not None:
                same("told", order.id, chance.randrange(1, 5))
            case 7:
                for timer in stored.due(minutes[-1])[: chance.randrange(3)]:
                    same("settle", timer)
                same("open_link", chance.choice("abc"), chance.choice("xy"), minutes[0])
            case _:
                same("register", Customer(MITA, "Mita", chance.choice("ab"), "700019", "bn", NOW))
                if chance.random() < 0.3:
                    same("forget", MITA)
        for what in (("basket", MITA), ("customer", MITA), ("read_many", made)):
            same(*what)
        assert {*stored.due(minutes[3])} == {*double.due(minutes[3])}
        assert sorted(each.id for each in stored.refunds()) == sorted(each.id for each in double.refunds())
        assert [*stored.sales(SHOP, NOW.date())] == sorted(
            double.sales(SHOP, NOW.date()), key=lambda s: (s.at, s.order)
        )
