"""Who comes on a rehearsed opening day, and what they tap: never anything but what the last messages really offer.

They know the desk's questions by the ids of its options, not by their words, so each goes the way in their language.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from ops.rehearsal.records import BOOK, CANCEL, ENTER, OTHER, TAKE, Option, Received
from seba.domain.ids import slot_of

LANGUAGES: Final = ("bn", "hi", "en")
NAMES: Final = (
    "Ashima Pal", "Rahim Sheikh", "Sunita Devi", "Joseph Gomes", "Rina Das", "Amal Ghosh", "Farida Begum", "Kamal Roy",
    "Lakshmi Nair", "Imran Ali", "Mita Sen", "Gopal Saha", "Anwara Bibi", "Prakash Sahni", "Shyamal Dutta", "Nila Bose",
)  # fmt: skip
WISHING, CANCELLING = 0.2, 0.1
"""Shares of those who say what suits them, and of those who give their place up again."""
MOST_REFUSALS = 2
"""After so many times "full" somebody joins the waiting list."""
MOST_WORDS = 40
"""Messages of one citizen, at most: whoever goes round in circles stops."""
HELLO: Final = {"bn": "হ্যালো", "hi": "नमस्ते", "en": "Hi"}


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody does next: taps ``tap``, or writes ``text``."""

    text: str = ""
    tap: str = ""
    asks: str = OTHER
    slot: str = ""
    booking: str = ""


@dataclass(slots=True)
class Citizen:
    """Somebody with a phone, from the first word to the end."""

    phone: str
    language: str
    name: str
    card: str
    pin: str
    vaccine: str
    first_dose: date
    wishes: bool
    cancels: bool
    repeats: bool
    """Whether they tap twice when they ask for a place."""
    arrives: float = 0.0
    """How far into the opening they come: 0 at the hour, 1 at its end."""
    registered: bool = False
    is_open: bool = False
    """For them the hour has come: now they ask for a place."""
    booking: str = ""
    refused: int = 0
    words: int = 0
    wished: bool = False
    entered: bool = False
    """Whether they take part in the draw."""
    last: Received | None = field(default=None, repr=False)
    """What their phone shows."""
    _said_name: bool = field(default=False, repr=False)

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be expected of them but to wait."""
        return self.words >= MOST_WORDS

    def begins(self) -> Move:
        """The first word, and the one with which they come back."""
        self.words += 1
        return Move(text=HELLO[self.language])

    def comes(self) -> Move | None:
        """The hour has come for them: what they do, by what their phone shows; None for nothing more."""
        self.is_open = True
        if self.booking or self.entered or self.is_done:
            return None
        move = None if self.last is None else self._answer(self.last)
        if move is None or move.asks not in (BOOK, ENTER):
            return self.begins()
        self.words += 1
        return move

    def hears(self, message: Received) -> Move | None:
        """What they do about a message of the desk; None to wait."""
        self.last = message
        if self.is_done:
            return None
        move = self._answer(message)
        if move is not None:
            self.words += 1
        return move

    def _answer(self, message: Received) -> Move | None:
        if message.booking:
            self.booking = message.booking
            self.registered = True
            if self.cancels:
                return _tap(message, f"change~{message.booking}")
            return None
        for option in message.options:
            act, _, about = option.choice.replace("~", ".", 1).partition(".")
            if act == "take":
                return Move(tap=option.id, asks=TAKE, slot=slot_of(about), booking=about)
            if act == "enter":
                self.registered = True
                if self.entered:
                    return None
                self.entered = True
                return Move(tap=option.id, asks=ENTER)
            if act == "want":
                return Move(tap=option.id, asks=BOOK, slot=about.partition(".")[2]) if self.is_open else None
        match message.step:
            case "errands":
                return _tap(message, "register") or _tap(message, "second-dose")
            case "name":
                return Move(text=self.name)
            case "language":
                return _tap(message, self.language)
            case "consent":
                return _tap(message, "yes_me")
            case "vaccine":
                return _tap(message, self.vaccine) or _tap(message, "other_vaccine")
            case "vaccine_other":
                return _tap(message, self.vaccine)
            case "dose":
                return _tap(message, f"2.{self.vaccine}")
            case "first_dose":
                return Move(text=f"{self.first_dose:%d/%m/%Y}")
            case "card" | "id_number":
                return Move(text=self.card)
            case "id_photo":
                return _tap(message, "no_photo") or Move(text=self.card)
            case "wishes" | "wish_centres":
                return self._wish(message)
            case "change":
                return _tap(message, "cancel")
            case "confirm_cancel" if self.booking:
                tap = _tap(message, "yes_cancel")
                self.cancels = False
                return None if tap is None else replace(tap, asks=CANCEL, booking=self.booking)
            case "registered" | "listed" | "offer" | "full" | "times" | "centres" | "confirm":
                return self._choose(message)
        if message.asks_home:
            return Move(text=self.pin)
        if not message.options and not self._said_name:
            self._said_name = True
            return Move(text=self.name)
        return None

    def _choose(self, message: Received) -> Move | None:
        """A place, the line, or nothing yet."""
        self.registered = True
        if self.booking:
            return None
        if self.wishes and not self.wished:
            self.wished = True
            wishing = _tap(message, "wishes") or _tap(message, "change_wishes")
            if wishing is not None:
                return wishing
        self.refused += message.step == "full"
        places = [option for option in message.options if option.choice.startswith("book.")]
        line = _tap(message, "tell_me")
        if not self.is_open:
            # Registered, and waiting for the hour; who is offered a place that was there before leaves it.
            return line if not places else None
        if places and self.refused <= MOST_REFUSALS:
            # Who was refused takes any other, or all would run for the same one again.
            chosen = places[0] if not self.refused else places[hash_of(self.phone) % len(places)]
            return Move(tap=chosen.id, asks=BOOK, slot=chosen.choice.partition(".")[2])
        return line

    def _wish(self, message: Received) -> Move | None:
        """One thing that suits, then that is all."""
        chosen = ("mornings", "afternoons", "weekdays", "any_day")[hash_of(self.phone) % 4]
        if self.wished and (tap := _tap(message, chosen)) is not None and self.words % 2:
            return tap
        return _tap(message, "that_is_all")


def hash_of(phone: str) -> int:
    """A number that is always the same for a phone."""
    return sum(int(digit) * 7**at for at, digit in enumerate(reversed(phone)))


def crowd(
    number: int, *, seed: int, pins: Sequence[str], vaccine: str, today: date, repeats: int, run: int
) -> list[Citizen]:
    """So many citizens: the same for the same seed but for their numbers, which ``run`` tells from other runs'.

    ``repeats`` is a percentage. They come as people do: most at the stroke of the hour, fewer and fewer after it.
    """
    chance = random.Random(seed)  # noqa: S311  # a crowd is no secret
    return [
        Citizen(
            phone=f"919{run % 10_000:04d}{at:05d}",
            language=LANGUAGES[at % len(LANGUAGES)],
            name=chance.choice(NAMES),
            card=_card(run, at),
            pin=chance.choice(list(pins)),
            vaccine=vaccine,
            first_dose=today - timedelta(days=chance.randint(100, 200)),
            wishes=chance.random() < WISHING,
            cancels=chance.random() < CANCELLING,
            repeats=chance.random() * 100 < repeats,
            arrives=min(1.0, chance.expovariate(4)),
        )
        for at in range(number)
    ]


def _card(run: int, at: int) -> str:
    """A voter card's number: three letters and seven digits."""
    letters = "".join(chr(65 + part % 26) for part in (run, run // 26, at // 10_000))
    return f"{letters}{run * 991 % 1_000:03d}{at % 10_000:04d}"


def _tap(message: Received, choice: str) -> Move | None:
    option: Option | None = next((each for each in message.options if each.choice == choice), None)
    return None if option is None else Move(tap=option.id)
