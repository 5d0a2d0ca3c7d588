"""Who still waits for the answer to a request half a minute later is told so, once, with how many are before them.

Beside each request for a place goes a note to the queue ``waits``, which shows it after thirty seconds. By then nearly
everybody has their answer: the note costs one read of the citizen and ends there, without a message and without a
write. Failing here harms nothing: the answer itself comes in any case (docs/decisions/you-are-in-line.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from seba.conversation import codec
from seba.conversation.heard import Answered, Outcome
from seba.domain.errors import Unusable
from seba.domain.ids import short_hash
from seba.services.journal import Journal, cause_of
from seba.services.take_turn import TurnPorts, hear, in_time, queue_again, was_heard


class Waiting(Protocol):
    """How long the line is."""

    def requests(self) -> int:
        """About how many requests the booking room has not answered. Raises NotNow, Unusable."""


@dataclass(frozen=True, slots=True)
class Note:
    """That somebody waits, as the queue ``waits`` delivers it."""

    id: str
    """The queue's id of this message, by which a failure is reported."""
    body: str


@dataclass(frozen=True, slots=True)
class WaitPorts:
    """What telling needs of the world."""

    turn: TurnPorts
    line: Waiting
    journal: Journal


def tell_those_who_wait(batch: Sequence[Note], ports: WaitPorts, may_go_on: Callable[[], bool] = in_time) -> list[str]:
    """Tell whoever of a batch still waits: the ids of the notes that stay in the queue, to be tried again.

    Nothing more is begun once ``may_go_on`` says no.
    """
    stay: list[str] = []
    for note in batch:
        if not may_go_on():
            stay.append(note.id)
            continue
        try:
            _tell(note, ports)
        except Unusable as error:
            # It would be no better next time, and nobody waits for it.
            ports.journal.wrong("a note that cannot be read", cause_of(error))
        except Exception as error:  # noqa: BLE001  # one note that fails must not hold up the others
            ports.journal.wrong("not told of the line", cause_of(error))
            stay.append(note.id)
    return stay


def _tell(note: Note, ports: WaitPorts) -> None:
    turn = ports.turn
    name, request = _read(note.body)
    citizen = turn.citizens.read(name)
    if citizen is None:
        return
    cause = in_line_cause(request)
    if was_heard(citizen, cause):
        # What was committed by an earlier delivery may never have reached the queue.
        queue_again(citizen, cause, turn)
        return
    pending = citizen.talk.pending
    if pending is None or pending.request != request or was_heard(citizen, busy_cause(request)):
        return
    # The own request is one of them; and a line of nobody is no line, whatever SQS's approximation says.
    before = max(1, ports.line.requests() - 1)
    hear(citizen, Answered(request, Outcome.IN_LINE, details={"count": f"count:{before}"}), cause, turn)
    ports.journal.count("ToldInLine")


def in_line_cause(request: str) -> bytes:
    """The cause of telling that there is a line: the same for each delivery, so it is said once."""
    return short_hash(f"in line {request}")


def busy_cause(request: str) -> bytes:
    """The cause under which the booking room has told that it takes longer (``answer_requests``): that is enough."""
    return short_hash(f"busy {request}")


def _read(body: str) -> tuple[str, str]:
    """Citizen and request. Raises Unusable."""
    content = codec.load(body)
    citizen, request = content.get("citizen"), content.get("request")
    if not isinstance(citizen, str) or not isinstance(request, str) or not citizen or not request:
        raise Unusable("a note without citizen and request")
    return citizen, request
