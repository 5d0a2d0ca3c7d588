"""Failures on order: the next sends fail as a test wants them to."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

HOWS = ("refuse", "status", "hang_before", "hang_after", "drop_before", "drop_after", "server_error")


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next `times` sends (to `to`, if given).

    `how`: refuse (answered with `code`), status (accepted, then reported failed with `code`), hang_before / hang_after
    (no answer for `seconds`, before or after the message was accepted), drop_before / drop_after (the connection closes
    without an answer), server_error (HTTP 503 with no JSON).
    """

    times: int
    how: str
    code: int = 131000
    to: str | None = None
    seconds: float = 30.0

    @classmethod
    def from_json(cls, order: Mapping[str, Any]) -> "Fault":
        """Read `{"next": 2, "code": 131016, "how": "refuse", "to": …, "seconds": …}`; ValueError if it makes none."""
        how = str(order.get("how", "refuse"))
        if how not in HOWS:
            raise ValueError(f"how is one of {', '.join(HOWS)}")
        times = int(order.get("next", 1))
        if times < 1:
            raise ValueError("next is at least 1")
        to = order.get("to")
        return cls(
            times, how, int(order.get("code", 131000)), None if to is None else str(to), float(order.get("seconds", 30))
        )


class Faults:
    """The faults still to come, used up in the order they were given."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add a fault."""
        with self._lock:
            self._coming.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._coming.clear()

    def take(self, to: str) -> Fault | None:
        """The fault that hits a send to `to`, used up once; None if it goes through."""
        with self._lock:
            for position, fault in enumerate(self._coming):
                if fault.to is None or fault.to == to:
                    if fault.times == 1:
                        del self._coming[position]
                    else:
                        self._coming[position] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def __len__(self) -> int:
        with self._lock:
            return sum(fault.times for fault in self._coming)
