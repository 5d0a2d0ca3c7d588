"""A fair opening: wishes are collected, then places are drawn by a seed that was committed to before.

Anybody can recompute the draw from what is published afterwards: the seed, whose hash was announced; the lots with
their choices; and the places. A lot is a person without their name: eight characters that only they have been told.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE = timedelta(minutes=2)
"""How long after the close messages written in time may still be on their way before the draw is made."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw as it was announced (item ``DRAW``/id)."""

    id: str
    opens: datetime
    """The announced hour, aware."""
    closes: datetime
    """Wishes that were written until then take part, aware."""
    commitment: str
    """SHA-256 of the seed, in hex: announced before."""
    seed: str = ""
    """In hex, once the draw was made; empty before."""

    def takes_wishes(self, written: datetime, now: datetime) -> bool:
        """Whether a wish written then and read now takes part (both aware).

        Early ones do: the order of arrival plays no part, so nobody has to press at the stroke of the hour.
        """
        return not self.seed and written <= self.closes and now <= self.closes + GRACE


@dataclass(frozen=True, slots=True)
class Lot:
    """A person in a draw, as it is published."""

    number: str
    """Eight characters, unique in the draw."""
    overdue: bool
    """Their second (or precaution) dose should have been given before the draw: they are drawn first."""
    choices: tuple[str, ...]
    """Slot ids, best first."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw came to."""

    order: tuple[str, ...]
    """All lots in the drawn order."""
    places: Mapping[str, str]
    """The slot each winner got, by lot."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who drew nothing, in the drawn order."""
        return tuple(number for number in self.order if number not in self.places)


def is_draw_id(text: str) -> bool:
    """Whether a draw may be called so: letters, digits and dashes, at most 24."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,23}", text) is not None


def commitment(seed: bytes) -> str:
    """What is announced before the draw: the SHA-256 of the seed, in hex."""
    return hashlib.sha256(seed).hexdigest()


def draw(lots: Iterable[Lot], places: Mapping[str, int], seed: bytes) -> Drawn:
    """Draw: overdue doses first, then by SHA-256(seed + lot); each gets the first of their choices that has a place.

    ``places`` counts by slot id. Raises ValueError when a lot is there twice.
    """
    by_number: dict[str, Lot] = {}
    for lot in lots:
        if by_number.setdefault(lot.number, lot) is not lot:
            raise ValueError(f"the lot {lot.number} is there twice")
    left = dict(places)
    order = sorted(by_number, key=lambda number: (not by_number[number].overdue, _key(seed, number), number))
    won: dict[str, str] = {}
    for number in order:
        slot = next((slot for slot in by_number[number].choices if left.get(slot, 0) > 0), None)
        if slot is not None:
            left[slot] -= 1
            won[number] = slot
    return Drawn(tuple(order), won)


def _key(seed: bytes, number: str) -> bytes:
    return hashlib.sha256(seed + number.encode()).digest()


# What is published.
