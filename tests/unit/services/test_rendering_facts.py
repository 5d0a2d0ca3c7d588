"""What rendering looks up: each order and each stock once for a message, the next message sees what changed."""

from dataclasses import replace

from seba.domain.orders import Life, Order
from seba.domain.shops import Shop, Stock
from seba.services.desk_view import Trade
from seba.services.rendering_facts import RenderingFacts
from tests.fakes.market import FakeMarket, FakeOrders, FakeStocks, shop
from tests.fakes.world import FakeCitizens, FakeWorld

GROCER: Shop = shop("3F8KQ")
ORDER = Order("7M4QK2X9", "customer1", "Rina", "700029", (), 100, 100, shop=GROCER.id)


def test_a_message_reads_an_order_and_a_stock_once() -> None:
    orders, stocks = FakeOrders(), FakeStocks(Stock(GROCER.id, silent=1))
    orders.orders[ORDER.id] = ORDER
    trade = Trade(FakeMarket([GROCER]), stocks, orders, pays_online=False)
    message, world = RenderingFacts(FakeWorld(FakeCitizens()), trade), FakeWorld(FakeCitizens())
    assert (message.order(ORDER.id), message.order("gone"), message.stock(GROCER.id).silent) == (ORDER, None, 1)
    orders.orders[ORDER.id] = replace(ORDER, life=Life.READY)
    stocks.stocks[GROCER.id] = Stock(GROCER.id, silent=2)
    assert (message.order(ORDER.id), message.stock(GROCER.id).silent) == (ORDER, 1)
    later = RenderingFacts(world, trade)
    assert (later.order(ORDER.id), later.stock(GROCER.id).silent) == (replace(ORDER, life=Life.READY), 2)
    assert later.shop(GROCER.id) == GROCER
    assert later.shop("gone") is None


def test_a_desk_without_shops_knows_none() -> None:
    world = FakeWorld(FakeCitizens())
    facts = RenderingFacts(world)
    assert (facts.products(), facts.categories(), facts.shop(GROCER.id), facts.order(ORDER.id)) == ({}, {}, None, None)
    assert facts.stock(GROCER.id) == Stock(GROCER.id)
    assert facts.centres() == world.centres()
    assert facts.areas() == world.areas()
