"""What SQS hands to a function: the records of an event, and the answer that names those to show again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One delivered message."""

    id: str
    body: str
    receives: int
    """1 at the first delivery."""
    group: str
    """Empty in a standard queue."""
    deduplication: str
    receipt: str
    queue: str
    """The ARN of the queue."""
    sent_at: datetime


def records_in(event: Mapping[str, Any]) -> tuple[Record, ...]:
    """The records of a Lambda event of SQS, in order."""
    return tuple(_record(each) for each in event["Records"])


def failures(ids: Collection[str], records: Sequence[Record]) -> dict[str, list[dict[str, str]]]:
    """Lambda's partial batch response: these are shown again, and in a FIFO queue all that follow them in their group.

    The rest is deleted. What follows a failed message in its group is named too, so that the group's order holds.
    """
    held: set[str] = set()
    failed: list[dict[str, str]] = []
    for record in records:
        if record.id in ids or record.group in held:
            failed.append({"itemIdentifier": record.id})
            if record.group:
                held.add(record.group)
    return {"batchItemFailures": failed}


def _record(record: Mapping[str, Any]) -> Record:
    attributes = record["attributes"]
    return Record(
        id=record["messageId"],
        body=record["body"],
        receives=int(attributes["ApproximateReceiveCount"]),
        group=attributes.get("MessageGroupId", ""),
        deduplication=attributes.get("MessageDeduplicationId", ""),
        receipt=record["receiptHandle"],
        queue=record["eventSourceARN"],
        sent_at=datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC),
    )
