from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.roster import ALREADY, BOOKED, FULL, Claim, Member, Page, page_capacities, plan_claims, plan_resize


def page(number: int, capacity: int, *persons: str, slot: str = "7M4QK0") -> Page:
    members = {each: Member(each, f"{slot}{each[-4:]}", "b") for each in persons}
    return Page(number, capacity, len(members), members)


def claims(*persons: str) -> list[Claim]:
    return [Claim(each, f"7M4QK0{each[-4:]}") for each in persons]


def names(count: int, first: int = 0) -> list[str]:
    return [f"person{n:04d}" for n in range(first, first + count)]


def test_claims_fill_the_pages_in_order() -> None:
    plan = plan_claims([page(0, 3, *names(1, 90)), page(1, 2)], claims(*names(4)))
    assert [(number, [each.person for each in those]) for number, those in plan.writes] == [
        (0, names(2)),
        (1, names(2, 2)),
    ]
    assert plan.answers == {}


def test_whoever_comes_first_is_served_and_the_rest_hear_full() -> None:
    plan = plan_claims([page(0, 1)], claims(*names(3)))
    assert [each.person for _, those in plan.writes for each in those] == names(1)
    assert set(plan.answers.values()) == {FULL}


def test_the_same_request_again_is_booked_without_a_write() -> None:
    plan = plan_claims([page(0, 1, "person0001")], claims("person0001"))
    assert (plan.answers, plan.writes) == ({"7M4QK00001": BOOKED}, ())


def test_a_person_who_is_in_under_another_booking_is_told_so() -> None:
    plan = plan_claims([page(0, 2, "person0001")], [Claim("person0001", "7M4QK0ZZZZ")])
    assert plan.answers == {"7M4QK0ZZZZ": ALREADY}


def test_one_person_twice_in_a_batch_takes_one_place() -> None:
    once, twice = Claim("person0001", "7M4QK00001"), Claim("person0001", "7M4QK0ZZZZ")
    plan = plan_claims([page(0, 2)], [once, once, twice])
    assert plan.writes == ((0, (once,)),)
    assert plan.answers == {"7M4QK0ZZZZ": ALREADY}


def test_a_write_carries_ten_claims_at_most() -> None:
    plan = plan_claims([page(0, 40)], claims(*names(25)))
    assert [len(those) for _, those in plan.writes] == [10, 10, 5]


@given(
    st.lists(st.integers(0, 12), max_size=4),
    st.data(),
    st.lists(st.integers(0, 30), max_size=25),
)
def test_a_plan_never_oversells_doubles_or_turns_away_while_there_is_room(
    sizes: list[int], data: st.DataObject, wanted: Sequence[int]
) -> None:
    pages = []
    for number, size in enumerate(sizes):
        taken = data.draw(st.integers(0, size))
        pages.append(page(number, size, *names(taken, 100 * (number + 1))))
    free = {each.number: each.free for each in pages}
    asked = claims(*(f"person{n:04d}" for n in wanted))
    plan = plan_claims(pages, asked)
    written = [claim for _, those in plan.writes for claim in those]
    assert len({claim.person for claim in written}) == len(written)
    for number, places in free.items():
        assert sum(len(those) for at, those in plan.writes if at == number) <= places
    people = list(dict.fromkeys(claim.person for claim in asked))
    assert [claim.person for claim in written] == people[: sum(free.values())]
    assert {claim.booking for claim in asked} == {claim.booking for claim in written} | plan.answers.keys()


@given(st.integers(0, 700))
def test_the_pages_of_a_new_slot_hold_its_capacity(capacity: int) -> None:
    pages = page_capacities(capacity)
    assert sum(pages) == capacity
    assert all(0 < size <= 40 for size in pages)
    assert all(size == 40 for size in pages[:-1])


def test_nobody_can_publish_a_negative_slot() -> None:
    with pytest.raises(ValueError, match="fewer than nobody"):
        page_capacities(-1)


@given(st.lists(st.integers(0, 40), max_size=5), st.data(), st.integers(0, 300))
def test_resizing_reaches_the_wish_but_never_turns_anybody_out(
    sizes: list[int], data: st.DataObject, wish: int
) -> None:
    pages = [Page(number, size, data.draw(st.integers(0, size)), {}) for number, size in enumerate(sizes)]
    changed = plan_resize(pages, wish)
    after = {each.number: each.capacity for each in pages} | dict(changed)
    taken = sum(each.taken for each in pages)
    assert sum(after.values()) == max(wish, taken)
    assert all(after[each.number] >= each.taken for each in pages)
    assert all(size <= 40 for size in after.values())
    assert sorted(after) == list(range(len(after)))
