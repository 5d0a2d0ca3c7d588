"""Message templates as registered with Meta, and what a send makes of them.

A template is kept in the JSON of Meta's own creation call (`POST /{business account}/message_templates`):
`{"name", "language", "category", "parameter_format", "components": [{"type": "HEADER"|"BODY"|"FOOTER"|"BUTTONS", …}]}`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.meta.refusals import Refusal

BODY_TEXT = 1_024
HEADER_TEXT = 60
FOOTER_TEXT = 60
BUTTONS = 10
BUTTON_TEXT = 25

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
_FORBIDDEN_IN_PARAMETER = re.compile(r"[\n\r\t]| {5,}")


@dataclass(frozen=True, slots=True)
class Template:
    """One registered template in one language."""

    name: str
    language: str
    category: str
    header: Mapping[str, Any] | None
    body: str
    footer: str
    buttons: tuple[Mapping[str, Any], ...]

    @classmethod
    def registered(cls, creation: Mapping[str, Any]) -> "Template":
        """Read Meta's creation JSON; ValueError if Meta would not have accepted the template."""
        parts: dict[str, Mapping[str, Any]] = {part["type"].upper(): part for part in creation["components"]}
        header = parts.get("HEADER")
        body = str(parts.get("BODY", {}).get("text", ""))
        footer = str(parts.get("FOOTER", {}).get("text", ""))
        buttons = tuple(parts.get("BUTTONS", {}).get("buttons", ()))
        where = f"template {creation['name']} ({creation['language']})"
        if not re.fullmatch(r"[a-z0-9_]{1,512}", str(creation["name"])):
            raise ValueError(f"{where}: a name is lower-case letters, digits and _")
        if creation["category"] not in ("UTILITY", "AUTHENTICATION", "MARKETING"):
            raise ValueError(f"{where}: unknown category {creation['category']}")
        if creation["category"] != "AUTHENTICATION" and not 1 <= len(body) <= BODY_TEXT:
            raise ValueError(f"{where}: the body has {len(body)} characters, 1 to {BODY_TEXT} are allowed")
        if re.match(r"\s*\{\{", body) or re.search(r"\}\}\s*$", body):
            raise ValueError(f"{where}: a body neither begins nor ends with a placeholder")
        if re.search(r"\}\}\s*\{\{", body):
            raise ValueError(f"{where}: two placeholders stand next to each other")
        if header is not None and header.get("format", "TEXT") == "TEXT" and len(header["text"]) > HEADER_TEXT:
            raise ValueError(f"{where}: the header is longer than {HEADER_TEXT}")
        if len(footer) > FOOTER_TEXT:
            raise ValueError(f"{where}: the footer is longer than {FOOTER_TEXT}")
        if len(buttons) > BUTTONS:
            raise ValueError(f"{where}: more than {BUTTONS} buttons")
        for button in buttons:
            if len(str(button.get("text", ""))) > BUTTON_TEXT:
                raise ValueError(f"{where}: button “{button['text']}” is longer than {BUTTON_TEXT}")
        return cls(
            str(creation["name"]), str(creation["language"]), creation["category"], header, body, footer, buttons
        )


class TemplateBook:
    """All templates registered for the number."""

    def __init__(self, creations: Iterable[Mapping[str, Any]] = ()) -> None:
        self._templates: dict[tuple[str, str], Template] = {}
        for creation in creations:
            self.register(creation)

    def register(self, creation: Mapping[str, Any]) -> None:
        """Register one template in Meta's creation JSON; ValueError if Meta would not accept it."""
        template = Template.registered(creation)
        self._templates[template.name, template.language] = template

    def __len__(self) -> int:
        return len(self._templates)

    def rendered(self, send: Mapping[str, Any]) -> dict[str, Any]:
        """What the phone shows for the `template` object of a send; Refusal if Meta would not send it.

        The answer has `header` (text, or the media parameter), `body`, `footer`, `category` and
        `buttons` ([{type, text, payload|url}]).
        """
        name = send.get("name")
        language = (send.get("language") or {}).get("code")
        if not isinstance(name, str) or not name:
            raise Refusal(131008, "template.name is missing")
        if not isinstance(language, str) or not language:
            raise Refusal(131008, "template.language.code is missing")
        template = self._templates.get((name, language))
        if template is None:
            raise Refusal(132001, f"template name ({name}) does not exist in {language}")
        given = _components(send.get("components") or [])
        header = _header(template, given.get(("header", None)))
        body = _filled(template.body, given.get(("body", None), []), "body")
        if len(body) > BODY_TEXT:
            raise Refusal(132005, f"the body has {len(body)} characters after filling in, {BODY_TEXT} are allowed")
        buttons = [_button(button, index, given) for index, button in enumerate(template.buttons)]
        known = {("header", None), ("body", None)} | {("button", index) for index in range(len(template.buttons))}
        unknown = [key for key in given if key not in known]
        if unknown:
            part, index = unknown[0]
            raise Refusal(132000, f"the template has no {part} {'' if index is None else index}".rstrip())
        return {
            "category": template.category.lower(),
            "header": header,
            "body": body,
            "footer": template.footer,
            "buttons": buttons,
        }


def _components(components: object) -> dict[tuple[str, int | None], list[Mapping[str, Any]]]:
    if not isinstance(components, list):
        raise Refusal(131009, "template.components is not a list")
    given: dict[tuple[str, int | None], list[Mapping[str, Any]]] = {}
    for component in components:
        kind = str(component.get("type", "")).lower()
        if kind not in ("header", "body", "button"):
            raise Refusal(132012, f"unknown component type {kind or '(none)'}")
        index = None
        if kind == "button":
            try:
                index = int(component["index"])
            except (KeyError, TypeError, ValueError):
                raise Refusal(131008, "a button component needs its index") from None
        parameters = component.get("parameters") or []
        for parameter in parameters:
            if parameter.get("type") == "text":
                text = parameter.get("text")
                if not isinstance(text, str) or not text.strip():
                    raise Refusal(131008, f"a text parameter of the {kind} is empty")
                if _FORBIDDEN_IN_PARAMETER.search(text):
                    raise Refusal(
                        132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                    )
        given[kind, index] = parameters
    return given


def _filled(text: str, parameters: list[Mapping[str, Any]], part: str) -> str:
    names = list(dict.fromkeys(_PLACEHOLDER.findall(text)))
    if len(parameters) != len(names):
        raise Refusal(
            132000,
            f"{part}: number of localizable_params ({len(parameters)}) does not match the expected number of params"
            f" ({len(names)})",
        )
    values: dict[str, str] = {}
    positional = all(name.isdigit() for name in names)
    for position, parameter in enumerate(parameters, start=1):
        if parameter.get("type") != "text":
            raise Refusal(132012, f"{part}: parameter {position} must be of type text")
        if positional:
            values[str(position)] = str(parameter["text"])
            continue
        name = parameter.get("parameter_name")
        if not name:
            raise Refusal(100, f"{part}: Parameter name is missing or empty")
        if name not in names:
            raise Refusal(132000, f"{part}: the template has no parameter {name}")
        values[str(name)] = str(parameter["text"])
    missing = [name for name in names if name not in values]
    if missing:
        raise Refusal(132000, f"{part}: parameter {missing[0]} is missing")
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def _header(template: Template, parameters: list[Mapping[str, Any]] | None) -> dict[str, Any] | None:
    if template.header is None:
        if parameters:
            raise Refusal(132000, "the template has no header")
        return None
    kind = template.header.get("format", "TEXT").lower()
    if kind == "text":
        return {"type": "text", "text": _filled(template.header["text"], parameters or [], "header")}
    if not parameters or len(parameters) != 1:
        raise Refusal(132012, f"header: one parameter of type {kind} is expected")
    if parameters[0].get("type") != kind or not isinstance(parameters[0].get(kind), dict):
        raise Refusal(132012, f"header: Format mismatch, expected {kind.upper()}, received {parameters[0].get('type')}")
    return dict(parameters[0])


def _button(
    button: Mapping[str, Any], index: int, given: Mapping[tuple[str, int | None], list[Mapping[str, Any]]]
) -> dict[str, Any]:
    kind = str(button["type"]).upper()
    parameters = given.get(("button", index), [])
    shown: dict[str, Any] = {"type": kind.lower(), "text": button.get("text", "")}
    if kind == "QUICK_REPLY":
        shown["payload"] = shown["text"]
        if parameters:
            payload = parameters[0].get("payload")
            if parameters[0].get("type") != "payload" or not isinstance(payload, str) or not payload:
                raise Refusal(132012, f"button {index}: a quick reply takes one parameter of type payload")
            if len(payload) > 256:
                raise Refusal(131009, f"button {index}: payload is longer than 256")
            shown["payload"] = payload
    elif kind in ("URL", "OTP"):
        url = str(button.get("url", ""))
        if "{{" in url or kind == "OTP":
            if not parameters or parameters[0].get("type") != "text":
                raise Refusal(132000, f"button {index}: one parameter of type text is expected")
            shown["url"] = _PLACEHOLDER.sub(str(parameters[0]["text"]), url)
            if kind == "OTP":
                shown["code"] = str(parameters[0]["text"])
        else:
            shown["url"] = url
    elif kind == "PHONE_NUMBER":
        shown["phone_number"] = button.get("phone_number", "")
    return shown
