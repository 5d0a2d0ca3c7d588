"""Batches, deduplication and schedules, as AWS documents them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.aws.fifo import Deduplication
from local.lambdas.environment import Outcome
from local.lambdas.pollers import failed_ids
from local.lambdas.schedules import stops
from seba.domain.calendar import KOLKATA

BATCH = ["a", "b", "c"]
ALL = {"a", "b", "c"}


def listed(*names: Any) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": name} for name in names]}


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        (listed("b"), {"b"}),
        (listed("a", "c"), {"a", "c"}),
        (listed("z"), ALL),
        (listed(""), ALL),
        (listed(None), ALL),
        ({"batchItemFailures": [{"id": "a"}]}, ALL),
        ("done", ALL),
    ],
)
def test_only_listed_items_fail_and_a_list_that_makes_no_sense_fails_all(result: Any, failed: set[str]) -> None:
    assert failed_ids(Outcome(result, None, 1.0, cold=False), BATCH, partial=True) == failed


def test_an_error_fails_the_whole_batch_with_or_without_partial_answers() -> None:
    outcome = Outcome(None, {"errorType": "X", "errorMessage": "", "stackTrace": []}, 1.0, cold=False)
    assert failed_ids(outcome, BATCH, partial=True) == ALL
    assert failed_ids(outcome, BATCH, partial=False) == ALL


def test_without_partial_answers_a_list_of_failures_is_not_read() -> None:
    assert failed_ids(Outcome(listed("b"), None, 1.0, cold=False), BATCH, partial=False) == set()


class Queue:
    """Messages of a FIFO queue as the server would pass them."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        self.deduplication = Deduplication(lambda: self.now)
        self.taken: list[str] = []

    def send(self, identifier: str, *, group: str = "g", queue: str = "https://sqs.example/1/q.fifo") -> str:
        request = {
            "QueueUrl": queue,
            "MessageBody": "x",
            "MessageGroupId": group,
            "MessageDeduplicationId": identifier,
        }
        left, known = self.deduplication.split("SendMessage", request)
        if left is None:
            return str(known[0]["MessageId"])
        self.taken.append(identifier)
        self.deduplication.taken("SendMessage", request, {"MessageId": f"m{len(self.taken)}"})
        return f"m{len(self.taken)}"


def test_the_same_id_is_taken_once_in_five_minutes() -> None:
    queue = Queue()
    assert queue.send("1") == queue.send("1") == "m1"
    queue.now += timedelta(minutes=4, seconds=59)
    assert queue.send("1") == "m1"
    queue.now += timedelta(seconds=2)
    assert queue.send("1") == "m2"


def test_ids_count_within_their_group_and_queue_whatever_the_queues_url() -> None:
    queue = Queue()
    queue.send("1")
    assert queue.send("1", group="h") == "m2"
    assert queue.send("1", queue="https://sqs.example/1/other.fifo") == "m3"
    assert queue.send("1", queue="http://127.0.0.1:8000/1/q.fifo") == "m1"
    assert queue.send("1", queue="https://sqs.example/1/standard") == queue.taken[-1].replace("1", "m4")


def test_of_a_batch_only_what_is_new_goes_on() -> None:
    queue = Queue()
    queue.send("1")
    entry = {"MessageBody": "x", "MessageGroupId": "g"}
    request = {
        "QueueUrl": "https://sqs.example/1/q.fifo",
        "Entries": [
            {"Id": "old", "MessageDeduplicationId": "1", **entry},
            {"Id": "new", "MessageDeduplicationId": "2", **entry},
        ],
    }
    left, known = queue.deduplication.split("SendMessageBatch", request)
    assert left is not None
    assert [entry["Id"] for entry in left["Entries"]] == ["new"]
    assert known == [{"MessageId": "m1", "Id": "old"}]


NOW = datetime(2026, 11, 22, 9, 20, tzinfo=UTC)


def test_a_move_of_the_clock_stops_every_three_hours_of_the_desks_time() -> None:
    # 14:50 in Kolkata: on the way to 21:20 lie 15:00, 18:00 and 21:00.
    assert stops(NOW, NOW + timedelta(hours=6, minutes=30)) == [
        datetime(2026, 11, 22, 15, tzinfo=KOLKATA),
        datetime(2026, 11, 22, 18, tzinfo=KOLKATA),
        datetime(2026, 11, 22, 21, tzinfo=KOLKATA),
        NOW + timedelta(hours=6, minutes=30),
    ]


def test_a_move_of_an_hour_goes_at_once() -> None:
    now = datetime(2026, 11, 22, 15, tzinfo=KOLKATA)
    assert stops(now, now + timedelta(hours=1)) == [now + timedelta(hours=1)]


def test_a_long_leap_stops_on_its_last_day_only() -> None:
    found = stops(NOW, NOW + timedelta(days=30))
    assert 9 <= len(found) <= 10
    assert found[0] >= NOW + timedelta(days=28)
    assert found[-1] == NOW + timedelta(days=30)


def test_backwards_goes_at_once() -> None:
    assert stops(NOW, NOW - timedelta(days=1)) == [NOW - timedelta(days=1)]
