"""Numbers that are a centre's desk: registered, taken away, listed. It does not matter whether they ever wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from seba.conversation.records import Citizen
from seba.domain.errors import Conflict, NotFound, Refused
from seba.domain.ids import short_hash
from seba.domain.people import Who
from seba.services.ports import Citizens

FIRST_LANGUAGE: Final = "bn"
"""Of a desk that nobody gave a language: a desk is never asked."""
MOST_TRIES: Final = 4
"""The number may be writing at the same moment; its turn goes first and the registration is tried again."""


class DeskBook(Protocol):
    """Which numbers are whose desk (``seba.storage.facts.Timetable``)."""

    def desks(self, centre: str) -> Sequence[str]:
        """The citizen ids of a centre's desk numbers."""

    def add_desk(self, centre: str, citizen: str) -> None:
        """Register."""

    def remove_desk(self, centre: str, citizen: str) -> None:
        """Take away."""


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """What registering needs."""

    citizens: Citizens
    book: DeskBook
    phone_number_id: str
    """The desk's own number, which a new citizen writes to."""


@dataclass(frozen=True, slots=True)
class DeskNumber:
    """A registered number."""

    centre: str
    citizen: str
    phone: str
    """Digits with country code; empty when hidden behind a username."""
    language: str
    stopped: bool
    """It said STOP: no list reaches it until it writes START."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of it."""

    number: DeskNumber
    changed: bool
    """False when all of it stood already."""
    before: str
    """The centre whose desk the number was until now; empty for none."""


def register_desk(centre: str, phone: str, language: str | None, ports: DeskPorts) -> Registered:
    """Make a number the desk of a centre, and of no other; a citizen's bookings under it stay.

    Raises Refused for a shop's phone, Conflict when the number keeps writing meanwhile, NotNow.
    """
    for tries_left in reversed(range(MOST_TRIES)):
        citizen = ports.citizens.find(phone, None)
        if citizen is None:
            citizen = ports.citizens.meet(Who(phone, None, ports.phone_number_id))
        if citizen.who.shop_of is not None:
            shop = citizen.who.shop_of
            raise Refused(f"that number answers for the shop {shop}: take it away first (seba shop phone remove)")
        before = citizen.who.desk_of
        wanted = language or citizen.talk.language or FIRST_LANGUAGE
        try:
            changed = _write(citizen, centre, wanted, ports)
        except Conflict:
            if not tries_left:
                raise
            continue
        if before not in (None, centre):
            ports.book.remove_desk(str(before), citizen.id)
        if citizen.id not in ports.book.desks(centre):
            ports.book.add_desk(centre, citizen.id)
            changed = True
        number = DeskNumber(centre, citizen.id, phone, wanted, citizen.talk.stopped)
        return Registered(number, changed, before if before and before != centre else "")
    raise Conflict("the number keeps writing")


def unregister_desk(centre: str, phone: str, ports: DeskPorts) -> None:
    """The number is no desk any more. Raises NotFound when it is not this centre's, Conflict, NotNow."""
    for tries_left in reversed(range(MOST_TRIES)):
        citizen = ports.citizens.find(phone, None)
        if citizen is None or (citizen.who.desk_of != centre and citizen.id not in ports.book.desks(centre)):
            raise NotFound(f"that number is no desk of {centre}")
        try:
            if citizen.who.desk_of == centre:
                _write(citizen, None, citizen.talk.language, ports)
        except Conflict:
            if not tries_left:
                raise
            continue
        # Last, so that whoever was interrupted finds it still registered and does it again.
        ports.book.remove_desk(centre, citizen.id)
        return


def desk_numbers(centre: str, ports: DeskPorts) -> Sequence[DeskNumber]:
    """The numbers of a centre's desk, in the order of their ids."""
    found = (ports.citizens.read(citizen) for citizen in ports.book.desks(centre))
    return tuple(
        DeskNumber(centre, each.id, each.who.phone or "", each.talk.language or "", each.talk.stopped)
        for each in found
        if each is not None
    )


def _write(citizen: Citizen, centre: str | None, language: str | None, ports: DeskPorts) -> bool:
    """The role, the language, and a dialogue that begins anew in the new role: whether anything had to be written."""
    if citizen.version and (citizen.who.desk_of, citizen.talk.language) == (centre, language):
        return False
    talk = citizen.talk.with_(language=language)
    if citizen.who.desk_of != centre:
        talk = talk.with_(step="", answers={}, desk_of=centre)
    cause = short_hash(f"desk {centre or ''} {citizen.version}")
    ports.citizens.commit(citizen, talk, cause, (), who=replace(citizen.who, desk_of=centre))
    return True
