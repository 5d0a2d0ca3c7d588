"""How far a message has come. Statuses arrive late, twice and in any order; they only ever advance."""

from typing import Final

ACCEPTED: Final = "accepted"
SENT: Final = "sent"
DELIVERED: Final = "delivered"
READ: Final = "read"
PLAYED: Final = "played"
FAILED: Final = "failed"

_ORDER: Final = {ACCEPTED: 0, SENT: 1, DELIVERED: 2, READ: 3, PLAYED: 4}


def advance(old: str | None, new: str) -> str:
    """The status after `new` arrived on top of `old` (None: nothing known yet).

    - accepted < sent < delivered < read < played; never backwards, and steps may be missing.
    - failed beats accepted and sent, and stays when a late "sent" comes; what has been delivered has not failed.
    - delivered, read and played beat failed: the message did reach a phone.
    - A status we do not know changes nothing; as the very first news it means that Meta has the message.
    """
    if new != FAILED and new not in _ORDER:
        return old or ACCEPTED
    if old is None or (old != FAILED and old not in _ORDER):
        return new
    if old == FAILED:
        return new if arrived(new) else FAILED
    if new == FAILED:
        return old if arrived(old) else FAILED
    return new if _ORDER[new] > _ORDER[old] else old


def arrived(status: str | None) -> bool:
    """Whether the message has reached a phone of the citizen."""
    return status is not None and _ORDER.get(status, 0) >= _ORDER[DELIVERED]
