"""Rosters of a day, the paper made of them, and what the journal says of an error."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from seba.domain.errors import NotNow
from seba.domain.ids import spoken_reference
from seba.domain.rules import default_rules
from seba.domain.sessions import Life
from seba.services.desk_view import DeskViews
from seba.services.journal import cause_of
from seba.services.print_list import print_list
from seba.services.rosters_of_day import DayRoster, rosters_of_day, with_names
from tests.fakes.people import centre, person, session
from tests.fakes.world import KEYS, NOW
from tests.unit.services.test_mind_the_clock import BOOKING, RINA, TODAY, TOMORROW, Office, at


def roster(office: Office) -> DayRoster:
    return rosters_of_day(TOMORROW, office.world, office.rosters)["C068"]


def test_the_rosters_of_a_day_are_by_centre_and_time() -> None:
    office = Office()
    office.world.sessions_["AAAAA"] = session("AAAAA", TOMORROW, "C001")
    office.world.sessions_["BBBBB"] = session("BBBBB", TOMORROW, life=Life.STOCKED)
    office.world.sessions_["CCCCC"] = session("CCCCC", TODAY)
    office.book()
    rosters = rosters_of_day(TOMORROW, office.world, office.rosters)
    assert list(rosters) == ["C001", "C068"]
    assert [each.slot.id for each in rosters["C068"].slots] == ["7M4QK0", "7M4QK1"]
    assert (rosters["C068"].people, rosters["C001"].people) == (1, 0)
    assert (rosters["C068"].opens, rosters["C068"].ends) == (at(9, 0, TOMORROW), at(13, 0, TOMORROW))


@pytest.mark.damages("the roster is emptied beneath a booking")
def test_the_digest_tells_who_is_where_and_nothing_else() -> None:
    office = Office()
    office.book()
    office.book("amalamal2", "7M4QK0AAAA")
    before = roster(office).digest
    office.rosters.mark("7M4QK0", RINA + "1", BOOKING, "g")
    office.rosters.slots["7M4QK0"].reverse()
    assert roster(office).digest == before
    office.rosters.release("7M4QK0", "amalamal21", "7M4QK0AAAA")
    assert roster(office).digest != before


@pytest.mark.damages("amalamal2 is nobody")
def test_somebody_for_whom_a_place_is_only_held_is_on_no_list() -> None:
    office = Office()
    office.book()
    before = roster(office).digest
    office.rosters.seat("7M4QK0", "amalamal21", "7M4QK0AAAA", "h")
    assert (roster(office).people, roster(office).digest) == (1, before)
    office.rosters.mark("7M4QK0", "amalamal21", "7M4QK0AAAA", "b")
    assert roster(office).people == 2
    assert roster(office).digest != before


@pytest.mark.damages("nobody0001 is nobody")
def test_names_come_with_whether_somebody_can_be_told_of_changes() -> None:
    office = Office()
    office.book()
    office.book("amalamal2", "7M4QK0AAAA", stopped=True)
    office.rosters.seat("7M4QK1", "nobody0001", "7M4QK1ZZZZ")
    named = with_names(roster(office), office.citizens)
    first, second = named.slots[0].booked
    assert (first.person, first.untold) == (person("1"), False)
    assert (second.person, second.untold) == (person("1"), True)
    (gone,) = named.slots[1].booked
    assert (gone.person, gone.untold) == (None, False)
    assert named.digest == roster(office).digest


@pytest.mark.damages("nobody0001 is nobody")
def test_the_paper_has_every_reference() -> None:
    office = Office()
    office.book()
    office.rosters.seat("7M4QK1", "nobody0001", "7M4QK1ZZZZ")
    named = with_names(roster(office), office.citizens)
    pdf = print_list(named, centre(), at(18), "en")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert spoken_reference(BOOKING) in text
    assert spoken_reference("7M4QK1ZZZZ") in text
    assert "Rina Das" in text
    assert print_list(named, centre(), at(18), "bn") != pdf


def test_a_view_of_the_desk_is_of_one_moment_and_indexes_areas_once() -> None:
    office = Office()
    views = DeskViews(default_rules(), ("second-dose",), office.world, lambda: KEYS)
    desk = views.at(NOW.astimezone(None))
    assert desk.now == NOW
    assert desk.now.utcoffset() == timedelta(hours=5, minutes=30)
    assert desk.areas is views.at(NOW).areas
    office.world.areas_ = {}
    assert desk.areas is not None
    assert desk.centres == {"C068": centre()}
    assert [row.session.id for row in desk.board(TOMORROW)] == ["7M4QK"]
    assert desk.session("7M4QK") == office.world.sessions_["7M4QK"]
    assert desk.seal(person("1").card, "ABC1234567") == KEYS.card("voter", "ABC1234567")


def test_a_cause_says_what_and_where_but_not_what_an_error_says() -> None:
    try:
        int("919800000001")
        raise KeyError("919800000001")
    except KeyError as error:
        cause = cause_of(error)
    assert cause.startswith("KeyError at test_lists.py:")
    assert "9198" not in cause
    assert cause_of(NotNow("a queue is busy")) == "NotNow: a queue is busy at nowhere"
