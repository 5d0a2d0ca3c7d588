"""Names of people as they stand on a card, and labels cut so that no letter breaks.

Grapheme clusters follow Unicode's text segmentation (UAX 29, rules GB3 to GB13), written for names and labels:
where a general library would need the whole property tables, the general category of a character is enough here. GB9c
(an Indic conjunct is one cluster) is applied to every script with a virama, not only to those Unicode lists: keeping
more together is always safe when cutting.
"""

import re
import unicodedata

from seba.domain.numbers import latin_digits
from seba.domain.spelling import is_letter

SHORTEST, LONGEST = 2, 60
"""Code points of a name after NFC."""
_MOST_DIGITS = 4
"""More digits than that are a number typed at the wrong question, and a card's number must never become a name."""

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_MARKUP = re.compile(r"[*_~`]")
_KEPT_SIGNS = frozenset(".'’-(),/&")
_ADDRESS = re.compile(
    r"https?:|www\.|://|@\w|\w\.(?:com|in|org|net|me|io|co|link|info|xyz|gov|app|ly)(?![\w.])", re.IGNORECASE
)


def read_name(text: str) -> str | None:
    """A person's name as it is to be kept and shown, or None when the text cannot be one.

    Any script. Spaces are trimmed and joined; formatting signs of WhatsApp, braces, emoji and invisible characters fall
    away (joiners inside Indic letters stay). Not a name: fewer than 2 or more than 60 characters, no letter, a web
    address, a question, more than four digits.
    """
    if len(text) > 4 * LONGEST or _ADDRESS.search(text) or "?" in text or "？" in text:
        return None
    plain = unicodedata.normalize("NFC", _MARKUP.sub("", text))
    name = _bare_joiners(" ".join("".join(_kept(character) for character in plain).split()))
    name = unicodedata.normalize("NFC", name).strip(" -,/&)'’").lstrip("(")
    name = name + ")" if name.count("(") == name.count(")") + 1 else name
    digits = sum(character.isdecimal() for character in latin_digits(name))
    if not SHORTEST <= len(name) <= LONGEST or digits > _MOST_DIGITS or not any(c.isalpha() for c in name):
        return None
    return name


def _kept(character: str) -> str:
    if is_letter(character) and not "\ufe00" <= character <= "\ufe0f" and character != "\u20e3":
        return character
    if character.isdecimal() or character in _KEPT_SIGNS or character in (_ZWJ, _ZWNJ):
        return character
    return " " if character.isspace() else ""


def _bare_joiners(name: str) -> str:
    """The name without joiners that join nothing: they stay only between Indic or Arabic letters."""
    kept = []
    for place, character in enumerate(name):
        joins = 0 < place < len(name) - 1 and _takes_joiners(name[place - 1]) and _takes_joiners(name[place + 1])
        if character not in (_ZWJ, _ZWNJ) or joins:
            kept.append(character)
    return "".join(kept)


def _takes_joiners(character: str) -> bool:
    return "\u0600" <= character <= "\u0dff" and is_letter(character)


def short_label(text: str, limit: int, *, ellipsis: str = "…") -> str:
    """The text in at most ``limit`` code points after NFC, cut between graphemes, a cut shown by an ellipsis.

    Raises ValueError for a limit in which not even the ellipsis fits.
    """
    if limit < max(1, len(ellipsis)):
        raise ValueError(f"a label of {limit} characters cannot be")
    plain = unicodedata.normalize("NFC", text)
    if len(plain) <= limit:
        return plain
    room = limit - len(ellipsis)
    kept = ""
    for cluster in graphemes(plain):
        if len(kept) + len(cluster) > room:
            break
        kept += cluster
    return kept.rstrip() + ellipsis


def graphemes(text: str) -> tuple[str, ...]:
    """The text in pieces that the eye takes for one letter: none may be cut in two."""
    clusters: list[str] = []
    for character in text:
        if clusters and _holds_together(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return tuple(clusters)


def _holds_together(cluster: str, character: str) -> bool:
    """Whether a character goes on with the cluster before it."""
    last = cluster[-1]
    if last == "\r" and character == "\n":  # GB3
        return True
    if _is_control(last) or _is_control(character):  # GB4, GB5
        return False
    return (
        _extends(character)  # GB9, GB9a
        or last in _PREPENDED  # GB9b
        or _joins_conjunct(cluster, character)  # GB9c
        or (last == _ZWJ and _is_pictograph(character))  # GB11
        or (_is_flag_letter(character) and _is_flag_letter(last) and len(cluster) % 2 == 1)  # GB12, GB13
        or _joins_hangul(last, character)  # GB6, GB7, GB8
    )


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Zl", "Zp", "Cs") or (
        category == "Cf"
        and character not in (_ZWJ, _ZWNJ)
        and character not in _PREPENDED
        and not "\U000e0020" <= character <= "\U000e007f"
    )


_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
)
_MORE_EXTENDING = frozenset("\u0e33\u0eb3\uff9e\uff9f\u200c\u200d")


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character in _MORE_EXTENDING
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags of flags
    )


def _joins_conjunct(cluster: str, character: str) -> bool:
    """Whether a virama, perhaps with a joiner or nukta behind it, binds the next consonant: ক্ষ, र्‍य, স্ত্র."""
    if not _is_indic_letter(character):
        return False
    for before in reversed(cluster):
        if before == _ZWNJ:
            return False  # asks for a visible virama: the letters stay apart
        if unicodedata.combining(before) == 9:
            return True
        if before != _ZWJ and unicodedata.combining(before) == 0:
            return False
    return False


def _is_indic_letter(character: str) -> bool:
    return "\u0900" <= character <= "\u0dff" and unicodedata.category(character) == "Lo"


def _is_pictograph(character: str) -> bool:
    return unicodedata.category(character) == "So"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(character: str) -> str:
    """L, V or T for the letters of Korean, LV or LVT for its syllables, nothing for all else."""
    if "\u1100" <= character <= "\u115f" or "\ua960" <= character <= "\ua97c":
        return "L"
    if "\u1160" <= character <= "\u11a7" or "\ud7b0" <= character <= "\ud7c6":
        return "V"
    if "\u11a8" <= character <= "\u11ff" or "\ud7cb" <= character <= "\ud7fb":
        return "T"
    if "\uac00" <= character <= "\ud7a3":
        return "LV" if (ord(character) - 0xAC00) % 28 == 0 else "LVT"
    return ""


def _joins_hangul(last: str, character: str) -> bool:
    before, after = _hangul(last), _hangul(character)
    return (
        (before == "L" and after in ("L", "V", "LV", "LVT"))
        or (before in ("LV", "V") and after in ("V", "T"))
        or (before in ("LVT", "T") and after == "T")
    )
