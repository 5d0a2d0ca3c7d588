"""The clock's part in the shops' life."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from seba.conversation.say import OrderRequest, Say
from seba.domain.calendar import KOLKATA
from seba.domain.errors import NotNow
from seba.domain.shops import Kind
from seba.services.mind_orders import ask_in_the_morning, ring_timers
from seba.services.minute import Minute, OutOfTime
from tests.fakes.market import shop
from tests.unit.services.order_house import CHAIN, FAR, NEAR, OrderHouse

MONDAY = datetime(2026, 11, 23, tzinfo=KOLKATA)


@pytest.fixture
def house() -> OrderHouse:
    return OrderHouse()


def minute(house: OrderHouse, *, in_time: bool = True) -> Minute:
    return Minute(house.time.now, house.journal, lambda: in_time)


def at(house: OrderHouse, hour: int, minutes: int = 0, day: datetime = MONDAY) -> list[str]:
    """Who is asked at an hour of the morning, in a minute of the clock."""
    house.outgoing.queued.clear()
    house.time.now = datetime.combine(day.date(), time(hour, minutes), KOLKATA)
    ask_in_the_morning(minute(house), house.minding)
    assert {lane for lane, _, _ in house.outgoing.queued} <= {"notify"}
    return [to for _, to, _ in house.outgoing.queued]


# Timers.


def test_a_timer_that_has_rung_is_asked_of_the_booking_room_and_struck_off(house: OrderHouse) -> None:
    order = house.ordered(house.customer("Mita"))
    house.time.pass_(minutes=5)
    house.outgoing.queued.clear()
    ring_timers(minute(house), house.minding)
    requests = [e.act for e in house.outgoing.effects if isinstance(e.act, OrderRequest)]
    assert [(each.order, each.code) for each in requests] == [(order, "placed"), (order, "answer")]
    assert requests[1].details == {"shop": NEAR, "at": house.time.now.isoformat()}
    assert {timer.what for timer in house.orders.timers} == {"long"}


def test_a_timer_whose_request_was_not_queued_rings_in_the_next_minute_under_the_same_id(house: OrderHouse) -> None:
    house.ordered(house.customer("Mita"))
    house.time.pass_(minutes=1)
    house.outgoing.queued.clear()
    house.orders.faults.plan("settle", NotNow("busy"))
    first = minute(house)
    ring_timers(first, house.minding)
    assert first.faults == 1
    ring_timers(minute(house), house.minding)
    once, again = house.outgoing.effects
    assert once.id == again.id
    assert once.id.startswith("clock-")


def test_one_timer_that_fails_does_not_stop_the_others(house: OrderHouse) -> None:
    for name in ("Mita", "Ravi"):
        house.ordered(house.customer(name))
    house.time.pass_(minutes=1)
    house.outgoing.queued.clear()
    house.outgoing.faults.plan("queue", NotNow("busy"))
    ring_timers(minute(house), house.minding)
    assert len(house.outgoing.effects) == 1


def test_without_time_the_rest_waits_a_minute(house: OrderHouse) -> None:
    house.ordered(house.customer("Mita"))
    house.time.pass_(minutes=1)
    with pytest.raises(OutOfTime):
        ring_timers(minute(house, in_time=False), house.minding)


# The morning.


def test_every_shop_is_asked_once_half_an_hour_before_it_opens(house: OrderHouse) -> None:
    assert at(house, 7, 29) == []
    assert at(house, 7, 30) == [f"keep{NEAR}", f"keep{FAR}"]
    assert at(house, 7, 31) == []
    assert at(house, 7, 30, MONDAY + timedelta(days=1)) == [f"keep{NEAR}", f"keep{FAR}"]


def test_no_shop_is_asked_before_seven_or_after_it_should_have_closed(house: OrderHouse) -> None:
    house.market.shops_ = {}
    house.opens(shop("4N6RT", opens=time(6), closes=time(9)))
    assert at(house, 6, 59) == []
    assert at(house, 9) == []
    assert at(house, 7) == ["keep4N6RT"]


def test_a_clock_that_stood_still_asks_late_rather_than_not(house: OrderHouse) -> None:
    assert at(house, 14) == [f"keep{NEAR}", f"keep{FAR}"]


def test_who_has_said_open_or_closed_today_is_not_asked_and_who_said_so_yesterday_is(house: OrderHouse) -> None:
    near, far = house.stocks.stocks[NEAR], house.stocks.stocks[FAR]
    house.stocks.stocks[NEAR] = replace(near, opened=MONDAY + timedelta(hours=7))
    house.stocks.stocks[FAR] = replace(far, closed=(MONDAY - timedelta(days=1)).date())
    assert at(house, 8) == [f"keep{FAR}"]
    house.stocks.stocks[FAR] = replace(far, closed=(MONDAY + timedelta(days=1)).date())
    assert at(house, 8, day=MONDAY + timedelta(days=1)) == [f"keep{NEAR}"]


def test_chains_go_by_their_hours_and_shops_without_a_phone_or_on_their_free_day_are_left_alone(
    house: OrderHouse,
) -> None:
    house.opens(shop(CHAIN, kind=Kind.CHAIN))
    house.market.enter(replace(house.market.shops_[NEAR], phones=()))
    house.market.enter(replace(house.market.shops_[FAR], days="234567"))
    assert at(house, 8) == []
    assert at(house, 8, day=MONDAY + timedelta(days=1)) == [f"keep{FAR}"]


def test_the_phone_on_duty_is_asked_with_the_shop_s_own_question(house: OrderHouse) -> None:
    house.market.enter(replace(house.market.shops_[NEAR], phones=(f"keep{NEAR}", "brother01")))
    house.stocks.stocks[NEAR] = replace(house.stocks.stocks[NEAR], duty="brother01")
    assert at(house, 8) == ["brother01", f"keep{FAR}"]
    (say, _) = house.outgoing.said
    assert say == Say("shop_morning", {"shop": f"shop:{NEAR}"})


def test_a_phone_that_was_taken_away_from_its_shop_is_asked_no_more(house: OrderHouse) -> None:
    house.stocks.stocks[NEAR] = replace(house.stocks.stocks[NEAR], duty="brother01")
    assert at(house, 8) == [f"keep{NEAR}", f"keep{FAR}"]


def test_who_could_not_be_asked_is_asked_in_the_next_minute(house: OrderHouse) -> None:
    house.outgoing.faults.plan("notify", NotNow("busy"))
    assert at(house, 8) == [f"keep{FAR}"]
    assert at(house, 8, 1) == [f"keep{NEAR}"]
