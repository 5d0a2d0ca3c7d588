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
    """Lambda's partial batch response: exactly these are shown again, the rest is deleted.

    While a message of a FIFO group is hidden, SQS delivers none that came later. Whether those of the same batch wait
    as well is for the service to say: it names them, or has done with them.
    """
    return {"batchItemFailures": [{"itemIdentifier": each.id} for each in records if each.id in ids]}


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
