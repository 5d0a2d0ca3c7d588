"""What Meta posts: signature, order, time, and what waits."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import count
from typing import Any

import pytest

from seba.conversation.engine import sorry
from seba.conversation.heard import Heard, Said
from seba.conversation.records import Entry, Stop, parts_of_effect
from seba.conversation.say import LookUp, Say
from seba.conversation.talk import Pending, Talk
from seba.domain.errors import Conflict, NotNow
from seba.domain.orders import Order
from seba.domain.rules import default_rules
from seba.services import deferred
from seba.services.desk_view import DeskViews, Trade
from seba.services.receive_webhook import (
    BUDGET,
    LAST_RECEIVE,
    LONGEST_WAIT,
    Answer,
    Waiting,
    WebhookPorts,
    receive_waiting,
    receive_webhook,
    shake_hands,
)
from seba.whatsapp import inbound
from seba.whatsapp.signature import sign
from tests.fakes.market import FakeMarket, FakeOrders, FakeStocks
from tests.fakes.world import KEYS, NOW, FakeBreaker, FakeJournal, FakeLedger, FakeOverflow, FakeWorld, says
from tests.unit.services.test_take_turn import House, Turn

SECRET = "the app's secret"
RINA, AMAL = "919800000001", "919800000002"


class Hall(House):
    """The house with its door."""

    def __init__(self) -> None:
        super().__init__()
        self.orders = FakeOrders()
        trade = Trade(FakeMarket(), FakeStocks(), self.orders, pays_online=True)
        desk = DeskViews(default_rules(), ("shop",), FakeWorld(self.citizens), lambda: KEYS, trade).at
        self.ports = replace(self.ports, desk=desk)
        self.ledger, self.overflow, self.journal = FakeLedger(), FakeOverflow(), FakeJournal()
        self.breaker = FakeBreaker()
        self.door = WebhookPorts(
            turn=self.ports,
            ledger=self.ledger,
            breaker=self.breaker,
            overflow=self.overflow,
            sorry=sorry,
            group=KEYS.citizen,
            app_secret=lambda: SECRET,
            verify_token=lambda: "token",
            journal=self.journal,
            stopwatch=self.time.stopwatch,
        )

    def post(self, body: dict[str, Any] | bytes) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return receive_webhook({"x-hub-signature-256": sign(SECRET, raw)}, raw, self.door)

    def redeliver(self, receives: int = 1, in_time: Callable[[], bool] = lambda: True) -> list[str]:
        """What waits, as the queue delivers it: all at once, in order. What is done is gone."""
        self.overflow.waits.clear()
        batch = [
            Waiting(str(at), group, body, receives, f"r-{at}")
            for at, (group, _, body) in enumerate(self.overflow.waiting)
        ]
        stay = receive_waiting(batch, self.door, in_time)
        self.overflow.waiting = [item for at, item in enumerate(self.overflow.waiting) if str(at) in stay]
        return stay

    @property
    def texts_heard(self) -> list[str]:
        return [heard.text for heard in self.mind.heard if isinstance(heard, Said)]


@pytest.fixture
def hall() -> Hall:
    return Hall()


_numbers = count(1)


def text(body: str, sender: str = RINA, id_: str | None = None) -> dict[str, Any]:
    id_ = id_ or f"wamid.T{next(_numbers)}"
    return {"id": id_, "from": sender, "timestamp": str(int(NOW.timestamp())), "type": "text", "text": {"body": body}}


def status(effect: str, name: str, *, code: int | None = None, id_: str = "wamid.S") -> dict[str, Any]:
    part: dict[str, Any] = {
        "id": id_,
        "status": name,
        "timestamp": str(int(NOW.timestamp())),
        "recipient_id": RINA,
        "biz_opaque_callback_data": effect,
    }
    if code is not None:
        part["errors"] = [{"code": code, "title": "x"}]
    return part


def body(*messages: dict[str, Any], **other: list[dict[str, Any]]) -> dict[str, Any]:
    value = {"metadata": {"phone_number_id": "100000000000001"}, "messages": list(messages), **other}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "x", "value": value}]}]}


# ---- the door ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", [None, "", "sha256=00", "sha256=" + "0" * 64, "nonsense"])
def test_an_unsigned_body_gets_401_and_nothing_is_read(hall: Hall, signature: str | None) -> None:
    raw = json.dumps(body(text("hi"))).encode()
    assert receive_webhook({"x-hub-signature-256": signature}, raw, hall.door) == Answer(401)
    assert hall.mind.heard == []
    assert hall.journal.counts == {"Unsigned": 1}


def test_a_signature_of_other_bytes_is_refused(hall: Hall) -> None:
    raw = json.dumps(body(text("hi"))).encode()
    assert receive_webhook({"X-Hub-Signature-256": sign(SECRET, raw)}, raw + b" ", hall.door).status == 401


def test_the_handshake_echoes_the_challenge_for_the_right_token(hall: Hall) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "token", "hub.challenge": "1158201444"}
    assert shake_hands(query, hall.door) == Answer(200, "1158201444")
    assert shake_hands({**query, "hub.verify_token": "other"}, hall.door) == Answer(403)
    assert shake_hands({}, hall.door) == Answer(403)


@pytest.mark.parametrize(
    "raw", [b"", b"no json", b"{" * 5000, b"x" * (3 * 1024 * 1024 + 1), b"[]", b"{}", b'{"entry": [7, {"changes": 3}]}']
)
def test_a_body_that_repeating_cannot_mend_gets_200_and_is_counted(hall: Hall, raw: bytes) -> None:
    assert hall.post(raw) == Answer(200)
    assert hall.journal.counts["Unreadable"] >= 1
    assert hall.mind.heard == []


def test_an_odd_part_does_not_hide_the_others(hall: Hall) -> None:
    assert hall.post(body(text("one"), {"type": "text"}, text("two"))) == Answer(200)
    assert hall.texts_heard == ["one", "two"]
    assert hall.journal.counts["Unreadable"] == 1


# ---- messages ----------------------------------------------------------------------------------------------------


def test_many_messages_of_many_people_are_answered_in_order(hall: Hall) -> None:
    senders = [RINA, AMAL, RINA, RINA, AMAL]
    hall.post(body(*(text(str(at), sender) for at, sender in enumerate(senders))))
    assert hall.texts_heard == ["0", "1", "2", "3", "4"]
    assert len(hall.citizens.stored) == 2
    assert says(hall.outgoing.effects) == ["answer 1", "answer 1", "answer 2", "answer 3", "answer 2"]


def test_the_same_body_twice_has_its_effects_once(hall: Hall) -> None:
    twice = body(text("one"), text("two", AMAL))
    hall.post(twice)
    hall.post(twice)
    assert hall.texts_heard == ["one", "two"]
    assert {effect.id for effect in hall.outgoing.effects} == {effect.id for effect in hall.outgoing.effects[:2]}
    assert hall.journal.counts == {"Heard": 2, "Repeated": 2}


def test_one_message_twice_in_one_body_has_its_effect_once(hall: Hall) -> None:
    hall.post(body(text("one", id_="wamid.X"), text("one", id_="wamid.X")))
    assert hall.texts_heard == ["one"]


def test_when_time_is_up_the_rest_waits_in_order(hall: Hall) -> None:
    def slow(talk: Talk, heard: Heard) -> Turn:
        hall.time.pass_(seconds=BUDGET / 2)
        return Turn(talk, (Say("x"),))

    hall.mind.turn = slow
    assert hall.post(body(*(text(str(at), f"91980000000{at}") for at in range(5)))) == Answer(200)
    assert hall.texts_heard == ["0", "1"]
    assert len(hall.overflow.waiting) == 3
    hall.redeliver()
    assert hall.texts_heard == ["0", "1", "2", "3", "4"]


def test_a_thousand_messages_in_one_body_each_have_their_effect(hall: Hall) -> None:
    def slow(talk: Talk, heard: Heard) -> Turn:
        hall.time.pass_(milliseconds=10)
        return Turn(talk, (Say("x"),))

    hall.mind.turn = slow
    assert hall.post(body(*(text(str(at), f"9198000{at:05}") for at in range(1000)))) == Answer(200)
    assert len(hall.mind.heard) == 150
    assert len(hall.overflow.waiting) == 850
    hall.redeliver()
    assert hall.texts_heard == [str(at) for at in range(1000)]


def test_a_message_that_fails_waits_and_meta_gets_200(hall: Hall) -> None:
    hall.citizens.faults.plan("find", NotNow("busy"))
    assert hall.post(body(text("one"))) == Answer(200)
    assert hall.mind.heard == []
    assert hall.redeliver() == []
    assert hall.texts_heard == ["one"]


def test_later_messages_of_somebody_whose_message_waits_wait_behind_it(hall: Hall) -> None:
    hall.citizens.faults.plan("find", NotNow("busy"))
    hall.post(body(text("one"), text("other", AMAL), text("two")))
    assert hall.texts_heard == ["other"]
    hall.redeliver()
    assert hall.texts_heard == ["other", "one", "two"]


def test_what_waits_is_grouped_by_citizen_and_named_without_telling_who(hall: Hall) -> None:
    hall.citizens.faults.plan("find", NotNow("busy"))
    hall.post(body(text("one", id_="wamid.ONE")))
    ((group, deduplication, _),) = hall.overflow.waiting
    assert group == KEYS.citizen(f"phone:{RINA}")
    assert len(deduplication) == 64
    assert "ONE" not in deduplication


def test_conflicts_that_do_not_end_make_the_message_wait(hall: Hall) -> None:
    hall.rina()
    hall.citizens.faults.plan("commit", *(Conflict("first") for _ in range(3)))
    assert hall.post(body(text("one"))) == Answer(200)
    assert len(hall.overflow.waiting) == 1


def test_when_nothing_can_wait_meta_is_asked_to_repeat(hall: Hall) -> None:
    hall.citizens.faults.plan("find", NotNow("busy"))
    hall.overflow.full = True
    assert hall.post(body(text("one"))) == Answer(500)
    hall.citizens.faults.plan("find", NotNow("busy"))
    hall.overflow.full = False
    hall.overflow.faults.plan("defer", NotNow("busy"))
    assert hall.post(body(text("one"))) == Answer(500)
    assert hall.journal.counts["NotPutOff"] == 2


def test_a_message_to_another_number_of_the_app_is_let_pass_and_counted(hall: Hall) -> None:
    written = body(text("Hi"))
    written["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    assert hall.post(written).status == 200
    assert hall.texts_heard == []
    assert hall.overflow.waiting == []
    assert hall.journal.counts["OtherNumber"] == 1


def test_a_message_to_another_number_of_the_desk_is_heard(hall: Hall) -> None:
    hall.door = replace(hall.door, turn=replace(hall.ports, more_numbers=frozenset({"100000000000003"})))
    written = body(text("hi"))
    written["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "100000000000003"
    assert hall.post(written) == Answer(200)
    assert hall.texts_heard == ["hi"]
    assert hall.stored.who.phone_number_id == "100000000000003"


def test_a_reaction_is_acknowledged_and_does_nothing(hall: Hall) -> None:
    reaction = {"id": "wamid.R", "from": RINA, "type": "reaction", "reaction": {"message_id": "x", "emoji": "👍"}}
    assert hall.post(body(reaction)) == Answer(200)
    assert hall.citizens.stored == {}


# ---- what keeps failing ------------------------------------------------------------------------------------------


def poison(talk: Talk, heard: Heard) -> Turn:
    if heard == Said("poison"):
        raise KeyError("Rina Das, 919800000001")
    return Turn(talk.with_(serial=talk.serial + 1), (Say("fine"),))


def test_a_message_that_makes_the_code_fail_is_set_aside_at_the_third_receive(hall: Hall) -> None:
    hall.mind.turn = poison
    hall.post(body(text("poison", id_="wamid.P"), text("after"), text("other", AMAL)))
    assert hall.redeliver(1) == ["0", "1"]
    assert hall.redeliver(2) == ["0", "1"]
    assert hall.overflow.parked == []
    assert hall.redeliver(3) == []
    ((group, _, parked, cause),) = hall.overflow.parked
    assert group == KEYS.citizen(f"phone:{RINA}")
    assert isinstance(event := deferred.read(parked), inbound.Message)
    assert event.id == "wamid.P"
    assert cause.startswith("KeyError at test_receive_webhook.py:")
    assert hall.journal.counts["Parked"] == 1
    assert says(hall.outgoing.effects) == ["fine", "sorry_try_again", "fine"]


def test_busy_is_no_fault_of_a_message_which_waits_longer_each_time(hall: Hall) -> None:
    hall.citizens.faults.plan("find", NotNow("busy"))
    hall.post(body(text("one"), text("two")))
    waits: list[int] = []
    for receives in range(1, LAST_RECEIVE):
        hall.citizens.faults.plan("find", NotNow("busy") if receives % 2 else Conflict("others"))
        assert hall.redeliver(receives) == ["0", "1"]
        assert hall.overflow.waits["r-0"] == hall.overflow.waits["r-1"]
        waits.append(hall.overflow.waits["r-0"])
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (10, LONGEST_WAIT)
    assert hall.overflow.parked == []
    assert hall.redeliver(LAST_RECEIVE) == []
    assert hall.texts_heard == ["one", "two"]


def test_what_is_busy_at_the_last_receive_is_set_aside_before_the_queue_does_it_without_a_cause(hall: Hall) -> None:
    hall.citizens.faults.plan("find", *(NotNow("busy") for _ in range(2)))
    hall.post(body(text("one")))
    assert hall.redeliver(LAST_RECEIVE) == []
    ((_, _, _, cause),) = hall.overflow.parked
    assert cause.startswith("NotNow: busy")


def test_when_lambdas_time_is_up_the_rest_comes_again_soon(hall: Hall) -> None:
    hall.citizens.faults.plan("find", *(NotNow("busy") for _ in range(3)))
    hall.post(body(*(text(str(at), f"91980000000{at}") for at in range(3))))
    left = [True, True, False]
    hall.citizens.faults.plan("find", NotNow("busy"))
    assert hall.redeliver(2, lambda: left.pop(0)) == ["0", "2"]
    assert hall.texts_heard == ["1"]
    assert hall.overflow.waits == {"r-0": 20, "r-2": 1}


def test_a_wait_that_cannot_be_set_leaves_the_queues_own(hall: Hall) -> None:
    hall.citizens.faults.plan("find", *(NotNow("busy") for _ in range(2)))
    hall.post(body(text("one")))
    hall.overflow.faults.plan("wait", NotNow("busy"))
    assert hall.redeliver(1) == ["0"]


def test_what_a_message_brought_about_is_queued_instead_of_an_apology(hall: Hall) -> None:
    hall.outgoing.faults.plan("queue", *(KeyError("of our own") for _ in range(2)))
    hall.post(body(text("one")))
    hall.redeliver(3)
    assert says(hall.outgoing.effects) == ["answer 1"]
    assert hall.overflow.parked == []


def test_an_apology_that_was_committed_and_not_queued_is_queued_when_the_message_comes_again(hall: Hall) -> None:
    hall.mind.turn = poison
    hall.post(body(text("poison")))
    waiting = list(hall.overflow.waiting)
    hall.outgoing.faults.plan("queue", NotNow("busy"))
    hall.redeliver(3)
    assert hall.outgoing.effects == []
    hall.overflow.waiting = waiting
    hall.redeliver(3)
    assert says(hall.outgoing.effects) == ["sorry_try_again"]


def test_the_citizen_is_told_once_and_the_conversation_stands_where_it_stood(hall: Hall) -> None:
    pending = Pending("x", "book", "1", "7M4QK2")
    hall.rina(serial=9, step="offer", language="bn", pending=pending)
    hall.mind.turn = poison
    message = inbound.Message(
        "wamid.P", NOW.astimezone(UTC), None, inbound.Sender(RINA), inbound.Text("poison"), "Rina"
    )
    for _ in range(2):
        hall.overflow.waiting = [("rina", "d", deferred.write(message))]
        hall.redeliver(3)
    first, second = hall.outgoing.effects
    assert first == second
    assert isinstance(first.act, Say)
    assert first.act.key == "sorry_try_again"
    talk = hall.stored.talk
    assert (talk.serial, talk.step, talk.pending, talk.heard_at) == (9, "offer", pending, NOW)


def test_a_message_that_was_set_aside_can_be_given_again_when_the_fault_is_mended(hall: Hall) -> None:
    hall.mind.turn = poison
    hall.post(body(text("poison")))
    hall.redeliver(3)
    ((group, deduplication, parked, _),) = hall.overflow.parked
    hall.mind.turn = lambda talk, heard: Turn(talk, (Say("mended"),))
    hall.overflow.waiting = [(group, deduplication, parked)]
    hall.redeliver(1)
    assert says(hall.outgoing.effects) == ["sorry_try_again", "mended"]


def test_an_apology_that_fails_does_not_keep_the_message_from_being_set_aside(hall: Hall) -> None:
    hall.mind.turn = poison
    hall.post(body(text("poison")))
    hall.outgoing.faults.plan("queue", NotNow("busy"))
    assert hall.redeliver(3) == []
    assert len(hall.overflow.parked) == 1


def test_what_cannot_be_set_aside_stays(hall: Hall) -> None:
    hall.mind.turn = poison
    hall.post(body(text("poison")))
    hall.overflow.faults.plan("park", NotNow("busy"))
    assert hall.redeliver(3) == ["0"]


def test_a_body_of_the_queue_that_is_none_of_ours_is_set_aside(hall: Hall) -> None:
    hall.overflow.waiting = [("g", "d", "nonsense")]
    assert hall.redeliver(3) == []
    assert len(hall.overflow.parked) == 1
    assert hall.outgoing.effects == []


def test_nothing_personal_is_written_down(hall: Hall) -> None:
    hall.mind.turn = poison
    hall.post(body(text("poison"), text("Rina Das", AMAL), {"id": "1", "type": "text", "from": "919800000003"}))
    hall.redeliver(1)
    hall.redeliver(3)
    hall.post(body(text("my card is ABC1234567")))
    written = hall.journal.whole + repr(hall.overflow.parked[0][3])
    for personal in ("Rina", "Das", RINA, AMAL, "919800000003", "poison'", "ABC1234567", "wamid"):
        assert personal not in written


# ---- statuses, identities, preferences ---------------------------------------------------------------------------


def sent(hall: Hall, state: str = "accepted") -> str:
    hall.ledger.entries["abc-def-0"] = Entry("abc-def-0", state, NOW, 1)
    return "abc-def-0"


def state(hall: Hall) -> str:
    return hall.ledger.entries["abc-def-0"].state


def test_statuses_move_the_ledger_forward(hall: Hall) -> None:
    effect = sent(hall)
    for name in ("sent", "delivered", "read"):
        hall.post(body(statuses=[status(effect, name)]))
        assert state(hall) == name


def test_a_late_sent_never_overwrites_delivered(hall: Hall) -> None:
    effect = sent(hall)
    hall.post(body(statuses=[status(effect, "delivered"), status(effect, "sent")]))
    assert state(hall) == "delivered"


def test_a_status_settles_what_was_unknown(hall: Hall) -> None:
    effect = sent(hall, "sending")
    hall.post(body(statuses=[status(effect, "sent", id_="wamid.REAL")]))
    assert hall.ledger.entries[effect] == Entry(effect, "sent", NOW, 1, "wamid.REAL")


def test_a_message_that_shall_not_go_stays_so(hall: Hall) -> None:
    effect = sent(hall, "not_sent")
    hall.post(body(statuses=[status(effect, "read")]))
    assert state(hall) == "not_sent"


def test_a_failure_is_kept_with_its_code_and_counted_once(hall: Hall) -> None:
    effect = sent(hall)
    failed = status(effect, "failed", code=131026)
    hall.post(body(statuses=[failed, failed]))
    assert state(hall) == "failed"
    assert hall.ledger.reasons[effect][0] == 131026
    assert hall.journal.counts["NotDelivered"] == 1


def test_a_status_of_a_try_that_was_unknown_is_believed_while_the_message_waits_to_go_again(hall: Hall) -> None:
    effect = sent(hall, "waiting")
    hall.post(body(statuses=[status(effect, "failed", code=131026)]))
    assert state(hall) == "waiting", "it goes again"
    hall.post(body(statuses=[status(effect, "delivered")]))
    assert state(hall) == "delivered"


@pytest.mark.parametrize("code", [131031, 131042, 131048])
def test_a_failure_of_the_account_stops_all_sending_once(hall: Hall, code: int) -> None:
    effect = sent(hall)
    failed = body(statuses=[status(effect, "failed", code=code)])
    hall.ledger.faults.plan("end", NotNow("busy"))
    hall.post(failed)
    assert hall.breaker.stop_ == Stop(code, NOW)
    assert hall.journal.gauges["SendingStopped"] == 1
    hall.redeliver()
    assert hall.ledger.reasons[effect] == (code, "stop_sender")
    hall.breaker.resume()
    hall.post(failed)
    assert hall.breaker.stop_ is None, "what Meta repeats must not stop again what an operator has resumed"


@pytest.mark.parametrize(("code", "reason"), [(131026, "give_up"), (131047, "send_as_template"), (None, "give_up")])
def test_a_failure_of_one_message_is_counted_with_its_reason_and_stops_nothing(
    hall: Hall, code: int | None, reason: str
) -> None:
    effect = sent(hall)
    hall.post(body(statuses=[status(effect, "failed", code=code)]))
    assert hall.breaker.stop_ is None
    assert hall.ledger.reasons[effect] == (code or 0, reason)
    assert hall.journal.counts["NotDelivered"] == 1


def test_a_failure_of_somebody_elses_message_stops_nothing(hall: Hall) -> None:
    hall.post(body(statuses=[status("not-ours-0", "failed", code=131042)]))
    assert hall.breaker.stop_ is None


def test_a_delivered_message_has_not_failed(hall: Hall) -> None:
    effect = sent(hall, "delivered")
    hall.post(body(statuses=[status(effect, "failed", code=131000)]))
    assert state(hall) == "delivered"


def test_a_status_without_our_id_or_of_an_unknown_message_is_nothing(hall: Hall) -> None:
    other = status("x", "sent")
    del other["biz_opaque_callback_data"]
    assert hall.post(body(statuses=[other, status("not-ours-0", "sent")])) == Answer(200)
    assert hall.ledger.entries == {}


def test_an_unknown_status_means_that_meta_has_the_message(hall: Hall) -> None:
    effect = sent(hall, "sending")
    hall.post(body(statuses=[status(effect, "held_for_review")]))
    assert state(hall) == "accepted"


def test_a_status_that_cannot_be_written_waits_like_a_message(hall: Hall) -> None:
    effect = sent(hall)
    hall.ledger.faults.plan("end", NotNow("busy"))
    assert hall.post(body(statuses=[status(effect, "delivered")])) == Answer(200)
    assert state(hall) == "accepted"
    hall.redeliver()
    assert state(hall) == "delivered"


def test_an_announced_change_of_number_keeps_the_citizen(hall: Hall) -> None:
    citizen = hall.rina(serial=3)
    system = {"type": "user_changed_number", "wa_id": "919800000077", "user_id": "IN.77"}
    change = {"id": "wamid.C", "from": RINA, "type": "system", "system": system}
    hall.post(body(change, text("hi", "919800000077")))
    assert list(hall.citizens.stored) == [citizen.id]
    assert hall.stored.who.phone == "919800000077"
    assert hall.stored.talk.serial == 4


def test_a_change_that_fails_waits_in_front_of_the_messages_of_the_new_number(hall: Hall) -> None:
    citizen = hall.rina(serial=3)
    hall.citizens.faults.plan("repoint", NotNow("busy"))
    system = {"type": "user_changed_number", "wa_id": "919800000077", "user_id": "IN.77"}
    change = {"id": "wamid.C", "from": RINA, "type": "system", "system": system}
    hall.post(body(change, text("hi", "919800000077")))
    hall.redeliver()
    assert list(hall.citizens.stored) == [citizen.id]
    assert hall.stored.talk.serial == 4


def stopped(hall: Hall) -> bool:
    return hall.stored.talk.stopped


def preference(value: str, category: str = "everything", at: int = 1795321800) -> dict[str, Any]:
    part = {"wa_id": RINA, "category": category, "value": value, "timestamp": str(at)}
    return body(user_preferences=[part])


def test_whatsapps_own_stop_counts_like_the_word_and_says_nothing(hall: Hall) -> None:
    hall.rina()
    hall.post(preference("stop"))
    assert stopped(hall)
    assert hall.outgoing.effects == []
    hall.citizens.put(replace(hall.stored, talk=replace(hall.stored.talk, stopped=False)))
    hall.post(preference("stop"))
    assert not stopped(hall), "an old stop that is repeated must not stop again"


def test_the_switch_against_advertising_leaves_reminders_alone(hall: Hall) -> None:
    hall.rina()
    hall.post(preference("stop", "marketing_messages"))
    assert not stopped(hall)


@pytest.mark.parametrize("category", ["marketing_messages", "everything"])
def test_only_the_citizens_own_word_lifts_a_stop(hall: Hall, category: str) -> None:
    hall.rina(stopped=True)
    hall.post(preference("resume", category))
    assert stopped(hall)


@pytest.mark.parametrize("duty", [{"desk_of": "C068"}, {"shop_of": "3F8KQ"}], ids=["desk", "shop"])
def test_a_centres_desk_keeps_getting_its_lists_and_a_shop_the_question_of_the_morning(
    hall: Hall, duty: dict[str, str]
) -> None:
    citizen = hall.rina()
    hall.citizens.put(replace(citizen, talk=citizen.talk.with_(**duty)))
    hall.post(preference("stop"))
    assert not stopped(hall)


def test_a_stop_of_a_stranger_is_nothing(hall: Hall) -> None:
    preference = {"wa_id": RINA, "category": "marketing_messages", "value": "stop"}
    assert hall.post(body(user_preferences=[preference])) == Answer(200)
    assert hall.citizens.stored == {}


def test_metas_own_errors_are_noted(hall: Hall) -> None:
    hall.post(body(errors=[{"code": 130429, "title": "Rate limit hit"}]))
    assert ("Meta reports an error", {"code": 130429}) in hall.journal.lines


def test_an_old_message_does_not_close_the_window(hall: Hall) -> None:
    hall.rina(heard_at=NOW)
    hall.mind.turn = poison
    old = inbound.Message("w", NOW - timedelta(days=2), None, inbound.Sender(RINA), inbound.Text("poison"))
    hall.overflow.waiting = [("rina", "d", deferred.write(replace(old)))]
    hall.redeliver(3)
    assert hall.stored.talk.heard_at == NOW


# ---- payments ------------------------------------------------------------------------------------------------------

BILL = "7M4QK2X9-34200"
ORDER = Order("7M4QK2X9", "somebody1", "Rina", "700029", (), 34200, 34200)


def payment(reference: str = BILL, state: str = "captured", recipient: str | None = RINA) -> dict[str, Any]:
    transaction = {"id": "pay_1", "status": "success"}
    about = {"reference_id": reference, "amount": {"value": 34200, "offset": 100}, "transaction": transaction}
    part = {
        "id": "wamid.B",
        "type": "payment",
        "status": state,
        "timestamp": str(int(NOW.timestamp())),
        "payment": about,
    }
    return part if recipient is None else {**part, "recipient_id": recipient}


def known(hall: Hall, phone: str = RINA) -> str:
    """Somebody who has written: their citizen id. What that brought about is out of the way."""
    hall.post(body(text("hi", phone)))
    citizen = hall.citizens.find(phone, None)
    assert citizen is not None
    hall.outgoing.queued.clear()
    hall.journal.counts.clear()
    return citizen.id


def test_a_captured_payment_is_looked_up_in_the_lane_of_whom_the_bill_went_to(hall: Hall) -> None:
    rina = known(hall)
    assert hall.post(body(statuses=[payment()])) == Answer(200)
    ((lane, citizen, effect),) = hall.outgoing.queued
    assert (lane, citizen) == ("queue", rina)
    assert effect.act == LookUp(BILL)
    assert parts_of_effect(effect.id)[0] == rina
    assert hall.journal.counts == {"PaymentsToLookUp": 1}


def test_the_same_payment_told_again_asks_the_same(hall: Hall) -> None:
    known(hall)
    hall.post(body(statuses=[payment(), payment()]))
    hall.post(body(statuses=[payment()]))
    assert len(hall.outgoing.effects) == 3, "what the queue knows already it drops"
    assert len({effect.id for effect in hall.outgoing.effects}) == 1


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_an_attempt_that_did_not_succeed_changes_nothing(hall: Hall, state: str) -> None:
    known(hall)
    assert hall.post(body(statuses=[payment(state=state)])) == Answer(200)
    assert hall.outgoing.queued == []
    assert hall.journal.counts == {"PaymentAttempts": 1}


@pytest.mark.parametrize("recipient", [None, AMAL])
def test_where_meta_does_not_say_whose_bill_it_is_the_order_does(hall: Hall, recipient: str | None) -> None:
    rina = known(hall)
    hall.orders.orders[ORDER.id] = replace(ORDER, customer=rina)
    hall.post(body(statuses=[payment(recipient=recipient)]))
    assert [(citizen, effect.act) for _, citizen, effect in hall.outgoing.queued] == [(rina, LookUp(BILL))]


@pytest.mark.parametrize(
    ("reference", "recipient"), [("somebody else's bill", RINA), (BILL, AMAL), (BILL, None), ("7M4QK2X9", None)]
)
def test_a_payment_for_an_unknown_order_is_counted_and_noted_for_a_person(
    hall: Hall, reference: str, recipient: str | None
) -> None:
    known(hall)
    assert hall.post(body(statuses=[payment(reference, recipient=recipient)])) == Answer(200)
    assert hall.outgoing.queued == []
    assert hall.journal.counts == {"UnknownPayments": 1}


def test_a_payment_that_cannot_be_queued_waits_and_is_not_lost(hall: Hall) -> None:
    known(hall)
    hall.outgoing.faults.plan("queue", NotNow("SQS is busy"), NotNow("SQS is busy"))
    assert hall.post(body(statuses=[payment()])) == Answer(200)
    assert hall.outgoing.queued == []
    assert hall.redeliver() == ["0"]
    assert hall.redeliver() == []
    assert [effect.act for effect in hall.outgoing.effects] == [LookUp(BILL)]


def test_a_payment_to_another_number_of_the_account_is_not_ours(hall: Hall) -> None:
    known(hall)
    value = {"metadata": {"phone_number_id": "7"}, "statuses": [payment()]}
    hall.post({"entry": [{"changes": [{"value": value}]}]})
    assert hall.outgoing.queued == []
    assert hall.journal.counts == {"OtherNumber": 1}
