"""Standing in line: alerts, waiting list and draws are one list to the citizen, with one wish per person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from seba.conversation.desk import Desk
from seba.conversation.records import Opening
from seba.conversation.say import Act, Enlist, EnterDraw, Leave
from seba.conversation.talk import Talk
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.domain.people import Person
from seba.domain.rules import Dose, Rules
from seba.domain.sessions import Session
from seba.domain.wishes import REACH, Entry, Wish, choices, is_near, rank


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


def next_opening(talk: Talk, desk: Desk, number: str) -> Opening | None:
    """The soonest announced opening (or draw that still takes wishes) with a place that suits this person."""
    wish = wish_of(talk, number)
    if wish is None:
        return None
    entry = entry_of(talk, desk, number, wish)
    for opening in desk.openings():
        centre = desk.centres.get(opening.centre)
        if centre is None or not (opening.centre in entry.centres or is_near(entry.pin, centre, desk.areas)):
            continue
        draw = desk.draw(opening.draw) if opening.draw else None
        is_to_come = opening.at > desk.now if draw is None else draw.takes_wishes(desk.now, desk.now)
        found = [session for each in opening.sessions if (session := desk.session(each)) is not None]
        sessions = [session for session in found if may_be_given(entry, session, desk.rules)]
        suits = any(entry.suits(session, slot) for session in sessions for slot in session.slots)
        if is_to_come and suits:
            return opening
    return None


def wishes_in(draw: str, talk: Talk, desk: Desk) -> tuple[EnterDraw, ...]:
    """The entries of a citizen's people into a draw: of everybody in line whom some place of it suits."""
    ids = {session for opening in desk.openings() if opening.draw == draw for session in opening.sessions}
    sessions = {each: found for each in sorted(ids) if (found := desk.session(each)) is not None}
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
