"""A stack with stand-in functions (house/), and one with the real ones; each for the tests of a file.

One at a time: moto has a single account per process.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.meta.double import Pace
from local.stack import ROOT, Choices, LocalStack
from tests.integration.local.caller import Caller, agrees

HOUSE = Path(__file__).parent / "house"


# Stopped with its module: moto's account is one per process, and other tests empty it.
@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    choices = Choices(
        port=0,
        functions=HOUSE,
        pace=Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02),
        failed_after=1.0,
        world=None,
        log=None,
    )
    with LocalStack(choices) as stack:
        yield Caller(stack)


@pytest.fixture(scope="module")
def desk_caller() -> Iterator[Caller]:
    """The real functions and a small world of two centres."""
    choices = Choices(
        port=0,
        pace=Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02),
        failed_after=1.0,
        world=Path(__file__).parent / "world",
        log=ROOT / ".seba" / "tests" / "functions.log",
    )
    with LocalStack(choices) as stack:
        yield Caller(stack)
        agrees(stack)


@pytest.fixture(scope="module")
def shop_caller() -> Iterator[Caller]:
    """The real functions, the same two areas, and two shops that take orders and payments."""
    choices = Choices(
        port=0,
        pace=Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02),
        failed_after=1.0,
        parameters={"Errands": "shop", "PaymentGateway": "razorpay", "PaymentConfiguration": "maya"},
        world=Path(__file__).parent / "world",
        log=ROOT / ".seba" / "tests" / "functions.log",
    )
    with LocalStack(choices) as stack:
        yield Caller(stack)
        agrees(stack)
