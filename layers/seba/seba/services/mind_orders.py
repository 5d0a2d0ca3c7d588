"""The clock's part in the shops' life: timers of orders that have rung, and the question every morning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from seba.conversation.records import Effect, Timer, effect_id
from seba.conversation.say import OrderAsk, OrderRequest, Say
from seba.domain.calendar import KOLKATA
from seba.domain.ids import short_hash
from seba.domain.shops import Kind, Shop, Stock, closing, on_duty
from seba.services.journal import Journal
from seba.services.minute import Minute
from seba.services.ports import Diary, Market, Orders, Outgoing, Stocks

CLOCK = "clock"
"""Stands for the citizen in the ids of what the clock asks: nobody's outbox holds it."""
EARLIEST = time(7, 0)
"""No shop is asked before this hour."""
BEFORE_OPENING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class MindPorts:
    """What minding orders and shops needs of the world."""

    market: Market
    stocks: Stocks
    orders: Orders
    outgoing: Outgoing
    diary: Diary
    morning: Callable[[str], Say]
    """The question whether a shop (by id) is open today (``seba.conversation.shopkeeper.morning``)."""
    journal: Journal


def ring_timers(minute: Minute, ports: MindPorts) -> None:
    """Ask the booking room to look at every order whose time has come. Raises OutOfTime, NotNow."""
    for timer in ports.orders.due(minute.now):
        minute.go_on()
        with minute.alone("a timer did not ring", order=timer.order, timer=timer.what):
            ports.outgoing.queue(CLOCK, [_ring(timer)], minute.now)
            # Struck off last: what rings twice finds that its order has gone on.
            ports.orders.settle(timer)


def _ring(timer: Timer) -> Effect:
    at = timer.at.isoformat()
    details = {"shop": timer.about, "at": at}
    cause = short_hash(f"timer {timer.order} {timer.what} {timer.about} {at}").hex()
    return Effect(
        effect_id(CLOCK, cause, 0), OrderRequest(OrderAsk.TIME, timer.order, code=timer.what, details=details)
    )


def ask_in_the_morning(minute: Minute, ports: MindPorts) -> None:
    """Ask every shop that is about to open, and has said nothing today, whether it does. Raises OutOfTime, NotNow.

    Once a day: the diary keeps who was asked. A chain's store goes by its hours.
    """
    work = f"mornings#{minute.now.date().isoformat()}"
    due = [shop for shop in ports.market.shops().values() if _is_time_for(shop, minute.now)]
    if not due:
        return
    asked = (ports.diary.done(work) or "").split()
    due = [shop for shop in due if shop.id not in asked]
    if not due:
        return
    stocks = ports.stocks.read_many([shop.id for shop in due])
    try:
        for shop in due:
            minute.go_on()
            with minute.alone("a shop was not asked", shop=shop.id):
                if not has_spoken(stocks[shop.id], minute.now):
                    _ask(shop, stocks[shop.id], minute.now, ports)
                asked.append(shop.id)
    finally:
        ports.diary.note(work, " ".join(asked))


def _is_time_for(shop: Shop, now: datetime) -> bool:
    """Whether a shop is about to open, or should have."""
    if shop.kind is Kind.CHAIN or not shop.phones or str(now.isoweekday()) not in shop.days:
        return False
    today = now.date()
    opens = datetime.combine(today, shop.opens, KOLKATA)
    earliest = datetime.combine(today, EARLIEST, KOLKATA)
    return max(opens - BEFORE_OPENING, earliest) <= now < closing(shop, today)


def has_spoken(stock: Stock, now: datetime) -> bool:
    """Whether a shop has said today that it is open or closed; ``now`` is on the desk's clock."""
    opened = stock.opened is not None and stock.opened.astimezone(KOLKATA).date() == now.date()
    return opened or stock.closed == now.date()


def _ask(shop: Shop, stock: Stock, now: datetime, ports: MindPorts) -> None:
    keeper = on_duty(shop, stock)
    cause = short_hash(f"morning {shop.id} {now.date().isoformat()}").hex()
    ports.outgoing.notify(keeper, [Effect(effect_id(keeper, cause, 0), ports.morning(shop.id))])
    ports.journal.count("ShopsAsked")
