"""Customers, shops and the room of orders, everything around it in memory; the conversation only listens."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from seba.conversation import codec
from seba.conversation.engine import sorry
from seba.conversation.heard import Answered, Heard
from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import OrderAsk, OrderRequest, Say
from seba.conversation.talk import Talk
from seba.domain import order_life
from seba.domain.ids import short_hash
from seba.domain.orders import Basket, Customer, Order
from seba.domain.people import Who
from seba.domain.places import Area, Served
from seba.domain.rules import default_rules
from seba.domain.shops import Shop
from seba.services.answer_requests import Asked
from seba.services.ask_shops import AskPorts
from seba.services.desk_view import DeskViews
from seba.services.mind_orders import MindPorts, ring_timers
from seba.services.minute import Minute
from seba.services.order_room import OrderPorts, answer_orders
from seba.services.place_order import NotPlaced, Placed, PlacePorts, Shown, place, quote
from seba.services.take_turn import TurnPorts
from tests import invariant
from tests.fakes.listener import Heeded
from tests.fakes.market import FakeMarket, FakeOrders, FakeStocks, product, shop, stock
from tests.fakes.world import (
    KEYS,
    FakeCitizens,
    FakeDiary,
    FakeJournal,
    FakeLane,
    FakeOutgoing,
    FakeWorld,
    Time,
)

NEAR, FAR, CHAIN = "3F8KQ", "8H2MX", "9P3VW"
PIN = "700029"
ANSWER, PICKUP = timedelta(minutes=5), timedelta(hours=24)


def listen(talk: Talk, heard: Heard, _: object) -> Heeded:
    """Say the outcome back: what a test sees is who was told what."""
    assert isinstance(heard, Answered)
    return Heeded(talk, (Say(str(heard.outcome), dict(heard.details), booking=heard.booking),))


@dataclass
class Word:
    """What somebody was told, in a test's words."""

    outcome: str
    order: str
    details: dict[str, str] = field(default_factory=dict[str, str])


class OrderHouse:
    """Two neighbourhood shops with everything, the nearer one first; more by ``opens``."""

    def __init__(self) -> None:
        self.time = Time()
        self.citizens, self.outgoing, self.lane = FakeCitizens(), FakeOutgoing(), FakeLane()
        self.journal, self.diary = FakeJournal(), FakeDiary()
        self.market, self.stocks, self.orders = FakeMarket(), FakeStocks(), FakeOrders()
        self.market.products_ = {
            each.code: each
            for each in (
                product("ML1", "dairy", 2800),
                product("ML2", "dairy", 3500),
                product("EG1", "dairy", 4500),
                product("RC1", "staples", 29000),
                product("PT1", "vegetables", 2600, weighed=True),
            )
        }
        self.prices = {code: each.price for code, each in self.market.products_.items()}
        self.number = 0
        self.think: Callable[..., Any] = listen
        views = DeskViews(default_rules(), ("shop",), FakeWorld(self.citizens), lambda: KEYS)
        self.turn = TurnPorts(self.citizens, self.outgoing, views.at, self._think, self.time, "1")
        self.asking = AskPorts(
            market=self.market,
            stocks=self.stocks,
            orders=self.orders,
            areas=lambda: {PIN: Area(PIN, Served.YES, (), 22.51, 88.36)},
            clock=self.time,
            answer=ANSWER,
            most=8,
        )
        self.placing = PlacePorts(self.asking, lambda: KEYS, self.outgoing, self.journal)
        self.ports = OrderPorts(
            shops=self.asking,
            book=self.market,
            turn=self.turn,
            pickup=PICKUP,
            pays_online=True,
            lane=self.lane,
            keys=lambda: KEYS,
            sorry=sorry,
            journal=self.journal,
        )
        self.minding = MindPorts(
            market=self.market,
            stocks=self.stocks,
            orders=self.orders,
            outgoing=self.outgoing,
            diary=self.diary,
            morning=lambda id_: Say("shop_morning", {"shop": f"shop:{id_}"}),
            journal=self.journal,
        )
        self.opens(shop(NEAR, at=(22.511, 88.36)))
        self.opens(shop(FAR, at=(22.52, 88.36)))
        invariant.watch_trade(self.market, self.stocks, self.orders, self.time)

    def _think(self, *heard: Any) -> Any:
        return self.think(*heard)

    # ---- people --------------------------------------------------------------------------------------------------

    def opens(self, place: Shop, **counts: int) -> None:
        """A shop that is open, with everything at the usual prices unless counted; its phones are citizens."""
        self.market.enter(place)
        self.stocks.stocks[place.id] = stock(place.id, self.prices, **counts)
        for phone in place.phones:
            self.lives(phone, shop_of=place.id)

    def lives(self, id_: str, **who: Any) -> Citizen:
        """Somebody who has written before."""
        self.number += 1
        address = replace(Who(f"9198000{self.number:05}", None, "1"), **who)
        talk = Talk(language="en", step="home", shop_of=address.shop_of, heard_at=self.time.now)
        return self.citizens.put(Citizen(id_, address, talk, (), {}, 1))

    def customer(self, name: str = "Mita", pin: str = PIN) -> str:
        """A registered customer's citizen id."""
        id_ = f"{name.lower():0<9}"
        self.lives(id_)
        self.orders.register(Customer(id_, name, "12 Lake Road", pin, "en", self.time.now))
        return id_

    # ---- the page ------------------------------------------------------------------------------------------------

    def fills(self, citizen: str, **lines: int) -> Shown:
        """Fill somebody's basket and show it to them: what the form of the check page holds."""
        before = self.orders.basket(citizen)
        return self.shows(citizen, self.orders.keep_basket(citizen, before, replace(before, lines=lines)))

    def shows(self, citizen: str, basket: Basket | None = None) -> Shown:
        basket = basket or self.orders.basket(citizen)
        known = self.orders.customers.get(citizen)
        found = quote(known.pin if known else PIN, basket, self.asking)
        return Shown(basket.number, basket.version, found.shop.id if found.shop else "", found.total)

    def place(self, citizen: str, shown: Shown) -> Placed | NotPlaced:
        return place(citizen, shown, self.placing)

    def ordered(self, citizen: str, **lines: int) -> str:
        """An order of which the shop has been told: its id."""
        placed = self.place(citizen, self.fills(citizen, **(lines or {"ML1": 2, "EG1": 1, "PT1": 2})))
        assert isinstance(placed, Placed), placed
        self.run()
        return placed.order.id

    # ---- the room ------------------------------------------------------------------------------------------------

    def asks(self, citizen: str, ask: OrderAsk, order: str = "", *, receives: int = 1, **more: Any) -> Asked:
        """Somebody asks by chat: committed in their outbox, and as the queue delivers it."""
        self.number += 1
        stands = self.citizens.stored[citizen]
        shop_of = more.pop("shop", stands.who.shop_of or "")
        request = OrderRequest(ask, order, shop=shop_of if ask is not OrderAsk.JOIN else "", **more)
        cause = short_hash(f"wamid {self.number}")
        effect = Effect(effect_id(citizen, cause.hex(), 0), request)
        self.citizens.commit(stands, stands.talk, cause, [effect])
        return asked(effect, receives)

    def answer(self, *batch: Asked) -> list[str]:
        return answer_orders(batch, self.ports)

    def does(self, citizen: str, ask: OrderAsk, order: str = "", **more: Any) -> Word:
        """Somebody asks by chat and is answered: what they are told."""
        request = self.asks(citizen, ask, order, **more)
        assert self.answer(request) == []
        assert self.waits_for_nothing(request)
        cause = short_hash(f"answer {codec.read_effect(request.body).id}").hex()
        said = {e.id: e.act for e in self.outgoing.effects if e.id.startswith(f"{citizen}-{cause}-")}
        (act,) = said.values()
        assert isinstance(act, Say)
        return Word(act.key, act.booking, dict(act.params))

    def waits_for_nothing(self, request: Asked) -> bool:
        """The request has left its sender's outbox."""
        citizen, cause, _ = codec.read_effect(request.body).id.split("-")
        return cause not in self.citizens.stored[citizen].outbox

    def run(self) -> None:
        """Let the room answer everything the page and the clock have asked, once."""
        waiting, self.outgoing.queued = self.outgoing.queued, []
        requests = {e.id: e for _, _, e in waiting if isinstance(e.act, OrderRequest)}
        self.outgoing.queued = [each for each in waiting if each[2].id not in requests]
        assert self.answer(*map(asked, requests.values())) == []

    def minutes(self, minutes: float) -> None:
        """So many minutes later the clock strikes, and what it asks is answered."""
        self.time.pass_(minutes=minutes)
        ring_timers(Minute(self.time.now, self.journal, lambda: True), self.minding)
        self.run()

    # ---- what came of it -----------------------------------------------------------------------------------------

    def order(self, id_: str) -> Order:
        return self.orders.orders[id_]

    def shop_of(self, citizen: str) -> str | None:
        """The shop whose phone this is."""
        return self.citizens.stored[citizen].who.shop_of

    def told(self, citizen: str) -> list[str]:
        """What somebody was told, in order; the queue takes each message once, however often it is given."""
        said = {e.id: e.act for _, to, e in self.outgoing.queued if to == citizen and isinstance(e.act, Say)}
        return [act.key for act in said.values()]

    def code(self, id_: str) -> str:
        """The pickup code of an order."""
        return KEYS.pickup_code(id_, self.order(id_).code_try)

    def left(self, code: str, at: str = NEAR) -> int:
        return self.stocks.stocks[at].counts[code]


def asked(effect: Effect, receives: int = 1) -> Asked:
    """A request as the queue delivers it."""
    assert isinstance(effect.act, OrderRequest)
    body = codec.write_effect(effect, datetime(2026, 11, 22, 10).astimezone())
    return Asked(f"sqs-{effect.id}", f"receipt-{effect.id}", effect.act.group, receives, body)


def everything_lies_where_it_belongs(house: OrderHouse) -> None:
    """Goods are set aside at the shop of each live order and nowhere else; nothing is owed or waits to be told."""
    lying = {(place.shop, order) for place in house.stocks.stocks.values() for order in place.orders}
    assert lying == {(each.shop, each.id) for each in house.orders.orders.values() if each.held}
    for each in house.orders.orders.values():
        assert (each.owed, each.news) == ((), ())
        if each.held:
            counted = house.stocks.goods[each.shop, each.id]
            wanted = {line.code: line.quantity for line in order_life.set_aside(each)}
            assert counted.items() <= wanted.items()
            assert house.stocks.stocks[each.shop].orders[each.id] == each.revision
