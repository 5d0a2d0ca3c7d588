"""``seba publisher``, ``move``, ``cancel``, ``pause``, ``resume`` and ``days`` as they are typed."""

import json
from datetime import timedelta

from seba.domain.calendar import at_the_desk
from seba.domain.roster import Claim
from seba.domain.sessions import Life
from seba.services.admit_publisher import key_hash
from tests.integration.ops.conftest import Desk, WriteFile
from tests.published_files import FIRST, LATER, areas_file, other_centre, sessions_file


def publish(desk: Desk, file: WriteFile, *rows: dict[str, str], publisher: str = "") -> str:
    """Publish these sessions: what was said of faults."""
    desk.run("publish", file("a.csv", areas_file()))
    return desk.run("publish", file("s.csv", sessions_file(*rows)), "--publisher", publisher).stderr


def day(desk: Desk, ahead: int) -> str:
    return (at_the_desk(desk.deployment.now()).date() + timedelta(days=ahead)).isoformat()


def test_a_publisher_is_added_with_a_key_that_is_shown_once(desk: Desk) -> None:
    said = desk.run("publisher", "add", "apollo", "--name", "Apollo hospitals", "--private", "--key").stdout
    assert "apollo (Apollo hospitals) is now a private publisher." in said
    key = said.partition("shown this once: ")[2].split()[0]
    assert f"Bearer apollo.{key}" in said
    stored = desk.house.timetable.publishers()["apollo"]
    assert (stored.private, stored.key_hash) == (True, key_hash(key))
    assert key not in str(list(desk.house.timetable.publishers().values()))
    again = desk.run("publisher", "add", "apollo", "--name", "Apollo", "--public").stdout
    assert "apollo (Apollo) is a public publisher." in again
    assert desk.house.timetable.publishers()["apollo"].key_hash == key_hash(key)
    desk.run("publisher", "add", "apollo", "--name", "Apollo", "--public", "--key")
    assert desk.house.timetable.publishers()["apollo"].key_hash not in ("", key_hash(key))


def test_who_publishes_for_money_is_said_when_they_are_added(desk: Desk) -> None:
    result = desk.run("publisher", "add", "apollo", "--name", "Apollo")
    assert result.exit_code == 2
    assert "--private" in result.stderr


def test_a_publisher_without_a_proper_name_is_refused(desk: Desk) -> None:
    for id_, name in (("Apollo!", "Apollo"), ("apollo", " "), ("apollo", "x" * 101)):
        result = desk.run("publisher", "add", id_, "--name", name, "--private")
        assert (result.exit_code, desk.writes) == (1, 0)
        assert "write" in result.stderr


def test_publishers_are_listed_with_their_centres_and_those_stay_when_they_leave(desk: Desk, file: WriteFile) -> None:
    desk.run("publisher", "add", "apollo", "--name", "Apollo", "--private")
    assert publish(desk, file, FIRST | {"fee": "780"}, publisher="apollo") == ""
    assert json.loads(desk.run("publisher", "list", "--json").stdout) == [
        {"id": "apollo", "name": "Apollo", "kind": "private", "has_key": False, "centres": ["ward-68"]}
    ]
    said = desk.run("publisher", "remove", "apollo").stdout
    assert "1 centre (ward-68) stay as they are" in said
    assert "Of publishers that were removed: ward-68." in desk.run("publisher", "list").stdout
    assert "there is no publisher apollo" in desk.run("publisher", "remove", "apollo").stderr
    assert "there is no publisher apollo" in publish(desk, file, LATER, publisher="apollo")
    assert "belongs to the publisher apollo" in publish(desk, file, LATER)


def test_a_session_is_moved_and_its_people_counted(desk: Desk, file: WriteFile) -> None:
    publish(desk, file, FIRST)
    (session,) = desk.house.timetable.sessions(at_the_desk(desk.deployment.now()).date() + timedelta(days=1))
    slot = session.slots[0].id
    desk.house.rosters.claim(slot, [Claim("k3Jd02mQx1", f"{slot}X9TA")])
    result = desk.run("move", "ward-68", "tomorrow", "covishield", "--to-day", day(desk, 3))
    assert result.exit_code == 0, result.output
    assert "1 session moved." in result.stdout
    assert "1 person is told where it is now." in result.stdout
    assert desk.house.timetable.session(session.id).day.isoformat() == day(desk, 3)
    again = desk.run("move", "ward-68", "tomorrow", "covishield", "--to-day", day(desk, 3))
    assert "0 sessions moved, 1 stood so already." in again.stdout


def test_a_move_that_cannot_be_says_so_in_one_line(desk: Desk, file: WriteFile) -> None:
    publish(desk, file, FIRST | {"date": "today+1..today+2"})
    result = desk.run("move", "ward-68", "tomorrow", "covishield", "--to-day", day(desk, 2))
    assert (result.exit_code, desk.writes) == (1, 0)
    assert result.stderr.startswith("Error: the day is full: ward-68 gives covishield")
    assert result.stderr.count("\n") == 1


def test_one_of_two_sessions_is_chosen_by_dose_or_id(desk: Desk, file: WriteFile) -> None:
    publish(desk, file, FIRST, LATER | {"dose": "1"})
    result = desk.run("move", "ward-68", "tomorrow", "covishield", "--to-day", day(desk, 2))
    assert (result.exit_code, desk.writes) == (1, 0)
    assert "add the dose, or the id as the session" in result.stderr
    moved = desk.run("move", "ward-68", "tomorrow", "covishield", "--to-day", day(desk, 2), "--dose", "1", "--json")
    assert [each["doses"] for each in json.loads(moved.stdout)["changed"]] == ["1"]
    (left,) = desk.house.timetable.sessions(at_the_desk(desk.deployment.now()).date() + timedelta(days=1))
    asked = desk.run("cancel", "ward-68", "tomorrow", "--session", left.id, answers="y\n")
    assert f"Cancel the session {left.id} of ward-68 on" in asked.stderr
    assert "1 session cancelled." in asked.stdout
    assert desk.house.timetable.session(left.id).life is Life.CANCELLED


def test_cancelling_asks_first(desk: Desk, file: WriteFile) -> None:
    publish(desk, file, FIRST)
    asked = desk.run("cancel", "ward-68", "tomorrow", answers="n\n")
    assert (asked.exit_code, desk.writes) == (1, 0)
    assert f"Cancel all sessions of ward-68 on {day(desk, 1)}" in asked.stderr
    done = desk.run("cancel", "ward-68", "tomorrow", "--yes", "--json")
    assert [each["centre"] for each in json.loads(done.stdout)["changed"]] == ["ward-68"]
    (session,) = desk.house.timetable.sessions(at_the_desk(desk.deployment.now()).date() + timedelta(days=1))
    assert session.life is Life.CANCELLED
    said = desk.run("publish", file("s.csv", sessions_file(FIRST))).stdout
    assert "1 moved or cancelled by command" in said


def test_a_centre_is_paused_and_goes_on(desk: Desk, file: WriteFile) -> None:
    publish(desk, file, FIRST | {"date": "today+1..today+3"})
    assert "3 sessions paused." in desk.run("pause", "ward-68").stdout
    assert "1 session resumed." in desk.run("resume", "ward-68", "tomorrow").stdout
    assert "2 sessions resumed, 1 stood so already." in desk.run("resume", "ward-68").stdout


def test_days_show_what_became_of_the_places(desk: Desk, file: WriteFile) -> None:
    publish(desk, file, FIRST | {"walk_in": "50%"}, other_centre(8))
    (count, _) = json.loads(desk.run("days", "--json").stdout)
    assert count == {
        "day": day(desk, 1),
        "centre": "ward-68",
        "capacity": 60,
        "walk_in": 30,
        "booked": 0,
        "came": 0,
        "absent": 0,
        "held": 0,
        "free": 30,
    }
    said = desk.run("days", "tomorrow", "tomorrow").stdout
    assert "did not come" in said
    assert "Booked: 0, came: 0, did not come: 0." in said
    assert json.loads(desk.run("days", day(desk, 2), "--json").stdout) == []


def test_a_misspelt_header_of_a_desks_file_names_the_column_and_what_was_meant(desk: Desk, file: WriteFile) -> None:
    result = desk.run("publish", file("d.csv", b"center,phone\nward-68,919830012345\n"))
    assert result.exit_code == 1
    desks = desk.run("desk", "add", "--file", file("d.csv", b"center,phone\nward-68,919830012345\n"))
    assert (
        "d.csv:1:center: there is no column center in a desks file (it looks like centre: write that)" in desks.stderr
    )
