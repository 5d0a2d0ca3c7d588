"""Which products somebody means: a few words, in any script, spelt as people spell them."""

import difflib
from collections.abc import Iterable, Iterator

from seba.domain.goods import Product
from seba.domain.numbers import latin_digits
from seba.domain.spelling import fold, words

SHORTEST_BEGINNING, SHORTEST_STEM = 2, 3
"""Letters of a word that is not typed to its end ("pot"), and of one with an ending typed behind it: দুধ and দুধের."""
SHORTEST_GUESS, LIKENESS = 4, 0.75
"""From so many letters on a misspelt word counts when it is that like one we know (``difflib``'s ratio)."""
LETTERS_OF_AN_ENDING = 3
"""A typed word may be so much longer than the one we know: case endings are glued on in Bengali and Hindi."""


def find_goods(text: str, products: Iterable[Product]) -> list[Product]:
    """The products that every word of ``text`` fits, the closest first; none for a text without words.

    A product's words are its names and sizes in all languages, and what else people call it.
    """
    said = [fold(latin_digits(word)) for word in words(text)]
    if not said:
        return []
    ranked: list[tuple[float, int, Product]] = []
    for at, product in enumerate(products):
        known = set(_words_of(product))
        fits = [max((_fit(word, each) for each in known), default=0.0) for word in said]
        if all(fits):
            # Of two that fit alike, the one of fewer words is meant: "milk", not "milk chocolate".
            ranked.append((-sum(fits), len(words(product.names.get("en", ""))) * 1000 + at, product))
    return [product for _, _, product in sorted(ranked, key=lambda each: each[:2])]


def _words_of(product: Product) -> Iterator[str]:
    for text in (*product.names.values(), *product.sizes.values(), *product.words):
        for word in words(text):
            yield fold(latin_digits(word))


def _fit(said: str, known: str) -> float:
    """How well a typed word fits a known one: 1 for the same, 0 for another."""
    if said == known:
        return 1.0
    if said[0].isdecimal() or known[0].isdecimal():
        return 0.0
    if len(said) >= SHORTEST_BEGINNING and known.startswith(said):
        return 0.9
    if len(known) >= SHORTEST_STEM and said.startswith(known) and len(said) - len(known) <= LETTERS_OF_AN_ENDING:
        return 0.8
    if min(len(said), len(known)) >= SHORTEST_GUESS:
        likeness = difflib.SequenceMatcher(None, said, known).ratio()
        return likeness / 2 if likeness >= LIKENESS else 0.0
    return 0.0
