"""What somebody says at `POST /local/say` (or on the page), as the webhook message that Meta would make of it."""

import base64
import binascii
import io
import json
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw

from local.meta.double import Meta

LONGEST_PHOTO = 16 * 1024 * 1024
KINDS = (
    "text",
    "reply_id",
    "location",
    "image",
    "document",
    "voice",
    "video",
    "sticker",
    "contact",
    "reaction",
    "unsupported",
    "message",
)


class NotUnderstood(Exception):
    """The request says nothing that can be said; the message tells what is expected."""


def message_of(meta: Meta, speaker: str, said: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The webhook message (without id, time, sender), and the id of the message it answers.

    `said` has exactly one of KINDS: {"text": "Hi"}, {"reply_id": "…", "to_message"?: "…"},
    {"location": {"latitude", "longitude", "name"?, "address"?}}, {"image": true | base64 | data URL |
    {"data", "mime_type"?, "caption"?}}, … ; {"message": {…}} is taken as it is. Raises NotUnderstood.
    """
    kinds = [kind for kind in KINDS if kind in said]
    if len(kinds) != 1:
        raise NotUnderstood(f"say exactly one of {', '.join(KINDS)}")
    kind = kinds[0]
    content = said[kind]
    about = said.get("to_message")
    if kind == "text":
        if not isinstance(content, str) or not content:
            raise NotUnderstood("text is a string with something in it")
        return {"type": "text", "text": {"body": content}}, about
    if kind == "reply_id":
        return meta.offered(speaker, str(content), about)
    if kind == "location":
        return {"type": "location", "location": _location(content)}, about
    if kind == "contact":
        return {"type": "contacts", "contacts": [_contact(content)]}, about
    if kind == "reaction":
        return {"type": "reaction", "reaction": {"message_id": str(about or ""), "emoji": str(content)}}, None
    if kind == "unsupported":
        error = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown"}
        return {"type": "unsupported", "errors": [error]}, None
    if kind == "message":
        if not isinstance(content, dict) or "type" not in content:
            raise NotUnderstood("message is an object as in Meta's webhook, with its type")
        return dict(content), about
    return _medium(meta, kind, content, said), about


def _medium(meta: Meta, kind: str, content: Any, said: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    name = {"voice": "audio"}.get(kind, kind)
    details = content if isinstance(content, dict) else {}
    data, mime_type = _bytes(kind, content)
    medium = meta.media.receive(data, str(details.get("mime_type") or mime_type), str(details.get("filename", "")))
    part: dict[str, Any] = {"mime_type": medium.mime_type, "sha256": medium.sha256, "id": medium.identifier}
    caption = details.get("caption", said.get("caption"))
    if caption and name in ("image", "document", "video"):
        part["caption"] = str(caption)
    if name == "document":
        part["filename"] = str(details.get("filename") or "document.pdf")
    if name == "audio":
        part["voice"] = True
    if name == "sticker":
        part["animated"] = False
    return {"type": name, name: part}


def _bytes(kind: str, content: Any) -> tuple[bytes, str]:  # noqa: ANN401 - any JSON
    """The bytes of a photo, document … and their type; a sample for `true`."""
    mime_type = {
        "image": "image/jpeg",
        "document": "application/pdf",
        "voice": "audio/ogg; codecs=opus",
        "video": "video/mp4",
        "sticker": "image/webp",
    }[kind]
    if isinstance(content, dict):
        content = content.get("data", True)
    if content is True or content is None:
        return (sample_card() if kind == "image" else b"a sample"), mime_type
    if not isinstance(content, str):
        raise NotUnderstood(f"{kind} is true (a sample), base64, a data URL, or an object with data")
    head, comma, rest = content.partition(",")
    if head.startswith("data:") and comma:
        mime_type, content = head.removeprefix("data:").partition(";")[0] or mime_type, rest
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise NotUnderstood(f"{kind} is not base64") from None
    if len(data) > LONGEST_PHOTO:
        raise NotUnderstood(f"{kind} has more than {LONGEST_PHOTO} bytes")
    return data, mime_type


def _location(content: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    if not isinstance(content, dict):
        raise NotUnderstood("location is an object with latitude and longitude")
    try:
        place: dict[str, Any] = {
            "latitude": float(str(content.get("latitude", content.get("lat")))),
            "longitude": float(str(content.get("longitude", content.get("lon", content.get("lng"))))),
        }
    except (TypeError, ValueError):
        raise NotUnderstood("location has latitude and longitude in degrees") from None
    return place | {key: str(content[key]) for key in ("name", "address") if content.get(key)}


def _contact(content: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    details = content if isinstance(content, dict) else {}
    name, phone = str(details.get("name", "Mita Sen")), str(details.get("phone", "+91 98300 00000"))
    return {"name": {"formatted_name": name, "first_name": name}, "phones": [{"phone": phone, "type": "CELL"}]}


def sample_card() -> bytes:
    """A JPEG that says it is a sample of an identity card."""
    card = Image.new("RGB", (640, 400), "#f4efe4")
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, 640, 70), fill="#2f6f62")
    draw.text((24, 22), "SAMPLE IDENTITY CARD", fill="white", font_size=26)
    draw.rectangle((30, 110, 190, 310), fill="#cfc6b4")
    draw.ellipse((75, 140, 145, 215), fill="#a89c86")
    draw.pieslice((50, 220, 170, 370), 180, 360, fill="#a89c86")
    for index, line in enumerate(("Name: ASHIMA PAL", "Born: 12/03/1962", "for trying the desk, not valid")):
        draw.text((220, 130 + 50 * index), line, fill="#4a4436", font_size=24)
    draw.text((220, 330), "2345 6789 0124", fill="#1f1b14", font_size=34)
    output = io.BytesIO()
    card.save(output, "JPEG", quality=85)
    return output.getvalue()


def in_words(message: Mapping[str, Any], filled: Mapping[str, Any] | None) -> list[str]:
    """A message of the desk as lines of plain text, for a terminal; its choices are `choices(…)`."""
    kind = message.get("type", "text")
    if filled is not None:
        header = filled["header"]
        lines = [] if header is None else [header.get("text") or f"[{header.get('type', '')}]"]
        return [*lines, *filled["body"].split("\n"), *([filled["footer"]] if filled["footer"] else [])]
    if kind == "text":
        return str(message["text"]["body"]).split("\n")
    if kind == "interactive":
        inner = message["interactive"]
        header = inner.get("header") or {}
        lines = [header["text"]] if header.get("type") == "text" else [f"[{header['type']}]"] if header else []
        footer = [inner["footer"]["text"]] if inner.get("footer") else []
        return [*lines, *inner["body"]["text"].split("\n"), *footer, *_beyond_the_chat(inner)]
    if kind == "location":
        place = message["location"]
        return [f"[map pin] {place.get('name', '')} {place.get('address', '')}".rstrip()]
    part = message.get(kind) or {}
    caption = part.get("caption") or part.get("filename") or ""
    return [f"[{kind}] {caption}".rstrip() if isinstance(part, dict) else json.dumps(part)]


def _beyond_the_chat(inner: Mapping[str, Any]) -> list[str]:
    """What leads out of the chat, or is WhatsApp's own: a page's address, a bill, how far an order is."""
    parameters = inner["action"].get("parameters") or {}
    match inner["type"]:
        case "cta_url":
            return [f"[{parameters['display_text']}] {parameters['url']}"]
        case "order_details":
            total = parameters["total_amount"]
            return [f"[Review and pay] ₹{total['value'] / total['offset']:.2f}"]
        case "order_status":
            return [f"[order: {parameters['order']['status']}]"]
        case _:
            return []


def choices(message: Mapping[str, Any], filled: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What can be tapped under a message: (reply id, label with description)."""
    if filled is not None:
        return [(button["payload"], button["text"]) for button in filled["buttons"] if "payload" in button]
    inner = message.get("interactive") or {}
    action = inner.get("action") or {}
    found = [(button["reply"]["id"], button["reply"]["title"]) for button in action.get("buttons") or []]
    for section in action.get("sections") or []:
        for row in section["rows"]:
            description = f" — {row['description']}" if row.get("description") else ""
            found.append((row["id"], row["title"] + description))
    return found
