"""What Seba sends: one frozen dataclass per kind of message, each giving the exact JSON of POST /messages.

Texts are normalised to NFC and checked against WhatsApp's limits (`limits`) when the message is made, so a message that
exists can be sent. Lengths are code points after NFC.

Errors:

    OutgoingInvalid(ValueError)     Meta would refuse this message; says which field and why, never quotes it
     └─ OutgoingTooLong             a field is too long; says how long, and the limit
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from seba.whatsapp import limits

type Payload = dict[str, Any]

_USER_ID: Final = re.compile(limits.USER_ID_PATTERN)


class OutgoingInvalid(ValueError):
    """Meta would refuse this message. `where` is the field, `reason` says why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class OutgoingTooLong(OutgoingInvalid):
    """The field `where` has `length` code points, `limit` are allowed."""

    def __init__(self, where: str, length: int, limit: int) -> None:
        super().__init__(where, f"{length} code points, at most {limit}")
        self.length = length
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to: a phone number (digits) or a business-scoped user id.

    With both, the phone number is used: Meta lets `to` win over `recipient`, so sending both would change nothing.
    Raises OutgoingInvalid when there is neither, or the phone is not digits.
    """

    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.phone and not self.user_id:
            raise OutgoingInvalid("recipient", "neither phone nor user id")
        if self.phone and not re.fullmatch(rf"[0-9]{{1,{limits.PHONE_DIGITS}}}", self.phone):
            raise OutgoingInvalid("to", "not digits")
        if not self.phone and self.user_id and not _USER_ID.fullmatch(self.user_id):
            raise OutgoingInvalid("recipient", "not a business-scoped user id")

    def address(self) -> Payload:
        """The part of the payload that says who: a user id in `to` would be taken for a phone number and lost."""
        if self.phone:
            return {"to": self.phone}
        return {"recipient": self.user_id}


class Outgoing(Protocol):
    """Anything that can be posted to /messages."""

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON body. `callback` is our own id, which comes back in every status of this message (≤ 512)."""
        ...


# ---- checking ----------------------------------------------------------------------------------------------------


def _checked(where: str, text: str, limit: int) -> str:
    """`text` in NFC, when it is there and short enough."""
    text = unicodedata.normalize("NFC", text)
    if not text.strip():
        raise OutgoingInvalid(where, "empty")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise OutgoingInvalid(where, "half a surrogate pair, which no encoding can carry")
    if len(text) > limit:
        raise OutgoingTooLong(where, len(text), limit)
    return text


def _checked_if_any(where: str, text: str | None, limit: int) -> str | None:
    return None if text is None else _checked(where, text, limit)


def _checked_id(where: str, identity: str, limit: int) -> str:
    """An id of ours: short enough and without spaces at the ends. It is compared later, so it is never altered."""
    if not identity or identity != identity.strip():
        raise OutgoingInvalid(where, "empty, or spaces at the ends")
    if len(identity) > limit:
        raise OutgoingTooLong(where, len(identity), limit)
    return identity


def _unique(where: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise OutgoingInvalid(where, "the same twice")


def _keep(message: object, **fields: object) -> None:
    # The dataclasses are frozen; this is the one moment they are filled with their normalised texts.
    for name, value in fields.items():
        object.__setattr__(message, name, value)


def _envelope(to: Recipient, callback: str | None, kind: str, content: Payload) -> Payload:
    payload: Payload = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **to.address(),
        "type": kind,
        kind: content,
    }
    if callback is not None:
        payload["biz_opaque_callback_data"] = _checked_id("callback", callback, limits.CALLBACK)
    return payload


def _interactive(
    kind: str, body: str, action: Payload, header: Payload | None = None, footer: str | None = None
) -> Payload:
    interactive: Payload = {"type": kind}
    if header is not None:
        interactive["header"] = header
    interactive["body"] = {"text": body}
    if footer is not None:
        interactive["footer"] = {"text": footer}
    interactive["action"] = action
    return interactive


def _text_header(text: str | None) -> Payload | None:
    return None if text is None else {"type": "text", "text": text}


# ---- messages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextMessage:
    """Plain text, at most 4,096."""

    body: str = field(repr=False)
    preview_url: bool = False

    def __post_init__(self) -> None:
        _keep(self, body=_checked("body", self.body, limits.TEXT_BODY))

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        return _envelope(to, callback, "text", {"body": self.body, "preview_url": self.preview_url})


@dataclass(frozen=True, slots=True)
class HeaderDocument:
    """An uploaded file (its media id) above the text of a template or of reply buttons."""

    media_id: str
    filename: str

    def __post_init__(self) -> None:
        _checked_id("header.document", self.media_id, limits.MEDIA_ID)
        _keep(self, filename=_checked("header.filename", self.filename, limits.FILENAME))

    def parameter(self) -> Payload:
        """The JSON by which a header names its file."""
        return {"type": "document", "document": {"id": self.media_id, "filename": self.filename}}


@dataclass(frozen=True, slots=True)
class Button:
    """A reply button: our id (≤ 256) and its label (≤ 20)."""

    id: str
    title: str = field(repr=False)

    def __post_init__(self) -> None:
        _checked_id("button.id", self.id, limits.BUTTON_ID)
        _keep(self, title=_checked("button.title", self.title, limits.BUTTON_TITLE))


@dataclass(frozen=True, slots=True)
class ButtonsMessage:
    """Text (≤ 1,024) with one to three reply buttons; above it a picture (its media id), a text or a file, only one."""

    body: str = field(repr=False)
    buttons: tuple[Button, ...]
    header_image: str | None = None
    header_text: str | None = field(default=None, repr=False)
    footer: str | None = field(default=None, repr=False)
    header_document: HeaderDocument | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.buttons) <= limits.BUTTONS:
            raise OutgoingInvalid("buttons", f"{len(self.buttons)}, must be 1 to {limits.BUTTONS}")
        _unique("button.id", [button.id for button in self.buttons])
        _unique("button.title", [button.title for button in self.buttons])
        headers = (self.header_image, self.header_text, self.header_document)
        if sum(header is not None for header in headers) > 1:
            raise OutgoingInvalid("header", "more than one of picture, text and file")
        if self.header_image is not None:
            _checked_id("header.image", self.header_image, limits.MEDIA_ID)
        _keep(
            self,
            body=_checked("body", self.body, limits.INTERACTIVE_BODY),
            header_text=_checked_if_any("header.text", self.header_text, limits.HEADER_TEXT),
            footer=_checked_if_any("footer", self.footer, limits.FOOTER),
        )

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        header = _text_header(self.header_text)
        if self.header_image is not None:
            header = {"type": "image", "image": {"id": self.header_image}}
        if self.header_document is not None:
            header = self.header_document.parameter()
        action = {
            "buttons": [{"type": "reply", "reply": {"id": button.id, "title": button.title}} for button in self.buttons]
        }
        return _envelope(to, callback, "interactive", _interactive("button", self.body, action, header, self.footer))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: our id (≤ 200), title (≤ 24) and, if wanted, a description (≤ 72)."""

    id: str
    title: str = field(repr=False)
    description: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _checked_id("row.id", self.id, limits.ROW_ID)
        _keep(
            self,
            title=_checked("row.title", self.title, limits.ROW_TITLE),
            description=_checked_if_any("row.description", self.description, limits.ROW_DESCRIPTION),
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a common title (≤ 24), which may be left out only when it is the list's only section."""

    rows: tuple[Row, ...]
    title: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.rows:
            raise OutgoingInvalid("section.rows", "none")
        _keep(self, title=_checked_if_any("section.title", self.title, limits.SECTION_TITLE))


@dataclass(frozen=True, slots=True)
class ListMessage:
    """Text (≤ 4,096) with one button (≤ 20) that opens a list of at most ten rows, all sections together."""

    body: str = field(repr=False)
    button: str = field(repr=False)
    sections: tuple[Section, ...]
    header_text: str | None = field(default=None, repr=False)
    footer: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.sections) <= limits.LIST_SECTIONS:
            raise OutgoingInvalid("sections", f"{len(self.sections)}, must be 1 to {limits.LIST_SECTIONS}")
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            raise OutgoingInvalid("section.title", "needed when there are several sections")
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > limits.LIST_ROWS:
            raise OutgoingInvalid("rows", f"{len(rows)} in all, at most {limits.LIST_ROWS}")
        _unique("row.id", [row.id for row in rows])
        _keep(
            self,
            body=_checked("body", self.body, limits.LIST_BODY),
            button=_checked("button", self.button, limits.LIST_BUTTON),
            header_text=_checked_if_any("header.text", self.header_text, limits.HEADER_TEXT),
            footer=_checked_if_any("footer", self.footer, limits.FOOTER),
        )

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        sections: list[Payload] = []
        for section in self.sections:
            rows: list[Payload] = []
            for row in section.rows:
                shown: Payload = {"id": row.id, "title": row.title}
                if row.description is not None:
                    shown["description"] = row.description
                rows.append(shown)
            sections.append({"rows": rows} if section.title is None else {"title": section.title, "rows": rows})
        action = {"button": self.button, "sections": sections}
        header = _text_header(self.header_text)
        return _envelope(to, callback, "interactive", _interactive("list", self.body, action, header, self.footer))


@dataclass(frozen=True, slots=True)
class CtaUrl:
    """Text (≤ 1,024) with one button (≤ 20) that opens a web page."""

    body: str = field(repr=False)
    title: str
    url: str = field(repr=False)
    header_text: str | None = field(default=None, repr=False)
    footer: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not re.match(r"https?://[^\s/]+", self.url) or re.search(r"\s", self.url):
            raise OutgoingInvalid("url", "not the address of a web page")
        if len(self.url) > limits.LINK_URL:
            raise OutgoingTooLong("url", len(self.url), limits.LINK_URL)
        _keep(
            self,
            body=_checked("body", self.body, limits.INTERACTIVE_BODY),
            title=_checked("title", self.title, limits.LINK_TITLE),
            header_text=_checked_if_any("header.text", self.header_text, limits.HEADER_TEXT),
            footer=_checked_if_any("footer", self.footer, limits.FOOTER),
        )

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        action = {"name": "cta_url", "parameters": {"display_text": self.title, "url": self.url}}
        header = _text_header(self.header_text)
        return _envelope(to, callback, "interactive", _interactive("cta_url", self.body, action, header, self.footer))


@dataclass(frozen=True, slots=True)
class LocationRequest:
    """Text (≤ 1,024) above WhatsApp's own "send location" button."""

    body: str = field(repr=False)

    def __post_init__(self) -> None:
        _keep(self, body=_checked("body", self.body, limits.INTERACTIVE_BODY))

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        content = _interactive("location_request_message", self.body, {"name": "send_location"})
        return _envelope(to, callback, "interactive", content)


@dataclass(frozen=True, slots=True)
class LocationPin:
    """A pin on the map, in degrees. WhatsApp shows the address only together with a name."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:
            raise OutgoingInvalid("latitude", "not between -90 and 90")
        if not -180 <= self.longitude <= 180:
            raise OutgoingInvalid("longitude", "not between -180 and 180")
        if self.address is not None and self.name is None:
            raise OutgoingInvalid("address", "without a name it would not be shown")
        _keep(
            self,
            name=_checked_if_any("name", self.name, limits.PIN_NAME),
            address=_checked_if_any("address", self.address, limits.PIN_ADDRESS),
        )

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        pin: Payload = {"latitude": self.latitude, "longitude": self.longitude}
        if self.name is not None:
            pin["name"] = self.name
        if self.address is not None:
            pin["address"] = self.address
        return _envelope(to, callback, "location", pin)


_REFERENCE: Final = re.compile(r"[A-Za-z0-9_.-]+")


def _checked_reference(reference: str) -> None:
    if not _REFERENCE.fullmatch(reference):
        raise OutgoingInvalid("reference_id", "not letters, digits, underscores, dashes and dots")
    if len(reference) > limits.PAYMENT_REFERENCE:
        raise OutgoingTooLong("reference_id", len(reference), limits.PAYMENT_REFERENCE)


def _rupees(paise: int, description: str | None = None) -> Payload:
    amount: Payload = {"value": paise, "offset": limits.PAYMENT_OFFSET}
    return amount if description is None else {**amount, "description": description}


@dataclass(frozen=True, slots=True)
class BillItem:
    """A line of a bill: our id of the product, its name (≤ 60), paise for one, and how many."""

    id: str
    name: str = field(repr=False)
    price: int
    quantity: int = 1

    def __post_init__(self) -> None:
        _checked_id("item.retailer_id", self.id, limits.PAYMENT_ITEM_ID)
        _keep(self, name=_checked("item.name", self.name, limits.PAYMENT_ITEM_NAME))
        if self.price < 1 or self.quantity < 1:
            raise OutgoingInvalid("item", "costs nothing, or none of it")


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """A bill that is paid inside WhatsApp: text (≤ 1,024) above WhatsApp's own "Review and pay" button.

    ``reference`` is taken once only; the payment's status and its look-up name it. ``gateway`` and ``configuration``
    are those of WhatsApp Manager. The items add up to the total, less ``discount`` (paise), which is named by
    ``discount_for`` (≤ 60). Meta checks the sum.
    """

    body: str = field(repr=False)
    reference: str
    gateway: str
    configuration: str
    items: tuple[BillItem, ...]
    discount: int = 0
    discount_for: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _checked_reference(self.reference)
        if self.gateway not in limits.PAYMENT_GATEWAYS:
            raise OutgoingInvalid("payment_gateway.type", f"not one of {', '.join(sorted(limits.PAYMENT_GATEWAYS))}")
        if not self.configuration.strip():
            raise OutgoingInvalid("payment_gateway.configuration_name", "empty")
        if not self.items:
            raise OutgoingInvalid("order.items", "none")
        _unique("item.retailer_id", [item.id for item in self.items])
        if self.discount < 0 or self.total < 1:
            raise OutgoingInvalid("total_amount", "nothing is to be paid")
        _keep(
            self,
            body=_checked("body", self.body, limits.INTERACTIVE_BODY),
            discount_for=_checked_if_any("discount.description", self.discount_for, limits.PAYMENT_NOTE),
        )

    @property
    def subtotal(self) -> int:
        """What the items cost together, in paise."""
        return sum(item.price * item.quantity for item in self.items)

    @property
    def total(self) -> int:
        """What is to be paid, in paise."""
        return self.subtotal - self.discount

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        items = [
            {"retailer_id": item.id, "name": item.name, "amount": _rupees(item.price), "quantity": item.quantity}
            for item in self.items
        ]
        order: Payload = {
            "status": "pending",
            "items": items,
            "subtotal": _rupees(self.subtotal),
            # Prices in India hold the tax; Meta wants the field all the same.
            "tax": _rupees(0),
        }
        if self.discount:
            order["discount"] = _rupees(self.discount, self.discount_for)
        gateway = {"type": self.gateway, "configuration_name": self.configuration}
        parameters = {
            "reference_id": self.reference,
            "type": "physical-goods",
            "payment_settings": [{"type": "payment_gateway", "payment_gateway": gateway}],
            "currency": "INR",
            "total_amount": _rupees(self.total),
            "order": order,
        }
        action = {"name": "review_and_pay", "parameters": parameters}
        return _envelope(to, callback, "interactive", _interactive("order_details", self.body, action))


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """Text (≤ 1,024) that tells how far a paid order is; WhatsApp shows it on the bill with this reference as well."""

    body: str = field(repr=False)
    reference: str
    status: str

    def __post_init__(self) -> None:
        _checked_reference(self.reference)
        if self.status not in limits.ORDER_STATUSES:
            raise OutgoingInvalid("order.status", f"not one of {', '.join(sorted(limits.ORDER_STATUSES))}")
        _keep(self, body=_checked("body", self.body, limits.INTERACTIVE_BODY))

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        parameters = {"reference_id": self.reference, "order": {"status": self.status}}
        action = {"name": "review_order", "parameters": parameters}
        return _envelope(to, callback, "interactive", _interactive("order_status", self.body, action))


@dataclass(frozen=True, slots=True)
class ImageMessage:
    """An uploaded picture (its media id) with an optional caption (≤ 1,024). It can carry no buttons."""

    media_id: str
    caption: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _checked_id("image.id", self.media_id, limits.MEDIA_ID)
        _keep(self, caption=_checked_if_any("caption", self.caption, limits.CAPTION))

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        image: Payload = {"id": self.media_id}
        if self.caption is not None:
            image["caption"] = self.caption
        return _envelope(to, callback, "image", image)


@dataclass(frozen=True, slots=True)
class DocumentMessage:
    """An uploaded file (its media id) under a file name, with an optional caption (≤ 1,024)."""

    media_id: str
    filename: str
    caption: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _checked_id("document.id", self.media_id, limits.MEDIA_ID)
        _keep(
            self,
            filename=_checked("filename", self.filename, limits.FILENAME),
            caption=_checked_if_any("caption", self.caption, limits.CAPTION),
        )

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        document: Payload = {"id": self.media_id, "filename": self.filename}
        if self.caption is not None:
            document["caption"] = self.caption
        return _envelope(to, callback, "document", document)


# ---- templates ---------------------------------------------------------------------------------------------------

_TEMPLATE_NAME: Final = re.compile(rf"[a-z0-9_]{{1,{limits.TEMPLATE_NAME}}}\Z")
_REFUSED_IN_PARAMETER: Final = re.compile(r"[\r\n\t\v\f\u0085\u2028\u2029]| {" + str(limits.TEMPLATE_SPACES + 1) + "}")


def one_line(text: str) -> str:
    """`text` as a template parameter may be: every run of white space becomes one space, none at the ends."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value for a template's body, by name or (without one) by position.

    Meta refuses line breaks, tabs and more than four spaces in a row in it (132018); `one_line` makes such text fit.
    """

    text: str = field(repr=False)
    name: str | None = None

    def __post_init__(self) -> None:
        _keep(self, text=_checked("parameter", self.text, limits.TEMPLATE_BODY))
        if _REFUSED_IN_PARAMETER.search(self.text):
            raise OutgoingInvalid("parameter", "line break, tab or too many spaces")
        if self.name is not None and not _TEMPLATE_NAME.match(self.name):
            raise OutgoingInvalid("parameter.name", "not lower-case letters, digits and underscores")


@dataclass(frozen=True, slots=True)
class TemplateMessage:
    """An approved template, the only message that may go outside the 24 hours.

    `parameters` are all named or all by position; `quick_replies` are the payloads (≤ 128) of its buttons in order,
    which come back as `Tapped.id`.
    """

    name: str
    language: str
    parameters: tuple[Parameter, ...] = ()
    header_document: HeaderDocument | None = None
    quick_replies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _TEMPLATE_NAME.match(self.name):
            raise OutgoingInvalid("template.name", "not lower-case letters, digits and underscores")
        if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2,3})?", self.language):
            raise OutgoingInvalid("template.language", "not a language code")
        names = [parameter.name for parameter in self.parameters if parameter.name is not None]
        if names and len(names) < len(self.parameters):
            raise OutgoingInvalid("parameters", "some with a name, some without")
        _unique("parameter.name", names)
        if len(self.quick_replies) > limits.TEMPLATE_BUTTONS:
            raise OutgoingInvalid("quick_replies", f"{len(self.quick_replies)}, at most {limits.TEMPLATE_BUTTONS}")
        for payload in self.quick_replies:
            _checked_id("quick_reply", payload, limits.TEMPLATE_PAYLOAD)

    def payload(self, to: Recipient, callback: str | None = None) -> Payload:
        """The JSON of POST /messages."""
        components: list[Payload] = []
        if self.header_document is not None:
            components.append({"type": "header", "parameters": [self.header_document.parameter()]})
        if self.parameters:
            filled: list[Payload] = []
            for parameter in self.parameters:
                value: Payload = {"type": "text"}
                if parameter.name is not None:
                    value["parameter_name"] = parameter.name
                filled.append({**value, "text": parameter.text})
            components.append({"type": "body", "parameters": filled})
        for index, reply in enumerate(self.quick_replies):
            components.append(
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": str(index),
                    "parameters": [{"type": "payload", "payload": reply}],
                }
            )
        template: Payload = {"name": self.name, "language": {"code": self.language}}
        if components:
            template["components"] = components
        return _envelope(to, callback, "template", template)


@dataclass(frozen=True, slots=True)
class Typing:
    """The read tick on a citizen's message, and the typing indicator until the reply (at most 25 s). It costs nothing.

    It names the message it answers and therefore needs no recipient.
    """

    message_id: str

    def __post_init__(self) -> None:
        if not self.message_id:
            raise OutgoingInvalid("message_id", "empty")

    def payload(
        self,
        to: Recipient | None = None,  # noqa: ARG002 - taken so that it is called like every other message
        callback: str | None = None,  # noqa: ARG002 - likewise; Meta sends no status about a read tick
    ) -> Payload:
        """The JSON of POST /messages; neither argument is needed."""
        return {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": self.message_id,
            "typing_indicator": {"type": "text"},
        }
