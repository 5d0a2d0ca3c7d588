"""News that nobody asked for, into a citizen's own state and out to them: once, however often it is tried."""

from collections.abc import Callable, Iterator

from seba.conversation.heard import Answered
from seba.conversation.records import Citizen
from seba.conversation.talk import Talk
from seba.domain.errors import Conflict
from seba.services.take_turn import TurnPorts, hear, queue_again, was_heard

TRIES = 5
"""How often a citizen's turn is taken again after their state was written by somebody else."""


def tell_news(
    to: str,
    news: Answered,
    cause: bytes,
    ports: TurnPorts,
    *,
    applies: Callable[[Talk], bool] = lambda _: True,
    as_read: Citizen | None = None,
) -> bool:
    """Let a citizen (by id) hear news in a turn of their own: whether they have heard it, now or earlier.

    False when there is no such citizen any more, or the news do not apply to how they stand now. ``as_read`` saves the
    first reading. Raises Conflict when others kept writing first, NotNow.
    """
    citizen = as_read
    for last in tries():
        citizen = citizen or ports.citizens.read(to)
        if citizen is None:
            return False
        if was_heard(citizen, cause):
            # What was committed by an earlier delivery may never have reached the queue.
            queue_again(citizen, cause, ports)
            return True
        if not applies(citizen.talk):
            return False
        try:
            hear(citizen, news, cause, ports)
        except Conflict:
            if last:
                raise
            citizen = None
        else:
            return True
    raise AssertionError("the last try returns or raises")


def tries() -> Iterator[bool]:
    """One for each try, True for the last."""
    yield from (False,) * (TRIES - 1)
    yield True
