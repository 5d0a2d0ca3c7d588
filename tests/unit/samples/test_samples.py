"""The sample files describe a world that hangs together; a typing mistake in them is found here."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from seba.domain.calendar import KOLKATA
from seba.domain.places import Area, Areas, Home, Locality, Served, distance
from seba.domain.session_files import read_moment
from seba.domain.sessions import Life

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
LANGUAGES = ("en", "bn", "hi")
SCRIPTS = {"en": re.compile(r"[A-Za-z]"), "bn": re.compile(r"[\u0980-\u09ff]"), "hi": re.compile(r"[\u0900-\u097f]")}
PRICE_CAPS = {"covishield": 780, "covaxin": 1410, "sputnik_v": 1145}
DATE = re.compile(r"(today\+\d+(\.\.today\+\d+)?|\d{4}-\d\d-\d\d)( except=\w{3}(,\w{3})*)?")
SLOT = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)=(\d+)")

type Lines = list[dict[str, str]]


def lines_of(name: str) -> Lines:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def areas() -> Areas:
    return Areas(
        Area(
            pin=line["pin"],
            served=Served(line["served"]),
            localities=tuple(
                Locality(en, bn, hi)
                for en, bn, hi in zip(*(line[f"localities_{code}"].split(";") for code in LANGUAGES), strict=True)
            ),
            lat=float(line["lat"]),
            lon=float(line["lon"]),
        )
        for line in lines_of("areas.csv")
    )


@pytest.fixture(scope="module")
def sessions() -> Lines:
    return lines_of("sessions.csv")


@pytest.fixture(scope="module")
def hospitals() -> Lines:
    """What the private publisher of the samples publishes."""
    return lines_of("hospitals/sessions.csv")


@pytest.fixture(scope="module")
def everything(sessions: Lines, hospitals: Lines) -> Lines:
    return sessions + hospitals


@pytest.fixture(scope="module")
def centres(everything: Lines) -> Lines:
    return [line for line in everything if line["name_en"]]


def texts(lines: Lines, *columns: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        for column in columns:
            for code in LANGUAGES:
                if line[f"{column}_{code}"]:
                    yield code, line[f"{column}_{code}"]


@pytest.mark.parametrize("name", ["areas.csv", "sessions.csv", "desks.csv", "publishers.csv", "draws.csv"])
def test_every_column_is_described_in_the_docs(name: str) -> None:
    described = (ROOT / "docs" / "files.md").read_text(encoding="utf-8").split(f"# {name}")[1].split("\n#")[0]
    for column in lines_of(name)[0]:
        assert f"`{column}`" in described


def test_texts_are_normalised_and_in_their_own_script(centres: Lines) -> None:
    everything = [
        *texts(lines_of("areas.csv"), "localities", "refer"),
        *texts(centres, "name", "short", "address"),
    ]
    for code, text in everything:
        assert text == unicodedata.normalize("NFC", text).strip()
        assert SCRIPTS[code].search(text), text
        foreign = {"en": "[\u0900-\u09ff]", "bn": "[\u0900-\u0950\u0958-\u0963\u0966-\u097f]", "hi": "[\u0980-\u09ff]"}
        assert not re.search(foreign[code], text), text


def test_a_hundred_and_more_areas_lie_around_kolkata(areas: Areas) -> None:
    assert len(areas) > 100
    for area in areas:
        assert re.fullmatch(r"7\d{5}", area.pin)
        assert distance(22.5726, 88.3639, area.lat, area.lon) < 32_000
        assert area.localities


def test_areas_do_not_lie_on_top_of_each_other(areas: Areas) -> None:
    places = [(area.pin, area.lat, area.lon) for area in areas]
    for at, (pin, lat, lon) in enumerate(places):
        for other, other_lat, other_lon in places[at + 1 :]:
            assert distance(lat, lon, other_lat, other_lon) >= 100, (pin, other)


@pytest.mark.parametrize(
    ("pin", "served"),
    [("700019", "yes"), ("700084", "border"), ("700091", "no"), ("700156", "no"), ("711101", "no"), ("700124", "no")],
)
def test_the_service_area_is_the_city(areas: Areas, pin: str, served: str) -> None:
    area = areas.by_pin(pin)
    assert area is not None
    assert area.served == served


def test_only_those_who_are_not_served_are_sent_elsewhere_in_three_languages() -> None:
    for line in lines_of("areas.csv"):
        refers = [line[f"refer_{code}"] for code in LANGUAGES]
        assert all(refers) if line["served"] == "no" else not any(refers)


@pytest.mark.parametrize("said", ["Gariahat", "গড়িয়াহাট", "गड़ियाहाट", "i live in gariahat"])
def test_a_locality_is_found_in_every_script(areas: Areas, said: str) -> None:
    home = areas.by_locality(said)
    assert isinstance(home, Home)
    assert home.area.pin == "700019"


def test_every_locality_leads_to_its_own_area_or_to_a_choice_that_has_it(areas: Areas) -> None:
    for area in areas:
        for locality in area.localities:
            for name in (locality.en, locality.bn, locality.hi):
                found = areas.by_locality(name)
                homes = [found] if isinstance(found, Home) else list(found.homes) if found else []
                assert area.pin in {home.area.pin for home in homes}, name


def test_there_are_twenty_four_centres_of_the_operator_and_two_of_a_publisher_with_ids_for_commands(
    centres: Lines, hospitals: Lines
) -> None:
    ids = [line["centre"] for line in centres]
    assert len(ids) == len(set(ids)) == 26
    assert len({line["centre"] for line in hospitals}) == 2
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{1,15}", centre) for centre in ids)


def test_a_centre_is_described_in_its_first_row(everything: Lines) -> None:
    seen: set[str] = set()
    for line in everything:
        described = [value for column, value in line.items() if re.match("name|short|address|ward|pin|lat|lon", column)]
        assert all(described) if line["centre"] not in seen else not any(described)
        seen.add(line["centre"])


def test_short_names_fit_a_row_and_differ_from_each_other(centres: Lines) -> None:
    for code in LANGUAGES:
        names = [line[f"short_{code}"] for line in centres]
        assert max(len(unicodedata.normalize("NFC", name)) for name in names) <= 24
        assert len(set(names)) == len(names)


def test_a_centre_lies_in_its_pin_area_and_that_area_is_served(centres: Lines, areas: Areas) -> None:
    for line in centres:
        area = areas.by_pin(line["pin"])
        assert area is not None
        assert area.served is not Served.NO
        assert distance(float(line["lat"]), float(line["lon"]), area.lat, area.lon) < 1_500, line["centre"]
        assert all(line["pin"] in line[f"address_{code}"] for code in LANGUAGES)


def test_dates_can_be_read_and_lie_within_three_weeks(everything: Lines) -> None:
    for line in everything:
        assert DATE.fullmatch(line["date"]), line["date"]
        for days in re.findall(r"today\+(\d+)", line["date"]):
            assert 1 <= int(days) <= 21
        for day in re.findall(r"\d{4}-\d\d-\d\d", line["date"]):
            date.fromisoformat(day)
        for weekday in line["date"].partition("except=")[2].split(","):
            assert weekday in {"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}


def test_slots_follow_each_other_and_have_places(everything: Lines) -> None:
    for line in everything:
        ends = time(0)
        for slot in line["slots"].split("; "):
            match = SLOT.fullmatch(slot)
            assert match, slot
            start, end = time.fromisoformat(match[1]), time.fromisoformat(match[2])
            assert ends <= start < end
            assert 1 <= int(match[3]) <= 100
            ends = end


def test_one_session_per_centre_day_vaccine_and_dose(everything: Lines) -> None:
    keys = [(line["centre"], line["vaccine"], dose) for line in everything for dose in line["dose"].split("+")]
    assert len(set(keys)) == len(keys)


def test_fees_are_free_or_under_the_price_cap(sessions: Lines) -> None:
    fees = {(line["vaccine"], int(line["fee"])) for line in sessions}
    assert all(0 <= fee <= PRICE_CAPS[vaccine] for vaccine, fee in fees)
    assert {vaccine for vaccine, fee in fees if fee} == set(PRICE_CAPS)
    assert {vaccine for vaccine, fee in fees if not fee} == {"covishield", "covaxin"}


def test_a_private_publisher_asks_prices_within_the_caps(hospitals: Lines) -> None:
    (publisher,) = lines_of("publishers.csv")
    assert (publisher["publisher"], publisher["kind"]) == ("hospitals", "private")
    assert all(0 < int(line["fee"]) <= PRICE_CAPS.get(line["vaccine"], 1_000) for line in hospitals)


def test_the_world_has_something_of_everything(sessions: Lines, everything: Lines) -> None:
    assert {line["life"] for line in sessions} == {life.value for life in Life} - {"cancelled"}
    assert {line["dose"] for line in everything} == {"1", "2", "3", "1+2", "2+3", "1+2+3"}
    assert {line["vaccine"] for line in everything} == {"covishield", "covaxin", "sputnik_v", "corbevax"}
    assert {"", "12-14", "18-44", "18+"} < {line["ages"] for line in everything}
    assert any(line["walk_in"] for line in everything)
    capacities = {int(places) for line in sessions for places in re.findall(r"=(\d+)", line["slots"])}
    assert min(capacities) == 4
    assert max(capacities) >= 40


def test_one_opening_is_announced_for_tomorrow_at_ten_and_one_session_is_in_a_draw(everything: Lines) -> None:
    (announced,) = (line for line in everything if line["opens"])
    assert (announced["opens"], announced["fee"]) == ("today+1 10:00", "0")
    (in_a_draw,) = (line for line in everything if line["draw"])
    (draw,) = lines_of("draws.csv")
    assert (in_a_draw["draw"], in_a_draw["life"]) == (draw["draw"], "open")
    assert read_moment(draw["opens"], date(2026, 11, 22)) == datetime(2026, 11, 23, 16, 0, tzinfo=KOLKATA)
    assert 1 <= int(draw["minutes"]) <= 60


def test_every_centre_has_one_desk_with_an_invented_number(centres: Lines) -> None:
    desks = lines_of("desks.csv") + lines_of("hospitals/desks.csv")
    assert [line["centre"] for line in desks] == [line["centre"] for line in centres]
    assert len({line["phone"] for line in desks}) == len(desks)
    assert all(re.fullmatch(r"9190000009\d\d", line["phone"]) for line in desks)
