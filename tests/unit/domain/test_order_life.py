"""The life of an order: whatever is asked of it in whatever order, goods lie where it says, and it never costs more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.conversation.heard import Outcome
from seba.domain import order_life
from seba.domain.calendar import KOLKATA
from seba.domain.order_life import Change, Late, NotThisShop, Ring, Tell, TooMuch
from seba.domain.orders import LIVE, Life, Line, Order, Paid, total_of
from seba.domain.routing import Choice, choice
from tests.fakes.market import shop, stock
from tests.fakes.world import NOW

MITA = "mita00001"
ANSWER, PICKUP = timedelta(minutes=5), timedelta(hours=24)
NEAR, FAR, DEAR = shop("3F8KQ"), shop("8H2MX"), shop("9P3VW")
RICE, DAL, SOAP = Line("RC1", 2, 29000), Line("DL1", 1, 6500), Line("SP1", 3, 3800)
LINES = (RICE, DAL, SOAP)


def order(*lines: Line, at: str = NEAR.id) -> Order:
    """Placed, its goods not set aside yet."""
    lines = lines or LINES
    place = Choice(replace(NEAR, id=at), lines, {}, 0)
    return order_life.placed("7M4QK2X9", MITA, "Mita Das", "700029", place, total_of(lines), NOW)


def asked(*lines: Line) -> Order:
    """Its shop has been asked."""
    return order_life.asked(order(*lines), "keep3F8KQ", ANSWER, NOW).order


def accepted(*lines: Line) -> Order:
    return order_life.accepted(asked(*lines), NEAR.id, PICKUP, NOW).order


def ready(*lines: Line) -> Order:
    return order_life.ready(accepted(*lines), NEAR.id, 0, (), PICKUP, 0, NOW).order


def collected() -> Order:
    return order_life.collected(ready(), NEAR.id, NOW).order


def told(change: Change, before: Order) -> list[tuple[str, str]]:
    """Who hears what of a change."""
    return [(news.to, news.outcome) for news in change.order.news if news.n > before.count]


def test_everything_that_is_told_is_an_outcome_of_the_conversation() -> None:
    assert {str(tell) for tell in Tell} <= {str(outcome) for outcome in Outcome}


# A day without trouble.


def test_the_shop_is_asked_with_its_minutes_and_looked_at_again_when_they_are_over() -> None:
    before = order()
    assert [(news.to, news.outcome) for news in before.news] == [(MITA, "placed")]
    change = order_life.asked(before, "keep3F8KQ", ANSWER, NOW)
    assert told(change, before) == [("keep3F8KQ", "offered")]
    assert change.order.news[-1].details == {"minutes": "5"}
    assert change.rings == (Ring(NOW + ANSWER, "answer", NEAR.id), Ring(NOW + timedelta(minutes=10), "long"))
    assert order_life.set_aside(change.order) == LINES


def test_accepted_ready_and_collected_are_stamped_and_the_customer_hears_each_once() -> None:
    taken = order_life.accepted(asked(), NEAR.id, PICKUP, NOW + timedelta(minutes=1))
    assert (taken.outcome, told(taken, asked())) == (Tell.ACCEPTED, [(MITA, "taken")])
    packed = order_life.ready(taken.order, NEAR.id, 0, (), PICKUP, 3, NOW + timedelta(minutes=9))
    assert (packed.outcome, told(packed, taken.order)) == (Tell.CALLED, [(MITA, "ready")])
    assert (packed.order.code_try, packed.order.until) == (3, NOW + timedelta(minutes=9) + PICKUP)
    sold = order_life.collected(packed.order, NEAR.id, NOW + timedelta(minutes=30))
    assert (sold.outcome, told(sold, packed.order)) == (Tell.HANDED, [])
    assert sold.sale is not None
    assert (sold.sale.total, sold.sale.paid, sold.sale.name) == (total_of(LINES), Paid.CASH, "Mita Das")
    stamps = [sold.order.stamps[life] for life in ("placed", "asked", "accepted", "ready", "collected")]
    assert [(at - NOW).seconds // 60 for at in stamps] == [0, 0, 1, 9, 30]
    assert order_life.set_aside(sold.order) == ()


def test_packed_at_once_the_customer_hears_ready_and_nothing_before() -> None:
    packed = order_life.ready(asked(), NEAR.id, 0, (), PICKUP, 0, NOW)
    assert told(packed, asked()) == [(MITA, "ready")]
    assert packed.order.stamps["accepted"] == NOW


def test_credit_rewrites_the_sale_and_is_noted_once() -> None:
    owed = order_life.owed(collected(), NEAR.id)
    assert owed.order.paid is Paid.CREDIT
    assert owed.sale is not None
    assert (owed.sale.paid, owed.sale.at) == (Paid.CREDIT, NOW)
    with pytest.raises(Late):
        order_life.owed(owed.order, NEAR.id)


# Weighing.


def test_weighing_raises_the_total_by_a_tenth_of_the_weighed_part_and_no_more() -> None:
    most = total_of(LINES) + RICE.total // 10
    change = order_life.ready(accepted(), NEAR.id, most, {"RC1"}, PICKUP, 0, NOW)
    assert change.order.total == most
    with pytest.raises(TooMuch) as limit:
        order_life.ready(accepted(), NEAR.id, most + 1, {"RC1"}, PICKUP, 0, NOW)
    assert limit.value.most == most


def test_without_anything_weighed_it_may_only_become_cheaper() -> None:
    with pytest.raises(TooMuch):
        order_life.ready(accepted(), NEAR.id, total_of(LINES) + 1, (), PICKUP, 0, NOW)
    assert order_life.ready(accepted(), NEAR.id, 100, (), PICKUP, 0, NOW).order.total == 100


def test_ready_again_after_too_early_forgets_what_was_weighed_first() -> None:
    first = order_life.ready(accepted(), NEAR.id, total_of(LINES) - 500, (), PICKUP, 0, NOW).order
    back = order_life.not_ready(first, NEAR.id, PICKUP, NOW)
    assert (back.outcome, told(back, first)) == (Tell.UNCALLED, [(MITA, "not_ready")])
    assert back.order.until is None
    assert order_life.ready(back.order, NEAR.id, 0, (), PICKUP, 0, NOW).order.total == total_of(LINES)


# The next shop.


def test_a_shop_left_is_owed_its_goods_in_the_same_write_that_names_the_next() -> None:
    change = order_life.passed_on(accepted(), Choice(FAR, LINES, {}, 0), NOW)
    after = change.order
    assert (after.life, after.shop, after.held, after.tried) == (Life.PLACED, FAR.id, False, (NEAR.id,))
    assert after.owed == ((NEAR.id, LINES),)
    assert told(change, accepted()) == []
    assert order_life.asked(after, "keep8H2MX", ANSWER, NOW).order.owed == ()


def test_a_dearer_shop_is_asked_only_after_the_customer_said_yes() -> None:
    dear = tuple(replace(line, price=line.price + 100) for line in LINES)
    question = order_life.passed_on(asked(), Choice(DEAR, dear, {}, 0), NOW)
    assert told(question, asked()) == [(MITA, "dearer")]
    assert (question.order.shop, question.order.total) == ("", total_of(LINES))
    yes = order_life.agreed(question.order, Choice(DEAR, dear, {}, 0), NOW)
    assert yes.outcome is Tell.ASKING
    assert (yes.order.shop, yes.order.agreed, yes.order.total) == (DEAR.id, total_of(dear), total_of(dear))


def test_a_dearer_shop_that_has_become_dearer_still_is_asked_about_again() -> None:
    dear = tuple(replace(line, price=line.price + 100) for line in LINES)
    question = order_life.passed_on(asked(), Choice(DEAR, dear, {}, 0), NOW).order
    dearest = Choice(DEAR, tuple(replace(line, price=line.price + 200) for line in LINES), {}, 0)
    again = order_life.agreed(question, dearest, NOW)
    assert again.order.question is not None
    assert (again.order.question.total, again.order.agreed) == (dearest.total, total_of(LINES))
    assert told(again, question) == [(MITA, "dearer")]


def test_when_nobody_can_the_customer_hears_so() -> None:
    change = order_life.passed_on(asked(), None, NOW)
    assert (change.order.life, told(change, asked())) == (Life.DECLINED, [(MITA, "no_shop")])


def test_a_silent_shop_is_silent_only_when_its_minutes_are_over() -> None:
    assert not order_life.is_silent(asked(), NEAR.id, ANSWER, NOW + timedelta(minutes=4, seconds=59))
    assert order_life.is_silent(asked(), NEAR.id, ANSWER, NOW + ANSWER)
    assert not order_life.is_silent(asked(), FAR.id, ANSWER, NOW + ANSWER)
    assert not order_life.is_silent(accepted(), NEAR.id, ANSWER, NOW + ANSWER)


def test_that_it_takes_long_is_told_once_and_only_while_it_does() -> None:
    late = NOW + timedelta(minutes=10)
    change = order_life.slow(asked(), late)
    assert told(change, asked()) == [(MITA, "slow")]
    for order_, at in ((change.order, late), (accepted(), late), (asked(), late - timedelta(seconds=1))):
        with pytest.raises(Late):
            order_life.slow(order_, at)


# Something is missing.


def test_what_is_missing_is_no_longer_set_aside_while_the_customer_decides() -> None:
    change = order_life.lacks(accepted(), NEAR.id, ("DL1",), None, NOW)
    assert told(change, accepted()) == [(MITA, "missing")]
    assert change.order.question is not None
    assert (change.order.question.codes, change.order.question.total) == (("DL1",), RICE.total + SOAP.total)
    assert order_life.set_aside(change.order) == (RICE, SOAP)
    assert (change.order.lines, change.order.revision) == (LINES, 2)
    assert change.rings == (Ring(NOW + timedelta(minutes=30), "decide", "missing"),)


def test_without_it_the_order_is_accepted_at_what_is_left() -> None:
    question = order_life.lacks(asked(), NEAR.id, ("DL1",), None, NOW).order
    change = order_life.dropped(question, "keep3F8KQ", PICKUP, NOW)
    assert (change.outcome, told(change, question)) == (Tell.TAKEN, [("keep3F8KQ", "accepted")])
    assert (change.order.life, change.order.lines, change.order.total) == (Life.ACCEPTED, (RICE, SOAP), 69400)
    assert change.order.agreed == 69400


def test_what_is_offered_instead_may_cost_more_because_yes_is_consent() -> None:
    instead = Line("DL2", 1, 9900)
    question = order_life.lacks(asked(), NEAR.id, ("DL1",), instead, NOW).order
    assert question.question is not None
    assert question.question.total == 79300
    begun = order_life.hearing(order_life.replacing(question), "r1", "")
    change = order_life.replaced(begun, "keep3F8KQ", PICKUP, NOW)
    assert (change.order.lines, change.order.total, change.order.agreed) == ((RICE, SOAP, instead), 79300, 79300)
    assert (change.order.revision, change.order.heard) == (3, {"r1": "taken"})


def test_when_what_was_offered_is_gone_too_the_customer_is_asked_again_without_it() -> None:
    question = order_life.lacks(asked(), NEAR.id, ("DL1",), Line("DL2", 1, 9900), NOW).order
    begun = order_life.hearing(order_life.replacing(question), "r1", "")
    change = order_life.not_replaced(begun, NOW)
    assert change.order.question is not None
    assert (change.order.question.kind, change.order.question.instead) == ("missing", "")
    assert (change.order.question.total, change.order.revision) == (69400, 2)
    assert (change.outcome, told(change, begun), change.order.heard) == (Tell.MISSING, [], {"r1": "missing"})


def test_a_second_thing_missing_joins_the_first_and_offers_nothing_instead() -> None:
    question = order_life.lacks(asked(), NEAR.id, ("DL1",), Line("DL2", 1, 9900), NOW).order
    again = order_life.lacks(question, NEAR.id, ("DL1", "SP1"), Line("SP2", 3, 100), NOW).order
    assert again.question is not None
    assert (again.question.codes, again.question.instead) == (("DL1", "SP1"), "")
    assert order_life.set_aside(again) == (RICE,)
    assert order_life.lacks_everything(again, ("RC1",))
    with pytest.raises(Late):
        order_life.lacks(again, NEAR.id, ("DL1",), None, NOW)


def test_a_question_that_nobody_answers_ends_the_order_for_both() -> None:
    question = order_life.lacks(asked(), NEAR.id, ("DL1",), None, NOW).order
    with pytest.raises(Late):
        order_life.unanswered(question, "keep3F8KQ", NOW + timedelta(minutes=29))
    change = order_life.unanswered(question, "keep3F8KQ", NOW + timedelta(minutes=30))
    assert told(change, question) == [(MITA, "expired"), ("keep3F8KQ", "withdrawn")]
    assert change.order.owed == ((NEAR.id, (RICE, SOAP)),)


def test_while_the_customer_decides_the_shop_neither_accepts_nor_calls() -> None:
    question = order_life.lacks(asked(), NEAR.id, ("DL1",), None, NOW).order
    with pytest.raises(Late):
        order_life.accepted(question, NEAR.id, PICKUP, NOW)
    with pytest.raises(Late):
        order_life.ready(question, NEAR.id, 0, (), PICKUP, 0, NOW)


# Late, repeated and foreign taps.

SHOP_TAPS: dict[str, Callable[[Order, str], Change]] = {
    "accept": lambda o, at: order_life.accepted(o, at, PICKUP, NOW),
    "ready": lambda o, at: order_life.ready(o, at, 0, (), PICKUP, 0, NOW),
    "not ready": lambda o, at: order_life.not_ready(o, at, PICKUP, NOW),
    "lack": lambda o, at: order_life.lacks(o, at, ("DL1",), None, NOW),
    "collect": lambda o, at: order_life.collected(o, at, NOW),
    "owe": order_life.owed,
}


@pytest.mark.parametrize("tap", SHOP_TAPS)
def test_no_shop_does_anything_with_a_cancelled_order(tap: str) -> None:
    gone = order_life.cancelled(accepted(), "keep3F8KQ", NOW).order
    with pytest.raises(Late) as late:
        SHOP_TAPS[tap](gone, NEAR.id)
    assert late.value.order is gone


@pytest.mark.parametrize("tap", SHOP_TAPS)
def test_no_shop_does_anything_with_what_another_shop_has(tap: str) -> None:
    for each in (asked(), accepted(), ready(), collected()):
        with pytest.raises(NotThisShop):
            SHOP_TAPS[tap](each, FAR.id)


def test_the_same_tap_twice_says_what_has_happened() -> None:
    for tap, each in (("accept", accepted()), ("ready", ready()), ("collect", collected())):
        with pytest.raises(Late):
            SHOP_TAPS[tap](each, NEAR.id)


def test_before_its_goods_lie_there_no_shop_can_take_an_order() -> None:
    for tap in ("accept", "ready", "lack"):
        with pytest.raises(Late):
            SHOP_TAPS[tap](order(), NEAR.id)


def test_the_customer_may_cancel_until_it_is_collected_and_the_shop_that_was_asked_hears_so() -> None:
    for each in (asked(), accepted(), ready()):
        change = order_life.cancelled(each, "keep3F8KQ", NOW)
        assert (change.outcome, told(change, each)) == (Tell.DROPPED, [("keep3F8KQ", "withdrawn")])
        assert change.order.owed == ((NEAR.id, LINES),)
    unasked = order_life.cancelled(order(), "keep3F8KQ", NOW)
    assert told(unasked, order()) == []
    assert unasked.order.owed == ((NEAR.id, LINES),)
    for gone in (collected(), unasked.order):
        with pytest.raises(Late):
            order_life.cancelled(gone, "keep3F8KQ", NOW)


# The deadline.


def test_the_deadline_is_put_off_once_and_rings_anew() -> None:
    first = ready()
    assert first.until is not None
    later = order_life.put_off(first, PICKUP, NOW)
    assert later.order.until == first.until + PICKUP
    assert later.rings[-1] == Ring(first.until + PICKUP, "collect")
    with pytest.raises(Late):
        order_life.put_off(later.order, PICKUP, NOW)
    with pytest.raises(Late):
        order_life.uncollected(later.order, "keep3F8KQ", PICKUP, first.until)


def test_not_collected_in_time_both_hear_so_and_the_goods_go_back() -> None:
    change = order_life.uncollected(ready(), "keep3F8KQ", PICKUP, NOW + PICKUP)
    assert told(change, ready()) == [(MITA, "expired"), ("keep3F8KQ", "uncollected")]
    assert (change.order.life, change.order.owed) == (Life.EXPIRED, ((NEAR.id, LINES),))


def test_what_a_shop_accepted_and_never_packed_ends_as_well() -> None:
    with pytest.raises(Late):
        order_life.uncollected(accepted(), "keep3F8KQ", PICKUP, NOW + PICKUP - timedelta(seconds=1))
    assert order_life.uncollected(accepted(), "keep3F8KQ", PICKUP, NOW + PICKUP).order.life is Life.EXPIRED


@pytest.mark.parametrize(
    ("until", "remind"),
    [
        ("2026-11-23T18:00", "2026-11-23T16:00"),
        ("2026-11-23T10:00", "2026-11-23T08:00"),
        ("2026-11-23T09:00", "2026-11-23T08:00"),
        ("2026-11-23T08:15", "2026-11-22T20:30"),
        ("2026-11-23T01:00", "2026-11-22T20:30"),
        ("2026-11-23T06:00", "2026-11-22T20:30"),
        ("2026-11-22T23:30", "2026-11-22T20:30"),
        ("2026-11-22T22:59", "2026-11-22T20:59"),
    ],
)
def test_nobody_is_reminded_at_night(until: str, remind: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=KOLKATA)

    assert order_life.remind_at(at(until)) == at(remind)


def test_the_reminder_is_told_once_and_not_when_it_is_too_early_or_over() -> None:
    before = ready()
    due = order_life.remind_at(NOW + PICKUP)
    assert due is not None
    change = order_life.reminded(before, due)
    assert told(change, before) == [(MITA, "reminded")]
    for order_, at in ((change.order, due), (before, due - timedelta(minutes=1)), (before, NOW + PICKUP)):
        with pytest.raises(Late):
            order_life.reminded(order_, at)


# Paying.


def test_the_right_sum_is_paid_once_however_often_the_gateway_says_so() -> None:
    change = order_life.paid(ready(), "keeper", "t1", total_of(LINES))
    assert (change.order.paid, told(change, ready())) == (Paid.ONLINE, [(MITA, "paid")])
    assert order_life.paid(change.order, "keeper", "t1", total_of(LINES)).order is change.order
    assert order_life.collected(change.order, NEAR.id, NOW).order.paid is Paid.ONLINE


@pytest.mark.parametrize("wrong", [1, total_of(LINES) - 1, total_of(LINES) + 1, 10**9])
def test_a_wrong_sum_has_to_be_given_back_and_the_order_goes_on(wrong: int) -> None:
    change = order_life.paid(ready(), "keeper", "t1", wrong)
    assert (change.order.paid, change.order.captured) == (Paid.REFUND_DUE, wrong)
    assert told(change, ready()) == [(MITA, "refund")]
    sold = order_life.collected(change.order, NEAR.id, NOW)
    assert sold.order.paid is Paid.REFUND_DUE
    assert sold.sale is not None
    assert sold.sale.paid is Paid.CASH


def test_money_for_what_is_no_more_has_to_be_given_back_whichever_comes_first() -> None:
    gone = order_life.cancelled(ready(), "keep3F8KQ", NOW).order
    assert order_life.paid(gone, "keeper", "t1", total_of(LINES)).order.paid is Paid.REFUND_DUE
    paid = order_life.paid(ready(), "keeper", "t1", total_of(LINES)).order
    change = order_life.cancelled(paid, "keep3F8KQ", NOW)
    assert change.order.paid is Paid.REFUND_DUE
    assert told(change, paid) == [("keep3F8KQ", "withdrawn"), (MITA, "refund")]
    assert order_life.uncollected(paid, "keep3F8KQ", PICKUP, NOW + PICKUP).order.paid is Paid.REFUND_DUE


def test_a_second_payment_has_to_be_given_back() -> None:
    paid = order_life.paid(ready(), "keeper", "t1", total_of(LINES)).order
    twice = order_life.paid(paid, "keeper", "t2", total_of(LINES)).order
    assert (twice.paid, twice.captured, twice.payment) == (Paid.REFUND_DUE, 2 * total_of(LINES), "t1 t2")


def test_what_was_paid_and_is_then_weighed_anew_has_to_be_given_back() -> None:
    paid = order_life.paid(ready(), "keeper", "t1", total_of(LINES)).order
    back = order_life.not_ready(paid, NEAR.id, PICKUP, NOW).order
    cheaper = order_life.ready(back, NEAR.id, total_of(LINES) - 100, (), PICKUP, 0, NOW).order
    assert cheaper.paid is Paid.REFUND_DUE


def test_paid_after_it_was_collected_the_till_says_so_and_the_shop_hears() -> None:
    before = collected()
    change = order_life.paid(before, "keeper", "t1", total_of(LINES))
    assert ("keeper", "paid_after") in [(news.to, news.outcome) for news in change.order.news]
    assert change.sale is not None
    assert (change.order.paid, change.sale.paid) == (Paid.ONLINE, Paid.ONLINE)


def test_pay_now_is_for_what_is_ready_and_not_paid() -> None:
    assert order_life.pays(ready()).outcome is Tell.PAY
    for each in (accepted(), collected(), order_life.paid(ready(), "keeper", "t1", total_of(LINES)).order):
        with pytest.raises(Late):
            order_life.pays(each)


# Who was answered what.


def test_an_order_remembers_the_last_requests_that_had_their_effect() -> None:
    remembers = order()
    for number in range(20):
        remembers = order_life.hearing(remembers, f"r{number}", "noted")
    assert order_life.heard_before(remembers, "r3") is None
    assert order_life.heard_before(remembers, "r4") == "noted"


# Whatever happens.

SHOPS = {each.id: each for each in (NEAR, FAR, DEAR, shop("4N6RT"))}
WEIGHED = frozenset({"RC1"})


class Lived:
    """An order and what lies in the shops, through any sequence of what may be asked of it."""

    def __init__(self) -> None:
        self.now = NOW
        self.order = order(Line("RC1", 2, 1000), Line("DL1", 1, 1000), Line("SP1", 3, 1000))
        self.lying: dict[str, tuple[Line, ...]] = {}
        self.rings: list[Ring] = []
        self.finish()

    def apply(self, change: Change) -> None:
        self.order = replace(change.order, version=self.order.version + 1)
        self.rings += change.rings
        self.finish()

    def finish(self, *, has_it: bool = True) -> None:
        """What the room of orders does after each write."""
        order_ = self.order
        for shop_, lines in order_.owed:
            assert self.lying.pop(shop_, lines) == lines
        if order_.is_live and order_.question is not None and order_.question.kind == "replacing":
            now, keeper = self.now, "keeper"
            change = (
                order_life.replaced(order_, keeper, PICKUP, now) if has_it else order_life.not_replaced(order_, now)
            )
            self.order, self.rings = change.order, [*self.rings, *change.rings]
        elif order_.life is Life.PLACED and order_.shop and not order_.held and order_.question is None:
            change = order_life.asked(order_, "keeper", ANSWER, self.now)
            self.order, self.rings = change.order, [*self.rings, *change.rings]
        else:
            self.order = order_life.settled(order_)
        if self.order.life is Life.COLLECTED:
            self.lying.pop(self.order.shop, None)
        if self.order.held and self.order.is_live:
            self.lying[self.order.shop] = order_life.set_aside(self.order)

    def check(self) -> None:
        order_ = self.order
        aside = order_life.set_aside(order_)
        assert self.lying == ({order_.shop: aside} if aside else {})
        assert order_.total <= order_.agreed + order_.agreed * 10 // 100
        if order_.life in (Life.PLACED, Life.ACCEPTED) and order_.question is None:
            assert order_.total <= order_.agreed
            assert order_.total == total_of(order_.lines)
        assert order_.owed == ()
        assert [news.n for news in order_.news] == list(range(1, order_.count + 1))
        assert len(set(order_.tried)) == len(order_.tried)
        if not order_.is_live:
            assert not order_.held
            assert order_.paid is not Paid.ONLINE or order_.life is Life.COLLECTED

    def choices(self, prices: dict[str, int]) -> list[Choice]:
        wanted = {line.code: line.quantity for line in self.order.lines}
        return [
            choice(each, stock(each.id, dict.fromkeys(wanted, prices[each.id])), wanted, None)
            for each in SHOPS.values()
            if each.id not in (*self.order.tried, self.order.shop)
        ]


@st.composite
def _taps(draw: st.DrawFn) -> Callable[[Lived], Change | None]:
    """Something that somebody asks, or the clock."""
    at = draw(st.sampled_from(["here", *SHOPS]))
    codes = draw(st.sets(st.sampled_from(["RC1", "DL1", "SP1"]), min_size=1))
    total = draw(st.integers(0, 8000))
    prices = {each: draw(st.sampled_from([900, 1000, 1100])) for each in SHOPS}
    instead = draw(st.none() | st.builds(Line, st.just("ML1"), st.integers(1, 3), st.integers(1, 3000)))
    what = draw(st.sampled_from(["accept", "cannot", "lack", "drop", "instead", "yes", "ready", "not ready", "collect",
                                 "owe", "cancel", "later", "paid", "wait"]))  # fmt: skip
    minutes = draw(st.sampled_from([1, 5, 10, 30, 600, 1500]))

    def tap(lived: Lived) -> Change | None:
        order_, now = lived.order, lived.now
        shop_ = order_.shop if at == "here" else at
        nearest = next(iter(lived.choices(prices)), None)
        match what:
            case "accept":
                return order_life.accepted(order_, shop_, PICKUP, now)
            case "cannot":
                order_life.given_up(order_, shop_)
                return order_life.passed_on(order_, nearest, now)
            case "lack":
                order_life.given_up(order_, shop_)
                if order_life.lacks_everything(order_, codes):
                    return order_life.passed_on(order_, nearest, now)
                return order_life.lacks(order_, shop_, tuple(codes), instead, now)
            case "drop":
                return order_life.dropped(order_, "keeper", PICKUP, now)
            case "instead":
                return Change(order_life.replacing(order_))
            case "yes":
                asked_ = next((each for each in lived.choices(prices) if order_life.is_as_asked(order_, each)), None)
                return order_life.agreed(order_, asked_ or nearest, now)
            case "ready":
                return order_life.ready(order_, shop_, total, WEIGHED, PICKUP, 0, now)
            case "not ready":
                return order_life.not_ready(order_, shop_, PICKUP, now)
            case "collect":
                return order_life.collected(order_, shop_, now)
            case "owe":
                return order_life.owed(order_, shop_)
            case "cancel":
                return order_life.cancelled(order_, "keeper", now)
            case "later":
                return order_life.put_off(order_, PICKUP, now)
            case "paid":
                return order_life.paid(order_, "keeper", f"t{total % 3}", order_.total if total % 2 else total + 1)
            case _:
                lived.now += timedelta(minutes=minutes)
                return ring(lived)

    return tap


def ring(lived: Lived) -> Change | None:
    """The next timer that is due, as the room of orders answers it."""
    due = sorted((each for each in lived.rings if each.at <= lived.now), key=lambda each: each.at)
    if not due:
        return None
    lived.rings.remove(due[0])
    order_, now = lived.order, lived.now
    match due[0].what:
        case "answer":
            silent = order_life.is_silent(order_, due[0].about, ANSWER, now)
            prices = dict.fromkeys(SHOPS, 1000)
            return order_life.passed_on(order_, next(iter(lived.choices(prices)), None), now) if silent else None
        case "long":
            return order_life.slow(order_, now)
        case "decide":
            return order_life.unanswered(order_, "keeper", now)
        case "remind":
            return order_life.reminded(order_, now)
        case _:
            return order_life.uncollected(order_, "keeper", PICKUP, now)


def live(lived: Lived, tap: Callable[[Lived], Change | None]) -> None:
    try:
        change = tap(lived)
    except (Late, TooMuch):
        change = None
    if change is not None and change.order is not lived.order:
        lived.apply(change)
    lived.check()


@given(st.lists(_taps(), max_size=25))
def test_goods_lie_at_its_shop_alone_and_it_never_costs_more_than_agreed(
    taps: list[Callable[[Lived], Change | None]],
) -> None:
    lived = Lived()
    for tap in taps:
        live(lived, tap)


@given(st.lists(_taps(), max_size=15))
def test_left_alone_every_order_ends(taps: list[Callable[[Lived], Change | None]]) -> None:
    lived = Lived()
    for tap in taps:
        live(lived, tap)
    for _ in range(60):
        if lived.order.life not in LIVE:
            break
        lived.now += timedelta(hours=6)
        while any(each.at <= lived.now for each in lived.rings):
            live(lived, ring)
    assert lived.order.life not in LIVE
    assert lived.lying == {}
