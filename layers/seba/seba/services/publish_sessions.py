"""Publish what an operator wrote: PIN areas, centres, sessions and slots.

A centre is published all or nothing, by whoever published it first, and no other waits for it. Everything new is
written unreleased first: the centre's facts, its sessions with their boards, the pages of their rosters, and what is to
be told of them (``Opening``). Then one last write releases the batch, and all of it is offered at once. Whoever was
interrupted publishes again: what is there is taken over, and the same file a second time writes nothing.

Of a session that was released only its life, its ages and an hour still to come change here (one conditional
transaction on session and board), and its places on request: the slot's own queue does that, behind the bookings
(``Ask.RESIZE``). It is asked again as long as the roster is of another size: an interruption may have left it so, and a
slot does not shrink below what is taken. What was moved or cancelled by command stays so, whatever the file says.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from seba.conversation.records import Effect, Opening, effect_id
from seba.conversation.records import Publisher as Owner
from seba.conversation.say import Ask, Request
from seba.domain.calendar import at_the_desk
from seba.domain.csv_files import Fault, Sheet, read_sheet
from seba.domain.draws import Draw
from seba.domain.errors import Conflict, Refused
from seba.domain.ids import session_id, short_hash, slot_id
from seba.domain.places import Area
from seba.domain.publishing import AREAS, DESKS, KINDS, OPTIONAL, SESSIONS, read_areas
from seba.domain.rules import Rules
from seba.domain.session_files import Ground, WantedCentre, WantedSession, read_sessions
from seba.domain.sessions import BoardRow, Centre, Life, Session, Slot

PUBLISHER: Final = "publisher"
"""Who asks the booking room for another capacity: no citizen waits for the answer."""
MOST_COLLISIONS: Final = 8
"""Session ids that may be somebody else's before a free one is found; each is taken with a chance of 1 in 10^4."""

MOST_TRIES: Final = 5
"""Of a change while others write the same board."""

RELEASE_SEEN: Final = timedelta(minutes=1)
"""So long the desk may not know of a release (its centres are kept for a minute): nobody is told of it earlier."""

_ORDER: Final = tuple(Life)
"""In the order of life."""
_OVER: Final = (Life.CLOSED, Life.CANCELLED)

type Tick = Callable[[int, int], None]
"""Told after each session: how many are done, of how many."""
type _Identity = tuple[str, date, str]
"""Centre, day, vaccine."""


class Timetable(Protocol):
    """Centres, areas, sessions and boards, never from a cache (``seba.storage.facts.Timetable``)."""

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code."""

    def session(self, session: str) -> Session | None:
        """A session by id."""

    def board(self, day: date) -> Sequence[BoardRow]:
        """The whole board of a day, released or not."""

    def publishers(self) -> Mapping[str, Owner]:
        """All publishers by id."""

    def save_centre(self, centre: Centre) -> None:
        """Store a centre's facts; which batches are released is not touched. Raises Conflict when it is another's."""

    def release(self, centre: str, batch: str, at: datetime) -> None:
        """Offer a batch from now on."""

    def save_area(self, area: Area) -> None:
        """Store a PIN area."""

    def add_session(self, session: Session, instead_of: Session | None = None) -> bool:
        """Store an unreleased session with its board: False when the id is taken."""

    def change_session(self, before: Session, after: Session) -> None:
        """Change a session and its board. Raises Conflict when it is no longer ``before``."""

    def announce_opening(self, opening: Opening) -> None:
        """Let everybody who waits hear of it when its time comes; under the same hour and id again replaces it."""


class Announced(Protocol):
    """What is still to be told (``Novelties``)."""

    def openings(self) -> Sequence[Opening]:
        """Every opening that has not been told to the end."""

    def told(self, opening: Opening) -> None:
        """It need not be told any more."""


class Draws(Protocol):
    """The draws that were announced."""

    def all(self) -> Sequence[Draw]:
        """Every draw kept."""


class Places(Protocol):
    """The rosters, as far as publishing needs them."""

    def open(self, slot: str, capacity: int, until: datetime) -> bool:
        """Make a slot's pages, once, to be forgotten after ``until``: whether all were new."""

    def free(self, slot: str) -> tuple[int, int]:
        """Capacity and taken."""

    def resize(self, slot: str, capacity: int) -> int:
        """Grow or shrink."""


class BookingRoom(Protocol):
    """The queue of the booking room (``Outgoing``)."""

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """Queue each effect under its own id."""


@dataclass(frozen=True, slots=True)
class PublishPorts:
    """What publishing needs of the world."""

    timetable: Timetable
    places: Places
    booking: BookingRoom
    rules: Rules
    draws: Draws
    novelties: Announced
    parallel: int = 1
    """Sessions of a centre that are written at the same time."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one file came to; with ``dry_run`` what it would come to."""

    kind: str
    """``areas`` or ``sessions``; empty when the file is neither."""
    faults: tuple[Fault, ...] = ()
    areas: int = 0
    """PIN areas that are new or changed."""
    centres: int = 0
    """Centres that are new or changed in their facts."""
    held_up: tuple[str, ...] = ()
    """Centres of which nothing was written, because of a fault."""
    added: int = 0
    """New sessions."""
    changed: int = 0
    """Sessions whose life, ages or opening hour changed."""
    resized: int = 0
    """Slots for which the booking room was asked for another capacity."""
    unchanged: int = 0
    """Areas and sessions that stood already as the file wants them."""
    by_command: int = 0
    """Sessions that were moved or cancelled by command, and stay so."""


@dataclass(frozen=True, slots=True)
class _Addition:
    """A session to be stored; ``left`` is what interrupted publications left of it, unreleased, by id."""

    session: Session
    attempt: int
    left: Mapping[str, Session]


@dataclass(frozen=True, slots=True)
class _Change:
    """What differs of a released session; where only its rosters do, ``after`` is ``before``."""

    before: Session
    after: Session
    line: int
    resized: tuple[Slot, ...]
    """The slots, as they are to be, for which another number of places is asked."""

    @property
    def opens(self) -> bool:
        """Whether people who wait are to be told: it becomes open, or opens at another hour."""
        before, after = self.before, self.after
        return after.life is Life.OPEN and (before.life is not Life.OPEN or before.opens != after.opens)


@dataclass(slots=True)
class _Plan:
    """What is to be written for one centre."""

    wanted: WantedCentre
    facts_changed: bool
    batch: str = ""
    additions: list[_Addition] = field(default_factory=list[_Addition])
    changes: list[_Change] = field(default_factory=list[_Change])
    unchanged: int = 0
    by_command: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def resized(self) -> int:
        return sum(len(change.resized) for change in self.changes)

    @property
    def changed(self) -> int:
        """Sessions that change in more than their slots."""
        return sum(replace(each.before, slots=each.after.slots) != each.after for each in self.changes)


def ask_for_places(slot: str, places: int, at: datetime) -> Effect:
    """Ask the booking room that so many of a slot's places can be booked; once per moment (``at``, aware)."""
    cause = short_hash(f"resize {slot} {places} {at.isoformat()}").hex()
    return Effect(effect_id(PUBLISHER, cause, 0), Request(Ask.RESIZE, slot, capacity=places))


class Publisher:
    """Publishes file after file. With ``dry_run`` nothing is written, and later files build on earlier ones.

    ``publisher`` is whose files they are, by id; empty for the desk's operator, who owns what nobody else does.
    """

    def __init__(self, ports: PublishPorts, *, dry_run: bool = False, publisher: str = "") -> None:
        self._ports, self._dry_run, self._publisher = ports, dry_run, publisher
        self._assumed_areas: dict[str, Area] = {}
        self._assumed_centres: dict[str, Centre] = {}

    def publish(self, content: bytes, now: datetime, tick: Tick | None = None) -> Published:
        """Check a file and write what is new in it.

        Raises Refused for an unknown publisher, NotNow when AWS is busy: the same call then goes on.
        """
        tick = tick or _nobody_listens
        owner = self._owner()
        sheet = read_sheet(content, KINDS, OPTIONAL)
        if sheet.kind == AREAS and owner is not None:
            remedy = "publish sessions.csv; ask the operator for areas"
            return Published("", (Fault(1, "", "PIN areas are published by the desk's own operator", remedy),))
        if sheet.kind == AREAS:
            return self._areas(sheet, tick)
        if sheet.kind == SESSIONS:
            return self._sessions(sheet, owner, now, tick)
        if sheet.kind == DESKS:
            return Published("", (Fault(1, "", "this is a file of desk numbers", "seba desk add --file"),))
        return Published("", sheet.faults)

    def _owner(self) -> Owner | None:
        if not self._publisher:
            return None
        owner = self._ports.timetable.publishers().get(self._publisher)
        if owner is None:
            raise Refused(f"there is no publisher {self._publisher}: mend the name, or add it (seba publisher add)")
        return owner

    # PIN areas.

    def _areas(self, sheet: Sheet, tick: Tick) -> Published:
        file = read_areas(sheet)
        standing = self._ports.timetable.areas()
        new = [area for area in file.areas if standing.get(area.pin) != area]
        for done, area in enumerate(new, start=1):
            if not self._dry_run:
                self._ports.timetable.save_area(area)
            tick(done, len(new))
        self._assumed_areas |= {area.pin: area for area in file.areas} if self._dry_run else {}
        return Published(AREAS, file.faults, areas=len(new), unchanged=len(file.areas) - len(new))

    # Centres and sessions.

    def _sessions(self, sheet: Sheet, owner: Owner | None, now: datetime, tick: Tick) -> Published:
        timetable = self._ports.timetable
        today = at_the_desk(now).date()
        standing = dict(timetable.centres())
        known = standing | self._assumed_centres
        pins = timetable.areas().keys() | self._assumed_areas.keys()
        with_draws = any(row.cells["draw"] for row in sheet.rows)
        draws = {draw.id: draw for draw in self._ports.draws.all()} if with_draws else {}
        free_only = owner is not None and not owner.private
        ground = Ground(today, self._ports.rules, pins, known, draws, self._publisher, free_only)
        file = read_sessions(sheet, ground)
        board = self._board({each.day for centre in file.centres for each in centre.sessions})
        plans = [self._plan(centre, standing.get(centre.centre.id), board, draws, now) for centre in file.centres]
        good = [plan for plan in plans if not plan.faults]
        counter = _Counter(tick, sum(len(plan.additions) + len(plan.changes) for plan in good))
        for plan in good:
            if self._dry_run:
                self._assumed_centres[plan.wanted.centre.id] = plan.wanted.centre
                continue
            try:
                self._carry_out(plan, now, counter)
            except Conflict:
                problem = f"{plan.wanted.centre.id} was changed by somebody else at the same time"
                plan.faults.append(Fault(plan.wanted.line, "centre", problem, "publish the file again"))
        done = [plan for plan in plans if not plan.faults]
        faults = [*file.faults, *(fault for plan in plans for fault in plan.faults)]
        return Published(
            SESSIONS,
            tuple(sorted(faults, key=lambda fault: fault.line)),
            centres=sum(plan.facts_changed for plan in done),
            held_up=(*file.held_up, *(plan.wanted.centre.id for plan in plans if plan.faults)),
            added=sum(len(plan.additions) for plan in done),
            changed=sum(plan.changed for plan in done),
            resized=sum(plan.resized for plan in done),
            unchanged=sum(plan.unchanged for plan in done),
            by_command=sum(plan.by_command for plan in done),
        )

    def _board(self, days: Iterable[date]) -> Mapping[_Identity, list[Session]]:
        """All sessions of these days, released or not, by what makes one of its kind."""
        found: dict[_Identity, list[Session]] = defaultdict(list)
        for day in sorted(days):
            for row in self._ports.timetable.board(day):
                found[_identity(row.session)].append(row.session)
        return found

    def _plan(
        self,
        wanted: WantedCentre,
        standing: Centre | None,
        board: Mapping[_Identity, list[Session]],
        draws: Mapping[str, Draw],
        now: datetime,
    ) -> _Plan:
        opened = standing.opened if standing is not None else frozenset[str]()
        plan = _Plan(wanted, standing is None or replace(standing, opened=frozenset()) != _bare(wanted.centre))
        fresh: list[tuple[WantedSession, Sequence[Session]]] = []
        standing_already: list[tuple[Session, WantedSession]] = []
        for session in wanted.sessions:
            there = board.get((wanted.centre.id, session.day, session.vaccine), [])
            released = sorted((each for each in there if each.batch in opened), key=_living_first)
            same = next((each for each in released if _same(each, session)), None)
            if same is not None and same.life is Life.CANCELLED:
                plan.by_command += 1
            elif same is not None:
                standing_already.append((same, session))
            elif (other := next((each for each in released if _in_the_way(each, session)), None)) is not None:
                plan.faults.append(_differs(other, session))
            else:
                fresh.append((session, there))
        for (same, session), capacities in zip(standing_already, self._capacities(standing_already), strict=True):
            self._compare(plan, same, capacities, session, draws, now)
        new: list[tuple[WantedSession, Sequence[Session]]] = []
        for (session, beside), moved in zip(fresh, self._moved_away(wanted.centre.id, fresh), strict=True):
            if moved:
                plan.by_command += 1
            elif (fault := _too_late(session, draws, now)) is not None:
                plan.faults.append(fault)
            else:
                new.append((session, beside))
        plan.batch = _digest(wanted.centre.id, [session for session, _ in new])
        for session, found in new:
            those = [each for each in found if each.doses == session.doses]
            taken = {each.id for each in those if each.batch in opened}
            plan.additions.append(self._addition(wanted.centre.id, session, plan.batch, those, taken))
        return plan

    def _moved_away(self, centre: str, fresh: Sequence[tuple[WantedSession, Sequence[Session]]]) -> list[bool]:
        """Which of these were published here before, and moved to another day or centre since."""

        def is_away(item: tuple[WantedSession, Sequence[Session]]) -> bool:
            wanted = item[0]
            for attempt in range(MOST_COLLISIONS):
                id_ = session_id(centre, wanted.day.isoformat(), wanted.vaccine, wanted.doses, attempt)
                there = self._ports.timetable.session(id_)
                if there is None:
                    return False
                is_here = (there.centre, there.day) == (centre, wanted.day)
                if there.moved is not None and not is_here and _same(there, wanted):
                    return True
            return False

        with ThreadPoolExecutor(self._ports.parallel) as pool:
            return list(pool.map(is_away, fresh))

    def _addition(
        self,
        centre: str,
        wanted: WantedSession,
        batch: str,
        there: Sequence[Session],
        taken: set[str],
        attempt: int = 0,
    ) -> _Addition:
        """The session under its first id that no released one has."""
        while (id_ := session_id(centre, wanted.day.isoformat(), wanted.vaccine, wanted.doses, attempt)) in taken:
            attempt += 1
        slots = tuple(
            Slot(slot_id(id_, index), hours.start, hours.end, hours.capacity)
            for index, hours in enumerate(wanted.slots)
        )
        session = Session(
            id_,
            centre,
            wanted.day,
            wanted.vaccine,
            wanted.doses,
            wanted.fee,
            wanted.life,
            batch,
            slots,
            ages=wanted.ages,
            walk_in=wanted.walk_in,
            opens=wanted.opens,
            draw=wanted.draw,
        )
        left = {each.id: each for each in there if each.id not in taken}
        return _Addition(session, attempt, left)

    def _capacities(self, pairs: Sequence[tuple[Session, WantedSession]]) -> list[tuple[int, ...]]:
        """For each session the places of its slots, as the rosters have them; as it says itself when it is to close."""

        def read(pair: tuple[Session, WantedSession]) -> tuple[int, ...]:
            standing, wanted = pair
            if wanted.life is Life.CLOSED:
                return tuple(map(standing.places, standing.slots))
            return tuple(self._ports.places.free(slot.id)[0] for slot in standing.slots)

        with ThreadPoolExecutor(self._ports.parallel) as pool:
            return list(pool.map(read, pairs))

    def _compare(
        self,
        plan: _Plan,
        standing: Session,
        capacities: Sequence[int],
        wanted: WantedSession,
        draws: Mapping[str, Draw],
        now: datetime,
    ) -> None:
        """A released session with the same doses, hours and fee: its life, ages, hour and capacities may differ."""
        life = wanted.life
        if standing.life is Life.CLOSED and wanted.ends <= now:
            life = Life.CLOSED  # it is over, whatever the file says
        if _goes_back(standing.life, life) and (booked := self._booked(standing)):
            problem = f"the session of {wanted.day} is {standing.life}, with {booked} booked"
            plan.faults.append(Fault(wanted.line, "life", problem, "write open or closed"))
            return
        slots = tuple(
            replace(slot, capacity=hours.capacity) for slot, hours in zip(standing.slots, wanted.slots, strict=True)
        )
        after = replace(standing, life=life, slots=slots, ages=wanted.ages, walk_in=wanted.walk_in)
        if life is not Life.CLOSED and (standing.opens, standing.draw) != (wanted.opens, wanted.draw):
            fault = _opened_already(standing, wanted, now) or _too_late(wanted, draws, now)
            if fault is not None:
                plan.faults.append(fault)
                return
            after = replace(after, opens=wanted.opens, draw=wanted.draw)
        resized = tuple(
            new
            for old, new, capacity in zip(standing.slots, after.slots, capacities, strict=True)
            # What was asked before may still wait in the slot's queue: then the roster is of the old size, or the new.
            if after.places(new) != standing.places(old) or (life is not Life.CLOSED and after.places(new) != capacity)
        )
        if after == standing and not resized:
            plan.unchanged += 1
        else:
            plan.changes.append(_Change(standing, after, wanted.line, resized))

    def _booked(self, session: Session) -> int:
        return sum(self._ports.places.free(slot.id)[1] for slot in session.slots)

    # Writing.

    def _carry_out(self, plan: _Plan, now: datetime, counter: "_Counter") -> None:
        timetable, centre = self._ports.timetable, plan.wanted.centre
        if plan.facts_changed:
            timetable.save_centre(centre)
        with ThreadPoolExecutor(self._ports.parallel) as pool:
            stored = []
            try:
                for session in pool.map(self._add, plan.additions):
                    stored.append(session)
                    counter.one_more()
            except BaseException:
                # What has not begun is not begun any more: whoever breaks off may have no time left.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        # Before the change and the release: whoever is interrupted in between makes both when publishing again.
        self._announce([change.after for change in plan.changes if change.opens], now.isoformat(), now)
        for change in plan.changes:
            self._change(change, now)
            counter.one_more()
        if plan.additions:
            added = [session for session in stored if session.life is Life.OPEN]
            self._announce(added, plan.batch, now)
            timetable.release(centre.id, plan.batch, now)

    def _announce(self, sessions: Sequence[Session], what: str, now: datetime) -> None:
        """Let those who wait hear of sessions that will be open: once per hour and draw."""
        if not sessions:
            return
        self._withdraw({each.id for each in sessions})
        by_hour: dict[tuple[datetime, str], list[Session]] = defaultdict(list)
        for each in sessions:
            seen = _next_minute(now + RELEASE_SEEN)
            opens = each.opens if each.opens is not None and (each.draw or each.opens > seen) else seen
            by_hour[opens, "" if each.drawn else each.draw].append(each)
        for (opens, draw), those in by_hour.items():
            ids = tuple(each.id for each in those)
            told = short_hash(f"{what} {draw} {those[0].opens} {' '.join(ids)}").hex()
            self._ports.timetable.announce_opening(
                Opening(f"{told}-{those[0].centre}", opens, those[0].centre, ids, draw)
            )

    def _withdraw(self, sessions: set[str]) -> None:
        """What was announced of these before (for another hour, or before an interruption) is not told any more."""
        for opening in self._ports.novelties.openings():
            if sessions.isdisjoint(opening.sessions):
                continue
            left = tuple(each for each in opening.sessions if each not in sessions and self._is_released(each))
            self._ports.novelties.told(opening)
            if left:
                self._ports.timetable.announce_opening(replace(opening, sessions=left))

    def _is_released(self, session: str) -> bool:
        there = self._ports.timetable.session(session)
        centre = None if there is None else self._ports.timetable.centres().get(there.centre)
        return there is not None and centre is not None and there.batch in centre.opened

    def _add(self, addition: _Addition) -> Session:
        """Session with board, then its rosters; nobody looks before the release. What is left and right is kept."""
        is_left = self._is_left(addition)
        session = addition.session if is_left else self._stored(addition)
        for slot in session.slots:
            places = session.places(slot)
            if is_left and self._ports.places.free(slot.id) == (places, 0):
                continue
            if not self._ports.places.open(slot.id, places, session.kept_until):
                # Left by an interrupted publication, perhaps of another capacity; nobody can have a place there.
                self._ports.places.resize(slot.id, places)
        return session

    def _is_left(self, addition: _Addition) -> bool:
        """Whether an interrupted publication left this very session, and on its board as well."""
        session = addition.session
        return addition.left.get(session.id) == session and self._ports.timetable.session(session.id) == session

    def _stored(self, addition: _Addition) -> Session:
        """The session as it was stored: under another id where the first one is somebody else's."""
        timetable, session, attempt = self._ports.timetable, addition.session, addition.attempt
        for _ in range(MOST_COLLISIONS):
            if timetable.add_session(session, addition.left.get(session.id)):
                return session
            there = timetable.session(session.id)
            if there is not None and (_identity(there), there.doses) == (_identity(session), session.doses):
                # Ours, and not on its board when that was read: left there by an interruption between the two, or
                # written by somebody else just now.
                if there.batch in timetable.centres()[session.centre].opened or not timetable.add_session(
                    session, there
                ):
                    raise Conflict(f"the session {session.id} is being published by somebody else")
                return session
            attempt += 1
            id_ = session_id(session.centre, session.day.isoformat(), session.vaccine, session.doses, attempt)
            slots = tuple(replace(slot, id=slot_id(id_, index)) for index, slot in enumerate(session.slots))
            session = replace(session, id=id_, slots=slots)
        raise Conflict("no free id for a new session")

    def _change(self, change: _Change, now: datetime) -> None:
        """First the session, then the requests: a roster is never larger than the session because of a request.

        So whoever finds a larger one may ask for less (the clock does). Whoever is interrupted in between publishes
        again, and the rosters that are of another size are asked for.
        """
        if change.after != change.before:
            self._write_change(change.before, change.after)
        if _goes_back(change.before.life, change.after.life) and self._booked(change.after):
            # Somebody was booked between the look and the change: the session stays as it was.
            self._write_change(change.after, replace(change.after, life=change.before.life))
            raise Conflict("somebody was booked meanwhile")
        effects = [ask_for_places(slot.id, change.after.places(slot), now) for slot in change.resized]
        if effects:
            self._ports.booking.queue(PUBLISHER, effects, now)

    def _write_change(self, before: Session, after: Session) -> None:
        """Change a session, though the booking room may be writing its board, or the answer to a write gets lost."""
        for tries_left in reversed(range(MOST_TRIES)):
            try:
                self._ports.timetable.change_session(before, after)
            except Conflict:
                stands = self._ports.timetable.session(before.id)
                if stands == after:
                    return
                if stands != before or not tries_left:
                    raise
            else:
                return


class _Counter:
    """Counts what is done and tells it."""

    def __init__(self, tick: Tick, total: int) -> None:
        self._tick, self._total, self._done = tick, total, 0

    def one_more(self) -> None:
        self._done += 1
        self._tick(self._done, self._total)


def _nobody_listens(done: int, total: int) -> None:
    del done, total


def _identity(session: Session) -> _Identity:
    return session.centre, session.day, session.vaccine


def _bare(centre: Centre) -> Centre:
    return replace(centre, opened=frozenset())


def _same(standing: Session, wanted: WantedSession) -> bool:
    """The same doses, hours and fee: the session that people were offered."""
    return (standing.doses, standing.fee, _hours_of(standing)) == (
        wanted.doses,
        wanted.fee,
        [(hours.start, hours.end) for hours in wanted.slots],
    )


def _hours_of(session: Session) -> list[tuple[time, time]]:
    return [(slot.start, slot.end) for slot in session.slots]


def _living_first(session: Session) -> tuple[bool, int]:
    """What still takes place before what is closed, and that before what was cancelled."""
    return session.life in _OVER, _ORDER.index(session.life)


def _in_the_way(standing: Session, wanted: WantedSession) -> bool:
    """Whether a released session, other than the one wanted, has to be closed before that one can stand beside it."""
    if not set(standing.doses) & set(wanted.doses) or standing.life is Life.CANCELLED:
        return False
    if standing.life is Life.CLOSED:
        return wanted.life is Life.CLOSED and standing.doses == wanted.doses
    if standing.moved is None:
        return True
    # It was moved here, beside what is published here anyway.
    return any(start < hours.end and hours.start < end for start, end in _hours_of(standing) for hours in wanted.slots)


def _differs(standing: Session, wanted: WantedSession) -> Fault:
    """People may have booked it at these hours for this fee, so neither is changed under their feet."""
    remedy = "write it back; or publish this session as closed first, then the new one"
    if standing.moved is not None:
        problem = f"a session that was moved to {wanted.day} has the same hours"
        return Fault(wanted.line, "slots", problem, "choose other hours, or another day")
    if standing.doses != wanted.doses:
        doses = "+".join(map(str, standing.doses))
        return Fault(wanted.line, "dose", f"the session of {wanted.day} was published for {doses}", remedy)
    if standing.fee != wanted.fee:
        problem = f"the session of {wanted.day} was published with a fee of ₹{standing.fee / 100:g}"
        return Fault(wanted.line, "fee", problem, remedy)
    hours = "; ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in _hours_of(standing))
    return Fault(wanted.line, "slots", f"the session of {wanted.day} was published with {hours}", remedy)


def _opened_already(standing: Session, wanted: WantedSession, now: datetime) -> Fault | None:
    """Whether the hour or the draw of a session can no longer change, because people rely on it."""
    if standing.life is not Life.OPEN:
        return None
    remedy = "write it back; or publish this session as closed first, then the new one"
    if standing.draw != wanted.draw:
        problem = f"the session of {wanted.day} was published " + (
            f"for the draw {standing.draw}" if standing.draw else "without a draw"
        )
        return Fault(wanted.line, "draw", problem, remedy)
    if standing.opens is None or standing.opens <= now:
        since = f"since {_moment(standing.opens)}" if standing.opens else "at once"
        return Fault(wanted.line, "opens", f"the session of {wanted.day} can be booked {since} already", remedy)
    return None


def _too_late(wanted: WantedSession, draws: Mapping[str, Draw], now: datetime) -> Fault | None:
    """What has passed already, of a session (or an hour) that is new."""
    if wanted.ends <= now:
        problem = f"the session of {wanted.day} is past: its last slot ended at {wanted.ends:%H:%M}"
        return Fault(wanted.line, "date", problem, "leave past sessions out")
    draw = draws.get(wanted.draw)
    if draw is not None and not draw.takes_wishes(now, now):
        problem = f"the draw {draw.id} closed {_moment(draw.closes)}"
        return Fault(wanted.line, "draw", problem, "announce another draw, or leave it empty")
    if draw is None and wanted.opens is not None and wanted.opens <= now:
        problem = f"{_moment(wanted.opens)} has passed"
        return Fault(wanted.line, "opens", problem, "announce an hour to come, or leave it empty to open at once")
    return None


def _next_minute(moment: datetime) -> datetime:
    """The same moment or the next full minute: hours are told in minutes."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)


def _moment(moment: datetime) -> str:
    return f"{at_the_desk(moment):%Y-%m-%d %H:%M}"


def _goes_back(before: Life, after: Life) -> bool:
    """Whether a session that people could book goes back to a stage in which it stands on no list."""
    return _ORDER.index(before) >= _ORDER.index(Life.OPEN) > _ORDER.index(after)


def _digest(centre: str, sessions: Sequence[WantedSession]) -> str:
    """Names a batch: the same new content of a centre makes the same name."""
    content = [
        [
            session.day.isoformat(),
            session.vaccine,
            list(session.doses),
            session.fee,
            session.life,
            [[f"{hours.start:%H:%M}", f"{hours.end:%H:%M}", hours.capacity] for hours in session.slots],
            [session.ages, session.walk_in, session.opens and session.opens.isoformat(), session.draw],
        ]
        for session in sessions
    ]
    return hashlib.sha256(json.dumps([centre, content]).encode()).hexdigest()[:12]
