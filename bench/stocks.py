"""One shop that many order from at once: what an order costs, by design, and who was wronged.

A shop of 300 products keeps counts of two dozen that everybody wants; each order is for six of them, all or nothing,
and is handed over afterwards, so that the shop's queue stays short. The peers keep one item per product. All runs over
one DynamoDB Local; write units are counted at the wire by AWS's rules, for items of their real size.

The control reads and then writes. It has to oversell: if it does not, the crowd was no crowd and the run is void.
"""

import random
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final, override

from botocore.exceptions import ClientError

from bench.dynamodb_local import folder, java, running
from bench.figures import Number, Row, Table, median
from bench.progress import tell
from bench.rosters import Void
from bench.rosters.crowd import CLIENTS, in_parallel, line_of
from bench.rosters.designs import Arena, connection
from bench.units import KB
from seba.domain.calendar import KOLKATA
from seba.domain.errors import NotNow
from seba.domain.goods import UNCOUNTED
from seba.domain.orders import Line
from seba.storage import tables
from seba.storage.shops import StoredStocks

RUNS: Final = 5
CATALOGUE, WANTED, PIECES, LINES, ORDERS = 300, 24, 30, 6, 240
"""Products of the shop; those that are counted and wanted; pieces of each; products of an order; orders."""
PRICE: Final = 2_800
SEED: Final = 11
SHOP: Final = "3F8KQ"
MANY_ORDERS: Final = 10_000
"""The shop's queue is no limit here: what is measured is stock."""
CODES: Final = [f"P{n:03d}" for n in range(CATALOGUE)]
REFUSED: Final = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})


@dataclass(frozen=True, slots=True)
class Wish:
    """An order as it is asked for: six products, one or two of each; the second time it is the same order again."""

    id: str
    goods: tuple[tuple[str, int], ...]


def orders() -> list[Wish]:
    """The crowd, the same for every design: one in ten asks a second time."""
    chance = random.Random(SEED)
    wishes = []
    for number in range(ORDERS):
        codes = sorted(chance.sample(CODES[:WANTED], LINES))
        wishes.append(Wish(f"O{number:07d}", tuple((code, chance.choice((1, 1, 2))) for code in codes)))
    return line_of(wishes)


class Design(ABC):
    """A way to set aside what an order asks for, and to hand it over."""

    name: str
    ours = False
    control = False

    def __init__(self, arena: Arena) -> None:
        self.arena = arena

    @abstractmethod
    def open(self) -> None:
        """Fill the shelves; not measured."""

    @abstractmethod
    def order(self, wish: Wish) -> bool:
        """Whether the order is the shop's now, or was before."""

    @abstractmethod
    def left(self) -> dict[str, int]:
        """Pieces left of each product that is counted."""


class PerProduct(Design):
    """One item per product, and one per order."""

    @override
    def open(self) -> None:
        for code in CODES[:WANTED]:
            item = {**self._key(code), "left": {"N": str(PIECES)}, "price": {"N": str(PRICE)}}
            self.arena.client.put_item(TableName=self.arena.table, Item=item)
        self.arena.meter.listen(self.arena.client)

    @override
    def left(self) -> dict[str, int]:
        read = self.arena.client.get_item
        return {
            code: int(read(TableName=self.arena.table, Key=self._key(code))["Item"]["left"]["N"])
            for code in CODES[:WANTED]
        }

    @staticmethod
    def _key(code: str) -> dict[str, dict[str, str]]:
        return {"pk": {"S": f"STOCK#{SHOP}"}, "sk": {"S": code}}

    @staticmethod
    def _order(wish: Wish) -> dict[str, dict[str, str]]:
        return {"pk": {"S": f"ORDER#{wish.id}"}, "sk": {"S": "ORDER"}}

    def _take(self, code: str, quantity: int) -> dict[str, object]:
        return {
            "TableName": self.arena.table,
            "Key": self._key(code),
            "UpdateExpression": "SET #l = #l - :n",
            "ConditionExpression": "#l >= :n AND price = :p",
            "ExpressionAttributeNames": {"#l": "left"},
            "ExpressionAttributeValues": {":n": {"N": str(quantity)}, ":p": {"N": str(PRICE)}},
        }

    def _hand_over(self, wish: Wish) -> None:
        self.arena.client.update_item(
            TableName=self.arena.table,
            Key=self._order(wish),
            UpdateExpression="SET #l = :c",
            ExpressionAttributeNames={"#l": "life"},
            ExpressionAttributeValues={":c": {"S": "collected"}},
        )


class ReadThenWrite(PerProduct):
    """The control: looks whether there is enough, then writes what is left."""

    name, control = "read, then write (control)", True

    @override
    def order(self, wish: Wish) -> bool:
        client, table = self.arena.client, self.arena.table
        left = {
            code: int(client.get_item(TableName=table, Key=self._key(code))["Item"]["left"]["N"])
            for code, _ in wish.goods
        }
        if any(left[code] < quantity for code, quantity in wish.goods):
            return False
        for code, quantity in wish.goods:
            client.update_item(
                TableName=table,
                Key=self._key(code),
                UpdateExpression="SET #l = :n",
                ExpressionAttributeNames={"#l": "left"},
                ExpressionAttributeValues={":n": {"N": str(left[code] - quantity)}},
            )
        client.put_item(TableName=table, Item=self._order(wish))
        self._hand_over(wish)
        return True


class LineByLine(PerProduct):
    """A conditional update per line, each given back by hand when a later one is refused."""

    name = "a conditional update per line, undone by hand"

    @override
    def order(self, wish: Wish) -> bool:
        client, table = self.arena.client, self.arena.table
        try:
            client.put_item(TableName=table, Item=self._order(wish), ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if _refused(error):
                return "life" in client.get_item(TableName=table, Key=self._order(wish), ConsistentRead=True)["Item"]
            raise
        taken: list[tuple[str, int]] = []
        for code, quantity in wish.goods:
            try:
                client.update_item(**self._take(code, quantity))  # type: ignore[arg-type]  # one shape for both peers
            except ClientError as error:
                if not _refused(error):
                    raise
                for back, pieces in taken:
                    client.update_item(**self._take(back, -pieces))  # type: ignore[arg-type]  # as above
                return False
            taken.append((code, quantity))
        self._hand_over(wish)
        return True


class Transaction(PerProduct):
    """TransactWriteItems of all lines and the order."""

    name = "TransactWriteItems [six products, order]"

    @override
    def order(self, wish: Wish) -> bool:
        client, table = self.arena.client, self.arena.table
        put = {"TableName": table, "Item": self._order(wish), "ConditionExpression": "attribute_not_exists(pk)"}
        parts = [{"Put": put}, *({"Update": self._take(code, quantity)} for code, quantity in wish.goods)]
        try:
            client.transact_write_items(TransactItems=parts)  # type: ignore[arg-type]  # one shape for both peers
        except ClientError as error:
            if _refused(error):
                return "Item" in client.get_item(TableName=table, Key=self._order(wish), ConsistentRead=True)
            raise
        self._hand_over(wish)
        return True


class OneItem(Design):
    """Ours: all products of a shop in one item, one conditional update for all lines with the order's id in it."""

    name, ours = "one item per shop, the order's id in the same write", True

    def __init__(self, arena: Arena) -> None:
        super().__init__(arena)
        made = connection(arena.endpoint)
        self._stocks = StoredStocks(tables.Table(made, arena.table), dict)
        self._connection = made
        self._sold: set[str] = set()
        self._groups: defaultdict[str, Lock] = defaultdict(Lock)
        """What is asked about one order goes one after the other: a FIFO group in the product."""

    @override
    def open(self) -> None:
        counts = dict.fromkeys(CODES, UNCOUNTED) | dict.fromkeys(CODES[:WANTED], PIECES)
        self._stocks.fill(SHOP, dict.fromkeys(CODES, PRICE), counts, datetime(2026, 11, 23, 9, tzinfo=KOLKATA))
        self.arena.meter.listen(self._connection.client)

    @override
    def order(self, wish: Wish) -> bool:
        with self._groups[wish.id]:
            return self._order(wish)

    def _order(self, wish: Wish) -> bool:
        lines = [Line(code, quantity, PRICE) for code, quantity in wish.goods]
        if wish.id in self._sold:
            # The order's own item says so; what it costs to read that, the peers pay too.
            return True
        while True:
            try:
                failing = self._stocks.reserve(SHOP, wish.id, lines, MANY_ORDERS)
            except NotNow:
                continue  # as the queue does, and the page on the next tap
            break
        if failing:
            return False
        self._sold.add(wish.id)
        while not self._handed_over(wish, lines):
            pass
        return True

    def _handed_over(self, wish: Wish, lines: Sequence[Line]) -> bool:
        try:
            self._stocks.release(SHOP, wish.id, lines, back=False)
        except NotNow:
            return False
        return True

    @override
    def left(self) -> dict[str, int]:
        stock = self._stocks.read(SHOP)
        return {code: stock.counts[code] for code in CODES[:WANTED]}


DESIGNS: Final[tuple[type[Design], ...]] = (ReadThenWrite, LineByLine, Transaction, OneItem)


def _refused(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code", "") in REFUSED


@dataclass(frozen=True, slots=True)
class Wrongs:
    """What a run did wrong, in pieces and answers."""

    oversold: int
    """Pieces promised that there are not."""
    astray: int
    """Pieces gone from the shelf that no order has, or in two orders' bags at once."""
    answers: int
    """Orders that heard yes once and no another time."""


@dataclass(frozen=True, slots=True)
class Run:
    """One crowd through one design."""

    seconds: float
    units: int
    accepted: int
    largest_item: int
    wrongs: Wrongs


def wrongs(told: Sequence[tuple[Wish, bool]], left: dict[str, int]) -> Wrongs:
    """What was done wrong, from what every order was told and what is left on the shelf."""
    goods = {wish.id: wish.goods for wish, yes in told if yes}
    sold: Counter[str] = Counter()
    for those in goods.values():
        sold.update(dict(those))
    refused_after = {wish.id for wish, yes in told if not yes} & goods.keys()
    return Wrongs(
        oversold=sum(max(0, sold[code] - PIECES) for code in left),
        astray=sum(abs(PIECES - left[code] - min(sold[code], PIECES)) for code in left),
        answers=len(refused_after),
    )


def run(design: type[Design], endpoint: str, table: str, line: Sequence[Wish]) -> Run:
    """The whole line through a design, with as many clients as the others have."""
    arena = Arena(endpoint, table)
    try:
        made = design(arena)
        made.open()
        told: list[tuple[Wish, bool]] = []
        begun = time.perf_counter()
        in_parallel(line, CLIENTS, lambda wish: told.append((wish, made.order(wish))))
        seconds = time.perf_counter() - begun
        largest = arena.largest_item()
        units = arena.meter.units * (-(-largest // KB) if design.ours else 1)
        accepted = len({wish.id for wish, yes in told if yes})
        return Run(seconds, units, accepted, largest, wrongs(told, made.left()))
    finally:
        arena.remove()


def measure() -> list[Table]:
    """Every design with the same crowd. Raises NotHere without DynamoDB Local, Void for a run that proves nothing."""
    line = orders()
    runs: dict[type[Design], list[Run]] = {design: [] for design in DESIGNS}
    with running(java(), folder()) as endpoint:
        for design in DESIGNS:
            tell(f"stocks: warming up, {design.name}")
            run(design, endpoint, f"warming-{design.__name__}", line[:40])
        for number in range(1, RUNS + 1):
            for design in DESIGNS:
                tell(f"stocks: run {number} of {RUNS}, {design.name}")
                runs[design].append(run(design, endpoint, f"{design.__name__}-{number}", line))
    for design, those in runs.items():
        if design.control and any(each.wrongs.oversold == 0 for each in those):
            raise Void(f"void: {design.name} did not oversell in every run, so the crowd was no crowd")
        if not design.ours and any(each.largest_item > KB for each in those):
            raise Void(f"void: an item of {design.name} is larger than 1 KB, so a write is more than one unit")
    return [_table(runs)]


def _table(runs: dict[type[Design], list[Run]]) -> Table:
    return Table(
        "one_shop_designs",
        f"One shop of {CATALOGUE} products: {ORDERS} orders of {LINES} products each, and {ORDERS // 10} repeats, for "
        f"{WANTED} products of {PIECES} pieces; {CLIENTS} clients",
        f"One DynamoDB Local, {RUNS} runs, designs in turn: medians, and the worst run for what must be 0. Each order "
        "accepted is handed over at once. Write units by AWS's rules from the requests on the wire, refused ones and "
        "retries included; ours times the kilobytes of its item. DynamoDB Local raises no TransactionConflict: AWS "
        "would refuse many of these transactions and charge for them.",
        [Row(design.name, _figures(those), design.ours) for design, those in runs.items()],
        {"oversold": 0, "astray": 0, "wrong_answers": 0},
    )


def _figures(those: Sequence[Run]) -> dict[str, Number]:
    return {
        "orders_accepted": round(median([each.accepted for each in those])),
        "orders_a_second": round(median([ORDERS / each.seconds for each in those]), 1),
        "write_units_per_accepted_order": round(median([each.units / each.accepted for each in those]), 2),
        "largest_item_bytes": max(each.largest_item for each in those),
        "oversold": max(each.wrongs.oversold for each in those),
        "astray": max(each.wrongs.astray for each in those),
        "wrong_answers": max(each.wrongs.answers for each in those),
    }
