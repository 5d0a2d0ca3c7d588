"""booking: the only one that changes how many places a slot has left."""

from typing import TYPE_CHECKING, Any

from seba import wiring
from seba.services.answer_requests import answer_requests

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 12_000
"""Nothing is begun with less left: one call to a busy DynamoDB may use all its time-outs. What began is repeatable."""

# Without the key, which is read after the restore.
wiring.prepare("journal", "facts", "boards", "rosters", "outgoing", "requests", "memory", "secrets")


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """A batch of requests.fifo; what is not decided yet is shown again, each request for itself."""
    house = wiring.house()

    def may_go_on() -> bool:
        return context.get_remaining_time_in_millis() > SPARE_MILLISECONDS

    try:
        return house.partial(event, answer_requests(house.asked(event), house.booking, house.memory, may_go_on))
    finally:
        house.journal.flush()
