"""What Meta would refuse in a message, and with which code."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.meta.checks import check_message
from local.meta.refusals import Refusal


def any_media(identifier: str, kind: str) -> None:
    if identifier != "900":
        raise Refusal(131009, f"{kind}.id {identifier} is not a valid media id")


def message(**parts: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": "919830012345", **parts}


def interactive(kind: str, action: Mapping[str, Any], body: str = "Which day?", **more: Any) -> dict[str, Any]:
    inner = {"type": kind, "body": {"text": body}, "action": action, **more}
    return message(type="interactive", interactive=inner)


def buttons(*titles: str, ids: tuple[str, ...] = ()) -> dict[str, Any]:
    ids = ids or tuple(f"id-{index}" for index in range(len(titles)))
    return {"buttons": [{"type": "reply", "reply": {"id": i, "title": t}} for i, t in zip(ids, titles, strict=True)]}


def rows(count: int, sections: int = 1, **more: str) -> dict[str, Any]:
    made = [{"id": f"row-{index}", "title": f"Row {index}", **more} for index in range(count)]
    share = -(-count // sections)
    return {
        "button": "Show",
        "sections": [
            {"title": f"Day {index}", "rows": made[index * share : (index + 1) * share]} for index in range(sections)
        ],
    }


def rupees(value: object, **more: object) -> dict[str, Any]:
    return {"value": value, "offset": 100, **more}


def bill(order: Mapping[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    items = [
        {"retailer_id": "ML1", "name": "n" * 60, "amount": rupees(2800), "quantity": 2},
        {"retailer_id": "EG1", "name": "Eggs", "amount": rupees(4500), "quantity": 1},
    ]
    gateway = {"type": "razorpay", "configuration_name": "shops"}
    given: dict[str, Any] = {
        "reference_id": "7M4QK2X9-10100",
        "type": "physical-goods",
        "currency": "INR",
        "payment_settings": [{"type": "payment_gateway", "payment_gateway": gateway}],
        "total_amount": rupees(10100),
        "order": {"status": "pending", "items": items, "subtotal": rupees(10100), "tax": rupees(0), **(order or {})},
    }
    return interactive("order_details", {"name": "review_and_pay", "parameters": given | parameters})


def order_status(reference: str = "7M4QK2X9-10100", **order: object) -> dict[str, Any]:
    parameters = {"reference_id": reference, "order": {"status": "processing", **order}}
    return interactive("order_status", {"name": "review_order", "parameters": parameters})


def refusal(payload: Mapping[str, Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check_message(payload, any_media)
    return caught.value


GOOD = [
    message(type="text", text={"body": "ন" * 4096}),
    interactive("button", buttons("Yes", "No", "Later"), body="b" * 1024),
    interactive("button", buttons("Yes"), header={"type": "image", "image": {"id": "900"}}, footer={"text": "f" * 60}),
    interactive("list", rows(10, 10), body="b" * 4096),
    interactive("list", rows(1), header={"type": "text", "text": "h" * 60}),
    interactive("location_request_message", {"name": "send_location"}),
    interactive("cta_url", {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://a.example/b"}}),
    message(type="image", image={"id": "900", "caption": "c" * 1024}),
    message(type="document", document={"id": "900", "filename": "list.pdf"}),
    message(type="location", location={"latitude": 22.5, "longitude": 88.3, "name": "Ward 68"}),
    message(type="text", text={"body": "x"}, biz_opaque_callback_data="d" * 512),
    bill(),
    bill({"discount": rupees(100, description="d" * 60)}, total_amount=rupees(10000)),
    bill({"shipping": rupees(100), "tax": rupees(50)}, total_amount=rupees(10250)),
    order_status(),
    order_status(status="canceled", description="d" * 120),
]


@pytest.mark.parametrize("payload", GOOD, ids=lambda payload: payload["type"])
def test_what_the_documentation_allows_is_taken(payload: dict[str, Any]) -> None:
    check_message(payload, any_media)


BAD = [
    ("a text too long", message(type="text", text={"body": "a" * 4097}), 131009),
    ("an empty text", message(type="text", text={"body": " "}), 131009),
    ("no text at all", message(type="text"), 131008),
    ("an unknown type", message(type="poll", poll={}), 131051),
    ("another product", {"messaging_product": "sms", "type": "text", "text": {"body": "x"}}, 100),
    ("callback data too long", message(type="text", text={"body": "x"}, biz_opaque_callback_data="d" * 513), 131009),
    ("four buttons", interactive("button", buttons("a", "b", "c", "d")), 131009),
    ("no buttons", interactive("button", {"buttons": []}), 131009),
    ("a long button", interactive("button", buttons("t" * 21)), 131009),
    ("the same button twice", interactive("button", buttons("Yes", "No", ids=("a", "a"))), 131009),
    ("two buttons of one title", interactive("button", buttons("Yes", "Yes")), 131009),
    ("a long button id", interactive("button", buttons("Yes", ids=("i" * 257,))), 131009),
    ("a long body above buttons", interactive("button", buttons("Yes"), body="b" * 1025), 131009),
    ("a long footer", interactive("button", buttons("Yes"), footer={"text": "f" * 61}), 131009),
    ("a picture on a list", interactive("list", rows(1), header={"type": "image", "image": {"id": "900"}}), 131009),
    ("eleven rows", interactive("list", rows(11, 2)), 131009),
    ("a long row title", interactive("list", rows(1, title="t" * 25)), 131009),
    ("a long description", interactive("list", rows(1, description="d" * 73)), 131009),
    ("a row twice", interactive("list", rows(2, id="same")), 131009),
    ("a long list button", interactive("list", {**rows(1), "button": "b" * 21}), 131009),
    ("sections without titles", interactive("list", {**rows(2, 2), "sections": [{"rows": [r]} for r in (
        {"id": "a", "title": "A"}, {"id": "b", "title": "B"})]}), 131008),
    ("a link that is none", interactive("cta_url", {"name": "cta_url", "parameters": {
        "display_text": "Open", "url": "javascript:1"}}), 131009),
    ("another action name", interactive("location_request_message", {"name": "get_location"}), 131009),
    ("a medium nobody has", message(type="image", image={"id": "901"}), 131009),
    ("a picture without id or link", message(type="image", image={}), 131008),
    ("a place that is nowhere", message(type="location", location={"latitude": 91, "longitude": 0}), 131009),
    ("a bill without a reference", bill(reference_id=None), 131008),
    ("a long reference", bill(reference_id="r" * 36), 131009),
    ("a reference with a space", bill(reference_id="7M4Q K2X9"), 131009),
    ("goods of no kind", bill(type="goods"), 131009),
    ("another currency", bill(currency="USD"), 131009),
    ("a bill without a gateway", bill(payment_settings=[]), 131008),
    ("an unknown gateway", bill(payment_settings=[{"type": "payment_gateway", "payment_gateway": {
        "type": "stripe", "configuration_name": "shops"}}]), 131009),
    ("a gateway without a configuration", bill(payment_settings=[{"type": "payment_gateway", "payment_gateway": {
        "type": "razorpay"}}]), 131008),
    ("another way to pay", bill(payment_settings=[{"type": "pix"}]), 131009),
    ("a bill that is done", bill({"status": "completed"}), 131009),
    ("a bill without items", bill({"items": []}), 131008),
    ("an item with a long name", bill({"items": [{"retailer_id": "A", "name": "n" * 61, "amount": rupees(10100),
        "quantity": 1}]}), 131009),
    ("half an item", bill({"items": [{"retailer_id": "A", "name": "A", "amount": rupees(20200), "quantity": 0.5}]}),
        131009),
    ("a subtotal that is another", bill({"subtotal": rupees(10000)}, total_amount=rupees(10000)), 131009),
    ("a total that is another", bill(total_amount=rupees(10000)), 131009),
    ("a total of nothing", bill({"discount": rupees(10100)}, total_amount=rupees(0)), 131009),
    ("a sum in parts of a paisa", bill(total_amount={"value": 101000, "offset": 1000}), 131009),
    ("a sum that is no number", bill(total_amount=rupees("10100")), 131009),
    ("a bill without tax", bill({"tax": None}), 131008),
    ("a long word for a discount", bill({"discount": rupees(100, description="d" * 61)},
        total_amount=rupees(10000)), 131009),
    ("an order in no state", order_status(status="paid"), 131009),
    ("a long word for a state", order_status(description="d" * 121), 131009),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "code"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_the_documentation_forbids_is_refused_with_its_code(payload: dict[str, Any], code: int) -> None:
    refused = refusal(payload)
    assert refused.code == code
    assert refused.http_status == 400
    assert refused.body()["error"]["error_data"]["details"]


def test_lengths_count_code_points_after_nfc() -> None:
    # য় as one code point becomes two under NFC: eleven of them are 22, ten are 20.
    check_message(interactive("button", buttons("\u09df" * 10)), any_media)
    assert "22 characters" in refusal(interactive("button", buttons("\u09df" * 11))).details


def test_a_refusal_has_the_shape_of_metas_errors() -> None:
    error = refusal(message(type="text"))
    body = error.body()["error"]
    assert body["code"] == 131008
    assert body["type"] == "OAuthException"
    assert body["message"] == "(#131008) Required parameter is missing"
    assert set(body) == {"message", "type", "code", "error_data", "fbtrace_id"}
