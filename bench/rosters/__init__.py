"""One slot that many want: what a place and an answer cost, by design, and who was wronged.

``designs`` takes places only, each design with the same crowd, in turn, five times. ``turns`` is the whole errand from
the tap to the answer. Both run over one DynamoDB Local; write units are counted at the wire by AWS's rules.
"""

from collections.abc import Sequence
from typing import Final

from bench.dynamodb_local import folder, java, running
from bench.figures import Number, Row, Table, median
from bench.progress import tell
from bench.rosters import turns
from bench.rosters.crowd import BUYERS, CLIENTS, PLACES, REPEATS, crowd
from bench.rosters.designs import BASE, DESIGNS, Design, Run, run
from bench.rosters.turns import Times, WholeRun
from bench.units import KB

RUNS: Final = 5
WARMING: Final = 300
"""Requests before the first run: a fresh Java is slow, and nobody should pay for being first."""
UNITS_PER_PLACE: Final = 0.5
TIMES_TRANSACTION: Final = 5
UNITS_PER_REQUEST: Final = 2.0
SECOND_TAPS: Final = REPEATS // 2
"""Of those who come twice every other one taps again; the others are Meta delivering the same message again."""


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
        tell("rosters: whole turns, ours")
        ours = turns.ours(endpoint)
        tell("rosters: whole turns, the transaction design")
        peer = turns.transaction(endpoint)
        tell("rosters: the time of a turn")
        spent = turns.times(endpoint)
    check(runs)
    return [designs_table(runs), turns_table(ours, peer), times_table(spent)]


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


def turns_table(ours: WholeRun, peer: WholeRun) -> Table:
    """What a booking request costs with everything: the tap's turn, the place, the board, the answer's turn."""
    asked = BUYERS + SECOND_TAPS
    rows = [
        Row(
            each.name,
            {
                "write_units_per_request_answered": round((each.turns + each.design) / asked, 3),
                "of_them_turns": round(each.turns / asked, 3),
                "of_them_places_and_boards": round(each.design / asked, 3),
                "requests_answered_per_second": round(asked / each.seconds, 1),
                "times_transaction": round(peer.seconds / each.seconds, 2),
                "oversold": each.outcome.oversold,
                "doubled": each.outcome.doubled,
                "unsold_while_refused": each.outcome.unsold,
                "wrong_answers": each.outcome.wrong,
                "largest_item_bytes": each.largest_item,
            },
            each.ours,
        )
        for each in (ours, peer)
    ]
    return Table(
        "one_slot_whole_turns",
        f"The same crowd in whole turns, losers included: {asked:,} messages, {REPEATS - SECOND_TAPS} of them "
        "delivered again",
        f"Once each. Ours: take_turn in {CLIENTS} containers, the slot's FIFO group, answer_requests behind it, all "
        "over one DynamoDB Local; sending is not in it. The peer reads the same citizen, takes the place in a "
        "transaction and commits the answer in the same turn. What Meta delivers again is no request of its own.",
        rows,
        {
            "write_units_per_request_answered": UNITS_PER_REQUEST,
            "oversold": 0,
            "doubled": 0,
            "unsold_while_refused": 0,
            "wrong_answers": 0,
            "largest_item_bytes": KB,
        },
    )


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
