"""What a phone keeps of orders, and what it is not told twice; also where customer and shopkeeper are one person."""

from dataclasses import replace

import pytest

from seba.conversation.engine import turn
from seba.conversation.heard import Answered, Outcome, Said, Tapped
from seba.conversation.say import OrderAsk, OrderRequest, Say
from seba.conversation.shop import REMEMBERED
from seba.conversation.step import do_id, tap_id
from seba.conversation.talk import Talk
from seba.domain.orders import Life, Line, Order, Paid, Question
from tests.conversations.world import World

SHOP = "3F8KQ"
ORDER = Order("7M4QK2X9", "customer", "Rita", "700029", (Line("ML1", 2, 2800),), 5600, 5600, shop=SHOP, held=True)
CUSTOMER = Talk(language="en", step="home")
KEEPER = Talk(language="en", step="shop_home", shop_of=SHOP)


@pytest.fixture
def world() -> World:
    world = World(errands=("shop",))
    world.orders[ORDER.id] = ORDER
    return world


def says(talk: Talk, answer: Answered, world: World) -> list[str]:
    return [act.key for act in turn(talk, answer, world).acts if isinstance(act, Say)]


def test_an_order_under_way_is_not_forgotten_for_orders_that_are_over(world: World) -> None:
    talk = turn(CUSTOMER, Answered("", Outcome.PLACED, ORDER.id), world).talk
    for n in range(REMEMBERED + 2):
        over = replace(ORDER, id=f"8N5RM3Y{n}", life=Life.COLLECTED)
        world.orders[over.id] = over
        talk = turn(talk, Answered("", Outcome.PLACED, over.id), world).talk
    assert len(talk.orders) == REMEMBERED
    assert ORDER.id in talk.orders
    erased = turn(talk.with_(step="erase"), Tapped(tap_id("erase", talk.serial, "yes_erase")), world)
    cancelled = [act.order for act in erased.acts if isinstance(act, OrderRequest) and act.ask is OrderAsk.CANCEL]
    assert cancelled == [ORDER.id]


@pytest.mark.parametrize(
    "gone_on",
    [
        replace(ORDER, life=Life.DECLINED, shop="", held=False),
        replace(ORDER, shop="", held=False, question=Question("dearer", total=9900, shop="8H2MX")),
    ],
    ids=["no shop", "asked again"],
)
def test_nobody_hears_that_a_shop_is_asked_when_the_news_was_that_none_is(world: World, gone_on: Order) -> None:
    assert says(CUSTOMER, Answered("r1", Outcome.ASKING, ORDER.id), world) == ["order_asking"]
    world.orders[ORDER.id] = gone_on
    assert says(CUSTOMER, Answered("r1", Outcome.ASKING, ORDER.id), world) == []


@pytest.mark.parametrize("ask", [OrderAsk.CANCEL, OrderAsk.LATER, OrderAsk.DECIDE, OrderAsk.PAY])
def test_who_ordered_before_the_phone_became_a_shop_s_can_still_answer(world: World, ask: OrderAsk) -> None:
    act = {OrderAsk.CANCEL: "drop_yes", OrderAsk.LATER: "later", OrderAsk.DECIDE: "without", OrderAsk.PAY: "pay"}[ask]
    (asked,) = (act for act in turn(KEEPER, Tapped(do_id(act, ORDER.id)), world).acts if isinstance(act, OrderRequest))
    assert (asked.ask, asked.order) == (ask, ORDER.id)


def test_a_tap_says_which_total_it_is_a_yes_to(world: World) -> None:
    world.orders[ORDER.id] = replace(ORDER, question=Question("missing", ("ML1",), "ML2", 3500, 7000))
    (say,) = (
        act for act in turn(CUSTOMER, Answered("", Outcome.MISSING, ORDER.id), world).acts if isinstance(act, Say)
    )
    for option, code in zip(say.buttons[:2], ("instead", "drop"), strict=True):
        (asked,) = (act for act in turn(CUSTOMER, Tapped(option.id), world).acts if isinstance(act, OrderRequest))
        assert (asked.ask, asked.order, asked.code, asked.total) == (OrderAsk.DECIDE, ORDER.id, code, 7000)
    assert says(CUSTOMER, Answered("r1", Outcome.LATE, ORDER.id), world) == ["order_instead"]


def test_a_code_is_a_code_also_while_it_is_asked_what_is_missing(world: World) -> None:
    asked_what = turn(KEEPER, Tapped(do_id("missing", ORDER.id)), world).talk
    (asked,) = (act for act in turn(asked_what, Said("4821"), world).acts if isinstance(act, OrderRequest))
    assert (asked.ask, asked.code) == (OrderAsk.COLLECT, "4821")
    (lacks,) = (act for act in turn(asked_what, Said("1"), world).acts if isinstance(act, OrderRequest))
    assert (lacks.ask, lacks.codes) == (OrderAsk.LACK, ("ML1",))


@pytest.mark.parametrize(("paid", "offered"), [(Paid.CASH, ["owe"]), (Paid.REFUND_DUE, []), (Paid.REFUNDED, [])])
def test_credit_is_offered_only_where_it_can_be_noted(world: World, paid: Paid, offered: list[str]) -> None:
    world.orders[ORDER.id] = replace(ORDER, life=Life.COLLECTED, held=False, paid=paid)
    (say,) = (act for act in turn(KEEPER, Answered("r1", Outcome.HANDED, ORDER.id), world).acts if isinstance(act, Say))
    assert [option.id.split("~")[1] for option in say.buttons] == offered


def test_whoever_once_wrote_stop_and_joins_with_a_shop_is_asked_in_the_morning(world: World) -> None:
    joined = Answered("r1", Outcome.JOINED, details={"shop": SHOP})
    assert not turn(replace(KEEPER, stopped=True), joined, world).talk.stopped
