"""Our reader and our payloads beside those of pywa, an independent and well-tried client of the same API.

pywa reads only the first update of a body, so the fixtures here hold one each.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pywa.client import WhatsApp
from pywa.types import callback as pywa_callback
from pywa.types.message import Message as PywaMessage
from pywa.types.message_status import MessageStatus as PywaStatus

from seba.whatsapp import inbound
from seba.whatsapp.inbound import Message, Sender, Status, read_webhook
from seba.whatsapp.outgoing import (
    Button,
    ButtonsMessage,
    CtaUrl,
    DocumentMessage,
    HeaderDocument,
    ListMessage,
    LocationPin,
    LocationRequest,
    Outgoing,
    Recipient,
    Row,
    Section,
    TextMessage,
)
from tests import webhook_events as samples

BODIES = samples.bodies()


@pytest.fixture
def posts() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def pywa(posts: list[dict[str, Any]]) -> WhatsApp:
    def answer(request: httpx.Request) -> httpx.Response:
        posts.append(json.loads(request.content))
        contacts = [{"input": samples.RINA, "wa_id": samples.RINA}]
        return httpx.Response(
            200,
            json={"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": "wamid.1"}]},
        )

    session = httpx.Client(base_url="https://graph.example", transport=httpx.MockTransport(answer))
    return WhatsApp(phone_id=samples.PHONE_NUMBER_ID, token="token", session=session)


def ours(name: str) -> inbound.Event:
    (event,) = read_webhook(json.dumps(BODIES[name]).encode()).events
    return event


def our_message(name: str) -> Message:
    event = ours(name)
    assert isinstance(event, Message)
    return event


def same_envelope(message: Message, theirs: Any) -> None:
    assert message.id == theirs.id
    assert message.sender == Sender(theirs.from_user.wa_id, theirs.from_user.bsuid)
    assert message.profile_name == theirs.from_user.name
    assert message.at == theirs.timestamp
    assert message.phone_number_id == theirs.metadata.phone_number_id


def raw(name: str) -> Any:
    return copy.deepcopy(BODIES[name])


def test_a_text_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    message, theirs = our_message("text"), PywaMessage.from_update(client=pywa, update=raw("text"))
    same_envelope(message, theirs)
    assert isinstance(message.content, inbound.Text)
    assert message.content.body == theirs.text


def test_a_hidden_number_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    message, theirs = our_message("user-id"), PywaMessage.from_update(client=pywa, update=raw("user-id"))
    same_envelope(message, theirs)
    assert isinstance(message.content, inbound.Text)
    assert message.content.body == theirs.text


def test_a_picture_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    message, theirs = our_message("image"), PywaMessage.from_update(client=pywa, update=raw("image"))
    same_envelope(message, theirs)
    assert theirs.image is not None
    assert message.content == inbound.Photo(
        theirs.image.id, theirs.image.mime_type, theirs.image.sha256, theirs.caption
    )


def test_a_location_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    message, theirs = our_message("location"), PywaMessage.from_update(client=pywa, update=raw("location"))
    same_envelope(message, theirs)
    assert theirs.location is not None
    assert message.content == inbound.Location(theirs.location.latitude, theirs.location.longitude)


def test_a_tapped_button_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    message, theirs = our_message("button"), pywa_callback.CallbackButton.from_update(client=pywa, update=raw("button"))
    same_envelope(message, theirs)
    assert message.content == inbound.Tapped(theirs.data, theirs.title)


def test_a_tapped_row_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    message, theirs = our_message("list"), pywa_callback.CallbackSelection.from_update(client=pywa, update=raw("list"))
    same_envelope(message, theirs)
    assert message.content == inbound.Tapped(theirs.data, theirs.title)


def test_a_status_is_read_as_pywa_reads_it(pywa: WhatsApp) -> None:
    status, theirs = ours("status"), PywaStatus.from_update(client=pywa, update=raw("status"))
    assert isinstance(status, Status)
    assert (status.id, status.status, status.at) == (theirs.id, theirs.status.value, theirs.timestamp)
    assert status.callback == theirs.tracker
    assert status.recipient == Sender(theirs.from_user.wa_id, theirs.from_user.bsuid)
    assert status.pricing is not None
    assert theirs.pricing is not None
    assert (status.pricing.billable, status.pricing.category) == (theirs.pricing.billable, theirs.pricing.category)


PAIRS: list[tuple[Outgoing, Callable[[WhatsApp, str], object]]] = [
    (TextMessage("Namaste"), lambda wa, to: wa.send_message(to, "Namaste")),
    (
        ButtonsMessage("Book it?", (Button("y", "Yes"), Button("n", "No")), header_text="Dose 2", footer="Free"),
        lambda wa, to: wa.send_message(
            to,
            "Book it?",
            header="Dose 2",
            footer="Free",
            buttons=[pywa_callback.Button("Yes", callback_data="y"), pywa_callback.Button("No", callback_data="n")],
        ),
    ),
    (
        ButtonsMessage("Booked!", (Button("w", "Show the way"),), header_image="777"),
        lambda wa, to: wa.send_image(
            to, "777", caption="Booked!", buttons=[pywa_callback.Button("Show the way", callback_data="w")]
        ),
    ),
    (
        ButtonsMessage("The list", (Button("ack", "Got it"),), header_document=HeaderDocument("778", "list.pdf")),
        lambda wa, to: wa.send_document(
            to,
            "778",
            filename="list.pdf",
            caption="The list",
            buttons=[pywa_callback.Button("Got it", callback_data="ack")],
        ),
    ),
    (
        ListMessage(
            "Which?", "Show", (Section((Row("1", "9 am", "Tue"),), "Tue"), Section((Row("2", "11 am"),), "Wed"))
        ),
        lambda wa, to: wa.send_message(
            to,
            "Which?",
            buttons=pywa_callback.SectionList(
                "Show",
                [
                    pywa_callback.Section(
                        "Tue", [pywa_callback.SectionRow("9 am", callback_data="1", description="Tue")]
                    ),
                    pywa_callback.Section("Wed", [pywa_callback.SectionRow("11 am", callback_data="2")]),
                ],
            ),
        ),
    ),
    (
        CtaUrl("Tap.", "Open", "https://desk.example/s"),
        lambda wa, to: wa.send_message(to, "Tap.", buttons=pywa_callback.URLButton("Open", "https://desk.example/s")),
    ),
    (LocationRequest("Where?"), lambda wa, to: wa.request_location(to, "Where?")),
    (
        LocationPin(22.5, 88.3, "Ward 68", "12 Lake Road"),
        lambda wa, to: wa.send_location(to, 22.5, 88.3, "Ward 68", "12 Lake Road"),
    ),
    (
        DocumentMessage("778", "list.pdf", "The list"),
        lambda wa, to: wa.send_document(to, "778", filename="list.pdf", caption="The list"),
    ),
]


def pruned(value: Any) -> Any:
    """Without nulls, which pywa writes for what is not there."""
    if isinstance(value, dict):
        return {key: pruned(part) for key, part in value.items() if part is not None}
    return [pruned(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("message", "send"), PAIRS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("to", [Recipient(samples.RINA), Recipient(user_id=samples.RINA_ID)], ids=["phone", "user id"])
def test_our_payload_is_what_pywa_sends(
    message: Outgoing,
    send: Callable[[WhatsApp, str], object],
    to: Recipient,
    pywa: WhatsApp,
    posts: list[dict[str, Any]],
) -> None:
    send(pywa, to.phone or to.user_id or "")
    assert pruned(posts[-1]) == message.payload(to)
