"""A draw's requests and messages: all of them, those of a group in their order, ten a call."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from moto import mock_aws

from seba.conversation import codec
from seba.conversation.records import Effect, effect_id
from seba.conversation.say import Ask, Request, Say
from seba.domain.calendar import KOLKATA
from seba.domain.errors import NotNow
from seba.queues.crowd import QueuedCrowd
from tests.integration.queues.test_queues import World

NOW = datetime(2026, 11, 24, 10, 17, tzinfo=KOLKATA)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield World()


def grants(number: int, slots: int) -> list[tuple[str, Effect]]:
    made = []
    for n in range(number):
        citizen = f"{n:09d}"
        request = Request(Ask.GRANT, f"7M4QK{n % slots}", person="1", rules="r")
        made.append((citizen, Effect(effect_id(citizen, "aa", 0), request)))
    return made


def test_grants_of_a_slot_lie_in_its_group_in_the_drawn_order(world: World) -> None:
    made = grants(9, 3)
    QueuedCrowd(world.queue("requests.fifo"), world.queue("notices.fifo")).ask(made, NOW)
    lying = world.lying_in("requests.fifo")
    assert sorted(each["Body"] for each in lying) == sorted(codec.write_effect(effect, NOW) for _, effect in made)
    for slot in ("7M4QK0", "7M4QK1", "7M4QK2"):
        group = [each["Body"] for each in lying if each["Attributes"]["MessageGroupId"] == slot]
        assert group == [
            codec.write_effect(effect, NOW)
            for _, effect in made
            if isinstance(effect.act, Request) and effect.act.slot == slot
        ]
    assert world.calls.count("SendMessageBatch") == 1


def test_messages_to_many_are_sent_ten_a_call_and_none_twice(world: World) -> None:
    crowd = QueuedCrowd(world.queue("requests.fifo"), world.queue("notices.fifo"))
    made = [(f"{n:09d}", Effect(effect_id(f"{n:09d}", "bb", 0), Say("draw_lost"))) for n in range(60)]
    crowd.tell(made, NOW)
    lying = world.lying_in("notices.fifo")
    assert len(lying) == 60
    assert {each["Attributes"]["MessageGroupId"] for each in lying} == {citizen for citizen, _ in made}
    # Eight threads with what belongs to their groups: a few calls more than six.
    assert 6 <= world.calls.count("SendMessageBatch") <= 8 + 6


def test_a_queue_that_takes_nothing_is_told(world: World) -> None:
    crowd = QueuedCrowd(world.queue("requests.fifo"), world.queue("notices.fifo"))
    world.client.meta.events.register("before-call.sqs", _busy)
    with pytest.raises(NotNow):
        crowd.ask(grants(30, 3), NOW)


def _busy(**_: object) -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="https://sqs")
