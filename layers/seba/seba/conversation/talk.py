"""The stored state of a conversation. With its message ids and outbox it stays within one kilobyte."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from seba.domain.appointments import Appointment
from seba.domain.people import Person
from seba.domain.wishes import Wish


@dataclass(frozen=True, slots=True)
class Pending:
    """A request the booking room has not answered yet."""

    request: str
    """Its id: the effect that carries it (set by the service that commits the turn)."""
    ask: str
    person: str
    slot: str
    then: str = ""
    """What the citizen asked meanwhile and gets next: ``cancel`` or nothing."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Where a conversation stands. Immutable; ``replace`` makes the next one."""

    language: str | None = None
    step: str = ""
    """The stable id of the step whose question stands; empty before the first word."""
    serial: int = 0
    """Counts questions: a tap on an older question's button is recognised by it."""
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the errand under way has gathered: short keys, short values."""
    pending: Pending | None = None
    appointments: tuple[Appointment, ...] = ()
    wishes: Mapping[str, Wish] = field(default_factory=dict[str, Wish])
    """Who waits for a place, by person's number, and what for."""
    homes: Mapping[str, str] = field(default_factory=dict[str, str])
    """PIN code of the home of each person by number."""
    orders: tuple[str, ...] = ()
    """Orders of this customer: those that were over first, those under way last. Whoever reads them asks how far they
    are; what is over falls out as new ones come."""
    stopped: bool = False
    heard_at: datetime | None = None
    """When the citizen last wrote (WhatsApp's 24 h window counts from here)."""

    # Beside the state item, read in the same query.
    people: Mapping[str, Person] = field(default_factory=dict[str, Person])
    profile_name: str | None = None
    desk_of: str | None = None
    shop_of: str | None = None

    def with_(self, **changes: object) -> "Talk":
        """A copy with these fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace checks names, not types, here

    def live_appointments(self) -> tuple[Appointment, ...]:
        """Appointments that still stand: booked, not given and not missed."""
        return tuple(each for each in self.appointments if each.standing == "b")

    def held(self) -> tuple[Appointment, ...]:
        """Places held for a while, which a tap makes appointments."""
        return tuple(each for each in self.appointments if each.standing == "h")

    def appointment(self, booking: str) -> Appointment | None:
        """The appointment with this booking id, or None."""
        return next((each for each in self.appointments if each.booking == booking), None)
