from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.expressions.operand import Path

from bench.units import KB, Meter, item_size
from seba.conversation.records import Timer
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.orders import MOST_LINES, Basket, Customer, Life, Line, News, Order, Paid, Question, Sale
from seba.storage import keys
from seba.storage.errors import Refusals
from seba.storage.orders import CUSTOMERS_KEPT, MOST_TRIES, NUMBERS_KEPT, ORDERS_KEPT, PLACING, SALES_KEPT, StoredOrders
from tests.tables import KEYS, Tables

Calls = list[tuple[str, dict[str, Any]]]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA)
TODAY = NOW.date()
MITA, RAVI, SHOP = "citizMita", "citizRavi", "3F8KQ"
MITA_IS = Customer(MITA, "Mita Sen", "12/1 Ballygunge Place, 2nd floor", "700019", "bn", NOW)
ID = KEYS.order(MITA, 1)
ORDER = Order(
    ID,
    MITA,
    "Mita Sen",
    "700019",
    (Line("ML1", 2, 28_00), Line("DL2", 1, 120_00)),
    agreed=180_00,
    total=176_00,
    shop=SHOP,
    stamps={Life.PLACED: NOW},
)
FULL_BASKET = Basket(lines={"ML1": 2, "DL2": 1}, shop=SHOP)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def orders(tables: Tables, clock: Clock) -> StoredOrders:
    return StoredOrders(tables.orders, clock)


def placed(orders: StoredOrders, order: Order = ORDER) -> Order:
    basket = orders.keep_basket(order.customer, orders.basket(order.customer), FULL_BASKET)
    return orders.create(order, basket)


def ends(tables: Tables, pk: str, sk: str) -> datetime | None:
    item = tables.orders.get(pk, sk)
    assert item is not None
    return datetime.fromtimestamp(int(item["ends"]["N"]), UTC) if "ends" in item else None


def operations(calls: Calls) -> list[str]:
    return [name for name, _ in calls]


# Placing.


def test_an_order_empties_its_basket_and_sets_its_timer_in_one_transaction(
    orders: StoredOrders, tables: Tables, calls: Calls
) -> None:
    basket = orders.keep_basket(MITA, Basket(), FULL_BASKET)
    calls.clear()
    stored = orders.create(ORDER, basket)
    assert operations(calls) == ["GetItem", "UpdateItem", "TransactWriteItems"]
    assert stored == replace(ORDER, version=1)
    assert orders.read(ID) == stored
    assert orders.basket(MITA) == Basket(2, {}, SHOP, (ID,), 2)
    assert orders.due(NOW + PLACING) == (Timer(NOW + PLACING, ID, "placed"),)
    assert ends(tables, keys.order(ID), keys.ORDER) == NOW + ORDERS_KEPT


def test_the_same_basket_makes_one_order_however_often_it_is_submitted(orders: StoredOrders) -> None:
    basket = orders.keep_basket(MITA, Basket(), FULL_BASKET)
    stored = orders.create(ORDER, basket)
    with pytest.raises(Conflict):
        orders.create(replace(ORDER, name="Another"), basket)
    assert orders.read(ID) == stored
    assert orders.basket(MITA).number == 2


def test_two_tabs_that_have_both_read_the_basket_make_one_order(
    orders: StoredOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = orders.keep_basket(MITA, Basket(), FULL_BASKET)
    as_both_read_it = orders._table.get(MITA, keys.BASKET)
    orders.create(ORDER, basket)
    monkeypatch.setattr(orders._table, "get", lambda *_: as_both_read_it)
    with pytest.raises(Refusals) as refused:
        orders.create(ORDER, basket)
    assert refused.value.reasons[:2] == ("ConditionalCheckFailed", "ConditionalCheckFailed")


def test_a_basket_that_changed_meanwhile_is_not_ordered(orders: StoredOrders) -> None:
    basket = orders.keep_basket(MITA, Basket(), FULL_BASKET)
    orders.keep_basket(MITA, basket, replace(basket, lines={"ML1": 1}))
    with pytest.raises(Conflict):
        orders.create(ORDER, basket)
    assert orders.read(ID) is None
    assert orders.due(NOW + timedelta(days=1)) == ()


def test_a_basket_that_was_never_stored_can_be_ordered_too(orders: StoredOrders) -> None:
    orders.create(ORDER, Basket())
    assert orders.basket(MITA) == Basket(2, {}, "", (ID,), 1)


def test_a_basket_shows_the_last_twenty_orders(orders: StoredOrders) -> None:
    made = [placed(orders, replace(ORDER, id=KEYS.order(MITA, n))).id for n in range(1, 24)]
    assert orders.basket(MITA).orders == tuple(reversed(made))[:20]
    assert orders.basket(MITA).number == 24


# Every change.


def test_a_change_is_one_conditional_write(orders: StoredOrders, calls: Calls) -> None:
    before = placed(orders)
    after = replace(before, life=Life.ACCEPTED, stamps={**before.stamps, Life.ACCEPTED: NOW})
    calls.clear()
    stored = orders.write(before, after)
    assert operations(calls) == ["UpdateItem"]
    assert stored == replace(after, version=2)
    assert orders.read(ID) == stored
    with pytest.raises(Conflict):
        orders.write(before, replace(before, life=Life.CANCELLED))
    assert orders.read(ID) == stored


def test_a_change_with_timers_and_a_sale_is_all_or_nothing(orders: StoredOrders, calls: Calls) -> None:
    before = placed(orders)
    sale = Sale(ID, NOW, 176_00, Paid.CASH, "Mita Sen")
    after = replace(before, life=Life.COLLECTED, paid=Paid.CASH, stamps={**before.stamps, Life.COLLECTED: NOW})
    timers = [Timer(NOW + timedelta(minutes=n), ID, what, SHOP) for n, what in ((5, "answer"), (10, "long"))]
    calls.clear()
    stored = orders.write(before, after, timers, sale)
    assert operations(calls) == ["TransactWriteItems"]
    assert orders.read(ID) == stored
    assert orders.sales(SHOP, TODAY) == (sale,)
    with pytest.raises(Conflict):
        orders.write(before, after, [Timer(NOW, ID, "collect")], replace(sale, total=1))
    assert orders.sales(SHOP, TODAY) == (sale,)
    assert [timer.what for timer in orders.due(NOW + timedelta(days=1))] == ["placed", "answer", "long"]


def test_an_order_keeps_its_id_and_its_customer(orders: StoredOrders) -> None:
    before = placed(orders)
    for other in (replace(before, id="8N5RM3Y0"), replace(before, customer=RAVI)):
        with pytest.raises(ValueError, match="keeps"):
            orders.write(before, other)


def test_news_go_one_by_one_without_moving_the_version_and_do_not_come_back(orders: StoredOrders) -> None:
    offered, told_mita = News(1, RAVI, "offered"), News(2, MITA, "placed", {"shop": SHOP})
    before = placed(orders, replace(ORDER, news=(offered, told_mita), count=2))
    assert orders.read(ID) == before
    for _ in range(2):
        orders.told(ID, 1)
    assert orders.read(ID) == replace(before, news=(told_mita,))
    ready = News(3, MITA, "ready")
    orders.write(before, replace(before, life=Life.READY, news=(offered, told_mita, ready), count=3))
    stands = orders.read(ID)
    assert stands is not None
    assert stands.news == (told_mita, ready), "what was told stays told, though it was read before"
    orders.write(stands, replace(stands, news=(ready,)))
    stands = orders.read(ID)
    assert stands is not None
    assert stands.news == (ready,)


def test_news_of_an_order_that_is_gone_are_told(orders: StoredOrders, tables: Tables) -> None:
    orders.told("NONE0000", 1)
    assert list(tables.orders.scan()) == []


def test_several_orders_are_read_at_once_in_the_order_asked(orders: StoredOrders, calls: Calls) -> None:
    made = [placed(orders, replace(ORDER, id=KEYS.order(MITA, n))) for n in (1, 2, 3)]
    calls.clear()
    found = orders.read_many([made[2].id, "NONE0000", made[0].id])
    assert operations(calls) == ["BatchGetItem"]
    assert list(found.items()) == [(made[2].id, made[2]), (made[0].id, made[0])]
    assert orders.read("NONE0000") is None


def test_an_order_is_kept_for_ninety_days_after_it_was_last_written(
    orders: StoredOrders, tables: Tables, clock: Clock
) -> None:
    before = placed(orders)
    clock.now += timedelta(days=2)
    orders.write(before, replace(before, life=Life.EXPIRED))
    assert ends(tables, keys.order(ID), keys.ORDER) == clock.now + ORDERS_KEPT


def test_money_to_be_given_back_is_listed_until_it_was_and_not_forgotten(
    orders: StoredOrders, tables: Tables, calls: Calls
) -> None:
    before = placed(orders)
    assert orders.refunds() == ()
    calls.clear()
    due = orders.write(before, replace(before, life=Life.CANCELLED, paid=Paid.REFUND_DUE, captured=176_00))
    assert operations(calls) == ["TransactWriteItems"]
    assert orders.refunds() == (due,)
    assert ends(tables, keys.order(ID), keys.ORDER) is None
    due = orders.write(due, replace(due, captured=180_00))
    assert orders.refunds() == (due,)
    assert ends(tables, keys.order(ID), keys.ORDER) is None
    orders.write(due, replace(due, paid=Paid.REFUNDED))
    assert orders.refunds() == ()
    assert ends(tables, keys.order(ID), keys.ORDER) == NOW + ORDERS_KEPT


def test_an_order_that_cannot_be_read_is_unusable(orders: StoredOrders, tables: Tables) -> None:
    placed(orders)
    for text in ("{", "{}", '{"revision":1,"life":"asleep"}', '{"revision":1,"lines":[[1]]}'):
        tables.orders.update(keys.order(ID), keys.ORDER, [Path("o").set(text)])
        with pytest.raises(Unusable):
            orders.read(ID)


# The till.


def test_a_sale_stands_under_the_day_of_collecting_and_is_written_over(orders: StoredOrders) -> None:
    evening = datetime(2026, 11, 24, 23, 50, tzinfo=KOLKATA)
    before = placed(orders)
    collected = replace(before, life=Life.COLLECTED, stamps={Life.COLLECTED: evening}, paid=Paid.CASH)
    sale = Sale(ID, evening, 176_00, Paid.CASH, "Mita Sen")
    stored = orders.write(before, collected, sale=sale)
    after_midnight = replace(sale, at=evening + timedelta(minutes=20), paid=Paid.CREDIT)
    orders.write(stored, replace(stored, paid=Paid.CREDIT), sale=after_midnight)
    assert orders.sales(SHOP, TODAY) == (after_midnight,)
    assert orders.sales(SHOP, TODAY + timedelta(days=1)) == ()


def test_sales_come_in_the_order_of_time_and_each_shop_has_its_own_till(orders: StoredOrders, tables: Tables) -> None:
    for n, (minutes, shop) in enumerate(((30, SHOP), (10, SHOP), (20, "OTHER")), start=1):
        at = NOW + timedelta(minutes=minutes)
        before = placed(orders, replace(ORDER, id=KEYS.order(MITA, n), shop=shop))
        after = replace(before, life=Life.COLLECTED, stamps={Life.COLLECTED: at})
        orders.write(before, after, sale=Sale(before.id, at, 1, Paid.CASH, "Mita"))
    sold = orders.sales(SHOP, TODAY)
    assert [sale.order for sale in sold] == [KEYS.order(MITA, 2), KEYS.order(MITA, 1)]
    assert ends(tables, keys.till(SHOP), keys.sale(TODAY, sold[0].order)) == NOW + SALES_KEPT


# Timers.


def test_timers_ring_from_their_moment_on_the_oldest_first(orders: StoredOrders) -> None:
    before = placed(orders)
    timers = [
        Timer(NOW + timedelta(minutes=minutes), ID, what, about)
        for minutes, what, about in ((30, "decide", ""), (5, "answer", SHOP), (10, "long", ""))
    ]
    orders.write(before, before, timers)
    assert orders.due(NOW) == ()
    after_ten = (Timer(NOW + PLACING, ID, "placed"), timers[1], timers[2])
    assert orders.due(NOW + timedelta(minutes=10)) == after_ten
    assert orders.due(NOW + timedelta(minutes=10), most=2) == after_ten[:2]
    for _ in range(2):
        orders.settle(timers[1])
    assert orders.due(NOW + timedelta(hours=1)) == (after_ten[0], timers[2], timers[0])


# Baskets and customers.


def test_a_basket_keeps_what_is_put_in_and_says_when_somebody_else_did(orders: StoredOrders, tables: Tables) -> None:
    assert orders.basket(MITA) == Basket()
    first = orders.keep_basket(MITA, Basket(), Basket(lines={"ML1": 2}, shop=SHOP))
    assert first == Basket(1, {"ML1": 2}, SHOP, (), 1)
    assert orders.basket(MITA) == first
    second = orders.keep_basket(MITA, first, replace(first, lines={}, shop="", number=9, orders=("NONE0000",)))
    assert second == orders.basket(MITA) == Basket(1, {}, "", (), 2), "number and orders are the order's business"
    for stale in (Basket(), first):
        with pytest.raises(Conflict):
            orders.keep_basket(MITA, stale, FULL_BASKET)
    assert ends(tables, MITA, keys.BASKET) == NOW + CUSTOMERS_KEPT


def test_a_customer_is_kept_for_four_hundred_days_after_the_last_order(
    orders: StoredOrders, tables: Tables, clock: Clock
) -> None:
    assert orders.customer(MITA) is None
    orders.register(replace(MITA_IS, name="M"))
    orders.register(MITA_IS)
    assert orders.customer(MITA) == MITA_IS
    assert ends(tables, MITA, keys.CUSTOMER) == NOW + CUSTOMERS_KEPT
    clock.now += timedelta(days=30)
    placed(orders)
    assert orders.customer(MITA) == MITA_IS
    assert ends(tables, MITA, keys.CUSTOMER) == clock.now + CUSTOMERS_KEPT


def test_who_is_forgotten_leaves_no_name_no_address_and_no_basket(orders: StoredOrders, tables: Tables) -> None:
    orders.register(MITA_IS)
    made = [placed(orders, replace(ORDER, id=KEYS.order(MITA, n))) for n in range(1, 25)]
    at = NOW + timedelta(hours=1)
    collected = replace(made[0], life=Life.COLLECTED, stamps={Life.COLLECTED: at})
    orders.write(made[0], collected, sale=Sale(made[0].id, at, 176_00, Paid.CASH, MITA_IS.name))
    of_ravi = placed(orders, replace(ORDER, id=KEYS.order(RAVI, 1), customer=RAVI, name="Ravi"))
    orders.keep_basket(MITA, orders.basket(MITA), FULL_BASKET)
    for _ in range(2):
        orders.forget(MITA)
    everything = str([item for item in tables.orders.scan() if item["pk"]["S"] != keys.order(of_ravi.id)])
    assert "Mita" not in everything.replace(MITA, "")
    assert "Ballygunge" not in everything
    assert orders.customer(MITA) is None
    assert orders.basket(MITA).lines == {}
    assert orders.basket(MITA).orders == ()
    assert orders.read(of_ravi.id) == of_ravi
    assert [sale.total for sale in orders.sales(SHOP, TODAY)] == [176_00], "the shop's till still counts"


def test_after_being_forgotten_the_next_basket_makes_an_order_of_its_own(orders: StoredOrders, tables: Tables) -> None:
    placed(orders)
    orders.forget(MITA)
    assert orders.basket(MITA).number == 2
    ended = ends(tables, MITA, keys.BASKET)
    assert ended == NOW + NUMBERS_KEPT
    assert NUMBERS_KEPT > ORDERS_KEPT
    second = replace(ORDER, id=KEYS.order(MITA, orders.basket(MITA).number))
    assert placed(orders, second).id != ID


def test_forgetting_somebody_who_was_never_here_leaves_nothing(orders: StoredOrders, tables: Tables) -> None:
    orders.forget(MITA)
    assert list(tables.orders.scan()) == []


def test_whoever_is_writing_an_order_while_its_customer_is_forgotten_reads_it_again(orders: StoredOrders) -> None:
    before = placed(orders)
    orders.forget(MITA)
    with pytest.raises(Conflict):
        orders.write(before, replace(before, life=Life.READY), sale=Sale(ID, NOW, 1, Paid.CASH, before.name))
    assert orders.sales(SHOP, TODAY) == ()
    stands = orders.read(ID)
    assert stands is not None
    assert stands == replace(before, name="", version=before.version + 1)
    assert orders.write(stands, replace(stands, life=Life.READY)).name == ""


def test_an_order_placed_while_its_customer_is_forgotten_loses_its_name_too(
    orders: StoredOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = placed(orders)
    second = replace(ORDER, id=KEYS.order(MITA, 2))
    take_off, made = orders._take_name_off, list[Order]()

    def meanwhile(order: str) -> None:
        if not made:
            made.append(placed(orders, second))
        take_off(order)

    monkeypatch.setattr(orders, "_take_name_off", meanwhile)
    orders.forget(MITA)
    assert {order.name for order in orders.read_many([first.id, second.id]).values()} == {""}


def test_a_basket_that_never_stands_still_is_forgotten_later(
    orders: StoredOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(orders)

    def restless(order: str) -> None:
        orders.keep_basket(MITA, orders.basket(MITA), FULL_BASKET)
        tries.append(order)

    tries: list[str] = []
    monkeypatch.setattr(orders, "_take_name_off", restless)
    with pytest.raises(NotNow):
        orders.forget(MITA)
    assert len(tries) == MOST_TRIES


# Links.


def test_a_link_belongs_to_the_visit_that_opened_it_first(orders: StoredOrders, tables: Tables) -> None:
    token, until = f"{MITA}.1795500000.4f9dK2", NOW + timedelta(minutes=30)
    assert orders.open_link(token, "visit one", until) is True
    assert orders.open_link(token, "visit one", until) is True
    assert orders.open_link(token, "visit two", until) is False
    assert orders.open_link(token + "x", "visit two", until) is True
    assert token not in str(list(tables.orders.scan())), "the token is not stored"
    assert ends(tables, keys.link(token), keys.LINK) == until


# Everything comes back as it went in.

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
IDS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=8)
AMOUNTS = st.integers(0, 10**7)
MOMENTS = st.builds(
    lambda since, zone: (NOW + since).astimezone(zone),
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.sampled_from([UTC, KOLKATA]),
)
LINES = st.lists(st.builds(Line, IDS, st.integers(1, 50), AMOUNTS), max_size=4).map(tuple)
CODES = st.lists(IDS, max_size=3).map(tuple)
QUESTIONS = st.builds(Question, st.sampled_from(["missing", "dearer"]), CODES, IDS, AMOUNTS, AMOUNTS, IDS)
NEWS = st.lists(
    st.builds(News, st.integers(1, 99), IDS, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2)),
    max_size=3,
    unique_by=lambda news: news.n,
).map(lambda news: tuple(sorted(news, key=lambda each: each.n)))
ORDERS = st.builds(
    Order,
    id=IDS,
    customer=st.just(MITA),
    name=TEXTS,
    pin=TEXTS,
    lines=LINES,
    agreed=AMOUNTS,
    total=AMOUNTS,
    life=st.sampled_from(Life),
    shop=IDS,
    held=st.booleans(),
    revision=st.integers(0, 9),
    tried=CODES,
    owed=st.lists(st.tuples(IDS, LINES), max_size=2).map(tuple),
    question=st.none() | QUESTIONS,
    stamps=st.dictionaries(TEXTS, MOMENTS, max_size=3),
    until=st.none() | MOMENTS,
    code_try=st.integers(0, 9),
    paid=st.sampled_from(Paid),
    captured=AMOUNTS,
    payment=TEXTS,
    heard=st.dictionaries(TEXTS, TEXTS, max_size=3),
    news=NEWS,
    count=st.integers(0, 99),
    version=st.just(0),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS, ORDERS)
def test_every_field_of_an_order_is_read_as_it_was_written(orders: StoredOrders, first: Order, second: Order) -> None:
    stands = orders.read(first.id)
    if stands is None:
        basket = orders.basket(MITA)
        stands = orders.create(first, basket)
        assert orders.read(first.id) == stands == replace(first, version=1)
    # Only news that are new are written; those of the order before keep their words.
    words = {each.n: each for each in stands.news}
    news = tuple(words.get(each.n, each) for each in second.news)
    changed = orders.write(stands, replace(second, id=first.id, news=news))
    assert orders.read(first.id) == changed == replace(second, id=first.id, news=news, version=stands.version + 1)


# What it costs.


def largest_order() -> Order:
    """Thirty lines, a question, two shops that declined, and sixteen requests heard."""
    lines = tuple(Line(f"P{n:02d}", 50, 9_999_00) for n in range(MOST_LINES))
    names = ("placed", "accepted", "ready", "collected", "asked", "long", "later")
    return replace(
        ORDER,
        name="ক" * 40,
        lines=lines,
        owed=((SHOP, lines),),
        tried=(SHOP, "OTHER"),
        question=Question("missing", ("P01", "P02"), "P03", 9_999_00, 99_999_00, SHOP),
        stamps=dict.fromkeys(names, NOW),
        until=NOW,
        heard={f"{n:012x}": "accepted" for n in range(16)},
        news=tuple(News(n, MITA, "offered", {"shop": SHOP}) for n in range(3)),
    )


def sizes(tables: Tables, pks: Sequence[str]) -> list[int]:
    return [item_size(item) for item in tables.orders.scan() if item["pk"]["S"] in pks]


def test_an_order_of_six_lines_is_one_write_unit_and_the_largest_four(orders: StoredOrders, tables: Tables) -> None:
    lines = tuple(Line(f"ML{n}", 2, 128_00) for n in range(6))
    stored = placed(orders, replace(ORDER, lines=lines, news=(News(1, RAVI, "offered"), News(2, MITA, "placed"))))
    accepted = {**stored.stamps, "asked": NOW, Life.ACCEPTED: NOW, Life.READY: NOW}
    heard = {f"{n:012x}": "accepted" for n in range(4)}
    orders.write(stored, replace(stored, life=Life.READY, held=True, stamps=accepted, heard=heard, until=NOW))
    assert max(sizes(tables, [keys.order(ID)])) <= KB
    placed(orders, replace(largest_order(), id="8N5RM3Y0"))
    assert max(sizes(tables, [keys.order("8N5RM3Y0")])) <= 4 * KB


def test_a_hundred_remembered_orders_make_the_basket_no_dearer_than_two_units(
    orders: StoredOrders, tables: Tables
) -> None:
    for n in range(1, 106):
        placed(orders, replace(ORDER, id=KEYS.order(MITA, n)))
    orders.keep_basket(MITA, orders.basket(MITA), Basket(lines={f"P{n:02d}": 50 for n in range(MOST_LINES)}))
    assert max(sizes(tables, [MITA])) <= 2 * KB


def test_placing_an_order_writes_seven_units_here(orders: StoredOrders, tables: Tables) -> None:
    """The customer's time to live, then order, basket and timer in one transaction, which counts twice."""
    basket = orders.keep_basket(MITA, Basket(), FULL_BASKET)
    orders.register(MITA_IS)
    meter = Meter()
    meter.listen(tables.connection.client)
    orders.create(ORDER, basket)
    assert meter.units == 1 + 2 * 3
    assert max(item_size(item) for item in tables.orders.scan()) <= KB


def test_the_day_of_a_sale_is_a_date_of_the_desk(orders: StoredOrders) -> None:
    before = placed(orders)
    midnight_in_kolkata = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    orders.write(before, before, sale=Sale(ID, midnight_in_kolkata, 1, Paid.CASH, ""))
    assert len(orders.sales(SHOP, date(2026, 11, 25))) == 1
