"""``seba dlq``: messages that could not be handled, and why; back into their queue once the cause is mended."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from ops.deployment import Deployment
from ops.screen import counted, show_json, show_table
from seba.conversation import codec
from seba.conversation.say import Request, Say
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Unusable
from seba.queues.lanes import CAUSE
from seba.services import deferred
from seba.whatsapp.inbound import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

QUEUES: Final = ("inbound", "requests", "replies", "notices", "proofs", "waits")
BATCH: Final = 10
HELD: Final = 60
"""Seconds for which a message that is looked at is hidden from others."""
CRASHED: Final = "the function ended without a word (time-out, memory): see its log"


@dataclass(frozen=True, slots=True)
class Letter:
    """A parked message; nothing of what is shown is a name, a number or a text of a citizen."""

    queue: str
    parked_at: str
    group: str
    """The citizen's id, or the slot."""
    what: str
    cause: str


@click.group()
def dlq() -> None:
    """Look at messages that are parked because they could not be handled, and send them back."""


@dlq.command()
@click.argument("queue", required=False, type=click.Choice(QUEUES))
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Look at so many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def show(deployment: Deployment, queue: str | None, most: int, as_json: bool) -> None:
    """What is parked in QUEUE (or in all), since when and why. Bodies are not shown: they may hold what people wrote.

    \b
    Example: seba dlq show replies
    Exit code 1 when anything is parked.
    """
    letters: list[Letter] = []
    in_all = 0
    for name in (queue,) if queue else QUEUES:
        url = _dead_letters(deployment, name)
        in_all += _about(deployment.sqs, url)
        seen = list(_received(deployment.sqs, url, most))
        for message in reversed(seen):
            # Seen, and at once there again for others.
            deployment.sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        letters += [_letter(name, message) for message in seen]
    if as_json:
        show_json([asdict(letter) for letter in letters])
    elif letters:
        columns = ("queue", "parked", "citizen or slot", "what", "cause")
        rows = [(each.queue, each.parked_at, each.group, each.what, each.cause) for each in letters]
        # SQS hands out no more of a group while its first ones are looked at.
        also = f" (the first of about {in_all})" if in_all > len(letters) else ""
        show_table(f"{len(letters)} parked{also}", columns, rows)
        click.echo("When the cause is mended: seba dlq redrive QUEUE")
    else:
        click.echo("Nothing is parked.")
    if letters:
        raise click.exceptions.Exit(1)


@dlq.command()
@click.argument("queue", type=click.Choice(QUEUES))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def redrive(deployment: Deployment, queue: str, yes: bool) -> None:
    """Send everything that is parked now back into QUEUE, in its order. What fails again is parked again.

    Safe to repeat: every message has its effect once, however often it comes.

    \b
    Example: seba dlq redrive replies
    """
    if not yes:
        click.confirm(f"Send everything parked in {queue} back to its queue?", abort=True)
    dead, source = _dead_letters(deployment, queue), _source(deployment, queue)
    begun = datetime.now(UTC)
    moved = 0
    for message in _received(deployment.sqs, dead, most=1_000_000, before=begun):
        _send_back(deployment.sqs, source, message)
        deployment.sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    click.echo(f"{counted(moved, 'message')} sent back to {queue}.")


def _received(sqs: "SQSClient", url: str, most: int, before: datetime | None = None) -> Iterator["MessageTypeDef"]:
    """The messages of a queue, hidden for a minute; with ``before`` those parked later are left."""
    left = most
    while left > 0:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(BATCH, left),
            VisibilityTimeout=HELD,
            WaitTimeSeconds=0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        for message in messages:
            if before is not None and _parked_at(message) > before:
                return
            left -= 1
            yield message


def _about(sqs: "SQSClient", url: str) -> int:
    """How many messages a queue holds, as far as SQS knows."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def _send_back(sqs: "SQSClient", source: str, message: "MessageTypeDef") -> None:
    group = message.get("Attributes", {}).get("MessageGroupId", "")
    if source.endswith(".fifo"):
        # The message's own id: whoever is interrupted here sends it again, and the queue takes it once.
        sqs.send_message(
            QueueUrl=source,
            MessageBody=message["Body"],
            MessageGroupId=group,
            MessageDeduplicationId=message["MessageId"],
        )
    elif group:
        sqs.send_message(QueueUrl=source, MessageBody=message["Body"], MessageGroupId=group)
    else:
        sqs.send_message(QueueUrl=source, MessageBody=message["Body"])


def _letter(queue: str, message: "MessageTypeDef") -> Letter:
    attributes = message.get("MessageAttributes", {})
    return Letter(
        queue,
        f"{at_the_desk(_parked_at(message)):%d %b %H:%M}",
        message.get("Attributes", {}).get("MessageGroupId", ""),
        _what(queue, message["Body"]),
        attributes[CAUSE].get("StringValue", CRASHED) if CAUSE in attributes else CRASHED,
    )


def _what(queue: str, body: str) -> str:
    """The kind of a body, and of an effect its id; never what somebody wrote."""
    try:
        if queue == "inbound":
            event = deferred.read(body)
            kind = type(event).__name__.lower()
            return f"{kind}: {type(event.content).__name__.lower()}" if isinstance(event, Message) else kind
        effect = codec.read_effect(body)
    except Unusable:
        return "cannot be read"
    match effect.act:
        case Say(key=key):
            return f"{effect.id} says {key}"
        case Request(ask=ask, slot=slot):
            return f"{effect.id} asks to {ask} {slot}"
        case act:
            return f"{effect.id} {type(act).__name__.lower()}"


def _parked_at(message: "MessageTypeDef") -> datetime:
    sent = message.get("Attributes", {}).get("SentTimestamp", "0")
    return datetime.fromtimestamp(int(sent) / 1000, UTC)


def _dead_letters(deployment: Deployment, queue: str) -> str:
    return str(getattr(deployment.settings, f"{queue}_dlq"))


def _source(deployment: Deployment, queue: str) -> str:
    return str(getattr(deployment.settings, f"{queue}_queue"))
