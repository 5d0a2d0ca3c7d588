"""The crowd before one slot, and how its treatment is judged."""

import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from bench.rosters import Void, check, designs_table, turns_table
from bench.rosters.crowd import (
    BUYERS,
    PLACES,
    REPEATS,
    Outcome,
    Told,
    as_they_tap,
    batches,
    crowd,
    in_parallel,
    line_of,
    moments_of_taps,
)
from bench.rosters.designs import DESIGNS, ReadThenWrite, Rosters, Run, SoldOut, Transaction
from bench.rosters.turns import WholeRun
from bench.thinking import THINKING


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


def test_taps_come_as_people_read_half_of_them_in_the_usual_time_and_never_all_at_once() -> None:
    moments = moments_of_taps(1_001)
    assert moments == sorted(moments)
    assert moments[500] == pytest.approx(THINKING)
    assert 0 < moments[0] < 5
    assert moments[-1] > 3 * THINKING
    assert moments_of_taps(1_001, 8.0) == pytest.approx([moment / 8 for moment in moments])


def test_nobody_taps_before_their_moment_and_everybody_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    tapped: list[tuple[int, float]] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    # By its name in the package there is a function.
    module = sys.modules[as_they_tap.__module__]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now, sleep=sleep))
    as_they_tap(range(20), 1, 4.0, lambda each: tapped.append((each, now - 100.0)))
    assert [each for each, _ in tapped] == list(range(20))
    assert [at for _, at in tapped] == pytest.approx(moments_of_taps(20, 4.0))


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


def whole(units: int, *, wrong: int = 0, room: int | None = 8) -> WholeRun:
    told = Told()
    for n in range(10):
        told.tell(f"p{n}", booked=n < 4 or n >= 10 - wrong)
    outcome = Outcome(told, frozenset({"p0", "p1", "p2", "p3"}), 4, places=4)
    return WholeRun("whole", room is not None, outcome, 3.0, units - 1, 1, 10, room, 500)


def test_whole_turns_are_medians_by_request_but_of_every_wrong_the_worst() -> None:
    table = turns_table(
        [(whole(units, wrong=wrong), whole(50, room=None)) for units, wrong in ((15, 0), (30, 1), (18, 0))]
    )
    ours, peer = table.rows
    assert ours.values["write_units_per_request_answered"] == 1.8
    assert ours.values["share_answered_by_the_booking_room"] == 0.8
    assert ours.values["wrong_answers"] == 1
    assert (peer.values["write_units_per_request_answered"], peer.values["oversold"]) == (5.0, 0)
    assert [each.column for each in table.verdicts() if not each.met] == ["wrong_answers"]


def test_a_part_of_the_crowd_is_judged_by_its_own_places() -> None:
    told = Told()
    for n in range(5):
        told.tell(f"p{n}", booked=n < 3)
    assert Outcome(told, frozenset({"p0", "p1", "p2"}), 3, places=2).oversold == 1
    assert Outcome(told, frozenset({"p0", "p1", "p2"}), 3, places=4).unsold == 1


def test_every_peer_stands_beside_ours_and_one_is_the_control() -> None:
    assert [design.ours for design in DESIGNS].count(True) == 1
    assert [design.control for design in DESIGNS].count(True) == 1
