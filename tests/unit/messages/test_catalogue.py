"""The catalogues: complete, alike in all languages, short enough; and how a text is looked up."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from seba.messages import catalogue as module
from seba.messages.catalogue import LANGUAGES, Catalogue, NoSuchText, ValueMissing, catalogue, placeholders
from seba.messages.wording import length
from seba.whatsapp import limits

FOLDER = Path(module.__file__).parent
# Forms of dates, hours and rows: a language leaves out what it does not say ("বুধ, ৯টা – ১১টা" has no am or pm).
FORMS = ("format.", "row.")
# Words that stand in sentences and descriptions, never on a button.
IN_SENTENCES = {"word.refer_elsewhere"}
# Latin letters that people in Kolkata read in the middle of Bengali and Hindi too.
LATIN_AS_IT_IS = {"SMS", "PDF", "QR", "PIN", "ID", "STOP", "START", "SEBA", "English"}


def entries(language: str) -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(FOLDER / f"{language}.po"))}


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


ALL = {language: entries(language) for language in LANGUAGES}


def offenders(language: str, fits: Callable[[str, str], bool]) -> dict[str, str]:
    """The texts of a language, by key, that break a rule."""
    texts = ((key, text) for key, entry in ALL[language].items() for text in forms(entry))
    return {key: text for key, text in texts if not fits(key, text)}


def bare(text: str) -> str:
    """A text without placeholders and without examples of what is copied: ABC1234567, 7M4QK2-X9TA, 700029, 0472."""
    text = re.sub(r"\{\w+\}", "", text)
    return re.sub(r"\b(?=[A-Z0-9-]*\d)(?:[A-Z0-9-]*[A-Z][A-Z0-9-]*|\d{4,})\b", "", text)


each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_every_language_has_every_key_once(language: str) -> None:
    file = polib.pofile(str(FOLDER / f"{language}.po"))
    keys = [entry.msgid for entry in file]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(ALL["en"])
    assert not file.fuzzy_entries()
    assert not file.untranslated_entries()


def test_a_text_has_the_same_placeholders_in_every_language() -> None:
    names = {
        key: [{name for text in forms(ALL[language][key]) for name in placeholders(text)} for language in LANGUAGES]
        for key in ALL["en"]
        if not key.startswith(FORMS)
    }
    assert {key: each for key, each in names.items() if each[0] != each[1] or each[1] != each[2]} == {}


@each_language
def test_a_form_has_no_placeholder_that_wording_does_not_fill(language: str) -> None:
    known = {
        *("weekday", "short_weekday", "day", "month", "short_month", "year", "first", "last"),
        *("start", "end", "part", "start_part", "end_part", "hour", "hours"),
        *("number", "amount", "count", "places", "distance", "pin", "card", "last4", "dose", "vaccine"),
        *("name", "size", "quantity", "product", "price", "total", "state"),
    }
    assert offenders(language, lambda key, text: not key.startswith(FORMS) or set(placeholders(text)) <= known) == {}


@pytest.mark.parametrize("language", ["bn", "hi"])
def test_bengali_and_hindi_have_no_english_left(language: str) -> None:
    # The button for somebody whose language is not known yet speaks all three.
    left = offenders(language, lambda _, text: set(re.findall(r"[A-Za-z]+", bare(text))) <= LATIN_AS_IT_IS)
    assert set(left) <= {"word.open_shop_all"}


@each_language
def test_digits_are_those_of_the_language_but_in_what_is_copied(language: str) -> None:
    foreign = r"[0-9]" if language == "bn" else r"[০-৯०-९]"
    assert offenders(language, lambda _, text: not re.search(foreign, bare(text))) == {}


@each_language
def test_no_suffix_is_glued_to_a_placeholder(language: str) -> None:
    letters = r"\}[\u0900-\u0963\u0970-\u09ff-]"  # a danda may follow
    assert offenders(language, lambda _, text: not re.search(letters, text)) == {}


@each_language
def test_no_text_speaks_of_the_day_that_is_both_yesterday_and_tomorrow(language: str) -> None:
    either = r"(?<![\u0900-\u09ff])(কাল|कल|গতকাল|আগামীকাল)(?![\u0900-\u09ff])"
    # Where the word was typed, the answer quotes it.
    assert offenders(language, lambda _, text: not re.search(either, re.sub("[‘“].*?[’”]", "", text))) == {}


@each_language
def test_texts_are_tidy(language: str) -> None:
    """No space at an end or doubled, and bold that is opened is closed."""
    assert offenders(language, lambda _, text: text == text.strip() and "  " not in text) == {}
    assert offenders(language, lambda _, text: text.count("*") % 2 == 0) == {}


@each_language
def test_a_text_fits_the_place_it_stands_in(language: str) -> None:
    def fits(key: str, text: str) -> bool:
        if key.startswith(("word.", "vaccine.", "card.")) and key not in IN_SENTENCES:
            return length(text) <= limits.BUTTON_TITLE
        if key.startswith("row."):
            return length(bare(text)) <= limits.ROW_DESCRIPTION // 2
        # Bodies under buttons hold 1,024 with their values; names, places and days need up to some 300.
        return length(text) <= 700

    assert offenders(language, fits) == {}


def test_a_text_is_filled_with_its_values() -> None:
    assert catalogue().text("row.slot", "en", day="Tuesday", places="3 places") == "Tuesday · 3 places free"


def test_braces_in_a_value_stay_braces() -> None:
    assert "{pin}" in catalogue().text("row.slot", "bn", day="{pin}", places="3")


def test_a_missing_value_is_an_error_and_never_a_gap() -> None:
    with pytest.raises(ValueMissing, match=r"row\.slot: day"):
        catalogue().text("row.slot", "en", places="3 places")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(NoSuchText):
        catalogue().text("no_such_key", "bn")
    with pytest.raises(NoSuchText):
        catalogue().plural("no_such_key", "hi", 2)
    assert not catalogue().has("no_such_key")


@pytest.mark.parametrize(
    ("language", "number", "form"),
    [
        ("en", 0, "places"),
        ("en", 1, "place"),
        ("en", 2, "places"),
        ("bn", 0, "জায়গা"),
        ("hi", 1, "जगह"),
        ("hi", 2, "जगह"),
    ],
)
def test_the_plural_follows_the_language(language: str, number: int, form: str) -> None:
    assert catalogue().plural("format.places", language, number, count="N") == f"N {form}"


def _write(folder: Path, language: str, **texts: str) -> None:
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n > 1);"}
    for key, text in texts.items():
        file.append(polib.POEntry(msgid=key, msgstr=text))
    file.append(
        polib.POEntry(msgid="some", msgid_plural="some", msgstr_plural={0: f"{language} one", 1: f"{language} many"})
    )
    file.save(str(folder / f"{language}.po"))


def test_bengali_and_hindi_count_nothing_as_one(tmp_path: Path) -> None:
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"{language}.po", tmp_path)
        header = polib.pofile(str(tmp_path / f"{language}.po")).metadata["Plural-Forms"]
        assert header == f"nplurals=2; plural=({'n != 1' if language == 'en' else 'n > 1'});"
    _write(tmp_path, "en")
    _write(tmp_path, "bn")
    assert Catalogue(tmp_path).plural("some", "bn", 0) == "bn one"
    assert Catalogue(tmp_path).plural("some", "bn", 2) == "bn many"


def test_english_answers_where_a_language_lacks_an_entry(tmp_path: Path) -> None:
    _write(tmp_path, "en", here="Here", only="Only English")
    _write(tmp_path, "bn", here="এখানে")
    texts = Catalogue(tmp_path)
    assert (texts.text("here", "bn"), texts.text("only", "bn")) == ("এখানে", "Only English")


def test_a_language_is_read_when_first_asked_for_and_then_kept(tmp_path: Path) -> None:
    _write(tmp_path, "en", here="Here")
    texts = Catalogue(tmp_path)
    assert texts.text("here", "en") == "Here"
    (tmp_path / "en.po").unlink()
    assert texts.text("here", "en") == "Here"


def test_placeholders_are_listed_once_each_in_order() -> None:
    assert placeholders("{b} and {a} and {b}") == ("b", "a")
