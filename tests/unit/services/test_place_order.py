"""Placing an order while the page waits: one order however often it is sent, and no basket lost."""

from dataclasses import replace

import pytest

from seba.conversation.say import OrderAsk, OrderRequest
from seba.domain import order_life
from seba.domain.errors import Conflict, NotNow
from seba.domain.goods import OUT
from seba.domain.orders import MOST_LIVE_ORDERS, MOST_OF_A_LINE, Basket, Life
from seba.domain.shops import Kind
from seba.services.place_order import NotPlaced, Placed, Why, place, quote, serves
from tests.fakes.market import shop
from tests.fakes.world import KEYS
from tests.unit.services.order_house import CHAIN, FAR, NEAR, PIN, OrderHouse, everything_lies_where_it_belongs


@pytest.fixture
def house() -> OrderHouse:
    return OrderHouse()


@pytest.fixture
def mita(house: OrderHouse) -> str:
    return house.customer("Mita")


def only_order(house: OrderHouse) -> str:
    (order,) = house.orders.orders
    return order


def closes(house: OrderHouse, *shops: str) -> None:
    for each in shops:
        house.stocks.stocks[each] = replace(house.stocks.stocks[each], closed=house.time.now.date())


def costs(house: OrderHouse, shop_: str, code: str, price: int) -> None:
    stands = house.stocks.stocks[shop_]
    house.stocks.stocks[shop_] = replace(stands, prices={**stands.prices, code: price})


def has(house: OrderHouse, shop_: str, code: str, count: int) -> None:
    stands = house.stocks.stocks[shop_]
    house.stocks.stocks[shop_] = replace(stands, counts={**stands.counts, code: count})


def too_busy(*_: object) -> None:
    raise NotNow("busy")


# What a basket comes to.


def test_the_nearest_open_shop_would_serve_and_says_what_it_costs_and_may_cost(house: OrderHouse) -> None:
    found = quote(PIN, Basket(lines={"ML1": 2, "PT1": 2}), house.asking)
    assert found.shop is not None
    assert (found.shop.id, found.total, found.most, found.why) == (NEAR, 10800, 10800 + 520, None)
    assert (found.short, found.metres) == ({}, 111)


def test_the_shop_whose_prices_were_shown_stays_while_it_can(house: OrderHouse) -> None:
    basket = Basket(lines={"ML1": 2}, shop=FAR)
    stays = quote(PIN, basket, house.asking).shop
    assert stays is not None
    assert stays.id == FAR
    closes(house, FAR)
    other = quote(PIN, basket, house.asking).shop
    assert other is not None
    assert other.id == NEAR


def test_an_empty_basket_has_a_shop_whose_goods_are_shown(house: OrderHouse) -> None:
    found = quote(PIN, Basket(), house.asking)
    assert found.shop is not None
    assert (found.shop.id, found.why) == (NEAR, Why.EMPTY)


def test_what_no_shop_has_enough_of_is_said_with_how_many_there_are(house: OrderHouse) -> None:
    has(house, NEAR, "RC1", 3)
    has(house, FAR, "RC1", 2)
    has(house, FAR, "ML1", OUT)
    found = quote(PIN, Basket(lines={"RC1": 4, "ML1": 1}), house.asking)
    assert found.shop is not None
    assert (found.shop.id, found.short, found.why) == (NEAR, {"RC1": 3}, Why.SHORT)


def test_without_a_shop_it_is_said_why(house: OrderHouse) -> None:
    basket = Basket(lines={"ML1": 1})
    assert quote("700001", basket, house.asking).why is Why.NO_SHOP
    house.asking = replace(house.asking, most=0)
    assert quote(PIN, basket, house.asking).why is Why.BUSY
    closes(house, NEAR, FAR)
    assert quote(PIN, basket, house.asking).why is Why.CLOSED
    assert serves(PIN, house.asking)
    assert not serves("700001", house.asking)


# Placing.


def test_an_order_is_placed_at_the_shop_shown_and_its_goods_are_set_aside(house: OrderHouse, mita: str) -> None:
    placed = house.place(mita, house.fills(mita, ML1=2, RC1=1))
    assert isinstance(placed, Placed)
    order = placed.order
    assert order.id == KEYS.order(mita, 1)
    assert (order.shop, order.held, order.total, order.agreed) == (NEAR, True, 34600, 34600)
    assert house.orders.basket(mita).lines == {}
    (request,) = (e.act for e in house.outgoing.effects)
    assert isinstance(request, OrderRequest)
    assert (request.ask, request.order) == ("placed", order.id)
    assert {timer.what for timer in house.orders.timers} == {"placed", "answer", "long"}


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_form_sent_again_is_the_same_order(house: OrderHouse, mita: str, times: int) -> None:
    shown = house.fills(mita, ML1=2)
    first, *others = [house.place(mita, shown) for _ in range(times)]
    assert isinstance(first, Placed)
    assert not first.again
    for other in others:
        assert isinstance(other, Placed)
        assert (other.order.id, other.again) == (first.order.id, True)
    only_order(house)
    house.run()
    assert house.told(mita) == ["placed"]
    assert house.told(f"keep{NEAR}") == ["offered"]
    everything_lies_where_it_belongs(house)


def test_a_form_sent_again_after_everything_says_how_far_it_is(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2)
    house.place(mita, shown)
    house.minutes(5)
    house.minutes(5)
    again = house.place(mita, shown)
    assert isinstance(again, Placed)
    assert again.order.life is Life.DECLINED


def test_two_tabs_at_once_make_one_order(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2)
    create, others = house.orders.create, [1]

    def meanwhile(*given: object) -> object:
        if others and others.pop():
            house.place(mita, shown)
        return create(*given)  # type: ignore[arg-type]  # handed on

    house.orders.create = meanwhile  # type: ignore[method-assign, assignment]  # the other tab is a moment faster
    mine = house.place(mita, shown)
    assert isinstance(mine, Placed)
    assert mine.again
    assert mine.order.id == only_order(house)
    house.run()
    everything_lies_where_it_belongs(house)


def test_a_price_that_changed_is_shown_and_asked_again_also_when_it_fell(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2)
    for price in (2900, 2700):
        costs(house, NEAR, "ML1", price)
        refused = house.place(mita, shown)
        assert isinstance(refused, NotPlaced)
        assert refused.quote is not None
        assert (refused.why, refused.quote.total) == (Why.CHANGED, 2 * price)
    assert house.orders.orders == {}
    assert house.orders.basket(mita).lines == {"ML1": 2}


def test_a_basket_that_another_tab_changed_is_asked_again(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=1, EG1=1)
    house.fills(mita, ML1=1, PT1=1)
    refused = house.place(mita, shown)
    assert isinstance(refused, NotPlaced)
    assert refused.why is Why.CHANGED


def test_a_product_that_vanished_is_named_with_what_is_left(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2, EG1=1)
    for each in (NEAR, FAR):
        has(house, each, "ML1", 1)
    refused = house.place(mita, shown)
    assert isinstance(refused, NotPlaced)
    assert refused.quote is not None
    assert (refused.why, refused.quote.short) == (Why.SHORT, {"ML1": 1})


def test_where_the_shop_shown_cannot_another_that_is_no_dearer_does(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2)
    closes(house, NEAR)
    placed = house.place(mita, shown)
    assert isinstance(placed, Placed)
    assert placed.order.shop == FAR


def test_where_only_a_dearer_shop_is_left_it_is_asked_again(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2)
    costs(house, FAR, "ML1", 3000)
    closes(house, NEAR)
    refused = house.place(mita, shown)
    assert isinstance(refused, NotPlaced)
    assert refused.why is Why.CHANGED
    assert refused.quote is not None
    assert refused.quote.total == 6000


def test_who_is_not_registered_has_nothing_in_the_basket_or_too_many_orders_hears_so(
    house: OrderHouse, mita: str
) -> None:
    house.lives("nobody001")
    stranger = house.place("nobody001", house.fills("nobody001", ML1=1))
    assert isinstance(stranger, NotPlaced)
    assert stranger.why is Why.UNREGISTERED
    empty = house.place(mita, house.shows(mita))
    assert isinstance(empty, NotPlaced)
    assert empty.why is Why.EMPTY
    orders = {house.ordered(mita) for _ in range(MOST_LIVE_ORDERS)}
    many = house.place(mita, house.fills(mita, ML1=1))
    assert isinstance(many, NotPlaced)
    assert (many.why, {order.id for order in many.orders}) == (Why.TOO_MANY, orders)


@pytest.mark.parametrize("quantity", [0, -1, MOST_OF_A_LINE + 1, 10**9])
def test_a_quantity_that_cannot_be_ordered_is_not(house: OrderHouse, mita: str, quantity: int) -> None:
    refused = house.place(mita, house.fills(mita, ML1=quantity))
    assert isinstance(refused, NotPlaced)
    assert refused.why is Why.SHORT
    assert house.orders.orders == {}


def test_a_form_of_a_basket_that_never_was_orders_nothing(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=1)
    refused = house.place(mita, replace(shown, number=7))
    assert isinstance(refused, NotPlaced)
    assert house.orders.orders == {}


# Somebody else was faster.


def takes_the_last(house: OrderHouse, code: str, *shops: str) -> None:
    """At the moment of setting aside, the goods have gone to somebody else."""
    create = house.orders.create

    def first(*given: object) -> object:
        for each in shops:
            has(house, each, code, OUT)
        return create(*given)  # type: ignore[arg-type]  # handed on

    house.orders.create = first  # type: ignore[method-assign, assignment]  # what happens in between


def test_when_the_goods_go_at_that_moment_the_next_shop_has_them_and_nobody_notices(
    house: OrderHouse, mita: str
) -> None:
    shown = house.fills(mita, ML1=2)
    takes_the_last(house, "ML1", NEAR)
    placed = house.place(mita, shown)
    assert isinstance(placed, Placed)
    assert (placed.order.shop, placed.order.tried) == (FAR, (NEAR,))
    house.run()
    assert house.told(f"keep{NEAR}") == []
    everything_lies_where_it_belongs(house)


def test_when_no_shop_has_them_any_more_the_basket_is_as_it_was_and_says_what_is_missing(
    house: OrderHouse, mita: str
) -> None:
    shown = house.fills(mita, ML1=2, EG1=1)
    takes_the_last(house, "ML1", NEAR, FAR)
    refused = house.place(mita, shown)
    assert isinstance(refused, NotPlaced)
    assert refused.quote is not None
    assert (refused.why, refused.quote.short) == (Why.SHORT, {"ML1": 0})
    assert house.orders.basket(mita).lines == {"ML1": 2, "EG1": 1}
    assert order_life.was_taken_back(house.order(only_order(house)))
    house.minutes(2)
    assert house.told(mita) == []
    assert house.orders.basket(mita).lines == {"ML1": 2, "EG1": 1}
    everything_lies_where_it_belongs(house)


def test_a_basket_that_could_not_be_filled_again_at_once_is_filled_a_minute_later(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2, EG1=1)
    takes_the_last(house, "ML1", NEAR, FAR)
    house.orders.faults.plan("keep_basket", NotNow("busy"))
    with pytest.raises(NotNow):
        house.place(mita, shown)
    assert house.orders.basket(mita).lines == {}
    house.minutes(1)
    assert house.orders.basket(mita).lines == {"ML1": 2, "EG1": 1}
    assert house.told(mita) == []


def test_what_came_back_is_added_to_what_was_put_in_meanwhile(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2, EG1=1)
    takes_the_last(house, "ML1", NEAR, FAR)
    house.orders.faults.plan("keep_basket", NotNow("busy"))
    with pytest.raises(NotNow):
        house.place(mita, shown)
    house.fills(mita, EG1=3, RC1=1)
    house.minutes(1)
    assert house.orders.basket(mita).lines == {"EG1": 3, "RC1": 1, "ML1": 2}
    house.fills(mita, RC1=1)
    assert isinstance(house.place(mita, shown), NotPlaced)
    assert house.orders.basket(mita).lines == {"RC1": 1}


# Half done.


@pytest.mark.parametrize("fails", ["reserve", "write"])
def test_a_placing_that_broke_off_is_brought_to_its_end_by_the_same_form_or_by_the_clock(
    house: OrderHouse, mita: str, fails: str
) -> None:
    port = house.stocks if fails == "reserve" else house.orders
    for by_the_clock in (True, False):
        shown = house.fills(mita, ML1=2)
        port.faults.plan(fails, NotNow("busy"))
        with pytest.raises(NotNow):
            house.place(mita, shown)
        if by_the_clock:
            house.minutes(1)
        assert isinstance(house.place(mita, shown), Placed)
        house.run()
    assert house.told(mita) == ["placed", "placed"]
    assert house.told(f"keep{NEAR}") == ["offered", "offered"]
    everything_lies_where_it_belongs(house)


def test_a_stall_in_which_the_booking_room_took_over_leaves_no_goods_behind(house: OrderHouse, mita: str) -> None:
    """The page reserves long after the clock has looked: by then the order is another shop's."""
    shown = house.fills(mita, ML1=2)
    reserve = house.stocks.reserve
    stalled: list[bool] = []

    def late(shop_: str, order: str, lines: object, most: int) -> object:
        if not stalled:
            stalled.append(True)
            closes(house, NEAR)
            has(house, NEAR, "ML1", OUT)
            house.minutes(1)
            has(house, NEAR, "ML1", 5)
        return reserve(shop_, order, lines, most)  # type: ignore[arg-type]  # handed on

    house.stocks.reserve = late  # type: ignore[method-assign, assignment]  # the page's Lambda stands still
    placed = house.place(mita, shown)
    assert isinstance(placed, Placed)
    assert placed.order.shop == FAR
    assert house.stocks.stocks[NEAR].orders == {}
    house.run()
    everything_lies_where_it_belongs(house)


def test_the_same_form_while_the_next_shop_is_asked_does_not_take_back_what_is_an_order(
    house: OrderHouse, mita: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = house.fills(mita, ML1=2)
    house.place(mita, shown)
    house.run()
    with monkeypatch.context() as broken:
        broken.setattr(house.stocks, "reserve", too_busy)
        assert house.answer(house.asks(f"keep{NEAR}", OrderAsk.CANNOT, only_order(house)))
    has(house, FAR, "ML1", 1)
    again = house.place(mita, shown)
    assert isinstance(again, Placed)
    assert again.order.life is Life.DECLINED
    house.run()
    assert house.told(mita) == ["placed", "no_shop"]
    everything_lies_where_it_belongs(house)


def test_that_the_booking_room_cannot_be_told_at_once_is_no_failure(house: OrderHouse, mita: str) -> None:
    house.outgoing.faults.plan("queue", NotNow("busy"))
    assert isinstance(house.place(mita, house.fills(mita, ML1=2)), Placed)
    assert house.told(mita) == []
    house.minutes(1)
    assert house.told(mita) == ["placed"]


def test_whoever_keeps_writing_first_is_told_to_try_again(house: OrderHouse, mita: str) -> None:
    shown = house.fills(mita, ML1=2)
    house.orders.faults.plan("create", *(Conflict("first") for _ in range(5)))
    with pytest.raises(Conflict):
        place(mita, shown, house.placing)
    assert house.orders.basket(mita).lines == {"ML1": 2}


def test_a_chain_s_store_serves_when_the_neighbours_are_closed(house: OrderHouse, mita: str) -> None:
    house.opens(shop(CHAIN, kind=Kind.CHAIN, at=(22.51, 88.36)))
    nearest = quote(PIN, Basket(lines={"ML1": 1}), house.asking).shop
    assert nearest is not None
    assert nearest.id == NEAR
    closes(house, NEAR, FAR)
    placed = house.place(mita, house.fills(mita, ML1=1))
    assert isinstance(placed, Placed)
    assert placed.order.shop == CHAIN
