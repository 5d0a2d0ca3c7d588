"""What the forms of the shop's page send, read strictly: anything may come; only what a page of ours says counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from seba.domain.numbers import latin_digits, read_number
from seba.domain.orders import Basket
from seba.services.place_order import Quote, Shown

LONGEST_QUANTITY: Final = 20
"""Characters of a quantity as typed."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form sent, in order; names may come several times."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The last value of a name; empty when there is none."""
        return next((value for each, value in reversed(self.pairs) if each == name), "")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check page said: as the form brings it back, ``NUMBER.VERSION.SHOP.TOTAL.CODE-QUANTITY-PRICE.…``."""

    shown: Shown
    lines: Mapping[str, tuple[int, int]]
    """Quantity and price each (paise) by product code."""

    @classmethod
    def of(cls, basket: Basket, found: Quote) -> Self:
        """What a page says that shows this quote of this basket."""
        shown = Shown(basket.number, basket.version, found.shop.id if found.shop is not None else "", found.total)
        return cls(shown, {line.code: (line.quantity, line.price) for line in found.lines})

    def holds(self, found: Quote) -> bool:
        """Whether shop, quantities and prices are still those."""
        now = {line.code: (line.quantity, line.price) for line in found.lines}
        return found.why is None and found.shop is not None and found.shop.id == self.shown.shop and now == self.lines

    @property
    def text(self) -> str:
        """As the form carries it."""
        shown = self.shown
        lines = (f"{code}-{quantity}-{price}" for code, (quantity, price) in self.lines.items())
        return ".".join((str(shown.number), str(shown.version), shown.shop, str(shown.total), *lines))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The page that a form came from, or None for anything else."""
        if not _SEEN.fullmatch(text):
            return None
        number, version, shop, total, *lines = text.split(".")
        parts = [line.split("-") for line in lines]
        read = {code: (int(quantity), int(price)) for code, quantity, price in parts}
        return cls(Shown(int(number), int(version), shop, int(total)), read)


_SEEN: Final = re.compile(
    r"\d{1,9}\.\d{1,9}\.[0-9A-Z]{0,10}\.\d{1,9}(?:\.[0-9A-Z]{1,8}-\d{1,4}-\d{1,9}){1,50}", re.ASCII
)
_FIELD: Final = re.compile(r"q-([0-9A-Z]{1,8})\.(\d{1,4})", re.ASCII)
_BUTTON: Final = re.compile(r"([0-9A-Z]{1,8})\.(\d{1,4})", re.ASCII)
_OWN_PATH: Final = re.compile(
    r"/shop(?:/basket|/shelf/[\w-]{1,40}(?:\?page=\d{1,3})?|/search\?q=[\w.~%-]{0,1000})?", re.ASCII
)


def wishes_in(fields: Fields) -> tuple[dict[str, str], str]:
    """The quantities wished for, by product code, as typed; and the product whose button was tapped."""
    wishes: dict[str, str] = {}
    for name, value in fields.pairs:
        field = _FIELD.fullmatch(name)
        if field is not None and read_quantity(value) != int(field[2]):
            wishes[field[1]] = value
    button = _BUTTON.fullmatch(fields.get("set"))
    if button is None:
        return wishes, ""
    return wishes | {button[1]: button[2]}, button[1]


def read_quantity(text: str) -> int | None:
    """A whole number as people write it, of any size; None for anything else."""
    plain = latin_digits(text.strip())
    return int(plain) if plain.isdecimal() and len(plain) <= LONGEST_QUANTITY else read_number(text)


def own_path(text: str) -> str | None:
    """A path of ours where goods are chosen, or None: nobody is sent anywhere else."""
    return text if _OWN_PATH.fullmatch(text) else None
