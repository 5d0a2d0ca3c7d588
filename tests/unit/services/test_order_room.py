"""The room of orders: every request answered once and truly, nothing lost or doubled whatever fails in between."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seba.conversation.records import Effect, effect_id
from seba.conversation.say import OrderAsk, OrderRequest
from seba.domain.errors import Conflict, NotNow
from seba.domain.goods import OUT
from seba.domain.ids import short_hash
from seba.domain.orders import LIVE, Life, Paid
from seba.domain.shops import Invitation, Kind
from seba.services.answer_requests import Asked
from seba.services.order_room import answer_orders, is_of_orders
from tests.fakes.market import shop
from tests.fakes.world import KEYS
from tests.unit.services.order_house import (
    CHAIN,
    FAR,
    NEAR,
    PICKUP,
    OrderHouse,
    asked,
    everything_lies_where_it_belongs,
)

KEEPER, OTHER_KEEPER = f"keep{NEAR}", f"keep{FAR}"


@pytest.fixture
def house() -> OrderHouse:
    return OrderHouse()


@pytest.fixture
def mita(house: OrderHouse) -> str:
    return house.customer("Mita")


# A day without trouble.


def test_an_order_is_offered_taken_called_and_handed_over_with_one_message_for_each(
    house: OrderHouse, mita: str
) -> None:
    order = house.ordered(mita)
    assert (house.told(mita), house.told(KEEPER)) == (["placed"], ["offered"])
    assert house.does(KEEPER, OrderAsk.ACCEPT, order).outcome == "accepted"
    assert house.does(KEEPER, OrderAsk.READY, order).outcome == "called"
    assert house.does(KEEPER, OrderAsk.COLLECT, code=house.code(order)).outcome == "handed"
    assert house.told(mita) == ["placed", "taken", "ready"]
    assert house.told(KEEPER) == ["offered", "accepted", "called", "handed"]
    (sale,) = house.orders.sales(NEAR, date(2026, 11, 22))
    assert (sale.order, sale.total, sale.paid) == (order, 2 * 2800 + 4500 + 2 * 2600, Paid.CASH)
    assert house.stocks.stocks[NEAR].orders == {}
    everything_lies_where_it_belongs(house)


def test_packed_at_once_the_shop_hears_nothing_and_the_customer_that_it_is_ready(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    assert house.does(KEEPER, OrderAsk.PACKED, order).outcome == "noted"
    assert house.told(mita) == ["placed", "ready"]
    assert house.order(order).life is Life.READY


def test_counted_goods_are_gone_when_collected_and_back_when_not(house: OrderHouse, mita: str) -> None:
    house.opens(shop(NEAR, at=(22.511, 88.36)), RC1=5)
    sold, expired = house.ordered(mita, RC1=2), house.ordered(mita, RC1=1)
    assert house.left("RC1") == 2
    for order in (sold, expired):
        house.does(KEEPER, OrderAsk.PACKED, order)
    house.does(KEEPER, OrderAsk.COLLECT, code=house.code(sold))
    house.minutes(PICKUP.total_seconds() / 60)
    assert house.order(expired).life is Life.EXPIRED
    assert house.left("RC1") == 3
    assert house.told(mita)[-1] == "expired"
    assert house.told(KEEPER)[-1] == "uncollected"
    everything_lies_where_it_belongs(house)


def test_credit_is_noted_after_the_goods_were_handed_over(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    house.does(KEEPER, OrderAsk.COLLECT, code=house.code(order))
    assert house.does(KEEPER, OrderAsk.OWE, order).outcome == "owed"
    (sale,) = house.orders.sales(NEAR, date(2026, 11, 22))
    assert sale.paid is Paid.CREDIT
    assert house.does(KEEPER, OrderAsk.OWE, order).outcome == "late"


def test_the_customer_puts_the_deadline_off_once(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    until = house.order(order).until
    assert until is not None
    assert house.does(mita, OrderAsk.LATER, order).outcome == "kept_longer"
    assert house.order(order).until == until + PICKUP
    assert house.does(mita, OrderAsk.LATER, order).outcome == "late"
    house.minutes(PICKUP.total_seconds() / 60)
    assert house.order(order).life is Life.READY
    house.minutes(PICKUP.total_seconds() / 60)
    assert house.order(order).life is Life.EXPIRED


def test_the_customer_is_reminded_two_hours_before(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    house.minutes(22 * 60 - 1)
    assert "reminded" not in house.told(mita)
    house.minutes(1)
    house.minutes(30)
    assert house.told(mita).count("reminded") == 1


# Shops that cannot, and shops that are silent.


def test_a_shop_that_cannot_is_followed_by_the_next_and_the_customer_hears_nothing_of_it(
    house: OrderHouse, mita: str
) -> None:
    order = house.ordered(mita)
    assert house.does(KEEPER, OrderAsk.CANNOT, order).outcome == "noted"
    assert house.told(OTHER_KEEPER) == ["offered"]
    assert house.told(mita) == ["placed"]
    assert house.order(order).shop == FAR
    everything_lies_where_it_belongs(house)


def test_a_shop_that_does_not_answer_in_five_minutes_loses_the_order_and_its_late_yes_says_so(
    house: OrderHouse, mita: str
) -> None:
    order = house.ordered(mita)
    house.minutes(4)
    assert house.order(order).shop == NEAR
    house.minutes(1)
    assert house.order(order).shop == FAR
    late = house.does(KEEPER, OrderAsk.ACCEPT, order)
    assert (late.outcome, late.details) == ("late", {"other": "1"})
    assert house.does(OTHER_KEEPER, OrderAsk.ACCEPT, order).outcome == "accepted"
    assert house.told(mita) == ["placed", "taken"]
    everything_lies_where_it_belongs(house)


def test_a_shop_that_has_accepted_may_still_say_that_it_cannot(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.ACCEPT, order)
    house.does(KEEPER, OrderAsk.CANNOT, order)
    assert (house.order(order).shop, house.order(order).life) == (FAR, Life.PLACED)
    house.minutes(5)
    assert house.order(order).life is Life.DECLINED


def test_after_ten_minutes_the_customer_hears_once_that_it_takes_long(house: OrderHouse, mita: str) -> None:
    house.opens(shop(CHAIN, kind=Kind.CHAIN))
    order = house.ordered(mita)
    house.minutes(5)
    house.minutes(5)
    assert house.order(order).shop == CHAIN
    house.minutes(4)
    assert house.told(mita) == ["placed", "slow"]


def test_a_customer_whose_shop_gave_it_up_later_hears_too_that_it_takes_long(house: OrderHouse, mita: str) -> None:
    for another in (CHAIN, "9R5TX"):
        house.opens(shop(another, at=(22.53, 88.36)))
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.ACCEPT, order)
    house.minutes(15)
    house.does(KEEPER, OrderAsk.CANNOT, order)
    house.minutes(5)
    assert house.told(mita) == ["placed", "taken"]
    house.minutes(5)
    house.minutes(4)
    assert house.told(mita) == ["placed", "taken", "slow"]


def test_a_shop_that_lost_its_phone_keeps_no_order(house: OrderHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [house.ordered(house.customer(name)) for name in ("Mita", "Ravi", "Asha")]
    house.market.enter(replace(house.market.shops_[NEAR], phones=()))
    read = house.citizens.read

    def read_like_dynamodb(id_: str) -> Any:
        assert id_, "DynamoDB refuses an empty key"
        return read(id_)

    monkeypatch.setattr(house.citizens, "read", read_like_dynamodb)
    house.minutes(5)
    assert house.stocks.stocks[NEAR].closed == date(2026, 11, 22)
    assert {house.order(each).shop for each in orders} == {FAR}


def test_when_no_shop_is_left_the_customer_hears_so_and_nothing_lies_anywhere(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.CANNOT, order)
    house.does(OTHER_KEEPER, OrderAsk.CANNOT, order)
    assert house.told(mita) == ["placed", "no_shop"]
    assert house.order(order).life is Life.DECLINED
    everything_lies_where_it_belongs(house)


def test_three_silent_orders_close_the_shop_for_the_day_and_say_so_once(house: OrderHouse) -> None:
    for name in ("Mita", "Ravi", "Asha", "Nita"):
        house.ordered(house.customer(name))
    house.minutes(5)
    assert house.stocks.stocks[NEAR].closed == date(2026, 11, 22)
    assert house.told(KEEPER) == [*["offered"] * 4, "shut"]
    house.ordered(house.customer("Kali"))
    assert house.told(KEEPER)[-1] == "shut"


def test_an_answer_of_any_kind_ends_the_silence(house: OrderHouse, mita: str) -> None:
    first, second = house.ordered(mita), house.ordered(mita)
    house.minutes(5)
    assert house.stocks.stocks[NEAR].silent == 2
    house.does(KEEPER, OrderAsk.ACCEPT, first)
    assert house.stocks.stocks[NEAR].silent == 0
    assert house.order(second).shop == FAR


def test_a_dearer_shop_is_asked_only_after_the_customer_has_said_yes(house: OrderHouse, mita: str) -> None:
    house.prices["ML1"] = 3000
    house.opens(shop(FAR, at=(22.52, 88.36)))
    order = house.ordered(mita, ML1=2)
    house.does(KEEPER, OrderAsk.CANNOT, order)
    assert house.told(mita) == ["placed", "dearer"]
    assert house.told(OTHER_KEEPER) == []
    question = house.order(order).question
    assert question is not None
    assert (question.shop, question.total) == (FAR, 6000)
    assert house.does(mita, OrderAsk.DECIDE, order, code="yes").outcome == "asking"
    assert house.told(OTHER_KEEPER) == ["offered"]
    assert (house.order(order).total, house.order(order).agreed) == (6000, 6000)
    everything_lies_where_it_belongs(house)


def test_a_second_tap_on_the_first_question_is_no_yes_to_a_dearer_one(house: OrderHouse, mita: str) -> None:
    for another, price in ((FAR, 3000), (CHAIN, 9000)):
        house.prices["ML1"] = price
        house.opens(shop(another, at=(22.52, 88.36)))
    order = house.ordered(mita, ML1=2)
    house.does(KEEPER, OrderAsk.CANNOT, order)
    house.does(mita, OrderAsk.DECIDE, order, code="yes", total=6000)
    house.does(OTHER_KEEPER, OrderAsk.CANNOT, order)
    question = house.order(order).question
    assert question is not None
    assert question.total == 18000
    assert house.does(mita, OrderAsk.DECIDE, order, code="yes", total=6000).outcome == "late"
    assert (house.order(order).question, house.order(order).agreed) == (question, 6000)
    assert house.does(mita, OrderAsk.DECIDE, order, code="yes", total=18000).outcome == "asking"


def test_a_question_left_for_half_an_hour_ends_the_order(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.LACK, order, codes=("EG1",))
    house.minutes(29)
    assert house.order(order).question is not None
    house.minutes(1)
    assert house.order(order).life is Life.EXPIRED
    assert house.told(mita)[-1] == "expired"
    assert house.told(KEEPER)[-1] == "withdrawn"
    assert house.does(mita, OrderAsk.DECIDE, order, code="drop").outcome == "late"
    everything_lies_where_it_belongs(house)


# Something is missing.


def test_what_is_missing_is_out_at_this_shop_and_something_of_its_kind_is_offered(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    assert house.does(KEEPER, OrderAsk.LACK, order, codes=("ML1",)).outcome == "noted"
    assert house.told(mita) == ["placed", "missing"]
    question = house.order(order).question
    assert question is not None
    assert (question.instead, question.price) == ("ML2", 3500)
    assert question.total == 2 * 3500 + 4500 + 2 * 2600
    assert house.left("ML1") == OUT
    everything_lies_where_it_belongs(house)


def test_a_yes_to_the_substitute_sets_it_aside_and_the_shop_hears_that_it_goes_on(house: OrderHouse, mita: str) -> None:
    house.opens(shop(NEAR, at=(22.511, 88.36)), ML2=3)
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.LACK, order, codes=("ML1",))
    assert house.does(mita, OrderAsk.DECIDE, order, code="instead").outcome == "taken"
    assert house.left("ML2") == 1
    assert house.told(KEEPER) == ["offered", "noted", "accepted"]
    assert (house.order(order).life, house.order(order).total) == (Life.ACCEPTED, 2 * 3500 + 4500 + 2 * 2600)
    everything_lies_where_it_belongs(house)


def test_when_the_substitute_is_gone_as_well_the_customer_is_asked_again(house: OrderHouse, mita: str) -> None:
    house.opens(shop(NEAR, at=(22.511, 88.36)), ML2=2)
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.LACK, order, codes=("ML1",))
    stands = house.stocks.stocks[NEAR]
    house.stocks.stocks[NEAR] = replace(stands, counts={**stands.counts, "ML2": 1})
    assert house.does(mita, OrderAsk.DECIDE, order, code="instead").outcome == "missing"
    assert house.left("ML2") == 1
    assert house.does(mita, OrderAsk.DECIDE, order, code="instead").outcome == "late"
    assert house.does(mita, OrderAsk.DECIDE, order, code="drop").outcome == "taken"
    everything_lies_where_it_belongs(house)


def test_without_what_is_missing_the_order_goes_on(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.LACK, order, codes=("ML1", "EG1"))
    question = house.order(order).question
    assert question is not None
    assert question.instead == ""
    assert house.does(mita, OrderAsk.DECIDE, order, code="drop").outcome == "taken"
    assert [line.code for line in house.order(order).lines] == ["PT1"]
    everything_lies_where_it_belongs(house)


def test_a_shop_that_lacks_everything_cannot_and_none_of_it_is_for_sale_there(house: OrderHouse, mita: str) -> None:
    house.opens(shop(NEAR, at=(22.511, 88.36)), ML1=7)
    order = house.ordered(mita, ML1=2)
    assert house.does(KEEPER, OrderAsk.LACK, order, codes=("ML1",)).outcome == "noted"
    assert house.order(order).shop == FAR
    assert house.left("ML1") == OUT
    everything_lies_where_it_belongs(house)


# Weighing, and which order is meant.


def test_a_weighed_total_above_the_limit_is_refused_with_the_limit(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.ACCEPT, order)
    most = 2 * 2800 + 4500 + 2 * 2600 + 520
    refused = house.does(KEEPER, OrderAsk.READY, order, total=most + 1)
    assert (refused.outcome, refused.details) == ("too_much", {"most": str(most)})
    assert house.does(KEEPER, OrderAsk.READY, order, total=most).outcome == "called"
    assert house.order(order).total == most


def test_ready_without_a_name_means_the_one_order_it_can_mean(house: OrderHouse) -> None:
    small = house.ordered(house.customer("Mita"), PT1=1)
    large = house.ordered(house.customer("Ravi"), RC1=1, PT1=1)
    assert house.does(KEEPER, OrderAsk.READY).outcome == "which"
    assert house.does(KEEPER, OrderAsk.ACCEPT, small).outcome == "accepted"
    assert house.does(KEEPER, OrderAsk.ACCEPT, large).outcome == "accepted"
    which = house.does(KEEPER, OrderAsk.READY)
    assert (which.outcome, set(which.details["orders"].split())) == ("which", {small, large})
    assert house.does(KEEPER, OrderAsk.READY, total=2700).order == small
    assert house.does(KEEPER, OrderAsk.READY).order == large
    assert house.does(KEEPER, OrderAsk.READY).outcome == "unknown"


def test_too_early_takes_it_back_and_the_customer_waits_for_another_word(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    assert house.does(KEEPER, OrderAsk.NOT_READY, order).outcome == "uncalled"
    assert house.does(KEEPER, OrderAsk.COLLECT, code=house.code(order)).outcome == "wrong_code"
    assert house.told(mita) == ["placed", "ready", "not_ready"]


def test_no_two_ready_orders_of_a_shop_have_the_same_code(house: OrderHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(KEYS), "pickup_code", lambda _, order, attempt=0: f"{1000 + attempt}")
    orders = [house.ordered(house.customer(name)) for name in ("Mita", "Ravi")]
    for order in orders:
        house.does(KEEPER, OrderAsk.PACKED, order)
    assert [house.code(order) for order in orders] == ["1000", "1001"]
    assert house.does(KEEPER, OrderAsk.COLLECT, code="1001").order == orders[1]


def test_where_two_orders_came_to_one_code_the_shop_is_asked_which(
    house: OrderHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [house.ordered(house.customer(name)) for name in ("Mita", "Ravi")]
    for order in orders:
        house.does(KEEPER, OrderAsk.PACKED, order)
    monkeypatch.setattr(type(KEYS), "pickup_code", lambda _, order, attempt=0: "1000")
    which = house.does(KEEPER, OrderAsk.COLLECT, code="1000")
    assert (which.outcome, set(which.details["orders"].split())) == ("which", set(orders))
    assert house.does(KEEPER, OrderAsk.COLLECT, orders[0], code="1000").outcome == "handed"


def test_a_wrong_code_a_code_of_another_shop_and_a_code_once_more(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    wrong = f"{(int(house.code(order)) + 1) % 10_000:04d}"
    assert house.does(KEEPER, OrderAsk.COLLECT, code=wrong).outcome == "wrong_code"
    assert house.does(OTHER_KEEPER, OrderAsk.COLLECT, code=house.code(order)).outcome == "wrong_code"
    assert house.does(KEEPER, OrderAsk.COLLECT, code=house.code(order)).outcome == "handed"
    again = house.does(KEEPER, OrderAsk.COLLECT, code=house.code(order))
    assert (again.outcome, again.order) == ("late", order)


# Late taps, foreign taps, and orders that are no more.

OF_A_SHOP = [
    (OrderAsk.ACCEPT, {}),
    (OrderAsk.PACKED, {}),
    (OrderAsk.CANNOT, {}),
    (OrderAsk.LACK, {"codes": ("ML1",)}),
    (OrderAsk.READY, {}),
    (OrderAsk.NOT_READY, {}),
    (OrderAsk.OWE, {}),
]


@pytest.mark.parametrize(("ask", "more"), OF_A_SHOP)
def test_whatever_a_shop_taps_on_a_cancelled_order_it_hears_that_it_is(
    house: OrderHouse, mita: str, ask: OrderAsk, more: dict[str, Any]
) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.ACCEPT, order)
    assert house.does(mita, OrderAsk.CANCEL, order).outcome == "dropped"
    assert house.told(KEEPER)[-1] == "withdrawn"
    before = house.order(order)
    late = house.does(KEEPER, ask, order, **more)
    assert (late.outcome, late.order, late.details) == ("late", order, {})
    assert house.order(order) == before
    everything_lies_where_it_belongs(house)


@pytest.mark.parametrize(("ask", "more"), OF_A_SHOP)
def test_whatever_is_asked_about_no_order_is_answered(house: OrderHouse, ask: OrderAsk, more: dict[str, Any]) -> None:
    assert house.does(KEEPER, ask, "00000000", **more).outcome == "unknown"


@pytest.mark.parametrize("ask", [OrderAsk.CANCEL, OrderAsk.LATER, OrderAsk.PAY, OrderAsk.DECIDE])
def test_nobody_decides_about_somebody_else_s_order(house: OrderHouse, mita: str, ask: OrderAsk) -> None:
    order = house.ordered(mita)
    before = house.order(order)
    assert house.does(house.customer("Ravi"), ask, order, code="drop").outcome == "unknown"
    assert house.order(order) == before


def test_the_same_tap_twice_is_answered_twice_and_done_once(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    first, second = house.asks(KEEPER, OrderAsk.ACCEPT, order), house.asks(KEEPER, OrderAsk.ACCEPT, order)
    assert house.answer(first, second) == []
    assert house.told(KEEPER) == ["offered", "accepted", "late"]
    assert house.told(mita) == ["placed", "taken"]


def test_an_answered_request_that_comes_again_repeats_its_answer_and_changes_nothing(
    house: OrderHouse, mita: str
) -> None:
    order = house.ordered(mita)
    request = house.asks(KEEPER, OrderAsk.ACCEPT, order)
    house.answer(request)
    before = house.order(order)
    house.answer(replace(request, receives=2))
    assert house.order(order) == before
    assert house.told(KEEPER) == ["offered", "accepted"]


@pytest.mark.parametrize(
    ("way", "who", "ask", "more", "outcome"),
    [
        ([], KEEPER, OrderAsk.ACCEPT, {}, "accepted"),
        ([], KEEPER, OrderAsk.PACKED, {}, "noted"),
        ([], KEEPER, OrderAsk.CANNOT, {}, "noted"),
        ([], KEEPER, OrderAsk.LACK, {"codes": ("ML1",)}, "noted"),
        ([OrderAsk.ACCEPT], KEEPER, OrderAsk.READY, {}, "called"),
        ([], KEEPER, OrderAsk.READY, {}, "called"),
        ([OrderAsk.PACKED], KEEPER, OrderAsk.NOT_READY, {}, "uncalled"),
        ([OrderAsk.PACKED], KEEPER, OrderAsk.COLLECT, {}, "handed"),
        ([OrderAsk.PACKED, OrderAsk.COLLECT], KEEPER, OrderAsk.OWE, {}, "owed"),
        ([OrderAsk.PACKED], "mita00000", OrderAsk.LATER, {}, "kept_longer"),
        ([], "mita00000", OrderAsk.CANCEL, {}, "dropped"),
        ([OrderAsk.LACK], "mita00000", OrderAsk.DECIDE, {"code": "drop"}, "taken"),
        ([OrderAsk.LACK], "mita00000", OrderAsk.DECIDE, {"code": "instead"}, "taken"),
    ],
)
def test_what_had_its_effect_before_a_crash_is_answered_by_what_it_did_and_not_as_late(
    house: OrderHouse, mita: str, way: list[OrderAsk], who: str, ask: OrderAsk, more: dict[str, Any], outcome: str
) -> None:
    order = house.ordered(mita)
    for each in way:
        house.does(KEEPER, each, order, codes=("ML1",), code=house.code(order))
    about = order
    if ask is OrderAsk.COLLECT:
        about, more = "", {"code": house.code(order)}
    if ask is OrderAsk.READY and not way:
        about = ""
    request = house.asks(who, ask, about, **more)
    house.citizens.faults.plan("commit", NotNow("busy"))
    assert house.answer(request) == [request.id]
    changed = house.order(order)
    assert house.answer(replace(request, receives=2)) == []
    assert house.told(who)[-1] == outcome
    assert (house.order(order).life, house.order(order).stamps) == (changed.life, changed.stamps)
    everything_lies_where_it_belongs(house)


def test_cancelled_on_the_page_the_customer_hears_so_in_the_chat(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    effect = Effect(effect_id("page", short_hash("cancel").hex(), 0), OrderRequest(OrderAsk.CANCEL, order))
    assert house.answer(asked(effect)) == []
    assert house.told(mita) == ["placed", "dropped"]
    assert house.told(KEEPER) == ["offered", "withdrawn"]


# Paying.


def pays(house: OrderHouse, order: str, total: int, transaction: str = "pay_1", receives: int = 1) -> list[str]:
    """The look-up of a payment, as the notifier asks it: the ids that stay."""
    customer = house.order(order).customer if order in house.orders.orders else "mita00000"
    effect = Effect(
        effect_id(customer, short_hash(f"lookup {transaction}").hex(), 1),
        OrderRequest(OrderAsk.PAID, order, code=transaction, total=total),
    )
    return house.answer(asked(effect, receives))


def test_a_payment_told_twice_is_taken_once_and_handing_over_leaves_it_paid(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    assert house.does(mita, OrderAsk.PAY, order).outcome == "pay"
    for receives in (1, 2):
        assert pays(house, order, house.order(order).total, receives=receives) == []
    assert house.told(mita) == ["placed", "ready", "pay", "paid"]
    house.does(KEEPER, OrderAsk.COLLECT, code=house.code(order))
    (sale,) = house.orders.sales(NEAR, date(2026, 11, 22))
    assert sale.paid is Paid.ONLINE
    assert house.does(KEEPER, OrderAsk.OWE, order).outcome == "late"
    assert house.orders.refunds() == []


def test_a_wrong_sum_and_money_for_a_cancelled_order_are_reported_for_refund(house: OrderHouse) -> None:
    wrong, gone = house.ordered(house.customer("Mita")), house.ordered(house.customer("Ravi"))
    house.does(KEEPER, OrderAsk.PACKED, wrong)
    pays(house, wrong, 1)
    house.does("ravi00000", OrderAsk.CANCEL, gone)
    pays(house, gone, house.order(gone).total, "pay_2")
    assert {order.id for order in house.orders.refunds()} == {wrong, gone}
    assert house.journal.counts["RefundsDue"] == 2
    assert house.told("ravi00000") == ["placed", "dropped", "refund"]


def test_money_for_an_unknown_order_is_counted_and_kept_for_an_operator(house: OrderHouse) -> None:
    assert pays(house, "00000000", 5000) == []
    ((group, _, body, cause),) = house.lane.parked
    assert (group, cause) == ("00000000", "paid for an unknown order")
    assert "pay_1" in body
    assert house.journal.counts["RefundsDue"] == 1


def test_where_nobody_can_pay_by_chat_pay_now_comes_too_late(house: OrderHouse, mita: str) -> None:
    house.ports = replace(house.ports, pays_online=False)
    order = house.ordered(mita)
    house.does(KEEPER, OrderAsk.PACKED, order)
    assert house.does(mita, OrderAsk.PAY, order).outcome == "late"


# Joining.

DETAILS = {
    "name": "Lakshmi Bhandar",
    "address": "4 Gariahat Road",
    "latitude": "22.515",
    "longitude": "88.365",
    "opens": "07:30",
    "closes": "21:00",
    "phone": "98300 12345",
}


def invites(house: OrderHouse, **changes: Any) -> str:
    invitation = Invitation("7M4QK2", Kind.SHOP, frozenset({"700029"}), house.time.now + timedelta(days=14))
    house.market.invite(replace(invitation, **changes))
    return "7M4QK2"


def test_a_new_shop_joins_with_its_answers_and_its_phone_is_a_shop_s(house: OrderHouse) -> None:
    house.lives("lakshmi01")
    word = house.does("lakshmi01", OrderAsk.JOIN, code=invites(house), details=DETAILS)
    joined = house.market.shops_[KEYS.shop("7M4QK2")]
    assert (word.outcome, word.details) == ("joined", {"shop": joined.id})
    assert house.shop_of("lakshmi01") == joined.id
    assert (joined.names["bn"], sorted(joined.pins), joined.phones) == ("Lakshmi Bhandar", ["700029"], ("lakshmi01",))
    assert (joined.opens.isoformat(), joined.closes.isoformat()) == ("07:30:00", "21:00:00")


def test_a_second_phone_joins_and_a_third_does_not(house: OrderHouse) -> None:
    house.lives("brother01")
    house.lives("cousin001")
    assert house.does("brother01", OrderAsk.JOIN, code=invites(house, shop=NEAR)).outcome == "joined"
    assert house.market.shops_[NEAR].phones == (KEEPER, "brother01")
    assert house.does("cousin001", OrderAsk.JOIN, code=invites(house, shop=NEAR)).outcome == "not_joined"


def test_an_invitation_is_used_once_and_not_when_it_is_over(house: OrderHouse) -> None:
    for each in ("lakshmi01", "somebody1"):
        house.lives(each)
    code = invites(house)
    house.does("lakshmi01", OrderAsk.JOIN, code=code, details=DETAILS)
    assert house.does("somebody1", OrderAsk.JOIN, code=code, details=DETAILS).outcome == "not_joined"
    invites(house, until=house.time.now)
    assert house.does("somebody1", OrderAsk.JOIN, code=code, details=DETAILS).outcome == "not_joined"
    assert house.shop_of("somebody1") is None


def test_who_answers_for_a_shop_already_does_not_join_another(house: OrderHouse) -> None:
    assert house.does(KEEPER, OrderAsk.JOIN, code=invites(house), details=DETAILS).outcome == "not_joined"


@pytest.mark.parametrize("shop_", ["", NEAR])
def test_a_joining_that_broke_off_before_the_answer_is_told_when_it_comes_again(house: OrderHouse, shop_: str) -> None:
    house.lives("lakshmi01")
    request = house.asks("lakshmi01", OrderAsk.JOIN, code=invites(house, shop=shop_), details=DETAILS)
    house.citizens.faults.plan("commit", NotNow("busy"))
    assert house.answer(request) == [request.id]
    assert house.shop_of("lakshmi01") is None
    assert house.answer(replace(request, receives=2)) == []
    assert house.shop_of("lakshmi01") == (shop_ or KEYS.shop("7M4QK2"))
    assert house.told("lakshmi01") == ["joined"]


def test_a_shop_that_joined_but_is_not_in_the_list_yet_is_looked_for_again(house: OrderHouse) -> None:
    house.lives("brother01")
    request = house.asks("brother01", OrderAsk.JOIN, code="7M4QK2", receives=2)
    assert house.answer(request) == [request.id]
    assert house.answer(replace(request, receives=4)) == []
    assert house.told("brother01") == ["not_joined"]


def test_unusable_answers_are_set_aside_without_naming_them(house: OrderHouse) -> None:
    house.lives("lakshmi01")
    details = {**DETAILS, "opens": "Lakshmi's secret"}
    request = house.asks("lakshmi01", OrderAsk.JOIN, code=invites(house), details=details, receives=3)
    assert house.answer(request) == []
    ((_, _, _, cause),) = house.lane.parked
    assert "secret" not in cause + house.journal.whole


# The queue.


def test_the_function_tells_requests_about_orders_from_the_others(house: OrderHouse, mita: str) -> None:
    request = house.asks(mita, OrderAsk.CANCEL, "00000000")
    assert is_of_orders(request)
    assert not is_of_orders(replace(request, body="{}"))
    booking = '{"id":"mita00000-00-0","act":{"R":"book","s":"7M4QK0"},"at":0}'
    assert not is_of_orders(replace(request, body=booking))


def test_what_aws_is_too_busy_for_stays_and_so_does_what_follows_it_in_its_group(house: OrderHouse) -> None:
    mine, other = house.ordered(house.customer("Mita")), house.ordered(house.customer("Ravi"))
    batch = [
        house.asks(KEEPER, OrderAsk.ACCEPT, mine),
        house.asks(KEEPER, OrderAsk.READY, mine),
        house.asks(KEEPER, OrderAsk.ACCEPT, other),
    ]
    house.orders.faults.plan("write", NotNow("busy"))
    assert house.answer(*batch) == [batch[0].id, batch[1].id]
    assert house.lane.waits == {batch[0].receipt: 5, batch[1].receipt: 5}
    assert house.order(other).life is Life.ACCEPTED
    assert house.answer(*(replace(each, receives=2) for each in batch[:2])) == []
    assert house.told(KEEPER)[-2:] == ["accepted", "called"]


def test_what_fails_by_our_own_fault_is_set_aside_at_the_third_receive_and_its_sender_hears_sorry(
    house: OrderHouse, mita: str
) -> None:
    order = house.ordered(mita)
    request = house.asks(KEEPER, OrderAsk.ACCEPT, order)
    for receives in (1, 2):
        house.orders.faults.plan("write", RuntimeError("broken"))
        assert house.answer(replace(request, receives=receives)) == [request.id]
    house.orders.faults.plan("write", RuntimeError("broken"))
    assert house.answer(replace(request, receives=3)) == []
    ((group, _, _, cause),) = house.lane.parked
    assert group == order
    assert cause.startswith("RuntimeError at ")
    assert house.told(KEEPER) == ["offered", "sorry_try_again"]
    assert house.waits_for_nothing(request)
    # Given to the queue again by an operator, it has its effect.
    assert house.answer(request) == []
    assert house.order(order).life is Life.ACCEPTED


def test_what_is_busy_for_long_is_set_aside_too(house: OrderHouse, mita: str) -> None:
    request = house.asks(mita, OrderAsk.CANCEL, house.ordered(mita), receives=4)
    house.orders.faults.plan("read", NotNow("busy"), Conflict("busy"))
    assert house.answer(request) == [request.id]
    house.orders.faults.plan("read", *(Conflict("busy") for _ in range(5)))
    assert house.answer(replace(request, receives=5)) == []
    assert len(house.lane.parked) == 1


def test_nothing_is_begun_when_the_time_is_over(house: OrderHouse, mita: str) -> None:
    request = house.asks(mita, OrderAsk.CANCEL, house.ordered(mita))
    assert answer_orders([request], house.ports, lambda: False) == [request.id]
    assert house.lane.waits == {request.receipt: 0}


def test_what_is_no_request_at_all_is_set_aside(house: OrderHouse) -> None:
    assert house.answer(Asked("1", "r1", "g", 1, "no JSON")) == []
    assert len(house.lane.parked) == 1


def test_two_writers_at_once_repeat_themselves(house: OrderHouse, mita: str) -> None:
    order = house.ordered(mita)
    house.orders.faults.plan("write", Conflict("first"), Conflict("second"))
    assert house.does(KEEPER, OrderAsk.ACCEPT, order).outcome == "accepted"
    assert house.told(mita) == ["placed", "taken"]


def test_nothing_in_the_journal_names_anybody(house: OrderHouse) -> None:
    mita = house.customer("Mitalee")
    order = house.ordered(mita)
    house.orders.faults.plan("write", RuntimeError("Mitalee of 12 Lake Road"))
    house.answer(house.asks(KEEPER, OrderAsk.ACCEPT, order))
    assert "Mitalee" not in house.journal.whole.replace(mita, "")
    assert "Lake" not in house.journal.whole


# Whatever is asked in whatever order, and whatever fails.

ASKS = [ask for ask in OrderAsk if ask not in (OrderAsk.PLACED, OrderAsk.PAID, OrderAsk.TIME, OrderAsk.JOIN)]
TAPS = st.tuples(
    st.sampled_from([KEEPER, OTHER_KEEPER, "mita00000"]),
    st.sampled_from(ASKS),
    st.sampled_from([("ML1",), ("EG1", "PT1"), ("ML1", "EG1", "PT1")]),
    st.sampled_from(["drop", "instead", "yes"]),
    st.sampled_from([0, 0, 15000, 15500, 99999]),
    st.sampled_from([0, 1, 5, 31, 1441]),
    st.sampled_from(["", "", "write", "reserve", "release", "adjust", "told", "commit", "queue", "read"]),
    st.booleans(),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.lists(TAPS, min_size=1, max_size=14))
def test_whatever_happens_goods_lie_with_their_orders_and_everybody_hears_everything_once(taps: list[Any]) -> None:
    house = OrderHouse()
    house.opens(shop(NEAR, at=(22.511, 88.36)), ML1=10, EG1=9, ML2=4)
    house.opens(shop(FAR, at=(22.52, 88.36)), ML1=10, ML2=3)
    mita = house.customer("Mita")
    order = house.ordered(mita)
    for who, ask, codes, decision, total, minutes, fails, after in taps:
        code = house.code(order) if ask is OrderAsk.COLLECT else decision
        about = "" if ask is OrderAsk.COLLECT else order
        request = house.asks(who, ask, about, codes=codes, code=code, total=total)
        ports: dict[str, Any] = {
            **dict.fromkeys(("reserve", "release", "adjust"), house.stocks),
            **dict.fromkeys(("commit", "read"), house.citizens),
            **dict.fromkeys(("write", "told"), house.orders),
            "queue": house.outgoing,
        }
        if fails:
            ports[fails].faults.plan(fails, *[RuntimeError("broken")] * (1 + after))
        stay = house.answer(request)
        for each in (house.citizens, house.orders, house.stocks, house.outgoing):
            each.faults.planned.clear()
        if stay:
            assert house.answer(replace(request, receives=2)) == []
        house.minutes(minutes)
        everything_lies_where_it_belongs(house)
    for counts, at in (({"ML1": 10, "EG1": 9, "ML2": 4}, NEAR), ({"ML1": 10, "ML2": 3}, FAR)):
        gone = {line.code: line.quantity for line in house.order(order).lines}
        sold = house.order(order).life is Life.COLLECTED and house.order(order).shop == at
        stands = house.stocks.stocks[at]
        aside = {
            code: sum(held.get(code, 0) for (s, _), held in house.stocks.goods.items() if s == at) for code in counts
        }
        for code, began in counts.items():
            taken = aside[code] + (gone.get(code, 0) if sold else 0)
            assert stands.counts[code] in (OUT, began - taken)
    ends = [news for news in house.told(mita) if news in ("expired", "no_shop", "dropped")]
    assert len(ends) <= 1
    house.minutes(3 * 24 * 60)
    house.minutes(3 * 24 * 60)
    assert house.order(order).life not in LIVE
