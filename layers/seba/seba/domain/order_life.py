"""The life of an order: every change as a pure function of the order before.

Each takes the order as it stands and returns it as it is to be written: with the goods that are owed to a shop, what
others have to hear, and when to look at it again. What cannot be raises one of the errors here, which carry what has
already happened. Nothing is set aside or given back here; ``set_aside`` says what has to lie at the shop.

| from                | by                              | to                                                    |
|---------------------|---------------------------------|-------------------------------------------------------|
| placed              | ``asked``                       | its goods lie at the shop, which has been asked       |
| placed, accepted    | ``passed_on``                   | placed at the next shop, a question, or declined      |
| placed              | ``accepted``                    | accepted                                              |
| placed, accepted    | ``lacks``                       | a question                                            |
| a question          | ``dropped``, ``replaced``       | accepted                                              |
| a question          | ``agreed``                      | placed at the dearer shop                             |
| a question          | ``unanswered``                  | expired                                               |
| placed, accepted    | ``ready``                       | ready                                                 |
| ready               | ``not_ready``                   | accepted                                              |
| ready               | ``collected``                   | collected                                             |
| accepted, ready     | ``uncollected``                 | expired                                               |
| placed … ready      | ``cancelled``                   | cancelled                                             |
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from seba.domain.calendar import at_the_desk
from seba.domain.errors import Refused
from seba.domain.orders import WEIGHING_PERCENT, Life, Line, News, Order, Paid, Question, Sale, total_of
from seba.domain.routing import Choice

MISSING, REPLACING, DEARER = "missing", "replacing", "dearer"
"""Kinds of a question. ``replacing``: the customer has said "instead", which is being set aside; never at rest."""
DECIDED_WITHIN = timedelta(minutes=30)
"""How long a question to the customer stands."""
LONG = timedelta(minutes=10)
"""After so long without a shop the customer is told that it takes long, once."""
RESUMED = timedelta(minutes=5)
"""After so long somebody looks whether the next shop was really asked; usually it was at once."""
REMINDED_BEFORE = timedelta(hours=2)
"""Before its deadline the customer is reminded of a ready order."""
DAY_BEGINS, DAY_ENDS = time(8), time(21)
"""Reminders go out between these hours."""
LAST_REMINDER = time(20, 30)
SOON = timedelta(minutes=30)
"""A reminder less than this before the deadline would be too late to come."""
HEARD_KEPT = 16
"""Requests whose outcome an order remembers: more than a queue delivers again."""


class Tell(StrEnum):
    """What is told of an order: ``conversation.heard.Outcome`` by value, which the domain does not know."""

    PLACED = "placed"
    TAKEN = "taken"
    SLOW = "slow"
    NO_SHOP = "no_shop"
    MISSING = "missing"
    DEARER = "dearer"
    READY = "ready"
    NOT_READY = "not_ready"
    REMINDED = "reminded"
    KEPT_LONGER = "kept_longer"
    EXPIRED = "expired"
    DROPPED = "dropped"
    PAY = "pay"
    PAID = "paid"
    PAID_AFTER = "paid_after"
    REFUND = "refund"
    ASKING = "asking"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    NOTED = "noted"
    CALLED = "called"
    UNCALLED = "uncalled"
    HANDED = "handed"
    OWED = "owed"
    WITHDRAWN = "withdrawn"
    UNCOLLECTED = "uncollected"


class Late(Refused):
    """It came too late: the order has gone on."""

    def __init__(self, order: Order) -> None:
        super().__init__(f"an order that is {order.life}")
        self.order = order


class NotThisShop(Late):
    """Another shop has been asked since, or none is."""


class TooMuch(Refused):
    """The weighed total is above the limit."""

    def __init__(self, most: int) -> None:
        super().__init__("above the limit of weighing")
        self.most = most
        """Paise."""


@dataclass(frozen=True, slots=True)
class Ring:
    """When an order has to be looked at again (``conversation.records.Timer`` of it)."""

    at: datetime
    what: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An order after a change."""

    order: Order
    outcome: Tell = Tell.NOTED
    """What whoever asked for it is told."""
    rings: tuple[Ring, ...] = ()
    sale: Sale | None = None
    """What belongs into the shop's till."""


# What lies where.


def set_aside(order: Order) -> tuple[Line, ...]:
    """What has to lie at ``order.shop`` for this order."""
    return remaining(order) if order.held and order.is_live else ()


def remaining(order: Order) -> tuple[Line, ...]:
    """The lines without what the shop lacks."""
    question = order.question
    gone = question.codes if question is not None and question.kind != DEARER else ()
    return tuple(line for line in order.lines if line.code not in gone)


def most_of(lines: Collection[Line], weighed: Collection[str]) -> int:
    """What lines may cost at most after weighing, in paise; ``weighed`` are the codes of what is weighed."""
    return sum(each.total for each in lines) + _of_weighed(lines, weighed) * WEIGHING_PERCENT // 100


def _of_weighed(lines: Collection[Line], weighed: Collection[str]) -> int:
    return sum(each.total for each in lines if each.code in weighed)


def settled(order: Order) -> Order:
    """Everything owed was given back."""
    return replace(order, owed=())


# Who has been answered what.


def heard_before(order: Order, request: str) -> str | None:
    """What the sender of a request (by a short hash) was told when it had its effect; None when it had none yet."""
    return order.heard.get(request)


def hearing(order: Order, request: str, outcome: str) -> Order:
    """An order that remembers the outcome of a request; an empty one is not known yet (see ``replaced``)."""
    kept = [*((key, told) for key, told in order.heard.items() if key != request), (request, outcome)]
    return replace(order, heard=dict(kept[-HEARD_KEPT:]))


def _heard_at_last(order: Order, outcome: Tell) -> Order:
    """Requests whose outcome was not known yet have this one."""
    return replace(order, heard={key: told or str(outcome) for key, told in order.heard.items()})


# Placing.


def placed(id_: str, customer: str, name: str, pin: str, choice: Choice, agreed: int, now: datetime) -> Order:
    """A new order, before its goods are set aside at the shop chosen."""
    order = Order(
        id=id_,
        customer=customer,
        name=name,
        pin=pin,
        lines=choice.lines,
        agreed=agreed,
        total=choice.total,
        shop=choice.shop.id,
        stamps={Life.PLACED.value: now},
    )
    return _telling(order, (customer, Tell.PLACED, {}))


def asked(order: Order, keeper: str, answer: timedelta, now: datetime) -> Change:
    """The goods lie at the shop, and its phone (a citizen id) is asked: it has ``answer`` for it."""
    first = "asked" not in order.stamps
    rings = [Ring(now + answer, "answer", order.shop)]
    if first:
        rings.append(Ring(max(now, order.stamps[Life.PLACED.value]) + LONG, "long"))
    after = replace(order, held=True, owed=(), stamps={**order.stamps, "asked": now})
    minutes = str(int(answer.total_seconds()) // 60)
    return Change(_telling(after, (keeper, Tell.OFFERED, {"minutes": minutes})), rings=tuple(rings))


def taken_back(order: Order, now: datetime) -> Order:
    """The page could not place it: it goes back into the basket without a word. Raises Late once a shop was asked."""
    if order.life is not Life.PLACED or order.held or "asked" in order.stamps:
        raise Late(order)
    stamps = _stamped(order, Life.DECLINED, now) | {"taken_back": now}
    return replace(_left(order), life=Life.DECLINED, stamps=stamps, news=())


def was_taken_back(order: Order) -> bool:
    """Whether it is no order: what it was to be made of is in the basket again, or will be (``is_restored``)."""
    return "taken_back" in order.stamps


def is_restored(order: Order) -> bool:
    """Whether an order that was taken back is in the basket again."""
    return "restored" in order.stamps


def restored(order: Order, now: datetime) -> Order:
    """An order that was taken back is in the basket again, and nothing of it lies anywhere."""
    return replace(order, owed=(), stamps={**order.stamps, "restored": now})


def given_up(order: Order, shop: str) -> None:
    """Raises Late, NotThisShop unless the shop may still say that it cannot take the order."""
    _at(order, shop, Life.PLACED, Life.ACCEPTED)


def passed_on(order: Order, onwards: Choice | None, now: datetime) -> Change:
    """The shop cannot, did not answer, or has not everything: the next one, a question to the customer, or the end."""
    left = _left(order)
    if onwards is None:
        declined = replace(left, life=Life.DECLINED, stamps=_stamped(left, Life.DECLINED, now))
        return Change(_told_of_refund(_telling(declined, (order.customer, Tell.NO_SHOP, {}))))
    if onwards.fits(order.agreed):
        rings = (Ring(now + RESUMED, "placed"), *_long_again(order, now))
        return Change(_toward(left, onwards.shop.id, onwards.lines), rings=rings)
    question = Question(DEARER, onwards.missing, total=onwards.total, shop=onwards.shop.id)
    return _questioned(left, question, now)


def _left(order: Order) -> Order:
    """Away from its shop, whose goods are owed to it; also when it is not known whether any were set aside there."""
    goods = set_aside(order) if order.held else order.lines
    return replace(
        order,
        life=Life.PLACED,
        shop="",
        held=False,
        revision=1,
        question=None,
        until=None,
        tried=(*order.tried, order.shop) if order.shop and order.shop not in order.tried else order.tried,
        owed=(*order.owed, (order.shop, goods)) if order.shop else order.owed,
    )


def _long_again(order: Order, now: datetime) -> tuple[Ring, ...]:
    """When the customer is told that it takes long, where that timer rang while a shop had it or they were asked."""
    is_over = now >= order.stamps[Life.PLACED.value] + LONG
    return (Ring(now + LONG, "long"),) if is_over and "long" not in order.stamps else ()


def _toward(order: Order, shop: str, lines: tuple[Line, ...]) -> Order:
    return replace(order, shop=shop, lines=lines, total=total_of(lines))


# Questions to the customer.


def lacks_everything(order: Order, codes: Collection[str]) -> bool:
    """Whether a shop that lacks these products has nothing left to give."""
    return all(line.code in codes for line in remaining(order))


def lacks(order: Order, shop: str, codes: Collection[str], instead: Line | None, now: datetime) -> Change:
    """The shop lacks products: the customer decides. Not everything (``lacks_everything``). Raises Late."""
    _at(order, shop, Life.PLACED, Life.ACCEPTED)
    missing = tuple(line.code for line in remaining(order) if line.code in codes)
    if not missing:
        raise Late(order)
    before = order.question.codes if order.question is not None else ()
    question = Question(MISSING, before + missing)
    left = tuple(line for line in order.lines if line.code not in question.codes)
    if instead is not None and not before:
        question = replace(question, instead=instead.code, price=instead.price)
        left = (*left, instead)
    question = replace(question, total=total_of(left))
    return _questioned(replace(order, revision=order.revision + 1), question, now)


def dropped(order: Order, keeper: str, pickup: timedelta, now: datetime) -> Change:
    """The customer does without. Raises Late."""
    _question(order, MISSING)
    return Change(_going_on(order, remaining(order), keeper, now), Tell.TAKEN, (Ring(now + pickup, "collect"),))


def replacing(order: Order) -> Order:
    """The customer wants what is offered instead: it is to be set aside. Raises Late."""
    question = _question(order, MISSING)
    if not question.instead:
        raise Late(order)
    return replace(order, question=replace(question, kind=REPLACING), revision=order.revision + 1)


def replacement(order: Order) -> tuple[Line, ...]:
    """The lines with what the customer wants instead. Raises Late unless it is ``replacing``."""
    question = _question(order, REPLACING)
    quantity = sum(line.quantity for line in order.lines if line.code in question.codes)
    return (*remaining(order), Line(question.instead, quantity, question.price))


def replaced(order: Order, keeper: str, pickup: timedelta, now: datetime) -> Change:
    """What the customer wants instead is set aside."""
    after = _going_on(order, replacement(order), keeper, now)
    return Change(_heard_at_last(after, Tell.TAKEN), Tell.TAKEN, (Ring(now + pickup, "collect"),))


def not_replaced(order: Order, now: datetime) -> Change:
    """What the customer wanted instead is gone as well, or dearer: do without? It is the answer to the decision."""
    question = replace(_question(order, REPLACING), kind=MISSING, instead="", price=0, total=total_of(remaining(order)))
    after = replace(order, question=question, revision=order.revision - 1, stamps={**order.stamps, "question": now})
    ring = Ring(now + DECIDED_WITHIN, "decide", question.kind)
    return Change(_heard_at_last(after, Tell.MISSING), Tell.MISSING, (ring,))


def is_as_asked(order: Order, choice: Choice) -> bool:
    """Whether what the dearer shop could give now is no dearer and no less than the customer was asked about."""
    question = order.question
    if question is None or choice.shop.id != question.shop or not choice.lines:
        return False
    return choice.total <= question.total and set(choice.missing) <= set(question.codes)


def agreed(order: Order, choice: Choice | None, now: datetime) -> Change:
    """The customer says yes to the dearer shop; when that has changed meanwhile, ``choice`` is where it goes instead.

    Raises Late.
    """
    _question(order, DEARER)
    if choice is None or not is_as_asked(order, choice):
        return replace(passed_on(order, choice, now), outcome=Tell.ASKING)
    after = replace(order, question=None, agreed=choice.total)
    rings = (Ring(now + RESUMED, "placed"), *_long_again(order, now))
    return Change(_toward(after, choice.shop.id, choice.lines), Tell.ASKING, rings)


def unanswered(order: Order, keeper: str, now: datetime) -> Change:
    """The customer did not decide in time: the order ends, and the shop that waits hears of it. Raises Late."""
    asked_at = order.stamps.get("question")
    if order.question is None or not order.is_live or asked_at is None or now < asked_at + DECIDED_WITHIN:
        raise Late(order)
    return Change(_ended(order, Life.EXPIRED, now, (order.customer, Tell.EXPIRED, {}), (keeper, Tell.WITHDRAWN, {})))


def _questioned(order: Order, question: Question, now: datetime) -> Change:
    after = replace(order, question=question, stamps={**order.stamps, "question": now})
    tell = Tell.DEARER if question.kind == DEARER else Tell.MISSING
    return Change(
        _telling(after, (order.customer, tell, {})), rings=(Ring(now + DECIDED_WITHIN, "decide", question.kind),)
    )


def _going_on(order: Order, lines: tuple[Line, ...], keeper: str, now: datetime) -> Order:
    """The customer has decided: it goes on at the shop, which hears of it."""
    total = total_of(lines)
    stamps = _stamped(order, Life.ACCEPTED, now)
    after = replace(order, lines=lines, total=total, agreed=total, question=None, life=Life.ACCEPTED, stamps=stamps)
    return _telling(after, (keeper, Tell.ACCEPTED, {}))


def _question(order: Order, kind: str) -> Question:
    if not order.is_live or order.question is None or order.question.kind != kind:
        raise Late(order)
    return order.question


# At the shop.


def accepted(order: Order, shop: str, pickup: timedelta, now: datetime) -> Change:
    """The shop takes it. Raises Late, NotThisShop."""
    _at(order, shop, Life.PLACED, undecided=False)
    after = replace(order, life=Life.ACCEPTED, stamps=_stamped(order, Life.ACCEPTED, now))
    told = _telling(after, (order.customer, Tell.TAKEN, {}))
    return Change(told, Tell.ACCEPTED, (Ring(now + pickup, "collect"),))


def ready(
    order: Order, shop: str, total: int, weighed: Collection[str], pickup: timedelta, code_try: int, now: datetime
) -> Change:
    """It is packed; ``total`` in paise where weighing has changed it, else 0. Raises Late, NotThisShop, TooMuch."""
    _at(order, shop, Life.PLACED, Life.ACCEPTED, undecided=False)
    most = most_of(order.lines, weighed)
    if total > most:
        raise TooMuch(most)
    stamps = {Life.ACCEPTED.value: now, **_stamped(order, Life.READY, now)}
    for once in ("reminded", "later"):
        stamps.pop(once, None)
    after = replace(
        order,
        life=Life.READY,
        total=total if total > 0 else total_of(order.lines),
        stamps=stamps,
        until=now + pickup,
        code_try=code_try,
    )
    if after.paid is Paid.ONLINE and after.total != after.captured:
        after = _refund_due(after)
    return Change(_telling(after, (order.customer, Tell.READY, {})), Tell.CALLED, _waiting(now + pickup, now))


def not_ready(order: Order, shop: str, pickup: timedelta, now: datetime) -> Change:
    """It was called ready too early. Raises Late, NotThisShop."""
    _at(order, shop, Life.READY)
    after = replace(order, life=Life.ACCEPTED, until=None, stamps=_stamped(order, Life.ACCEPTED, now))
    told = _telling(after, (order.customer, Tell.NOT_READY, {}))
    return Change(told, Tell.UNCALLED, (Ring(now + pickup, "collect"),))


def collected(order: Order, shop: str, now: datetime) -> Change:
    """The customer is at the counter with the right code. Raises Late, NotThisShop."""
    _at(order, shop, Life.READY)
    paid = Paid.CASH if order.paid is Paid.NOT_YET else order.paid
    after = replace(order, life=Life.COLLECTED, held=False, paid=paid, stamps=_stamped(order, Life.COLLECTED, now))
    return Change(after, Tell.HANDED, sale=_sale(after))


def owed(order: Order, shop: str) -> Change:
    """It was collected, and the customer pays another day. Raises Late, NotThisShop."""
    _at(order, shop, Life.COLLECTED)
    if order.paid is not Paid.CASH:
        raise Late(order)
    after = replace(order, paid=Paid.CREDIT)
    return Change(after, Tell.OWED, sale=_sale(after))


def _at(order: Order, shop: str, *lives: Life, undecided: bool = True) -> None:
    """Raises NotThisShop or Late unless the order is at this shop and in one of these lives.

    Unless it may be ``undecided``, the customer's decision is waited for.
    """
    if order.shop != shop:
        raise NotThisShop(order)
    if order.life not in lives or (order.is_live and not order.held):
        raise Late(order)
    if order.question is not None and not undecided:
        raise Late(order)


def _sale(order: Order) -> Sale:
    paid = order.paid if order.paid in (Paid.CREDIT, Paid.ONLINE) else Paid.CASH
    return Sale(order.id, order.stamps[Life.COLLECTED.value], order.total, paid, order.name)


# The customer.


def cancelled(order: Order, keeper: str, now: datetime, *, by_chat: bool = True) -> Change:
    """The customer does not want it any more; who said so elsewhere than in the chat hears there of it. Raises Late."""
    if not order.is_live:
        raise Late(order)
    told: list[tuple[str, Tell, Mapping[str, str]]] = [(keeper, Tell.WITHDRAWN, {})]
    if not by_chat:
        told.append((order.customer, Tell.DROPPED, {}))
    return Change(_ended(order, Life.CANCELLED, now, *told), Tell.DROPPED)


def put_off(order: Order, pickup: timedelta, now: datetime) -> Change:
    """The customer comes later: once, the deadline is put off by ``pickup``. Raises Late."""
    if order.life is not Life.READY or order.until is None or "later" in order.stamps:
        raise Late(order)
    until = order.until + pickup
    stamps = {what: at for what, at in order.stamps.items() if what != "reminded"} | {"later": now}
    return Change(replace(order, until=until, stamps=stamps), Tell.KEPT_LONGER, _waiting(until, now))


def pays(order: Order) -> Change:
    """The customer wants to pay inside WhatsApp: nothing changes yet. Raises Late."""
    if order.life is not Life.READY or order.paid is not Paid.NOT_YET:
        raise Late(order)
    return Change(order, Tell.PAY)


def paid(order: Order, keeper: str, transaction: str, captured: int) -> Change:
    """The gateway has captured so many paise: the same transaction again changes nothing.

    A sum that is not the total, or money for an order that is no more or is paid already, has to be given back. Of one
    that was collected before the money came the shop hears: it may have taken cash, or noted it as owed.
    """
    if transaction in order.payment.split():
        return Change(order, Tell.PAID)
    after = replace(order, captured=order.captured + captured, payment=f"{order.payment} {transaction}".lstrip())
    can_be_paid = order.life in (Life.ACCEPTED, Life.READY, Life.COLLECTED)
    if not can_be_paid or captured != order.total or order.paid not in (Paid.NOT_YET, Paid.CASH, Paid.CREDIT):
        return Change(_refund_due(after), Tell.REFUND)
    is_over = order.life is Life.COLLECTED
    after = _telling(replace(after, paid=Paid.ONLINE), (order.customer, Tell.PAID, {}))
    if is_over:
        after = _telling(after, (keeper, Tell.PAID_AFTER, {}))
    return Change(after, Tell.PAID, sale=_sale(after) if is_over else None)


def _refund_due(order: Order) -> Order:
    return _telling(replace(order, paid=Paid.REFUND_DUE), (order.customer, Tell.REFUND, {}))


def _told_of_refund(order: Order) -> Order:
    """An order that has ended: money captured for it has to be given back."""
    return _refund_due(order) if order.paid is Paid.ONLINE else order


# Time.


def slow(order: Order, now: datetime) -> Change:
    """No shop has said yes for long: the customer is told once. Raises Late."""
    placed_at = order.stamps[Life.PLACED.value]
    is_waiting = order.life is Life.PLACED and order.question is None
    if not is_waiting or "long" in order.stamps or now < placed_at + LONG:
        raise Late(order)
    after = replace(order, stamps={**order.stamps, "long": now})
    return Change(_telling(after, (order.customer, Tell.SLOW, {})))


def is_silent(order: Order, shop: str, answer: timedelta, now: datetime) -> bool:
    """Whether the shop that was asked has let its time go by."""
    waits = order.life is Life.PLACED and order.held and order.question is None and order.shop == shop
    return waits and now >= order.stamps["asked"] + answer


def reminded(order: Order, now: datetime) -> Change:
    """The customer is reminded that it waits. Raises Late."""
    if order.life is not Life.READY or order.until is None or "reminded" in order.stamps:
        raise Late(order)
    due = remind_at(order.until)
    if due is None or not due <= now < order.until:
        raise Late(order)
    after = replace(order, stamps={**order.stamps, "reminded": now})
    return Change(_telling(after, (order.customer, Tell.REMINDED, {})))


def uncollected(order: Order, keeper: str, pickup: timedelta, now: datetime) -> Change:
    """Nobody came in time, or the shop has not packed it for as long: it ends. Raises Late."""
    match order.life:
        case Life.READY:
            due = order.until
        case Life.ACCEPTED if order.question is None:
            due = order.stamps[Life.ACCEPTED.value] + pickup
        case _:
            due = None
    if due is None or now < due:
        raise Late(order)
    return Change(_ended(order, Life.EXPIRED, now, (order.customer, Tell.EXPIRED, {}), (keeper, Tell.UNCOLLECTED, {})))


def remind_at(until: datetime) -> datetime | None:
    """When to remind of a deadline (aware): two hours before, never at night; None when that leaves no time to come."""
    due = at_the_desk(until) - REMINDED_BEFORE
    if due.time() >= DAY_ENDS:
        return datetime.combine(due.date(), LAST_REMINDER, due.tzinfo)
    if due.time() < DAY_BEGINS:
        morning = datetime.combine(due.date(), DAY_BEGINS, due.tzinfo)
        if morning + SOON <= until:
            return morning
        return datetime.combine(due.date() - timedelta(days=1), LAST_REMINDER, due.tzinfo)
    return due


def _waiting(until: datetime, now: datetime) -> tuple[Ring, ...]:
    """The timers of a ready order."""
    remind = remind_at(until)
    rings = (Ring(until, "collect"),)
    return rings if remind is None or remind <= now else (Ring(remind, "remind"), *rings)


# All together.


def _stamped(order: Order, life: Life, now: datetime) -> dict[str, datetime]:
    return {**order.stamps, life.value: now}


def _ended(order: Order, life: Life, now: datetime, *told: tuple[str, Tell, Mapping[str, str]]) -> Order:
    """The end: its goods are owed to the shop; only who has been asked hears of it (an empty citizen id is nobody)."""
    goods = set_aside(order) if order.held else order.lines
    after = replace(
        order,
        life=life,
        held=False,
        question=None,
        owed=(*order.owed, (order.shop, goods)) if order.shop else order.owed,
        stamps=_stamped(order, life, now),
    )
    hear_of_it = [each for each in told if order.held or each[0] == order.customer]
    return _told_of_refund(_telling(after, *hear_of_it))


def _telling(order: Order, *told: tuple[str, Tell, Mapping[str, str]]) -> Order:
    """With news for these (citizen id, what, details); an empty citizen id is nobody."""
    news = [each for each in told if each[0]]
    numbered = tuple(
        News(order.count + n, to, str(what), dict(details)) for n, (to, what, details) in enumerate(news, start=1)
    )
    return replace(order, news=(*order.news, *numbered), count=order.count + len(news))
