"""The poster: what a camera reads from it, and what people read on it."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from seba.documents.papers import labels
from seba.documents.poster import Poster, poster_pdf
from seba.messages.catalogue import LANGUAGES

MADE = datetime(2026, 11, 22, tzinfo=UTC)
POSTER = Poster(
    {"en": "Kolkata Vaccination Desk", "bn": "কলকাতা টিকা", "hi": "कोलकाता टीका"}, "919000000000", "033 0000 0100"
)
RECTANGLE = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (-?[\d.]+) re f")


def the_page(poster: Poster = POSTER) -> str:
    (page,) = PdfReader(io.BytesIO(poster_pdf(poster, MADE))).pages
    return page.extract_text()


def test_a_camera_reads_a_link_that_opens_the_chat_with_hi() -> None:
    """The filled rectangles of the page are painted at 2 pixels a point; the code is among them."""
    (page,) = PdfReader(io.BytesIO(poster_pdf(POSTER, MADE))).pages
    contents = page.get_contents()
    assert contents is not None
    image = Image.new("L", (595 * 2, 842 * 2), "white")
    draw = ImageDraw.Draw(image)
    squares = [tuple(map(float, match.groups())) for match in RECTANGLE.finditer(contents.get_data())]
    for x, y, width, height in squares:
        top, bottom = sorted((842 - y, 842 - y - height))
        draw.rectangle((x * 2, top * 2, (x + width) * 2 - 1, bottom * 2 - 1), fill="black")
    assert [code.text for code in zxingcpp.read_barcodes(image)] == ["https://wa.me/919000000000?text=Hi"]


def test_it_names_the_service_the_number_and_the_helpline() -> None:
    text = the_page()
    for words in ("Kolkata Vaccination Desk", "+91 90000 00000", "033 0000 0100"):
        assert words in text


def test_a_number_of_another_country_is_printed_with_its_plus() -> None:
    assert "+8801700000000" in the_page(replace(POSTER, desk_number="8801700000000"))


def test_three_numbered_steps_stand_in_english_too() -> None:
    text = " ".join(the_page().split())
    assert "Scan the code" in text
    assert "Send Hi" in text
    assert "Choose a centre and a time" in text


def test_every_word_of_it_is_translated() -> None:
    for key in ("open", "scan", "step1", "step2", "step3", "help"):
        assert len({labels().text(f"poster.{key}", language) for language in LANGUAGES}) == 3


def test_it_is_one_a4_sheet_and_the_same_every_time() -> None:
    first = poster_pdf(POSTER, MADE)
    assert first == poster_pdf(POSTER, MADE)
    (page,) = PdfReader(io.BytesIO(first)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_a_very_long_name_still_fits() -> None:
    poster_pdf(replace(POSTER, service=dict.fromkeys(LANGUAGES, "Vaccination Desk of the Municipality " * 4)), MADE)


@pytest.mark.parametrize("number", ["+919000000000", "", "9000", "৯১৯০০০০০০০০০", "1" * 16])
def test_a_number_that_wa_me_would_not_open_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        poster_pdf(replace(POSTER, desk_number=number), MADE)


def test_a_language_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="hi"):
        poster_pdf(replace(POSTER, service={"en": "Desk", "bn": "ডেস্ক", "hi": " "}), MADE)
