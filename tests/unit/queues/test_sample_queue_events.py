"""The files of events/ are what tests/queue_events.py makes, and what the functions read."""

import json

import pytest

from seba.conversation.codec import read_effect
from seba.queues.records import records_in
from tests.queue_events import FOLDER, events, text_of


@pytest.mark.parametrize("name", sorted(events()))
def test_the_file_is_what_the_page_makes(name: str) -> None:
    assert (FOLDER / name).read_text() == text_of(events()[name])


@pytest.mark.parametrize("name", sorted(name for name in events() if name.startswith("queue-")))
def test_every_body_of_a_sample_can_be_read(name: str) -> None:
    for record in records_in(json.loads((FOLDER / name).read_text())):
        assert read_effect(record.body).id
