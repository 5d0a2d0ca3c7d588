"""The ledger of outgoing messages, and the breaker that stops them all."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from pynamodb.expressions.operand import Path

from seba.conversation.records import Delivery, Entry, Stop
from seba.domain.errors import Conflict
from seba.storage import keys
from seba.storage.tables import BreakerItem, LedgerItem, Raw, Table

KEPT: Final = timedelta(days=8)
"""Meta repeats a webhook for seven days; a message must not go out again for one of those."""


class StoredLedger:
    """The ledger's table. Fits the port ``Ledger``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, effect: str, kind: str, at: datetime) -> Entry | None:
        """Put ``sending`` with one try if nothing is there yet: None then, else what stands. Raises NotNow."""
        item = LedgerItem(
            effect,
            state="sending",
            kind=kind,
            begun_at=at.isoformat(),
            tries=1,
            ends=int((at + KEPT).timestamp()),
        )
        try:
            self._table.put(item, Path("pk").does_not_exist())
        except Conflict:
            return self.read(effect)
        return None

    def begin_again(self, entry: Entry, at: datetime, tries: int) -> bool:
        """``sending`` again as the ``tries``-th try, if the entry is still exactly ``entry``. Raises NotNow."""
        try:
            self._table.update(
                entry.id,
                None,
                [
                    LedgerItem.state.set("sending"),
                    LedgerItem.begun_at.set(at.isoformat()),
                    LedgerItem.tries.set(tries),
                    LedgerItem.ends.set(int((at + KEPT).timestamp())),
                ],
                (LedgerItem.state == entry.state) & (LedgerItem.begun_at == entry.begun_at.isoformat()),
            )
        except Conflict:
            return False
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
        """Write ``state`` over one of the states ``over``; no entry, no write: whether it did. Raises NotNow."""
        if not over:
            return False
        actions = [LedgerItem.state.set(state), LedgerItem.ended_at.set(at.isoformat())]
        if wamid:
            actions.append(LedgerItem.wamid.set(wamid))
        if code:
            actions.append(LedgerItem.code.set(code))
        if reason:
            actions.append(LedgerItem.reason.set(reason))
        try:
            self._table.update(effect, None, actions, LedgerItem.state.is_in(*sorted(over)))
        except Conflict:
            return False
        return True

    def stumble(self, entry: Entry, failures: int) -> None:
        """Note how often our own code has failed over this message; its state stays. Raises NotNow."""
        try:
            self._table.update(entry.id, None, [LedgerItem.failures.set(failures)], LedgerItem.state.exists())
        except Conflict:
            return

    def read(self, effect: str) -> Entry | None:
        """What stands, read consistently, or None."""
        item = self._table.get(effect)
        return None if item is None else _entry(item)

    def delivery(self, effect: str) -> Delivery | None:
        """What became of a message, for the office, or None."""
        item = self._table.get(effect)
        if item is None:
            return None
        stored = LedgerItem.from_raw_data(item)
        at = datetime.fromisoformat(stored.ended_at or stored.begun_at)
        return Delivery(stored.pk, stored.kind, stored.state, at, int(stored.code or 0), stored.reason or "")


class StoredBreaker:
    """One item of the ledger's table. Fits the port ``Breaker``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def stopped(self) -> Stop | None:
        """Why sending is stopped, or None."""
        item = self._table.get(keys.BREAKER)
        if item is None:
            return None
        stored = BreakerItem.from_raw_data(item)
        return Stop(int(stored.code), datetime.fromisoformat(stored.at))

    def stop(self, code: int, at: datetime) -> None:
        """Stop sending; an earlier stop keeps its time and its code."""
        try:
            self._table.put(BreakerItem(keys.BREAKER, code=code, at=at.isoformat()), Path("pk").does_not_exist())
        except Conflict:
            return

    def resume(self) -> None:
        """Send again."""
        self._table.delete(keys.BREAKER)


def _entry(item: Raw) -> Entry:
    stored = LedgerItem.from_raw_data(item)
    begun_at = datetime.fromisoformat(stored.begun_at)
    return Entry(stored.pk, stored.state, begun_at, int(stored.tries), stored.wamid, int(stored.failures or 0))
