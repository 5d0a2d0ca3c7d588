"""The opening hour as a discrete-event model: citizens in groups of a thousand or so walk through servers in a row.

Every server serves in order of arrival at a rate that is documented (``limits``) or measured (``costs``): what is more
than it can do waits, nothing is dropped, but for what Meta itself drops after seven days. A group moves as one, so
times are exact to what a server needs for a group: ``Day.resolution`` seconds.

    citizen ─ number ─ HTTP API ─ webhook ─ citizens' table ─ requests ─ lanes of the notifier ─ number ─ citizen

What is assumed and not known, all of it here:

- Of those who come in the first hour the number falls by e every 20 minutes, of those who come later every 6 hours; so
  the busiest minute has 5 % of the hour's people. One in ten messages is tapped twice; both are answered.
- A number is one server for what comes in and what goes out. Meta keeps what comes in while the number is busy.
- Between hearing and answering a citizen takes 25 s, half of them between 15 and 42 (log-normal,
  ``bench.thinking``).
- The numbers share the citizens evenly, and those who ask for a place share the slots evenly. The rush on one slot is
  what ``bench.rosters`` measures.
"""

import math
import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Final

import simpy

from bench.opening_hour import limits
from bench.opening_hour.costs import Costs
from bench.thinking import seconds_of_thought
from seba.conversation.register import LONG_WAIT
from seba.domain.draws import GRACE

HOUR, DAY = 3_600.0, 86_400.0
IN_THE_HOUR: Final = 3_500_000
IN_THE_DAY: Final = 7_500_000
RUSH, EBB = 20 * 60.0, 6 * HOUR
"""Seconds in which the coming of people falls by e, in the first hour and after it."""
TWICE: Final = 0.10
COLLECTING: Final = float(LONG_WAIT)
"""Seconds for which a fair opening collects wishes: as long as it may without an answer to each. The same rush is let
into this half hour, which is harsh: whoever is early has no advantage, and may wish for days before."""
HEARD_UNTIL: Final = COLLECTING + GRACE.total_seconds()
"""A wish that reaches the desk later takes no part, whenever it was written."""
PATIENCE: Final = 1.0
"""Seconds that the tries of one request bridge; what waits longer counts as throttled."""
DRAWING: Final = 120.0
"""Seconds from then to the first result: the clock's minute and the draw, which is measured by ``bench draw``."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is to be seen."""

    numbers: int
    rate: float = limits.NUMBER_RATE
    """Messages a second of each number."""
    fair: bool = False
    """Those of the first hour are registered already and enter a draw; else they register."""
    in_the_hour: int = IN_THE_HOUR
    in_the_day: int = IN_THE_DAY
    group: int = 2_500
    """Citizens who move as one."""
    table_writes: float = 40_000.0
    """Write units a second for which the citizens' table was warmed before the day (AWS's default quota of a table)."""
    slots: int = 4_000
    """Slots that can be booked on the day: each is a group of its own in the queue of requests, so one batch of it is
    answered at a time. Who registers in the hour asks for a place at the end; of those in the draw the winners."""
    winners: int = 400_000
    """Places that the draw has to give: a hundred a slot."""
    api_rate: float = limits.API_RATE
    """Webhooks a second, of one message or one status each: Meta may put many into one, and need not."""
    environments: int = 10_000
    """Environments that the account allows the webhook; a quota to be asked for."""

    @property
    def speed(self) -> float:
        """Messages a second of all numbers."""
        return self.numbers * self.rate


type Going = Generator[simpy.Event, object]
"""A process under way."""


def _steady(rate: float) -> Callable[[float], float]:
    """The same rate at every moment."""
    return lambda _: rate


class Server:
    """One after the other at a rate (things a second) that may change with time."""

    def __init__(self, env: simpy.Environment, rate: Callable[[float], float]) -> None:
        self._env, self.rate, self._free = env, rate, 0.0
        self.served = 0.0
        self.busiest = 0.0
        """The longest wait before service, in seconds."""
        self.waited = 0.0
        """Things that were not served within ``PATIENCE``."""
        self.depths: list[tuple[float, float]] = []
        """(moment, things waiting or in service)."""

    def serve(self, things: float) -> simpy.Timeout:
        """An event for when the last of them is served."""
        now = self._env.now
        begin = max(now, self._free)
        rate = self.rate(begin)
        self._free = begin + things / rate
        self.served += things
        if begin > now:
            self.waited += things if begin - now >= PATIENCE else 0.0
            self.busiest = max(self.busiest, begin - now)
        self.depths.append((now, (self._free - now) * rate))
        return self._env.timeout(self._free - now)


@dataclass
class Seen:
    """A distribution of waits, by how many citizens had each."""

    waits: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])

    def note(self, seconds: float, citizens: int) -> None:
        """So many waited so long."""
        self.waits.append((seconds, citizens))

    def share(self, part: float) -> float:
        """The wait that this part of all did not exceed; infinite while some never heard."""
        left = part * sum(citizens for _, citizens in self.waits)
        for seconds, citizens in sorted(self.waits):
            left -= citizens
            if left <= 0:
                return seconds
        return math.inf


@dataclass
class Day:
    """What became of a day."""

    setting: Setting
    first: Seen
    """From the first message to its answer, of those who came in the first hour."""
    result: Seen
    """From the first message to the end: registered, or the result of the draw."""
    servers: dict[str, Server]
    lost: int
    """Citizens of whom Meta dropped a message."""
    too_late: int
    """Citizens whose wish reached the desk after the draw: they are told so, and stand in line."""
    incoming: float
    outgoing: float
    registered: int
    """Citizens who registered on the day."""
    drawn: int
    """Citizens who took part in the draw; they registered in the days before."""
    ended: float
    """When the last citizen was served, in seconds from the hour."""

    @property
    def resolution(self) -> float:
        """Seconds that the numbers need for one group."""
        return self.setting.group * (1 + TWICE) / self.setting.speed

    @property
    def throttled(self) -> float:
        """Messages and statuses that AWS made wait, at each place where it did; none of them is lost."""
        return sum(self.servers[name].waited for name in ("api", "webhook", "table"))


def arrivals(setting: Setting) -> Iterator[tuple[float, int, bool]]:
    """(second, citizens, whether of the first hour), in order: quantiles of the two falling exponentials."""
    window = COLLECTING if setting.fair else HOUR
    parts = (
        (setting.in_the_hour, 0.0, window, RUSH * window / HOUR, True),
        (setting.in_the_day - setting.in_the_hour, HOUR, DAY - HOUR, EBB, False),
    )
    for people, begin, length, falling, of_the_hour in parts:
        groups = math.ceil(people / setting.group)
        for n in range(groups):
            share = (n + 0.5) / groups * -math.expm1(-length / falling)
            citizens = min(setting.group, people - n * setting.group)
            yield begin - falling * math.log1p(-share), citizens, of_the_hour


def play(setting: Setting, costs: Costs) -> Day:
    """The whole day and as long after it as anybody waits."""
    return _Play(setting, costs).day


class _Play:
    def __init__(self, setting: Setting, costs: Costs) -> None:
        self.setting, self.costs = setting, costs
        self.env = env = simpy.Environment()
        self._chance = random.Random(20261124)
        speed = setting.speed
        self.number = Server(env, _steady(speed))
        self.api = Server(env, _steady(setting.api_rate))
        self.webhook = Server(env, self._webhook_rate)
        self.table = Server(env, _steady(setting.table_writes))
        groups = min(setting.slots / costs.request_seconds, limits.FIFO_MESSAGES)
        self.requests = Server(env, _steady(groups))
        self.replies = Server(env, _steady(speed * costs.replies_share))
        self.notices = Server(env, _steady(speed * costs.notices_share))
        self.lost = self.too_late = 0
        self.incoming = self.outgoing = 0.0
        self.registered = self.drawn = 0
        self.first, self.result = Seen(), Seen()
        for at, citizens, of_the_hour in arrivals(setting):
            env.process(self._citizens(at, citizens, of_the_hour=of_the_hour))
        env.run()
        names = ("number", "api", "webhook", "table", "requests", "replies", "notices")
        self.day = Day(
            setting, self.first, self.result, {name: getattr(self, name) for name in names}, self.lost, self.too_late,
            self.incoming, self.outgoing, self.registered, self.drawn, env.now,
        )  # fmt: skip

    def _webhook_rate(self, now: float) -> float:
        """Messages a second: environments grow from the hour on, as fast as Lambda lets them."""
        grown = limits.NEW_ENVIRONMENTS * (1 + now / limits.NEW_ENVIRONMENTS_SECONDS)
        return min(grown, self.setting.environments) / self.costs.tap_seconds

    def _citizens(self, at: float, citizens: int, *, of_the_hour: bool) -> Going:
        yield self.env.timeout(at)
        if of_the_hour and self.setting.fair:
            self.drawn += citizens
            yield from self._draw(at, citizens)
        else:
            self.registered += citizens
            yield from self._register(at, citizens, of_the_hour=of_the_hour)

    def _register(self, at: float, citizens: int, *, of_the_hour: bool) -> Going:
        errand = self.costs.register
        for turn in range(errand.incoming):
            if turn:
                yield self.env.timeout(seconds_of_thought(self._chance.uniform(0.001, 0.999)))
            if not (yield from self._comes_in(citizens)):
                self._never(citizens, of_the_hour=of_the_hour, first=turn == 0)
                return
            if turn == errand.incoming - 1:
                yield self.requests.serve(citizens)
            answers = citizens * (1 + TWICE) * errand.outgoing / errand.incoming
            yield from self._goes_out(answers, self.replies)
            if turn == 0 and of_the_hour:
                self.first.note(self.env.now - at, citizens)
        if of_the_hour:
            self.result.note(self.env.now - at, citizens)

    def _draw(self, at: float, citizens: int) -> Going:
        """The tap is answered by the result alone; a wish that comes too late is answered at once, and is in line."""
        if not (yield from self._comes_in(citizens)):
            self._never(citizens, of_the_hour=True, first=True)
            return
        tapped_again = citizens * TWICE
        if self.env.now > HEARD_UNTIL:
            self.too_late += citizens
            yield from self._goes_out(citizens + tapped_again, self.replies)
        else:
            yield from self._goes_out(tapped_again, self.replies)
            if self.env.now < HEARD_UNTIL + DRAWING:
                yield self.env.timeout(HEARD_UNTIL + DRAWING - self.env.now)
            yield self.requests.serve(citizens * min(1.0, self.setting.winners / self.setting.in_the_hour))
            yield from self._goes_out(citizens * self.costs.enter.outgoing, self.notices)
        self.first.note(self.env.now - at, citizens)
        self.result.note(self.env.now - at, citizens)

    def _comes_in(self, citizens: int) -> Generator[simpy.Event, object, bool]:
        """One message of each: whether Meta still had it when there was room for it."""
        messages = citizens * (1 + TWICE)
        written = self.env.now
        yield self.number.serve(messages)
        if self.env.now - written > limits.DELIVERED_FOR:
            return False
        self.incoming += messages
        yield self.api.serve(messages)
        yield self.webhook.serve(messages)
        yield self.table.serve(messages * self.costs.tap_units)
        return True

    def _goes_out(self, messages: float, lane: Server) -> Going:
        """Through a lane of the notifier and the number; Meta's word about it comes back as a webhook."""
        yield lane.serve(messages)
        yield self.number.serve(messages)
        self.outgoing += messages
        statuses = messages * self.costs.register.statuses / self.costs.register.outgoing
        self.api.serve(statuses)
        self.webhook.serve(statuses)

    def _never(self, citizens: int, *, of_the_hour: bool, first: bool) -> None:
        """Meta dropped what they wrote: they never hear."""
        self.lost += citizens
        if of_the_hour:
            self.result.note(math.inf, citizens)
            if first:
                self.first.note(math.inf, citizens)
