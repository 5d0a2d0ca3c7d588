"""The queues in front of functions, read as Lambda's event source mappings read them.

A batch that succeeds is deleted; of a partly failed one, only what succeeded; what failed comes back when its
visibility ends, and moves to the dead-letter queue after as many receives as its redrive policy says. moto gives a
group's next message only after the one before has gone.

One thing is quicker than on AWS: a failed message would wait out the queue's visibility (minutes). Here it waits at
most `failed_after` seconds, unless the function itself has set its visibility.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.queues import Depth, Queues
from local.aws.resources import REGION, Source
from local.journal import Journal
from local.lambdas.environment import Outcome

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# How many batches of one queue are handled at once, whatever the template allows: the machine is one.
MOST_AT_ONCE = 2
_LOOK_AGAIN = 5.0
_LOOK_SOON = 0.25


class Poller:
    """Reads one queue for one function."""

    def __init__(
        self,
        source: Source,
        client: "SQSClient",
        queues: Queues,
        invoke: Callable[[str, object], Outcome],
        journal: Journal,
        failed_after: float,
    ) -> None:
        self.source = source
        self._client = client
        self._queues = queues
        self._invoke = invoke
        self._journal = journal
        self._failed_after = failed_after
        self._wake = threading.Condition()
        self._calls = 0
        self._stopping = False
        self._busy = 0
        self._set_by_function: set[str] = set()
        count = min(MOST_AT_ONCE, source.concurrency or MOST_AT_ONCE)
        self._threads = [
            threading.Thread(target=self._run, name=f"poll-{source.queue.name}-{index}", daemon=True)
            for index in range(count)
        ]

    def start(self) -> None:
        """Begin to read."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the batches at hand and stop."""
        with self._wake:
            self._stopping = True
            self._calls += 1
            self._wake.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def wake(self) -> None:
        """Something has changed in the queue."""
        with self._wake:
            self._calls += 1
            self._wake.notify_all()

    def visibility_set(self, receipt: str) -> None:
        """The function has set the visibility of a message itself: it stays as it is."""
        with self._wake:
            self._set_by_function.add(receipt)

    def busy(self) -> int:
        """Batches at hand."""
        with self._wake:
            return self._busy

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._stopping:
                    return
                seen = self._calls
                self._busy += 1
            try:
                worked = self._once()
            except (BotoCoreError, ClientError) as problem:
                self._journal.note(self.source.queue.name, f"cannot be read: {problem}", tone="bad")
                worked = False
            finally:
                with self._wake:
                    self._busy -= 1
            if worked:
                continue
            depth = self._queues.depth(self.source.queue.name)
            with self._wake:
                if self._calls == seen:
                    self._wake.wait(timeout=_pause(depth))

    def _once(self) -> bool:
        """Receive and handle one batch; False if there was nothing."""
        queue = self.source.queue
        received = self._client.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=min(10, self.source.batch_size),
            WaitTimeSeconds=0,
            VisibilityTimeout=queue.visibility,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not received:
            return False
        outcome = self._invoke(self.source.function, {"Records": [self._record(message) for message in received]})
        failed = failed_ids(outcome, [message["MessageId"] for message in received], partial=self.source.partial)
        for message in received:
            if message["MessageId"] in failed:
                self._leave(message)
            else:
                self._client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
        if failed:
            reason = outcome.failure or f"{len(failed)} of {len(received)} not done"
            self._journal.note(queue.name, f"{self.source.function} will see it again: {reason}", tone="warning")
        with self._wake:
            self._set_by_function -= {message["ReceiptHandle"] for message in received}
            self._wake.notify_all()
        return True

    def _leave(self, message: Mapping[str, Any]) -> None:
        """Leave a failed message in the queue, to come back soon."""
        receipt = message["ReceiptHandle"]
        with self._wake:
            if receipt in self._set_by_function:
                return
        seconds = int(min(self._failed_after, self.source.queue.visibility))
        # It may have been deleted or moved meanwhile.
        with contextlib.suppress(ClientError):
            self._client.change_message_visibility(
                QueueUrl=self.source.queue.url, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A record of Lambda's SQS event."""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message.get("Attributes", {})),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.source.queue.arn,
            "awsRegion": REGION,
        }


def _pause(depth: Depth) -> float:
    """Seconds until it is worth looking again, if nobody wakes the poller."""
    if depth.waiting:
        return _LOOK_SOON  # behind another of their group
    return _LOOK_AGAIN if depth.next_in is None else min(_LOOK_AGAIN, max(_LOOK_SOON, depth.next_in))


def failed_ids(outcome: Outcome, message_ids: Sequence[str], *, partial: bool) -> set[str]:
    """Which messages of a batch Lambda takes as failed.

    All, if the function failed or its list of failures names an unknown or empty id; with ReportBatchItemFailures the
    listed ones; otherwise none.
    """
    everything = set(message_ids)
    if outcome.error is not None:
        return everything
    if not partial or not outcome.result:
        return set()
    if not isinstance(outcome.result, dict):
        return everything
    failures = outcome.result.get("batchItemFailures")
    if failures is None or failures == []:
        return set()
    try:
        listed = {failure["itemIdentifier"] for failure in failures}
    except (KeyError, TypeError):
        return everything
    unknown = listed - everything
    return everything if unknown else listed


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    return attribute
