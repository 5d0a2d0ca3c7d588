"""Places that come free, held for the next in line: who is asked, what becomes of it, and after which faults."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from seba.conversation.records import Citizen, Effect, Hold, effect_id
from seba.conversation.say import Ask, Request
from seba.conversation.talk import Pending, Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.errors import NotNow
from seba.domain.ids import short_hash, slot_of
from seba.domain.roster import Claim
from seba.domain.sessions import Life
from seba.domain.wishes import Days, Hours, Wish
from seba.services.answer_requests import Asked, answer_requests
from seba.services.booking_requests import Full
from seba.services.offer_next import MOST_ASKED
from tests.fakes.people import session
from tests.fakes.world import NOW
from tests.unit.services.booking_house import OTHER, SLOT, House

PLACE, SECOND = f"{SLOT}AAAA", f"{SLOT}BBBB"


@pytest.fixture
def house() -> House:
    """A slot of two places, both taken: by Mita and Ravi."""
    house = House()
    house.seats("Mita", PLACE)
    house.seats("Ravi", SECOND)
    return house


def named(house: House, name: str) -> Citizen:
    return next(c for c in house.citizens.stored.values() if "1" in c.talk.people and c.talk.people["1"].name == name)


def releases(house: House, booking: str = PLACE, receives: int = 1) -> Asked:
    """Somebody has moved elsewhere, and the old place is given back."""
    owner = named(house, "Mita" if booking == PLACE else "Ravi")
    house.citizens.put(replace(owner, talk=owner.talk.with_(appointments=())))
    return house.news(Ask.RELEASE, owner, booking, receives)


def cancels(house: House) -> Asked:
    mita = named(house, "Mita")
    return house.asks("Mita", Request(Ask.CANCEL, SLOT, person="1", booking=PLACE), appointments=mita.talk.appointments)


# Who gets the place.


def test_a_place_given_back_in_a_full_slot_is_held_for_the_first_in_line(house: House) -> None:
    asha, tara = house.waits("Asha", 5), house.waits("Tara", 1)
    assert house.answer(releases(house)) == []
    assert house.standing() == [("Ravi", "b"), ("Tara", "h")]
    assert house.told(tara) == ["place_held"]
    assert house.told(asha) == []
    (held,) = house.now(tara).talk.held()
    assert (held.person, held.dose, held.day) == ("1", 2, date(2026, 11, 23))
    assert house.boards.shown == [(SLOT, 0)]


def test_the_hold_is_noted_for_the_clock_and_lasts_ten_minutes(house: House) -> None:
    tara = house.waits("Tara")
    house.answer(releases(house))
    (hold,) = house.holds.noted.values()
    assert hold == Hold(NOW + timedelta(minutes=10), tara.id, "1", 2, house.held(tara))
    (said,) = house.outgoing.said
    assert "2026-11-22T10:10" in repr(said)


def test_a_cancelled_place_goes_to_the_next_in_line_and_the_other_hears_of_the_cancellation(house: House) -> None:
    tara = house.waits("Tara")
    cancel = cancels(house)
    assert house.answer(cancel) == []
    assert house.said(cancel) == ["cancelled"]
    assert house.told(tara) == ["place_held"]
    assert house.standing() == [("Ravi", "b"), ("Tara", "h")]


def test_whoever_asks_for_a_place_behind_the_cancellation_is_behind_the_line(house: House) -> None:
    house.waits("Tara")
    gita = house.books("Gita")
    house.answer(cancels(house), gita)
    assert house.said(gita) == ["full_alternatives"]
    assert house.standing() == [("Ravi", "b"), ("Tara", "h")]


def test_a_slot_that_was_not_full_offers_nothing(house: House) -> None:
    house.rosters.capacity[SLOT] = 3
    tara = house.waits("Tara")
    house.answer(releases(house))
    assert house.told(tara) == []
    assert house.boards.shown == [(SLOT, 2)]


def test_without_anybody_in_line_the_place_stays_free_on_the_board(house: House) -> None:
    house.answer(releases(house))
    assert house.boards.shown == [(SLOT, 1)]


def test_two_places_given_back_go_to_the_first_two(house: House) -> None:
    first, second, third = (house.waits(name, at) for at, name in enumerate(("Tara", "Asha", "Gita")))
    assert house.answer(releases(house), releases(house, SECOND)) == []
    assert house.told(first) == house.told(second) == ["place_held"]
    assert house.told(third) == []
    assert len({house.held(first), house.held(second)}) == 2


def test_a_batch_offers_as_many_places_as_came_free_in_a_slot_that_was_full(house: House) -> None:
    house.rosters.capacity[SLOT] = 4
    house.seats("Gita", f"{SLOT}CCCC")
    tara = house.waits("Tara")
    house.answer(releases(house), releases(house, SECOND))
    assert house.told(tara) == []


def test_a_slot_that_grows_offers_what_it_grew_by(house: House) -> None:
    first, second, third = (house.waits(name, at) for at, name in enumerate(("Tara", "Asha", "Gita")))
    resize = house.asked(Effect(effect_id("publisher", "0123456789ab", 0), Request(Ask.RESIZE, SLOT, capacity=4)))
    house.answer(resize)
    assert house.told(first) == house.told(second) == ["place_held"]
    assert house.told(third) == []
    house.answer(replace(resize, receives=2))
    assert house.told(third) == []


def test_a_slot_that_had_room_offers_nothing_when_it_grows(house: House) -> None:
    house.rosters.capacity[SLOT] = 3
    tara = house.waits("Tara")
    resize = Request(Ask.RESIZE, SLOT, capacity=5)
    house.answer(house.asked(Effect(effect_id("publisher", "0123456789ab", 0), resize)))
    assert house.told(tara) == []


def test_a_slot_that_grew_before_a_crash_offers_the_rest_at_the_next_delivery(house: House) -> None:
    people = [house.waits(name, at) for at, name in enumerate(("Tara", "Asha", "Gita"))]
    resize = house.asked(Effect(effect_id("publisher", "0123456789ab", 0), Request(Ask.RESIZE, SLOT, capacity=4)))
    house.citizens.before_commit = [lambda: None, lambda: house.citizens.faults.plan("commit", NotNow("busy"))]
    assert house.answer(resize) == [resize.id]
    assert house.answer(replace(resize, receives=2)) == []
    assert [house.told(each) for each in people] == [["place_held"], ["place_held"], []]


def test_a_place_given_back_and_a_slot_that_grows_at_once_are_all_offered(house: House) -> None:
    people = [house.waits(name, at) for at, name in enumerate(("Tara", "Asha", "Gita"))]
    resize = house.asked(Effect(effect_id("publisher", "0123456789ab", 0), Request(Ask.RESIZE, SLOT, capacity=4)))
    house.answer(releases(house), resize)
    assert [house.told(each) for each in people] == [["place_held"]] * 3


def test_those_who_come_back_to_nobody_who_waits_leave_their_place_to_the_line(house: House) -> None:
    """A claim that was made before the crash, by somebody who has been erased since."""
    tara = house.waits("Tara")
    house.rosters.capacity[SLOT] = 3
    gita = house.books("Gita", receives=2)
    house.rosters.seat(SLOT, house.state(gita).id + "1", house.booking(gita))
    stands = house.state(gita)
    house.citizens.put(replace(stands, talk=Talk()))
    house.answer(gita)
    assert house.told(tara) == ["place_held"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"offered": frozenset({"7M4QK"})}, "a place of this session was offered before"),
        ({"centres": ("C070",)}, "another centre"),
        ({"earliest": date(2026, 11, 24)}, "the interval is not over"),
    ],
)
def test_who_is_not_suited_is_passed_over_and_stays_in_line(house: House, entry: dict[str, object], why: str) -> None:
    asha, tara = house.waits("Asha", entry=entry), house.waits("Tara", 1)
    if "centres" in entry:
        stands = house.now(asha).talk
        wish = replace(stands.wishes["1"], centres=("C070",))
        house.citizens.put(replace(house.now(asha), talk=stands.with_(wishes={"1": wish})))
    house.answer(releases(house))
    assert house.told(asha) == [], why
    assert house.told(tara) == ["place_held"]
    assert asha.id + "1" in house.line.people


def test_what_the_citizens_own_state_says_of_the_wish_counts(house: House) -> None:
    """The line still has the wish as it was: any day, any hour."""
    mornings = Wish(2, NOW - timedelta(days=1), hours=Hours.AFTERNOON)
    weekends = Wish(2, NOW - timedelta(days=1), days=Days.WEEKENDS)
    asha, gita = house.waits("Asha", wishes={"1": mornings}), house.waits("Gita", wishes={"1": weekends})
    tara = house.waits("Tara", 1)
    house.answer(releases(house))
    assert house.told(asha) == house.told(gita) == []
    assert house.told(tara) == ["place_held"]


STALE: dict[str, Callable[[Talk], Talk]] = {
    "left the list": lambda talk: talk.with_(wishes={}),
    "erased everything": lambda _: Talk(),
    "said STOP": lambda talk: talk.with_(stopped=True),
    "waits for another dose": lambda talk: talk.with_(wishes={"1": Wish(3, NOW)}),
    "moved house": lambda talk: talk.with_(homes={"1": "700029"}),
    "is booked": lambda talk: talk.with_(
        appointments=(Appointment("1", 2, f"{OTHER}DDDD", date(2026, 11, 23), "2022"),)
    ),
    "has had the dose": lambda talk: talk.with_(
        appointments=(Appointment("1", 2, "8N5RL0DDDD", date(2026, 11, 20), "2022", Standing.GIVEN),)
    ),
}


@pytest.mark.parametrize("what", STALE)
def test_an_entry_that_the_citizens_state_does_not_bear_out_is_removed(house: House, what: str) -> None:
    asha, tara = house.waits("Asha"), house.waits("Tara", 1)
    house.citizens.put(replace(asha, talk=STALE[what](asha.talk)))
    if what == "is booked":
        house.rosters.seat(OTHER, asha.id + "1", f"{OTHER}DDDD")
    house.answer(releases(house))
    assert house.told(asha) == []
    assert asha.id + "1" not in house.line.people
    assert house.told(tara) == ["place_held"]


def test_an_entry_of_nobody_is_removed(house: House) -> None:
    asha = house.waits("Asha")
    del house.citizens.stored[asha.id]
    house.answer(releases(house))
    assert house.line.people == []


def test_who_waits_for_an_answer_is_passed_over_and_stays_in_line(house: House) -> None:
    asha, tara = house.waits("Asha", pending=Pending("r", "book", "1", OTHER)), house.waits("Tara", 1)
    house.answer(releases(house))
    assert house.told(asha) == []
    assert asha.id + "1" in house.line.people
    assert house.told(tara) == ["place_held"]


def test_who_stands_in_line_twice_after_a_draw_is_not_asked_twice_about_a_session(house: House) -> None:
    tara = house.waits("Tara", entry={"rank": "0-00000001-000001", "offered": frozenset({"7M4QK"})})
    house.waits("Tara")
    house.answer(releases(house))
    assert len(house.line.people) == 2
    assert house.told(tara) == []


def test_nobody_has_two_places_held_at_once(house: House) -> None:
    tara = house.waits("Tara")
    house.answer(releases(house))
    house.world.sessions_["8N5RL"] = session("8N5RL")
    house.rosters.capacity["8N5RL0"] = 1
    gita = house.seats("Gita", "8N5RL0AAAA")
    house.citizens.put(replace(gita, talk=gita.talk.with_(appointments=())))
    house.answer(house.news(Ask.RELEASE, gita, "8N5RL0AAAA"))
    assert house.standing("8N5RL0") == []
    assert house.told(tara) == ["place_held"]
    assert tara.id + "1" in house.line.people


def test_an_overdue_dose_comes_before_one_that_waits_longer(house: House) -> None:
    house.waits("Asha")
    tara = house.waits("Tara", 60, entry={"rank": "1-20261101-00000001"})
    house.answer(releases(house))
    assert house.told(tara) == ["place_held"]


def test_the_line_is_one_over_all_doses_of_a_session(house: House) -> None:
    house.world.sessions_["7M4QK"] = replace(session(), doses=(1, 2))
    house.waits("Asha", 5)
    tara = house.waits("Tara", entry={"dose": 1, "vaccine": ""}, wishes={"1": Wish(1, NOW - timedelta(days=1))})
    new = replace(tara.talk.people["1"], doses_had=0, vaccine="", last_dose=None)
    house.citizens.put(replace(tara, talk=tara.talk.with_(people={"1": new})))
    house.answer(releases(house))
    assert house.told(tara) == ["place_held"]
    assert [each.dose for each in house.now(tara).talk.held()] == [1]


@pytest.mark.parametrize(("hour", "is_offered"), [(7, False), (8, True), (20, True), (21, False)])
def test_at_night_nobody_is_asked_and_the_place_is_on_the_board(house: House, hour: int, is_offered: bool) -> None:
    house.time.now = NOW.replace(hour=hour)
    tara = house.waits("Tara")
    house.answer(releases(house))
    assert bool(house.told(tara)) is is_offered
    assert house.boards.shown == [(SLOT, 0 if is_offered else 1)]


def test_a_slot_that_is_larger_than_published_is_not_filled_again(house: House) -> None:
    slots = tuple(replace(each, capacity=1) for each in session().slots)
    house.world.sessions_["7M4QK"] = replace(session(), slots=slots)
    tara = house.waits("Tara")
    house.answer(releases(house))
    assert house.told(tara) == []


def lapse_of(house: House, hold: Hold) -> Asked:
    """The clock's request when a hold is over."""
    house.time.now = hold.until
    request = Request(Ask.LAPSE, slot_of(hold.booking), person=hold.person, dose=hold.dose, booking=hold.booking)
    cause = short_hash(f"lapse {hold.booking}").hex()
    return house.asked(Effect(effect_id(hold.citizen, cause, 0), request), 1)


@pytest.mark.parametrize("hour", [21, 23, 2])
def test_what_came_free_at_night_is_offered_in_the_morning_if_it_is_still_free(house: House, hour: int) -> None:
    house.time.now = NOW.replace(hour=hour)
    tara = house.waits("Tara")
    release = releases(house)
    house.answer(release)
    house.answer(replace(release, receives=2))
    (hold,) = house.holds.over(NOW + timedelta(days=2))
    assert (hold.until.hour, hold.until.date() > NOW.date()) == (8, hour > 8)
    assert house.answer(lapse_of(house, hold)) == []
    assert house.told(tara) == ["place_held"]


def test_what_came_free_at_night_and_was_booked_since_is_offered_to_nobody(house: House) -> None:
    house.time.now = NOW.replace(hour=23)
    tara = house.waits("Tara")
    house.answer(releases(house))
    (hold,) = house.holds.over(NOW + timedelta(days=2))
    house.answer(house.books("Gita"))
    assert house.answer(lapse_of(house, hold)) == []
    assert house.told(tara) == []
    assert ("Gita", "b") in house.standing()


@pytest.mark.parametrize(
    "change",
    [
        {"paused": True},
        {"life": Life.CANCELLED},
        {"life": Life.CLOSED},
        {"draw": "d1"},
        {"opens": NOW + timedelta(hours=1)},
        {"day": date(2026, 11, 21)},
    ],
)
def test_a_session_that_is_not_on_offer_offers_nothing(house: House, change: dict[str, object]) -> None:
    tara = house.waits("Tara")
    asked = releases(house)
    house.world.sessions_["7M4QK"] = replace(session(), **change)  # type: ignore[arg-type]  # the fields of a session
    assert house.answer(asked) == []
    assert house.told(tara) == []


def test_no_more_than_twenty_are_looked_at_for_a_place(house: House) -> None:
    gone = [house.waits(f"A{at:02}", at) for at in range(MOST_ASKED)]
    for each in gone:
        house.citizens.put(replace(each, talk=each.talk.with_(wishes={})))
    tara = house.waits("Tara", 60)
    house.answer(releases(house))
    assert house.told(tara) == []
    assert house.boards.shown == [(SLOT, 1)]
    assert house.line.people == [tara.id + "1"]


def test_when_time_runs_out_the_place_is_offered_at_the_next_delivery(house: House) -> None:
    tara = house.waits("Tara")
    release = releases(house)
    assert answer_requests([release], house.ports, house.memory, lambda: len(house.members()) == 2) == [release.id]
    assert house.told(tara) == []
    assert house.answer(replace(release, receives=2)) == []
    assert house.told(tara) == ["place_held"]


# What becomes of it.


def offered(house: House) -> Citizen:
    tara = house.waits("Tara")
    house.answer(releases(house))
    return tara


def test_who_takes_the_place_in_time_is_booked(house: House) -> None:
    tara = offered(house)
    booking = house.held(tara)
    assert house.answer(house.takes(tara)) == []
    assert house.standing() == [("Ravi", "b"), ("Tara", "b")]
    assert house.told(tara) == ["place_held", "confirmation"]
    (appointment,) = house.now(tara).talk.appointments
    assert (appointment.booking, appointment.standing, appointment.dose) == (booking, Standing.BOOKED, 2)
    assert house.now(tara).talk.pending is None


def test_a_taken_place_does_not_lapse(house: House) -> None:
    tara = offered(house)
    booking = house.held(tara)
    house.answer(house.takes(tara), house.news(Ask.LAPSE, tara, booking))
    assert house.standing() == [("Ravi", "b"), ("Tara", "b")]
    assert house.told(tara) == ["place_held", "confirmation"]


def test_a_take_that_comes_twice_has_one_answer(house: House) -> None:
    tara = offered(house)
    take = house.takes(tara)
    house.answer(take)
    house.answer(replace(take, receives=2))
    assert house.told(tara) == ["place_held", "confirmation"]
    assert house.standing() == [("Ravi", "b"), ("Tara", "b")]


def test_a_take_whose_answer_was_lost_is_booked_at_the_next_delivery(house: House) -> None:
    tara = offered(house)
    take = house.takes(tara)
    house.citizens.faults.plan("commit", NotNow("busy"))
    assert house.answer(take) == [take.id]
    assert house.answer(replace(take, receives=2)) == []
    assert house.told(tara) == ["place_held", "confirmation"]


def test_a_place_that_lapsed_is_told_and_goes_to_the_next(house: House) -> None:
    tara, gita = offered(house), house.waits("Gita", 9)
    house.answer(house.news(Ask.LAPSE, tara, house.held(tara)))
    assert house.told(tara) == ["place_held", "hold_lapsed"]
    assert house.told(gita) == ["place_held"]
    assert house.now(tara).talk.appointments == ()
    assert house.standing() == [("Ravi", "b"), ("Gita", "h")]


def test_a_place_that_lapsed_is_not_offered_to_the_same_person_again(house: House) -> None:
    tara = offered(house)
    house.answer(house.news(Ask.LAPSE, tara, house.held(tara)))
    assert house.standing() == [("Ravi", "b")]
    assert house.boards.shown[-1] == (SLOT, 1)
    assert house.line.people == [tara.id + "1"]


def test_who_takes_it_too_late_hears_so_once(house: House) -> None:
    tara = offered(house)
    booking = house.held(tara)
    lapse, take = house.news(Ask.LAPSE, tara, booking), house.takes(tara)
    house.answer(lapse, take)
    assert len(house.told(tara)) == 2
    assert house.now(tara).talk.appointments == ()
    assert house.now(tara).talk.pending is None
    assert house.standing() == [("Ravi", "b")]


def declines(house: House, citizen: Citizen) -> Asked:
    """A citizen taps "no": the conversation drops the held place and asks for it to be freed."""
    booking = house.held(citizen)
    stands = house.now(citizen)
    house.citizens.put(replace(stands, talk=stands.talk.with_(appointments=())))
    return house.news(Ask.DECLINE, citizen, booking)


def test_who_declines_leaves_the_place_to_the_next(house: House) -> None:
    tara, gita = offered(house), house.waits("Gita", 9)
    assert house.answer(declines(house, tara)) == []
    assert house.standing() == [("Ravi", "b"), ("Gita", "h")]
    assert house.told(gita) == ["place_held"]
    assert house.told(tara) == ["place_held"]


def test_declining_never_frees_a_place_that_was_taken(house: House) -> None:
    tara = offered(house)
    booking = house.held(tara)
    house.answer(house.takes(tara))
    house.answer(house.news(Ask.DECLINE, tara, booking))
    assert house.standing() == [("Ravi", "b"), ("Tara", "b")]


def test_the_place_of_an_erased_citizen_lapses_without_a_word(house: House) -> None:
    tara, gita = offered(house), house.waits("Gita", 9)
    booking = house.held(tara)
    house.citizens.put(replace(house.now(tara), talk=Talk(), outbox={}))
    house.answer(house.news(Ask.LAPSE, tara, booking))
    assert house.told(gita) == ["place_held"]
    assert house.told(tara) == ["place_held"]


def test_a_take_of_somebody_erased_meanwhile_frees_the_place(house: House) -> None:
    tara = offered(house)
    take = house.takes(tara)
    house.citizens.faults.plan("commit", NotNow("busy"))
    house.answer(take)
    house.citizens.put(replace(house.now(tara), talk=Talk(), outbox={}))
    house.answer(replace(take, receives=2))
    assert house.standing() == [("Ravi", "b")]


def test_a_take_that_makes_our_code_fail_is_set_aside_without_the_place(house: House) -> None:
    tara, gita = offered(house), house.waits("Gita", 9)
    take = house.takes(tara, receives=3)
    think = house.think
    house.think = lambda talk, heard, desk: think(talk, heard, desk) if talk.pending is None else 1 / 0
    assert house.answer(take) == []
    assert house.now(tara).talk.appointments == ()
    assert house.now(tara).talk.pending is None
    assert house.told(tara)[-1] == "sorry_try_again"
    assert house.told(gita) == ["place_held"]
    assert len(house.lane.parked) == 1


def test_booking_the_slot_in_which_a_place_is_held_takes_that_place(house: House) -> None:
    tara = offered(house)
    booking = house.held(tara)
    stands = house.now(tara)
    book = house.asks("Tara", Request(Ask.BOOK, SLOT, person="1", rules="2022"), appointments=stands.talk.appointments)
    house.memory.full[SLOT] = Full(house.time.stopwatch() + 60, frozenset())
    house.answer(book)
    assert house.standing() == [("Ravi", "b"), ("Tara", "b")]
    assert [(each.booking, each.standing) for each in house.state(book).talk.appointments] == [(booking, "b")]
    assert house.said(book)[-1] == "confirmation"


def test_a_held_place_whose_booking_was_set_aside_is_freed_by_its_lapse(house: House) -> None:
    tara, gita = offered(house), house.waits("Gita", 9)
    stands = house.now(tara).talk
    request = Request(Ask.BOOK, SLOT, person="1", rules="2022")
    book = house.asks("Tara", request, 3, appointments=stands.appointments, wishes=stands.wishes)
    think = house.think
    house.think = lambda *_: 1 / 0
    assert house.answer(book) == []
    house.think = think
    assert house.standing() == [("Ravi", "b"), ("Tara", "b")]
    house.answer(house.news(Ask.LAPSE, tara, house.held(tara)))
    assert house.now(tara).talk.appointments == ()
    assert house.standing() == [("Ravi", "b"), ("Gita", "h")]
    assert house.told(gita) == ["place_held"]


def test_booking_the_slot_a_moment_after_the_place_lapsed_is_a_booking_like_any_other(house: House) -> None:
    tara = offered(house)
    lapse, stands = house.news(Ask.LAPSE, tara, house.held(tara)), house.now(tara).talk
    request = Request(Ask.BOOK, SLOT, person="1", rules="2022")
    book = house.asks("Tara", request, appointments=stands.appointments, wishes=stands.wishes)
    gita = house.waits("Gita", 9)
    house.answer(lapse, book)
    assert house.said(book) == ["place_held", "hold_lapsed", "full_alternatives"]
    assert house.now(tara).talk.appointments == ()
    assert house.told(gita) == ["place_held"]


def test_booking_elsewhere_gives_the_held_place_to_the_next(house: House) -> None:
    tara, gita = offered(house), house.waits("Gita", 9)
    held = house.held(tara)
    talk = house.now(tara).talk
    request = Request(Ask.BOOK, OTHER, person="1", rules="2022")
    house.answer(house.asks("Tara", request, appointments=talk.appointments, wishes=talk.wishes))
    decline = next(e for e in house.requests() if e.act == Request(Ask.DECLINE, SLOT, person="1", booking=held))
    house.answer(house.asked(decline))
    assert house.standing(OTHER) == [("Tara", "b")]
    assert house.standing() == [("Ravi", "b"), ("Gita", "h")]
    assert house.told(gita) == ["place_held"]


def test_a_held_place_is_unknown_to_the_centres_desk(house: House) -> None:
    tara = offered(house)
    scan = house.asks(
        "Desk",
        Request(Ask.CHECK, SLOT, booking=house.held(tara), centre="C068"),
        desk_of="C068",
        step="desk_checked",
        people={},
    )
    house.answer(scan)
    assert house.said(scan) == ["desk_unknown"]


# After a crash.


FAULTS = [
    ("holds", "note"),
    ("rosters", "claim"),
    ("line", "put"),
    ("line", "waiting"),
    ("citizens", "commit"),
    ("outgoing", "queue"),
    ("world", "bookable"),
]


@pytest.mark.parametrize(("port", "method"), FAULTS)
def test_whatever_fails_while_offering_is_made_good_at_the_next_delivery(house: House, port: str, method: str) -> None:
    tara, gita = house.waits("Tara"), house.waits("Gita", 9)
    release = releases(house)
    getattr(house, port).faults.plan(method, NotNow("busy"))
    assert house.answer(release) == [release.id]
    house.time.pass_(minutes=3)
    assert house.answer(replace(release, receives=2)) == []
    assert house.standing() == [("Ravi", "b"), ("Tara", "h")]
    assert house.told(tara) == ["place_held"]
    assert house.told(gita) == []
    assert [entry.offered for entry in house.line.stands.values() if entry.person == tara.id + "1"] == [
        frozenset({"7M4QK"})
    ]
    if method not in ("waiting", "bookable", "note"):
        # It was noted at first, so that is when it is over.
        assert [hold.until for hold in house.holds.noted.values()] == [NOW + timedelta(minutes=10)]


def test_a_hold_that_was_noted_too_long_ago_is_made_anew(house: House) -> None:
    tara = house.waits("Tara")
    release = releases(house)
    house.rosters.faults.plan("claim", NotNow("busy"))
    house.answer(release)
    house.time.pass_(minutes=6)
    house.answer(replace(release, receives=2))
    assert house.told(tara) == ["place_held"]
    first, second = sorted(house.holds.noted.values(), key=lambda hold: hold.until)
    assert second.booking == house.held(tara) != first.booking
    assert second.until == NOW + timedelta(minutes=16)
    house.answer(house.news(Ask.LAPSE, tara, first.booking))
    assert house.standing() == [("Ravi", "b"), ("Tara", "h")]
    assert house.told(tara) == ["place_held"]


def test_a_place_claimed_for_somebody_who_books_elsewhere_before_they_hear_goes_to_the_next(house: House) -> None:
    tara, gita = house.waits("Tara"), house.waits("Gita", 9)
    release = releases(house)
    house.line.faults.plan("put", NotNow("busy"))
    house.answer(release)
    house.seats("Tara", f"{OTHER}DDDD")
    house.answer(replace(release, receives=2))
    assert house.told(tara) == []
    assert house.standing() == [("Ravi", "b"), ("Gita", "h")]
    assert house.told(gita) == ["place_held"]


def test_a_place_that_cannot_be_offered_is_free_in_the_end(house: House) -> None:
    tara = house.waits("Tara")
    release = releases(house)
    for receives in (1, 2, 3):
        house.line.faults.plan("waiting", NotNow("busy"))
        left = house.answer(replace(release, receives=receives))
    assert left == []
    assert house.told(tara) == []
    assert house.boards.shown[-1] == (SLOT, 1)


def test_a_hold_whose_owner_never_heard_of_it_lapses_without_a_word(house: House) -> None:
    tara = house.waits("Tara")
    release = releases(house)
    house.citizens.faults.plan("commit", *(NotNow("busy") for _ in range(3)))
    for receives in (1, 2, 3):
        house.answer(replace(release, receives=receives))
    assert house.standing() == [("Ravi", "b"), ("Tara", "h")]
    (hold,) = house.holds.noted.values()
    house.answer(house.news(Ask.LAPSE, tara, hold.booking))
    assert house.standing() == [("Ravi", "b")]
    assert house.told(tara) == []


def test_somebody_who_books_elsewhere_while_the_place_is_claimed_does_not_get_it(house: House) -> None:
    tara, gita = house.waits("Tara"), house.waits("Gita", 9)

    def book_elsewhere() -> None:
        stands = house.now(tara)
        place = Appointment("1", 2, f"{OTHER}DDDD", date(2026, 11, 23), "2022")
        house.rosters.seat(OTHER, tara.id + "1", place.booking)
        house.citizens.put(replace(stands, talk=stands.talk.with_(appointments=(place,)), version=stands.version + 1))

    house.citizens.before_commit = [book_elsewhere]
    house.answer(releases(house))
    assert house.told(tara) == []
    assert house.told(gita) == ["place_held"]
    assert house.standing() == [("Ravi", "b"), ("Gita", "h")]


def test_somebody_who_writes_at_that_moment_gets_it_all_the_same(house: House) -> None:
    tara = house.waits("Tara")

    def write() -> None:
        stands = house.now(tara)
        house.citizens.put(replace(stands, version=stands.version + 1))

    house.citizens.before_commit = [write, write]
    house.answer(releases(house))
    assert house.told(tara) == ["place_held"]


def test_a_cancellation_that_was_answered_before_the_crash_still_passes_the_place_on(house: House) -> None:
    tara = house.waits("Tara")
    cancel = cancels(house)
    house.holds.faults.plan("note", NotNow("busy"))
    assert house.answer(cancel) == [cancel.id]
    assert house.said(cancel) == ["cancelled"]
    assert house.answer(replace(cancel, receives=2)) == []
    assert house.told(tara) == ["place_held"]
    assert house.said(cancel) == ["cancelled"]


def test_a_cancellation_that_comes_again_offers_no_second_place(house: House) -> None:
    tara, gita = house.waits("Tara"), house.waits("Gita", 9)
    cancel = cancels(house)
    house.answer(cancel)
    house.answer(replace(cancel, receives=2))
    assert house.told(tara) == ["place_held"]
    assert house.told(gita) == []


def test_no_line_of_the_journal_names_anybody(house: House) -> None:
    house.waits("Tara")
    house.holds.faults.plan("note", KeyError("a fault of ours"))
    house.answer(releases(house))
    assert "Tara" not in house.journal.whole
    assert "9198" not in house.journal.whole


# Places that were drawn.


@pytest.fixture
def drawn(house: House) -> House:
    """The slot is empty, its draw was made and is not marked yet."""
    for booking, name in ((PLACE, "Mita"), (SECOND, "Ravi")):
        owner = named(house, name)
        house.rosters.release(SLOT, owner.id + "1", booking)
        house.citizens.put(replace(owner, talk=owner.talk.with_(appointments=())))
    house.world.sessions_["7M4QK"] = replace(session(), draw="d1")
    return house


def test_a_drawn_place_is_booked_and_the_winner_hears_of_it(drawn: House) -> None:
    tara = drawn.waits("Tara")
    assert drawn.answer(drawn.grants(tara)) == []
    assert drawn.standing() == [("Tara", "b")]
    assert drawn.told(tara) == ["draw_won"]
    (appointment,) = drawn.now(tara).talk.live_appointments()
    assert (appointment.person, appointment.dose, appointment.rules) == ("1", 2, "2022")
    assert drawn.now(tara).talk.wishes == {}


def test_drawn_places_of_a_slot_are_claimed_in_one_write_in_the_drawn_order(
    drawn: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[int] = []
    claim = drawn.rosters.claim

    def counted(slot: str, claims: Sequence[Claim]) -> Mapping[str, str]:
        writes.append(len(claims))
        return claim(slot, claims)

    monkeypatch.setattr(drawn.rosters, "claim", counted)
    drawn.answer(*(drawn.grants(drawn.waits(name)) for name in ("Tara", "Asha")))
    assert writes == [2]
    assert drawn.standing() == [("Tara", "b"), ("Asha", "b")]


def test_a_grant_that_comes_again_changes_nothing(drawn: House) -> None:
    tara = drawn.waits("Tara")
    grant = drawn.grants(tara)
    drawn.answer(grant)
    drawn.answer(replace(grant, receives=2), grant)
    assert drawn.standing() == [("Tara", "b")]
    assert drawn.told(tara) == ["draw_won"]


def test_a_grant_that_comes_after_everything_was_forgotten_never_takes_the_place_away(drawn: House) -> None:
    tara = drawn.waits("Tara")
    grant = drawn.grants(tara)
    drawn.answer(grant)
    drawn.citizens.put(replace(drawn.now(tara), heard=(), outbox={}))
    drawn.answer(replace(grant, receives=2))
    assert drawn.standing() == [("Tara", "b")]
    assert len(drawn.now(tara).talk.live_appointments()) == 1


@pytest.mark.parametrize("fault", [("rosters", "claim"), ("citizens", "commit"), ("outgoing", "queue")])
def test_a_grant_during_which_something_fails_is_made_good(drawn: House, fault: tuple[str, str]) -> None:
    tara = drawn.waits("Tara")
    grant = drawn.grants(tara)
    getattr(drawn, fault[0]).faults.plan(fault[1], NotNow("busy"))
    assert drawn.answer(grant) == [grant.id]
    assert drawn.answer(replace(grant, receives=2)) == []
    assert drawn.standing() == [("Tara", "b")]
    assert drawn.told(tara) == ["draw_won"]


def test_who_has_a_place_by_now_wins_none_and_the_next_in_line_is_offered_it(drawn: House) -> None:
    place = Appointment("1", 2, f"{OTHER}DDDD", date(2026, 11, 23), "2022")
    tara, asha = drawn.waits("Tara", appointments=(place,)), drawn.waits("Asha", 9)
    drawn.rosters.seat(OTHER, tara.id + "1", place.booking)
    assert drawn.answer(drawn.grants(tara)) == []
    assert drawn.told(tara) == []
    assert drawn.told(asha) == ["place_held"]
    assert drawn.standing() == [("Asha", "h")]


def test_a_grant_that_could_not_be_given_is_offered_once(drawn: House) -> None:
    tara, asha, gita = drawn.lives("Tara"), drawn.waits("Asha"), drawn.waits("Gita", 9)
    drawn.citizens.put(replace(tara, talk=Talk()))
    grant = drawn.grants(tara)
    drawn.answer(grant)
    drawn.answer(replace(grant, receives=2))
    assert drawn.told(asha) == ["place_held"]
    assert drawn.told(gita) == []


def test_who_waits_for_another_answer_gets_the_drawn_place_after_it(drawn: House) -> None:
    tara = drawn.waits("Tara", pending=Pending("r", "book", "1", OTHER))
    grant = drawn.grants(tara)
    assert drawn.answer(grant) == [grant.id]
    assert drawn.lane.waits == {grant.receipt: 5}
    drawn.citizens.put(replace(tara, talk=tara.talk.with_(pending=None)))
    assert drawn.answer(replace(grant, receives=2)) == []
    assert drawn.told(tara) == ["draw_won"]


def test_who_begins_to_book_elsewhere_at_that_very_moment_never_has_two_places(drawn: House) -> None:
    tara, asha = drawn.waits("Tara"), drawn.waits("Asha", 9)
    grant = drawn.grants(tara)

    def ask_elsewhere() -> None:
        stands = drawn.now(tara)
        waits = stands.talk.with_(pending=Pending("r", "book", "1", OTHER))
        drawn.citizens.put(replace(stands, talk=waits, version=stands.version + 1))

    drawn.citizens.before_commit = [ask_elsewhere]
    assert drawn.answer(grant) == [grant.id]
    place = Appointment("1", 2, f"{OTHER}DDDD", date(2026, 11, 23), "2022")
    drawn.rosters.seat(OTHER, tara.id + "1", place.booking)
    drawn.citizens.put(replace(drawn.now(tara), talk=tara.talk.with_(appointments=(place,))))
    assert drawn.answer(replace(grant, receives=2)) == []
    assert drawn.standing() == [("Asha", "h")]
    assert drawn.told(tara) == []
    assert drawn.told(asha) == ["place_held"]


def test_who_waits_for_an_answer_for_ever_loses_the_drawn_place_to_the_next(drawn: House) -> None:
    tara = drawn.waits("Tara", pending=Pending("r", "book", "1", OTHER))
    asha = drawn.waits("Asha", 9)
    assert drawn.answer(drawn.grants(tara, receives=5)) == []
    assert drawn.told(asha) == ["place_held"]


def test_a_winner_who_holds_a_place_in_the_same_slot_is_booked_in_that(drawn: House) -> None:
    tara = drawn.waits("Tara")
    held = Appointment("1", 2, f"{SLOT}HHHH", date(2026, 11, 23), "2022", Standing.HELD)
    drawn.rosters.seat(SLOT, tara.id + "1", held.booking, "h")
    drawn.citizens.put(replace(tara, talk=tara.talk.with_(appointments=(held,))))
    drawn.answer(drawn.grants(tara))
    assert drawn.standing() == [("Tara", "b")]
    assert [each.booking for each in drawn.now(tara).talk.live_appointments()] == [held.booking]


@pytest.mark.parametrize("change", [{"life": Life.CANCELLED}, {"day": date(2026, 11, 21)}])
def test_a_session_that_was_called_off_or_is_over_gives_no_drawn_places(
    drawn: House, change: dict[str, object]
) -> None:
    tara = drawn.waits("Tara")
    drawn.world.sessions_["7M4QK"] = replace(session(), **change)  # type: ignore[arg-type]  # the fields of a session
    grant = drawn.grants(tara)
    assert drawn.answer(grant) == []
    assert drawn.answer(replace(grant, receives=2)) == []
    assert drawn.standing() == []
    assert drawn.told(tara) == ["draw_not_given"]
    assert drawn.now(tara).talk.wishes != {}


def test_what_was_drawn_is_given_though_the_publisher_paused_meanwhile(drawn: House) -> None:
    tara = drawn.waits("Tara")
    drawn.world.sessions_["7M4QK"] = replace(session(), paused=True)
    assert drawn.answer(drawn.grants(tara)) == []
    assert drawn.standing() == [("Tara", "b")]
    assert drawn.told(tara) == ["draw_won"]


def test_before_its_draw_is_marked_as_over_nobody_books_what_was_drawn(drawn: House) -> None:
    gita = drawn.books("Gita")
    drawn.answer(gita)
    assert drawn.standing() == []


def test_a_winner_who_asks_for_the_very_slot_behind_the_draw_has_the_drawn_place(drawn: House) -> None:
    tara = drawn.waits("Tara")
    drawn.world.sessions_["7M4QK"] = replace(session(), drawn=True)
    asked = drawn.asks("Tara", Request(Ask.BOOK, SLOT, person="1", rules="2022"), wishes=tara.talk.wishes)
    assert drawn.answer(drawn.grants(tara)) == []
    assert drawn.answer(asked) == []
    assert drawn.standing() == [("Tara", "b")]
    assert drawn.told(tara) == ["draw_won", "confirmation_again"]
    assert drawn.now(tara).talk.pending is None


def test_nobody_overtakes_a_winner_who_waits_for_another_answer(drawn: House) -> None:
    drawn.rosters.capacity[SLOT] = 1
    drawn.world.sessions_["7M4QK"] = replace(session(), drawn=True)
    tara = drawn.waits("Tara", pending=Pending("elsewhere", Ask.BOOK, "1", OTHER))
    grant, gita = drawn.grants(tara), drawn.books("Gita")
    assert drawn.answer(grant, gita) == [grant.id, gita.id]
    assert drawn.standing() == []
    free = drawn.now(tara)
    drawn.citizens.put(replace(free, talk=free.talk.with_(pending=None)))
    assert drawn.answer(replace(grant, receives=2), replace(gita, receives=2)) == []
    assert drawn.standing() == [("Tara", "b")]
    assert drawn.said(gita) == ["full_alternatives"]


# Sessions that the publisher cancelled.


def calls_off(house: House, booking: str = PLACE) -> Asked:
    house.world.sessions_["7M4QK"] = replace(house.world.sessions_["7M4QK"], life=Life.CANCELLED)
    return house.news(Ask.CALL_OFF, named(house, "Mita" if booking == PLACE else "Ravi"), booking)


def test_a_cancelled_session_frees_the_place_and_its_owner_hears_of_it_once(house: House) -> None:
    call_off = calls_off(house)
    mita = named(house, "Mita")
    assert house.answer(call_off) == []
    assert house.answer(replace(call_off, receives=2)) == []
    assert house.standing() == [("Ravi", "b")]
    assert house.told(mita) == ["session_cancelled"]
    assert house.now(mita).talk.appointments == ()


def test_a_place_of_a_cancelled_session_is_offered_to_nobody(house: House) -> None:
    tara = house.waits("Tara")
    house.answer(calls_off(house))
    assert house.told(tara) == []


def test_a_held_place_of_a_session_cancelled_meanwhile_is_never_confirmed(house: House) -> None:
    tara = house.waits("Tara")
    house.answer(releases(house))
    taking = house.takes(tara)
    house.world.sessions_["7M4QK"] = replace(house.world.sessions_["7M4QK"], life=Life.CANCELLED)
    assert house.answer(taking) == []
    assert house.told(tara) == ["place_held", "hold_over"]
    assert "Tara" not in dict(house.standing())
    assert house.now(tara).talk.appointments == ()


def test_after_stop_the_end_of_a_held_place_is_not_told(house: House) -> None:
    tara = house.waits("Tara")
    house.answer(releases(house))
    held, stands = house.held(tara), house.now(tara)
    house.citizens.put(replace(stands, talk=stands.talk.with_(stopped=True)))
    assert house.answer(house.news(Ask.LAPSE, tara, held)) == []
    assert house.told(tara) == ["place_held"]
    assert house.now(tara).talk.appointments == ()


def test_who_was_booked_on_a_day_that_passed_without_a_mark_waits_like_anybody(house: House) -> None:
    past = Appointment("1", 2, "AAAAA0AAAA", date(2026, 11, 19), "2022")
    tara = house.waits("Tara", appointments=(past,))
    house.answer(releases(house))
    assert house.told(tara) == ["place_held"]


def test_what_was_given_is_not_called_off(house: House) -> None:
    mita = named(house, "Mita")
    house.rosters.mark(SLOT, mita.id + "1", PLACE, "g")
    given = replace(mita.talk.appointments[0], standing=Standing.GIVEN)
    house.citizens.put(replace(mita, talk=mita.talk.with_(appointments=(given,))))
    house.answer(calls_off(house))
    assert house.standing() == [("Mita", "g"), ("Ravi", "b")]
    assert house.told(mita) == []


def test_a_held_place_is_called_off_as_well(house: House) -> None:
    tara = offered(house)
    booking = house.held(tara)
    house.world.sessions_["7M4QK"] = replace(session(), life=Life.CANCELLED)
    house.answer(house.news(Ask.CALL_OFF, tara, booking), house.news(Ask.LAPSE, tara, booking))
    assert house.standing() == [("Ravi", "b")]
    assert house.now(tara).talk.appointments == ()
    assert house.told(tara) == ["place_held", "hold_lapsed"]


@pytest.mark.parametrize("fault", [("rosters", "release"), ("citizens", "commit"), ("outgoing", "queue")])
def test_a_call_off_during_which_something_fails_is_made_good(house: House, fault: tuple[str, str]) -> None:
    call_off = calls_off(house)
    mita = named(house, "Mita")
    getattr(house, fault[0]).faults.plan(fault[1], NotNow("busy"))
    assert house.answer(call_off) == [call_off.id]
    assert house.answer(replace(call_off, receives=2)) == []
    assert house.standing() == [("Ravi", "b")]
    assert house.told(mita) == ["session_cancelled"]
