"""When two spellings are the same word: the loose form in which typed text is compared with what the desk knows.

People leave out nukta and chandrabindu, mix short and long i and u, and swap sibilants; none of that changes which
month or locality is meant. The loose form is for comparing only and is never shown.
"""

import re
import unicodedata
from collections.abc import Iterator

_DROPPED = dict.fromkeys(
    [
        0x093C, 0x09BC, 0x0A3C,  # nukta
        0x0981,  # Bengali chandrabindu: পাঁচ and পাচ
        0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF,  # invisible joiners and spaces
        *range(0xFE00, 0xFE10),  # variation selectors
    ]
)  # fmt: skip
_MERGED = str.maketrans(
    {
        "ঈ": "ই", "ী": "ি", "ঊ": "উ", "ূ": "ু", "শ": "স", "ষ": "স", "ণ": "ন", "য": "জ", "ৎ": "ত",
        "ई": "इ", "ी": "ि", "ऊ": "उ", "ू": "ु", "ष": "श", "ण": "न", "ँ": "ं",
        "’": "'", "‘": "'", "`": "'", "´": "'",
    }
)  # fmt: skip
_NASAL_BEFORE_STOP = re.compile("[ङञणनम]\u094d(?=[क-म])")


def fold(text: str) -> str:
    """The loose form of a text; folding twice changes nothing more than folding once does."""
    bare = unicodedata.normalize("NFD", text).translate(_DROPPED)
    merged = unicodedata.normalize("NFC", unicodedata.normalize("NFC", bare).casefold()).translate(_MERGED)
    # सितम्बर and सितंबर, पन्द्रह and पंद्रह
    return _NASAL_BEFORE_STOP.sub("ं", merged)


def is_letter(character: str) -> bool:
    """Whether a character is a letter or a mark on one (vowel signs of Indic scripts are no ``isalpha``)."""
    return unicodedata.category(character)[0] in "LM"


def pieces(text: str) -> Iterator[str]:
    """A text in runs of digits, runs of letters with their marks, and single other characters; spaces are left out."""
    run, kind = "", ""
    for character in text:
        now = "letter" if is_letter(character) else "digit" if character.isdecimal() else ""
        if run and now != kind:
            yield run
            run = ""
        kind = now
        if now:
            run += character
        elif not character.isspace():
            yield character
    if run:
        yield run


def words(text: str) -> list[str]:
    """Only the runs of letters and of digits of a text."""
    return [piece for piece in pieces(text) if piece[0].isdecimal() or is_letter(piece[0])]


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text in loose form, for looking typed words up in."""
    return frozenset(map(fold, text.split()))
