"""The clock of an execution environment of the local stack."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from local.lambdas.worker import StackClock

DAY = 86_400.0


@pytest.mark.parametrize("leaps", [[DAY], [DAY, 0.0], [-DAY]])
def test_caches_grow_old_by_a_leap_back_or_forth(leaps: list[float]) -> None:
    clock = StackClock()
    before = clock.stopwatch()
    for offset in leaps:
        clock.set(timedelta(seconds=offset))
    assert clock.stopwatch() - before >= DAY * len(leaps)


def test_without_a_leap_the_stopwatch_is_the_machines_own() -> None:
    clock = StackClock()
    earlier = time.monotonic()
    clock.set(timedelta(0))
    assert earlier <= clock.stopwatch() <= time.monotonic()


def test_the_clock_is_as_far_ahead_as_the_stack_says() -> None:
    clock = StackClock()
    clock.set(timedelta(days=2))
    assert timedelta(days=2) <= clock() - datetime.now(UTC) + timedelta(seconds=5)
