"""A message as readable chat text: for transcripts in tests, and for the desk in a terminal.

One line says what is not text (🖼 a picture, 📄 a file, 📍 a map pin), then the text, then what can be tapped:
``[Show the way] [Change or cancel]``, ``🔗 [Open the shop]``, ``💳 [Review and pay ₹342]``, or ``▤ Show times`` with a
line per row.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from seba.conversation.say import Say
from seba.conversation.talk import Talk
from seba.domain.ids import Keys
from seba.whatsapp.outgoing import Recipient
from seba.whatsapp.render import ServiceCard, render
from seba.whatsapp.templates import template
from seba.whatsapp.values import DeskFacts


def transcript(say: Say, *, talk: Talk, facts: DeskFacts, service: ServiceCard, keys: Keys, today: date) -> str:
    """What the citizen sees of ``say``, as text."""
    message = render(say, talk=talk, facts=facts, service=service, keys=keys, today=today).message
    return chat_text(message.payload(Recipient(phone="0")))


def chat_text(payload: Mapping[str, Any]) -> str:
    """A payload of POST /messages as text. ValueError for a type that nobody here sends."""
    match payload["type"]:
        case "text":
            lines = [payload["text"]["body"]]
        case "interactive":
            lines = _interactive(payload["interactive"])
        case "image":
            lines = ["🖼 picture", *_caption(payload["image"])]
        case "document":
            lines = [f"📄 {payload['document']['filename']}", *_caption(payload["document"])]
        case "location":
            lines = [_pin(payload["location"])]
        case "template":
            lines = _template(payload["template"])
        case other:
            raise ValueError(f"a message of type {other!r} has no transcript")
    return "\n".join(lines)


def _interactive(part: Mapping[str, Any]) -> list[str]:
    lines = [*_header(part.get("header")), part["body"]["text"]]
    action = part["action"]
    match part["type"]:
        case "button":
            lines.append(" ".join(f"[{button['reply']['title']}]" for button in action["buttons"]))
        case "list":
            lines.append(f"▤ {action['button']}")
            lines += [_row(row) for section in action["sections"] for row in section["rows"]]
        case "cta_url":
            lines.append(f"🔗 [{action['parameters']['display_text']}]")
        case "location_request_message":
            lines.append("[📍]")
        case "order_details":
            lines += _bill(action["parameters"])
        case "order_status":
            lines.append(f"🧾 {action['parameters']['order']['status']}")
        case other:
            raise ValueError(f"an interactive message of type {other!r} has no transcript")
    return lines


def _bill(parameters: Mapping[str, Any]) -> list[str]:
    """The items of a bill with their prices, and WhatsApp's own button."""
    order = parameters["order"]
    lines = [
        f"  · {item['quantity']} × {item['name']} — {_rupees(item['amount'], item['quantity'])}"
        for item in order["items"]
    ]
    if "discount" in order:
        lines.append(f"  · {order['discount']['description']} — -{_rupees(order['discount'])}")
    return [*lines, f"💳 [Review and pay {_rupees(parameters['total_amount'])}]"]


def _rupees(amount: Mapping[str, Any], times: int = 1) -> str:
    rupees, paise = divmod(amount["value"] * times, amount["offset"])
    return f"₹{rupees}.{paise:02d}" if paise else f"₹{rupees}"


def _header(header: Mapping[str, Any] | None) -> list[str]:
    match header:
        case None:
            return []
        case {"type": "image"}:
            return ["🖼 QR"]
        case {"type": "document", "document": document}:
            return [f"📄 {document['filename']}"]
        case _:
            return [f"*{header['text']}*"]


def _row(row: Mapping[str, Any]) -> str:
    beneath = f" — {row['description']}" if row.get("description") else ""
    return f"  · {row['title']}{beneath}"


def _pin(pin: Mapping[str, Any]) -> str:
    where = ", ".join(pin[key] for key in ("name", "address") if pin.get(key))
    return f"📍 {where or 'pin'} ({pin['latitude']}, {pin['longitude']})"


def _caption(media: Mapping[str, Any]) -> list[str]:
    return [media["caption"]] if media.get("caption") else []


def _template(part: Mapping[str, Any]) -> list[str]:
    wanted = template(part["name"], part["language"]["code"])
    values: dict[str, str] = {}
    lines: list[str] = []
    for component in part.get("components", ()):
        if component["type"] == "body":
            values = {each["parameter_name"]: each["text"] for each in component["parameters"]}
        elif component["type"] == "header":
            lines += _header(component["parameters"][0])
    lines.append(wanted.filled(values))
    if wanted.buttons:
        lines.append(" ".join(f"[{button}]" for button in wanted.buttons))
    return lines
