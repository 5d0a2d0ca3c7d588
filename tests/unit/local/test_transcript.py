"""A message as chat text, from the very payload that would be posted."""

import pytest

from local.transcript import chat_text
from seba.whatsapp.outgoing import (
    BillItem,
    Button,
    ButtonsMessage,
    CtaUrl,
    DocumentMessage,
    HeaderDocument,
    ImageMessage,
    ListMessage,
    LocationPin,
    LocationRequest,
    OrderDetails,
    OrderStatus,
    Outgoing,
    Recipient,
    Row,
    Section,
    TextMessage,
)
from seba.whatsapp.templates import template

BUTTONS = (Button("a", "Show the way"), Button("b", "Change or cancel"))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (TextMessage("Hello"), "Hello"),
        (ButtonsMessage("Hello", BUTTONS), "Hello\n[Show the way] [Change or cancel]"),
        (ButtonsMessage("Hello", BUTTONS[:1], header_image="1"), "🖼 QR\nHello\n[Show the way]"),
        (ButtonsMessage("Hello", BUTTONS[:1], header_text="Above"), "*Above*\nHello\n[Show the way]"),
        (
            ButtonsMessage("The list", BUTTONS[:1], header_document=HeaderDocument("1", "list.pdf")),
            "📄 list.pdf\nThe list\n[Show the way]",
        ),
        (
            ListMessage("Which?", "Show times", (Section((Row("a", "9 – 11 am", "12 places"), Row("b", "More"))),)),
            "Which?\n▤ Show times\n  · 9 – 11 am — 12 places\n  · More",
        ),
        (CtaUrl("The shop", "Open", "https://example.org/"), "The shop\n🔗 [Open]"),
        (
            OrderDetails(
                "Order", "A-1", "razorpay", "shops", (BillItem("ML1", "Milk", 2650, 2), BillItem("E", "Eggs", 4500))
            ),
            "Order\n  · 2 × Milk — ₹53\n  · 1 × Eggs — ₹45\n💳 [Review and pay ₹98]",
        ),
        (
            OrderDetails("Order", "A-1", "razorpay", "shops", (BillItem("ML1", "Milk", 2650),), 50, "By weight"),
            "Order\n  · 1 × Milk — ₹26.50\n  · By weight — -₹0.50\n💳 [Review and pay ₹26]",
        ),
        (OrderStatus("Paid", "A-1", "processing"), "Paid\n🧾 processing"),
        (LocationRequest("Where?"), "Where?\n[📍]"),
        (LocationPin(22.5, 88.25, "Ward 68", "12 Road"), "📍 Ward 68, 12 Road (22.5, 88.25)"),
        (LocationPin(22.5, 88.25), "📍 pin (22.5, 88.25)"),
        (ImageMessage("1", "A caption"), "🖼 picture\nA caption"),
        (ImageMessage("1"), "🖼 picture"),
        (DocumentMessage("1", "list.pdf", "A caption"), "📄 list.pdf\nA caption"),
    ],
)
def test_every_kind_of_message_reads_as_chat(message: Outgoing, text: str) -> None:
    assert chat_text(message.payload(Recipient("91"))) == text


def test_a_template_reads_as_the_citizen_sees_it() -> None:
    values = {"centre": "Ward 68", "date": "Tuesday 24 November", "people": "48"}
    message = template("day_list", "en").message(values, ("got",), HeaderDocument("1", "list.pdf"))
    lines = chat_text(message.payload(Recipient("91"))).splitlines()
    assert lines[0] == "📄 list.pdf"
    assert "🗓 Tuesday 24 November, booked: 48" in lines
    assert lines[-1] == "[Got the list]"


def test_a_message_nobody_here_sends_has_no_transcript() -> None:
    with pytest.raises(ValueError, match="sticker"):
        chat_text({"type": "sticker"})
