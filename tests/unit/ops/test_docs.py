"""What the pages tell an operator to type exists; and every alarm that can ring is explained."""

import re
from typing import Any

import click
import pytest

from ops.cli import seba
from tests.machine import ROOT

PAGES = (
    "README.md",
    "docs/operating.md",
    "docs/connect-a-number.md",
    "docs/files.md",
    "docs/data.md",
    "docs/draws.md",
    "docs/rehearse.md",
)
TYPED = re.compile(r"(?:^|`)(?: {4})?(?:\.venv/bin/)?(seba [^`\n#]+)", re.MULTILINE)


def commands() -> list[str]:
    """Everything in code that begins with seba."""
    found: dict[str, None] = {}
    for page in PAGES:
        for typed in TYPED.findall((ROOT / page).read_text(encoding="utf-8")):
            found[typed.strip()] = None
    return [each for each in found if each != "seba COMMAND --help"]


@pytest.mark.parametrize("typed", commands())
def test_what_the_pages_say_can_be_typed(typed: str) -> None:
    command: click.Command = seba
    words = re.sub(r"--stack \S+|--local( http\S+)?", "", typed).split()[1:]
    while isinstance(command, click.Group) and words:
        name = words.pop(0)
        assert name in command.commands, typed
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known, typed


def test_commands_are_found_in_the_pages() -> None:
    assert len(commands()) > 20


def test_every_alarm_is_explained_in_the_runbook(written: dict[str, Any]) -> None:
    runbook = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    alarms = {name for name, each in written["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    explained = set(re.findall(r"\b[A-Z]\w+Alarm\b", runbook))
    assert explained == alarms
