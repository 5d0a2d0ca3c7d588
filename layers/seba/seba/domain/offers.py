"""Which places can be offered: the nearest centres with room, and their times in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seba.domain.calendar import BOOKING_HORIZON_DAYS, at_the_desk
from seba.domain.places import distance
from seba.domain.rules import Dose, Rules
from seba.domain.sessions import BoardRow, Centre, OpenSlot, Session, Slot

Board = Callable[[date], Sequence[BoardRow]]
Spot = tuple[float, float]
"""Latitude and longitude in degrees."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CentreOffer:
    """A centre that has room, how far it is (metres), and its free times, earliest first."""

    centre: Centre
    metres: int
    slots: tuple[OpenSlot, ...]

    @property
    def first(self) -> OpenSlot:
        """The earliest free time."""
        return self.slots[0]

    @property
    def free(self) -> int:
        """Places left over all these times."""
        return sum(each.free for each in self.slots)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody needs: the vaccine, the dose, from which day on, where they are, and under which rules."""

    vaccine: str
    """Empty for any that the rules admit."""
    dose: int
    earliest: date
    spot: Spot
    rules: Rules
    born: int | None = None
    """Year of birth, where it was asked."""
    most: int | None = None
    """The most they want to pay, in paise; None when they have not said."""
    only: Callable[[Session, Slot], bool] | None = None
    """What else they wish for: a slot for which it says no is left out."""

    def suits(self, session: Session) -> bool:
        """Whether vaccine, dose, age and price of a session fit, and whether its day is not too early."""
        return (
            self.dose in session.doses
            and self.vaccine in ("", session.vaccine)
            and self.earliest <= session.day
            and (self.most is None or session.fee <= self.most)
            and session.admits_age(self.born)
            and self._admitted(session)
        )

    def wishes_for(self, session: Session, slot: Slot) -> bool:
        """Whether nothing they said speaks against this slot."""
        return self.only is None or self.only(session, slot)

    def _admitted(self, session: Session) -> bool:
        """Whether the rules of the session's day give a first dose of its vaccine to somebody of that year."""
        return self.dose != Dose.FIRST or self.rules.admits(self.born, session.vaccine, session.day)


def nearest_offers(wanted: Wanted, board: Board, centres: Mapping[str, Centre], now: datetime) -> list[CentreOffer]:
    """The centres with room in the first week that has any, nearest first.

    Weeks count from the earliest permitted day, up to the booking horizon: a centre round the corner with a place on
    Friday comes before one across the city with a place on Tuesday.
    """
    today = at_the_desk(now).date()
    day, last = max(wanted.earliest, today), last_bookable_day(now)
    while day <= last:
        offers = _offers_between(wanted, board, centres, now, day, min(day + WEEK - timedelta(days=1), last))
        if offers:
            return offers
        day += WEEK
    return []


def times_at(centre: str, wanted: Wanted, board: Board, now: datetime, enough: int) -> list[OpenSlot]:
    """The free times of one centre, earliest first; stops looking at the end of the day that makes it ``enough``."""
    found: list[OpenSlot] = []
    day = max(wanted.earliest, at_the_desk(now).date())
    while day <= last_bookable_day(now) and len(found) < enough:
        free = _free_slots(wanted, board, now, day, day)
        found += sorted((each for each in free if each.session.centre == centre), key=_by_time)
        day += timedelta(days=1)
    return found


def last_bookable_day(now: datetime) -> date:
    """The last day that is offered at all."""
    return at_the_desk(now).date() + timedelta(days=BOOKING_HORIZON_DAYS)


def _offers_between(
    wanted: Wanted, board: Board, centres: Mapping[str, Centre], now: datetime, first: date, last: date
) -> list[CentreOffer]:
    by_centre: dict[str, list[OpenSlot]] = {}
    for each in _free_slots(wanted, board, now, first, last):
        by_centre.setdefault(each.session.centre, []).append(each)
    offers = [
        CentreOffer(
            centres[id_],
            distance(*wanted.spot, centres[id_].latitude, centres[id_].longitude),
            tuple(sorted(slots, key=_by_time)),
        )
        for id_, slots in by_centre.items()
        if id_ in centres
    ]
    return sorted(offers, key=lambda offer: (offer.metres, offer.centre.id))


def _free_slots(wanted: Wanted, board: Board, now: datetime, first: date, last: date) -> Iterator[OpenSlot]:
    day = first
    while day <= last:
        for row in board(day):
            session = row.session
            if not wanted.suits(session) or not session.is_on_offer(now):
                continue
            for slot in session.slots:
                free = row.free.get(slot.id, 0)
                if free > 0 and wanted.rules.bookable(session.starts(slot), now) and wanted.wishes_for(session, slot):
                    yield OpenSlot(session, slot, free)
        day += timedelta(days=1)


def _by_time(each: OpenSlot) -> tuple[date, object, str]:
    return each.session.day, each.slot.start, each.slot.id
