"""Find people for the office: by phone number, by reference, by name. Never by card, and never a card's number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from seba.conversation.records import Citizen, Delivery, effect_id
from seba.domain.ids import citizen_of
from seba.domain.roster import Member
from seba.domain.spelling import fold
from seba.services.ports import Census, Citizens, Rosters

CONFIRMATIONS: Final = ("confirmation", "confirmation_moved", "confirmation_again")
TOLD: Final = frozenset({*CONFIRMATIONS, *(f"{key}_bring" for key in CONFIRMATIONS), "appointment_reminder"})
"""The messages whose delivery the office wants to know."""
MOST_ACTS: Final = 3
"""A message is among the first acts of its turn."""
SHORTEST_NAME: Final = 2


class History(Protocol):
    """What became of messages (``seba.storage.ledger.StoredLedger``)."""

    def delivery(self, effect: str) -> Delivery | None:
        """Of one of them."""


@dataclass(frozen=True, slots=True)
class FindPorts:
    """What finding reads."""

    citizens: Citizens
    census: Census
    rosters: Rosters
    history: History


def find_by_phone(phone: str, ports: FindPorts) -> Citizen | None:
    """The citizen who writes from a number (digits with country code), through its keyed hash."""
    return ports.citizens.find(phone, None)


def find_by_reference(booking: str, ports: FindPorts) -> tuple[Member, Citizen | None] | None:
    """Who stands in a roster under a booking id; the citizen is None when they had everything erased."""
    member = ports.rosters.find(booking)
    return None if member is None else (member, ports.citizens.read(citizen_of(member.person)))


def find_by_name(name: str, ports: FindPorts) -> Iterator[Citizen | None]:
    """Reads everybody: a citizen with a person whose name holds this one (in any spelling of its script), else None.

    One item for each citizen that was read, so that the waiting can be shown.
    """
    wanted = fold(name)
    for citizen in ports.census.citizens():
        named = any(wanted in fold(person.name) for person in citizen.talk.people.values())
        yield citizen if named else None


def deliveries(citizen: Citizen, ports: FindPorts) -> Sequence[Delivery]:
    """What became of the citizen's confirmations and reminders of the last eight days, in the order of time."""
    reminders = [effect_id(citizen.id, f"remind{each.booking}", 0) for each in citizen.talk.appointments]
    turns = [effect_id(citizen.id, cause.hex(), number) for cause in citizen.heard for number in range(MOST_ACTS)]
    found = (ports.history.delivery(effect) for effect in (*turns, *reminders))
    return sorted((each for each in found if each is not None and each.kind in TOLD), key=lambda each: each.at)
