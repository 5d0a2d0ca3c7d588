"""Requests and messages of a draw, thousands at once: ten a call, eight calls at a time.

What belongs to one group goes out in one thread, so its order stands. SQS knows the ids for five minutes, and the
notifier's ledger and the booking room know them for ever: sending all of it again is harmless.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final
from zlib import crc32

from seba.conversation import codec
from seba.conversation.records import Effect
from seba.conversation.say import Request
from seba.queues.sending import BATCH, Message, Queue

THREADS: Final = 8


class QueuedCrowd:
    """Fits the port ``Post``."""

    def __init__(self, requests: Queue, notices: Queue) -> None:
        self._requests, self._notices = requests, notices

    def ask(self, requests: Sequence[tuple[str, Effect]], at: datetime) -> None:
        """Queue (citizen, effect) into the requests, those of one slot in the order given. Raises NotNow."""
        _send(self._requests, [_message(citizen, effect, at) for citizen, effect in requests])

    def tell(self, notices: Sequence[tuple[str, Effect]], at: datetime) -> None:
        """Queue (citizen, effect) into the notices. Raises NotNow."""
        _send(self._notices, [_message(citizen, effect, at) for citizen, effect in notices])


def _message(citizen: str, effect: Effect, at: datetime) -> Message:
    group = effect.act.slot if isinstance(effect.act, Request) else citizen
    return Message(codec.write_effect(effect, at), group=group, deduplication=effect.id)


def _send(queue: Queue, messages: Sequence[Message]) -> None:
    if len(messages) <= BATCH:
        queue.send_all(messages)
        return
    lots: list[list[Message]] = [[] for _ in range(THREADS)]
    for message in messages:
        lots[crc32(message.group.encode()) % THREADS].append(message)
    with ThreadPoolExecutor(THREADS) as pool:
        for sent in [pool.submit(queue.send_all, lot) for lot in lots if lot]:
            sent.result()
