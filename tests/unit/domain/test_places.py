"""PIN areas, localities and distances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.places import (
    MOST_CANDIDATES,
    Area,
    Areas,
    Candidates,
    Home,
    Locality,
    Served,
    distance,
    is_position,
    read_pin,
    spoken_distance,
)

GARIAHAT = Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट")
BALLYGUNGE = Locality("Ballygunge", "বালিগঞ্জ", "बालीगंज")
GARIA = Locality("Garia", "গড়িয়া", "गड़िया")
PARK_STREET = Locality("Park Street", "পার্ক স্ট্রিট", "पार्क स्ट्रीट")
NEW_TOWN = Locality("New Town", "নিউ টাউন", "न्यू टाउन")
AREAS = Areas(
    [
        Area("700019", Served.YES, (BALLYGUNGE,), 22.5280, 88.3653),
        Area("700029", Served.YES, (GARIAHAT, BALLYGUNGE), 22.5178, 88.3638),
        Area("700084", Served.BORDER, (GARIA,), 22.4649, 88.3832),
        Area("700016", Served.YES, (PARK_STREET,), 22.5530, 88.3520),
        Area("700156", Served.NO, (NEW_TOWN,), 22.5958, 88.4795),
    ]
)


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("700029", "700029"), ("৭০০০২৯", "700029"), ("७०००२९", "700029"), ("700 029", "700029"), ("700-029", "700029"),
        ("PIN: 700029.", "700029"), ("আমার পিন ৭০০০২৯", "700029"), ("Kolkata-700029", "700029"),
        ("কলকাতা ৭০০ ০২৯", "700029"),
        ("700029 (700029)", "700029"), ("7️⃣0️⃣0️⃣0️⃣2️⃣9️⃣", "700029"),
        ("070029", None), ("70002", None), ("7000290", None), ("9830012345", None), ("98300 12345", None),
        ("983 001 2345", None), ("700029 or 700030", None), ("Gariahat", None), ("", None), ("²00029", None),
    ],
)  # fmt: skip
def test_a_pin_code_is_six_digits_of_any_script(text: str, pin: str | None) -> None:
    assert read_pin(text) == pin


def test_an_area_is_found_by_its_pin_code() -> None:
    area = AREAS.by_pin("700084")
    assert area is not None
    assert area.served is Served.BORDER
    assert AREAS.by_pin("110001") is None


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("Gariahat", ("700029", GARIAHAT)),
        ("GARIAHAT", ("700029", GARIAHAT)),
        ("garia hat", ("700029", GARIAHAT)),
        ("গড়িয়াহাট", ("700029", GARIAHAT)),
        ("গড়িয়াহাটে থাকি", ("700029", GARIAHAT)),
        ("আমার বাড়ি গড়িয়াহাটের কাছে", ("700029", GARIAHAT)),
        ("गड़ियाहाट के पास", ("700029", GARIAHAT)),
        ("Garia", ("700084", GARIA)),
        ("I live in Garia", ("700084", GARIA)),
        ("গড়িয়ায়", ("700084", GARIA)),
        ("park street, kolkata", ("700016", PARK_STREET)),
        ("parkstreet", ("700016", PARK_STREET)),
        ("পার্ক স্ট্রীট", ("700016", PARK_STREET)),
        ("12 Park Street", ("700016", PARK_STREET)),
        ("New Town", ("700156", NEW_TOWN)),
    ],
)
def test_a_locality_that_occurs_once_is_taken_as_meant(text: str, home: tuple[str, Locality]) -> None:
    found = AREAS.by_locality(text)
    assert isinstance(found, Home)
    assert (found.area.pin, found.locality) == home


@pytest.mark.parametrize(
    ("text", "pins"),
    [
        ("Ballygunge", ["700019", "700029"]),
        ("বালীগঞ্জ", ["700019", "700029"]),
        ("gariahaat", ["700029"]),
        ("baligunge", ["700019", "700029"]),
        ("Bally", ["700019", "700029"]),
        ("park stret", ["700016"]),
        ("গড়িহাট", ["700029"]),
    ],
)
def test_a_shared_or_mistyped_name_is_asked_about(text: str, pins: list[str]) -> None:
    found = AREAS.by_locality(text)
    assert isinstance(found, Candidates)
    assert [home.area.pin for home in found.homes] == pins


@pytest.mark.parametrize("text", ["", "Mumbai", "মুম্বই", "🙂", "x", "12", "hello there"])
def test_an_unknown_locality_is_none(text: str) -> None:
    assert AREAS.by_locality(text) is None


def test_there_are_never_more_candidates_than_a_list_has_rows() -> None:
    many = Areas(Area(f"70{number:04}", Served.YES, (GARIAHAT,), 22.5, 88.3) for number in range(30))
    found = many.by_locality("Gariahat")
    assert isinstance(found, Candidates)
    assert len(found.homes) == MOST_CANDIDATES


def test_the_same_pin_code_twice_is_refused() -> None:
    area = Area("700029", Served.YES, (), 22.5, 88.3)
    with pytest.raises(ValueError, match="700029 is there twice"):
        Areas([area, area])


def test_the_nearest_area_is_the_one_whose_middle_is_nearest() -> None:
    near = AREAS.nearest_area(22.5180, 88.3640)
    assert near is not None
    assert (near.area.pin, near.metres) == ("700029", 30)


@pytest.mark.parametrize("position", [(91.0, 0.0), (0.0, 181.0), (math.nan, 88.0), (22.0, math.inf)])
def test_no_position_on_earth_has_no_nearest_area(position: tuple[float, float]) -> None:
    assert not is_position(*position)
    assert AREAS.nearest_area(*position) is None
    assert Areas([]).nearest_area(22.5, 88.3) is None


def test_a_known_distance() -> None:
    howrah_station, victoria_memorial = (22.5839, 88.3428), (22.5448, 88.3426)
    assert distance(*howrah_station, *victoria_memorial) == pytest.approx(4348, abs=20)


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_distance_is_symmetric_and_at_most_half_round_the_earth(a: float, b: float, c: float, d: float) -> None:
    assert distance(a, b, c, d) == distance(c, d, a, b)
    assert 0 <= distance(a, b, c, d) <= 20_015_100
    assert distance(a, b, a, b) == 0


@pytest.mark.parametrize(
    ("metres", "spoken"),
    [(0, 50), (24, 50), (74, 50), (75, 100), (912, 900), (974, 950), (975, 1000), (1049, 1000), (1050, 1100),
     (9949, 9900), (9950, 10_000), (12_499, 12_000), (12_500, 13_000)],
)  # fmt: skip
def test_distances_are_spoken_in_steps(metres: int, spoken: int) -> None:
    assert spoken_distance(metres) == spoken


@given(st.integers(0, 100_000))
def test_a_longer_way_is_never_spoken_as_a_shorter_one(metres: int) -> None:
    assert spoken_distance(metres) <= spoken_distance(metres + 1)


@given(st.text())
def test_no_text_makes_the_places_fail(text: str) -> None:
    pin = read_pin(text)
    assert pin is None or (len(pin) == 6 and pin.isascii() and pin.isdecimal() and pin[0] != "0")
    AREAS.by_locality(text)
