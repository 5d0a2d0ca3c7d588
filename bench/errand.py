"""The whole errand in the local stack: what one booking asks of AWS and of Meta, function by function."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import urllib3

from bench.figures import Number, Row, Table, median
from bench.progress import tell
from bench.units import item_size
from local.aws.server import Call
from local.stack import Choices, LocalStack
from seba.domain.draws import GRACE

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
NEW_IN_LINE: Final = (
    {"text": "Hi"},
    {"tap": 2},  # English
    {"tap": 0},  # yes, for me
    {"text": "Rita Das"},
    {"tap": 0},  # first dose
    {"text": "1975"},
    {"text": "ABC1234567"},
    {"text": "700029"},
)
BOOKING: Final = "booking a second dose"
REGISTERING: Final = "registering"
ENTERING: Final = "entering a draw, and its result"
PATIENCE: Final = 12
"""How often the stack may be quiet before the result of a draw is there: its function looks once a minute."""
FOR_ONE: Final = frozenset({"webhook", "booking", "notifier"})
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
        self._post("/local/idle", {"within": 60})
        self.turns.append(self.calls[before:])

    def moves_to(self, moment: datetime) -> None:
        """The stack's clock goes on to a moment; what is due by then happens."""
        self._post("/local/clock", {"now": moment.isoformat()})
        self.waits()

    def waits(self) -> None:
        """Until all is quiet, or half a minute: a draw may take longer on a busy machine, and is waited for again."""
        self.http.request("POST", self.stack.url + "/local/idle", json={"within": 30})

    def all_calls(self) -> list[Call]:
        """The calls of AWS that everything said so far brought about."""
        return [call for turn in self.turns for call in turn]

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


def queries(calls: Sequence[Call]) -> int:
    """Requests that read DynamoDB, of the functions that serve one person at a time."""
    return sum(call.service == "dynamodb" and call.action in READS and call.caller in FOR_ONE for call in calls)


def _counted(calls: Sequence[Call], *, billed: int, said: int) -> dict[str, Number | None]:
    """What an errand asked for in all."""
    statuses = sum(
        call.service == "dynamodb"
        and call.caller == "webhook"
        and call.action in WRITES
        and "Ledger" in str(call.request.get("TableName", ""))
        for call in calls
    )
    return {
        "billed_messages": billed,
        "messages_of_the_citizen": said,
        "dynamodb_write_units": write_units(calls),
        "dynamodb_read_requests": queries(calls),
        "sqs_requests_of_functions": sum(call.service == "sqs" and bool(call.caller) for call in calls),
        "status_webhooks": statuses,
    }


def measure() -> list[Table]:
    """Each errand by a new person from Hi to its end on the phone, and what each turn asked."""
    tell("errand: booking a second dose")
    with Watched(Choices(port=0, log=None, parameters={"Errands": "second-dose"})) as stack:
        assert isinstance(stack, Watched)
        phone = Phone(stack, stack.calls)
        for what in NEW_PERSON:
            phone.says(what)
        confirmed = phone.sent()[-1]["interactive"].get("header", {}).get("type") == "image"
        if not confirmed:
            raise RuntimeError(f"no confirmation at the end of the errand: {json.dumps(phone.sent()[-1])[:300]}")
        booking = Row(BOOKING, _counted(phone.all_calls(), billed=len(phone.sent()), said=len(NEW_PERSON)))
        state = _largest_state(stack)
        plain = [turn for turn in phone.turns[1:-1] if not any(call.action == "TransactWriteItems" for call in turn)]
    registering, entering = _register_and_enter()
    turns = [requests_of(turn, "webhook") for turn in plain]
    return [
        Table(
            "errands",
            "What a person's errand asks for, from the first message to the last status",
            "The local stack: every resource from template.yaml, real handlers, every call of AWS counted. Write units "
            "by AWS's rules, all functions and tables together, until every message is acknowledged. Reads of what is "
            "cached are in it as one person alone makes them; in a rush many share them.",
            [booking, registering, entering],
        ),
        Table(
            "messages_of_errands",
            "Billed messages",
            "As above; every message of the desk is billed.",
            [
                Row(BOOKING, {"to_book": booking.values["billed_messages"]}),
                Row(REGISTERING, {"to_register": registering.values["billed_messages"]}),
                Row(ENTERING, {"to_draw": entering.values["billed_messages"]}),
            ],
            {"to_book": 10, "to_register": 8, "to_draw": 1},
        ),
        Table(
            "a_turn_without_booking",
            "A turn that neither meets somebody nor keeps a card",
            f"The webhook's requests to the citizens' table in {len(turns)} such turns of the booking errand; what is "
            "offered comes from caches, and Meta's statuses go to the ledger.",
            [
                Row(
                    "webhook",
                    {
                        "read_requests_median": median([each["reads"] for each in turns]),
                        "read_requests_most": max(each["reads"] for each in turns),
                        "write_requests_median": median([each["writes"] for each in turns]),
                        "write_requests_most": max(each["writes"] for each in turns),
                        "state_item_bytes_at_the_end": state,
                    },
                )
            ],
            {"read_requests_median": 1, "write_requests_most": 1, "state_item_bytes_at_the_end": 1024},
        ),
    ]


def _register_and_enter() -> tuple[Row, Row]:
    """Registering, then the draw of the samples: one tap shortly before it closes, and the result."""
    tell("errand: registering, and a draw")
    with Watched(Choices(port=0, log=None, parameters={"Errands": "register"})) as stack:
        assert isinstance(stack, Watched)
        phone = Phone(stack, stack.calls)
        for what in NEW_IN_LINE:
            phone.says(what)
        enter = next((id_ for id_ in phone.offered() if "enter" in id_), None)
        if enter is None:
            raise RuntimeError(f"no draw at the end of registering: {json.dumps(phone.sent()[-1])[:300]}")
        registering = Row(REGISTERING, _counted(phone.all_calls(), billed=len(phone.sent()), said=len(NEW_IN_LINE)))
        draw = enter.rpartition(".")[2]
        closes = _closes(stack, draw)
        phone.moves_to(closes - timedelta(minutes=5))
        # What was told meanwhile, the draw's announcement among it, is not the draw.
        before, first = len(phone.sent()), len(stack.calls)
        phone.says({"reply_id": enter})
        phone.moves_to(closes + GRACE + timedelta(minutes=1))
        for _ in range(PATIENCE):
            if len(phone.sent()) > before:
                break
            phone.waits()
        if len(phone.sent()) == before:
            raise RuntimeError(f"nobody was told the result of the draw {draw}")
        counted = _counted(
            [each for each in stack.calls[first:] if each.caller != "clock"], billed=len(phone.sent()) - before, said=1
        )
        return registering, Row(ENTERING, counted)


def _closes(stack: LocalStack, draw: str) -> datetime:
    """When a draw closes."""
    environment = stack.resources.environments["webhook"]
    item = stack.account.client("dynamodb").get_item(
        TableName=environment["SEBA_SESSIONS_TABLE"], Key={"pk": {"S": "DRAW"}, "sk": {"S": draw}}
    )["Item"]
    return datetime.fromisoformat(item["closes"]["S"])


def _largest_state(stack: LocalStack) -> int:
    table = stack.resources.environments["webhook"]["SEBA_CITIZENS_TABLE"]
    items = stack.account.client("dynamodb").scan(TableName=table)["Items"]
    return max(item_size(item) for item in items if item["sk"]["S"] == "STATE")
