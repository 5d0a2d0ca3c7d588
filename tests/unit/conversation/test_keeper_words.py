"""What a shopkeeper means by a few words, in three languages and in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.conversation.joining import read_hours, read_invitation
from seba.conversation.keeper_words import about_goods, pickup_code, total
from seba.domain.find_goods import find_goods
from seba.domain.goods import OUT, UNCOUNTED, are_alike
from tests.conversations.world import PRODUCTS

GOODS = list(PRODUCTS.values())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3081", "3081"),
        ("৩০৮১", "3081"),
        ("३०८१", "3081"),
        (" 30 81 ", "3081"),
        ("30-81", "3081"),
        ("308", None),
        ("30811", None),
        ("code 3081", None),
        ("²³⁴⁵", None),
    ],
)
def test_four_digits_in_any_script_are_a_code(text: str, code: str | None) -> None:
    assert pickup_code(text) == code


@pytest.mark.parametrize(
    ("text", "paise"),
    [
        ("total 342", 34_200),
        ("মোট ৩৪২.৫০", 34_250),
        ("कुल 1,250", 125_000),
        ("342 total", 34_200),
        ("total", None),
        ("342", None),
        ("total milk 342", None),
    ],
)
def test_a_total_says_that_it_is_one(text: str, paise: int | None) -> None:
    assert total(text) == paise


@pytest.mark.parametrize(
    ("text", "what", "number", "codes"),
    [
        ("no eggs", "count", OUT, ["EG1"]),
        ("out of soap", "count", OUT, ["SP1"]),
        ("ডিম নেই", "count", OUT, ["EG1"]),
        ("আলু ফুরিয়ে গেছে", "count", OUT, ["PT1"]),
        ("आलू ख़त्म हो गया", "count", OUT, ["PT1"]),
        ("dim nei", "count", OUT, ["EG1"]),
        ("eggs are back", "count", UNCOUNTED, ["EG1"]),
        ("ডিম এসে গেছে", "count", UNCOUNTED, ["EG1"]),
        ("अंडे आ गए", "count", UNCOUNTED, ["EG1"]),
        ("12 eggs left", "count", 12, ["EG1"]),
        ("ডিম ১২টা আছে", "count", 12, ["EG1"]),
        ("अंडे 12 पीस हैं", "count", 12, ["EG1"]),
        ("ডিমের দাম ৫২", "price", 5_200, ["EG1"]),
        ("eggs 52.50", "price", 5_250, ["EG1"]),
        ("अंडे का दाम 52", "price", 5_200, ["EG1"]),
        ("potatos 28", "price", 2_800, ["PT1"]),
        ("milk 30", "price", 3_000, ["ML1", "ML2"]),
        ("দাম ৫২", "price", 5_200, []),
        ("onions", "none", 0, ["ON1"]),
    ],
)
def test_a_few_words_about_goods(text: str, what: str, number: int, codes: list[str]) -> None:
    about = about_goods(text, GOODS, [])
    assert about is not None
    assert (about.what, about.number, [each.code for each in about.products]) == (what, number, codes)


@pytest.mark.parametrize("text", ["clouds in the sky", "আকাশে মেঘ", "no", "👍", ""])
def test_what_names_no_product_is_not_about_goods(text: str) -> None:
    about = about_goods(text, GOODS, [])
    assert about is None or not about.products


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    about_goods(text, GOODS, GOODS)
    total(text)
    pickup_code(text)
    read_hours(text)
    read_invitation(text)


@pytest.mark.parametrize(
    ("text", "first"),
    [("dudh", "ML1"), ("DOODH", "ML1"), ("full cream", "ML2"), ("আলুর", "PT1"), ("onoin", "ON1"), ("मसूर", "DL1")],
)
def test_products_are_found_as_people_spell_them(text: str, first: str) -> None:
    assert find_goods(text, GOODS)[0].code == first


def test_what_is_alike_may_stand_in_for_the_other() -> None:
    assert are_alike(PRODUCTS["ML1"], PRODUCTS["ML2"])
    assert not are_alike(PRODUCTS["RC1"], PRODUCTS["DL1"]), "rice is no dal, though of one shelf"
    assert not are_alike(PRODUCTS["ML1"], PRODUCTS["SP1"])


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("8 to 9", "8-21"),
        ("৮টা থেকে ৯টা", "8-21"),
        ("7am - 10pm", "7-22"),
        ("9-21", "9-21"),
        ("10:00 - 20:00", "10-20"),
        ("4 pm to 10 pm", "16-22"),
        ("7:30 to 9", "7:30-21"),
        ("8.30 - 20.15", "8:30-20:15"),
        ("6 to 10", "6-10"),
        ("whenever", None),
        ("8", None),
        ("9 to 5 to 3", None),
        ("25 to 30", None),
    ],
)
def test_hours_as_people_write_them(text: str, hours: str | None) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("JOIN 7M4QK2", "7M4QK2"),
        ("join 7m4-qk2", "7M4QK2"),
        ("Join 7M4 QKO", "7M4QK0"),
        ("JOIN", None),
        ("JOIN 7M4QK", None),
        ("join us today", None),
    ],
)
def test_an_invitation_is_typed_by_its_link(text: str, code: str | None) -> None:
    assert read_invitation(text) == code
