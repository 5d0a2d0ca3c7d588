"""The shop's page: who orders, shelves and search, the basket, placing an order, and what became of it.

Each answer is a page to show (``seba.pages.views``), or where to go next; nothing here knows how a page is drawn.
Whatever changes something is a form of the visit; a form that comes again changes nothing more.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Final
from urllib.parse import quote as quoted

from seba.conversation.heard import Answered, Outcome
from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import OrderAsk, OrderRequest
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict
from seba.domain.find_goods import find_goods
from seba.domain.goods import OUT, Product
from seba.domain.ids import CROCKFORD, ORDER_LENGTH, short_hash
from seba.domain.names import LONGEST, read_name
from seba.domain.orders import MOST_LINES, MOST_OF_A_LINE, Basket, Customer, Life, Order
from seba.domain.places import Area, distance, read_pin
from seba.domain.routing import serving as serving_shops
from seba.domain.shops import Kind, Shop, Stock, place_of
from seba.messages.catalogue import LANGUAGES
from seba.pages import views
from seba.services.journal import Journal
from seba.services.place_order import PAGE, NotPlaced, Placed, PlacePorts, Quote, Why, place, quote, serves
from seba.services.storefront_forms import LONGEST_QUANTITY, Fields, Seen, own_path, read_quantity, wishes_in
from seba.services.storefront_visits import (
    Visit,
    citizen_of_ticket,
    cookie_of,
    enter,
    form_token,
    is_own_form,
    left,
    read_visit,
    send_again,
)
from seba.services.take_turn import TurnPorts
from seba.services.tell_news import tell_news, tries

HOME: Final = "/shop"
LONGEST_ADDRESS: Final = 200
"""Code points."""
MOST_GOODS: Final = 30
"""Goods on one page: with them it stays within 50 KB in every language, and quick on a slow line."""
AREAS_NEAR: Final = 3
"""How many areas with shops are named to somebody in whose area there is none."""
LONGEST_QUERY: Final = 80
"""Characters of what is searched for."""
DAYS_OF_A_WEEK: Final = 7
CHAT_WORDS: Final[Mapping[str, str]] = {"bn": "দোকান", "hi": "दुकान", "en": "shop"}
"""What one writes to the desk to get the link."""
_AT_A_SHOP: Final = frozenset({Life.ACCEPTED, Life.READY, Life.COLLECTED})


@dataclass(frozen=True, slots=True)
class Sign:
    """How the service is called, and how it is reached: what stands around every page."""

    names: Mapping[str, str]
    """The service's name by language."""
    desk_number: str
    """The number citizens write to, digits with country code."""
    helpline: str
    """The phone number of a person who helps, as it is to be read."""

    def around(self, language: str, look: "Look", now: datetime, here: str) -> views.Frame:
        """A page's frame for whoever has no visit. ``here`` is where the page can be had again."""
        return views.Frame(
            language,
            service=self.names[language],
            chat=f"https://wa.me/{self.desk_number}?text={quoted(CHAT_WORDS[language])}",
            helpline=self.helpline,
            now=now,
            here=here,
            pictures=look.pictures,
        )


@dataclass(frozen=True, slots=True)
class StorefrontPorts:
    """What the shop's page needs of the world."""

    turn: TurnPorts
    """How the chat hears that somebody registered; its ``outgoing`` has the lanes of replies and requests."""
    placing: PlacePorts
    """Orders, shops, stocks and areas; what placing an order needs."""
    sign: Sign
    pays_online: bool
    """Whether payment inside WhatsApp is set up."""
    journal: Journal


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody wants to see pages."""

    language: str = ""
    """As they chose it on a page; empty when they did not."""
    pictures: bool = True
    preferred: str = "bn"
    """What their browser prefers, for those of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Show:
    """A page to be drawn."""

    page: views.Page
    frame: views.Frame
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Go:
    """Another page of ours is the answer."""

    path: str
    came: bool = False
    """A link was opened just now."""


Answer = Show | Go


class Storefront:
    """The pages as one browser sees them at one moment."""

    def __init__(self, ports: StorefrontPorts, look: Look, cookie: str = "", here: str = HOME) -> None:
        """``cookie`` is the visit's; ``here`` where the page asked for can be had again (path and query)."""
        self._ports, self._look, self._here = ports, look, here
        self._keys, self._asking = ports.placing.keys(), ports.placing.shops
        self._orders, self._market = self._asking.orders, self._asking.market
        self.now = at_the_desk(self._asking.clock())
        self.visit = read_visit(cookie, self._keys)
        """Whose visit it is; of whatever age until ``is_inside`` has said yes."""

    # ---- coming in ---------------------------------------------------------------------------------------------------

    def open_link(self, token: str) -> Answer:
        """Exchange a link for a visit, which is then ``visit``. Raises NotNow."""
        entered = enter(token, self.visit, self._orders, self._keys, self.now)
        if isinstance(entered, Visit):
            self.visit = entered
            return Go(f"{HOME}?came={self._language_of(entered.citizen)}", came=True)
        self.visit = None
        if isinstance(entered, views.Ended):
            return self._show_to(citizen_of_ticket(entered.ticket, self._keys), entered, HTTPStatus.GONE)
        return self.show(entered, HTTPStatus.NOT_FOUND)

    @property
    def is_inside(self) -> bool:
        """Whether there is a visit that is not over."""
        return self.visit is not None and not self.visit.is_over(self.now)

    @property
    def cookie(self) -> str:
        """What the browser keeps of the visit, renewed with every page; empty when there is none."""
        return cookie_of(self.visit, self.now, self._keys) if self.visit is not None and self.is_inside else ""

    def outside(self, *, came: bool = False) -> Answer:
        """What somebody sees without a visit; ``came`` by a link just now, so the browser keeps no cookies."""
        if self.visit is None:
            return self.show(views.Stranger("cookies" if came else "nobody"), HTTPStatus.FORBIDDEN)
        return self._show_to(self.visit.citizen, left(self.visit, self._keys), HTTPStatus.FORBIDDEN)

    def send_link(self, fields: Fields) -> Answer:
        """Send a new link into the chat. Raises NotNow."""
        citizen, page = send_again(fields.get("ticket"), self._ports.turn, self._keys)
        if not citizen:
            return self.show(page, HTTPStatus.FORBIDDEN)
        self._ports.journal.note("a new link was asked for", citizen=citizen)
        return self._show_to(citizen, page)

    def is_own(self, fields: Fields) -> bool:
        """Whether a form was drawn for this visit."""
        return self.visit is not None and is_own_form(fields.get("form"), self.visit, self._keys)

    # ---- who orders --------------------------------------------------------------------------------------------------

    def details(self) -> Answer:
        """Name, address and PIN code, to be entered or changed. Raises NotNow."""
        citizen = self._known_citizen()
        if citizen is None:
            return self.show(views.Stranger("nobody"), HTTPStatus.FORBIDDEN)
        return self.show(self._details(citizen))

    def save_details(self, fields: Fields) -> Answer:
        """Register, or change what was registered; the chat hears of the language. Raises NotNow, Conflict."""
        citizen = self._known_citizen()
        if citizen is None:
            return self.show(views.Stranger("nobody"), HTTPStatus.FORBIDDEN)
        page = replace(
            self._details(citizen),
            name=fields.get("name")[:LONGEST_ADDRESS],
            pin=fields.get("pin")[:LONGEST_ADDRESS],
            address=fields.get("address")[: 2 * LONGEST_ADDRESS],
            agreed=fields.get("agree") == "yes",
        )
        if fields.get("switch") in LANGUAGES:
            return self.show(page)
        name, pin = read_name(page.name), read_pin(page.pin)
        address = " ".join(page.address.split())
        faults = []
        if name is None:
            faults.append(views.Fault("name", "name", number=LONGEST))
        if pin is None:
            faults.append(views.Fault("pin", "pin"))
        elif not serves(pin, self._asking):
            faults.append(views.Fault("pin", "unserved", pin=pin, areas=self._areas_near(pin)))
        if len(address) > LONGEST_ADDRESS:
            faults.append(views.Fault("address", "address", number=LONGEST_ADDRESS))
        if not page.agreed:
            faults.append(views.Fault("agree", "agree"))
        if faults or name is None or pin is None:
            return self.show(replace(page, faults=tuple(faults)), HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._register(citizen, name, address, pin)

    def _register(self, citizen: Citizen, name: str, address: str, pin: str) -> Answer:
        before, language = self._customer, self._language
        if before is None or before.language != language:
            news = Answered("", Outcome.INTRODUCED, details={"language": language})
            cause = short_hash(f"introduced {citizen.id} {self.now.isoformat()}")
            tell_news(citizen.id, news, cause, self._ports.turn, as_read=citizen)
        consented = before.consented if before is not None else self.now
        self._orders.register(Customer(citizen.id, name, address, pin, language, consented))
        if before is None:
            self._ports.journal.count("CustomersRegistered")
        return Go(HOME)

    def _details(self, citizen: Citizen) -> views.Details:
        phone, known = citizen.who.phone, self._customer
        if known is not None:
            return views.Details(known.name, known.address, known.pin, phone, agreed=True, registered=True)
        return views.Details(read_name(citizen.who.profile_name or "") or "", phone=phone)

    def _areas_near(self, pin: str) -> tuple[Area, ...]:
        areas = self._asking.areas()
        home = areas.get(pin)
        if home is None:
            return ()
        pins = {each for shop in self._market.shops().values() if shop.phones for each in shop.pins}
        served = [areas[each] for each in sorted(pins) if each in areas]
        served.sort(key=lambda area: distance(home.lat, home.lon, area.lat, area.lon))
        return tuple(served[:AREAS_NEAR])

    # ---- shelves -----------------------------------------------------------------------------------------------------

    def shelves(self) -> Answer:
        """The way in. Raises NotNow."""
        if self._customer is None:
            return self._unregistered()
        offered = [good for good in self._goods() if good.available or good.quantity]
        count = Counter(good.product.category for good in offered)
        shown = tuple((each, count[id_]) for id_, each in self._market.categories().items() if count[id_])
        live = tuple(order for order in self._own_orders() if order.is_live)
        return self._show_goods(views.Shelves(shown, self._serving, live))

    def shelf(self, category: str, page: int = 1) -> Answer:
        """The goods of one category, so many at once; pages count from 1. Raises NotNow."""
        if self._customer is None:
            return self._unregistered()
        categories, goods = self._market.categories(), self._goods()
        if category not in categories:
            return self.lost()
        here = _out_last(good for good in goods if good.product.category == category)
        pages = max(1, -(-len(here) // MOST_GOODS))
        page = min(max(page, 1), pages)
        filled = {good.product.category for good in goods if good.available} - {category}
        others = tuple(each for id_, each in categories.items() if id_ in filled)
        shown = here[(page - 1) * MOST_GOODS : page * MOST_GOODS]
        return self._show_goods(views.Shelf(categories[category], shown, self._serving, others, page, pages))

    def search(self, query: str) -> Answer:
        """The goods that some words fit. Raises NotNow."""
        if self._customer is None:
            return self._unregistered()
        said = " ".join(query.split())[:LONGEST_QUERY]
        goods = {good.product.code: good for good in self._goods()}
        found = [goods[each.code] for each in find_goods(said, [good.product for good in goods.values()])]
        self._here = f"{HOME}/search?q={quoted(said, safe='')}"
        page = views.Found(said, _out_last(found[:MOST_GOODS]), self._serving, max(0, len(found) - MOST_GOODS))
        return self._show_goods(page)

    def _goods(self) -> list[views.Good]:
        """Everything that the shop shown offers and what is in the basket, in the order of the master list."""
        stock, chosen = self._stock, self._basket.lines
        return [
            _good(product, stock, chosen.get(product.code, 0))
            for product in self._market.products().values()
            if stock is None or product.code in stock.prices or product.code in chosen
        ]

    # ---- the basket --------------------------------------------------------------------------------------------------

    def basket(self) -> Answer:
        """What is in the basket. Raises NotNow."""
        return self._unregistered() if self._customer is None else self._in_basket()

    def change_basket(self, fields: Fields) -> Answer:
        """Take over what was typed and tapped, all that can be; then go where the button leads.

        ``set`` is ``CODE.QUANTITY``, a button's; ``q-CODE.BEFORE`` is what stands in a field that showed ``BEFORE``.
        Quantities are absolute, so a form that comes twice changes nothing more. Raises NotNow, Conflict.
        """
        if self._customer is None:
            return self._unregistered()
        wishes, tapped = wishes_in(fields)
        if fields.get("do") == "without":
            wishes |= {code: str(left) for code, left in self._quote.short.items()}
        faults, typed = self._take_over(wishes)
        if faults:
            self._here = f"{HOME}/basket"
            return self._in_basket(faults, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
        if fields.get("do") in ("check", "without"):
            return Go(f"{HOME}/check")
        back = own_path(fields.get("back")) or f"{HOME}/basket"
        return Go(f"{back}#p-{tapped}" if tapped else back)

    def _take_over(self, wishes: Mapping[str, str]) -> tuple[list[views.Fault], dict[str, str]]:
        """Write into the basket what can be had of the quantities wished for: the faults, and what was typed there."""
        for last in tries():
            lines, faults, typed = dict(self._basket.lines), list[views.Fault](), dict[str, str]()
            for code, text in wishes.items():
                fault = self._wish(code, text, lines)
                if fault is not None:
                    faults.append(fault)
                    typed[code] = text[:LONGEST_QUANTITY]
            if lines == self._basket.lines:
                return faults, typed
            try:
                self._keep(replace(self._basket, lines=lines))
            except Conflict:
                # Another tab was quicker: what it chose stays, and this is done to it.
                if last:
                    raise
                self._read_again()
            else:
                return faults, typed
        raise AssertionError("the last try returns or raises")

    def _wish(self, code: str, text: str, lines: dict[str, int]) -> views.Fault | None:
        """Change ``lines`` to so many of a product, or say why not."""
        product = self._market.products().get(code)
        quantity = read_quantity(text)
        field = f"q-{code}" if code in lines else ""
        if quantity == 0:
            lines.pop(code, None)
            return None
        if product is None:
            return views.Fault(field, "gone")
        if quantity is None:
            return views.Fault(field, "quantity", product, MOST_OF_A_LINE)
        if quantity > MOST_OF_A_LINE:
            return views.Fault(field, "most", product, MOST_OF_A_LINE)
        stock = self._stock
        if quantity > lines.get(code, 0) and stock is not None and not stock.has(code, quantity):
            left = (stock.left(code) or OUT) if code in stock.prices else OUT
            return views.Fault(field, "short" if left else "out", product, left)
        if code not in lines and len(lines) >= MOST_LINES:
            return views.Fault("", "lines", product, MOST_LINES)
        lines[code] = quantity
        return None

    def _in_basket(
        self,
        faults: Sequence[views.Fault] = (),
        typed: Mapping[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Answer:
        short, products = self._quote.short, self._market.products()
        goods, missing = list[views.Good](), list[views.Good]()
        for code, quantity in self._basket.lines.items():
            good = _good(products.get(code) or _vanished(code), self._stock, quantity)
            good = replace(good, typed=(typed or {}).get(code))
            if code in short or code not in products:
                missing.append(replace(good, left=short.get(code, OUT)))
            else:
                goods.append(good)
        total = sum(good.total for good in goods)
        page = views.InBasket(tuple(goods), tuple(missing), self._serving, total, tuple(faults))
        return self._show_goods(page, status)

    # ---- ordering ----------------------------------------------------------------------------------------------------

    def check(self, before: Seen | None = None) -> Answer:
        """The order as it would be placed, and what is otherwise than the page ``before`` said. Raises NotNow."""
        customer, found = self._customer, self._quote
        self._here = f"{HOME}/check"
        if customer is None:
            return self._unregistered()
        status = HTTPStatus.OK if before is None else HTTPStatus.CONFLICT
        if found.why is Why.EMPTY:
            return Go(f"{HOME}/basket")
        if found.why is Why.SHORT:
            faults = () if before is None else self._short()
            return self._in_basket(faults, status=status)
        serving = self._serving
        if isinstance(serving, views.Closed):
            return self.show(views.NoShop(str(found.why), serving), status)
        seen = Seen.of(self._basket, found)
        products = self._market.products()
        goods = tuple(
            views.Good(products.get(line.code) or _vanished(line.code), line.price, True, None, line.quantity)
            for line in found.lines
        )
        page = views.Check(
            goods,
            serving,
            found.total,
            found.most,
            customer.name,
            seen.text,
            self._ports.pays_online,
            self._changes(before, seen) if before is not None else (),
        )
        return self.show(page, status)

    def place(self, fields: Fields) -> Answer:
        """Order what the page showed; if it is no longer so, ask again. Raises NotNow, Conflict: send it again."""
        seen = Seen.read(fields.get("seen"))
        if seen is None or self.visit is None:
            return Go(f"{HOME}/check")
        if seen.shown.number == self._basket.number and not seen.holds(self._quote):
            # Not even a cheaper shop, or one price less and another more, goes without being seen.
            return self.check(seen)
        match place(self.visit.citizen, seen.shown, self._ports.placing):
            case Placed(order=order):
                return Go(f"{HOME}/orders/{order.id}")
            case NotPlaced(why=Why.UNREGISTERED):
                return self._unregistered()
            case NotPlaced(why=Why.EMPTY):
                return Go(f"{HOME}/basket")
            case NotPlaced(why=Why.TOO_MANY, orders=orders):
                return self.show(views.Enough(len(orders)), HTTPStatus.CONFLICT)
            case NotPlaced():
                self._read_again()
                return self.check(seen)

    def _short(self) -> list[views.Fault]:
        """What the shop lacks of the basket, in words."""
        products = self._market.products()
        return [
            views.Fault(f"q-{code}", "short" if left else "out", products.get(code) or _vanished(code), left)
            for code, left in self._quote.short.items()
        ]

    def _changes(self, before: Seen, now: Seen) -> tuple[views.Change, ...]:
        products = self._market.products()
        found = list[views.Change]()
        if before.shown.shop != now.shown.shop:
            found.append(views.Change("shop", shop=self._market.shop(now.shown.shop)))
        for code in dict.fromkeys((*before.lines, *now.lines)):
            product = products.get(code) or _vanished(code)
            (was_many, was), (many, price) = before.lines.get(code, (0, 0)), now.lines.get(code, (0, 0))
            if not many:
                found.append(views.Change("out", product))
            elif many != was_many:
                found.append(views.Change("number", product, number=many))
            elif price != was:
                found.append(views.Change("price", product, price, was))
        return tuple(found)

    # ---- orders ------------------------------------------------------------------------------------------------------

    def orders(self) -> Answer:
        """Their orders, the newest first. Raises NotNow."""
        if self._customer is None:
            return self._unregistered()
        return self.show(views.Orders(tuple((order, self._shop_of(order)) for order in self._own_orders())))

    def order(self, id_: str, *, asked_to_cancel: bool = False) -> Answer:
        """One of their orders as it stands. Raises NotNow."""
        order = self._own_order(id_)
        if order is None:
            return self.lost()
        products = self._market.products()
        goods = tuple(
            views.Good(products.get(line.code) or _vanished(line.code), line.price, True, None, line.quantity)
            for line in order.lines
        )
        shop = self._shop_of(order)
        code = self._keys.pickup_code(order.id, order.code_try) if order.life is Life.READY else ""
        way = self._way(shop) if shop is not None and order.is_live else ""
        waits = order.life is Life.PLACED and order.held and order.question is None
        asked = self._market.shop(order.shop) if waits else None
        return self.show(views.OneOrder(order, goods, shop, way, code, asked_to_cancel, asked))

    def ask_whether_to_cancel(self, id_: str) -> Answer:
        """The question before cancelling. Raises NotNow."""
        order = self._own_order(id_)
        if order is None:
            return self.lost()
        return self.show(views.SureToCancel(order)) if order.is_live else Go(f"{HOME}/orders/{order.id}")

    def cancel(self, id_: str) -> Answer:
        """Ask the booking room to cancel an order; asking again is the same wish. Raises NotNow."""
        order = self._own_order(id_)
        if order is None:
            return self.lost()
        if not order.is_live:
            return Go(f"{HOME}/orders/{order.id}")
        effect = Effect(
            effect_id(PAGE, short_hash(f"cancel {order.id}").hex(), 0), OrderRequest(OrderAsk.CANCEL, order.id)
        )
        self._ports.turn.outgoing.queue(PAGE, [effect], self.now)
        self._ports.journal.note("an order is to be cancelled", order=order.id)
        return Go(f"{HOME}/orders/{order.id}?asked=cancel")

    def _own_order(self, id_: str) -> Order | None:
        """One of the visitor's own orders; nobody else's can be told from one that does not exist."""
        plain = id_.upper().replace("-", "")
        if self.visit is None or len(plain) != ORDER_LENGTH or not set(plain) <= set(CROCKFORD):
            return None
        order = self._orders.read(plain)
        return order if order is not None and order.customer == self.visit.citizen else None

    def _own_orders(self) -> list[Order]:
        placed = self._basket.orders
        found = self._orders.read_many(placed) if placed else {}
        return [found[each] for each in placed if each in found]

    def _shop_of(self, order: Order) -> Shop | None:
        """The shop that has taken an order; while one is only asked, it may yet be another."""
        return self._market.shop(order.shop) if order.shop and order.life in _AT_A_SHOP else None

    def _way(self, shop: Shop) -> str:
        stock = self._asking.stocks.read(shop.id) if shop.kind is Kind.HAWKER else Stock(shop.id)
        latitude, longitude = place_of(shop, stock)
        return f"https://www.google.com/maps/dir/?api=1&destination={latitude},{longitude}"

    # ---- what went wrong ---------------------------------------------------------------------------------------------

    def mistrusted(self) -> Answer:
        """A form that is not of this visit has changed nothing."""
        return self.show(views.Mistrusted(), HTTPStatus.FORBIDDEN)

    def lost(self) -> Answer:
        """There is no such page."""
        return self.show(views.Lost(), HTTPStatus.NOT_FOUND)

    # ---- what is known -----------------------------------------------------------------------------------------------

    @cached_property
    def _customer(self) -> Customer | None:
        return self._orders.customer(self.visit.citizen) if self.visit is not None else None

    @cached_property
    def _basket(self) -> Basket:
        return self._orders.basket(self.visit.citizen) if self.visit is not None else Basket()

    @cached_property
    def _quote(self) -> Quote:
        """What the basket comes to, at the shop that would serve; the basket remembers whose prices were shown."""
        if self._customer is None:
            return Quote(None, why=Why.UNREGISTERED)
        for last in tries():
            basket = self._basket
            found = quote(self._customer.pin, basket, self._asking)
            if found.shop is None or found.shop.id == basket.shop:
                return found
            try:
                self._keep(replace(basket, shop=found.shop.id))
            except Conflict:
                if last:
                    raise
                self.__dict__.pop("_basket", None)
            else:
                return found
        raise AssertionError("the last try returns or raises")

    @cached_property
    def _serving(self) -> views.Serving | views.Closed:
        found = self._quote
        if found.shop is None:
            return self._opens_next()
        closes = None if self.now.time() >= found.shop.closes else found.shop.closes
        return views.Serving(found.shop, found.metres or None, closes)

    @cached_property
    def _stock(self) -> Stock | None:
        """What the shop shown has; while all are closed, the one that opens next. None where there is none."""
        shop = self._serving.shop
        return self._asking.stocks.read(shop.id) if shop is not None else None

    def _opens_next(self) -> views.Closed:
        if self._customer is None:
            return views.Closed()
        shops = serving_shops(self._customer.pin, self._market.shops().values())
        stocks = self._asking.stocks.read_many([shop.id for shop in shops]) if shops else {}
        opens = [(_next_opening(shop, stocks[shop.id], self.now), shop) for shop in shops]
        at, shop = min(
            ((at, shop) for at, shop in opens if at is not None),
            # One that has nothing is nothing to wait for.
            key=lambda each: (not stocks[each[1].id].prices, each[0], each[1].kind is Kind.CHAIN, each[1].id),
            default=(None, None),
        )
        return views.Closed(shop, at)

    def _keep(self, after: Basket) -> None:
        """Write the basket. Raises Conflict, NotNow."""
        if self.visit is not None:
            kept = self._orders.keep_basket(self.visit.citizen, self._basket, after)
            self._read_again()
            self.__dict__["_basket"] = kept

    def _read_again(self) -> None:
        """What was read is no longer so."""
        for name in ("_basket", "_quote", "_serving", "_stock"):
            self.__dict__.pop(name, None)

    def _known_citizen(self) -> Citizen | None:
        """The visitor, if they are still a citizen: whoever erased everything comes back through the chat."""
        return self._ports.turn.citizens.read(self.visit.citizen) if self.visit is not None else None

    # ---- shown -------------------------------------------------------------------------------------------------------

    def show(self, page: views.Page, status: HTTPStatus = HTTPStatus.OK) -> Show:
        """A page with what stands around it. Raises NotNow."""
        return Show(page, self._frame(self._language, inside=self.is_inside and self._customer is not None), status)

    def _show_goods(self, page: views.Page, status: HTTPStatus = HTTPStatus.OK) -> Show:
        """A page with the basket in sight."""
        cost = self._quote.total
        if self._quote.shop is None:
            cost = sum(good.total for good in self._goods())
        shown = self.show(page, status)
        return replace(shown, frame=replace(shown.frame, things=sum(self._basket.lines.values()), cost=cost))

    def _show_to(self, citizen: str, page: views.Page, status: HTTPStatus = HTTPStatus.OK) -> Show:
        """A page for somebody without a visit, in the language they are known to speak. Raises NotNow."""
        return Show(page, self._frame(self._look.language or self._language_of(citizen), inside=False), status)

    @cached_property
    def _language(self) -> str:
        """As chosen on a page; else as registered; else as spoken in the chat; else as the browser prefers."""
        if self._look.language:
            return self._look.language
        if self._customer is not None:
            return self._customer.language
        return self._language_of(self.visit.citizen) if self.visit is not None else self._look.preferred

    def _language_of(self, citizen: str) -> str:
        customer = self._orders.customer(citizen)
        if customer is not None:
            return customer.language
        known = self._ports.turn.citizens.read(citizen)
        return (known.talk.language if known is not None else None) or self._look.preferred

    def _frame(self, language: str, *, inside: bool) -> views.Frame:
        frame = self._ports.sign.around(language, self._look, self.now, self._here)
        form = form_token(self.visit, self._keys) if self.is_inside and self.visit is not None else ""
        return replace(frame, inside=inside, form=form)

    def _unregistered(self) -> Go:
        return Go(f"{HOME}/details")


def busy(path: str, fields: Fields, look: Look, sign: Sign, now: datetime, here: str) -> Show:
    """AWS is busy; what was sent is kept in the page, to be sent again to ``path``. Reads nothing, not even the key."""
    frame = sign.around(look.language or look.preferred, look, at_the_desk(now), here)
    return Show(views.Busy(path, fields.pairs), frame, HTTPStatus.SERVICE_UNAVAILABLE)


def _good(product: Product, stock: Stock | None, quantity: int) -> views.Good:
    code = product.code
    more = quantity < MOST_OF_A_LINE
    if stock is None:
        return views.Good(product, product.price, more, None, quantity)
    left = stock.left(code) if code in stock.prices else OUT
    price = stock.prices.get(code, product.price)
    return views.Good(product, price, more and stock.has(code, quantity + 1), left, quantity)


def _out_last(goods: Iterable[views.Good]) -> tuple[views.Good, ...]:
    """The goods in their order, those that cannot be had behind all others."""
    return tuple(sorted(goods, key=lambda good: not (good.available or good.quantity)))


def _vanished(code: str) -> Product:
    """A product that has left the master list since it was chosen: it is called by its code."""
    return Product(code, "", {"en": code}, {}, "❔", 0)


def _next_opening(shop: Shop, stock: Stock, now: datetime) -> datetime | None:
    """When a shop opens next by its published hours (aware), or None: a hawker has none."""
    if shop.kind is Kind.HAWKER:
        return None
    for ahead in range(DAYS_OF_A_WEEK + 1):
        day = (now + timedelta(days=ahead)).date()
        at = datetime.combine(day, shop.opens, now.tzinfo)
        if at > now and day != stock.closed and str(day.isoweekday()) in shop.days:
            return at
    return None
