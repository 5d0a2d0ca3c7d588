"""The order room of the transcripts: orders by the real rules of their life, shops and tills in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta

from seba.conversation.heard import Answered, Outcome
from seba.conversation.say import OrderAsk, OrderRequest, Tend
from seba.domain import order_life, routing
from seba.domain.goods import OUT, UNCOUNTED, are_alike
from seba.domain.order_life import Change, Late, TooMuch
from seba.domain.orders import Line, Order
from seba.domain.shops import Kind, Shop, Stock
from tests.conversations.world import KEYS, World

CUSTOMER = "customer"
ANSWER, PICKUP = timedelta(minutes=5), timedelta(hours=24)
Answer = tuple[str, Answered]
"""Whose phone, and what it hears."""


@dataclass
class Trade:
    """Orders of one customer at the shops of the world. A shop's phone goes by the shop's id."""

    world: World
    made: int = 0
    newest: str = ""
    asked: int = 0

    def place(self, wanted: dict[str, int], shop: str) -> Iterator[Answer]:
        """The customer has ordered on the page."""
        choice = routing.choice(self.world.shops[shop], self.world.stock(shop), wanted, None)
        self.made += 1
        self.newest = KEYS.order(CUSTOMER, self.made)
        order = order_life.placed(self.newest, CUSTOMER, "রীতা দাস", "700029", choice, choice.total, self.world.now)
        yield from self.store(order_life.asked(order, shop, ANSWER, self.world.now))

    def store(self, change: Change) -> Iterator[Answer]:
        """Keep an order and tell its news."""
        order = change.order
        told, order = order.news, replace(order, news=(), owed=())
        self.world.orders[order.id] = order
        for shop, stock in self.world.stocks.items():
            orders = {each: 1 for each in stock.orders if each != order.id}
            if order.is_live and order.held and order.shop == shop:
                orders[order.id] = 1
            self.world.stocks[shop] = replace(stock, orders=orders)
        if change.sale is not None:
            self.world.till = [each for each in self.world.till if each.order != order.id] + [change.sale]
        for news in told:
            yield news.to, Answered("", Outcome(news.outcome), order.id, dict(news.details))

    def answer(self, request: OrderRequest, asker: str) -> Iterator[Answer]:
        """A request of a phone, and what everybody hears of it."""
        self.asked += 1
        id_ = f"o{self.asked}"
        if request.ask is OrderAsk.JOIN:
            yield asker, self.join(request, id_)
            return
        if request.ask is OrderAsk.COLLECT and not request.order:
            yield from self.collect(request, asker, id_)
            return
        named = request.order or self.packing(request.shop)
        if not named:
            yield asker, Answered(id_, Outcome.UNKNOWN)
            return
        order = self.world.orders[named]
        try:
            change = self.change(order, request)
        except TooMuch as limit:
            yield asker, Answered(id_, Outcome.TOO_MUCH, order.id, {"most": str(limit.most)})
        except Late as late:
            other = {"other": "1"} if request.shop and late.order.shop != request.shop else {}
            yield asker, Answered(id_, Outcome.LATE, order.id, other)
        else:
            news = list(self.store(change))
            yield asker, Answered(id_, Outcome(change.outcome), order.id)
            yield from news

    def change(self, order: Order, request: OrderRequest) -> Change:
        """The change that a request asks for. Raises Late, TooMuch."""
        now, shop = self.world.now, request.shop
        match request.ask:
            case OrderAsk.ACCEPT:
                return order_life.accepted(order, shop, PICKUP, now)
            case OrderAsk.PACKED:
                change = order_life.ready(order, shop, 0, self.weighed(), PICKUP, 0, now)
                return replace(change, outcome=order_life.Tell.NOTED)
            case OrderAsk.READY:
                return order_life.ready(order, shop, request.total, self.weighed(), PICKUP, 0, now)
            case OrderAsk.NOT_READY:
                return order_life.not_ready(order, shop, PICKUP, now)
            case OrderAsk.CANNOT:
                return order_life.passed_on(order, None, now)
            case OrderAsk.LACK:
                return self.lacks(order, request)
            case OrderAsk.DECIDE if request.code == "drop":
                return order_life.dropped(order, order.shop, PICKUP, now)
            case OrderAsk.DECIDE if request.code == "instead":
                return order_life.replaced(order_life.replacing(order), order.shop, PICKUP, now)
            case OrderAsk.DECIDE:
                if order.question is None:
                    raise Late(order)
                stock = self.world.stock(order.question.shop)
                wanted = {line.code: line.quantity for line in order.lines if line.code not in order.question.codes}
                choice = routing.choice(self.world.shops[order.question.shop], stock, wanted, None)
                change = order_life.agreed(order, choice, now)
                asked = order_life.asked(change.order, choice.shop.id, ANSWER, now)
                return replace(asked, outcome=change.outcome)
            case OrderAsk.COLLECT:
                return order_life.collected(order, shop, now)
            case OrderAsk.OWE:
                return order_life.owed(order, shop)
            case OrderAsk.CANCEL:
                return order_life.cancelled(order, order.shop, now)
            case OrderAsk.LATER:
                return order_life.put_off(order, PICKUP, now)
            case OrderAsk.PAY:
                return order_life.pays(order)
            case other:
                raise AssertionError(f"the order room of the transcripts knows no {other}")

    def lacks(self, order: Order, request: OrderRequest) -> Change:
        """A shop lacks something; what is nearest in price on the same shelf is offered instead."""
        if order_life.lacks_everything(order, request.codes):
            return order_life.passed_on(order, None, self.world.now)
        stock, products = self.world.stock(request.shop), self.world.products
        instead = None
        if len(request.codes) == 1:
            (code,) = request.codes
            fits = [
                each
                for each in stock.prices
                if each not in {line.code for line in order.lines}
                and are_alike(products[each], products[code])
                and stock.has(each)
            ]
            quantity = next(line.quantity for line in order.lines if line.code == code)
            if fits:
                nearest = min(fits, key=lambda each: abs(stock.prices[each] - stock.prices[code]))
                instead = Line(nearest, quantity, stock.prices[nearest])
        return order_life.lacks(order, request.shop, request.codes, instead, self.world.now)

    def collect(self, request: OrderRequest, asker: str, id_: str) -> Iterator[Answer]:
        """Whose order is the code?"""
        mine = [self.world.orders[each] for each in self.world.stock(request.shop).orders]
        fits = [each for each in mine if each.life == "ready" and self.code(each.id) == request.code]
        if not fits:
            yield asker, Answered(id_, Outcome.WRONG_CODE)
        elif len(fits) > 1:
            yield (
                asker,
                Answered(
                    id_, Outcome.WHICH, details={"orders": " ".join(each.id for each in fits), "code": request.code}
                ),
            )
        else:
            yield from self.answer(replace(request, order=fits[0].id), asker)

    def code(self, order: str) -> str:
        """The digits a customer says."""
        return KEYS.pickup_code(order, self.world.orders[order].code_try)

    def packing(self, shop: str) -> str:
        """The order that a shop is packing; empty for none."""
        packed = (each.id for each in self.world.orders.values() if each.shop == shop and each.life == "accepted")
        return next(packed, "")

    def weighed(self) -> set[str]:
        """What is weighed."""
        return {code for code, product in self.world.products.items() if product.weighed}

    def join(self, request: OrderRequest, id_: str) -> Answered:
        """A shop, or a second phone, joins."""
        invitation = self.world.invitations.pop(request.code, None)
        if invitation is None:
            return Answered(id_, Outcome.NOT_JOINED)
        if invitation.shop:
            return Answered(id_, Outcome.JOINED, details={"shop": invitation.shop, "second": "1"})
        said = request.details
        address = said.get("address", "")
        shop = Shop(
            KEYS.shop(request.code),
            invitation.kind,
            dict.fromkeys(("en", "bn", "hi"), said["name"]),
            dict.fromkeys(("en", "bn", "hi"), address) if address else {},
            invitation.pins,
            float(said["latitude"]),
            float(said["longitude"]),
            time.fromisoformat(said["opens"]),
            time.fromisoformat(said["closes"]),
            phones=(KEYS.shop(request.code),),
        )
        self.world.shops[shop.id] = shop
        self.world.stocks[shop.id] = Stock(shop.id)
        return Answered(id_, Outcome.JOINED, details={"shop": shop.id})

    def tend(self, tend: Tend) -> None:
        """What a shop says of itself."""
        stock = self.world.stock(tend.shop)
        match tend.what:
            case "open":
                stock = replace(stock, opened=tend.at, closed=None, paused=None, place=tend.place or stock.place)
            case "close":
                stock = replace(stock, closed=tend.at.date())
            case "pause":
                stock = replace(stock, paused=tend.at + timedelta(minutes=tend.number))
            case "price":
                prices, counts = {**stock.prices, tend.code: tend.number}, dict(stock.counts)
                counts.setdefault(tend.code, UNCOUNTED)
                stock = replace(stock, prices=prices, counts=counts)
            case "count":
                stock = replace(stock, counts={**stock.counts, tend.code: tend.number})
            case "add":
                added = {code: int(price) for code, _, price in (each.partition(":") for each in tend.code.split())}
                stock = replace(
                    stock,
                    prices=added | dict(stock.prices),
                    counts=dict.fromkeys(added, UNCOUNTED) | dict(stock.counts),
                )
            case "remove":
                stock = replace(stock, prices={code: at for code, at in stock.prices.items() if code != tend.code})
            case other:
                raise AssertionError(f"the shops of the transcripts know no {other}")
        self.world.stocks[tend.shop] = stock

    def happen(self, words: list[str]) -> list[Answer] | None:
        """Something outside the chats, or None where it is nothing of the trade."""
        now, order = self.world.now, self.world.orders.get(self.newest)
        match words:
            case ["the", "customer", "orders", *wanted]:
                lines = {each.partition("×")[0]: int(each.partition("×")[2] or 1) for each in wanted}
                return list(self.place(lines, "3F8KQ"))
            case _ if order is None:
                return None
            case ["no", "shop", "takes", "it"]:
                return list(self.store(order_life.passed_on(order, None, now)))
            case ["another", "shop", "has", "it"]:
                other = replace(order, shop="8H2MX", tried=(order.shop,))
                return list(self.store(Change(other)))
            case ["only", "a", "dearer", "shop", "has", "it"]:
                return list(self.store(order_life.passed_on(order, self.dearer(order, 1200), now)))
            case ["only", "a", "shop", "with", "less", "has", "it"]:
                choice = self.dearer(order, 0)
                less = replace(choice, lines=choice.lines[:-1], short={choice.lines[-1].code: OUT})
                return list(self.store(order_life.passed_on(order, less, now)))
            case ["it", "takes", "long", "to", "find", "a", "shop"]:
                return list(self.store(order_life.slow(order, now)))
            case ["the", "deadline", "is", "near"]:
                return [(CUSTOMER, Answered("", Outcome.REMINDED, order.id))]
            case ["nobody", "collects", "it"]:
                return list(self.store(order_life.uncollected(order, order.shop, PICKUP, now)))
            case ["nobody", "decides"]:
                return list(self.store(order_life.unanswered(order, order.shop, now)))
            case ["the", "gateway", "captures", "the", "payment"]:
                return list(self.store(order_life.paid(order, order.shop, "pay_1", order.total)))
            case ["the", "gateway", "captures", "a", "wrong", "sum"]:
                return list(self.store(order_life.paid(order, order.shop, "pay_2", order.total - 100)))
            case ["three", "orders", "are", "not", "answered"]:
                self.world.stocks[order.shop] = replace(self.world.stock(order.shop), closed=now.date())
                return [(order.shop, Answered("", Outcome.SHUT, order.id))]
            case ["two", "orders", "have", "the", "same", "code"]:
                return [
                    (
                        order.shop,
                        Answered("", Outcome.WHICH, details={"orders": " ".join(self.world.orders), "code": "1234"}),
                    )
                ]
            case _:
                return None

    def dearer(self, order: Order, more: int) -> routing.Choice:
        """The hawker, who has everything for so many paise more each."""
        lines = tuple(replace(line, price=line.price + more) for line in order.lines)
        stock = Stock("8H2MX", {line.code: line.price for line in lines}, {line.code: UNCOUNTED for line in lines})
        self.world.stocks["8H2MX"] = replace(stock, opened=self.world.now)
        assert self.world.shops["8H2MX"].kind is Kind.HAWKER
        return routing.Choice(self.world.shops["8H2MX"], lines, {}, 400)
