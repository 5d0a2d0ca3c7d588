"""An event of WhatsApp as it waits in ``inbound.fifo``: our own JSON, read back into the very same event.

A dataclass is ``{"is": "Message", …its fields}``, a moment ``{"is": "moment", "at": epoch seconds}``, a tuple a list.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, cast

from seba.domain.errors import Unusable
from seba.whatsapp import inbound

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        inbound.Message,
        inbound.Status,
        inbound.Payment,
        inbound.IdentityChange,
        inbound.Preference,
        inbound.Sender,
        inbound.Trouble,
        inbound.Pricing,
        inbound.Text,
        inbound.Tapped,
        inbound.Photo,
        inbound.Document,
        inbound.Voice,
        inbound.Video,
        inbound.Sticker,
        inbound.ContactCard,
        inbound.Location,
        inbound.OrderLine,
        inbound.Order,
        inbound.FlowReply,
        inbound.Reaction,
        inbound.Unsupported,
        inbound.Unknown,
    )
}
_EVENTS = (inbound.Message, inbound.Status, inbound.Payment, inbound.IdentityChange, inbound.Preference)


def write(event: inbound.Event) -> str:
    """The event as the body of a queue's message."""
    return json.dumps(_plain(event), separators=(",", ":"))


def read(body: str) -> inbound.Event:
    """The event in a queue's body. Raises Unusable when it is none of ours; never quotes it."""
    try:
        event = _whole(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unusable("not an event that was put off") from None
    if not isinstance(event, _EVENTS):
        raise Unusable("not an event that was put off")
    return event


def _plain(value: object) -> object:
    if is_dataclass(value):
        content = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"is": type(value).__name__, **content}
    if isinstance(value, datetime):
        return {"is": "moment", "at": value.timestamp()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _whole(value: object) -> object:
    if isinstance(value, list):
        return tuple(_whole(each) for each in cast("list[object]", value))
    if not isinstance(value, dict):
        return value
    parts = cast("dict[str, Any]", value)
    kind = parts.pop("is")
    if kind == "moment":
        return datetime.fromtimestamp(parts["at"], UTC)
    return _KINDS[kind](**{name: _whole(each) for name, each in parts.items()})
