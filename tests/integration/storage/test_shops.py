import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.expressions.operand import Path

from bench.units import KB, item_size
from seba.conversation.say import Tend
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.ids import CROCKFORD
from seba.domain.orders import MOST_LINES, Line
from seba.domain.shops import Invitation, Kind, Shop, Stock, is_open
from seba.storage import keys
from seba.storage.shops import MOST_READINGS, STAMPS_KEPT, StoredMarket, StoredShopBook, StoredStocks
from seba.storage.tables import StockItem
from tests.tables import Tables

Calls = list[tuple[str, dict[str, Any]]]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA)
TODAY = NOW.date()
SHOP, MITA, RAVI = "3F8KQ", "citizMita", "citizRavi"
ORDER, OTHER = "7M4QK2X9", "8N5RM3Y0"
MOST = 8

STORE = Shop(
    SHOP,
    Kind.SHOP,
    {"bn": "মা তারা স্টোর্স", "en": "Ma Tara Stores"},
    {"en": "12 Ballygunge Place"},
    frozenset({"700019", "700029"}),
    22.5297,
    88.3653,
    time(7, 30),
    time(21),
    "123456",
    "033 2461 0000",
    (MITA,),
)
MILK = Product(
    "ML1",
    "dairy",
    {"bn": "আমূল তাজা দুধ", "hi": "अमूल ताज़ा दूध", "en": "Amul Taaza milk"},
    {"bn": "৫০০ মিলি", "en": "500 ml"},
    "🥛",
    28_00,
    words=("dudh", "দুধ"),
)
DAL = Product("DL2", "pulses", {"en": "Red lentils"}, {"en": "1 kg"}, "🫘", 120_00, weighed=True)
SOAP = Product("SP3", "bath", {"en": "Soap"}, {"en": "100 g"}, "🧼", 40_00)
PRODUCTS = (SOAP, MILK, DAL)
CATEGORIES = (
    Category("dairy", {"bn": "দুধ ও ডিম", "en": "Dairy"}, "🥛"),
    Category("bath", {"en": "Bath"}, "🧼"),
)


class Seconds:
    def __init__(self) -> None:
        self.passed = 100.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def market(tables: Tables, seconds: Seconds) -> StoredMarket:
    return StoredMarket(tables.shops, seconds)


@pytest.fixture
def book(tables: Tables) -> StoredShopBook:
    return StoredShopBook(tables.shops)


@pytest.fixture
def stocks(tables: Tables) -> StoredStocks:
    return StoredStocks(tables.shops, lambda: {each.code: each for each in PRODUCTS})


def line(product: Product, quantity: int = 1, price: int | None = None) -> Line:
    return Line(product.code, quantity, product.price if price is None else price)


def stocked(stocks: StoredStocks, **counts: int) -> None:
    """A shop that has these, at the usual prices."""
    usual = {each.code: each.price for each in PRODUCTS}
    assert stocks.fill(SHOP, {code: usual[code] for code in counts}, counts, NOW - timedelta(days=1))


def said(what: str, minutes: int = 0, code: str = "", number: int = 0, citizen: str = MITA) -> Tend:
    """What the shop says of itself so many minutes after ten."""
    return Tend(SHOP, what, NOW + timedelta(minutes=minutes), code, number, citizen=citizen)


# Shops and the master list.


def test_a_shop_is_read_as_it_was_entered(book: StoredShopBook, market: StoredMarket) -> None:
    hawker = Shop("H0001", Kind.HAWKER, {"en": "Ravi"}, {}, frozenset({"700019"}), 22.5, 88.25, time(6), time(11))
    for each in (STORE, hawker):
        book.enter(each)
    assert market.shops() == {SHOP: STORE, "H0001": hawker}
    assert market.shop(SHOP) == STORE
    assert market.shop("NONE0") is None


def test_entering_a_shop_again_changes_it_and_leaves_its_stock(book: StoredShopBook, stocks: StoredStocks) -> None:
    book.enter(STORE)
    assert stocks.read(SHOP) == Stock(SHOP)
    stocked(stocks, ML1=5)
    stocks.reserve(SHOP, ORDER, [line(MILK)], MOST)
    before = stocks.read(SHOP)
    book.enter(replace(STORE, phone="98300 00000"))
    assert stocks.read(SHOP) == before


def test_shops_are_a_minute_old_at_most_and_one_that_joined_a_moment_ago_is_found(
    book: StoredShopBook, market: StoredMarket, seconds: Seconds, calls: Calls
) -> None:
    assert market.shops() == {}
    book.enter(STORE)
    assert market.shop(SHOP) == STORE
    calls.clear()
    assert market.shop(SHOP) == STORE
    assert calls == []
    changed = replace(STORE, phone="98300 00000")
    book.enter(changed)
    assert market.shops()[SHOP] == STORE
    seconds.passed += 60
    assert market.shops()[SHOP] == changed


def test_an_order_without_a_shop_is_at_no_shop(market: StoredMarket) -> None:
    assert market.shop("") is None
    assert market.invitation("") is None


def test_the_master_list_is_read_in_its_own_order(book: StoredShopBook, market: StoredMarket) -> None:
    book.publish(CATEGORIES, PRODUCTS)
    assert list(market.products().items()) == [(each.code, each) for each in PRODUCTS]
    assert list(market.categories().items()) == [(each.id, each) for each in CATEGORIES]


def test_what_is_not_in_the_list_any_more_goes(book: StoredShopBook, market: StoredMarket, seconds: Seconds) -> None:
    many = [replace(SOAP, code=f"A{n:02d}") for n in range(60)]
    book.publish(CATEGORIES, many)
    assert len(market.products()) == 60
    book.publish(CATEGORIES[:1], [MILK])
    assert len(market.products()) == 60, "at most a minute old"
    seconds.passed += 60
    assert market.products() == {"ML1": MILK}
    assert list(market.categories()) == ["dairy"]


def test_an_invitation_stands_until_it_is_used(book: StoredShopBook, market: StoredMarket, tables: Tables) -> None:
    invitation = Invitation("7M4QK2", Kind.SHOP, STORE.pins, NOW + timedelta(days=14), name="Ma Tara")
    book.invite(invitation)
    assert market.invitation("7M4QK2") == invitation
    item = tables.shops.get(keys.INVITATIONS, "7M4QK2")
    assert item is not None
    assert item["ends"]["N"] == str(int(invitation.until.timestamp())), "DynamoDB forgets it"
    book.join(invitation, STORE)
    assert market.invitation("7M4QK2") is None
    assert market.shop(SHOP) == STORE
    assert tables.shops.get(keys.stock(SHOP), keys.STOCK) is not None


def test_joining_again_by_the_same_phone_changes_nothing_and_by_another_is_refused(
    book: StoredShopBook, market: StoredMarket, stocks: StoredStocks
) -> None:
    invitation = Invitation("7M4QK2", Kind.SHOP, STORE.pins, NOW + timedelta(days=14))
    book.invite(invitation)
    book.join(invitation, STORE)
    stocked(stocks, ML1=3)
    before = stocks.read(SHOP)
    book.join(invitation, STORE)
    assert stocks.read(SHOP) == before
    with pytest.raises(Conflict):
        book.join(invitation, replace(STORE, phones=(RAVI,)))
    with pytest.raises(Conflict):
        book.join(replace(invitation, code="NEVER0"), replace(STORE, id="NEW01"))
    assert market.shops() == {SHOP: STORE}


def test_a_second_phone_joins_a_shop_that_has_still_the_first(book: StoredShopBook, market: StoredMarket) -> None:
    book.enter(STORE)
    invitation = Invitation("7M4QK2", Kind.SHOP, STORE.pins, NOW + timedelta(days=14), shop=SHOP)
    book.invite(invitation)
    with pytest.raises(Conflict):
        book.join(invitation, replace(STORE, phones=("citizElse", RAVI)))
    assert market.invitation("7M4QK2") == invitation, "all or nothing"
    both = replace(STORE, phones=(MITA, RAVI))
    book.join(invitation, both)
    book.join(invitation, both)
    assert market.shops() == {SHOP: both}


def test_what_cannot_be_read_is_said_to_be_unusable(
    tables: Tables, book: StoredShopBook, market: StoredMarket, stocks: StoredStocks
) -> None:
    book.enter(STORE)
    book.publish((), [MILK])
    for pk, sk, name, value in (
        (keys.PRODUCTS, "ML1", "about", "{}"),
        (keys.SHOPS, SHOP, "opens", "early"),
        (keys.stock(SHOP), keys.STOCK, "w", "early"),
    ):
        tables.shops.update(pk, sk, [Path(name).set(value)])
    for read in (market.products, market.shops, lambda: stocks.read(SHOP)):
        with pytest.raises(Unusable):
            read()


# Goods set aside.


def test_goods_are_set_aside_with_the_order_in_one_write(stocks: StoredStocks, calls: Calls) -> None:
    stocked(stocks, ML1=5, DL2=UNCOUNTED, SP3=1)
    calls.clear()
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 2), line(DAL, 3), line(SOAP)], MOST) == ()
    assert [name for name, _ in calls] == ["GetItem", "UpdateItem"]
    stock = stocks.read(SHOP)
    assert stock.counts == {"ML1": 3, "DL2": UNCOUNTED, "SP3": OUT}
    assert stock.orders == {ORDER: 1}


def test_the_same_order_again_takes_nothing_more(stocks: StoredStocks, calls: Calls) -> None:
    stocked(stocks, ML1=2)
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST) == ()
    calls.clear()
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST) == ()
    assert [name for name, _ in calls] == ["GetItem"]
    assert stocks.read(SHOP).counts == {"ML1": OUT}


def test_lines_of_the_same_product_are_merged_first(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=3)
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 2), line(MILK, 2)], MOST) == ("ML1",)
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 2), line(MILK, 1)], MOST) == ()
    assert stocks.read(SHOP).counts == {"ML1": OUT}


def test_one_line_that_is_short_sets_nothing_aside_and_costs_no_write(stocks: StoredStocks, calls: Calls) -> None:
    stocked(stocks, ML1=5, SP3=1)
    before = stocks.read(SHOP)
    calls.clear()
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 2), line(SOAP, 2), line(DAL)], MOST) == ("SP3", "DL2")
    assert [name for name, _ in calls] == ["GetItem"]
    assert stocks.read(SHOP) == before


def test_a_price_that_is_another_now_fails(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5, DL2=UNCOUNTED)
    assert stocks.tend(said("price", 1, "ML1", 29_00))
    assert stocks.reserve(SHOP, ORDER, [line(MILK), line(DAL)], MOST) == ("ML1",)
    two_prices = [line(MILK, 1, 29_00), line(MILK, 1, 28_00)]
    assert stocks.reserve(SHOP, ORDER, two_prices, MOST) == ("ML1",)
    assert stocks.reserve(SHOP, ORDER, [line(MILK, 1, 29_00), line(DAL)], MOST) == ()


def test_a_shop_with_all_the_orders_it_takes_says_so(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=UNCOUNTED)
    assert stocks.reserve(SHOP, ORDER, [line(MILK)], 1) == ()
    assert stocks.reserve(SHOP, OTHER, [line(MILK)], 1) == ("",)
    assert stocks.reserve(SHOP, ORDER, [line(MILK)], 1) == (), "this one is among them"
    assert stocks.release(SHOP, ORDER, [line(MILK)])
    assert stocks.reserve(SHOP, OTHER, [line(MILK)], 1) == ()


def test_less_than_one_piece_is_no_line(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5)
    for quantity in (0, -1):
        with pytest.raises(ValueError, match="less than one"):
            stocks.reserve(SHOP, ORDER, [line(MILK, quantity)], MOST)


def test_a_shop_that_never_said_anything_has_nothing(stocks: StoredStocks, tables: Tables) -> None:
    assert stocks.read(SHOP) == Stock(SHOP)
    assert stocks.reserve(SHOP, ORDER, [line(MILK)], MOST) == ("ML1",)
    assert stocks.adjust(SHOP, ORDER, 2, [line(MILK)], [], []) == ()
    assert stocks.release(SHOP, ORDER, [line(MILK)]) is False
    stocks.answered(SHOP)
    assert list(tables.shops.scan()) == []


def test_several_stocks_are_read_at_once(stocks: StoredStocks, calls: Calls) -> None:
    stocked(stocks, ML1=5)
    calls.clear()
    assert stocks.read_many([SHOP, "NONE0"]) == {SHOP: stocks.read(SHOP), "NONE0": Stock("NONE0")}
    assert [name for name, _ in calls] == ["BatchGetItem", "GetItem"]
    assert stocks.read_many([]) == {}


def test_what_was_counted_comes_back_once(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5, DL2=UNCOUNTED)
    before = stocks.read(SHOP)
    stocks.reserve(SHOP, ORDER, [line(MILK, 2), line(DAL)], MOST)
    assert stocks.release(SHOP, ORDER, [line(MILK, 2), line(DAL)]) is True
    assert stocks.read(SHOP) == before
    assert stocks.release(SHOP, ORDER, [line(MILK, 2), line(DAL)]) is False
    assert stocks.read(SHOP) == before


def test_what_was_collected_does_not_come_back(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5)
    stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST)
    assert stocks.release(SHOP, ORDER, [line(MILK, 2)], back=False) is True
    stock = stocks.read(SHOP)
    assert (stock.counts, stock.orders) == ({"ML1": 3}, {})


def test_goods_that_were_never_counted_do_not_become_counted_when_they_come_back(stocks: StoredStocks) -> None:
    """The shop had it, uncounted, and says "out" before the order goes elsewhere: it is out."""
    stocked(stocks, ML1=UNCOUNTED)
    stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST)
    stocks.tend(said("count", 1, "ML1", OUT))
    assert stocks.release(SHOP, ORDER, [line(MILK, 2)])
    assert stocks.read(SHOP).counts == {"ML1": OUT}


def test_counted_goods_come_back_to_a_shop_that_stopped_counting_or_selling_as_nothing(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5, SP3=5)
    stocks.reserve(SHOP, ORDER, [line(MILK, 2), line(SOAP, 2)], MOST)
    stocks.tend(said("count", 1, "ML1", UNCOUNTED))
    stocks.tend(said("remove", 1, "SP3"))
    assert stocks.release(SHOP, ORDER, [line(MILK, 2), line(SOAP, 2)])
    assert stocks.read(SHOP).counts == {"ML1": UNCOUNTED}


def test_what_the_shop_lacks_is_out_and_the_rest_of_what_goes_comes_back(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5, DL2=UNCOUNTED, SP3=5)
    before = [line(MILK, 2), line(DAL), line(SOAP, 3)]
    stocks.reserve(SHOP, ORDER, before, MOST)
    assert stocks.adjust(SHOP, ORDER, 2, before, [line(SOAP, 1)], ["ML1", "DL2"]) == ()
    stock = stocks.read(SHOP)
    assert stock.counts == {"ML1": OUT, "DL2": OUT, "SP3": 4}
    assert stock.orders == {ORDER: 2}
    stocks.release(SHOP, ORDER, [line(SOAP, 1)])
    assert stocks.read(SHOP).counts == {"ML1": OUT, "DL2": OUT, "SP3": 5}


def test_adjusting_again_changes_nothing(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5)
    stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST)
    for _ in range(2):
        assert stocks.adjust(SHOP, ORDER, 2, [line(MILK, 2)], [line(MILK, 3)], []) == ()
        assert stocks.read(SHOP).counts == {"ML1": 2}
    assert stocks.adjust(SHOP, ORDER, 1, [], [line(MILK, 5)], []) == ()
    assert stocks.read(SHOP).counts == {"ML1": 2}
    stocks.tend(said("count", 1, "ML1", 7))
    assert stocks.adjust(SHOP, ORDER, 2, [line(MILK, 2)], [], ["ML1"]) == ()
    assert stocks.read(SHOP).counts == {"ML1": 7}


def test_a_substitute_is_taken_if_it_is_there_at_its_price(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5, SP3=1, DL2=UNCOUNTED)
    stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST)
    before = stocks.read(SHOP)
    for after in ([line(SOAP, 2)], [line(SOAP, 1, 41_00)]):
        assert stocks.adjust(SHOP, ORDER, 2, [line(MILK, 2)], after, ["ML1"]) == ("SP3",)
        assert stocks.read(SHOP) == before, "all or nothing"
    assert stocks.adjust(SHOP, ORDER, 2, [line(MILK, 2)], [line(SOAP), line(DAL, 4)], ["ML1"]) == ()
    assert stocks.read(SHOP).counts == {"ML1": OUT, "SP3": OUT, "DL2": UNCOUNTED}
    stocks.release(SHOP, ORDER, [line(SOAP), line(DAL, 4)])
    assert stocks.read(SHOP).counts == {"ML1": OUT, "SP3": 1, "DL2": UNCOUNTED}


def test_what_stays_in_the_order_stays_whatever_its_price_has_become(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5, SP3=5)
    before = [line(MILK, 2), line(SOAP)]
    stocks.reserve(SHOP, ORDER, before, MOST)
    stocks.tend(said("price", 1, "ML1", 30_00))
    assert stocks.adjust(SHOP, ORDER, 2, before, [line(MILK, 2)], ["SP3"]) == ()
    assert stocks.read(SHOP).counts == {"ML1": 3, "SP3": OUT}


def test_an_order_for_which_nothing_is_set_aside_is_not_adjusted(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=5)
    before = stocks.read(SHOP)
    assert stocks.adjust(SHOP, ORDER, 2, [line(MILK)], [line(MILK, 2)], ["SP3"]) == ()
    assert stocks.read(SHOP) == before


# What a shop says of itself.


def test_a_price_takes_a_product_into_the_catalogue_and_a_count_does_not(stocks: StoredStocks) -> None:
    assert stocks.tend(said("count", 0, "ML1", 4))
    assert not stocks.read(SHOP).has("ML1")
    assert stocks.tend(said("price", 1, "ML1", 27_50))
    assert stocks.tend(said("price", 1, "SP3", 41_00))
    stock = stocks.read(SHOP)
    assert stock.prices == {"ML1": 27_50, "SP3": 41_00}
    assert stock.counts == {"ML1": 4, "SP3": UNCOUNTED}


def test_products_are_taken_in_at_the_prices_that_were_shown_in_one_write(stocks: StoredStocks, calls: Calls) -> None:
    stocks.tend(said("price", 0, "SP3", 41_00))
    calls.clear()
    assert stocks.tend(said("add", 1, "ML1:2750 SP3:4000 XX9:100 DL2:12000"))
    assert [name for name, _ in calls] == ["GetItem", "UpdateItem"]
    stock = stocks.read(SHOP)
    assert stock.prices == {"ML1": 27_50, "SP3": 41_00, "DL2": 120_00}, "what is sold keeps its price"
    assert set(stock.counts.values()) == {UNCOUNTED}
    assert stocks.tend(said("count", 1, "ML1", 6)), "a count at the same moment is said of another thing"
    assert stocks.tend(said("add", 1, "ML1:2750 SP3:4000 XX9:100 DL2:12000"))
    assert stocks.read(SHOP).counts["ML1"] == 6


def test_a_removed_product_comes_back_as_new(stocks: StoredStocks) -> None:
    stocked(stocks, ML1=0, SP3=5)
    assert stocks.tend(said("remove", 1, "ML1"))
    assert stocks.read(SHOP).prices == {"SP3": 40_00}
    for older in (said("price", 0, "ML1", 5_00), said("count", 0, "ML1", 0), said("add", 0, "ML1:2800")):
        assert not stocks.tend(older)
    assert stocks.read(SHOP).prices == {"SP3": 40_00}
    assert stocks.tend(said("add", 2, "ML1:2800"))
    assert stocks.tend(said("remove", 1, "ML1")) is False
    assert stocks.read(SHOP).has("ML1", 40)


def test_the_same_count_told_again_does_not_bring_back_what_was_sold_since(stocks: StoredStocks) -> None:
    stocks.tend(said("price", 0, "ML1", 28_00))
    assert stocks.tend(said("count", 1, "ML1", 5))
    stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST)
    assert stocks.tend(said("count", 1, "ML1", 5)) is True
    assert stocks.read(SHOP).counts == {"ML1": 3}


@pytest.mark.parametrize(
    ("things", "read"),
    [
        ([("price", "ML1", n) for n in (10_00, 20_00, 30_00)], lambda stock: stock.prices["ML1"]),
        ([("count", "ML1", n) for n in (3, 2, 1)], lambda stock: stock.counts["ML1"]),
        ([("pause", "", 30), ("close", "", 0), ("open", "", 0)], lambda stock: is_open(STORE, stock, NOW)),
        ([("open", "", 0), ("close", "", 0)], lambda stock: is_open(STORE, stock, NOW + timedelta(minutes=9))),
    ],
    ids=["price", "count", "open", "closed"],
)
def test_in_whatever_order_they_arrive_the_newest_of_a_thing_holds(
    stocks: StoredStocks, things: list[tuple[str, str, int]], read: Any
) -> None:
    tends = [said(what, minute, code, number) for minute, (what, code, number) in enumerate(things)]
    for each in tends:
        assert stocks.tend(each) is True
    right = read(stocks.read(SHOP))
    for seed in range(4):
        shop = f"SHOP{seed}"
        for each in [*random.Random(seed).choices(tends, k=6), tends[-1], tends[0]]:
            stocks.tend(replace(each, shop=shop))
        assert read(stocks.read(shop)) == right
        assert stocks.tend(replace(tends[0], shop=shop)) is False


def test_opening_ends_a_pause_and_a_closing_and_keeps_where_a_hawker_stands(stocks: StoredStocks) -> None:
    place = (22.519999999999996, 88.36)
    stocks.tend(replace(said("open"), place=place))
    stocks.tend(said("pause", 1, number=60))
    stock = stocks.read(SHOP)
    assert (stock.opened, stock.paused, stock.place) == (NOW, NOW + timedelta(minutes=61), place)
    stocks.tend(said("close", 2))
    assert stocks.read(SHOP).closed == TODAY
    stocks.tend(said("open", 3))
    stock = stocks.read(SHOP)
    assert (stock.closed, stock.paused, stock.place) == (None, None, place)
    assert stock.opened == NOW + timedelta(minutes=3)


def test_the_phone_that_wrote_last_has_duty_whatever_arrives_last(stocks: StoredStocks) -> None:
    stocks.tend(said("price", 5, "ML1", 28_00, citizen=RAVI))
    assert stocks.tend(said("price", 3, "SP3", 40_00, citizen=MITA)) is True
    assert stocks.tend(said("add", 4, "DL2:12000", citizen=MITA)) is True
    stock = stocks.read(SHOP)
    assert stock.duty == RAVI
    assert set(stock.prices) == {"ML1", "SP3", "DL2"}
    stocks.tend(said("add", 6, "DL2:12000", citizen=MITA))
    assert stocks.read(SHOP).duty == MITA


def test_numbers_that_cannot_be_are_no_price_and_no_count(stocks: StoredStocks) -> None:
    for wrong in (
        said("price", 0, "ML1", 0),
        said("add", 0, "ML1:0"),
        said("price", 0, "ML1", -5),
        said("count", 0, "ML1", -2),
        said("count", 0, "", 2),
        said("sing"),
    ):
        with pytest.raises(ValueError, match="no"):
            stocks.tend(wrong)
    with pytest.raises(ValueError, match="no count"):
        stocks.fill(SHOP, {"ML1": 28_00}, {"ML1": -2}, NOW)
    assert stocks.read(SHOP) == Stock(SHOP)


def test_a_catalogue_written_at_once_replaces_what_was_said_before_and_nothing_newer(stocks: StoredStocks) -> None:
    stocks.tend(said("price", 1, "ML1", 5_00))
    stocks.tend(said("open", 9))
    stocks.reserve(SHOP, ORDER, [line(MILK, 1, 5_00)], MOST)
    assert stocks.fill(SHOP, {"SP3": 41_00}, {}, NOW) is False
    assert stocks.fill(SHOP, {"SP3": 41_00, "DL2": 9_00}, {"SP3": 7}, NOW + timedelta(minutes=2)) is True
    stock = stocks.read(SHOP)
    assert (stock.prices, stock.counts) == ({"SP3": 41_00, "DL2": 9_00}, {"SP3": 7, "DL2": UNCOUNTED})
    assert stock.orders == {ORDER: 1}
    assert stock.opened is not None
    assert stocks.tend(said("price", 1, "SP3", 1_00)) is False
    assert stocks.tend(said("open", 8)) is False
    assert stocks.tend(said("price", 3, "SP3", 42_00)) is True


def test_stamps_are_forgotten_after_a_week_and_what_is_as_old_says_nothing_any_more(
    stocks: StoredStocks, tables: Tables
) -> None:
    stocks.tend(said("price", 0, "ML1", 28_00))
    stocks.tend(said("count", 0, "ML1", 3))
    later = STAMPS_KEPT + timedelta(minutes=5)
    stocks.tend(replace(said("price", 0, "SP3", 40_00), at=NOW + later))
    stocks.tend(replace(said("open"), at=NOW + later))
    item = tables.shops.get(keys.stock(SHOP), keys.STOCK)
    assert item is not None
    assert set(StockItem.from_raw_data(item).stamps) == {"pSP3", "o", "d"}
    stocks.reserve(SHOP, ORDER, [line(MILK, 2)], MOST)
    assert stocks.tend(said("count", 0, "ML1", 3)) is False
    assert stocks.tend(said("count", 4, "ML1", 3)) is False
    assert stocks.read(SHOP).counts["ML1"] == 1
    assert stocks.tend(said("count", 6, "ML1", 3)) is True


# Silence.


def test_an_order_without_an_answer_counts_once(stocks: StoredStocks) -> None:
    assert stocks.silence(SHOP, ORDER, None) == 1
    assert stocks.silence(SHOP, ORDER, None) == 1
    assert stocks.silence(SHOP, OTHER, None) == 2
    assert stocks.read(SHOP).silent == 2
    stocks.answered(SHOP)
    assert stocks.read(SHOP).silent == 0
    assert stocks.silence(SHOP, ORDER, None) == 0, "an answer in between does not make it count again"
    assert stocks.silence(SHOP, "9P6SN4Z1", None) == 1


def test_whatever_the_shop_says_it_is_not_silent_any_more(stocks: StoredStocks) -> None:
    for tend in (said("open", 1), said("price", 2, "ML1", 5_00), said("add", 3, "SP3:4000")):
        stocks.silence(SHOP, f"order {tend.what}".replace(" ", "-"), None)
        assert stocks.read(SHOP).silent == 1
        stocks.tend(tend)
        assert stocks.read(SHOP).silent == 0


def test_the_third_silence_in_a_row_closes_the_shop_for_the_day_until_it_opens(stocks: StoredStocks) -> None:
    stocks.tend(said("open"))
    for n in (1, 2):
        assert stocks.silence(SHOP, f"ORDER00{n}", TODAY) == n
        assert stocks.read(SHOP).closed is None
    for _ in range(2):
        assert stocks.silence(SHOP, "ORDER003", TODAY) == 3
        assert stocks.read(SHOP).closed == TODAY
    assert stocks.tend(said("open")) is True, "said before, told again"
    assert stocks.read(SHOP).closed == TODAY
    stocks.tend(said("open", 5))
    assert stocks.read(SHOP).closed is None
    assert stocks.silence(SHOP, "ORDER003", TODAY) == 0
    assert stocks.read(SHOP).closed is None, "it has answered in between"


def test_a_shop_may_be_closed_by_a_second_call_for_the_same_order(stocks: StoredStocks) -> None:
    for n in (1, 2, 3):
        stocks.silence(SHOP, f"ORDER00{n}", None)
    assert stocks.read(SHOP).closed is None
    assert stocks.silence(SHOP, "ORDER003", TODAY) == 3
    assert stocks.read(SHOP).closed == TODAY


# At the limits.


def test_who_is_always_late_is_told_to_come_again(stocks: StoredStocks, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked(stocks, ML1=5)
    tries = []

    def refused(*args: Any) -> bool:
        tries.append(args)
        return False

    stocks.reserve(SHOP, OTHER, [line(MILK)], MOST)
    stocks.tend(said("open"))
    monkeypatch.setattr(stocks, "_write", refused)
    for call in (
        lambda: stocks.reserve(SHOP, ORDER, [line(MILK)], MOST),
        lambda: stocks.adjust(SHOP, OTHER, 2, [line(MILK)], [], []),
        lambda: stocks.release(SHOP, OTHER, [line(MILK)]),
        lambda: stocks.tend(said("close", 1)),
        lambda: stocks.tend(said("add", 1, "SP3:4000")),
        lambda: stocks.fill(SHOP, {"ML1": 1}, {}, NOW),
        lambda: stocks.silence(SHOP, ORDER, None),
    ):
        tries.clear()
        with pytest.raises(NotNow):
            call()
        assert len(tries) == MOST_READINGS


def codes(count: int) -> list[str]:
    """Codes of three characters."""
    return [CROCKFORD[n // 1024] + CROCKFORD[n // 32 % 32] + CROCKFORD[n % 32] for n in range(count)]


def largest(products: int) -> int:
    """Bytes of a stock at most, by its layout: keys and what is not by product, then each product.

    A price of up to six digits (₹9,999.99), a count of up to four, two stamps of thirteen digits.
    """
    fixed, orders = 420, 8 * (1 + 8 + len("99") + MOST_LINES * len(" ABC*50"))
    price, count, stamp = 1 + 3 + 5, 1 + 3 + 4, 1 + 4 + 8
    return fixed + orders + products * (price + count + 2 * stamp)


@pytest.mark.parametrize("products", [100, 300, 600])
def test_the_largest_order_at_a_full_shop_stays_within_the_size_that_the_layout_says(
    tables: Tables, stocks: StoredStocks, products: int
) -> None:
    catalogue = {code: 9_999_00 + n % 99 for n, code in enumerate(codes(products))}
    stocks.fill(SHOP, catalogue, dict.fromkeys(catalogue, 1_999), NOW)
    lines = [Line(code, 50, price) for code, price in list(catalogue.items())[:MOST_LINES]]
    for n in range(MOST):
        assert stocks.reserve(SHOP, f"ORDER00{n}", lines, MOST) == ()
    item = tables.shops.get(keys.stock(SHOP), keys.STOCK)
    assert item is not None
    for n, code in enumerate(catalogue):
        item["s"]["M"] |= {f"p{code}": {"N": str(1795500000001 + n)}, f"c{code}": {"N": str(1795500000001 + n)}}
    assert item_size(item) <= largest(products)
    stocks.tend(said("price", 1, codes(1)[0], 5_00))
    assert stocks.adjust(SHOP, "ORDER000", 2, lines, lines[:2], [lines[5].code]) == ()
    assert stocks.release(SHOP, "ORDER001", lines)


def test_a_shop_with_three_hundred_products_pays_few_units_for_an_order(tables: Tables, stocks: StoredStocks) -> None:
    catalogue = {code: 28_00 + n for n, code in enumerate(codes(300))}
    stocks.fill(SHOP, catalogue, dict.fromkeys(catalogue, 20), NOW)
    for n in range(MOST):
        stocks.reserve(SHOP, f"ORDER00{n}", [Line(code, 1, catalogue[code]) for code in codes(6)], MOST)
    item = tables.shops.get(keys.stock(SHOP), keys.STOCK)
    assert item is not None
    assert item_size(item) <= 5 * KB, "five write units"


# Whatever happens in whatever order.


@st.composite
def deeds(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    orders, products = st.integers(0, 3), st.sampled_from(["ML1", "SP3", "DL2"])
    lines = st.dictionaries(products, st.integers(1, 3), min_size=1, max_size=3)
    deed = st.one_of(
        st.tuples(st.just("reserve"), orders, lines),
        st.tuples(st.just("adjust"), orders, lines, st.sets(products, max_size=1)),
        st.tuples(st.just("release"), orders, st.booleans()),
    )
    return draw(st.lists(deed, max_size=12))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds())
def test_what_is_left_and_what_is_set_aside_is_always_what_was_there(
    stocks: StoredStocks, deeds: list[tuple[Any, ...]]
) -> None:
    """Milk and soap are counted, dal is not; every deed is done twice, as a queue does."""
    at = NOW + timedelta(days=1)
    counts: dict[str, int] = {"ML1": 6, "SP3": 4, "DL2": UNCOUNTED}
    for n in range(4):
        stocks.release(SHOP, str(n), ())
    stocks.tend(Tend(SHOP, "open", at))
    stocks.fill(SHOP, {each.code: each.price for each in PRODUCTS}, counts, at)
    assert stocks.read(SHOP).counts == counts
    held: dict[str, tuple[int, dict[str, int], dict[str, int]]] = {}
    """By order: its revision, what it wants, and what of that was taken from counts."""

    def lines(wanted: Mapping[str, int]) -> Sequence[Line]:
        return [Line(each.code, wanted[each.code], each.price) for each in PRODUCTS if each.code in wanted]

    def take(more: Mapping[str, int], taken: dict[str, int]) -> None:
        for code, quantity in more.items():
            if counts[code] >= 0:
                counts[code] -= quantity
                taken[code] = taken.get(code, 0) + quantity

    def give_back(code: str, quantity: int) -> None:
        if counts[code] >= 0:
            counts[code] += quantity

    def short(wanted: Mapping[str, int]) -> set[str]:
        return {code for code, quantity in wanted.items() if 0 <= counts[code] < quantity}

    for kind, number, *rest in deeds:
        order = str(number)
        revision, had, taken = held.get(order, (0, {}, {}))
        if kind == "reserve":
            wanted: dict[str, int] = rest[0]
            expected = set() if order in held else short(wanted)
            for _ in range(2):
                assert set(stocks.reserve(SHOP, order, lines(wanted), MOST)) == expected
            if order not in held and not expected:
                held[order] = (1, wanted, taken)
                take(wanted, taken)
        elif kind == "adjust" and order in held:
            lacks: set[str] = rest[1]
            wanted = {code: quantity for code, quantity in rest[0].items() if code not in lacks}
            more = {code: wanted[code] - had.get(code, 0) for code in wanted if wanted[code] > had.get(code, 0)}
            expected = short(more)
            for _ in range(2):
                assert set(stocks.adjust(SHOP, order, revision + 1, lines(had), lines(wanted), [*lacks])) == expected
            if not expected:
                for code in list(taken):
                    too_many = taken[code] - min(taken[code], wanted.get(code, 0))
                    taken[code] -= too_many
                    give_back(code, too_many)
                take(more, taken)
                counts.update(dict.fromkeys(lacks, OUT))
                held[order] = (revision + 1, wanted, taken)
        elif kind == "release":
            back: bool = rest[0]
            assert [stocks.release(SHOP, order, lines(had), back=back) for _ in range(2)] == [order in held, False]
            if held.pop(order, None) is not None and back:
                for code, quantity in taken.items():
                    give_back(code, quantity)
        stock = stocks.read(SHOP)
        assert stock.orders == {order: revision for order, (revision, _, _) in held.items()}
        assert stock.counts == counts
        assert min(counts.values()) >= UNCOUNTED
