"""Dates as people write them, in three languages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.dates import (
    Ambiguous,
    BengaliCalendar,
    Day,
    Month,
    NoDate,
    NotADate,
    OutOfRange,
    PartOfMonth,
    days_in_part,
    end_of_month,
    months_back,
    parts_of_month,
    read_date,
    safe_day,
)

TODAY = date(2026, 11, 22)
EARLIEST = date(2021, 1, 16)
THE_DAY = date(2026, 4, 16)


def read(
    text: str, *, earliest: date = EARLIEST, latest: date = TODAY
) -> Day | Month | Ambiguous | BengaliCalendar | NotADate | OutOfRange:
    return read_date(text, TODAY, earliest=earliest, latest=latest)


def days(*said: date) -> Ambiguous:
    return Ambiguous(tuple(map(Day, said)))


@pytest.mark.parametrize(
    "text",
    [
        "16/4/2026", "16-4-2026", "16.4.2026", "16 4 2026", "16/04/26", "16-4-26", "16.4.26", "16 4 26",
        "16 / 4 / 2026",
        "16-4.2026", "16–4–2026", "16|4|2026", "16\\4\\2026", "16,4,2026", "16042026", "160426",
        "20260416", "2026-04-16",
        "2026/4/16", "2026-04-16T10:30:00Z", "16/4", "16-4", "16.4", "16 4", "dt 16/4/26",
        "on 16/4/2026 at 10.30 am",
        "16/4/2026 10:30", "10:30, 16/4/2026", "1st dose on 16/4/26", "(16/4/2026)", "16/4/2026.",
        "16/4/2026, 16/4/26",
    ],
)  # fmt: skip
def test_figures_are_read_day_first(text: str) -> None:
    assert read(text) == Day(THE_DAY)


@pytest.mark.parametrize(
    "text",
    [
        "১৬/৪/২০২৬", "১৬/০৪/২০২৬", "১৬-৪-২৬", "১৬।৪।২০২৬", "১৬.৪.২০২৬", "১৬/৪", "१६/४/२०२६", "१६-०४-२६",
        "१६.४.२०२६",
        "１６/４/２０２６", "੧੬/੪/੨੦੨੬", "١٦/٤/٢٠٢٦", "1️⃣6️⃣/4️⃣/2026",
    ],
)  # fmt: skip
def test_figures_of_any_script_are_read(text: str) -> None:
    assert read(text) == Day(THE_DAY)


@pytest.mark.parametrize(
    "text",
    [
        "16 April", "16 april 2026", "16th April", "16th of April, 2026", "16 Apr 26", "16-Apr-26",
        "16apr2026", "16/april/2026",
        "April 16", "April 16, 2026", "april 16th", "Apr. 16", "2026 April 16", "the 16th april",
        "sixteen april",
        "sixteenth of april", "I took it on 16 april", "I may have taken it on 16 april", "first dose 16 april",
        "first dose april 16", "dose 1. april 16", "1st dose: 16 april", "Thursday 16 April", "sat april 16",
        "16 April at 10 am", "ward 68, april 16", "took covishield 16 april 2026 in ward 68",
        "16 apirl", "16 Aprill",
        "16 epril", "16 april'26", "16 April 2026 (Thursday)", "today I remember: it was 16 april",
    ],
)  # fmt: skip
def test_english_dates_with_text_around(text: str) -> None:
    assert read(text) == Day(THE_DAY)


@pytest.mark.parametrize(
    "text",
    [
        "১৬ এপ্রিল", "১৬ এপ্রিল ২০২৬", "১৬ই এপ্রিল", "১৬ই এপ্রিল, ২০২৬", "16 এপ্রিল", "১৬ এপ্রিলে",
        "১৬ এপ্রিল নিয়েছি", "এপ্রিলের ১৬ তারিখ",
        "এপ্রিল মাসের ১৬ তারিখে", "১৬ তারিখ এপ্রিল মাসে", "২০২৬ সালের ১৬ এপ্রিল",
        "২০২৬ সালের এপ্রিল মাসের ১৬ তারিখ", "ষোলো এপ্রিল",
        "ষোলই এপ্রিল", "১৬ এপরিল", "প্রথম ডোজ ১৬ এপ্রিল", "আমার মেয়ে ১৬ এপ্রিল নিয়েছে",
        "১৬ এপ্রিল সকাল ১০টায়", "১৬এপ্রিল২০২৬",
        "১৬ এপ্রিল এই বছর", "16 april niyechi", "১৬ই এপ্রিল ২০২৬ (৩ বৈশাখ)", "বৃহস্পতিবার ১৬ এপ্রিল",
    ],
)  # fmt: skip
def test_bengali_dates_with_text_around(text: str) -> None:
    assert read(text) == Day(THE_DAY)


@pytest.mark.parametrize(
    "text",
    [
        "16 अप्रैल", "16 अप्रैल 2026", "१६ अप्रैल २०२६", "16 अप्रैल को लगी थी", "16वीं अप्रैल",
        "अप्रैल की 16 तारीख",
        "अप्रैल महीने की 16 तारीख को", "16 तारीख अप्रैल", "सोलह अप्रैल", "सन 2026 की 16 अप्रैल",
        "16 अप्रेल", "16 एप्रिल",
        "पहली डोज़ 16 अप्रैल", "गुरुवार 16 अप्रैल", "16 अप्रैल सुबह 10 बजे", "16 aprail ko lagi thi",
        "इस साल 16 अप्रैल",
    ],
)  # fmt: skip
def test_hindi_dates_with_text_around(text: str) -> None:
    assert read(text) == Day(THE_DAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("১লা মে", (2026, 5, 1)), ("২রা জুন", (2026, 6, 2)), ("৪ঠা জুলাই", (2026, 7, 4)),
        ("২০শে আগস্ট", (2026, 8, 20)),
        ("৩১শে জানুয়ারি", (2026, 1, 31)), ("পয়লা মে", (2026, 5, 1)), ("৫ মে'র দিন", (2026, 5, 5)),
        ("৮ মার্চে", (2026, 3, 8)),
        ("পঁচিশে জুলাই", (2026, 7, 25)), ("पहली मई", (2026, 5, 1)), ("5 मई", (2026, 5, 5)),
        ("आठ मार्च", (2026, 3, 8)),
        ("5 जून में", (2026, 6, 5)), ("1st may", (2026, 5, 1)), ("twenty first april", (2026, 4, 21)),
        ("twenty one april", (2026, 4, 21)), ("31st dec", (2025, 12, 31)), ("2 sept", (2026, 9, 2)),
        ("8-6-21", (2021, 6, 8)), ("08-06-2021", (2021, 6, 8)), ("29/2/2024", (2024, 2, 29)),
        ("5/4/2026", (2026, 4, 5)),
    ],
)  # fmt: skip
def test_ordinals_and_words_for_days(text: str, day: tuple[int, int, int]) -> None:
    assert read(text) == Day(date(*day))


MONTHS = {
    1: "January jan জানুয়ারি জানুয়ারী জানুআরি जनवरी janwari",
    2: "February Feb febuary ফেব্রুয়ারি ফেব্রুয়ারী फरवरी फ़रवरी farvari",
    3: "March mar মার্চ मार्च",
    4: "April apr এপ্রিল अप्रैल अप्रेल aprail",
    5: "May মে मई",
    6: "June jun জুন जून joon",
    7: "July jul জুলাই जुलाई julai",
    8: "August aug আগস্ট আগষ্ট অগাস্ট अगस्त agast",
    9: "September sep sept সেপ্টেম্বর সেপটেম্বর सितंबर सितम्बर sitambar",
    10: "October oct অক্টোবর अक्टूबर अक्तूबर oktobar",
    11: "November nov নভেম্বর নবেম্বর नवंबर नवम्बर navambar",
    12: "December dec ডিসেম্বর दिसंबर दिसम्बर disambar",
}


@pytest.mark.parametrize(("month", "names"), MONTHS.items(), ids=[names.split()[0] for names in MONTHS.values()])
def test_a_months_names_in_three_languages(month: int, names: str) -> None:
    for name in names.split():
        assert read(f"3 {name} 2025") == Day(date(2025, month, 3)), name
        assert read(f"{name} 2025") == Month(2025, month), name


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("April", 2026, 4), ("april 2025", 2025, 4), ("in may", 2026, 5), ("may", 2026, 5),
        ("04/2025", 2025, 4), ("2025-04", 2025, 4),
        ("এপ্রিল মাসে", 2026, 4), ("মে মাসে", 2026, 5), ("২০২৫ সালের এপ্রিল", 2025, 4),
        ("अप्रैल महीने में", 2026, 4), ("december", 2025, 12),
        ("november", 2026, 11), ("early april", 2026, 4), ("1st week of april", 2026, 4),
        ("mid april 2025", 2025, 4),
        ("april, don't remember the day", 2026, 4), ("april '25", 2025, 4), ("last month", 2026, 10),
        ("গত মাসে", 2026, 10),
        ("पिछले महीने", 2026, 10), ("এই মাসে", 2026, 11), ("april last year", 2025, 4),
        ("গত বছর এপ্রিলে", 2025, 4),
    ],
)  # fmt: skip
def test_a_month_without_its_day_is_a_month(text: str, year: int, month: int) -> None:
    assert read(text) == Month(year, month)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("today", 0), ("আজ", 0), ("আজকে", 0), ("आज", 0), ("aaj", 0), ("yesterday", 1), ("গতকাল", 1),
        ("গত কাল", 1), ("बीते कल", 1),
        ("gotokal", 1), ("yesterday evening", 1), ("গত পরশু", 2), ("day before yesterday", 2),
        ("3 days ago", 3), ("three days back", 3),
        ("৩ দিন আগে", 3), ("তিন দিন আগে", 3), ("३ दिन पहले", 3), ("तीन दिन पहले", 3),
        ("3 din pehle", 3), ("84 days ago", 84),
    ],
)  # fmt: skip
def test_days_counted_from_today(text: str, back: int) -> None:
    assert read(text) == Day(TODAY - timedelta(days=back))


@pytest.mark.parametrize("word", ["কাল", "কালকে", "कल", "kal", "কাল নিয়েছি", "कल लगी थी", "kal liya"])
def test_yesterday_or_tomorrow_is_asked_and_never_guessed(word: str) -> None:
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert read(word) == days(yesterday)
    assert read(word, latest=date(2026, 12, 31)) == days(yesterday, tomorrow)
    assert read(word, earliest=TODAY, latest=date(2026, 12, 31)) == days(tomorrow)


@pytest.mark.parametrize("word", ["পরশু", "परसों", "parso"])
def test_the_day_beyond_is_asked_too(word: str) -> None:
    assert read(word, latest=date(2026, 12, 31)) == days(TODAY - timedelta(days=2), TODAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("10 or 15 april", [date(2026, 4, 10), date(2026, 4, 15)]),
        ("১০ বা ১৫ এপ্রিল", [date(2026, 4, 10), date(2026, 4, 15)]),
        ("16 से 18 अप्रैल", [date(2026, 4, 16), date(2026, 4, 18)]),
        ("10-15 april", [date(2026, 4, 10), date(2026, 4, 15)]),
        ("16/4 or 17/4", [date(2026, 4, 16), date(2026, 4, 17)]),
        ("16 april 2026 and 12 june 2026", [date(2026, 4, 16), date(2026, 6, 12)]),
        ("dob 12/3/1980, dose 16/4/2026", [date(2026, 4, 16)]),
        ("april 21", [date(2026, 4, 21)]),  # or the year 2021
        ("এপ্রিল ২১", [date(2026, 4, 21)]),
        ("আজ না গতকাল", [TODAY, TODAY - timedelta(days=1)]),
    ],
)
def test_what_may_be_two_days_is_asked(text: str, choice: list[date]) -> None:
    assert read(text) == days(*choice)


@pytest.mark.parametrize(
    "text",
    ["৩ বৈশাখ", "বৈশাখ মাসে", "১২ ফাল্গুন ১৪৩২", "চৈত্রের শেষে", "3 baishakh", "falgun", "फाल्गुन", "5 श्रावण", "सावन में",
     "16/4/1428", "১৬ এপ্রিল ১৪২৮"],
)  # fmt: skip
def test_the_bengali_calendar_is_recognised_and_never_converted(text: str) -> None:
    assert read(text) == BengaliCalendar()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NoDate.NOTHING), ("hello", NoDate.NOTHING), ("🙂", NoDate.NOTHING),
        ("হ্যাঁ", NoDate.NOTHING), ("I may come", NoDate.NOTHING),
        ("আমার মেয়ে", NoDate.NOTHING), ("সকালে", NoDate.NOTHING),
        ("31 april", NoDate.IMPOSSIBLE), ("31/4/2026", NoDate.IMPOSSIBLE), ("29/2/2026", NoDate.IMPOSSIBLE),
        ("4/16/2026", NoDate.IMPOSSIBLE), ("16/13/2026", NoDate.IMPOSSIBLE), ("0/4/2026", NoDate.IMPOSSIBLE),
        ("32 april", NoDate.IMPOSSIBLE), ("16/4/1726", NoDate.IMPOSSIBLE),
        ("16 তারিখ", NoDate.INCOMPLETE), ("on the 16th", NoDate.INCOMPLETE),
        ("2026", NoDate.INCOMPLETE), ("700029", NoDate.INCOMPLETE),
        ("9830012345", NoDate.INCOMPLETE), ("²/4/2026", NoDate.INCOMPLETE),
        ("last week", NoDate.VAGUE), ("গত সপ্তাহে", NoDate.VAGUE), ("पिछले हफ्ते", NoDate.VAGUE),
        ("2 weeks ago", NoDate.VAGUE),
        ("৩ মাস আগে", NoDate.VAGUE), ("3 months ago", NoDate.VAGUE), ("গত সোমবার", NoDate.VAGUE),
        ("two or three days ago", NoDate.VAGUE),
        ("2/3 days ago", NoDate.VAGUE), ("april or may", NoDate.VAGUE),
        ("আজ থেকে ৩ মাস আগে", NoDate.VAGUE), ("3 months before today", NoDate.VAGUE), ("কাল না, গত সপ্তাহে", NoDate.VAGUE),
        ("মনে নেই", NoDate.FORGOTTEN), ("याद नहीं", NoDate.FORGOTTEN), ("Don't remember", NoDate.FORGOTTEN),
        ("don’t  know", NoDate.FORGOTTEN), ("mone nei", NoDate.FORGOTTEN), ("ভুলে গেছি", NoDate.FORGOTTEN),
    ],
)  # fmt: skip
def test_what_is_no_date_says_why(text: str, reason: NoDate) -> None:
    assert read(text) == NotADate(reason)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("16/4/2030", date(2030, 4, 16)), ("1/1/2020", date(2020, 1, 1)), ("15/1/2021", date(2021, 1, 15)),
        ("23/11/2026", date(2026, 11, 23)), ("tomorrow", date(2026, 11, 23)), ("আগামীকাল", date(2026, 11, 23)),
        ("आने वाले कल", date(2026, 11, 23)), ("3 days later", date(2026, 11, 25)),
        ("৩ দিন পরে", date(2026, 11, 25)),
        ("dec 2026", date(2026, 12, 1)), ("april 2019", date(2019, 4, 30)),
        ("16 april 1999", date(1999, 4, 16)),
        ("99999 days ago", TODAY - timedelta(days=99_999)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_out_of_range(text: str, said: date) -> None:
    assert read(text) == OutOfRange(said, EARLIEST, TODAY)


def test_the_bounds_themselves_are_within() -> None:
    assert read("16/1/2021") == Day(EARLIEST)
    assert read("22/11/2026") == Day(TODAY)
    assert read("jan 2021") == Month(2021, 1)


def test_without_a_year_the_most_recent_past_one_is_meant() -> None:
    assert read("22 november") == Day(date(2026, 11, 22))
    assert read("23 november") == Day(date(2025, 11, 23))
    assert read("29 feb") == Day(date(2024, 2, 29))


def test_without_a_year_two_that_fit_are_asked_where_the_caller_wants_it() -> None:
    asked = read_date("16 april", TODAY, earliest=EARLIEST, latest=TODAY, without_year_from=date(2025, 1, 1))
    assert asked == days(date(2026, 4, 16), date(2025, 4, 16))


def test_without_a_year_and_outside_the_bounds_the_nearest_such_day_is_named() -> None:
    soon = read("1 december", earliest=TODAY, latest=date(2026, 12, 13))
    assert soon == Day(date(2026, 12, 1))
    late = read("20 december", earliest=TODAY, latest=date(2026, 12, 13))
    assert late == OutOfRange(date(2026, 12, 20), TODAY, date(2026, 12, 13))


def test_two_figures_of_a_year_fall_into_the_bounds() -> None:
    assert read("1/2/56", earliest=date(1920, 1, 1)) == Day(date(1956, 2, 1))
    assert read("1/2/24", earliest=date(1930, 1, 1)) == Day(date(2024, 2, 1))


def test_bounds_the_wrong_way_round_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="wrong way round"):
        read_date("today", TODAY, earliest=TODAY, latest=EARLIEST)


BENGALI_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
DEVANAGARI_DIGITS = str.maketrans("0123456789", "०१२३४५६७८९")
NAMES = {
    "bn": "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "en": "January February March April May June July August September October November December",
}
ANY_DAY = st.dates(EARLIEST, TODAY)


@given(ANY_DAY, st.sampled_from(sorted(NAMES)))
def test_a_date_written_in_words_is_read_back(day: date, language: str) -> None:
    written = f"{day.day} {NAMES[language].split()[day.month - 1]} {day.year}"
    assert read(written.translate(BENGALI_DIGITS) if language == "bn" else written) == Day(day)


@given(ANY_DAY, st.sampled_from("/-. "), st.sampled_from([{}, BENGALI_DIGITS, DEVANAGARI_DIGITS]), st.booleans())
def test_a_date_written_in_figures_is_read_back(day: date, sign: str, script: dict[int, int], zeros: bool) -> None:
    figures = [f"{day.day:02}", f"{day.month:02}"] if zeros else [str(day.day), str(day.month)]
    assert read(sign.join([*figures, str(day.year)]).translate(script)) == Day(day)
    assert read(sign.join([*figures, f"{day.year % 100:02}"]).translate(script)) == Day(day)
    assert read(day.isoformat()) == Day(day)


@given(st.one_of(st.text(), st.text("0123456789/-. ,'april২০৪১৬এপ্রিলকালमईकलorto\ue000\ue002²", max_size=30)))
def test_no_text_makes_the_reader_fail_and_every_answer_keeps_the_bounds(text: str) -> None:
    match read(text):
        case Day(date=day):
            assert EARLIEST <= day <= TODAY
        case Month(year=year, month=month):
            assert end_of_month(year, month) >= EARLIEST
            assert date(year, month, 1) <= TODAY
        case Ambiguous(candidates=candidates):
            assert 1 <= len(candidates) <= 10
            assert all(EARLIEST <= each.date <= TODAY for each in candidates)
        case OutOfRange(date=day):
            assert not EARLIEST <= day <= TODAY
        case BengaliCalendar() | NotADate():
            pass


def test_the_months_back_begin_with_this_one() -> None:
    assert months_back(date(2026, 2, 28), 4) == (Month(2026, 2), Month(2026, 1), Month(2025, 12), Month(2025, 11))


def test_the_parts_of_a_month_fit_a_list_of_ten_rows() -> None:
    assert parts_of_month(2024, 2) == (
        PartOfMonth(1, date(2024, 2, 1), date(2024, 2, 8)),
        PartOfMonth(2, date(2024, 2, 9), date(2024, 2, 16)),
        PartOfMonth(3, date(2024, 2, 17), date(2024, 2, 24)),
        PartOfMonth(4, date(2024, 2, 25), date(2024, 2, 29)),
    )


@given(ANY_DAY)
def test_every_day_of_a_month_is_in_exactly_one_part(day: date) -> None:
    parts = parts_of_month(day.year, day.month)
    tapped = [each for part in parts for each in days_in_part(day.year, day.month, part.number)]
    assert tapped == [day.replace(day=number) for number in range(1, end_of_month(day.year, day.month).day + 1)]
    assert all(len(days_in_part(day.year, day.month, part.number)) <= 10 for part in parts)


def test_days_to_come_are_not_offered() -> None:
    assert [part.number for part in parts_of_month(2026, 11, latest=TODAY)] == [1, 2, 3]
    assert days_in_part(2026, 11, 3, latest=TODAY)[-1] == TODAY
    assert days_in_part(2026, 11, 4, latest=TODAY) == ()
    assert days_in_part(2021, 1, 2, earliest=EARLIEST) == (EARLIEST,)


def test_a_month_without_its_day_counts_from_its_last_day() -> None:
    assert safe_day(Month(2024, 2)) == date(2024, 2, 29)
    assert safe_day(Day(THE_DAY)) == THE_DAY
