"""The opening hour, as a model: what a nation at the door waits, costs and needs, by numbers and with a fair opening.

``limits`` is what AWS and Meta document, ``costs`` what we have measured, ``model`` the hour itself, ``plots`` its two
pictures for ``docs/bench.md``.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bench.figures import Number, Row, Table
from bench.opening_hour import limits, plots
from bench.opening_hour.costs import Costs, Errand, NotMeasured, measured
from bench.opening_hour.model import COLLECTING, IN_THE_DAY, IN_THE_HOUR, TWICE, Day, Setting, play
from bench.progress import tell

__all__ = ["NotMeasured", "measure"]

NUMBERS: Final = (1, 2, 5, 10, 20)
RATES: Final = (limits.NUMBER_RATE, limits.UPGRADED_RATE)
WANTED: Final = (("a_minute", 60.0), ("ten_minutes", 600.0), ("the_day", 86_400.0))
"""Waits for the first answer that 99 of 100 shall not exceed."""
RAISED: Final = 10 * limits.API_RATE
"""Webhooks a second with a quota that was raised for the day."""
ENOUGH: Final = (10, 20)
"""Numbers at Meta's upgraded rate with which the day is meant to hold."""
MOST_NUMBERS: Final = 4_096
COARSE: Final = 25_000
"""Citizens of a group while the numbers needed are looked for."""


def settings() -> Iterator[Setting]:
    """Everything that is played."""
    for fair in (False, True):
        for rate in RATES:
            for numbers in NUMBERS:
                yield Setting(numbers, rate, fair)


def raised() -> Iterator[Setting]:
    """What is meant to hold: numbers enough, upgraded, and the quota of the HTTP API raised for the day."""
    for fair in (False, True):
        for numbers in ENOUGH:
            yield Setting(numbers, limits.UPGRADED_RATE, fair, api_rate=RAISED)


def measure() -> list[Table]:
    """Plays every setting, draws the pictures, and looks for the numbers needed. Raises NotMeasured."""
    costs = measured()
    days: list[Day] = []
    for setting in settings():
        tell(f"opening hour: {named(setting)}")
        days.append(play(setting, costs))
    holding: list[Day] = []
    for setting in raised():
        tell(f"opening hour: {named(setting)}, quota raised")
        holding.append(play(setting, costs))
    plots.draw(days)
    return [answers_table(days), holding_table(holding), money_table(days, costs), needed_table(costs)]


def named(setting: Setting) -> str:
    """A row's name."""
    how = "fair opening" if setting.fair else "registering in the hour"
    return f"{how}, {setting.numbers} at {setting.rate:,.0f}/s"


def answers_table(days: list[Day]) -> Table:
    """How long people wait, and whether anybody is lost."""
    return Table(
        "opening_hour",
        f"{IN_THE_HOUR:,} people in the first hour, {IN_THE_DAY:,} in the day, one in ten messages twice: a model",
        "SimPy over the documented limits of AWS and Meta (bench/opening_hour/limits.py) and our own measurements. "
        "Registering in the hour: everybody registers from the hour on. Fair opening: those of the first hour are "
        "registered before, and enter a draw with one tap; its result is the answer. Minutes, of those who come in the "
        "first hour; a dash where they never hear. Exact to what the numbers need for 2,500 citizens. The HTTP API has "
        f"the quota that an account has without asking, {limits.API_RATE:,.0f} requests a second. Senders in the "
        "notifier grow with the numbers.",
        [Row(named(day.setting), _answers(day)) for day in days],
        {"lost": 0},
    )


def holding_table(days: list[Day]) -> Table:
    """The configurations that are meant to hold: nothing lost, nothing throttled."""
    taken = Setting(1)
    return Table(
        "opening_hour_raised",
        f"The same day with the HTTP API's quota raised to {RAISED:,.0f} requests a second",
        f"The same model. The quota to ask AWS for is API Gateway's “Throttle rate”, {RAISED:,.0f} requests a second "
        f"instead of {limits.API_RATE:,.0f}. Beside it the model takes {taken.environments:,} environments of the "
        f"webhook (Lambda: concurrent executions) and a citizens' table warmed for {taken.table_writes:,.0f} write "
        "units a second. Throttled by AWS counts what API, functions or table made wait for a second or longer.",
        [Row(named(day.setting), _answers(day)) for day in days],
        {"lost": 0, "throttled_by_aws": 0},
    )


def _answers(day: Day) -> dict[str, Number | None]:
    return {
        "first_answer_p50_min": _minutes(day.first.share(0.50)),
        "first_answer_p99_min": _minutes(day.first.share(0.99)),
        "result_p50_min": _minutes(day.result.share(0.50)),
        "result_p99_min": _minutes(day.result.share(0.99)),
        "wishes_too_late": day.too_late if day.setting.fair else None,
        "most_waiting_at_meta": round(max(depth for _, depth in day.servers["number"].depths)),
        "most_in_requests": _deepest(day, "requests"),
        "most_in_replies": _deepest(day, "replies"),
        "most_in_notices": _deepest(day, "notices"),
        "throttled_by_aws": round(day.throttled),
        "lost": day.lost,
        "all_served_hours": round(day.ended / 3_600, 1),
        "exact_to_seconds": round(day.resolution, 1),
    }


def _deepest(day: Day, server: str) -> int:
    return round(max((depth for _, depth in day.servers[server].depths), default=0.0))


def _minutes(seconds: float) -> Number | None:
    return None if math.isinf(seconds) else round(seconds / 60, 1)


def money_table(days: list[Day], costs: Costs) -> Table:
    """What the day costs; it depends on the errands, hardly on the numbers, so one setting of each kind is shown."""
    rows: list[Row] = []
    for fair in (False, True):
        day = next(each for each in days if each.setting == Setting(NUMBERS[-1], limits.UPGRADED_RATE, fair))
        rows.append(Row(f"{named(day.setting)}: the day", money(day, costs, before=False)))
        if fair:
            rows.append(Row(f"{named(day.setting)}: registering in the days before", money(day, costs, before=True)))
    return Table(
        "opening_hour_money",
        "What such a day costs",
        f"₹{limits.MESSAGE_RUPEES} a message and {limits.TAX:.0%} tax, less {limits.FREE_MESSAGES:,} free a number; "
        f"AWS at list prices on demand; ₹{limits.RUPEES_PER_DOLLAR} to the dollar.",
        rows,
    )


def money(day: Day, costs: Costs, *, before: bool) -> dict[str, Number | None]:
    """Messages and money of the day; or of what those in the draw did in the days before."""
    on_the_day = [(day.registered, costs.register), (day.drawn, costs.enter)]
    parts = [(day.drawn, costs.register)] if before else on_the_day
    with_taps = 1 + TWICE
    incoming = sum(people * errand.incoming for people, errand in parts) * with_taps
    outgoing = day.outgoing if not before else day.drawn * costs.register.outgoing * with_taps
    billed = max(0.0, outgoing - limits.FREE_MESSAGES * day.setting.numbers)
    meta = billed * limits.MESSAGE_RUPEES * (1 + limits.TAX)
    aws = sum(people * aws_dollars(errand, costs) for people, errand in parts) * with_taps
    return {
        "messages_in": round(incoming),
        "messages_out": round(outgoing),
        "meta_rupees": round(meta),
        "meta_dollars": round(meta / limits.RUPEES_PER_DOLLAR),
        "aws_rupees": round(aws * limits.RUPEES_PER_DOLLAR),
        "aws_dollars": round(aws),
        "write_units": round(sum(people * errand.write_units for people, errand in parts) * with_taps),
        "times_meta_over_aws": round(meta / limits.RUPEES_PER_DOLLAR / aws),
    }


def aws_dollars(errand: Errand, costs: Costs) -> float:
    """What one errand costs at AWS: table, queues, gateway and functions."""
    webhooks = errand.incoming + errand.statuses
    # The notifier and the booking room wait for the same kinds of request as the webhook does, once a message.
    invocations = webhooks + errand.outgoing
    seconds = invocations * costs.tap_seconds
    return (
        errand.write_units * limits.WRITE_DOLLARS
        + errand.read_requests * limits.READ_DOLLARS
        + errand.queue_requests * limits.SQS_DOLLARS
        + webhooks * limits.API_DOLLARS
        + invocations * limits.LAMBDA_DOLLARS
        + seconds * costs.memory_gb * limits.GB_SECOND_DOLLARS
    )


def needed_table(costs: Costs) -> Table:
    """The fewest numbers with which 99 of 100 hear within a time, and nobody is lost."""
    rows: list[Row] = []
    for fair in (False, True):
        for rate in RATES:
            for api_rate in (limits.API_RATE, RAISED):
                of = Setting(1, rate, fair, group=COARSE, api_rate=api_rate)
                name = f"{named(of).partition(',')[0]}, at {rate:,.0f}/s a number, {api_rate:,.0f} webhooks/s"
                tell(f"opening hour: numbers needed, {name}")
                found: dict[str, Number | None] = {}
                for column, seconds in WANTED:
                    if not fair or seconds > COLLECTING:
                        found[f"first_answer_within_{column}"] = fewest(of, costs, seconds)
                if fair:
                    found["every_wish_in_time"] = fewest(of, costs, in_time=True)
                rows.append(Row(name, found))
    return Table(
        "opening_hour_numbers",
        "Numbers needed",
        "The fewest numbers with which 99 of 100 of the first hour have their first answer in that time and nobody is "
        "lost; a dash where no number of them does, because the HTTP API of an account takes no more webhooks: its "
        f"quota of {limits.API_RATE:,.0f}/s is to be raised for such a day, here to {RAISED:,.0f}. In a fair opening "
        "nobody is promised an answer before the draw: what counts is that every wish is in.",
        rows,
    )


def fewest(of: Setting, costs: Costs, within: float = math.inf, *, in_time: bool = False) -> int | None:
    """The fewest numbers that do, by halving; None if not even thousands do: then something else is the narrowest."""

    def do(numbers: int) -> bool:
        day = play(replace(of, numbers=numbers), costs)
        return day.first.share(0.99) <= within and day.lost == 0 and not (in_time and day.too_late)

    if not do(MOST_NUMBERS):
        return None
    low, high = 0, 1
    while not do(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if do(middle) else (middle, high)
    return high
