"""The catalogues: key and language to text, and the words that citizens type.

Texts live in one gettext file per language (``en.po``, ``bn.po``, ``hi.po``) with semantic ids such as
``msgid "choose_slot"``. English answers where a language lacks an entry. Placeholders stand in braces and are filled
strictly: a value that is missing is an error, never an empty place in somebody's message. Words that are typed live in
``commands.toml``.

Errors, both lookups gone wrong and both bugs of ours, never a citizen's:

    KeyError
    ├── NoSuchText      no language has an entry under this key
    └── ValueMissing    the text has a placeholder for which no value was given
"""

import gettext
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Final

import polib

LANGUAGES: Final = ("bn", "hi", "en")
"""The desk's languages, in the order in which all three are shown."""
FALLBACK: Final = "en"

_HERE: Final = Path(__file__).parent


class NoSuchText(KeyError):
    """No language has an entry under this key."""


class ValueMissing(KeyError):
    """The text of a key has a placeholder for which no value was given."""


class Catalogue:
    """All texts in all languages. A language's file is read when its first text is asked for (about 10 ms), then kept.

    ``folder`` holds one ``.po`` file per language; by default the ones that lie beside this module.
    """

    def __init__(self, folder: Path = _HERE) -> None:
        self._folder = folder
        self._read: dict[str, gettext.GNUTranslations] = {}

    def text(self, key: str, language: str, **values: str) -> str:
        """The text of ``key``, its placeholders filled from ``values`` (more than the text needs may be given).

        Raises NoSuchText and ValueMissing.
        """
        return self._filled(key, self._form(key, language), values)

    def plural(self, key: str, language: str, number: int, **values: str) -> str:
        """The text of ``key`` in the form that ``number`` needs; otherwise as ``text``."""
        form = self._translations(language).ngettext(key, key, number)
        if form == key:
            raise NoSuchText(key)
        return self._filled(key, form, values)

    def has(self, key: str, language: str = FALLBACK) -> bool:
        """Whether the key has a text in this language or in English."""
        try:
            self._form(key, language)
        except NoSuchText:
            return False
        return True

    def entries(self, language: str = FALLBACK) -> frozenset[str]:
        """Every key that has a text in this language's own file."""
        return frozenset(entry.msgid for entry in polib.pofile(str(self._folder / f"{language}.po")))

    def placeholders(self, key: str, language: str = FALLBACK) -> tuple[str, ...]:
        """The names in braces in the text of ``key``, in order, each once. Raises NoSuchText."""
        return placeholders(self._form(key, language))

    def _form(self, key: str, language: str) -> str:
        """The text as written, placeholders and all (the singular, where there is a plural)."""
        text = self._translations(language).gettext(key)
        if text == key:
            text = self._translations(language).ngettext(key, key, 1)
        if text == key:
            raise NoSuchText(key)
        return text

    @staticmethod
    def _filled(key: str, form: str, values: Mapping[str, str]) -> str:
        try:
            return form.format_map(values)
        except KeyError as missing:
            raise ValueMissing(f"{key}: {missing.args[0]}") from None

    def _translations(self, language: str) -> gettext.GNUTranslations:
        if language not in self._read:
            entries = polib.pofile(str(self._folder / f"{language}.po"))
            translations = gettext.GNUTranslations(BytesIO(entries.to_binary()))
            if language != FALLBACK:
                translations.add_fallback(self._translations(FALLBACK))
            self._read[language] = translations
        return self._read[language]


@cache
def catalogue() -> Catalogue:
    """The one catalogue of this process."""
    return Catalogue()


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces in a text, in order, each once."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))


def read_command(text: str) -> str | None:
    """The command that is typed as the whole message (``hi``, ``cancel``, ``stop`` …), or None.

    Case, punctuation, emoji beside words and drawn-out letters (``hiiii!!``) do not matter; part of a message never
    counts, so "Hinata" is no "hi" and "don't cancel" no "cancel". The answers ``yes`` and ``no`` are read here too.
    """
    return _typed("commands").get(plain(text))


def read_language(text: str) -> str | None:
    """The language whose name is typed as the whole message (``bn``, ``hi`` or ``en``), or None."""
    return _typed("languages").get(plain(text))


def read_wishes(text: str) -> frozenset[str]:
    """What somebody waiting says suits them, anywhere in the message: ``mornings``, ``weekends``, ``free_only``."""
    return _meanings("wishes", text)[0]


def read_keeper(text: str) -> str | None:
    """What a shopkeeper types as the whole message (``open``, ``closed``, ``pause``, ``today`` …), or None."""
    return _typed("keeper").get(plain(text))


def read_trade(text: str) -> tuple[frozenset[str], str]:
    """What a shopkeeper says of goods, anywhere in the message (``out``, ``price`` …), and the other words."""
    return _meanings("trade", text)


def _meanings(table: str, text: str) -> tuple[frozenset[str], str]:
    """The meanings of a table's phrases in a message, and what is left of it.

    A longer phrase counts before the words it is made of ("any day" is no "day").
    """
    spoken = f" {plain(text)} "
    found: set[str] = set()
    for phrase, meaning in sorted(_typed(table).items(), key=lambda each: -len(each[0])):
        if f" {phrase} " in spoken:
            found.add(meaning)
            spoken = spoken.replace(f" {phrase} ", "  ")
    return frozenset(found), " ".join(spoken.split())


def script_of(text: str) -> str | None:
    """The language whose script most letters of a text are in (``bn`` or ``hi``), or None: Latin may be any."""
    bengali = sum("\u0980" <= sign <= "\u09ff" for sign in text)
    devanagari = sum("\u0900" <= sign <= "\u097f" for sign in text)
    if not bengali and not devanagari:
        return None
    return "bn" if bengali >= devanagari else "hi"


@cache
def _typed(table: str) -> dict[str, str]:
    """Spelling, plainly, to meaning; one table of ``commands.toml``."""
    meanings: dict[str, list[str]] = tomllib.loads((_HERE / "commands.toml").read_text(encoding="utf-8"))[table]
    return {plain(spelling): meaning for meaning, spellings in meanings.items() for spelling in spellings}


_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_REPEATED = re.compile(r"(.)\1+")
_NUKTA, _CHANDRABINDU, _ANUSVARA = "\u093c", "\u0901", "\u0902"
_LEFT_OUT = frozenset(("'", "’", "‘", "\ufe0e", "\ufe0f", "\u20e3", _NUKTA))


def plain(text: str) -> str:
    """A message reduced to what identifies a command: letters, vowel signs and digits, in single-spaced lower case.

    A message without any of them is reduced to its signs ("👋👋🏽" to "👋", "???" to "?"). Devanagari is written with
    and without nukta, with chandrabindu or anusvara: both count as the same.
    """
    words: list[str] = []
    signs: list[str] = []
    for sign in unicodedata.normalize("NFKC", text).casefold().replace(_CHANDRABINDU, _ANUSVARA):
        category = unicodedata.category(sign)
        if sign in _LEFT_OUT or category in {"Cf", "Sk"}:  # joiners, emoji's skin tones
            continue
        if category[0] in "LMN":
            words.append(sign)
        else:
            words.append(" ")
            signs.append(sign)
    plain = " ".join("".join(words).split())
    if plain:
        return _DRAWN_OUT.sub(r"\1", plain)
    return _REPEATED.sub(r"\1", "".join("".join(signs).split()))
