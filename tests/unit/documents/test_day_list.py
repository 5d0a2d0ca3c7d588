"""The list of the day: everything a centre needs, readable on paper, the same every time."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pypdf import PdfReader

from seba.documents.day_list import DayList, Row, SlotList, day_list_pdf
from seba.documents.papers import labels
from seba.domain.appointments import Standing
from seba.domain.identity_cards import CardType
from seba.messages.catalogue import LANGUAGES

NAMES = {
    "en": "Ward 68 Urban Primary Health Centre, Gariahat",
    "bn": "ওয়ার্ড ৬৮ পৌর প্রাথমিক স্বাস্থ্যকেন্দ্র, গড়িয়াহাট",
    "hi": "वार्ड 68 शहरी प्राथमिक स्वास्थ्य केंद्र, गड़ियाहाट",
}


def row(number: int = 1, name: str = "Anita Das", **changes: Any) -> Row:
    reference = f"7M4QK2-{number:04d}"
    return replace(Row(reference, name, CardType.AADHAAR, f"{4000 + number}", untold=False), **changes)


def a_list(*rows: Row, **changes: Any) -> DayList:
    morning = SlotList(time(9), time(11), 40, rows)
    made_at = datetime(2026, 11, 23, 12, 35, tzinfo=UTC)
    return replace(DayList(NAMES, date(2026, 11, 24), made_at, (morning,)), **changes)


def pages(day_list: DayList, language: str = "en") -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(day_list_pdf(day_list, language))).pages]


def test_a_row_has_reference_name_card_and_last_four() -> None:
    (page,) = pages(a_list(row(1, card=CardType.VOTER)))
    assert "7M4QK2-0001 Anita Das Voter card …4001" in page


def test_centre_day_and_time_are_said_in_words() -> None:
    (page,) = pages(a_list(row()))
    assert NAMES["en"] in page
    assert "Tuesday 24 November 2026" in page
    assert "9 – 11 am" in page


def test_the_time_it_was_made_is_that_of_kolkata() -> None:
    (page,) = pages(a_list(row()))
    assert "Made Monday 23 November 2026, 6:05 pm" in page


def test_each_slot_and_the_day_tell_how_many_are_booked() -> None:
    day_list = a_list(row(1), row(2))
    day_list = replace(day_list, slots=(*day_list.slots, SlotList(time(11), time(13), 4, (row(3),), "Covaxin")))
    (page,) = pages(day_list)
    assert "Booked 3 / places 44" in page
    assert "9 – 11 am Booked 2 / places 40" in page
    assert "11 am – 1 pm · Covaxin Booked 1 / places 4" in page


def test_who_opted_out_is_marked_and_the_mark_is_explained() -> None:
    (page,) = pages(a_list(row(1), row(2, untold=True)))
    assert page.count("cannot be told") == 2
    marked = next(line for line in page.splitlines() if "7M4QK2-0002" in line)
    assert "cannot be told" in marked


def test_without_an_opt_out_nothing_is_explained() -> None:
    (page,) = pages(a_list(row()))
    assert "cannot be told" not in page


@pytest.mark.parametrize(("standing", "mark"), [(Standing.GIVEN, "given"), (Standing.ABSENT, "did not come")])
def test_what_is_known_already_stands_beside_the_name(standing: Standing, mark: str) -> None:
    (page,) = pages(a_list(row(1, status=standing)))
    assert next(line for line in page.splitlines() if "7M4QK2-0001" in line).endswith(mark)


def test_an_empty_slot_says_so() -> None:
    (page,) = pages(a_list())
    assert "Nobody is booked." in page


def test_a_card_without_a_number_has_no_last_four() -> None:
    (page,) = pages(a_list(row(1, card=CardType.PENSION_BOOK, last4="")))
    assert "Pension book" in page
    assert "…" not in page


def test_somebody_whose_data_were_erased_still_has_a_line() -> None:
    (page,) = pages(a_list(row(1, "–", card="", last4="", untold=True)))
    assert "7M4QK2-0001 – cannot be told" in page


def test_a_long_day_has_numbered_pages_and_loses_nobody() -> None:
    day_list = a_list(*(row(number) for number in range(1, 41)))
    second = SlotList(time(11), time(13), 40, tuple(row(number) for number in range(41, 81)))
    texts = pages(replace(day_list, slots=(*day_list.slots, second)))
    assert len(texts) == 4
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of 4" in text
        assert NAMES["en"] in text
        assert "Tuesday 24 November 2026" in text
    everything = "\n".join(texts)
    for number in range(1, 81):
        assert everything.count(f"7M4QK2-{number:04d}") == 1


def test_a_slot_that_goes_on_repeats_its_hours() -> None:
    texts = pages(a_list(*(row(number) for number in range(1, 41))))
    assert "(continued)" not in texts[0]
    assert "9 – 11 am · (continued)" in texts[1]


@pytest.mark.parametrize("rows", range(22, 27))
def test_the_bar_of_a_slot_never_stands_alone_at_the_foot(rows: int) -> None:
    day_list = a_list(*(row(number) for number in range(1, rows + 1)))
    second = SlotList(time(11), time(13), 40, (row(90), row(91)))
    texts = pages(replace(day_list, slots=(*day_list.slots, second)))
    assert any("11 am – 1 pm Booked" in text and "7M4QK2-0090" in text for text in texts)


def test_a_long_name_is_broken_between_words_and_kept_whole() -> None:
    name = "Mohammed Abdul Rahman Khan Chowdhury Siddiqui al-Bengali"
    (page,) = pages(a_list(row(1, name)))
    assert name in " ".join(page.split())


def test_one_endless_word_stays_in_its_column() -> None:
    (page,) = pages(a_list(row(1, "A" * 120)))
    assert "A" * 120 in page
    assert "Aadhaar …4001" in page


@pytest.mark.parametrize("name", ["", "  ", "\n\t", "😀👋"])
def test_a_name_that_leaves_nothing_to_print_is_a_dash(name: str) -> None:
    (page,) = pages(a_list(row(1, name)))
    assert "7M4QK2-0001 — Aadhaar" in page


def test_letters_without_a_font_become_question_marks() -> None:
    (page,) = pages(a_list(row(1, "குமார் Kumar 😀")))
    assert "? Kumar Aadhaar" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_every_script_stand_on_a_list_in_any_language(language: str) -> None:
    names = ["লক্ষ্মীকান্ত", "श्रीमती", "Anita"]
    (page,) = pages(a_list(*(row(number, name) for number, name in enumerate(names, start=1))), language)
    for name in names:
        assert name in page


def test_a_bengali_list_counts_in_bengali_digits_and_copies_in_latin_ones() -> None:
    (page,) = pages(a_list(row(1), row(2)), "bn")
    assert "২৪" in page
    assert "২০২৬" in page
    assert "৯টা – ১১টা" in page
    assert "7M4QK2-0002" in page
    assert "…4002" in page


def test_a_hindi_list_speaks_hindi() -> None:
    (page,) = pages(a_list(), "hi")
    assert "मंगलवार, 24 नवंबर 2026" in page or "मंगलवार 24 नवंबर 2026" in page


def test_every_label_is_there_in_every_language() -> None:
    day_list = a_list(row(1, untold=True, status=Standing.GIVEN), row(2, status=Standing.ABSENT))
    for language in LANGUAGES:
        for key in ("title", "made", "page", "total", "untold", "given", "absent", "code_note", "signature"):
            assert labels().has(f"list.{key}", language)
        day_list_pdf(day_list, language)
    assert labels().text("list.title", "bn") != labels().text("list.title", "en") != labels().text("list.title", "hi")


def test_the_pages_are_a4_in_black_and_grey_only() -> None:
    reader = PdfReader(io.BytesIO(day_list_pdf(a_list(row()), "en")))
    (page,) = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    contents = page.get_contents()
    assert contents is not None
    operators = contents.get_data().split()
    assert b"rg" not in operators
    assert b"RG" not in operators


def test_nobody_is_named_in_the_documents_title() -> None:
    information = PdfReader(io.BytesIO(day_list_pdf(a_list(row()), "en"))).metadata
    assert information is not None
    assert information.title == f"List of the day: {NAMES['en']}, 2026-11-24"


def test_the_same_list_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib, test_day_list as here;"
        "names = ('শ্রীমতী কৃষ্ণা', 'श्रीमती कृष्णा', 'Anita');"
        "rows = [here.row(n, name) for n, name in enumerate(names)];"
        "print(hashlib.sha256(here.day_list_pdf(here.a_list(*rows), 'bn')).hexdigest())"
    )
    paths = {"PYTHONPATH": ":".join([str(__file__).rpartition("/")[0], *sys.path]), "PYTHONHASHSEED": "7"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=paths)
    rows = [row(number, name) for number, name in enumerate(("শ্রীমতী কৃষ্ণা", "श्रीमती कृष्णा", "Anita"))]
    assert run.stdout.strip() == hashlib.sha256(day_list_pdf(a_list(*rows), "bn")).hexdigest()


def test_a_full_day_of_a_big_centre_stays_small() -> None:
    slots = tuple(
        SlotList(time(hour), time(hour + 1), 60, tuple(row(number, "লক্ষ্মীকান্ত") for number in range(60)))
        for hour in range(9, 17)
    )
    assert len(day_list_pdf(a_list(slots=slots), "bn")) < 500_000


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        day_list_pdf(a_list(), "ta")


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_list_pdf(a_list(made_at=datetime(2026, 11, 23, 18, 5)), "en")  # noqa: DTZ001 - the mistake under test
