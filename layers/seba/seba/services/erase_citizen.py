"""Erase somebody on request, for the office: the very turn that the citizen's own second tap on "delete" takes."""

from dataclasses import dataclass, replace

from seba.conversation.anytime import Erase
from seba.conversation.heard import Tapped
from seba.conversation.records import Citizen
from seba.conversation.step import tap_id
from seba.domain.errors import Conflict, Refused
from seba.domain.ids import short_hash
from seba.services.ports import Basket, Orders
from seba.services.take_turn import TurnPorts, hear


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept about somebody: places and goods are given back by the booking room, photos by the clock."""

    people: int
    bookings: int
    live_orders: int
    shopper: bool
    """Name and address of the shop's page, a basket, or orders under their name."""

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to erase."""
        return bool(self.people or self.bookings or self.live_orders or self.shopper)


def what_is_kept(citizen: Citizen, orders: Orders) -> Kept:
    """What erasing would delete, cancel or forget. Raises NotNow."""
    talk, basket = citizen.talk, orders.basket(citizen.id)
    live = _live(citizen, basket, orders)
    shopper = bool(basket.lines or basket.orders) or orders.customer(citizen.id) is not None
    return Kept(len(talk.people), len(talk.live_appointments()), len(live), shopper)


def _live(citizen: Citizen, basket: Basket, orders: Orders) -> list[str]:
    found = orders.read_many(dict.fromkeys((*citizen.talk.orders, *basket.orders)))
    return [order.id for order in found.values() if order.is_live]


def erase_citizen(citizen: Citizen, ports: TurnPorts, orders: Orders) -> Kept:
    """Delete a citizen's people, cards, answers and photos, cancel bookings and orders, and tell them so.

    What the shop's page keeps is forgotten too, even where the desk has no shops any more. Raises Refused for a
    centre's desk, a shop's phone, and while a booking or an order is just being made; Conflict when the citizen writes
    at the same moment, NotNow: then it can be tried again.
    """
    talk = citizen.talk
    if citizen.who.desk_of is not None:
        raise Refused(f"the number is a desk of {citizen.who.desk_of}: take it away first (seba desk remove)")
    if citizen.who.shop_of is not None:
        shop = citizen.who.shop_of
        raise Refused(f"the number answers for the shop {shop}: take it away first (seba shop phone remove)")
    if talk.pending is not None:
        raise Refused("a booking is under way: try again in a minute")
    kept = what_is_kept(citizen, orders)
    if set(_live(citizen, orders.basket(citizen.id), orders)) - set(talk.orders):
        raise Refused("an order was placed this moment: try again in a minute")
    asked = talk.with_(step=Erase.id, language=talk.language or "en")
    yes = Tapped(tap_id(Erase.id, asked.serial, "yes_erase"))
    hear(replace(citizen, talk=asked), yes, short_hash(f"erase {citizen.id} {citizen.version}"), ports)
    after = ports.citizens.read(citizen.id)
    if after is not None and after.talk.people:
        raise Conflict("the citizen wrote at the same moment")
    # The turn has asked for it where the desk has shops; cancelling does not need what is forgotten here.
    orders.forget(citizen.id)
    return kept
