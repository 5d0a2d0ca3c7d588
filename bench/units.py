"""Write units by AWS's rules, counted at the wire: every attempt that reaches DynamoDB, refused ones included.

A write costs one unit for each KB of the item (the larger of before and after), a refused conditional write as much as
one that succeeds, an item of a transaction twice that, cancelled or not. DynamoDB Local misreports transactions, so
nothing it says is used; the size is bounded by measuring every item at the end.
"""

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient

KB = 1024
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}


@dataclass
class Meter:
    """Counts requests by operation; listens to any number of botocore clients."""

    requests: Counter[str] = field(default_factory=Counter[str])
    units: int = 0
    """Write units, if no item is larger than 1 KB."""
    by_table: Counter[str] = field(default_factory=Counter[str])
    """The same units, by table."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def listen(self, client: "BaseClient") -> None:
        """Count what this client sends, retries included."""
        client.meta.events.register_first("before-send.dynamodb", self._sent)

    def _sent(self, request: "AWSPreparedRequest", event_name: str, **_: object) -> None:
        operation = event_name.rpartition(".")[2]
        tables: list[str] = []
        if operation in _WRITES or operation == "TransactWriteItems":
            assert isinstance(request.body, str | bytes)
            body = json.loads(request.body)
            if operation in _WRITES:
                tables = [body["TableName"]]
            else:
                tables = 2 * [part["TableName"] for each in body["TransactItems"] for part in each.values()]
        with self._lock:
            self.requests[operation] += 1
            self.units += len(tables)
            self.by_table.update(tables)


def item_size(item: dict[str, dict[str, Any]]) -> int:
    """Bytes of an item by AWS's rules: names and values in UTF-8, three for a map or list and one for each member."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return len(content.strip("-0.")) // 2 + 2  # two digits a byte, one for the exponent, one for a half
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in content.items())
        case "L":
            return 3 + sum(1 + _value_size(each) for each in content)
        case "SS" | "BS":
            return sum(len(each.encode() if isinstance(each, str) else each) for each in content)
        case _:
            return 1
