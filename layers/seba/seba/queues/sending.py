"""Sending to a queue in batches, and the errors of SQS as Seba's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from seba.domain.errors import NotNow, Unusable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH: Final = 10
"""Messages of one SendMessageBatch at most (AWS)."""
BATCH_BYTES: Final = 900_000
"""Bytes of one SendMessageBatch; AWS allows 1 MiB for all its messages together."""
LONGEST_WAIT: Final = 11 * 3600
"""Seconds a message is hidden at most; AWS allows twelve hours from its delivery on."""
ATTRIBUTE_CHARACTERS: Final = 1_000
"""A cause is for reading; the body beside it tells the rest."""

_LASTING: Final = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "AccessDenied",
        "AccessDeniedException",
        "InvalidAddress",
        "InvalidMessageContents",
        "InvalidParameterValue",
        "MissingParameter",
        "QueueDoesNotExist",
        "UnsupportedOperation",
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send. ``group`` and ``deduplication`` are for FIFO queues."""

    body: str
    group: str = ""
    deduplication: str = ""
    attributes: dict[str, str] = field(default_factory=dict[str, str])


class Queue:
    """One queue by its URL; a FIFO queue is known by its name."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client, self._url = client, url
        self._fifo = url.endswith(".fifo")

    def send(self, messages: Sequence[Message]) -> list[int]:
        """Send in order, ten a call: the positions that were not accepted, after one more try each.

        Of a group nothing is sent by a later call after what was not accepted, so that its order holds when the caller
        tries again. (SQS itself may accept a message of a call and refuse the one before it.)
        """
        failed: list[int] = []
        for positions in _batches(messages):
            blocked = {messages[at].group for at in failed if messages[at].group}
            left = [at for at in positions if messages[at].group not in blocked]
            failed += [at for at in positions if at not in left]
            for _ in range(2):
                left = self._send_batch(messages, left)
                if not left:
                    break
            failed += left
        return sorted(failed)

    def send_all(self, messages: Sequence[Message]) -> None:
        """Send in order. Raises NotNow when any was not accepted; sending all again is right (SQS knows the ids)."""
        failed = self.send(messages)
        if failed:
            raise NotNow(f"{len(failed)} of {len(messages)} messages were not queued")

    def try_to_send(self, messages: Sequence[Message]) -> bool:
        """One call for at most ten messages and no second try: whether all were accepted. Raises Unusable."""
        return not self._send_batch(messages, range(len(messages)))

    def depth(self) -> int:
        """About how many messages wait in the queue or are being worked on; delayed ones not. Raises NotNow, Unusable.

        SQS says of both numbers that they are approximate and settle within a minute.
        """
        with as_domain_errors():
            answer = self._client.get_queue_attributes(
                QueueUrl=self._url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )
        return sum(int(each) for each in answer["Attributes"].values())

    def change_visibility(self, receipt: str, seconds: int) -> None:
        """Show a received message again after so many seconds, at most eleven hours. Raises NotNow."""
        with as_domain_errors():
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=max(0, min(seconds, LONGEST_WAIT))
            )

    def _send_batch(self, messages: Sequence[Message], positions: Sequence[int]) -> list[int]:
        """One call: the positions that were not accepted. Raises Unusable where trying again would be no use."""
        entries = [self._entry(str(at), messages[at]) for at in positions]
        try:
            with as_domain_errors():
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except NotNow:
            return list(positions)
        refused = answer.get("Failed", [])
        for each in refused:
            if each["SenderFault"] and each["Code"] in _LASTING:
                raise Unusable(f"a message that SQS refuses: {each['Code']}")
        return sorted(int(each["Id"]) for each in refused)

    def _entry(self, id_: str, message: Message) -> "SendMessageBatchRequestEntryTypeDef":
        entry: SendMessageBatchRequestEntryTypeDef = {"Id": id_, "MessageBody": message.body}
        if self._fifo:
            entry["MessageGroupId"] = message.group
            entry["MessageDeduplicationId"] = message.deduplication
        if message.attributes:
            entry["MessageAttributes"] = {
                name: {"DataType": "String", "StringValue": _plain(value)} for name, value in message.attributes.items()
            }
        return entry


@contextmanager
def as_domain_errors() -> Iterator[None]:
    """Raise NotNow (busy, unreachable) or Unusable (no such queue, no permission) instead of botocore's errors."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise (Unusable if code in _LASTING else NotNow)(str(error)) from error
    except BotoCoreError as error:
        raise NotNow(str(error)) from error


def _batches(messages: Sequence[Message]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for at, message in enumerate(messages):
        bytes_ = len(message.body.encode())
        if batch and (len(batch) == BATCH or size + bytes_ > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(at)
        size += bytes_
    if batch:
        yield batch


def _plain(text: str) -> str:
    """What SQS takes as an attribute: not empty, not long, no control characters."""
    shown = "".join(each if each.isprintable() else " " for each in text[:ATTRIBUTE_CHARACTERS]).strip()
    return shown or "unknown"
