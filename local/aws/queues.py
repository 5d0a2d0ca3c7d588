"""A look into moto's queues, for the pollers and for "is all quiet?"."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from moto.sqs.models import sqs_backends

from local.aws.server import AwsServer


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages a queue holds: `waiting` can be received, `held` are in flight or delayed (DelaySeconds)."""

    waiting: int
    held: int
    next_in: float | None
    """Seconds until the next held one can be received; None if none is held."""

    @property
    def total(self) -> int:
        """Everything in the queue."""
        return self.waiting + self.held


class Queues:
    """The queues of one account and region, seen from inside moto."""

    def __init__(self, server: AwsServer, account: str, region: str) -> None:
        self._server = server
        self._account = account
        self._region = region

    def depth(self, name: str) -> Depth:
        """How full the queue `name` is now."""
        now = time.time() * 1_000
        with self._server.lock:
            messages = list(self._backend().get_queue(name)._messages)
            due = [max(message.visible_at, message.delayed_until) for message in messages]
        held = [moment - now for moment in due if moment > now]
        return Depth(len(due) - len(held), len(held), min(held) / 1_000 if held else None)

    def under_way(self, names: Iterable[str]) -> dict[str, int]:
        """How many messages of each queue are on their way, all at once; those put off by a delay are not."""
        now = time.time() * 1_000
        with self._server.lock:
            backend = self._backend()
            return {
                name: sum(message.delayed_until <= now for message in backend.get_queue(name)._messages)
                for name in names
            }

    def hasten(self, by: timedelta) -> None:
        """Let `by` pass for every message that waits for a time-out."""
        milliseconds = by.total_seconds() * 1_000
        with self._server.lock:
            for queue in self._backend().queues.values():
                for message in queue._messages:
                    message.visible_at -= milliseconds
                    message.delayed_until -= milliseconds

    def _backend(self) -> Any:  # noqa: ANN401 - moto publishes no types
        return sqs_backends[self._account][self._region]
