"""A conversation that only listens: it says back what it heard, so that a test sees which turns were taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard
from seba.conversation.say import Act, Forget, Keep, Say
from seba.conversation.talk import Talk
from seba.domain.rules import default_rules
from seba.services.desk_view import DeskViews
from seba.services.take_turn import TurnPorts
from tests.fakes.world import KEYS, NOW, FakeCitizens, FakeOutgoing, FakeWorld


@dataclass(frozen=True, slots=True)
class Heeded:
    """A turn that changes nothing."""

    talk: Talk
    acts: Sequence[Act]
    keep: Keep | None = None
    forget: Forget | None = None


def listen(talk: Talk, heard: Heard, desk: Desk) -> Heeded:
    """Say the outcome of an answer back, with its details."""
    assert isinstance(heard, Answered)
    return Heeded(talk, (Say(str(heard.outcome), dict(heard.details), booking=heard.booking),))


def turn_ports(citizens: FakeCitizens, outgoing: FakeOutgoing, world: FakeWorld) -> TurnPorts:
    views = DeskViews(default_rules(), ("second-dose",), world, lambda: KEYS)
    return TurnPorts(citizens, outgoing, views.at, listen, lambda: NOW, "1")
