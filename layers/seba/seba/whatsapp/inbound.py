"""What Meta sends to the webhook, read tolerantly into an ordered tuple of events.

One POST may hold up to a thousand updates of any mix, in several entries and changes; each is read on its own, so that
one odd message never hides the others. What cannot be read is listed in `Webhook.unreadable` with its place and the
reason, never with its content. Personal data stays out of every `repr` here, so that it cannot slip into a log.

Errors:

    NotJson      the body is no JSON at all, or is larger than Meta ever sends; the only error raised here
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from seba.whatsapp import limits

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


class NotJson(ValueError):
    """The body of the webhook is not JSON, or is over 3 MB. The message says which; it never quotes the body."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a person is to WhatsApp: a phone number, a business-scoped user id, or both. Either may be missing."""

    phone: str | None = field(default=None, repr=False)
    """Digits only, with the country code: "919830012345"."""
    user_id: str | None = field(default=None, repr=False)
    """"IN." and up to 128 letters and digits; changes when the phone number changes."""

    @property
    def known(self) -> bool:
        """Whether there is any identity at all."""
        return self.phone is not None or self.user_id is not None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One error of Meta, as it appears in statuses, in unsupported messages and beside the messages."""

    code: int | None
    title: str | None = None
    details: str | None = field(default=None, repr=False)


# ---- what a message may hold -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Typed text, as the person wrote it (not normalised, lone surrogates replaced)."""

    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button, a list row or a template's quick reply was tapped; `id` is what we had given it."""

    id: str
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture; its bytes are fetched with `media_id` within seven days."""

    media_id: str
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file; may well be a picture sent "as document", see `mime_type`."""

    media_id: str
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = field(default=None, repr=False)
    filename: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice note or another sound."""

    media_id: str
    mime_type: str | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """A film."""

    media_id: str
    mime_type: str | None = None
    caption: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sticker:
    """A sticker."""

    media_id: str
    mime_type: str | None = None


@dataclass(frozen=True, slots=True)
class ContactCard:
    """One or more contacts from the address book; the phone numbers in them, digits only."""

    phones: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Location:
    """A place, in degrees; name and address only when a known place was chosen."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of an order. `price_paise` is what WhatsApp showed for one piece."""

    product: str
    quantity: int
    price_paise: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A basket sent from WhatsApp's own catalogue."""

    lines: tuple[OrderLine, ...]
    catalogue: str | None = None
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FlowReply:
    """A filled-in form. `response` is the JSON text as Meta sent it, which sometimes is not an object."""

    response: str = field(repr=False)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji put on a message; None when it was taken away again."""

    message_id: str
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something WhatsApp itself does not hand to businesses (a poll, a view-once picture …)."""

    code: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A type we do not know, or a known one whose content is missing. It still deserves an answer."""

    type: str


type Content = (
    Text
    | Tapped
    | Photo
    | Document
    | Voice
    | Video
    | Sticker
    | ContactCard
    | Location
    | Order
    | FlowReply
    | Reaction
    | Unsupported
    | Unknown
)

# ---- events ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person. Meta repeats it until it is acknowledged: drop duplicates by `id`."""

    id: str
    at: datetime | None
    """When it was sent, UTC; None when Meta's timestamp cannot be read (take the time of receipt then)."""
    phone_number_id: str | None
    sender: Sender
    content: Content
    profile_name: str | None = field(default=None, repr=False)
    context_id: str | None = None
    """The id of the message of ours this one answers, as far as WhatsApp tells."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """What Meta says about the bill: whether this message is charged, and as what."""

    billable: bool | None
    category: str | None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How far a message of ours has come: sent, delivered, read, played or failed (kept as Meta says it)."""

    id: str
    status: str
    at: datetime | None
    recipient: Sender
    callback: str | None = None
    """The `biz_opaque_callback_data` we had sent along."""
    errors: tuple[Trouble, ...] = ()
    pricing: Pricing | None = None
    phone_number_id: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What became of a bill's payment. Never to be trusted alone: Meta wants the payment looked up."""

    reference: str
    """That of the bill."""
    status: str
    """captured, pending (an attempt may have failed) or failed; kept as Meta says it."""
    at: datetime | None
    recipient: Sender
    """Whom the bill was sent to."""
    amount: int | None = None
    """Paise; None when Meta does not say it in whole paise."""
    currency: str | None = None
    transaction: str | None = None
    """The gateway's id of the attempt."""
    transaction_status: str | None = None
    """pending, success or failed."""
    phone_number_id: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A person has a new phone number, a new user id or both."""

    id: str
    at: datetime | None
    phone_number_id: str | None
    previous: Sender
    now: Sender


@dataclass(frozen=True, slots=True)
class Preference:
    """A person has stopped (or wants again) what `category` names, usually "marketing_messages"."""

    sender: Sender
    category: str | None
    stop: bool
    at: datetime | None = None
    phone_number_id: str | None = None


type Event = Message | Status | Payment | IdentityChange | Preference


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part that yields no event: where it stood in the body and why, without its content."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """All that one POST held: events in the order of the body, Meta's own errors, and what could not be read."""

    events: tuple[Event, ...] = ()
    errors: tuple[Trouble, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Only the messages, in order."""
        return tuple(event for event in self.events if isinstance(event, Message))

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Only the statuses, in order."""
        return tuple(event for event in self.events if isinstance(event, Status))


# ---- reading -----------------------------------------------------------------------------------------------------


class _Odd(Exception):
    """This part yields no event; the text is the reason and never quotes the part."""


def read_webhook(body: bytes) -> Webhook:
    """Read the raw body of a webhook POST. Raises NotJson; every other oddity ends in `unreadable`."""
    if len(body) > limits.WEBHOOK_BYTES:
        raise NotJson(f"{len(body)} bytes, more than {limits.WEBHOOK_BYTES}")
    try:
        root: Json = json.loads(body)
    except (ValueError, RecursionError):
        # The parser's own message may quote the body, so it is cut off here.
        raise NotJson(f"{len(body)} bytes that are not JSON") from None
    return _Reader().read(root)


class _Reader:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.errors: list[Trouble] = []
        self.unreadable: list[Unreadable] = []

    def read(self, root: Json) -> Webhook:
        if not isinstance(root, dict):
            self._odd("body", "not an object")
        else:
            entries = self._members(root, "entry", "")
            found = False
            for where, entry in entries:
                found = True
                for place, change in self._members(entry, "changes", where + "."):
                    self._change(place, change)
            if not found and not self.unreadable:
                self._odd("entry", "missing or empty")
        return Webhook(tuple(self.events), tuple(self.errors), tuple(self.unreadable))

    def _odd(self, where: str, reason: str) -> None:
        self.unreadable.append(Unreadable(where, reason))

    def _members(self, parent: Mapping[str, Json], key: str, prefix: str) -> Iterator[tuple[str, dict[str, Json]]]:
        """The objects of the list `parent[key]` with their places; anything else becomes unreadable."""
        members = parent.get(key)
        if members is None:
            return
        if not isinstance(members, list):
            self._odd(prefix + key, "not a list")
            return
        for number, member in enumerate(members):
            where = f"{prefix}{key}[{number}]"
            if isinstance(member, dict):
                yield where, member
            else:
                self._odd(where, "not an object")

    def _change(self, where: str, change: dict[str, Json]) -> None:
        value = change.get("value")
        if not isinstance(value, dict):
            self._odd(where + ".value", "not an object")
            return
        prefix = where + ".value."
        number = _string(_object(value.get("metadata")).get("phone_number_id"))
        contacts = _Contacts(contact for _, contact in self._members(value, "contacts", prefix))
        readers: tuple[tuple[str, Callable[[dict[str, Json]], Event]], ...] = (
            ("messages", lambda part: _message(part, number, contacts)),
            ("statuses", lambda part: _status(part, number, contacts)),
            ("user_preferences", lambda part: _preference(part, number, contacts)),
        )
        for key, read in readers:
            for place, part in self._members(value, key, prefix):
                try:
                    self.events.append(read(part))
                except _Odd as odd:
                    self._odd(place, str(odd))
                except RecursionError:
                    self._odd(place, "nested too deeply")
        for _, error in self._members(value, "errors", prefix):
            self.errors.append(_trouble(error))
        if not any(key in value for key in ("messages", "statuses", "user_preferences", "errors")):
            self._odd(where, f"nothing for the desk in field {_label(change.get('field'))}")


# ---- identity ----------------------------------------------------------------------------------------------------

_USER_ID: Final = re.compile(limits.USER_ID_PATTERN)
_PHONE_ORNAMENT: Final = frozenset("+-–() .\t\u00a0\u200e\u202a\u202c")


def _phone(value: Json) -> str | None:
    """The digits of a phone number, of whatever script they are; None when it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 <= value < 10**limits.PHONE_DIGITS else None
    if not isinstance(value, str):
        return None
    digits = []
    for sign in value:
        digit = unicodedata.decimal(sign, None)
        if digit is not None:
            digits.append(str(digit))
        elif sign not in _PHONE_ORNAMENT:
            return None
    return "".join(digits) if 1 <= len(digits) <= limits.PHONE_DIGITS else None


def _user_id(value: Json) -> str | None:
    return value if isinstance(value, str) and _USER_ID.fullmatch(value) else None


def _identity(phone_or_id: Json, user_id: Json) -> Sender:
    """Read a phone field and a user id field; a user id is sometimes found in the phone's place."""
    return Sender(_phone(phone_or_id), _user_id(user_id) or _user_id(phone_or_id))


class _Contacts:
    """The `contacts` of a value, found by phone number or user id: a body may hold a thousand of them."""

    def __init__(self, contacts: Iterable[Mapping[str, Json]]) -> None:
        self._listed: list[tuple[Sender, str | None]] = []
        self._by_identity: dict[str, tuple[Sender, str | None]] = {}
        for contact in contacts:
            who = _identity(contact.get("wa_id"), contact.get("user_id"))
            listed = who, _string(_object(contact.get("profile")).get("name"))
            self._listed.append(listed)
            for identity in (who.phone, who.user_id):
                if identity is not None:
                    self._by_identity.setdefault(identity, listed)

    def find(self, own: Sender) -> tuple[Sender, str | None] | None:
        """The contact with one of these identities; for nobody the only contact there is, if it is somebody."""
        for identity in (own.phone, own.user_id):
            if identity is not None and identity in self._by_identity:
                return self._by_identity[identity]
        if not own.known and len(self._listed) == 1 and self._listed[0][0].known:
            return self._listed[0]
        return None


def _sender(part: Mapping[str, Json], keys: tuple[str, str], contacts: _Contacts) -> tuple[Sender, str | None]:
    """Who `part` is about, with what the matching contact adds: the other identity and the profile name."""
    own = _identity(part.get(keys[0]), part.get(keys[1]))
    found = contacts.find(own)
    if found is None:
        return own, None
    listed, name = found
    return Sender(own.phone or listed.phone, own.user_id or listed.user_id), name


# ---- parts -------------------------------------------------------------------------------------------------------


def _message(part: dict[str, Json], number: str | None, contacts: _Contacts) -> Event:
    identity = _needed_id(part)
    at = _moment(part.get("timestamp"))
    kind = _kind(part)
    if kind == "system":
        return _identity_change(part, identity, at, number)
    sender, name = _sender(part, ("from", "from_user_id"), contacts)
    if not sender.known:
        raise _Odd("no sender")
    return Message(
        id=identity,
        at=at,
        phone_number_id=number,
        sender=sender,
        content=_content(kind, part),
        profile_name=name,
        context_id=_string(_object(part.get("context")).get("id")),
    )


def _kind(part: Mapping[str, Json]) -> str:
    """The declared type of a message, or else the first part of it that names a type we know."""
    declared = _string(part.get("type"))
    if declared is not None:
        return declared.lower()
    return next((kind for kind in (*_CONTENTS, "system") if kind in part), "none")


def _identity_change(
    part: Mapping[str, Json], identity: str, at: datetime | None, number: str | None
) -> IdentityChange:
    system = _object(part.get("system"))
    kind = _string(system.get("type"))
    before = _identity(part.get("from"), part.get("from_user_id"))
    old_id = _user_id(system.get("previous_user_id"))
    new_phone = _phone(system.get("wa_id")) or _phone(system.get("new_wa_id"))
    new_id = _user_id(system.get("user_id"))
    match kind:
        # customer_… are the names of older API versions.
        case "user_changed_number" | "customer_changed_number":
            # `from` is the number until now; a user id beside it may already be the new one, so it is not taken.
            previous = Sender(before.phone, old_id or (before.user_id if before.user_id != new_id else None))
            now = Sender(new_phone, new_id)
        case "user_changed_user_id":
            phone = before.phone or new_phone
            previous = Sender(phone, old_id or (before.user_id if before.user_id != new_id else None))
            now = Sender(new_phone or phone, new_id)
        case _:
            raise _Odd(f"system message {_label(kind)}")
    if not previous.known or not now.known:
        raise _Odd(f"system message {_label(kind)} without both identities")
    return IdentityChange(identity, at, number, previous, now)


def _status(part: dict[str, Json], number: str | None, contacts: _Contacts) -> Status | Payment:
    status = _string(part.get("status"))
    if status is None:
        raise _Odd("status without a status")
    if _string(part.get("type")) == "payment":
        return _payment(part, status.lower(), number, contacts)
    identity = _needed_id(part)
    recipient, _ = _sender(part, ("recipient_id", "recipient_user_id"), contacts)
    pricing = part.get("pricing")
    return Status(
        id=identity,
        status=status.lower(),
        at=_moment(part.get("timestamp")),
        recipient=recipient,
        callback=_string(part.get("biz_opaque_callback_data")),
        errors=_troubles(part.get("errors")),
        pricing=_pricing(pricing) if isinstance(pricing, dict) else None,
        phone_number_id=number,
    )


def _payment(part: dict[str, Json], status: str, number: str | None, contacts: _Contacts) -> Payment:
    payment = _object(part.get("payment"))
    reference = _string(payment.get("reference_id"))
    if reference is None or not reference.strip():
        raise _Odd("payment without a reference")
    recipient, _ = _sender(part, ("recipient_id", "recipient_user_id"), contacts)
    transaction = _object(payment.get("transaction"))
    return Payment(
        reference=reference,
        status=status,
        at=_moment(part.get("timestamp")),
        recipient=recipient,
        amount=paise_of(payment.get("amount")),
        currency=_string(payment.get("currency")),
        transaction=_string(transaction.get("id")),
        transaction_status=_string(transaction.get("status")),
        phone_number_id=number,
    )


def paise_of(amount: object) -> int | None:
    """Paise of an amount of Meta's payments, ``{"value": 34200, "offset": 100}``; None when it is not in whole ones."""
    if not isinstance(amount, dict):
        return None
    value, offset = _whole(amount.get("value")), _whole(amount.get("offset"))
    if value is None or offset is None or offset < 1 or value * 100 % offset:
        return None
    return value * 100 // offset


def _pricing(part: Mapping[str, Json]) -> Pricing:
    billable = part.get("billable")
    return Pricing(
        billable=billable if isinstance(billable, bool) else None,
        category=_string(part.get("category")),
        type=_string(part.get("type")),
    )


def _preference(part: dict[str, Json], number: str | None, contacts: _Contacts) -> Preference:
    sender, _ = _sender(part, ("wa_id", "user_id"), contacts)
    value = _string(part.get("value"))
    if not sender.known:
        raise _Odd("preference of nobody")
    if value not in ("stop", "resume"):
        raise _Odd("preference that is neither stop nor resume")
    return Preference(sender, _string(part.get("category")), value == "stop", _moment(part.get("timestamp")), number)


def _trouble(part: Mapping[str, Json]) -> Trouble:
    title = _string(part.get("title")) or _string(part.get("message"))
    return Trouble(_whole(part.get("code")), title, _string(_object(part.get("error_data")).get("details")))


def _troubles(part: Json) -> tuple[Trouble, ...]:
    return tuple(_trouble(error) for error in _objects(part))


# ---- contents ----------------------------------------------------------------------------------------------------


def _content(kind: str, part: Mapping[str, Json]) -> Content:
    read = _CONTENTS.get(kind)
    content = read(part) if read is not None else None
    if content is not None:
        return content
    codes = [error.code for error in _troubles(part.get("errors"))]
    if kind == "unsupported" or limits.MESSAGE_TYPE_UNSUPPORTED in codes:
        return Unsupported(codes[0] if codes else None)
    return Unknown(_label(kind))


def _text(part: Mapping[str, Json]) -> Content | None:
    body = _string(_object(part.get("text")).get("body"))
    return None if body is None else Text(body)


def _interactive(part: Mapping[str, Json]) -> Content | None:
    interactive = _object(part.get("interactive"))
    for kind in ("button_reply", "list_reply"):
        reply = _object(interactive.get(kind))
        identity = _string(reply.get("id"))
        if identity is not None:
            return Tapped(identity, _string(reply.get("title")) or "")
    flow = interactive.get("nfm_reply")
    if isinstance(flow, dict):
        response = flow.get("response_json")
        if response is not None:
            written = _string(response)
            return FlowReply(json.dumps(response) if written is None else written, _string(flow.get("name")))
    return None


def _button(part: Mapping[str, Json]) -> Content | None:
    button = _object(part.get("button"))
    title = _string(button.get("text"))
    # A template sent without payloads answers with the label alone.
    identity = _string(button.get("payload")) or title
    return None if identity is None else Tapped(identity, title or "")


def _photo(part: Mapping[str, Json]) -> Content | None:
    media, identity = _media(part, "image")
    if identity is None:
        return None
    return Photo(identity, _string(media.get("mime_type")), _string(media.get("sha256")), _string(media.get("caption")))


def _document(part: Mapping[str, Json]) -> Content | None:
    media, identity = _media(part, "document")
    if identity is None:
        return None
    return Document(
        identity,
        _string(media.get("mime_type")),
        _string(media.get("sha256")),
        _string(media.get("caption")),
        _string(media.get("filename")),
    )


def _voice(part: Mapping[str, Json]) -> Content | None:
    for key in ("audio", "voice"):
        media, identity = _media(part, key)
        if identity is not None:
            return Voice(identity, _string(media.get("mime_type")))
    return None


def _video(part: Mapping[str, Json]) -> Content | None:
    media, identity = _media(part, "video")
    if identity is None:
        return None
    return Video(identity, _string(media.get("mime_type")), _string(media.get("caption")))


def _sticker(part: Mapping[str, Json]) -> Content | None:
    media, identity = _media(part, "sticker")
    return None if identity is None else Sticker(identity, _string(media.get("mime_type")))


def _media(part: Mapping[str, Json], key: str) -> tuple[Mapping[str, Json], str | None]:
    media = _object(part.get(key))
    identity = media.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity) if 0 <= identity < 10**30 else None
    return media, _string(identity)


def _contact_card(part: Mapping[str, Json]) -> Content | None:
    cards = _objects(part.get("contacts"))
    phones = [
        _phone(entry.get("wa_id")) or _phone(entry.get("phone"))
        for card in cards
        for entry in _objects(card.get("phones"))
    ]
    return ContactCard(tuple(phone for phone in phones if phone is not None)) if cards else None


def _location(part: Mapping[str, Json]) -> Content | None:
    place = _object(part.get("location"))
    latitude, longitude = _degrees(place.get("latitude"), 90), _degrees(place.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    return Location(latitude, longitude, _string(place.get("name")), _string(place.get("address")))


def _order(part: Mapping[str, Json]) -> Content | None:
    order = _object(part.get("order"))
    lines = []
    for item in _objects(order.get("product_items")):
        product, quantity = _string(item.get("product_retailer_id")), _whole(item.get("quantity"))
        if product is None or quantity is None or quantity < 1:
            # Half a basket would be a wrong order.
            return None
        price = item.get("item_price")
        lines.append(OrderLine(product, quantity, _paise(price), _string(item.get("currency"))))
    if not lines:
        return None
    return Order(tuple(lines), _string(order.get("catalog_id")), _string(order.get("text")))


def _reaction(part: Mapping[str, Json]) -> Content | None:
    reaction = _object(part.get("reaction"))
    target = _string(reaction.get("message_id"))
    return None if target is None else Reaction(target, _string(reaction.get("emoji")) or None)


_CONTENTS: Final[dict[str, Callable[[Mapping[str, Json]], Content | None]]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "image": _photo,
    "document": _document,
    "audio": _voice,
    "voice": _voice,
    "video": _video,
    "sticker": _sticker,
    "contacts": _contact_card,
    "location": _location,
    "order": _order,
    "reaction": _reaction,
}

# ---- small readings ----------------------------------------------------------------------------------------------

_LABEL: Final = re.compile(r"[a-z0-9_]{1,40}\Z")
# WhatsApp began in 2009; a timestamp before that, or absurdly late, is garbage.
_FIRST_SECOND: Final = 1_230_768_000
_LAST_SECOND: Final = 4_102_444_800


def _needed_id(part: Mapping[str, Json]) -> str:
    identity = _string(part.get("id"))
    if identity is None or not identity.strip():
        raise _Odd("no id")
    return identity


def _string(value: Json) -> str | None:
    """The value if it is a string. Halves of surrogate pairs, which JSON can smuggle in, become U+FFFD."""
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> list[dict[str, Json]]:
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def _label(value: Json) -> str:
    """A type or field name that is safe to log: Meta's are short and plain, anything else is "other"."""
    return value if isinstance(value, str) and _LABEL.match(value) else "other"


def _whole(value: Json) -> int | None:
    """A whole number, also when written as text or as 3.0."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    return None


def _moment(value: Json) -> datetime | None:
    """A Unix timestamp in seconds (milliseconds are recognised), as aware UTC."""
    seconds = _whole(value)
    if seconds is None:
        return None
    if seconds >= _LAST_SECOND:
        seconds //= 1000
    return datetime.fromtimestamp(seconds, UTC) if _FIRST_SECOND <= seconds < _LAST_SECOND else None


def _degrees(value: Json, most: int) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        degrees = float(value)
    except OverflowError:
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= most else None


def _paise(value: Json) -> int | None:
    """A price in rupees, as WhatsApp writes it, in paise."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", value):
        rupees, _, rest = value.partition(".")
        return int(rupees) * 100 + int(rest.ljust(2, "0") or "0")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value * 100) if 0 <= value < 10**9 else None
