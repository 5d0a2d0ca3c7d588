"""The sample events of the functions that no request reaches: what their queues and the clock hand them.

`python -m tests.queue_events` writes them anew; a test holds that the files are what this page makes. With
`sam local invoke` or the runtime's emulator they show how a function is called. Nobody in them exists.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from seba.conversation.codec import write_effect
from seba.conversation.records import Effect, effect_id
from seba.conversation.say import Act, Ask, FetchProof, Request, Say

FOLDER = Path(__file__).parent.parent / "events"
QUEUED_AT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
CITIZEN = "7Hq2LmZx0"
SLOT, BOOKING = "SAMP1E", "SAMP1E0A1B"


def effect(n: int, act: Act) -> str:
    """The body of a queued effect of the sample citizen."""
    return write_effect(Effect(effect_id(CITIZEN, "5eba0001", n), act), QUEUED_AT)


def sqs_event(queue: str, bodies: Sequence[str], group: str = "") -> dict[str, Any]:
    """A batch as Lambda's poller hands it over; a queue of groups has a name that ends in .fifo."""
    return {"Records": [_record(queue, number, body, group) for number, body in enumerate(bodies, 1)]}


def _record(queue: str, number: int, body: str, group: str) -> dict[str, Any]:
    sent = str(int((QUEUED_AT + timedelta(seconds=number)).timestamp() * 1000))
    attributes = {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": sent,
        "SenderId": "AROASAMPLE:seba-dev-webhook",
        "ApproximateFirstReceiveTimestamp": sent,
    }
    if group:
        attributes |= {
            "SequenceNumber": f"1888000000000000{number:04}",
            "MessageGroupId": group,
            "MessageDeduplicationId": f"sample-{number}",
        }
    return {
        "messageId": f"00000000-0000-4000-8000-{number:012}",
        "receiptHandle": f"sample-receipt-{number}",
        "body": body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": "00000000000000000000000000000000",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:ap-south-1:123456789012:{queue}",
        "awsRegion": "ap-south-1",
    }


def tick(function: str) -> dict[str, Any]:
    """What a schedule hands to a function every minute."""
    return {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-22T04:30:00Z",
        "region": "ap-south-1",
        "resources": [f"arn:aws:events:ap-south-1:123456789012:rule/seba-dev-{function}-every-minute"],
        "detail": {},
    }


def events() -> Mapping[str, dict[str, Any]]:
    """Every sample by its file's name."""
    say = Say("greeting")
    return {
        "clock-tick.json": tick("clock"),
        "draws-tick.json": tick("draws"),
        "queue-notices.json": sqs_event("seba-dev-notices.fifo", [effect(0, say)], CITIZEN),
        "queue-proofs.json": sqs_event("seba-dev-proofs", [effect(0, FetchProof("990000000000001", "1-5eba0001"))]),
        "queue-replies.json": sqs_event("seba-dev-replies.fifo", [effect(0, say), effect(1, say)], CITIZEN),
        "queue-requests.json": sqs_event(
            "seba-dev-requests.fifo",
            [effect(0, Request(Ask.CHECK, SLOT, booking=BOOKING, centre="W068"))],
            SLOT,
        ),
    }


def text_of(event: Mapping[str, Any]) -> str:
    """A sample as its file has it."""
    return json.dumps(event, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write all samples."""
    for name, event in events().items():
        (FOLDER / name).write_text(text_of(event))


if __name__ == "__main__":
    main()
