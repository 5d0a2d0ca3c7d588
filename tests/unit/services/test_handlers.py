"""The functions' handlers: what they do with the time that Lambda leaves them, and what they write down."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from seba import wiring
from seba.conversation.codec import read_effect, write_effect
from seba.conversation.records import Effect
from seba.conversation.say import FetchProof
from seba.services import deferred
from seba.services.fetch_proof import ProofPorts
from seba.settings import Settings
from seba.whatsapp import inbound
from seba.whatsapp.client import MetaUnreachable
from tests.fakes.world import NOW, FakeFiles, FakeMeta, Time
from tests.queue_events import sqs_event
from tests.unit.services.booking_house import House as BookingHouse
from tests.unit.services.test_receive_webhook import Hall
from tests.unit.services.test_tell_those_who_wait import Hall as WaitingHall


@dataclass
class Context:
    """Lambda's, with as much time as the test says."""

    left: Callable[[], int]
    aws_request_id: str = "request"
    function_name: str = "seba"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:ap-south-1:123456789012:function:seba"

    def get_remaining_time_in_millis(self) -> int:
        return self.left()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> wiring.House:
    """A house with the real journal; a test puts in what else it needs."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "seba")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Seba")
    built = wiring.House(Settings({}), Time())
    monkeypatch.setattr(wiring, "_house", built)
    return built


def invoke(function: str, event: dict[str, Any], left: Callable[[], int] = lambda: 30_000) -> list[int]:
    """Run a handler: the places in the batch of what stays."""
    answer = import_module(f"{function}.app").handler(event, Context(left))
    stay = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    return [at for at, record in enumerate(event["Records"]) if record["messageId"] in stay]


# ---- proofs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def meta(house: wiring.House) -> FakeMeta:
    meta = FakeMeta()
    vars(house)["proofs"] = ProofPorts(meta, FakeFiles(), read_effect, house.journal)
    return meta


def photos(meta: FakeMeta, count: int) -> dict[str, Any]:
    for n in range(count):
        meta.media[f"m{n}"] = b"\xff\xd8\xff\xe0 a photo"
    effects = [Effect(f"rinarina1-a1b2c3d4e5f6-{n}", FetchProof(f"m{n}", f"p{n}")) for n in range(count)]
    return sqs_event("seba-proofs", [write_effect(effect, NOW) for effect in effects])


def test_a_photo_that_cannot_be_fetched_stays_and_its_cause_is_written_down(
    meta: FakeMeta, caplog: pytest.LogCaptureFixture
) -> None:
    meta.faults.plan("media_url", MetaUnreachable("no connection"))
    assert invoke("proofs", photos(meta, 2)) == [0]
    (wrong,) = [vars(record) for record in caplog.records if record.msg == "photo not fetched"]
    assert wrong["cause"].startswith("MetaUnreachable")
    assert wrong["queued"].endswith("001")


def test_photos_that_would_not_be_ready_in_time_are_shown_again(meta: FakeMeta) -> None:
    event = photos(meta, 5)
    left = [30_000, 25_000, 19_000, 18_000, 17_000]
    assert invoke("proofs", event, lambda: left.pop(0)) == [2, 3, 4]
    house = wiring.house()
    assert isinstance(house.proofs.proofs, FakeFiles)
    assert set(house.proofs.proofs.files) == {"rinarina1/p0", "rinarina1/p1"}


# ---- booking -----------------------------------------------------------------------------------------------------


def test_requests_that_would_not_be_answered_in_time_are_shown_again(house: wiring.House) -> None:
    room = BookingHouse()
    vars(house)["booking"] = room.ports
    asked = [room.books("Mita"), room.books("Ravi", "7M4QK1")]
    event = sqs_event("seba-requests.fifo", [each.body for each in asked])
    assert invoke("booking", event, lambda: 11_000 if room.said(asked[0]) else 30_000) == [1]
    assert room.said(asked[0]) == ["confirmation"]
    assert room.said(asked[1]) == []


# ---- webhook -----------------------------------------------------------------------------------------------------


WAITS = {"SEBA_WAITS_QUEUE": "https://sqs.ap-south-1.amazonaws.com/123456789012/seba-waits"}


def test_notes_of_who_waits_are_told_apart_from_messages(house: wiring.House) -> None:
    hall = WaitingHall()
    vars(house).update(waits=hall.waits, settings=Settings(WAITS))
    hall.line.errors.append(MetaUnreachable("any fault"))
    event = sqs_event("seba-waits", [hall.note().body, hall.note().body, "no note"])
    assert invoke("webhook", event) == [0]
    assert hall.said == ["in_line"]
    left = [6_000, 4_000, 3_000]
    assert invoke("webhook", event, lambda: left.pop(0)) == [1, 2]


def test_events_that_would_not_be_heard_in_time_are_shown_again(house: wiring.House) -> None:
    hall = Hall()
    vars(house).update(webhook=hall.door, settings=Settings(WAITS))
    bodies = [
        deferred.write(inbound.Message(f"wamid.{n}", NOW, None, inbound.Sender(f"9198{n:08}"), inbound.Text("hi")))
        for n in range(4)
    ]
    left = [15_000, 6_000, 4_000]
    assert invoke("webhook", sqs_event("seba-inbound.fifo", bodies, "g"), lambda: left.pop(0)) == [2, 3]
    assert hall.texts_heard == ["hi", "hi"]
    assert hall.overflow.waits == {"sample-receipt-3": 1, "sample-receipt-4": 1}
