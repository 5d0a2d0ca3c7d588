"""What a turn brings about, queued by lane: replies, notices, requests, proofs; days to remember go to the diary.

Beside a request whose answer somebody waits for goes a note to the queue ``waits``, which shows it half a minute later:
whoever has no answer by then is told how long the line is (``services/tell_those_who_wait.py``).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from seba.conversation import codec
from seba.conversation.records import Effect
from seba.conversation.say import (
    Ask,
    Enlist,
    EnterDraw,
    FetchProof,
    ForgetShopper,
    Later,
    Leave,
    LookUp,
    OrderRequest,
    Request,
    Say,
    Tend,
    Typing,
)
from seba.domain.errors import SebaError, Unusable
from seba.queues.sending import Message, Queue

LineAct = Enlist | Leave | EnterDraw
ShopAct = Tend | ForgetShopper

WAITED_FOR = frozenset({Ask.BOOK, Ask.MOVE, Ask.TAKE})
"""Requests for a place: the citizen waits, and in a rush many wait before them."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The queues a function may write to; None for those it may not."""

    replies: Queue | None = None
    notices: Queue | None = None
    requests: Queue | None = None
    proofs: Queue | None = None
    waits: Queue | None = None
    """A standard queue with a delay of half a minute. Where there is none, nobody is told that there is a line."""


class QueuedOutgoing:
    """Fits the port ``Outgoing``. The deduplication id is the effect's id, so queueing again is harmless."""

    def __init__(
        self,
        lanes: Lanes,
        clock: Callable[[], datetime],
        remember: Callable[[str, Later], None] | None = None,
        line_up: Callable[[LineAct], None] | None = None,
        wrong: Callable[[str, str], None] | None = None,
        tend: Callable[[ShopAct], None] | None = None,
    ) -> None:
        """``remember`` notes something for the clock (the diary's ``write``), ``line_up`` changes who is in line.

        ``wrong`` is told (what, cause) when a note of who waits was not queued, which harms nothing else; ``tend``
        carries out what a shop says of itself, and the forgetting of a customer.
        """
        self._lanes, self._clock, self._remember, self._line_up = lanes, clock, remember, line_up
        self._wrong, self._tend = wrong, tend

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """Queue each effect into its lane, in order; what follows each other in one lane goes in one call.

        Raises NotNow, and Unusable where this function has no such lane.
        """
        waiting: list[Message] = []
        for kind, run in groupby(effects, key=_lane_of):
            if kind in ("later", "line", "shop"):
                for effect in run:
                    if isinstance(effect.act, Later):
                        self._note(citizen, effect.act)
                    elif isinstance(effect.act, LineAct):
                        self._stand_in_line(effect.act)
                    elif isinstance(effect.act, ShopAct):
                        self._tend_shop(effect.act)
                continue
            these = list(run)
            self._lane(kind).send_all([_message(citizen, effect, at) for effect in these])
            waiting += [_wait(citizen, effect) for effect in these if _is_waited_for(effect)]
        if waiting:
            self._note_waits(waiting)

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        """Queue messages that nobody is waiting for into the notices lane. Raises NotNow."""
        at = self._clock()
        self._lane("notices").send_all([_message(citizen, effect, at) for effect in effects])

    def _lane(self, kind: str) -> Queue:
        lane: Queue | None = getattr(self._lanes, kind)
        if lane is None:
            raise Unusable(f"this function may not write to {kind}")
        return lane

    def _note_waits(self, notes: Sequence[Message]) -> None:
        """After everything else, and in one try: a turn does not fail, or take long, because of these."""
        if self._lanes.waits is None:
            return
        try:
            sent = self._lanes.waits.try_to_send(notes)
            cause = "" if sent else "not accepted"
        except SebaError as error:
            cause = str(error)
        if cause and self._wrong is not None:
            self._wrong("no note of who waits", cause)

    def _note(self, citizen: str, later: Later) -> None:
        if self._remember is None:
            raise Unusable("this function has no diary")
        self._remember(citizen, later)

    def _stand_in_line(self, act: LineAct) -> None:
        if self._line_up is None:
            raise Unusable("this function has no line")
        self._line_up(act)

    def _tend_shop(self, act: ShopAct) -> None:
        if self._tend is None:
            raise Unusable("this function has no shops")
        self._tend(act)


def _lane_of(effect: Effect) -> str:
    match effect.act:
        case Say() | Typing() | LookUp():
            return "replies"
        case Request() | OrderRequest():
            return "requests"
        case FetchProof():
            return "proofs"
        case Later():
            return "later"
        case Enlist() | Leave() | EnterDraw():
            return "line"
        case Tend() | ForgetShopper():
            return "shop"


def _is_waited_for(effect: Effect) -> bool:
    return isinstance(effect.act, Request) and effect.act.ask in WAITED_FOR


def _wait(citizen: str, effect: Effect) -> Message:
    """That a citizen waits for the answer to a request (its effect's id)."""
    return Message(codec.dump({"citizen": citizen, "request": effect.id}))


def _message(citizen: str, effect: Effect, at: datetime) -> Message:
    match effect.act:
        case Request(slot=slot):
            group = slot
        case OrderRequest() as asked:
            group = asked.group
        case _:
            group = citizen
    return Message(codec.write_effect(effect, at), group=group, deduplication=effect.id)
