"""What the services need from the outside, as Protocols. Adapters in storage, queues and whatsapp fit them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from seba.conversation.say import Act, Forget, Keep, Request
from seba.conversation.talk import Talk
from seba.domain.people import Who
from seba.domain.places import Area
from seba.domain.sessions import BoardRow, Centre, Session


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a cause brought about, with the id under which it is queued however often the cause is replayed."""

    id: str
    """``{citizen}-{cause}-{n}``: the queue's deduplication id, the ledger's key and WhatsApp's callback data."""
    act: Act


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen's partition as one consistent query read it."""

    id: str
    who: Who
    talk: Talk
    heard: tuple[bytes, ...]
    """Six-byte hashes of the last 64 causes (message ids, request ids), oldest first."""
    outbox: Mapping[str, tuple[Effect, ...]]
    """Effects by cause (the hash in hex) until their sending is acknowledged."""
    version: int
    """0 when nothing is stored yet."""


class Citizens(Protocol):
    """The citizens' partitions."""

    def find(self, phone: str | None, user_id: str | None) -> Citizen | None:
        """The citizen behind these identities, or None at first meeting. One consistent Query, two if moved."""

    def read(self, citizen: str) -> Citizen | None:
        """A citizen by id: one consistent Query."""

    def meet(self, who: Who) -> Citizen:
        """A citizen not stored yet, with a free id (version 0); ``commit`` stores it with its pointers."""

    def commit(
        self,
        before: Citizen,
        talk: Talk,
        cause: bytes,
        effects: Sequence[Effect],
        *,
        settled: str = "",
        keep: Keep | None = None,
        forget: Forget | None = None,
        who: Who | None = None,
    ) -> Citizen:
        """State and effects in one conditional write (a transaction where a person is kept or all is forgotten).

        ``settled`` is the cause (hex) whose booking request is answered and leaves the outbox by this write.
        ``who`` is given when the addresses changed. Raises Conflict when the version moved on, CardTaken when the card
        belongs to another person, NotNow when DynamoDB is busy.
        """

    def acknowledge(self, citizen: str, cause: str, effect: str) -> None:
        """Take a delivered effect out of the outbox; the version does not move."""

    def repoint(self, old_user_id: str | None, old_phone: str | None, phone: str | None, user_id: str | None) -> None:
        """WhatsApp announced that an identity changed: the new one points to the same citizen from now on."""


class Facts(Protocol):
    """What the desk knows of its world; cached in the container, boards at most a second old."""

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code."""

    def session(self, session: str) -> Session | None:
        """A session by id (cached for seconds), or None."""

    def board(self, day: date) -> Sequence[BoardRow]:
        """The sessions of a day with their places left, at most a second old; open and released ones only."""


class Outgoing(Protocol):
    """The queues, as the services see them."""

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """Queue each effect into its lane in order, under its own id. Raises NotNow.

        Say and Typing go to replies (group = citizen), Request to requests (group = slot), FetchProof to proofs,
        Later is an item for the clock.
        """

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        """Queue messages that nobody is waiting for into the notices lane (group = citizen). Raises NotNow."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A person who wants a place in a slot, under the booking id that the request makes."""

    person: str
    booking: str


@dataclass(frozen=True, slots=True)
class Member:
    """A place taken in a roster."""

    person: str
    booking: str
    standing: str


class Claimed(Protocol):
    """How one claim ended."""

    @property
    def outcome(self) -> str:
        """``booked`` (now, or by an earlier delivery of the same request), ``already``, ``full``."""


class Rosters(Protocol):
    """The only door to capacity."""

    def claim(self, slot: str, claims: Sequence[Claim]) -> Mapping[str, str]:
        """For each booking id: ``booked``, ``already`` or ``full``. First come first served, in the order given."""

    def release(self, slot: str, person: str, booking: str) -> str:
        """``cancelled`` (now or earlier) or ``locked`` when given or marked as not come."""

    def mark(self, slot: str, person: str, booking: str, standing: str) -> str:
        """Mark as given or not come: the standing that holds afterwards (an earlier mark stays), or ``unknown``."""

    def members(self, slot: str) -> Sequence[Member]:
        """Everybody in the slot's roster, by page and place."""

    def find(self, booking: str) -> Member | None:
        """The member with this booking id, or None."""

    def free(self, slot: str) -> tuple[int, int]:
        """Capacity and taken, over all pages."""

    def resize(self, slot: str, capacity: int) -> int:
        """Grow, or shrink to what is taken and no further: the capacity that holds afterwards."""


class Boards(Protocol):
    """The view of places left; a hint, written only by the booking room and the publisher."""

    def show(self, slot: str, free: int) -> None:
        """Tell the board how many places a slot has left."""


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A request as it arrives at the booking room: who asks, under which effect id."""

    id: str
    citizen: str
    request: Request
