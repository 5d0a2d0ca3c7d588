"""One message template: what Meta registers, and a message of it filled in."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seba.whatsapp import limits
from seba.whatsapp.outgoing import (
    HeaderDocument,
    OutgoingInvalid,
    OutgoingTooLong,
    Parameter,
    Payload,
    TemplateMessage,
    one_line,
)

_PLACEHOLDER: Final = re.compile(r"\{\{([a-z0-9_]+)\}\}")
_CATEGORY: Final = "UTILITY"


class NoSuchTemplate(LookupError):
    """There is no template of that name in that language."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template in one language.

    `examples` gives, in the order of the body, each placeholder's name and the example that Meta's reviewers see;
    `buttons` are the labels of its quick replies; `document` says whether a file stands above the text.
    Raises OutgoingInvalid or OutgoingTooLong when Meta would refuse it.
    """

    name: str
    language: str
    body: str
    examples: tuple[tuple[str, str], ...]
    buttons: tuple[str, ...] = ()
    document: bool = False

    def __post_init__(self) -> None:
        body = unicodedata.normalize("NFC", self.body)
        buttons = tuple(unicodedata.normalize("NFC", button) for button in self.buttons)
        object.__setattr__(self, "body", body)
        object.__setattr__(self, "buttons", buttons)
        where = f"template {self.name} ({self.language})"
        if len(body) > limits.TEMPLATE_BODY:
            raise OutgoingTooLong(where, len(body), limits.TEMPLATE_BODY)
        if tuple(_PLACEHOLDER.findall(body)) != self.placeholders:
            raise OutgoingInvalid(where, "its examples are not those of its placeholders, in their order")
        if body != body.strip() or _PLACEHOLDER.match(body) or body.endswith("}}"):
            raise OutgoingInvalid(where, "starts or ends with a placeholder or a space")
        if "\n\n\n" in body or "}}{{" in body:
            raise OutgoingInvalid(where, "more than two line breaks, or two placeholders, in a row")
        if len(buttons) > limits.TEMPLATE_BUTTONS or len(set(buttons)) < len(buttons):
            raise OutgoingInvalid(where, "too many buttons, or the same twice")
        for button in buttons:
            # 25 would do for Meta; the labels also stand on reply buttons, where 20 is the limit.
            if len(button) > limits.BUTTON_TITLE:
                raise OutgoingTooLong(where + " button", len(button), limits.BUTTON_TITLE)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names of the values it wants, in the order of its body."""
        return tuple(name for name, _ in self.examples)

    def definition(self, sample_document: str | None = None) -> Payload:
        """The body of POST /{WhatsApp business account}/message_templates.

        `sample_document` is the handle of an uploaded sample file (Meta's resumable upload), which a template with a
        document needs; OutgoingInvalid without it.
        """
        components: list[Payload] = []
        if self.document:
            if sample_document is None:
                raise OutgoingInvalid("sample_document", f"template {self.name} needs one")
            header = {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": [sample_document]}}
            components.append(header)
        body: Payload = {"type": "BODY", "text": self.body}
        if self.examples:
            body["example"] = {
                "body_text_named_params": [{"param_name": name, "example": example} for name, example in self.examples]
            }
        components.append(body)
        if self.buttons:
            buttons = [{"type": "QUICK_REPLY", "text": button} for button in self.buttons]
            components.append({"type": "BUTTONS", "buttons": buttons})
        return {
            "name": self.name,
            "language": self.language,
            "category": _CATEGORY,
            "parameter_format": "NAMED",
            "components": components,
        }

    def filled(self, values: Mapping[str, str]) -> str:
        """The text as the citizen reads it. Raises OutgoingInvalid for missing or surplus values, OutgoingTooLong."""
        lines = self._lines(values)
        text = _PLACEHOLDER.sub(lambda found: lines[found.group(1)], self.body)
        if len(text) > limits.TEMPLATE_BODY:
            raise OutgoingTooLong(f"template {self.name}", len(text), limits.TEMPLATE_BODY)
        return text

    def message(
        self,
        values: Mapping[str, str],
        quick_replies: tuple[str, ...] = (),
        document: HeaderDocument | None = None,
    ) -> TemplateMessage:
        """Fill it in: a value for each placeholder, a payload for each button, the document if it has one.

        White space inside a value becomes single spaces. Raises OutgoingInvalid when something is missing or too much,
        OutgoingTooLong when the filled-in text is.
        """
        self.filled(values)
        if len(quick_replies) != len(self.buttons):
            raise OutgoingInvalid("quick_replies", f"{len(quick_replies)} for {len(self.buttons)} buttons")
        if (document is not None) != self.document:
            raise OutgoingInvalid("header", f"template {self.name} {'needs a' if self.document else 'has no'} document")
        lines = self._lines(values)
        parameters = tuple(Parameter(lines[name], name) for name in self.placeholders)
        return TemplateMessage(self.name, self.language, parameters, document, quick_replies)

    def _lines(self, values: Mapping[str, str]) -> dict[str, str]:
        if set(values) != set(self.placeholders):
            raise OutgoingInvalid(f"template {self.name}", "the values are not those of its placeholders")
        return {name: unicodedata.normalize("NFC", one_line(value)) for name, value in values.items()}
