"""Meta's door: the HTTP API's GET and POST /whatsapp, the messages that wait in inbound.fifo, and who waits in line."""

import base64
from typing import TYPE_CHECKING, Any

from seba import wiring
from seba.services.receive_webhook import Answer, receive_waiting, receive_webhook, shake_hands
from seba.services.tell_those_who_wait import tell_those_who_wait

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 5_000
"""No waiting event is begun with less left: AWS may be slow, and what began must be committed and queued."""

# Without the key, which is read after the restore.
wiring.prepare("journal", "facts", "ledger", "breaker", "outgoing", "overflow", "secrets")


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """An HTTP request (payload format 2.0), or a batch of inbound.fifo or of waits."""
    house = wiring.house()

    def in_time() -> bool:
        return context.get_remaining_time_in_millis() > SPARE_MILLISECONDS

    try:
        if "Records" in event:
            notes = house.notes_of_waits(event)
            if notes is not None:
                return house.partial(event, tell_those_who_wait(notes, house.waits, in_time))
            return house.partial(event, receive_waiting(house.waiting(event), house.webhook, in_time))
        if event["requestContext"]["http"]["method"] == "GET":
            return _response(shake_hands(event.get("queryStringParameters") or {}, house.webhook))
        return _response(receive_webhook(event["headers"], _body(event), house.webhook))
    finally:
        house.journal.flush()


def _body(event: dict[str, Any]) -> bytes:
    """The raw bytes: the signature is over them."""
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _response(answer: Answer) -> dict[str, Any]:
    return {
        "statusCode": int(answer.status),
        "headers": {"content-type": "text/plain; charset=utf-8"},
        "body": answer.body,
    }
