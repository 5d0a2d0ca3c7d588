"""The templates Seba needs outside the 24 hours, in Bengali, Hindi and English, as data.

All are of the category UTILITY: each tells about something the citizen (or the centre's desk) has asked for, and
nothing in them advertises, because Meta bills a reclassified one at more than seven times the price. Placeholders are
named, stand free (no suffix is ever glued to one) and never at the beginning or the end of a text, which Meta refuses.

`Template.definition` is the body of Meta's POST /{account}/message_templates; `Template.message` fills one in.
"""

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


APPOINTMENT_REMINDER: Final = "appointment_reminder"
APPOINTMENT_CHANGED: Final = "appointment_changed"
DAY_LIST: Final = "day_list"
MESSAGE_WAITING: Final = "message_waiting"

_VISIT_EN: Final = (
    ("person", "Rina Das"),
    ("day", "Tuesday 23 November"),
    ("time", "9 – 11 am"),
    ("centre", "Ward 68 Health Centre"),
    ("reference", "4F7K2M-9QXT"),
)
_VISIT_BN: Final = (
    ("person", "রিনা দাস"),
    ("day", "মঙ্গলবার ২৩ নভেম্বর"),
    ("time", "সকাল ৯টা – ১১টা"),
    ("centre", "ওয়ার্ড ৬৮ সেন্টার"),
    ("reference", "4F7K2M-9QXT"),
)
_VISIT_HI: Final = (
    ("person", "रीना दास"),
    ("day", "मंगलवार 23 नवंबर"),
    ("time", "सुबह 9 – 11 बजे"),
    ("centre", "वार्ड 68 केंद्र"),
    ("reference", "4F7K2M-9QXT"),
)
_VISIT_BUTTONS_EN: Final = ("Show the way", "Change or cancel")
_VISIT_BUTTONS_BN: Final = ("পথ দেখান", "বদল বা বাতিল")
_VISIT_BUTTONS_HI: Final = ("रास्ता दिखाएँ", "बदलें या रद्द करें")

TEMPLATES: Final = (
    Template(
        APPOINTMENT_REMINDER,
        "en",
        "A reminder of the booking for {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Booking no. {{reference}}. Please bring the same ID card (hard copy) that was given when booking.",
        _VISIT_EN,
        _VISIT_BUTTONS_EN,
    ),
    Template(
        APPOINTMENT_REMINDER,
        "bn",
        "মনে করিয়ে দিচ্ছি, {{person}}: বুকিং আছে\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "বুকিং নম্বর {{reference}}। বুকিংয়ের সময় যে পরিচয়পত্র দেওয়া হয়েছিল, সেটাই (হার্ড কপি) সঙ্গে আনবেন।",
        _VISIT_BN,
        _VISIT_BUTTONS_BN,
    ),
    Template(
        APPOINTMENT_REMINDER,
        "hi",
        "याद दिला दें, {{person}}: बुकिंग है\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "बुकिंग नंबर {{reference}}। बुकिंग में जो पहचान-पत्र दिया गया था, वही (हार्ड कॉपी) साथ लाएँ।",
        _VISIT_HI,
        _VISIT_BUTTONS_HI,
    ),
    Template(
        APPOINTMENT_CHANGED,
        "en",
        "The booking for {{person}} has been moved. It is now:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Booking no. {{reference}} is still valid. Sorry for the trouble; if this does not suit you, tap below.",
        _VISIT_EN,
        _VISIT_BUTTONS_EN,
    ),
    Template(
        APPOINTMENT_CHANGED,
        "bn",
        "বুকিং বদলে গেছে। {{person}}: এখন বুকিং আছে\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "বুকিং নম্বর {{reference}} একই আছে। অসুবিধার জন্য মাফ করবেন; এই সময়ে না হলে নিচে টিপে জানান।",
        _VISIT_BN,
        _VISIT_BUTTONS_BN,
    ),
    Template(
        APPOINTMENT_CHANGED,
        "hi",
        "बुकिंग बदल गई है। {{person}}: अब बुकिंग है\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "बुकिंग नंबर {{reference}} वही है। परेशानी के लिए माफ़ कीजिए; यह समय ठीक न हो तो नीचे दबाकर बताएँ।",
        _VISIT_HI,
        _VISIT_BUTTONS_HI,
    ),
    Template(
        DAY_LIST,
        "en",
        "The list of the day is here 📋\n"
        "📍 {{centre}}\n"
        "🗓 {{date}}, booked: {{people}}\n"
        "Please print it or keep it on the phone. Tap below so that we know it has reached you.",
        (("centre", "Ward 68 Health Centre"), ("date", "Tuesday 23 November"), ("people", "48")),
        ("Got the list",),
        document=True,
    ),
    Template(
        DAY_LIST,
        "bn",
        "দিনের তালিকা পাঠালাম 📋\n"
        "📍 {{centre}}\n"
        "🗓 {{date}}, বুকিং আছে {{people}} জনের\n"
        "ছাপিয়ে নিন বা ফোনে রাখুন। পেয়ে গেলে নিচে টিপে জানান।",
        (("centre", "ওয়ার্ড ৬৮ সেন্টার"), ("date", "মঙ্গলবার ২৩ নভেম্বর"), ("people", "৪৮")),
        ("তালিকা পেয়েছি",),
        document=True,
    ),
    Template(
        DAY_LIST,
        "hi",
        "दिन की सूची भेजी है 📋\n"
        "📍 {{centre}}\n"
        "🗓 {{date}}, कुल बुकिंग: {{people}}\n"
        "छपवा लें या फ़ोन में रखें। मिल जाए तो नीचे दबाकर बताएँ।",
        (("centre", "वार्ड 68 केंद्र"), ("date", "मंगलवार 23 नवंबर"), ("people", "48")),
        ("सूची मिल गई",),
        document=True,
    ),
    Template(
        MESSAGE_WAITING,
        "en",
        "Hello! There is an answer for you from {{service}}. Write Hi here and you can read it.",
        (("service", "Kolkata vaccination desk"),),
    ),
    Template(
        MESSAGE_WAITING,
        "bn",
        "নমস্কার! {{service}} থেকে আপনার একটা উত্তর এসেছে। এখানে ‘হাই’ লিখলেই পড়তে পারবেন।",
        (("service", "কলকাতা টিকা ডেস্ক"),),
    ),
    Template(
        MESSAGE_WAITING,
        "hi",
        "नमस्ते! {{service}} से आपके लिए एक जवाब आया है। यहाँ ‘हाय’ लिखें, जवाब मिल जाएगा।",
        (("service", "कोलकाता टीका डेस्क"),),
    ),
)

_BY_NAME: Final = {(template.name, template.language): template for template in TEMPLATES}


def template(name: str, language: str) -> Template:
    """The template of that name in that language. Raises NoSuchTemplate."""
    try:
        return _BY_NAME[name, language]
    except KeyError:
        raise NoSuchTemplate(f"{name} in {language}") from None
