"""Which products somebody means: a few words, in any script, spelt as people spell them."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from seba.domain.goods import Product
from seba.domain.numbers import latin_digits
from seba.domain.spelling import fold, words

SHORTEST_BEGINNING, SHORTEST_STEM, SHORTEST_LATIN_STEM = 2, 3, 4
"""Letters of a word that is not typed to its end ("pot"), and of one with an ending typed behind it: দুধ and দুধের. In
Latin letters one more: "chal" is rice, and no form of "cha"."""
SHORTEST_GUESS, LIKENESS = 4, 0.75
"""From so many letters on a misspelt word counts when it is that like one we know (``difflib``'s ratio)."""
MOST_WORDS = 6
"""So many words of a text are looked at: nobody needs more, and each costs time."""
_SAME_SOUND = (("aa", "a"), ("ee", "i"), ("oo", "u"), ("ph", "f"), ("w", "v"), ("z", "j"))
"""How words of Bengali and Hindi are written in Latin letters: doodh and dudh, pyaaz and pyaj."""
_DRAWN_OUT = re.compile(r"([a-z])\1+")
LETTERS_OF_AN_ENDING = 3
"""A typed word may be so much longer than the one we know: case endings are glued on in Bengali and Hindi."""


def find_goods(text: str, products: Iterable[Product]) -> list[Product]:
    """The products that every word of ``text`` fits, the closest first; none for a text without words.

    A product's words are its names and sizes in all languages, and what else people call it. Where nothing fits every
    word, numbers and very short words are left aside: "alu 2 kg".
    """
    said = [_loose(word) for word in words(text)[:MOST_WORDS]]
    plainly = [word for word in said if not word[0].isdecimal() and len(word) >= SHORTEST_STEM]
    listed = list(products)
    return _fitting(said, listed) or (_fitting(plainly, listed) if plainly != said else [])


def _fitting(said: Sequence[str], products: Iterable[Product]) -> list[Product]:
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
            yield _loose(word)


@lru_cache(maxsize=20_000)
def _loose(word: str) -> str:
    """The loose form of a word; those of a whole master list are kept, or each search would make them anew."""
    loose = fold(latin_digits(word))
    if loose.isascii():
        for written, heard in _SAME_SOUND:
            loose = loose.replace(written, heard)
        loose = _DRAWN_OUT.sub(r"\1", loose)
    return loose


def _fit(said: str, known: str) -> float:
    """How well a typed word fits a known one: 1 for the same, 0 for another."""
    if said == known:
        return 1.0
    if said[0].isdecimal() or known[0].isdecimal():
        return 0.0
    if len(said) >= SHORTEST_BEGINNING and known.startswith(said):
        return 0.9
    if (
        len(known) >= (SHORTEST_LATIN_STEM if known.isascii() else SHORTEST_STEM)
        and said.startswith(known)
        and len(said) - len(known) <= LETTERS_OF_AN_ENDING
    ):
        return 0.8
    if min(len(said), len(known)) >= SHORTEST_GUESS:
        matcher = difflib.SequenceMatcher(None, said, known)
        # Both are upper bounds, and quick: most words are out by them.
        if matcher.real_quick_ratio() >= LIKENESS <= matcher.quick_ratio():
            likeness = matcher.ratio()
            return likeness / 2 if likeness >= LIKENESS else 0.0
    return 0.0
