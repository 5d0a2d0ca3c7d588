"""Erase somebody on request, for the office: the very turn that the citizen's own second tap on "delete" takes."""

from dataclasses import dataclass, replace

from seba.conversation.anytime import Erase
from seba.conversation.heard import Tapped
from seba.conversation.records import Citizen
from seba.conversation.step import tap_id
from seba.domain.errors import Conflict, Refused
from seba.domain.ids import short_hash
from seba.services.take_turn import TurnPorts, hear


@dataclass(frozen=True, slots=True)
class Erased:
    """What is gone. Places are given back by the booking room, photos deleted by the clock, within a day."""

    people: int
    bookings: int


def erase_citizen(citizen: Citizen, ports: TurnPorts) -> Erased:
    """Delete a citizen's people, cards, answers and photos, cancel their bookings, and tell them so.

    Raises Refused for a centre's desk and while a booking is under way; Conflict when the citizen writes at the same
    moment, NotNow: then it can be tried again.
    """
    talk = citizen.talk
    if citizen.who.desk_of is not None:
        raise Refused(f"the number is a desk of {citizen.who.desk_of}: take it away first (seba desk remove)")
    if talk.pending is not None:
        raise Refused("a booking is under way: try again in a minute")
    asked = talk.with_(step=Erase.id, language=talk.language or "en")
    yes = Tapped(tap_id(Erase.id, asked.serial, "yes_erase"))
    hear(replace(citizen, talk=asked), yes, short_hash(f"erase {citizen.id} {citizen.version}"), ports)
    after = ports.citizens.read(citizen.id)
    if after is not None and after.talk.people:
        raise Conflict("the citizen wrote at the same moment")
    return Erased(len(talk.people), len(talk.live_appointments()))
