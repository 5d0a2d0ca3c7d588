"""Whole turns: a citizen taps "book it", and hears whether there is a place. What does one such request cost?

Ours is the product from end to end but for WhatsApp: the webhook's ``take_turn`` in as many containers as there are
clients, the FIFO group of the slot, and the booking room's ``answer_requests`` behind it, one batch at a time, all at
once over one DynamoDB Local. What is queued while a batch is answered makes the next one.

All have the question before them at the same moment, as after an alert, and tap it when they have read it
(``bench.thinking``): a few within seconds, half within 25, the last after minutes. So some tap before the slot is full,
some while the board still shows places, and some when it shows none: those are answered without the booking room.
Were all taps taken before the first is answered, everybody would pay for the booking room; no citizens do that.

A run has a part of the crowd (``PART``), whose taps are as many a second as the whole crowd's would be. It is over
sooner, but the board is no younger: the second by which it may be old is so many times as long a part of the rush as it
would be for all, which can only make ours dearer.

The peer does the same errand without a queue: it reads the same citizen, takes the place by its design, and commits the
same answer through the same conversation. So its turn is one write where ours is two, and its design is paid on top.

One in ten comes twice: every other time Meta delivers the same message again, else the citizen taps again.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from typing import TYPE_CHECKING, Any, Final

from bench.errand import NEW_PERSON
from bench.player import Player
from bench.rosters.crowd import BUYERS, CLIENTS, PLACES, SLOT, Outcome, Told, as_they_tap, in_parallel, line_of
from bench.rosters.designs import Arena, Transaction, connection, largest_item, make_table
from bench.units import Meter
from seba.conversation import codec
from seba.conversation.heard import Answered
from seba.conversation.heard import Outcome as Answer
from seba.conversation.records import Effect
from seba.conversation.say import Ask, Keep, Request, Say
from seba.conversation.talk import Pending
from seba.domain.appointments import Standing
from seba.domain.calendar import KOLKATA, at_the_desk
from seba.domain.errors import Conflict
from seba.domain.ids import Keys, person_id, session_of, short_hash
from seba.domain.people import Who
from seba.domain.places import Area, Locality, Served
from seba.domain.roster import Claim
from seba.domain.sessions import Centre, Life, Session, Slot
from seba.services.answer_requests import Asked, answer_requests
from seba.services.take_turn import hear, take_turn, was_heard
from seba.settings import Settings
from seba.storage.tables import Table
from seba.whatsapp import inbound
from seba.wiring import House

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MORNING: Final = datetime(2026, 11, 23, 10, 0, tzinfo=KOLKATA)
KEYS: Final = Keys(b"a key for measurements")
DESK_NUMBER: Final = "100000000000001"
TABLES: Final = ("CITIZENS", "SESSIONS", "ROSTERS", "WISHES", "LEDGER", "SHOPS", "ORDERS")
WITHOUT_SORT_KEY: Final = frozenset({"LEDGER"})
QUEUES: Final = ("INBOUND", "REQUESTS", "REPLIES", "NOTICES", "PROOFS")
ELSEWHERE: Final = "7M4QZ0"
"""A slot farther away with room for everybody: what is offered to those who come too late."""
BATCH_WRITE: Final = 25
"""Items of one BatchWriteItem at most (AWS)."""


OURS: Final = "Seba: webhook, FIFO group and booking room"
TRANSACTION: Final = "transaction per booking, answered in the same turn"
PART: Final = 8
"""One in so many of the crowd, of the places and of the seconds of its rush: ten runs of all would take an hour."""
TRIES: Final = 20
"""How often a tap is given again when somebody else wrote the citizen's state first."""
AGAIN: Final = "-again"


@dataclass(frozen=True, slots=True)
class Tap:
    """A message of a buyer."""

    buyer: str
    """The citizen's id."""
    message: inbound.Message


class Group:
    """The slot's FIFO group: each effect once, in the order it was queued, up to ten at a time."""

    def __init__(self) -> None:
        self._waiting: deque[Asked] = deque()
        self._known: set[str] = set()
        self._lock = threading.Condition()
        self._ended = False

    def queue(self, effect: Effect, at: datetime) -> None:
        """What SQS does with a deduplication id it knows: nothing."""
        assert isinstance(effect.act, Request)
        body = codec.write_effect(effect, at)
        with self._lock:
            if effect.id not in self._known:
                self._known.add(effect.id)
                self._waiting.append(Asked(effect.id, effect.id, effect.act.slot, 1, body))
                self._lock.notify()

    def take(self) -> list[Asked]:
        """Up to ten as soon as there is one; nothing once all is over."""
        with self._lock:
            while not self._waiting and not self._ended:
                self._lock.wait()
            return [self._waiting.popleft() for _ in range(min(10, len(self._waiting)))]

    @property
    def queued(self) -> int:
        """Requests that were ever queued."""
        return len(self._known)

    def end(self) -> None:
        """Nothing more will be queued."""
        with self._lock:
            self._ended = True
            self._lock.notify_all()


class Lanes:
    """Where a container's effects go: requests into the group, messages to those who read them."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self.said: deque[tuple[str, Say]] = deque()

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """As the port says."""
        for effect in effects:
            if isinstance(effect.act, Request):
                self._group.queue(effect, at)
            elif isinstance(effect.act, Say):
                self.said.append((citizen, effect.act))

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        """As the port says."""
        self.queue(citizen, effects, MORNING)


class NoWaits:
    """The lane behind the booking room. Nothing fails here, so nothing waits: that would be a fault of the run."""

    def wait(self, receipt: str, seconds: int) -> None:
        """As the port says."""
        raise RuntimeError(f"{receipt} would wait {seconds} s")

    def park(self, group: str, deduplication: str, body: str, cause: str) -> None:  # noqa: ARG002 - as the port is
        """As the port says."""
        raise RuntimeError(f"{deduplication} would be parked: {cause}")


class Town:
    """Fresh tables with one rush on one slot, and a container's house over them."""

    def __init__(self, endpoint: str, name: str, part: int = PART) -> None:
        self.buyers, self.places = BUYERS // part, PLACES // part
        self.arena = Arena(endpoint, f"{name}-peer", self.places)
        self.endpoint, self.name = endpoint, name
        for table in TABLES:
            make_table(self.client, self.table(table), sort_key=table not in WITHOUT_SORT_KEY)
        self.began = time.monotonic()
        self.connection = connection(endpoint)
        self.stored = {
            f"_{table.lower()}_table": Table(self.connection, self.table(table), sort_key=table not in WITHOUT_SORT_KEY)
            for table in TABLES
        }
        self.group, self.meter = Group(), Meter()
        self.lanes = Lanes(self.group)
        self.line = self._settle()
        self.meter.listen(self.connection.client)

    @property
    def asked(self) -> int:
        """Requests of the whole line. What Meta delivers again is none of its own."""
        return len({tap.message.id for tap in self.line})

    @property
    def client(self) -> "DynamoDBClient":
        """For setting up and looking after; the peer's design uses it too."""
        return self.arena.client

    def table(self, name: str) -> str:
        """The name of one of the product's tables."""
        return f"{self.name}-{name}"

    def now(self) -> datetime:
        """A Monday morning that goes on as the run does."""
        return MORNING + timedelta(seconds=time.monotonic() - self.began)

    def house(self) -> House:
        """A container: its own caches over the one connection, with our queues instead of SQS."""
        environment = {
            **{f"SEBA_{table}_TABLE": self.table(table) for table in TABLES},
            **{f"SEBA_{queue}_QUEUE": f"https://queues.example/{queue}.fifo" for queue in QUEUES},
            "SEBA_ERRANDS": "second-dose",
            "SEBA_PHONE_NUMBER_ID": DESK_NUMBER,
            "SEBA_PHONE_NUMBER_IDS": DESK_NUMBER,
        }
        made = House(Settings(environment), self.now)
        # What a cached property would build is put in its place: everything above it is the product's own.
        vars(made).update(self.stored, _dynamodb=self.connection, keys=KEYS, outgoing=self.lanes, requests=NoWaits())
        return made

    def _settle(self) -> list[Tap]:
        """Publish the sessions, register everybody, and bring them to the question that the tap answers."""
        house = self.house()
        day = at_the_desk(MORNING).date() + timedelta(days=1)
        house.timetable.save_area(
            Area("700029", Served.YES, (Locality("Dhakuria", "ঢাকুরিয়া", "ढाकुरिया"),), 22.511, 88.365)
        )
        for centre, slot, latitude, capacity in (
            ("C068", SLOT, 22.512, self.places),
            ("C070", ELSEWHERE, 22.53, self.buyers * 2),
        ):
            session = session_of(slot)
            names = {"en": f"Centre {centre}", "bn": f"Centre {centre}", "hi": f"Centre {centre}"}
            house.timetable.save_centre(
                Centre(centre, names, names, dict(names), centre[1:], "700029", latitude, 88.365)
            )
            house.rosters.open(slot, capacity)
            house.timetable.add_session(
                Session(
                    session, centre, day, "covishield", (2,), 0, Life.OPEN, "b1",
                    (Slot(slot, hour(9), hour(11), capacity),),
                )
            )  # fmt: skip
            house.timetable.release(centre, "b1", MORNING)
        player = Player(house.turn.desk(MORNING))
        player.plays(NEW_PERSON[:-1])
        yes = next(id_ for id_ in player.tappable() if id_.endswith(f"book.{SLOT}"))
        person = next(iter(player.talk.people.values()))
        # One is stored as the product stores; the others are copies of its items under their own keys.
        pattern = house.citizens.meet(Who("919800000000", None, DESK_NUMBER, "Rita Das"))
        house.citizens.commit(pattern, replace(player.talk, people={}), b"first!", (), keep=Keep(person))
        items = self.client.query(
            TableName=self.table("CITIZENS"),
            KeyConditionExpression="pk = :citizen",
            ExpressionAttributeValues={":citizen": {"S": pattern.id}},
        )["Items"]
        phones = [f"9198{n:08d}" for n in range(1, self.buyers + 1)]
        self._write([_copied(item, phone) for phone in phones for item in items])
        taps = [_tap(phone, yes, f"wamid.{phone}") for phone in phones]
        return line_of(taps, _again)

    def _write(self, items: Sequence[dict[str, Any]]) -> None:
        def write(those: Sequence[dict[str, Any]]) -> None:
            left: Any = {self.table("CITIZENS"): [{"PutRequest": {"Item": item}} for item in those]}
            while left:
                left = self.client.batch_write_item(RequestItems=left).get("UnprocessedItems")

        parts = [items[first : first + BATCH_WRITE] for first in range(0, len(items), BATCH_WRITE)]
        in_parallel(parts, 4, write)

    def outcome(self, members: Iterable[str], taken: int) -> Outcome:
        """Whether everybody's own state says what the roster says: that is what they were told last."""
        told, citizens = Told(), self.house().citizens
        for tap in self.line:
            found = citizens.read(tap.buyer)
            assert found is not None
            if found.talk.pending is not None:
                raise RuntimeError(f"{tap.buyer} was never answered")
            told.tell(tap.buyer, booked=any(each.standing == Standing.BOOKED for each in found.talk.appointments))
        return Outcome(told, frozenset(members), taken, self.places)

    def largest_item(self) -> int:
        """Bytes of the largest item that a turn writes."""
        return max(largest_item(self.client, self.table(each)) for each in ("CITIZENS", "ROSTERS", "SESSIONS"))

    def remove(self) -> None:
        """The run is over."""
        for table in TABLES:
            self.client.delete_table(TableName=self.table(table))
        self.arena.remove()


@dataclass(frozen=True, slots=True)
class WholeRun:
    """The errand of the whole crowd, once, by one design."""

    name: str
    ours: bool
    outcome: Outcome
    seconds: float
    turns: int
    """Units of the citizens' items."""
    design: int
    """Units of everything else: rosters and boards, or counter and bookings."""
    asked: int
    """Requests answered: taps of citizens."""
    of_the_room: int | None
    """Of these, answered by the booking room; None where there is none."""
    largest_item: int


def ours(endpoint: str) -> WholeRun:
    """The product: tapping and answering at once."""
    town = Town(endpoint, "ours")
    try:
        rosters = town.house().rosters
        houses: deque[House] = deque(town.house() for _ in range(CLIENTS))

        def tap(each: Tap) -> None:
            house = houses.popleft()
            try:
                for _ in range(TRIES):
                    try:
                        take_turn(each.message, house.turn)
                    except Conflict:
                        continue  # as inbound.fifo does
                    return
                raise RuntimeError("a tap found no moment")
            finally:
                houses.append(house)

        def answer() -> None:
            room = town.house()
            while batch := town.group.take():
                stay = answer_requests(batch, room.booking, room.memory)
                if stay:
                    raise RuntimeError(f"{len(stay)} requests were not answered")

        begun = time.perf_counter()
        with ThreadPoolExecutor(1) as booking_room:
            answered = booking_room.submit(answer)
            try:
                as_they_tap(town.line, CLIENTS, PART, tap)
            finally:
                town.group.end()
            answered.result()
        seconds = time.perf_counter() - begun
        units, turns = town.meter.units, town.meter.by_table[town.table("CITIZENS")]
        members = rosters.members(SLOT)
        outcome = town.outcome((each.person[:-1] for each in members), max(len(members), rosters.free(SLOT)[1]))
        return WholeRun(
            OURS, True, outcome, seconds, turns, units - turns, town.asked, town.group.queued, town.largest_item()
        )
    finally:
        town.remove()


def transaction(endpoint: str) -> WholeRun:
    """The peer: every client takes the place itself, and commits the answer."""
    town = Town(endpoint, "transaction")
    try:
        design = Transaction(town.arena)
        design.open()
        houses: deque[House] = deque(town.house() for _ in range(CLIENTS))

        def tap(each: Tap) -> None:
            house = houses.popleft()
            try:
                for _ in range(TRIES):
                    try:
                        _buys(each, house, design)
                    except Conflict:
                        continue
                    return
                raise RuntimeError("a tap found no moment")
            finally:
                houses.append(house)

        begun = time.perf_counter()
        as_they_tap(town.line, CLIENTS, PART, tap)
        seconds = time.perf_counter() - begun
        turns, bookings = town.meter.units, town.arena.meter.units
        sold = design.outcome(Told())
        outcome = town.outcome((person[:-1] for person in sold.holders), sold.taken)
        return WholeRun(TRANSACTION, False, outcome, seconds, turns, bookings, town.asked, None, town.largest_item())
    finally:
        town.remove()


@dataclass(frozen=True, slots=True)
class Times:
    """What a turn costs in CPU time of its own process, without waiting: milliseconds."""

    tap: float
    """A message's turn in the webhook."""
    answer: float
    """A request in the booking room, in batches of ten: its share of the roster and its answer's turn."""


def times(endpoint: str, requests: int = 300) -> Times:
    """One container each, nobody else beside it; the first tenth warms it."""
    town = Town(endpoint, "times", part=1)
    try:
        house, room = town.house(), town.house()
        taps = [each for each in town.line if not each.message.id.endswith(AGAIN)][:requests]
        spent = {"tap": 0.0, "answer": 0.0}
        counted = 0
        for number in range(0, len(taps), 10):
            begun = time.process_time()
            for each in taps[number : number + 10]:
                take_turn(each.message, house.turn)
            tapped = time.process_time()
            batch = town.group.take()
            if answer_requests(batch, room.booking, room.memory):
                raise RuntimeError("a request was not answered")
            if number >= len(taps) // 10:
                counted += len(batch)
                spent["tap"] += tapped - begun
                spent["answer"] += time.process_time() - tapped
        return Times(1000 * spent["tap"] / counted, 1000 * spent["answer"] / counted)
    finally:
        town.remove()


def _buys(tap: Tap, house: House, design: Transaction) -> None:
    """The peer's turn: read, take the place, commit the answer. A second tap is the conversation's business."""
    citizen = house.citizens.find(tap.message.sender.phone, None)
    assert citizen is not None
    cause = short_hash(tap.message.id)
    if was_heard(citizen, cause):
        return
    if tap.message.id.endswith(AGAIN) and citizen.version > 1:
        take_turn(tap.message, house.turn)
        return
    person = next(iter(citizen.talk.people))
    claim = Claim(person_id(citizen.id, person), KEYS.booking(SLOT, citizen.id))
    booked = design.buy(claim)
    request = f"{citizen.id}-{cause.hex()}-0"
    asking = replace(citizen, talk=citizen.talk.with_(pending=Pending(request, Ask.BOOK, person, SLOT)))
    answer = Answered(request, Answer.BOOKED, claim.booking, {"person": person, "rules": ""})
    hear(asking, answer if booked else Answered(request, Answer.FULL), cause, house.turn)


def _tap(phone: str, option: str, message: str) -> Tap:
    content = inbound.Tapped(option, "Yes, book it")
    made = inbound.Message(message, MORNING.astimezone(UTC), DESK_NUMBER, inbound.Sender(phone), content, "Rita Das")
    return Tap(KEYS.citizen(f"phone:{phone}"), made)


def _again(tap: Tap) -> Tap:
    """The second time: delivered once more by Meta, or tapped once more."""
    if int(tap.message.id[-1]) % 2:
        return tap
    return replace(tap, message=replace(tap.message, id=tap.message.id + AGAIN))


def _copied(item: dict[str, Any], phone: str) -> dict[str, Any]:
    """Somebody else's item: another key, and another phone where one stands."""
    own = {**item, "pk": {"S": KEYS.citizen(f"phone:{phone}")}}
    return {**own, "phone": {"S": phone}} if "phone" in item else own
