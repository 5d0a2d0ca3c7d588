"""Standing in line: alerts, waiting list and draws are one list to the citizen, with one wish per person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from seba.conversation.desk import Desk
from seba.conversation.say import Act, Enlist, EnterDraw, Leave
from seba.conversation.talk import Talk
from seba.domain.appointments import Standing
from seba.domain.calendar import BOOKING_HORIZON_DAYS, at_the_desk
from seba.domain.draws import Draw
from seba.domain.people import Person
from seba.domain.places import distance
from seba.domain.rules import Dose, Rules
from seba.domain.sessions import Session
from seba.domain.wishes import REACH, Entry, Wish, choices, rank


@dataclass(frozen=True, slots=True)
class Lined:
    """What joining or leaving the line comes to: the wishes as they are then, and what has to be written."""

    wishes: Mapping[str, Wish]
    acts: tuple[Act, ...]

    @property
    def change(self) -> dict[str, object]:
        """As a move's change of the talk."""
        return {"wishes": self.wishes}


def next_dose(person: Person) -> int:
    """The dose that somebody needs next."""
    return person.doses_had + 1


def earliest_for(person: Person, desk: Desk) -> date:
    """The first day, from today on, on which somebody may take their next dose; ``date.max`` for never."""
    today = at_the_desk(desk.now).date()
    if person.last_dose is None:
        return today
    dose = next_dose(person)
    return desk.rules.earliest_day(person.last_dose, person.vaccine, dose=dose, not_before=today) or date.max


def due_day(person: Person, desk: Desk, on: date) -> date | None:
    """The last day by which the rules of a day advise the second dose; None for other doses: they are never overdue."""
    if next_dose(person) != Dose.SECOND or person.last_dose is None:
        return None
    interval = desk.rules.interval(person.vaccine, Dose.SECOND, on)
    return None if interval is None else person.last_dose + timedelta(days=interval.at_most or interval.at_least)


def entry_of(talk: Talk, desk: Desk, number: str, wish: Wish) -> Entry:
    """A person's place in line, as it follows from what they told: the same wish always has the same keys.

    ``Entry.person`` is the number only: whose it is, the service adds that commits the turn.
    """
    person = talk.people[number]
    return Entry(
        person=number,
        dose=wish.dose,
        vaccine=person.vaccine,
        pin=talk.homes.get(number, ""),
        rank=rank(due_day(person, desk, at_the_desk(wish.since).date()), wish.since),
        centres=wish.centres,
        days=wish.days,
        hours=wish.hours,
        most=wish.most,
        earliest=earliest_for(person, desk),
        born=person.born,
    )


def wish_of(talk: Talk, number: str) -> Wish | None:
    """What a person waits for now, or None: a wish for a dose that they have had meanwhile is none."""
    wish, person = talk.wishes.get(number), talk.people.get(number)
    return wish if wish is not None and person is not None and wish.dose == next_dose(person) else None


def join(talk: Talk, desk: Desk, number: str, wish: Wish | None = None) -> Lined:
    """Put a person in line, or change what they wish for; without ``wish`` as they stand, or anything near and free."""
    before = wish_of(talk, number)
    made = wish or before or Wish(next_dose(talk.people[number]), desk.now.replace(microsecond=0))
    if before is not None:
        made = replace(made, since=before.since)
    return Lined({**talk.wishes, number: made}, (Enlist(entry_of(talk, desk, number, made)),))


def leave(talk: Talk, desk: Desk, number: str) -> Lined:
    """Take a person out of the line."""
    rest = {other: wish for other, wish in talk.wishes.items() if other != number}
    wish = talk.wishes.get(number)
    if wish is None or number not in talk.people:
        return Lined(rest, ())
    entry = entry_of(talk, desk, number, wish)
    return Lined(rest, (Leave(number, entry.dose, entry.vaccine, entry.pin, entry.rank),))


def may_hold(talk: Talk, number: str, dose: int, on: date) -> bool:
    """Whether a place may be held for, or drawn for, this person ``on`` a day: they need the dose and have no place.

    A visit day that passed without a mark of the centre is no place any more.
    """
    person = talk.people.get(number)
    if person is None or next_dose(person) != dose:
        return False
    mine = (a for a in talk.appointments if (a.person, a.dose) == (number, dose))
    return not any(a.standing is Standing.GIVEN or (a.standing is Standing.BOOKED and a.day >= on) for a in mine)


def waits_for(talk: Talk, number: str, dose: int, on: date) -> bool:
    """Whether a person still waits for a place for this dose, ``on`` a day, and may be written to."""
    wish = wish_of(talk, number)
    return wish is not None and wish.dose == dose and may_hold(talk, number, dose, on) and not talk.stopped


def bears_out(talk: Talk, entry: Entry, on: date) -> bool:
    """Whether the citizen's own state says ``on`` a day what an entry in line says (of a person id).

    A place that is held for them does not count: they may yet decline it.
    """
    number = entry.person[-1]
    return waits_for(talk, number, entry.dose, on) and talk.homes.get(number) == entry.pin


def may_be_given(entry: Entry, session: Session, rules: Rules) -> bool:
    """Whether the rules admit somebody of this age to the vaccine on the session's day, if it would be their first."""
    return entry.dose != Dose.FIRST or rules.admits(entry.born, session.vaccine, session.day)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What opens next for somebody: from when on, where, and the draw it belongs to, if any."""

    at: datetime
    """The announced hour; of a draw its close."""
    centre: str
    draw: Draw | None = None


def announced(desk: Desk) -> Iterator[Session]:
    """Sessions that open by themselves, or wait for their draw, as far ahead as one may book."""
    today = at_the_desk(desk.now).date()
    for days in range(BOOKING_HORIZON_DAYS + 1):
        rows = desk.board(today + timedelta(days=days))
        yield from (row.session for row in rows if row.session.is_announced(desk.now))


def next_opening(talk: Talk, desk: Desk, number: str) -> Upcoming | None:
    """The soonest announced hour (or draw that still takes wishes) with a place that suits this person, the nearest."""
    wish = wish_of(talk, number)
    home = desk.areas.by_pin(talk.homes.get(number, ""))
    if wish is None or home is None:
        return None
    entry = entry_of(talk, desk, number, wish)
    found: list[tuple[datetime, int, str, Upcoming]] = []
    for session in announced(desk):
        centre = desk.centres.get(session.centre)
        suits = any(entry.suits(session, slot) for slot in session.slots)
        if centre is None or not suits or not may_be_given(entry, session, desk.rules):
            continue
        metres = distance(home.lat, home.lon, centre.latitude, centre.longitude)
        draw = desk.draw(session.draw) if session.draw else None
        at = session.opens if draw is None else draw.closes
        is_to_come = not session.draw if draw is None else draw.takes_wishes(desk.now, desk.now)
        if at is not None and is_to_come and in_reach(metres, centre.id, wish):
            found.append((at, metres, centre.id, Upcoming(at, centre.id, draw)))
    return min(found, key=lambda each: each[:3])[3] if found else None


def wishes_in(draw: str, talk: Talk, desk: Desk) -> tuple[EnterDraw, ...]:
    """The entries of a citizen's people into a draw: of everybody in line whom some place of it suits."""
    sessions = {session.id: session for session in announced(desk) if session.draw == draw}
    today = at_the_desk(desk.now).date()
    entered = []
    for number in sorted(talk.wishes):
        wish = wish_of(talk, number)
        if wish is None or not may_hold(talk, number, wish.dose, today):
            continue
        entry = entry_of(talk, desk, number, wish)
        admitted = {each: found for each, found in sessions.items() if may_be_given(entry, found, desk.rules)}
        slots = choices(entry, admitted, desk.centres, desk.areas)
        due = due_day(talk.people[number], desk, today)
        if slots:
            entered.append(EnterDraw(draw, number, due is not None and due < today, tuple(slots)))
    return tuple(entered)


def in_reach(metres: int, centre: str, wish: Wish | None) -> bool:
    """Whether a centre is near enough to be offered unasked, or one of the wished ones."""
    return metres <= REACH or (wish is not None and centre in wish.centres)
