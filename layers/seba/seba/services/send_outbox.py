"""What speaks: one queued effect at a time is rendered, posted to Meta, noted in the ledger and taken from the outbox.

The ledger item is put before the call, and Meta's id after it. An item that says ``sending`` when the effect comes
again is an unknown: the process ended, or Meta did not answer. Every message carries the effect's id as its callback
data, so a status from Meta settles it; only when none has come for three minutes is the message sent once more: a rare
double is better than silence (docs/decisions/exactly-one-confirmation.md).

What makes a message wait changes its visibility and is no try; it holds up only its own citizen, unless it is about the
number or the account as a whole. A desk may have several numbers; each citizen is answered from the one they last wrote
to, and each number has a pace of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from seba.conversation.records import DONE_BY_QUEUEING, Citizen, Effect, Entry, Stop, effect_id, parts_of_effect
from seba.conversation.say import LookUp, OrderAsk, OrderRequest, Say, Typing
from seba.conversation.talk import Talk
from seba.domain.appointments import Standing
from seba.domain.errors import NotNow, Unusable
from seba.domain.orders import Life, Order, Paid
from seba.services.journal import Journal, cause_of
from seba.services.ports import Breaker, Citizens, Files, Lane, Ledger
from seba.whatsapp import outgoing, statuses
from seba.whatsapp.bills import order_of_bill
from seba.whatsapp.client import (
    CAPTURED,
    MediaRefused,
    MetaRejected,
    MetaUnreachable,
    PaymentState,
    SendResult,
    SendTimedOut,
)
from seba.whatsapp.limits import NUMBER_TOO_FAST, WINDOW_HOURS, Disposition
from seba.whatsapp.render import Rendered

SENDING, WAITING, NOT_SENT = "sending", "waiting", "not_sent"
"""States of the ledger that are not Meta's: begun; surely not gone yet; shall not go."""

RECONCILED_WITHIN = timedelta(minutes=3)
"""How long a status from Meta is waited for after a try whose end is unknown."""
LOOK_AGAIN = 30
"""Seconds between two looks for that status."""
MOST_TRIES = 6
"""Tries whose end is unknown; then the message is given up. With the waits between them more than half an hour."""
LONGEST_WAIT = 900
"""Seconds between two tries while Meta is busy, at most."""
LONGEST_RECIPIENT_WAIT = 3600
"""Seconds that one person's messages wait at most when Meta says there are too many (it asks for 4^n)."""
STOPPED_WAIT = 900
"""Seconds until the breaker is asked again: with the thousand receives of the queues' redrive policies ten days."""
BREAKER_SECONDS = 5.0
"""How long a batch's reading of the breaker holds."""
TYPING_LASTS = timedelta(seconds=20)
WINDOW = timedelta(hours=WINDOW_HOURS) - timedelta(minutes=1)
"""A minute short of WhatsApp's, for the way there."""
PARKED_AT = 3
"""The failure of our own code over one message at which it is set aside."""

MOST_LOOKS = 6
"""Looks at a payment that is announced as captured and is not yet: about a minute, as the citizen's messages wait."""

REPLIES, NOTICES = "replies", "notices"


class Render(Protocol):
    """Words a message in the citizen's language."""

    def __call__(self, say: Say, talk: Talk, *, as_template: bool) -> Rendered:
        """As a free message, or as the template that may go when the 24 hours are over."""


class Meta(Protocol):
    """Meta's API (``seba.whatsapp.client.MetaClient``)."""

    def send(self, phone_number_id: str, payload: dict[str, Any]) -> SendResult:
        """Post a message."""

    def show_typing(self, phone_number_id: str, payload: dict[str, Any]) -> None:
        """Blue ticks and "typing…"."""

    def upload_media(self, phone_number_id: str, content: bytes, mime_type: str, filename: str) -> str:
        """Upload a file: its media id."""

    def look_up_payment(self, phone_number_id: str, configuration: str, reference: str) -> PaymentState:
        """Ask what became of a bill."""


def _no_orders(_: str) -> Order | None:
    return None


def _no_requests(_: str, __: Effect) -> None:
    raise Unusable("this function may not write to requests")


@dataclass(frozen=True, slots=True)
class Delivery:
    """An effect as a lane delivers it."""

    id: str
    """The queue's id of this message."""
    receipt: str
    group: str
    receives: int
    lane: str
    """``replies`` or ``notices``."""
    body: str
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class SendPorts:
    """What sending needs of the world."""

    citizens: Citizens
    ledger: Ledger
    breaker: Breaker
    lanes: dict[str, Lane]
    lists: Files
    meta: Meta
    render: Render
    read: Callable[[str], Effect]
    """The effect in a body of the lanes. Raises Unusable."""
    journal: Journal
    clock: Callable[[], datetime]
    stopwatch: Callable[[], float]
    sleep: Callable[[float], None]
    rates: dict[str, float]
    """Messages a second of this environment from each number, by lane."""
    numbers: tuple[str, ...] = ()
    """Meta's ids of the desk's numbers. From one that is not among them nothing can be sent: then from the first."""
    order: Callable[[str], Order | None] = _no_orders
    """An order as it stands now. Raises NotNow."""
    ask: Callable[[str, Effect], None] = _no_requests
    """Queue a citizen's request into the requests. Raises NotNow."""
    configuration: str = ""
    """The payment configuration in WhatsApp Manager; empty where nobody pays inside WhatsApp."""


class ComesAgain(Exception):
    """The message stays in its queue and is shown again after ``seconds``; ``everyone``: so do all others.

    ``number``: so do all that go out from this number.
    """

    def __init__(self, seconds: int, *, everyone: bool = False, number: str = "") -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds
        self.everyone = everyone
        self.number = number


@dataclass(slots=True)
class Container:
    """What one environment remembers between batches: its pace and its last look at the breaker."""

    next_at: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    """When the next message may go, by lane and number."""
    looked_at: float | None = None
    stopped: Stop | None = None


class Batch:
    """The sending of one batch. ``deliver`` each message in order, then ``finish`` with those that stay."""

    def __init__(self, ports: SendPorts, container: Container, in_time: Callable[[], bool] = lambda: True) -> None:
        self._ports = ports
        self._container = container
        self._in_time = in_time
        self._waits: dict[str, int] = {}
        self._everyone: int | None = None
        self._numbers: dict[str, int] = {}
        """How long those of a number wait that Meta is too busy for."""

    def deliver(self, delivery: Delivery) -> None:
        """Settle one message, or raise ComesAgain. Whatever else goes wrong ends in one of the two."""
        ports = self._ports
        try:
            if self._everyone is not None:
                raise ComesAgain(self._everyone, everyone=True)
            if not self._in_time():
                raise ComesAgain(1, everyone=True)
            self._deliver(delivery)
        except ComesAgain as again:
            self._waits[delivery.group] = again.seconds
            if again.everyone:
                self._everyone = again.seconds
            if again.number:
                self._numbers[again.number] = again.seconds
            raise
        except NotNow as error:
            ports.journal.wrong("AWS is busy", cause_of(error), citizen=delivery.group)
            self._waits[delivery.group] = _backed_off(delivery.receives)
            raise ComesAgain(self._waits[delivery.group]) from None
        except Exception as error:  # noqa: BLE001  # a message that makes the code fail must not hold up the lane
            if self._failures(delivery) >= PARKED_AT and self._park(delivery, error):
                return
            ports.journal.wrong("not sent", cause_of(error), citizen=delivery.group, receives=delivery.receives)
            self._waits[delivery.group] = _backed_off(delivery.receives)
            raise ComesAgain(self._waits[delivery.group]) from None

    def finish(self, left: Sequence[Delivery]) -> None:
        """Let the messages that stay wait as long as they must; those behind a waiting one wait as long as it does."""
        for delivery in left:
            seconds = self._waits.get(delivery.group, self._everyone if self._everyone is not None else 1)
            try:
                self._ports.lanes[delivery.lane].wait(delivery.receipt, seconds)
            except Exception as error:  # noqa: BLE001  # whatever it was, what was settled must not come again
                # Then it is shown again when the queue's own time is over.
                self._ports.journal.wrong("cannot wait", cause_of(error), citizen=delivery.group)

    # ---- one message ---------------------------------------------------------------------------------------------

    def _deliver(self, delivery: Delivery) -> None:
        ports = self._ports
        if self._stopped() is not None:
            raise ComesAgain(STOPPED_WAIT, everyone=True)
        effect = ports.read(delivery.body)
        name, cause, _ = parts_of_effect(effect.id)
        if isinstance(effect.act, Typing) and ports.clock() - delivery.queued_at > TYPING_LASTS:
            return
        citizen = ports.citizens.read(name)
        if citizen is None:
            ports.journal.note("nobody there", effect=effect.id)
            return
        if isinstance(effect.act, Typing):
            self._type(effect.act, citizen)
            return
        number = self._number(citizen)
        if number in self._numbers:
            raise ComesAgain(self._numbers[number])
        if isinstance(effect.act, LookUp):
            self._look_up(effect, effect.act.order, citizen, delivery)
            self._acknowledge(citizen, cause, effect)
            return
        if not isinstance(effect.act, Say):
            raise Unusable(f"{type(effect.act).__name__} is not for the notifier")
        if not self._settled_earlier(effect, effect.act):
            reason = _unwanted(effect.act, citizen, delivery.lane) or self._unwanted_by_order(effect.act)
            if reason:
                ports.ledger.end(effect.id, NOT_SENT, (SENDING,), ports.clock(), reason=reason)
                ports.journal.count("NotSent")
                ports.journal.note("not sent", effect=effect.id, reason=reason)
            else:
                self._send(effect, effect.act, citizen, delivery)
        self._acknowledge(citizen, cause, effect)

    def _settled_earlier(self, effect: Effect, say: Say) -> bool:
        """Whether an earlier delivery settled this; else the ledger now says ``sending`` for us alone."""
        ports = self._ports
        now = ports.clock()
        entry = ports.ledger.begin(effect.id, say.key, now)
        if entry is None:
            return False
        if entry.state not in (SENDING, WAITING):
            ports.journal.count("AlreadySent")
            return True
        tries = entry.tries
        if entry.state == SENDING:
            self._reconcile(entry, now)
            if entry.tries >= MOST_TRIES:
                ports.ledger.end(effect.id, statuses.FAILED, (SENDING,), now, reason="no answer from Meta")
                ports.journal.count("GivenUp")
                ports.journal.note("given up", effect=effect.id, reason="no answer from Meta", tries=tries)
                return True
            tries += 1
        if not ports.ledger.begin_again(entry, now, tries):
            raise ComesAgain(1)
        return False

    def _reconcile(self, entry: Entry, now: datetime) -> None:
        """Wait for Meta's status while there is hope of one; after every silent try twice as long."""
        patience = min(RECONCILED_WITHIN * 2 ** (entry.tries - 1), timedelta(minutes=15))
        left = (entry.begun_at + patience - now).total_seconds()
        if left > 0:
            raise ComesAgain(max(1, min(LOOK_AGAIN, round(left))))

    def _send(self, effect: Effect, say: Say, citizen: Citizen, delivery: Delivery) -> None:
        open_window = _window_is_open(citizen, self._ports.clock())
        number = self._number(citizen)
        try:
            self._post(effect, say, citizen, delivery, as_template=not open_window)
        except MetaRejected as error:
            if error.disposition is Disposition.SEND_AS_TEMPLATE and open_window:
                # Meta's clock says that the 24 hours are over.
                instead, as_template = say, True
            elif error.disposition is Disposition.GIVE_UP and say.pay:
                # Most likely this very bill is in the chat already, as WhatsApp takes each only once: the words alone.
                self._ports.journal.note("bill refused", effect=effect.id, code=error.code, http=error.http_status)
                instead, as_template = replace(say, pay=""), not open_window
            else:
                self._refused(effect, error, delivery, number)
                return
            try:
                self._post(effect, instead, citizen, delivery, as_template=as_template)
            except MetaRejected as again:
                self._refused(effect, again, delivery, number)

    def _post(self, effect: Effect, say: Say, citizen: Citizen, delivery: Delivery, *, as_template: bool) -> None:
        ports = self._ports
        try:
            payload = self._payload(effect, say, citizen, as_template=as_template)
            self._pace(delivery.lane, self._number(citizen))
        except MetaRejected:
            raise
        except MetaUnreachable as error:
            raise self._nothing_went(effect, error, delivery) from None
        except Exception:
            # Our own fault or AWS's: surely nothing has gone out, so there is nothing to reconcile.
            ports.ledger.end(effect.id, WAITING, (SENDING,), ports.clock())
            raise
        try:
            result = ports.meta.send(self._number(citizen), payload)
        except SendTimedOut as error:
            ports.journal.wrong("unknown whether sent", cause_of(error), effect=effect.id)
            raise ComesAgain(LOOK_AGAIN) from None
        except MetaUnreachable as error:
            raise self._nothing_went(effect, error, delivery) from None
        # A status may have been faster; then the ledger knows more than we do.
        ports.ledger.end(effect.id, statuses.ACCEPTED, (SENDING,), ports.clock(), wamid=result.wamid)
        ports.journal.count("Sent")
        ports.journal.note("sent", effect=effect.id, key=say.key, template=int(as_template))

    def _nothing_went(self, effect: Effect, error: MetaUnreachable, delivery: Delivery) -> ComesAgain:
        ports = self._ports
        ports.ledger.end(effect.id, WAITING, (SENDING,), ports.clock())
        ports.journal.wrong("no way to Meta", cause_of(error), effect=effect.id)
        return ComesAgain(_backed_off(delivery.receives), everyone=True)

    def _refused(self, effect: Effect, error: MetaRejected, delivery: Delivery, number: str) -> None:
        """What Meta's refusal of a message from ``number`` means: the message is given up, or raises ComesAgain."""
        ports = self._ports
        now = ports.clock()
        fields = {"effect": effect.id, "code": error.code, "http": error.http_status}
        match error.disposition:
            case Disposition.RETRY_RECONCILE if not isinstance(error, MediaRefused):
                ports.journal.note("unknown whether sent", **fields)
                raise ComesAgain(LOOK_AGAIN)
            case Disposition.BACK_OFF | Disposition.RETRY_RECONCILE:
                ports.ledger.end(effect.id, WAITING, (SENDING,), now)
                ports.journal.count("BackedOff")
                ports.journal.note("Meta is busy", number=number, **fields)
                seconds = _backed_off(delivery.receives)
                if error.code == NUMBER_TOO_FAST:
                    # The desk's other numbers are not slower because of it.
                    raise ComesAgain(seconds, number=number)
                raise ComesAgain(seconds, everyone=True)
            case Disposition.BACK_OFF_RECIPIENT:
                ports.ledger.end(effect.id, WAITING, (SENDING,), now)
                ports.journal.count("BackedOff")
                ports.journal.note("too many to one person", **fields)
                raise ComesAgain(min(LONGEST_RECIPIENT_WAIT, 1 << 2 * min(delivery.receives, 6)))
            case Disposition.STOP_SENDER:
                ports.ledger.end(effect.id, WAITING, (SENDING,), now)
                self._stop(error.code or 0, now)
                raise ComesAgain(STOPPED_WAIT, everyone=True)
            case _:
                ports.ledger.end(
                    effect.id, statuses.FAILED, (SENDING,), now, code=error.code or 0, reason=error.disposition.value
                )
                ports.journal.count("GivenUp")
                ports.journal.note("given up", reason=error.disposition.value, **fields)

    def _payload(self, effect: Effect, say: Say, citizen: Citizen, *, as_template: bool) -> outgoing.Payload:
        ports = self._ports
        rendered = ports.render(say, citizen.talk, as_template=as_template)
        number = self._number(citizen)
        message = rendered.message
        if rendered.picture is not None:
            message = rendered.with_media(ports.meta.upload_media(number, rendered.picture, "image/png", "booking.png"))
        elif rendered.document_key is not None:
            content, filename = ports.lists.get(rendered.document_key), rendered.filename or "list.pdf"
            message = rendered.with_media(ports.meta.upload_media(number, content, "application/pdf", filename))
        return message.payload(outgoing.Recipient(citizen.who.phone, citizen.who.user_id), effect.id)

    def _type(self, act: Typing, citizen: Citizen) -> None:
        """Nice to have: whatever Meta says about it, the lane goes on."""
        if not act.message:
            return
        try:
            self._ports.meta.show_typing(self._number(citizen), outgoing.Typing(act.message).payload())
        except (MetaRejected, MetaUnreachable, SendTimedOut) as error:
            self._ports.journal.wrong("no typing", cause_of(error), citizen=citizen.id)

    def _acknowledge(self, citizen: Citizen, cause: str, effect: Effect) -> None:
        """Out of the outbox, together with what nobody else acknowledges (see ``messages_last``)."""
        waiting = citizen.outbox.get(cause, ())
        for each in waiting:
            if each.id == effect.id or isinstance(each.act, DONE_BY_QUEUEING):
                self._ports.citizens.acknowledge(citizen.id, cause, each.id)

    # ---- orders and payments -------------------------------------------------------------------------------------

    def _unwanted_by_order(self, say: Say) -> str:
        """Why a message about an order shall not go; read at the moment of sending, as others change the order."""
        name, _, life = say.order.partition(" ")
        if name:
            order = self._ports.order(name)
            if order is None or order.life != life:
                return "order has moved on"
        if say.pay:
            order = self._ports.order(say.pay)
            if order is None or order.paid in _SETTLED or order.life not in _PAYABLE:
                return "nothing to pay"
        return ""

    def _look_up(self, effect: Effect, reference: str, citizen: Citizen, delivery: Delivery) -> None:
        """Ask Meta what became of a bill, and the booking room to note it. Settled once the request is queued.

        Nothing is lost on the way: whatever Meta or AWS answers instead, the question is asked again, and in the end
        set aside with its cause for a person to look into.
        """
        ports = self._ports
        order, configuration = order_of_bill(reference), ports.configuration
        if order is None or not configuration:
            raise Unusable("a payment, but payment inside WhatsApp is not set up")
        number = self._number(citizen)
        try:
            state = ports.meta.look_up_payment(number, configuration, reference)
        except MetaUnreachable as error:
            ports.journal.wrong("no way to Meta", cause_of(error), effect=effect.id)
            raise ComesAgain(_backed_off(delivery.receives)) from None
        except MetaRejected as error:
            self._not_told(effect, error, delivery)
            raise
        if state.status != CAPTURED:
            # Announced as captured a moment ago: Meta's own records are late.
            if delivery.receives >= MOST_LOOKS:
                raise Unusable(f"a payment announced as captured is {state.status}")
            raise ComesAgain(_backed_off(delivery.receives))
        name, cause, n = parts_of_effect(effect.id)
        request = OrderRequest(OrderAsk.PAID, order, code=state.transaction or reference, total=state.captured)
        ports.ask(citizen.id, Effect(effect_id(name, cause, n + 1), request))
        ports.journal.count("PaymentsLookedUp")
        ports.journal.note("payment looked up", effect=effect.id, order=order, paise=state.captured)

    def _not_told(self, effect: Effect, error: MetaRejected, delivery: Delivery) -> None:
        """Raise ComesAgain where asking again may help; otherwise the refusal is a failure like those of our code."""
        ports = self._ports
        fields = {"effect": effect.id, "code": error.code, "http": error.http_status}
        match error.disposition:
            case Disposition.STOP_SENDER:
                self._stop(error.code or 0, ports.clock())
                raise ComesAgain(STOPPED_WAIT, everyone=True)
            case Disposition.BACK_OFF | Disposition.RETRY_RECONCILE:
                ports.journal.count("BackedOff")
                ports.journal.note("Meta is busy", **fields)
                raise ComesAgain(_backed_off(delivery.receives))
            case _:
                ports.journal.note("payment not found", **fields)

    # ---- breaker, pace, parking ----------------------------------------------------------------------------------

    def _stopped(self) -> Stop | None:
        container, now = self._container, self._ports.stopwatch()
        if container.looked_at is None or now - container.looked_at >= BREAKER_SECONDS:
            container.stopped = self._ports.breaker.stopped()
            container.looked_at = now
            # Told while it lasts, so that the alarm stays on until an operator has cleared it.
            self._ports.journal.gauge("SendingStopped", int(container.stopped is not None))
        return container.stopped

    def _stop(self, code: int, now: datetime) -> None:
        ports = self._ports
        ports.breaker.stop(code, now)
        self._container.stopped = Stop(code, now)
        self._container.looked_at = ports.stopwatch()
        ports.journal.gauge("SendingStopped", 1)
        ports.journal.note("sending stopped", code=code)

    def _number(self, citizen: Citizen) -> str:
        """The number a citizen is answered from: the one they last wrote to, while it is still one of the desk's."""
        last, numbers = citizen.who.phone_number_id, self._ports.numbers
        return last if last in numbers or not numbers else numbers[0]

    def _pace(self, lane: str, number: str) -> None:
        """Keep to this environment's share of the number's rate."""
        ports, container = self._ports, self._container
        now = ports.stopwatch()
        at = max(now, container.next_at.get((lane, number), now))
        if at > now:
            ports.sleep(at - now)
        container.next_at[lane, number] = at + 1 / ports.rates[lane]

    def _failures(self, delivery: Delivery) -> int:
        """How often our code has failed over this message, now included; receives count its waits as well."""
        ledger = self._ports.ledger
        try:
            entry = ledger.read(self._ports.read(delivery.body).id)
            if entry is None:
                # Nothing was begun, so it never waited for Meta.
                return delivery.receives
            failures = entry.failures + 1
            # Whoever gives it again after it was set aside gives it all its tries again.
            ledger.stumble(entry, 0 if failures >= PARKED_AT else failures)
        except Exception as error:  # noqa: BLE001  # what cannot be read is set aside by its receives
            self._ports.journal.wrong("failures not counted", cause_of(error), citizen=delivery.group)
            return delivery.receives
        return failures

    def _park(self, delivery: Delivery, error: Exception) -> bool:
        cause = cause_of(error)
        try:
            self._ports.lanes[delivery.lane].park(delivery.group, delivery.id, delivery.body, cause)
        except Exception as trouble:  # noqa: BLE001  # then it stays in its queue and is tried again
            self._ports.journal.wrong("cannot be parked", cause_of(trouble), citizen=delivery.group)
            return False
        self._ports.journal.count("Parked")
        self._ports.journal.wrong("parked", cause, citizen=delivery.group)
        return True


_PAYABLE = frozenset({Life.ACCEPTED, Life.READY, Life.COLLECTED})
_SETTLED = frozenset({Paid.CASH, Paid.ONLINE, Paid.REFUND_DUE, Paid.REFUNDED})


def _unwanted(say: Say, citizen: Citizen, lane: str) -> str:
    """Why a message shall not go, at the moment of sending; empty when it shall."""
    if lane == NOTICES and citizen.talk.stopped:
        # After STOP only the citizen's own messages are answered.
        return "stopped"
    if say.booking:
        appointment = citizen.talk.appointment(say.booking)
        if appointment is None or (lane == NOTICES and appointment.standing is not Standing.BOOKED):
            return "booking is gone"
    return ""


def _window_is_open(citizen: Citizen, now: datetime) -> bool:
    heard_at = citizen.talk.heard_at
    return heard_at is not None and now - heard_at < WINDOW


def _backed_off(receives: int) -> int:
    """Seconds to wait: doubling with every receive."""
    return min(LONGEST_WAIT, 1 << min(receives, 10))
