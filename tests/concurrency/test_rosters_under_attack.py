"""Capacity under true parallel writers: never oversold, never doubled, never unsold, and every answer true."""

import random
import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from bench.units import Meter, item_size
from seba.domain.errors import NotNow
from seba.domain.roster import Claim
from seba.storage.rosters import StoredRosters
from tests.concurrency.bad_weather import Weather, in_threads
from tests.tables import Tables

SLOT = "7M4QK0"
PLACES, BUYERS, REPEATS = 500, 2_000, 200


def claim(n: int) -> Claim:
    return Claim(f"person{n:04d}", f"{SLOT}{n:04d}")


def crowd(seed: int = 7) -> list[Claim]:
    """2,000 people, 200 of whom ask twice: the same request, delivered again somewhere later."""
    chance = random.Random(seed)
    claims = [claim(n) for n in range(BUYERS)]
    for n in chance.sample(range(BUYERS), REPEATS):
        claims.insert(chance.randrange(n, len(claims) + 1), claim(n))
    return claims


def check(rosters: StoredRosters, told: Sequence[tuple[Claim, str]], places: int) -> None:
    """Whoever was told "booked" is in, once; nobody else is; and the slot is full."""
    members = rosters.members(SLOT)
    assert len(members) == places, "oversold or unsold"
    assert max(Counter(member.person for member in members).values()) == 1, "doubled"
    assert rosters.free(SLOT) == (places, places)
    booked = {claim.booking for claim, answer in told if answer == "booked"}
    assert booked == {member.booking for member in members}
    for each, answer in told:
        assert answer == ("booked" if each.booking in booked else "full")


class Patient(StoredRosters):
    """Asks again while too many write at once, as the queue does."""

    def claim(self, slot: str, claims: Sequence[Claim]) -> Mapping[str, str]:
        while True:
            with suppress(NotNow):
                return super().claim(slot, claims)

    def release(self, slot: str, person: str, booking: str, *, held: bool = False) -> str:
        while True:
            with suppress(NotNow):
                return super().release(slot, person, booking, held=held)

    def resize(self, slot: str, capacity: int) -> int:
        while True:
            with suppress(NotNow):
                return super().resize(slot, capacity)


def test_behind_the_queue_a_place_costs_less_than_half_a_write_unit(tables: Tables, meter: Meter) -> None:
    rosters = StoredRosters(tables.rosters)
    rosters.open(SLOT, PLACES)
    meter.units = 0
    asked, told = crowd(), []
    for first in range(0, len(asked), 10):
        batch = asked[first : first + 10]
        answers = rosters.claim(SLOT, batch)
        told += [(each, answers[each.booking]) for each in batch]
    check(rosters, told, PLACES)
    first_come = list(dict.fromkeys(each.person for each in asked))[:PLACES]
    assert {member.person for member in rosters.members(SLOT)} == set(first_come), "first come, first served"
    assert all(item_size(page) <= 1024 for page in tables.rosters.query(f"SLOT#{SLOT}")), "one unit a write"
    assert meter.units / PLACES <= 0.5


def test_sixty_four_at_once_sell_every_place_once_and_answer_truly(tables: Tables) -> None:
    rosters = Patient(tables.rosters)
    rosters.open(SLOT, PLACES)
    left, told = deque(crowd()), deque[tuple[Claim, str]]()
    start = threading.Barrier(64)

    def buy() -> None:
        start.wait()
        while True:
            try:
                each = left.popleft()
            except IndexError:
                return
            told.append((each, rosters.claim(SLOT, [each])[each.booking]))

    in_threads(64, buy)
    assert len(told) == BUYERS + REPEATS
    check(rosters, list(told), PLACES)


def test_batches_that_meet_are_split_and_nobody_is_lost(tables: Tables) -> None:
    rosters = Patient(tables.rosters)
    rosters.open(SLOT, 90)
    people = [claim(n) for n in range(200)]
    random.Random(3).shuffle(people)
    left, told = deque(people[n : n + 10] for n in range(0, 200, 10)), deque[tuple[Claim, str]]()

    def buy() -> None:
        while True:
            try:
                batch = left.popleft()
            except IndexError:
                return
            answers = rosters.claim(SLOT, batch)
            told.extend((each, answers[each.booking]) for each in batch)

    in_threads(16, buy)
    check(rosters, list(told), 90)


def test_claims_and_releases_together_keep_capacity_equal_to_places_left_plus_people(tables: Tables) -> None:
    rosters = Patient(tables.rosters)
    rosters.open(SLOT, 60)
    turns = deque(random.Random(11).sample(range(400), 400))
    broken: list[str] = []

    def come_and_go() -> None:
        while True:
            try:
                n = turns.popleft()
            except IndexError:
                return
            each = claim(n)
            if rosters.claim(SLOT, [each])[each.booking] == "booked" and n % 3:
                answers = [rosters.release(SLOT, each.person, each.booking) for _ in range(2)]
                broken.extend(answer for answer in answers if answer != "cancelled")

    in_threads(16, come_and_go)
    capacity, taken = rosters.free(SLOT)
    members = rosters.members(SLOT)
    assert broken == []
    assert (capacity, taken) == (60, len(members))
    assert all(int(member.person[-4:]) % 3 == 0 for member in members)
    free = capacity - taken
    more = [claim(n) for n in range(1_000, 1_000 + free + 5)]
    answers = [rosters.claim(SLOT, [each])[each.booking] for each in more]
    assert answers == ["booked"] * free + ["full"] * 5, "what was given back can be sold"


def test_growing_and_shrinking_beside_claims_never_turns_anybody_out(tables: Tables) -> None:
    rosters = Patient(tables.rosters)
    rosters.open(SLOT, 40)
    people, told = deque(claim(n) for n in range(150)), deque[tuple[Claim, str]]()
    sizes = deque([90, 20, 110, 60, 30, 100])

    def buy() -> None:
        while people:
            try:
                each = people.popleft()
            except IndexError:
                return
            told.append((each, rosters.claim(SLOT, [each])[each.booking]))
            if len(people) % 20 == 0 and sizes:
                rosters.resize(SLOT, sizes.popleft())

    in_threads(8, buy)
    capacity, taken = rosters.free(SLOT)
    members = {member.booking for member in rosters.members(SLOT)}
    assert taken == len(members) <= capacity
    assert members == {each.booking for each, answer in told if answer == "booked"}


class Slots:
    """What people were told, by booking: checked against the roster in the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.told: dict[str, str] = {}
        self.wrong: list[str] = []

    def tell(self, booking: str, standing: str) -> None:
        with self._lock:
            self.told[booking] = standing

    def expect(self, said: object, *allowed: object) -> None:
        if said not in allowed:
            with self._lock:
                self.wrong.append(f"{said} instead of {allowed}")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_holds_bookings_and_releases_racing_for_one_slot_never_oversell_it(tables: Tables, seed: int) -> None:
    """Everybody's life in short, sixteen at once: booked, held and taken, held and lapsed, given back."""
    rosters, slots = StoredRosters(tables.rosters), Slots()
    rosters.open(SLOT, 60)
    chance = random.Random(seed)
    lives = deque((n, chance.choice(("book", "book and cancel", "take", "lapse", "race"))) for n in range(400))

    def live() -> None:
        while True:
            try:
                n, life = lives.popleft()
            except IndexError:
                return
            each = claim(n)
            if life in ("take", "lapse", "race"):
                each = replace(each, standing="h")
            if rosters.claim(SLOT, [each])[each.booking] != "booked":
                slots.tell(each.booking, "full")
                continue
            slots.tell(each.booking, each.standing)
            place = (SLOT, each.person, each.booking)
            match life:
                case "book and cancel":
                    slots.expect(rosters.release(*place, held=True), "locked")
                    slots.expect(rosters.release(*place), "cancelled")
                    slots.tell(each.booking, "gone")
                case "take":
                    slots.expect(rosters.mark(*place, "b"), "b")
                    slots.expect(rosters.release(*place, held=True), "locked")
                    slots.tell(each.booking, "b")
                case "lapse":
                    slots.expect(rosters.mark(*place, "g"), "h")
                    slots.expect(rosters.release(*place, held=True), "cancelled")
                    slots.expect(rosters.mark(*place, "b"), "unknown")
                    slots.tell(each.booking, "gone")
                case "race":
                    take_or_lapse(place)

    def take_or_lapse(place: tuple[str, str, str]) -> None:
        """The tap and the clock at the same time: exactly one of them has its way, and both know which."""
        with ThreadPoolExecutor(2) as both:
            taking = both.submit(rosters.mark, *place, "b")
            lapsing = both.submit(rosters.release, *place, held=True)
            outcome = (taking.result(), lapsing.result())
        slots.expect(outcome, ("b", "locked"), ("unknown", "cancelled"))
        slots.tell(place[2], "b" if outcome[0] == "b" else "gone")

    in_threads(16, live)
    members = rosters.members(SLOT)
    assert slots.wrong == []
    assert rosters.free(SLOT) == (60, len(members)), "capacity = remaining + live members"
    assert len(members) <= 60, "oversold"
    assert len({member.person for member in members}) == len(members), "doubled"
    stays = {booking: standing for booking, standing in slots.told.items() if standing in "bh"}
    assert {member.booking: member.standing for member in members} == stays, "everybody was told the truth"
    left = 60 - len(members)
    more = [claim(n) for n in range(1_000, 1_000 + left + 3)]
    assert [rosters.claim(SLOT, [each])[each.booking] for each in more] == ["booked"] * left + ["full"] * 3


def test_in_bad_weather_every_place_is_still_sold_once(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    rosters = StoredRosters(tables.rosters)
    rosters.open(SLOT, 100)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # botocore's own waiting between tries
    weather = Weather(tables.connection.client, share=0.15, seed=5)
    left, told = deque(claim(n) for n in range(300)), deque[tuple[Claim, str]]()

    def buy() -> None:
        while True:
            try:
                each = left.popleft()
            except IndexError:
                return
            try:
                told.append((each, rosters.claim(SLOT, [each])[each.booking]))
            except NotNow:
                left.append(each)  # as the queue does

    in_threads(16, buy)
    weather.clear()
    check(rosters, list(told), 100)
    assert min(weather.struck[kind] for kind in ("throttle", "conflict", "lost")) > 0
