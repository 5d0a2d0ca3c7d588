"""The ports of ``seba.services`` in memory: as strict as the adapters about versions, conditions and order."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from seba.conversation.records import (
    Citizen,
    Due,
    Effect,
    Entry,
    Hold,
    News,
    Opening,
    Publisher,
    SentList,
    Stop,
)
from seba.conversation.say import Enlist, EnterDraw, Forget, Keep, Leave, Say
from seba.conversation.talk import Talk
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, commitment
from seba.domain.errors import CardTaken, Conflict, NotFound
from seba.domain.ids import Keys, citizen_of, session_of
from seba.domain.people import Person, Who
from seba.domain.places import Area
from seba.domain.roster import Claim, Member, may_become
from seba.domain.sessions import BoardRow, Centre, Life, Session
from seba.domain.wishes import Entry as InLine
from seba.whatsapp.client import MediaUrl, PaymentState, SendResult
from tests import invariant

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=KOLKATA)
KEYS = Keys(b"a key for tests")


class Time:
    """A clock and a stopwatch that move together, and only when told (or slept)."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.slept: list[float] = []
        self._start = now

    def __call__(self) -> datetime:
        return self.now

    def stopwatch(self) -> float:
        return (self.now - self._start).total_seconds()

    def pass_(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Faults:
    """Errors to be raised by the next calls of a port's methods, by name."""

    planned: dict[str, list[BaseException]] = field(default_factory=dict[str, list[BaseException]])

    def plan(self, method: str, *errors: BaseException) -> None:
        self.planned.setdefault(method, []).extend(errors)

    def strike(self, method: str) -> None:
        waiting = self.planned.get(method)
        if waiting:
            raise waiting.pop(0)


class FakeCitizens:
    def __init__(self) -> None:
        self.stored: dict[str, Citizen] = {}
        self.pointers: dict[str, str] = {}
        self.cards: dict[str, str] = {}
        self.faults = Faults()
        self.commits = 0
        self.acknowledged: list[str] = []
        self.before_commit: list[Callable[[], object]] = []
        """What others do just before the next commits."""

    def find(self, phone: str | None, user_id: str | None) -> Citizen | None:
        self.faults.strike("find")
        for identity in _identities(phone, user_id):
            if identity in self.pointers:
                return self.stored[self.pointers[identity]]
        return None

    def read(self, citizen: str) -> Citizen | None:
        self.faults.strike("read")
        return self.stored.get(citizen)

    def meet(self, who: Who) -> Citizen:
        id_ = KEYS.citizen(_identities(who.phone, who.user_id)[0])
        return Citizen(id_, who, Talk(profile_name=who.profile_name, desk_of=who.desk_of), (), {}, 0)

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
        if self.before_commit:
            self.before_commit.pop(0)()
        self.faults.strike("commit")
        stands = self.stored.get(before.id)
        if (stands.version if stands else 0) != before.version:
            raise Conflict("somebody else wrote first")
        people = dict(talk.people)
        if keep is not None:
            me = before.id + keep.person.number
            if self.cards.setdefault(keep.person.card_seal, me) != me:
                raise CardTaken("the card belongs to another person")
            people[keep.person.number] = keep.person
        if forget is not None:
            people = {}
        address = who or before.who
        outbox = {c: e for c, e in (stands.outbox if stands else {}).items() if c != settled}
        if effects:
            outbox[cause.hex()] = tuple(effects)
        talk = replace(talk, people=people, profile_name=address.profile_name, desk_of=address.desk_of)
        after = Citizen(before.id, address, talk, (*before.heard, cause)[-64:], outbox, before.version + 1)
        self.stored[before.id] = after
        self._takes(before.id, address)
        self.commits += 1
        return after

    def _takes(self, citizen: str, who: Who) -> None:
        """Point these identities to a citizen; whoever had one has it no longer."""
        for identity in _identities(who.phone, who.user_id):
            loser = self.stored.get(self.pointers.get(identity, citizen))
            if loser is not None and loser.id != citizen:
                phone = None if loser.who.phone == who.phone else loser.who.phone
                user_id = None if loser.who.user_id == who.user_id else loser.who.user_id
                self.stored[loser.id] = replace(loser, who=replace(loser.who, phone=phone, user_id=user_id))
            self.pointers[identity] = citizen

    def acknowledge(self, citizen: str, cause: str, effect: str) -> None:
        self.faults.strike("acknowledge")
        stands = self.stored.get(citizen)
        if stands is None:
            return
        outbox = {c: tuple(e for e in those if e.id != effect) for c, those in stands.outbox.items()}
        self.stored[citizen] = replace(stands, outbox={c: e for c, e in outbox.items() if e})
        self.acknowledged.append(effect)

    def repoint(self, old_user_id: str | None, old_phone: str | None, phone: str | None, user_id: str | None) -> None:
        self.faults.strike("repoint")
        found = self.find(old_phone, old_user_id)
        if found is None:
            return
        who = replace(found.who, phone=phone or found.who.phone, user_id=user_id or found.who.user_id)
        for identity in _identities(old_phone, old_user_id):
            self.pointers.pop(identity, None)
        self._takes(found.id, who)
        self.stored[found.id] = replace(found, who=who)

    def citizens(self) -> Iterator[Citizen]:
        yield from list(self.stored.values())

    def people(self, persons: Sequence[str]) -> Mapping[str, Person]:
        found: dict[str, Person] = {}
        for person in persons:
            citizen = self.stored.get(citizen_of(person))
            if citizen is not None and person[-1] in citizen.talk.people:
                found[person] = citizen.talk.people[person[-1]]
        return found

    def stopped(self, citizens: Collection[str]) -> frozenset[str]:
        return frozenset(c for c in citizens if c in self.stored and self.stored[c].talk.stopped)

    def put(self, citizen: Citizen) -> Citizen:
        """Store as is, for a test's beginning."""
        citizen = replace(citizen, version=max(1, citizen.version))
        self.stored[citizen.id] = citizen
        for identity in _identities(citizen.who.phone, citizen.who.user_id):
            self.pointers[identity] = citizen.id
        return citizen


def _identities(phone: str | None, user_id: str | None) -> list[str]:
    return [f"phone:{phone}"] * bool(phone) + [f"user:{user_id}"] * bool(user_id)


class FakeOutgoing:
    def __init__(self) -> None:
        self.queued: list[tuple[str, str, Effect]] = []
        """(lane, citizen, effect): ``queue`` or ``notify``."""
        self.faults = Faults()

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        self.faults.strike("queue")
        self.queued += [("queue", citizen, effect) for effect in effects]

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        self.faults.strike("notify")
        self.queued += [("notify", citizen, effect) for effect in effects]

    @property
    def effects(self) -> list[Effect]:
        return [effect for _, _, effect in self.queued]

    @property
    def said(self) -> list[Say]:
        return [effect.act for effect in self.effects if isinstance(effect.act, Say)]


class FakeLedger:
    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.reasons: dict[str, tuple[int, str]] = {}
        self.faults = Faults()

    def begin(self, effect: str, kind: str, at: datetime) -> Entry | None:
        self.faults.strike("begin")
        if effect in self.entries:
            return self.entries[effect]
        self.entries[effect] = Entry(effect, "sending", at, 1)
        return None

    def begin_again(self, entry: Entry, at: datetime, tries: int) -> bool:
        self.faults.strike("begin_again")
        if self.entries.get(entry.id) != entry:
            return False
        self.entries[entry.id] = replace(entry, state="sending", begun_at=at, tries=tries)
        return True

    def end(
        self,
        effect: str,
        state: str,
        over: Collection[str],
        at: datetime,
        *,
        wamid: str = "",
        code: int = 0,
        reason: str = "",
    ) -> bool:
        self.faults.strike("end")
        stands = self.entries.get(effect)
        if stands is None or stands.state not in over:
            return False
        self.entries[effect] = replace(stands, state=state, wamid=wamid or stands.wamid)
        self.reasons[effect] = (code, reason)
        return True

    def stumble(self, entry: Entry, failures: int) -> None:
        self.faults.strike("stumble")
        if entry.id in self.entries:
            self.entries[entry.id] = replace(self.entries[entry.id], failures=failures)

    def read(self, effect: str) -> Entry | None:
        return self.entries.get(effect)


class FakeBreaker:
    def __init__(self) -> None:
        self.stop_: Stop | None = None
        self.looks = 0

    def stopped(self) -> Stop | None:
        self.looks += 1
        return self.stop_

    def stop(self, code: int, at: datetime) -> None:
        self.stop_ = self.stop_ or Stop(code, at)

    def resume(self) -> None:
        self.stop_ = None


class FakeOverflow:
    def __init__(self) -> None:
        self.waiting: list[tuple[str, str, str]] = []
        self.waits: dict[str, int] = {}
        self.parked: list[tuple[str, str, str, str]] = []
        self.full = False
        self.faults = Faults()

    def defer(self, items: Sequence[tuple[str, str, str]]) -> Sequence[int]:
        self.faults.strike("defer")
        if self.full:
            return range(len(items))
        self.waiting += items
        return ()

    def wait(self, receipt: str, seconds: int) -> None:
        self.faults.strike("wait")
        self.waits[receipt] = seconds

    def park(self, group: str, deduplication: str, body: str, cause: str) -> None:
        self.faults.strike("park")
        self.parked.append((group, deduplication, body, cause))


class FakeLane:
    def __init__(self) -> None:
        self.waits: dict[str, int] = {}
        self.parked: list[tuple[str, str, str, str]] = []
        self.faults = Faults()

    def wait(self, receipt: str, seconds: int) -> None:
        self.faults.strike("wait")
        self.waits[receipt] = seconds

    def park(self, group: str, deduplication: str, body: str, cause: str) -> None:
        self.faults.strike("park")
        self.parked.append((group, deduplication, body, cause))


class FakeFiles:
    def __init__(self) -> None:
        self.files: dict[str, tuple[bytes, str]] = {}
        self.faults = Faults()

    def put(self, key: str, content: bytes, mime_type: str) -> None:
        self.faults.strike("put")
        self.files[key] = (content, mime_type)

    def get(self, key: str) -> bytes:
        self.faults.strike("get")
        if key not in self.files:
            raise NotFound(key)
        return self.files[key][0]

    def delete(self, key: str) -> None:
        self.faults.strike("delete")
        self.files.pop(key, None)

    def delete_all(self, prefix: str) -> int:
        self.faults.strike("delete_all")
        keys = [key for key in self.files if key.startswith(prefix)]
        for key in keys:
            del self.files[key]
        return len(keys)


class FakeLists:
    def __init__(self) -> None:
        self.sent: dict[tuple[date, str], SentList] = {}

    def of_day(self, day: date) -> Mapping[str, SentList]:
        return {centre: sent for (on, centre), sent in self.sent.items() if on == day}

    def record(self, sent: SentList) -> bool:
        stands = self.sent.get((sent.day, sent.centre))
        if (stands.version if stands else 0) != sent.version - 1:
            return False
        kept = replace(sent, acknowledged=stands.acknowledged) if stands else sent
        self.sent[sent.day, sent.centre] = kept
        return True

    def acknowledge(self, day: date, centre: str, version: int, by: str, at: datetime) -> bool:
        stands = self.sent.get((day, centre))
        if stands is None or stands.version < version:
            return False
        if version > stands.acknowledged:
            self.sent[day, centre] = replace(stands, acknowledged=version, acknowledged_at=at, acknowledged_by=by)
        return True


class FakeDiary:
    def __init__(self) -> None:
        self.dues: list[Due] = []
        self.work: dict[str, str] = {}

    def due(self, day: date) -> Sequence[Due]:
        return [due for due in self.dues if due.day == day]

    def settle(self, due: Due) -> None:
        self.dues.remove(due)

    def done(self, work: str) -> str | None:
        return self.work.get(work)

    def note(self, work: str, progress: str) -> None:
        self.work[work] = progress


class FakeRosters:
    def __init__(self) -> None:
        invariant.watch_rosters(self)
        self.slots: dict[str, list[Member]] = {}
        self.capacity: dict[str, int] = {}
        self.taken: dict[str, int] = {}
        self.kept: dict[str, datetime] = {}
        """Until when a slot's pages are kept, where somebody said so."""
        self.faults = Faults()

    def seat(self, slot: str, person: str, booking: str, standing: str = "b") -> None:
        self.slots.setdefault(slot, []).append(Member(person, booking, standing))
        self.taken[slot] = self.taken.get(slot, 0) + 1

    def claim(self, slot: str, claims: Sequence[Claim]) -> Mapping[str, str]:
        self.faults.strike("claim")
        answers: dict[str, str] = {}
        for claim in claims:
            mine = next((m for m in self.members(slot) if m.person == claim.person), None)
            if mine is not None:
                answers[claim.booking] = "booked" if mine.booking == claim.booking else "already"
            elif self.taken.get(slot, 0) >= self.capacity.get(slot, 0):
                answers[claim.booking] = "full"
            else:
                self.seat(slot, claim.person, claim.booking, claim.standing)
                answers[claim.booking] = "booked"
        return answers

    def release(self, slot: str, person: str, booking: str, *, held: bool = False) -> str:
        self.faults.strike("release")
        mine = next((m for m in self.members(slot) if (m.person, m.booking) == (person, booking)), None)
        if mine is not None and mine.standing not in ({"h"} if held else {"b", "h"}):
            return "locked"
        if mine is not None:
            self.slots[slot].remove(mine)
            self.taken[slot] -= 1
        return "cancelled"

    def mark(self, slot: str, person: str, booking: str, standing: str) -> str:
        self.faults.strike("mark")
        for at, member in enumerate(self.members(slot)):
            if (member.person, member.booking) == (person, booking):
                if may_become(member.standing, standing):
                    self.slots[slot][at] = replace(member, standing=standing)
                return self.slots[slot][at].standing
        return "unknown"

    def members(self, slot: str) -> Sequence[Member]:
        self.faults.strike("members")
        return tuple(self.slots.get(slot, ()))

    def find(self, booking: str) -> Member | None:
        return next((m for m in self.members(booking[:6]) if m.booking == booking), None)

    def free(self, slot: str) -> tuple[int, int]:
        return self.capacity.get(slot, 0), self.taken.get(slot, 0)

    def keep(self, slot: str, until: datetime) -> None:
        self.kept[slot] = max(until, self.kept.get(slot, until))

    def resize(self, slot: str, capacity: int) -> int:
        self.capacity[slot] = max(capacity, self.taken.get(slot, 0))
        return self.capacity[slot]


class FakeWorld:
    """Facts, programme, novelties, boards and census over one set of centres and sessions.

    ``clock`` decides which announced hours are still to come.
    """

    def __init__(self, citizens: FakeCitizens, clock: Callable[[], datetime] = lambda: NOW) -> None:
        invariant.watch_world(self)
        self._citizens, self.clock = citizens, clock
        self.centres_: dict[str, Centre] = {}
        self.areas_: dict[str, Area] = {}
        self.sessions_: dict[str, Session] = {}
        self.desks_: dict[str, list[str]] = {}
        self.shown: dict[str, int] = {}
        self.draws = FakeDraws()
        """The draws as announced; give the same ones to whoever makes them."""
        self.openings_: dict[str, Opening] = {}
        self.news_: dict[str, News] = {}
        self.publishers_: dict[str, Publisher] = {}
        self.faults = Faults()

    def centres(self) -> Mapping[str, Centre]:
        return self.centres_

    def areas(self) -> Mapping[str, Area]:
        return self.areas_

    def session(self, session: str) -> Session | None:
        return self.sessions_.get(session_of(session) if len(session) > 5 else session)

    def bookable(self, session: str) -> Session | None:
        self.faults.strike("bookable")
        found = self.sessions_.get(session)
        return found if found is not None and found.life is Life.OPEN else None

    def change_session(self, before: Session, after: Session, news: News | None = None) -> None:
        self.faults.strike("change_session")
        if before.id != after.id or {s.id for s in before.slots} != {s.id for s in after.slots}:
            raise ValueError("a session keeps its id and its slots")
        if self.sessions_.get(before.id) != before:
            raise Conflict("the session is no longer what it was")
        if after.centre not in self.centres_ and after.centre != before.centre:
            raise NotFound(f"no centre {after.centre}")
        self.sessions_[after.id] = after
        if news is not None and after != before:
            self.tell_news(news)

    def draw(self, draw: str) -> Draw | None:
        return self.draws.announced.get(draw)

    @property
    def novelties(self) -> "FakeNovelties":
        return FakeNovelties(self)

    def announce_opening(self, opening: Opening) -> None:
        self.openings_[opening.id] = opening

    def tell_news(self, news: News) -> None:
        self.news_[news.id] = news

    def publishers(self) -> Mapping[str, Publisher]:
        return self.publishers_

    def publisher(self, publisher: str) -> Publisher | None:
        return self.publishers_.get(publisher)

    def save_publisher(self, publisher: Publisher) -> None:
        self.publishers_[publisher.id] = publisher

    def remove_publisher(self, publisher: str) -> None:
        self.publishers_.pop(publisher, None)

    def board(self, day: date) -> Sequence[BoardRow]:
        return [
            BoardRow(each, {slot.id: self.shown.get(slot.id, slot.capacity) for slot in each.slots})
            for each in self.sessions_.values()
            if each.day == day
        ]

    def show(self, slot: str, free: int) -> None:
        self.shown[slot] = free

    def sessions(self, day: date) -> Sequence[Session]:
        self.faults.strike("sessions")
        return [each for each in self.sessions_.values() if each.day == day]

    def close(self, session: str) -> None:
        each = self.sessions_[session]
        if each.life is Life.OPEN:
            self.sessions_[session] = replace(each, life=Life.CLOSED)

    def desks(self, centre: str) -> Sequence[str]:
        return self.desks_.get(centre, [])

    def days(self) -> Sequence[date]:
        return sorted({each.day for each in self.sessions_.values()})

    def citizens(self) -> Iterator[Citizen]:
        return self._citizens.citizens()


class FakeNovelties:
    """What the clock has to tell, over a world."""

    def __init__(self, world: FakeWorld) -> None:
        self._world = world

    def openings(self) -> Sequence[Opening]:
        return sorted(self._world.openings_.values(), key=lambda each: (each.at, each.id))

    def told(self, opening: Opening) -> None:
        self._world.openings_.pop(opening.id, None)

    def news(self) -> Sequence[News]:
        return list(self._world.news_.values())

    def spread(self, news: News) -> None:
        self._world.news_.pop(news.id, None)


class FakeLine:
    def __init__(self) -> None:
        self.stands: dict[tuple[str, int, str, str], InLine] = {}
        """By PIN code, dose, vaccine and ``<rank>#<person>``."""
        self.faults = Faults()

    def put(self, entry: InLine) -> None:
        self.faults.strike("put")
        earlier = self.stands.get(_place(entry))
        offered = entry.offered | (earlier.offered if earlier else frozenset())
        self.stands[_place(entry)] = replace(entry, offered=offered)

    def remove(self, entry: InLine | Leave) -> None:
        self.faults.strike("remove")
        self.stands.pop(_place(entry), None)

    def waiting(self, pins: Sequence[str], dose: int, vaccine: str, after: str = "") -> Iterator[InLine]:
        self.faults.strike("waiting")
        found = [
            (place, entry)
            for (pin, for_dose, which, place), entry in self.stands.items()
            if pin in pins and for_dose == dose and which in (vaccine, "") and place > after
        ]
        return (entry for _, entry in sorted(found, key=lambda each: each[0]))

    @property
    def people(self) -> list[str]:
        """Who is in line, in the order of their ranks."""
        return [entry.person for _, entry in sorted(self.stands.items(), key=lambda each: each[0][3])]


def _place(entry: InLine | Leave) -> tuple[str, int, str, str]:
    return entry.pin, entry.dose, entry.vaccine, f"{entry.rank}#{entry.person}"


class FakeHolds:
    def __init__(self) -> None:
        self.noted: dict[tuple[datetime, str], Hold] = {}
        self.faults = Faults()

    def note(self, hold: Hold) -> None:
        self.faults.strike("note")
        self.noted[hold.until, hold.booking] = hold

    def over(self, now: datetime) -> Sequence[Hold]:
        return [hold for (until, _), hold in sorted(self.noted.items()) if until <= now][:300]

    def settle(self, hold: Hold) -> None:
        self.faults.strike("settle")
        self.noted.pop((hold.until, hold.booking), None)


class FakeDraws:
    def __init__(self) -> None:
        self.announced: dict[str, Draw] = {}
        self.seeds: dict[str, str] = {}
        self.entered: dict[tuple[str, str], EnterDraw] = {}
        """By draw and person."""
        self.faults = Faults()

    def all(self) -> Sequence[Draw]:
        return [self.announced[id_] for id_ in sorted(self.announced)]

    def announce(self, draw: Draw, seed: str) -> None:
        if commitment(bytes.fromhex(seed)) != draw.commitment:
            raise ValueError("this is not the seed whose hash is announced")
        if draw.id in self.announced:
            raise Conflict("there is such a draw")
        self.announced[draw.id], self.seeds[draw.id] = draw, seed

    def secret(self, draw: str) -> str:
        if draw not in self.seeds:
            raise NotFound(draw)
        return self.seeds[draw]

    def enter(self, wish: EnterDraw) -> None:
        self.faults.strike("enter")
        self.entered[wish.draw, wish.person] = wish

    def entries(self, draw: str) -> Iterator[EnterDraw]:
        self.faults.strike("entries")
        yield from [wish for (of, _), wish in self.entered.items() if of == draw]

    def reveal(self, draw: str, seed: str) -> None:
        self.faults.strike("reveal")
        if draw not in self.announced:
            raise NotFound(draw)
        if commitment(bytes.fromhex(seed)) != self.announced[draw].commitment:
            raise Conflict("this is not the seed whose hash was announced")
        self.announced[draw] = replace(self.announced[draw], seed=seed)


class FakeLineUp:
    """What turns change about who waits; ``write`` is what ``QueuedOutgoing`` takes as ``line_up``."""

    def __init__(self, line: FakeLine, draws: FakeDraws) -> None:
        self._line, self._draws = line, draws

    def write(self, act: Enlist | Leave | EnterDraw) -> None:
        match act:
            case Enlist(entry=entry):
                self._line.put(entry)
            case Leave():
                self._line.remove(act)
            case EnterDraw():
                self._draws.enter(act)


class FakeJournal:
    def __init__(self) -> None:
        self.lines: list[tuple[str, Mapping[str, str | int | float | None]]] = []
        self.counts: dict[str, int] = {}
        self.gauges: dict[str, int] = {}

    def note(self, what: str, **fields: str | int | float | None) -> None:
        self.lines.append((what, fields))

    def wrong(self, what: str, cause: str, **fields: str | int | float | None) -> None:
        self.lines.append((what, {"cause": cause, **fields}))

    def count(self, name: str, number: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + number

    def gauge(self, name: str, value: int) -> None:
        self.gauges[name] = value

    @property
    def whole(self) -> str:
        """Everything written, for looking for what must not be there."""
        return repr(self.lines)


class FakeMeta:
    """Meta's API: what was posted, and errors planned for the next calls."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.sent_from: list[str] = []
        """The number each of them went out from."""
        self.typing: list[dict[str, Any]] = []
        self.uploaded: list[tuple[bytes, str, str]] = []
        self.media: dict[str, bytes] = {}
        self.payments: dict[str, PaymentState] = {}
        """What became of bills, by reference; of any other nobody has tried to pay it."""
        self.looked_up: list[tuple[str, str, str]] = []
        self.faults = Faults()
        self.after_send: list[BaseException] = []
        """Raised after Meta has taken the message."""

    def send(self, phone_number_id: str, payload: dict[str, Any]) -> SendResult:
        self.faults.strike("send")
        self.sent.append(payload)
        self.sent_from.append(phone_number_id)
        if self.after_send:
            raise self.after_send.pop(0)
        return SendResult(f"wamid.{len(self.sent)}")

    def show_typing(self, phone_number_id: str, payload: dict[str, Any]) -> None:
        self.faults.strike("show_typing")
        self.typing.append(payload)

    def upload_media(self, phone_number_id: str, content: bytes, mime_type: str, filename: str) -> str:
        self.faults.strike("upload_media")
        self.uploaded.append((content, mime_type, filename))
        return f"media-{len(self.uploaded)}"

    def look_up_payment(self, phone_number_id: str, configuration: str, reference: str) -> PaymentState:
        self.looked_up.append((phone_number_id, configuration, reference))
        self.faults.strike("look_up_payment")
        return self.payments.get(reference, PaymentState("new"))

    def media_url(self, media_id: str) -> MediaUrl:
        self.faults.strike("media_url")
        return MediaUrl(f"https://lookaside.fbsbx.com/{media_id}")

    def download(self, url: str, limit: int) -> bytes:
        self.faults.strike("download")
        return self.media[url.rpartition("/")[2]]


def says(effects: Iterable[Effect]) -> list[str]:
    """The catalogue keys of the messages among effects."""
    return [effect.act.key for effect in effects if isinstance(effect.act, Say)]
