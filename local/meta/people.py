"""Who is on WhatsApp, under which identities, and what their phones show."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOBILE = re.compile(r"91[6-9]\d{9}|(?!91)\d{8,15}")


def user_id_of(number: str) -> str:
    """The business-scoped user id of a number: `IN.` and 22 letters and digits, always the same for the same number."""
    value = int.from_bytes(hashlib.sha256(f"user of {number}".encode()).digest()[:14])
    digits = ""
    while value:
        value, rest = divmod(value, len(_ALPHABET))
        digits = _ALPHABET[rest] + digits
    return "IN." + digits.rjust(22, "0")


def is_user_id(identity: str) -> bool:
    """Whether this is a business-scoped user id rather than a number."""
    return re.fullmatch(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}", identity) is not None


@dataclass(slots=True)
class Shown:
    """One bubble on a phone. `mine` is written by its owner; `message` is the payload as sent or as in the webhook.

    `ticks` of a bubble of the desk: sent, delivered, read or failed; of the owner's own: sent, delivered, read (blue).
    """

    identifier: str
    at: datetime
    mine: bool
    message: Mapping[str, Any]
    ticks: str
    filled: Mapping[str, Any] | None = None
    error: str = ""
    category: str = ""
    desk: str = ""
    """The desk's number that it was written to, or that sent it."""
    bill: Mapping[str, Any] | None = None
    """Of a bill: whether it is paid, and how far the order is."""

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {
            "id": self.identifier,
            "at": self.at.isoformat(),
            "mine": self.mine,
            "message": self.message,
            "ticks": self.ticks,
            "filled": self.filled,
            "error": self.error,
            "category": self.category,
            "desk": self.desk,
            "bill": self.bill,
        }


@dataclass(slots=True)
class Person:
    """Someone with WhatsApp. `number` is None when it is hidden behind the business-scoped `user_id`."""

    number: str | None
    user_id: str
    name: str
    role: str = "citizen"
    online: bool = True
    wrote: dict[str, datetime] = field(default_factory=dict)
    """When they last wrote to each of the desk's numbers, by Meta's id of it: each has its own 24 hours."""
    typing_until: datetime | None = None
    billed: int = 0
    on_table: bool = False
    """Whether the phone is shown; one that only ever received lies in somebody's pocket."""
    bubbles: list[Shown] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """The number if it shows, otherwise the user id."""
        return self.number or self.user_id

    def bubble(self, identifier: str) -> Shown | None:
        """The bubble with this message id."""
        return next((shown for shown in reversed(self.bubbles) if shown.identifier == identifier), None)

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {
            "bubbles": [shown.as_json() for shown in self.bubbles],
            "id": self.identity,
            "number": self.number,
            "user_id": self.user_id,
            "name": self.name,
            "role": self.role,
            "online": self.online,
            "billed": self.billed,
        }


class People:
    """Everybody on WhatsApp. Any plausible number is; `not_there` lists the exceptions.

    Not locked: the double does that.
    """

    def __init__(self) -> None:
        self._people: list[Person] = []
        self._by_identity: dict[str, Person] = {}
        self.not_there: set[str] = set()

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people)

    def find(self, identity: str) -> Person | None:
        """The person with this number or user id, if met already."""
        return self._by_identity.get(identity.lstrip("+"))

    def reached(self, identity: str) -> Person | None:
        """The person a message to `identity` reaches, met for the first time if need be; None if nobody is there."""
        identity = identity.lstrip("+")
        known = self.find(identity)
        if known is not None:
            return known
        if identity in self.not_there or not _MOBILE.fullmatch(identity):
            return None
        return self.meet(identity)

    def meet(self, identity: str, name: str = "", role: str = "citizen") -> Person:
        """The person with this number or user id, new if not met yet; ValueError if it is neither."""
        identity = identity.lstrip("+")
        person = self.find(identity)
        if person is not None:
            if name:
                person.name = name
            if role != "citizen":
                person.role = role
            return person
        if is_user_id(identity):
            person = Person(None, identity, name or f"Someone {identity[-4:]}", role)
        elif re.fullmatch(r"\d{8,15}", identity):
            person = Person(identity, user_id_of(identity), name or f"Citizen {identity[-4:]}", role)
            self._by_identity[identity] = person
        else:
            raise ValueError(f"{identity!r} is neither a number of 8 to 15 digits nor a user id such as IN.1A2B3C")
        self._by_identity[person.user_id] = person
        self._people.append(person)
        return person

    def renumber(self, person: Person, number: str) -> str:
        """Give `person` another number, and with it another user id; returns the old user id."""
        before = person.user_id
        person.number = number
        person.user_id = user_id_of(number)
        self._by_identity[number] = person
        self._by_identity[person.user_id] = person
        return before
