"""People for whom a citizen books, and the citizen's own addresses."""

from dataclasses import dataclass
from datetime import date

from seba.domain.identity_cards import CardType

PERSON_NUMBERS = "123456"
"""A number may book for up to six people (rule in force since 21 January 2022)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who gets the vaccine. The card's number itself is never kept."""

    number: str
    """``1`` to ``6`` within the citizen."""
    name: str
    vaccine: str
    """Of the doses they had; empty for somebody who had none."""
    last_dose: date | None
    """The day of the last dose they had, or None for somebody who had none."""
    last_dose_exact: bool
    """False when only the month was remembered; the centre then reads the paper."""
    card: CardType
    card_seal: str
    """Keyed hash of card type and number: unique over the whole desk."""
    last4: str
    proof: str | None
    """The photo in the proofs bucket is ``{citizen}/{proof}``; None when none was sent."""
    doses_had: int = 1
    """How many doses they had when they told us or when a centre of this desk last gave one."""
    born: int | None = None
    """Year of birth; asked only where a rule in force needs it."""


@dataclass(frozen=True, slots=True)
class Who:
    """How a citizen is reached, and in what role they write."""

    phone: str | None
    """Digits with country code, or None when hidden behind a username."""
    user_id: str | None
    """WhatsApp's business-scoped user id, or None when never seen."""
    phone_number_id: str
    """The desk's own number this citizen writes to."""
    profile_name: str | None = None
    desk_of: str | None = None
    """The centre whose desk this number is, or None for citizens."""
    shop_of: str | None = None
    """The shop whose phone this number is, or None."""
