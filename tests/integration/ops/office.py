"""A publisher over the tables of moto, and a look at what it wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import boto3
from moto import mock_aws

from seba.conversation.records import Effect, Opening
from seba.domain.calendar import KOLKATA
from seba.domain.roster import Claim
from seba.domain.rules import default_rules
from seba.domain.sessions import Session
from seba.services.publish_sessions import Published, Publisher, PublishPorts
from seba.storage.facts import StoredFacts, StoredNovelties, Timetable
from seba.storage.rosters import StoredRosters
from seba.storage.wishes import StoredDraws
from tests.published_files import areas_file, sessions_file
from tests.tables import Tables, make_tables

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=KOLKATA)
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Office:
    """A publisher over tables, and a look at what it wrote."""

    tables: Tables
    asked: list[Effect] = field(default_factory=list[Effect])
    """What the booking room was asked."""
    writes: int = 0
    """Write requests since the last publication began."""
    killed_at: int | None = None
    """The write instead of which the process ends."""
    now: datetime = NOW
    publisher: str = ""
    """Whose files they are."""

    def __post_init__(self) -> None:
        self.timetable, self.rosters = Timetable(self.tables.sessions), StoredRosters(self.tables.rosters)
        self.novelties = StoredNovelties(self.tables.sessions)
        self.draws = StoredDraws(self.tables.wishes, self.tables.sessions, lambda: self.now)
        events = self.tables.connection.client.meta.events
        events.register("before-parameter-build.dynamodb", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        if model.name in WRITES:
            if self.writes == self.killed_at:
                raise Killed
            self.writes += 1

    def queue(self, citizen: str, effects: Any, at: datetime) -> None:
        self.asked += effects

    def publish(self, *rows: Mapping[str, str]) -> Published:
        """Publish these rows of a sessions file. Nothing is remembered from before: it is another process."""
        return self._publish(sessions_file(*rows))

    def publish_areas(self, *rows: Mapping[str, str]) -> Published:
        return self._publish(areas_file(*rows))

    def _publish(self, content: bytes) -> Published:
        self.writes = 0
        timetable = Timetable(self.tables.sessions)
        ports = PublishPorts(timetable, self.rosters, self, default_rules(), self.draws, self.novelties)
        return Publisher(ports, publisher=self.publisher).publish(content, self.now)

    def offered(self, day: date = TOMORROW) -> list[Session]:
        """What citizens see on a day."""
        return [row.session for row in StoredFacts(self.tables.sessions, lambda: 0.0).board(day)]

    @property
    def openings(self) -> Sequence[Opening]:
        """What is still to be told."""
        return self.novelties.openings()

    def only(self, day: date = TOMORROW) -> Session:
        """The one session of a day."""
        (session,) = self.timetable.sessions(day)
        return session

    def book(self, session: Session, person: str = "k3Jd02mQx1") -> str:
        """Somebody gets a place in the first slot: the booking."""
        slot = session.slots[0].id
        booking = f"{slot}X9T{person[-1]}"
        self.rosters.claim(slot, [Claim(person, booking)])
        return booking


def an_office() -> Iterator[Office]:
    """An office that has published its PIN area."""
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name="ap-south-1"))
        made = Office(Tables())
        made.publish_areas()
        yield made
