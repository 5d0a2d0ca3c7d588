"""The code and the catalogue speak of the same texts: nothing is said without words, no words without use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib

import seba
from seba.domain.identity_cards import CardType
from seba.domain.orders import Life
from seba.domain.rules import Vaccine
from seba.messages.catalogue import catalogue

ROOT = Path(seba.__file__).parent
SPEAKING = ("conversation", "services", "whatsapp", "messages")
KEYS = {entry.msgid for entry in polib.pofile(str(ROOT / "messages" / "en.po"))}
# What is added to a key: the offer at the border of the service area, the alternatives of a move.
SUFFIXES = ("_border", "_move", "_bring")
# Entries looked up by number, id or form; test_wording holds them.
BY_TABLE = ("format.", "row.", "bring.", "month.", "weekday.", "card.", "vaccine.", "dose.", "wish.", "order_state.")


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
    for call in nodes():
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in {"Say", "Again"} and call.args:
            found.update(literals(call.args[0]))
        if name == "word" and call.args:
            found.update(f"word.{each}" for each in literals(call.args[-1]))
        for keyword in call.keywords:
            if keyword.arg == "list_button":
                found.update(f"word.{each}" for each in literals(keyword.value))
    return found


def nodes() -> Iterator[ast.AST]:
    for room in SPEAKING:
        for path in sorted((ROOT / room).glob("*.py")):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def all_literals() -> set[str]:
    return {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def put_together() -> list[re.Pattern[str]]:
    """Keys with a part that varies: ``f"menu_{each}"``, ``f"{why}_alternatives"``."""
    patterns = []
    for node in nodes():
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
            parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in node.values]
            if re.fullmatch(r"\\w\+_[a-z]+|[a-z]+_\\w\+", "".join(parts)):
                patterns.append(re.compile("".join(parts)))
    return patterns


def test_every_key_the_code_names_is_in_the_catalogue() -> None:
    named = named_keys()
    assert len(named) > 100, "the scan finds what is said"
    assert sorted(named - KEYS) == []


def test_no_text_is_kept_that_nothing_says() -> None:
    said, patterns = all_literals(), put_together()

    def is_said(key: str) -> bool:
        name = key.removeprefix("word.")
        names = {name, *(name.removesuffix(each) for each in SUFFIXES)}
        whole = not names.isdisjoint(said) or f"word:{name}" in said
        return key.startswith(BY_TABLE) or whole or any(p.fullmatch(each) for p in patterns for each in names)

    assert sorted(key for key in KEYS if not is_said(key)) == []


def test_every_vaccine_every_card_and_every_life_of_an_order_has_a_name() -> None:
    for table, ids in (("vaccine", [*Vaccine]), ("card", [*CardType]), ("order_state", [*Life])):
        assert [each for each in ids if not catalogue().has(f"{table}.{each}")] == []
