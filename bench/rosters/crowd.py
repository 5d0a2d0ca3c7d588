"""The crowd before one slot, the same for every design, and what became of it."""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from bench.thinking import seconds_of_thought
from seba.domain.roster import Claim

PLACES: Final = 500
BUYERS: Final = 2_000
REPEATS: Final = BUYERS // 10
CLIENTS: Final = 32
"""Clients at once that a design may have; the design decides whether it can use them."""
SEED: Final = 7
SLOT: Final = "7M4QK0"


def line_of[T](buyers: Iterable[T], again: Callable[[T], T] = lambda each: each) -> list[T]:
    """Everybody in turn, and one in ten a second time somewhere behind; ``again`` makes the second of the first."""
    chance = random.Random(SEED)
    line = list(buyers)
    people = list(line)
    for n in chance.sample(range(len(people)), len(people) // 10):
        line.insert(chance.randrange(line.index(people[n]) + 1, len(line) + 1), again(people[n]))
    return line


def crowd() -> list[Claim]:
    """Who wants a place, as a design is asked: the second time it is the same request, delivered again."""
    return line_of([Claim(f"person{n:04d}", f"{SLOT}{n:04d}") for n in range(BUYERS)])


def in_parallel[T](line: Iterable[T], clients: int, act: Callable[[T], None]) -> None:
    """The whole line through so many clients at once, each taking the next as soon as it is free."""
    left = deque(line)

    def work() -> None:
        while True:
            try:
                each = left.popleft()
            except IndexError:
                return
            act(each)

    with ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(work) for _ in range(clients)]:
            done.result()


def moments_of_taps(taps: int, faster: float = 1.0) -> list[float]:
    """Seconds after a question that all were asked at once at which so many tap, in order; or so many times faster."""
    return [seconds_of_thought((number + 0.5) / taps) / faster for number in range(taps)]


def as_they_tap[T](line: Sequence[T], clients: int, faster: float, act: Callable[[T], None]) -> None:
    """The whole line, each at the moment of their tap, or as soon after it as one of so many clients is free."""
    begun = time.monotonic()

    def at_its_moment(each: tuple[float, T]) -> None:
        moment, what = each
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        act(what)

    in_parallel(zip(moments_of_taps(len(line), faster), line, strict=True), clients, at_its_moment)


def batches[T](line: list[T], size: int = 10) -> Iterator[list[T]]:
    """As a FIFO group hands them over: in order, up to ten at once, one batch after the other."""
    for first in range(0, len(line), size):
        yield line[first : first + size]


@dataclass
class Told:
    """What people were told. Appending is atomic, so threads may share one."""

    answers: deque[tuple[str, bool]] = field(default_factory=deque[tuple[str, bool]])
    """(person, whether they have a place), for every request."""

    def tell(self, person: str, *, booked: bool) -> None:
        """One request was answered."""
        self.answers.append((person, booked))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a design ended."""

    told: Told
    holders: frozenset[str]
    """People who have a place."""
    taken: int
    """Places that are taken, as the design counts or as they lie in its store, whichever is more."""
    places: int = PLACES
    """Places that there are."""

    @property
    def oversold(self) -> int:
        """Places given away that do not exist."""
        return max(0, len(self.holders) - self.places)

    @property
    def doubled(self) -> int:
        """Places that are taken and have no person of their own: somebody has two, or nobody has it."""
        return max(0, self.taken - len(self.holders))

    @property
    def unsold(self) -> int:
        """Places left over although somebody was refused."""
        refused = any(not booked for _, booked in self.told.answers)
        return max(0, self.places - self.taken) if refused else 0

    @property
    def wrong(self) -> int:
        """Answers that were not true: a place for somebody who has none, or "full" for somebody who has one."""
        return sum(booked != (person in self.holders) for person, booked in self.told.answers)
