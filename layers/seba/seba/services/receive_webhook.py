"""What Meta posts: checked, read, and each event given its effect; what cannot be done now waits in ``inbound.fifo``.

Meta repeats a body for seven days until it gets a 200, so 200 is said as soon as every event has had its effect or
waits safely. A body that repeating cannot make better (no JSON, unknown shape) gets 200 too; it is logged and counted.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import LookUp
from seba.conversation.talk import Talk
from seba.domain.errors import Conflict, NotNow
from seba.domain.ids import short_hash
from seba.domain.people import Who
from seba.services import deferred
from seba.services.journal import Journal, cause_of
from seba.services.ports import Breaker, Ledger, Overflow
from seba.services.take_turn import Ignored, Turned, TurnPorts, queue_again, take_turn, was_heard, with_last_word
from seba.whatsapp import inbound, statuses
from seba.whatsapp.bills import order_of_bill
from seba.whatsapp.limits import Disposition, disposition
from seba.whatsapp.signature import handshake, is_signed, signature_of

BUDGET = 1.5
"""Seconds after which the rest of a body waits in the queue: Meta wants its answer soon (median ≤ 250 ms)."""
PARKED_AT = 3
"""The receive at which an event that makes our code fail is set aside."""
LAST_RECEIVE = 10
"""The last one before the queue's own redrive policy (template.yaml): until then AWS may be busy."""
LONGEST_WAIT = 900
"""Seconds between two tries of an event that waits, at most; all nine waits together are 50 minutes."""
CAPTURED = "captured"
"""The status of a payment that has succeeded."""
MARKETING = "marketing_messages"
"""The category of WhatsApp's own switch against advertising. Nothing of ours is advertising."""

SENDING, WAITING, NOT_SENT = "sending", "waiting", "not_sent"
_STATES = (
    SENDING,
    WAITING,
    statuses.ACCEPTED,
    statuses.SENT,
    statuses.DELIVERED,
    statuses.READ,
    statuses.PLAYED,
    statuses.FAILED,
)


@dataclass(frozen=True, slots=True)
class WebhookPorts:
    """What receiving needs of the world."""

    turn: TurnPorts
    ledger: Ledger
    breaker: Breaker
    overflow: Overflow
    sorry: Callable[[Talk], Turned]
    """What is said when something failed on our side (``seba.conversation.engine.sorry``)."""
    group: Callable[[str], str]
    """The citizen id that an identity (``phone:…``, ``user:…``) makes: the group in which a person's events wait."""
    app_secret: Callable[[], str]
    verify_token: Callable[[], str]
    journal: Journal
    stopwatch: Callable[[], float]
    """Seconds from any beginning."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Meta gets."""

    status: int
    body: str = ""


def shake_hands(query: Mapping[str, str | None], ports: WebhookPorts) -> Answer:
    """Meta's GET: the challenge back for the right token, else 403."""
    challenge = handshake(query, ports.verify_token())
    if challenge is None:
        ports.journal.note("handshake refused")
        return Answer(HTTPStatus.FORBIDDEN)
    return Answer(HTTPStatus.OK, challenge)


def receive_webhook(headers: Mapping[str, str | None], body: bytes, ports: WebhookPorts) -> Answer:
    """Meta's POST, as raw bytes: 401 unsigned, 500 only when an event could neither be handled nor be put off."""
    journal = ports.journal
    if not is_signed(ports.app_secret(), body, signature_of(headers)):
        journal.count("Unsigned")
        journal.note("not signed by Meta", bytes=len(body))
        return Answer(HTTPStatus.UNAUTHORIZED)
    begun = ports.stopwatch()
    try:
        webhook = inbound.read_webhook(body)
    except inbound.NotJson as error:
        journal.count("Unreadable")
        journal.note("unreadable body", reason=str(error))
        return Answer(HTTPStatus.OK)
    for odd in webhook.unreadable:
        journal.note("unreadable part", where=odd.where, reason=odd.reason)
    for trouble in webhook.errors:
        journal.note("Meta reports an error", code=trouble.code)
    if webhook.unreadable:
        journal.count("Unreadable", len(webhook.unreadable))

    def in_time() -> bool:
        return ports.stopwatch() - begun < BUDGET

    waiting: list[inbound.Event] = []
    behind: set[str] = set()
    for event in webhook.events:
        group = _group(event, ports)
        if group not in behind and in_time():
            try:
                _handle(event, ports, in_time)
            except Exception as error:  # noqa: BLE001  # one event that fails must not cost the others their effect
                _note_put_off(event, group, error, journal)
            else:
                continue
        # Whoever has one event waiting has the later ones wait behind it.
        behind.add(group)
        waiting.append(event)
    return _put_off(waiting, ports) if waiting else Answer(HTTPStatus.OK)


def _put_off(events: Sequence[inbound.Event], ports: WebhookPorts) -> Answer:
    items = [(_group(event, ports), _deduplication(event), deferred.write(event)) for event in events]
    try:
        lost = len(ports.overflow.defer(items))
    except Exception as error:  # noqa: BLE001  # whatever it was: Meta shall repeat the body
        ports.journal.wrong("nothing can be put off", cause_of(error), events=len(items))
        lost = len(items)
    ports.journal.count("PutOff", len(items) - lost)
    if lost:
        ports.journal.count("NotPutOff", lost)
        return Answer(HTTPStatus.INTERNAL_SERVER_ERROR)
    return Answer(HTTPStatus.OK)


def _note_put_off(event: inbound.Event, group: str, error: Exception, journal: Journal) -> None:
    fields = {"event": _deduplication(event), "citizen": group}
    if isinstance(error, Conflict):
        journal.note("put off: others wrote first", **fields)
    else:
        journal.wrong("put off", cause_of(error), **fields)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event as ``inbound.fifo`` delivers it."""

    id: str
    """The queue's id of this message, by which a failure is reported."""
    group: str
    body: str
    receives: int
    receipt: str


def receive_waiting(
    batch: Sequence[Waiting], ports: WebhookPorts, in_time: Callable[[], bool] = lambda: True
) -> list[str]:
    """Events that were put off, in order: the ids of those that stay in the queue.

    What fails stays, and with it the later ones of its group in this batch, each time for longer. What makes our code
    fail is set aside at the third receive with its cause, the citizen is told to try again, and the others go on; that
    AWS is busy or others write first is no fault of the event, which is then set aside only at the last receive.
    When the time is over the rest stays.
    """
    stay: list[str] = []
    blocked: dict[str, int] = {}
    for at, item in enumerate(batch):
        if not in_time():
            for each in batch[at:]:
                _stay(each, blocked.get(each.group, 1), ports)
            return [*stay, *(each.id for each in batch[at:])]
        if item.group not in blocked:
            try:
                _handle(deferred.read(item.body), ports, in_time)
            except Exception as error:  # noqa: BLE001  # one event that fails must not hold up the others
                limit = LAST_RECEIVE if isinstance(error, NotNow | Conflict) else PARKED_AT
                if item.receives >= limit and _set_aside(item, error, ports):
                    continue
                ports.journal.wrong("stays in the queue", cause_of(error), citizen=item.group, receives=item.receives)
                blocked[item.group] = min(LONGEST_WAIT, 5 << min(item.receives, 10))
            else:
                continue
        stay.append(item.id)
        _stay(item, blocked[item.group], ports)
    return stay


def _stay(item: Waiting, seconds: int, ports: WebhookPorts) -> None:
    try:
        ports.overflow.wait(item.receipt, seconds)
    except Exception as error:  # noqa: BLE001  # then it is shown again when the queue's own time is over
        ports.journal.wrong("cannot wait", cause_of(error), citizen=item.group)


def _set_aside(item: Waiting, error: Exception, ports: WebhookPorts) -> bool:
    """Apologise and park, or queue at last what the event brought about long ago; whether it is done with."""
    cause = cause_of(error)
    try:
        event = deferred.read(item.body)
        if isinstance(event, inbound.Message):
            if _made_good(event, ports):
                return True
            _apologise(event, ports)
    except Exception as trouble:  # noqa: BLE001  # an apology that fails must not keep the event from being parked
        ports.journal.wrong("no apology", cause_of(trouble), citizen=item.group)
    try:
        ports.overflow.park(item.group, hashlib.sha256(item.body.encode()).hexdigest(), item.body, cause)
    except Exception as trouble:  # noqa: BLE001  # then the queue's own redrive policy is the net
        ports.journal.wrong("cannot be parked", cause_of(trouble), citizen=item.group)
        return False
    ports.journal.count("Parked")
    ports.journal.wrong("parked", cause, citizen=item.group)
    return True


def _made_good(message: inbound.Message, ports: WebhookPorts) -> bool:
    """Whether the message had its turn, and only the queueing had failed: that is done now. Raises NotNow."""
    turn, cause = ports.turn, short_hash(message.id)
    citizen = turn.citizens.find(message.sender.phone, message.sender.user_id)
    if citizen is None or not was_heard(citizen, cause):
        return False
    queue_again(citizen, cause, turn)
    ports.journal.count("Repeated")
    return True


def _apologise(message: inbound.Message, ports: WebhookPorts) -> None:
    """Tell the citizen to try again, once: as a turn of its own that leaves the conversation where it stands.

    The message itself is not marked as heard, so that it can be given again when the fault is mended.
    """
    turn = ports.turn
    cause = short_hash(f"sorry {message.id}")
    citizen = turn.citizens.find(message.sender.phone, message.sender.user_id)
    if citizen is None:
        sender = message.sender
        number = message.phone_number_id or turn.phone_number_id
        citizen = turn.citizens.meet(Who(sender.phone, sender.user_id, number, message.profile_name))
    if was_heard(citizen, cause):
        queue_again(citizen, cause, turn)
        return
    now = turn.clock()
    said = ports.sorry(citizen.talk).acts
    effects = tuple(Effect(effect_id(citizen.id, cause.hex(), number), act) for number, act in enumerate(said))
    turn.citizens.commit(citizen, with_last_word(citizen.talk, message.at, now), cause, effects)
    turn.outgoing.queue(citizen.id, effects, now)


def _handle(event: inbound.Event, ports: WebhookPorts, in_time: Callable[[], bool]) -> None:
    match event:
        case inbound.Message():
            _hear(event, ports, in_time)
        case inbound.Status():
            _follow(event, ports)
        case inbound.Payment():
            _look_into(event, ports)
        case inbound.IdentityChange(previous=previous, now=now):
            ports.turn.citizens.repoint(previous.user_id, previous.phone, now.phone, now.user_id)
            ports.journal.count("IdentityChanges")
        case inbound.Preference():
            _prefer(event, ports)


def _hear(message: inbound.Message, ports: WebhookPorts, in_time: Callable[[], bool]) -> None:
    if not ports.turn.is_ours(message.phone_number_id):
        # One app may serve other desks' numbers too; an answer from a number that is not ours would be refused.
        ports.journal.count("OtherNumber")
        ports.journal.note("written to another number")
        return
    taken = take_turn(message, ports.turn, may_try_again=in_time)
    if isinstance(taken, Ignored):
        ports.journal.count("Ignored")
        return
    ports.journal.count("Repeated" if taken.repeated else "Heard")
    ports.journal.note(
        "heard again" if taken.repeated else "heard",
        citizen=taken.citizen,
        cause=short_hash(message.id).hex(),
        effects=taken.effects,
    )


def _follow(status: inbound.Status, ports: WebhookPorts) -> None:
    """Note how far a message of ours has come; never backwards."""
    journal = ports.journal
    if status.callback is None:
        journal.note("status without our id", status=status.status)
        return
    state = statuses.advance(None, status.status)
    over = [old for old in _STATES if old != state and _advanced(old, status.status) == state]
    if state == statuses.FAILED:
        _fail(status, over, ports)
        return
    ports.ledger.end(status.callback, state, over, status.at or ports.turn.clock(), wamid=status.id)


def _fail(status: inbound.Status, over: Sequence[str], ports: WebhookPorts) -> None:
    """Meta took the message and could not deliver it; an error of the account stops all sending."""
    journal, effect, now = ports.journal, status.callback or "", ports.turn.clock()
    entry = ports.ledger.read(effect)
    if entry is None or entry.state not in over:
        # Not ours, known, delivered after all, or about to be sent once more.
        return
    codes = [trouble.code for trouble in status.errors if trouble.code is not None]
    means = disposition(codes[0]) if codes else Disposition.GIVE_UP
    for code in codes:
        if disposition(code) is Disposition.STOP_SENDER:
            # Before the ledger: written down first, it would be known already when this status comes again.
            ports.breaker.stop(code, now)
            journal.gauge("SendingStopped", 1)
            journal.note("sending stopped", code=code)
    code = codes[0] if codes else 0
    if ports.ledger.end(
        effect, statuses.FAILED, over, status.at or now, wamid=status.id, code=code, reason=means.value
    ):
        journal.count("NotDelivered")
        journal.note("not delivered", effect=effect, code=code or None, reason=means.value)


def _look_into(payment: inbound.Payment, ports: WebhookPorts) -> None:
    """Have a payment looked up that Meta says was captured; what the look-up says counts, not this.

    The question goes into the lane of whom the bill was sent to under an id of its own, so the same news again asks the
    same. Attempts that did not succeed change nothing: the bill stays in the chat and can be paid again.
    """
    turn, journal = ports.turn, ports.journal
    if not turn.is_ours(payment.phone_number_id):
        journal.count("OtherNumber")
        journal.note("payment to another number")
        return
    order = order_of_bill(payment.reference)
    if payment.status != CAPTURED:
        journal.count("PaymentAttempts")
        journal.note("payment not captured", order=order, status=payment.status)
        return
    citizen = _payer(payment, order, ports)
    if order is None or citizen is None:
        # Somebody else's bill, or one of an order that is forgotten: money may have come, so a person has to look.
        journal.count("UnknownPayments")
        journal.wrong("payment for an unknown order", payment.reference[:64], transaction=payment.transaction)
        return
    cause = short_hash(f"payment {payment.reference} {payment.transaction}")
    effect = Effect(effect_id(citizen.id, cause.hex(), 0), LookUp(payment.reference))
    turn.outgoing.queue(citizen.id, (effect,), turn.clock())
    journal.count("PaymentsToLookUp")
    journal.note("payment to look up", order=order, citizen=citizen.id)


def _payer(payment: inbound.Payment, order: str | None, ports: WebhookPorts) -> Citizen | None:
    """Whom the bill was sent to; where Meta does not say, whose order it is."""
    turn, recipient = ports.turn, payment.recipient
    citizen = turn.citizens.find(recipient.phone, recipient.user_id) if recipient.known else None
    if citizen is not None or order is None:
        return citizen
    found = turn.desk(turn.clock()).order(order)
    return turn.citizens.read(found.customer) if found is not None else None


def _advanced(old: str, new: str) -> str:
    if old == WAITING and new == statuses.FAILED:
        # Of an earlier try; the message goes again in any case.
        return old
    return statuses.advance(None if old in (SENDING, WAITING) else old, new)


def _prefer(preference: inbound.Preference, ports: WebhookPorts) -> None:
    """WhatsApp's own switch for stopping a business.

    The one against advertising says nothing about a service's messages, so it is only noted. Any other stop is the same
    as writing STOP, without an answer; but a centre's desk needs its lists and a shop the question of the morning, and
    what was stopped in words is resumed only in words.
    """
    turn, sender = ports.turn, preference.sender
    citizen = turn.citizens.find(sender.phone, sender.user_id)
    if citizen is None:
        return
    has_duty = citizen.talk.desk_of or citizen.talk.shop_of
    if preference.category == MARKETING or has_duty or not preference.stop:
        ports.journal.note("preference", citizen=citizen.id, category=preference.category, stop=int(preference.stop))
        return
    moment = "" if preference.at is None else preference.at.isoformat()
    cause = short_hash(f"preference {moment} {preference.stop}")
    if citizen.talk.stopped or cause in citizen.heard:
        return
    turn.citizens.commit(citizen, replace(citizen.talk, stopped=True), cause, ())
    ports.journal.note("stopped", citizen=citizen.id)


def _group(event: inbound.Event, ports: WebhookPorts) -> str:
    """The group in which an event waits: that of whoever sent it or shall be known by it."""
    match event:
        case inbound.Message(sender=sender) | inbound.Preference(sender=sender):
            pass
        case inbound.Status(recipient=sender) | inbound.Payment(recipient=sender):
            if not sender.known:
                return "nobody"
        case inbound.IdentityChange(now=sender):
            pass
    return ports.group(f"phone:{sender.phone}" if sender.phone else f"user:{sender.user_id}")


def _deduplication(event: inbound.Event) -> str:
    """The id under which an event is put off: the same event has the same one, and it tells nothing about anybody."""
    match event:
        case inbound.Message(id=id_) | inbound.IdentityChange(id=id_):
            text = id_
        case inbound.Status(id=id_, status=status):
            text = f"{id_} {status}"
        case inbound.Payment(reference=reference, status=status, transaction=transaction):
            text = f"{reference} {transaction} {status}"
        case inbound.Preference():
            text = deferred.write(event)
    return hashlib.sha256(text.encode()).hexdigest()
