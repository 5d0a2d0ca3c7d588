"""The process is killed before and after every call of AWS and Meta, and the cause is delivered again.

However it ends: one booking, one confirmation, nothing left behind. The calls are not typed in here: a first run
without a kill lists them, and every one of them is then the last one of a process.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from moto import mock_aws

from seba import wiring
from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import Ask, Request
from seba.domain.ids import short_hash
from seba.domain.sessions import Life
from seba.domain.wishes import Entry, Wish, rank
from tests.fakes.town import Town, to_the_offer
from tests.fakes.world import NOW

RINA, ASHA, NITA = "919800000001", "919800000002", "919800000003"
FUNCTIONS = {
    "meeting": {"webhook", "notifier"},
    "photo": {"webhook", "notifier", "proofs"},
    "booking": {"webhook", "booking", "notifier"},
    "moving": {"webhook", "booking", "notifier"},
    "cancelling": {"webhook", "booking", "notifier"},
    "passing on": {"webhook", "booking", "notifier"},
    "taking": {"webhook", "booking", "notifier"},
    "lapsing": {"webhook", "booking", "notifier"},
    "granting": {"webhook", "booking", "notifier"},
    "calling off": {"webhook", "booking", "notifier"},
}
UNASKED = {"lapsing", "granting", "calling off"}
"""What begins without a word of a citizen; the webhook hears Meta's statuses only."""


def book(town: Town) -> None:
    town.taps(RINA, "Yes, book it")


def move(town: Town) -> None:
    town.taps(RINA, "11 am – 1 pm")


def cancel(town: Town) -> None:
    town.taps(RINA, "Yes, cancel it")


def confirmations(town: Town, word: str, phone: str = RINA) -> list[str]:
    return [
        payload["biz_opaque_callback_data"]
        for payload in town.sent_to(phone)
        if word in str(payload.get("interactive", {}).get("body", {}).get("text", ""))
    ]


def one_booking_and_one_confirmation(town: Town) -> None:
    (member,) = town.members()
    assert (member.booking[:6], member.standing) == (town.session.slots[0].id, "b")
    assert len(confirmations(town, "Booked!")) == 1
    in_order(town, member.booking)


def one_place_in_the_new_slot(town: Town) -> None:
    (member,) = town.members()
    assert member.booking[:6] == town.session.slots[1].id
    assert len(confirmations(town, "Booking moved!")) == 1
    in_order(town, member.booking)


def no_place_and_one_word_about_it(town: Town) -> None:
    assert town.members() == []
    assert len(confirmations(town, "is cancelled")) == 1
    in_order(town)


def in_order(town: Town, *bookings: str, phone: str = RINA) -> None:
    """The state knows what the rosters know, nothing waits, nobody heard anything twice."""
    citizen = who(phone)
    assert tuple(each.booking for each in citizen.talk.live_appointments()) == bookings
    assert citizen.talk.pending is None
    assert citizen.outbox == {}
    assert town.verify().findings == ()
    callbacks = Counter(payload["biz_opaque_callback_data"] for payload in town.meta.sent)
    assert [each for each, times in callbacks.items() if times > 1] == []
    for queue in ("inbound", "requests", "replies", "notices", "inbound-dlq", "requests-dlq", "replies-dlq"):
        assert town.waiting_in(queue) == []


def who(phone: str) -> Citizen:
    citizen = wiring.house().citizens.find(phone, None)
    assert citizen is not None
    return citizen


def to_moving(town: Town, phone: str) -> None:
    """A citizen with a booking who is shown other times."""
    to_the_offer(town, phone)
    book(town)
    town.taps(phone, "Change or cancel")
    town.taps(phone, "Another time")


def to_cancelling(town: Town, phone: str) -> None:
    """A citizen with a booking who is asked whether to cancel it."""
    to_the_offer(town, phone)
    book(town)
    town.taps(phone, "Change or cancel")
    town.taps(phone, "Cancel it")


def nobody_yet(town: Town, phone: str) -> None:
    """Nobody has written."""


def meet(town: Town) -> None:
    town.says(RINA, "Hi")


def one_citizen_and_one_greeting(town: Town) -> None:
    assert len(town.sent_to(RINA)) == 1
    assert town.verify().citizens == 1
    in_order(town)


def to_the_photo(town: Town, phone: str) -> None:
    """Somebody who is asked for a photo of the card."""
    town.meta.media["m1"] = b"\xff\xd8\xff a photo"
    town.says(phone, "Hi")
    town.taps(phone, "English")
    town.taps(phone, "Yes, for me")
    town.says(phone, "Rina Das")
    town.taps(phone, "Covishield")
    town.says(phone, "16 April 2026")


def send_a_photo(town: Town) -> None:
    photo = {"id": "m1", "mime_type": "image/jpeg", "caption": "ABC1234567"}
    town.hear(RINA, type="image", image=photo)


def one_photo_and_one_next_question(town: Town) -> None:
    assert "PIN code" in town.last_text(RINA)
    assert len(town.sent_to(RINA)) == 7
    assert len(town.s3.list_objects_v2(Bucket="proofs")["Contents"]) == 1
    in_order(town)


# Places that come free in a full slot.


def stands_in_line(town: Town, phone: str, minutes: int) -> None:
    """Somebody who has told everything, and has waited for a place since so many minutes after the others."""
    to_the_offer(town, phone, f"ABC765432{phone[-1]}")
    house, citizen = wiring.house(), who(phone)
    wish = Wish(2, NOW - timedelta(days=1) + timedelta(minutes=minutes))
    talk = citizen.talk.with_(step="home", answers={}, wishes={"1": wish})
    house.citizens.commit(citizen, talk, short_hash("in line"), [])
    house.line.put(Entry(citizen.id + "1", 2, "covishield", "700019", rank(None, wish.since)))


def to_passing_on(town: Town, phone: str) -> None:
    """A slot of one place, which is taken; Asha is in line for it, and Nita behind her."""
    stands_in_line(town, ASHA, 0)
    stands_in_line(town, NITA, 1)
    first = town.session.slots[0].id
    assert wiring.house().rosters.resize(first, 1) == 1
    to_cancelling(town, phone)
    assert [member.booking[:6] for member in town.members()] == [first]


def held_for(town: Town, phone: str) -> str:
    """The one place of the slot is held for them: they know it, and were told once. Its reference."""
    (member,) = town.members()
    assert (member.person, member.standing) == (who(phone).id + "1", "h")
    assert [each.booking for each in who(phone).talk.held()] == [member.booking]
    assert len(confirmations(town, "A place has come free", phone)) == 1
    assert member.booking in {hold.booking for hold in wiring.house().holds.over(NOW + timedelta(hours=1))}
    in_order(town, phone=phone)
    return member.booking


def the_place_is_held_for_the_first_in_line(town: Town) -> None:
    assert len(confirmations(town, "is cancelled")) == 1
    held_for(town, ASHA)
    assert confirmations(town, "A place has come free", NITA) == []
    in_order(town)


def to_an_offer(town: Town, phone: str) -> None:
    """Asha has been offered the place."""
    to_passing_on(town, phone)
    cancel(town)
    held_for(town, ASHA)


def take(town: Town) -> None:
    town.taps(ASHA, "Yes, book it")


def the_held_place_is_booked(town: Town) -> None:
    (member,) = town.members()
    assert (member.person, member.standing) == (who(ASHA).id + "1", "b")
    assert len(confirmations(town, "Booked!", ASHA)) == 1
    in_order(town, member.booking, phone=ASHA)


def ask(town: Town, ask: Ask, phone: str, slot: str, booking: str = "") -> None:
    """What nobody waits for an answer about, as the clock or a draw puts it into the queue of requests."""
    citizen = who(phone).id
    request = Request(ask, slot, person="1", booking=booking, rules="2022")
    effect = Effect(effect_id(citizen, short_hash(f"{ask} {booking}").hex(), 0), request)
    wiring.house().outgoing.queue(citizen, [effect], town.time.now)
    town.settle()


def lapse(town: Town) -> None:
    (member,) = town.members()
    ask(town, Ask.LAPSE, ASHA, member.booking[:6], member.booking)


def the_place_is_held_for_the_second_in_line(town: Town) -> None:
    assert who(ASHA).talk.appointments == ()
    assert len(confirmations(town, "The time for that place is over", ASHA)) == 1
    in_order(town, phone=ASHA)
    held_for(town, NITA)


def to_a_draw(town: Town, phone: str) -> None:
    """Asha's place was drawn; the draw is not marked as over yet."""
    stands_in_line(town, ASHA, 0)
    to_cancelling(town, phone)
    cancel(town)
    wiring.house().timetable.change_session(town.session, replace(town.session, draw="d1"))


def grant(town: Town) -> None:
    ask(town, Ask.GRANT, ASHA, town.session.slots[1].id)


def the_drawn_place_is_booked(town: Town) -> None:
    (member,) = town.members()
    assert (member.person, member.booking[:6], member.standing) == (
        who(ASHA).id + "1",
        town.session.slots[1].id,
        "b",
    )
    assert len(confirmations(town, "Drawn, and booked!", ASHA)) == 1
    in_order(town, member.booking, phone=ASHA)


def to_the_end_of_a_session(town: Town, phone: str) -> None:
    """The publisher has cancelled the session of a booking; somebody is in line."""
    stands_in_line(town, ASHA, 0)
    to_the_offer(town, phone)
    book(town)
    wiring.house().timetable.change_session(town.session, replace(town.session, life=Life.CANCELLED))


def call_off(town: Town) -> None:
    (member,) = town.members()
    ask(town, Ask.CALL_OFF, RINA, member.booking[:6], member.booking)


def no_place_and_one_word_about_the_session(town: Town) -> None:
    assert town.members() == []
    assert len(confirmations(town, "has cancelled this session")) == 1
    assert confirmations(town, "A place has come free", ASHA) == []
    in_order(town)


STORIES = {
    "meeting": (nobody_yet, meet, one_citizen_and_one_greeting),
    "photo": (to_the_photo, send_a_photo, one_photo_and_one_next_question),
    "booking": (to_the_offer, book, one_booking_and_one_confirmation),
    "moving": (to_moving, move, one_place_in_the_new_slot),
    "cancelling": (to_cancelling, cancel, no_place_and_one_word_about_it),
    "passing on": (to_passing_on, cancel, the_place_is_held_for_the_first_in_line),
    "taking": (to_an_offer, take, the_held_place_is_booked),
    "lapsing": (to_an_offer, lapse, the_place_is_held_for_the_second_in_line),
    "granting": (to_a_draw, grant, the_drawn_place_is_booked),
    "calling off": (to_the_end_of_a_session, call_off, no_place_and_one_word_about_the_session),
}


class Story:
    """The same beginning as often as one likes, and what must come of it."""

    def __init__(self, name: str, town: Town) -> None:
        self.name = name
        way, self._act, self._expected = STORIES[name]
        self.town = town
        way(town, RINA)
        self._tables, self._sent = town.dump(), tuple(town.meta.sent)
        self.calls = tuple(self.live(None))

    def live(self, falls_at: tuple[int, str] | None) -> list[str]:
        """One life of the house, in which the process may be killed once: every call that was made."""
        town = self.town
        town.begin_again(self._tables, self._sent)
        town.guillotine.falls_at = falls_at
        self._act(town)
        assert town.guillotine.falls_at is None, "nobody was killed: the calls are not those of the first run"
        self._expected(town)
        for kept in town.s3.list_objects_v2(Bucket="proofs").get("Contents", []):
            town.s3.delete_object(Bucket="proofs", Key=kept["Key"])
        return town.guillotine.calls


@pytest.fixture(params=STORIES, scope="module")
def story(request: pytest.FixtureRequest) -> Iterator[Story]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        yield Story(request.param, Town(patch))


def test_without_a_kill_everything_is_in_order_and_every_room_is_watched(story: Story) -> None:
    assert {call.partition(":")[0] for call in story.calls} == FUNCTIONS[story.name]
    thinking = {"webhook: dynamodb.Query", "webhook: sqs.SendMessageBatch"} if story.name not in UNASKED else set()
    assert {*thinking, "notifier: Meta.send"} <= set(story.calls)
    writes = ("UpdateItem", "TransactWriteItems")
    for function in FUNCTIONS[story.name] - {"proofs"}:
        assert any(call == f"{function}: dynamodb.{write}" for call in story.calls for write in writes)


@pytest.mark.parametrize("when", ["before", "after"])
def test_wherever_the_process_is_killed_it_comes_to_the_same(story: Story, when: str) -> None:
    # But for the first, "before a call" is "after the one before it": all are tried both ways for booking itself.
    calls = list(enumerate(story.calls))
    for at, call in calls if when == "after" or story.name == "booking" else calls[:1]:
        try:
            story.live((at, when))
        except Exception as error:
            error.add_note(f"The process was killed {when} call {at}, {call}.")
            raise


def test_a_kill_before_the_call_to_meta_costs_no_more_than_the_reconciliation(story: Story) -> None:
    """Nothing went out, and nobody can know: the message comes after three minutes, not never."""
    story.live((story.calls.index("notifier: Meta.send"), "before"))
    assert 180 <= (story.town.time.now - NOW).total_seconds() <= 240


def test_a_kill_after_the_call_to_meta_is_settled_by_the_status(story: Story) -> None:
    story.live((story.calls.index("notifier: Meta.send"), "after"))
    assert (story.town.time.now - NOW).total_seconds() <= 60
