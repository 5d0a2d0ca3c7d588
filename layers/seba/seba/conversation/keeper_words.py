"""What a shopkeeper means by a short message: a code, a total, "no milk", "milk is back", "milk 52", "12 eggs left"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seba.domain.find_goods import find_goods
from seba.domain.goods import OUT, UNCOUNTED, Product
from seba.domain.numbers import latin_digits
from seba.domain.spelling import pieces
from seba.messages.catalogue import plain, read_trade

HIGHEST_PRICE = 10_000_000
"""Paise. A neighbourhood shop sells nothing dearer than a lakh of rupees."""
MOST_COUNTED = 9_999


@dataclass(frozen=True, slots=True)
class About:
    """A message about goods."""

    what: str
    """``price`` (paise), ``count`` (pieces, ``UNCOUNTED`` or ``OUT``) or ``none``: products were named and no more."""
    number: int
    products: tuple[Product, ...]
    """Those that may be meant, the likeliest first; empty when none was named."""


def pickup_code(text: str) -> str | None:
    """The four digits of a code, in any script, also with spaces between, or None."""
    digits = re.sub(r"[\s\-.]", "", latin_digits(text.strip()))
    return digits if len(digits) == 4 and digits.isdecimal() and digits.isascii() else None


def total(text: str) -> int | None:
    """Paise of "total 342" or "মোট ৩৪২.৫০", or None where no total is said."""
    meanings, rest = read_trade(_spaced(text))
    amount = _amount(text)
    return amount if "total" in meanings and amount is not None and not _letters(rest) else None


def about_goods(text: str, catalogue: Sequence[Product], others: Sequence[Product]) -> About | None:
    """What is said of which product: of the shop's own catalogue first, else of the master list. None for neither.

    ``catalogue`` is what the shop sells, ``others`` the rest of the master list.
    """
    meanings, rest = read_trade(_spaced(text))
    named, amount = " ".join(_letters(rest)), _amount(text)
    found = find_goods(named, catalogue) or find_goods(named, others) if named else []
    if (named and not found) or not (named or meanings):
        # A number alone may be a code with a digit missing.
        return None
    if amount is not None:
        sizes = _sized(found, rest)
        found = sizes or found
    whole = amount // 100 if amount is not None else 0
    counts = bool(meanings & {"pieces", "back"}) and "price" not in meanings
    match meanings:
        case _ if amount is not None and counts and whole <= MOST_COUNTED:
            return About("count", whole, tuple(found))
        case _ if amount is not None:
            return About("price", amount, tuple(found))
        case _ if "out" in meanings:
            return About("count", OUT, tuple(found))
        case _ if "back" in meanings:
            return About("count", UNCOUNTED, tuple(found))
        case _ if found:
            return About("none", 0, tuple(found))
        case _:
            return None


def by_code(codes: Mapping[str, object], products: Mapping[str, Product]) -> list[Product]:
    """The products of a catalogue that the master list still has."""
    return [products[code] for code in codes if code in products]


def _spaced(text: str) -> str:
    """Digits and what is glued to them apart: ``১২টা`` is twelve pieces."""
    return " ".join(pieces(latin_digits(text)))


def _letters(rest: str) -> list[str]:
    return [word for word in plain(rest).split() if not word.isdecimal()]


def _sized(found: Sequence[Product], rest: str) -> list[Product]:
    """Of several that are meant, those whose size is said too, where a price or a count stands behind it."""
    numbers = [word for word in plain(rest).split() if word.isdecimal()]
    if len(numbers) < 2:  # the size and the price
        return []
    return [each for each in found if numbers[0] in plain(latin_digits(each.sizes.get("en", ""))).split()]


def _amount(text: str) -> int | None:
    """The last number of a text in hundredths, or None: ``52``, ``52.50``, ``1,250``."""
    plainly = re.sub(r"(?<=\d),(?=\d)", "", latin_digits(text))
    numbers = re.findall(r"\d+(?:\.\d{1,2})?", plainly)
    if not numbers or len(numbers[-1]) > len("100000.00"):
        return None
    whole, _, part = numbers[-1].partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)
