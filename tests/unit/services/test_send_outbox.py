"""What speaks: once, in order, at the right pace, and never when it should be silent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from seba.conversation.codec import read_act, write_act
from seba.conversation.records import Citizen, Effect, Entry, Stop
from seba.conversation.say import Act, Ask, FetchProof, Later, LookUp, OrderAsk, OrderRequest, Request, Say, Typing
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.errors import NotNow
from seba.domain.orders import Life, Order, Paid
from seba.domain.people import Who
from seba.services.send_outbox import (
    LONGEST_WAIT,
    MOST_LOOKS,
    MOST_TRIES,
    NOTICES,
    REPLIES,
    STOPPED_WAIT,
    Batch,
    ComesAgain,
    Container,
    Delivery,
    SendPorts,
)
from seba.whatsapp.client import (
    LookUpRefused,
    MediaRefused,
    MetaUnreachable,
    PaymentState,
    SendRejected,
    SendTimedOut,
)
from seba.whatsapp.limits import Disposition, disposition
from seba.whatsapp.outgoing import Button, ButtonsMessage, DocumentMessage, TemplateMessage, TextMessage
from seba.whatsapp.render import Rendered
from tests.fakes.world import (
    NOW,
    FakeBreaker,
    FakeCitizens,
    FakeFiles,
    FakeJournal,
    FakeLane,
    FakeLedger,
    FakeMeta,
    Time,
)

RINA, AMAL = "rinarina1", "amalamal2"
CAUSE = "a1b2c3d4e5f6"
BOOKING = "7M4QK2X9TA"
FIRST, SECOND = "100000000000001", "100000000000003"


def render(say: Say, talk: Talk, *, as_template: bool) -> Rendered:
    """A rendering as plain as can be; the real one has its own tests."""
    if say.key == "cannot be rendered":
        raise KeyError("919800000001")
    if as_template:
        return Rendered(TemplateMessage(say.template or "message_waiting", talk.language or "en"))
    if say.document:
        message = DocumentMessage("none", "list.pdf", say.key)
        return Rendered(message, document_key=say.document, filename="list.pdf")
    if say.qr:
        return Rendered(ButtonsMessage(say.key, (Button("b", "B"),), header_image="none"), picture=b"\x89PNG")
    return Rendered(TextMessage(say.key))


def rejected(code: int, http: int = 400) -> SendRejected:
    return SendRejected(code, http, None, disposition(code, http))


class Office:
    def __init__(self) -> None:
        self.time = Time()
        self.citizens, self.ledger, self.breaker = FakeCitizens(), FakeLedger(), FakeBreaker()
        self.lanes = {REPLIES: FakeLane(), NOTICES: FakeLane()}
        self.lists, self.meta, self.journal = FakeFiles(), FakeMeta(), FakeJournal()
        self.container = Container()
        self.orders: dict[str, Order] = {}
        self.asked: list[tuple[str, Effect]] = []
        self.ask_faults: list[Exception] = []
        self.said: list[Say] = []
        self.ports = SendPorts(
            citizens=self.citizens,
            ledger=self.ledger,
            breaker=self.breaker,
            lanes=dict(self.lanes),
            lists=self.lists,
            meta=self.meta,
            render=self._render,
            read=self._read,
            journal=self.journal,
            clock=self.time,
            stopwatch=self.time.stopwatch,
            sleep=self.time.sleep,
            rates={REPLIES: 8.0, NOTICES: 4.0},
            numbers=(FIRST, SECOND),
            order=self.orders.get,
            ask=self._ask,
            configuration="neighbourhood shops",
        )
        for name, phone in ((RINA, "919800000001"), (AMAL, "919800000002")):
            who = Who(phone, None, "100000000000001")
            self.citizens.put(Citizen(name, who, Talk(language="bn", heard_at=NOW), (), {}, 1))

    def _read(self, body: str) -> Effect:
        id_, _, act = body.partition(" ")
        return Effect(id_, read_act(act))

    def _render(self, say: Say, talk: Talk, *, as_template: bool) -> Rendered:
        self.said.append(say)
        return render(say, talk, as_template=as_template)

    def _ask(self, citizen: str, effect: Effect) -> None:
        if self.ask_faults:
            raise self.ask_faults.pop(0)
        self.asked.append((citizen, effect))

    def writes_to(self, name: str, number: str) -> None:
        citizen = self.citizens.stored[name]
        self.citizens.put(replace(citizen, who=replace(citizen.who, phone_number_id=number)))

    def change(self, name: str = RINA, **talk: object) -> None:
        citizen = self.citizens.stored[name]
        self.citizens.put(replace(citizen, talk=citizen.talk.with_(**talk)))

    def outbox(self, *acts: Act, name: str = RINA) -> list[Effect]:
        effects = [Effect(f"{name}-{CAUSE}-{n}", act) for n, act in enumerate(acts)]
        self.citizens.put(replace(self.citizens.stored[name], outbox={CAUSE: tuple(effects)}))
        return effects

    def delivery(self, effect: Effect | Act, receives: int = 1, lane: str = REPLIES, name: str = RINA) -> Delivery:
        if not isinstance(effect, Effect):
            effect = Effect(f"{name}-{CAUSE}-0", effect)
        name = effect.id.partition("-")[0]
        body = f"{effect.id} {write_act(effect.act)}"
        return Delivery(f"m-{effect.id}", f"r-{effect.id}", name, receives, lane, body, self.time.now)

    def send(self, *deliveries: Delivery, seconds_left: float = 1000) -> list[Delivery]:
        """One batch, as the FIFO processor does it: what fails holds up its group. What stays."""
        end = self.time.stopwatch() + seconds_left
        batch = Batch(self.ports, self.container, lambda: self.time.stopwatch() < end)
        left: list[Delivery] = []
        for delivery in deliveries:
            if delivery.group in {each.group for each in left}:
                left.append(delivery)
                continue
            try:
                batch.deliver(delivery)
            except ComesAgain:
                left.append(delivery)
        batch.finish(left)
        return left

    def until_settled(self, delivery: Delivery, most: int = 200) -> int:
        """Deliver again and again, each time after the wait that was asked for: how many deliveries it took."""
        for receives in range(1, most):
            if not self.send(replace(delivery, receives=receives)):
                return receives
            self.time.pass_(seconds=self.lanes[delivery.lane].waits[delivery.receipt])
        raise AssertionError("it never ends")

    @property
    def texts(self) -> list[str]:
        return [payload["text"]["body"] for payload in self.meta.sent if "text" in payload]

    def state(self, n: int = 0) -> str:
        return self.ledger.entries[f"{RINA}-{CAUSE}-{n}"].state


@pytest.fixture
def office() -> Office:
    return Office()


# ---- the ordinary way --------------------------------------------------------------------------------------------


def test_a_message_goes_out_and_is_noted_and_taken_from_the_outbox(office: Office) -> None:
    (effect,) = office.outbox(Say("hello"))
    assert office.send(office.delivery(effect)) == []
    (payload,) = office.meta.sent
    assert payload["to"] == "919800000001"
    assert payload["biz_opaque_callback_data"] == effect.id
    assert office.ledger.entries[effect.id] == Entry(effect.id, "accepted", NOW, 1, "wamid.1")
    assert office.citizens.stored[RINA].outbox == {}


def test_a_message_that_was_sent_is_only_acknowledged(office: Office) -> None:
    (effect,) = office.outbox(Say("hello"))
    office.citizens.faults.plan("acknowledge", NotNow("busy"))
    assert len(office.send(office.delivery(effect))) == 1
    assert office.send(office.delivery(effect, receives=2)) == []
    assert office.texts == ["hello"]
    assert office.citizens.stored[RINA].outbox == {}


def test_messages_of_one_citizen_keep_their_order(office: Office) -> None:
    effects = office.outbox(Say("one"), Say("two"), Say("three"))
    office.send(*(office.delivery(effect) for effect in effects))
    assert office.texts == ["one", "two", "three"]


def test_a_photo_to_fetch_and_a_day_to_remember_are_acknowledged_with_the_message(office: Office) -> None:
    request = Request(Ask.RELEASE, "7M4QK2")
    effects = office.outbox(Say("thanks"), FetchProof("m", "k"), Later("remind", NOW.date()), request)
    office.send(office.delivery(effects[0]))
    assert office.citizens.stored[RINA].outbox == {CAUSE: (effects[3],)}


def test_a_citizen_without_a_phone_number_is_written_to_by_user_id(office: Office) -> None:
    citizen = office.citizens.stored[RINA]
    office.citizens.put(replace(citizen, who=Who(None, "IN.9054417732608215", "100000000000001")))
    office.send(office.delivery(Say("hello")))
    assert office.meta.sent[0]["recipient"] == "IN.9054417732608215"
    assert "to" not in office.meta.sent[0]


def test_the_address_is_read_at_the_moment_of_sending(office: Office) -> None:
    delivery = office.delivery(Say("hello"))
    citizen = office.citizens.stored[RINA]
    office.citizens.put(replace(citizen, who=Who("919800000099", None, "200")))
    office.send(delivery)
    assert office.meta.sent[0]["to"] == "919800000099"


def test_a_confirmation_carries_its_uploaded_picture(office: Office) -> None:
    office.change(appointments=(Appointment("1", 2, BOOKING, NOW.date(), "r"),))
    office.send(office.delivery(Say("confirmation", qr=BOOKING, booking=BOOKING)))
    assert office.meta.uploaded == [(b"\x89PNG", "image/png", "booking.png")]
    header = office.meta.sent[0]["interactive"]["header"]
    assert header == {"type": "image", "image": {"id": "media-1"}}


def test_a_list_is_fetched_from_its_bucket(office: Office) -> None:
    office.lists.put("2026-11-23/C068-1-bn.pdf", b"%PDF", "application/pdf")
    office.send(office.delivery(Say("day_list", document="2026-11-23/C068-1-bn.pdf"), lane=NOTICES))
    assert office.meta.uploaded == [(b"%PDF", "application/pdf", "list.pdf")]
    assert office.meta.sent[0]["document"]["id"] == "media-1"


def test_typing_is_shown_and_costs_no_ledger_item(office: Office) -> None:
    office.send(office.delivery(Typing("wamid.IN")))
    assert office.meta.typing[0]["message_id"] == "wamid.IN"
    assert office.ledger.entries == {}


def test_old_typing_and_typing_that_meta_refuses_are_let_go(office: Office) -> None:
    late = office.delivery(Typing("wamid.IN"))
    office.time.pass_(seconds=30)
    assert office.send(late) == []
    assert office.meta.typing == []
    office.meta.faults.plan("show_typing", rejected(131000, 500))
    assert office.send(office.delivery(Typing("wamid.IN")), office.delivery(Say("hello"))) == []
    assert office.texts == ["hello"]


def test_nobody_there_is_nothing_to_do(office: Office) -> None:
    assert office.send(office.delivery(Say("hello"), name="nobody000")) == []
    assert office.meta.sent == []


# ---- silence -----------------------------------------------------------------------------------------------------


def test_after_stop_notices_are_not_sent_but_replies_are(office: Office) -> None:
    office.change(stopped=True)
    (effect,) = office.outbox(Say("reminder"))
    assert office.send(office.delivery(effect, lane=NOTICES)) == []
    assert office.meta.sent == []
    assert office.state() == "not_sent"
    assert office.citizens.stored[RINA].outbox == {}
    office.send(office.delivery(Effect(f"{RINA}-{CAUSE}-1", Say("stopped"))))
    assert office.texts == ["stopped"]


@pytest.mark.parametrize("standing", [Standing.GIVEN, Standing.ABSENT])
def test_a_reminder_of_a_visit_that_is_over_is_not_sent(office: Office, standing: Standing) -> None:
    office.change(appointments=(Appointment("1", 2, BOOKING, NOW.date(), "r", standing),))
    office.send(office.delivery(Say("reminder", booking=BOOKING), lane=NOTICES))
    assert office.meta.sent == []
    assert office.ledger.reasons[f"{RINA}-{CAUSE}-0"][1] == "booking is gone"


@pytest.mark.parametrize("lane", [REPLIES, NOTICES])
def test_a_message_about_a_booking_that_is_gone_is_not_sent(office: Office, lane: str) -> None:
    office.send(office.delivery(Say("reminder", booking=BOOKING), lane=lane))
    assert office.meta.sent == []


def test_a_reminder_of_a_live_booking_is_sent(office: Office) -> None:
    office.change(appointments=(Appointment("1", 2, BOOKING, NOW.date(), "r"),))
    office.send(office.delivery(Say("reminder", booking=BOOKING), lane=NOTICES))
    assert office.texts == ["reminder"]


# ---- the 24 hours ------------------------------------------------------------------------------------------------


def test_outside_the_24_hours_the_template_goes(office: Office) -> None:
    office.change(heard_at=NOW - timedelta(hours=24))
    office.send(office.delivery(Say("reminder", template="appointment_reminder")))
    assert office.meta.sent[0]["template"]["name"] == "appointment_reminder"


def test_a_message_without_a_template_becomes_message_waiting(office: Office) -> None:
    office.change(heard_at=None)
    office.send(office.delivery(Say("hello")))
    assert office.meta.sent[0]["template"]["name"] == "message_waiting"


def test_the_window_counts_at_the_moment_of_sending(office: Office) -> None:
    delivery = office.delivery(Say("hello"))
    office.time.pass_(hours=23, minutes=58)
    office.send(delivery)
    assert office.texts == ["hello"]
    office.time.pass_(minutes=2)
    office.send(office.delivery(Effect(f"{RINA}-{CAUSE}-1", Say("later"))))
    assert office.meta.sent[1]["type"] == "template"


def test_when_meta_says_the_window_is_closed_the_template_goes_at_once(office: Office) -> None:
    office.meta.faults.plan("send", rejected(131047))
    assert office.send(office.delivery(Say("hello", template="appointment_changed"))) == []
    assert [payload["type"] for payload in office.meta.sent] == ["template"]
    assert office.state() == "accepted"


def test_a_template_that_meta_takes_for_outside_the_window_is_given_up(office: Office) -> None:
    office.meta.faults.plan("send", rejected(131047), rejected(131047))
    assert office.send(office.delivery(Say("hello"))) == []
    assert office.state() == "failed"


# ---- Meta's errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [4, 80007, 130429, 131057, 133004])
def test_when_meta_is_busy_everything_waits_longer_each_time_and_is_no_try(office: Office, code: int) -> None:
    office.meta.faults.plan("send", *(rejected(code) for _ in range(4)))
    mine, other = office.delivery(Say("mine")), office.delivery(Say("other"), name=AMAL)
    assert office.send(mine, other) == [mine, other]
    assert office.lanes[REPLIES].waits == {mine.receipt: 2, other.receipt: 2}
    assert office.state() == "waiting"
    assert office.until_settled(mine) == 4
    assert office.ledger.entries[f"{RINA}-{CAUSE}-0"].tries == 1
    assert office.texts == ["mine"]


def test_a_number_that_is_too_fast_holds_up_its_own_messages_only(office: Office) -> None:
    office.writes_to(AMAL, SECOND)
    office.meta.faults.plan("send", rejected(130429))
    mine, other = office.delivery(Say("mine")), office.delivery(Say("other"), name=AMAL)
    third = "thirdthi3"
    office.citizens.put(replace(office.citizens.stored[RINA], id=third))
    behind = office.delivery(Say("behind"), name=third)
    assert office.send(mine, other, behind) == [mine, behind]
    assert office.texts == ["other"]
    assert office.lanes[REPLIES].waits == {mine.receipt: 2, behind.receipt: 2}
    assert f"{third}-{CAUSE}-0" not in office.ledger.entries, "nothing was begun"


def test_too_many_messages_to_one_person_hold_up_only_that_person(office: Office) -> None:
    office.meta.faults.plan("send", rejected(131056))
    first, second = (office.delivery(Effect(f"{RINA}-{CAUSE}-{n}", Say(f"r{n}")), receives=2) for n in range(2))
    other = office.delivery(Say("other"), name=AMAL)
    assert office.send(first, other, second) == [first, second]
    assert office.texts == ["other"]
    assert office.lanes[REPLIES].waits == {first.receipt: 16, second.receipt: 16}


def test_waits_have_an_end(office: Office) -> None:
    office.meta.faults.plan("send", rejected(130429), rejected(131056))
    for receives, longest in ((500, LONGEST_WAIT), (900, 3600)):
        delivery = office.delivery(Say("hello"), receives=receives)
        office.send(delivery)
        assert office.lanes[REPLIES].waits[delivery.receipt] == longest


@pytest.mark.parametrize("code", [0, 3, 10, 190, 200, 299, 368, 131031, 131042, 131045, 130497, 131048, 131064, 133010])
def test_an_error_of_the_account_stops_all_sending_until_an_operator_resumes_it(office: Office, code: int) -> None:
    office.meta.faults.plan("send", rejected(code))
    mine, other = office.delivery(Say("mine")), office.delivery(Say("other"), name=AMAL)
    assert office.send(mine, other) == [mine, other]
    assert office.breaker.stop_ == Stop(code, NOW)
    assert office.journal.gauges["SendingStopped"] == 1
    office.time.pass_(seconds=STOPPED_WAIT)
    assert office.send(mine, other) == [mine, other]
    assert office.meta.sent == []
    office.breaker.resume()
    office.time.pass_(seconds=STOPPED_WAIT)
    assert office.send(mine, other) == []
    assert office.texts == ["mine", "other"]
    assert office.journal.gauges["SendingStopped"] == 0


def test_a_message_waits_for_the_operator_a_week_without_using_up_its_receives(office: Office) -> None:
    office.breaker.stop(131042, NOW)
    delivery = office.delivery(Say("hello"))
    receives = 0
    while office.time.now - NOW < timedelta(days=7):
        receives += 1
        assert office.send(replace(delivery, receives=receives)) != []
        office.time.pass_(seconds=office.lanes[REPLIES].waits[delivery.receipt])
    assert receives < 1000, "the redrive policy of the lanes"


def test_the_breaker_is_read_once_for_a_batch(office: Office) -> None:
    office.send(*(office.delivery(Effect(f"{RINA}-{CAUSE}-{n}", Say("x"))) for n in range(10)))
    assert office.breaker.looks == 1
    office.time.pass_(seconds=10)
    office.send(office.delivery(Effect(f"{RINA}-{CAUSE}-11", Say("x"))))
    assert office.breaker.looks == 2


@pytest.mark.parametrize("code", [100, 131008, 131009, 131021, 131026, 131030, 131053, 132001, 130472, 131049, 131050])
def test_a_message_that_will_never_go_is_given_up_and_holds_nobody_up(office: Office, code: int) -> None:
    first, second = office.outbox(Say("never"), Say("next"))
    office.meta.faults.plan("send", rejected(code))
    assert office.send(office.delivery(first), office.delivery(second)) == []
    assert office.state() == "failed"
    assert office.ledger.reasons[first.id][0] == code
    assert office.texts == ["next"]
    assert office.journal.counts["GivenUp"] == 1
    assert office.citizens.stored[RINA].outbox == {}


def test_no_way_to_meta_is_no_try(office: Office) -> None:
    office.meta.faults.plan("send", *(MetaUnreachable("no connection") for _ in range(9)))
    assert office.until_settled(office.delivery(Say("hello"))) == 10
    assert office.ledger.entries[f"{RINA}-{CAUSE}-0"].tries == 1
    assert office.texts == ["hello"]


@pytest.mark.parametrize("error", [MetaUnreachable("x"), MediaRefused(131000, 500, None, Disposition.RETRY_RECONCILE)])
def test_an_upload_that_fails_is_tried_again_without_waiting_for_a_status(office: Office, error: Exception) -> None:
    office.change(appointments=(Appointment("1", 2, BOOKING, NOW.date(), "r"),))
    office.meta.faults.plan("upload_media", error)
    assert office.until_settled(office.delivery(Say("confirmation", qr=BOOKING, booking=BOOKING))) == 2
    assert len(office.meta.sent) == 1
    assert office.time.now - NOW < timedelta(seconds=5)


# ---- the unknown -------------------------------------------------------------------------------------------------

UNKNOWN = [SendTimedOut("no answer"), rejected(131000, 500), rejected(131016), rejected(2)]


@pytest.mark.parametrize("error", UNKNOWN, ids=str)
def test_an_unknown_that_a_status_settles_is_never_sent_twice(office: Office, error: Exception) -> None:
    office.meta.after_send = [error]
    (effect,) = office.outbox(Say("confirmation"))
    delivery = office.delivery(effect)
    assert office.send(delivery) == [delivery]
    office.time.pass_(seconds=30)
    again = replace(delivery, receives=2)
    assert office.send(again) == [again]
    office.ledger.end(effect.id, "delivered", ("sending",), office.time.now, wamid="wamid.REAL")
    office.time.pass_(seconds=30)
    assert office.send(replace(delivery, receives=3)) == []
    assert office.texts == ["confirmation"]
    assert office.citizens.stored[RINA].outbox == {}


def test_an_unknown_without_any_status_is_sent_again_after_three_minutes(office: Office) -> None:
    office.meta.faults.plan("send", SendTimedOut("no answer"))
    delivery = office.delivery(Say("confirmation"))
    office.until_settled(delivery)
    assert office.texts == ["confirmation"]
    assert timedelta(minutes=3) <= office.time.now - NOW <= timedelta(minutes=3, seconds=30)
    assert office.ledger.entries[f"{RINA}-{CAUSE}-0"].tries == 2


def test_a_process_that_ended_between_ledger_and_call_is_an_unknown_too(office: Office) -> None:
    office.ledger.begin(f"{RINA}-{CAUSE}-0", "confirmation", NOW)
    office.until_settled(office.delivery(Say("confirmation")))
    assert office.texts == ["confirmation"]


def test_unknowns_without_end_are_given_up_after_six_tries(office: Office) -> None:
    office.meta.faults.plan("send", *(SendTimedOut("no answer") for _ in range(50)))
    (effect,) = office.outbox(Say("confirmation"))
    office.until_settled(office.delivery(effect))
    assert office.state() == "failed"
    assert len(office.meta.faults.planned["send"]) == 50 - MOST_TRIES
    assert timedelta(minutes=40) < office.time.now - NOW < timedelta(hours=2)
    assert office.citizens.stored[RINA].outbox == {}
    assert office.journal.counts["GivenUp"] == 1


def test_an_unknown_holds_up_only_its_own_citizen(office: Office) -> None:
    office.meta.faults.plan("send", SendTimedOut("no answer"))
    mine, other = office.delivery(Say("mine")), office.delivery(Say("other"), name=AMAL)
    assert office.send(mine, other) == [mine]
    assert office.texts == ["other"]


def test_a_try_that_somebody_else_began_is_not_repeated(office: Office) -> None:
    office.ledger.begin(f"{RINA}-{CAUSE}-0", "confirmation", NOW - timedelta(minutes=4))
    delivery = office.delivery(Say("confirmation"))
    office.ledger.begin_again = lambda entry, at, tries: False  # type: ignore[method-assign]  # it was quicker
    assert office.send(delivery) == [delivery]
    assert office.meta.sent == []


# ---- our own faults ----------------------------------------------------------------------------------------------


def test_a_message_that_makes_the_code_fail_is_set_aside_at_the_third_receive(office: Office) -> None:
    bad = office.delivery(Say("cannot be rendered"))
    good = office.delivery(Effect(f"{RINA}-{CAUSE}-1", Say("good")))
    assert office.send(bad, good) == [bad, good]
    assert office.send(replace(bad, receives=2), replace(good, receives=2)) != []
    assert office.send(replace(bad, receives=3), replace(good, receives=3)) == []
    ((group, _, body, cause),) = office.lanes[REPLIES].parked
    assert (group, body) == (RINA, bad.body)
    assert cause.startswith("KeyError at test_send_outbox.py")
    assert "919800000001" not in cause + office.journal.whole
    assert office.texts == ["good"]
    assert office.journal.counts["Parked"] == 1


def test_waits_are_no_failures(office: Office) -> None:
    office.meta.faults.plan("send", *(rejected(130429) for _ in range(4)))
    delivery = office.delivery(Say("hello"))
    for receives in range(1, 5):
        office.send(replace(delivery, receives=receives))
    office.citizens.faults.plan("read", KeyError("a hiccup"), KeyError("another"))
    for receives in (5, 6):
        assert office.send(replace(delivery, receives=receives)) != []
    assert office.send(replace(delivery, receives=7)) == []
    assert office.lanes[REPLIES].parked == []
    assert office.texts == ["hello"]


def test_what_was_set_aside_has_all_its_tries_when_it_is_given_again(office: Office) -> None:
    bad = office.delivery(Say("cannot be rendered"))
    assert [len(office.send(replace(bad, receives=receives))) for receives in (1, 2, 3)] == [1, 1, 0]
    assert [len(office.send(replace(bad, receives=receives))) for receives in (1, 2, 3)] == [1, 1, 0]
    assert len(office.lanes[REPLIES].parked) == 2


def test_what_was_set_aside_can_be_given_again_without_waiting(office: Office) -> None:
    bad = office.delivery(Say("cannot be rendered"))
    assert [len(office.send(replace(bad, receives=receives))) for receives in (1, 2, 3)] == [1, 1, 0]
    assert office.state() == "waiting"
    assert office.send(office.delivery(Say("mended"))) == []
    assert office.texts == ["mended"]


def test_a_body_that_cannot_be_read_is_set_aside(office: Office) -> None:
    delivery = replace(office.delivery(Say("x")), body="nonsense", receives=3)
    assert office.send(delivery) == []
    assert len(office.lanes[REPLIES].parked) == 1


def test_what_cannot_be_set_aside_stays(office: Office) -> None:
    office.lanes[REPLIES].faults.plan("park", NotNow("busy"))
    bad = office.delivery(Say("cannot be rendered"))
    assert [len(office.send(replace(bad, receives=receives))) for receives in (1, 2, 3)] == [1, 1, 1]
    assert office.lanes[REPLIES].parked == []


def test_a_busy_ledger_is_no_reason_to_set_a_message_aside(office: Office) -> None:
    office.ledger.faults.plan("begin", *(NotNow("busy") for _ in range(5)))
    assert office.until_settled(office.delivery(Say("hello"))) == 6
    assert office.lanes[REPLIES].parked == []
    assert office.texts == ["hello"]


def test_a_ledger_that_is_busy_after_the_call_leaves_an_unknown_that_a_status_settles(office: Office) -> None:
    office.ledger.faults.plan("end", NotNow("busy"))
    delivery = office.delivery(Say("hello"))
    assert office.send(delivery) == [delivery]
    assert office.state() == "sending"
    office.ledger.end(f"{RINA}-{CAUSE}-0", "sent", ("sending",), NOW)
    assert office.send(delivery) == []
    assert office.texts == ["hello"]


def test_when_time_is_up_the_rest_comes_again_soon(office: Office) -> None:
    deliveries = [office.delivery(Effect(f"{RINA}-{CAUSE}-{n}", Say(str(n)))) for n in range(5)]
    left = office.send(*deliveries, seconds_left=0.2)
    assert office.texts == ["0", "1", "2"]
    assert left == deliveries[3:]
    assert set(office.lanes[REPLIES].waits.values()) == {1}


@pytest.mark.parametrize("error", [NotNow("busy"), KeyError("something else")])
def test_a_wait_that_cannot_be_set_leaves_the_queues_own(office: Office, error: Exception) -> None:
    office.meta.faults.plan("send", rejected(130429))
    office.lanes[REPLIES].faults.plan("wait", error)
    assert len(office.send(office.delivery(Say("hello")))) == 1


# ---- pace --------------------------------------------------------------------------------------------------------


def paces(office: Office, lane: str, count: int) -> Sequence[float]:
    effects = [Effect(f"{RINA}-{CAUSE}-{n}", Say("x")) for n in range(count)]
    office.send(*(office.delivery(effect, lane=lane) for effect in effects))
    return office.time.slept


def test_each_lane_keeps_its_share_of_the_rate(office: Office) -> None:
    assert paces(office, REPLIES, 4) == pytest.approx([0.125] * 3)
    office.time.slept.clear()
    assert paces(office, NOTICES, 1) == []


def test_each_number_has_a_pace_of_its_own(office: Office) -> None:
    office.writes_to(AMAL, SECOND)
    names = [RINA, AMAL, RINA, AMAL]
    office.send(*(office.delivery(Effect(f"{name}-{CAUSE}-{n}", Say("x"))) for n, name in enumerate(names)))
    assert office.meta.sent_from == [FIRST, SECOND, FIRST, SECOND]
    assert office.time.slept == pytest.approx([0.125]), "the second one of the first number; then both are free"


def test_who_last_wrote_to_a_number_that_was_given_up_is_answered_from_the_first(office: Office) -> None:
    office.writes_to(RINA, "100000000000009")
    office.send(office.delivery(Say("hello")))
    assert office.meta.sent_from == [FIRST]


def test_time_that_passed_anyway_is_not_slept(office: Office) -> None:
    office.send(office.delivery(Say("one")))
    office.time.pass_(seconds=1)
    office.send(office.delivery(Effect(f"{RINA}-{CAUSE}-1", Say("two"))))
    assert office.time.slept == []


# ---- orders --------------------------------------------------------------------------------------------------------

ORDER = Order("7M4QK2X9", RINA, "Rina", "700029", (), 34200, 34200)


@pytest.mark.parametrize(
    ("stands", "goes"), [(Life.READY, True), (Life.ACCEPTED, False), (Life.COLLECTED, False), (None, False)]
)
def test_a_message_about_an_order_goes_while_the_order_is_as_it_says(
    office: Office, stands: Life | None, goes: bool
) -> None:
    if stands is not None:
        office.orders[ORDER.id] = replace(ORDER, life=stands)
    (effect,) = office.outbox(Say("ready_for_pickup", order="7M4QK2X9 ready"))
    assert office.send(office.delivery(effect)) == []
    assert office.texts == (["ready_for_pickup"] if goes else [])
    assert office.state() == ("accepted" if goes else "not_sent")
    assert office.citizens.stored[RINA].outbox == {}


@pytest.mark.parametrize(
    ("life", "paid", "goes"),
    [
        (Life.READY, Paid.NOT_YET, True),
        (Life.COLLECTED, Paid.CREDIT, True),
        (Life.READY, Paid.ONLINE, False),
        (Life.COLLECTED, Paid.CASH, False),
        (Life.CANCELLED, Paid.NOT_YET, False),
    ],
)
def test_a_bill_goes_only_for_what_is_still_to_be_paid(office: Office, life: Life, paid: Paid, goes: bool) -> None:
    office.orders[ORDER.id] = replace(ORDER, life=life, paid=paid)
    assert office.send(office.delivery(Say("order_pay", pay=ORDER.id))) == []
    assert office.texts == (["order_pay"] if goes else [])


def test_a_bill_that_is_in_the_chat_already_is_answered_with_words_alone(office: Office) -> None:
    office.orders[ORDER.id] = replace(ORDER, life=Life.READY)
    office.meta.faults.plan("send", rejected(131009))
    assert office.send(office.delivery(Say("order_pay", pay=ORDER.id))) == []
    assert office.texts == ["order_pay"]
    assert office.said == [Say("order_pay", pay=ORDER.id), Say("order_pay")]
    assert office.state() == "accepted"


def test_a_bill_whose_words_are_refused_too_is_given_up(office: Office) -> None:
    office.orders[ORDER.id] = replace(ORDER, life=Life.READY)
    office.meta.faults.plan("send", rejected(131009), rejected(131026))
    assert office.send(office.delivery(Say("order_pay", pay=ORDER.id))) == []
    assert office.state() == "failed"


# ---- payments ------------------------------------------------------------------------------------------------------

BILL = "7M4QK2X9-34200"
PAID_REQUEST = Effect(f"{RINA}-{CAUSE}-1", OrderRequest(OrderAsk.PAID, "7M4QK2X9", code="pay_1", total=34200))


def test_a_payment_is_looked_up_and_the_booking_room_asked_to_note_it(office: Office) -> None:
    office.meta.payments[BILL] = PaymentState("captured", 34200, "pay_1")
    office.writes_to(RINA, SECOND)
    (effect,) = office.outbox(LookUp(BILL))
    assert office.send(office.delivery(effect)) == []
    assert office.meta.looked_up == [(SECOND, "neighbourhood shops", BILL)]
    assert office.asked == [(RINA, PAID_REQUEST)]
    assert office.meta.sent == []
    assert office.citizens.stored[RINA].outbox == {}


def test_a_payment_looked_up_twice_is_the_same_request(office: Office) -> None:
    office.meta.payments[BILL] = PaymentState("captured", 34200, "pay_1")
    office.send(office.delivery(LookUp(BILL)))
    office.send(office.delivery(LookUp(BILL), receives=2))
    assert [effect.id for _, effect in office.asked] == [PAID_REQUEST.id] * 2


def test_what_the_gateway_took_is_what_the_booking_room_hears(office: Office) -> None:
    office.meta.payments[BILL] = PaymentState("captured", 100)
    office.send(office.delivery(LookUp(BILL)))
    ((_, effect),) = office.asked
    assert effect.act == OrderRequest(OrderAsk.PAID, "7M4QK2X9", code=BILL, total=100)


def test_a_look_up_is_settled_only_once_the_request_is_queued(office: Office) -> None:
    office.meta.payments[BILL] = PaymentState("captured", 34200, "pay_1")
    office.ask_faults = [NotNow("SQS is busy"), NotNow("SQS is busy")]
    (effect,) = office.outbox(LookUp(BILL))
    assert office.until_settled(office.delivery(effect)) == 3
    assert office.asked == [(RINA, PAID_REQUEST)]


@pytest.mark.parametrize(
    "error",
    [
        MetaUnreachable("no answer"),
        LookUpRefused(80007, 400, None, Disposition.BACK_OFF),
        LookUpRefused(131000, 500, None, Disposition.RETRY_RECONCILE),
    ],
)
def test_while_meta_does_not_answer_a_payment_is_asked_about_again(office: Office, error: Exception) -> None:
    office.meta.payments[BILL] = PaymentState("captured", 34200, "pay_1")
    office.meta.faults.plan("look_up_payment", *[error] * 9)
    assert office.until_settled(office.delivery(LookUp(BILL))) == 10
    assert office.asked == [(RINA, PAID_REQUEST)]
    assert office.lanes[REPLIES].parked == []


def test_an_account_at_fault_stops_the_sending_and_the_payment_waits(office: Office) -> None:
    office.meta.faults.plan("look_up_payment", LookUpRefused(190, 401, None, Disposition.STOP_SENDER))
    delivery = office.delivery(LookUp(BILL))
    assert office.send(delivery) == [delivery]
    assert office.breaker.stopped() == Stop(190, NOW)
    assert office.lanes[REPLIES].waits == {delivery.receipt: STOPPED_WAIT}


def test_a_payment_that_is_late_in_metas_records_is_looked_at_again(office: Office) -> None:
    delivery = office.delivery(LookUp(BILL))
    office.meta.payments[BILL] = PaymentState("pending")
    assert office.send(delivery) == [delivery]
    office.meta.payments[BILL] = PaymentState("captured", 34200, "pay_1")
    assert office.send(replace(delivery, receives=2)) == []
    assert office.asked == [(RINA, PAID_REQUEST)]


def test_a_payment_that_never_comes_is_set_aside_for_a_person(office: Office) -> None:
    office.meta.payments[BILL] = PaymentState("pending")
    assert office.until_settled(office.delivery(LookUp(BILL))) == MOST_LOOKS
    assert len(office.lanes[REPLIES].parked) == 1
    assert office.asked == []


def test_a_payment_that_meta_does_not_know_is_set_aside_for_a_person(office: Office) -> None:
    office.meta.faults.plan("look_up_payment", *[LookUpRefused(100, 400)] * 5)
    assert office.until_settled(office.delivery(LookUp(BILL))) == 3
    assert len(office.lanes[REPLIES].parked) == 1


@pytest.mark.parametrize(("configuration", "reference"), [("", BILL), ("neighbourhood shops", "no bill of ours")])
def test_a_payment_where_none_can_be_is_set_aside_and_not_dropped(
    office: Office, configuration: str, reference: str
) -> None:
    office.ports = replace(office.ports, configuration=configuration)
    assert office.until_settled(office.delivery(LookUp(reference))) == 3
    assert len(office.lanes[REPLIES].parked) == 1
    assert office.meta.looked_up == []
