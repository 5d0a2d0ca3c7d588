"""The booking room's second half: the only code that changes orders once they are placed. One batch at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from seba.conversation.talk import Talk
from seba.domain.ids import Keys
from seba.services.ask_shops import AskPorts
from seba.services.booking_requests import Asked
from seba.services.journal import Journal
from seba.services.ports import Lane, ShopBook
from seba.services.take_turn import Turned, TurnPorts, in_time


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
    raise NotImplementedError


def answer_orders(batch: Sequence[Asked], ports: OrderPorts, may_go_on: Callable[[], bool] = in_time) -> list[str]:
    """Answer a batch, in the order of each group: the ids of the messages that stay in the queue.

    Nothing more is begun once ``may_go_on`` says no; what is left then is shown again at once.
    """
    raise NotImplementedError
