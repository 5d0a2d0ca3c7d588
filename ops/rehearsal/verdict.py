"""Whether anything happened on a rehearsed opening day that must not happen on a real one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from ops.rehearsal.records import BOOK, CANCEL, ENTER, TAKE, Answers, Received, Record, Written, answers
from seba.domain.ids import slot_of
from seba.services.findings import Finding

OVERSOLD, DOUBLED, LOST, WRONG_BOOKED, WRONG_FULL, REFUSED, DRAW, OTHER, VOID = (
    "oversold", "doubled", "lost reply", "wrong booked", "wrong full", "refused", "draw", "disagrees", "nobody asked",
)  # fmt: skip
KINDS = (OVERSOLD, DOUBLED, LOST, WRONG_BOOKED, WRONG_FULL, REFUSED, DRAW, OTHER, VOID)
"""Everything that must not be, in the order in which it is told."""
_MATTERS = {
    "oversold": OVERSOLD,
    "doubled": DOUBLED,
    "shared_reference": DOUBLED,
    "miscounted": OTHER,
    "nobody": OTHER,
    "not_in_state": OTHER,
    "not_in_roster": WRONG_BOOKED,
}
"""Findings of ``seba verify`` and what they mean here; what it says about lists is another day's business."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A slot when all is over."""

    places: int
    bookings: Mapping[str, str]
    """Who (person id) has which booking."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be. ``kind`` is one of KINDS."""

    kind: str
    where: str
    """A slot, a booking, or the last digits of a phone."""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from a message to its answer."""

    messages: int = 0
    p50: float = 0.0
    p99: float = 0.0
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is told at the end."""

    faults: tuple[Fault, ...]
    first_answer: Times
    result: Times
    """Of those who asked for a place."""
    asked: int
    """How many citizens asked for a place (or took part in the draw)."""
    booked: int
    free: int
    """Places left."""
    fairness: float | None
    """Rank-biserial correlation of arrival and success: 1 when everybody who got a place had asked before everybody who
    got none, 0 for chance. None without winners or losers, and for a draw, where arrival plays no part."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Faults by kind."""


def judge(
    record: Record,
    rosters: Mapping[str, Roster],
    findings: Sequence[Finding],
    *,
    draw_faults: Sequence[str] | None = None,
) -> Verdict:
    """The verdict over a day.

    ``rosters`` are all slots that were asked for, as they stand at the end; ``findings`` are those of ``seba verify``;
    ``draw_faults`` is what recomputing the draw found, None when there was none.
    """
    found = answers(record.written, record.received)
    faults = [*_found(findings), *_lost(record, found), *_bookings(record, rosters), *_full(record, found, rosters)]
    faults += [Fault(DRAW, "the draw", fault) for fault in draw_faults or ()]
    asking = [each for each in record.written if each.asks in (BOOK, ENTER)]
    if not asking:
        faults.append(Fault(VOID, "everybody", "no place was offered to anybody, so nothing was rehearsed"))
    arrivals: dict[str, float] = {}
    for each in sorted(asking, key=lambda it: it.at):
        arrivals.setdefault(each.phone, each.at)
    winners = {each.phone for each in record.received if each.booking}
    decisions = [(each, found[each.message].result) for each in record.written if each.asks in (BOOK, TAKE)]
    return Verdict(
        faults=tuple(sorted(faults, key=lambda fault: KINDS.index(fault.kind))),
        first_answer=_times([(each, found[each.message].first) for each in record.written]),
        result=_times([(each, result) for each, result in decisions if not each.again]),
        asked=len(arrivals),
        booked=len(winners),
        free=sum(roster.places - len(roster.bookings) for roster in rosters.values()),
        fairness=None if draw_faults is not None else fairness(arrivals, winners),
        counts=dict(Counter(fault.kind for fault in faults)),
    )


def fairness(arrivals: Mapping[str, float], winners: set[str]) -> float | None:
    """How much earlier (by rank) those who got a place had asked than those who got none, from -1 to 1."""
    ordered = sorted(arrivals, key=lambda phone: arrivals[phone])
    won = [phone in winners for phone in ordered]
    pairs = sum(won) * (len(won) - sum(won))
    if not pairs:
        return None
    losers_after, in_order = len(won) - sum(won), 0
    for has_won in won:
        if has_won:
            in_order += losers_after
        else:
            losers_after -= 1
    return 2 * in_order / pairs - 1


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _found(findings: Sequence[Finding]) -> list[Fault]:
    return [Fault(_MATTERS[each.kind], each.where, each.details) for each in findings if each.kind in _MATTERS]


def _lost(record: Record, found: Mapping[str, Answers]) -> list[Fault]:
    """Messages that were not taken, or that nothing ever answered."""
    last: dict[str, float] = {}
    for message in record.received:
        last[message.phone] = max(last.get(message.phone, message.at), message.at)
    faults = []
    for each in record.written:
        who = f"…{each.phone[-4:]}"
        if each.status != 200:
            faults.append(Fault(REFUSED, who, f"the webhook said {each.status or 'nothing'}"))
        elif each.asks == ENTER and last.get(each.phone, 0.0) > each.at:
            continue  # noted in silence; the result of the draw is the answer
        elif found[each.message].result is None:
            faults.append(Fault(LOST, who, f"a message that asks for: {each.asks}"))
    return faults


def _bookings(record: Record, rosters: Mapping[str, Roster]) -> list[Fault]:
    """Whoever was told "booked" stands in the roster, unless they gave it up; nobody has two places for one dose."""
    standing = {booking for roster in rosters.values() for booking in roster.bookings.values()}
    given_up = {each.booking for each in record.written if each.asks == CANCEL}
    told = dict.fromkeys((each.booking, each.phone) for each in record.received if each.booking)
    faults = [
        Fault(WRONG_BOOKED, booking, f"told to …{phone[-4:]}, and in no roster")
        for booking, phone in told
        if booking not in standing | given_up
    ]
    people = Counter(person for roster in rosters.values() for person in roster.bookings)
    return [*faults, *(Fault(DOUBLED, person, f"{n} places") for person, n in people.items() if n > 1)]


def _full(record: Record, found: Mapping[str, Answers], rosters: Mapping[str, Roster]) -> list[Fault]:
    """Whoever was told "full" was told the truth: at some moment every place of that slot was taken."""
    ever = {booking for roster in rosters.values() for booking in roster.bookings.values()}
    ever |= {each.booking for each in record.received} | {each.held for each in record.received}
    # Each place that was given back, or only held for a while, may have been the last one.
    taken = Counter(slot_of(booking) for booking in ever if booking)
    faults = []
    for each in record.written:
        result = found[each.message].result
        roster = rosters.get(each.slot)
        if each.asks != BOOK or result is None or result.step != "full" or roster is None:
            continue
        if taken[each.slot] < roster.places:
            free = roster.places - len(roster.bookings)
            faults.append(Fault(WRONG_FULL, each.slot, f"told to …{each.phone[-4:]}, and {free} places were left"))
    return faults


def _times(pairs: Sequence[tuple[Written, Received | None]]) -> Times:
    took = [answer.at - written.at for written, answer in pairs if answer is not None]
    if not took:
        return Times()
    return Times(len(took), percentile(took, 0.5), percentile(took, 0.99), max(took))
