"""What Meta would refuse in a message.

Written from Meta's documentation alone and on purpose without the product's own limits: where the two disagree, a test
or the page shows it. Lengths count code points after NFC.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from local.meta.refusals import Refusal

TEXT_BODY = 4_096
CAPTION = 1_024
INTERACTIVE_BODY = 1_024
LIST_BODY = 4_096
HEADER_TEXT = 60
FOOTER_TEXT = 60
REPLY_BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
LIST_BUTTON = 20
LIST_SECTIONS = 10
LIST_ROWS = 10
SECTION_TITLE = 24
ROW_ID = 200
ROW_TITLE = 24
ROW_DESCRIPTION = 72
CALLBACK_DATA = 512
FLOW_CTA = 30
FLOW_TOKEN = 200
REFERENCE = 35
ITEM_NAME = 60
SUM_NOTE = 60
STATUS_NOTE = 120
GATEWAYS = ("razorpay", "payu", "billdesk", "zaakpay")
ORDER_STATUSES = ("pending", "processing", "partially-shipped", "shipped", "completed", "canceled")

# Asks whether a media id is known and of the wanted kind ("image", "document" …); raises Refusal if not.
MediaCheck = Callable[[str, str], None]


def check_message(payload: Mapping[str, Any], media: MediaCheck) -> None:
    """Raise Refusal if Meta would refuse `payload` (everything but recipient, window, template and rates)."""
    if payload.get("messaging_product") != "whatsapp":
        raise Refusal(100, "messaging_product must be whatsapp")
    if payload.get("recipient_type", "individual") != "individual":
        raise Refusal(131009, "recipient_type must be individual")
    callback = payload.get("biz_opaque_callback_data")
    if callback is not None and (not isinstance(callback, str) or len(callback) > CALLBACK_DATA):
        raise Refusal(131009, f"biz_opaque_callback_data must be a string of at most {CALLBACK_DATA} characters")
    kind = payload.get("type", "text")
    check = _KINDS.get(str(kind))
    if check is None:
        raise Refusal(131051, f"message type {kind} is not supported")
    part = payload.get(str(kind))
    if not isinstance(part, Mapping):
        raise Refusal(131008, f"parameter {kind} is missing")
    check(part, media)


def length(text: str) -> int:
    """Code points after NFC: how Meta's limits are counted."""
    return len(unicodedata.normalize("NFC", text))


def _string(holder: Mapping[str, Any], key: str, where: str, most: int) -> str:
    """A non-empty string of at most `most` characters."""
    value = holder.get(key)
    if value is None:
        raise Refusal(131008, f"parameter {where} is missing")
    if not isinstance(value, str):
        raise Refusal(131009, f"parameter {where} must be a string")
    if not value.strip():
        raise Refusal(131009, f"parameter {where} must not be empty")
    if length(value) > most:
        raise Refusal(131009, f"parameter {where} has {length(value)} characters, at most {most} are allowed")
    return value


def _optional(holder: Mapping[str, Any], key: str, where: str, most: int) -> None:
    if holder.get(key) is not None:
        _string(holder, key, where, most)


def _text(part: Mapping[str, Any], media: MediaCheck) -> None:
    del media
    _string(part, "body", "text.body", TEXT_BODY)


def _media(kind: str) -> Callable[[Mapping[str, Any], MediaCheck], None]:
    def check(part: Mapping[str, Any], media: MediaCheck) -> None:
        _media_object(part, kind, media)
        if part.get("caption") is not None:
            if kind in ("audio", "sticker"):
                raise Refusal(131009, f"{kind} takes no caption")
            _string(part, "caption", f"{kind}.caption", CAPTION)
        if kind == "document":
            _optional(part, "filename", "document.filename", 240)

    return check


def _media_object(part: object, kind: str, media: MediaCheck) -> None:
    if not isinstance(part, Mapping):
        raise Refusal(131008, f"parameter {kind} is missing")
    identifier, link = part.get("id"), part.get("link")
    if (identifier is None) == (link is None):
        raise Refusal(131008, f"{kind} needs either id or link")
    if identifier is not None:
        media(str(identifier), kind)
    elif urlsplit(str(link)).scheme not in ("http", "https"):
        raise Refusal(131009, f"{kind}.link must be an http or https address")


def _location(part: Mapping[str, Any], media: MediaCheck) -> None:
    del media
    for key, most in (("latitude", 90.0), ("longitude", 180.0)):
        try:
            value = float(part[key])
        except KeyError:
            raise Refusal(131008, f"parameter location.{key} is missing") from None
        except (TypeError, ValueError):
            raise Refusal(131009, f"parameter location.{key} must be a number") from None
        if not -most <= value <= most:
            raise Refusal(131009, f"parameter location.{key} is out of range")
    _optional(part, "name", "location.name", 1_000)
    _optional(part, "address", "location.address", 1_000)


def _reaction(part: Mapping[str, Any], media: MediaCheck) -> None:
    del media
    _string(part, "message_id", "reaction.message_id", 256)
    if "emoji" not in part:
        raise Refusal(131008, "parameter reaction.emoji is missing")


def _template(part: Mapping[str, Any], media: MediaCheck) -> None:
    """Templates are checked against the book of registered ones."""
    for component in part.get("components") or []:
        for parameter in component.get("parameters") or []:
            kind = parameter.get("type")
            if kind in ("image", "document", "video"):
                _media_object(parameter.get(kind), str(kind), media)


def _interactive(part: Mapping[str, Any], media: MediaCheck) -> None:
    kind = part.get("type")
    if not isinstance(kind, str):
        raise Refusal(131008, "parameter interactive.type is missing")
    check = _INTERACTIVE.get(kind)
    if check is None:
        raise Refusal(131009, f"interactive type {kind} is not known")
    body = part.get("body")
    if not isinstance(body, Mapping):
        raise Refusal(131008, "parameter interactive.body is missing")
    _string(body, "text", "interactive.body.text", LIST_BODY if kind == "list" else INTERACTIVE_BODY)
    footer = part.get("footer")
    if footer is not None:
        if not isinstance(footer, Mapping):
            raise Refusal(131009, "interactive.footer must be an object")
        _string(footer, "text", "interactive.footer.text", FOOTER_TEXT)
    _header(part.get("header"), kind, media)
    action = part.get("action")
    if not isinstance(action, Mapping):
        raise Refusal(131008, "parameter interactive.action is missing")
    check(action)


def _header(header: object, kind: str, media: MediaCheck) -> None:
    if header is None:
        return
    if not isinstance(header, Mapping):
        raise Refusal(131009, "interactive.header must be an object")
    allowed = {
        "list": ("text",),
        "button": ("text", "image", "video", "document"),
        "cta_url": ("text", "image", "video", "document"),
        "flow": ("text", "image", "video", "document"),
        "order_details": ("text", "image"),
    }.get(kind, ())
    header_kind = header.get("type")
    if header_kind not in allowed:
        raise Refusal(131009, f"interactive type {kind} takes no header of type {header_kind}")
    if header_kind == "text":
        text = _string(header, "text", "interactive.header.text", HEADER_TEXT)
        if "\n" in text:
            raise Refusal(131009, "interactive.header.text must not contain a new line")
    else:
        _media_object(header.get(str(header_kind)), str(header_kind), media)


def _buttons(action: Mapping[str, Any]) -> None:
    buttons = action.get("buttons")
    if not isinstance(buttons, list):
        raise Refusal(131008, "parameter interactive.action.buttons is missing")
    if not 1 <= len(buttons) <= REPLY_BUTTONS:
        raise Refusal(131009, f"{len(buttons)} buttons: min allowed buttons: 1, max allowed buttons: {REPLY_BUTTONS}")
    ids, titles = set(), set()
    for button in buttons:
        reply = button.get("reply") if isinstance(button, Mapping) else None
        if not isinstance(reply, Mapping) or button.get("type") != "reply":
            raise Refusal(131009, "each button is {type: reply, reply: {id, title}}")
        identifier = _string(reply, "id", "button id", BUTTON_ID)
        title = _string(reply, "title", "button title", BUTTON_TITLE)
        if identifier != identifier.strip():
            raise Refusal(131009, "a button id must not begin or end with a space")
        if "\n" in title:
            raise Refusal(131009, "a button title must not contain a new line")
        if identifier in ids:
            raise Refusal(131009, f"button id {identifier} is there twice")
        if title in titles:
            raise Refusal(131009, f"button title {title} is there twice")
        ids.add(identifier)
        titles.add(title)


def _list(action: Mapping[str, Any]) -> None:
    _string(action, "button", "interactive.action.button", LIST_BUTTON)
    sections = action.get("sections")
    if not isinstance(sections, list):
        raise Refusal(131008, "parameter interactive.action.sections is missing")
    if not 1 <= len(sections) <= LIST_SECTIONS:
        raise Refusal(131009, f"{len(sections)} sections: 1 to {LIST_SECTIONS} are allowed")
    ids: set[str] = set()
    total = 0
    for section in sections:
        if not isinstance(section, Mapping) or not isinstance(section.get("rows"), list) or not section["rows"]:
            raise Refusal(131009, "each section has at least one row")
        if len(sections) > 1 or section.get("title") is not None:
            _string(section, "title", "section title", SECTION_TITLE)
        for row in section["rows"]:
            if not isinstance(row, Mapping):
                raise Refusal(131009, "each row is an object")
            identifier = _string(row, "id", "row id", ROW_ID)
            _string(row, "title", "row title", ROW_TITLE)
            _optional(row, "description", "row description", ROW_DESCRIPTION)
            if identifier in ids:
                raise Refusal(131009, f"row id {identifier} is there twice")
            ids.add(identifier)
            total += 1
    if total > LIST_ROWS:
        raise Refusal(131009, f"Total row count exceed max allowed count: {LIST_ROWS}")


def _named_action(name: str) -> Callable[[Mapping[str, Any]], None]:
    def check(action: Mapping[str, Any]) -> None:
        if action.get("name") != name:
            raise Refusal(131009, f"interactive.action.name must be {name}")

    return check


def _cta_url(action: Mapping[str, Any]) -> None:
    _named_action("cta_url")(action)
    parameters = action.get("parameters")
    if not isinstance(parameters, Mapping):
        raise Refusal(131008, "parameter interactive.action.parameters is missing")
    _string(parameters, "display_text", "display_text", BUTTON_TITLE)
    if urlsplit(_string(parameters, "url", "url", 2_000)).scheme not in ("http", "https"):
        raise Refusal(131009, "url must be an http or https address")


def _flow(action: Mapping[str, Any]) -> None:
    _named_action("flow")(action)
    parameters = action.get("parameters")
    if not isinstance(parameters, Mapping):
        raise Refusal(131008, "parameter interactive.action.parameters is missing")
    if parameters.get("flow_message_version") != "3":
        raise Refusal(131009, "flow_message_version must be 3")
    _string(parameters, "flow_cta", "flow_cta", FLOW_CTA)
    _optional(parameters, "flow_token", "flow_token", FLOW_TOKEN)
    if (parameters.get("flow_id") is None) == (parameters.get("flow_name") is None):
        raise Refusal(131008, "a flow needs either flow_id or flow_name")


def _parameters(action: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    _named_action(name)(action)
    parameters = action.get("parameters")
    if not isinstance(parameters, Mapping):
        raise Refusal(131008, "parameter interactive.action.parameters is missing")
    reference = _string(parameters, "reference_id", "reference_id", REFERENCE)
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", reference):
        raise Refusal(131009, "reference_id is letters, digits, -, _ and .")
    return parameters


def _object(holder: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = holder.get(key)
    if not isinstance(value, Mapping):
        raise Refusal(131008, f"parameter {where} is missing")
    return value


def _sum(holder: Mapping[str, Any], key: str, where: str, *, needed: bool = True) -> int:
    """A sum in the hundredth part of a rupee; 0 for one that need not be there."""
    if not needed and holder.get(key) is None:
        return 0
    amount = _object(holder, key, where)
    value, offset = amount.get("value"), amount.get("offset")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or offset != 100:
        raise Refusal(131009, f"{where} is a whole number of hundredths, with the offset 100")
    _optional(amount, "description", f"{where}.description", SUM_NOTE)
    return value


def _order_details(action: Mapping[str, Any]) -> None:
    parameters = _parameters(action, "review_and_pay")
    if parameters.get("type") not in ("digital-goods", "physical-goods"):
        raise Refusal(131009, "type is digital-goods or physical-goods")
    if parameters.get("currency") != "INR":
        raise Refusal(131009, "currency must be INR")
    settings = parameters.get("payment_settings")
    if not isinstance(settings, list) or len(settings) != 1 or not isinstance(settings[0], Mapping):
        raise Refusal(131008, "payment_settings is a list of one object")
    if settings[0].get("type") != "payment_gateway":
        raise Refusal(131009, "payment_settings.type must be payment_gateway")
    gateway = _object(settings[0], "payment_gateway", "payment_gateway")
    if gateway.get("type") not in GATEWAYS:
        raise Refusal(131009, f"payment_gateway.type is one of {', '.join(GATEWAYS)}")
    _string(gateway, "configuration_name", "configuration_name", 60)
    _priced_order(_object(parameters, "order", "order"), _sum(parameters, "total_amount", "total_amount"))


def _priced_order(order: Mapping[str, Any], total: int) -> None:
    if order.get("status") != "pending":
        raise Refusal(131009, "order.status must be pending")
    items = order.get("items")
    if not isinstance(items, list) or not items:
        raise Refusal(131008, "parameter order.items is missing")
    worth = 0
    for item in items:
        if not isinstance(item, Mapping):
            raise Refusal(131009, "each item is an object")
        _string(item, "retailer_id", "item.retailer_id", 100)
        _string(item, "name", "item.name", ITEM_NAME)
        quantity = item.get("quantity")
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            raise Refusal(131009, "item.quantity is a whole number from 1 on")
        worth += quantity * _sum(item, "amount", "item.amount")
    subtotal = _sum(order, "subtotal", "order.subtotal")
    if subtotal != worth:
        raise Refusal(131009, f"order.subtotal is {subtotal}, the items come to {worth}")
    more = _sum(order, "tax", "order.tax") + _sum(order, "shipping", "order.shipping", needed=False)
    to_pay = subtotal + more - _sum(order, "discount", "order.discount", needed=False)
    if total != to_pay or total < 1:
        raise Refusal(131009, f"total_amount is {total}, the order comes to {to_pay}")


def _order_status(action: Mapping[str, Any]) -> None:
    order = _object(_parameters(action, "review_order"), "order", "order")
    if order.get("status") not in ORDER_STATUSES:
        raise Refusal(131009, f"order.status is one of {', '.join(ORDER_STATUSES)}")
    _optional(order, "description", "order.description", STATUS_NOTE)


_INTERACTIVE: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta_url,
    "location_request_message": _named_action("send_location"),
    "contact_request": _named_action("request_contact_info"),
    "flow": _flow,
    "order_details": _order_details,
    "order_status": _order_status,
}

_KINDS: Mapping[str, Callable[[Mapping[str, Any], MediaCheck], None]] = {
    "text": _text,
    "image": _media("image"),
    "document": _media("document"),
    "audio": _media("audio"),
    "video": _media("video"),
    "sticker": _media("sticker"),
    "location": _location,
    "reaction": _reaction,
    "template": _template,
    "interactive": _interactive,
}
