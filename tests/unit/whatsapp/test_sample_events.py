"""The files in events/: each is fresh, rightly signed, and read as what its name says."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from seba.whatsapp.inbound import (
    Location,
    Message,
    Payment,
    Photo,
    Pricing,
    Sender,
    Status,
    Tapped,
    Text,
    Unsupported,
    Webhook,
    read_webhook,
)
from seba.whatsapp.signature import handshake, is_signed, signature_of
from tests import webhook_events as samples


def event_of(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((samples.FOLDER / f"webhook-{name}.json").read_text(encoding="utf-8"))
    return event


def body_of(event: dict[str, Any]) -> bytes:
    body: str = event["body"]
    return base64.b64decode(body) if event["isBase64Encoded"] else body.encode()


def read(name: str) -> Webhook:
    return read_webhook(body_of(event_of(name)))


def only_message(name: str) -> Message:
    (message,) = read(name).messages
    return message


def test_the_files_are_what_the_generator_makes() -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in Path(samples.FOLDER).glob("webhook-*.json")}
    assert on_disk == {name: samples.written(event) for name, event in samples.events().items()}


@pytest.mark.parametrize("name", sorted(samples.bodies()))
def test_every_posted_event_is_signed_over_its_raw_body(name: str) -> None:
    event = event_of(name)
    signature = signature_of(event["headers"])
    assert is_signed(samples.APP_SECRET, body_of(event), signature)
    assert not is_signed(samples.APP_SECRET, body_of(event) + b" ", signature)


def test_the_text_event_is_rinas_hi() -> None:
    message = only_message("text")
    assert message.content == Text("Hi")
    assert message.sender == Sender("919800000001", "IN.4821907364501928")
    assert message.profile_name == "Rina Das"
    assert message.phone_number_id == "100000000000001"
    assert message.at is not None
    assert message.at.isoformat() == "2026-11-22T04:30:01+00:00"


def test_the_button_event_carries_our_id() -> None:
    message = only_message("button")
    assert message.content == Tapped("consent.3:self", "হ্যাঁ, নিজের জন্য")
    assert message.context_id == "wamid.SENT0001"


def test_the_list_event_carries_our_row() -> None:
    assert only_message("list").content == Tapped("place.7:68", "Ward 68 Health Centre")


def test_the_image_event_has_media_and_caption() -> None:
    content = only_message("image").content
    assert isinstance(content, Photo)
    assert (content.media_id, content.mime_type, content.caption) == ("1029384756019283", "image/jpeg", "XYZ1234567")


def test_the_location_event_is_a_place_in_kolkata() -> None:
    assert only_message("location").content == Location(22.5183, 88.3653)


def test_the_status_event_has_callback_and_price() -> None:
    (status,) = read("status").statuses
    assert (status.id, status.status, status.callback) == ("wamid.SENT0006", "delivered", "r-6f2c41aa")
    assert status.pricing == Pricing(billable=True, category="service", type="regular")


def test_the_user_id_event_has_no_phone_anywhere() -> None:
    message = only_message("user-id")
    assert message.sender == Sender(None, "IN.9054417732608215")
    assert message.content == Text("नमस्ते")
    assert message.profile_name == "Shabnam"


def test_the_batch_event_yields_everything_in_order_and_hides_nothing() -> None:
    webhook = read("batch")
    seen = [(type(event), event.id) for event in webhook.events if isinstance(event, Message | Status)]
    assert seen == [
        (Message, "wamid.SAMPLE0020"),
        (Message, "wamid.SAMPLE0020"),
        (Message, "wamid.SAMPLE0021"),
        (Status, "wamid.SENT0022"),
        (Status, "wamid.SENT0022"),
        (Message, "wamid.SAMPLE0023"),
        (Status, "wamid.SENT0024"),
    ]
    assert [message.profile_name for message in webhook.messages] == ["Rina Das", "Rina Das", "Amal", "Rina Das"]
    assert [part.where for part in webhook.unreadable] == ["entry[1].changes[0].value.messages[0]"]
    assert [error.code for error in webhook.errors] == [131000]
    assert [error.code for error in webhook.statuses[-1].errors] == [131026]


def test_the_unsupported_event_keeps_metas_code() -> None:
    assert only_message("unsupported").content == Unsupported(131051)


def test_the_verify_event_is_answered_with_its_challenge() -> None:
    query = event_of("verify")["queryStringParameters"]
    assert handshake(query, samples.VERIFY_TOKEN) == "1158201444"
    assert handshake(query, "another-token") is None


def test_the_payment_event_is_a_captured_payment_of_rinas_bill() -> None:
    (payment,) = read("payment").events
    assert isinstance(payment, Payment)
    assert (payment.reference, payment.status, payment.amount) == ("7M4QK2X9-34200", "captured", 34200)
    assert payment.recipient == Sender(samples.RINA, samples.RINA_ID)
