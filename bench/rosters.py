"""One slot that many want: what a place costs in write units, by design, and who was wronged.

Peers are the usual ways to count down in DynamoDB, as plainly written as they are in the wild; the control reads, then
writes. All run against the same DynamoDB Local, from as many clients, with the same crowd.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pynamodb.connection import Connection

from bench.dynamodb_local import folder, java, running
from bench.figures import Row, Table
from bench.units import Meter, item_size
from seba.domain.roster import Claim
from seba.storage import tables
from seba.storage.rosters import StoredRosters

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PLACES, BUYERS, REPEATS, CLIENTS = 250, 1_000, 100, 32
SLOT: Final = "7M4QK0"
KEY: Final = {"pk": {"S": f"SLOT#{SLOT}"}, "sk": {"S": "COUNT"}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a design ended."""

    told_booked: int
    """People who were told that they have a place."""
    holders: int
    """People who have one."""
    taken: int
    """Places that the design counts as taken."""


class Arena:
    """A fresh table for one design, and its meter."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint, self.table, self.meter = endpoint, name, Meter()
        self.client = self._client()
        self.client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
        )

    def _client(self) -> "DynamoDBClient":
        config = Config(max_pool_connections=CLIENTS + 4, retries={"total_max_attempts": 3, "mode": "standard"})
        return boto3.client(
            "dynamodb",
            endpoint_url=self.endpoint,
            region_name="ap-south-1",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",  # noqa: S106 - DynamoDB Local asks for some
            config=config,
        )

    def count_from_here(self) -> None:
        """What was sent so far was setting up."""
        self.meter.listen(self.client)

    def largest_item(self) -> int:
        """Bytes of the largest item in the table: within 1 KB a write is one unit."""
        largest = 0
        for page in self.client.get_paginator("scan").paginate(TableName=self.table):
            largest = max([largest, *(item_size(_raw(item)) for item in page["Items"])])
        return largest


def _raw(item: object) -> dict[str, dict[str, Any]]:
    """An item as its size is counted; the stubs know it more narrowly."""
    return cast("dict[str, dict[str, Any]]", item)


def crowd() -> list[Claim]:
    """Everybody, and some of them twice: the same request, delivered again somewhere later."""
    chance = random.Random(7)
    people = [Claim(f"person{n:04d}", f"{SLOT}{n:04d}") for n in range(BUYERS)]
    line = list(people)
    for n in chance.sample(range(BUYERS), REPEATS):
        line.insert(chance.randrange(n, len(line) + 1), people[n])
    return line


def in_parallel(buy: Callable[[Claim], bool]) -> set[str]:
    """The whole crowd through so many clients at once: who was told that they have a place."""
    left, told, lock = deque(crowd()), set[str](), threading.Lock()

    def work() -> None:
        while True:
            try:
                claim = left.popleft()
            except IndexError:
                return
            if buy(claim):
                with lock:
                    told.add(claim.person)

    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(work) for _ in range(CLIENTS)]:
            done.result()
    return told


# ---- ours ------------------------------------------------------------------------------------------------------------


def _rosters(arena: Arena) -> StoredRosters:
    connection = Connection(
        region="ap-south-1",
        host=arena.endpoint,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106 - DynamoDB Local asks for some
        max_pool_connections=CLIENTS + 4,
    )
    rosters = StoredRosters(tables.Table(connection, arena.table))
    rosters.open(SLOT, PLACES)
    arena.meter.listen(connection.client)
    return rosters


def _outcome(rosters: StoredRosters, told: set[str]) -> Outcome:
    holders = {member.person for member in rosters.members(SLOT)}
    return Outcome(len(told), len(holders), rosters.free(SLOT)[1])


def behind_a_queue(arena: Arena) -> Outcome:
    """A FIFO group hands over ten at a time, one batch after the other."""
    rosters, told, line = _rosters(arena), set[str](), crowd()
    for first in range(0, len(line), 10):
        batch = line[first : first + 10]
        answers = rosters.claim(SLOT, batch)
        told |= {claim.person for claim in batch if answers[claim.booking] == "booked"}
    return _outcome(rosters, told)


def attacked(arena: Arena) -> Outcome:
    """The same rosters without their queue: everybody at once, one by one."""
    rosters = _rosters(arena)
    return _outcome(rosters, in_parallel(lambda claim: rosters.claim(SLOT, [claim])[claim.booking] == "booked"))


# ---- peers -----------------------------------------------------------------------------------------------------------


def _with_counter(arena: Arena) -> "DynamoDBClient":
    arena.client.put_item(
        TableName=arena.table, Item={**KEY, "taken": {"N": "0"}, "version": {"N": "0"}, "capacity": {"N": str(PLACES)}}
    )
    arena.count_from_here()
    return arena.client


def _booking_key(claim: Claim) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"SLOT#{SLOT}"}, "sk": {"S": f"BOOKING#{claim.person}"}}


def _counted(arena: Arena, told: set[str]) -> Outcome:
    holders = 0
    for page in arena.client.get_paginator("query").paginate(
        TableName=arena.table,
        KeyConditionExpression="pk = :slot AND begins_with(sk, :booking)",
        ExpressionAttributeValues={":slot": KEY["pk"], ":booking": {"S": "BOOKING#"}},
    ):
        holders += page["Count"]
    count = arena.client.get_item(TableName=arena.table, Key=KEY, ConsistentRead=True)["Item"]
    return Outcome(len(told), holders, int(count["taken"]["N"]))


def _refused(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in {"ConditionalCheckFailedException", "TransactionCanceledException"}


def transaction_per_booking(arena: Arena) -> Outcome:
    """TransactWriteItems: count up if there is room, put the booking if the person has none."""
    client = _with_counter(arena)

    def buy(claim: Claim) -> bool:
        try:
            client.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            "TableName": arena.table,
                            "Key": KEY,
                            "UpdateExpression": "SET taken = taken + :one",
                            "ConditionExpression": "taken < #capacity",
                            "ExpressionAttributeNames": {"#capacity": "capacity"},
                            "ExpressionAttributeValues": {":one": {"N": "1"}},
                        }
                    },
                    {
                        "Put": {
                            "TableName": arena.table,
                            "Item": {**_booking_key(claim), "booking": {"S": claim.booking}},
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ]
            )
        except ClientError as error:
            if _refused(error):
                return False
            raise
        return True

    return _counted(arena, in_parallel(buy))


def counter_then_put(arena: Arena) -> Outcome:
    """A conditional counter, then the booking; who had one already gives the place back."""
    client = _with_counter(arena)

    def buy(claim: Claim) -> bool:
        try:
            client.update_item(
                TableName=arena.table,
                Key=KEY,
                UpdateExpression="SET taken = taken + :one",
                ConditionExpression="taken < #capacity",
                ExpressionAttributeNames={"#capacity": "capacity"},
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        except ClientError as error:
            if _refused(error):
                return False
            raise
        try:
            client.put_item(
                TableName=arena.table,
                Item={**_booking_key(claim), "booking": {"S": claim.booking}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if not _refused(error):
                raise
            client.update_item(
                TableName=arena.table,
                Key=KEY,
                UpdateExpression="SET taken = taken - :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        return True

    return _counted(arena, in_parallel(buy))


def version_loop(arena: Arena) -> Outcome:
    """Read, write if the version is still the same, else again; then the booking."""
    client = _with_counter(arena)

    def buy(claim: Claim) -> bool:
        if "Item" in client.get_item(TableName=arena.table, Key=_booking_key(claim), ConsistentRead=True):
            return True
        while True:
            count = client.get_item(TableName=arena.table, Key=KEY, ConsistentRead=True)["Item"]
            if int(count["taken"]["N"]) >= PLACES:
                return False
            try:
                client.update_item(
                    TableName=arena.table,
                    Key=KEY,
                    UpdateExpression="SET taken = taken + :one, version = version + :one",
                    ConditionExpression="version = :read",
                    ExpressionAttributeValues={":one": {"N": "1"}, ":read": count["version"]},
                )
            except ClientError as error:
                if _refused(error):
                    continue
                raise
            client.put_item(TableName=arena.table, Item={**_booking_key(claim), "booking": {"S": claim.booking}})
            return True

    return _counted(arena, in_parallel(buy))


def read_then_write(arena: Arena) -> Outcome:
    """The control: what everybody writes first. It oversells."""
    client = _with_counter(arena)

    def buy(claim: Claim) -> bool:
        count = client.get_item(TableName=arena.table, Key=KEY, ConsistentRead=True)["Item"]
        taken = int(count["taken"]["N"])
        if taken >= PLACES:
            return False
        client.update_item(
            TableName=arena.table,
            Key=KEY,
            UpdateExpression="SET taken = :next",
            ExpressionAttributeValues={":next": {"N": str(taken + 1)}},
        )
        client.put_item(TableName=arena.table, Item={**_booking_key(claim), "booking": {"S": claim.booking}})
        return True

    return _counted(arena, in_parallel(buy))


DESIGNS: Sequence[tuple[str, bool, Callable[[Arena], Outcome]]] = (
    ("rosters behind a FIFO group, batches of ten", True, behind_a_queue),
    ("the same rosters attacked directly, one by one", True, attacked),
    ("TransactWriteItems [slot, booking]", False, transaction_per_booking),
    ("conditional counter, then put", False, counter_then_put),
    ("version loop", False, version_loop),
    ("read, then write (control)", False, read_then_write),
)


def measure() -> list[Table]:
    """Every design with the same crowd. Raises NotHere without DynamoDB Local."""
    rows: list[Row] = []
    with running(java(), folder()) as endpoint:
        for number, (name, ours, design) in enumerate(DESIGNS):
            arena = Arena(endpoint, f"design-{number}")
            begun = time.perf_counter()
            outcome = design(arena)
            seconds = time.perf_counter() - begun
            values = {
                "write_units_per_place": round(arena.meter.units / PLACES, 2),
                "places_oversold": max(0, outcome.holders - PLACES),
                "places_lost_to_somebody_twice": max(0, outcome.taken - outcome.holders),
                "places_unsold": max(0, PLACES - outcome.holders),
                "people_told_wrongly": abs(outcome.told_booked - outcome.holders),
                "largest_item_bytes": arena.largest_item(),
                "seconds": round(seconds, 1),
            }
            rows.append(Row(name, values, ours))
    return [
        Table(
            "one_slot_many_buyers",
            f"One slot: {PLACES} places, {BUYERS:,} buyers and {REPEATS} repeats, {CLIENTS} clients",
            "DynamoDB Local; write units by AWS's rules from the requests on the wire: one a write (no item is over "
            "1 KB), two an item of a transaction, refused ones and retries included; seconds are of this machine.",
            rows,
        )
    ]
