"""A minute of the clock: what time it is, how much of it is left, and what failed without stopping the rest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time

from seba.domain.calendar import at_the_desk
from seba.services.journal import Journal, cause_of

WAKING = (time(9, 0), time(21, 0))
"""Messages nobody waits for go out between these hours."""


class OutOfTime(Exception):
    """The rest of a job is done in the next minute."""


class Minute:
    """One minute: every job asks it whether to go on, and tells it what failed."""

    def __init__(self, now: datetime, journal: Journal, in_time: Callable[[], bool]) -> None:
        self.now = at_the_desk(now)
        """Aware, in the desk's zone."""
        self.faults = 0
        """What failed so far within the job under way."""
        self._journal, self._in_time = journal, in_time

    @property
    def is_waking(self) -> bool:
        """Whether people may be written to who do not wait for it."""
        return WAKING[0] <= self.now.time() < WAKING[1]

    def go_on(self) -> None:
        """Raises OutOfTime when nothing more is to be begun."""
        if not self._in_time():
            raise OutOfTime

    @contextmanager
    def alone(self, what: str, **ids: str) -> Iterator[None]:
        """What fails in here is told and counted, and does not stop the rest of the job."""
        try:
            yield
        except OutOfTime:
            raise
        except Exception as error:  # noqa: BLE001  # one centre, slot, session or citizen must not stop the others
            self._journal.wrong(what, cause_of(error), **ids)
            self.faults += 1
