"""The double of Meta: takes sends, keeps phones, speaks for citizens, and reports what became of messages."""

import base64
import itertools
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.journal import Journal
from local.meta.bills import Bill, Bills
from local.meta.checks import check_message
from local.meta.deliveries import AGAIN_AFTER, Deliveries, Post
from local.meta.faults import Fault, Faults
from local.meta.media import MediaStore
from local.meta.people import People, Person, Shown
from local.meta.refusals import Refusal
from local.meta.templates import TemplateBook

WINDOW = timedelta(hours=24)
TYPING = timedelta(seconds=25)
NO_SUCH_OBJECT = 33
_RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast Meta lets a number send, and how soon phones answer with ticks (seconds).

    Sources: "Throughput" (80 messages a second, in and out together) and "Pair rate limits" (a burst of 45, then one
    message in six seconds to the same person) of the Cloud API documentation.
    """

    per_second: int = 80
    pair_burst: int = 45
    pair_every: float = 6.0
    sent_after: float = 0.02
    delivered_after: float = 0.12
    read_after: float = 0.4
    again_after: tuple[float, ...] = AGAIN_AFTER


@dataclass(slots=True)
class SentMessage:
    """One call of the send API: the exact `payload`, from which number, and what became of it."""

    at: datetime
    payload: Mapping[str, Any]
    status: str
    identity: str
    number: str
    http: int = 200
    identifier: str = ""
    error: int | None = None
    history: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As `GET /local/sent` shows it. `status`: refused, accepted, sent, delivered, read or failed."""
        return {
            "at": self.at.isoformat(),
            "payload": self.payload,
            "status": self.status,
            "from": self.number,
            "http": self.http,
            "id": self.identifier,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a send is answered with when a fault has its hand in it: the body, and how the answer is spoiled."""

    body: dict[str, Any]
    fault: Fault | None = None


class Meta:
    """WhatsApp's side of the conversation.

    ``numbers`` are the desk's: Meta's id of each, and the number as people see it; the first is the one they write to
    unless they say otherwise. Each has its own throughput, and its own 24 hours with each person.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        post: Post,
        journal: Journal,
        app_secret: str,
        access_token: str,
        numbers: Mapping[str, str],
        templates: TemplateBook | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.numbers = dict(numbers)
        self.templates = templates or TemplateBook()
        self.pace = pace or Pace()
        self.media = MediaStore(clock)
        self.people = People()
        self.faults = Faults()
        self._bills = Bills()
        self._token = access_token
        self._lock = threading.RLock()
        self._serial = itertools.count(1)
        self._sent: list[SentMessage] = []
        self._by_id: dict[str, tuple[SentMessage, Person, Shown]] = {}
        self._recent: dict[str, deque[datetime]] = {number: deque() for number in numbers}
        self._pairs: dict[tuple[str, str], tuple[float, datetime]] = {}
        self._deliveries = Deliveries(post, app_secret, self._answered, self.pace.again_after)

    @property
    def phone_number_id(self) -> str:
        """Meta's id of the desk's first number."""
        return next(iter(self.numbers))

    @property
    def display_number(self) -> str:
        """The desk's first number."""
        return self.numbers[self.phone_number_id]

    # -- what the product calls

    def authorise(self, header: str | None) -> None:
        """Raise Refusal 190 unless the Authorization header bears the access token."""
        if header != f"Bearer {self._token}":
            raise Refusal(190, "Invalid OAuth access token - Cannot parse access token")

    def send(self, phone_number_id: str, payload: object) -> Accepted:
        """Take a send. Raises Refusal as Meta would; a refused send is kept in `sent` all the same."""
        if phone_number_id not in self.numbers:
            raise Refusal(100, f"Object with ID '{phone_number_id}' does not exist", NO_SUCH_OBJECT)
        if not isinstance(payload, Mapping):
            raise Refusal(100, "the body is not a JSON object")
        if payload.get("status") == "read":
            return Accepted(self._read(payload, phone_number_id))
        identity = str(payload.get("to") or payload.get("recipient") or "").lstrip("+")
        fault = self.faults.take(identity)
        if fault is not None and fault.how in ("hang_before", "drop_before", "server_error"):
            what = f"a fault on order: {fault.how.replace('_', ' ')}"
            self.journal.note("meta", what, person=identity, tone="warning")
            return Accepted({}, fault)
        with self._lock:
            record = SentMessage(self.clock(), payload, "accepted", identity, phone_number_id)
            self._sent.append(record)
            try:
                if fault is not None and fault.how == "refuse":
                    raise Refusal(fault.code, "a fault on order")
                body = self._accept(record, payload, fault)
            except Refusal as refusal:
                record.status, record.http, record.error = "refused", refusal.http_status, refusal.code
                self.journal.note("meta", f"refuses: {refusal.code} {refusal.details}", person=identity, tone="bad")
                raise
        return Accepted(body, fault)

    def _read(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        identifier = str(payload.get("message_id", ""))
        with self._lock:
            for person in self.people:
                bubble = person.bubble(identifier)
                if bubble is None or not bubble.mine or bubble.desk != self.numbers[number]:
                    continue
                bubble.ticks = "read"
                self._changed(person, bubble)
                if payload.get("typing_indicator") is not None:
                    if payload["typing_indicator"] != {"type": "text"}:
                        raise Refusal(131009, "typing_indicator.type must be text")
                    person.typing_until = self.clock() + TYPING
                    self.journal.tell("typing", {"id": person.identity, "seconds": TYPING.total_seconds()})
                self._sent.append(SentMessage(self.clock(), payload, "accepted", "", number))
                return {"success": True}
        raise Refusal(131009, f"message_id {identifier} is not a message this number received")

    def _accept(self, record: SentMessage, payload: Mapping[str, Any], fault: Fault | None) -> dict[str, Any]:
        if not record.identity:
            raise Refusal(131008, "parameter to or recipient is missing")
        if record.identity in self.numbers.values():
            raise Refusal(131021, "Recipient phone number cannot be the sender's")
        check_message(payload, self.media.check)
        self._bills.check(payload)
        filled = None
        category = "service"
        if payload.get("type") == "template":
            filled = self.templates.rendered(payload["template"])
            category = filled["category"]
            if category == "authentication" and not payload.get("to"):
                raise Refusal(131062, "authentication templates need a phone number")
        person = self.people.reached(record.identity)
        if person is None:
            raise Refusal(131026, "Message Undeliverable: the recipient is not a WhatsApp user")
        now = self.clock()
        wrote = person.wrote.get(record.number)
        if filled is None and (wrote is None or now - wrote >= WINDOW):
            raise Refusal(131047, "More than 24 hours have passed since the recipient last replied")
        self._pace(person, record.number, now)
        record.identifier = f"wamid.{self._token_for('out', next(self._serial))}"
        desk = self.numbers[record.number]
        shown = Shown(record.identifier, now, False, payload, "sent", filled, category=category, desk=desk)
        person.bubbles.append(shown)
        person.typing_until = None
        self._by_id[record.identifier] = (record, person, shown)
        bill = self._bills.sent(payload, record.number, person.user_id, record.identifier)
        if bill is not None:
            self._show_bill(bill)
        self.journal.tell("bubble", {"id": person.identity, "bubble": shown.as_json()})
        self.journal.note("meta", f"takes {described(payload)} for {person.name}", person=person.identity)
        if fault is not None and fault.how == "status":
            self._report(record.identifier, "failed", 0.05, Refusal(fault.code, "a fault on order"))
        else:
            self._report(record.identifier, "sent", self.pace.sent_after)
            if person.online:
                self._report(record.identifier, "delivered", self.pace.delivered_after)
                self._report(record.identifier, "read", self.pace.read_after)
        contact = {"input": record.identity, "wa_id": person.number, "user_id": person.user_id}
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "contacts": [{key: value for key, value in contact.items() if value is not None}],
            "messages": [{"id": record.identifier}],
        }
        if filled is not None:
            body["messages"][0]["message_status"] = "accepted"
        return body

    def _pace(self, person: Person, number: str, now: datetime) -> None:
        self._count(number, now)
        if len(self._recent[number]) > self.pace.per_second:
            self._recent[number].pop()
            raise Refusal(130429, "Cloud API message throughput has been reached")
        pair = (number, person.user_id)
        tokens, before = self._pairs.get(pair, (float(self.pace.pair_burst), now))
        tokens = min(self.pace.pair_burst, tokens + max(0.0, (now - before).total_seconds()) / self.pace.pair_every)
        if tokens < 1:
            raise Refusal(131056, "Too many messages sent from this phone number to the same phone number")
        self._pairs[pair] = (tokens - 1, now)

    def _count(self, number: str, now: datetime) -> None:
        """One more message of a number in the second that ends now."""
        recent = self._recent[number]
        while recent and not timedelta(0) <= now - recent[0] < timedelta(seconds=1):
            recent.popleft()
        recent.append(now)

    # -- what citizens do

    def meet(self, identity: str, name: str = "", role: str = "citizen") -> Person:
        """Put the phone with this number or user id on the table, met now if need be; ValueError if it is neither."""
        with self._lock:
            person = self.people.meet(identity, name, role)
            if not person.on_table:
                person.on_table = True
                self.journal.tell("phone", person.as_json())
            return person

    def say(
        self, identity: str, message: Mapping[str, Any], *, about: str | None = None, to: str | None = None
    ) -> tuple[str, "Future[int]"]:
        """Speak as a citizen; returns the message id and the webhook's status, in a future.

        `message` is a webhook message without id, time and sender, such as {"type": "text", "text": {"body": "Hi"}};
        `about` is the id of the message it answers; `to` is Meta's id of the desk's number it is written to, else the
        number of that message, else the one they last wrote to. ValueError for a number that the desk has not.
        """
        with self._lock:
            person = self.meet(identity)
            number = to or self._number_of(about, person)
            if number not in self.numbers:
                raise ValueError(f"{number!r} is none of the desk's numbers: {', '.join(self.numbers)}")
            now = self.clock()
            self._count(number, now)
            person.wrote[number] = now
            identifier = f"wamid.{self._token_for('in', next(self._serial))}"
            full: dict[str, Any] = {}
            if person.number is not None:
                full["from"] = person.number
            full |= {"from_user_id": person.user_id, "id": identifier, "timestamp": str(int(now.timestamp()))}
            if about is not None:
                full["context"] = {"from": self.numbers[number], "id": about}
            full |= message
            shown = Shown(identifier, now, True, full, "sent", desk=self.numbers[number])
            person.bubbles.append(shown)
            self.journal.tell("bubble", {"id": person.identity, "bubble": shown.as_json()})
            self.journal.note("phone", f"{person.name} {spoken(full)}", person=person.identity)
            value = {"contacts": [_contact(person)], "messages": [full]}
            answer = self._deliveries.send(
                f"messages of {person.user_id}",
                self._envelope(value, number),
                leaving=lambda: self.journal.note("meta", "signs it and hands it to the desk", person=person.identity),
            )
        answer.add_done_callback(lambda done: self._taken(person, shown, done))
        return identifier, answer

    def change_number(self, identity: str, number: str) -> "Future[int]":
        """The citizen takes another number: Meta announces it as a system message."""
        with self._lock:
            person = self.meet(identity)
            before = self.people.renumber(person, number)
            system = {
                "type": "user_changed_number",
                "body": f"{person.name} changed their number",
                "user_id": person.user_id,
                "previous_user_id": before,
                "wa_id": number,
            }
            message = {
                "id": f"wamid.{self._token_for('in', next(self._serial))}",
                "timestamp": str(int(self.clock().timestamp())),
                "type": "system",
                "system": system,
            }
            self.journal.tell("phone", person.as_json())
            value = {"contacts": [_contact(person)], "messages": [message]}
            return self._deliveries.send(f"messages of {person.user_id}", self._envelope(value))

    def offered(self, identity: str, reply_id: str, message_id: str | None = None) -> tuple[dict[str, Any], str | None]:
        """The webhook message of a tap on `reply_id`, and the id of the message that offered it.

        Looks from the newest bubble backwards (or only at `message_id`); a tap nobody offered comes as a button reply.
        """
        with self._lock:
            person = self.people.find(identity)
            bubbles = [] if person is None else [shown for shown in reversed(person.bubbles) if not shown.mine]
            for shown in bubbles:
                if message_id is not None and shown.identifier != message_id:
                    continue
                message = _tap(shown, reply_id)
                if message is not None:
                    return message, shown.identifier
        reply = {"id": reply_id, "title": reply_id[:20]}
        return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}, message_id

    def set_online(self, identity: str, online: bool) -> None:
        """Switch a phone on or off; a phone that comes back shows what waited."""
        with self._lock:
            person = self.meet(identity)
            person.online = online
            self.journal.tell("phone", person.as_json())
            if online:
                for shown in person.bubbles:
                    if not shown.mine and shown.ticks == "sent":
                        self._report(shown.identifier, "delivered", self.pace.delivered_after)
                        self._report(shown.identifier, "read", self.pace.read_after)

    # -- payments

    def pay(
        self, identity: str, message: str, outcome: str, *, amount: int | None = None, again: bool = False
    ) -> "Future[int]":
        """Pay the bill that this message shows; the webhook's status, in a future.

        ``outcome`` is captured, failed or pending; ``amount`` (paise) makes the gateway take another sum; ``again``
        pays nothing and reports the last attempt once more. ValueError for what is no bill of theirs, or is paid.
        """
        with self._lock:
            person = self.people.find(identity)
            bill = self._bills.of_message(message)
            if person is None or bill is None or bill.person != person.user_id:
                raise ValueError("message is the id of a bill on this phone")
            if again and not bill.attempts:
                raise ValueError("nobody has tried to pay this bill yet")
            if not again:
                self._bills.attempt(bill, outcome, self.clock(), amount)
                self.journal.note("phone", f"{person.name} pays a bill: {outcome}", person=person.identity)
            self._show_bill(bill)
            attempt = bill.attempts[-1]
            status: dict[str, Any] = {"id": bill.message, "type": "payment", "status": bill.status}
            status["timestamp"] = str(attempt["updated_timestamp"])
            if person.number is not None:
                status["recipient_id"] = person.number
            status |= {"recipient_user_id": person.user_id, "payment": bill.report(attempt)}
            value = {"contacts": [_contact(person)], "statuses": [status]}
            return self._deliveries.send(f"payments of {bill.reference}", self._envelope(value, bill.number))

    def look_up_payment(self, number: str, configuration: str, reference: str) -> dict[str, Any]:
        """What became of a bill, as Meta answers it. Raises Refusal."""
        if number not in self.numbers:
            raise Refusal(100, f"Object with ID '{number}' does not exist", NO_SUCH_OBJECT)
        with self._lock:
            return self._bills.look_up(number, configuration, reference)

    def _show_bill(self, bill: Bill) -> None:
        """Tell the page how far a bill is, on the bubble that shows it."""
        _, person, shown = self._by_id[bill.message]
        shown.bill = bill.as_json()
        self.journal.tell("bill", {"id": person.identity, "bubble": shown.identifier, "bill": shown.bill})

    # -- what became of messages

    def _report(self, identifier: str, status: str, after: float, refusal: Refusal | None = None) -> None:
        """Send a status webhook after a while; the ticks change when the webhook leaves."""
        record, person, shown = self._by_id[identifier]
        moment = self.clock() + timedelta(seconds=after)
        report: dict[str, Any] = {"id": identifier, "status": status, "timestamp": str(int(moment.timestamp()))}
        if person.number is not None:
            report["recipient_id"] = person.number
        report["recipient_user_id"] = person.user_id
        callback = record.payload.get("biz_opaque_callback_data")
        if callback is not None:
            report["biz_opaque_callback_data"] = callback
        if status in ("sent", "delivered"):
            report["pricing"] = {
                "billable": True,
                "pricing_model": "PMP",
                "type": "regular",
                "category": shown.category,
            }
        if refusal is not None:
            report["errors"] = [refusal.in_status()]
        value = {"contacts": [_contact(person)], "statuses": [report]}
        self._deliveries.send(
            f"statuses of {identifier}",
            self._envelope(value, record.number),
            after=after,
            leaving=lambda: self._tick(identifier, status, refusal),
        )

    def _tick(self, identifier: str, status: str, refusal: Refusal | None) -> None:
        with self._lock:
            record, person, shown = self._by_id[identifier]
            if _RANK[status] <= _RANK.get(record.status, 0):
                return
            if record.status in ("accepted", "sent") and status in ("delivered", "read"):
                person.billed += 1
            record.status = status
            record.history.append(status)
            shown.ticks = status
            if refusal is not None:
                shown.error = f"{refusal.code} {refusal.title}"
                record.error = refusal.code
            self._changed(person, shown)
            if status == "read":
                self.journal.note("tick", f"{person.name} has read it", person=person.identity, tone="good")
            elif status == "delivered":
                self.journal.note("tick", f"on the phone of {person.name}", person=person.identity)
            elif status == "failed":
                self.journal.note("tick", f"not delivered: {shown.error}", person=person.identity, tone="bad")

    def _taken(self, person: Person, shown: Shown, answer: "Future[int]") -> None:
        """Two grey ticks on a citizen's own message, once the desk's webhook has taken it."""
        if answer.cancelled() or answer.result() != 200:
            return
        with self._lock:
            if shown.ticks == "sent":
                shown.ticks = "delivered"
                self._changed(person, shown)

    def _changed(self, person: Person, shown: Shown) -> None:
        self.journal.tell(
            "ticks",
            {
                "id": person.identity,
                "bubble": shown.identifier,
                "ticks": shown.ticks,
                "error": shown.error,
                "billed": person.billed,
            },
        )

    def _answered(self, status: int, took_ms: float, attempt: int) -> None:
        if not 200 <= status < 300:
            what = f"the webhook answered {status}" if status else "the webhook did not answer"
            self.journal.note("meta", f"{what}; try {attempt + 1}, comes again", tone="bad", took_ms=took_ms)

    # -- for the page and for tests

    def sent(self, to: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """What was posted to the send API, oldest first; with `to` only messages to that number or user id.

        Without `to` the first `after` of all are left out: for whoever has seen so many already.
        """
        with self._lock:
            if to is None:
                return [record.as_json() for record in self._sent[after:]]
            person = self.people.find(to)
            names = {to.lstrip("+")} | ({person.number, person.user_id} if person else set())
            return [record.as_json() for record in self._sent if record.identity and record.identity in names]

    def phones(self) -> list[dict[str, Any]]:
        """Every phone on the table with its bubbles."""
        with self._lock:
            now = self.clock()
            return [
                {**person.as_json(), "typing": person.typing_until is not None and person.typing_until > now}
                for person in self.people
                if person.on_table
            ]

    def pending(self) -> int:
        """Webhooks on their way."""
        return self._deliveries.pending()

    def wait(self, within: float = 10.0) -> bool:
        """Wait until no webhook is on its way, at most `within` seconds; whether that is so."""
        return self._deliveries.wait(within)

    def deliver(self, values: Sequence[Mapping[str, Any]], *, chain: str = "by hand") -> "Future[int]":
        """Deliver several `value` objects in one body, as Meta does when much happens at once."""
        envelope = self._envelope({})
        envelope["entry"][0]["changes"] = [
            {"field": "messages", "value": {**self._metadata(self.phone_number_id), **value}} for value in values
        ]
        return self._deliveries.send(chain, envelope)

    def close(self) -> None:
        """Stop the background deliveries."""
        self._deliveries.close()

    def _number_of(self, identifier: str | None, person: Person) -> str:
        """The number from which this message was sent, else the one the person last wrote to, else the first."""
        sent = self._by_id.get(identifier or "")
        if sent is not None:
            return sent[0].number
        return max(person.wrote, key=lambda number: person.wrote[number], default=self.phone_number_id)

    def _metadata(self, number: str) -> dict[str, Any]:
        metadata = {"display_phone_number": self.numbers[number], "phone_number_id": number}
        return {"messaging_product": "whatsapp", "metadata": metadata}

    def _envelope(self, value: Mapping[str, Any], number: str = "") -> dict[str, Any]:
        change = {"value": {**self._metadata(number or self.phone_number_id), **value}, "field": "messages"}
        return {"object": "whatsapp_business_account", "entry": [{"id": "200000000000001", "changes": [change]}]}

    def _token_for(self, direction: str, serial: int) -> str:
        """An id in the look of Meta's: unique within this run."""
        return base64.b64encode(f"{self.phone_number_id}:{direction}:{serial:08d}".encode()).decode().rstrip("=")


def _contact(person: Person) -> dict[str, Any]:
    contact: dict[str, Any] = {"profile": {"name": person.name}, "user_id": person.user_id}
    if person.number is not None:
        contact["wa_id"] = person.number
    return contact


def _tap(shown: Shown, reply_id: str) -> dict[str, Any] | None:
    """The webhook message of a tap on `reply_id` of this bubble, None if it does not offer it."""
    interactive = shown.message.get("interactive") or {}
    action = interactive.get("action") or {}
    for button in action.get("buttons") or []:
        if button["reply"]["id"] == reply_id:
            reply = {"id": reply_id, "title": button["reply"]["title"]}
            return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}
    for section in action.get("sections") or []:
        for row in section["rows"]:
            if row["id"] == reply_id:
                reply = {key: row[key] for key in ("id", "title", "description") if row.get(key)}
                return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}
    for button in (shown.filled or {}).get("buttons", []):
        if button.get("payload") == reply_id:
            return {"type": "button", "button": {"payload": reply_id, "text": button["text"]}}
    return None


def described(payload: Mapping[str, Any]) -> str:
    """A message of the desk in a few words."""
    kind = str(payload.get("type", "text"))
    if kind == "template":
        return f"the template {payload['template']['name']}"
    if kind != "interactive":
        return {"image": "a picture", "document": "a document", "location": "a map pin"}.get(kind, f"a {kind}")
    inner = payload["interactive"]
    what = {
        "button": "a message with buttons",
        "list": "a list",
        "location_request_message": "a request for the location",
        "cta_url": "a link button",
        "order_details": "a bill",
        "order_status": "the status of an order",
    }.get(inner["type"], f"a message of type {inner['type']}")
    return what + (" and a picture" if (inner.get("header") or {}).get("type") == "image" else "")


def spoken(message: Mapping[str, Any]) -> str:
    """What a citizen did, in a few words."""
    kind = message["type"]
    if kind == "text":
        return f"writes “{message['text']['body'][:60]}”"
    if kind == "interactive":
        inner = message["interactive"]
        reply = inner.get("button_reply") or inner.get("list_reply") or {}
        return f"taps [{reply.get('title', inner.get('type'))}]"
    if kind == "button":
        return f"taps [{message['button']['text']}]"
    return {
        "image": "sends a photo",
        "document": "sends a document",
        "audio": "sends a voice note",
        "sticker": "sends a sticker",
        "location": "shares a location",
        "contacts": "sends a contact card",
        "video": "sends a video",
        "reaction": "reacts with an emoji",
    }.get(kind, f"sends {json.dumps(kind)}")
