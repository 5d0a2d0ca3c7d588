"""Which shop gets an order: open, serving the home's PIN area, with everything in stock and hands free; the nearest.

The pilot died of shops that did not answer, so a shop with a full queue is not asked, and a chain's store only when no
neighbour can.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from seba.domain.orders import MOST_OF_A_LINE, Line, total_of
from seba.domain.places import distance
from seba.domain.shops import Kind, Shop, Stock, place_of

WIDE_PART = 4
"""A shop whose shelves are shown first has at least one product for so many of the shop that has most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A shop, and what it could give of what is wanted, at its prices."""

    shop: Shop
    lines: tuple[Line, ...]
    """What it has as many of as are wanted."""
    short: Mapping[str, int]
    """What it has too few of: how many there are, by product code; 0 for none."""
    metres: int
    """From home; 0 where the home is not known."""
    goods: int = 0
    """How many products it has at all, wanted or not."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The codes of which it has not enough."""
        return tuple(self.short)

    @property
    def total(self) -> int:
        """Paise."""
        return total_of(self.lines)

    def fits(self, agreed: int) -> bool:
        """Whether it has everything, for no more than the customer has said yes to (paise)."""
        return not self.short and self.total <= agreed


def serving(pin: str, shops: Iterable[Shop]) -> list[Shop]:
    """The shops that serve a PIN area and can be asked at all."""
    return [shop for shop in shops if pin in shop.pins and shop.phones]


def has_room(stock: Stock, most: int) -> bool:
    """Whether a shop has fewer than ``most`` live orders."""
    return len(stock.orders) < most


def choice(shop: Shop, stock: Stock, wanted: Mapping[str, int], home: tuple[float, float] | None) -> Choice:
    """What a shop could give of ``wanted`` (quantity by product code) to people who live at ``home``, in degrees."""
    lines, short = [], {}
    for code, quantity in wanted.items():
        if 0 < quantity <= MOST_OF_A_LINE and stock.has(code, quantity):
            lines.append(Line(code, quantity, stock.prices[code]))
        else:
            left = stock.left(code) if code in stock.prices else 0
            short[code] = MOST_OF_A_LINE if left is None else min(left, MOST_OF_A_LINE)
    metres = 0 if home is None else distance(*home, *place_of(shop, stock))
    return Choice(shop, tuple(lines), short, metres, sum(map(stock.has, stock.prices)))


def wide(choices: Collection[Choice]) -> list[Choice]:
    """Those whose shelves are shown to somebody who has chosen nothing yet.

    Whatever the shop shown does not have cannot be chosen: a hawker with ten vegetables at the corner, or a shop that
    has just joined, must not take everybody else's rice off the page.
    """
    most = max((each.goods for each in choices), default=0)
    return [each for each in choices if each.goods * WIDE_PART >= most]


def ranked(choices: Iterable[Choice], kept: str = "") -> list[Choice]:
    """The best first: fewest missing, then the shop ``kept`` so far, a chain's store last, the nearest."""

    def rank(each: Choice) -> tuple[int, bool, bool, int, str]:
        return len(each.short), each.shop.id != kept, each.shop.kind is Kind.CHAIN, each.metres, each.shop.id

    return sorted(choices, key=rank)


def next_shop(choices: Collection[Choice], agreed: int) -> Choice | None:
    """Where an order goes next: a shop that takes it as agreed; else the best that takes something, which is asked.

    None when no shop has anything of it. A dearer shop with everything is better than one that lacks something.
    """
    best = ranked(choices)
    as_agreed = next((each for each in best if each.fits(agreed)), None)
    return as_agreed or next((each for each in best if each.lines), None)
