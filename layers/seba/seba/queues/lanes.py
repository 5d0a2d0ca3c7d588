"""Queues seen from their other end: letting a message wait, setting it aside, putting an event off."""

from collections.abc import Sequence

from seba.queues.sending import Message, Queue

CAUSE = "cause"
"""The attribute of a message set aside that says why."""


class ParkingLot:
    """A dead-letter queue. Bodies arrive with their cause; an operator redrives them."""

    def __init__(self, dlq: Queue) -> None:
        self._dlq = dlq

    def park(self, group: str, deduplication: str, body: str, cause: str) -> None:
        """Put a body into the dead-letter queue with the cause as an attribute. Raises NotNow."""
        self._dlq.send_all([Message(body, group=group, deduplication=deduplication, attributes={CAUSE: cause})])


class QueueLane(ParkingLot):
    """A lane with its dead-letter queue. Fits the port ``Lane``."""

    def __init__(self, queue: Queue, dlq: Queue) -> None:
        super().__init__(dlq)
        self._queue = queue

    def wait(self, receipt: str, seconds: int) -> None:
        """Show a received message again after so many seconds (at most twelve hours). Raises NotNow."""
        self._queue.change_visibility(receipt, seconds)


class InboundOverflow(QueueLane):
    """``inbound.fifo`` with its dead-letter queue. Fits the port ``Overflow``."""

    def defer(self, items: Sequence[tuple[str, str, str]]) -> Sequence[int]:
        """Queue (group, deduplication id, body) in order, ten a call; the positions that could not be queued."""
        return self._queue.send([Message(body, group, deduplication) for group, deduplication, body in items])
