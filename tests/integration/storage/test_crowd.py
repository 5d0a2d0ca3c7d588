"""The line, thousands at once: who was moved in it stands there once, whatever DynamoDB was too busy for."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from seba.domain.calendar import KOLKATA
from seba.domain.errors import NotNow
from seba.domain.wishes import Days, Entry, Hours, rank, rank_drawn
from seba.storage.crowd import PAUSES, StoredCrowd
from seba.storage.tables import BATCH_WRITE
from seba.storage.wishes import WISHES_KEPT, StoredLine
from tests.tables import Tables

NOW = datetime(2026, 11, 24, 10, 17, tzinfo=KOLKATA)


def entries(number: int) -> list[Entry]:
    ranks = rank(None, NOW)
    return [Entry(f"{n:09d}1", 2, "covishield", f"{700_001 + n % 3}", ranks) for n in range(number)]


def moved(those: list[Entry]) -> list[tuple[Entry, Entry]]:
    return [(each, replace(each, rank=rank_drawn(NOW, at))) for at, each in enumerate(those)]


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def crowd(tables: Tables, slept: list[float]) -> StoredCrowd:
    return StoredCrowd(tables.wishes, lambda: NOW, slept.append)


@pytest.fixture
def line(tables: Tables) -> StoredLine:
    return StoredLine(tables.wishes, lambda: NOW, lambda: 0.0)


def test_whoever_is_moved_in_line_stands_there_once_and_as_they_were(crowd: StoredCrowd, line: StoredLine) -> None:
    those = entries(3)
    those[1] = replace(
        those[1], centres=("C068",), days=Days.WEEKENDS, hours=Hours.MORNING, most=78_000, born=1980,
        offered=frozenset({"AAAAA", "BBBBB"}),
    )  # fmt: skip
    for entry in those:
        line.put(entry)
    moves = moved(those)
    for _ in range(2):
        crowd.stand(moves)
    pins = sorted({each.pin for each in those})
    assert list(line.waiting(pins, 2, "covishield")) == [new for _, new in moves]


def test_a_partition_is_read_whole_and_without_those_who_take_any_vaccine(crowd: StoredCrowd, line: StoredLine) -> None:
    those = entries(30)
    for entry in those:
        line.put(entry)
    anything = replace(those[0], vaccine="", dose=1)
    line.put(anything)
    assert list(crowd.line("700001", 2, "covishield")) == [each for each in those if each.pin == "700001"]
    assert list(crowd.line("700001", 1, "")) == [anything]
    assert list(crowd.line("700001", 1, "covishield")) == []


def test_items_are_written_twenty_five_a_request(crowd: StoredCrowd, calls: list[tuple[str, dict[str, Any]]]) -> None:
    crowd.stand(moved(entries(BATCH_WRITE)))
    assert [name for name, _ in calls] == ["BatchWriteItem"] * 2
    calls.clear()
    crowd.stand([])
    assert calls == []


def test_who_stands_in_line_is_forgotten_like_everybody(crowd: StoredCrowd, tables: Tables) -> None:
    crowd.stand(moved(entries(1)))
    (item,) = tables.wishes.scan()
    assert item["ends"] == {"N": str(int((NOW + WISHES_KEPT).timestamp()))}


def leave_unwritten(tables: Tables, times: int) -> list[int]:
    """Let DynamoDB leave the last item of the next batches unwritten; how many are still to come."""
    left = [times]

    def tell(parsed: dict[str, Any], **_: Any) -> None:
        if left[0] > 0:
            left[0] -= 1
            parsed["UnprocessedItems"] = {"Wishes": [{"DeleteRequest": {"Key": {}}}]}

    tables.connection.client.meta.events.register("after-call.dynamodb.BatchWriteItem", tell)
    return left


def test_what_dynamodb_left_unwritten_is_written_again_after_a_pause(
    crowd: StoredCrowd, tables: Tables, slept: list[float]
) -> None:
    left = leave_unwritten(tables, 3)
    crowd.stand(moved(entries(5)))
    assert left == [0]
    assert slept == list(PAUSES[:3])
    assert len(list(tables.wishes.scan())) == 5


def test_when_dynamodb_stays_busy_it_says_so(crowd: StoredCrowd, tables: Tables, slept: list[float]) -> None:
    leave_unwritten(tables, 100)
    with pytest.raises(NotNow, match="unwritten"):
        crowd.stand(moved(entries(5)))
    assert slept == list(PAUSES)
