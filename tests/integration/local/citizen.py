"""A citizen (or a desk) with a phone, over HTTP: says, taps what is offered, reads the answers."""

from datetime import timedelta
from typing import Any

from local.speech import choices, in_words
from local.stack import LocalStack
from seba.domain.calendar import at_the_desk
from tests.integration.local.caller import Caller


class Citizen:
    """Somebody with a phone. `identity` is a number, or a user id that hides it."""

    def __init__(self, caller: Caller, identity: str) -> None:
        self.caller = caller
        self.identity = identity

    @property
    def stack(self) -> LocalStack:
        return self.caller.stack

    def say(self, content: Any, *, wait: bool = True) -> str:
        """Text, or the object of /local/say; returns the text of the last message received."""
        said = {"text": content} if isinstance(content, str) else content
        answer = self.caller.post("/local/say", {"from": self.identity, **said})
        assert answer["webhook"] == 200, answer
        if not wait:
            return ""
        assert self.stack.settle(30) == []
        return self.last()

    def tap(self, label: str, *, wait: bool = True) -> str:
        """Tap what begins with `label` in the last message."""
        return self.say({"reply_id": self.offered(label)}, wait=wait)

    def offered(self, label: str) -> str:
        """The id of the choice that begins with `label`, in the last message that has choices."""
        found = [identifier for identifier, text in self.choices() if text.startswith(label)]
        assert found, (label, self.choices(), self.last())
        return found[0]

    def choices(self) -> list[tuple[str, str]]:
        """What the last message offers."""
        bubble = self.heard()[-1]
        return choices(bubble["message"], bubble["filled"])

    def heard(self) -> list[dict[str, Any]]:
        """The messages received, oldest first."""
        [phone] = [phone for phone in self.stack.meta.phones() if phone["id"] == self.identity]
        return [bubble for bubble in phone["bubbles"] if not bubble["mine"]]

    def last(self) -> str:
        """The text of the last message received."""
        bubble = self.heard()[-1]
        return "\n".join(in_words(bubble["message"], bubble["filled"]))

    def confirmations(self) -> list[str]:
        """The texts of the confirmations received."""
        texts = ["\n".join(in_words(bubble["message"], bubble["filled"])) for bubble in self.heard()]
        return [text for text in texts if "*Booked!*" in text]

    def come_to_the_offer(self, pin: str, name: str = "Rina Das", card: str = "2345 6789 0124") -> str:
        """From Hi to the offer of the nearest place, in English."""
        first_dose = at_the_desk(self.stack.clock()).date() - timedelta(days=120)
        self.say("Hi")
        self.tap("English")
        self.tap("Yes, for me")
        self.say(name)
        self.tap("Covishield")
        self.say(f"{first_dose:%d/%m/%Y}")
        self.say({"image": True, "caption": card})
        return self.say(pin)

    def book(self, pin: str, name: str = "Rina Das", card: str = "2345 6789 0124") -> str:
        """From Hi to the confirmation."""
        self.come_to_the_offer(pin, name, card)
        return self.tap("Yes, book it")


def aadhaar(number: int) -> str:
    """A card number with the right check digit (Verhoeff), a different one for each number."""
    digits = f"{23456700000 + number:011d}"
    for check in range(10):
        if _verhoeff(digits + str(check)) == 0:
            return digits + str(check)
    raise AssertionError("one of ten digits is right")


_PERMUTED = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    _PERMUTED.append([_PERMUTED[-1][_PERMUTED[1][digit]] for digit in range(10)])


def _multiplied(first: int, second: int) -> int:
    """In the dihedral group of ten elements."""
    if first < 5 and second < 5:
        return (first + second) % 5
    if first < 5:
        return 5 + (first + second - 5) % 5
    if second < 5:
        return 5 + (first - 5 - second) % 5
    return (first - second) % 5


def _verhoeff(digits: str) -> int:
    value = 0
    for position, digit in enumerate(reversed(digits)):
        value = _multiplied(value, _PERMUTED[position % 8][int(digit)])
    return value
