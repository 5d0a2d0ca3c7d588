"""The master list of what shops sell: products with their names, sizes and pictures in words of three languages."""

from dataclasses import dataclass

UNCOUNTED = -1
"""In a stock: the shop has it, and does not say how many."""
OUT = 0
"""In a stock: the shop has none."""


@dataclass(frozen=True, slots=True)
class Product:
    """One thing one can order, in one size: 500 g of red lentils, a litre of mustard oil, a bar of soap."""

    code: str
    """Two to four of A–Z and 0–9: short, because every shop's stock holds it."""
    category: str
    """The id of a category: ``dairy``; its name is the catalogue's ``category.dairy``."""
    names: dict[str, str]
    """As people say it, by language, at most 40 code points: "Amul Taaza milk"."""
    sizes: dict[str, str]
    """How much that is, by language: "500 ml", "৫০০ মিলি"; of something weighed "1 kg"."""
    picture: str
    """One emoji that shows it."""
    price: int
    """What it usually costs, in paise: where a shop that takes it over begins."""
    weighed: bool = False
    """Weighed at the counter: the total may change a little, within ``orders.WEIGHING_PERCENT``."""
    words: tuple[str, ...] = ()
    """What else people call it, in any script ("dudh", "doodh", "দুধ"), for searching and for the shop's chat."""


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the catalogue."""

    id: str
    names: dict[str, str]
    """At most 24 code points after NFC: a row title of WhatsApp."""
    picture: str
    """One emoji."""


def are_alike(one: Product, other: Product) -> bool:
    """Whether one may be offered in place of the other: of the same shelf, and people call both by a common word."""
    return (
        one.category == other.category and one.weighed == other.weighed and not set(one.words).isdisjoint(other.words)
    )
