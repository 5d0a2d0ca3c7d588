"""The crowd before one slot, and how its treatment is judged."""

from collections import Counter

import pytest

from bench.rosters import Void, check, designs_table
from bench.rosters.crowd import BUYERS, PLACES, REPEATS, Outcome, Told, batches, crowd, in_parallel, line_of
from bench.rosters.designs import DESIGNS, ReadThenWrite, Rosters, Run, SoldOut, Transaction


def outcome(holders: int, *, taken: int | None = None, lie: str = "") -> Outcome:
    told = Told()
    people = [f"p{n}" for n in range(BUYERS)]
    for n, person in enumerate(people):
        told.tell(person, booked=(n < holders) != (person == lie))
    return Outcome(told, frozenset(people[:holders]), holders if taken is None else taken)


def test_one_in_ten_comes_twice_and_never_before_themselves() -> None:
    line = crowd()
    counted = Counter(claim.booking for claim in line)
    assert (len(line), len(counted), max(counted.values())) == (BUYERS + REPEATS, BUYERS, 2)
    assert line == crowd(), "the same for every design"
    again = line_of(range(50), lambda n: n + 1_000)
    assert all(again.index(n - 1_000) < again.index(n) for n in again if n >= 1_000)


def test_a_crowd_is_served_once_each_however_many_clients() -> None:
    served: list[int] = []
    in_parallel(range(100), 7, served.append)
    assert sorted(served) == list(range(100))


def test_a_group_hands_over_ten_at_a_time_in_order() -> None:
    assert [len(batch) for batch in batches(list(range(25)))] == [10, 10, 5]


def test_what_is_sold_to_the_last_place_and_truly_told_is_without_fault() -> None:
    fair = outcome(PLACES)
    assert (fair.oversold, fair.doubled, fair.unsold, fair.wrong) == (0, 0, 0, 0)


def test_every_wrong_has_its_own_figure() -> None:
    assert outcome(PLACES + 3).oversold == 3
    assert outcome(PLACES - 2, taken=PLACES).doubled == 2
    assert outcome(PLACES - 4).unsold == 4
    assert outcome(PLACES, lie="p0").wrong == 1, "told no, and has a place"
    assert outcome(PLACES, lie="p1999").wrong == 1, "told yes, and has none"


def test_places_left_are_no_fault_while_nobody_was_refused() -> None:
    told = Told()
    told.tell("p0", booked=True)
    assert Outcome(told, frozenset({"p0"}), 1).unsold == 0


def test_a_memory_forgets_after_its_second_and_is_not_renewed_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("bench.rosters.designs.time.monotonic", lambda: now)
    memory, (mine, other, *_) = SoldOut(), crowd()
    memory.learn(mine, booked=True)
    memory.learn(other, booked=False)
    assert (memory.has(mine), memory.has(other)) == (True, False)
    assert memory.knows(other)
    now += 0.9
    memory.learn(other, booked=False)
    now += 0.2
    assert not memory.knows(other)
    assert memory.knows(mine)


def run(design: type, holders: int, seconds: float, units: int, largest: int = 500) -> Run:
    return Run(design, outcome(holders), seconds, units, largest)


def test_a_run_whose_control_did_not_oversell_is_void() -> None:
    check({ReadThenWrite: [run(ReadThenWrite, PLACES + 1, 9, 4_400)]})
    with pytest.raises(Void, match="did not oversell"):
        check({ReadThenWrite: [run(ReadThenWrite, PLACES + 1, 9, 4_400), run(ReadThenWrite, PLACES, 9, 4_400)]})


def test_a_run_with_items_over_a_kilobyte_is_void() -> None:
    with pytest.raises(Void, match="larger than 1 KB"):
        check({Rosters: [run(Rosters, PLACES, 1, 60, largest=1_025)]})


def test_medians_are_published_but_of_every_wrong_the_worst() -> None:
    runs = {
        Rosters: [run(Rosters, PLACES, seconds, 60) for seconds in (1.0, 2.0, 4.0)],
        Transaction: [run(Transaction, holders, 10.0, 8_800) for holders in (PLACES, PLACES + 7, PLACES)],
    }
    ours, peer = designs_table(runs).rows
    assert (ours.values["bookings_per_second"], ours.values["times_transaction"]) == (250.0, 5.0)
    assert ours.values["write_units_per_place_sold"] == 0.12
    assert (peer.values["oversold"], peer.values["write_units_per_place_sold"]) == (7, 17.6)


def test_every_peer_stands_beside_ours_and_one_is_the_control() -> None:
    assert [design.ours for design in DESIGNS].count(True) == 1
    assert [design.control for design in DESIGNS].count(True) == 1
