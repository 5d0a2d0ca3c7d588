"""Money that the gateway captured for an order that is no more, or of a wrong sum: until the operator gave it back."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from seba.domain.errors import Conflict, NotFound, Refused
from seba.domain.orders import Paid
from seba.services.ports import Orders

REFUNDED: Final = "refunded"
"""The stamp of when the operator said that it was given back."""
MOST_TRIES: Final = 4


def give_back(order: str, now: datetime, orders: Orders) -> int:
    """Note that what was captured for an order was given back (``now`` aware): so many paise, 0 if it was before.

    Nothing is captured then; its transactions stay, so that their look-up told again changes nothing. Raises NotFound,
    Refused when nothing has to be given back, Conflict, NotNow.
    """
    for tries_left in reversed(range(MOST_TRIES)):
        found = orders.read(order)
        if found is None:
            raise NotFound("there is no such order")
        if found.paid is Paid.REFUNDED:
            return 0
        if found.paid is not Paid.REFUND_DUE:
            raise Refused("nothing has to be given back for that order")
        try:
            stamps = {**found.stamps, REFUNDED: now}
            orders.write(found, replace(found, paid=Paid.REFUNDED, captured=0, stamps=stamps))
            return found.captured
        except Conflict:
            if not tries_left:
                raise
    raise Conflict("the order keeps changing")
