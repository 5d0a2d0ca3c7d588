"""Which shop takes an order: found, its goods set aside, asked. The page does it when an order is placed, the booking
room when a shop cannot take it or does not answer.

The shop to be asked is written into the order before anything is set aside there, so whoever comes after a crash knows
where goods may lie. A shop that was left stands among the ``owed`` until its goods are back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from seba.domain.places import Area
from seba.services.ports import Market, Orders, Stocks


@dataclass(frozen=True, slots=True)
class ShopPorts:
    """What choosing and asking shops needs of the world; the page and the booking room have it alike."""

    market: Market
    stocks: Stocks
    orders: Orders
    areas: Callable[[], Mapping[str, Area]]
    """The PIN areas by PIN code (``Facts.areas``): where homes are."""
    clock: Callable[[], datetime]
    answer: timedelta
    """How long a shop has to answer (SEBA_ANSWER_MINUTES)."""
    most: int
    """Live orders that a shop has at most (SEBA_SHOP_QUEUE)."""
