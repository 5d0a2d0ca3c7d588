"""How long a queue is, asked seldom."""

from collections.abc import Callable
from typing import Final

from seba.queues.sending import Queue

DEPTH_SECONDS: Final = 2.0
"""How long a depth is used before it is asked for again: it is approximate anyway, and each asking is a call."""


class QueueDepth:
    """Fits the port ``Waiting`` of ``services/tell_those_who_wait.py``."""

    def __init__(self, queue: Queue, stopwatch: Callable[[], float]) -> None:
        self._queue, self._stopwatch = queue, stopwatch
        self._known: tuple[int, float] | None = None

    def requests(self) -> int:
        """About how many messages are in the queue, at most two seconds old. Raises NotNow, Unusable."""
        now = self._stopwatch()
        if self._known is None or now - self._known[1] >= DEPTH_SECONDS:
            self._known = (self._queue.depth(), now)
        return self._known[0]
