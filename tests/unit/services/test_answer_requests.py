"""The booking room over the real conversation: every answer true, every fault without a lost or a doubled place."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from seba.conversation.engine import turn
from seba.conversation.heard import Tapped
from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import Ask, Request
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.errors import Conflict, NotNow
from seba.domain.ids import Keys, short_hash, slot_of
from seba.domain.people import Who
from seba.domain.sessions import Life
from seba.services.answer_requests import Asked, Memory, answer_requests
from tests.fakes.people import person, session
from tests.fakes.world import KEYS, NOW
from tests.unit.services.booking_house import OTHER, SLOT, TODAY, House


@pytest.fixture
def house() -> House:
    return House()


# Booking.


def test_who_comes_first_is_booked_and_the_third_hears_full_with_what_is_left(house: House) -> None:
    mita, ravi, asha = house.books("Mita"), house.books("Ravi"), house.books("Asha")
    assert house.answer(mita, ravi, asha) == []
    assert house.said(mita) == house.said(ravi) == ["confirmation"]
    assert house.said(asha) == ["full_alternatives"]
    assert house.members() == [house.booking(mita), house.booking(ravi)]
    (appointment,) = house.state(mita).talk.appointments
    assert (appointment.booking, appointment.rules, appointment.day) == (
        house.booking(mita),
        "2022",
        date(2026, 11, 23),
    )
    assert all(house.state(each).talk.pending is None for each in (mita, ravi, asha))
    assert house.boards.shown == [(SLOT, 0)]


def test_an_answered_request_that_comes_again_repeats_its_answer_and_takes_nothing(house: House) -> None:
    mita = house.books("Mita")
    house.answer(mita)
    before = list(house.outgoing.effects)
    house.answer(replace(mita, receives=2))
    assert house.outgoing.effects == before * 2
    assert house.rosters.taken[SLOT] == 1


def test_a_claim_that_was_made_before_the_crash_is_recognised(house: House) -> None:
    mita = house.books("Mita", receives=2)
    house.rosters.seat(SLOT, house.state(mita).id + "1", house.booking(mita))
    house.rosters.capacity[SLOT] = 1
    house.answer(mita)
    assert house.said(mita) == ["confirmation"]
    assert house.rosters.taken[SLOT] == 1


def test_a_place_taken_before_the_doors_closed_stays_taken(house: House) -> None:
    mita, ravi = house.books("Mita", receives=2), house.books("Ravi", receives=2)
    house.rosters.seat(SLOT, house.state(mita).id + "1", house.booking(mita))
    house.world.close("7M4QK")
    house.answer(mita, ravi)
    assert house.said(mita) == ["confirmation"]
    assert len(house.said(ravi)) == 1
    assert house.members() == [house.booking(mita)]


@pytest.mark.parametrize("life", [Life.PROVISIONAL, Life.STOCKED, Life.CLOSED])
def test_what_is_not_open_cannot_be_booked(house: House, life: Life) -> None:
    house.world.sessions_["7M4QK"] = session(life=life)
    mita = house.books("Mita")
    house.answer(mita)
    assert house.members() == []
    assert house.state(mita).talk.pending is None
    assert len(house.said(mita)) == 1


@pytest.mark.damages("somebody01 is nobody")
def test_two_people_in_a_slot_never_share_a_reference(house: House) -> None:
    mita = house.books("Mita")
    house.seats("Somebody", house.booking(mita))
    house.answer(mita)
    assert house.members() == [house.booking(mita), house.booking(mita, 1)]
    assert [each.booking for each in house.state(mita).talk.appointments] == [house.booking(mita, 1)]


def test_two_requests_of_one_batch_that_make_one_reference_become_two(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keys, "booking", lambda _, slot, request, attempt=0: f"{slot}{'A1B2'[attempt]}000")
    mita, ravi = house.books("Mita"), house.books("Ravi")
    assert house.answer(mita, ravi) == []
    assert house.members() == [f"{SLOT}A000", f"{SLOT}1000"]
    assert house.said(mita) == house.said(ravi) == ["confirmation"]


def test_a_claim_under_the_second_reference_is_recognised_when_the_first_is_free_again(house: House) -> None:
    mita = house.books("Mita", receives=2)
    house.rosters.seat(SLOT, house.state(mita).id + "1", house.booking(mita, 1))
    house.answer(mita)
    assert house.members() == [house.booking(mita, 1)]
    assert house.said(mita) == ["confirmation"]


@pytest.mark.damages("somebody01 is nobody")
def test_a_place_under_the_second_reference_is_given_back_as_well(house: House) -> None:
    mita = house.books("Mita")
    house.seats("Somebody", house.booking(mita))
    house.rosters.seat(SLOT, house.state(mita).id + "1", house.booking(mita, 1))
    stands = house.state(mita)
    house.citizens.put(replace(stands, talk=stands.talk.with_(pending=None)))
    house.answer(mita)
    assert house.members() == [house.booking(mita)]


def test_half_an_hour_before_it_begins_a_slot_is_closed(house: House) -> None:
    house.world.sessions_["7M4QK"] = session(day=TODAY)
    house.time.now = NOW.replace(hour=8, minute=31)
    mita = house.books("Mita")
    house.answer(mita)
    assert house.members() == []


def test_a_person_who_is_in_under_another_booking_hears_of_that_one(house: House) -> None:
    mita = house.books("Mita")
    house.rosters.seat(SLOT, house.state(mita).id + "1", f"{SLOT}ZZZZ")
    house.answer(mita)
    assert [each.booking for each in house.state(mita).talk.appointments] == [f"{SLOT}ZZZZ"]
    assert house.rosters.taken[SLOT] == 1


def test_full_is_said_from_memory_for_a_second_but_never_to_a_request_that_was_here_before(house: House) -> None:
    house.rosters.capacity[SLOT] = 0
    house.answer(house.books("Mita"))
    house.rosters.capacity[SLOT] = 1
    ravi, asha = house.books("Ravi"), house.books("Asha", receives=2)
    house.answer(ravi)
    assert house.said(ravi) == ["full_alternatives"]
    house.answer(asha)
    assert house.said(asha) == ["confirmation"]


def test_who_has_the_place_already_never_hears_full_from_memory(house: House) -> None:
    """Their request was set aside by the queue before they were told, and somebody gives it to the queue again."""
    house.rosters.capacity[SLOT] = 1
    mita = house.books("Mita")
    house.rosters.seat(SLOT, house.state(mita).id + "1", house.booking(mita))
    house.answer(house.books("Ravi"))
    house.answer(mita)
    assert house.said(mita) == ["confirmation"]
    assert house.members() == [house.booking(mita)]


def test_who_has_the_place_already_never_hears_that_it_is_closed(house: House) -> None:
    mita = house.books("Mita")
    house.rosters.seat(SLOT, house.state(mita).id + "1", house.booking(mita))
    house.world.close("7M4QK")
    house.answer(mita)
    assert house.said(mita) == ["confirmation"]


def test_memory_of_full_ends_after_a_second_and_with_a_place_given_back(house: House) -> None:
    house.rosters.capacity[SLOT] = 0
    house.answer(house.books("Mita"))
    house.rosters.capacity[SLOT] = 1
    house.time.pass_(seconds=1)
    ravi = house.books("Ravi")
    house.answer(ravi)
    assert house.said(ravi) == ["confirmation"]
    house.answer(house.books("Asha"))
    cancel = house.asks("Ravi", Request(Ask.CANCEL, SLOT, person="1", booking=house.booking(ravi)))
    tara = house.books("Tara")
    house.answer(cancel, tara)
    assert house.said(tara) == ["confirmation"]


def test_somebody_else_writing_first_does_not_cost_the_place(house: House) -> None:
    mita = house.books("Mita")

    def another_turn() -> None:
        stands = house.state(mita)
        house.citizens.put(replace(stands, talk=stands.talk.with_(stopped=True), version=stands.version + 1))

    house.citizens.before_commit = [another_turn, another_turn]
    assert house.answer(mita) == []
    assert house.said(mita) == ["confirmation"]
    assert house.state(mita).talk.stopped is True
    assert house.rosters.taken[SLOT] == 1


def test_whoever_no_longer_waits_when_the_answer_comes_gives_the_place_back(house: House) -> None:
    mita = house.books("Mita")

    def erased() -> None:
        stands = house.state(mita)
        house.citizens.put(replace(stands, talk=Talk(stopped=True), version=stands.version + 1))

    house.citizens.before_commit = [erased]
    assert house.answer(mita) == []
    assert house.members() == []
    assert house.said(mita) == []


def test_a_request_that_nobody_waits_for_takes_no_place_and_leaves_the_outbox(house: House) -> None:
    mita = house.books("Mita")
    stands = house.state(mita)
    house.citizens.put(replace(stands, talk=stands.talk.with_(pending=None)))
    house.answer(mita)
    assert house.members() == []
    assert house.state(mita).outbox == {}


def test_a_stale_request_never_gives_back_a_place_that_is_an_appointment(house: House) -> None:
    mita = house.books("Mita")
    house.answer(mita)
    stands = house.state(mita)
    house.citizens.put(replace(stands, heard=(), outbox={}))
    house.answer(mita)
    assert house.members() == [house.booking(mita)]


# Moving and cancelling.


def moves(house: House, name: str, receives: int = 1, standing: str = "b") -> tuple[Asked, str]:
    old = f"{SLOT}AAAA"
    appointment = Appointment("1", 2, old, date(2026, 11, 23), "2022")
    asked = house.asks(
        name, Request(Ask.MOVE, OTHER, person="1", booking=old, rules="2022"), receives, appointments=(appointment,)
    )
    house.rosters.seat(SLOT, house.state(asked).id + "1", old, standing)
    return asked, old


def test_a_move_takes_the_new_place_first_and_asks_for_the_old_one_to_be_released(house: House) -> None:
    mita, old = moves(house, "Mita")
    house.answer(mita)
    assert house.said(mita) == ["confirmation_moved"]
    assert house.members(OTHER) == [house.booking(mita)]
    assert house.members(SLOT) == [old]
    (release,) = house.requests()
    assert release.act == Request(Ask.RELEASE, SLOT, person="1", booking=old)
    assert release in [each for those in house.state(mita).outbox.values() for each in those]
    house.answer(house.asked(release))
    assert house.members(SLOT) == []
    assert not any(isinstance(e.act, Request) for those in house.state(mita).outbox.values() for e in those)
    house.answer(house.asked(release))
    assert [each.booking for each in house.state(mita).talk.appointments] == [house.booking(mita)]


def test_a_release_that_comes_back_late_never_takes_an_appointment(house: House) -> None:
    """Its release was set aside; meanwhile the person moved back, and hears of the place that stood all the time."""
    left = f"{OTHER}CCCC"
    mita, _ = moves(house, "Mita")
    me = house.state(mita).id
    house.rosters.seat(OTHER, me + "1", left)
    house.answer(mita)
    assert [each.booking for each in house.state(mita).talk.appointments] == [left]
    late = Request(Ask.RELEASE, OTHER, person="1", booking=left)
    assert house.answer(house.asked(Effect(effect_id(me, short_hash("earlier").hex(), 1), late))) == []
    assert house.members(OTHER) == [left]


def test_a_move_to_a_place_held_already_gives_up_the_old_one(house: House) -> None:
    mita, old = moves(house, "Mita")
    house.rosters.seat(OTHER, house.state(mita).id + "1", f"{OTHER}CCCC")
    house.answer(mita)
    (release,) = house.requests()
    assert release.act == Request(Ask.RELEASE, SLOT, person="1", booking=old)
    house.answer(house.asked(release))
    assert house.members(SLOT) == []


def test_a_move_to_a_full_slot_keeps_the_old_place(house: House) -> None:
    house.rosters.capacity[OTHER] = 0
    mita, old = moves(house, "Mita")
    assert house.answer(mita) == []
    assert len(house.said(mita)) == 1
    assert (house.members(SLOT), house.members(OTHER)) == ([old], [])
    assert [each.booking for each in house.state(mita).talk.appointments] == [old]
    assert house.requests() == []


@pytest.mark.parametrize("standing", [Standing.GIVEN, Standing.ABSENT])
def test_what_was_given_or_missed_cannot_be_moved(house: House, standing: str) -> None:
    mita, _ = moves(house, "Mita", receives=2, standing=standing)
    house.rosters.seat(OTHER, house.state(mita).id + "1", house.booking(mita))
    house.answer(mita)
    assert house.members(OTHER) == []
    assert house.said(mita) == ["too_late_given"]


def test_cancelling_frees_the_place_and_the_board_shows_it(house: House) -> None:
    booking = f"{SLOT}AAAA"
    appointment = Appointment("1", 2, booking, date(2026, 11, 23), "2022")
    cancel = house.asks("Mita", Request(Ask.CANCEL, SLOT, person="1", booking=booking), appointments=(appointment,))
    house.rosters.seat(SLOT, house.state(cancel).id + "1", booking)
    house.answer(cancel)
    assert house.members() == []
    assert house.state(cancel).talk.appointments == ()
    assert house.boards.shown == [(SLOT, 2)]
    assert len(house.said(cancel)) == 1


def test_a_given_dose_cannot_be_cancelled(house: House) -> None:
    booking = f"{SLOT}AAAA"
    appointment = Appointment("1", 2, booking, date(2026, 11, 23), "2022")
    cancel = house.asks("Mita", Request(Ask.CANCEL, SLOT, person="1", booking=booking), appointments=(appointment,))
    house.rosters.seat(SLOT, house.state(cancel).id + "1", booking, "g")
    house.answer(cancel)
    assert house.members() == [booking]
    assert house.state(cancel).talk.appointments == (appointment,)


@pytest.mark.damages("somebody01 is nobody")
def test_nobody_can_cancel_somebody_elses_place(house: House) -> None:
    booking = f"{SLOT}AAAA"
    house.seats("Somebody", booking)
    house.answer(house.asks("Mita", Request(Ask.CANCEL, SLOT, person="1", booking=booking)))
    assert house.members() == [booking]


def test_requests_of_one_slot_are_answered_in_their_order(house: House) -> None:
    house.rosters.capacity[SLOT] = 1
    mita = house.books("Mita")
    house.answer(mita)
    cancel = house.asks("Mita", Request(Ask.CANCEL, SLOT, person="1", booking=house.booking(mita)))
    too_early, in_time = house.books("Ravi"), house.books("Asha")
    house.answer(too_early, cancel, in_time)
    assert house.said(too_early) == ["full_alternatives"]
    assert house.said(in_time) == ["confirmation"]


def test_capacity_grows_behind_the_bookings(house: House) -> None:
    resize = Effect(effect_id("publisher", "0123456789ab", 0), Request(Ask.RESIZE, SLOT, capacity=5))
    house.answer(house.asked(resize))
    assert house.rosters.capacity[SLOT] == 5
    assert house.boards.shown == [(SLOT, 5)]


# The centre's desk.


def at_desk(house: House, ask: Ask, code: str = "", receives: int = 1, desk_of: str = "C068") -> tuple[Asked, str]:
    """Mita has a place today; the desk of a centre asks about it."""
    house.world.sessions_["7M4QK"] = session(day=TODAY)
    booking = f"{SLOT}AAAA"
    mita = Who("919800001111", None, "100000000000001", "Mita")
    appointment = Appointment("1", 2, booking, TODAY, "2022")
    id_ = KEYS.citizen("phone:919800001111")
    if id_ not in house.citizens.stored:
        talk = Talk(language="en", people={"1": person("1", "Mita Das")}, appointments=(appointment,))
        house.citizens.put(Citizen(id_, mita, talk, (), {}, 1))
        house.rosters.seat(SLOT, id_ + "1", booking)
    asked = house.asks(
        "Desk",
        Request(ask, SLOT, booking=booking, code=code, centre="C068"),
        receives,
        desk_of=desk_of,
        step="desk_checked",
        answers={"b": booking},
        people={},
    )
    return asked, id_


def test_a_scan_is_answered_with_what_stands_on_the_list(house: House) -> None:
    scan, _ = at_desk(house, Ask.CHECK)
    house.answer(scan)
    assert house.said(scan) == ["desk_genuine"]
    (say,) = house.outgoing.said
    assert (say.params["name"], say.params["last4"], say.params["id_type"]) == (
        "text:Mita Das",
        "text:4567",
        "card:voter",
    )


def test_a_number_that_is_no_desk_learns_nothing(house: House) -> None:
    scan, _ = at_desk(house, Ask.CHECK, desk_of="C070")
    house.answer(scan)
    assert house.said(scan) == ["desk_unknown"]
    assert "Mita" not in repr(house.outgoing.said)


def test_a_scan_of_another_centres_booking_says_where_it_belongs_and_nobodys_name(house: House) -> None:
    at_desk(house, Ask.CHECK)
    house.outgoing.queued.clear()
    house.world.sessions_["7M4QK"] = session(day=TODAY, centre_id="C070")
    scan, _ = at_desk(house, Ask.CHECK)
    house.world.sessions_["7M4QK"] = session(day=TODAY, centre_id="C070")
    house.answer(scan)
    assert house.said(scan) == ["desk_other_centre"]
    assert "Mita" not in repr(house.outgoing.said)


@pytest.mark.damages("the roster is emptied beneath the booking")
def test_a_reference_that_nobody_has_is_unknown(house: House) -> None:
    scan, mita = at_desk(house, Ask.CHECK)
    house.rosters.release(SLOT, mita + "1", f"{SLOT}AAAA")
    stands = house.citizens.stored[mita]
    house.citizens.put(replace(stands, talk=stands.talk.with_(appointments=())))
    house.answer(scan)
    assert house.said(scan) == ["desk_unknown"]


def test_the_secret_code_locks_the_dose_and_the_citizens_own_state_knows(house: House) -> None:
    given, mita = at_desk(house, Ask.GIVEN, KEYS.secret_code(f"{SLOT}AAAA"))
    house.answer(given)
    assert house.said(given) == ["desk_given"]
    assert [member.standing for member in house.rosters.slots[SLOT]] == ["g"]
    assert [each.standing for each in house.citizens.stored[mita].talk.appointments] == [Standing.GIVEN]


def test_a_wrong_code_changes_nothing(house: House) -> None:
    right = KEYS.secret_code(f"{SLOT}AAAA")
    given, _ = at_desk(house, Ask.GIVEN, f"{(int(right) + 1) % 10_000:04d}")
    house.answer(given)
    assert house.said(given) == ["desk_wrong_code"]
    assert [member.standing for member in house.rosters.slots[SLOT]] == ["b"]


def test_a_dose_is_given_once(house: House) -> None:
    code = KEYS.secret_code(f"{SLOT}AAAA")
    house.answer(at_desk(house, Ask.GIVEN, code)[0])
    again, _ = at_desk(house, Ask.GIVEN, code)
    stands = house.state(again)
    house.citizens.put(replace(stands, heard=()))
    house.answer(again)
    assert house.said(again)[-1] == "desk_given_already"


def test_a_given_dose_whose_answer_was_lost_is_answered_as_given(house: House) -> None:
    code = KEYS.secret_code(f"{SLOT}AAAA")
    given, mita = at_desk(house, Ask.GIVEN, code)
    house.citizens.faults.plan("commit", NotNow("busy"))
    assert house.answer(given) == [given.id]
    assert house.rosters.slots[SLOT][0].standing == "g"
    assert house.answer(replace(given, receives=2)) == []
    assert house.said(given) == ["desk_given"]
    assert [each.standing for each in house.citizens.stored[mita].talk.appointments] == [Standing.GIVEN]


def test_who_did_not_come_is_marked_and_may_still_come(house: House) -> None:
    absent, mita = at_desk(house, Ask.NOT_COME)
    house.answer(absent)
    assert house.said(absent) == ["desk_not_come"]
    assert [each.standing for each in house.citizens.stored[mita].talk.appointments] == [Standing.ABSENT]
    given, _ = at_desk(house, Ask.GIVEN, KEYS.secret_code(f"{SLOT}AAAA"))
    house.answer(given)
    assert [member.standing for member in house.rosters.slots[SLOT]] == ["g"]
    assert [each.standing for each in house.citizens.stored[mita].talk.appointments] == [Standing.GIVEN]


def test_a_dose_can_only_be_given_on_its_day(house: House) -> None:
    given, _ = at_desk(house, Ask.GIVEN, KEYS.secret_code(f"{SLOT}AAAA"))
    house.world.sessions_["7M4QK"] = session(day=date(2026, 11, 23))
    house.answer(given)
    assert house.said(given) == ["desk_not_today"]
    assert [member.standing for member in house.rosters.slots[SLOT]] == ["b"]


# Failing.


def test_what_aws_is_too_busy_for_stays_and_is_told_once(house: House) -> None:
    mita = house.books("Mita")
    house.rosters.faults.plan("claim", *(NotNow("busy") for _ in range(3)))
    assert house.answer(mita) == [mita.id]
    assert house.lane.waits == {mita.receipt: 5}
    assert house.said(mita) == []
    assert house.answer(replace(mita, receives=2)) == [mita.id]
    assert house.answer(replace(mita, receives=3)) == [mita.id]
    assert house.said(mita) == ["busy_still_trying"]
    assert house.state(mita).talk.pending is not None
    assert house.answer(replace(mita, receives=4)) == []
    assert house.said(mita) == ["busy_still_trying", "confirmation"]
    assert house.rosters.taken[SLOT] == 1


def test_one_citizen_who_cannot_be_written_waits_alone(house: House) -> None:
    mita, ravi = house.books("Mita"), house.books("Ravi")
    house.citizens.faults.plan("commit", NotNow("busy"))
    assert house.answer(mita, ravi) == [mita.id]
    assert house.said(ravi) == ["confirmation"]
    assert house.answer(replace(mita, receives=2)) == []
    assert house.said(mita) == ["confirmation"]
    assert house.rosters.taken[SLOT] == 2


def test_an_answer_that_was_committed_but_not_queued_is_queued_when_it_comes_again(house: House) -> None:
    mita = house.books("Mita")
    house.outgoing.faults.plan("queue", NotNow("busy"))
    assert house.answer(mita) == [mita.id]
    assert house.said(mita) == []
    assert house.answer(replace(mita, receives=2)) == []
    assert house.said(mita) == ["confirmation"]


def fails(*_: object) -> Any:
    raise KeyError("a fault of ours")


def test_a_request_that_makes_our_code_fail_is_set_aside_without_its_place(house: House) -> None:
    mita, ravi = house.books("Mita"), house.books("Ravi")
    house.think = lambda talk, heard, desk: fails() if talk.people["1"].name == "Mita" else turn(talk, heard, desk)
    assert house.answer(mita, ravi) == [mita.id]
    assert house.answer(replace(mita, receives=2)) == [mita.id]
    assert house.rosters.taken[SLOT] == 2
    assert house.answer(replace(mita, receives=3)) == []
    assert house.members() == [house.booking(ravi)]
    ((group, _, body, cause),) = house.lane.parked
    assert (group, body) == (SLOT, mita.body)
    assert cause.startswith("KeyError")
    assert house.said(mita) == ["sorry_try_again"]
    assert house.state(mita).talk.pending is None
    assert house.said(ravi) == ["confirmation"]


def test_what_was_set_aside_and_comes_back_is_harmless(house: House) -> None:
    mita = house.books("Mita", receives=3)
    house.think = fails
    house.answer(mita)
    house.think = turn
    house.answer(replace(mita, receives=1))
    assert house.members() == []
    assert house.said(mita) == ["sorry_try_again"]


def test_an_apology_that_was_committed_but_not_queued_is_queued_when_it_comes_again(house: House) -> None:
    mita = house.books("Mita", receives=3)
    house.think = fails
    house.outgoing.faults.plan("queue", NotNow("busy"))
    assert house.answer(mita) == [mita.id]
    assert house.said(mita) == []
    assert house.answer(replace(mita, receives=4)) == []
    assert house.said(mita) == ["sorry_try_again"]


def test_that_it_takes_longer_is_queued_though_the_first_time_failed(house: House) -> None:
    mita = house.books("Mita", receives=2)
    house.rosters.faults.plan("claim", NotNow("busy"), NotNow("busy"))
    house.outgoing.faults.plan("queue", NotNow("busy"))
    assert house.answer(mita) == [mita.id]
    assert house.said(mita) == []
    assert house.answer(replace(mita, receives=3)) == [mita.id]
    assert house.said(mita) == ["busy_still_trying"]


def test_one_citizens_trouble_hides_the_slot_for_half_a_minute_at_most(house: House) -> None:
    mita, ravi = house.books("Mita", receives=4), house.books("Ravi")
    house.citizens.faults.plan("commit", NotNow("busy"))
    assert house.answer(mita, ravi) == [mita.id]
    assert house.lane.waits == {mita.receipt: 30}


def test_a_conflict_is_nobody_elses_trouble(house: House) -> None:
    mita = house.books("Mita", receives=4)
    house.citizens.faults.plan("commit", *(Conflict("first") for _ in range(5)))
    assert house.answer(mita) == [mita.id]
    assert house.lane.waits == {mita.receipt: 30}


def test_when_aws_is_too_busy_for_everybody_it_is_left_alone_for_longer(house: House) -> None:
    mita = house.books("Mita", receives=4)
    house.rosters.faults.plan("claim", NotNow("busy"))
    assert house.answer(mita) == [mita.id]
    assert house.lane.waits == {mita.receipt: 600}


def test_when_time_runs_out_the_rest_of_the_batch_is_shown_again_at_once(house: House) -> None:
    mita, ravi, asha = house.books("Mita"), house.books("Ravi", OTHER), house.books("Asha", OTHER)
    batch = (mita, ravi, asha)
    left = answer_requests(batch, house.ports, house.memory, lambda: not house.said(mita))
    assert left == [ravi.id, asha.id]
    assert house.lane.waits == {ravi.receipt: 0, asha.receipt: 0}
    assert house.members(OTHER) == []
    assert house.answer(replace(ravi, receives=2), replace(asha, receives=2)) == []
    assert house.said(ravi) == house.said(asha) == ["confirmation"]


def test_a_place_taken_just_before_the_time_ran_out_is_told_the_next_time(house: House) -> None:
    mita = house.books("Mita")
    assert answer_requests([mita], house.ports, house.memory, lambda: not house.members()) == [mita.id]
    assert house.said(mita) == []
    assert house.answer(replace(mita, receives=2)) == []
    assert house.said(mita) == ["confirmation"]
    assert house.rosters.taken[SLOT] == 1


def test_a_change_is_shown_whatever_this_container_showed_before(house: House) -> None:
    house.rosters.capacity[SLOT] = 1
    mita, ravi = house.books("Mita"), house.books("Ravi")
    house.answer(mita)
    cancel = house.asks("Mita", Request(Ask.CANCEL, SLOT, person="1", booking=house.booking(mita)))
    another = Memory()
    answer_requests([cancel], house.ports, another)
    house.answer(ravi)
    assert house.boards.shown == [(SLOT, 0), (SLOT, 1), (SLOT, 0)]


def test_who_only_hears_full_changes_no_board(house: House) -> None:
    house.rosters.capacity[SLOT] = 0
    for name in ("Mita", "Ravi"):
        house.answer(house.books(name, receives=2))
    assert house.boards.shown == [(SLOT, 0)]


def test_nothing_is_set_aside_while_its_place_may_still_be_held(house: House) -> None:
    mita = house.books("Mita", receives=3)
    house.think = fails
    house.rosters.faults.plan("release", NotNow("busy"))
    assert house.answer(mita) == [mita.id]
    assert house.lane.parked == []
    assert house.state(mita).talk.pending is not None


def test_a_cancellation_that_cannot_be_told_does_not_leave_an_appointment_without_a_place(house: House) -> None:
    booking = f"{SLOT}AAAA"
    appointment = Appointment("1", 2, booking, date(2026, 11, 23), "2022")
    request = Request(Ask.CANCEL, SLOT, person="1", booking=booking)
    cancel = house.asks("Mita", request, 3, appointments=(appointment,))
    house.rosters.seat(SLOT, house.state(cancel).id + "1", booking)
    house.think = fails
    assert house.answer(cancel) == []
    assert house.members() == []
    assert house.state(cancel).talk.appointments == ()


@pytest.mark.parametrize("body", ["", "{}", '{"id":"a-b-0","act":{"k":"a message"}}'])
def test_what_is_no_request_is_set_aside_at_once(house: House, body: str) -> None:
    mita = house.books("Mita")
    odd = Asked("odd", "receipt", SLOT, 1, body)
    assert house.answer(odd, mita) == []
    assert [parked[2] for parked in house.lane.parked] == [body]
    assert house.said(mita) == ["confirmation"]


def test_a_board_that_cannot_be_told_costs_nobody_the_answer(house: House) -> None:
    house.boards.show = fails  # type: ignore[method-assign,assignment]  # it fails
    mita = house.books("Mita")
    assert house.answer(mita) == []
    assert house.said(mita) == ["confirmation"]


def test_a_citizen_whose_state_keeps_changing_waits_in_the_queue(house: House) -> None:
    mita = house.books("Mita")
    house.citizens.faults.plan("commit", *(Conflict("first") for _ in range(5)))
    assert house.answer(mita) == [mita.id]
    assert house.answer(replace(mita, receives=2)) == []
    assert house.said(mita) == ["confirmation"]
    assert house.rosters.taken[SLOT] == 1


def test_no_journal_line_names_a_person(house: House) -> None:
    house.think = fails
    house.answer(house.books("Mita", receives=3), house.books("Ravi"))
    assert "Mita" not in house.journal.whole
    assert "9198" not in house.journal.whole


def test_a_confirmed_booking_can_be_asked_for_again(house: House) -> None:
    mita = house.books("Mita")
    house.answer(mita)
    booking = house.booking(mita)
    assert slot_of(booking) == SLOT
    assert turn(house.state(mita).talk, Tapped(f"do~show~{booking}"), house.turn.desk(NOW)).acts
