"""The shopkeeper's side of the chat: orders by buttons, the code at the counter, and the shop in a few words.

A shop's phone has its own dialogue. Every button is lasting, for a shopkeeper answers one order while another waits;
nothing is held up by an answer that is still out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, override

from seba.conversation import keeper_words
from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard, Located, Odd, Outcome, Said
from seba.conversation.say import Option, OrderAsk, OrderRequest, Say, Tend
from seba.conversation.shop import Told
from seba.conversation.step import Move, Next, Quiet, Stay, Step, do_id, word
from seba.conversation.talk import Talk
from seba.domain.calendar import at_the_desk
from seba.domain.goods import OUT, UNCOUNTED, Product
from seba.domain.numbers import numbers_in
from seba.domain.orders import Life, Order, Paid
from seba.domain.shops import Kind, is_open
from seba.messages.catalogue import read_command, read_keeper

PAUSE_MINUTES: Final = 60
FEW_GOODS: Final = 60
"""Below so many the page may show a shop with more of them first (``routing.wide``)."""
OWED_DAYS: Final = 30
ROWS: Final = 10
"""Of a WhatsApp list."""
DOUBTFUL: Final = 3
"""A price this many times above or below the usual one is asked about before it is taken."""


class ShopHome(Step):
    """Nothing is asked: an order comes, or the shopkeeper writes."""

    id = "shop_home"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return menu(talk, desk)


class Missing(Step):
    """What of an order is missing? One is tapped; of several the numbers are written."""

    id = "missing"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        order = talk.answers["o"]
        found = desk.order(order)
        lines = found.lines if found is not None else ()
        rows = tuple(Option(line.code, f"line_row:{order}:{line.code}") for line in lines[: ROWS - 1])
        about = {"ref": f"order:{order}", "lines": f"numbered:{order}"}
        return Say("keeper_what_missing", about, rows=(*rows, word("cannot_take")), list_button="show_lines")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        ask = OrderAsk.CANNOT if option == "cannot_take" else OrderAsk.LACK
        return self._lacks(talk, () if ask is OrderAsk.CANNOT else (option,), ask)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        order = desk.order(talk.answers["o"])
        numbers = numbers_in(heard.text) if isinstance(heard, Said) else []
        if order is None or not numbers or not all(1 <= number <= len(order.lines) for number in numbers):
            return Next(self.id)
        return self._lacks(talk, tuple(order.lines[number - 1].code for number in dict.fromkeys(numbers)))

    @staticmethod
    def _lacks(talk: Talk, codes: tuple[str, ...], ask: OrderAsk = OrderAsk.LACK) -> Move:
        asked = OrderRequest(ask, talk.answers["o"], talk.shop_of or "", codes=codes)
        return Quiet((asked,), change=at_rest(talk))


class Shelf(Step):
    """Which sort of goods shall be added from the master list?"""

    id = "shelf"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        rows = tuple(
            Option(each, f"category_row:{each}:{count}")
            for each in desk.categories
            if (count := len(_not_yet(talk, desk, each)))
        )
        if not rows:
            return Say("keeper_has_all", buttons=(word(do_id("menu"), "to_menu"),))
        return Say("keeper_shelf", rows=rows[:ROWS], list_button="show_sorts")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next(ShelfGoods.id, {"c": option}, drop=("at", "n"))


class ShelfGoods(Step):
    """Goods of one sort that are not in the catalogue yet: one, or all of them."""

    id = "shelf_goods"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        category = talk.answers.get("c", "")
        left, start = _not_yet(talk, desk, category), int(talk.answers.get("at", "0"))
        those = left[start : start + ROWS - 2]
        rows = [Option(f"add.{each.code}", f"product_row:{each.code}:{each.price}") for each in those]
        if len(left) > 1:
            rows.insert(0, word("add_all"))
        rows.append(word("more_goods") if len(left) > start + len(those) else word("other_sorts"))
        added = talk.answers.get("n", "")
        about = {"category": f"category:{category}", "count": f"count:{len(left)}"}
        if added and not left:
            about = {"product": f"product:{added}", "category": f"category:{category}"}
            return Say("keeper_added_last", about, buttons=(word("other_sorts"),))
        if added:
            return Say("keeper_added_more", {**about, "product": f"product:{added}"}, (), tuple(rows), "show_goods")
        return Say("keeper_goods", about, rows=tuple(rows), list_button="show_goods")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        left = _not_yet(talk, desk, talk.answers.get("c", ""))
        what, _, code = option.partition(".")
        if what == "add" and code in desk.products:
            return Next(self.id, {"n": code}, acts=(_add(talk, desk, [desk.products[code]]),))
        if what == "add_all" and left:
            said = Say(
                "keeper_added_all", {"count": f"count:{len(left)}"}, buttons=(word(do_id("shelf"), "other_sorts"),)
            )
            return Stay(said, change=at_rest(talk), acts=(_add(talk, desk, left),))
        if what == "more_goods":
            return Next(self.id, {"at": str(int(talk.answers.get("at", "0")) + ROWS - 2)}, drop=("n",))
        return Next(Shelf.id)


STEPS: tuple[type[Step], ...] = (ShopHome, Missing, Shelf, ShelfGoods)


def _not_yet(talk: Talk, desk: Desk, category: str) -> list[Product]:
    """Products of a category that the shop does not sell yet; the one added a moment ago is not among them."""
    stock = desk.stock(talk.shop_of or "")
    added = talk.answers.get("n", "")
    return [p for p in desk.products.values() if p.category == category and p.code not in {*stock.prices, added}]


def _add(talk: Talk, desk: Desk, those: list[Product]) -> Tend:
    return tend(talk, desk, "add", " ".join(f"{each.code}:{each.price}" for each in those))


def at_rest(talk: Talk) -> dict[str, object]:
    """Back to waiting for the next order; the product spoken of last is remembered ("price 52")."""
    kept = {"p": talk.answers["p"]} if "p" in talk.answers else {}
    return {"step": ShopHome.id, "answers": kept, "serial": talk.serial + 1}


def tend(
    talk: Talk, desk: Desk, what: str, code: str = "", number: int = 0, place: tuple[float, float] | None = None
) -> Tend:
    """What this shop says of itself now."""
    return Tend(talk.shop_of or "", what, desk.now, code, number, place)


# ── What a shopkeeper says ───────────────────────────────────────────────────────────────────────────────────────────


def heard_text(text: str, talk: Talk, desk: Desk) -> Move | None:
    """A typed message: a code, a total, the shop's hours, goods; None where it may answer the step that stands."""
    code = keeper_words.pickup_code(text)
    if talk.step == Missing.id and numbers_in(text) and not code:
        return None
    if code:
        return Quiet((OrderRequest(OrderAsk.COLLECT, shop=talk.shop_of or "", code=code),))
    if said := read_keeper(text):
        return do(said, "", talk, desk) or Stay(menu(talk, desk))
    if (command := read_command(text)) is not None and command in COMMANDS:
        return COMMANDS[command](talk, desk)
    if (paise := keeper_words.total(text)) is not None:
        return Quiet((OrderRequest(OrderAsk.READY, shop=talk.shop_of or "", total=paise),))
    return goods(text, talk, desk)


def located(place: Located, talk: Talk, desk: Desk) -> Move:
    """A shared location: a hawker is open there today. A shop stays where it is."""
    shop = desk.shop(talk.shop_of or "")
    if shop is None or shop.kind is not Kind.HAWKER:
        return Stay(Say("keeper_place_not_needed", buttons=(word(do_id("menu"), "to_menu"),)))
    here = (place.latitude, place.longitude)
    return Stay(
        Say("keeper_open_here", buttons=_while_open()),
        change=at_rest(talk),
        acts=(tend(talk, desk, "open", place=here),),
    )


def goods(text: str, talk: Talk, desk: Desk) -> Move | None:
    """Something about goods, or None. Several that may be meant are shown, and a tap says which."""
    stock = desk.stock(talk.shop_of or "")
    catalogue = keeper_words.by_code(stock.prices, desk.products)
    others = [each for code, each in desk.products.items() if code not in stock.prices]
    about = keeper_words.about_goods(text, catalogue, others)
    if about is None:
        return None
    last = talk.answers.get("p", "")
    those = about.products or ((desk.products[last],) if last in desk.products else ())
    if not those:
        return Stay(Say("keeper_of_what"))
    if len(those) > 1:
        act = {"price": "price", "count": "count", "none": "product"}[about.what]
        rows = tuple(
            Option(do_id(act, f"{each.code}.{about.number}"), _row(each, stock.prices.get(each.code)))
            for each in those[:ROWS]
        )
        return Stay(Say(*_which_goods(about), rows=rows, list_button="show_goods"))
    return change(about.what, those[0].code, about.number, talk, desk)


def _which_goods(about: keeper_words.About) -> tuple[str, dict[str, str]]:
    """The question which of several is meant, with what shall be noted of it."""
    match about.what, about.number:
        case "price", paise:
            return "keeper_which_price", {"price": f"money:{paise}"}
        case "count", number if number <= OUT:
            return "keeper_which_out" if number == OUT else "keeper_which_back", {}
        case _:
            return "keeper_which_product", {}


def _row(product: Product, price: int | None) -> str:
    return f"product_row:{product.code}:{'' if price is None else price}"


def change(what: str, code: str, number: int, talk: Talk, desk: Desk, *, sure: bool = False) -> Move:
    """A product's price or how many there are, told back, with a way to undo it."""
    product = desk.products.get(code)
    if product is None:
        return Stay(menu(talk, desk))
    stock = desk.stock(talk.shop_of or "")
    before, remember = stock.prices.get(code), {"answers": {**talk.answers, "p": code}}
    about = {"product": f"product:{code}"}
    if what == "none":
        return Stay(product_now(product, talk, desk), change=remember)
    if what == "price":
        if not 1 <= number <= keeper_words.HIGHEST_PRICE:
            return Stay(Say("keeper_price_odd", about))
        usual = product.price if before is None else before
        if not sure and not usual <= number * DOUBTFUL <= usual * DOUBTFUL * DOUBTFUL:
            asked = {**about, "price": f"money:{number}", "usual": f"money:{usual}"}
            yes = word(do_id("price_sure", f"{code}.{number}"), "yes_price")
            return Stay(
                Say("keeper_price_sure", asked, buttons=(yes, word(do_id("menu"), "no_price"))), change=remember
            )
        undo = (
            word(do_id("remove", code), "undo")
            if before is None
            else word(do_id("price_sure", f"{code}.{before}"), "undo")
        )
        key = "keeper_price_new" if before is None else "keeper_price"
        said = Say(key, {**about, "price": f"money:{number}"}, buttons=(undo,))
        return Stay(said, change=remember, acts=(tend(talk, desk, "price", code, number),))
    if before is None:
        add = word(do_id("price_sure", f"{code}.{product.price}"), "add_it")
        return Stay(
            Say("keeper_not_sold", {**about, "price": f"money:{product.price}"}, buttons=(add,)), change=remember
        )
    had = stock.counts.get(code, OUT)
    key = {OUT: "keeper_out", UNCOUNTED: "keeper_back"}.get(number, "keeper_count")
    undo = word(do_id("count", f"{code}.{had}"), "undo")
    said = Say(key, {**about, "count": f"count:{max(0, number)}"}, buttons=(undo,) if had != number else ())
    return Stay(said, change=remember, acts=(tend(talk, desk, "count", code, number),))


def product_now(product: Product, talk: Talk, desk: Desk) -> Say:
    """What the shop has said of a product, and what can be said of it."""
    stock = desk.stock(talk.shop_of or "")
    price, left = stock.prices.get(product.code), stock.left(product.code)
    about = {
        "product": f"product:{product.code}",
        "price": f"money:{price or product.price}",
        "count": f"count:{left or 0}",
    }
    if price is None:
        add = word(do_id("price_sure", f"{product.code}.{product.price}"), "add_it")
        return Say("keeper_not_sold", about, buttons=(add,))
    out, back = (
        word(do_id("count", f"{product.code}.{OUT}"), "is_out"),
        word(do_id("count", f"{product.code}.{UNCOUNTED}"), "is_back"),
    )
    key = "keeper_product" if left is None else "keeper_product_out" if left == OUT else "keeper_product_count"
    return Say(key, about, buttons=(back if left == OUT else out, word(do_id("remove", product.code), "stop_selling")))


def do(act: str, about: str, talk: Talk, desk: Desk) -> Move | None:
    """A lasting button of the shop's phone, or None for one that is none."""
    code, _, number = about.partition(".")
    match act:
        case "open":
            return _open(talk, desk)
        case "closed":
            said = Say("keeper_closed", buttons=(word(do_id("open"), "open_again"),))
            return Stay(said, change=at_rest(talk), acts=(tend(talk, desk, "close"),))
        case "pause":
            said = Say(
                "keeper_paused", {"until": f"at:{_in_an_hour(desk)}"}, buttons=(word(do_id("open"), "open_again"),)
            )
            return Stay(said, change=at_rest(talk), acts=(tend(talk, desk, "pause", number=PAUSE_MINUTES),))
        case "today":
            return Stay(today(talk, desk))
        case "owed":
            return Stay(owed(talk, desk))
        case "shelf":
            return Next(Shelf.id, drop=("c", "at", "n"))
        case "missing":
            return Next(Missing.id, {"o": about})
        case "see" if (order := _order(about, talk, desk)) is not None:
            return Stay(shown(order, desk))
        case "handed":
            return Quiet((OrderRequest(OrderAsk.COLLECT, code, talk.shop_of or "", number),))
        case "product":
            return change("none", code, 0, talk, desk)
        case "remove" if code in desk.products:
            said = Say("keeper_removed", {"product": f"product:{code}"}, buttons=(word(do_id("menu"), "to_menu"),))
            return Stay(said, acts=(tend(talk, desk, "remove", code),))
        case "price" | "price_sure" | "count" if number.removeprefix("-").isdecimal():
            return change(act.removesuffix("_sure"), code, int(number), talk, desk, sure=act == "price_sure")
        case "weighed":
            return Quiet((OrderRequest(OrderAsk.READY, code, talk.shop_of or "", total=int(number or 0)),))
        case _ if act in ASKS:
            return Quiet((OrderRequest(ASKS[act], about, talk.shop_of or ""),))
        case _:
            return None


ASKS: Final[Mapping[str, OrderAsk]] = {
    "accept": OrderAsk.ACCEPT,
    "packed": OrderAsk.PACKED,
    "ready": OrderAsk.READY,
    "not_ready": OrderAsk.NOT_READY,
    "owe": OrderAsk.OWE,
}
"""What a tap asks of the order room."""


def _order(order: str, talk: Talk, desk: Desk) -> Order | None:
    """An order that is this shop's."""
    found = desk.order(order)
    return found if found is not None and found.shop == talk.shop_of else None


def _in_an_hour(desk: Desk) -> str:
    return f"{at_the_desk(desk.now) + timedelta(minutes=PAUSE_MINUTES):%Y-%m-%dT%H:%M}"


def _open(talk: Talk, desk: Desk) -> Move:
    """Open for today; a hawker says where by sharing the location."""
    shop = desk.shop(talk.shop_of or "")
    if shop is not None and shop.kind is Kind.HAWKER:
        return Stay(Say("keeper_share_place", asks_location=True), change=at_rest(talk))
    count = len(desk.stock(talk.shop_of or "").prices)
    if not count:
        said = Say("keeper_open_empty", buttons=(word(do_id("shelf"), "add_goods"),))
    elif count < FEW_GOODS:
        said = Say(
            "keeper_open_few",
            {"count": f"count:{count}"},
            buttons=(word(do_id("shelf"), "add_goods"), *_while_open()[1:]),
        )
    else:
        said = Say("keeper_open", buttons=_while_open())
    return Stay(said, change=at_rest(talk), acts=(tend(talk, desk, "open"),))


def _while_open() -> tuple[Option, ...]:
    return (word(do_id("pause"), "pause_hour"), word(do_id("closed"), "close_now"), word(do_id("menu"), "to_menu"))


def menu(talk: Talk, desk: Desk) -> Say:
    """Everything the shop's phone can do, and whether the shop is open."""
    shop, stock = desk.shop(talk.shop_of or ""), desk.stock(talk.shop_of or "")
    opened = shop is not None and is_open(shop, stock, desk.now)
    first = (
        (word(do_id("closed"), "menu_close"), word(do_id("pause"), "menu_pause"))
        if opened
        else (word(do_id("open"), "menu_open"),)
    )
    rest = ("today", "owed", "shelf", "language", "help")
    rows = (
        *first,
        *(
            word(do_id(each), f"menu_{each}" if each in ("language", "help") else f"menu_keeper_{each}")
            for each in rest
        ),
    )
    about = {"shop": f"shop:{talk.shop_of}", "count": f"count:{len(stock.prices)}"}
    return Say("keeper_menu_open" if opened else "keeper_menu_closed", about, rows=rows, list_button="show_menu")


def today(talk: Talk, desk: Desk) -> Say:
    """Orders of today, what they brought in cash and what is owed; the live ones can be tapped."""
    shop = talk.shop_of or ""
    sales = desk.sales(shop, at_the_desk(desk.now).date())
    taken = {paid: sum(each.total for each in sales if each.paid is paid) for paid in Paid}
    live = [each for each in desk.stock(shop).orders if _order(each, talk, desk) is not None]
    about = {
        "live": f"count:{len(live)}",
        "sold": f"count:{len(sales)}",
        "cash": f"amount:{taken[Paid.CASH]}",
        "credit": f"amount:{taken[Paid.CREDIT]}",
        "online": f"amount:{taken[Paid.ONLINE]}",
    }
    rows = tuple(Option(do_id("see", each), f"order_row:{each}") for each in live[:ROWS])
    if rows:
        return Say("keeper_today", about, rows=rows, list_button="show_orders")
    return Say("keeper_today", about, buttons=(word(do_id("menu"), "to_menu"),))


def not_understood(heard: Heard | None = None) -> Say:
    """Something a shop's phone cannot mean: the menu says what it can."""
    key = "voice_note" if isinstance(heard, Odd) and heard.kind == "voice" else "keeper_not_understood"
    return Say(key, buttons=(word(do_id("menu"), "to_menu"), word(do_id("help"), "need_help")))


def owed(talk: Talk, desk: Desk) -> Say:
    """What customers owe of the last weeks, the newest first; each order can be tapped."""
    today_, shop = at_the_desk(desk.now).date(), talk.shop_of or ""
    days = (today_ - timedelta(days=back) for back in range(OWED_DAYS))
    sales = [each for day in days for each in reversed(desk.sales(shop, day)) if each.paid is Paid.CREDIT]
    if not sales:
        return Say("keeper_owes_nothing", buttons=(word(do_id("menu"), "to_menu"),))
    about = {"credit": f"amount:{sum(each.total for each in sales)}", "count": f"count:{len(sales)}"}
    rows = tuple(Option(do_id("see", each.order), f"order_row:{each.order}") for each in sales[:ROWS])
    return Say("keeper_owed", about, rows=rows, list_button="show_orders")


def helped() -> Say:
    """What can be written, in examples, and a person's phone number."""
    return Say("keeper_help", buttons=(word(do_id("menu"), "to_menu"),))


COMMANDS: Final[Mapping[str, Callable[[Talk, Desk], Move]]] = {
    "hi": lambda talk, desk: Stay(menu(talk, desk), change=at_rest(talk)),
    "menu": lambda talk, desk: Stay(menu(talk, desk), change=at_rest(talk)),
    "start_again": lambda talk, desk: Stay(menu(talk, desk), change=at_rest(talk)),
    "help": lambda *_: Stay(helped()),
    "language": lambda *_: Next("language", {"back": ShopHome.id}),
    "thanks": lambda *_: Stay(Say("thanks")),
    "shop": lambda talk, desk: Stay(menu(talk, desk), change=at_rest(talk)),
    "yes": lambda *_: Stay(not_understood()),
    "no": lambda *_: Stay(not_understood()),
}
"""Commands of everybody that a shop's phone has too."""


# ── What the order room answers, and orders as they come ─────────────────────────────────────────────────────────────


def offer_of(order: Order, minutes: str) -> Say:
    """A new order: everything in it, and three answers."""
    about = {**_of(order), "minutes": f"count:{minutes}"}
    buttons = (
        word(do_id("packed", order.id), "packed_already"),
        word(do_id("accept", order.id), "yes_take"),
        word(do_id("missing", order.id), "something_missing"),
    )
    return Say(
        "shopkeeper_new_order", about, buttons=buttons, template="shop_new_order", order=f"{order.id} {Life.PLACED}"
    )


def _of(order: Order) -> dict[str, str]:
    return {
        "ref": f"order:{order.id}",
        "total": f"due:{order.id}",
        "lines": f"lines:{order.id}",
        "count": f"count:{len(order.lines)}",
        "name": f"text:{order.name}",
    }


def shown(order: Order, desk: Desk) -> Say:
    """An order of this shop, with what can be done about it now."""
    match order.life:
        case Life.PLACED if order.question is None:
            return replace(offer_of(order, "0"), key="shopkeeper_offer_stands")
        case Life.ACCEPTED if order.question is None:
            return _to_be_packed(order, desk)
        case Life.READY:
            return Say("shopkeeper_ready", _of(order), buttons=(word(do_id("not_ready", order.id), "not_packed"),))
        case _:
            return Say("shopkeeper_late", {**_of(order), "state": f"state:{order.id}"})


def _to_pack(order: Order) -> tuple[Option, ...]:
    return (word(do_id("ready", order.id), "is_ready"), word(do_id("missing", order.id), "something_missing"))


def _handed(order: Order) -> Say:
    if order.paid is Paid.ONLINE:
        return Say("shopkeeper_code_right_paid", _of(order))
    # Where money has to be given back, the sum is due in cash and cannot be noted as credit.
    owe = (word(do_id("owe", order.id), "not_paid"),) if order.paid is Paid.CASH else ()
    return Say("shopkeeper_code_right", _of(order), buttons=owe)


def _to_be_packed(order: Order, desk: Desk) -> Say:
    """It is the shop's; where something is weighed, the sum may still change a little."""
    weighed = any(line.code in desk.products and desk.products[line.code].weighed for line in order.lines)
    about = {**_of(order), "most": f"most:{order.id}"}
    return Say("shopkeeper_accepted_weighed" if weighed else "shopkeeper_accepted", about, buttons=_to_pack(order))


def _accepted(order: Order, answer: Answered, desk: Desk) -> Say:
    """The answer to "yes"; without a tap of the shop's it is the customer's decision."""
    if answer.request:
        return _to_be_packed(order, desk)
    return Say("shopkeeper_changed", _of(order), buttons=_to_pack(order), template="shop_order_changed")


ABOUT_ORDER: Final[Mapping[Outcome, Callable[[Order, Answered, Desk], Say]]] = {
    Outcome.OFFERED: lambda order, answer, _: offer_of(order, answer.details.get("minutes", "0")),
    Outcome.ACCEPTED: _accepted,
    Outcome.CALLED: lambda order, _, desk: shown(order, desk),
    Outcome.UNCALLED: lambda order, *_: Say("shopkeeper_uncalled", _of(order), buttons=_to_pack(order)),
    Outcome.HANDED: lambda order, *_: _handed(order),
    Outcome.OWED: lambda order, *_: Say("shopkeeper_owed", _of(order)),
    Outcome.TOO_MUCH: lambda order, answer, _: Say(
        "shopkeeper_too_much",
        {**_of(order), "most": f"money:{answer.details.get('most', '0')}"},
        buttons=_to_pack(order),
    ),
    Outcome.LATE: lambda order, answer, _: Say(
        "shopkeeper_gone" if answer.details.get("other") else "shopkeeper_late",
        {**_of(order), "state": f"state:{order.id}"},
    ),
    Outcome.PAID_AFTER: lambda order, *_: Say("shopkeeper_paid_after", _of(order)),
    Outcome.WITHDRAWN: lambda order, *_: Say("shopkeeper_withdrawn", _of(order), template="order_withdrawn"),
    Outcome.UNCOLLECTED: lambda order, *_: Say("shopkeeper_uncollected", _of(order), template="order_uncollected"),
}
"""What the answers about one order say to the shop."""


JOINING: Final = frozenset({Outcome.JOINED, Outcome.NOT_JOINED})
"""What is heard by a phone that is no shop's yet."""
HEARD: Final = frozenset(
    {*ABOUT_ORDER, *JOINING, Outcome.NOTED, Outcome.WHICH, Outcome.SHUT, Outcome.WRONG_CODE, Outcome.UNKNOWN}
)
"""What a shop's phone hears."""


def answered(talk: Talk, answer: Answered, desk: Desk) -> Told:
    """What a shop's phone hears: an order, or the answer to its tap."""
    match answer.outcome:
        case Outcome.WRONG_CODE:
            return {}, Say("shopkeeper_wrong_code", buttons=(word(do_id("today"), "todays_orders"),))
        case Outcome.UNKNOWN:
            return {}, Say("keeper_no_order", buttons=(word(do_id("today"), "todays_orders"),))
        case Outcome.WHICH:
            return {}, _which(answer)
        case Outcome.SHUT:
            return {}, Say(
                "keeper_shut", buttons=(word(do_id("open"), "open_again"),), template="shop_closed_for_today"
            )
        case Outcome.JOINED:
            # A shop has its own word for "closed"; that its owner once wrote STOP must not keep it shut.
            return at_rest(talk) | {"answers": {}, "stopped": False}, _joined(answer)
        case Outcome.NOT_JOINED:
            return {"step": "home", "answers": {}, "serial": talk.serial + 1}, Say("join_not_valid")
        case _:
            order, say = desk.order(answer.booking), ABOUT_ORDER.get(answer.outcome)
            return {}, say(order, answer, desk) if order is not None and say is not None else None


def _which(answer: Answered) -> Say:
    """The same four digits, or a total, fit several orders."""
    orders = answer.details.get("orders", "").split()
    code, total = answer.details.get("code", ""), answer.details.get("total", "")
    rows = tuple(
        Option(do_id("handed", f"{each}.{code}") if code else do_id("weighed", f"{each}.{total}"), f"order_row:{each}")
        for each in orders[:ROWS]
    )
    return Say("keeper_which_order", rows=rows, list_button="show_orders")


def _joined(answer: Answered) -> Say:
    """The shop exists: next come its goods. A second phone only has to know."""
    about = {"shop": f"shop:{answer.details.get('shop', '')}"}
    if answer.details.get("second"):
        return Say("joined_second", about, buttons=(word(do_id("menu"), "to_menu"),))
    return Say("joined", about, buttons=(word(do_id("shelf"), "add_goods"), word(do_id("help"), "how_it_works")))


def morning(shop: str) -> Say:
    """Open today? The tap also opens WhatsApp's 24 hours, so that orders come as ordinary messages."""
    buttons = (word(do_id("open"), "open_today"), word(do_id("closed"), "closed_today"))
    return Say("shop_morning", {"shop": f"shop:{shop}"}, buttons=buttons, template="shop_morning")
