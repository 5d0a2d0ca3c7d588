import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from seba.conversation import codec
from seba.conversation.records import Effect
from seba.conversation.say import Ask, FetchProof, Later, Request, Say, Typing
from seba.domain.calendar import KOLKATA
from seba.domain.errors import NotNow, Unusable
from seba.queues.depth import QueueDepth
from seba.queues.lanes import InboundOverflow, QueueLane
from seba.queues.outgoing import Lanes, QueuedOutgoing
from seba.queues.sending import Message, Queue

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=KOLKATA)
CITIZEN = "k3Jd02mQx"


class World:
    def __init__(self) -> None:
        self.client = boto3.client("sqs", region_name="ap-south-1")
        self.urls = {
            name: self.client.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if "fifo" in name else {})[
                "QueueUrl"
            ]
            for name in (
                "replies.fifo", "notices.fifo", "requests.fifo", "inbound.fifo", "inbound-dlq.fifo",
                "proofs", "proofs-dlq", "waits",
            )
        }  # fmt: skip
        self.calls: list[str] = []
        self.client.meta.events.register("before-call.sqs", self._note)

    def _note(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)

    def queue(self, name: str) -> Queue:
        return Queue(self.client, self.urls[name])

    def lying_in(self, name: str) -> list[Any]:
        found: list[Any] = []
        while True:
            answer = self.client.receive_message(
                QueueUrl=self.urls[name],
                MaxNumberOfMessages=10,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not answer.get("Messages"):
                return found
            found += answer["Messages"]
            for each in answer["Messages"]:
                self.client.delete_message(QueueUrl=self.urls[name], ReceiptHandle=each["ReceiptHandle"])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield World()


@pytest.fixture
def remembered() -> list[tuple[str, Later]]:
    return []


@pytest.fixture
def outgoing(world: World, remembered: list[tuple[str, Later]]) -> QueuedOutgoing:
    lanes = Lanes(*(world.queue(each) for each in ("replies.fifo", "notices.fifo", "requests.fifo", "proofs")))
    return QueuedOutgoing(lanes, lambda: NOW, lambda citizen, later: remembered.append((citizen, later)))


def effects(*acts: Any, cause: str = "0123456789ab") -> list[Effect]:
    return [Effect(f"{CITIZEN}-{cause}-{n}", act) for n, act in enumerate(acts)]


def test_every_effect_finds_its_lane(
    world: World, outgoing: QueuedOutgoing, remembered: list[tuple[str, Later]]
) -> None:
    request, proof, later = Request(Ask.BOOK, "7M4QK2", person="1"), FetchProof("M1", "k"), Later("remind", NOW.date())
    these = effects(Typing("wamid.1"), request, proof, later, Say("welcome"))
    outgoing.queue(CITIZEN, these, NOW)
    replies = world.lying_in("replies.fifo")
    assert [codec.read_effect(each["Body"]) for each in replies] == [these[0], these[4]]
    assert {each["Attributes"]["MessageGroupId"] for each in replies} == {CITIZEN}
    assert [each["Attributes"]["MessageDeduplicationId"] for each in replies] == [these[0].id, these[4].id]
    (asked,) = world.lying_in("requests.fifo")
    assert codec.read_effect(asked["Body"]) == these[1]
    assert asked["Attributes"]["MessageGroupId"] == "7M4QK2"
    (fetch,) = world.lying_in("proofs")
    assert codec.read_effect(fetch["Body"]) == these[2]
    assert remembered == [(CITIZEN, later)]


@pytest.mark.parametrize("ask", list(Ask))
def test_a_note_goes_beside_each_request_whose_answer_somebody_waits_for(world: World, ask: Ask) -> None:
    lanes = Lanes(requests=world.queue("requests.fifo"), waits=world.queue("waits"))
    these = effects(Request(ask, "7M4QK2", person="1"))
    QueuedOutgoing(lanes, lambda: NOW).queue(CITIZEN, these, NOW)
    assert len(world.lying_in("requests.fifo")) == 1
    notes = [json.loads(each["Body"]) for each in world.lying_in("waits")]
    waited_for = ask in (Ask.BOOK, Ask.MOVE, Ask.TAKE)
    assert notes == [{"citizen": CITIZEN, "request": these[0].id}] * waited_for
    assert world.calls.count("SendMessageBatch") == 1 + waited_for


@pytest.mark.parametrize("code", ["InternalError", "InvalidMessageContents"])
def test_a_note_that_is_not_queued_fails_nothing_and_is_not_tried_again(world: World, code: str) -> None:
    wrong: list[tuple[str, str]] = []
    lanes = Lanes(*(world.queue(each) for each in ("replies.fifo", "notices.fifo", "requests.fifo", "proofs", "waits")))
    outgoing = QueuedOutgoing(lanes, lambda: NOW, wrong=lambda what, cause: wrong.append((what, cause)))
    these = effects(Request(Ask.BOOK, "7M4QK2"), Say("booking_now"))
    note = codec.dump({"citizen": CITIZEN, "request": these[0].id})
    refusing = Refusing(world, note, times=9, code=code)
    outgoing.queue(CITIZEN, these, NOW)
    assert len(world.lying_in("requests.fifo")) == len(world.lying_in("replies.fifo")) == 1
    assert world.lying_in("waits") == []
    assert [what for what, _ in wrong] == ["no note of who waits"]
    assert refusing.left[note] == 8


def test_the_depth_of_a_queue_is_asked_for_every_two_seconds(world: World) -> None:
    now = [0.0]
    queue = world.queue("requests.fifo")
    depth = QueueDepth(queue, lambda: now[0])
    queue.send_all([Message("one", "a", "1"), Message("two", "b", "2")])
    assert depth.requests() == 2
    queue.send_all([Message("three", "c", "3")])
    world.client.receive_message(QueueUrl=world.urls["requests.fifo"], MaxNumberOfMessages=1)
    now[0] = 1.9
    assert depth.requests() == 2
    now[0] = 2.0
    assert depth.requests() == 3, "what is being worked on waits as well"
    assert world.calls.count("GetQueueAttributes") == 2


def test_queueing_again_changes_nothing(world: World, outgoing: QueuedOutgoing) -> None:
    for _ in range(2):
        outgoing.queue(CITIZEN, effects(Say("welcome")), NOW)
    assert len(world.lying_in("replies.fifo")) == 1


def test_messages_nobody_waits_for_go_the_slower_lane(world: World, outgoing: QueuedOutgoing) -> None:
    these = effects(*(Say("reminder", booking=str(n)) for n in range(23)))
    outgoing.notify(CITIZEN, these)
    assert world.calls.count("SendMessageBatch") == 3
    assert [codec.read_effect(each["Body"]) for each in world.lying_in("notices.fifo")] == these


def test_a_body_holds_neither_phone_nor_rendered_text(world: World, outgoing: QueuedOutgoing) -> None:
    outgoing.queue(CITIZEN, effects(Say("ask_name", {"day": "day:7M4QK2"})), NOW)
    (reply,) = world.lying_in("replies.fifo")
    assert json.loads(reply["Body"]) == {
        "id": f"{CITIZEN}-0123456789ab-0",
        "at": int(NOW.timestamp()),
        "act": {"k": "ask_name", "p": {"day": "day:7M4QK2"}},
    }


def test_a_function_writes_only_to_the_lanes_it_has(world: World) -> None:
    poor = QueuedOutgoing(Lanes(), lambda: NOW)
    for act in (Say("x"), Request(Ask.BOOK, "7M4QK2"), FetchProof("M", "k"), Later("remind", date(2026, 12, 1))):
        with pytest.raises(Unusable):
            poor.queue(CITIZEN, effects(act), NOW)


class Refusing:
    """Lets SQS refuse the messages with these bodies, so many times."""

    def __init__(self, world: World, *bodies: str, times: int = 1, code: str = "InternalError") -> None:
        self.left = dict.fromkeys(bodies, times)
        self.code = code
        self._send = world.client.send_message_batch
        world.client.send_message_batch = self  # type: ignore[method-assign,assignment]  # the one call under test

    def __call__(self, *, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - boto3's names
        refused = [each for each in Entries if self.left.get(each["MessageBody"], 0) > 0]
        for each in refused:
            self.left[each["MessageBody"]] -= 1
        good = [each for each in Entries if each not in refused]
        if good:
            self._send(QueueUrl=QueueUrl, Entries=good)
        fault = self.code != "InternalError"
        return {
            "Failed": [{"Id": each["Id"], "SenderFault": fault, "Code": self.code, "Message": ""} for each in refused]
        }


def test_what_sqs_refuses_once_is_sent_again(world: World) -> None:
    queue = world.queue("replies.fifo")
    Refusing(world, "two")
    queue.send_all([Message(body, "g", body) for body in ("one", "two", "three")])
    assert {each["Body"] for each in world.lying_in("replies.fifo")} == {"one", "two", "three"}


def test_what_sqs_keeps_refusing_is_not_now_and_its_group_waits_behind_it(world: World) -> None:
    queue = world.queue("inbound.fifo")
    Refusing(world, "a0", times=9)
    messages = [Message(f"{group}{n}", group, f"{group}{n}") for n in range(11) for group in "ab"]
    failed = queue.send(messages)
    sent = {each["Body"] for each in world.lying_in("inbound.fifo")}
    assert {messages[at].body for at in failed} == {f"a{n}" for n in (0, *range(5, 11))}
    assert sent == {message.body for message in messages} - {messages[at].body for at in failed}
    with pytest.raises(NotNow):
        queue.send_all([Message("a0", "a", "other")])


def test_a_message_that_sqs_will_never_take_needs_an_operator(world: World) -> None:
    Refusing(world, "bad", code="InvalidMessageContents")
    with pytest.raises(Unusable):
        world.queue("replies.fifo").send_all([Message("bad", "g", "d")])


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (EndpointConnectionError(endpoint_url="x"), NotNow),
        (ClientError({"Error": {"Code": "RequestThrottled"}}, "SendMessageBatch"), NotNow),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessageBatch"), Unusable),
        (ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue"}}, "SendMessageBatch"), Unusable),
    ],
)
def test_errors_of_sqs_become_ours(world: World, error: Exception, raised: type[Exception]) -> None:
    def fail(**_: Any) -> Any:
        raise error

    world.client.meta.events.register("before-call.sqs", fail)
    with pytest.raises(raised):
        world.queue("replies.fifo").send_all([Message("x", "g", "d")])


def test_a_large_batch_is_cut_by_its_bytes(world: World) -> None:
    queue = world.queue("inbound.fifo")
    queue.send_all([Message("x" * 250_000, "g", str(n)) for n in range(5)])
    assert world.calls.count("SendMessageBatch") == 2
    assert len(world.lying_in("inbound.fifo")) == 5


def test_an_event_that_is_put_off_waits_in_its_group(world: World) -> None:
    overflow = InboundOverflow(world.queue("inbound.fifo"), world.queue("inbound-dlq.fifo"))
    assert overflow.defer([("citizen1", "wamid.1", "{}"), ("citizen2", "wamid.2", "[]")]) == []
    waiting = world.lying_in("inbound.fifo")
    assert [(each["Attributes"]["MessageGroupId"], each["Body"]) for each in waiting] == [
        ("citizen1", "{}"),
        ("citizen2", "[]"),
    ]


@pytest.mark.parametrize("dlq", ["inbound-dlq.fifo", "proofs-dlq"])
@pytest.mark.parametrize(
    ("cause", "shown"),
    [("KeyError: 'x'", "KeyError: 'x'"), ("", "unknown"), ("a\x00b\nc" + "d" * 2000, "a b c" + "d" * 995)],
)
def test_what_is_set_aside_lies_there_with_its_cause(world: World, dlq: str, cause: str, shown: str) -> None:
    lane = QueueLane(world.queue("replies.fifo"), world.queue(dlq))
    lane.park("citizen1", "wamid.1", "body", cause)
    (parked,) = world.lying_in(dlq)
    assert parked["Body"] == "body"
    assert parked["MessageAttributes"]["cause"]["StringValue"] == shown


def test_a_message_that_waits_is_shown_again_only_then(world: World) -> None:
    queue = world.queue("replies.fifo")
    lane = QueueLane(queue, world.queue("inbound-dlq.fifo"))
    queue.send_all([Message("one", "g", "d")])
    (shown,) = world.client.receive_message(QueueUrl=world.urls["replies.fifo"])["Messages"]
    lane.wait(shown["ReceiptHandle"], 100_000)
    assert "Messages" not in world.client.receive_message(QueueUrl=world.urls["replies.fifo"])
    lane.wait(shown["ReceiptHandle"], 0)
    assert "Messages" in world.client.receive_message(QueueUrl=world.urls["replies.fifo"])
