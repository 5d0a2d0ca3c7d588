"""Opening day through the real handlers, on moto: the line, late answers, several numbers."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from tests.fakes.town import Town, to_the_offer
from tests.webhook_events import OTHER_NUMBER_ID, PHONE_NUMBER_ID, contact, envelope, value

RINA = "919800000001"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with mock_aws():
        yield Town(monkeypatch)


def calls(town: Town, function: str) -> Counter[str]:
    """What a function has asked of AWS and Meta."""
    return Counter(call.partition(": ")[2] for call in town.guillotine.calls if call.startswith(f"{function}: "))


# ---- the line ----------------------------------------------------------------------------------------------------


def test_a_booking_that_is_answered_in_time_pays_one_send_and_one_read_for_the_line(town: Town) -> None:
    to_the_offer(town, RINA)
    town.guillotine.calls.clear()
    town.taps(RINA, "Yes, book it", settle=False)
    tap = calls(town, "webhook")
    assert tap["sqs.SendMessageBatch"] == 3, "request, reply lane (typing), and the note"
    while any(town.deliver(queue) for queue in ("requests", "replies")):
        pass
    assert "Booked!" in town.last_text(RINA)
    sent = len(town.sent_to(RINA))
    town.guillotine.calls.clear()
    assert town.deliver("waits"), "one receive"
    assert calls(town, "webhook") == {"dynamodb.Query": 1}, "one read, no write, no message"
    town.settle()
    assert len(town.sent_to(RINA)) == sent


def test_who_waits_longer_than_half_a_minute_is_told_of_the_line_once_and_then_booked(town: Town) -> None:
    to_the_offer(town, RINA)
    before = len(town.sent_to(RINA))
    town.taps(RINA, "Yes, book it", settle=False)
    (note,) = town.waiting_in("waits")
    town.time.pass_(seconds=31)
    for _ in range(2):
        assert town.deliver("waits")
        # A standard queue may deliver a message more than once.
        town.sqs.send_message(QueueUrl=town.urls["waits"], MessageBody=note)
        while town.deliver("replies"):
            pass
    assert len(town.sent_to(RINA)) == before + 1
    assert "1" in town.last_text(RINA)
    assert not town.members(), "nothing was decided"
    town.settle()
    assert len(town.sent_to(RINA)) == before + 2
    assert "Booked!" in town.last_text(RINA)
    assert len(town.members()) == 1


# ---- late ----------------------------------------------------------------------------------------------------------


def post_late(town: Town, text: str, hours: int) -> None:
    """A message that Meta could not deliver for so long: its time is when it was written."""
    written = str(int((town.time.now - timedelta(hours=hours)).timestamp()))
    part: dict[str, Any] = {
        "id": f"wamid.LATE{hours}", "timestamp": written, "from": RINA, "type": "text", "text": {"body": text},
    }  # fmt: skip
    town.post(envelope(value(contacts=[contact("Rina", RINA, None)], messages=[part])))
    town.settle()


def test_a_message_three_hours_old_gets_its_answer(town: Town) -> None:
    post_late(town, "Hi", 3)
    (answer,) = town.sent_to(RINA)
    assert answer["type"] == "interactive", "within the 24 hours it is a free message"
    town.taps(RINA, "English")
    assert len(town.sent_to(RINA)) == 2, "and the talk goes on from there"


def test_a_message_older_than_the_window_is_answered_by_a_template(town: Town) -> None:
    post_late(town, "Hi", 25)
    (answer,) = town.sent_to(RINA)
    assert answer["type"] == "template"


def test_a_booking_whose_answer_comes_a_day_late_is_confirmed_by_a_template(town: Town) -> None:
    to_the_offer(town, RINA)
    town.taps(RINA, "Yes, book it", settle=False)
    # Everything stood still; the request and its citizen are still there.
    town.time.pass_(hours=24)
    before = len(town.sent_to(RINA))
    town.settle()
    sent = town.sent_to(RINA)[before:]
    assert {each["type"] for each in sent} == {"template"}


# ---- several numbers -----------------------------------------------------------------------------------------------


def test_each_conversation_stays_on_the_number_that_was_written_to(town: Town) -> None:
    def numbers() -> list[str]:
        return [number for number, sent in zip(town.meta.sent_from, town.meta.sent, strict=True) if sent["to"] == RINA]

    town.hear(RINA, to=OTHER_NUMBER_ID, type="text", text={"body": "Hi"})
    assert numbers() == [OTHER_NUMBER_ID]
    town.hear(RINA, to=OTHER_NUMBER_ID, type="text", text={"body": "english"})
    town.hear(RINA, type="text", text={"body": "help"})
    assert numbers() == [OTHER_NUMBER_ID, OTHER_NUMBER_ID, PHONE_NUMBER_ID]
    states = {item["state"]["S"] for item in town.dump()["Ledger"]}
    assert states == {"delivered"}, "statuses of all numbers are followed"


def test_a_number_that_is_not_the_desks_is_not_answered(town: Town) -> None:
    town.hear(RINA, to="999999999999999", type="text", text={"body": "Hi"})
    assert town.meta.sent == []
