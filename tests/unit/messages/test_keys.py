"""The code and the catalogue speak of the same texts: nothing is said without words, no words without use."""

import ast
from collections.abc import Iterator
from pathlib import Path

import polib

import seba
from seba.domain.identity_cards import CardType
from seba.domain.rules import Vaccine
from seba.messages.catalogue import catalogue

ROOT = Path(seba.__file__).parent
SPEAKING = ("conversation", "services", "whatsapp", "messages")
KEYS = {entry.msgid for entry in polib.pofile(str(ROOT / "messages" / "en.po"))}
# Keys that are put together: the offer at the border of the service area, the alternatives of a move, the menu's rows.
SUFFIXES, PREFIXES = ("_border", "_move"), ("menu_",)
# Entries looked up by number, id or form; test_wording holds them.
BY_TABLE = ("format.", "row.", "month.", "weekday.", "card.", "vaccine.")


def calls() -> Iterator[ast.Call]:
    for room in SPEAKING:
        for path in sorted((ROOT / room).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield node


def literals(node: ast.expr) -> Iterator[str]:
    """The texts an argument may be: one literal, or either branch of a choice."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)


def named_keys() -> set[str]:
    found: set[str] = set()
    for call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in {"Say", "Again"} and call.args:
            found.update(literals(call.args[0]))
        if name == "word" and call.args:
            found.update(f"word.{each}" for each in literals(call.args[-1]))
        for keyword in call.keywords:
            if keyword.arg == "list_button":
                found.update(f"word.{each}" for each in literals(keyword.value))
    return found


def all_literals() -> set[str]:
    return {
        node.value
        for room in SPEAKING
        for path in (ROOT / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_key_the_code_names_is_in_the_catalogue() -> None:
    named = named_keys()
    assert len(named) > 100, "the scan finds what is said"
    assert sorted(named - KEYS) == []


def test_no_text_is_kept_that_nothing_says() -> None:
    said = all_literals()

    def is_said(key: str) -> bool:
        name = key.removeprefix("word.")
        parts = {name, *(name.removesuffix(each) for each in SUFFIXES), *(name.removeprefix(each) for each in PREFIXES)}
        parts |= {part.removesuffix(each) for part in parts for each in SUFFIXES}
        return key.startswith(BY_TABLE) or not parts.isdisjoint(said) or f"word:{name}" in said

    assert sorted(key for key in KEYS if not is_said(key)) == []


def test_every_vaccine_and_every_card_has_a_name() -> None:
    for table, ids in (("vaccine", [*Vaccine]), ("card", [*CardType])):
        assert [each for each in ids if not catalogue().has(f"{table}.{each}")] == []
