"""Held places whose time is over are asked back, each minute.

The booking room frees them behind whatever came before in the slot's queue: whoever accepted in time, if only just, has
the place.
"""

from dataclasses import dataclass

from seba.conversation.records import Effect, Hold, effect_id
from seba.conversation.say import Ask, Request
from seba.domain.ids import short_hash, slot_of
from seba.services.journal import Journal
from seba.services.minute import Minute
from seba.services.ports import Holds, Outgoing


@dataclass(frozen=True, slots=True)
class HoldPorts:
    """What asking places back needs of the world."""

    holds: Holds
    outgoing: Outgoing
    journal: Journal


def lapse_holds(minute: Minute, ports: HoldPorts) -> None:
    """Ask the booking room for every place whose time is over, and strike it off. Raises OutOfTime, NotNow."""
    for hold in ports.holds.over(minute.now):
        minute.go_on()
        with minute.alone("a hold did not lapse", booking=hold.booking):
            ports.outgoing.queue(hold.citizen, [_lapse(hold)], minute.now)
            # Struck off last: a request that comes twice finds the place free, or taken for good.
            ports.holds.settle(hold)
            ports.journal.count("HoldsLapsed")


def _lapse(hold: Hold) -> Effect:
    request = Request(Ask.LAPSE, slot_of(hold.booking), person=hold.person, dose=hold.dose, booking=hold.booking)
    return Effect(effect_id(hold.citizen, short_hash(f"lapse {hold.booking}").hex(), 0), request)
