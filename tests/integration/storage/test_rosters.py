from datetime import datetime, timedelta
from typing import Any

import pytest

from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict, NotFound
from seba.domain.roster import Claim, Member
from seba.storage.rosters import StoredRosters
from tests.tables import Tables

SLOT = "7M4QK0"
Calls = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def rosters(tables: Tables) -> StoredRosters:
    return StoredRosters(tables.rosters)


def claims(count: int, first: int = 0) -> list[Claim]:
    return [Claim(f"citiz{n:04d}1", f"{SLOT}{n:04d}") for n in range(first, first + count)]


def test_ten_claims_are_one_query_and_one_update(rosters: StoredRosters, calls: Calls) -> None:
    rosters.open(SLOT, 40)
    calls.clear()
    answers = rosters.claim(SLOT, claims(10))
    assert set(answers.values()) == {"booked"}
    assert [name for name, _ in calls] == ["Query", "UpdateItem"]
    assert calls[0][1]["ConsistentRead"] is True
    assert rosters.free(SLOT) == (40, 10)


def test_a_slot_sells_all_its_places_and_no_more(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 95)
    answers = [answer for n in range(0, 120, 8) for answer in rosters.claim(SLOT, claims(8, n)).values()]
    assert answers == ["booked"] * 95 + ["full"] * 25
    assert rosters.free(SLOT) == (95, 95)
    assert len(rosters.members(SLOT)) == 95


def test_a_full_slot_says_no_without_a_write(rosters: StoredRosters, calls: Calls) -> None:
    rosters.open(SLOT, 3)
    rosters.claim(SLOT, claims(3))
    calls.clear()
    assert set(rosters.claim(SLOT, claims(5, 10)).values()) == {"full"}
    assert [name for name, _ in calls] == ["Query"]


def test_the_same_request_again_is_booked_and_takes_no_second_place(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 3)
    rosters.claim(SLOT, claims(1))
    assert rosters.claim(SLOT, claims(1)) == {f"{SLOT}0000": "booked"}
    assert rosters.claim(SLOT, [Claim("citiz00001", f"{SLOT}ZZZZ")]) == {f"{SLOT}ZZZZ": "already"}
    assert rosters.free(SLOT) == (3, 1)


def test_a_booking_id_is_never_claimed_for_two_people(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 3)
    mita, ravi = Claim("citizmita1", f"{SLOT}0000"), Claim("citizravi1", f"{SLOT}0000")
    with pytest.raises(ValueError, match="two people"):
        rosters.claim(SLOT, [mita, ravi])
    rosters.claim(SLOT, [mita])
    with pytest.raises(Conflict):
        rosters.claim(SLOT, [ravi])
    assert rosters.free(SLOT) == (3, 1)
    assert rosters.claim(SLOT, [mita]) == {f"{SLOT}0000": "booked"}


def test_a_slot_that_was_never_published_is_not_found(rosters: StoredRosters) -> None:
    with pytest.raises(NotFound):
        rosters.claim("NONE00", claims(1))


def test_opening_a_slot_again_empties_nobody_out(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 5)
    rosters.claim(SLOT, claims(2))
    rosters.open(SLOT, 5)
    assert rosters.free(SLOT) == (5, 2)


def test_only_the_very_booking_is_released_and_only_once(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 3)
    rosters.claim(SLOT, claims(2))
    assert rosters.release(SLOT, "citiz00001", f"{SLOT}ZZZZ") == "cancelled"
    assert rosters.free(SLOT) == (3, 2)
    assert rosters.release(SLOT, "citiz00001", f"{SLOT}0000") == "cancelled"
    assert rosters.release(SLOT, "citiz00001", f"{SLOT}0000") == "cancelled"
    assert rosters.free(SLOT) == (3, 1)
    assert rosters.members(SLOT) == (Member("citiz00011", f"{SLOT}0001", "b"),)


def test_a_given_dose_locks_the_place(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 3)
    rosters.claim(SLOT, claims(1))
    assert rosters.mark(SLOT, "citiz00001", f"{SLOT}0000", "n") == "n"
    assert rosters.release(SLOT, "citiz00001", f"{SLOT}0000") == "locked"
    assert rosters.mark(SLOT, "citiz00001", f"{SLOT}0000", "g") == "g", "who comes late may still get the dose"
    assert rosters.mark(SLOT, "citiz00001", f"{SLOT}0000", "n") == "g", "given stays given"
    assert rosters.release(SLOT, "citiz00001", f"{SLOT}0000") == "locked"
    assert rosters.find(f"{SLOT}0000") == Member("citiz00001", f"{SLOT}0000", "g")
    assert rosters.mark(SLOT, "citiz00001", f"{SLOT}ZZZZ", "g") == "unknown"
    assert rosters.find(f"{SLOT}ZZZZ") is None


def held(n: int) -> Claim:
    return Claim(f"citiz{n:04d}1", f"{SLOT}{n:04d}", "h")


def test_a_held_place_counts_as_taken(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 2)
    assert rosters.claim(SLOT, [held(0), *claims(1, 1)]) == {f"{SLOT}0000": "booked", f"{SLOT}0001": "booked"}
    assert rosters.members(SLOT) == (
        Member("citiz00001", f"{SLOT}0000", "h"),
        Member("citiz00011", f"{SLOT}0001", "b"),
    )
    assert set(rosters.claim(SLOT, claims(1, 2)).values()) == {"full"}
    assert rosters.claim(SLOT, [held(0)]) == {f"{SLOT}0000": "booked"}, "the same hold, made again"
    assert rosters.free(SLOT) == (2, 2)


def test_a_held_place_becomes_booked_or_is_freed_whichever_comes_first(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 2)
    rosters.claim(SLOT, [held(0), held(1)])
    place, other = ("citiz00001", f"{SLOT}0000"), ("citiz00011", f"{SLOT}0001")
    assert rosters.mark(SLOT, *place, "b") == "b"
    assert rosters.release(SLOT, *place, held=True) == "locked", "it was taken in time"
    assert rosters.release(SLOT, *other, held=True) == "cancelled"
    assert rosters.release(SLOT, *other, held=True) == "cancelled"
    assert rosters.mark(SLOT, *other, "b") == "unknown", "it lapsed before"
    assert rosters.members(SLOT) == (Member(*place, "b"),)
    assert rosters.free(SLOT) == (2, 1)


def test_a_held_place_can_be_withdrawn_and_a_booked_one_is_no_held_one(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 2)
    rosters.claim(SLOT, [held(0), *claims(1, 1)])
    assert rosters.release(SLOT, "citiz00001", f"{SLOT}0000") == "cancelled"
    assert rosters.release(SLOT, "citiz00011", f"{SLOT}0001", held=True) == "locked"
    assert rosters.free(SLOT) == (2, 1)


@pytest.mark.parametrize(
    ("stands", "marked", "after"),
    [
        ("h", "b", "b"), ("h", "g", "h"), ("h", "n", "h"), ("h", "h", "h"),
        ("b", "b", "b"), ("b", "g", "g"), ("b", "n", "n"), ("b", "h", "b"),
        ("n", "b", "n"), ("n", "g", "g"), ("n", "h", "n"),
        ("g", "b", "g"), ("g", "n", "g"), ("g", "h", "g"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_place_that_is_marked(rosters: StoredRosters, stands: str, marked: str, after: str) -> None:
    rosters.open(SLOT, 2)
    rosters.claim(SLOT, [held(0)] if stands == "h" else claims(1))
    if stands in "gn":
        rosters.mark(SLOT, "citiz00001", f"{SLOT}0000", stands)
    assert rosters.mark(SLOT, "citiz00001", f"{SLOT}0000", marked) == after
    assert rosters.members(SLOT) == (Member("citiz00001", f"{SLOT}0000", after),)
    assert rosters.free(SLOT) == (2, 1)


def test_a_slot_whose_session_moves_is_kept_for_longer_and_never_for_less(
    rosters: StoredRosters, tables: Tables
) -> None:
    until = datetime(2027, 1, 23, tzinfo=KOLKATA)
    rosters.open(SLOT, 50, until)
    rosters.keep(SLOT, until + timedelta(days=30))
    rosters.keep(SLOT, until)
    ends = [page["ends"]["N"] for page in tables.rosters.query(f"SLOT#{SLOT}")]
    assert ends == [str(int((until + timedelta(days=30)).timestamp()))] * 2
    rosters.open("7M4QK1", 3)
    rosters.keep("7M4QK1", until)
    assert "ends" not in tables.rosters.query("SLOT#7M4QK1")[0], "kept for ever stays for ever"
    assert rosters.free(SLOT) == (50, 0)


def test_a_slot_grows_and_shrinks_to_what_is_taken_and_no_further(rosters: StoredRosters) -> None:
    rosters.open(SLOT, 50)
    rosters.claim(SLOT, claims(10))
    rosters.claim(SLOT, claims(10, 10))
    assert rosters.resize(SLOT, 90) == 90
    assert rosters.resize(SLOT, 5) == 20
    assert set(rosters.claim(SLOT, claims(1, 50)).values()) == {"full"}
    assert rosters.resize(SLOT, 21) == 21
    assert set(rosters.claim(SLOT, claims(1, 50)).values()) == {"booked"}


def test_all_pages_of_a_slot_are_forgotten_together_also_those_it_grew_by(
    rosters: StoredRosters, tables: Tables
) -> None:
    until = datetime(2027, 1, 23, tzinfo=KOLKATA)
    rosters.open(SLOT, 50, until)
    rosters.resize(SLOT, 95)
    ends = [page["ends"] for page in tables.rosters.query(f"SLOT#{SLOT}")]
    assert ends == [{"N": str(int(until.timestamp()))}] * 3


def test_a_page_of_forty_stays_within_one_write_unit(rosters: StoredRosters, tables: Tables) -> None:
    rosters.open(SLOT, 40, datetime(2027, 1, 23, tzinfo=KOLKATA))
    for n in range(0, 40, 10):
        rosters.claim(SLOT, claims(10, n))
    (raw,) = tables.rosters.query(f"SLOT#{SLOT}")
    members = sum(len(person) + len(entry["S"]) + 1 for person, entry in raw["members"]["M"].items()) + 3
    rest = len("pkSLOT#7M4QK0skP00memberscapacitytakenends") + 2 * 3 + 7
    assert members + rest <= 1024
