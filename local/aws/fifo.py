"""Deduplication of FIFO queues: the same deduplication id is taken once in five minutes, deleted or not.

moto compares only with messages that are still in the queue (5.2), so a repeated message would be queued again here
but not on AWS. Requests in SQS's JSON protocol are looked at before moto sees them.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

INTERVAL = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Taken:
    at: datetime
    answer: Mapping[str, Any]


class Deduplication:
    """What FIFO queues have taken in the last five minutes of `clock`. Used under moto's lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._taken: dict[tuple[str, str], _Taken] = {}

    def split(
        self, action: str, request: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
        """What is left of a request for moto (None: nothing), and the answers to what was taken before."""
        queue = _name(request)
        if action not in ("SendMessage", "SendMessageBatch") or not queue.endswith(".fifo"):
            return request, []
        oldest = self._clock() - INTERVAL
        for key in [key for key, taken in self._taken.items() if taken.at < oldest]:
            del self._taken[key]
        if action == "SendMessage":
            before = self._taken.get((queue, _identifier(request)))
            return (request, []) if before is None else (None, [before.answer])
        new: list[Mapping[str, Any]] = []
        known: list[Mapping[str, Any]] = []
        for entry in request["Entries"]:
            before = self._taken.get((queue, _identifier(entry)))
            if before is None:
                new.append(entry)
            else:
                known.append({**before.answer, "Id": entry["Id"]})
        return ({**request, "Entries": new} if new else None), known

    def taken(self, action: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Remember what moto has taken."""
        queue = _name(request)
        if not queue.endswith(".fifo"):
            return
        now = self._clock()
        if action == "SendMessage":
            self._taken[queue, _identifier(request)] = _Taken(now, answer)
        elif action == "SendMessageBatch":
            entries = {entry["Id"]: entry for entry in request["Entries"]}
            for success in answer.get("Successful", []):
                kept = {key: value for key, value in success.items() if key != "Id"}
                self._taken[queue, _identifier(entries[success["Id"]])] = _Taken(now, kept)


def _name(request: Mapping[str, Any]) -> str:
    """The queue's name: it goes by several URLs here."""
    return str(request.get("QueueUrl", "")).rpartition("/")[2]


def _identifier(entry: Mapping[str, Any]) -> str:
    """Group and deduplication id (or the digest of the body): our queues deduplicate within a message group."""
    given = entry.get("MessageDeduplicationId")
    own = str(given) if given else hashlib.sha256(str(entry.get("MessageBody")).encode()).hexdigest()
    return f"{entry.get('MessageGroupId')} {own}"
