"""How values are said, as a native speaker would say them."""

from datetime import date, time

import pytest

from seba.messages.catalogue import LANGUAGES, catalogue
from seba.messages.wording import Wording, length
from seba.whatsapp import limits

TODAY = date(2026, 11, 22)


def wording(language: str) -> Wording:
    return Wording(catalogue(), language)


def at(clock: str) -> time:
    return time.fromisoformat(clock)


@pytest.mark.parametrize(
    ("day", "en", "bn", "hi"),
    [
        ("2026-11-22", "Sunday 22 November", "রবিবার ২২ নভেম্বর", "रविवार 22 नवंबर"),
        ("2026-11-24", "Tuesday 24 November", "মঙ্গলবার ২৪ নভেম্বর", "मंगलवार 24 नवंबर"),
        ("2027-01-05", "Tuesday 5 January", "মঙ্গলবার ৫ জানুয়ারি", "मंगलवार 5 जनवरी"),
        ("2027-12-01", "Wednesday 1 December 2027", "বুধবার ১ ডিসেম্বর ২০২৭", "बुधवार 1 दिसंबर 2027"),
        ("2026-11-21", "21 November 2026", "২১ নভেম্বর ২০২৬", "21 नवंबर 2026"),
        ("2026-04-16", "16 April 2026", "১৬ এপ্রিল ২০২৬", "16 अप्रैल 2026"),
    ],
)
def test_a_date_is_said_with_its_weekday_and_a_past_one_with_its_year(day: str, en: str, bn: str, hi: str) -> None:
    said = [wording(language).day(date.fromisoformat(day), TODAY) for language in ("en", "bn", "hi")]
    assert said == [en, bn, hi]


@pytest.mark.parametrize(
    ("day", "en", "bn", "hi"),
    [
        ("2026-11-24", "Tue", "মঙ্গলবার", "मंगलवार"),
        ("2026-11-28", "Sat", "শনিবার", "शनिवार"),
        ("2026-11-29", "Sun 29 Nov", "রবিবার ২৯ নভেম্বর", "रविवार 29 नवंबर"),
    ],
)
def test_a_weekday_alone_is_said_only_within_the_week(day: str, en: str, bn: str, hi: str) -> None:
    said = [wording(language).soon(date.fromisoformat(day), TODAY) for language in ("en", "bn", "hi")]
    assert said == [en, bn, hi]


@pytest.mark.parametrize(
    ("start", "end", "en", "bn", "hi"),
    [
        ("09:00", "11:00", "9 – 11 am", "সকাল ৯টা – ১১টা", "सुबह 9 – 11 बजे"),
        ("11:00", "13:00", "11 am – 1 pm", "সকাল ১১টা – দুপুর ১টা", "सुबह 11 – दोपहर 1 बजे"),
        ("10:00", "12:00", "10 am – 12 noon", "সকাল ১০টা – দুপুর ১২টা", "सुबह 10 – दोपहर 12 बजे"),
        ("12:00", "14:00", "12 noon – 2 pm", "দুপুর ১২টা – ২টো", "दोपहर 12 – 2 बजे"),
        ("14:00", "16:00", "2 – 4 pm", "দুপুর ২টো – বিকেল ৪টে", "दोपहर 2 – शाम 4 बजे"),
        ("15:00", "17:00", "3 – 5 pm", "বিকেল ৩টে – ৫টা", "दोपहर 3 – शाम 5 बजे"),
        ("09:30", "11:30", "9:30 – 11:30 am", "সকাল ৯:৩০ – ১১:৩০", "सुबह 9:30 – 11:30 बजे"),
        ("17:30", "19:00", "5:30 – 7 pm", "বিকেল ৫:৩০ – সন্ধে ৭টা", "शाम 5:30 – 7 बजे"),
        ("20:00", "21:00", "8 – 9 pm", "রাত ৮টা – ৯টা", "रात 8 – 9 बजे"),
        ("05:00", "07:00", "5 – 7 am", "ভোর ৫টা – সকাল ৭টা", "सुबह 5 – 7 बजे"),
    ],
)
def test_hours_are_said_with_their_part_of_the_day(start: str, end: str, en: str, bn: str, hi: str) -> None:
    assert [wording(language).hours(at(start), at(end)) for language in ("en", "bn", "hi")] == [en, bn, hi]


@pytest.mark.parametrize(
    ("clock", "en", "bn", "hi"),
    [
        ("09:00", "9 am", "সকাল ৯টা", "सुबह 9 बजे"),
        ("12:00", "12 noon", "দুপুর ১২টা", "दोपहर 12 बजे"),
        ("12:30", "12:30 pm", "দুপুর ১২:৩০", "दोपहर 12:30 बजे"),
        ("14:00", "2 pm", "দুপুর ২টো", "दोपहर 2 बजे"),
        ("16:05", "4:05 pm", "বিকেল ৪:০৫", "शाम 4:05 बजे"),
        ("00:00", "12 am", "রাত ১২টা", "रात 12 बजे"),
    ],
)
def test_an_hour_is_said_as_on_a_twelve_hour_clock(clock: str, en: str, bn: str, hi: str) -> None:
    assert [wording(language).hour(at(clock)) for language in ("en", "bn", "hi")] == [en, bn, hi]


@pytest.mark.parametrize(
    ("day", "start", "end", "en", "bn", "hi"),
    [
        ("2026-11-24", "11:00", "13:00", "Tue 11 am – 1 pm", "মঙ্গল, ১১টা – ১টা", "मंगल, 11 – 1 बजे"),
        ("2026-11-25", "09:00", "11:00", "Wed 9 – 11 am", "বুধ, ৯টা – ১১টা", "बुध, 9 – 11 बजे"),
        ("2026-11-26", "11:30", "12:30", "Thu 11:30am–12:30pm", "বৃহস্পতি ১১:৩০–১২:৩০", "गुरु 11:30–12:30 बजे"),
    ],
)
def test_a_slot_on_a_button_keeps_its_day_and_its_hours(
    day: str, start: str, end: str, en: str, bn: str, hi: str
) -> None:
    said = [
        wording(language).short_slot(date.fromisoformat(day), at(start), at(end), limits.BUTTON_TITLE)
        for language in ("en", "bn", "hi")
    ]
    assert said == [en, bn, hi]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hour_of_every_day_fits_a_button_and_a_row(language: str) -> None:
    words = wording(language)
    minutes = [
        (hour * 60 + minute, length_) for hour in range(5, 21) for minute in (0, 15, 30) for length_ in (30, 120, 240)
    ]
    for start, lasting in minutes:
        if start + lasting >= 24 * 60:
            continue
        first, last = (time(*divmod(each, 60)) for each in (start, start + lasting))
        assert length(words.hours(first, last, limits.ROW_TITLE)) <= limits.ROW_TITLE
        for day in range(21, 28):
            for month in (2, 9):
                when = date(2026, month, day)
                assert length(words.short_slot(when, first, last, limits.BUTTON_TITLE)) <= limits.BUTTON_TITLE
                assert length(words.short_slot_dated(when, first, last, limits.BUTTON_TITLE)) <= limits.BUTTON_TITLE


def test_the_same_hours_a_week_apart_are_told_apart_by_the_date() -> None:
    for language in LANGUAGES:
        labels = {
            wording(language).short_slot_dated(date(2026, 11, day), at("11:30"), at("12:30"), limits.BUTTON_TITLE)
            for day in (19, 26)
        }
        assert len(labels) == 2


@pytest.mark.parametrize(
    ("metres", "en", "bn", "hi"),
    [
        (900, "900 m", "৯০০ মিটার", "900 मीटर"),
        (1000, "1 km", "১ কিমি", "1 किमी"),
        (1200, "1.2 km", "১.২ কিমি", "1.2 किमी"),
        (12000, "12 km", "১২ কিমি", "12 किमी"),
    ],
)
def test_a_distance_is_metres_and_then_kilometres(metres: int, en: str, bn: str, hi: str) -> None:
    assert [wording(language).distance(metres) for language in ("en", "bn", "hi")] == [en, bn, hi]


@pytest.mark.parametrize(
    ("paise", "en", "bn", "hi"),
    [
        (0, "free", "বিনামূল্যে", "मुफ़्त"),
        (78000, "₹780", "₹780", "₹780"),
        (141000, "₹1,410", "₹1,410", "₹1,410"),
        (1250, "₹12.50", "₹12.50", "₹12.50"),
        (1_00_000_00, "₹1,00,000", "₹1,00,000", "₹1,00,000"),
        (1_23_45_678_05, "₹1,23,45,678.05", "₹1,23,45,678.05", "₹1,23,45,678.05"),
    ],
)
def test_money_has_latin_digits_everywhere_and_nothing_is_free(paise: int, en: str, bn: str, hi: str) -> None:
    assert [wording(language).money(paise) for language in ("en", "bn", "hi")] == [en, bn, hi]


@pytest.mark.parametrize(
    ("count", "en", "bn", "hi"),
    [
        (0, "0 places", "০টা জায়গা", "0 जगह"),
        (1, "1 place", "১টা জায়গা", "1 जगह"),
        (2, "2 places", "২টো জায়গা", "2 जगह"),
        (3, "3 places", "৩টে জায়গা", "3 जगह"),
        (4, "4 places", "৪টে জায়গা", "4 जगह"),
        (12, "12 places", "১২টা জায়গা", "12 जगह"),
        (22, "22 places", "২২টা জায়গা", "22 जगह"),
    ],
)
def test_places_are_counted_as_people_count(count: int, en: str, bn: str, hi: str) -> None:
    assert [wording(language).places(count) for language in ("en", "bn", "hi")] == [en, bn, hi]


def test_only_bengali_has_digits_of_its_own() -> None:
    assert [wording(language).number("16/4/2021") for language in ("en", "bn", "hi")] == [
        "16/4/2021",
        "১৬/৪/২০২১",
        "16/4/2021",
    ]


@pytest.mark.parametrize(
    ("language", "month", "day", "days"),
    [
        ("en", "April 2026", "16 April", "1 – 10 April"),
        ("bn", "এপ্রিল ২০২৬", "১৬ এপ্রিল", "১ – ১০ এপ্রিল"),
        ("hi", "अप्रैल 2026", "16 अप्रैल", "1 – 10 अप्रैल"),
    ],
)
def test_months_and_days_to_tap(language: str, month: str, day: str, days: str) -> None:
    words = wording(language)
    assert words.month(date(2026, 4, 1)) == month
    assert words.day_of_month(date(2026, 4, 16)) == day
    assert words.days(date(2026, 4, 1), 10) == days
    assert words.days(date(2026, 4, 16), 16) == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_every_month_fits_a_button(language: str) -> None:
    for month in range(1, 13):
        assert length(wording(language).days(date(2026, month, 21), 28)) <= limits.BUTTON_TITLE
        assert length(wording(language).month(date(2026, month, 1))) <= limits.BUTTON_TITLE


def test_vaccines_and_cards_have_names_and_an_unknown_one_keeps_its_id() -> None:
    assert wording("bn").vaccine("covishield") == "কোভিশিল্ড"
    assert wording("hi").card("aadhaar") == "आधार कार्ड"
    assert wording("hi").vaccine("sinopharm") == "sinopharm"


def test_a_language_the_desk_does_not_speak_is_worded_in_english() -> None:
    assert wording("ta").hour(at("09:00")) == "9 am"
