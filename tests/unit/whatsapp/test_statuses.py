"""Statuses only ever advance."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.whatsapp.statuses import advance, arrived

KNOWN = ["accepted", "sent", "delivered", "read", "played"]


def after(*statuses: str) -> str:
    state: str | None = None
    for status in statuses:
        state = advance(state, status)
    assert state is not None
    return state


def test_a_late_sent_never_overwrites_delivered() -> None:
    assert advance("delivered", "sent") == "delivered"


def test_read_may_come_without_delivered() -> None:
    assert advance("sent", "read") == "read"


def test_a_message_fails_after_it_was_sent() -> None:
    assert advance("sent", "failed") == "failed"


def test_a_late_sent_does_not_revive_a_failed_message() -> None:
    assert advance("failed", "sent") == "failed"


@pytest.mark.parametrize("proof", ["delivered", "read", "played"])
def test_what_has_reached_a_phone_has_not_failed_in_whichever_order_it_is_told(proof: str) -> None:
    assert advance(proof, "failed") == proof
    assert advance("failed", proof) == proof


def test_an_unknown_status_changes_nothing() -> None:
    assert advance("read", "warning") == "read"
    assert advance("failed", "deleted") == "failed"


def test_an_unknown_status_as_first_news_means_that_meta_has_the_message() -> None:
    assert advance(None, "warning") == "accepted"


def test_a_state_we_no_longer_know_gives_way_to_one_we_do() -> None:
    assert advance("posting", "sent") == "sent"


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read", "failed"])))
def test_the_order_of_arrival_does_not_matter(order: tuple[str, ...]) -> None:
    assert after(*order) == "read"


@given(st.lists(st.sampled_from([*KNOWN, "failed", "warning"]), min_size=1), st.sampled_from([*KNOWN, "failed"]))
def test_repeating_a_status_changes_nothing(statuses: list[str], again: str) -> None:
    state = after(*statuses, again)
    assert advance(state, again) == state


@given(st.lists(st.sampled_from([*KNOWN, "failed"]), min_size=1))
def test_once_arrived_always_arrived(statuses: list[str]) -> None:
    assert arrived(after(*statuses)) == any(status in ("delivered", "read", "played") for status in statuses)
