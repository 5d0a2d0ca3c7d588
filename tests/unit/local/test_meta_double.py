"""The double of Meta: windows, rates, statuses, taps, identities, media and faults."""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from flask import Flask
from werkzeug.serving import make_server

from local.journal import Journal
from local.meta.api import graph_api
from local.meta.deliveries import signature
from local.meta.double import Meta, Pace
from local.meta.faults import Fault
from local.meta.refusals import Refusal
from local.meta.templates import TemplateBook
from seba.whatsapp.client import LookUpRefused, MetaClient, PaymentState
from seba.whatsapp.inbound import Payment, read_webhook
from seba.whatsapp.limits import Disposition
from seba.whatsapp.outgoing import BillItem, OrderDetails, OrderStatus, Recipient

CITIZEN = "919830012345"
NUMBER_ID, SECOND_ID = "100000000000001", "100000000000003"
REMINDER = {
    "name": "reminder",
    "language": "en",
    "category": "UTILITY",
    "parameter_format": "NAMED",
    "components": [
        {"type": "BODY", "text": "A reminder for {{person}} on {{day}}, please come."},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Show the way"}]},
    ],
}


class Now:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **much: float) -> None:
        self.moment += timedelta(**much)


class Webhook:
    """Keeps what is delivered; answers with `answers`, then 200."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, Mapping[str, str]]] = []
        self.answers: list[int] = []

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.received.append((body, headers))
        return self.answers.pop(0) if self.answers else 200

    @property
    def values(self) -> list[dict[str, Any]]:
        return [
            change["value"]
            for body, _ in self.received
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
        ]

    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values for message in value.get("messages", [])]

    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values for status in value.get("statuses", [])]


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.fixture
def meta(now: Now, webhook: Webhook) -> Iterator[Meta]:
    double = Meta(
        clock=now,
        post=webhook,
        journal=Journal(now),
        app_secret="s3cret",
        access_token="token",
        numbers={NUMBER_ID: "15550000001", SECOND_ID: "15550000002"},
        templates=TemplateBook([REMINDER]),
        pace=Pace(sent_after=0, delivered_after=0, read_after=0, again_after=(0.0, 0.0)),
    )
    yield double
    double.close()


def text(body: str = "Hello", to: str = CITIZEN, **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}, **more}


def asking(*titles: str) -> dict[str, Any]:
    buttons = [{"type": "reply", "reply": {"id": f"tap:{title}", "title": title}} for title in titles]
    inner = {"type": "button", "body": {"text": "Which?"}, "action": {"buttons": buttons}}
    return {"messaging_product": "whatsapp", "to": CITIZEN, "type": "interactive", "interactive": inner}


def reminder(*parameters: tuple[str, str], name: str = "reminder", payload: str = "way") -> dict[str, Any]:
    given = [{"type": "text", "parameter_name": key, "text": value} for key, value in parameters]
    button = {"type": "button", "sub_type": "quick_reply", "index": "0"}
    template = {
        "name": name,
        "language": {"code": "en"},
        "components": [
            {"type": "body", "parameters": given},
            {**button, "parameters": [{"type": "payload", "payload": payload}]},
        ],
    }
    return {"messaging_product": "whatsapp", "to": CITIZEN, "type": "template", "template": template}


def greet(meta: Meta, who: str = CITIZEN) -> None:
    meta.say(who, {"type": "text", "text": {"body": "Hi"}})[1].result(5)


def refusal(meta: Meta, payload: Mapping[str, Any], number: str = NUMBER_ID) -> Refusal:
    with pytest.raises(Refusal) as caught:
        meta.send(number, payload)
    return caught.value


def test_a_webhook_is_signed_over_its_bytes(meta: Meta, webhook: Webhook) -> None:
    greet(meta)
    [(body, headers)] = webhook.received
    assert headers["x-hub-signature-256"] == signature("s3cret", body)
    assert json.loads(body)["object"] == "whatsapp_business_account"


def test_statuses_come_in_order_with_our_own_data_and_a_price(meta: Meta, webhook: Webhook) -> None:
    greet(meta)
    meta.send(NUMBER_ID, text(biz_opaque_callback_data="effect-7"))
    assert meta.wait()
    statuses = webhook.statuses()
    assert [status["status"] for status in statuses] == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in statuses} == {"effect-7"}
    assert statuses[0]["pricing"]["category"] == "service"
    assert statuses[0]["recipient_id"] == CITIZEN
    assert meta.sent(CITIZEN)[0]["status"] == "read"


def test_a_phone_that_is_off_gets_its_messages_when_it_comes_back(meta: Meta, webhook: Webhook) -> None:
    greet(meta)
    meta.set_online(CITIZEN, online=False)
    meta.send(NUMBER_ID, text())
    assert meta.wait()
    assert [status["status"] for status in webhook.statuses()] == ["sent"]
    meta.set_online(CITIZEN, online=True)
    assert meta.wait()
    assert [status["status"] for status in webhook.statuses()] == ["sent", "delivered", "read"]


def test_each_number_of_the_desk_has_its_own_conversation_with_a_person(meta: Meta, now: Now, webhook: Webhook) -> None:
    meta.say(CITIZEN, {"type": "text", "text": {"body": "Hi"}}, to=SECOND_ID)
    assert meta.wait()
    assert webhook.values[0]["metadata"] == {
        "display_phone_number": "15550000002",
        "phone_number_id": SECOND_ID,
    }
    with pytest.raises(Refusal) as refused:
        meta.send(NUMBER_ID, text())
    assert refused.value.code == 131047, "nobody wrote to the first one"
    asked = meta.send(SECOND_ID, asking("Yes")).body["messages"][0]["id"]
    assert meta.wait()
    assert {value["metadata"]["phone_number_id"] for value in webhook.values} == {SECOND_ID}, "statuses too"
    assert [entry["from"] for entry in meta.sent(CITIZEN)] == [NUMBER_ID, SECOND_ID]
    tap, about = meta.offered(CITIZEN, "tap:Yes")
    assert about == asked
    meta.say(CITIZEN, tap, about=about)
    meta.say(CITIZEN, {"type": "text", "text": {"body": "and"}})
    assert meta.wait()
    numbers = [value["metadata"]["phone_number_id"] for value in webhook.values if value.get("messages")]
    assert numbers == [SECOND_ID] * 3, "a tap goes where it was offered, a text where one wrote last"
    with pytest.raises(ValueError, match="none of the desk's numbers"):
        meta.say(CITIZEN, {"type": "text", "text": {"body": "Hi"}}, to="999")


def test_each_number_has_its_own_throughput(meta: Meta) -> None:
    hi = {"type": "text", "text": {"body": "Hi"}}
    for n in range(80):
        meta.say(str(919830000000 + n), hi, to=NUMBER_ID)
    meta.say(CITIZEN, hi, to=SECOND_ID)
    with pytest.raises(Refusal) as refused:
        meta.send(NUMBER_ID, text(to="919830000000"))
    assert refused.value.code == 130429
    assert meta.send(SECOND_ID, text()).body["messages"]


def test_after_24_hours_only_templates_go_out(meta: Meta, now: Now) -> None:
    greet(meta)
    now.pass_by(hours=23, minutes=59)
    meta.send(NUMBER_ID, text())
    now.pass_by(minutes=1)
    assert refusal(meta, text()).code == 131047
    meta.send(NUMBER_ID, reminder(("person", "Rina"), ("day", "Tuesday")))


def test_who_never_wrote_gets_templates_only(meta: Meta) -> None:
    assert refusal(meta, text()).code == 131047
    meta.send(NUMBER_ID, reminder(("person", "Rina"), ("day", "Tuesday")))


def test_a_number_without_whatsapp_is_undeliverable(meta: Meta) -> None:
    meta.people.not_there.add("919830000000")
    assert refusal(meta, text(to="919830000000")).code == 131026
    assert refusal(meta, text(to="913322861212")).code == 131026


def test_a_wrong_token_a_wrong_number_and_our_own_number_are_refused(meta: Meta) -> None:
    with pytest.raises(Refusal) as caught:
        meta.authorise("Bearer other")
    assert caught.value.code == 190
    assert caught.value.http_status == 401
    assert refusal(meta, text(), number="1").code == 100
    assert refusal(meta, text(to="15550000001")).code == 131021
    assert refusal(meta, {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}).code == 131008


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (reminder(("person", "Rina"), ("day", "Tuesday"), name="other"), 132001),
        (reminder(("person", "Rina")), 132000),
        (reminder(("person", "Rina"), ("day", "Tuesday"), ("time", "nine")), 132000),
        (reminder(("person", "Rina"), ("date", "Tuesday")), 132000),
        (reminder(("person", "Rina\nDas"), ("day", "Tuesday")), 132018),
        (reminder(("person", "Rina     Das"), ("day", "Tuesday")), 132018),
        (reminder(("person", "R" * 1100), ("day", "Tuesday")), 132005),
    ],
    ids=["unknown", "too few", "too many", "another name", "a new line", "five spaces", "too long"],
)
def test_templates_are_refused_as_meta_does(meta: Meta, payload: dict[str, Any], code: int) -> None:
    assert refusal(meta, payload).code == code


def test_a_template_is_shown_filled_in_and_its_button_can_be_tapped(meta: Meta, webhook: Webhook) -> None:
    meta.send(NUMBER_ID, reminder(("day", "Tuesday"), ("person", "Rina")))
    meta.meet(CITIZEN)
    [shown] = meta.phones()[0]["bubbles"]
    assert shown["filled"]["body"] == "A reminder for Rina on Tuesday, please come."
    assert shown["category"] == "utility"
    message, about = meta.offered(CITIZEN, "way")
    meta.say(CITIZEN, message, about=about)[1].result(5)
    [tap] = webhook.messages()
    assert tap["type"] == "button"
    assert tap["button"] == {"payload": "way", "text": "Show the way"}
    assert tap["context"]["id"] == about


def test_a_tap_is_a_button_reply_to_the_message_that_offered_it(meta: Meta) -> None:
    greet(meta)
    meta.send(NUMBER_ID, asking("Yes", "No"))
    meta.send(NUMBER_ID, asking("Yes", "Later"))
    first, second = (bubble["id"] for bubble in meta.phones()[0]["bubbles"] if not bubble["mine"])
    assert meta.offered(CITIZEN, "tap:Yes")[1] == second
    assert meta.offered(CITIZEN, "tap:No")[1] == first
    assert meta.offered(CITIZEN, "tap:Yes", first)[1] == first
    forged, about = meta.offered(CITIZEN, "tap:Never")
    assert forged["interactive"]["button_reply"]["id"] == "tap:Never"
    assert about is None


def test_a_hidden_number_shows_nowhere(meta: Meta, webhook: Webhook) -> None:
    hidden = "IN.7Q2K4M9P"
    greet(meta, hidden)
    meta.send(NUMBER_ID, {**text(), "to": None, "recipient": hidden})
    assert meta.wait()
    [message] = webhook.messages()
    assert "from" not in message
    assert message["from_user_id"] == hidden
    assert all("wa_id" not in contact for value in webhook.values for contact in value["contacts"])
    assert all("recipient_id" not in status for status in webhook.statuses())
    assert len(meta.sent(hidden)) == 1


def test_a_phone_that_only_received_is_not_on_the_table(meta: Meta) -> None:
    meta.send(NUMBER_ID, reminder(("person", "Rina"), ("day", "Tuesday")))
    assert meta.phones() == []
    meta.meet(CITIZEN, "Rina Das")
    [phone] = meta.phones()
    assert phone["name"] == "Rina Das"
    assert len(phone["bubbles"]) == 1


def test_a_person_is_reached_by_number_and_by_user_id(meta: Meta) -> None:
    greet(meta)
    user_id = meta.people.meet(CITIZEN).user_id
    meta.send(NUMBER_ID, {**text(), "to": None, "recipient": user_id})
    assert len(meta.sent(CITIZEN)) == len(meta.sent(user_id)) == 1


def test_a_changed_number_is_announced_with_the_old_user_id(meta: Meta, webhook: Webhook) -> None:
    greet(meta)
    before = meta.people.meet(CITIZEN).user_id
    meta.change_number(CITIZEN, "919830054321").result(5)
    system = webhook.messages()[-1]["system"]
    assert system["previous_user_id"] == before
    assert system["wa_id"] == "919830054321"
    assert system["user_id"] != before


def test_a_burst_of_45_then_one_in_six_seconds_per_person(meta: Meta, now: Now) -> None:
    greet(meta)
    for _ in range(45):
        meta.send(NUMBER_ID, text())
        now.pass_by(seconds=0.02)
    assert refusal(meta, text()).code == 131056
    now.pass_by(seconds=6)
    meta.send(NUMBER_ID, text())
    assert refusal(meta, text()).code == 131056


def test_eighty_messages_a_second_in_and_out_together(meta: Meta, now: Now) -> None:
    people = [f"9198300{index:05d}" for index in range(40)]
    for person in people:
        greet(meta, person)
    for person in people:
        meta.send(NUMBER_ID, text(to=person))
    assert refusal(meta, text(to=people[0])).code == 130429
    now.pass_by(seconds=1)
    meta.send(NUMBER_ID, text(to=people[0]))


def test_a_refused_webhook_comes_again_and_again_then_stops(meta: Meta, webhook: Webhook) -> None:
    webhook.answers = [500, 500, 500]
    greet(meta)
    assert meta.wait()
    assert len(webhook.received) == 3
    assert len({body for body, _ in webhook.received}) == 1


def test_typing_and_read_mark_the_citizens_message(meta: Meta) -> None:
    identifier, answered = meta.say(CITIZEN, {"type": "text", "text": {"body": "Hi"}})
    answered.result(5)
    read = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": identifier,
        "typing_indicator": {"type": "text"},
    }
    assert meta.send(NUMBER_ID, read).body == {"success": True}
    [phone] = meta.phones()
    assert phone["typing"]
    assert phone["bubbles"][0]["ticks"] == "read"
    assert refusal(meta, {**read, "message_id": "wamid.other"}).code == 131009
    assert meta.sent(CITIZEN) == []


def test_faults_on_order_hit_the_next_sends_only(meta: Meta, webhook: Webhook) -> None:
    greet(meta)
    meta.faults.order(Fault.from_json({"next": 2, "code": 131016}))
    assert refusal(meta, text()).code == 131016
    assert refusal(meta, text()).http_status == 500
    meta.send(NUMBER_ID, text("third"))
    meta.faults.order(Fault.from_json({"how": "status", "code": 131026}))
    meta.send(NUMBER_ID, text("fourth"))
    assert meta.wait()
    assert [entry["status"] for entry in meta.sent(CITIZEN)] == ["refused", "refused", "read", "failed"]
    assert webhook.statuses()[-1]["errors"][0]["code"] == 131026


@pytest.mark.parametrize(("how", "reached"), [("hang_before", 0), ("hang_after", 1), ("drop_before", 0)])
def test_a_send_without_answer_may_or_may_not_have_gone(meta: Meta, how: str, reached: int) -> None:
    greet(meta)
    meta.faults.order(Fault.from_json({"how": how}))
    accepted = meta.send(NUMBER_ID, text())
    assert accepted.fault is not None
    assert len(meta.sent(CITIZEN)) == reached


def test_a_fault_can_wait_for_one_person(meta: Meta) -> None:
    greet(meta)
    greet(meta, "919830099999")
    meta.faults.order(Fault.from_json({"to": "919830099999", "code": 131000}))
    meta.send(NUMBER_ID, text())
    assert refusal(meta, text(to="919830099999")).code == 131000


def test_a_fault_that_makes_no_sense_is_not_taken() -> None:
    with pytest.raises(ValueError, match="how is one of"):
        Fault.from_json({"how": "explode"})


def test_a_download_link_lasts_five_minutes(meta: Meta, now: Now) -> None:
    medium = meta.media.receive(b"photo", "image/jpeg")
    described = meta.media.describe(medium.identifier, "http://graph")
    token = described["url"].rpartition("/")[2]
    assert described["file_size"] == 5
    now.pass_by(minutes=4, seconds=59)
    assert meta.media.linked(token) == medium
    now.pass_by(seconds=1)
    assert meta.media.linked(token) is None


def test_media_ids_expire_after_7_days_received_and_30_uploaded(meta: Meta, now: Now) -> None:
    received = meta.media.receive(b"photo", "image/jpeg").identifier
    uploaded = meta.media.upload(b"photo", "image/jpeg", "a.jpg").identifier
    now.pass_by(days=7)
    with pytest.raises(Refusal):
        meta.media.describe(received, "")
    meta.media.check(uploaded, "image")
    now.pass_by(days=23)
    with pytest.raises(Refusal) as caught:
        meta.media.check(uploaded, "image")
    assert caught.value.code == 131009


def test_uploads_of_other_types_or_too_large_are_refused(meta: Meta) -> None:
    with pytest.raises(Refusal) as caught:
        meta.media.upload(b"x", "image/svg+xml", "a.svg")
    assert caught.value.code == 100
    with pytest.raises(Refusal) as caught:
        meta.media.upload(b"x" * (5 * 1024 * 1024 + 1), "image/png", "a.png")
    assert caught.value.code == 131053


# ---- bills ---------------------------------------------------------------------------------------------------------

BILL = "7M4QK2X9-10100"


def bill(reference: str = BILL, to: str = CITIZEN) -> dict[str, Any]:
    items = (BillItem("ML1", "Toned milk", 2800, 2), BillItem("EG1", "Eggs", 4500))
    return OrderDetails("Order", reference, "razorpay", "shops", items).payload(Recipient(phone=to))


def order_is(status: str, reference: str = BILL) -> dict[str, Any]:
    return OrderStatus("Order", reference, status).payload(Recipient(phone=CITIZEN))


def send_bill(meta: Meta, reference: str = BILL) -> str:
    """A bill that was sent: the id of the message that shows it."""
    greet(meta)
    identifier: str = meta.send(NUMBER_ID, bill(reference)).body["messages"][0]["id"]
    return identifier


def looked_up(meta: Meta) -> dict[str, Any]:
    (payment,) = meta.look_up_payment(NUMBER_ID, "shops", BILL)["payments"]
    assert isinstance(payment, dict)
    return payment


def payments(webhook: Webhook) -> list[dict[str, Any]]:
    return [status for status in webhook.statuses() if status.get("type") == "payment"]


def test_a_bill_is_paid_on_the_phone_reported_and_looked_up(meta: Meta, webhook: Webhook) -> None:
    message = send_bill(meta)
    assert looked_up(meta)["status"] == "new"
    assert meta.pay(CITIZEN, message, "captured").result(5) == 200
    (report,) = payments(webhook)
    assert (report["id"], report["status"], report["recipient_id"]) == (message, "captured", CITIZEN)
    assert report["payment"]["reference_id"] == BILL
    assert report["payment"]["amount"] == {"value": 10100, "offset": 100}
    assert report["payment"]["transaction"]["status"] == "success"
    found = looked_up(meta)
    assert (found["status"], found["currency"], found["amount"]) == ("captured", "INR", {"value": 10100, "offset": 100})
    assert [each["id"] for each in found["transactions"]] == [report["payment"]["transaction"]["id"]]
    events = [event for body, _ in webhook.received for event in read_webhook(body).events]
    (event,) = (each for each in events if isinstance(each, Payment))
    assert (event.reference, event.status, event.amount) == (BILL, "captured", 10100)


def test_a_failed_attempt_leaves_the_bill_to_be_paid(meta: Meta, webhook: Webhook) -> None:
    message = send_bill(meta)
    meta.pay(CITIZEN, message, "failed").result(5)
    meta.pay(CITIZEN, message, "pending").result(5)
    assert looked_up(meta)["status"] == "pending"
    meta.pay(CITIZEN, message, "captured").result(5)
    assert [each["status"] for each in payments(webhook)] == ["pending", "pending", "captured"]
    assert [each["status"] for each in looked_up(meta)["transactions"]] == ["failed", "pending", "success"]


def test_the_gateway_can_take_a_wrong_sum_and_meta_can_tell_it_twice(meta: Meta, webhook: Webhook) -> None:
    message = send_bill(meta)
    meta.pay(CITIZEN, message, "captured", amount=100).result(5)
    meta.pay(CITIZEN, message, "captured", again=True).result(5)
    first, second = payments(webhook)
    assert first == second
    assert first["payment"]["amount"] == {"value": 100, "offset": 100}
    assert len(looked_up(meta)["transactions"]) == 1


def test_nobody_pays_twice_or_anothers_bill_or_none(meta: Meta) -> None:
    message = send_bill(meta)
    greet(meta, "919830099999")
    for who, what, outcome in [
        ("919830099999", message, "captured"),
        (CITIZEN, "wamid.other", "captured"),
        (CITIZEN, message, "maybe"),
    ]:
        with pytest.raises(ValueError, match=r"."):
            meta.pay(who, what, outcome)
    with pytest.raises(ValueError, match="nobody has tried"):
        meta.pay(CITIZEN, message, "captured", again=True)
    with pytest.raises(ValueError, match="paise"):
        meta.pay(CITIZEN, message, "captured", amount=0)
    meta.pay(CITIZEN, message, "captured").result(5)
    with pytest.raises(ValueError, match="paid"):
        meta.pay(CITIZEN, message, "captured")


def test_a_reference_is_taken_once_and_a_status_needs_its_bill(meta: Meta) -> None:
    assert send_bill(meta)
    assert refusal(meta, bill()).code == 131009
    assert refusal(meta, order_is("processing", "another-1")).code == 131009


def test_the_status_of_an_order_shows_on_its_bill(meta: Meta) -> None:
    message = send_bill(meta)
    meta.pay(CITIZEN, message, "captured").result(5)
    assert refusal(meta, order_is("canceled")).code == 131009
    meta.send(NUMBER_ID, order_is("processing"))
    meta.send(NUMBER_ID, order_is("completed"))
    (phone,) = meta.phones()
    shown = {each["id"]: each["bill"] for each in phone["bubbles"]}
    assert shown[message] == {"reference": BILL, "total": 10100, "status": "captured", "order": "completed"}
    assert refusal(meta, order_is("processing")).code == 131009


@pytest.mark.parametrize(
    ("number", "configuration", "reference"),
    [(NUMBER_ID, "shops", "another-1"), (NUMBER_ID, "other", BILL), (SECOND_ID, "shops", BILL), ("7", "shops", BILL)],
)
def test_a_payment_that_is_not_there_is_not_told(meta: Meta, number: str, configuration: str, reference: str) -> None:
    send_bill(meta)
    with pytest.raises(Refusal) as caught:
        meta.look_up_payment(number, configuration, reference)
    assert caught.value.code == 100


def test_our_client_understands_the_look_up_over_http(meta: Meta) -> None:
    site = Flask("graph")
    site.register_blueprint(graph_api(lambda: meta, threading.Event()))
    server = make_server("127.0.0.1", 0, site, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        client = MetaClient(urllib3.PoolManager(), lambda: "token", base_url=f"http://127.0.0.1:{server.port}")
        message = send_bill(meta)
        assert client.look_up_payment(NUMBER_ID, "shops", BILL) == PaymentState("new")
        meta.pay(CITIZEN, message, "failed").result(5)
        meta.pay(CITIZEN, message, "captured").result(5)
        paid = client.look_up_payment(NUMBER_ID, "shops", BILL)
        assert (paid.status, paid.captured, paid.transaction) == ("captured", 10100, "pay_7M4QK2X9101002")
        with pytest.raises(LookUpRefused) as caught:
            client.look_up_payment(NUMBER_ID, "shops", "another-1")
        assert caught.value.disposition is Disposition.GIVE_UP
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
