"""What a dialogue is made of: steps that ask and hear, and the moves by which they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from seba.conversation.desk import Desk
from seba.conversation.heard import Heard, Located, Odd, Pictured, Said
from seba.conversation.say import Act, Forget, Keep, Option, Request, Say
from seba.conversation.talk import Talk


@dataclass(frozen=True, slots=True)
class Next:
    """Go to a step and ask its question."""

    step: str
    put: Mapping[str, str] = field(default_factory=dict[str, str])
    """Answers to remember."""
    drop: tuple[str, ...] = ()
    """Answers to forget."""
    change: Mapping[str, object] = field(default_factory=dict[str, object])
    """Other fields of the talk to change."""
    acts: tuple[Act, ...] = ()
    keep: Keep | None = None
    forget: Forget | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """The same question in other words: what was heard does not answer it. Its buttons stay."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Stay:
    """A message beside the question, which stands as it was."""

    say: Say
    change: Mapping[str, object] = field(default_factory=dict[str, object])
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """The booking room must decide: the request goes out, "typing…" shows, and its answer ends the turn."""

    request: Request
    put: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Quiet:
    """It is noted, and nothing is said but by the ticks: the answer comes later, as one message."""

    acts: tuple[Act, ...]
    change: Mapping[str, object] = field(default_factory=dict[str, object])


Move = Next | Again | Stay | Wait | Quiet


class Step:
    """One question of a dialogue. Its ``id`` is stored in conversations: once released it never changes."""

    id: ClassVar[str]
    yes: ClassVar[tuple[str, ...]] = ()
    """The options a typed "yes" may mean, if any (without what follows a dot: ``book`` for ``book.7M4QK2``)."""
    no: ClassVar[tuple[str, ...]] = ()
    """The options a typed "no" may mean, if any."""
    counts_options: ClassVar[bool] = True
    """Whether a typed "2" means the second option; not where digits are an answer themselves."""

    def ask(self, talk: Talk, desk: Desk) -> Say:
        """The question, with its options."""
        raise NotImplementedError

    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        """One of the question's options was tapped, or typed so clearly that it is the same."""
        return Again("tap_or_type")

    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        """Anything else was heard. By default it is told what it was and what is expected."""
        return not_expected(heard)


def not_expected(heard: Heard) -> Again:
    """The answer to something that has no place here: says what it was, and that a tap or a word is expected."""
    match heard:
        case Pictured():
            return Again("photo_not_now")
        case Located():
            return Again("location_not_now")
        case Odd(kind="voice"):
            return Again("voice_note")
        case Odd():
            return Again("cannot_use_this")
        case Said() | _:
            return Again("tap_or_type")


def word(id_: str, label: str = "") -> Option:
    """An option labelled by the catalogue's ``word.<label>`` (by its own id when no other is given)."""
    return Option(id_, f"word:{label or id_}")


TAP, DO = "q", "do"


def tap_id(step: str, serial: int, option: str) -> str:
    """The reply id of an option of a question: an old one is recognised by step and serial."""
    return f"{TAP}~{step}~{serial}~{option}"


def do_id(act: str, about: str = "") -> str:
    """The reply id of a button that stays good for ever: "show the way", "change or cancel" under a booking."""
    return f"{DO}~{act}~{about}"
