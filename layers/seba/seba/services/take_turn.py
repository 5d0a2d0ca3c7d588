"""One message, one turn: read the citizen, think, commit state and effects in one write, then queue the effects.

What a cause brought about is committed with the state and stays in the outbox until it is acknowledged. So when the
same cause comes again – Meta repeats for seven days, queues deliver at least once – its effects are queued again under
the same ids, and nothing is thought twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard, Located, Odd, Outcome, Pictured, Said, Tapped
from seba.conversation.records import Citizen, Effect, effect_id, parts_of_effect
from seba.conversation.say import (
    Act,
    Enlist,
    EnterDraw,
    Forget,
    ForgetShopper,
    Keep,
    Leave,
    LookUp,
    OrderRequest,
    Request,
    Say,
    Tend,
    Typing,
)
from seba.conversation.talk import Talk
from seba.domain.errors import CardTaken, Conflict, Unusable
from seba.domain.ids import person_id, short_hash
from seba.domain.people import Who
from seba.services.ports import Citizens, Outgoing
from seba.whatsapp import inbound

TRIES = 3
"""How often a turn is taken again after somebody else wrote the citizen's state first."""


FORGOTTEN_AFTER = timedelta(minutes=15)
"""How long after the citizen's last word a request without an answer is asked again; by then its queue has given up."""


MOST_UNACKNOWLEDGED = 40
"""Effects in an outbox, about: while sending stands still they would otherwise grow with every message."""


class Turned(Protocol):
    """What the conversation makes of something heard."""

    @property
    def talk(self) -> Talk:
        """The conversation afterwards."""

    @property
    def acts(self) -> Sequence[Act]:
        """What it brings about, in order."""

    @property
    def keep(self) -> Keep | None:
        """A person to store with the state."""

    @property
    def forget(self) -> Forget | None:
        """Everything is to be deleted with the state."""


Think = Callable[[Talk, Heard, Desk], Turned]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class TurnPorts:
    """What a turn needs of the world."""

    citizens: Citizens
    outgoing: Outgoing
    desk: Callable[[datetime], Desk]
    """The desk at a moment."""
    think: Think
    clock: Clock
    phone_number_id: str
    """The desk's first number, for messages that do not say to which one they were written."""
    more_numbers: frozenset[str] = frozenset()
    """Its other numbers. A conversation stays on the one that the citizen last wrote to."""

    def is_ours(self, phone_number_id: str | None) -> bool:
        """Whether a message to this number is for the desk; so is one that does not say where it was written to."""
        return not phone_number_id or phone_number_id == self.phone_number_id or phone_number_id in self.more_numbers


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that was taken, now or by an earlier delivery of the same message."""

    citizen: str
    effects: int
    """How many effects were queued."""
    repeated: bool
    """The message had been heard before: its unacknowledged effects were queued again."""
    met: bool = False
    """It was the citizen's first message."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message that asks for nothing: a reaction."""


def in_time() -> bool:
    """There is no time limit."""
    return True


def take_turn(
    message: inbound.Message, ports: TurnPorts, *, may_try_again: Callable[[], bool] = in_time
) -> Taken | Ignored:
    """Take the turn of one message and queue what it brings about.

    Raises Conflict when others kept writing first (three times, or until ``may_try_again`` says no), NotNow when AWS is
    busy; the message may then be given again, now or later, and has its effect once.
    """
    heard = heard_in(message.content)
    if heard is None:
        return Ignored()
    cause = short_hash(message.id)
    for last in (False,) * (TRIES - 1) + (True,):
        citizen = ports.citizens.find(message.sender.phone, message.sender.user_id)
        met = citizen is None
        if citizen is None:
            citizen = ports.citizens.meet(_who(message, None, ports.phone_number_id))
        elif was_heard(citizen, cause):
            return Taken(citizen.id, queue_again(citizen, cause, ports), repeated=True)
        who = _who(message, citizen.who, ports.phone_number_id)
        if _is_late(message, citizen.talk):
            # It took longer than one to another number that was written after it.
            who = replace(who, phone_number_id=citizen.who.phone_number_id)
        _ask_again(citizen, ports)
        _relieve(citizen, ports)
        talk = with_last_word(citizen.talk, message.at, ports.clock())
        try:
            effects = hear(
                replace(citizen, talk=talk),
                heard,
                cause,
                ports,
                who=None if who == citizen.who else who,
                message=message.id,
            )
        except Conflict:
            if last or not may_try_again():
                raise
            continue
        return Taken(citizen.id, len(effects), repeated=False, met=met)
    raise AssertionError("the last try returns or raises")


def was_heard(citizen: Citizen, cause: bytes) -> bool:
    """Whether this cause had its turn already."""
    return cause in citizen.heard or cause.hex() in citizen.outbox


def queue_again(citizen: Citizen, cause: bytes, ports: TurnPorts) -> int:
    """Queue what ``cause`` once brought about and nobody acknowledged yet: how many effects. Raises NotNow."""
    effects = citizen.outbox.get(cause.hex(), ())
    if effects:
        ports.outgoing.queue(citizen.id, messages_last(effects), ports.clock())
        _acknowledge_silent(citizen.id, effects, ports)
    return len(effects)


def _ask_again(citizen: Citizen, ports: TurnPorts) -> None:
    """Queue a request that has been pending for long once more, or the citizen would wait for ever. Raises NotNow.

    Before the turn, which moves the last word: when this fails, the message comes again and finds it where it was. Two
    copies of a request have one answer.
    """
    pending, heard_at = citizen.talk.pending, citizen.talk.heard_at
    if pending is None or heard_at is None or ports.clock() - heard_at < FORGOTTEN_AFTER:
        return
    queue_again(citizen, bytes.fromhex(parts_of_effect(pending.request)[1]), ports)


def _relieve(citizen: Citizen, ports: TurnPorts) -> None:
    """Leave the oldest of too many unacknowledged effects to their queue alone, queued once more. Raises NotNow.

    A request stays: its answer takes it away.
    """
    over = sum(map(len, citizen.outbox.values())) - MOST_UNACKNOWLEDGED
    if over <= 0:
        return
    ages = {cause.hex(): at for at, cause in enumerate(citizen.heard)}
    for cause in sorted(citizen.outbox, key=lambda cause: ages.get(cause, -1)):
        effects = citizen.outbox[cause]
        if over <= 0:
            return
        if any(isinstance(each.act, Request | OrderRequest) for each in effects):
            continue
        queue_again(citizen, bytes.fromhex(cause), ports)
        for each in effects:
            ports.citizens.acknowledge(citizen.id, cause, each.id)
        over -= len(effects)


def hear(
    citizen: Citizen,
    heard: Heard,
    cause: bytes,
    ports: TurnPorts,
    *,
    settled: str = "",
    who: Who | None = None,
    message: str = "",
) -> tuple[Effect, ...]:
    """Think about what was heard, commit, queue: the effects. Also the way of the booking room's answers.

    ``settled`` is the cause whose request is answered by this; ``message`` WhatsApp's id of what is answered. Raises
    Conflict, NotNow.
    """
    now = ports.clock()
    desk = ports.desk(now)
    turned = ports.think(citizen.talk, heard, desk)
    try:
        effects = _commit(citizen, turned, cause, ports, settled=settled, who=who, message=message)
    except CardTaken:
        # Only the write could know. The conversation stands where it stood, and says so.
        turned = ports.think(citizen.talk, Answered("", Outcome.CARD_TAKEN), desk)
        effects = _commit(citizen, turned, cause, ports, settled=settled, who=who, message=message)
    if effects:
        ports.outgoing.queue(citizen.id, messages_last(effects), now)
        _acknowledge_silent(citizen.id, effects, ports)
    return effects


def _acknowledge_silent(citizen: str, effects: Sequence[Effect], ports: TurnPorts) -> None:
    """What brought no message and no request was done by queueing it: no later delivery would acknowledge it."""
    kept = [effect for effect in effects if not isinstance(effect.act, Typing)]
    if any(isinstance(effect.act, Say | Request | OrderRequest | LookUp) for effect in kept):
        return
    for effect in kept:
        ports.citizens.acknowledge(citizen, parts_of_effect(effect.id)[1], effect.id)


def _commit(
    citizen: Citizen, turned: Turned, cause: bytes, ports: TurnPorts, *, settled: str, who: Who | None, message: str
) -> tuple[Effect, ...]:
    effects = tuple(
        Effect(effect_id(citizen.id, cause.hex(), number), _addressed(act, citizen.id, message))
        for number, act in enumerate(turned.acts)
    )
    # "typing…" is worth nothing later, so it is queued and never kept.
    kept = tuple(effect for effect in effects if not isinstance(effect.act, Typing))
    ports.citizens.commit(
        citizen,
        _with_request(turned.talk, effects),
        cause,
        kept,
        settled=settled,
        keep=turned.keep,
        forget=turned.forget,
        who=who,
    )
    return effects


def _addressed(act: Act, citizen: str, message: str) -> Act:
    """An act with what no conversation knows: whose it is (a person's number becomes their id), what it answers."""
    match act:
        case Typing():
            return replace(act, message=message)
        case Enlist(entry=entry):
            return Enlist(replace(entry, person=person_id(citizen, entry.person)))
        case Leave() | EnterDraw():
            return replace(act, person=person_id(citizen, act.person))
        case Tend() | ForgetShopper():
            return replace(act, citizen=citizen)
        case Say(link=link) if link:
            return replace(act, link=f"{citizen}.{link}")
        case _:
            return act


def messages_last(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects in the order of queueing: messages after everything else.

    So a message that has gone out proves that all of its cause was queued, which is what acknowledges a photo to fetch
    or a day to remember: those who get them never write to the citizen's item.
    """
    messages = [effect for effect in effects if isinstance(effect.act, Say)]
    return (*(effect for effect in effects if not isinstance(effect.act, Say)), *messages)


def heard_in(content: inbound.Content) -> Heard | None:
    """What the desk hears in a message, or None when it asks for nothing."""
    match content:
        case inbound.Text(body):
            return Said(body)
        case inbound.Tapped(id=id_):
            return Tapped(id_)
        case inbound.Photo(media_id, mime_type, caption=caption):
            return Pictured(media_id, mime_type or "image/jpeg", caption or "")
        case inbound.Document(media_id, str(mime_type), caption=caption) if _may_show_a_card(mime_type):
            return Pictured(media_id, mime_type, caption or "")
        case inbound.Location(latitude, longitude):
            return Located(latitude, longitude)
        case inbound.Reaction():
            return None
        case _:
            return Odd(_ODD.get(type(content), "unknown"))


_ODD: dict[type[object], str] = {
    inbound.Document: "document",
    inbound.Voice: "voice",
    inbound.Video: "video",
    inbound.Sticker: "sticker",
    inbound.ContactCard: "contact",
    inbound.Order: "order",
}


def _may_show_a_card(mime_type: str) -> bool:
    """A picture sent "as document", or a scan."""
    return mime_type.startswith("image/") or mime_type.partition(";")[0].strip() == "application/pdf"


def _who(message: inbound.Message, known: Who | None, phone_number_id: str) -> Who:
    """How the citizen is reached, as of this message; what it does not mention stays."""
    sender = message.sender
    if known is None:
        return Who(
            phone=sender.phone,
            user_id=sender.user_id,
            phone_number_id=message.phone_number_id or phone_number_id,
            profile_name=message.profile_name,
        )
    return replace(
        known,
        phone=sender.phone or known.phone,
        user_id=sender.user_id or known.user_id,
        phone_number_id=message.phone_number_id or known.phone_number_id,
        # A name once known is kept: a new one would cost a write and is only ever a suggestion.
        profile_name=known.profile_name or message.profile_name,
    )


def _is_late(message: inbound.Message, talk: Talk) -> bool:
    """Whether a message was written before one that has been heard."""
    return message.at is not None and talk.heard_at is not None and message.at < talk.heard_at


def with_last_word(talk: Talk, at: datetime | None, now: datetime) -> Talk:
    """The talk with the moment the citizen last wrote: never in the future, never moving backwards."""
    moment = min(at or now, now)
    if talk.heard_at is not None and talk.heard_at >= moment:
        return talk
    return replace(talk, heard_at=moment)


def _with_request(talk: Talk, effects: Sequence[Effect]) -> Talk:
    """The talk, with its pending request named by the effect that carries it."""
    pending = talk.pending
    if pending is None or pending.request:
        return talk
    for effect in effects:
        act = effect.act
        if isinstance(act, Request) and (act.ask, act.slot) == (pending.ask, pending.slot):
            return replace(talk, pending=replace(pending, request=effect.id))
    raise Unusable(f"a pending {pending.ask} without its request")
