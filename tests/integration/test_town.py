"""The errand through the real handlers, on moto, from the first word to the list of the day."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.fakes.town import Town, to_the_offer

RINA = "919800000001"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with mock_aws():
        yield Town(monkeypatch)


def test_from_hi_to_the_confirmation(town: Town) -> None:
    to_the_offer(town, RINA)
    town.taps(RINA, "Yes, book it")
    last = town.sent_to(RINA)[-1]["interactive"]
    assert last["header"]["type"] == "image"
    assert "Booked!" in last["body"]["text"]
    assert len(town.members()) == 1
    assert town.verify().findings == ()
