"""The shop, as the customer's chat has it: the link, what became of an order, and what only they can decide.

Choosing and ordering happen on the web page; here one hears which shop took it, decides about what is missing, and
reads the code that opens the bag at the counter. Everything is a lasting button: orders go on beside other errands.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Outcome
from seba.conversation.say import Option, OrderAsk, OrderRequest, Say
from seba.conversation.step import Move, Quiet, Stay, do_id, word
from seba.conversation.talk import Talk
from seba.domain.orders import Life, Order, Paid, total_of

SHOP: Final = "shop"
"""The errand's id."""
REMEMBERED: Final = 5
"""Orders that a conversation remembers; the page knows all."""

Told = tuple[Mapping[str, object], Say | None]
"""What an answer of the order room changes in the talk, and what is said."""


def start(talk: Talk, desk: Desk) -> Move:
    """An order under way first; else the link, also for somebody who was never greeted.

    Language and consent are then asked on the page.
    """
    return orders(talk, desk) if live(talk, desk) else link(desk)


def link(desk: Desk) -> Stay:
    """One message with one button: the page, for thirty minutes from now."""
    return Stay(Say("shop_link", link=str(int(desk.now.timestamp())), link_button="open_shop"))


def is_only_errand(desk: Desk) -> bool:
    """Whether the shop is all this desk does."""
    return desk.errands == (SHOP,)


def again() -> Option:
    """A button that brings a fresh link."""
    return word(do_id("shop"), "open_shop")


# ── What the customer asks ───────────────────────────────────────────────────────────────────────────────────────────


def live(talk: Talk, desk: Desk) -> list[Order]:
    """Their orders that are still under way, oldest first."""
    found = (desk.order(each) for each in talk.orders)
    return [order for order in found if order is not None and order.is_live]


def orders(talk: Talk, desk: Desk) -> Move:
    """My orders: one is shown at once, several as a list, none brings the shop."""
    under_way = live(talk, desk)
    if len(under_way) == 1:
        return Stay(shown(under_way[0], desk))
    if not under_way:
        return Stay(Say("order_none_under_way", buttons=(again(),)))
    rows = tuple(Option(do_id("order", each.id), f"order_row:{each.id}") for each in under_way)
    return Stay(Say("which_order", rows=(*rows, again()), list_button="show_orders"))


def shown(order: Order, desk: Desk) -> Say:
    """How far an order is, with what can be done about it now."""
    if order.question is not None:
        return decision(order, desk)
    if order.life is Life.READY:
        return ready(order, desk)
    params = {**of(order), "lines": f"lines:{order.id}", "state": f"state:{order.id}"}
    more = (again(),) if order.is_live else ()
    return Say("order_shown", params, buttons=(*_buttons(order), *more))


def to_drop(talk: Talk, desk: Desk) -> Move:
    """The word "cancel": the one order under way, asked once more; of several, which?"""
    under_way = live(talk, desk)
    return Stay(confirm_drop(under_way[0].id)) if len(under_way) == 1 else orders(talk, desk)


def confirm_drop(order: str) -> Say:
    """The second tap before an order is cancelled."""
    buttons = (word(do_id("drop_yes", order), "yes_drop"), word(do_id("order", order), "keep_order"))
    return Say("confirm_drop", {"ref": f"order:{order}"}, buttons=buttons)


def do(act: str, about: str, talk: Talk, desk: Desk) -> Move | None:
    """A lasting button of the shop, or None for one that is none."""
    match act:
        case "shop":
            return link(desk)
        case "orders":
            return orders(talk, desk)
        case "order":
            order = desk.order(about)
            return Stay(shown(order, desk)) if order is not None else link(desk)
        case "drop":
            return Stay(confirm_drop(about))
        case _ if act in ASKS:
            ask, code = ASKS[act]
            asked, _, total = about.partition(".")
            return Quiet((OrderRequest(ask, asked, code=code, total=int(total) if total.isdecimal() else 0),))
        case "shop_way" if desk.shop(about) is not None:
            return Stay(Say("", shop_pin=about))
        case _:
            return None


ASKS: Final[Mapping[str, tuple[OrderAsk, str]]] = {
    "drop_yes": (OrderAsk.CANCEL, ""),
    "instead": (OrderAsk.DECIDE, "instead"),
    "without": (OrderAsk.DECIDE, "drop"),
    "dearer": (OrderAsk.DECIDE, "yes"),
    "later": (OrderAsk.LATER, ""),
    "pay": (OrderAsk.PAY, ""),
}
"""What a tap asks of the order room: the ask, and its code."""


# ── What the customer hears ──────────────────────────────────────────────────────────────────────────────────────────


def of(order: Order) -> dict[str, str]:
    """What most messages say of an order."""
    return {
        "ref": f"order:{order.id}",
        "shop": f"shop:{order.shop}",
        "area": f"shop_area:{order.shop}",
        "total": f"due:{order.id}",
    }


def at_shop(order: Order) -> dict[str, str]:
    """The same, with where the shop is and how to reach it."""
    return {**of(order), "address": f"shop_address:{order.shop}", "phone": f"shop_phone:{order.shop}"}


def _buttons(order: Order) -> tuple[Option, ...]:
    drop = word(do_id("drop", order.id), "drop_order")
    if order.life in (Life.ACCEPTED, Life.READY):
        return (word(do_id("shop_way", order.shop), "show_way"), drop)
    return (drop,) if order.is_live else (again(),)


def taken(order: Order) -> Say:
    """A shop has it: which, where, its phone, and that there is no need to come yet."""
    key = "shop_has_order_paid" if order.paid is Paid.ONLINE else "shop_has_order"
    return Say(
        key, at_shop(order), buttons=_buttons(order), template="order_taken", order=f"{order.id} {Life.ACCEPTED}"
    )


def decision(order: Order, desk: Desk) -> Say:
    """What only the customer can decide, said with the new total and what has happened: nothing yet."""
    question = order.question
    drop = word(do_id("drop", order.id), "drop_order")
    if question is None:
        return shown(order, desk)
    params = {**of(order), "missing": f"missing:{order.id}", "new_total": f"money:{question.total}"}
    # With the total that was read: a tap on an older question of the same order is no yes to this one.
    asked = f"{order.id}.{question.total}"
    if question.kind == "dearer":
        about = {**params, "shop": f"shop:{question.shop}", "area": f"shop_area:{question.shop}"}
        key = "order_dearer_and_less" if question.codes else "order_dearer"
        yes = word(do_id("dearer", asked), "yes_go_on")
        return Say(key, about, buttons=(yes, drop), template="order_dearer")
    without = word(do_id("without", asked), "leave_it_out")
    if question.instead:
        instead = word(do_id("instead", asked), "take_instead")
        about = {**params, "instead": f"instead:{order.id}"}
        return Say("order_instead", about, buttons=(instead, without, drop), template="order_missing")
    return Say("order_missing", params, buttons=(without, drop), template="order_missing_some")


def ready(order: Order, desk: Desk) -> Say:
    """It can be collected: where, until when, and the code to say at the counter. It is the receipt too."""
    params = {
        **at_shop(order),
        "lines": f"lines:{order.id}",
        "code": f"pickup:{order.id}",
        "until": f"at:{order.until:%Y-%m-%dT%H:%M}" if order.until is not None else "word:unknown",
    }
    weighed = "ready_for_pickup_weighed" if order.total != total_of(order.lines) else "ready_for_pickup"
    key = "ready_for_pickup_paid" if order.paid is Paid.ONLINE else weighed
    way = word(do_id("shop_way", order.shop), "show_way")
    later = word(do_id("later", order.id), "come_later")
    drop = word(do_id("drop", order.id), "drop_order")
    about = f"{order.id} {Life.READY}"
    if desk.pays_online and order.paid is Paid.NOT_YET:
        pay = word(do_id("pay", order.id), "pay_now")
        return Say(key, params, buttons=(pay, way, later), template="order_ready_to_pay", order=about)
    return Say(key, params, buttons=(way, later, drop), template="order_ready", order=about)


def reminder(order: Order, desk: Desk) -> Say:
    """It still waits: until when, and the code once more."""
    buttons = (word(do_id("later", order.id), "come_later"), word(do_id("drop", order.id), "drop_order"))
    said = ready(order, desk)
    return replace(said, key="pickup_reminder", buttons=buttons, template="order_reminder")


def simply(key: str, template: str = "") -> Callable[[Order, Desk], Say]:
    """A message about an order that is no more; a new one is one tap away."""
    return lambda order, _: Say(key, of(order), buttons=(again(),), template=template)


def _late(order: Order, desk: Desk) -> Say:
    """How far it is by now; where a question stands, that question, which an older button does not answer."""
    if order.is_live and order.question is not None:
        return decision(order, desk)
    return Say("order_late", {**of(order), "state": f"state:{order.id}"}, buttons=_buttons(order))


HEARD: Final[Mapping[Outcome, Callable[[Order, Desk], Say]]] = {
    Outcome.TAKEN: lambda order, _: taken(order),
    Outcome.MISSING: decision,
    Outcome.DEARER: decision,
    Outcome.READY: ready,
    Outcome.REMINDED: reminder,
    Outcome.SLOW: lambda order, _: Say(
        "order_slow", of(order), buttons=(word(do_id("drop", order.id), "drop_order"),), template="order_slow"
    ),
    Outcome.ASKING: lambda order, _: Say(
        "order_asking", of(order), buttons=(word(do_id("drop", order.id), "drop_order"),)
    ),
    Outcome.NOT_READY: lambda order, _: Say(
        "order_not_ready", of(order), buttons=_buttons(order), template="order_not_ready"
    ),
    Outcome.KEPT_LONGER: lambda order, desk: Say("order_kept_longer", ready(order, desk).params),
    Outcome.NO_SHOP: simply("order_no_shop", "order_none"),
    Outcome.EXPIRED: simply("order_expired", "order_expired"),
    Outcome.DROPPED: simply("order_dropped"),
    Outcome.PAY: lambda order, _: Say("order_pay", of(order), pay=order.id),
    Outcome.PAID: lambda order, _: Say("order_paid", of(order), paid=order.id, template="order_paid"),
    Outcome.REFUND: simply("order_refund", "order_refund"),
    Outcome.LATE: _late,
}
"""What the order room's answers say to the customer."""


def answered(talk: Talk, answer: Answered, desk: Desk) -> Told:
    """What a customer hears of an order; never a change of the question that stands."""
    if answer.outcome is Outcome.INTRODUCED:
        return ({} if talk.language else {"language": answer.details.get("language")}), None
    order = desk.order(answer.booking)
    if order is None or answer.outcome is Outcome.UNKNOWN:
        return {}, Say("order_none_under_way", buttons=(again(),)) if answer.request else None
    if answer.outcome is Outcome.PLACED:
        return {"orders": (*_before(talk, order.id, desk), order.id)[-REMEMBERED:]}, None
    if answer.outcome is Outcome.ASKING and not _is_asked(order):
        # It has gone on before this was said, and what it came to has been said as news.
        return {}, None
    say = HEARD.get(answer.outcome)
    return {}, say(order, desk) if say is not None else None


def _before(talk: Talk, new: str, desk: Desk) -> list[str]:
    """The orders remembered so far; those under way last, as the first ones are forgotten."""
    under_way = {order.id for order in live(talk, desk)}
    return sorted((each for each in talk.orders if each != new), key=under_way.__contains__)


def _is_asked(order: Order) -> bool:
    """Whether a shop is being asked at this moment."""
    return order.life is Life.PLACED and order.question is None and bool(order.shop)
