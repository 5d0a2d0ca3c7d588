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
from seba.domain.calendar import KOLKATA

# A leap stops on its last day every three hours of the desk's time (… 15:00, 18:00, 21:00 …), so that what is due on
# the way is done about in its time, and moving to the next morning takes seconds.
LAST = timedelta(hours=26)
STOP_HOURS = 3


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

        `passed` is told of every step (queues follow). Returns how far the clock moved.
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
    """Where a move of the clock stops: every three hours of the last day before `to`, and at `to`."""
    moment = max(now, to - LAST).astimezone(KOLKATA).replace(minute=0, second=0, microsecond=0)
    on_the_way = []
    while moment < to:
        if moment > now and moment.hour % STOP_HOURS == 0:
            on_the_way.append(moment)
        moment += timedelta(hours=1)
    return [*on_the_way, to]
