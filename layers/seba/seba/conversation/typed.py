"""Typed answers to questions that can be tapped: "2", "২", "হ্যাঁ", or the option's own words."""

from collections.abc import Sequence

from seba.conversation.desk import Desk
from seba.conversation.say import Option, Say
from seba.conversation.step import Step
from seba.conversation.talk import Talk
from seba.domain.numbers import read_number
from seba.messages.catalogue import LANGUAGES, catalogue, plain, read_command


def typed_option(text: str, step: Step, say: Say, talk: Talk, desk: Desk) -> str | None:
    """The id of the option these words mean, or None. Only the whole message counts, never a part of it."""
    options = say.buttons or say.rows
    command = read_command(text)
    for said, meant in (("yes", step.yes), ("no", step.no)):
        if command == said and meant:
            return next((option.id for option in options if option.id.partition(".")[0] in meant), None)
    if step.counts_options:
        number = read_number(text)
        if number is not None and 1 <= number <= len(options):
            return options[number - 1].id
    wanted = plain(text)
    return next((option.id for option in options if wanted in _labels(option, talk, desk)), None)


def example_of(options: Sequence[Option]) -> str:
    """What one might type: the first option's own words, as a value; nothing where there is no option."""
    if not options:
        return ""
    kind, _, content = options[0].label.partition(":")
    first = content.partition(":")[0]
    return {
        "centre_row": f"centre:{first}",
        "centre_near": f"centre:{first}",
        "slot": f"day:{first}",
        "short_slot": f"day:{first}",
        "person_row": f"name:{first}",
        "booking_row": f"name:{first}",
    }.get(kind, options[0].label)


def _labels(option: Option, talk: Talk, desk: Desk) -> set[str]:
    kind, _, content = option.label.partition(":")
    match kind:
        case "word":
            return {plain(catalogue().text(f"word.{content}", language)) for language in LANGUAGES}
        case "text":
            return {plain(content)}
        case "name" | "person_row" if content in talk.people:
            return {plain(talk.people[content].name)}
        case "dose_of":
            dose, _, vaccine = content.partition(":")
            texts, names = catalogue(), [f"dose.short.{dose}", f"dose.{dose}"]
            return {
                plain(f"{texts.text(each, language)} {texts.text(f'vaccine.{vaccine}', language)}")
                for each in names
                for language in LANGUAGES
            }
        case "centre_row" | "centre_near" | "centre" if (centre := desk.centres.get(content.split(":")[0])) is not None:
            return {plain(name) for name in (*centre.short_names.values(), *centre.names.values())}
        case "vaccine" | "card":
            return {plain(catalogue().text(f"{kind}.{content}", language)) for language in LANGUAGES}
        case _:
            return set()
