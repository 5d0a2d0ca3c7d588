"""Text on sheets: each script in its own font, conjuncts whole."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seba.documents import sheets as sheets_module
from seba.documents.sheets import Run, Sheets, clean, runs


@pytest.fixture(scope="module")
def sheets() -> Iterator[Sheets]:
    made = Sheets(title="A test", made_at=datetime(2026, 11, 23, tzinfo=UTC))
    made.new_sheet()
    yield made
    made.bytes()  # which closes the fonts' files


def test_a_text_is_cut_where_the_script_changes() -> None:
    assert list(runs("Rita ঋতা ऋता")) == [
        Run("latin", "Rita "),
        Run("bengali", "ঋতা"),
        Run("latin", " "),
        Run("devanagari", "ऋता"),
    ]


@pytest.mark.parametrize("word", ["র‍্যাচেল", "ক্‌ষ", "क्‍ष", "শেষ।", "अंत।"])
def test_joiners_and_danda_stay_with_the_word(word: str) -> None:
    assert len(list(runs(word))) == 1


@pytest.mark.parametrize(
    ("conjunct", "parts"),
    [
        ("ক্ষ", "কষ"),
        ("ষ্ণ", "ষণ"),
        ("ট্ট", "টট"),
        ("শ্রী", "শরী"),
        ("न्त्र", "नतर"),
        ("श्री", "शरी"),
        ("क्ष", "कष"),
    ],
)
def test_a_conjunct_is_one_shape_and_not_its_letters_side_by_side(sheets: Sheets, conjunct: str, parts: str) -> None:
    assert sheets.width_of(conjunct, 10) < sheets.width_of(parts, 10)


def test_a_joiner_does_not_tear_a_conjunct_apart(sheets: Sheets) -> None:
    """র‍্যা is র, a ya hanging on it, and া; torn apart, a dotted circle would stand between them."""
    whole = sheets.width_of("র‍্যা", 10)
    assert whole < sheets.width_of("র", 10) + sheets.width_of("্যা", 10)
    assert whole != sheets.width_of("র্যা", 10)


def test_a_vowel_sign_before_its_letter_takes_the_same_room(sheets: Sheets) -> None:
    assert sheets.width_of("কি", 10) > sheets.width_of("ক", 10)
    assert sheets.width_of("কি কি", 10) == pytest.approx(
        2 * sheets.width_of("কি", 10) + sheets.width_of("ক ক", 10) - 2 * sheets.width_of("ক", 10), abs=0.01
    )


def test_what_is_typed_comes_out_on_one_line() -> None:
    assert clean("  Anita\n\tDas\x00 \u202e") == "Anita Das"


def test_letters_are_composed_as_the_standard_says() -> None:
    assert clean("e\u0301") == "é"
    assert clean("\u09dc") == "\u09a1\u09bc"


def test_emoji_vanish_and_unknown_letters_are_question_marks() -> None:
    assert clean("Ana 👩🏽‍⚕️ 中文") == "Ana ??"


def test_a_line_is_shrunk_only_as_far_as_needed(sheets: Sheets) -> None:
    text = "শ্রীমতী কৃষ্ণা চট্টোপাধ্যায়"
    wide = sheets.width_of(text, 12)
    assert sheets.fitted(text, 12, wide + 1) == 12
    assert sheets.width_of(text, sheets.fitted(text, 12, wide / 2)) == pytest.approx(wide / 2, rel=0.01)


def test_the_fonts_are_small_and_have_their_licence_beside_them() -> None:
    folder = Path(sheets_module.__file__).parent / "fonts"
    fonts = list(folder.glob("*.ttf"))
    assert len(fonts) == 6
    assert all(font.stat().st_size < 200_000 for font in fonts)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text()
