"""The clock of the local stack: real time plus an offset that can be moved."""

import threading
from datetime import UTC, datetime, timedelta


class MovableClock:
    """Real time plus an offset. Seba and the Meta double read it; AWS signatures keep real time."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        with self._lock:
            return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of real time (negative: behind)."""
        with self._lock:
            return self._offset

    def move_to(self, moment: datetime) -> timedelta:
        """Set the clock to an aware `moment` and return how far it moved; it goes on running from there."""
        if moment.tzinfo is None:
            raise ValueError("the clock needs a moment with its time zone, such as 2026-11-22T09:00:00+05:30")
        with self._lock:
            before = self._offset
            self._offset = moment - datetime.now(UTC)
            return self._offset - before
