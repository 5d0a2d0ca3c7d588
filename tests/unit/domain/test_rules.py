"""The dated rules, and what their file may not say."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.errors import NotFound, Unusable
from seba.domain.identity_cards import CardType
from seba.domain.rules import Dose, Interval, RulesError, Vaccine, default_rules, load_rules

RULES = default_rules()

SMALLEST = """
schema = 1
[[versions]]
id = "a"
from = 2021-01-16
people_per_number = 4
same_day_closes = 15:00:00
change_days_before = 1
second_dose_same_vaccine = true
cards = ["aadhaar"]
ages = [{ from = 18 }]
vaccine.covaxin = { introduced = 2021-01-16, second = { at_least = 28, at_most = 42 } }
"""


@pytest.mark.parametrize(
    ("vaccine", "dose", "day", "interval"),
    [
        ("covishield", 2, date(2021, 3, 21), Interval(28, 42)),
        ("covishield", 2, date(2021, 3, 22), Interval(42, 56)),
        ("covishield", 2, date(2021, 5, 12), Interval(42, 56)),
        ("covishield", 2, date(2021, 5, 13), Interval(84, 112)),
        ("covishield", 2, date(2021, 6, 7), Interval(84, 112, travellers_at_least=28)),
        ("covishield", 2, date(2021, 8, 31), Interval(84, 112, travellers_at_least=28)),
        ("covishield", 2, date(2021, 9, 1), Interval(84, 112)),
        ("covishield", 2, date(2026, 11, 22), Interval(84, 112)),
        ("covaxin", 2, date(2021, 6, 1), Interval(28, 42)),
        ("covaxin", 2, date(2026, 11, 22), Interval(28, 42)),
        ("sputnik_v", 2, date(2021, 6, 1), Interval(21)),
        ("sputnik_v", 2, date(2021, 5, 1), None),
        ("corbevax", 2, date(2022, 3, 16), Interval(28)),
        ("corbevax", 2, date(2022, 3, 15), None),
        ("covishield", 3, date(2022, 2, 1), Interval(273)),
        ("covishield", 3, date(2026, 11, 22), Interval(182)),
        ("covishield", 3, date(2021, 6, 1), None),
        ("covishield", 1, date(2021, 6, 1), None),
        ("covishield", 2, date(2020, 6, 1), None),
        ("moderna", 2, date(2021, 6, 1), None),
        ("covaxin", 9, date(2021, 6, 1), None),
    ],
)
def test_the_interval_is_that_of_the_day(vaccine: str, dose: int, day: date, interval: Interval | None) -> None:
    assert RULES.interval(vaccine, dose, day) == interval


def test_the_interval_is_tested_against_the_day_of_the_appointment_not_today() -> None:
    first = date(2026, 8, 1)
    assert not RULES.is_over(first, "covishield", first + timedelta(days=83))
    assert RULES.is_over(first, "covishield", first + timedelta(days=84))
    assert RULES.earliest_day(first, "covishield") == first + timedelta(days=84)


def test_being_late_is_never_refused() -> None:
    assert RULES.is_over(date(2021, 3, 1), "covishield", date(2026, 11, 22))


def test_the_rules_of_the_appointments_day_count_when_they_change_in_between() -> None:
    # 28 days would have been 29 March; from 22 March on it is 42.
    assert RULES.earliest_day(date(2021, 3, 1), "covishield") == date(2021, 4, 12)
    # 28 days were over before the change; who comes after it needs 42.
    assert RULES.earliest_day(date(2021, 2, 20), "covishield") == date(2021, 3, 20)
    assert RULES.earliest_day(date(2021, 2, 20), "covishield", not_before=date(2021, 3, 25)) == date(2021, 4, 3)


def test_a_booking_is_honoured_under_the_rules_it_was_made_under() -> None:
    first, appointment = date(2021, 4, 1), date(2021, 5, 20)
    assert not RULES.is_over(first, "covishield", appointment)
    assert RULES.is_over(first, "covishield", appointment, made_under="2021-05-01")


def test_travellers_had_a_shorter_interval_for_a_summer() -> None:
    first = date(2021, 6, 1)
    assert RULES.earliest_day(first, "covishield", traveller=True) == date(2021, 6, 29)
    assert RULES.earliest_day(first, "covishield") == date(2021, 8, 24)
    assert not RULES.is_over(date(2021, 8, 10), "covishield", date(2021, 9, 10), traveller=True)


def test_a_vaccine_without_that_dose_has_no_earliest_day() -> None:
    assert RULES.earliest_day(date(2026, 1, 1), "moderna") is None
    assert RULES.earliest_day(date(2026, 1, 1), "sputnik_v", dose=Dose.PRECAUTION) is None


@given(
    st.dates(date(2021, 1, 16), date(2030, 1, 1)),
    st.sampled_from(Vaccine),
    st.dates(date(2021, 1, 16), date(2030, 1, 1)),
)
def test_the_earliest_day_is_the_first_that_passes(first: date, vaccine: Vaccine, today: date) -> None:
    earliest = RULES.earliest_day(first, vaccine, not_before=today)
    assert earliest is not None
    assert earliest >= today
    assert RULES.is_over(first, vaccine, earliest)
    before = earliest - timedelta(days=1)
    assert before < today or not RULES.is_over(first, vaccine, before)


@pytest.mark.parametrize(
    ("day", "people"), [(date(2021, 1, 16), 4), (date(2022, 1, 20), 4), (date(2022, 1, 21), 6), (date(2026, 11, 22), 6)]
)
def test_people_per_number(day: date, people: int) -> None:
    assert RULES.people_per_number(day) == people


@pytest.mark.parametrize(
    ("day", "vaccine", "paise"),
    [
        (date(2021, 2, 1), Vaccine.COVISHIELD, 0),
        (date(2021, 3, 1), Vaccine.COVISHIELD, 250_00),
        (date(2021, 6, 8), Vaccine.COVISHIELD, 780_00),
        (date(2021, 6, 8), Vaccine.COVAXIN, 1410_00),
        (date(2021, 6, 8), Vaccine.SPUTNIK_V, 1145_00),
    ],
)
def test_prices_are_capped_in_paise(day: date, vaccine: Vaccine, paise: int) -> None:
    assert RULES.for_date(day).vaccines[vaccine].price_cap == paise


@pytest.mark.parametrize(
    ("day", "bands"),
    [
        (date(2021, 3, 1), [(60, None), (45, 59)]),
        (date(2021, 4, 1), [(45, None)]),
        (date(2021, 5, 1), [(18, None)]),
        (date(2022, 1, 3), [(18, None), (15, 17)]),
        (date(2022, 3, 16), [(18, None), (15, 17), (12, 14)]),
    ],
)
def test_ages_by_date(day: date, bands: list[tuple[int, int | None]]) -> None:
    assert [(band.from_age, band.to_age) for band in RULES.for_date(day).ages] == bands


def test_the_versions_follow_each_other_without_gaps_and_the_last_is_open() -> None:
    for before, after in zip(RULES.versions, RULES.versions[1:], strict=False):
        assert before.until == after.since - timedelta(days=1)
    assert RULES.versions[-1].until is None
    assert RULES.for_date(date(2026, 11, 22)) is RULES.versions[-1]


@given(st.dates(RULES.first_day, date(2100, 1, 1)))
def test_exactly_one_version_is_in_force_on_a_day(day: date) -> None:
    assert [version for version in RULES.versions if version.holds_on(day)] == [RULES.for_date(day)]


def test_version_ids_fit_into_a_state_of_one_kilobyte_and_lead_back() -> None:
    for version in RULES.versions:
        assert len(version.id) <= 12
        assert RULES.version(version.id) is version


def test_before_the_first_vaccine_there_were_no_rules() -> None:
    with pytest.raises(NotFound, match="no rules were in force on 2021-01-15"):
        RULES.for_date(date(2021, 1, 15))
    with pytest.raises(NotFound, match="no version '1999'"):
        RULES.version("1999")


def test_when_each_vaccine_was_first_given() -> None:
    assert RULES.introduced("covishield") == date(2021, 1, 16)
    assert RULES.introduced("corbevax") == date(2022, 3, 16)
    with pytest.raises(NotFound, match="moderna"):
        RULES.introduced("moderna")


def test_the_vaccines_that_have_a_second_dose() -> None:
    assert RULES.vaccines_for_dose(2) == tuple(Vaccine)
    assert RULES.vaccines_for_dose(2, date(2021, 2, 1)) == (Vaccine.COVISHIELD, Vaccine.COVAXIN)
    assert RULES.vaccines_for_dose(Dose.PRECAUTION) == (Vaccine.COVISHIELD, Vaccine.COVAXIN)


def test_the_desks_own_hours_and_cards() -> None:
    now = RULES.versions[-1]
    assert now.same_day_is_open(time(14, 59))
    assert not now.same_day_is_open(time(15, 0))
    assert now.last_day_to_change(date(2026, 11, 22)) == date(2026, 11, 21)
    assert set(now.cards) == set(CardType)
    assert now.second_dose_same_vaccine


def test_a_version_states_only_what_changed() -> None:
    rules = load_rules(SMALLEST + '[[versions]]\nid = "b"\nfrom = 2022-01-01\npeople_per_number = 6\n')
    first, second = rules.versions
    assert (first.people_per_number, second.people_per_number) == (4, 6)
    assert first.vaccines == second.vaccines
    assert first.until == date(2021, 12, 31)


def test_an_interval_is_replaced_as_a_whole() -> None:
    later = '[[versions]]\nid = "b"\nfrom = 2022-01-01\nvaccine.covaxin.second = { at_least = 30 }\n'
    assert load_rules(SMALLEST + later).interval("covaxin", 2, date(2022, 1, 1)) == Interval(30)


SECOND = '[[versions]]\nid = "b"\nfrom = 2022-01-01\n'


@pytest.mark.parametrize(
    ("text", "path", "remedy"),
    [
        ("[", "the file", "mend the line named"),
        ("", "schema", "write schema = 1"),
        ("schema = 1", "versions", "write at least one [[versions]]"),
        ("schema = 1\nversions = 5", "versions", "write at least one [[versions]]"),
        (SMALLEST.replace("schema = 1", "schema = 2"), "schema", "write schema = 1"),
        ("prices = 1\n" + SMALLEST, "prices", "write one of: schema, versions"),
        (SMALLEST.replace('id = "a"', 'id = ""'), "versions[0].id", "1 to 12 characters"),
        (SMALLEST.replace("from = 2021-01-16\n", ""), "versions[0].from", "write the first day in force"),
        (SMALLEST.replace("from = 2021-01-16\n", 'from = "2021"\n'), "versions[0].from", "without quotes"),
        (SMALLEST.replace("from = 2021-01-16\n", "from = 2021-01-16T00:00:00\n"), "versions[0].from", "write a day"),
        (SMALLEST.replace("people_per_number = 4", ""), "versions[0].people_per_number", "a whole number from 1 to 20"),
        (
            SMALLEST.replace("people_per_number = 4", "people_per_number = true"),
            "versions[0].people_per_number",
            "1 to 20",
        ),
        (SMALLEST.replace("15:00:00", "15"), "versions[0].same_day_closes", "such as 15:00:00"),
        (SMALLEST.replace("before = 1", "before = -1"), "versions[0].change_days_before", "from 0 to 30"),
        (
            SMALLEST.replace("vaccine = true", 'vaccine = "yes"'),
            "versions[0].second_dose_same_vaccine",
            "true or false",
        ),
        (SMALLEST.replace('["aadhaar"]', '["student"]'), "versions[0].cards[0]", "aadhaar, voter, pan"),
        (SMALLEST.replace('["aadhaar"]', "[]"), "versions[0].cards", "write a list"),
        (SMALLEST.replace('["aadhaar"]', '["aadhaar", "aadhaar"]'), "versions[0].cards", "write each once"),
        (SMALLEST.replace("[{ from = 18 }]", "[]"), "versions[0].ages", "write at least one"),
        (SMALLEST.replace("[{ from = 18 }]", "[18]"), "versions[0].ages[0]", "write a table"),
        (SMALLEST.replace("{ from = 18 }", "{ from = 18, to = 12 }"), "versions[0].ages[0].to", "from 18 to 120"),
        (
            SMALLEST.replace("{ from = 18 }", "{ from = 18, condition = 1 }"),
            "versions[0].ages[0].condition",
            "in words",
        ),
        (SMALLEST.replace("vaccine.covaxin", "vaccine.kovaxin"), "versions[0].vaccine.kovaxin", "covishield, covaxin"),
        (SMALLEST.replace("introduced = 2021-01-16, ", ""), "versions[0].vaccine.covaxin.introduced", "first day"),
        (SMALLEST.replace("at_least = 28", "at_least = 43"), "versions[0].vaccine.covaxin.second.at_most", "from 43"),
        (SMALLEST.replace("at_least = 28, ", ""), "versions[0].vaccine.covaxin.second.at_least", "a whole number"),
        (SMALLEST.replace("at_most", "most"), "versions[0].vaccine.covaxin.second.most", "at_least, at_most"),
        (
            SMALLEST.replace("{ at_least = 28, at_most = 42 }", "28"),
            "versions[0].vaccine.covaxin.second",
            "write a table",
        ),
        (SMALLEST + SECOND.replace('"b"', '"a"'), "versions[1].id", "an id of its own"),
        (SMALLEST + SECOND.replace("2022", "2020"), "versions[1].from", "in the order of their days"),
        (SMALLEST + "until = 2021-06-01\n" + SECOND, "versions[0].until", "write 2021-12-31 or leave it out"),
        (SMALLEST + "until = 2021-06-01\n", "versions[0].until", "the last version is open-ended"),
    ],
)
def test_a_fault_names_its_key_and_the_remedy(text: str, path: str, remedy: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_rules(text)
    assert any(fault.path == path and remedy in fault.remedy for fault in caught.value.faults), str(caught.value)
    assert isinstance(caught.value, Unusable)


def test_all_faults_are_told_at_once_and_each_only_where_it_was_made() -> None:
    with pytest.raises(RulesError) as caught:
        load_rules(SMALLEST.replace("15:00:00", "15").replace("number = 4", "number = 0") + SECOND)
    assert [fault.path for fault in caught.value.faults] == [
        "versions[0].same_day_closes",
        "versions[0].people_per_number",
    ]


@given(st.text())
def test_no_text_makes_the_loader_fail_otherwise(text: str) -> None:
    with pytest.raises(RulesError):
        load_rules(text)
