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
