"""Puts what the functions do on AWS into plain words, for the strip of the page."""

import json
from collections.abc import Mapping
from typing import Any

from local.aws.server import Call
from local.journal import Journal

_READS = {"GetItem", "Query", "BatchGetItem", "Scan"}
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}

_READ_WORDS = {
    "CitizensTable": "reads the citizen",
    "SessionsTable": "looks at sessions and boards",
    "RostersTable": "reads the roster of the slot",
    "WishesTable": "looks along the line",
    "LedgerTable": "looks into the ledger",
    "ShopsTable": "looks at shops and what they have",
    "OrdersTable": "looks at orders and baskets",
}
_WRITE_WORDS = {
    ("webhook", "CitizensTable"): "commits the new state and its outbox in one write",
    ("booking", "CitizensTable"): "commits the answer to the citizen's state",
    ("notifier", "CitizensTable"): "takes the delivered effect out of the outbox",
    ("clock", "CitizensTable"): "updates a citizen",
    ("booking", "RostersTable"): "writes the place into the roster",
    ("booking", "SessionsTable"): "updates the board of places left",
    ("notifier", "LedgerTable"): "notes the message in the ledger",
    ("webhook", "LedgerTable"): "notes the delivery in the ledger",
    ("webhook", "SessionsTable"): "notes something for the clock",
    ("clock", "SessionsTable"): "updates sessions and boards",
    ("webhook", "WishesTable"): "writes down who waits",
    ("booking", "WishesTable"): "notes what is held for whom",
    ("clock", "WishesTable"): "strikes off what is over",
    ("draws", "WishesTable"): "puts who drew nothing in line",
    ("draws", "SessionsTable"): "notes how far the draw is",
    ("staff", "SessionsTable"): "writes what a publisher sent",
    ("staff", "RostersTable"): "makes the pages of a new roster",
    ("storefront", "CitizensTable"): "tells the chat what the page was told",
    ("storefront", "ShopsTable"): "sets the goods aside",
    ("storefront", "OrdersTable"): "keeps the basket, or the order made of it",
    ("booking", "ShopsTable"): "changes what the shop has left",
    ("booking", "OrdersTable"): "writes the order's new life and whom it concerns",
    ("webhook", "ShopsTable"): "writes down what the shop says of itself",
    ("webhook", "OrdersTable"): "forgets a customer",
    ("clock", "OrdersTable"): "strikes off a timer that rang",
}
_QUEUE_WORDS = {
    "requests.fifo": "a request waits for booking",
    "replies.fifo": "an answer waits for the notifier",
    "notices.fifo": "a notice waits for the notifier",
    "inbound.fifo": "a message waits for a second look",
    "proofs": "a photo waits to be fetched",
    "waits": "half a minute to see whether there is a line",
}


class Narrator:
    """Turns calls into entries of the journal. `tables` maps physical names to the template's."""

    def __init__(self, journal: Journal, stack: str) -> None:
        self._journal = journal
        self._stack = stack
        self.tables: Mapping[str, str] = {}

    def tell(self, call: Call) -> None:
        """Write down what a function did; what others do is not told."""
        if call.caller in ("", "office"):
            return
        if call.service == "dynamodb":
            self._table(call)
        elif call.service == "sqs":
            self._queue(call)
        elif call.service == "s3" and call.status < 400:
            method = call.action.split(" ", 1)[0]
            words = {"PUT": "puts a file away, encrypted", "GET": "fetches a file", "DELETE": "erases a file"}
            if method in words:
                self._journal.note(call.caller, words[method], took_ms=call.took_ms)

    def _table(self, call: Call) -> None:
        table = self.tables.get(_table_of(call.request), "")
        if call.error:
            what = f"{call.action} refused: {call.error}"
            tone = (
                "warning"
                if call.error in ("ConditionalCheckFailedException", "TransactionCanceledException")
                else "bad"
            )
            self._journal.note(call.caller, what, tone=tone, took_ms=call.took_ms)
        elif call.action in _READS:
            # They look at everything every minute: only what they do is worth telling.
            if call.caller not in ("clock", "draws"):
                words = _READ_WORDS.get(table, "reads")
                self._journal.note(call.caller, words, tone="quiet", took_ms=call.took_ms)
        elif call.action in _WRITES:
            words = _WRITE_WORDS.get((call.caller, table), "writes")
            if table == "CitizensTable":
                # Citizens' writes carry the outbox: the strip has a place of its own for that.
                self._journal.note("outbox", f"{call.caller} {words}", took_ms=call.took_ms)
            elif (call.caller, table) == ("webhook", "LedgerTable"):
                self._journal.note("tick", f"{call.caller} {words}", tone="quiet", took_ms=call.took_ms)
            else:
                self._journal.note(call.caller, words, took_ms=call.took_ms)

    def _queue(self, call: Call) -> None:
        if call.action not in ("SendMessage", "SendMessageBatch") or call.error:
            return
        name = str(call.request.get("QueueUrl", "")).rpartition("/")[2].removeprefix(f"{self._stack}-")
        count = len(call.request.get("Entries", [None]))
        if "-dlq" in name:
            self._journal.note(name, f"{call.caller} parks what it could not do", tone="bad")
            return
        words = _QUEUE_WORDS.get(name, "something waits")
        self._journal.note(name, words if count == 1 else f"{words} ({count})")


def _table_of(request: Mapping[str, Any]) -> str:
    if "TableName" in request:
        return str(request["TableName"])
    if request.get("RequestItems"):
        return str(next(iter(request["RequestItems"])))
    for item in request.get("TransactItems", []):
        for operation in item.values():
            return str(operation.get("TableName", ""))
    return ""


def log_problem(line: str) -> str:
    """The message of a log line that tells of an error or a warning; "" for any other line."""
    if not line.startswith("{"):
        return ""
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict) or entry.get("level") not in ("ERROR", "WARNING", "CRITICAL"):
        return ""
    message = entry.get("message")
    cause = entry.get("exception_name") or entry.get("error") or ""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    return f"{text} ({cause})" if cause else str(text)
