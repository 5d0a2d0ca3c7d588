"""Identity cards: which kinds there are, how a number's shape tells the kind, and what can be checked of it.

Shapes are those printed on the cards: Aadhaar (UIDAI, twelve digits with a Verhoeff check digit, never starting with
0 or 1), EPIC (voter card: three letters and seven digits; cards of the old series carry state, constituencies and
serial, ``WB/20/141/123456``), PAN (Income Tax Department: the fourth letter is P for a person), driving licence (state,
office, year and serial: a state code and thirteen digits), passport (a letter and seven digits). Pension books and NPR
cards have no one shape.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from seba.domain.numbers import latin_digits
from seba.domain.spelling import fold, vocabulary, words


class CardType(StrEnum):
    """The kinds of identity card that the vaccination drive accepted. Values are kept; never rename one."""

    AADHAAR = "aadhaar"
    VOTER = "voter"
    PAN = "pan"
    LICENCE = "licence"
    PASSPORT = "passport"
    PENSION_BOOK = "pension_book"
    NPR_CARD = "nprcard"


class CardFault(StrEnum):
    """Why a number cannot be that of a card."""

    EMPTY = "empty"
    MASKED = "masked"
    """Most digits are hidden (XXXX XXXX 1234): the whole number is needed."""
    LENGTH = "length"
    SHAPE = "shape"
    """Right length, but letters and digits are not where they belong."""
    FIRST_DIGIT = "first_digit"
    """Aadhaar never starts with 0 or 1."""
    CHECK_DIGIT = "check_digit"
    """The Verhoeff check digit says that a digit is wrong or two are swapped."""
    NOT_A_PERSON = "not_a_person"
    """The PAN of a company, a firm or the like."""
    STATE = "state"
    """A driving licence begins with the two letters of a state."""


@dataclass(frozen=True, slots=True)
class Several:
    """The number's shape fits more than one kind of card: ask which."""

    types: tuple[CardType, ...]


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card number found in a text, normalised."""

    type: CardType
    number: str


# Two letters of the registering state or territory, with those of names since changed (OR, UA, TS).
_STATES = vocabulary(
    "AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TG TN TR TS UA UK "
    "UP WB"
)
_AADHAAR = r"\d{12}"
_VOTER = r"[A-Z]{3}\d{7}"
_VOTER_OLD = r"[A-Z]{2}\d{11}"
_PAN = r"[A-Z]{5}\d{4}[A-Z]"
_LICENCE = r"[A-Z]{2}\d{13}"
_PASSPORT = r"[A-Z]\d{7}"
_FREE = r"[A-Z0-9]{6,20}"
_SHAPES: dict[CardType, str] = {
    CardType.AADHAAR: _AADHAAR,
    CardType.VOTER: rf"{_VOTER}|{_VOTER_OLD}",
    CardType.PAN: _PAN,
    CardType.LICENCE: _LICENCE,
    CardType.PASSPORT: _PASSPORT,
    CardType.PENSION_BOOK: _FREE,
    CardType.NPR_CARD: _FREE,
}
_LENGTHS: dict[CardType, frozenset[int]] = {
    CardType.AADHAAR: frozenset({12}),
    CardType.VOTER: frozenset({10, 13}),
    CardType.PAN: frozenset({10}),
    CardType.LICENCE: frozenset({15}),
    CardType.PASSPORT: frozenset({8}),
    CardType.PENSION_BOOK: frozenset(range(6, 21)),
    CardType.NPR_CARD: frozenset(range(6, 21)),
}
_TELLING = (CardType.AADHAAR, CardType.VOTER, CardType.PAN, CardType.LICENCE, CardType.PASSPORT)

# Verhoeff's multiplication in the dihedral group D5 and its permutation of positions.
_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_TURNS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def _verhoeff(digits: str) -> int:
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _TIMES[check][_TURNS[place % 8][int(digit)]]
    return check


def verhoeff_holds(digits: str) -> bool:
    """Whether the last digit is the Verhoeff check digit of those before it."""
    return digits.isascii() and digits.isdecimal() and _verhoeff(digits) == 0


def verhoeff_digit(digits: str) -> str:
    """The check digit that belongs behind these ASCII digits."""
    return str(_TIMES[_verhoeff(digits + "0")].index(0))


def _plain(text: str) -> str:
    return latin_digits(unicodedata.normalize("NFKC", text)).upper()


# Latin words that people write before the number. (Words in other scripts fall away by themselves.)
_BEFORE_NUMBER = vocabulary(
    "aadhaar aadhar adhar adhaar uid uidai voter vote epic pan licence license lisence driving passport pension book "
    "ppo npr card no nos number num id my is the tel mob fax pin dob"
)


def normalise(number: str) -> str:
    """A card number as it is compared and sealed: ASCII capitals and digits only, whatever script it was typed in.

    Words such as "Aadhaar no." before the number fall away: ``আধার ২৩৪৫ ৬৭৮৯ ০১২৪`` is ``234567890124``.
    """
    runs = re.findall(r"[A-Z0-9]+", _plain(number))
    kept = [run for run in runs if run.lower() not in _BEFORE_NUMBER]
    # DL is Delhi where digits follow, and "driving licence" where a state does.
    if len(kept) > 1 and kept[0] == "DL" and kept[1][0].isalpha():
        kept = kept[1:]
    return "".join(kept)


def recognise(number: str) -> CardType | Several | None:
    """The kind of card whose shape a number has; Several where it fits more than one; None where it tells nothing.

    Tells by shape alone: a mistyped Aadhaar number is still recognised as one, and ``check`` says what is wrong
    with it. A pension book's number may look like anything, so it is never recognised.
    """
    plain = normalise(number)
    fits = tuple(kind for kind in _TELLING if re.fullmatch(_SHAPES[kind], plain) and _plausible(kind, plain))
    if len(fits) > 1:
        return Several(fits)
    return fits[0] if fits else None


def _plausible(kind: CardType, plain: str) -> bool:
    match kind:
        case CardType.AADHAAR:
            return plain[0] not in "01"
        case CardType.LICENCE:
            return plain[:2].lower() in _STATES
        case CardType.VOTER if len(plain) == 13:
            return plain[:2].lower() in _STATES
        case _:
            return True


def check(card: CardType, number: str) -> CardFault | None:
    """What is wrong with a number for this kind of card, or None when nothing is."""
    plain = normalise(number)
    if not plain:
        return CardFault.EMPTY
    if re.search(r"[X*•#]{4,}\d{0,4}$", re.sub(r"[\s-]", "", _plain(number))):
        return CardFault.MASKED
    if not re.fullmatch(_SHAPES[card], plain):
        return CardFault.SHAPE if len(plain) in _LENGTHS[card] else CardFault.LENGTH
    match card:
        case CardType.AADHAAR if plain[0] in "01":
            return CardFault.FIRST_DIGIT
        case CardType.AADHAAR if not verhoeff_holds(plain):
            return CardFault.CHECK_DIGIT
        case CardType.PAN if plain[3] != "P":
            return CardFault.NOT_A_PERSON
        case CardType.LICENCE if plain[:2].lower() not in _STATES:
            return CardFault.STATE
        case CardType.VOTER if len(plain) == 13 and plain[:2].lower() not in _STATES:
            return CardFault.SHAPE
        case CardType.PENSION_BOOK | CardType.NPR_CARD if sum(c.isdigit() for c in plain) < 4:
            return CardFault.SHAPE
        case _:
            return None


def last_four(number: str) -> str:
    """The last four characters of a number: all of it that anyone is ever shown."""
    return normalise(number)[-4:]


_GAP = r"[ ./-]{0,3}"
_IN_TEXT: tuple[tuple[CardType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?<![A-Z0-9+])(?<![0-9][ -])(?:{shape})(?![A-Z0-9])"))
    for kind, shape in (
        (CardType.LICENCE, rf"[A-Z]{{2}}{_GAP}\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{7}}"),
        (CardType.VOTER, rf"[A-Z]{{2}}{_GAP}\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{6}}"),
        (CardType.VOTER, rf"[A-Z]{{3}}{_GAP}\d{{7}}"),
        (CardType.PAN, rf"[A-Z]{{5}}{_GAP}\d{{4}}{_GAP}[A-Z]"),
        (CardType.AADHAAR, rf"\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}"),
        (CardType.PASSPORT, r"[A-Z]-?\d{7}"),
    )
)
_PENSION = re.compile(r"[A-Z0-9](?:[A-Z0-9]|[/-](?=[A-Z0-9])){4,24}[A-Z0-9]")


def find_numbers(text: str) -> tuple[FoundCard, ...]:
    """The card numbers in a text such as a caption, in order, each once; only those that pass their ``check``.

    A pension book's number is found only where the text says that it is one. Phone numbers are not taken for cards.
    """
    plain = _plain(text[:1000])
    found: dict[str, tuple[int, FoundCard]] = {}
    for kind, pattern in _IN_TEXT:
        for match in pattern.finditer(plain):
            number = normalise(match[0])
            if number not in found and _plausible(kind, number) and check(kind, number) is None:
                found[number] = match.start(), FoundCard(kind, number)
    if not found and named(text) is CardType.PENSION_BOOK:
        for match in _PENSION.finditer(plain):
            number = normalise(match[0])
            if number not in found and check(CardType.PENSION_BOOK, number) is None:
                found[number] = match.start(), FoundCard(CardType.PENSION_BOOK, number)
    return tuple(card for _, card in sorted(found.values(), key=lambda each: each[0]))


_NAMES: dict[str, CardType] = {
    fold(name): kind
    for kind, names in {
        CardType.AADHAAR: "aadhaar aadhar adhar adhaar uid uidai আধার আঁধার आधार",
        CardType.VOTER: "voter vote epic ভোটার ভোট এপিক वोटर मतदाता निर्वाचन",
        CardType.PAN: "pan প্যান पैन पेन",
        CardType.LICENCE: "licence license lisence driving dl লাইসেন্স ড্রাইভিং लाइसेंस लाइसेन्स ड्राइविंग",
        CardType.PASSPORT: "passport পাসপোর্ট পাশপোর্ট पासपोर्ट",
        CardType.PENSION_BOOK: "pension ppo পেনশন পেন্সন पेंशन",
        CardType.NPR_CARD: "npr এনপিআর एनपीआर",
    }.items()
    for name in names.split()
}


def named(text: str) -> CardType | None:
    """The kind of card a text names in Bengali, Hindi or English; None when it names none or several."""
    kinds = set()
    for word in words(fold(text[:1000])):
        kind = _NAMES.get(word) or next((k for n, k in _NAMES.items() if len(n) > 3 and word.startswith(n)), None)
        if kind is not None:
            kinds.add(kind)
    return kinds.pop() if len(kinds) == 1 else None
