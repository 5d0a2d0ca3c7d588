from datetime import UTC, datetime
from typing import Any

from seba.queues.records import failures, records_in


def event(*groups: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{n}",
                "receiptHandle": f"r{n}",
                "body": "{}",
                "attributes": {
                    "ApproximateReceiveCount": "2",
                    "SentTimestamp": "1795500000123",
                    **({"MessageGroupId": group, "MessageDeduplicationId": f"d{n}"} if group else {}),
                },
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-south-1:123456789012:seba-requests.fifo",
            }
            for n, group in enumerate(groups)
        ]
    }


def test_a_record_says_how_often_it_came_and_to_which_group_it_belongs() -> None:
    (record,) = records_in(event("7M4QK2"))
    assert (record.id, record.receives, record.group, record.deduplication, record.receipt) == (
        "m0", 2, "7M4QK2", "d0", "r0",
    )  # fmt: skip
    assert record.sent_at == datetime.fromtimestamp(1795500000.123, UTC)


def test_exactly_what_stays_is_named_in_order() -> None:
    records = records_in(event("a", "b", "a", "b", ""))
    assert failures({"m4", "m0"}, records) == {
        "batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m4"}]
    }


def test_without_a_failure_everything_is_deleted() -> None:
    assert failures(set(), records_in(event("a", "b"))) == {"batchItemFailures": []}
