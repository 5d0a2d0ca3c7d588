from datetime import datetime
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
