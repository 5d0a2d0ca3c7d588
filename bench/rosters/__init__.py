"""One slot that many want: what a place and an answer cost, by design, and who was wronged.

``designs`` takes places only, each design with the same crowd, in turn, five times. ``turns`` is the whole errand from
the tap to the answer, a measurement of its own (``measure_turns``). Both run over one DynamoDB Local; write units are
counted at the wire by AWS's rules.
"""

from collections.abc import Sequence
from typing import Final

from bench.dynamodb_local import folder, java, running
from bench.figures import Number, Row, Table, median
from bench.progress import tell
from bench.rosters import turns
from bench.rosters.crowd import BUYERS, CLIENTS, PLACES, REPEATS, crowd, moments_of_taps
from bench.rosters.designs import BASE, DESIGNS, Design, Run, run
from bench.rosters.turns import PART, Times, WholeRun
from bench.units import KB

RUNS: Final = 5
WARMING: Final = 300
"""Requests before the first run: a fresh Java is slow, and nobody should pay for being first."""
UNITS_PER_PLACE: Final = 0.5
TIMES_TRANSACTION: Final = 5
UNITS_PER_REQUEST: Final = 2.0


class Void(Exception):
    """The run proves nothing; the message says why."""


def measure() -> list[Table]:
    """Every design with the same crowd. Raises NotHere without DynamoDB Local, Void for a run that proves nothing."""
    runs: dict[type[Design], list[Run]] = {design: [] for design in DESIGNS}
    with running(java(), folder()) as endpoint:
        for design in DESIGNS[:2]:
            tell(f"rosters: warming up, {design.name}")
            run(design, endpoint, f"warming-{design.__name__}", crowd()[:WARMING])
        for number in range(1, RUNS + 1):
            for design in DESIGNS:
                tell(f"rosters: run {number} of {RUNS}, {design.name}")
                runs[design].append(run(design, endpoint, f"{design.__name__}-{number}"))
    check(runs)
    return [designs_table(runs)]


def check(runs: dict[type[Design], list[Run]]) -> None:
    """Raises Void when the control did not oversell, or when units were not counted by the kilobyte."""
    for design, those in runs.items():
        if design.control and any(each.outcome.oversold == 0 for each in those):
            raise Void(f"void: {design.name} did not oversell in every run, so the crowd was no crowd")
        if any(each.largest_item > KB for each in those):
            raise Void(f"void: an item of {design.name} is larger than 1 KB, so a write is more than one unit")


def designs_table(runs: dict[type[Design], list[Run]]) -> Table:
    """Medians of speed and cost; of every wrong done the worst run."""
    base = [each.seconds for design, those in runs.items() if design.name == BASE for each in those]
    return Table(
        "one_slot_designs",
        f"One slot of {PLACES} places: {BUYERS:,} buyers and {REPEATS} repeats, {CLIENTS} clients, taking places only",
        f"One DynamoDB Local, {RUNS} runs, designs in turn: medians, and the worst run for what must be 0. Same seeded "
        "buyers, same sockets and patience; ours behind a FIFO group, ten at a time; bookings a second count "
        "from the first request to the last answer, refusals included. Write units by AWS's rules from the requests on "
        "the wire, refused ones and retries included. DynamoDB Local raises no TransactionConflict: AWS would make "
        "transactions on one item dearer. A memory says “full” for a second, as ours in the booking room.",
        [Row(design.name, _figures(those, base), design.ours) for design, those in runs.items()],
        {
            "write_units_per_place_sold": UNITS_PER_PLACE,
            "oversold": 0,
            "doubled": 0,
            "unsold_while_refused": 0,
            "wrong_answers": 0,
        },
        {"times_transaction": TIMES_TRANSACTION},
    )


def _figures(those: Sequence[Run], base: Sequence[float]) -> dict[str, Number]:
    return {
        "bookings_per_second": round(median([PLACES / each.seconds for each in those]), 1),
        "times_transaction": round(median([slow / each.seconds for each, slow in zip(those, base, strict=True)]), 2),
        "write_units_per_place_sold": round(median([each.units / PLACES for each in those]), 3),
        "write_units_per_request": round(median([each.units / (BUYERS + REPEATS) for each in those]), 3),
        "oversold": max(each.outcome.oversold for each in those),
        "doubled": max(each.outcome.doubled for each in those),
        "unsold_while_refused": max(each.outcome.unsold for each in those),
        "wrong_answers": max(each.outcome.wrong for each in those),
    }


def measure_turns() -> list[Table]:
    """Whole turns of both designs, in turn. Raises NotHere without DynamoDB Local."""
    runs: list[tuple[WholeRun, WholeRun]] = []
    with running(java(), folder()) as endpoint:
        # First, since it warms the store as well.
        tell("turns: the time of a turn")
        spent = turns.times(endpoint)
        for number in range(1, RUNS + 1):
            tell(f"turns: run {number} of {RUNS}, ours")
            ours = turns.ours(endpoint)
            tell(f"turns: run {number} of {RUNS}, the transaction design")
            runs.append((ours, turns.transaction(endpoint)))
    return [turns_table(runs), times_table(spent)]


def turns_table(runs: Sequence[tuple[WholeRun, WholeRun]]) -> Table:
    """What a booking request costs with everything: the tap's turn, the place, the board, the answer's turn.

    Medians; of every wrong done the worst run.
    """
    buyers, places = BUYERS // PART, PLACES // PART
    rush = moments_of_taps(buyers + buyers // 10, PART)
    return Table(
        "one_slot_whole_turns",
        f"A part of the same crowd in whole turns, losers included: {buyers} buyers before {places} places",
        f"{len(runs)} runs, designs in turn: medians, and the worst run for what must be 0. One in {PART} of the crowd "
        f"and of the places: ten runs of all would take an hour. All have the question before them at once and tap it "
        f"when they have read it, log-normal, in a rush {PART} times as short as citizens take, so that as many tap a "
        f"second as of the whole crowd: half within {rush[len(rush) // 2]:.1f} s, the last after {rush[-1]:.0f} s. "
        f"One in ten comes twice: taps again, or Meta delivers the same again, which is no request of its own. Ours: "
        f"take_turn in {CLIENTS} containers, each with its own caches (a board is at most a second old), the slot's "
        "FIFO group, and answer_requests behind it at the same time, all over one DynamoDB Local; sending is not in "
        "it. The peer reads the same citizen, takes the place in a transaction and commits the answer in that turn.",
        [Row(those[0].name, _whole(those), those[0].ours) for those in zip(*runs, strict=True)],
        {
            "write_units_per_request_answered": UNITS_PER_REQUEST,
            "oversold": 0,
            "doubled": 0,
            "unsold_while_refused": 0,
            "wrong_answers": 0,
            "largest_item_bytes": KB,
        },
    )


def _whole(those: Sequence[WholeRun]) -> dict[str, Number | None]:
    room = [each.of_the_room / each.asked for each in those if each.of_the_room is not None]
    return {
        "write_units_per_request_answered": round(
            median([(each.turns + each.design) / each.asked for each in those]), 3
        ),
        "of_them_turns": round(median([each.turns / each.asked for each in those]), 3),
        "of_them_places_and_boards": round(median([each.design / each.asked for each in those]), 3),
        "share_answered_by_the_booking_room": round(median(room), 3) if room else None,
        "seconds_until_all_are_answered": round(median([each.seconds for each in those]), 1),
        "oversold": max(each.outcome.oversold for each in those),
        "doubled": max(each.outcome.doubled for each in those),
        "unsold_while_refused": max(each.outcome.unsold for each in those),
        "wrong_answers": max(each.outcome.wrong for each in those),
        "largest_item_bytes": max(each.largest_item for each in those),
    }


def times_table(spent: Times) -> Table:
    """CPU time, which is what a function pays for that does not wait."""
    return Table(
        "time_of_a_turn",
        "What a booking request asks of the processor",
        "CPU time of the one process that does it, on this machine, warm, with DynamoDB Local's client in it; waiting "
        "for DynamoDB and SQS is not in it.",
        [
            Row("webhook: the turn of a tap", {"cpu_ms": round(spent.tap, 2)}),
            Row("booking: a request in a batch of ten", {"cpu_ms": round(spent.answer, 2)}),
        ],
    )
