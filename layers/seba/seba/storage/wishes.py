"""The wishes' table: who waits in line, which places are held for a while, and who takes part in a draw.

What stands here may be out of date: the citizen's own state decides. So every write is a plain one, and may be
repeated.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from seba.conversation import codec
from seba.conversation.records import Hold
from seba.conversation.say import Enlist, EnterDraw, Leave
from seba.domain.calendar import at_the_desk
from seba.domain.draws import Draw, commitment
from seba.domain.errors import Conflict, NotFound, Unusable
from seba.domain.ids import SLOT_LENGTH
from seba.domain.wishes import Entry
from seba.storage import keys
from seba.storage.facts import draw_from
from seba.storage.tables import DrawEntryItem, DrawItem, HoldItem, LineItem, Raw, SeedItem, Table

WISHES_KEPT: Final = timedelta(days=90)
"""How long somebody stands in line after they last said what they wish for."""
ENTRIES_KEPT: Final = timedelta(days=60)
"""How long it is known who took part in a draw: as long as its sessions are."""
HOLDS_KEPT: Final = timedelta(days=2)
"""How long a held place that was never seen to stays noted after its time."""
FIRST_AHEAD, MOST_AHEAD = 8, 200
"""Entries read ahead per partition: at first, and at most (it doubles with every reading)."""
EMPTY_SECONDS: Final = 5.0
"""How long a container remembers that nobody waits in a PIN area."""
MOST_HOLDS: Final = 300


class StoredLine:
    """Who waits for a place. Fits the port ``Line``. ``stopwatch`` counts seconds from any start."""

    def __init__(self, table: Table, clock: Callable[[], datetime], stopwatch: Callable[[], float]) -> None:
        self._table, self._clock, self._stopwatch = table, clock, stopwatch
        self._empty: dict[str, float] = {}
        """Partitions in which nobody waited, and until when that is believed."""

    def put(self, entry: Entry) -> None:
        """Put somebody in line, or change what they wish for. Raises NotNow.

        What was offered is only ever added to: a wish that is written again does not make anybody hear the same offer
        twice, and an offer that is noted does not need to know the latest wish.
        """
        pk = keys.line(entry.pin, entry.dose, entry.vaccine)
        wish = codec.dump(codec.entry_to_json(replace(entry, offered=frozenset())))
        actions: list[Action] = [LineItem.entry.set(wish), LineItem.ends.set(_ends(self._clock() + WISHES_KEPT))]
        if entry.offered:
            actions.append(LineItem.offered.add(set(entry.offered)))
        self._table.update(pk, keys.in_line(entry.rank, entry.person), actions)
        self._empty.pop(pk, None)

    def remove(self, entry: Entry | Leave) -> None:
        """Take somebody out; not being there is fine. Raises NotNow."""
        self._table.delete(keys.line(entry.pin, entry.dose, entry.vaccine), keys.in_line(entry.rank, entry.person))

    def waiting(self, pins: Sequence[str], dose: int, vaccine: str, after: str = "") -> Iterator[Entry]:
        """Who waits in these PIN areas for this dose of this vaccine (or of any), in the order of their ranks.

        ``after`` goes on behind ``<rank>#<person>``. Lazily: a few are read ahead per partition. Raises NotNow.
        """
        partitions = dict.fromkeys(keys.line(pin, dose, which) for pin in pins for which in (vaccine, ""))
        streams = [self._stream(pk, after) for pk in partitions]
        return (entry for _, entry in heapq.merge(*streams, key=itemgetter(0)))

    def _stream(self, pk: str, after: str) -> Iterator[tuple[str, Entry]]:
        if self._empty.get(pk, 0.0) > self._stopwatch():
            return
        last, ahead, more = after, FIRST_AHEAD, True
        while more:
            items, more = self._table.query_page(pk, ahead, Path("sk") > last if last else None)
            if not items and not last:
                now = self._stopwatch()
                self._empty = {each: until for each, until in self._empty.items() if until > now}
                self._empty[pk] = now + EMPTY_SECONDS
            for item in items:
                last = item["sk"]["S"]
                entry = entry_from(item)
                if entry is not None:
                    yield last, entry
            ahead = min(2 * ahead, MOST_AHEAD)


class StoredHolds:
    """Places held for a while. Fits the port ``Holds``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, hold: Hold) -> None:
        """Remember when it lapses; noting it again changes nothing. Raises NotNow."""
        self._table.put(
            HoldItem(
                keys.HOLDS,
                keys.at(hold.until, hold.booking),
                citizen=hold.citizen,
                person=hold.person,
                dose=hold.dose,
                ends=_ends(hold.until + HOLDS_KEPT),
            )
        )

    def over(self, now: datetime) -> Sequence[Hold]:
        """Those whose time is over (``now`` aware), the oldest first; at most 300 at once."""
        # "$" is the character behind the "#" that follows the time.
        up_to_now = Path("sk") < keys.at(now).removesuffix("#") + "$"
        items, _ = self._table.query_page(keys.HOLDS, MOST_HOLDS, up_to_now)
        return tuple(map(_hold, items))

    def settle(self, hold: Hold) -> None:
        """It was seen to."""
        self._table.delete(keys.HOLDS, keys.at(hold.until, hold.booking))


class StoredDraws:
    """Draws (sessions' table) and who takes part (wishes' table). Fits the port ``Draws``; never from a cache."""

    def __init__(self, wishes: Table, sessions: Table, clock: Callable[[], datetime]) -> None:
        self._wishes, self._sessions, self._clock = wishes, sessions, clock

    def all(self) -> Sequence[Draw]:
        """Every draw kept, with its seed once it was made."""
        return tuple(map(draw_from, self._sessions.query(keys.DRAWS)))

    def announce(self, draw: Draw, seed: str) -> None:
        """Store a draw and, apart from it, its secret seed (hex). Raises Conflict when there is one of that id.

        Raises ValueError for a seed that is not the one whose hash is announced.
        """
        if commitment(bytes.fromhex(seed)) != draw.commitment:
            raise ValueError("this is not the seed whose hash is announced")
        facts = DrawItem(
            keys.DRAWS,
            draw.id,
            opens=draw.opens.isoformat(),
            closes=draw.closes.isoformat(),
            commitment=draw.commitment,
        )
        new = Path("pk").does_not_exist()
        self._sessions.write_all(
            [
                self._sessions.putting(facts, new),
                self._sessions.putting(SeedItem(keys.SEEDS, draw.id, seed=seed), new),
            ]
        )

    def secret(self, draw: str) -> str:
        """The seed (hex) of a draw that is to be made. Raises NotFound."""
        item = self._sessions.get(keys.SEEDS, draw)
        if item is None:
            raise NotFound(f"no draw {draw}")
        return SeedItem.from_raw_data(item).seed

    def enter(self, wish: EnterDraw) -> None:
        """Somebody takes part; again changes the choices. Raises NotNow."""
        self._wishes.put(
            DrawEntryItem(
                keys.in_draw(wish.draw, wish.person),
                wish.person,
                overdue=wish.overdue,
                choices="".join(wish.choices),
                ends=_ends(self._clock() + ENTRIES_KEPT),
            )
        )

    def entries(self, draw: str) -> Iterator[EnterDraw]:
        """Everybody who takes part, each once, in the order of the shards. Raises NotNow.

        Read as DynamoDB writes it: with a model for each item it takes longer than reading them.
        """
        for number in range(keys.DRAW_SHARDS):
            for item in self._wishes.stream(keys.draw_shard(draw, number), ("sk", "overdue", "choices")):
                choices = item["choices"]["S"]
                yield EnterDraw(
                    draw,
                    item["sk"]["S"],
                    item["overdue"]["BOOL"],
                    tuple(choices[at : at + SLOT_LENGTH] for at in range(0, len(choices), SLOT_LENGTH)),
                )

    def reveal(self, draw: str, seed: str) -> None:
        """The draw was made: its seed may be seen. Doing it again changes nothing.

        Raises NotFound without such a draw, Conflict for a seed that is not the one whose hash was announced.
        """
        try:
            self._sessions.update(
                keys.DRAWS, draw, [DrawItem.seed.set(seed)], DrawItem.commitment == commitment(bytes.fromhex(seed))
            )
        except Conflict:
            if self._sessions.get(keys.DRAWS, draw) is None:
                raise NotFound(f"no draw {draw}") from None
            raise


class LineUp:
    """What turns change about who waits: ``write`` is what ``QueuedOutgoing`` takes as ``line_up``."""

    def __init__(self, line: StoredLine, draws: StoredDraws) -> None:
        self._line, self._draws = line, draws

    def write(self, act: Enlist | Leave | EnterDraw) -> None:
        """Put somebody in line, take them out, or enter them in a draw; again changes nothing. Raises NotNow."""
        match act:
            case Enlist(entry=entry):
                self._line.put(entry)
            case Leave():
                self._line.remove(act)
            case EnterDraw():
                self._draws.enter(act)


def entry_from(item: Raw) -> Entry | None:
    """A person in line; None for an entry that cannot be read, which must not keep everybody behind it waiting."""
    stored = LineItem.from_raw_data(item)
    try:
        entry = codec.entry_from_json(codec.load(stored.entry))
    except (TypeError, ValueError, Unusable):
        return None
    return replace(entry, offered=frozenset(stored.offered or ()))


def _hold(item: Raw) -> Hold:
    stored = HoldItem.from_raw_data(item)
    until, booking = keys.moment_of(stored.sk)
    return Hold(at_the_desk(until), stored.citizen, stored.person, int(stored.dose), booking)


def _ends(moment: datetime) -> int:
    return int(moment.timestamp())
