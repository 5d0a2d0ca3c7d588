"""The schedules: functions that run every so often by the stack's clock, and whenever the clock is moved."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from local.aws.resources import ACCOUNT, REGION
from local.aws.template import Schedule
from local.clock import MovableClock
from local.lambdas.environment import Outcome

# A long leap stops at every full hour of its last day, so that what is due on the way is done in its time.
STOPS = 26
STOP_EVERY = timedelta(hours=1)


class Schedules:
    """Runs the scheduled functions. `settle` waits until what they caused has been done."""

    def __init__(
        self,
        schedules: Sequence[Schedule],
        clock: MovableClock,
        invoke: Callable[[str, object], Outcome],
        settle: Callable[[], object],
    ) -> None:
        self._schedules = schedules
        self._clock = clock
        self._invoke = invoke
        self._settle = settle
        self._stopping = threading.Event()
        self._moving = threading.Lock()
        self._running = 0
        self._thread = threading.Thread(target=self._run, name="schedules", daemon=True)

    def start(self) -> None:
        """Begin to count."""
        self._thread.start()

    def stop(self) -> None:
        """Stop counting."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def fire(self) -> list[Outcome]:
        """Run every scheduled function once, now."""
        return [self._invoke(schedule.function, self._event(schedule, self._clock())) for schedule in self._schedules]

    def move(self, to: datetime, passed: Callable[[timedelta], object]) -> timedelta:
        """Move the clock to `to`, stopping on the way, and run the scheduled functions at each stop.

        `passed` is told of every step (queues and expiring items follow). Returns how far the clock moved.
        """
        with self._moving:
            moved = timedelta(0)
            for stop in stops(self._clock(), to):
                step = self._clock.move_to(stop)
                moved += step
                passed(step)
                self.fire()
                if self._stopping.is_set():
                    break
                self._settle()
            return moved

    def _run(self) -> None:
        due = {schedule.name: time.monotonic() + schedule.every for schedule in self._schedules}
        while due:
            if self._stopping.wait(max(0.0, min(due.values()) - time.monotonic())):
                return
            for schedule in self._schedules:
                if due[schedule.name] <= time.monotonic():
                    due[schedule.name] += schedule.every
                    with self._moving:
                        self._invoke(schedule.function, self._event(schedule, self._clock()))

    def _event(self, schedule: Schedule, now: datetime) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{schedule.name}"],
            "detail": {},
        }


def stops(now: datetime, to: datetime) -> list[datetime]:
    """Where a move of the clock stops: at the full hours of the last day before `to`, and at `to`."""
    if to <= now:
        return [to]
    first = max(now, to - STOPS * STOP_EVERY)
    hour = first.replace(minute=0, second=0, microsecond=0) + STOP_EVERY
    on_the_way = []
    while hour < to:
        on_the_way.append(hour)
        hour += STOP_EVERY
    return [*on_the_way, to]
