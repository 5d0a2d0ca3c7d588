"""A live appointment as the citizen's own state keeps it: a guard per person and dose."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from seba.domain.ids import slot_of


class Standing(StrEnum):
    """What has become of an appointment. One letter: it is kept in rosters and states by the thousand."""

    BOOKED = "b"
    GIVEN = "g"
    ABSENT = "n"
    HELD = "h"
    """A place kept for a few minutes for somebody in line; it counts as taken, and is on no list."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One booking of one person for one dose."""

    person: str
    """The person's number within the citizen, ``1`` to ``6``."""
    dose: int
    booking: str
    """The booking id; its first six characters are the slot."""
    day: date
    """The day it was booked for (the session's day wins if it was moved)."""
    rules: str
    """The version of the rules it was made under."""
    standing: Standing = Standing.BOOKED

    @property
    def slot(self) -> str:
        """The slot in whose roster it stands."""
        return slot_of(self.booking)
