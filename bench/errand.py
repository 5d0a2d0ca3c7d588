"""The whole errand in the local stack: what one booking asks of AWS and of Meta, function by function."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import urllib3

from bench.figures import Row, Table, median
from bench.units import item_size
from local.aws.server import Call
from local.stack import Choices, LocalStack

CITIZEN: Final = "919876500001"
NEW_PERSON: Final = (
    {"text": "Hi"},
    {"tap": 2},  # English
    {"tap": 0},  # yes, for me
    {"text": "Rita Das"},
    {"tap": 0},  # Covishield
    {"text": "16 April 2026"},
    {"image": {"caption": "ABC1234567"}},
    {"text": "700029"},
    {"tap": 0},  # yes, book it
)
WRITES: Final = {"PutItem": 1, "UpdateItem": 1, "DeleteItem": 1}
READS: Final = frozenset({"GetItem", "Query", "BatchGetItem", "Scan"})


class Watched(LocalStack):
    """The local stack, with every call of AWS written down."""

    calls: list[Call]
    _calls_lock: threading.Lock

    def __init__(self, choices: Choices) -> None:
        self.calls, self._calls_lock = [], threading.Lock()
        super().__init__(choices)

    def _watch(self, call: Call) -> None:
        super()._watch(call)
        with self._calls_lock:
            self.calls.append(call)


@dataclass
class Phone:
    """Somebody who writes to the desk and waits until all is quiet."""

    stack: LocalStack
    calls: list[Call]
    """Every call of AWS so far."""
    http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)
    turns: list[list[Call]] = field(default_factory=list[list[Call]])
    """The calls of AWS that each thing said brought about."""

    def says(self, what: dict[str, Any]) -> None:
        """Say one thing; ``{"tap": n}`` taps the n-th button of the last message."""
        said = {"reply_id": self.offered()[what["tap"]]} if "tap" in what else what
        before = len(self.calls)
        self._post("/local/say", {"from": CITIZEN, **said})
        self._post("/local/idle", {})
        self.turns.append(self.calls[before:])

    def sent(self) -> list[dict[str, Any]]:
        """What the desk sent, without the signs of typing."""
        answer = self.http.request("GET", f"{self.stack.url}/local/sent?to={CITIZEN}")
        return [each["payload"] for each in json.loads(answer.data) if each["payload"].get("type")]

    def offered(self) -> list[str]:
        """The ids of what can be tapped on the last message."""
        action = self.sent()[-1]["interactive"]["action"]
        buttons = [button["reply"]["id"] for button in action.get("buttons", ())]
        return buttons or [row["id"] for section in action["sections"] for row in section["rows"]]

    def _post(self, path: str, body: dict[str, Any]) -> None:
        answer = self.http.request("POST", self.stack.url + path, json=body)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{path}: {answer.status} {answer.data.decode()[:300]}")


def write_units(calls: Sequence[Call]) -> int:
    """By AWS's rules, for items within 1 KB."""
    units = 0
    for call in calls:
        if call.service == "dynamodb":
            units += WRITES.get(call.action, 0)
            if call.action == "TransactWriteItems":
                units += 2 * len(call.request["TransactItems"])
    return units


def requests_of(calls: Sequence[Call], function: str) -> Counter[str]:
    """A function's requests to the citizens' table. What is offered comes from caches, statuses go to the ledger."""
    counted: Counter[str] = Counter()
    for call in calls:
        if call.service == "dynamodb" and call.caller == function:
            table = str(call.request.get("TableName", ""))
            if call.action in READS and "Citizens" in table:
                counted["reads"] += 1
            elif call.action in WRITES and "Citizens" in table:
                counted["writes"] += 1
    return counted


def measure() -> list[Table]:
    """A new person's errand, from Hi to the confirmation on the phone, and what each turn asked."""
    stack = Watched(Choices(port=0, log=None))
    with stack:
        phone = Phone(stack, stack.calls)
        for what in NEW_PERSON:
            phone.says(what)
        billed = len(phone.sent())
        confirmed = phone.sent()[-1]["interactive"].get("header", {}).get("type") == "image"
        if not confirmed:
            raise RuntimeError(f"no confirmation at the end of the errand: {json.dumps(phone.sent()[-1])[:300]}")
        calls = [call for turn in phone.turns for call in turn]
        state = _largest_state(stack)
    plain = [turn for turn in phone.turns[1:-1] if not any(call.action == "TransactWriteItems" for call in turn)]
    turns = [requests_of(turn, "webhook") for turn in plain]
    return [
        Table(
            "a_new_persons_errand",
            "A new person's booking, from Hi to the confirmation",
            "The local stack: every resource from template.yaml, real handlers, every call of AWS counted. Write units "
            "by AWS's rules, all functions and tables together, until every message is acknowledged.",
            [
                Row(
                    "taking the first offer",
                    {
                        "billed_messages": billed,
                        "messages_of_the_citizen": len(NEW_PERSON),
                        "dynamodb_write_units": write_units(calls),
                        "dynamodb_requests": sum(call.service == "dynamodb" for call in calls),
                        "sqs_requests_of_functions": sum(call.service == "sqs" and bool(call.caller) for call in calls),
                        "state_item_bytes_at_the_end": state,
                    },
                )
            ],
            {"billed_messages": 10},
        ),
        Table(
            "a_turn_without_booking",
            "A turn that neither meets somebody nor keeps a card",
            f"The webhook's requests to the citizens' table in {len(turns)} such turns of the same errand; what is "
            "offered comes from caches, and Meta's statuses go to the ledger.",
            [
                Row(
                    "webhook",
                    {
                        "read_requests_median": median([each["reads"] for each in turns]),
                        "read_requests_most": max(each["reads"] for each in turns),
                        "write_requests_median": median([each["writes"] for each in turns]),
                        "write_requests_most": max(each["writes"] for each in turns),
                    },
                )
            ],
            {"read_requests_median": 1, "write_requests_most": 1},
        ),
    ]


def _largest_state(stack: LocalStack) -> int:
    table = stack.resources.environments["webhook"]["SEBA_CITIZENS_TABLE"]
    items = stack.account.client("dynamodb").scan(TableName=table)["Items"]
    return max(item_size(item) for item in items if item["sk"]["S"] == "STATE")
