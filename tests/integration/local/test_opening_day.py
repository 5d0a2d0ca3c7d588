"""An opening day on the whole stack: registered, alerted, drawn, booked, cancelled, offered to the next, lapsed."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from local.meta.double import Pace
from local.stack import ROOT, Choices, LocalStack
from seba.domain.calendar import KOLKATA, at_the_desk
from seba.domain.published_draws import verify
from tests.integration.local.caller import Caller
from tests.integration.local.citizen import Citizen, aadhaar
from tests.published_files import FIRST, sessions_file

WORLD = Path(__file__).parent / "world"
PIN = "700019"


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """A desk where people register and there is no session anywhere, at nine in the morning."""
    choices = Choices(
        port=0,
        pace=Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02),
        failed_after=1.0,
        world=None,
        log=ROOT / ".seba" / "tests" / "opening-day.log",
        parameters={"Errands": "register"},
    )
    with LocalStack(choices) as stack:
        stack.ask_office({"do": "publish", "file": str(WORLD / "areas.csv")})
        there = Caller(stack)
        tomorrow = at_the_desk(stack.clock()).date() + timedelta(days=1)
        move_to(there, datetime.combine(tomorrow, time(9, 0), KOLKATA))
        yield there


def move_to(caller: Caller, moment: datetime) -> None:
    caller.post("/local/clock", {"now": moment.isoformat()})
    assert caller.stack.settle(30) == []


def office(caller: Caller, *words: str) -> str:
    """What the `seba` command says."""
    ran = subprocess.run(
        [sys.executable, "-m", "ops.cli", "--local", caller.stack.url, *words],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'seba'}:{ROOT / 'functions'}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def register(caller: Caller, serial: int, name: str) -> Citizen:
    """From Hi to the line, in English."""
    citizen = Citizen(caller, str(919822000000 + serial))
    first_dose = at_the_desk(caller.stack.clock()).date() - timedelta(days=120)
    citizen.say("Hi")
    citizen.tap("English")
    citizen.tap("Yes, for me")
    citizen.say(name)
    citizen.tap("2nd: Covishield")
    citizen.say(f"{first_dose:%d/%m/%Y}")
    citizen.say(aadhaar(7_000 + serial))
    assert "is registered" in citizen.say(PIN)
    return citizen


def with_key(caller: Caller) -> dict[str, str]:
    """The headers of a private publisher with a new key."""
    said = office(caller, "publisher", "add", "apollo", "--name", "A hospital", "--private", "--key")
    key = re.search(r"Bearer (apollo\.\S+)", said)
    assert key is not None, said
    return {"authorization": f"Bearer {key[1]}"}


def publish(caller: Caller, headers: dict[str, str], **cells: str) -> None:
    """One session of ward-68, as its publisher sends it."""
    body = sessions_file(FIRST | cells)
    answer = caller.raw("POST", "/publisher/sessions", body=body, headers={**headers, "content-type": "text/csv"})
    assert (answer.status, json.loads(answer.data)["added"]) == (200, 1), answer.data


def published(caller: Caller, draw: str) -> tuple[dict[str, str], bytes, bytes]:
    """What everybody can see of a draw that was made."""
    shown = caller.get(f"/draws/{draw}")
    header, lots = (
        caller.raw("GET", shown["published"][each].removeprefix(caller.stack.url)).data for each in ("header", "lots")
    )
    return shown, header, lots


def test_a_place_is_drawn_cancelled_held_for_the_next_and_lapses(caller: Caller) -> None:
    now = at_the_desk(caller.stack.clock())
    opens = now.replace(hour=10, minute=0, second=0, microsecond=0)
    people = [register(caller, 1, "Rina Das"), register(caller, 2, "Amal Sen")]
    said = office(caller, "draw", "announce", "d-1", "--opens", f"{opens:%Y-%m-%d %H:%M}", "--minutes", "15")
    commitment = re.search(r"\b[0-9a-f]{64}\b", said)
    assert commitment is not None, said
    publish(caller, with_key(caller), date="today+5", slots="09:00-11:00=1", draw="d-1")

    # Everybody in line near the centre hears of the draw, and takes part.
    move_to(caller, now + timedelta(minutes=10))
    for citizen in people:
        assert "drawn by lot" in citizen.last()
        assert "You are in the draw" in citizen.tap("Take part")

    # After the close and two minutes of grace it is made, and both are told.
    move_to(caller, opens + timedelta(minutes=18))
    last = [citizen.last() for citizen in people]
    (winner,) = [citizen for citizen, text in zip(people, last, strict=True) if "*Drawn, and booked!*" in text]
    (loser,) = [citizen for citizen in people if citizen is not winner]
    shown, header, lots = published(caller, "d-1")
    assert shown["commitment"] == commitment[0]
    assert verify(header, lots, commitment[0]).holds

    # Who won gives the place back: it is held for the one who drew nothing, and not for long.
    winner.tap("Change or cancel")
    winner.tap("Cancel")
    winner.tap("Yes, cancel")
    assert caller.stack.settle(30) == []
    assert "A place has come free for" in loser.last()
    (slot,) = caller.get("/local/rosters")
    assert [member["standing"] for member in slot["members"]] == ["h"]
    move_to(caller, at_the_desk(caller.stack.clock()) + timedelta(minutes=12))
    (slot,) = caller.get("/local/rosters")
    assert slot["members"] == []
    assert "The time for that place is over" in loser.last()
    assert "Everything agrees" in office(caller, "verify")


def test_an_alert_becomes_a_booking_that_is_moved_and_at_last_cancelled(caller: Caller) -> None:
    rina = register(caller, 3, "Rina Das")
    headers = with_key(caller)
    today = at_the_desk(caller.stack.clock()).date()
    day, later = today + timedelta(days=8), today + timedelta(days=10)
    publish(caller, headers, date=day.isoformat())

    move_to(caller, at_the_desk(caller.stack.clock()) + timedelta(minutes=3))
    assert "Ward 68 Health Centre" in rina.last()
    rina.tap("Yes, book it")
    assert len(rina.confirmations()) == 1

    order = {"centre": "ward-68", "day": day.isoformat(), "vaccine": "covishield"}
    moved = caller.post(
        "/publisher/move", {**order, "to_day": later.isoformat()}, authorization=headers["authorization"]
    )
    assert (len(moved["sessions"]), moved["people"]) == (1, 1)
    move_to(caller, at_the_desk(caller.stack.clock()) + timedelta(minutes=2))
    assert f"{later.day} {later:%B}" in rina.last()

    cancelled = caller.post(
        "/publisher/cancel", {**order, "day": later.isoformat()}, authorization=headers["authorization"]
    )
    assert cancelled["people"] == 1
    move_to(caller, at_the_desk(caller.stack.clock()) + timedelta(minutes=2))
    assert "cancel" in rina.last()
    members = [member for slot in caller.get("/local/rosters") for member in slot["members"]]
    assert members == []
    assert "Everything agrees" in office(caller, "verify")


def test_no_function_asked_for_more_than_its_role_allows(caller: Caller) -> None:
    refused = [step for step in caller.get("/local/journal") if "AccessDenied" in step["what"]]
    assert refused == []
