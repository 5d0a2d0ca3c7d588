"""What a citizen's errand asks for, from our own measurements, and how the product is set up, from its template.

What the product asks for comes from ``results/latest.json``, which ``python -m bench errand turns`` makes anew, its
settings from ``template.yaml``. Two figures are not measured and stand in the code: how often the booking room asks
DynamoDB once a batch (``REQUESTS_OF_A_BATCH``, counted by reading it) and how long AWS takes for a request
(``limits.ROUND_TRIP``, assumed).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

from bench.errand import ENTERING, REGISTERING
from bench.opening_hour import limits

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "bench" / "results" / "latest.json"


REQUESTS_OF_A_BATCH: Final = 6
"""Session, members, roster, its page, places left, board: what the booking room asks DynamoDB once a batch."""


class NotMeasured(Exception):
    """A figure is missing; the message says which measurement makes it."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One kind of conversation, as measured."""

    incoming: int
    """Messages of the citizen."""
    outgoing: int
    """Messages of the desk: billed ones."""
    write_units: float
    """DynamoDB's, of all functions and tables, until every message is acknowledged."""
    read_requests: float
    queue_requests: float
    """SQS's, made by our functions."""
    statuses: float
    """Webhooks of Meta about the messages sent."""


@dataclass(frozen=True, slots=True)
class Costs:
    """All that the model takes from the product."""

    register: Errand
    """A person registers, from Hi to being told so."""
    enter: Errand
    """Somebody who is registered enters a draw by one tap, and hears the result."""
    tap_units: float
    """Write units of the webhook's turn."""
    tap_seconds: float
    """Of a webhook's environment for one message."""
    request_seconds: float
    """Of the booking room for one request of a slot, in a full batch."""
    memory_gb: float
    """Of webhook and booking room."""
    replies_share: float
    """Of a number's rate that the lane of replies may use, as the template sets it for one number."""
    notices_share: float
    """The same for notices."""


def measured(results: Path = RESULTS) -> Costs:
    """The costs as last measured. Raises NotMeasured."""
    tables: Mapping[str, Any] = {}
    if results.is_file():
        tables = json.loads(results.read_text(encoding="utf-8"))["tables"]

    def row(table: str, name: str, by: str) -> Mapping[str, float]:
        try:
            found: Mapping[str, float] = tables[table]["seba"][name]
        except KeyError as error:
            raise NotMeasured(f"{table} is not measured yet: python -m bench {by}") from error
        return found

    cpu = row("time_of_a_turn", "webhook: the turn of a tap", "turns")["cpu_ms"] / 1000
    turn = row("a_turn_without_booking", "webhook", "errand")
    answer = row("time_of_a_turn", "booking: a request in a batch of ten", "turns")["cpu_ms"] / 1000
    requests = turn["read_requests_median"] + turn["write_requests_median"]
    template = Template.read()
    memory = template.memory("WebhookFunction")
    slower = limits.MEMORY_OF_A_PROCESSOR / memory
    batch = template.batch("BookingFunction", "Requests")
    return Costs(
        register=_errand(row("errands", REGISTERING, "errand")),
        enter=_errand(row("errands", ENTERING, "errand")),
        tap_units=turn["write_requests_median"],
        # The turn on its share of a processor, its requests to the citizens' table one after the other, and one to SQS.
        tap_seconds=cpu * slower + (requests + 1) * limits.ROUND_TRIP,
        # Each answer is a turn of its own; reading, filling and showing the slot is shared by the batch.
        request_seconds=answer * slower + (requests + 1 + REQUESTS_OF_A_BATCH / batch) * limits.ROUND_TRIP,
        memory_gb=memory / 1024,
        replies_share=template.rate("Replies") / limits.NUMBER_RATE,
        notices_share=template.rate("Notices") / limits.NUMBER_RATE,
    )


def _errand(row: Mapping[str, float]) -> Errand:
    return Errand(
        incoming=int(row["messages_of_the_citizen"]),
        outgoing=int(row["billed_messages"]),
        write_units=row["dynamodb_write_units"],
        read_requests=row["dynamodb_read_requests"],
        queue_requests=row["sqs_requests_of_functions"],
        statuses=row["status_webhooks"],
    )


@dataclass(frozen=True, slots=True)
class Template:
    """What the model needs of ``template.yaml``."""

    parameters: Mapping[str, Any]
    globals: Mapping[str, Any]
    resources: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path = ROOT / "template.yaml") -> "Template":
        """The template as it is deployed by default."""
        source = yaml_parse(path.read_text(encoding="utf-8"))
        return cls(source["Parameters"], source["Globals"]["Function"], source["Resources"])

    def memory(self, function: str) -> int:
        """MB of a function."""
        properties = self.resources[function]["Properties"]
        return int(properties.get("MemorySize", self.globals["MemorySize"]))

    def batch(self, function: str, event: str) -> int:
        """Messages a function is handed at once."""
        return int(self.resources[function]["Properties"]["Events"][event]["Properties"]["BatchSize"])

    def rate(self, lane: str) -> float:
        """Messages a second that the notifier sends in one of its lanes: environments times the rate of each."""
        return float(self.parameters[f"{lane}Concurrency"]["Default"]) * float(
            self.parameters[f"{lane}Rate"]["Default"]
        )
