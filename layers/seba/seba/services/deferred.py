"""A citizen's message as it waits in ``inbound.fifo``: one JSON object of our own, read back into the same message.

    {"id": …, "at": epoch seconds | null, "number": …, "phone": …, "user": …, "name": …, "context": …,
     "kind": "Text", "content": {"body": …}}

Order lines and other nested values of a content are plain JSON of its fields.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from seba.domain.errors import Unusable
from seba.whatsapp import inbound

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        inbound.Text,
        inbound.Tapped,
        inbound.Photo,
        inbound.Document,
        inbound.Voice,
        inbound.Video,
        inbound.Sticker,
        inbound.ContactCard,
        inbound.Location,
        inbound.Order,
        inbound.FlowReply,
        inbound.Reaction,
        inbound.Unsupported,
        inbound.Unknown,
    )
}


def write(message: inbound.Message) -> str:
    """The message as the body of a queue's message."""
    return json.dumps(
        {
            "id": message.id,
            "at": None if message.at is None else message.at.timestamp(),
            "number": message.phone_number_id,
            "phone": message.sender.phone,
            "user": message.sender.user_id,
            "name": message.profile_name,
            "context": message.context_id,
            "kind": type(message.content).__name__,
            "content": asdict(message.content),
        },
        separators=(",", ":"),
    )


def read(body: str) -> inbound.Message:
    """The message in a queue's body. Raises Unusable when it is none of ours; never quotes it."""
    try:
        fields = json.loads(body)
        at = fields["at"]
        return inbound.Message(
            id=fields["id"],
            at=None if at is None else datetime.fromtimestamp(at, UTC),
            phone_number_id=fields["number"],
            sender=inbound.Sender(fields["phone"], fields["user"]),
            content=_content(fields["kind"], fields["content"]),
            profile_name=fields["name"],
            context_id=fields["context"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise Unusable("not a message that was put off") from None


def _content(kind: str, fields: dict[str, Any]) -> inbound.Content:
    if kind == "Order":
        fields = {**fields, "lines": tuple(inbound.OrderLine(**line) for line in fields["lines"])}
    elif kind == "ContactCard":
        fields = {**fields, "phones": tuple(fields["phones"])}
    content: inbound.Content = _KINDS[kind](**fields)
    return content
