"""What the booking room works on: requests as its queue delivers them, and what it needs of the world."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from seba.conversation.records import BookingRequest, Citizen, parts_of_effect
from seba.conversation.say import Request
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment
from seba.domain.ids import Keys, person_id, short_hash
from seba.domain.roster import Member
from seba.services.journal import Journal
from seba.services.offer_next import Bookable, Neighbourhoods
from seba.services.ports import Boards, Facts, Holds, Lane, Line, Names, Rosters
from seba.services.take_turn import Turned, TurnPorts


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its queue delivers it."""

    id: str
    """The queue's id of this message, by which a failure is reported."""
    receipt: str
    group: str
    receives: int
    body: str


@dataclass(frozen=True, slots=True)
class BookingPorts:
    """What the booking room needs of the world."""

    turn: TurnPorts
    rosters: Rosters
    boards: Boards
    facts: Facts
    sessions: Bookable
    names: Names
    line: Line
    holds: Holds
    hold: timedelta
    """How long a place is held for somebody in line."""
    lane: Lane
    keys: Callable[[], Keys]
    sorry: Callable[[Talk], Turned]
    """What is said when something failed on our side (``seba.conversation.engine.sorry``)."""
    journal: Journal
    stopwatch: Callable[[], float]
    """Seconds from any beginning."""


@dataclass(frozen=True, slots=True)
class Full:
    """A slot that was full a moment ago."""

    until: float
    """How long that is believed, by the stopwatch."""
    people: frozenset[str]
    """Who was in it."""


@dataclass(slots=True)
class Memory:
    """What one container remembers: which slots were full a moment ago, and what the boards show."""

    full: dict[str, Full] = field(default_factory=dict[str, Full])
    shown: dict[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])
    near: Neighbourhoods = field(default_factory=Neighbourhoods)


@dataclass(slots=True)
class Open:
    """A request under way."""

    asked: Asked
    booking_request: BookingRequest
    citizen: Citizen | None = None

    @property
    def id(self) -> str:
        """The effect's id, which names the request."""
        return self.booking_request.id

    @property
    def request(self) -> Request:
        """What is asked."""
        return self.booking_request.request

    @property
    def cause(self) -> str:
        """The cause (hex) whose outbox holds the request."""
        return parts_of_effect(self.id)[1]

    @property
    def answer_cause(self) -> bytes:
        """The cause of the answer's turn."""
        return short_hash(f"answer {self.id}")

    @property
    def busy_cause(self) -> bytes:
        """The cause of telling that it takes longer."""
        return short_hash(f"busy {self.id}")

    @property
    def sorry_cause(self) -> bytes:
        """The cause of telling that it was set aside."""
        return short_hash(f"sorry {self.id}")

    @property
    def won_cause(self) -> bytes:
        """The cause of telling that the place was drawn for them."""
        return short_hash(f"won {self.id}")

    @property
    def again(self) -> bool:
        """Whether it was delivered before."""
        return self.asked.receives > 1

    @property
    def person(self) -> str:
        """The person's id (citizen + number)."""
        return person_id(self.booking_request.citizen, self.request.person)

    @property
    def details(self) -> dict[str, str]:
        """What the turn of a booking needs besides the booking."""
        return {"person": self.request.person, "rules": self.request.rules, "dose": str(self.request.dose)}

    def is_waited_for_by(self, citizen: Citizen) -> bool:
        """Whether the citizen still waits for this answer."""
        return citizen.talk.pending is not None and citizen.talk.pending.request == self.id

    def appointment(self, booking: str) -> Appointment | None:
        """The citizen's appointment with this booking id, as last read."""
        return None if self.citizen is None else self.citizen.talk.appointment(booking)

    def has_place_held(self) -> bool:
        """Whether the slot holds a place for this very person."""
        held = () if self.citizen is None else self.citizen.talk.held()
        return any((place.person, place.slot) == (self.request.person, self.request.slot) for place in held)


def held_by(person: str, bookings: Container[str], members: Sequence[Member]) -> list[str]:
    """Which of these booking ids a person holds."""
    return [each.booking for each in members if each.person == person and each.booking in bookings]
