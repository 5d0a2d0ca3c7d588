"""``seba publish`` as it is typed."""

import json

from seba.conversation import codec
from seba.conversation.say import Ask, Request
from tests.integration.ops.conftest import Desk, WriteFile
from tests.published_files import FIRST, areas_file, desks_file, sessions_file


def test_faults_are_printed_with_file_line_and_column(desk: Desk, file: WriteFile) -> None:
    areas, sessions = file("a.csv", areas_file()), file("s.csv", sessions_file(FIRST | {"life": "opened"}))
    result = desk.run("publish", areas, sessions)
    assert result.exit_code == 1
    assert result.stderr == f"{sessions}:2:life: is “opened” (write provisional, stocked, open or closed)\n"
    assert result.stdout.splitlines() == [
        "a.csv: 1 PIN area written, 0 unchanged.",
        "s.csv: 0 centres written, 0 new sessions, 0 sessions unchanged.",
        "  Held up by faults, nothing of them is written: 1 centre (ward-68).",
    ]


def test_areas_are_published_before_the_sessions_that_stand_in_them(desk: Desk, file: WriteFile) -> None:
    files = file("sessions.csv", sessions_file(FIRST)), file("areas.csv", areas_file())
    result = desk.run("publish", *files)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "sessions.csv: 1 centre written, 1 new session, 0 sessions unchanged.",
        "areas.csv: 1 PIN area written, 0 unchanged.",
    ]
    desk.run("publish", *files)
    assert desk.writes == 0


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(desk: Desk, file: WriteFile) -> None:
    files = file("sessions.csv", sessions_file(FIRST)), file("areas.csv", areas_file())
    result = desk.run("publish", *files, "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    assert [(each["areas"], each["added"]) for each in json.loads(result.stdout)] == [(0, 1), (1, 0)]
    assert desk.writes == 0
    assert desk.house.timetable.areas() == {}


def test_a_capacity_goes_to_the_booking_rooms_queue_behind_the_slots_bookings(desk: Desk, file: WriteFile) -> None:
    desk.run("publish", file("a.csv", areas_file()), file("s.csv", sessions_file(FIRST)))
    result = desk.run("publish", file("s.csv", sessions_file(FIRST | {"slots": "09:00-11:00=60; 11:00-13:00=20"})))
    assert "1 slot to be resized by the booking room" in result.stdout
    queue = desk.deployment.settings.requests_queue
    answer = desk.deployment.sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])
    (message,) = answer["Messages"]
    act = codec.read_effect(message["Body"]).act
    assert isinstance(act, Request)
    assert (act.ask, act.capacity) == (Ask.RESIZE, 60)
    assert message["Attributes"]["MessageGroupId"] == act.slot


def test_a_file_of_desks_is_sent_to_the_right_command(desk: Desk, file: WriteFile) -> None:
    result = desk.run("publish", file("desks.csv", desks_file({"centre": "ward-68", "phone": "919830012345"})))
    assert result.exit_code == 1
    assert "seba desk add --file" in result.stderr


def test_a_file_that_is_not_there_is_a_mistake_in_the_command(desk: Desk) -> None:
    result = desk.run("publish", "nowhere.csv")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr
