"""What citizens wrote and what came back, and which answer belongs to which message.

Every message of the desk carries the id of the effect that it is (``CITIZEN-CAUSE-N``) as its callback data, and a
cause is a hash of what brought it about: of the citizen's message, or of the request that it became. So each answer is
found, however late it comes and whatever came between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seba.conversation.records import parts_of_effect
from seba.domain.ids import short_hash

MOST_EFFECTS = 8
"""Of one turn, about: the request of a turn is one of them."""

BOOK, ENTER, CANCEL, TAKE, OTHER = "book", "enter", "cancel", "take", "other"
"""What a message of a citizen asks for."""


@dataclass(frozen=True, slots=True)
class Written:
    """Something a citizen wrote or tapped."""

    phone: str
    message: str
    """WhatsApp's id of it."""
    at: float
    """Seconds, on the clock of this machine."""
    asks: str = OTHER
    slot: str = ""
    """Of which slot a place was asked for."""
    booking: str = ""
    """Which booking was cancelled, or which held place taken."""
    again: bool = False
    """It is the same tap once more."""
    status: int = 200
    """What the desk's webhook said; 0 for nothing."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be tapped."""

    id: str
    label: str

    @property
    def step(self) -> str:
        """The question it answers (``q~STEP~SERIAL~OPTION``); empty where it may be tapped at any time."""
        parts = self.id.split("~")
        return parts[1] if parts[0] == "q" and len(parts) >= 4 else ""

    @property
    def choice(self) -> str:
        """What it says without the question: ``book.7M4QK2``, or ``take~7M4QK2X9TA`` where it may come at any time."""
        parts = self.id.split("~")
        return "~".join(parts[3:] if self.step else parts[1:])


@dataclass(frozen=True, slots=True)
class Received:
    """A message of the desk, as a phone got it."""

    phone: str
    at: float
    effect: str
    """Its callback data."""
    options: tuple[Option, ...] = ()
    asks_home: bool = False
    """It has the button that shares the location."""
    has_code: bool = False
    """It shows a picture at its head: a booking's code."""

    @property
    def cause(self) -> str:
        """The hash of what brought it about; empty when it cannot be read."""
        try:
            return parts_of_effect(self.effect)[1]
        except ValueError:
            return ""

    @property
    def step(self) -> str:
        """The question that its options answer, or nothing."""
        return next((option.step for option in self.options if option.step), "")

    @property
    def booking(self) -> str:
        """The booking that it confirms, or nothing: a code at its head, and that booking to be changed."""
        changes = (option.choice for option in self.options if option.choice.startswith("change~"))
        return next(changes, "").partition("~")[2] if self.has_code else ""

    @property
    def held(self) -> str:
        """The booking of the place that it says is held, or nothing."""
        return next((each.choice for each in self.options if each.choice.startswith("take~")), "").partition("~")[2]


@dataclass(slots=True)
class Record:
    """Everything of one rehearsal."""

    written: list[Written] = field(default_factory=list[Written])
    received: list[Received] = field(default_factory=list[Received])


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back for one message."""

    first: Received | None
    """Whatever came first."""
    result: Received | None
    """What decides: not that there is a line, and not that it takes longer."""


def answers(written: Sequence[Written], received: Iterable[Received]) -> Mapping[str, Answers]:
    """What each message (by WhatsApp's id) was answered with."""
    by_cause: dict[tuple[str, str], list[Received]] = {}
    names: dict[str, str] = {}
    for message in received:
        by_cause.setdefault((message.phone, message.cause), []).append(message)
        if message.cause:
            names.setdefault(message.phone, parts_of_effect(message.effect)[0])
    found: dict[str, Answers] = {}
    for each in written:
        cause = short_hash(each.message).hex()
        requests = [f"{names.get(each.phone, '')}-{cause}-{n}" for n in range(MOST_EFFECTS)]
        decided = _of(by_cause, each.phone, [cause, *(_hashed("answer", request) for request in requests)])
        delayed = [_hashed(why, request) for why in ("in line", "busy") for request in requests]
        first = min([*decided, *_of(by_cause, each.phone, delayed)], key=lambda it: it.at, default=None)
        found[each.message] = Answers(first, min(decided, key=lambda it: it.at, default=None))
    return found


def _of(by_cause: Mapping[tuple[str, str], list[Received]], phone: str, causes: Iterable[str]) -> list[Received]:
    return [each for cause in causes for each in by_cause.get((phone, cause), [])]


def _hashed(what: str, request: str) -> str:
    """The causes of ``services/answer_requests.py`` and ``services/tell_those_who_wait.py``."""
    return short_hash(f"{what} {request}").hex()


def read(phone: str, at: float, payload: Mapping[str, Any]) -> Received:
    """A payload of Meta's send API as what the phone shows."""
    interactive = payload.get("interactive") or {}
    action = interactive.get("action") or {}
    options = [Option(each["reply"]["id"], each["reply"]["title"]) for each in action.get("buttons") or ()]
    options += [Option(row["id"], row["title"]) for part in action.get("sections") or () for row in part["rows"]]
    for component in (payload.get("template") or {}).get("components") or ():
        if component.get("type") == "button":
            options += [Option(each["payload"], "") for each in component["parameters"] if "payload" in each]
    return Received(
        phone=phone,
        at=at,
        effect=str(payload.get("biz_opaque_callback_data", "")),
        options=tuple(options),
        asks_home=interactive.get("type") == "location_request_message",
        has_code=(interactive.get("header") or {}).get("type") == "image",
    )
