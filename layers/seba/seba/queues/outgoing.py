"""What a turn brings about, queued by lane: replies, notices, requests, proofs; days to remember go to the diary."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from seba.conversation import codec
from seba.conversation.records import Effect
from seba.conversation.say import Enlist, EnterDraw, FetchProof, Later, Leave, Request, Say, Typing
from seba.domain.errors import Unusable
from seba.queues.sending import Message, Queue

LineAct = Enlist | Leave | EnterDraw


@dataclass(frozen=True, slots=True)
class Lanes:
    """The queues a function may write to; None for those it may not."""

    replies: Queue | None = None
    notices: Queue | None = None
    requests: Queue | None = None
    proofs: Queue | None = None


class QueuedOutgoing:
    """Fits the port ``Outgoing``. The deduplication id is the effect's id, so queueing again is harmless."""

    def __init__(
        self,
        lanes: Lanes,
        clock: Callable[[], datetime],
        remember: Callable[[str, Later], None] | None = None,
        line_up: Callable[[LineAct], None] | None = None,
    ) -> None:
        """``remember`` notes something for the clock (the diary's ``write``), ``line_up`` changes who is in line."""
        self._lanes, self._clock, self._remember, self._line_up = lanes, clock, remember, line_up

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """Queue each effect into its lane, in order; what follows each other in one lane goes in one call.

        Raises NotNow, and Unusable where this function has no such lane.
        """
        for kind, run in groupby(effects, key=_lane_of):
            if kind in ("later", "line"):
                for effect in run:
                    if isinstance(effect.act, Later):
                        self._note(citizen, effect.act)
                    elif isinstance(effect.act, LineAct):
                        self._stand_in_line(effect.act)
                continue
            self._lane(kind).send_all([_message(citizen, effect, at) for effect in run])

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        """Queue messages that nobody is waiting for into the notices lane. Raises NotNow."""
        at = self._clock()
        self._lane("notices").send_all([_message(citizen, effect, at) for effect in effects])

    def _lane(self, kind: str) -> Queue:
        lane: Queue | None = getattr(self._lanes, kind)
        if lane is None:
            raise Unusable(f"this function may not write to {kind}")
        return lane

    def _note(self, citizen: str, later: Later) -> None:
        if self._remember is None:
            raise Unusable("this function has no diary")
        self._remember(citizen, later)

    def _stand_in_line(self, act: LineAct) -> None:
        if self._line_up is None:
            raise Unusable("this function has no line")
        self._line_up(act)


def _lane_of(effect: Effect) -> str:
    match effect.act:
        case Say() | Typing():
            return "replies"
        case Request():
            return "requests"
        case FetchProof():
            return "proofs"
        case Later():
            return "later"
        case Enlist() | Leave() | EnterDraw():
            return "line"


def _message(citizen: str, effect: Effect, at: datetime) -> Message:
    group = effect.act.slot if isinstance(effect.act, Request) else citizen
    return Message(codec.write_effect(effect, at), group=group, deduplication=effect.id)
