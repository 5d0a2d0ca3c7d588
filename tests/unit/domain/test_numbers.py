"""Numbers as people type and tap them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.numbers import MOST_DIGITS, WORDS, latin_digits, read_number

INDIC_ZEROS = {
    "Devanagari": 0x0966, "Bengali": 0x09E6, "Gurmukhi": 0x0A66, "Gujarati": 0x0AE6, "Oriya": 0x0B66, "Tamil": 0x0BE6,
    "Telugu": 0x0C66, "Kannada": 0x0CE6, "Malayalam": 0x0D66, "Arabic-Indic": 0x0660, "Urdu": 0x06F0,
    "Full-width": 0xFF10, "Ol Chiki": 0x1C50, "Meetei Mayek": 0xABF0,
}  # fmt: skip


@pytest.mark.parametrize("zero", INDIC_ZEROS.values(), ids=INDIC_ZEROS.keys())
def test_digits_of_every_script_become_latin(zero: int) -> None:
    assert latin_digits("".join(chr(zero + digit) for digit in range(10))) == "0123456789"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("1️⃣", "1"), ("1⃣", "1"), ("🔟", "10"), ("১️⃣", "1"), ("PIN ৭০০০২৯!", "PIN 700029!"), ("নাম", "নাম"), ("", "")],
)
def test_keycaps_become_digits_and_all_else_stays(typed: str, plain: str) -> None:
    assert latin_digits(typed) == plain


@pytest.mark.parametrize("odd", ["²", "₂", "½", "①", "Ⅳ", "৷"])
def test_superscripts_fractions_and_circled_numbers_are_no_digits(odd: str) -> None:
    assert latin_digits(odd) == odd
    assert read_number(odd) is None


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("1", 1), ("10", 10), ("১০", 10), ("१०", 10), ("1️⃣", 1), ("🔟", 10), ("０７", 7), (" 2 ", 2), ("2.", 2),
        ("(2)", 2), ("২)", 2), ("২।", 2), ("*2*", 2), ("#3", 3), ("[4]", 4),
        ("2 ✅", 2), ("no. 2", 2), ("option 3", 3), ("2nd", 2),
        ("২টা", 2), ("৫টি", 5), ("২ নম্বর", 2), ("2 नंबर", 2), ("২ নং", 2), ("৫ জন", 5),
        ("five", 5), ("Five", 5), ("twenty one", 21), ("twenty-one", 21), ("thirtyone", 31), ("zero", 0),
        ("পাঁচ", 5), ("পাচ", 5), ("ষোলো", 16), ("ষোল", 16), ("একটা", 1), ("দুটো", 2),
        ("তিনজন", 3), ("একত্রিশ", 31),
        ("ছয়", 6),
        ("पाँच", 5), ("पांच", 5), ("सोलह", 16), ("पंद्रह", 15), ("पन्द्रह", 15), ("छः", 6), ("छह", 6), ("इकतीस", 31),
        ("ek", 1), ("dui", 2), ("teen", 3), ("panch", 5),
    ],
)  # fmt: skip
def test_a_number_is_read_from_a_whole_answer(answer: str, number: int) -> None:
    assert read_number(answer) == number


@pytest.mark.parametrize(
    "answer",
    [
        "", "hello", "1 2", "1,2", "2.5", "২.৫", "10:30", "1/2", "-5", "+1", "2 weeks", "option", "no", "do", "sat",
        "হ্যাঁ", "9830012345", "1" * 5000, "five six", "1 of 2", "🙂", "২ আর ৩",
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_none(answer: str) -> None:
    assert read_number(answer) is None


def test_ten_is_never_read_as_one() -> None:
    assert {read_number(ten) for ten in ("10", "১০", "१०", "🔟", "10.", "(10)", "1️⃣0️⃣", "দশ", "दस", "ten")} == {10}


def test_every_number_from_nought_to_thirty_one_has_a_word_in_each_language() -> None:
    for number in range(32):
        scripts = {unicodedata.name(word[0]).split()[0] for word, value in WORDS.items() if value == number}
        assert {"BENGALI", "DEVANAGARI", "LATIN"} <= scripts, number


@given(st.text())
def test_no_text_makes_the_reader_fail(text: str) -> None:
    number = read_number(text)
    assert number is None or 0 <= number < 10**MOST_DIGITS


@given(st.integers(min_value=0, max_value=10**MOST_DIGITS - 1), st.sampled_from(list(INDIC_ZEROS.values())))
def test_a_number_written_in_any_script_is_read_back(number: int, zero: int) -> None:
    assert read_number("".join(chr(zero + int(digit)) for digit in str(number))) == number


@given(st.text())
def test_latin_digits_leaves_no_other_decimal_digit(text: str) -> None:
    assert all(character.isascii() for character in latin_digits(text) if character.isdecimal())
