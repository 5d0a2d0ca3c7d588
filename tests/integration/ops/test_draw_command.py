"""``seba draw``: announced with a hash, made by the function, fetched, and found to hold."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from seba.conversation.say import EnterDraw
from seba.domain.calendar import at_the_desk
from seba.domain.draws import GRACE, commitment
from seba.services.run_draw import run_draws
from tests.integration.ops.conftest import REGION, Desk


@pytest.fixture(autouse=True)
def _bucket(desk: Desk) -> None:
    """Where publications lie."""
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})


def an_hour(**ahead: int) -> str:
    return f"{at_the_desk(datetime.now(UTC) + timedelta(**ahead)):%Y-%m-%d %H:%M}"


def announce(desk: Desk, id_: str = "kolkata-1", opens: str = "", minutes: int = 15) -> str:
    """The hash that is announced."""
    result = desk.run("draw", "announce", id_, "--opens", opens or an_hour(days=1), "--minutes", str(minutes))
    assert (result.exit_code, result.stderr) == (0, "")
    (hashed,) = re.findall(r"\b[0-9a-f]{64}\b", result.stdout)
    return str(hashed)


def test_a_draw_is_announced_by_the_hash_of_a_seed_that_nobody_is_shown(desk: Desk) -> None:
    opens = an_hour(days=1)
    hashed = announce(desk, opens=opens)
    (draw,) = desk.house.draws.all()
    assert (draw.id, draw.commitment, draw.seed) == ("kolkata-1", hashed, "")
    assert f"{at_the_desk(draw.opens):%Y-%m-%d %H:%M}" == opens
    assert draw.closes - draw.opens == timedelta(minutes=15)
    seed = desk.house.draws.secret("kolkata-1")
    assert commitment(bytes.fromhex(seed)) == hashed
    assert len(bytes.fromhex(seed)) == 32
    assert seed not in desk.run("draw", "list", "--json").stdout


def test_every_draw_has_a_seed_of_its_own(desk: Desk) -> None:
    assert len({announce(desk, f"d{number}") for number in range(5)}) == 5


def test_an_id_is_announced_once(desk: Desk) -> None:
    announce(desk)
    seed = desk.house.draws.secret("kolkata-1")
    result = desk.run("draw", "announce", "kolkata-1", "--opens", an_hour(days=2), "--minutes", "15")
    assert result.exit_code == 1
    assert "there is a draw kolkata-1 already" in result.stderr
    assert desk.house.draws.secret("kolkata-1") == seed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("kolkata 1", an_hour(days=1), "15"), "cannot name a draw"),
        (("k" * 25, an_hour(days=1), "15"), "cannot name a draw"),
        (("k1", an_hour(days=-1), "15"), "is over"),
        (("k1", an_hour(minutes=-1), "15"), "is over"),
        (("k1", an_hour(days=91), "15"), "more than 90 days ahead"),
        (("k1", "tomorrow at ten", "15"), "is no hour"),
        (("k1", "", "15"), "is no hour"),
        (("k1", an_hour(days=1), "0"), "cannot be collected for 0 minutes"),
        (("k1", an_hour(days=1), "-5"), "cannot be collected for -5 minutes"),
        (("k1", an_hour(days=1), "1441"), "choose 1 to 1440"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(desk: Desk, words: tuple[str, str, str], told: str) -> None:
    id_, opens, minutes = words
    result = desk.run("draw", "announce", id_, "--opens", opens, "--minutes", minutes)
    assert result.exit_code == 1
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert desk.writes == 0


def test_draws_are_listed_with_how_far_they_are(desk: Desk) -> None:
    assert "Draws: none" in desk.run("draw", "list").stdout
    announce(desk, "later")
    announce(desk, "sooner", an_hour(minutes=5))
    listed = json.loads(desk.run("draw", "list", "--json").stdout)
    assert [(each["draw"], each["state"]) for each in listed] == [("sooner", "to come"), ("later", "to come")]
    assert "hash of the seed" in desk.run("draw", "list").stdout


def test_a_draw_that_was_made_is_fetched_and_holds(desk: Desk, tmp_path: Path) -> None:
    hashed = announce(desk)
    (draw,) = desk.house.draws.all()
    # Somebody who takes part, and has left the line since.
    desk.house.draws.enter(EnterDraw("kolkata-1", "rinarina11", overdue=False, choices=("7M4QK0",)))
    assert run_draws(draw.closes + GRACE, desk.house.drawing) == []
    folder = tmp_path / "draws"
    fetched = desk.run("draw", "fetch", "kolkata-1", str(folder))
    assert (fetched.exit_code, fetched.stderr) == (0, "")
    assert sorted(each.name for each in folder.iterdir()) == ["kolkata-1.csv", "kolkata-1.json"]
    verified = desk.run("draw", "verify", str(folder), "--commitment", hashed)
    assert verified.exit_code == 0
    assert desk.calls == []
    assert json.loads(desk.run("draw", "list", "--json").stdout)[0]["state"] == "made"


def test_a_draw_that_was_not_made_yet_cannot_be_fetched(desk: Desk, tmp_path: Path) -> None:
    announce(desk)
    result = desk.run("draw", "fetch", "kolkata-1", str(tmp_path / "draws"))
    assert result.exit_code == 1
    assert "was not published yet: it is made from" in result.stderr
    assert not (tmp_path / "draws").exists()


def test_a_draw_that_nobody_announced_cannot_be_fetched(desk: Desk, tmp_path: Path) -> None:
    result = desk.run("draw", "fetch", "nowhere", str(tmp_path))
    assert result.exit_code == 1
    assert "there is no draw nowhere" in result.stderr
