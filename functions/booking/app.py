"""booking: the only one that changes how many places a slot has left, and what becomes of orders."""

from typing import TYPE_CHECKING, Any

from seba import wiring
from seba.services.answer_requests import answer_requests
from seba.services.order_room import answer_orders, is_of_orders

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 12_000
"""Nothing is begun with less left: one call to a busy DynamoDB may use all its time-outs. What began is repeatable."""

# Without the key, which is read after the restore.
wiring.prepare("journal", "facts", "boards", "rosters", "outgoing", "requests", "memory", "secrets")


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """A batch of requests.fifo; what is not decided yet is shown again, each request for itself.

    Requests for places and those about orders never share a group: each room keeps the order of its own.
    """
    house = wiring.house()

    def may_go_on() -> bool:
        return context.get_remaining_time_in_millis() > SPARE_MILLISECONDS

    try:
        asked = house.asked(event)
        of_orders = [each for each in asked if is_of_orders(each)]
        of_places = [each for each in asked if each not in of_orders]
        stay = answer_requests(of_places, house.booking, house.memory, may_go_on) if of_places else []
        stay += answer_orders(of_orders, house.ordering, may_go_on) if of_orders else []
        return house.partial(event, stay)
    finally:
        house.journal.flush()
