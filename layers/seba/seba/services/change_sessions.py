"""What a publisher does with sessions that are published: move, cancel, pause, resume, and look at their days.

For the ``seba`` command and the publishers' interface alike. Everybody changes their own centres only. A change is one
transaction per session: the session, its board and the news for its people stand together or not at all, and rosters
never move (before a move to a later day they are kept for longer, which harms nothing where the move is not made). So a
command that was interrupted is simply given again: sessions that are as wanted are left alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final, Protocol

from seba.conversation.records import News, Publisher
from seba.domain.calendar import at_the_desk
from seba.domain.draws import Draw
from seba.domain.errors import Conflict, Refused
from seba.domain.ids import session_id, short_hash
from seba.domain.roster import Member, is_live
from seba.domain.rules import Rules
from seba.domain.session_files import MOST_DAYS_AHEAD, forbidden
from seba.domain.sessions import Centre, Life, Session, Slot
from seba.services.days_report import DayCount, days_report
from seba.services.ports import Names, Programme, Rosters

MOST_TRIES: Final = 5
"""Of a change while others write the same session or board."""
MOVED, CANCELLED = "moved", "cancelled"
"""What ``News.what`` says."""


class Timetable(Programme, Protocol):
    """Centres, sessions and publishers, never from a cache (``seba.storage.facts.Timetable``)."""

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""

    def publishers(self) -> Mapping[str, Publisher]:
        """All publishers by id."""

    def days(self) -> Sequence[date]:
        """Every day that has published sessions, in order."""

    def change_session(self, before: Session, after: Session, news: News | None = None) -> None:
        """Change session and board (its day and centre too) and note the news, in one transaction.

        Raises Conflict when it is no longer ``before``.
        """


class Draws(Protocol):
    """The draws that were announced."""

    def all(self) -> Sequence[Draw]:
        """Every draw kept."""


@dataclass(frozen=True, slots=True)
class ChangePorts:
    """What changing sessions needs of the world."""

    timetable: Timetable
    rosters: Rosters
    names: Names
    rules: Rules
    draws: Draws
    clock: Callable[[], datetime]
    """The time at the desk, aware."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command came to."""

    sessions: tuple[Session, ...]
    """Those that changed, as they stand now."""
    unchanged: int
    """How many stood so already."""
    people: int
    """How many have a place in the changed ones."""


@dataclass(frozen=True, slots=True)
class _Named:
    """Which of a day's sessions a command means."""

    vaccine: str | None = None
    dose: int | None = None
    session: str | None = None

    def __str__(self) -> str:
        parts = ["session"]
        parts += [self.session.upper()] if self.session is not None else []
        parts += [f"of {self.vaccine}"] if self.vaccine is not None else []
        parts += [f"for dose {self.dose}"] if self.dose is not None else []
        return " ".join(parts)

    @property
    def is_one(self) -> bool:
        """Whether one session is meant; else it is all of the day."""
        return self != _Named()

    @property
    def to_mend(self) -> str:
        """What may be written wrongly."""
        parts = ["centre", "day", "vaccine"]
        parts += ["dose"] * (self.dose is not None) + ["session"] * (self.session is not None)
        return f"{', '.join(parts[:-1])} or {parts[-1]}"

    def among(self, sessions: Sequence[Session]) -> list[Session]:
        """Those that fit."""
        return [
            each
            for each in sessions
            if self.vaccine in (None, each.vaccine)
            and (self.dose is None or self.dose in each.doses)
            and (self.session is None or self.session.upper() == each.id)
        ]

    def living(self, sessions: Sequence[Session]) -> list[Session]:
        """Those that fit and were not cancelled."""
        return [each for each in self.among(sessions) if each.life is not Life.CANCELLED]


class SessionChanges:
    """The commands. ``publisher`` is who asks, by id; empty for the desk's operator, who owns what nobody else does.

    Each raises Refused with what to do (nothing was changed then), Conflict when others kept writing the same session,
    and NotNow; after the last two the same call goes on where it stopped.
    """

    def __init__(self, ports: ChangePorts) -> None:
        self._ports = ports

    def move(
        self,
        publisher: str,
        centre: str,
        day: date,
        vaccine: str,
        *,
        to_day: date | None = None,
        to_centre: str | None = None,
        dose: int | None = None,
        session: str | None = None,
    ) -> Changed:
        """Move a centre's session of a vaccine on a day, with everybody booked, to another day, centre, or both.

        Of several it is the one for ``dose``, or the one with the id ``session``. Refused: more than one that fits, a
        day that is past or full (that vaccine is given there at the same hours), a centre of somebody else, a session
        that has begun, a day on which the rules forbid it or somebody booked would come too early.
        """
        now = at_the_desk(self._ports.clock())
        self._own(publisher, centre)
        there = centre if to_centre is None else to_centre
        self._own(publisher, there)
        then = day if to_day is None else to_day
        if (there, then) == (centre, day):
            raise Refused("it is there already: name another day or another centre")
        _refuse_far_days(then, now)
        named = _Named(vaccine, dose, session)
        found = named.living(self._sessions(centre, day))
        at_target = [each for each in self._sessions(there, then) if each.vaccine == vaccine]
        at_target = [each for each in at_target if each.life is not Life.CANCELLED]
        if not found:
            moved = named.living(at_target)
            if any(each.moved for each in moved):
                return Changed((), len(moved), 0)
            raise Refused(f"{centre} has no {named} on {day}: mend {named.to_mend} (see seba days)")
        if len(found) > 1:
            raise _several(centre, day, named, found)
        (moving,) = found
        members = self._members(moving)
        self._refuse_move(moving, then, there, members, at_target, now)
        if then > day:
            for slot in moving.slots:
                self._ports.rosters.keep(slot.id, replace(moving, day=then).kept_until)
        after = self._write(
            moving, lambda stands: replace(stands, day=then, centre=there, moved=now), _news(MOVED, moving, now)
        )
        return Changed((after,), 0, len(members))

    def cancel(
        self,
        publisher: str,
        centre: str,
        day: date,
        vaccine: str | None = None,
        *,
        dose: int | None = None,
        session: str | None = None,
    ) -> Changed:
        """Cancel all sessions of a centre's day, or the one that is named; whoever is booked is freed and told.

        Named is one by its vaccine, dose or id; where several are, it is refused. So is a whole day with a closed
        session beside the one that came in its place: its people keep their places unless it is named.
        """
        now = at_the_desk(self._ports.clock())
        self._own(publisher, centre)
        named = _Named(vaccine, dose, session)
        found = named.among(self._sessions(centre, day))
        if not found:
            raise Refused(f"{centre} has no {named} on {day}: mend {named.to_mend} (see seba days)")
        wanted = [each for each in found if each.life is not Life.CANCELLED]
        coming = [each for each in wanted if _end(each) > now]
        if wanted and not coming:
            raise Refused(f"the session of {day} at {centre} is over: there is nothing to cancel")
        if len(coming) > 1 and (named.is_one or _closed_beside_another(coming)):
            raise _several(centre, day, named, coming)
        people = sum(len(self._members(each)) for each in coming)
        changed = tuple(
            self._write(each, lambda stands: replace(stands, life=Life.CANCELLED), _news(CANCELLED, each, now))
            for each in coming
        )
        return Changed(changed, len(found) - len(wanted), people)

    def pause(self, publisher: str, centre: str, day: date | None = None) -> Changed:
        """Let nothing new be booked at a centre, on a day or on all its coming days; bookings stand."""
        return self._pause(publisher, centre, day, paused=True)

    def resume(self, publisher: str, centre: str, day: date | None = None) -> Changed:
        """Let a paused centre be booked again, on a day or on all its coming days."""
        return self._pause(publisher, centre, day, paused=False)

    def days_report(self, publisher: str, first: date, last: date) -> tuple[DayCount, ...]:
        """What became of the places of the publisher's centres, by day and centre, both days included."""
        self._known(publisher)
        centres = {id_: each for id_, each in self._ports.timetable.centres().items() if each.publisher == publisher}
        return days_report(first, last, centres, self._ports.timetable, self._ports.rosters)

    # ---- who may -------------------------------------------------------------------------------------------------

    def _known(self, publisher: str) -> None:
        if publisher and publisher not in self._ports.timetable.publishers():
            raise Refused(f"there is no publisher {publisher}: see seba publisher list")

    def _own(self, publisher: str, centre: str) -> None:
        self._known(publisher)
        found = self._ports.timetable.centres().get(centre)
        if found is None:
            raise Refused(f"there is no centre {centre}: mend the name, or publish it first")
        if found.publisher != publisher:
            whose = f"the publisher {found.publisher}" if found.publisher else "the desk's own operator"
            raise Refused(f"{centre} belongs to {whose}: only they can change its sessions")

    # ---- looking -------------------------------------------------------------------------------------------------

    def _sessions(self, centre: str, day: date) -> list[Session]:
        sessions = self._ports.timetable.sessions(day)
        return sorted((each for each in sessions if each.centre == centre), key=lambda each: each.id)

    def _members(self, session: Session) -> list[Member]:
        """Everybody who holds a place that could be given back."""
        members = [member for slot in session.slots for member in self._ports.rosters.members(slot.id)]
        return [member for member in members if is_live(member.standing)]

    # ---- moving --------------------------------------------------------------------------------------------------

    def _refuse_move(
        self,
        session: Session,
        day: date,
        centre: str,
        members: Sequence[Member],
        at_target: Sequence[Session],
        now: datetime,
    ) -> None:
        if min(map(session.starts, session.slots)) <= now:
            raise Refused(f"the session of {session.day} has begun: it can be cancelled, and no longer be moved")
        after = replace(session, day=day, centre=centre)
        begins = min(map(after.starts, after.slots))
        if begins <= now:
            raise Refused(f"on {day} its first hour, {begins:%H:%M}, has passed: move it to another day")
        if session.opens is not None and begins <= session.opens:
            raise Refused(f"it opens on {at_the_desk(session.opens):%Y-%m-%d %H:%M}: move it to a later day")
        self._refuse_before_the_draw(session, begins)
        for other in at_target:
            clash = next((one for one, its in product(other.slots, session.slots) if _overlap(one, its)), None)
            if clash is not None and not _came_from(other, session):
                hours = f"{clash.start:%H:%M}-{clash.end:%H:%M}"
                raise Refused(
                    f"the day is full: {centre} gives {session.vaccine} on {day} at {hours} already;"
                    " choose another day or centre, or cancel that session first"
                )
        self._refuse_what_rules_forbid(after)
        if day < session.day:
            self._refuse_too_early(after, members)

    def _refuse_before_the_draw(self, session: Session, begins: datetime) -> None:
        """Places that begin while wishes are still collected would never be drawn."""
        if session.draw and not session.drawn:
            draw = next((each for each in self._ports.draws.all() if each.id == session.draw), None)
            if draw is not None and begins <= draw.closes:
                raise Refused(
                    f"its draw {draw.id} closes on {at_the_desk(draw.closes):%Y-%m-%d %H:%M}: move it to a later day"
                )

    def _refuse_what_rules_forbid(self, after: Session) -> None:
        wrong = forbidden(self._ports.rules, after.day, after.vaccine, after.doses, after.fee, after.ages)
        if wrong is not None:
            raise Refused(f"{wrong.problem}: choose another day")

    def _refuse_too_early(self, after: Session, members: Sequence[Member]) -> None:
        """Only an earlier day can be too early; being late is never refused."""
        rules, earliest = self._ports.rules, after.day
        early = 0
        for person in self._ports.names.people([member.person for member in members]).values():
            if person.last_dose is None:
                continue
            dose = person.doses_had + 1
            if rules.is_over(person.last_dose, after.vaccine, after.day, dose=dose):
                continue
            early += 1
            day = rules.earliest_day(person.last_dose, after.vaccine, dose=dose, not_before=after.day)
            earliest = max(earliest, day or after.day)
        if early:
            who = "1 person booked would come before their interval is over" if early == 1 else ""
            who = who or f"{early} people booked would come before their interval is over"
            raise Refused(f"{who}: from {earliest} on it is over for all of them")

    # ---- pausing -------------------------------------------------------------------------------------------------

    def _pause(self, publisher: str, centre: str, day: date | None, *, paused: bool) -> Changed:
        now = at_the_desk(self._ports.clock())
        self._own(publisher, centre)
        if day is not None and day < now.date():
            raise Refused(f"{day} is past: name a day to come, or none for all of them")
        days = [day] if day is not None else [each for each in self._ports.timetable.days() if each >= now.date()]
        found = [
            each
            for on in days
            for each in self._sessions(centre, on)
            if each.life in (Life.PROVISIONAL, Life.STOCKED, Life.OPEN) and _end(each) > now
        ]
        if not found:
            when = f"on {day}" if day is not None else "to come"
            raise Refused(f"{centre} has no session {when}: see seba days")
        wanted = [each for each in found if each.paused != paused]
        changed = tuple(self._write(each, lambda stands: replace(stands, paused=paused)) for each in wanted)
        return Changed(changed, len(found) - len(wanted), sum(len(self._members(each)) for each in changed))

    # ---- writing -------------------------------------------------------------------------------------------------

    def _write(self, session: Session, alter: Callable[[Session], Session], news: News | None = None) -> Session:
        """Alter a session, though others may be writing it or its board, or the answer to a write gets lost."""
        before, after = session, alter(session)
        for tries_left in reversed(range(MOST_TRIES)):
            try:
                self._ports.timetable.change_session(before, after, news)
            except Conflict:
                stands = self._ports.timetable.session(session.id)
                if stands == after:
                    return after
                if stands is None or (stands.day, stands.centre) != (session.day, session.centre) or not tries_left:
                    raise
                if stands.life is Life.CANCELLED:
                    raise
                before, after = stands, alter(stands)
            else:
                return after
        raise Conflict("a session that others keep writing")


def _news(what: str, session: Session, now: datetime) -> News:
    """The news of a change. The change itself is made once, so a later one of the same session is other news."""
    id_ = short_hash(f"{what} {session.id} {session.day} {session.centre} {now.isoformat()}").hex()
    return News(id_, what, session.id, session.day, session.centre)


def _refuse_far_days(day: date, now: datetime) -> None:
    if day < now.date():
        raise Refused(f"{day} is past: today is {now.date()}")
    if day - now.date() > timedelta(days=MOST_DAYS_AHEAD):
        raise Refused(f"{day} is more than a year ahead: move it nearer")


def _closed_beside_another(sessions: Sequence[Session]) -> bool:
    """Whether one of them is closed, and another for the same doses of its vaccine is not."""
    closed = [each for each in sessions if each.life is Life.CLOSED]
    others = [each for each in sessions if each.life is not Life.CLOSED]
    return any(
        one.vaccine == other.vaccine and not set(one.doses).isdisjoint(other.doses)
        for one, other in product(closed, others)
    )


def _several(centre: str, day: date, named: _Named, sessions: Sequence[Session]) -> Refused:
    """A refusal that names them, and what tells them apart."""
    told = "; ".join(
        f"{each.id} ({each.vaccine}, dose {'+'.join(map(str, each.doses))}, {each.life}, {_hours(each)})"
        for each in sessions
    )
    vaccines = {each.vaccine for each in sessions}
    all_doses = [dose for each in sessions for dose in each.doses]
    by_dose = len(vaccines) == 1 and len(set(all_doses)) == len(all_doses)
    remedy = "add the dose, or the id as the session" if by_dose else "add the id of one as the session"
    return Refused(f"{centre} has more than one {named} on {day}: {told}; {remedy}")


def _hours(session: Session) -> str:
    first, last = min(slot.start for slot in session.slots), max(slot.end for slot in session.slots)
    return f"{first:%H:%M}-{last:%H:%M}"


def _end(session: Session) -> datetime:
    return max(map(session.ends, session.slots))


def _overlap(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end


def _came_from(other: Session, session: Session) -> bool:
    """Whether a session stood beside this one before it was moved, so that both may be at the same hours again."""
    here = (session.centre, session.day.isoformat(), other.vaccine, other.doses)
    return other.moved is not None and other.id in {session_id(*here, attempt) for attempt in range(MOST_TRIES)}
