"""One message, one turn: read, think, commit, queue."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard, Located, Odd, Outcome, Pictured, Said, Tapped
from seba.conversation.records import Citizen, Effect
from seba.conversation.say import Act, Ask, FetchProof, Forget, Keep, Later, Request, Say
from seba.conversation.say import Typing as TypingSign
from seba.conversation.talk import Pending, Talk
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.ids import short_hash
from seba.domain.people import Who
from seba.domain.rules import default_rules
from seba.services.desk_view import DeskViews
from seba.services.take_turn import (
    FORGOTTEN_AFTER,
    MOST_UNACKNOWLEDGED,
    Ignored,
    Taken,
    TurnPorts,
    hear,
    heard_in,
    take_turn,
)
from seba.whatsapp import inbound
from tests.fakes.people import person
from tests.fakes.world import KEYS, NOW, FakeCitizens, FakeOutgoing, FakeWorld, Time, says

RINA = inbound.Sender("919800000001", "IN.4821907364501928")


@dataclass
class Turn:
    talk: Talk
    acts: tuple[Act, ...] = ()
    keep: Keep | None = None
    forget: Forget | None = None


@dataclass
class Mind:
    """A conversation of which a test says what it makes of a message; by default it counts and answers."""

    heard: list[Heard] = field(default_factory=list[Heard])
    talks: list[Talk] = field(default_factory=list[Talk])
    turn: Callable[[Talk, Heard], Turn] = lambda talk, heard: Turn(
        talk.with_(serial=talk.serial + 1), (Say(f"answer {talk.serial + 1}"),)
    )

    def __call__(self, talk: Talk, heard: Heard, desk: Desk) -> Turn:
        self.heard.append(heard)
        self.talks.append(talk)
        return self.turn(talk, heard)


class House:
    def __init__(self) -> None:
        self.time = Time()
        self.citizens = FakeCitizens()
        self.outgoing = FakeOutgoing()
        self.mind = Mind()
        world = FakeWorld(self.citizens)
        self.ports = TurnPorts(
            self.citizens,
            self.outgoing,
            DeskViews(default_rules(), ("second-dose",), world, lambda: KEYS).at,
            self.mind,
            self.time,
            "100000000000001",
        )

    def rina(self, **talk: object) -> Citizen:
        who = Who(RINA.phone, RINA.user_id, "100000000000001", "Rina")
        return self.citizens.put(Citizen(KEYS.citizen(f"phone:{RINA.phone}"), who, Talk().with_(**talk), (), {}, 1))

    @property
    def stored(self) -> Citizen:
        (citizen,) = self.citizens.stored.values()
        return citizen


@pytest.fixture
def house() -> House:
    return House()


def message(
    number: int = 1,
    content: inbound.Content | None = None,
    sender: inbound.Sender = RINA,
    at: datetime | None = None,
    name: str | None = "Rina",
) -> inbound.Message:
    return inbound.Message(f"wamid.{number}", at or NOW, None, sender, content or inbound.Text("hi"), name)


def test_a_conversation_stays_on_the_number_that_was_written_to_last(house: House) -> None:
    first, second = "100000000000001", "100000000000003"
    numbers = []
    for n, (number, minute) in enumerate([(first, 0), (second, 5), (first, 3), (second, 6), (first, 7)]):
        written = replace(message(n), at=NOW + timedelta(minutes=minute), phone_number_id=number)
        house.time.now = NOW + timedelta(minutes=10)
        take_turn(written, house.ports)
        numbers.append(house.stored.who.phone_number_id)
    assert numbers == [first, second, second, second, first], "the third had taken longer on its way"


def test_a_first_message_makes_a_citizen_and_answers(house: House) -> None:
    taken = take_turn(message(), house.ports)
    citizen = house.stored
    assert taken == Taken(citizen.id, 1, repeated=False, met=True)
    assert citizen.who == Who("919800000001", "IN.4821907364501928", "100000000000001", "Rina")
    assert citizen.talk.serial == 1
    assert says(house.outgoing.effects) == ["answer 1"]


def test_the_effect_has_the_id_of_its_cause(house: House) -> None:
    take_turn(message(), house.ports)
    citizen = house.stored
    (effect,) = house.outgoing.effects
    assert effect.id == f"{citizen.id}-{short_hash('wamid.1').hex()}-0"
    assert citizen.outbox == {short_hash("wamid.1").hex(): (effect,)}


def test_the_same_message_again_is_not_thought_twice_and_queues_the_same_effects(house: House) -> None:
    take_turn(message(), house.ports)
    again = take_turn(message(), house.ports)
    assert again == Taken(house.stored.id, 1, repeated=True)
    assert len(house.mind.heard) == 1
    assert house.citizens.commits == 1
    assert house.outgoing.effects[0] == house.outgoing.effects[1]


def test_an_acknowledged_effect_is_not_queued_again(house: House) -> None:
    take_turn(message(), house.ports)
    (effect,) = house.outgoing.effects
    house.citizens.acknowledge(house.stored.id, short_hash("wamid.1").hex(), effect.id)
    assert take_turn(message(), house.ports) == Taken(house.stored.id, 0, repeated=True)
    assert len(house.outgoing.effects) == 1


def test_a_cause_that_was_forgotten_but_still_has_effects_is_not_thought_twice(house: House) -> None:
    take_turn(message(), house.ports)
    house.citizens.put(replace(house.stored, heard=()))
    assert take_turn(message(), house.ports) == Taken(house.stored.id, 1, repeated=True)
    assert len(house.mind.heard) == 1


def test_queueing_that_fails_is_made_good_by_the_same_message_coming_again(house: House) -> None:
    house.outgoing.faults.plan("queue", NotNow("busy"))
    with pytest.raises(NotNow):
        take_turn(message(), house.ports)
    assert house.outgoing.effects == []
    assert take_turn(message(), house.ports) == Taken(house.stored.id, 1, repeated=True)
    assert says(house.outgoing.effects) == ["answer 1"]
    assert len(house.mind.heard) == 1


def test_a_conflict_reads_again_and_thinks_about_what_stands_now(house: House) -> None:
    citizen = house.rina(serial=7)
    house.citizens.before_commit = [lambda: house.citizens.put(replace(citizen, talk=Talk(serial=20), version=2))]
    take_turn(message(), house.ports)
    assert [talk.serial for talk in house.mind.talks] == [7, 20]
    assert says(house.outgoing.effects) == ["answer 21"]


def test_a_message_that_somebody_else_took_meanwhile_has_its_effect_once(house: House) -> None:
    house.rina()
    house.citizens.before_commit = [lambda: take_turn(message(), house.ports)]
    assert take_turn(message(), house.ports).repeated  # type: ignore[union-attr]  # a text is never ignored
    assert says(house.outgoing.effects) == ["answer 1", "answer 1"]
    first, second = house.outgoing.effects
    assert first == second
    assert house.citizens.commits == 1


def test_two_first_messages_at_once_make_one_citizen(house: House) -> None:
    house.citizens.before_commit = [lambda: take_turn(message(2), house.ports)]
    take_turn(message(1), house.ports)
    assert house.stored.talk.serial == 2
    assert says(house.outgoing.effects) == ["answer 1", "answer 2"]


def test_after_three_conflicts_the_message_is_handed_back(house: House) -> None:
    house.rina()
    house.citizens.faults.plan("commit", *(Conflict("first") for _ in range(3)))
    with pytest.raises(Conflict):
        take_turn(message(), house.ports)
    assert len(house.mind.heard) == 3
    assert house.outgoing.effects == []


def test_a_conflict_is_not_tried_again_when_time_is_up(house: House) -> None:
    house.rina()
    house.citizens.faults.plan("commit", Conflict("first"))
    with pytest.raises(Conflict):
        take_turn(message(), house.ports, may_try_again=lambda: False)
    assert len(house.mind.heard) == 1


def test_a_reaction_changes_nothing(house: House) -> None:
    house.rina()
    before = house.stored
    assert take_turn(message(1, inbound.Reaction("wamid.0", "👍")), house.ports) == Ignored()
    assert house.stored == before
    assert house.outgoing.effects == []


def test_the_window_opens_with_the_message_and_never_moves_backwards(house: House) -> None:
    take_turn(message(1, at=NOW), house.ports)
    assert house.stored.talk.heard_at == NOW
    take_turn(message(2, at=NOW - timedelta(hours=5)), house.ports)
    assert house.stored.talk.heard_at == NOW
    house.time.pass_(minutes=3)
    take_turn(message(3, at=NOW + timedelta(minutes=2)), house.ports)
    assert house.stored.talk.heard_at == NOW + timedelta(minutes=2)


def test_a_clock_that_is_ahead_is_not_believed(house: House) -> None:
    take_turn(message(1, at=NOW + timedelta(days=1)), house.ports)
    assert house.stored.talk.heard_at == NOW


def test_a_message_without_a_time_counts_from_now(house: House) -> None:
    take_turn(replace(message(), at=None), house.ports)
    assert house.stored.talk.heard_at == NOW


def test_a_message_some_hours_old_still_gets_its_answer(house: House) -> None:
    take_turn(message(1, at=NOW - timedelta(hours=9)), house.ports)
    assert says(house.outgoing.effects) == ["answer 1"]


def test_a_moment_in_utc_is_the_same_moment(house: House) -> None:
    take_turn(message(1, at=NOW.astimezone(UTC)), house.ports)
    assert house.stored.talk.heard_at == NOW


def test_a_new_identity_of_a_known_citizen_is_stored(house: House) -> None:
    take_turn(message(1, sender=inbound.Sender("919800000001", None)), house.ports)
    take_turn(message(2, sender=RINA), house.ports)
    assert house.stored.who.user_id == RINA.user_id
    take_turn(message(3, sender=inbound.Sender(None, RINA.user_id)), house.ports)
    assert house.stored.who.phone == "919800000001"
    assert house.stored.talk.serial == 3


def test_somebody_without_a_phone_number_is_served(house: House) -> None:
    take_turn(message(1, sender=inbound.Sender(None, "IN.9054417732608215"), name=None), house.ports)
    assert house.stored.who == Who(None, "IN.9054417732608215", "100000000000001", None)
    take_turn(message(2, sender=inbound.Sender(None, "IN.9054417732608215")), house.ports)
    assert house.stored.talk.serial == 2


def test_a_profile_name_is_taken_once(house: House) -> None:
    take_turn(message(1, name=None), house.ports)
    take_turn(message(2, name="Rina"), house.ports)
    take_turn(message(3, name="Rina D."), house.ports)
    assert house.stored.who.profile_name == "Rina"


def test_a_request_names_the_pending_it_carries(house: House) -> None:
    request = Request(Ask.BOOK, "7M4QK2", person="1")
    house.mind.turn = lambda talk, heard: Turn(
        talk.with_(pending=Pending("", "book", "1", "7M4QK2")), (TypingSign(), request)
    )
    take_turn(message(), house.ports)
    pending = house.stored.talk.pending
    assert pending is not None
    assert pending.request == house.outgoing.effects[1].id
    assert house.outgoing.effects[1].act == request


def test_a_request_that_is_pending_already_keeps_its_name(house: House) -> None:
    house.rina(pending=Pending("abc-def-1", "book", "1", "7M4QK2"))
    take_turn(message(), house.ports)
    assert house.stored.talk.pending == Pending("abc-def-1", "book", "1", "7M4QK2")


def waits_for_booking(house: House) -> Effect:
    request = Effect(f"{KEYS.citizen(f'phone:{RINA.phone}')}-a1b2c3d4e5f6-1", Request(Ask.BOOK, "7M4QK2", person="1"))
    citizen = house.rina(pending=Pending(request.id, "book", "1", "7M4QK2"), heard_at=NOW)
    house.citizens.put(replace(citizen, outbox={"a1b2c3d4e5f6": (request,)}))
    return request


def test_a_request_without_an_answer_is_asked_again_when_the_citizen_writes_after_a_quarter_of_an_hour(
    house: House,
) -> None:
    request = waits_for_booking(house)
    house.time.pass_(seconds=FORGOTTEN_AFTER.total_seconds() - 1)
    take_turn(message(1, at=NOW), house.ports)
    assert request not in house.outgoing.effects
    house.time.pass_(seconds=1)
    house.outgoing.faults.plan("queue", NotNow("busy"))
    with pytest.raises(NotNow):
        take_turn(message(2, at=house.time.now), house.ports)
    take_turn(message(2, at=house.time.now), house.ports)
    assert house.outgoing.effects.count(request) == 1
    take_turn(message(3, at=house.time.now), house.ports)
    assert house.outgoing.effects.count(request) == 1, "once for every long silence"


def test_a_long_silence_with_nothing_pending_asks_for_nothing(house: House) -> None:
    waits_for_booking(house)
    house.citizens.put(replace(house.stored, talk=replace(house.stored.talk, pending=None)))
    house.time.pass_(hours=1)
    take_turn(message(1, at=house.time.now), house.ports)
    assert says(house.outgoing.effects) == ["answer 1"]
    assert len(house.outgoing.effects) == 1


def test_an_outbox_does_not_grow_for_ever_while_nothing_can_be_sent(house: House) -> None:
    request = waits_for_booking(house)
    for number in range(MOST_UNACKNOWLEDGED + 30):
        take_turn(message(number), house.ports)
    kept = [effect for effects in house.stored.outbox.values() for effect in effects]
    assert len(kept) == MOST_UNACKNOWLEDGED + 1
    assert request in kept
    # The oldest were let go of, in order, each queued once more before.
    gone = house.citizens.acknowledged
    cause = f"{house.stored.id}-{short_hash('wamid.0').hex()}-0"
    assert gone[0] == cause
    queued = [effect.id for effect in house.outgoing.effects]
    assert [queued.count(each) for each in gone] == [2] * len(gone)


def test_what_cannot_be_queued_again_stays_in_the_outbox(house: House) -> None:
    for number in range(MOST_UNACKNOWLEDGED + 1):
        take_turn(message(number), house.ports)
    house.outgoing.faults.plan("queue", NotNow("busy"))
    with pytest.raises(NotNow):
        take_turn(message(99), house.ports)
    assert house.citizens.acknowledged == []


def test_a_pending_without_its_request_is_refused(house: House) -> None:
    house.mind.turn = lambda talk, heard: Turn(talk.with_(pending=Pending("", "book", "1", "7M4QK2")), (Say("x"),))
    with pytest.raises(Unusable):
        take_turn(message(), house.ports)


def test_typing_names_the_message_and_is_queued_but_never_kept(house: House) -> None:
    house.mind.turn = lambda talk, heard: Turn(talk, (TypingSign(), Say("x")))
    take_turn(message(), house.ports)
    assert house.outgoing.effects[0].act == TypingSign("wamid.1")
    ((kept,),) = house.stored.outbox.values()
    assert kept.act == Say("x")
    assert kept.id.endswith("-1")


def test_messages_are_queued_last(house: House) -> None:
    acts = (Say("thanks"), FetchProof("m", "k"), Later("remind", NOW.date()), Request(Ask.RELEASE, "7M4QK2"))
    house.mind.turn = lambda talk, heard: Turn(talk, acts)
    take_turn(message(), house.ports)
    assert [effect.act for effect in house.outgoing.effects] == [*acts[1:], acts[0]]
    assert [effect.id[-1] for effect in house.outgoing.effects] == ["1", "2", "3", "0"]
    house.outgoing.queued.clear()
    take_turn(message(), house.ports)
    assert [effect.act for effect in house.outgoing.effects] == [*acts[1:], acts[0]]


def test_nothing_said_queues_nothing(house: House) -> None:
    house.mind.turn = lambda talk, heard: Turn(talk)
    house.outgoing.faults.plan("queue", AssertionError("nothing to queue"))
    assert take_turn(message(), house.ports) == Taken(house.stored.id, 0, repeated=False, met=True)
    assert house.stored.heard == (short_hash("wamid.1"),)


def test_a_card_that_belongs_to_somebody_else_leaves_the_talk_where_it_stood(house: House) -> None:
    house.rina(serial=4, step="id_number")
    house.citizens.cards["seal-1"] = "somebody11"

    def turn(talk: Talk, heard: Heard) -> Turn:
        if heard == Answered("", Outcome.CARD_TAKEN):
            return Turn(talk, (Say("card_taken"),))
        return Turn(talk.with_(step="where"), (Say("ask_where"),), keep=Keep(person("1", card_seal="seal-1")))

    house.mind.turn = turn
    take_turn(message(), house.ports)
    assert house.stored.talk.step == "id_number"
    assert says(house.outgoing.effects) == ["card_taken"]
    assert house.stored.talk.people == {}


def test_a_person_is_kept_with_the_state(house: House) -> None:
    house.mind.turn = lambda talk, heard: Turn(talk, (Say("ask_where"),), keep=Keep(person("1")))
    take_turn(message(), house.ports)
    assert house.stored.talk.people["1"] == person("1")


def test_forgetting_leaves_addresses(house: House) -> None:
    house.rina(people={"1": person("1")})
    house.mind.turn = lambda talk, heard: Turn(Talk(language="bn"), (Say("erased"),), forget=Forget())
    take_turn(message(), house.ports)
    assert house.stored.talk.people == {}
    assert house.stored.who.phone == "919800000001"


def test_an_answer_settles_its_request(house: House) -> None:
    request = Effect("x-aa-0", Request(Ask.BOOK, "7M4QK2", person="1"))
    citizen = house.citizens.put(replace(house.rina(), outbox={"aa": (request,)}))
    effects = hear(citizen, Answered("x-aa-0", Outcome.FULL), b"answer", house.ports, settled="aa")
    assert "aa" not in house.stored.outbox
    assert effects == tuple(house.outgoing.effects)


def test_time_does_not_repeat_effect_ids(house: House) -> None:
    for number in range(5):
        take_turn(message(number), house.ports)
    ids = [effect.id for effect in house.outgoing.effects]
    assert len(set(ids)) == 5
    assert all(before != after for before, after in pairwise(ids))


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        (inbound.Text("হাই"), Said("হাই")),
        (inbound.Tapped("q~name~1~me", "Me"), Tapped("q~name~1~me")),
        (inbound.Photo("m", "image/png", None, "ABC"), Pictured("m", "image/png", "ABC")),
        (inbound.Photo("m"), Pictured("m", "image/jpeg", "")),
        (inbound.Document("m", "image/jpeg"), Pictured("m", "image/jpeg", "")),
        (inbound.Document("m", "application/pdf; x=1", None, "c"), Pictured("m", "application/pdf; x=1", "c")),
        (inbound.Document("m", "application/zip"), Odd("document")),
        (inbound.Document("m"), Odd("document")),
        (inbound.Voice("m"), Odd("voice")),
        (inbound.Video("m"), Odd("video")),
        (inbound.Sticker("m"), Odd("sticker")),
        (inbound.ContactCard(("919800000001",)), Odd("contact")),
        (inbound.Location(22.5, 88.3, "x", "y"), Located(22.5, 88.3)),
        (inbound.Order(()), Odd("order")),
        (inbound.FlowReply("{}"), Odd("unknown")),
        (inbound.Unsupported(131051), Odd("unknown")),
        (inbound.Unknown("poll"), Odd("unknown")),
        (inbound.Reaction("m", "👍"), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_content_is_heard_as_something(content: inbound.Content, heard: Heard | None) -> None:
    assert heard_in(content) == heard
