"""One citizen's messages at the same moment, twice each, in several containers: each has its effect once."""

import threading
from collections import Counter, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from seba.conversation.desk import Desk
from seba.conversation.heard import Heard, Said
from seba.conversation.records import Effect
from seba.conversation.say import Act, Forget, Keep, Say
from seba.conversation.talk import Talk
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Conflict
from seba.services.take_turn import TurnPorts, take_turn
from seba.storage.citizens import StoredCitizens
from seba.whatsapp import inbound
from tests.tables import KEYS, Tables

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=KOLKATA)
MITA = inbound.Sender("919830000001", "IN.MITA")


@dataclass
class Turn:
    talk: Talk
    acts: tuple[Act, ...]
    keep: Keep | None = None
    forget: Forget | None = None


def counting(talk: Talk, heard: Heard, desk: Desk) -> Turn:
    """A conversation that notes each thing said, and answers it."""
    assert isinstance(heard, Said)
    return Turn(talk.with_(serial=talk.serial + 1), (Say("answer", {"to": f"text:{heard.text}"}),))


class Queued:
    """What was queued, as a FIFO queue keeps it: one of each id."""

    def __init__(self) -> None:
        self.effects: dict[str, Effect] = {}
        self._lock = threading.Lock()

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        with self._lock:
            for each in effects:
                assert self.effects.setdefault(each.id, each) == each, "the same id must mean the same effect"

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        raise AssertionError("nobody is notified here")


def test_each_message_of_a_citizen_has_its_effect_once(tables: Tables) -> None:
    queued = Queued()

    class Nowhere:
        """A desk that this conversation asks nothing."""

    def container() -> TurnPorts:
        citizens = StoredCitizens(tables.citizens, KEYS)
        nowhere: Desk = Nowhere()  # type: ignore[assignment]  # nothing of it is asked
        return TurnPorts(citizens, queued, lambda moment: nowhere, counting, lambda: NOW, "100000000000001")

    deliveries = deque(
        inbound.Message(
            id=f"wamid.{n}", sender=MITA, content=inbound.Text(f"message {n}"), at=NOW,
            phone_number_id="100000000000001", profile_name="Mita",
        )
        for n in [*range(12), *range(12)]
    )  # fmt: skip

    def serve() -> None:
        ports = container()
        while True:
            try:
                message = deliveries.popleft()
            except IndexError:
                return
            try:
                take_turn(message, ports)
            except Conflict:
                deliveries.append(message)  # as inbound.fifo does

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(serve) for _ in range(8)]:
            done.result()

    stored = StoredCitizens(tables.citizens, KEYS).find(MITA.phone, None)
    assert stored is not None
    assert stored.talk.serial == 12
    assert stored.version == 12
    said = Counter(str(each.act.params["to"]) for each in queued.effects.values() if isinstance(each.act, Say))
    assert said == Counter(f"text:message {n}" for n in range(12))
    assert {each.id for those in stored.outbox.values() for each in those} == set(queued.effects)
