"""A message of the desk in a terminal: what leads out of the chat, or is WhatsApp's own, is told in words."""

import pytest

from local.speech import choices, in_words
from seba.whatsapp.outgoing import BillItem, CtaUrl, OrderDetails, OrderStatus, Outgoing, Recipient


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (
            CtaUrl("Tap below.", "Open the shop", "https://shop.example/go/x.1.y"),
            ["Tap below.", "[Open the shop] https://shop.example/go/x.1.y"],
        ),
        (
            OrderDetails("Order 7M4Q-K2X9", "7M4QK2X9-5650", "razorpay", "shops", (BillItem("ML1", "Milk", 5650),)),
            ["Order 7M4Q-K2X9", "[Review and pay] ₹56.50"],
        ),
        (
            OrderStatus("Paid.\nThank you.", "7M4QK2X9-5650", "processing"),
            ["Paid.", "Thank you.", "[order: processing]"],
        ),
    ],
)
def test_links_bills_and_states_are_told_in_words(message: Outgoing, lines: list[str]) -> None:
    payload = message.payload(Recipient("91"))
    assert in_words(payload, None) == lines
    assert choices(payload, None) == []
