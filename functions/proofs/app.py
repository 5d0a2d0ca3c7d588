"""Fetches photos of identity cards from Meta and puts them away; it can do nothing else."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from seba import wiring
from seba.services.fetch_proof import fetch_proof
from seba.services.journal import cause_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 20_000
"""No photo is begun with less left: asking Meta where it is and fetching it may each use their time-out."""


class NoTime(Exception):
    """A photo that is not begun any more; it is shown again."""


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """A batch of the proofs queue; a photo that cannot be fetched now is shown again, five times in all."""
    house = wiring.house()

    def fetch(record: "SQSRecord") -> None:
        if context.get_remaining_time_in_millis() <= SPARE_MILLISECONDS:
            raise NoTime
        try:
            fetch_proof(record.body, house.proofs)
        except Exception as error:
            house.journal.wrong("photo not fetched", cause_of(error), queued=record.message_id)
            raise

    try:
        answer = process_partial_response(
            event=event,
            record_handler=fetch,
            processor=BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False),
            context=context,
        )
        return dict(answer)
    finally:
        house.journal.flush()
