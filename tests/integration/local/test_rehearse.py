"""`seba rehearse` against the local stack: a small opening day, whole, with its verdict."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.meta.double import Pace
from local.stack import Choices, LocalStack
from local.world import publish
from tests.integration.local.caller import agrees, office

WORLD = Path(__file__).parent / "world"


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """The real functions and PIN areas; not one session."""
    choices = Choices(
        port=0,
        pace=Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02),
        failed_after=1.0,
        world=None,
        log=None,
        parameters={"Errands": "register"},
    )
    with LocalStack(choices) as stack:
        publish(stack, WORLD / "areas.csv")
        yield stack
        agrees(stack)


def rehearse(stack: LocalStack, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as an operator runs it: it takes the stack's AWS for its environment."""
    return office(stack, "rehearse", str(file), *options)


def test_an_opening_day_is_rehearsed_and_nothing_happens_that_must_not(stack: LocalStack) -> None:
    file = WORLD / "sessions.csv"
    told = rehearse(stack, file, "--citizens", "12", "--minutes", "0.02", "--repeats", "30", "--json")
    assert told.stdout.startswith("{"), told.stderr
    verdict = json.loads(told.stdout)
    assert (verdict["faults"], verdict["stuck"]) == ([], [])
    assert told.returncode == 0
    assert verdict["asked"] >= 9, "who waits for afternoons only has nothing to ask for"
    assert verdict["booked"] >= 8
    assert verdict["result"]["messages"] >= verdict["booked"]
    assert verdict["first_answer"]["messages"] >= 12 * 9
    again = rehearse(stack, file, "--citizens", "1")
    assert again.returncode == 1
    assert "a file is rehearsed once on a stack" in again.stderr


def test_a_fair_opening_is_rehearsed_and_the_draw_is_made_again(stack: LocalStack, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    text = (WORLD / "sessions.csv").read_text(encoding="utf-8")
    file.write_text(text.replace(",covishield,", ",covaxin,"), encoding="utf-8")
    told = rehearse(stack, file, "--citizens", "10", "--fair", "--minutes", "0.02", "--seed", "3", "--json")
    assert told.stdout.startswith("{"), told.stderr
    verdict = json.loads(told.stdout)
    assert (verdict["faults"], verdict["stuck"]) == ([], [])
    assert verdict["asked"] == verdict["booked"] > 5, "there are places for all who took part"
    assert verdict["fairness"] is None
