"""From what a turn says to what WhatsApp gets: a key, values and options become a message in the citizen's language.

Rendering happens at the moment of sending and looks facts up then. A fact that is gone (a session withdrawn meanwhile)
never stops a message: an option without its fact is left out, a value without it becomes a dash, and a list that lost
all its rows says so (``nothing_left``). Labels that are too long are cut where a reader sees no broken letter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from seba.conversation.say import Option, Say
from seba.conversation.talk import Talk
from seba.documents.qr import qr_png
from seba.domain.ids import Keys, spoken_reference
from seba.domain.names import short_label
from seba.domain.orders import Life, Order, Paid
from seba.messages.catalogue import FALLBACK, LANGUAGES, Catalogue, catalogue
from seba.messages.wording import Wording, length
from seba.whatsapp import limits
from seba.whatsapp.bills import bill_reference
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
    Row,
    Section,
    TemplateMessage,
    TextMessage,
)
from seba.whatsapp.templates import MESSAGE_WAITING, Template, template
from seba.whatsapp.values import DeskFacts, Gone, Values

GREETINGS: Final = frozenset({"greeting", "greeting_shop", "join_not_valid"})
"""The one message in all languages under each other, while none is chosen yet."""
OPEN_SHOP_ALL: Final = "open_shop_all"
"""The word on the button of a link to the shop while no language is chosen yet."""
NOTHING_LEFT: Final = "nothing_left"
"""What a list says that has lost all its rows."""
NOT_UPLOADED: Final = "not-uploaded"
"""Stands for the media id until picture or file are uploaded."""

TEMPLATE_LINES: Final = "; "
"""Between the lines of an order where WhatsApp allows no line breaks."""

_VALUE_ROOM: Final = 200
"""Most code points of one value in a text, so that an odd name or address cannot push it over WhatsApp's limit."""
_SAID_AS: Final = {"person": "name", "reference": "ref", "date": "day", "people": "count"}
"""Templates are registered under other parameter names than the chat's texts have."""


# What WhatsApp shows of a paid order; an order that ended otherwise is to be refunded, which WhatsApp has no word for.
_PAID_STATUS: Final = {
    Life.PLACED: "processing",
    Life.ACCEPTED: "processing",
    Life.READY: "processing",
    Life.COLLECTED: "completed",
}


@dataclass(frozen=True, slots=True)
class PaymentGateway:
    """What the operator has set up in WhatsApp Manager so that people can pay inside WhatsApp."""

    type: str
    """The gateway: ``razorpay``, ``payu``, ``billdesk`` or ``zaakpay``."""
    configuration: str
    """The name of the payment configuration there."""


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """How the desk introduces itself, and what its messages lead to."""

    names: Mapping[str, str]
    """The service's name by language."""
    helpline: str
    """The telephone number of a person."""
    desk_number: str
    """The WhatsApp number citizens write to: digits with country code."""
    shop_url: str = ""
    """The address of the shop's page, without a slash at its end."""
    payment: PaymentGateway | None = None
    """How orders are paid inside WhatsApp; None where they are not."""

    def name(self, language: str) -> str:
        """The service's name in a language, else in English."""
        return self.names.get(language) or self.names[FALLBACK]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready but for its media: picture or file are uploaded first, then ``with_media`` completes it."""

    message: Outgoing
    picture: bytes | None = None
    """A PNG that belongs into the message."""
    document_key: str | None = None
    """The key in the lists bucket of a PDF that belongs into the message."""
    filename: str | None = None
    """The name under which the reader sees that PDF."""
    cut: tuple[str, ...] = ()
    """Texts that had to be shortened, whole, for tests."""

    def with_media(self, media_id: str) -> Outgoing:
        """The message with the id of its uploaded picture or file."""
        match self.message:
            case ButtonsMessage() if self.picture is not None:
                return replace(self.message, header_image=media_id)
            case ButtonsMessage() | TemplateMessage() if self.filename is not None:
                return replace(self.message, header_document=HeaderDocument(media_id, self.filename))
            case ImageMessage() | DocumentMessage():
                return replace(self.message, media_id=media_id)
            case _:
                return self.message


def render(
    say: Say,
    *,
    talk: Talk,
    facts: DeskFacts,
    service: ServiceCard,
    keys: Keys,
    today: date,
    texts: Catalogue | None = None,
) -> Rendered:
    """The message for ``say`` in the talk's language (English while none is chosen).

    ``today`` is the desk's date at the moment of sending. Raises NoSuchText, ValueMissing or ValueError for a key, a
    parameter or a kind of value that does not exist: bugs, which the tests of catalogue and transcripts find.
    """
    return _Renderer(talk, facts, service, keys, today, texts or catalogue()).message(say)


def render_template(
    say: Say,
    *,
    talk: Talk,
    facts: DeskFacts,
    service: ServiceCard,
    keys: Keys,
    today: date,
    texts: Catalogue | None = None,
) -> Rendered:
    """The template that stands for ``say`` outside the 24 hours; without one, "there is an answer for you".

    The template's values are ``say``'s parameters, its quick replies ``say``'s buttons in order. Raises NoSuchTemplate,
    and OutgoingInvalid when parameters or buttons are not those of the template.
    """
    return _Renderer(talk, facts, service, keys, today, texts or catalogue()).template(say)


def shop_link(shop_url: str, keys: Keys, link: str) -> str:
    """The personal address of the shop's page; ``link`` is ``CITIZEN.SECONDS`` as in ``Say.link``."""
    return f"{shop_url}/go/{keys.signed('link', link)}"


def scan_link(desk_number: str, booking: str) -> str:
    """What a booking's QR holds: a link that opens the chat with the desk, the reference already typed."""
    return f"https://wa.me/{desk_number}?text=SEBA%20{spoken_reference(booking)}"


class _Renderer:
    """The rendering of one message."""

    def __init__(
        self, talk: Talk, facts: DeskFacts, service: ServiceCard, keys: Keys, today: date, texts: Catalogue
    ) -> None:
        self.all_languages = talk.language is None
        self.words = {each: Values(Wording(texts, each), talk, facts, keys, today) for each in (*LANGUAGES, FALLBACK)}
        self.language = talk.language if talk.language in self.words else FALLBACK
        self.here = self.words[self.language]
        self.service = service
        self.keys = keys
        self.cut: list[str] = []

    # ---- messages ------------------------------------------------------------------------------------------------

    def message(self, say: Say) -> Rendered:
        """The one kind of WhatsApp message that holds all of ``say``."""
        if say.pin:
            return self._pin(say.pin)
        if say.shop_pin:
            return self._shop_pin(say.shop_pin)
        buttons = self._buttons(say.buttons)
        plain = not (buttons or say.link or say.asks_location or say.qr or say.document or say.pay or say.paid)
        body = self._body(say, limits.TEXT_BODY if plain else limits.INTERACTIVE_BODY)
        if say.rows:
            return self._list(say, body)
        paid = self._payment(say, self._fit(body, limits.INTERACTIVE_BODY)) if say.pay or say.paid else None
        if paid is not None:
            return self._done(paid)
        if say.link:
            return self._link(say, self._fit(body, limits.INTERACTIVE_BODY))
        if say.asks_location:
            return self._done(LocationRequest(self._fit(body, limits.INTERACTIVE_BODY)))
        if say.qr:
            return self._with_qr(say.qr, self._fit(body, limits.INTERACTIVE_BODY), buttons)
        if say.document:
            return self._with_document(say.document, self._fit(body, limits.INTERACTIVE_BODY), buttons)
        if buttons:
            return self._done(ButtonsMessage(self._fit(body, limits.INTERACTIVE_BODY), buttons))
        return self._done(TextMessage(self._fit(body, limits.TEXT_BODY)))

    def template(self, say: Say) -> Rendered:
        """The template of ``say``."""
        wanted = template(say.template or MESSAGE_WAITING, self.language)
        values = {name: self._template_value(say, name) for name in wanted.placeholders}
        values |= self._template_lines(say, wanted, values)
        replies = tuple(option.id for option in say.buttons) if wanted.buttons else ()
        if not wanted.document:
            return self._done(wanted.message(values, replies))
        filename = _filename(say.document)
        message = wanted.message(values, replies, HeaderDocument(NOT_UPLOADED, filename))
        return self._done(message, document_key=say.document, filename=filename)

    def _template_value(self, say: Say, name: str) -> str:
        for each in (name, _SAID_AS.get(name, name)):
            if each in say.params:
                return self._worded(self.here, say.params[each])
        of_the_service = self._of_the_service(self.language)
        if name not in of_the_service:
            raise OutgoingInvalid(f"template {say.template}", f"there is no value for {name}")
        return of_the_service[name]

    def _template_lines(self, say: Say, wanted: Template, values: Mapping[str, str]) -> dict[str, str]:
        """The lines of an order in one line, as many as the filled-in text has room for."""

        def fits(name: str, said: str) -> bool:
            try:
                wanted.filled({**values, name: said})
            except OutgoingTooLong:
                return False
            return True

        return {
            name: self._lines(self.here, say.params[name], TEMPLATE_LINES, partial(fits, name))
            for name in wanted.placeholders
            if _are_lines(say.params.get(name, ""))
        }

    def _link(self, say: Say, body: str) -> Rendered:
        """A text above a button that opens the shop's page."""
        word = OPEN_SHOP_ALL if self.all_languages else say.link_button
        title = self._fit(self.here.wording.word(word), limits.LINK_TITLE)
        return self._done(CtaUrl(body, title, shop_link(self.service.shop_url, self.keys, say.link)))

    def _payment(self, say: Say, body: str) -> Outgoing | None:
        """A bill, or how far a paid order is; None where there is neither: then the text goes alone."""
        try:
            order = self.here.order(say.pay or say.paid)
        except Gone:
            return None
        if say.pay:
            return self._bill(order, body)
        status = _PAID_STATUS.get(order.life)
        if order.paid is not Paid.ONLINE or status is None:
            return None
        return OrderStatus(body, bill_reference(order.id, order.captured), status)

    def _bill(self, order: Order, body: str) -> Outgoing | None:
        payment = self.service.payment
        if payment is None or order.total < 1:
            return None
        items = [self._bill_item(line.code, line.price, line.quantity) for line in order.lines]
        weighed = order.total - sum(line.total for line in order.lines)
        why = self._fit(self.here.wording.text("format.weighing"), limits.PAYMENT_NOTE)
        if weighed > 0:
            items.append(BillItem("weighing", why, weighed))
        return OrderDetails(
            body,
            bill_reference(order.id, order.total),
            payment.type,
            payment.configuration,
            tuple(items),
            discount=max(0, -weighed),
            discount_for=why,
        )

    def _bill_item(self, code: str, price: int, quantity: int) -> BillItem:
        return BillItem(code, short_label(self.here.product_name(code), limits.PAYMENT_ITEM_NAME), price, quantity)

    def _list(self, say: Say, body: str) -> Rendered:
        rows = tuple(row for option in say.rows if (row := self._row(option)) is not None)
        if not rows:
            return self._nothing_left()
        button = self._fit(self.here.wording.word(say.list_button), limits.LIST_BUTTON)
        return self._done(ListMessage(self._fit(body, limits.LIST_BODY), button, (Section(rows),)))

    def _with_qr(self, booking: str, body: str, buttons: tuple[Button, ...]) -> Rendered:
        picture = qr_png(scan_link(self.service.desk_number, booking), label=spoken_reference(booking))
        if buttons:
            return self._done(ButtonsMessage(body, buttons, header_image=NOT_UPLOADED), picture=picture)
        return self._done(ImageMessage(NOT_UPLOADED, body), picture=picture)

    def _with_document(self, key: str, body: str, buttons: tuple[Button, ...]) -> Rendered:
        filename = _filename(key)
        message: Outgoing = DocumentMessage(NOT_UPLOADED, filename, body)
        if buttons:
            message = ButtonsMessage(body, buttons, header_document=HeaderDocument(NOT_UPLOADED, filename))
        return self._done(message, document_key=key, filename=filename)

    def _pin(self, centre_id: str) -> Rendered:
        try:
            centre = self.here.centre(centre_id)
        except Gone:
            return self._nothing_left()
        return self._pinned((centre.latitude, centre.longitude), centre.names, centre.addresses)

    def _shop_pin(self, shop_id: str) -> Rendered:
        try:
            shop, place = self.here.shop(shop_id), self.here.shop_place(shop_id)
        except Gone:
            return self._nothing_left()
        return self._pinned(place, shop.names, shop.addresses)

    def _pinned(self, place: tuple[float, float], names: Mapping[str, str], addresses: Mapping[str, str]) -> Rendered:
        name = short_label(self.here.of(names), limits.CAPTION) or None
        address = short_label(self.here.of(addresses), limits.CAPTION) or None
        return self._done(LocationPin(*place, name, address if name else None))

    def _nothing_left(self) -> Rendered:
        return self._done(TextMessage(self._text(self.language, NOTHING_LEFT, {})))

    def _done(
        self,
        message: Outgoing,
        *,
        picture: bytes | None = None,
        document_key: str | None = None,
        filename: str | None = None,
    ) -> Rendered:
        return Rendered(message, picture, document_key, filename, tuple(self.cut))

    # ---- texts ---------------------------------------------------------------------------------------------------

    def _body(self, say: Say, room: int) -> str:
        if self.all_languages and (say.key in GREETINGS or say.link):
            return "\n\n".join(self._text(each, say.key, say.params) for each in LANGUAGES)
        return self._text(self.language, say.key, say.params, room)

    def _text(self, language: str, key: str, params: Mapping[str, str], room: int = limits.TEXT_BODY) -> str:
        """A text filled in; the lines of an order stand under each other, as many as there is ``room`` for."""
        words = self.words[language]
        values = self._of_the_service(language) | {name: self._worded(words, value) for name, value in params.items()}

        def fits(name: str, said: str) -> bool:
            return length(words.wording.text(key, **{**values, name: said})) <= room

        for name, value in params.items():
            if _are_lines(value):
                values[name] = self._lines(words, value, "\n", partial(fits, name))
        return words.wording.text(key, **values)

    @staticmethod
    def _lines(words: Values, value: str, between: str, fits: Callable[[str], bool]) -> str:
        kind, _, order = value.partition(":")
        try:
            return words.lines(order, between, fits, numbered=kind == "numbered") or words.wording.word("unknown")
        except Gone:
            return words.wording.word("unknown")

    def _of_the_service(self, language: str) -> dict[str, str]:
        """What every text may speak of without being told."""
        return {"service": self.service.name(language), "helpline": self.service.helpline}

    def _worded(self, words: Values, value: str) -> str:
        try:
            return short_label(words.value(value), _VALUE_ROOM) or words.wording.word("unknown")
        except Gone:
            return words.wording.word("unknown")

    # ---- options -------------------------------------------------------------------------------------------------

    def _buttons(self, options: tuple[Option, ...]) -> tuple[Button, ...]:
        """The buttons whose facts are still there. WhatsApp refuses two with the same title, so none have."""
        titles: dict[str, str] = {}
        for option in options[: limits.BUTTONS]:
            try:
                title = self._title(self.here.label(option.label).title, limits.BUTTON_TITLE)
                kind, _, content = option.label.partition(":")
                if title in titles.values() and kind == "short_slot":
                    title = self._title(self.here.short_slot_dated(content), limits.BUTTON_TITLE)
            except Gone:
                continue
            if title in titles.values():
                number = f" ({len(titles) + 1})"
                title = short_label(title, limits.BUTTON_TITLE - len(number)) + number
            titles[option.id] = title
        return tuple(Button(id_, title) for id_, title in titles.items())

    def _row(self, option: Option) -> Row | None:
        try:
            label = self.here.label(option.label)
        except Gone:
            return None
        beneath = self._fit(label.beneath, limits.ROW_DESCRIPTION) or None
        return Row(option.id, self._title(label.title, limits.ROW_TITLE), beneath)

    def _title(self, title: str, room: int) -> str:
        """A title that fits and is never empty (WhatsApp refuses that)."""
        return self._fit(title, room) or self.here.wording.word("unknown")

    def _fit(self, text: str, room: int) -> str:
        if length(text) > room:
            self.cut.append(text)
        return short_label(text, room)


def _are_lines(value: str) -> bool:
    """Whether a value is the one that may be longer than a value's room: the lines of an order."""
    return value.startswith(("lines:", "numbered:"))


def _filename(key: str) -> str:
    """The name a reader sees for a file of the lists bucket: ``2026-11-24/C068-1.pdf`` as ``2026-11-24-C068-1.pdf``."""
    return key.replace("/", "-")
