"""What the list of shops says of each."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from ops.shops import state_of
from seba.domain.calendar import KOLKATA
from seba.domain.shops import Kind, Stock
from tests.fakes.market import shop

TEN = datetime(2026, 11, 22, 10, 0, tzinfo=KOLKATA)
NIGHT = TEN.replace(hour=22)
OPENED = Stock("3F8KQ", opened=TEN.replace(hour=8))


@pytest.mark.parametrize(
    ("stock", "now", "state"),
    [
        (OPENED, TEN, "open"),
        (Stock("3F8KQ"), TEN, "has not said open"),
        (replace(OPENED, opened=TEN - timedelta(days=1)), TEN, "has not said open"),
        (replace(OPENED, closed=TEN.date()), TEN, "closed today"),
        (replace(OPENED, closed=TEN.date() - timedelta(days=1)), TEN, "open"),
        (replace(OPENED, paused=TEN + timedelta(minutes=30)), TEN, "pause to 10:30"),
        (replace(OPENED, paused=TEN), TEN, "open"),
        (OPENED, NIGHT, "closed for the night"),
        (replace(OPENED, opened=NIGHT), NIGHT, "open"),
    ],
)
def test_a_shop_is_open_or_it_is_said_why_not(stock: Stock, now: datetime, state: str) -> None:
    assert state_of(shop("3F8KQ", closes=time(21)), stock, now) == state


def test_a_chain_goes_by_its_hours() -> None:
    chain = shop("3F8KQ", kind=Kind.CHAIN, opens=time(8), closes=time(21))
    assert [state_of(chain, Stock("3F8KQ"), now) for now in (TEN, NIGHT)] == ["open", "not open"]


def test_a_shop_that_nobody_answers_for_has_no_phone() -> None:
    assert state_of(replace(shop("3F8KQ"), phones=()), OPENED, TEN) == "no phone"
