"""A draw: whoever looks may draw again, and whoever changes a line is found out."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.calendar import KOLKATA
from seba.domain.draws import GRACE, Draw, Drawn, Lot, commitment, draw, is_draw_id
from seba.domain.ids import CROCKFORD, Keys
from seba.domain.published_draws import COLUMNS, MOST_TOLD, Verdict, verify, write_header, write_lots
from tests.machine import ROOT

OPENS = datetime(2026, 11, 24, 10, tzinfo=KOLKATA)
SEED = bytes(range(32))
SLOTS = tuple(f"7M4QK{each}" for each in "0123")
MADE = Draw("kolkata-1", OPENS, OPENS + timedelta(minutes=15), commitment(SEED), SEED.hex())

numbers = st.text(CROCKFORD, min_size=8, max_size=8)
some_lots = st.lists(
    st.builds(Lot, numbers, st.booleans(), st.lists(st.sampled_from(SLOTS), unique=True).map(tuple)),
    unique_by=lambda lot: lot.number,
    max_size=60,
)
some_places = st.dictionaries(st.sampled_from(SLOTS), st.integers(0, 12))
seeds = st.binary(min_size=32, max_size=32)


# ---- drawing -----------------------------------------------------------------------------------------------------


@given(some_lots, some_places, seeds)
def test_every_lot_is_drawn_once(lots: list[Lot], places: dict[str, int], seed: bytes) -> None:
    drawn = draw(lots, places, seed)
    assert sorted(drawn.order) == sorted(lot.number for lot in lots)
    assert sorted((*drawn.places, *drawn.waiting)) == sorted(drawn.order)


@given(some_lots, some_places, seeds)
def test_overdue_lots_come_before_all_others(lots: list[Lot], places: dict[str, int], seed: bytes) -> None:
    overdue = {lot.number: lot.overdue for lot in lots}
    in_order = [overdue[number] for number in draw(lots, places, seed).order]
    assert in_order == sorted(in_order, reverse=True)


@given(some_lots, some_places, seeds)
def test_a_winner_gets_one_of_their_choices_and_no_slot_more_than_its_places(
    lots: list[Lot], places: dict[str, int], seed: bytes
) -> None:
    drawn = draw(lots, places, seed)
    choices = {lot.number: lot.choices for lot in lots}
    assert all(slot in choices[number] for number, slot in drawn.places.items())
    given_away = list(drawn.places.values())
    assert all(given_away.count(slot) <= places.get(slot, 0) for slot in SLOTS)


@given(some_lots, some_places, seeds)
def test_what_somebody_would_rather_have_went_to_those_drawn_before_them(
    lots: list[Lot], places: dict[str, int], seed: bytes
) -> None:
    drawn = draw(lots, places, seed)
    choices = {lot.number: lot.choices for lot in lots}
    for position, number in enumerate(drawn.order):
        won = drawn.places.get(number)
        preferred = choices[number] if won is None else choices[number][: choices[number].index(won)]
        before = [drawn.places.get(other) for other in drawn.order[:position]]
        assert all(before.count(slot) == places.get(slot, 0) for slot in preferred)


@given(some_lots, some_places, seeds, st.randoms())
def test_the_order_in_which_wishes_came_plays_no_part(
    lots: list[Lot], places: dict[str, int], seed: bytes, chance: Random
) -> None:
    mixed = list(lots)
    chance.shuffle(mixed)
    assert draw(mixed, places, seed) == draw(lots, places, seed)


def test_another_seed_draws_another_order() -> None:
    lots = [Lot(f"{number:08d}", overdue=False, choices=SLOTS) for number in range(50)]
    orders = {draw(lots, {}, bytes([number]) * 32).order for number in range(20)}
    assert len(orders) == 20


def test_who_is_drawn_first_is_as_good_as_even() -> None:
    """Of four lots each is first in about a quarter of 4,000 seeds (three standard deviations are 82)."""
    lots = [Lot(f"0000000{number}", overdue=False, choices=()) for number in range(4)]
    first = [draw(lots, {}, number.to_bytes(4)).order[0] for number in range(4_000)]
    assert all(abs(first.count(lot.number) - 1_000) < 82 for lot in lots)


def test_a_lot_that_is_there_twice_is_refused() -> None:
    lot = Lot("00000000", overdue=False, choices=())
    with pytest.raises(ValueError, match="twice"):
        draw([lot, Lot("00000000", overdue=True, choices=())], {}, SEED)


@given(st.text(max_size=30))
def test_lots_have_eight_letters_and_differ_by_draw_person_and_attempt(person: str) -> None:
    keys = Keys(b"a key for tests only")
    lots = {keys.lot(*which) for which in (("a", person), ("b", person), ("a", person, 1), ("a", f"{person}1"))}
    assert len(lots) == 4
    assert all(len(lot) == 8 and set(lot) <= set(CROCKFORD) for lot in lots)
    assert keys.lot("a", person) == keys.lot("a", person)


@pytest.mark.parametrize(("text", "is_one"), [("kolkata-1", True), ("K", True), ("a" * 24, True), ("", False)])
def test_a_draw_is_called_by_letters_digits_and_dashes(text: str, is_one: bool) -> None:
    assert is_draw_id(text) is is_one


@pytest.mark.parametrize("text", ["-a", "a b", "a#b", "a/b", "a~b", "a" * 25, "ä", "a\n"])
def test_what_would_break_a_key_a_file_or_a_button_names_no_draw(text: str) -> None:
    assert not is_draw_id(text)


@pytest.mark.parametrize(
    ("written", "now", "takes"),
    [
        (timedelta(minutes=-60), timedelta(minutes=-60), True),
        (timedelta(0), timedelta(0), True),
        (timedelta(0), GRACE, True),
        (timedelta(0), GRACE + timedelta(seconds=1), False),
        (timedelta(seconds=1), timedelta(seconds=1), False),
    ],
)
def test_a_wish_takes_part_when_it_was_written_by_the_close(written: timedelta, now: timedelta, takes: bool) -> None:
    to_come = Draw("d", OPENS, OPENS, commitment(SEED))
    assert to_come.takes_wishes(OPENS + written, OPENS + now) is takes
    assert not Draw("d", OPENS, OPENS, commitment(SEED), SEED.hex()).takes_wishes(OPENS + written, OPENS + now)


# ---- publishing --------------------------------------------------------------------------------------------------


def published(lots: list[Lot], places: dict[str, int]) -> tuple[bytes, bytes]:
    return write_header(MADE, places, len(lots)), write_lots(lots, draw(lots, places, SEED))


def a_draw() -> tuple[bytes, bytes]:
    lots = [Lot(f"0000000{number}", number % 3 == 0, SLOTS[number % 4 :]) for number in range(10)]
    return published(lots, dict.fromkeys(SLOTS, 2))


def problems(verdict: Verdict) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.problem) for each in (*verdict.header, *verdict.lots)]


@given(some_lots, some_places)
def test_what_is_published_holds_and_says_what_was_drawn(lots: list[Lot], places: dict[str, int]) -> None:
    verdict = verify(*published(lots, places), announced=commitment(SEED))
    assert verdict.holds
    assert problems(verdict) == []
    assert verdict.publication is not None
    assert verdict.publication.draw == MADE
    drawn = draw(lots, places, SEED)
    assert tuple(lot.number for lot in verdict.publication.lots) == drawn.order
    assert verdict.publication.positions == tuple(range(1, len(lots) + 1))
    assert {
        lot.number: slot for lot, slot in zip(verdict.publication.lots, verdict.publication.slots, strict=True)
    } == {number: drawn.places.get(number, "") for number in drawn.order}


def test_nobody_is_named_and_the_file_reads_like_a_table() -> None:
    header, lots = a_draw()
    first, second, *_ = lots.decode().splitlines()
    assert first == ",".join(COLUMNS) == "lot,overdue,choices,position,slot"
    number, overdue, choices, position, slot = second.split(",")
    assert (overdue, position) == ("yes", "1")
    assert slot == choices.split(" ")[0]
    assert set(json.loads(header)) == {
        "format", "draw", "opens", "closes", "commitment", "seed", "lots", "places", "order",
    }  # fmt: skip
    assert len(number) == 8


def test_ten_lines_of_python_draw_the_same() -> None:
    """What docs/draws.md tells citizens to do."""
    page = (ROOT / "docs" / "draws.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    assert 0 < len(code.splitlines()) <= 15
    header, lots = a_draw()
    files = {"kolkata-1.json": header.decode(), "kolkata-1.csv": lots.decode()}
    found: list[str] = []

    def show(*words: object) -> None:
        found.append(" ".join(map(str, words)))

    def file(name: str) -> io.StringIO:
        return io.StringIO(files[name])

    exec(code, {"open": file, "print": show})  # noqa: S102  # the page's own code, on files of this test
    assert found == ["the seed is right", "every line is right"]


def test_a_wrong_seed_is_told_first_and_alone() -> None:
    header, lots = a_draw()
    said = json.loads(header) | {"seed": "00" * 32}
    verdict = verify(json.dumps(said).encode(), lots)
    assert not verdict.holds
    ((line, column, problem),) = problems(verdict)
    assert (line, column) == (1, "seed")
    assert problem.startswith("wrong seed: ")


def test_a_seed_with_its_own_hash_is_not_the_one_that_was_announced() -> None:
    """Whoever draws until it suits them can make a publication that holds; the hash of before gives them away."""
    other = bytes(32)
    lots = [Lot("00000000", overdue=False, choices=SLOTS)]
    again = Draw(MADE.id, MADE.opens, MADE.closes, commitment(other), other.hex())
    files = write_header(again, {}, 1), write_lots(lots, draw(lots, {}, other))
    assert verify(*files).holds
    verdict = verify(*files, announced=commitment(SEED))
    assert not verdict.holds
    assert [column for _, column, _ in problems(verdict)] == ["commitment"]


def edited(lots: bytes, line: int, change: Callable[[list[str]], object]) -> bytes:
    """The file with the cells of a line (from 1) changed."""
    lines = lots.decode().splitlines()
    cells = lines[line - 1].split(",")
    change(cells)
    return "\n".join([*lines[: line - 1], ",".join(cells), *lines[line:], ""]).encode()


def test_a_place_that_went_to_somebody_else_is_found_on_its_line() -> None:
    header, lots = a_draw()
    changed = edited(lots, 3, lambda cells: cells.__setitem__(4, "7M4QK3" if cells[4] != "7M4QK3" else "7M4QK2"))
    verdict = verify(header, changed)
    assert not verdict.holds
    assert [(line, column) for line, column, _ in problems(verdict)] == [(3, "slot")]
    assert "drawn again it wins" in problems(verdict)[0][2]


def test_two_lots_that_changed_places_are_found_on_their_lines() -> None:
    header, lots = a_draw()
    swapped = edited(edited(lots, 9, lambda cells: cells.__setitem__(3, "9")), 10, lambda c: c.__setitem__(3, "8"))
    found = problems(verify(header, swapped))
    assert [(line, column) for line, column, _ in found] == [(9, "position"), (10, "position")]


def test_a_lot_that_was_made_overdue_is_found() -> None:
    header, lots = a_draw()
    last = len(lots.splitlines())
    verdict = verify(header, edited(lots, last, lambda cells: cells.__setitem__(1, "yes")))
    assert not verdict.holds
    assert (last, "position") in [(line, column) for line, column, _ in problems(verdict)]


def test_another_number_of_places_is_found() -> None:
    header, lots = a_draw()
    said = json.loads(header)
    said["places"]["7M4QK0"] = 1
    verdict = verify(json.dumps(said).encode(), lots)
    assert not verdict.holds
    assert {column for _, column, _ in problems(verdict)} == {"slot"}


def test_a_missing_lot_is_told_with_its_position() -> None:
    header, lots = a_draw()
    lines = lots.decode().splitlines()
    verdict = verify(header, "\n".join([*lines[:4], *lines[5:], ""]).encode())
    assert not verdict.holds
    told = [problem for _, _, problem in problems(verdict)]
    assert told == ["a lot is missing: 10 took part, the CSV file has 9", "nobody stands at position 4"]


def test_a_lot_that_is_there_twice_is_told_on_both_lines() -> None:
    header, lots = a_draw()
    number = lots.decode().splitlines()[1].split(",")[0]
    verdict = verify(header, edited(lots, 3, lambda cells: cells.__setitem__(0, number)))
    assert [(line, column) for line, column, _ in problems(verdict)] == [(2, "lot"), (3, "lot")]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("lot", "0000000"), ("lot", "0000000I"), ("overdue", "maybe"), ("choices", "7M4QK"),
        ("choices", "7M4QK0 7M4QK0"),
        ("position", "0"), ("position", "01"), ("position", "-1"), ("position", "1.0"), ("slot", "7M4QKI"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_told_by_line_and_column(column: str, cell: str) -> None:
    header, lots = a_draw()
    at = COLUMNS.index(column)
    verdict = verify(header, edited(lots, 5, lambda cells: cells.__setitem__(at, cell)))
    assert not verdict.holds
    assert verdict.publication is None
    assert [(line, where) for line, where, _ in problems(verdict)] == [(5, column)]


@pytest.mark.parametrize(
    "lots",
    [
        b"",
        b"\xff\xfe",
        "lot,überfällig\n".encode(),
        b"lot,overdue\n",
        b'lot,overdue,choices,position,slot\n"\n',
        b"\x00",
    ],
)
def test_what_is_no_table_of_lots_is_told(lots: bytes) -> None:
    verdict = verify(a_draw()[0], lots)
    assert not verdict.holds
    assert len(verdict.lots) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "seba-draw-2"), ("draw", "a b"), ("opens", "2026-11-24 10:00"), ("closes", 7), ("seed", "0"),
        ("seed", "XY"), ("commitment", None), ("lots", -1), ("lots", True), ("lots", "10"), ("places", []),
        ("places", {"7M4QK0": -1}), ("places", {"slot": 1}), ("order", "by hand"),
    ],
)  # fmt: skip
def test_a_field_of_the_header_that_cannot_be_is_told_by_name(name: str, value: object) -> None:
    header, lots = a_draw()
    verdict = verify(json.dumps(json.loads(header) | {name: value}).encode(), lots)
    assert not verdict.holds
    assert [column for _, column, _ in problems(verdict)] == [name]


@pytest.mark.parametrize("header", [b"", b"[]", b"null", b"{}", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_header_is_told(header: bytes) -> None:
    verdict = verify(header, a_draw()[1])
    assert not verdict.holds
    assert verdict.header


def test_a_field_too_many_is_told() -> None:
    header, lots = a_draw()
    verdict = verify(json.dumps(json.loads(header) | {"note": "trust us"}).encode(), lots)
    assert [column for _, column, _ in problems(verdict)] == ["note"]


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_make_it_fail(header: bytes, lots: bytes) -> None:
    assert not verify(header, lots).holds


def test_of_thousands_of_faults_the_first_are_told_and_the_rest_counted() -> None:
    lots = [Lot(f"{number:08d}", overdue=False, choices=()) for number in range(500)]
    order = tuple(sorted(lot.number for lot in lots))
    verdict = verify(write_header(MADE, {}, 500), write_lots(lots, Drawn(order, {})))
    assert len(verdict.lots) == MOST_TOLD + 1
    assert verdict.lots[-1].problem.endswith("more from here on")


def test_a_position_beyond_all_counting_costs_nothing() -> None:
    header, lots = a_draw()
    assert not verify(header, edited(lots, 2, lambda cells: cells.__setitem__(3, "999999999"))).holds
