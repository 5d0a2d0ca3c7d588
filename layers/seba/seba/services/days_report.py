"""What became of the places of each day, for whoever publishes them: counts, never names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from seba.domain.appointments import Standing
from seba.domain.errors import Refused
from seba.domain.sessions import Centre, Session
from seba.services.ports import Programme, Rosters
from seba.services.rosters_of_day import sessions_of_day

MOST_DAYS: Final = 62
"""Of one report: one Query per slot, and sessions are kept for sixty days."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One centre on one day: its open and closed sessions together."""

    centre: str
    day: date
    capacity: int
    """Everybody who can come, with a booking or without."""
    walk_in: int
    """The part of the capacity that is kept for people without a booking."""
    booked: int
    """Bookings in all, whatever became of them."""
    came: int
    """Bookings whose dose was given."""
    absent: int
    """Bookings that the centre marked as not come."""
    held: int
    """Places kept for a few minutes for somebody in line; not among ``booked``."""

    @property
    def free(self) -> int:
        """Places that can still be booked; 0 when more are taken than there are."""
        return max(0, self.capacity - self.walk_in - self.booked - self.held)


def days_report(
    first: date, last: date, centres: Mapping[str, Centre], programme: Programme, rosters: Rosters
) -> tuple[DayCount, ...]:
    """The counts of these centres, by day and centre, both days included.

    Raises Refused when the days are in the wrong order or more than 62.
    """
    if last < first:
        raise Refused(f"{last} is before {first}: name the earlier day first")
    if (last - first).days >= MOST_DAYS:
        raise Refused(f"from {first} to {last} are more than {MOST_DAYS} days: ask for fewer at once")
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(
        _count(centre, day, sessions, rosters)
        for day in days
        for centre, sessions in sessions_of_day(day, programme).items()
        if centre in centres
    )


def _count(centre: str, day: date, sessions: Iterable[Session], rosters: Rosters) -> DayCount:
    slots = [(session, slot) for session in sessions for slot in session.slots]
    standings = [member.standing for _, slot in slots for member in rosters.members(slot.id)]
    return DayCount(
        centre,
        day,
        capacity=sum(slot.capacity for _, slot in slots),
        walk_in=sum(slot.capacity - session.places(slot) for session, slot in slots),
        booked=sum(each != Standing.HELD for each in standings),
        came=standings.count(Standing.GIVEN),
        absent=standings.count(Standing.ABSENT),
        held=standings.count(Standing.HELD),
    )
