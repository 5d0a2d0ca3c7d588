"""The usual ways to count down in DynamoDB, each as a good engineer writes it, and ours; taking places only.

Every design answers one request: ``buy(claim)`` is whether the person has a place now, and a request that is delivered
again hears the same. Peers may use all clients at once. Ours stands behind its FIFO group, which hands over ten
requests at a time, one batch after the other, as SQS does; that is what its order costs it, and it is paid here.

The control reads and then writes. It has to oversell: if it does not, the crowd was no crowd and the run is void.
"""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast, override

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session, get_session
from pynamodb.connection import Connection

from bench.rosters.crowd import CLIENTS, PLACES, SLOT, Outcome, Told, batches, crowd, in_parallel
from bench.units import Meter, item_size
from seba.domain.roster import BOOKED, Claim
from seba.services.answer_requests import FULL_SECONDS
from seba.storage import tables
from seba.storage.rosters import StoredRosters

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION: Final = "ap-south-1"
POOL: Final = CLIENTS + 4
PATIENCE: Final = 60
"""Seconds that everybody waits for an answer, and nobody asks again: a slow machine is no quality of a design, and a
write that is sent again after its answer was lost would count up twice."""
SLOT_KEY: Final = {"pk": {"S": f"SLOT#{SLOT}"}}
COUNT_KEY: Final = {**SLOT_KEY, "sk": {"S": "COUNT"}}
LEAST_SLEEP, MOST_SLEEP = 0.01, 0.5
"""Seconds that the version loop waits before it reads again: full jitter, doubling."""


class Arena:
    """A fresh table for one run over so many places, a client, and a meter."""

    def __init__(self, endpoint: str, name: str, places: int = PLACES) -> None:
        self.endpoint, self.table, self.places, self.meter = endpoint, name, places, Meter()
        self.client = peer_client(endpoint)
        make_table(self.client, name)

    def remove(self) -> None:
        """The run is over."""
        self.client.delete_table(TableName=self.table)
        self.client.close()

    def largest_item(self) -> int:
        """Bytes of the largest item in the table: within 1 KB a write is one unit."""
        return largest_item(self.client, self.table)


def credentials() -> Session:
    """A session with some keys: DynamoDB Local asks for any."""
    session = get_session()
    session.set_credentials("bench", "bench")
    return session


def peer_client(endpoint: str) -> "DynamoDBClient":
    """A client of botocore, as patient as ours and with as many sockets."""
    config = Config(max_pool_connections=POOL, read_timeout=PATIENCE, retries={"total_max_attempts": 1})
    client = credentials().create_client("dynamodb", endpoint_url=endpoint, region_name=REGION, config=config)
    return cast("DynamoDBClient", client)


def connection(endpoint: str) -> Connection:
    """A connection as the product's storage takes it, as patient as the peers' clients."""
    made = Connection(
        region=REGION,
        host=endpoint,
        read_timeout_seconds=PATIENCE,
        retry_configuration={"total_max_attempts": 1},
        max_pool_connections=POOL,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106 - DynamoDB Local asks for some
    )
    _ = made.client
    return made


def make_table(client: "DynamoDBClient", name: str, *, sort_key: bool = True) -> None:
    """A table with our two keys."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            *([{"AttributeName": "sk", "KeyType": "RANGE"}] if sort_key else []),  # type: ignore[list-item]  # a literal within a condition
        ],
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in (("pk", "sk") if sort_key else ("pk",))
        ],
    )


def largest_item(client: "DynamoDBClient", table: str) -> int:
    """Bytes of the largest item of a table, by AWS's rules."""
    largest = 0
    for page in client.get_paginator("scan").paginate(TableName=table):
        items = cast("list[dict[str, dict[str, Any]]]", page["Items"])
        largest = max([largest, *map(item_size, items)])
    return largest


class Design(ABC):
    """A way to give away the places of one slot."""

    name: str
    ours = False
    control = False

    def __init__(self, arena: Arena) -> None:
        self.arena = arena

    @abstractmethod
    def open(self) -> None:
        """Make the slot; not measured."""

    @abstractmethod
    def sell(self, line: list[Claim]) -> Told:
        """The whole line, from the first request to the last answer."""

    @abstractmethod
    def outcome(self, told: Told) -> Outcome:
        """Who has a place, read from the store afterwards."""


class SoldOut:
    """What a container remembers, and no longer than the booking room does: that all is sold, and whom it served.

    A memory is one container's. Here everybody is served by the same, which is the best case a memory has, for all
    designs alike.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._served: set[str] = set()

    def knows(self, claim: Claim) -> bool:
        """Whether the answer needs no look at the store."""
        return claim.booking in self._served or time.monotonic() < self._until

    def has(self, claim: Claim) -> bool:
        """The answer, where it is known."""
        return claim.booking in self._served

    def learn(self, claim: Claim, *, booked: bool) -> None:
        """Somebody was answered; who was refused from memory makes it no longer."""
        if booked:
            self._served.add(claim.booking)
        elif not self.knows(claim):
            self._until = time.monotonic() + FULL_SECONDS


class Rosters(Design):
    """Ours: members and count in one item a page, one conditional write for a batch."""

    name = "Seba: rosters behind a FIFO group, batches of ten"
    ours = True

    @override
    def open(self) -> None:
        made = connection(self.arena.endpoint)
        self._rosters = StoredRosters(tables.Table(made, self.arena.table))
        self._rosters.open(SLOT, self.arena.places)
        self.arena.meter.listen(made.client)

    @override
    def sell(self, line: list[Claim]) -> Told:
        told, memory = Told(), SoldOut()
        for batch in batches(line):
            left = [claim for claim in batch if not memory.knows(claim)]
            answers = self._rosters.claim(SLOT, left) if left else {}
            for claim in batch:
                booked = answers[claim.booking] == BOOKED if claim.booking in answers else memory.has(claim)
                memory.learn(claim, booked=booked)
                told.tell(claim.person, booked=booked)
        return told

    @override
    def outcome(self, told: Told) -> Outcome:
        members = self._rosters.members(SLOT)
        return Outcome(told, frozenset(each.person for each in members), max(len(members), self._rosters.free(SLOT)[1]))


class Peer(Design):
    """A counter item and one booking item per person; all clients at once."""

    @override
    def open(self) -> None:
        self.client.put_item(
            TableName=self.arena.table,
            Item={
                **COUNT_KEY,
                "taken": {"N": "0"},
                "version": {"N": "0"},
                "capacity": {"N": str(self.arena.places)},
            },
        )
        self.arena.meter.listen(self.client)

    @property
    def client(self) -> "DynamoDBClient":
        """The client all threads share, as botocore allows."""
        return self.arena.client

    @override
    def sell(self, line: list[Claim]) -> Told:
        told = Told()
        in_parallel(line, CLIENTS, lambda claim: told.tell(claim.person, booked=self.buy(claim)))
        return told

    @abstractmethod
    def buy(self, claim: Claim) -> bool:
        """Whether the person has a place now."""

    @override
    def outcome(self, told: Told) -> Outcome:
        holders: list[str] = []
        for page in self.client.get_paginator("query").paginate(
            TableName=self.arena.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :slot AND begins_with(sk, :booking)",
            ExpressionAttributeValues={":slot": SLOT_KEY["pk"], ":booking": {"S": "BOOKING#"}},
        ):
            holders += [item["sk"]["S"].removeprefix("BOOKING#") for item in page["Items"]]
        taken = int(self._count()["taken"]["N"])
        # The control loses count, but its bookings lie there.
        return Outcome(told, frozenset(holders), max(taken, len(holders)))

    def _count(self) -> dict[str, Any]:
        return dict(self.client.get_item(TableName=self.arena.table, Key=COUNT_KEY, ConsistentRead=True)["Item"])

    def _has_one(self, claim: Claim) -> bool:
        found = self.client.get_item(TableName=self.arena.table, Key=_booking_key(claim), ConsistentRead=True)
        return "Item" in found

    def _count_up(self, by: int = 1, *, always: bool = False) -> bool:
        """The counter, conditionally: whether there was room."""
        room = {} if always else {"ConditionExpression": "taken < #most", "ExpressionAttributeNames": _MOST}
        try:
            self.client.update_item(
                TableName=self.arena.table,
                Key=COUNT_KEY,
                UpdateExpression="SET taken = taken + :by",
                ExpressionAttributeValues={":by": {"N": str(by)}},
                **cast("Any", room),
            )
        except ClientError as error:
            if not _is(error, "ConditionalCheckFailedException"):
                raise
            return False
        return True

    def _put_booking(self, claim: Claim) -> bool:
        """The booking item: False when the person has one."""
        try:
            self.client.put_item(
                TableName=self.arena.table,
                Item={**_booking_key(claim), "booking": {"S": claim.booking}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if not _is(error, "ConditionalCheckFailedException"):
                raise
            return False
        return True


class Transaction(Peer):
    """TransactWriteItems: count up if there is room, and put the booking if the person has none."""

    name = "transaction per booking [slot, booking]"

    @override
    def buy(self, claim: Claim) -> bool:
        table = self.arena.table
        try:
            self.client.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            "TableName": table,
                            "Key": COUNT_KEY,
                            "UpdateExpression": "SET taken = taken + :one",
                            "ConditionExpression": "taken < #most",
                            "ExpressionAttributeNames": _MOST,
                            "ExpressionAttributeValues": {":one": {"N": "1"}},
                        }
                    },
                    {
                        "Put": {
                            "TableName": table,
                            "Item": {**_booking_key(claim), "booking": {"S": claim.booking}},
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ]
            )
        except ClientError as error:
            if not _is(error, "TransactionCanceledException"):
                raise
            reasons = [each.get("Code") for each in cast("Any", error.response)["CancellationReasons"]]
            # The booking stood already: the request came again, or came twice at once.
            return bool(reasons[1] == "ConditionalCheckFailed")
        return True


class CounterThenPut(Peer):
    """A conditional counter, then the booking; who had one already gives the place back."""

    name = "conditional counter, then put"

    @override
    def buy(self, claim: Claim) -> bool:
        if not self._count_up():
            return self._has_one(claim)
        if not self._put_booking(claim):
            self._count_up(-1, always=True)
        return True


class VersionLoop(Peer):
    """Read, write if the version is still the same, else wait a little and read again; then the booking."""

    name = "version loop, with jitter"

    @override
    def buy(self, claim: Claim) -> bool:
        chance = random.Random(claim.booking)
        for attempt in range(1_000):
            count = self._count()
            if int(count["taken"]["N"]) >= int(count["capacity"]["N"]):
                return self._has_one(claim)
            try:
                self.client.update_item(
                    TableName=self.arena.table,
                    Key=COUNT_KEY,
                    UpdateExpression="SET taken = taken + :one, version = version + :one",
                    ConditionExpression="version = :read",
                    ExpressionAttributeValues={":one": {"N": "1"}, ":read": count["version"]},
                )
            except ClientError as error:
                if not _is(error, "ConditionalCheckFailedException"):
                    raise
                time.sleep(chance.uniform(0, min(MOST_SLEEP, LEAST_SLEEP * 2 ** min(attempt, 10))))
                continue
            if not self._put_booking(claim):
                self._count_up(-1, always=True)
            return True
        raise RuntimeError("a thousand versions passed by")


class ReadThenWrite(Peer):
    """The control: what everybody writes first. It oversells."""

    name = "read, then write (control)"
    control = True

    @override
    def buy(self, claim: Claim) -> bool:
        taken = int(self._count()["taken"]["N"])
        if taken >= self.arena.places:
            return self._has_one(claim)
        self.client.update_item(
            TableName=self.arena.table,
            Key=COUNT_KEY,
            UpdateExpression="SET taken = :next",
            ExpressionAttributeValues={":next": {"N": str(taken + 1)}},
        )
        self.client.put_item(TableName=self.arena.table, Item={**_booking_key(claim), "booking": {"S": claim.booking}})
        return True


class RememberingTransaction(Transaction):
    """The same with the memory that ours has: "full" may be said for a second without asking."""

    name = "transaction per booking, with sold-out memory"

    @override
    def open(self) -> None:
        super().open()
        self._memory = SoldOut()

    @override
    def buy(self, claim: Claim) -> bool:
        if self._memory.knows(claim):
            return self._memory.has(claim)
        booked = super().buy(claim)
        self._memory.learn(claim, booked=booked)
        return booked


DESIGNS: Final[Sequence[type[Design]]] = (
    Rosters,
    Transaction,
    RememberingTransaction,
    CounterThenPut,
    VersionLoop,
    ReadThenWrite,
)
BASE: Final = Transaction.name
"""What ours is measured against."""

_MOST: Final = {"#most": "capacity"}


@dataclass(frozen=True, slots=True)
class Run:
    """One design, once."""

    design: type[Design]
    outcome: Outcome
    seconds: float
    units: int
    largest_item: int


def run(design: type[Design], endpoint: str, name: str, line: list[Claim] | None = None) -> Run:
    """One design with the crowd (or another line), on a fresh table."""
    arena = Arena(endpoint, name)
    try:
        here = design(arena)
        here.open()
        begun = time.perf_counter()
        told = here.sell(crowd() if line is None else line)
        seconds = time.perf_counter() - begun
        return Run(design, here.outcome(told), seconds, arena.meter.units, arena.largest_item())
    finally:
        arena.remove()


def _booking_key(claim: Claim) -> dict[str, dict[str, str]]:
    return {**SLOT_KEY, "sk": {"S": f"BOOKING#{claim.person}"}}


def _is(error: ClientError, code: str) -> bool:
    return str(error.response["Error"]["Code"]) == code
