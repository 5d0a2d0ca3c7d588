"""Make the draws whose time is over: from everybody's wishes to places, a publication, and a line of those who lost.

In steps, each of which may be repeated; the diary knows the step under way and how far it has come:

1. *gather*: the wishes, the places, and who stands behind each lot go into one file that nobody but this reads. From
   here on the draw is settled: whatever is written or published later takes no part.
2. *publish*: lots and places by the seed, for everybody to see, and then the seed where the conversations look for it.
3. *line_up*: who drew nothing stands in line in the drawn order, before any place may come back.
4. *grant*: the booking room is asked to book for every winner, in the drawn order.
5. *release*: what is left of the sessions can be booked by everybody, behind the winners in each slot's queue.
6. *tell*: who drew nothing hears of it.
7. *sweep*: a wish that was written in time and arrived after the draw is found at last, and its owner told.

What a step does for a person has an id made of the draw and the person, so nobody is booked or told twice.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from sys import intern
from typing import Final

from seba.conversation import alerts, codec
from seba.conversation.desk import Desk
from seba.conversation.records import Effect, effect_id
from seba.conversation.say import Ask, EnterDraw, Request, Say
from seba.conversation.waiting import entry_of, wish_of
from seba.domain.draws import GRACE, Draw, Drawn, Lot, draw
from seba.domain.errors import NotFound
from seba.domain.ids import Keys, citizen_of, session_of, short_hash
from seba.domain.places import Areas
from seba.domain.published_draws import header_key, lots_key, write_header, write_lots
from seba.domain.rules import Rules
from seba.domain.sessions import Life, Session, Slot
from seba.domain.wishes import pins_near, rank_drawn
from seba.services.journal import Journal
from seba.services.minute import Minute, OutOfTime
from seba.services.ports import Citizens, Crowd, Diary, Draws, Facts, Files, InLine, Line, Post, Programme, Rosters

DONE: Final = "done"
PHASES: Final = ("gather", "publish", "line_up", "grant", "release", "tell", "sweep")
CHUNK: Final = 2_000
"""People between two notes of how far it has come: some seconds' work."""
SWEEPS: Final = (
    timedelta(minutes=3),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=7),
)
"""When, after the draw could be made, late wishes are looked for. Meta repeats a message for seven days."""


@dataclass(frozen=True, slots=True)
class DrawPorts:
    """What drawing needs of the world."""

    draws: Draws
    crowd: Crowd
    post: Post
    line: Line
    citizens: Citizens
    facts: Facts
    programme: Programme
    rosters: Rosters
    diary: Diary
    papers: Files
    """The bucket of the lists; publications and what belongs to them lie in folders of their own."""
    desk: Callable[[datetime], Desk]
    rules: Rules
    keys: Callable[[], Keys]
    journal: Journal


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who takes part: their lot, and where they stood in line when the wishes were gathered."""

    lot: Lot
    entry: InLine


@dataclass(frozen=True, slots=True)
class Gathered:
    """All there is to draw from."""

    takers: tuple[Taker, ...]
    places: Mapping[str, int]


def run_draws(now: datetime, ports: DrawPorts, in_time: Callable[[], bool] = lambda: True) -> list[str]:
    """Go on with every draw that is due at ``now`` (aware): the ids of those that failed."""
    minute = Minute(now, ports.journal, in_time)
    failed: list[str] = []
    for each in sorted(ports.draws.all(), key=lambda each: (each.closes, each.id)):
        if now < each.closes + GRACE:
            continue
        faults = minute.faults
        try:
            with minute.alone("a draw was not made", draw=each.id):
                _Run(each, minute, ports).go_on()
        except OutOfTime:
            ports.journal.note("out of time", draw=each.id)
            break
        if minute.faults > faults:
            failed.append(each.id)
    ports.journal.gauge("DrawsFailed", len(failed))
    return failed


class _Run:
    """One draw."""

    def __init__(self, draw: Draw, minute: Minute, ports: DrawPorts) -> None:
        self._draw, self._minute, self._ports = draw, minute, ports
        self._work = f"draw#{draw.id}"

    def go_on(self) -> None:
        """From where the diary says, to the end or as far as time goes."""
        progress = self._ports.diary.done(self._work)
        if progress == DONE or (progress is None and self._draw.seed):
            return  # the diary forgets after weeks; a seed that may be seen says that it was made
        phase, _, count = (progress or PHASES[0]).partition(" ")
        start = int(count or 0)
        for at in range(PHASES.index(phase), len(PHASES)):
            self._minute.go_on()
            if not self._steps[PHASES[at]](start):
                return
            start = 0
            self._note(PHASES[at + 1] if at + 1 < len(PHASES) else DONE)

    @property
    def _steps(self) -> Mapping[str, Callable[[int], bool]]:
        """Each goes on from a count, and says whether it is over."""
        return {
            "gather": self._gather,
            "publish": self._publish,
            "line_up": self._line_up,
            "grant": self._grant,
            "release": self._release,
            "tell": self._tell,
            "sweep": self._sweep,
        }

    def _note(self, phase: str, count: int = 0) -> None:
        self._ports.diary.note(self._work, f"{phase} {count}" if count else phase)

    def _in_chunks[T](self, phase: str, start: int, everybody: Sequence[T], do: Callable[[Sequence[T]], None]) -> bool:
        for first in range(start, len(everybody), CHUNK):
            self._minute.go_on()
            do(everybody[first : first + CHUNK])
            self._note(phase, first + CHUNK)
        return True

    # ---- gathering -----------------------------------------------------------------------------------------------

    def _gather(self, _: int) -> bool:
        """Everybody who takes part, with what there is to win. Nothing was said to anybody before: it may be redone."""
        sessions = self._sessions()
        places = {slot.id: free for session, slot in self._slots(sessions) if (free := self._free(slot)) > 0}
        wishes = {wish.person: wish for wish in self._ports.draws.entries(self._draw.id)}
        entries = self._in_line(wishes, sessions)
        moved = {slot.id: (session, slot) for session in sessions if session.moved for slot in session.slots}
        takers = [
            Taker(
                Lot(number, wishes[person].overdue, _still_suiting(wishes[person].choices, entries[person], moved)),
                entries[person],
            )
            for person, number in self._numbered(sorted(entries))
        ]
        self._ports.papers.put(secret_key(self._draw.id), _write(Gathered(tuple(takers), places)), "application/gzip")
        self._ports.journal.note(
            "a draw is settled", draw=self._draw.id, wishes=len(wishes), lots=len(takers), places=sum(places.values())
        )
        return True

    def _sessions(self) -> list[Session]:
        """Those of the draw, in any stage of life, from today on, however far ahead."""
        today = self._minute.now.date()
        return [
            session
            for day in self._ports.programme.days()
            if day >= today
            for session in self._ports.programme.sessions(day)
            if session.draw == self._draw.id
        ]

    def _slots(self, sessions: Iterable[Session]) -> Iterator[tuple[Session, Slot]]:
        """The slots whose places are drawn: of open sessions that are not paused, while there is time to come."""
        for session in sessions:
            if session.life is Life.OPEN and not session.paused and not session.drawn:
                yield from (
                    (session, slot)
                    for slot in session.slots
                    if self._ports.rules.bookable(session.starts(slot), self._minute.now)
                )

    def _free(self, slot: Slot) -> int:
        capacity, taken = self._ports.rosters.free(slot.id)
        return capacity - taken

    def _in_line(self, wishes: Mapping[str, EnterDraw], sessions: Sequence[Session]) -> dict[str, InLine]:
        """Where everybody who takes part stands in line. Who has left it, or is gone, takes no part.

        The line near the centres is read whole; the few who live farther off are asked for one by one.
        """
        centres = self._ports.facts.centres()
        areas = Areas(self._ports.facts.areas().values())
        ids = {session.centre for session in sessions if session.centre in centres}
        pins = sorted({pin for id_ in ids for pin in pins_near(centres[id_], areas)})
        kinds = {(dose, vaccine) for each in sessions for dose in each.doses for vaccine in (each.vaccine, "")}
        found: dict[str, InLine] = {}
        for pin in pins:
            for dose, vaccine in sorted(kinds):
                for entry in self._ports.crowd.line(pin, dose, vaccine):
                    if entry.person in wishes:
                        known = found.get(entry.person)
                        found[entry.person] = entry if known is None or entry.rank < known.rank else known
        for person in wishes.keys() - found.keys():
            told = self._as_told(person)
            if told is not None:
                found[person] = told
        return found

    def _as_told(self, person: str) -> InLine | None:
        """A person's place in line as it follows from their own state, or None if they wait for nothing."""
        citizen, number = self._ports.citizens.read(citizen_of(person)), person[-1]
        wish = wish_of(citizen.talk, number) if citizen is not None else None
        if citizen is None or wish is None or citizen.talk.stopped:
            return None
        return replace(entry_of(citizen.talk, self._ports.desk(self._minute.now), number, wish), person=person)

    def _numbered(self, persons: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Person and lot, every lot once."""
        keys, taken = self._ports.keys(), set[str]()
        for person in persons:
            attempt = 0
            while (number := keys.lot(self._draw.id, person, attempt)) in taken:
                attempt += 1
            taken.add(number)
            yield person, number

    # ---- what was settled ----------------------------------------------------------------------------------------

    @cached_property
    def _gathered(self) -> Gathered:
        return _read(self._ports.papers.get(secret_key(self._draw.id)))

    @cached_property
    def _seed(self) -> str:
        return self._draw.seed or self._ports.draws.secret(self._draw.id)

    @cached_property
    def _drawn(self) -> Drawn:
        """The same whenever it is drawn."""
        return draw((taker.lot for taker in self._gathered.takers), self._gathered.places, bytes.fromhex(self._seed))

    @cached_property
    def _takers(self) -> Mapping[str, Taker]:
        return {taker.lot.number: taker for taker in self._gathered.takers}

    def _losers(self) -> list[tuple[int, Taker]]:
        """Who drew nothing, with their place among them from 0."""
        return [(position, self._takers[number]) for position, number in enumerate(self._drawn.waiting)]

    def _publish(self, _: int) -> bool:
        """The seed last: whoever can see it can see what came of it."""
        made = replace(self._draw, seed=self._seed)
        header = write_header(made, self._gathered.places, len(self._gathered.takers))
        lots = write_lots((taker.lot for taker in self._gathered.takers), self._drawn)
        self._ports.papers.put(lots_key(made.id), lots, "text/csv")
        self._ports.papers.put(header_key(made.id), header, "application/json")
        self._ports.draws.reveal(made.id, self._seed)
        self._ports.journal.note("a draw was made", draw=made.id, lots=len(self._takers), won=len(self._drawn.places))
        return True

    # ---- what comes of it ----------------------------------------------------------------------------------------

    def _line_up(self, start: int) -> bool:
        """Who drew nothing stands before all who were in no draw, unless an earlier draw has put them farther ahead."""

        def stand(those: Sequence[tuple[int, Taker]]) -> None:
            moves = [
                (taker.entry, replace(taker.entry, rank=rank_drawn(self._draw.closes, position)))
                for position, taker in those
            ]
            self._ports.crowd.stand([(old, new) for old, new in moves if new.rank < old.rank])

        return self._in_chunks("line_up", start, self._losers(), stand)

    def _grant(self, start: int) -> bool:
        won = [(number, slot) for number in self._drawn.order if (slot := self._drawn.places.get(number))]
        versions: dict[str, str] = {}

        def ask(those: Sequence[tuple[str, str]]) -> None:
            effects = []
            for number, slot in those:
                if slot not in versions:
                    versions[slot] = self._version(slot)
                entry = self._takers[number].entry
                person, rules = entry.person[-1], versions[slot]
                request = Request(Ask.GRANT, slot, person=person, dose=entry.dose, rules=rules, code=number)
                effects.append(self._effect("grant", entry.person, request))
            self._ports.post.ask(effects, self._minute.now)

        return self._in_chunks("grant", start, won, ask)

    def _version(self, slot: str) -> str:
        """The rules' version on the day of a slot."""
        session = self._ports.programme.session(session_of(slot))
        day: date = self._minute.now.date() if session is None else session.day
        return self._ports.rules.for_date(day).id

    def _release(self, _: int) -> bool:
        """Raises Conflict when somebody else changes a session at the same moment."""
        for session in self._sessions():
            if not session.drawn and session.life is not Life.CANCELLED:
                self._minute.go_on()
                self._ports.programme.change_session(session, replace(session, drawn=True))
        return True

    def _tell(self, start: int) -> bool:
        lots, winners = len(self._drawn.order), len(self._drawn.places)

        def tell(those: Sequence[tuple[int, Taker]]) -> None:
            effects = []
            for position, taker in those:
                person = taker.entry.person
                say = alerts.draw_lost(person[-1], taker.lot.number, position + 1, lots, winners)
                effects.append(self._effect("lost", person, say))
            self._ports.post.tell(effects, self._minute.now)

        return self._in_chunks("tell", start, self._losers(), tell)

    def _effect(self, what: str, person: str, act: Request | Say) -> tuple[str, Effect]:
        """Citizen and effect; the same for the same person however often this is done."""
        citizen = citizen_of(person)
        cause = short_hash(f"{what} {self._draw.id} {person}").hex()
        return citizen, Effect(effect_id(citizen, cause, 0), act)

    # ---- afterwards ----------------------------------------------------------------------------------------------

    def _sweep(self, swept: int) -> bool:
        """Look for late wishes at some moments; the last time, who stands behind which lot is forgotten."""
        over = self._minute.now - (self._draw.closes + GRACE)
        due = sum(after <= over for after in SWEEPS)
        if due > swept:
            self._release(0)  # a session that was published into the draw after it was made
            self._tell_late()
            if due < len(SWEEPS):
                self._note("sweep", due)
        if due < len(SWEEPS):
            return False
        self._ports.papers.delete(secret_key(self._draw.id))
        return True

    def _tell_late(self) -> None:
        try:
            known = {taker.entry.person for taker in self._gathered.takers}
        except NotFound:
            return  # forgotten, by a last sweep that broke off behind that
        late = [wish.person for wish in self._ports.draws.entries(self._draw.id) if wish.person not in known]
        told = []
        for person in late:
            self._minute.go_on()
            entry = self._as_told(person)
            if entry is not None:
                self._ports.line.put(entry)
                told.append(self._effect("missed", person, alerts.draw_missed(person[-1], self._draw)))
        if told:
            self._ports.post.tell(told, self._minute.now)
            self._ports.journal.note("late wishes", draw=self._draw.id, people=len(told))


def _still_suiting(choices: Iterable[str], entry: InLine, moved: Mapping[str, tuple[Session, Slot]]) -> tuple[str, ...]:
    """The choices, but for slots that were moved since to a day or a centre that is not for this person."""
    return tuple(intern(each) for each in choices if each not in moved or entry.suits(*moved[each]))


def secret_key(draw: str) -> str:
    """Where it lies in the lists bucket who stands behind which lot: in a folder that nobody is shown."""
    return f"drawing/{draw}.gz"


def _write(gathered: Gathered) -> bytes:
    """A line for the places, then one per person, compressed."""
    lines = [codec.dump(dict(gathered.places))]
    lines += [
        codec.dump(
            [taker.lot.number, int(taker.lot.overdue), "".join(taker.lot.choices), codec.entry_to_json(taker.entry)]
        )
        for taker in gathered.takers
    ]
    # Without a time in it, so that the same is written the same.
    return gzip.compress("\n".join(lines).encode(), compresslevel=3, mtime=0)


def _read(content: bytes) -> Gathered:
    first, *lines = gzip.decompress(content).decode().split("\n")
    return Gathered(tuple(map(_taker, lines)), json.loads(first))


def _taker(line: str) -> Taker:
    number, overdue, choices, entry = json.loads(line)
    slots = tuple(intern(choices[at : at + 6]) for at in range(0, len(choices), 6))
    return Taker(Lot(number, bool(overdue), slots), codec.entry_from_json(entry))
