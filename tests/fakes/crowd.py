"""The line and the lanes, thousands at once, over those of ``tests.fakes.world``."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from seba.conversation.records import Effect
from seba.services.ports import InLine
from tests.fakes.world import FakeLine, FakeOutgoing, Faults


class FakeCrowd:
    """Fits the port ``Crowd``."""

    def __init__(self, line: FakeLine) -> None:
        self._line = line
        self.faults = Faults()

    def line(self, pin: str, dose: int, vaccine: str) -> Iterator[InLine]:
        self.faults.strike("line")
        yield from [each for each in self._line.waiting((pin,), dose, vaccine) if each.vaccine == vaccine]

    def stand(self, those: Sequence[tuple[InLine, InLine]]) -> None:
        self.faults.strike("stand")
        for _, new in those:
            self._line.put(new)
        for old, _ in those:
            self._line.remove(old)


class FakePost:
    """Fits the port ``Post``."""

    def __init__(self, outgoing: FakeOutgoing) -> None:
        self._outgoing = outgoing
        self.faults = Faults()

    def ask(self, requests: Sequence[tuple[str, Effect]], at: datetime) -> None:
        self.faults.strike("ask")
        for citizen, effect in requests:
            self._outgoing.queue(citizen, [effect], at)

    def tell(self, notices: Sequence[tuple[str, Effect]], at: datetime) -> None:
        self.faults.strike("tell")
        for citizen, effect in notices:
            self._outgoing.notify(citizen, [effect])
