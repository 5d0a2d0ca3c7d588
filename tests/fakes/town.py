"""The whole house on moto, in one thread: AWS's resources, the handlers, the queues between them, and Meta.

Nothing here sleeps: the clock moves when a test says so, and messages that wait are shown again when nothing else is
left to do, half a minute later. A call of AWS or Meta may kill the process, before or after it had its effect.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

import boto3
import botocore.client
import pytest

from seba import wiring
from seba.domain.places import Area, Locality, Served
from seba.domain.roster import Member
from seba.domain.sessions import Life
from seba.services.verify import Report, verify
from seba.whatsapp.client import SendResult
from seba.whatsapp.signature import sign
from tests import invariant
from tests.fakes.people import centre, session
from tests.fakes.world import NOW, FakeMeta, Time
from tests.tables import CITIZENS, LEDGER, ORDERS, ROSTERS, SESSIONS, SHOPS, WISHES, make_tables
from tests.webhook_events import APP_SECRET, OTHER_NUMBER_ID, PHONE_NUMBER_ID, VERIFY_TOKEN, contact, envelope, value

REGION = "ap-south-1"
QUEUES = ("inbound", "requests", "replies", "notices", "proofs", "waits")
READERS = {
    "inbound": "webhook",
    "requests": "booking",
    "replies": "notifier",
    "notices": "notifier",
    "proofs": "proofs",
    "waits": "webhook",
}
CONNECTIONS = {
    *("_session", "_dynamodb", "_sqs", "_s3", "_secrets_client"),
    *("_citizens_table", "_sessions_table", "_rosters_table", "_wishes_table", "_ledger_table"),
    *("_shops_table", "_orders_table"),
}
"""What holds sockets and nothing else; to make these takes longer than everything a test does with them."""
MOST_STEPS = 500


class Killed(BaseException):
    """The process ended here. Nothing catches it."""


@dataclass
class Guillotine:
    """Counts the calls of AWS and Meta that handlers make, and ends the process at one of them."""

    calls: list[str] = field(default_factory=list[str])
    falls_at: tuple[int, str] | None = None
    function: str = ""
    """The handler that runs; empty: what is called is the test's own doing."""

    def around[T](self, name: str, call: Callable[[], T]) -> T:
        if not self.function:
            return call()
        at = len(self.calls)
        self.calls.append(f"{self.function}: {name}")
        self._fall(at, "before")
        try:
            result = call()
        except Exception:
            # What was refused was called all the same.
            self._fall(at, "after")
            raise
        self._fall(at, "after")
        return result

    def _fall(self, at: int, when: str) -> None:
        if self.falls_at == (at, when):
            self.falls_at = None
            raise Killed


class Graph(FakeMeta):
    """Meta's API behind the guillotine; remembers of which messages it has not yet sent a status."""

    def __init__(self, guillotine: Guillotine) -> None:
        super().__init__()
        self._guillotine = guillotine
        self.unreported: list[tuple[str, dict[str, Any]]] = []

    def send(self, phone_number_id: str, payload: dict[str, Any]) -> SendResult:
        def post() -> SendResult:
            result = FakeMeta.send(self, phone_number_id, payload)
            self.unreported.append((result.wamid, payload))
            return result

        return self._guillotine.around("Meta.send", post)

    def upload_media(self, phone_number_id: str, content: bytes, mime_type: str, filename: str) -> str:
        return self._guillotine.around(
            "Meta.upload", lambda: FakeMeta.upload_media(self, phone_number_id, content, mime_type, filename)
        )

    def show_typing(self, phone_number_id: str, payload: dict[str, Any]) -> None:
        self._guillotine.around("Meta.typing", lambda: FakeMeta.show_typing(self, phone_number_id, payload))


class Context:
    """Lambda's, with plenty of time."""

    aws_request_id = "request"
    function_name = "seba"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:ap-south-1:123456789012:function:seba"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Town:
    """Everything at once. Use within ``mock_aws``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = Time()
        self.guillotine = Guillotine()
        self.meta = Graph(self.guillotine)
        self.number = 0
        self.last: dict[str, Any] = {}
        """The last body that Meta posted for a citizen."""
        self._waiting: list[tuple[str, str]] = []
        # What the handlers' containers remember ends with the test.
        monkeypatch.setattr(wiring, "_house", None)
        monkeypatch.setattr(wiring, "_clock", self.time)
        self._resources()
        for name, given in self._settings().items():
            monkeypatch.setenv(name, given)
        calls = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]  # where every call passes

        def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            name = f"{client.meta.service_model.service_name}.{operation}"
            return self.guillotine.around(name, lambda: calls(client, operation, parameters))

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
        self.restart()
        self._world()
        invariant.watch(lambda: self.verify().findings)

    # ---- what AWS holds ------------------------------------------------------------------------------------------

    def _resources(self) -> None:
        self._dynamodb = boto3.client("dynamodb", region_name=REGION)
        make_tables(self._dynamodb)
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.urls: dict[str, str] = {}
        for name in QUEUES:
            for end in ("", "-dlq"):
                fifo = name not in ("proofs", "waits")
                made = self.sqs.create_queue(
                    QueueName=f"seba-{name}{end}{'.fifo' * fifo}", Attributes={"FifoQueue": "true"} if fifo else {}
                )
                self.urls[name + end] = made["QueueUrl"]
        self.s3 = boto3.client("s3", region_name=REGION)
        for bucket in ("proofs", "lists"):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
        secrets = boto3.client("secretsmanager", region_name=REGION)
        self.secrets = {
            name: secrets.create_secret(Name=name, SecretString=json.dumps(given))["ARN"]
            for name, given in (
                ("webhook", {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}),
                ("token", {"access_token": "token"}),
                ("keys", {"key": "a key for tests only"}),
            )
        }

    def _settings(self) -> dict[str, str]:
        queues = {f"SEBA_{name.upper()}_QUEUE": self.urls[name] for name in QUEUES}
        dlqs = {f"SEBA_{name.upper()}_DLQ": self.urls[f"{name}-dlq"] for name in QUEUES}
        return {
            **queues,
            **dlqs,
            "SEBA_CITIZENS_TABLE": CITIZENS,
            "SEBA_SESSIONS_TABLE": SESSIONS,
            "SEBA_ROSTERS_TABLE": ROSTERS,
            "SEBA_WISHES_TABLE": WISHES,
            "SEBA_LEDGER_TABLE": LEDGER,
            "SEBA_SHOPS_TABLE": SHOPS,
            "SEBA_ORDERS_TABLE": ORDERS,
            "SEBA_PROOFS_BUCKET": "proofs",
            "SEBA_LISTS_BUCKET": "lists",
            "SEBA_WEBHOOK_SECRET": self.secrets["webhook"],
            "SEBA_TOKEN_SECRET": self.secrets["token"],
            "SEBA_KEYS_SECRET": self.secrets["keys"],
            "SEBA_PHONE_NUMBER_IDS": f"{PHONE_NUMBER_ID},{OTHER_NUMBER_ID}",
            "SEBA_DESK_NUMBER": "913322861212",
            "SEBA_SERVICE_EN": "Kolkata's vaccine desk",
            "SEBA_SERVICE_BN": "কলকাতার টিকা ডেস্ক",
            "SEBA_SERVICE_HI": "कोलकाता का टीका डेस्क",
            "SEBA_HELPLINE": "033 2286 1212",
            "SEBA_SHOP_URL": "https://shop.test",
            "SEBA_SEND_RATE_REPLIES": "1000",
            "SEBA_SEND_RATE_NOTICES": "1000",
            "POWERTOOLS_SERVICE_NAME": "seba",
            "POWERTOOLS_METRICS_NAMESPACE": "Seba",
        }

    def _world(self) -> None:
        """One centre with two slots of two places on the day after tomorrow, and its PIN area."""
        house = wiring.house()
        where = centre()
        house.timetable.save_area(
            Area("700019", Served.YES, (Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट"),), 22.52, 88.36)
        )
        house.timetable.save_centre(where)
        day = session(day=self.time.now.date().replace(day=24), capacity=2)
        for slot in day.slots:
            house.rosters.open(slot.id, slot.capacity, day.kept_until)
        house.timetable.add_session(day)
        house.timetable.release(where.id, day.batch, self.time.now)
        assert day.life is Life.OPEN
        self.session = day

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Every item of every table."""
        return {
            name: self._dynamodb.scan(TableName=name)["Items"]
            for name in (CITIZENS, SESSIONS, ROSTERS, WISHES, LEDGER, SHOPS, ORDERS)
        }

    def begin_again(self, tables: Mapping[str, list[dict[str, Any]]], sent: Sequence[dict[str, Any]]) -> None:
        """Another life from a beginning: what was stored and sent then, at the first hour. Queues must be empty."""
        for name, items in self.dump().items():
            for item in items:
                if item not in tables[name]:
                    key: dict[str, Any] = {each: item[each] for each in ("pk", "sk") if each in item}
                    self._dynamodb.delete_item(TableName=name, Key=key)
            for item in tables[name]:
                if item not in items:
                    self._dynamodb.put_item(TableName=name, Item=item)
        self._waiting = []
        self.time.now = NOW
        self.meta.sent, self.meta.unreported = list(sent), []
        self.guillotine.calls = []
        self.restart()

    # ---- the processes -------------------------------------------------------------------------------------------

    def restart(self) -> None:
        """New environments of all functions: nothing is remembered. Only connections are taken along, to save time."""
        connections = {name: made for name, made in vars(wiring.house()).items() if name in CONNECTIONS}
        wiring.replace_clock(self.time)
        house = wiring.house()
        vars(house).update(connections)
        house.stopwatch = self.time.stopwatch
        house.meta = self.meta  # type: ignore[assignment]  # a double

    @contextmanager
    def running(self, function: str) -> Iterator[None]:
        """What is called in here is this function's, and may be its last call."""
        self.guillotine.function = function
        try:
            yield
        finally:
            self.guillotine.function = ""

    def invoke(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run a handler, as Lambda does. Killed comes out of it."""
        handler = import_module(f"{function}.app").handler
        with self.running(function):
            answer: dict[str, Any] = handler(event, Context())
        return answer

    def post(self, body: Mapping[str, Any]) -> int:
        """Meta's POST; a killed process is an answer that never came, and Meta posts again."""
        raw = json.dumps(body)
        event = {
            "version": "2.0",
            "headers": {"x-hub-signature-256": sign(APP_SECRET, raw.encode())},
            "requestContext": {"http": {"method": "POST"}},
            "body": raw,
            "isBase64Encoded": False,
        }
        for _ in range(3):
            try:
                status = int(self.invoke("webhook", event)["statusCode"])
            except Killed:
                self.restart()
                continue
            if status < 500:
                return status
        raise AssertionError("the webhook never answers")

    # ---- the queues ----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything happen that is to happen, with Meta's statuses as they come and waits as long as they take."""
        for _ in range(MOST_STEPS):
            if self._report():
                continue
            if sum(self.deliver(queue) for queue in QUEUES if queue != "waits"):
                continue
            if not self._waiting:
                # Half a minute later: all that was asked is answered by then.
                if self.deliver("waits"):
                    continue
                return
            self.time.pass_(seconds=30)
            for queue, receipt in self._waiting:
                self._show_again(queue, receipt)
            self._waiting = []
        raise AssertionError("it never settles")

    def deliver(self, queue: str) -> bool:
        """One batch of a queue; whether there was any."""
        got = self.sqs.receive_message(
            QueueUrl=self.urls[queue],
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["All"],
            VisibilityTimeout=3600,
        ).get("Messages", [])
        if not got:
            return False
        name = self.urls[queue].rpartition("/")[2]
        try:
            answer = self.invoke(READERS[queue], {"Records": [_record(each, name) for each in got]})
        except Killed:
            self.restart()
            self._waiting += [(queue, each["ReceiptHandle"]) for each in got]
            return True
        stay = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for each in got:
            if each["MessageId"] in stay:
                self._waiting.append((queue, each["ReceiptHandle"]))
            else:
                self.sqs.delete_message(QueueUrl=self.urls[queue], ReceiptHandle=each["ReceiptHandle"])
        return True

    def _show_again(self, queue: str, receipt: str) -> None:
        self.sqs.change_message_visibility(QueueUrl=self.urls[queue], ReceiptHandle=receipt, VisibilityTimeout=0)

    def _report(self) -> bool:
        """Meta's statuses of what it has taken: delivered, then (late) sent."""
        waiting, self.meta.unreported = self.meta.unreported, []
        for wamid, payload in waiting:
            parts = [
                {
                    "id": wamid,
                    "status": state,
                    "timestamp": str(int(self.time.now.timestamp())),
                    "recipient_id": payload.get("to") or payload["recipient"],
                    "biz_opaque_callback_data": payload["biz_opaque_callback_data"],
                }
                for state in ("delivered", "sent")
            ]
            self.post(envelope(value(statuses=parts)))
        return bool(waiting)

    def waiting_in(self, queue: str) -> list[str]:
        """The bodies in a queue."""
        got = self.sqs.receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [each["Body"] for each in got.get("Messages", [])]

    # ---- people --------------------------------------------------------------------------------------------------

    def hear(self, phone: str, *, to: str = PHONE_NUMBER_ID, **content: Any) -> None:
        """A citizen writes, and everything that follows happens."""
        self.only_hear(phone, to=to, **content)
        self.settle()

    def only_hear(self, phone: str, *, to: str = PHONE_NUMBER_ID, **content: Any) -> None:
        """A citizen writes; what follows is still in the queues. Somebody without a number is known by a user id."""
        self.number += 1
        part = {
            "id": f"wamid.IN{self.number:04}{phone}",
            "timestamp": str(int(self.time.now.timestamp())),
            **({"from": phone} if phone.isdigit() else {"from_user_id": phone}),
            **content,
        }
        known = contact("Rina", phone, None) if phone.isdigit() else contact("Rina", None, phone)
        self.last = envelope(value(to, contacts=[known], messages=[part]))
        self.post(self.last)

    def says(self, phone: str, text: str) -> None:
        self.hear(phone, type="text", text={"body": text})

    def taps(self, phone: str, label: str, *, settle: bool = True) -> None:
        """Tap an option of the last message."""
        reply = {"id": self.options(phone)[label], "title": label}
        content: dict[str, Any] = {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": reply},
        }
        (self.hear if settle else self.only_hear)(phone, **content)

    def sent_to(self, phone: str) -> list[dict[str, Any]]:
        return [payload for payload in self.meta.sent if phone in (payload.get("to"), payload.get("recipient"))]

    def last_text(self, phone: str) -> str:
        """The words of the last message."""
        payload = self.sent_to(phone)[-1]
        texts = (payload.get("text") or payload.get("interactive") or {}).get("body", "")
        return str(texts["text"] if isinstance(texts, dict) else texts)

    def options(self, phone: str) -> dict[str, str]:
        """What can be tapped in the last message: label to id."""
        interactive = self.sent_to(phone)[-1]["interactive"]
        action = interactive["action"]
        buttons = {each["reply"]["title"]: each["reply"]["id"] for each in action.get("buttons", [])}
        rows = {row["title"]: row["id"] for section in action.get("sections", []) for row in section["rows"]}
        return buttons | rows

    def minute(self, now: datetime) -> None:
        """The clock strikes at ``now``, and everything that follows happens."""
        self.time.now = now
        assert self.invoke("clock", {"source": "aws.events"}) == {"failed": []}
        self.settle()

    def members(self) -> list[Member]:
        rosters = wiring.house().rosters
        return [member for slot in self.session.slots for member in rosters.members(slot.id)]

    def verify(self) -> Report:
        return verify(self.time.now, wiring.house().verifying)


def _record(message: Mapping[str, Any], queue: str) -> dict[str, Any]:
    """A received message as Lambda's poller hands it over."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{queue}",
        "awsRegion": REGION,
    }


def to_the_offer(town: Town, phone: str, card: str = "ABC1234567") -> None:
    """A new person's whole way to "Shall I book it?"."""
    town.says(phone, "Hi")
    town.taps(phone, "English")
    town.taps(phone, "Yes, for me")
    town.says(phone, "Rina Das")
    town.taps(phone, "Covishield")
    town.says(phone, "16 April 2026")
    town.taps(phone, "No photo")
    town.says(phone, card)
    town.says(phone, "700019")
