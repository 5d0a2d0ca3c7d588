"""Every fault of a file is told by line and column; what is without fault is read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from seba.domain.calendar import KOLKATA
from seba.domain.csv_files import read_sheet
from seba.domain.draws import Draw, commitment
from seba.domain.places import Locality, Served
from seba.domain.publishing import (
    KINDS,
    OPTIONAL,
    AreasFile,
    DesksFile,
    read_areas,
    read_desks,
    read_phone,
)
from seba.domain.rules import default_rules
from seba.domain.session_files import (
    DESCRIPTION,
    MOST_SESSIONS,
    Ground,
    SessionsFile,
    WantedSession,
    read_sessions,
)
from seba.domain.sessions import Centre, Life
from tests.machine import ROOT
from tests.published_files import (
    AREA,
    CENTRE,
    FIRST,
    LATER,
    SESSION,
    areas_file,
    desks_file,
    other_centre,
    sessions_file,
)

TODAY = date(2026, 11, 22)
"""A Sunday."""
TOMORROW = TODAY + timedelta(days=1)
OPENS = datetime(2026, 11, 22, 18, 0, tzinfo=KOLKATA)
DRAW = Draw("fair", OPENS, OPENS + timedelta(minutes=15), commitment(b"a seed for tests only"))
GROUND = Ground(TODAY, default_rules(), {"700019"}, draws={"fair": DRAW})


def read(*rows: Mapping[str, str], known: Mapping[str, Centre] | None = None, today: date = TODAY) -> SessionsFile:
    return read_content(sessions_file(*rows), replace(GROUND, today=today, centres=known or {}))


def read_content(content: bytes, ground: Ground = GROUND) -> SessionsFile:
    return read_sessions(read_sheet(content, KINDS, OPTIONAL), ground)


def areas(*rows: Mapping[str, str]) -> AreasFile:
    return read_areas(read_sheet(areas_file(*rows), KINDS))


def desks(*rows: Mapping[str, str]) -> DesksFile:
    return read_desks(read_sheet(desks_file(*rows), KINDS), {"ward-68", "ward-8"})


def test_a_row_becomes_a_centre_with_its_session() -> None:
    file = read(FIRST)
    assert file.faults == ()
    (wanted,) = file.centres
    assert wanted.centre.names["bn"] == "ওয়ার্ড ৬৮ স্বাস্থ্যকেন্দ্র"
    assert (wanted.centre.latitude, wanted.centre.longitude, wanted.centre.phone) == (22.5199, 88.3656, "033 0000 0101")
    (session,) = wanted.sessions
    assert (session.day, session.vaccine, session.doses, session.fee) == (TOMORROW, "covishield", (2,), 0)
    assert session.life is Life.OPEN
    assert [(slot.start, slot.end, slot.capacity) for slot in session.slots] == [
        (time(9), time(11), 40),
        (time(11), time(13), 20),
    ]


def test_slots_are_put_in_the_order_of_their_hours() -> None:
    (wanted,) = read(FIRST | {"slots": "11:00-13:00=20; 9:00-11:00=40;"}).centres
    assert [slot.capacity for slot in wanted.sessions[0].slots] == [40, 20]


def test_digits_of_every_script_are_read() -> None:
    (wanted,) = read(FIRST | {"ward": "৬৮", "slots": "०९:००-११:००=४०", "fee": "৭৮০"}).centres
    assert wanted.centre.ward == "68"
    assert wanted.sessions[0].slots[0].capacity == 40
    assert wanted.sessions[0].fee == 780_00


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("today", [0]),
        ("today+3", [3]),
        ("2026-11-24", [2]),
        ("today+1..today+3", [1, 2, 3]),
        ("today+1 .. today+3", [1, 2, 3]),
        ("2026-11-23..2026-11-25", [1, 2, 3]),
        ("today+5..today+8 except=sat", [5, 7, 8]),
        ("today+5..today+8 except=sat,sun", [5, 8]),
        ("TODAY+5..today+8 except=Sat, sun", [5, 8]),
    ],
)
def test_days_are_written_in_several_ways(written: str, days: list[int]) -> None:
    (wanted,) = read(FIRST | {"date": written}).centres
    assert [(session.day - TODAY).days for session in wanted.sessions] == days


def test_a_centre_is_described_once() -> None:
    (wanted,) = read(FIRST, LATER | {"vaccine": "covaxin"}).centres
    assert [session.vaccine for session in wanted.sessions] == ["covaxin", "covishield"]
    assert len(read(FIRST, FIRST | {"date": "today+2"}).centres[0].sessions) == 2


def test_a_centre_that_is_published_already_need_not_be_described() -> None:
    known = read(FIRST).centres[0].centre
    (wanted,) = read(LATER, known={"ward-68": known}).centres
    assert wanted.centre == known


FAULTS = [
    ({"centre": "Ward 68"}, "centre", "Ward 68"),
    ({"centre": "w"}, "centre", "“w”"),
    ({"centre": "a-name-that-is-too-long"}, "centre", "a-name-that"),
    ({"name_en": ""}, "name_en", "empty"),
    ({"name_hi": "Ward 68"}, "name_hi", "no Devanagari letters"),
    ({"short_bn": "ওয়ার্ড ৬৮ স্বাস্থ্যকেন্দ্র"}, "short_bn", "27 characters"),
    ({"short_en": "Ward 68\nGariahat"}, "short_en", "line break"),
    ({"address_bn": "4 Gariahat Road"}, "address_bn", "no Bengali letters"),
    ({"address_en": "far " * 50}, "address_en", "199 characters"),
    ({"ward": "sixty"}, "ward", "sixty"),
    ({"pin": "70019"}, "pin", "70019"),
    ({"pin": "700091"}, "pin", "does not know the PIN code 700091"),
    ({"lat": "north"}, "lat", "north"),
    ({"lat": "nan"}, "lat", "nan"),
    ({"lat": "51.5"}, "lat", "outside India"),
    ({"lon": "0.12"}, "lon", "outside India"),
    ({"lat": "88.3656", "lon": "22.5199"}, "lat", "outside India"),
    ({"phone": "ask Rina"}, "phone", "ask Rina"),
    ({"date": "tomorrow"}, "date", "tomorrow"),
    ({"date": ""}, "date", "is empty"),
    ({"date": "2026-11-31"}, "date", "no day 2026-11-31"),
    ({"date": "2026-11-21"}, "date", "is past"),
    ({"date": "today-1"}, "date", "is past"),
    ({"date": "today+5..today+3"}, "date", "before it begins"),
    ({"date": "today+1..today+400"}, "date", "more than a year ahead"),
    ({"date": "today+1 except=mon"}, "date", "no day is left"),
    ({"date": "today+1..today+5 except=funday"}, "date", "funday"),
    ({"vaccine": "covid"}, "vaccine", "covid"),
    ({"dose": "4"}, "dose", "“4”"),
    ({"dose": "two"}, "dose", "two"),
    ({"fee": "free"}, "fee", "free"),
    ({"fee": "-5"}, "fee", "-5"),
    ({"fee": "781"}, "fee", "more than ₹780, the most for covishield"),
    ({"slots": ""}, "slots", "is empty"),
    ({"slots": "morning=40"}, "slots", "morning=40"),
    ({"slots": "09:00-11:00"}, "slots", "is no slot"),
    ({"slots": "09:00-25:00=40"}, "slots", "no clock shows"),
    ({"slots": "11:00-09:00=40"}, "slots", "ends before it begins"),
    ({"slots": "09:00-09:00=40"}, "slots", "ends before it begins"),
    ({"slots": "09:00-11:00=0"}, "slots", "has 0 places"),
    ({"slots": "09:00-11:00=-40"}, "slots", "has -40 places"),
    ({"slots": "09:00-11:00=1001"}, "slots", "has 1001 places"),
    ({"slots": "09:00-11:00=40; 10:30-12:00=40"}, "slots", "10:30-12:00 overlaps with 09:00-11:00"),
    ({"slots": "; ".join(f"{n // 2:02d}:{n % 2 * 30:02d}-{n // 2:02d}:{n % 2 * 30 + 29:02d}=1" for n in range(33))},
     "slots", "33 slots"),
    ({"life": "opened"}, "life", "opened"),
    ({"life": ""}, "life", "is empty"),
    ({"life": "cancelled"}, "life", "cancelled"),
    ({"dose": ""}, "dose", "is empty"),
    ({"dose": "1+1"}, "dose", "1+1"),
    ({"dose": "1,2"}, "dose", "1,2"),
    ({"dose": "1+"}, "dose", "1+"),
    ({"dose": "2+3", "vaccine": "sputnik_v"}, "vaccine", "no dose 3 of sputnik_v"),
    ({"ages": "adults"}, "ages", "adults"),
    ({"ages": "44-18"}, "ages", "nobody is “44-18”"),
    ({"ages": "18-140"}, "ages", "nobody is"),
    ({"ages": "-18"}, "ages", "-18"),
    ({"ages": "12-44", "dose": "1+2"}, "ages", "12-17 is outside"),
    ({"ages": "15-44", "dose": "1"}, "ages", "15-17 is outside"),
    ({"ages": "5+", "dose": "1", "vaccine": "covaxin"}, "ages", "5-14 is outside"),
    ({"ages": "12-20", "dose": "1", "vaccine": "corbevax"}, "ages", "15-17 is outside"),
    ({"walk_in": "some"}, "walk_in", "some"),
    ({"walk_in": "91%"}, "walk_in", "91%"),
    ({"walk_in": "-5%"}, "walk_in", "-5%"),
    ({"opens": "tomorrow"}, "opens", "tomorrow"),
    ({"opens": "2026-11-23"}, "opens", "2026-11-23"),
    ({"opens": "2026-11-22 25:00"}, "opens", "25:00"),
    ({"opens": "2026-02-30 10:00"}, "opens", "2026-02-30"),
    ({"opens": "today+1 09:00"}, "opens", "not before the session, which begins 2026-11-23 09:00"),
    ({"opens": "today+2 08:00", "date": "today+1..today+5"}, "opens", "which begins 2026-11-23 09:00"),
    ({"draw": "nobody-knows"}, "draw", "no draw “nobody-knows” was announced"),
    ({"draw": "fair", "opens": "today 16:00"}, "opens", "is another hour than that of the draw fair, 2026-11-22 18:00"),
    ({"draw": "fair", "slots": "08:00-09:00=40", "date": "today"}, "draw", "fair closes 2026-11-22 18:15"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "column", "says"), FAULTS, ids=[f"{f[1]} {f[2][:20]}" for f in FAULTS])
def test_a_fault_names_its_line_and_column_and_holds_up_its_centre_alone(
    cells: dict[str, str], column: str, says: str
) -> None:
    file = read(other_centre(8), FIRST | cells, other_centre(9))
    (fault,) = file.faults
    lines = sessions_file(other_centre(8)).count(b"\n") + 1
    assert (fault.line, fault.column) == (lines, column)
    assert says in fault.problem
    assert fault.remedy
    # A row whose id cannot be read may belong to the centre above it, so that one waits as well.
    assert [each.centre.id for each in file.centres] == (["ward-9"] if column == "centre" else ["ward-8", "ward-9"])


def test_a_file_without_the_newer_columns_is_as_good_as_one_that_leaves_them_empty() -> None:
    header, row = (line.rsplit(b",", 4)[0] for line in sessions_file(FIRST).splitlines())
    assert read_content(header + b"\n" + row + b"\n") == read(FIRST)
    assert read(FIRST).faults == ()


def only(file: SessionsFile) -> WantedSession:
    """The one session of a file."""
    assert file.faults == ()
    ((session,),) = (each.sessions for each in file.centres)
    return session


@pytest.mark.parametrize(
    ("written", "doses"),
    [("1", (1,)), ("2", (2,)), ("1+2", (1, 2)), ("3 + 1+2", (1, 2, 3)), ("২", (2,))],
)
def test_a_session_gives_one_dose_or_several(written: str, doses: tuple[int, ...]) -> None:
    assert only(read(FIRST | {"dose": written})).doses == doses


@pytest.mark.parametrize(
    ("written", "ages"),
    [
        ("", None),
        ("18-44", (18, 44)),
        ("18–44", (18, 44)),
        ("45+", (45, 120)),
        ("১৮-৪৪", (18, 44)),
        ("60-60", (60, 60)),
    ],
)
def test_ages_are_completed_years_from_and_to(written: str, ages: tuple[int, int] | None) -> None:
    assert only(read(FIRST | {"ages": written, "dose": "1+2"})).ages == ages


def test_ages_that_the_rules_admit_to_that_vaccine_only_are_admitted_to_that_vaccine_only() -> None:
    children = FIRST | {"dose": "1", "ages": "12-14"}
    assert only(read(children | {"vaccine": "corbevax"})).ages == (12, 14)
    (fault,) = read(children).faults
    assert "18+" in fault.remedy


def test_ages_of_later_doses_are_those_of_whoever_had_the_first() -> None:
    assert only(read(FIRST | {"dose": "2+3", "ages": "12-17"})).ages == (12, 17)


def test_a_first_dose_of_a_vaccine_is_given_from_the_day_it_was_introduced() -> None:
    early = FIRST | {"vaccine": "sputnik_v", "dose": "1", "date": "2021-05-13"}
    (fault,) = read(early, today=date(2021, 5, 1)).faults
    assert (fault.column, fault.problem) == ("vaccine", "the rules have no dose 1 of sputnik_v on 2021-05-13")
    assert read(early | {"date": "2021-05-14"}, today=date(2021, 5, 1)).faults == ()


@pytest.mark.parametrize(("written", "percent"), [("", 0), ("0", 0), ("20%", 20), ("90 %", 90), ("২০%", 20)])
def test_a_part_of_each_slot_is_kept_for_walk_ins(written: str, percent: int) -> None:
    assert only(read(FIRST | {"walk_in": written})).walk_in == percent


@pytest.mark.parametrize(
    "written", ["2026-11-22 16:00", "today 16:00", "TODAY+0 16:00", "2026-11-22T16:00", "today ১৬:০০"]
)
def test_an_opening_hour_is_one_at_the_desk(written: str) -> None:
    assert only(read(FIRST | {"opens": written})).opens == datetime(2026, 11, 22, 16, 0, tzinfo=KOLKATA)


def test_a_session_in_a_draw_takes_its_hour() -> None:
    session = only(read(FIRST | {"draw": "fair"}))
    assert (session.draw, session.opens) == ("fair", OPENS)
    assert only(read(FIRST | {"draw": "fair", "opens": "today 18:00"})) == session


def test_a_centre_of_another_publisher_is_refused_at_its_first_row_and_others_are_not() -> None:
    theirs = replace(read(FIRST).centres[0].centre, publisher="apollo")
    ground = replace(GROUND, centres={"ward-68": theirs})
    file = read_content(sessions_file(other_centre(8), LATER, LATER | {"date": "today+2"}), ground)
    (fault,) = file.faults
    assert (fault.line, fault.column, fault.problem) == (3, "centre", "ward-68 belongs to the publisher apollo")
    assert [each.centre.id for each in file.centres] == ["ward-8"]
    assert read_content(sessions_file(LATER), replace(ground, publisher="apollo")).faults == ()


def test_a_centre_of_the_operator_is_nobody_elses() -> None:
    ground = replace(GROUND, centres={"ward-68": read(FIRST).centres[0].centre}, publisher="apollo")
    (fault,) = read_content(sessions_file(LATER), ground).faults
    assert fault.problem == "ward-68 belongs to the desk's own operator"


def test_a_new_centre_belongs_to_who_publishes_it() -> None:
    file = read_content(sessions_file(FIRST), replace(GROUND, publisher="apollo"))
    assert file.centres[0].centre.publisher == "apollo"


def test_a_public_publisher_asks_no_money_and_a_private_one_within_the_cap() -> None:
    priced = sessions_file(FIRST | {"fee": "250"})
    (fault,) = read_content(priced, replace(GROUND, publisher="wb", free_only=True)).faults
    assert (fault.column, fault.remedy) == ("fee", "write 0")
    assert read_content(priced, replace(GROUND, publisher="apollo")).faults == ()
    (fault,) = read_content(sessions_file(FIRST | {"fee": "790"}), replace(GROUND, publisher="apollo")).faults
    assert "₹780" in fault.problem
    assert "rules of 2022-07-06" in fault.problem


def test_sessions_that_share_a_dose_on_a_day_are_one() -> None:
    (fault,) = read(FIRST | {"dose": "1+2"}, LATER | {"dose": "2+3"}).faults
    assert (fault.line, fault.column) == (3, "date")
    assert read(FIRST | {"dose": "1"}, LATER | {"dose": "2+3"}).faults == ()


def test_every_fault_of_a_row_is_told_at_once() -> None:
    file = read(FIRST | {"short_bn": "", "lat": "1", "fee": "9999", "life": "x", "slots": "x", "walk_in": "99"})
    assert [fault.column for fault in file.faults] == ["short_bn", "lat", "fee", "slots", "life", "walk_in"]


def test_a_fault_in_a_later_row_holds_up_the_whole_centre() -> None:
    file = read(FIRST, LATER | {"date": "today+2", "life": "opened"}, other_centre(8))
    assert [each.centre.id for each in file.centres] == ["ward-8"]
    assert file.held_up == ("ward-68",)


def test_a_session_that_is_there_twice_names_the_line_of_the_first() -> None:
    (fault,) = read(FIRST | {"date": "today+1..today+5"}, LATER | {"date": "today+3"}).faults
    assert (fault.line, fault.column) == (3, "date")
    assert "line 2" in fault.problem


def test_two_vaccines_on_a_day_are_two_sessions() -> None:
    assert read(FIRST, LATER | {"vaccine": "covaxin"}).faults == ()


def test_the_same_centre_cannot_have_two_names() -> None:
    (fault,) = read(FIRST, FIRST | {"date": "today+2", "name_en": "Ward 69 Health Centre"}).faults
    assert (fault.line, fault.column) == (3, "name_en")
    assert "line 2" in fault.problem


def test_two_centres_cannot_have_the_same_short_name() -> None:
    file = read(FIRST, other_centre(8) | {"short_hi": "वार्ड 68"})
    (fault,) = file.faults
    assert (fault.line, fault.column) == (3, "short_hi")
    assert [each.centre.id for each in file.centres] == ["ward-68"]


def test_a_short_name_of_a_centre_that_is_published_is_taken() -> None:
    known = read(other_centre(8) | {"short_en": "Ward 68"}).centres[0].centre
    (fault,) = read(FIRST, known={"ward-8": known}).faults
    assert fault.column == "short_en"


def test_a_centre_nobody_described_is_a_fault_once() -> None:
    (fault,) = read(LATER, LATER | {"date": "today+2"}).faults
    assert (fault.line, fault.column) == (2, "name_en")


def test_a_description_belongs_in_the_first_row() -> None:
    (fault,) = read(LATER, FIRST | {"date": "today+2"}, FIRST | {"date": "today+3"}).faults
    assert (fault.line, fault.column) == (2, "name_en")


def test_the_cap_on_the_fee_is_that_of_the_day() -> None:
    private = FIRST | {"fee": "1145", "vaccine": "sputnik_v", "date": "2021-06-07..2021-06-09"}
    assert read(private, today=date(2021, 6, 1)).faults == ()
    (fault,) = read(private | {"fee": "1200"}, today=date(2021, 6, 1)).faults
    assert "2021-06-08" in fault.problem
    assert "₹1,200 is more than ₹1,145" in fault.problem


def test_a_vaccine_is_refused_on_days_on_which_it_did_not_exist() -> None:
    (fault,) = read(FIRST | {"vaccine": "corbevax", "date": "2022-03-15"}, today=date(2022, 3, 1)).faults
    assert fault.column == "vaccine"


def test_without_any_area_it_says_what_to_publish_first() -> None:
    file = read_content(sessions_file(FIRST), Ground(TODAY, default_rules(), ()))
    assert "publish areas.csv first" in file.faults[0].remedy


def test_a_torn_line_holds_up_the_centre_it_names() -> None:
    content = sessions_file(FIRST, other_centre(8), LATER | {"date": "today+2"}) + b"ward-8,too,few\n"
    file = read_content(content)
    assert [each.centre.id for each in file.centres] == ["ward-68"]


def test_a_torn_line_beneath_a_line_without_a_centre_holds_up_the_centre_above_both() -> None:
    file = read_content(sessions_file(FIRST, LATER | {"centre": ""}) + b"too,few\n")
    assert file.held_up == ("ward-68",)


def test_an_area_is_read() -> None:
    (area,) = areas().areas
    assert (area.pin, area.served, area.refer) == ("700019", Served.YES, None)
    assert area.localities == (Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट"),)


def test_an_area_that_is_not_served_says_where_to_go() -> None:
    refer = {"served": "no", "refer_en": "Go to Howrah.", "refer_bn": "হাওড়ায় যান।", "refer_hi": "हावड़ा जाएँ।"}
    (area,) = areas(AREA | refer).areas
    assert area.refer == ("Go to Howrah.", "হাওড়ায় যান।", "हावड़ा जाएँ।")


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"pin": "019"}, "pin", "019"),
        ({"pin": "700001"}, "pin", "line 2 already"),
        ({"served": "maybe"}, "served", "maybe"),
        ({"localities_bn": ""}, "localities_bn", "empty"),
        ({"localities_en": "Gariahat;Ballygunge"}, "localities_bn", "has 1 names, localities_en 2"),
        ({"localities_en": "Gariahat;;Ballygunge"}, "localities_en", "empty or longer"),
        ({"lat": "99"}, "lat", "outside India"),
        ({"refer_en": "Go away."}, "refer_en", "is served (yes)"),
    ],
)
def test_a_fault_of_an_area_holds_up_that_area_alone(cells: dict[str, str], column: str, says: str) -> None:
    file = areas(AREA | {"pin": "700001"}, AREA | cells, AREA | {"pin": "700002"})
    assert (file.faults[0].line, file.faults[0].column) == (3, column)
    assert says in file.faults[0].problem
    assert [area.pin for area in file.areas] == ["700001", "700002"]


def test_where_nobody_is_served_it_must_say_where_to_go_in_three_languages() -> None:
    file = areas(AREA | {"served": "no", "refer_en": "Go to Howrah."})
    assert [fault.column for fault in file.faults] == ["refer_bn", "refer_hi"]


def test_desk_numbers_are_read_and_checked() -> None:
    file = desks(
        {"centre": "ward-68", "phone": "+91 98300 12345"},
        {"centre": "ward-99", "phone": "919830012346"},
        {"centre": "ward-8", "phone": "98300 12345"},
        {"centre": "ward-8", "phone": "12"},
    )
    assert [(each.centre, each.phone) for each in file.desks] == [("ward-68", "919830012345")]
    assert [(fault.line, fault.column) for fault in file.faults] == [(3, "centre"), (4, "phone"), (5, "phone")]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("919830012345", "919830012345"),
        ("+91 98300-12345", "919830012345"),
        ("9830012345", "919830012345"),
        ("09830012345", "919830012345"),
        ("0091 9830012345", "919830012345"),
        ("৯১৯৮৩০০১২৩৪৫", "919830012345"),
        ("15550000001", "15550000001"),
        ("1234567890", None),
        ("7M4QK2-X9TA", None),
        ("Rina", None),
        ("²²²²²²²²²²²", None),
        ("", None),
    ],
)
def test_a_phone_number_is_digits_with_its_country_code(text: str, phone: str | None) -> None:
    assert read_phone(text) == phone


def test_the_samples_have_no_fault() -> None:
    samples = ROOT / "samples"
    areas_read = read_areas(read_sheet((samples / "areas.csv").read_bytes(), KINDS))
    opens = datetime.combine(TOMORROW, time(16), KOLKATA)
    draws = {"first-doses": Draw("first-doses", opens, opens + timedelta(minutes=15), commitment(b"a seed"))}
    ground = Ground(TODAY, default_rules(), {area.pin for area in areas_read.areas}, draws=draws)
    assert areas_read.faults == ()
    for folder, publisher in ((samples, ""), (samples / "hospitals", "hospitals")):
        file = read_content((folder / "sessions.csv").read_bytes(), replace(ground, publisher=publisher))
        centres = {each.centre.id for each in file.centres}
        desks_read = read_desks(read_sheet((folder / "desks.csv").read_bytes(), KINDS), centres)
        assert (file.faults, desks_read.faults) == ((), ())
        assert {each.centre for each in desks_read.desks} == centres
        ground = replace(ground, centres={**ground.centres, **{each.centre.id: each.centre for each in file.centres}})


CELLS = some.one_of(
    some.text(max_size=12),
    some.sampled_from(
        [
            *FIRST.values(),
            "",
            "ward-68",
            "today+1..today+9",
            "x;y",
            "1e5",
            "-1",
            "٣",
            "²",
            "\n",
            "'",
            '"',
            "1+2",
            "1+2+3",
            "18-44",
            "45+",
            "20%",
            "99%",
            "today 16:00",
            "today+1 10:00",
            "2026-11-22 25:61",
            "fair",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(some.lists(some.fixed_dictionaries({}, optional=dict.fromkeys(KINDS["sessions"], CELLS)), max_size=5))
def test_whatever_is_in_the_cells_reading_ends_with_faults_that_name_a_line_and_a_column(
    changes: list[dict[str, str]],
) -> None:
    content = sessions_file(*(FIRST | change for change in changes))
    file = read_content(content)
    lines = content.decode().replace("\r\n", "\n").replace("\r", "\n").count("\n")
    for fault in file.faults:
        assert 2 <= fault.line <= lines
        assert fault.column in (*KINDS["sessions"], "")
        assert fault.told("file.csv").isprintable()
    # Nothing that was held up is published, and whatever is published is whole.
    published = {each.centre.id for each in file.centres}
    assert published.isdisjoint(file.held_up)
    assert all(each.sessions and all(session.slots for session in each.sessions) for each in file.centres)


@settings(max_examples=80, deadline=None)
@given(some.binary(max_size=200), some.integers(0, 900))
def test_bytes_anywhere_in_a_file_never_crash_the_reader(noise: bytes, place: int) -> None:
    content = sessions_file(FIRST, LATER | {"date": "today+2"})
    read_content(content[:place] + noise + content[place:])


def test_the_fixtures_have_every_column_once() -> None:
    assert (*CENTRE, *SESSION, *OPTIONAL) == KINDS["sessions"]
    assert tuple(CENTRE)[1:] == DESCRIPTION


# ---- what is too much ------------------------------------------------------------------------------------------------


def test_a_file_may_ask_for_ten_thousand_sessions_and_not_for_one_more() -> None:
    days = {"date": "today+1..today+100"}
    full = [other_centre(number) | days for number in range(1, MOST_SESSIONS // 100 + 1)]
    file = read(*full)
    assert file.faults == ()
    assert sum(len(centre.sessions) for centre in file.centres) == MOST_SESSIONS
    more = read(*full, LATER | {"date": "today+101"}, LATER | {"date": "some day"})
    assert (more.centres, len(more.held_up)) == ((), len(full))
    (fault,) = more.faults
    assert (fault.line, fault.column) == (len(full) + 2, "date")
    assert fault.problem == "with this line the file asks for more than 10,000 sessions"
    assert fault.remedy == "split the file, or write fewer days: 10,000 at once"


def test_millions_of_sessions_in_a_small_file_are_not_even_read() -> None:
    year = {"date": "today+1..today+366"}
    file = read(*(other_centre(number) | year for number in range(1, 3_000)))
    (fault,) = file.faults
    assert "more than 10,000 sessions" in fault.problem
    assert fault.line == MOST_SESSIONS // 366 + 1 + 1, "behind the header, the first row that is too much"
    assert len(file.held_up) == 2_999
