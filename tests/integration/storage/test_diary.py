from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from seba.conversation.records import Due, SentList
from seba.conversation.say import Later
from seba.domain.calendar import KOLKATA
from seba.storage.diary import StoredDiary, StoredLists
from tests.tables import Tables

DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=KOLKATA)
SENT = SentList("C068", DAY, 1, "digest one", "lists/2026-11-25/C068-1.pdf", NOW)


@pytest.fixture
def diary(tables: Tables) -> StoredDiary:
    return StoredDiary(tables.citizens, tables.sessions, lambda: NOW)


@pytest.fixture
def lists(tables: Tables) -> StoredLists:
    return StoredLists(tables.sessions)


def test_what_is_due_is_found_on_its_day_until_it_is_settled(diary: StoredDiary) -> None:
    for _ in range(2):
        diary.write("citizen01", Later("remind", DAY))
    diary.write("citizen01", Later("got_list", DAY, "C068/2026-11-26"))
    diary.write("citizen01", Later("got_list", DAY, "C070/2026-11-26"))
    diary.write("citizen02", Later("remind", DAY + timedelta(days=1)))
    assert set(diary.due(DAY)) == {
        Due(DAY, "remind", "citizen01"),
        Due(DAY, "got_list", "citizen01", "C068/2026-11-26"),
        Due(DAY, "got_list", "citizen01", "C070/2026-11-26"),
    }
    diary.settle(Due(DAY, "got_list", "citizen01", "C068/2026-11-26"))
    diary.settle(Due(DAY, "remind", "citizen01"))
    assert diary.due(DAY) == (Due(DAY, "got_list", "citizen01", "C070/2026-11-26"),)


def test_how_far_work_has_come_is_remembered(diary: StoredDiary) -> None:
    assert diary.done("reminders#2026-11-25") is None
    diary.note("reminders#2026-11-25", "C068")
    diary.note("reminders#2026-11-25", "done")
    assert diary.done("reminders#2026-11-25") == "done"


def test_a_list_is_recorded_once_per_version(lists: StoredLists) -> None:
    assert lists.record(replace(SENT, version=2)) is False
    assert lists.record(SENT) is True
    assert lists.record(SENT) is False
    fresher = replace(SENT, version=2, digest="digest two")
    assert lists.record(fresher) is True
    assert lists.of_day(DAY) == {"C068": fresher}


def test_an_acknowledgement_never_moves_backwards(lists: StoredLists) -> None:
    assert lists.acknowledge(DAY, "C068", 1, "citizen01", NOW) is False
    lists.record(SENT)
    assert lists.acknowledge(DAY, "C068", 2, "citizen01", NOW) is False, "nobody was sent a second list"
    lists.record(replace(SENT, version=2))
    assert lists.acknowledge(DAY, "C068", 2, "citizen01", NOW) is True
    assert lists.acknowledge(DAY, "C068", 1, "citizen02", NOW) is True
    found = lists.of_day(DAY)["C068"]
    assert (found.acknowledged, found.acknowledged_by, found.acknowledged_at) == (2, "citizen01", NOW)
