"""What comes in the middle of something else, and what must not colour it; who is in line for what: pure turns."""

from dataclasses import replace

import pytest

from seba.conversation.engine import turn
from seba.conversation.heard import Answered, Outcome, Said, Tapped
from seba.conversation.say import Ask, Enlist, Say
from seba.conversation.talk import Pending, Talk
from seba.conversation.waiting import next_opening, wishes_in
from seba.domain.appointments import Appointment, Standing
from seba.domain.wishes import Wish
from tests.conversations.world import MONDAY, World
from tests.fakes.people import person

RAHUL = {"w": "2", "n": "Rahul Das", "v": "covishield"}
"""A second person is being registered, as far as the day of the first dose."""
HELD = Appointment("1", 2, "S00000AAAA", MONDAY.date(), "2022", Standing.HELD)


@pytest.fixture
def desk() -> World:
    return World(errands=("register",))


def talking(step: str = "first_dose", **changes: object) -> Talk:
    return Talk(
        language="en",
        step=step,
        serial=4,
        answers=RAHUL,
        people={"1": person("1", "Tara Sen")},
        homes={"1": "700029"},
        wishes={"1": Wish(2, MONDAY)},
    ).with_(**changes)


def test_a_held_place_that_is_over_does_not_end_what_is_under_way(desk: World) -> None:
    talk = talking(appointments=(HELD,), pending=Pending("asked", Ask.TAKE, "1", HELD.slot))
    after = turn(talk, Answered("asked", Outcome.LAPSED, HELD.booking), desk)
    assert (after.talk.step, after.talk.answers) == ("first_dose", RAHUL)
    assert after.talk.pending is None
    assert after.talk.appointments == ()
    assert [act.key for act in after.acts if isinstance(act, Say)] == ["hold_over"]


def test_what_is_full_is_said_by_the_name_of_who_wanted_it(desk: World) -> None:
    after = turn(talking(pending=Pending("asked", Ask.BOOK, "1", "S00000")), Answered("asked", Outcome.FULL), desk)
    (said,) = after.acts
    assert isinstance(said, Say)
    assert said.params["name"] == "name:1"


def test_somebodys_place_in_line_never_leads_back_into_the_registration_of_somebody_else(desk: World) -> None:
    talk = talking("go_on", answers={**RAHUL, "back": "first_dose"})
    listed = turn(talk, Tapped("do~tell~1"), desk).talk
    assert (listed.step, listed.answers) == ("listed", {"w": "1", "e": "r"})
    assert turn(listed, Said("hi"), desk).talk.step != "go_on"


def test_who_says_start_after_stop_stands_in_line_again(desk: World) -> None:
    stopped = turn(talking("home", answers={}), Said("STOP"), desk).talk
    after = turn(stopped, Said("START"), desk)
    assert not after.talk.stopped
    (entry,) = (act.entry for act in after.acts if isinstance(act, Enlist))
    assert (entry.person, entry.dose, entry.pin) == ("1", 2, "700029")


@pytest.mark.parametrize(("born", "takes_part"), [(1980, True), (2013, False)])
def test_nobody_takes_part_for_a_first_dose_that_the_rules_do_not_admit_at_their_age(
    desk: World, born: int, takes_part: bool
) -> None:
    desk.announce(draw=True)
    child = replace(person("1", "Tara Sen"), vaccine="", last_dose=None, doses_had=0, born=born)
    talk = talking("home", answers={}, people={"1": child}, wishes={"1": Wish(1, MONDAY)})
    assert bool(wishes_in("D1", talk, desk)) is takes_part
    assert (next_opening(talk, desk, "1") is not None) is takes_part


def test_who_has_said_yes_to_a_held_place_does_not_hear_that_it_was_declined(desk: World) -> None:
    talk = talking("held_place", answers={}, appointments=(HELD,), pending=Pending("asked", Ask.TAKE, "1", HELD.slot))
    after = turn(talk, Tapped(f"do~decline~{HELD.booking}"), desk)
    assert [act.key for act in after.acts if isinstance(act, Say)] == ["still_booking"]
    assert (len(after.acts), after.talk.appointments) == (1, (HELD,))


@pytest.mark.parametrize("button", ["do~tell~1", "do~wishes~1"])
def test_who_is_booked_is_shown_that_and_not_put_in_line_again(desk: World, button: str) -> None:
    booked = replace(HELD, standing=Standing.BOOKED)
    after = turn(talking("home", answers={}, wishes={}, appointments=(booked,)), Tapped(button), desk)
    assert (after.talk.step, after.talk.wishes) == ("booking", {})
