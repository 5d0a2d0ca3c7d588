"""The clock's part in the shops' life: timers of orders that have rung, and the question every morning."""

from collections.abc import Callable
from dataclasses import dataclass

from seba.conversation.say import Say
from seba.services.journal import Journal
from seba.services.minute import Minute
from seba.services.ports import Diary, Market, Orders, Outgoing, Stocks


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
    """Ask the booking room to look at every order whose time has come, and settle the timer. Raises OutOfTime, NotNow."""
    raise NotImplementedError


def ask_in_the_morning(minute: Minute, ports: MindPorts) -> None:
    """Ask every shop that is about to open, and has said nothing today, whether it does. Raises OutOfTime, NotNow."""
    raise NotImplementedError
