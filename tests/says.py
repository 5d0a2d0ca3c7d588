"""Holds anything the conversation says against WhatsApp's limits, in all three languages; transcripts use it too."""

from datetime import date

from local.meta.checks import check_message
from seba.conversation.say import Option, Say
from seba.conversation.talk import Talk
from seba.domain.ids import Keys
from seba.messages.catalogue import LANGUAGES, catalogue
from seba.messages.wording import Wording
from seba.whatsapp.outgoing import ButtonsMessage, ListMessage, Outgoing, Recipient, TemplateMessage
from seba.whatsapp.render import Rendered, ServiceCard, render, render_template
from seba.whatsapp.templates import template
from seba.whatsapp.values import DeskFacts, Values

_MAY_BE_CUT = frozenset({"text", "name", "area", "product", "product_row", "line_row", "shop"})
"""What people themselves wrote, and names of goods, may be cut on a button; what we wrote must fit."""


def check_say_fits(
    say: Say, *, talk: Talk, facts: DeskFacts, service: ServiceCard, keys: Keys, today: date
) -> dict[str, Rendered]:
    """Render ``say`` in every language; AssertionError when something of it is cut, dropped, unknown or too long.

    Gives the rendered messages by language, for tests that look closer.
    """
    rendered = {}
    for language in LANGUAGES:
        here = talk.with_(language=language)
        done = render(say, talk=here, facts=facts, service=service, keys=keys, today=today)
        check_message(done.message.payload(Recipient(phone="0")), lambda _media, _kind: None)
        values = Values(Wording(catalogue(), language), here, facts, keys, today)
        _nothing_cut(f"{say.key} ({language})", say, done, values)
        _nothing_dropped(f"{say.key} ({language})", say, done)
        if say.template:
            message = render_template(say, talk=here, facts=facts, service=service, keys=keys, today=today).message
            _template_says_the_same(f"{say.template} ({language})", language, message, done)
        rendered[language] = done
    return rendered


def _nothing_cut(where: str, say: Say, done: Rendered, values: Values) -> None:
    labels = [values.label(option.label) for option in _options(say) if option.label.partition(":")[0] in _MAY_BE_CUT]
    allowed = {text for label in labels for text in (label.title, label.beneath)}
    cut = [text for text in done.cut if text not in allowed]
    assert not cut, f"{where}: too long for WhatsApp: {cut}"


def _nothing_dropped(where: str, say: Say, done: Rendered) -> None:
    match done.message:
        case ButtonsMessage(buttons=buttons):
            kept = [button.id for button in buttons]
        case ListMessage(sections=sections):
            kept = [row.id for section in sections for row in section.rows]
        case _:
            kept = []
    wanted = [option.id for option in _options(say)]
    assert kept == wanted, f"{where}: of the options {wanted} only {kept} are in the message"


def _template_says_the_same(where: str, language: str, message: Outgoing, done: Rendered) -> None:
    """Outside the 24 hours the same buttons are offered, under the same words."""
    assert isinstance(message, TemplateMessage), where
    offered = template(message.name, language).buttons
    titles = [button.title for button in done.message.buttons] if isinstance(done.message, ButtonsMessage) else []
    assert not offered or list(offered) == titles, f"{where}: the template offers {offered}, the message {titles}"


def _options(say: Say) -> tuple[Option, ...]:
    return say.rows or say.buttons
