"""The day itself: everybody registers, the hour comes, they tap, and all is waited for to the end."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from ops.rehearsal.people import Citizen, Move
from ops.rehearsal.phones import Phones
from ops.rehearsal.records import BOOK, ENTER, Received, Record, Written

AT_ONCE: Final = 16
"""Webhooks on their way at the same time."""
REGISTERING: Final = 24
"""Citizens who register at the same time; the others come as these are done."""
LOOK_EVERY: Final = 0.05
"""Seconds between two looks at the phones."""
SILENT: Final = 30.0
"""Seconds without an answer after which somebody who registers is given up."""

type Tick = Callable[[int, int], None]
"""How many are done, of how many."""


class Day:
    """One rehearsal. Use as a context manager; an error of a phone comes out of the next look."""

    def __init__(self, phones: Phones, citizens: Sequence[Citizen]) -> None:
        self.record = Record()
        self._phones = phones
        self._citizens = {citizen.phone: citizen for citizen in citizens}
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="phones")
        self._under_way: list[Future[None]] = []
        self._lock = threading.Lock()
        self._heard_at: dict[str, float] = {}

    def __enter__(self) -> "Day":
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def register(self, tick: Tick) -> list[str]:
        """Everybody registers; the phones of those who got stuck on the way."""
        waiting = list(self._citizens.values())
        total, stuck, active = len(waiting), list[str](), list[Citizen]()
        while waiting or active:
            while waiting and len(active) < REGISTERING:
                citizen = waiting.pop(0)
                active.append(citizen)
                self._heard_at[citizen.phone] = time.monotonic()
                self._do(citizen, citizen.begins())
            self._look()
            late = [each for each in active if self._is_silent(each)]
            stuck += [each.phone for each in late]
            active = [each for each in active if not each.registered and each not in late]
            tick(total - len(waiting) - len(active), total)
        return stuck

    def open(self, seconds: float, tick: Tick) -> None:
        """The hour has come: everybody comes in these seconds."""
        left = sorted(self._citizens.values(), key=lambda citizen: citizen.arrives)
        total, begun = len(left), time.monotonic()
        while left:
            while left and left[0].arrives * seconds <= time.monotonic() - begun:
                citizen = left.pop(0)
                move = citizen.comes()
                if move is not None:
                    self._do(citizen, move)
            self._look()
            tick(total - len(left), total)

    def wait(self, quiet: float, most: float) -> bool:
        """Until nothing is on its way and nothing has come for ``quiet`` seconds: whether so within ``most``."""
        begun = last = time.monotonic()
        while time.monotonic() - begun < most:
            if self._look() or self._is_busy():
                last = time.monotonic()
            elif time.monotonic() - last >= quiet:
                if self._phones.is_quiet() and not self._look():
                    return True
                last = time.monotonic()
        return False

    def wait_until(self, moment: float, tick: Tick) -> None:
        """Until a moment (seconds on this machine's clock)."""
        begun = time.time()
        while (now := time.time()) < moment:
            self._look()
            tick(int(now - begun), int(moment - begun))

    # ---- what happens ----------------------------------------------------------------------------------------------

    def _look(self) -> bool:
        """Let everybody hear what has come: whether anything has."""
        time.sleep(LOOK_EVERY)
        for done in [each for each in self._under_way if each.done()]:
            self._under_way.remove(done)
            done.result()
        came = [message for message in self._phones.news() if message.phone in self._citizens]
        self.record.received += came
        for message in came:
            self._hear(message)
        return bool(came)

    def _hear(self, message: Received) -> None:
        citizen = self._citizens[message.phone]
        self._heard_at[citizen.phone] = time.monotonic()
        move = citizen.hears(message)
        if move is not None:
            self._do(citizen, move)

    def _do(self, citizen: Citizen, move: Move) -> None:
        self._under_way.append(self._pool.submit(self._write, citizen, move, again=False))
        if citizen.repeats and move.asks in (BOOK, ENTER):
            # An impatient thumb: once for each thing they ask for.
            self._under_way.append(self._pool.submit(self._write, citizen, move, again=True))

    def _write(self, citizen: Citizen, move: Move, *, again: bool) -> None:
        at = time.time()
        message, status = self._phones.write(citizen.phone, citizen.name, move)
        written = Written(citizen.phone, message, at, move.asks, move.slot, move.booking, again, status)
        with self._lock:
            self.record.written.append(written)

    def _is_busy(self) -> bool:
        return bool(self._under_way)

    def _is_silent(self, citizen: Citizen) -> bool:
        if citizen.registered:
            return False
        return citizen.is_done or time.monotonic() - self._heard_at[citizen.phone] > SILENT
