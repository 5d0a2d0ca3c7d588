"""The drawings say what the code does."""

import re

import pytest

from seba.conversation.engine import STEPS
from tests.machine import ROOT

DIAGRAMS = ("errand.md", "registering.md", "shop.md")


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def boxes(text: str) -> set[str]:
    return set(re.findall(r"\b([a-z_]+)(?:\[|\{\{)\1[<\]]", text))


def test_the_diagrams_of_the_errands_name_every_step() -> None:
    texts = [text_of(name) for name in DIAGRAMS]
    drawn = {step for text in texts for step in boxes(text) | set(re.findall(r"`([a-z_]+)`", text))}
    assert set(STEPS) - drawn == set()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_has_no_step_that_is_none(name: str) -> None:
    assert boxes(text_of(name)) - set(STEPS) == set()
