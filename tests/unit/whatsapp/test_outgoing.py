"""Outgoing messages: the exact JSON of each, and every limit at its edge."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    OutgoingInvalid,
    OutgoingTooLong,
    Parameter,
    Recipient,
    Row,
    Section,
    TemplateMessage,
    TextMessage,
    Typing,
    one_line,
)

RINA = Recipient(phone="919800000001")
HIDDEN = Recipient(user_id="IN.9054417732608215")
YES, NO = Button("confirm.9:yes", "হ্যাঁ, বুক করুন"), Button("confirm.9:no", "না")
ROWS = (Row("slot:1", "9 – 11 am", "Tuesday 23 November · 12 places free"), Row("slot:2", "11 am – 1 pm"))


def sent(kind: str, content: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "919800000001",
        "type": kind,
        kind: content,
    }


MILK = BillItem("ML1", "Toned milk 500 ml", 2800, 2)
EGGS = BillItem("EG1", "Eggs 6", 4500)


def bill(*items: BillItem, **more: Any) -> OrderDetails:
    parts: dict[str, Any] = {"reference": "7M4QK2X9-10100", "gateway": "razorpay", "configuration": "shops"}
    return OrderDetails("Order 7M4Q-K2X9", **(parts | {"items": items or (MILK, EGGS)} | more))


EXACT: list[tuple[Outgoing, dict[str, Any]]] = [
    (
        bill(discount=100, discount_for="By weight"),
        sent(
            "interactive",
            {
                "type": "order_details",
                "body": {"text": "Order 7M4Q-K2X9"},
                "action": {
                    "name": "review_and_pay",
                    "parameters": {
                        "reference_id": "7M4QK2X9-10100",
                        "type": "physical-goods",
                        "payment_settings": [
                            {
                                "type": "payment_gateway",
                                "payment_gateway": {"type": "razorpay", "configuration_name": "shops"},
                            }
                        ],
                        "currency": "INR",
                        "total_amount": {"value": 10000, "offset": 100},
                        "order": {
                            "status": "pending",
                            "items": [
                                {
                                    "retailer_id": "ML1",
                                    "name": "Toned milk 500 ml",
                                    "amount": {"value": 2800, "offset": 100},
                                    "quantity": 2,
                                },
                                {
                                    "retailer_id": "EG1",
                                    "name": "Eggs 6",
                                    "amount": {"value": 4500, "offset": 100},
                                    "quantity": 1,
                                },
                            ],
                            "subtotal": {"value": 10100, "offset": 100},
                            "tax": {"value": 0, "offset": 100},
                            "discount": {"value": 100, "offset": 100, "description": "By weight"},
                        },
                    },
                },
            },
        ),
    ),
    (
        OrderStatus("Paid", "7M4QK2X9-10100", "processing"),
        sent(
            "interactive",
            {
                "type": "order_status",
                "body": {"text": "Paid"},
                "action": {
                    "name": "review_order",
                    "parameters": {"reference_id": "7M4QK2X9-10100", "order": {"status": "processing"}},
                },
            },
        ),
    ),
    (TextMessage("Namaste"), sent("text", {"body": "Namaste", "preview_url": False})),
    (
        ButtonsMessage("Book it?", (YES, NO), header_image="777", footer="Free of charge"),
        sent(
            "interactive",
            {
                "type": "button",
                "header": {"type": "image", "image": {"id": "777"}},
                "body": {"text": "Book it?"},
                "footer": {"text": "Free of charge"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "confirm.9:yes", "title": "হ্যাঁ, বুক করুন"}},
                        {"type": "reply", "reply": {"id": "confirm.9:no", "title": "না"}},
                    ]
                },
            },
        ),
    ),
    (
        ButtonsMessage("Book it?", (NO,), header_text="Second dose"),
        sent(
            "interactive",
            {
                "type": "button",
                "header": {"type": "text", "text": "Second dose"},
                "body": {"text": "Book it?"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "confirm.9:no", "title": "না"}}]},
            },
        ),
    ),
    (
        ButtonsMessage("The list", (NO,), header_document=HeaderDocument("778", "list.pdf")),
        sent(
            "interactive",
            {
                "type": "button",
                "header": {"type": "document", "document": {"id": "778", "filename": "list.pdf"}},
                "body": {"text": "The list"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "confirm.9:no", "title": "না"}}]},
            },
        ),
    ),
    (
        ListMessage("Which time?", "Show times", (Section(ROWS),)),
        sent(
            "interactive",
            {
                "type": "list",
                "body": {"text": "Which time?"},
                "action": {
                    "button": "Show times",
                    "sections": [
                        {
                            "rows": [
                                {
                                    "id": "slot:1",
                                    "title": "9 – 11 am",
                                    "description": "Tuesday 23 November · 12 places free",
                                },
                                {"id": "slot:2", "title": "11 am – 1 pm"},
                            ]
                        }
                    ],
                },
            },
        ),
    ),
    (
        ListMessage("Which?", "Show", (Section(ROWS[:1], "Tue"), Section(ROWS[1:], "Wed")), "Times", "Free"),
        sent(
            "interactive",
            {
                "type": "list",
                "header": {"type": "text", "text": "Times"},
                "body": {"text": "Which?"},
                "footer": {"text": "Free"},
                "action": {
                    "button": "Show",
                    "sections": [
                        {
                            "title": "Tue",
                            "rows": [
                                {
                                    "id": "slot:1",
                                    "title": "9 – 11 am",
                                    "description": "Tuesday 23 November · 12 places free",
                                }
                            ],
                        },
                        {"title": "Wed", "rows": [{"id": "slot:2", "title": "11 am – 1 pm"}]},
                    ],
                },
            },
        ),
    ),
    (
        CtaUrl("Tap below.", "Open the shop", "https://desk.example/s/1"),
        sent(
            "interactive",
            {
                "type": "cta_url",
                "body": {"text": "Tap below."},
                "action": {
                    "name": "cta_url",
                    "parameters": {"display_text": "Open the shop", "url": "https://desk.example/s/1"},
                },
            },
        ),
    ),
    (
        LocationRequest("Where is your home?"),
        sent(
            "interactive",
            {
                "type": "location_request_message",
                "body": {"text": "Where is your home?"},
                "action": {"name": "send_location"},
            },
        ),
    ),
    (
        LocationPin(22.5183, 88.3653, "Ward 68 Health Centre", "12 Lake Road"),
        sent(
            "location",
            {"latitude": 22.5183, "longitude": 88.3653, "name": "Ward 68 Health Centre", "address": "12 Lake Road"},
        ),
    ),
    (LocationPin(0, 0), sent("location", {"latitude": 0, "longitude": 0})),
    (ImageMessage("777", "The way"), sent("image", {"id": "777", "caption": "The way"})),
    (ImageMessage("777"), sent("image", {"id": "777"})),
    (
        DocumentMessage("778", "list.pdf", "The list"),
        sent("document", {"id": "778", "filename": "list.pdf", "caption": "The list"}),
    ),
    (
        TemplateMessage(
            "day_list",
            "bn",
            (Parameter("ওয়ার্ড ৬৮", "centre"), Parameter("৪৮", "people")),
            HeaderDocument("778", "list.pdf"),
            ("ack:68",),
        ),
        sent(
            "template",
            {
                "name": "day_list",
                "language": {"code": "bn"},
                "components": [
                    {
                        "type": "header",
                        "parameters": [{"type": "document", "document": {"id": "778", "filename": "list.pdf"}}],
                    },
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "parameter_name": "centre", "text": "ও\u09af\u09bcার্ড ৬৮"},
                            {"type": "text", "parameter_name": "people", "text": "৪৮"},
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "0",
                        "parameters": [{"type": "payload", "payload": "ack:68"}],
                    },
                ],
            },
        ),
    ),
    (
        TemplateMessage("hello_world", "en_US", (Parameter("one"), Parameter("two"))),
        sent(
            "template",
            {
                "name": "hello_world",
                "language": {"code": "en_US"},
                "components": [
                    {"type": "body", "parameters": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]}
                ],
            },
        ),
    ),
    (
        TemplateMessage("hello_world", "en_US"),
        sent("template", {"name": "hello_world", "language": {"code": "en_US"}}),
    ),
]


@pytest.mark.parametrize(("message", "payload"), EXACT, ids=lambda each: type(each).__name__)
def test_the_payload_is_exactly_this(message: Outgoing, payload: dict[str, Any]) -> None:
    assert message.payload(RINA) == payload
    assert message.payload(RINA, "r-1") == {**payload, "biz_opaque_callback_data": "r-1"}
    json.dumps(payload)


def test_a_hidden_number_is_addressed_by_recipient_and_never_by_to() -> None:
    payload = TextMessage("Hi").payload(HIDDEN)
    assert payload["recipient"] == "IN.9054417732608215"
    assert "to" not in payload


def test_a_phone_wins_over_a_user_id_as_it_does_at_meta() -> None:
    assert Recipient("919800000001", "IN.905").address() == {"to": "919800000001"}


@pytest.mark.parametrize(
    ("phone", "user_id"), [(None, None), ("", ""), ("+91 98", None), (None, "9054"), ("IN.9", None)]
)
def test_a_recipient_that_is_nobody_is_refused(phone: str | None, user_id: str | None) -> None:
    with pytest.raises(OutgoingInvalid):
        Recipient(phone, user_id)


def test_typing_is_the_read_tick_of_one_message_and_needs_nobody() -> None:
    assert Typing("wamid.1").payload() == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.1",
        "typing_indicator": {"type": "text"},
    }


def row(number: int) -> Row:
    return Row(f"row:{number}", f"Row {number}")


# What is made from a length, the name of the field, and the most it may have.
EDGES = [
    (lambda n: TextMessage("x" * n), "body", 4096),
    (lambda n: ButtonsMessage("x" * n, (YES,)), "body", 1024),
    (lambda n: ButtonsMessage("x", (YES,), footer="x" * n), "footer", 60),
    (lambda n: ButtonsMessage("x", (YES,), header_text="x" * n), "header.text", 60),
    (lambda n: Button("x" * n, "x"), "button.id", 256),
    (lambda n: Button("x", "x" * n), "button.title", 20),
    (lambda n: ListMessage("x" * n, "x", (Section(ROWS),)), "body", 4096),
    (lambda n: ListMessage("x", "x" * n, (Section(ROWS),)), "button", 20),
    (lambda n: ListMessage("x", "x", (Section(ROWS),), header_text="x" * n), "header.text", 60),
    (lambda n: ListMessage("x", "x", (Section(ROWS),), footer="x" * n), "footer", 60),
    (lambda n: Section(ROWS, "x" * n), "section.title", 24),
    (lambda n: Row("x" * n, "x"), "row.id", 200),
    (lambda n: Row("x", "x" * n), "row.title", 24),
    (lambda n: Row("x", "x", "x" * n), "row.description", 72),
    (lambda n: CtaUrl("x" * n, "x", "https://desk.example"), "body", 1024),
    (lambda n: CtaUrl("x", "x" * n, "https://desk.example"), "title", 20),
    (lambda n: CtaUrl("x", "x", "https://" + "x" * (n - 8)), "url", 2000),
    (lambda n: LocationRequest("x" * n), "body", 1024),
    (lambda n: ImageMessage("7", "x" * n), "caption", 1024),
    (lambda n: DocumentMessage("7", "a.pdf", "x" * n), "caption", 1024),
    (lambda n: DocumentMessage("7", "x" * n), "filename", 240),
    (lambda n: HeaderDocument("7", "x" * n), "header.filename", 240),
    (lambda n: ImageMessage("7" * n), "image.id", 256),
    (lambda n: LocationPin(0, 0, "x" * n), "name", 1000),
    (lambda n: LocationPin(0, 0, "x", "x" * n), "address", 1000),
    (lambda n: Parameter("x" * n), "parameter", 1024),
    (lambda n: TemplateMessage("a", "en", (), None, ("x" * n,)), "quick_reply", 128),
    (lambda n: TextMessage("x").payload(RINA, "x" * n), "callback", 512),
]


@pytest.mark.parametrize(("make", "where", "limit"), EDGES)
def test_the_limit_itself_fits_and_one_more_does_not(make: Any, where: str, limit: int) -> None:
    assert make(limit)
    with pytest.raises(OutgoingTooLong) as caught:
        make(limit + 1)
    assert (caught.value.where, caught.value.length, caught.value.limit) == (where, limit + 1, limit)


def test_lengths_are_counted_after_nfc_which_splits_a_bengali_letter_in_two() -> None:
    assert Button("a", "\u09df" * 10).title == "\u09af\u09bc" * 10
    with pytest.raises(OutgoingTooLong) as caught:
        Button("a", "\u09df" * 11)
    assert caught.value.length == 22


def test_lengths_are_counted_after_nfc_which_joins_a_latin_letter_and_its_accent() -> None:
    assert Button("a", "e\u0301" * 20).title == "é" * 20


def test_a_button_id_is_never_altered_because_it_is_compared_later() -> None:
    assert Button("e\u0301", "x").id == "e\u0301"


@pytest.mark.parametrize(
    "make",
    [
        lambda: ButtonsMessage("x", ()),
        lambda: ButtonsMessage("x", tuple(Button(str(n), str(n)) for n in range(4))),
        lambda: ButtonsMessage("x", (Button("a", "A"), Button("a", "B"))),
        lambda: ButtonsMessage("x", (Button("a", "A"), Button("b", "A"))),
        lambda: ButtonsMessage("x", (YES,), header_image="7", header_text="x"),
        lambda: ButtonsMessage("x", (YES,), header_image="7", header_document=HeaderDocument("7", "a.pdf")),
        lambda: ButtonsMessage("x", (YES,), header_image=""),
        lambda: HeaderDocument("7", ""),
        lambda: Button(" a", "A"),
        lambda: Button("", "A"),
        lambda: Button("a", " "),
        lambda: TextMessage(""),
        lambda: TextMessage(" \n"),
        lambda: TextMessage("half \ud83d"),
        lambda: Section(()),
        lambda: ListMessage("x", "x", ()),
        lambda: ListMessage("x", "x", (Section((row(1),)), Section((row(2),)))),
        lambda: ListMessage("x", "x", (Section(tuple(map(row, range(11)))),)),
        lambda: ListMessage("x", "x", tuple(Section((row(n),), str(n)) for n in range(11))),
        lambda: ListMessage("x", "x", (Section((row(1),), "a"), Section((row(1),), "b"))),
        lambda: CtaUrl("x", "x", "ftp://desk.example"),
        lambda: CtaUrl("x", "x", "https://desk.example/a b"),
        lambda: CtaUrl("x", "x", "desk.example"),
        lambda: LocationPin(91, 0),
        lambda: LocationPin(0, -181),
        lambda: LocationPin(float("nan"), 0),
        lambda: LocationPin(0, 0, address="nowhere"),
        lambda: ImageMessage(""),
        lambda: Typing(""),
        lambda: TemplateMessage("Name", "en"),
        lambda: TemplateMessage("name", "English"),
        lambda: TemplateMessage("name", "en", (Parameter("a", "a"), Parameter("b"))),
        lambda: TemplateMessage("name", "en", (Parameter("a", "a"), Parameter("b", "a"))),
        lambda: TemplateMessage("name", "en", (), None, tuple(map(str, range(11)))),
        lambda: Parameter("two\nlines"),
        lambda: Parameter("a\ttab"),
        lambda: Parameter("five     spaces"),
        lambda: Parameter("a", "Name"),
        lambda: TextMessage("x").payload(RINA, ""),
    ],
)
def test_what_meta_would_refuse_cannot_be_made(make: Any) -> None:
    with pytest.raises(OutgoingInvalid) as caught:
        make()
    assert caught.value.where


def test_ten_rows_in_several_sections_and_four_spaces_are_still_allowed() -> None:
    sections = tuple(Section((row(n),), str(n)) for n in range(10))
    assert len(ListMessage("x", "x", sections).payload(RINA)["interactive"]["action"]["sections"]) == 10
    assert Parameter("four    spaces").text == "four    spaces"


@given(st.text())
def test_one_line_always_makes_a_parameter_or_nothing(text: str) -> None:
    line = one_line(text)
    if line and not any("\ud800" <= sign <= "\udfff" for sign in line):
        assert Parameter(line).text


def test_errors_and_reprs_never_quote_the_text_or_the_number() -> None:
    with pytest.raises(OutgoingTooLong) as caught:
        Button("a", "Rina Das of Lake Road 12")
    assert "Rina" not in str(caught.value)
    shown = repr(TextMessage("Rina")) + repr(RINA) + repr(HIDDEN) + repr(Parameter("Rina"))
    shown += repr(ButtonsMessage("Rina", (Button("a", "Rina"),), header_text="Rina", footer="Rina"))
    assert "Rina" not in shown
    assert "9198" not in shown
    assert "IN.9" not in shown


# ---- bills -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": ""},
        {"reference": "with a space"},
        {"reference": "অর্ডার"},
        {"reference": "x" * 36},
        {"gateway": "stripe"},
        {"configuration": " "},
        {"items": (MILK, BillItem("ML1", "Twice", 100))},
        {"discount": -1},
        {"discount": 10100},
        {"discount_for": "w" * 61},
        {"discount_for": ""},
    ],
    ids=str,
)
def test_a_bill_that_meta_would_refuse_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(OutgoingInvalid):
        bill(**wrong)


def test_a_bill_without_items_cannot_be_made() -> None:
    with pytest.raises(OutgoingInvalid, match="items"):
        OrderDetails("x", "7M4QK2X9-1", "razorpay", "shops", ())


@pytest.mark.parametrize(("name", "price", "quantity"), [("n" * 61, 1, 1), ("", 1, 1), ("n", 0, 1), ("n", 1, 0)])
def test_an_item_of_a_bill_has_a_name_a_price_and_a_quantity(name: str, price: int, quantity: int) -> None:
    with pytest.raises(OutgoingInvalid):
        BillItem("ML1", name, price, quantity)


def test_a_bill_at_its_limits_can_be_made() -> None:
    made = bill(BillItem("i" * 100, "n" * 60, 1, 50), reference="r" * 35, discount=49, discount_for="w" * 60)
    assert (made.subtotal, made.total) == (50, 1)


def test_the_status_of_an_order_is_one_that_whatsapp_knows() -> None:
    with pytest.raises(OutgoingInvalid, match="status"):
        OrderStatus("x", "7M4QK2X9-1", "paid")
    with pytest.raises(OutgoingTooLong):
        OrderStatus("x", "r" * 36, "completed")
