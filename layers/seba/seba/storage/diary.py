"""What the clock has to do and has done, and the lists of the day that centres were sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from seba.conversation.records import Due, SentList
from seba.conversation.say import Later
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict
from seba.storage import keys
from seba.storage.tables import DueItem, ListItem, Raw, Table, WorkItem

KEPT: Final = timedelta(weeks=4)
"""How long work, progress and lists are kept after their day."""


class StoredDiary:
    """Work due (citizens' table) and progress (sessions' table). Fits the port ``Diary``."""

    def __init__(self, citizens: Table, sessions: Table, clock: Callable[[], datetime]) -> None:
        self._citizens, self._sessions, self._clock = citizens, sessions, clock

    def write(self, citizen: str, later: Later) -> None:
        """Note something to do; noting it again changes nothing. Raises NotNow."""
        self._citizens.put(
            DueItem(
                keys.due(later.day),
                keys.due_item(later.what, citizen, later.about),
                what=later.what,
                citizen=citizen,
                about=later.about or None,
                ends=_ends(later.day),
            )
        )

    def due(self, day: date) -> Sequence[Due]:
        """Everything due on a day."""
        stored = [DueItem.from_raw_data(item) for item in self._citizens.query(keys.due(day))]
        return tuple(Due(day, each.what, each.citizen, each.about or "") for each in stored)

    def settle(self, due: Due) -> None:
        """It is done: take it away."""
        self._citizens.delete(keys.due(due.day), keys.due_item(due.what, due.citizen, due.about))

    def done(self, work: str) -> str | None:
        """How far a piece of work has come, or None when it was never begun."""
        item = self._sessions.get(keys.WORK, work)
        return None if item is None else WorkItem.from_raw_data(item).progress

    def note(self, work: str, progress: str) -> None:
        """Write how far it has come (kept for four weeks)."""
        ends = int((self._clock() + KEPT).timestamp())
        self._sessions.put(WorkItem(keys.WORK, work, progress=progress, ends=ends))


class StoredLists:
    """The lists of the day in the sessions' table. Fits the port ``Lists``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_day(self, day: date) -> Mapping[str, SentList]:
        """By centre."""
        return {each.centre: each for each in (_sent(day, item) for item in self._table.query(keys.lists(day)))}

    def record(self, sent: SentList) -> bool:
        """Write version, digest, key and time, if the version before stands (or none, for 1): whether it did."""
        first: Condition = Path("pk").does_not_exist()
        condition = first if sent.version == 1 else ListItem.version == sent.version - 1
        try:
            self._table.update(
                keys.lists(sent.day),
                sent.centre,
                [
                    ListItem.version.set(sent.version),
                    ListItem.digest.set(sent.digest),
                    ListItem.key.set(sent.key),
                    ListItem.sent_at.set(sent.sent_at.isoformat()),
                    ListItem.ends.set(_ends(sent.day)),
                ],
                condition,
            )
        except Conflict:
            return False
        return True

    def acknowledge(self, day: date, centre: str, version: int, by: str, at: datetime) -> bool:
        """Note the acknowledgement, never backwards; False when no such list was sent."""
        earlier = ListItem.acknowledged.does_not_exist() | (ListItem.acknowledged < version)
        try:
            self._table.update(
                keys.lists(day),
                centre,
                [
                    ListItem.acknowledged.set(version),
                    ListItem.acknowledged_at.set(at.isoformat()),
                    ListItem.acknowledged_by.set(by),
                ],
                (ListItem.version >= version) & earlier,
            )
        except Conflict:
            stands = self.of_day(day).get(centre)
            return stands is not None and version <= stands.acknowledged
        return True


def _ends(day: date) -> int:
    return int((datetime.combine(day, time(), KOLKATA) + KEPT).timestamp())


def _sent(day: date, item: Raw) -> SentList:
    stored = ListItem.from_raw_data(item)
    at = stored.acknowledged_at
    return SentList(
        centre=stored.sk,
        day=day,
        version=int(stored.version),
        digest=stored.digest,
        key=stored.key,
        sent_at=datetime.fromisoformat(stored.sent_at),
        acknowledged=int(stored.acknowledged),
        acknowledged_at=datetime.fromisoformat(at) if at else None,
        acknowledged_by=stored.acknowledged_by or "",
    )
