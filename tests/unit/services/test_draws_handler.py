"""The function that makes draws: a tick does what is due, and says so loudly when it could not."""

from types import SimpleNamespace

import pytest

from draws.app import SPARE_MILLISECONDS, DrawsFailed, handler
from seba import wiring
from tests.unit.services.test_run_draw import MADE_AT, Hall, everybody_has_one_outcome, seven


class Context:
    """Lambda's, with as much time as the test says."""

    def __init__(self, left: int = 900_000) -> None:
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = Hall()
    journal = SimpleNamespace(flush=lambda: made.journal.note("flushed"))
    house = SimpleNamespace(clock=lambda: MADE_AT, drawing=made.ports, journal=journal)
    monkeypatch.setattr(wiring, "_house", house)
    return made


def tick(left: int = 900_000) -> dict[str, list[str]]:
    return handler({"source": "aws.events"}, Context(left))  # type: ignore[arg-type]  # as much of Lambda's as is used


def test_a_tick_makes_the_draw_that_is_due(hall: Hall) -> None:
    seven(hall)
    assert tick() == {"failed": []}
    everybody_has_one_outcome(hall)


def test_a_draw_that_fails_rings_the_alarm_after_the_journal_was_written(hall: Hall) -> None:
    hall.world.draws.seeds.clear()
    with pytest.raises(DrawsFailed, match="d1"):
        tick()
    assert hall.journal.lines[-1][0] == "flushed"


def test_with_little_time_left_nothing_is_begun(hall: Hall) -> None:
    seven(hall)
    assert tick(SPARE_MILLISECONDS) == {"failed": []}
    assert hall.outgoing.queued == []
    assert tick(SPARE_MILLISECONDS + 1) == {"failed": []}
    everybody_has_one_outcome(hall)
