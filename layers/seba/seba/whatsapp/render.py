"""From what a turn says to what WhatsApp gets: a key, values and options become a message in the citizen's language.

Rendering happens at the moment of sending and looks facts up then. A fact that is gone (a session withdrawn meanwhile)
never stops a message: an option without its fact is left out, a value without it becomes a dash, and a list that lost
all its rows says so (``nothing_left``). Labels that are too long are cut where a reader sees no broken letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from seba.conversation.say import Option, Say
from seba.conversation.talk import Talk
from seba.documents.qr import qr_png
from seba.domain.ids import Keys, spoken_reference
from seba.domain.names import short_label
from seba.messages.catalogue import FALLBACK, LANGUAGES, Catalogue, catalogue
from seba.messages.wording import Wording, length
from seba.whatsapp import limits
from seba.whatsapp.outgoing import (
    Button,
    ButtonsMessage,
    DocumentMessage,
    HeaderDocument,
    ImageMessage,
    ListMessage,
    LocationPin,
    LocationRequest,
    Outgoing,
    OutgoingInvalid,
    Row,
    Section,
    TemplateMessage,
    TextMessage,
)
from seba.whatsapp.templates import MESSAGE_WAITING, template
from seba.whatsapp.values import DeskFacts, Gone, Values

GREETING: Final = "greeting"
"""The one message in all languages under each other, while none is chosen yet."""
NOTHING_LEFT: Final = "nothing_left"
"""What a list says that has lost all its rows."""
NOT_UPLOADED: Final = "not-uploaded"
"""Stands for the media id until picture or file are uploaded."""

_VALUE_ROOM: Final = 200
"""Most code points of one value in a text, so that an odd name or address cannot push it over WhatsApp's limit."""
_SAID_AS: Final = {"person": "name", "reference": "ref", "date": "day", "people": "count"}
"""Templates are registered under other parameter names than the chat's texts have."""


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """How the desk introduces itself."""

    names: Mapping[str, str]
    """The service's name by language."""
    helpline: str
    """The telephone number of a person."""
    desk_number: str
    """The WhatsApp number citizens write to: digits with country code."""

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
        self.cut: list[str] = []

    # ---- messages ------------------------------------------------------------------------------------------------

    def message(self, say: Say) -> Rendered:
        """The one kind of WhatsApp message that holds all of ``say``."""
        if say.pin:
            return self._pin(say.pin)
        body = self._body(say)
        if say.rows:
            return self._list(say, body)
        if say.asks_location:
            return self._done(LocationRequest(self._fit(body, limits.INTERACTIVE_BODY)))
        buttons = self._buttons(say.buttons)
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
        name = short_label(self.here.of(centre.names), limits.CAPTION)
        address = short_label(self.here.of(centre.addresses), limits.CAPTION) or None
        return self._done(LocationPin(centre.latitude, centre.longitude, name, address))

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

    def _body(self, say: Say) -> str:
        if say.key == GREETING and self.all_languages:
            return "\n\n".join(self._text(each, say.key, say.params) for each in LANGUAGES)
        return self._text(self.language, say.key, say.params)

    def _text(self, language: str, key: str, params: Mapping[str, str]) -> str:
        words = self.words[language]
        values = {name: self._worded(words, value) for name, value in params.items()}
        return words.wording.text(key, **self._of_the_service(language) | values)

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


def _filename(key: str) -> str:
    """The name a reader sees for a file of the lists bucket: ``2026-11-24/C068-1.pdf`` as ``2026-11-24-C068-1.pdf``."""
    return key.replace("/", "-")
