"""The line, thousands at once, for a draw: whole partitions are read, and written 25 items a request.

One by one, 200,000 people would take longer than a function lives. Eight requests are on their way at once; more would
not be faster, since making a request takes this process longer than DynamoDB takes to answer eight.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import Final

from seba.conversation import codec
from seba.domain.errors import NotNow
from seba.domain.wishes import Entry
from seba.storage import keys
from seba.storage.tables import BATCH_WRITE, LineItem, Table
from seba.storage.wishes import WISHES_KEPT, entry_from

THREADS: Final = 8
PAUSES: Final = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds to wait before a batch that DynamoDB was too busy for is written again."""


class StoredCrowd:
    """Fits the port ``Crowd``. ``sleep`` waits between tries."""

    def __init__(
        self, table: Table, clock: Callable[[], datetime], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table, self._clock, self._sleep = table, clock, sleep

    def line(self, pin: str, dose: int, vaccine: str) -> Iterator[Entry]:
        """Everybody who lives there and waits for this dose of exactly this vaccine (empty: any). Raises NotNow."""
        for item in self._table.stream(keys.line(pin, dose, vaccine), ("entry", "offered", "sk")):
            entry = entry_from(item)
            if entry is not None:
                yield entry

    def stand(self, those: Sequence[tuple[Entry, Entry]]) -> None:
        """Put the second of each pair in line, and then take out the first; again changes nothing. Raises NotNow.

        Nobody is missing from the line in between, or when it breaks off.
        """
        ends = int((self._clock() + WISHES_KEPT).timestamp())
        self._in_parallel(those, lambda part: self._table.write_many([_item(new, ends) for _, new in part]))
        self._in_parallel(those, lambda part: self._table.write_many([], [_keys(old) for old, _ in part]))

    def _in_parallel[T](self, everything: Sequence[T], write: Callable[[Sequence[T]], None]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            for done in [
                pool.submit(self._patiently, write, part) for part in batched(everything, BATCH_WRITE, strict=False)
            ]:
                done.result()

    def _patiently[T](self, write: Callable[[Sequence[T]], None], part: Sequence[T]) -> None:
        if not part:
            return
        for pause in PAUSES:
            try:
                write(part)
            except NotNow:
                self._sleep(pause)
            else:
                return
        write(part)


def _keys(entry: Entry) -> tuple[str, str]:
    return keys.line(entry.pin, entry.dose, entry.vaccine), keys.in_line(entry.rank, entry.person)


def _item(entry: Entry, ends: int) -> LineItem:
    wish = codec.dump(codec.entry_to_json(replace(entry, offered=frozenset())))
    return LineItem(*_keys(entry), entry=wish, offered=set(entry.offered) or None, ends=ends)
