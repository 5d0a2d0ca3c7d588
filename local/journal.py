"""What passes through the house, in plain words, and who is listening."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of something on its way: `place` did `what`.

    `place` is a room of the house (phone, meta, gateway, webhook, requests.fifo, citizens …), `person` the citizen
    id at Meta when known, `tone` is "step", "quiet" (only of interest to
    whoever looks closely), "good", "warning" or "bad".
    """

    number: int
    at: str
    place: str
    what: str
    person: str = ""
    tone: str = "step"
    took_ms: float | None = None


class Journal:
    """Keeps the last entries and hands every event to the pages that listen."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._number = 0
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._listeners: list[queue.SimpleQueue[tuple[str, Any] | None]] = []
        self._closed = False

    def note(
        self, place: str, what: str, *, person: str = "", tone: str = "step", took_ms: float | None = None
    ) -> None:
        """Write one step down and tell the pages."""
        with self._lock:
            self._number += 1
            took = None if took_ms is None else round(took_ms, 1)
            entry = Entry(self._number, self._clock().isoformat(), place, what, person, tone, took)
            self._entries.append(entry)
        self.tell("step", asdict(entry))

    def tell(self, kind: str, content: object) -> None:
        """Hand an event (`kind`, JSON-able `content`) to every page."""
        with self._lock:
            for listener in self._listeners:
                listener.put((kind, content))

    def entries(self, after: int = 0) -> list[dict[str, Any]]:
        """The kept steps with a number above `after`, oldest first."""
        with self._lock:
            return [asdict(entry) for entry in self._entries if entry.number > after]

    def listen(self, heartbeat: float = 15.0) -> Iterator[tuple[str, Any]]:
        """Yield ("hello", None), then events as they happen until the journal is closed.

        ("alive", None) comes after each quiet `heartbeat` (seconds), so that a page that has gone is noticed.
        """
        mine: queue.SimpleQueue[tuple[str, Any] | None] = queue.SimpleQueue()
        with self._lock:
            if self._closed:
                return
            self._listeners.append(mine)
        try:
            yield ("hello", None)
            while True:
                try:
                    event = mine.get(timeout=heartbeat)
                except queue.Empty:
                    yield ("alive", None)
                    continue
                if event is None:
                    return
                yield event
        finally:
            with self._lock:
                if mine in self._listeners:
                    self._listeners.remove(mine)

    def close(self) -> None:
        """Send every listener home."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                listener.put(None)
