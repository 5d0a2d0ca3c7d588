"""Identity cards: shapes, check digits, and numbers found in captions. All numbers are made up."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.identity_cards import (
    CardFault,
    CardType,
    FoundCard,
    check,
    find_numbers,
    last_four,
    named,
    normalise,
    recognise,
    verhoeff_digit,
    verhoeff_holds,
)

AADHAAR = "234567890124"
ELEVEN_DIGITS = st.text("0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("2345 6789 0124", AADHAAR),
        ("২৩৪৫ ৬৭৮৯ ০১২৪", AADHAAR),
        ("२३४५-६७८९-०१२४", AADHAAR),
        ("Aadhaar no. 2345 6789 0124", AADHAAR),
        ("আধার নম্বর ২৩৪৫৬৭৮৯০১২৪", AADHAAR),
        ("abc 1234567", "ABC1234567"),
        ("ＡＢＣ1234567", "ABC1234567"),
        ("my voter card is ABC1234567", "ABC1234567"),
        ("WB/20/141/123456", "WB20141123456"),
        ("DL no. WB-20 2011 0012345", "WB2020110012345"),
        ("DL-0420110149646", "DL0420110149646"),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_a_number_is_normalised_to_capitals_and_latin_digits(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        ("2345 6789 0124", CardType.AADHAAR),
        ("২৩৪৫৬৭৮৯০১২৪", CardType.AADHAAR),
        ("234567890123", CardType.AADHAAR),  # a slip in the last digit: still plainly an Aadhaar number
        ("ABC1234567", CardType.VOTER),
        ("abc ১২৩৪৫৬৭", CardType.VOTER),
        ("WB/20/141/123456", CardType.VOTER),
        ("ABCPE1234F", CardType.PAN),
        ("abcce1234f", CardType.PAN),
        ("WB-20 20110012345", CardType.LICENCE),
        ("WB20 2011 0012345", CardType.LICENCE),
        ("M1234567", CardType.PASSPORT),
        ("034567890124", None),
        ("XX2020110012345", None),
        ("9830012345", None),
        ("12345/WB/2010", None),
        ("hello", None),
        ("", None),
    ],
)
def test_the_shape_of_a_number_tells_the_kind_of_card(typed: str, card: CardType | None) -> None:
    assert recognise(typed) is card


@pytest.mark.parametrize(
    ("card", "number", "fault"),
    [
        (CardType.AADHAAR, "2345 6789 0124", None),
        (CardType.AADHAAR, "2345 6789 0123", CardFault.CHECK_DIGIT),
        (CardType.AADHAAR, "2345 6798 0124", CardFault.CHECK_DIGIT),
        (CardType.AADHAAR, "0345 6789 0124", CardFault.FIRST_DIGIT),
        (CardType.AADHAAR, "1345 6789 0124", CardFault.FIRST_DIGIT),
        (CardType.AADHAAR, "2345 6789 012", CardFault.LENGTH),
        (CardType.AADHAAR, "2345 6789 0124 1234", CardFault.LENGTH),
        (CardType.AADHAAR, "23456789012A", CardFault.SHAPE),
        (CardType.AADHAAR, "XXXX XXXX 0124", CardFault.MASKED),
        (CardType.AADHAAR, "**** **** 0124", CardFault.MASKED),
        (CardType.AADHAAR, "", CardFault.EMPTY),
        (CardType.AADHAAR, "আধার", CardFault.EMPTY),
        (CardType.VOTER, "ABC1234567", None),
        (CardType.VOTER, "WB/20/141/123456", None),
        (CardType.VOTER, "ZZ/20/141/123456", CardFault.SHAPE),
        (CardType.VOTER, "AB12345678", CardFault.SHAPE),
        (CardType.VOTER, "ABC123456", CardFault.LENGTH),
        (CardType.PAN, "ABCPE1234F", None),
        (CardType.PAN, "ABCCE1234F", CardFault.NOT_A_PERSON),
        (CardType.PAN, "ABCP11234F", CardFault.SHAPE),
        (CardType.PAN, "ABCPE1234", CardFault.LENGTH),
        (CardType.LICENCE, "WB20 20110012345", None),
        (CardType.LICENCE, "XX20 20110012345", CardFault.STATE),
        (CardType.LICENCE, "WB20 2011001234", CardFault.LENGTH),
        (CardType.LICENCE, "WBX0 20110012345", CardFault.SHAPE),
        (CardType.PASSPORT, "M1234567", None),
        (CardType.PASSPORT, "MM123456", CardFault.SHAPE),
        (CardType.PASSPORT, "M123456", CardFault.LENGTH),
        (CardType.PENSION_BOOK, "12345/WB/2010", None),
        (CardType.PENSION_BOOK, "12345", CardFault.LENGTH),
        (CardType.PENSION_BOOK, "1" * 21, CardFault.LENGTH),
        (CardType.PENSION_BOOK, "ABCDEFG1", CardFault.SHAPE),
        (CardType.NPR_CARD, "NPR 0001 2345 6789", None),
    ],
)
def test_a_number_is_checked_for_its_kind_of_card(card: CardType, number: str, fault: CardFault | None) -> None:
    assert check(card, number) is fault


@given(ELEVEN_DIGITS, st.integers(0, 11), st.integers(1, 9))
def test_verhoeff_finds_every_wrong_digit(digits: str, place: int, step: int) -> None:
    number = digits + verhoeff_digit(digits)
    assert verhoeff_holds(number)
    wrong = str((int(number[place]) + step) % 10)
    assert not verhoeff_holds(number[:place] + wrong + number[place + 1 :])


@given(ELEVEN_DIGITS, st.integers(0, 10))
def test_verhoeff_finds_every_swap_of_neighbours(digits: str, place: int) -> None:
    number = digits + verhoeff_digit(digits)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert verhoeff_holds(swapped) is (number[place] == number[place + 1])


@given(st.text("23456789", min_size=1, max_size=1), st.text("0123456789", min_size=10, max_size=10))
def test_every_number_with_its_check_digit_is_a_good_aadhaar(first: str, rest: str) -> None:
    number = first + rest + verhoeff_digit(first + rest)
    assert check(CardType.AADHAAR, number) is None
    assert recognise(number) is CardType.AADHAAR
    assert find_numbers(f"আধার {number[:4]} {number[4:8]} {number[8:]}") == (FoundCard(CardType.AADHAAR, number),)


@pytest.mark.parametrize(
    ("caption", "found"),
    [
        ("আমার আধার ২৩৪৫ ৬৭৮৯ ০১২৪", [(CardType.AADHAAR, AADHAAR)]),
        ("मेरा आधार: २३४५६७८९०१२४।", [(CardType.AADHAAR, AADHAAR)]),
        ("This is my voter card ABC1234567, thank you", [(CardType.VOTER, "ABC1234567")]),
        ("epic wb/20/141/123456", [(CardType.VOTER, "WB20141123456")]),
        ("PAN: ABCPE1234F", [(CardType.PAN, "ABCPE1234F")]),
        ("dl wb-20 20110012345", [(CardType.LICENCE, "WB2020110012345")]),
        ("passport M1234567", [(CardType.PASSPORT, "M1234567")]),
        ("pension PPO no 12345/WB/2010", [(CardType.PENSION_BOOK, "12345WB2010")]),
        (
            f"voter ABC1234567 aadhaar {AADHAAR} {AADHAAR}",
            [(CardType.VOTER, "ABC1234567"), (CardType.AADHAAR, AADHAAR)],
        ),
        ("call me 98300 12345", []),
        ("+919830012345", []),
        ("2345 6789 0123", []),  # the check digit is wrong: to be asked, not taken
        ("12345/WB/2010", []),
        ("this is a 2440123", []),
        ("tel 2440123", []),
        ("my card", []),
        ("", []),
    ],
)
def test_a_number_in_a_caption_counts(caption: str, found: list[tuple[CardType, str]]) -> None:
    assert [(card.type, card.number) for card in find_numbers(caption)] == found


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("আধার কার্ড", CardType.AADHAAR), ("আধারের", CardType.AADHAAR), ("आधार", CardType.AADHAAR),
        ("adhar", CardType.AADHAAR),
        ("ভোটার কার্ড", CardType.VOTER), ("वोटर आईडी", CardType.VOTER), ("EPIC", CardType.VOTER),
        ("PAN card", CardType.PAN),
        ("প্যান", CardType.PAN), ("driving license", CardType.LICENCE), ("ড্রাইভিং লাইসেন্স", CardType.LICENCE),
        ("पासपोर्ट", CardType.PASSPORT), ("pension book", CardType.PENSION_BOOK), ("পেনশন বই", CardType.PENSION_BOOK),
        ("npr", CardType.NPR_CARD), ("pan or aadhaar?", None), ("ration card", None), ("", None),
    ],
)  # fmt: skip
def test_a_kind_of_card_is_known_by_its_name_in_three_languages(text: str, card: CardType | None) -> None:
    assert named(text) is card


def test_only_the_last_four_are_shown() -> None:
    assert last_four("২৩৪৫ ৬৭৮৯ ০১২৪") == "0124"
    assert last_four("ABCPE1234F") == "234F"
    assert last_four("") == ""


@given(st.text(), st.sampled_from(CardType))
def test_no_text_makes_the_cards_fail(text: str, card: CardType) -> None:
    recognise(text)
    check(card, text)
    named(text)
    plain = normalise(text)
    assert plain == "".join(character for character in plain if character in string.ascii_uppercase + string.digits)
    assert all(check(found.type, found.number) is None for found in find_numbers(text))


@given(st.sampled_from(["2345 6789 0124", "abc 1234567", "ABCPE1234F", "WB-20 20110012345", "m1234567"]))
def test_normalising_twice_is_normalising_once(typed: str) -> None:
    assert normalise(normalise(typed)) == normalise(typed)
