"""The booking room's second half: the only code that changes orders once they are placed. One batch at a time.

Requests about one order come in the order in which they were made. What holds whatever fails:

- A change of an order is one conditional write that holds its new state, the hash of the request that caused it with
  the outcome its sender is told, and the news that others have to hear. Goods are set aside, given back, and people are
  told only after it, from what is written; each of these steps may be repeated, and ``_finish`` does all that are left
  before anything else is done about the order.
- So a request that comes again finds itself in the order, and its sender is told the same outcome again: as a turn of
  their own under one cause, which is heard once.
- A request about an order that has gone on, or of a shop that has it no longer, changes nothing; its sender hears what
  has already happened.
- What AWS is too busy for stays in the queue and is shown again soon, and with it what follows it in its group. What
  fails because of our own code is set aside at the third receive, and its sender hears that they may try again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from seba.conversation import codec
from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard, Outcome
from seba.conversation.records import AskedOfOrders, Citizen, parts_of_effect
from seba.conversation.say import Act, Forget, Keep, OrderAsk, OrderRequest
from seba.conversation.talk import Talk
from seba.domain import order_life
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.goods import are_alike
from seba.domain.ids import Keys, short_hash
from seba.domain.order_life import Change, Late, NotThisShop, TooMuch
from seba.domain.orders import Life, Line, Order, Paid
from seba.domain.people import Who
from seba.domain.routing import next_shop
from seba.domain.shops import MOST_PHONES, UNANSWERED_CLOSE, Invitation, Kind, Shop
from seba.services.answer_requests import GIVEN_UP_AT, OWN_WAIT, PARKED_AT, WAITS
from seba.services.ask_shops import (
    AskPorts,
    ask,
    give_back,
    is_to_be_asked,
    keeper_of,
    offers,
    onwards,
    restore,
    write,
)
from seba.services.booking_requests import Asked
from seba.services.journal import Journal, cause_of
from seba.services.ports import Lane, ShopBook
from seba.services.take_turn import Turned, TurnPorts, hear, in_time, queue_again, was_heard
from seba.services.tell_news import tell_news, tries

NOBODY = frozenset({"page", "clock", "gateway"})
"""What stands for the citizen in the ids of what no citizen asks: nobody is answered, nobody's outbox holds it."""
SHOPS_ANSWER = frozenset({OrderAsk.ACCEPT, OrderAsk.PACKED, OrderAsk.CANNOT, OrderAsk.LACK})
"""By these a shop answers an order: it is not silent."""
CUSTOMERS = frozenset({OrderAsk.DECIDE, OrderAsk.CANCEL, OrderAsk.LATER, OrderAsk.PAY})
"""What only the order's own customer may ask."""
SALES_LOOKED_AT = 40
"""The newest sales among which an order is looked for whose code was typed once more."""
JOINED_A_MOMENT_AGO = 4
"""The receive at which a used invitation is no longer looked for among shops: a cached list is a minute old by then."""


@dataclass(frozen=True, slots=True)
class OrderPorts:
    """What the room of orders needs of the world."""

    shops: AskPorts
    book: ShopBook
    turn: TurnPorts
    pickup: timedelta
    """How long a ready order waits for its customer (SEBA_PICKUP_HOURS); an accepted one as long for the shop."""
    pays_online: bool
    """Whether payment inside WhatsApp is set up."""
    lane: Lane
    keys: Callable[[], Keys]
    sorry: Callable[[Talk], Turned]
    """What is said when something failed on our side (``seba.conversation.engine.sorry``)."""
    journal: Journal


def is_of_orders(asked: Asked) -> bool:
    """Whether a message of the queue is for this room; what cannot be read is not."""
    try:
        return isinstance(codec.read_effect(asked.body).act, OrderRequest)
    except Unusable:
        return False


def answer_orders(batch: Sequence[Asked], ports: OrderPorts, may_go_on: Callable[[], bool] = in_time) -> list[str]:
    """Answer a batch, in the order of each group: the ids of the messages that stay in the queue.

    Nothing more is begun once ``may_go_on`` says no; what is left then is shown again at once.
    """
    room = _Room(ports, may_go_on)
    for asked in batch:
        room.answer(asked)
    room.let_wait()
    return [asked.id for asked in batch if asked.id in room.stay]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of which something was changed."""

    talk: Talk
    acts: Sequence[Act]
    keep: Keep | None
    forget: Forget | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What the sender of a request is told."""

    outcome: Outcome
    order: str = ""
    details: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    """A request under way."""

    asked: Asked
    of_orders: AskedOfOrders

    @property
    def id(self) -> str:
        return self.of_orders.id

    @property
    def request(self) -> OrderRequest:
        return self.of_orders.request

    @property
    def citizen(self) -> str:
        return self.of_orders.citizen

    @property
    def key(self) -> str:
        """By which an order remembers it."""
        return short_hash(self.id).hex()

    @property
    def cause(self) -> str:
        """The cause (hex) whose outbox holds the request."""
        return parts_of_effect(self.id)[1]

    @property
    def answer_cause(self) -> bytes:
        return short_hash(f"answer {self.id}")

    @property
    def sorry_cause(self) -> bytes:
        return short_hash(f"sorry {self.id}")


class _Room:
    """One batch."""

    def __init__(self, ports: OrderPorts, may_go_on: Callable[[], bool]) -> None:
        self._ports, self._may_go_on = ports, may_go_on
        self._shops = ports.shops
        self._keys = ports.keys()
        self._got_through = False
        """Whether any request of this batch had its effect: then AWS is not too busy for everybody."""
        self._waits: list[tuple[Asked, int, bool]] = []
        """What stays, for how many seconds, and whether it failed for a reason that may be everybody's."""
        self._blocked: dict[str, int] = {}
        """Groups of which something stays, and for how long."""
        self.stay: set[str] = set()

    # ---- one request ---------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> None:
        """Answer one request, unless an earlier one of its group stays."""
        try:
            effect = codec.read_effect(asked.body)
            if not isinstance(effect.act, OrderRequest):
                raise Unusable(f"{type(effect.act).__name__} is not for the room of orders")
        except Unusable as error:
            self._park_unread(asked, error)
            return
        if asked.group in self._blocked or not self._may_go_on():
            self._keep(asked, self._blocked.get(asked.group, 0))
            return
        citizen = parts_of_effect(effect.id)[0]
        each = _Open(asked, AskedOfOrders(effect.id, "" if citizen in NOBODY else citizen, effect.act))
        try:
            self._do(each)
        except Exception as error:  # noqa: BLE001  # whatever it was, the others go on
            self._failed(each, error)
        else:
            self._got_through = True

    def _do(self, each: _Open) -> None:
        """Let a request have its effect and tell its sender. Raises Conflict when others kept writing first, NotNow."""
        if self._was_answered(each):
            return
        if each.request.ask is OrderAsk.JOIN:
            self._join(each)
            return
        for last in tries():
            try:
                told = self._effect(each)
            except Conflict:
                # The shop's other phone, the page, another order's request of the same shop.
                if last:
                    raise
                continue
            # Of a payment the customer hears as news, whoever looked it up.
            if told is not None and each.request.ask is not OrderAsk.PAID:
                self._tell(each, told)
            return

    def _effect(self, each: _Open) -> _Told | None:
        """What the sender is told; None where nobody is. Raises Conflict, NotNow."""
        if each.request.shop and each.request.ask in SHOPS_ANSWER:
            self._shops.stocks.answered(each.request.shop)
        order = self._which(each)
        if not isinstance(order, Order):
            return order
        order = self._finish(order)
        if each.request.ask in CUSTOMERS and each.citizen and each.citizen != order.customer:
            return _Told(Outcome.UNKNOWN)
        if order_life.heard_before(order, each.key) is None:
            try:
                change = self._change(order, each)
            except TooMuch as limit:
                return _Told(Outcome.TOO_MUCH, order.id, {"most": str(limit.most)})
            except Late as late:
                return _Told(Outcome.LATE, order.id, self._already(late))
            if change is None:
                return None
            if change.order is order:
                return _Told(Outcome(change.outcome), order.id)
            order = self._finish(self._write(order, change, each))
        return _Told(Outcome(order_life.heard_before(order, each.key) or order_life.Tell.NOTED), order.id)

    def _write(self, order: Order, change: Change, each: _Open) -> Order:
        """Store a change with the request that caused it. Raises Conflict, NotNow."""
        after = change.order
        undecided = after.question is not None and after.question.kind == order_life.REPLACING
        heard = order_life.hearing(after, each.key, "" if undecided else change.outcome)
        stored = write(order, replace(change, order=heard), self._shops)
        if stored.life is not order.life:
            self._ports.journal.count(f"Orders{stored.life.title()}")
        if stored.paid is Paid.REFUND_DUE and order.paid is not Paid.REFUND_DUE:
            self._ports.journal.count("RefundsDue")
            self._ports.journal.note("money has to be given back", order=order.id, captured=stored.captured)
        return stored

    @staticmethod
    def _already(late: Late) -> dict[str, str]:
        """Details of what has already happened."""
        is_elsewhere = isinstance(late, NotThisShop) and late.order.life not in (Life.CANCELLED, Life.DECLINED)
        return {"other": "1"} if is_elsewhere else {}

    # ---- which order ---------------------------------------------------------------------------------------------

    def _which(self, each: _Open) -> Order | _Told | None:
        """The order that is meant; or what is told where none is."""
        request = each.request
        if request.ask is OrderAsk.COLLECT:
            return self._by_code(each)
        if request.order:
            order = self._shops.orders.read(request.order)
            return order if order is not None else self._no_such_order(each)
        if request.ask is OrderAsk.READY and request.shop:
            return self._packed(each)
        raise Unusable(f"{request.ask} of no order")

    def _no_such_order(self, each: _Open) -> _Told | None:
        if each.request.ask is OrderAsk.PAID:
            # Somebody's money: it is kept where an operator looks after it.
            self._ports.journal.count("RefundsDue")
            self._ports.lane.park(each.asked.group, f"parked-{each.id}", each.asked.body, "paid for an unknown order")
            return None
        return _Told(Outcome.UNKNOWN)

    def _live_of(self, shop: str) -> list[Order]:
        """The live orders that a shop has goods set aside for."""
        stock = self._shops.stocks.read(shop)
        orders = self._shops.orders.read_many(stock.orders).values()
        return [order for order in orders if order.shop == shop and order.is_live and order.held]

    def _packed(self, each: _Open) -> Order | _Told:
        """The order that a shop calls ready without naming it: the only accepted one that the total fits."""
        live = self._live_of(each.request.shop)
        again = next((order for order in live if order_life.heard_before(order, each.key) is not None), None)
        if again is not None:
            return again
        undecided = [order for order in live if order.question is None]
        waiting = [order for order in undecided if order.life is Life.ACCEPTED]
        waiting = waiting or [order for order in undecided if order.life is Life.PLACED]
        fitting = [order for order in waiting if self._may_come_to(order, each.request.total)]
        return _one_of(fitting or waiting, Outcome.UNKNOWN, {"total": str(each.request.total)})

    def _may_come_to(self, order: Order, total: int) -> bool:
        """Whether weighing may have made it cost that (0: nothing was said)."""
        most = order_life.most_of(order.lines, self._weighed(order))
        return not total or 2 * order.total - most <= total <= most

    def _by_code(self, each: _Open) -> Order | _Told:
        """The order whose code was typed at the counter."""
        request = each.request

        def is_meant(order: Order) -> bool:
            named = not request.order or order.id == request.order
            return named and request.code == self._keys.pickup_code(order.id, order.code_try)

        waiting = [order for order in self._live_of(request.shop) if order.life is Life.READY and is_meant(order)]
        if waiting:
            return _one_of(waiting, Outcome.WRONG_CODE, {"code": request.code})
        # Typed once more, or delivered again: it was collected a moment ago.
        today = at_the_desk(self._shops.clock()).date()
        sales = sorted(self._shops.orders.sales(request.shop, today), key=lambda sale: sale.at, reverse=True)
        sold = self._shops.orders.read_many([sale.order for sale in sales[:SALES_LOOKED_AT]]).values()
        return next((order for order in sold if is_meant(order)), None) or _Told(Outcome.WRONG_CODE)

    # ---- what is begun comes to its end --------------------------------------------------------------------------

    def _finish(self, order: Order) -> Order:
        """Give back, set aside and tell whatever is left to: the order at rest. Raises Conflict, NotNow.

        Each step is repeatable, and what it changes of the order is written after it.
        """
        while order.owed or is_to_be_asked(order) or _is_replacing(order):
            give_back(order, self._shops)
            if is_to_be_asked(order):
                order = ask(order, self._shops, self._elsewhere)
            elif _is_replacing(order):
                order = self._replace(order)
            else:
                order = write(order, order_life.settled(order), self._shops)
        order = restore(order, self._shops)
        if order.life is Life.COLLECTED:
            self._shops.stocks.release(order.shop, order.id, order.lines, back=False)
        if order.held and order.question is not None and order.question.kind == order_life.MISSING:
            gone, left = order.question.codes, order_life.remaining(order)
            self._shops.stocks.adjust(order.shop, order.id, order.revision, order.lines, left, gone)
        return self._tell_all(order)

    def _elsewhere(self, order: Order) -> Change:
        """The shop's goods went to somebody else before they could be set aside."""
        return order_life.passed_on(order, onwards(order, self._shops), self._shops.clock())

    def _replace(self, order: Order) -> Order:
        """Set aside what the customer wants instead."""
        before, after = order_life.remaining(order), order_life.replacement(order)
        now = self._shops.clock()
        if self._shops.stocks.adjust(order.shop, order.id, order.revision, before, after, ()):
            return write(order, order_life.not_replaced(order, now), self._shops)
        keeper = keeper_of(order.shop, self._shops)
        return write(order, order_life.replaced(order, keeper, self._ports.pickup, now), self._shops)

    def _tell_all(self, order: Order) -> Order:
        """Let everybody hear their news, in their own turns, each once."""
        for news in order.news:
            heard = Answered("", Outcome(news.outcome), order.id, dict(news.details))
            tell_news(news.to, heard, short_hash(f"order {order.id} {news.n}"), self._ports.turn)
            self._shops.orders.told(order.id, news.n)
        return replace(order, news=())

    # ---- changes -------------------------------------------------------------------------------------------------

    def _change(self, order: Order, each: _Open) -> Change | None:
        """What becomes of the order; None where nothing is to be done. Raises Late, TooMuch, NotNow."""
        request, now, pickup = each.request, self._shops.clock(), self._ports.pickup
        match request.ask:
            case OrderAsk.PLACED:
                return None
            case OrderAsk.ACCEPT:
                return order_life.accepted(order, request.shop, pickup, now)
            case OrderAsk.PACKED:
                return replace(self._ready(order, request), outcome=order_life.Tell.NOTED)
            case OrderAsk.CANNOT:
                return self._given_up(order, request.shop)
            case OrderAsk.LACK:
                return self._lacks(order, request.shop, request.codes)
            case OrderAsk.DECIDE:
                return self._decided(order, request)
            case OrderAsk.READY:
                return self._ready(order, request)
            case OrderAsk.NOT_READY:
                return order_life.not_ready(order, request.shop, pickup, now)
            case OrderAsk.COLLECT:
                return order_life.collected(order, request.shop, now)
            case OrderAsk.OWE:
                return order_life.owed(order, request.shop)
            case OrderAsk.CANCEL:
                return order_life.cancelled(order, self._keeper(order), now, by_chat=bool(each.citizen))
            case OrderAsk.LATER:
                return order_life.put_off(order, pickup, now)
            case OrderAsk.PAY:
                if not self._ports.pays_online:
                    raise Late(order)
                return order_life.pays(order)
            case OrderAsk.PAID:
                if not request.code or request.total <= 0:
                    raise Unusable("a payment without its transaction or its sum")
                change = order_life.paid(order, self._keeper(order), request.code, request.total)
                return None if change.order is order else change
            case OrderAsk.TIME:
                return self._time(order, request)
            case OrderAsk.JOIN:
                raise Unusable("joining is not about an order")

    def _keeper(self, order: Order) -> str:
        return keeper_of(order.shop, self._shops)

    def _weighed(self, order: Order) -> frozenset[str]:
        """Which of its products are weighed."""
        products = self._shops.market.products()
        return frozenset(line.code for line in order.lines if line.code in products and products[line.code].weighed)

    def _given_up(self, order: Order, shop: str) -> Change:
        order_life.given_up(order, shop)
        return order_life.passed_on(order, onwards(order, self._shops), self._shops.clock())

    def _lacks(self, order: Order, shop: str, codes: Sequence[str]) -> Change:
        """Something is missing: the customer decides; everything is: the next shop is asked."""
        order_life.given_up(order, shop)
        if not order_life.lacks_everything(order, codes):
            instead = self._instead_of(order, codes)
            return order_life.lacks(order, shop, codes, instead, self._shops.clock())
        # Before the order leaves: what is not there does not come back either.
        before = order_life.remaining(order)
        self._shops.stocks.adjust(shop, order.id, order.revision + 1, before, (), codes)
        return self._given_up(order, shop)

    def _instead_of(self, order: Order, codes: Sequence[str]) -> Line | None:
        """What the shop has in place of the one product that is missing: alike, and nearest in price."""
        missing = [line for line in order_life.remaining(order) if line.code in codes]
        products = self._shops.market.products()
        if len(missing) != 1 or missing[0].code not in products:
            return None
        line, stock = missing[0], self._shops.stocks.read(order.shop)
        ordered = {each.code for each in order.lines}
        alike = [
            code
            for code in stock.prices
            if code in products
            and code not in ordered
            and are_alike(products[code], products[line.code])
            and stock.has(code, line.quantity)
        ]
        best = min(alike, key=lambda code: (abs(stock.prices[code] - line.price), code), default=None)
        return None if best is None else Line(best, line.quantity, stock.prices[best])

    def _decided(self, order: Order, request: OrderRequest) -> Change:
        now = self._shops.clock()
        if request.total and order.question is not None and request.total != order.question.total:
            # The button of an earlier question: what is asked now has not been answered.
            raise Late(order)
        match request.code:
            case "drop":
                return order_life.dropped(order, self._keeper(order), self._ports.pickup, now)
            case "instead":
                return Change(order_life.replacing(order))
            case "yes" if order.question is not None and order.question.kind == order_life.DEARER:
                wanted = {line.code: line.quantity for line in order.lines}
                choices = offers(order.pin, wanted, self._shops, order.tried).choices
                asked = next((each for each in choices if order_life.is_as_asked(order, each)), None)
                return order_life.agreed(order, asked or next_shop(choices, order.agreed), now)
            case _:
                raise Late(order)

    def _ready(self, order: Order, request: OrderRequest) -> Change:
        taken = {
            self._keys.pickup_code(other.id, other.code_try)
            for other in self._live_of(request.shop)
            if other.life is Life.READY and other.id != order.id
        }
        attempt = next(each for each in range(10_000) if self._keys.pickup_code(order.id, each) not in taken)
        now, pickup = self._shops.clock(), self._ports.pickup
        return order_life.ready(order, request.shop, request.total, self._weighed(order), pickup, attempt, now)

    # ---- time ----------------------------------------------------------------------------------------------------

    def _time(self, order: Order, request: OrderRequest) -> Change | None:
        """A timer rang. One that rings for what is over already changes nothing."""
        now, pickup = self._shops.clock(), self._ports.pickup
        if request.details.get("at"):
            # It has rung: whose clock is a little behind must not find that it has not.
            now = max(now, datetime.fromisoformat(request.details["at"]))
        try:
            match request.code:
                case "answer":
                    return self._silent(order, request.details.get("shop", ""), now)
                case "long":
                    return order_life.slow(order, now)
                case "decide":
                    return order_life.unanswered(order, self._keeper(order), now)
                case "remind":
                    return order_life.reminded(order, now)
                case "collect":
                    return order_life.uncollected(order, self._keeper(order), pickup, now)
                case "placed":
                    return None
                case _:
                    raise Unusable(f"no timer rings {request.code!r}")
        except Late:
            return None

    def _silent(self, order: Order, shop: str, now: datetime) -> Change | None:
        """The shop has not answered in time: the next one is asked; too often in a row, and it is closed for today."""
        if not order_life.is_silent(order, shop, self._shops.answer, now):
            return None
        self._ports.journal.count("OrdersUnanswered")
        today = at_the_desk(now).date()
        if self._shops.stocks.silence(shop, order.id, today) >= UNANSWERED_CLOSE:
            opened = self._shops.stocks.read(shop).opened
            # Once for each time that it opened, whichever order it was about.
            cause = short_hash(f"shut {shop} {today} {opened}")
            shut = Answered("", Outcome.SHUT, order.id)
            if keeper := keeper_of(shop, self._shops):
                tell_news(keeper, shut, cause, self._ports.turn)
        return order_life.passed_on(order, onwards(order, self._shops), now)

    # ---- joining -------------------------------------------------------------------------------------------------

    def _join(self, each: _Open) -> None:
        """Let a shop, or its second phone, join; its phone is a shop's from the turn on in which it hears so."""
        citizen = self._ports.turn.citizens.read(each.citizen)
        if citizen is None:
            return
        shop = self._joined(each, citizen)
        if shop is None:
            self._tell(each, _Told(Outcome.NOT_JOINED))
            return
        second = {"second": "1"} if citizen.id != shop.phones[0] else {}
        self._tell(each, _Told(Outcome.JOINED, details={"shop": shop.id, **second}), shop=shop.id)

    def _joined(self, each: _Open, citizen: Citizen) -> Shop | None:
        """The shop that has joined by this, now or by an earlier delivery; None when it cannot. Raises NotNow."""
        market, code = self._shops.market, each.request.code
        invitation = market.invitation(code)
        if invitation is None:
            made = market.shop(self._keys.shop(code))
            known = [made] if made is not None else market.shops().values()
            mine = next((shop for shop in known if citizen.id in shop.phones), None)
            if mine is None and 1 < each.asked.receives < JOINED_A_MOMENT_AGO:
                raise NotNow("a used invitation, perhaps by an earlier delivery of this")
            return mine
        if invitation.until <= self._shops.clock() or citizen.who.shop_of is not None:
            return None
        shop = self._new_phone(invitation, citizen) if invitation.shop else self._new_shop(invitation, citizen, each)
        if shop is None:
            return None
        try:
            self._ports.book.join(invitation, shop)
        except Conflict:
            return None
        self._ports.journal.count("ShopsJoined")
        return shop

    def _new_phone(self, invitation: Invitation, citizen: Citizen) -> Shop | None:
        shop = self._shops.market.shop(invitation.shop)
        if shop is None:
            return None
        phones = shop.phones if citizen.id in shop.phones else (*shop.phones, citizen.id)
        return replace(shop, phones=phones) if len(phones) <= MOST_PHONES else None

    def _new_shop(self, invitation: Invitation, citizen: Citizen, each: _Open) -> Shop:
        told, hawks = each.request.details, invitation.kind is Kind.HAWKER
        languages = ("bn", "hi", "en")
        try:
            return Shop(
                id=self._keys.shop(invitation.code),
                kind=invitation.kind,
                names=dict.fromkeys(languages, told["name"]),
                addresses={} if hawks else dict.fromkeys(languages, told["address"]),
                pins=invitation.pins,
                latitude=float(told["latitude"]),
                longitude=float(told["longitude"]),
                opens=time.fromisoformat(told["opens"]),
                closes=time.fromisoformat(told["closes"]),
                phone=_as_it_is_read(told.get("phone", ""), citizen.who.phone or ""),
                phones=(citizen.id,),
            )
        except (KeyError, ValueError) as error:
            # Not with the value: it may be a name or a number.
            raise Unusable(f"a shop joins with unusable details ({type(error).__name__})") from None

    # ---- answering -----------------------------------------------------------------------------------------------

    def _was_answered(self, each: _Open) -> bool:
        """Whether its sender has been told, by an earlier delivery; whatever came of it is queued again."""
        if not each.citizen:
            return False
        citizen = self._ports.turn.citizens.read(each.citizen)
        if citizen is None:
            return False
        for cause in (each.sorry_cause, each.answer_cause):
            queue_again(citizen, cause, self._ports.turn)
        return was_heard(citizen, each.answer_cause)

    def _tell(self, each: _Open, told: _Told, *, shop: str = "") -> None:
        """The answer as the sender's own turn, in one write with the end of the request. Raises Conflict, NotNow.

        ``shop``: the sender's phone is that shop's from now on.
        """
        answer = Answered(each.id, told.outcome, told.order, dict(told.details or {}))
        self._hear(each, answer, each.answer_cause, self._ports.turn, shop)

    def _hear(self, each: _Open, answer: Answered, cause: bytes, ports: TurnPorts, shop: str = "") -> None:
        for last in tries():
            citizen = self._ports.turn.citizens.read(each.citizen) if each.citizen else None
            if citizen is None or was_heard(citizen, cause):
                return
            who: Who | None = None
            if shop and citizen.who.shop_of != shop:
                who = replace(citizen.who, shop_of=shop)
                citizen = replace(citizen, talk=replace(citizen.talk, shop_of=shop))
            try:
                hear(citizen, answer, cause, ports, settled=each.cause, who=who)
            except Conflict:
                if last:
                    raise
            else:
                return

    # ---- failing -------------------------------------------------------------------------------------------------

    def _failed(self, each: _Open, error: Exception) -> None:
        """The request stays and is shown again soon; or it is set aside."""
        asked = each.asked
        is_busy = isinstance(error, NotNow | Conflict)
        self._ports.journal.wrong(
            "a request failed", cause_of(error), request=each.id, ask=str(each.request.ask), receives=asked.receives
        )
        if asked.receives >= (GIVEN_UP_AT if is_busy else PARKED_AT) and self._set_aside(each, error):
            return
        self._keep(asked, WAITS[min(asked.receives, len(WAITS)) - 1], may_be_everybodys=isinstance(error, NotNow))

    def _keep(self, asked: Asked, seconds: int, *, may_be_everybodys: bool = False) -> None:
        """Leave it in the queue, to be shown again after so many seconds; and so what follows it in its group."""
        self.stay.add(asked.id)
        self._blocked.setdefault(asked.group, seconds)
        self._waits.append((asked, seconds, may_be_everybodys))

    def let_wait(self) -> None:
        """Tell the queue how long to hide what stays; how AWS served the others says whose fault it was."""
        for asked, seconds, may_be_everybodys in self._waits:
            is_own = self._got_through or not may_be_everybodys
            try:
                self._ports.lane.wait(asked.receipt, min(seconds, OWN_WAIT) if is_own else seconds)
            except Exception as error:  # noqa: BLE001  # then it comes again when the queue's own patience is over
                self._ports.journal.wrong("no wait", cause_of(error))

    def _set_aside(self, each: _Open, error: Exception) -> bool:
        """Park it with its cause and tell its sender: whether both was possible.

        Whoever gives the parked body to the queue again does no harm: it has its effect, or comes too late.
        """
        try:
            self._ports.lane.park(each.asked.group, f"parked-{each.id}", each.asked.body, cause_of(error))
            self._apologise(each)
        except Exception as trouble:  # noqa: BLE001  # then it stays, and at last the queue's own redrive policy is the net
            self._ports.journal.wrong("cannot be set aside", cause_of(trouble), request=each.id)
            return False
        self._ports.journal.count("Parked")
        return True

    def _apologise(self, each: _Open) -> None:
        """Say that it failed. What they wait for besides is not touched."""

        def think(talk: Talk, heard: Heard, desk: Desk) -> Turned:  # noqa: ARG001  # the shape of a thought
            turned = self._ports.sorry(talk)
            return _Turn(replace(turned.talk, pending=talk.pending), turned.acts, turned.keep, turned.forget)

        busy = Answered(each.id, Outcome.BUSY, each.request.order)
        self._hear(each, busy, each.sorry_cause, replace(self._ports.turn, think=think))

    def _park_unread(self, asked: Asked, error: Exception) -> None:
        """Set aside what is no request at all."""
        try:
            dedup = hashlib.sha256(asked.body.encode()).hexdigest()
            self._ports.lane.park(asked.group, dedup, asked.body, cause_of(error))
        except Exception as trouble:  # noqa: BLE001  # then it stays, and the queue's own redrive policy is the net
            self._ports.journal.wrong("cannot be set aside", cause_of(trouble))
            self._keep(asked, WAITS[min(asked.receives, len(WAITS)) - 1])
        else:
            self._ports.journal.wrong("no request", cause_of(error))
            self._ports.journal.count("Parked")


def _as_it_is_read(phone: str, own: str) -> str:
    """A number as customers read it; ``self`` is the one that the shop writes from, with or without country code."""
    digits = own if phone == "self" else phone
    if len(digits) == len("919830000001") and digits.startswith("91"):
        digits = digits.removeprefix("91")
    return f"{digits[:5]} {digits[5:]}" if len(digits) == len("9830000001") else digits


def _is_replacing(order: Order) -> bool:
    return order.is_live and order.question is not None and order.question.kind == order_life.REPLACING


def _one_of(orders: Sequence[Order], nothing: Outcome, said: Mapping[str, str]) -> Order | _Told:
    """The only one; or which there are, with what was ``said``; or that there is none."""
    if len(orders) == 1:
        return orders[0]
    if not orders:
        return _Told(nothing)
    return _Told(Outcome.WHICH, details={"orders": " ".join(order.id for order in orders), **said})
