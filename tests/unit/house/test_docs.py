"""The drawings say what the code does."""

import re

from seba.conversation.engine import STEPS
from tests.machine import ROOT


def test_the_diagram_of_the_errand_names_every_step_and_no_other() -> None:
    text = (ROOT / "docs" / "errand.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"\b([a-z_]+)\[\1[<\]]", text)) | set(re.findall(r"`([a-z_]+)`", text))
    assert set(STEPS) - drawn == set()
    boxes = set(re.findall(r"\b([a-z_]+)\[\1[<\]]", text))
    assert boxes - set(STEPS) == set()
