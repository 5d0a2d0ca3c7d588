"""Rosters: who has a place in a slot, and how claims are laid out over its pages. Pure; storage does the writing.

A slot's places lie on pages of at most forty, filled in order. The order of claims is the order in which they are given
here: the queue hands them over in the order of arrival, so first come is first served.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seba.domain.appointments import Standing

PAGE_CAPACITY = 40
"""Members of a page at most: with ids of ten characters a page stays within one write unit (1 KB)."""
MOST_CLAIMS = 10
"""Claims in one write at most: what a FIFO queue hands over at once."""

BOOKED, ALREADY, FULL = "booked", "already", "full"
CANCELLED, LOCKED = "cancelled", "locked"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """A person who wants a place in a slot, under the booking id that the request makes."""

    person: str
    booking: str
    standing: str = Standing.BOOKED
    """Booked, or held for a while."""


@dataclass(frozen=True, slots=True)
class Member:
    """A place taken in a roster."""

    person: str
    booking: str
    standing: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a roster as it was read. ``members`` maps a person's id to their membership."""

    number: int
    capacity: int
    taken: int
    members: Mapping[str, Member]

    @property
    def free(self) -> int:
        """Places left on this page; never negative."""
        return max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch of claims comes to, given the pages as read."""

    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    """By booking id: decided without a write (``booked`` before, ``already``, ``full``)."""
    writes: Sequence[tuple[int, Sequence[Claim]]] = ()
    """Page number and the claims to write there in one conditional update, in order."""


def plan_claims(pages: Sequence[Page], claims: Iterable[Claim]) -> Plan:
    """Lay claims out over a slot's pages.

    A person who is in the roster already under the same booking is booked (the request came again), under another is
    ``already``; the rest fill the pages in order, and whoever finds no room is ``full``.
    """
    members = {person: member for page in pages for person, member in page.members.items()}
    rooms = [(page.number, page.free) for page in sorted(pages, key=lambda page: page.number) if page.free]
    answers: dict[str, str] = {}
    writes: list[tuple[int, list[Claim]]] = []
    seen: dict[str, str] = {}
    for claim in claims:
        member = members.get(claim.person)
        if member is not None:
            answers[claim.booking] = BOOKED if member.booking == claim.booking else ALREADY
        elif claim.person in seen:
            # The same person twice in a batch: the first claim decides, a repeat of it shares its fate.
            if seen[claim.person] != claim.booking:
                answers[claim.booking] = ALREADY
        elif not rooms:
            answers[claim.booking] = FULL
        else:
            seen[claim.person] = claim.booking
            number, free = rooms[0]
            if not writes or writes[-1][0] != number or len(writes[-1][1]) == MOST_CLAIMS:
                writes.append((number, []))
            writes[-1][1].append(claim)
            if free == 1:
                rooms.pop(0)
            else:
                rooms[0] = (number, free - 1)
    return Plan(answers, tuple((number, tuple(those)) for number, those in writes))


def page_capacities(capacity: int) -> tuple[int, ...]:
    """The capacities of the pages of a new slot: full pages first. Raises ValueError for a negative capacity."""
    if capacity < 0:
        raise ValueError("a slot cannot hold fewer than nobody")
    whole, rest = divmod(capacity, PAGE_CAPACITY)
    return (PAGE_CAPACITY,) * whole + ((rest,) if rest else ())


def plan_resize(pages: Sequence[Page], capacity: int) -> Mapping[int, int]:
    """New capacities of pages (by number; one that does not exist yet is to be made) for a slot of ``capacity``.

    Growing fills existing pages up to forty, then adds pages. Shrinking takes from the last page first and never below
    what is taken there, so the slot may stay larger than asked.
    """
    wanted = max(0, capacity)
    now = {page.number: page.capacity for page in pages}
    taken = {page.number: page.taken for page in pages}
    difference = wanted - sum(now.values())
    changed: dict[int, int] = {}
    if difference < 0:
        for number in sorted(now, reverse=True):
            less = min(-difference, max(0, now[number] - taken[number]))
            if less:
                changed[number] = now[number] - less
                difference += less
    else:
        for number in sorted(now):
            more = min(difference, max(0, PAGE_CAPACITY - now[number]))
            if more:
                changed[number] = now[number] + more
                difference -= more
        number = max(now, default=-1) + 1
        for size in page_capacities(difference):
            changed[number] = size
            number += 1
    return changed


def may_become(stands: str, marked: str) -> bool:
    """Whether a place can be marked so: a held one as booked, a booked one as given or not come, and then as given.

    Before a held place is taken it is nobody's visit, that could be given or missed.
    """
    return marked in _MARKS.get(stands, ())


_MARKS: Mapping[str, frozenset[str]] = {
    Standing.HELD: frozenset({Standing.BOOKED}),
    Standing.BOOKED: frozenset({Standing.GIVEN, Standing.ABSENT}),
    Standing.ABSENT: frozenset({Standing.GIVEN}),
}


def is_live(standing: str) -> bool:
    """Whether a membership still holds a place that could be given back."""
    return standing in (Standing.BOOKED, Standing.HELD)
