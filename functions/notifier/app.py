"""The voice: sends what lies in the two lanes, each citizen's messages in order."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response

from seba import wiring
from seba.services.send_outbox import Batch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 21_000
"""No message is begun with less left: an upload and a post may use their time-outs, and what began must be noted."""

# Without the token and the key, which are read after the restore.
wiring.prepare("journal", "facts", "ledger", "breaker", "list_files", "meta", "secrets", "service_card")


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """A batch of one lane; what must wait is shown again, and only its own citizen's messages wait behind it."""
    house = wiring.house()
    batch = Batch(house.sending, house.sender, lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
    deliveries = {each.id: each for each in house.deliveries(event)}
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    # A batch in which all must wait is no failure of the function.
    processor.raise_on_entire_batch_failure = False

    def deliver(record: "SQSRecord") -> None:
        batch.deliver(deliveries[record.message_id])

    try:
        answer = process_partial_response(
            event=event,
            record_handler=deliver,
            processor=processor,
            context=context,
        )
        batch.finish([deliveries[str(each["itemIdentifier"])] for each in answer["batchItemFailures"]])
        return dict(answer)
    finally:
        house.journal.flush()
