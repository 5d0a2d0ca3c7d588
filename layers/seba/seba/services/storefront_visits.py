"""Visits to the shop's page: a signed link is exchanged for a cookie on first sight, and the cookie lives while used.

A link opens nothing but one person's shopping, is good for thirty minutes to the second, and belongs to the browser
that opened it first. What is told about a visit is signed, so none of it is stored but which visit opened a link.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from seba.conversation.records import Effect, effect_id
from seba.conversation.shop import link
from seba.domain.ids import Keys, short_hash
from seba.pages.views import Ended, Sent, Stranger
from seba.services.ports import Orders
from seba.services.take_turn import TurnPorts
from seba.whatsapp.limits import WINDOW_HOURS

LINK_LIFE: Final = timedelta(minutes=30)
"""How long a link may be opened, to the second."""
IDLE: Final = timedelta(minutes=30)
"""How long a visit lasts after its last page, to the second."""
KEPT: Final = timedelta(days=1)
"""How long a browser keeps the cookie: whoever comes back after ``IDLE`` is known well enough to get a new link."""
_FREE: Final = timedelta(hours=WINDOW_HOURS)
_DAY: Final = timedelta(days=1)
_LINKS_KEPT: Final = timedelta(hours=1)
"""How much longer than it lives a link stays bound to its visit."""
_LONGEST: Final = 200
"""Characters of a token or cookie; ours have about 60."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A genuine visit, of whatever age."""

    citizen: str
    nonce: str
    seen: int
    """When its last page was asked for, in whole seconds since 1970."""

    def is_over(self, now: datetime) -> bool:
        """Whether it has been idle for too long at a moment (aware)."""
        return now - datetime.fromtimestamp(self.seen, UTC) > IDLE


def read_visit(cookie: str, keys: Keys) -> Visit | None:
    """The visit of a cookie, or None when it is not one of ours."""
    text = _genuine("visit", cookie, keys)
    if text is None:
        return None
    citizen, nonce, seen = text.split(".")
    return Visit(citizen, nonce, int(seen))


def cookie_of(visit: Visit, now: datetime, keys: Keys) -> str:
    """The cookie of a visit whose page is asked for at this moment (aware)."""
    return keys.signed("visit", f"{visit.citizen}.{visit.nonce}.{int(now.timestamp())}")


def form_token(visit: Visit, keys: Keys) -> str:
    """What every form of a visit carries, and no other page can know."""
    return keys.signed("form", f"{visit.citizen}.{visit.nonce}")


def is_own_form(token: str, visit: Visit, keys: Keys) -> bool:
    """Whether a form was drawn for this visit."""
    return _genuine("form", token, keys) == f"{visit.citizen}.{visit.nonce}"


def enter(
    token: str,
    known: Visit | None,
    orders: Orders,
    keys: Keys,
    now: datetime,
    nonce: Callable[[], str] = lambda: secrets.token_hex(8),
) -> Visit | Ended | Stranger:
    """Open the shop by a link: the visit from now on, or what to show. ``known`` is the browser's visit so far.

    A link that is over still leads back into a visit that is not. Raises NotNow.
    """
    text = _genuine("link", token, keys)
    if text is None:
        return Stranger("link")
    citizen, _, seconds = text.partition(".")
    mine = known if known is not None and known.citizen == citizen else None
    issued = datetime.fromtimestamp(int(seconds), UTC)
    if now > issued + LINK_LIFE:
        return mine if mine is not None and not mine.is_over(now) else Ended("link", _ticket(citizen, token, keys))
    visit = mine or Visit(citizen, nonce(), 0)
    if not orders.open_link(token, visit.nonce, issued + LINK_LIFE + _LINKS_KEPT):
        if mine is not None and not mine.is_over(now):
            return mine
        return Ended("elsewhere", _ticket(citizen, token, keys))
    return replace(visit, seen=int(now.timestamp()))


def left(visit: Visit, keys: Keys) -> Ended:
    """What somebody sees who comes back after their visit is over."""
    return Ended("visit", _ticket(visit.citizen, f"{visit.nonce}.{visit.seen}", keys))


def send_again(ticket: str, turn: TurnPorts, keys: Keys) -> tuple[str, Sent | Stranger]:
    """Send a new link into the chat: to whom, and what to show. However often it is tapped, one for one half-hour.

    Who comes back by the same old message later gets another one; where the chat has been silent so long that messages
    are billed, one a day: old messages are passed around, and whoever taps writes to their owner. Raises NotNow.
    """
    citizen = citizen_of_ticket(ticket, keys)
    known = turn.citizens.read(citizen) if citizen else None
    if known is None:
        return "", Stranger("nobody")
    now, heard = turn.clock(), known.talk.heard_at
    every = LINK_LIFE if heard is not None and now - heard < _FREE else _DAY
    say = link(turn.desk(now)).say
    cause = short_hash(f"again {ticket} {int(now.timestamp() // every.total_seconds())}")
    effect = Effect(effect_id(citizen, cause.hex(), 0), replace(say, link=f"{citizen}.{say.link}"))
    turn.outgoing.queue(citizen, [effect], now)
    return citizen, Sent()


def citizen_of_ticket(ticket: str, keys: Keys) -> str:
    """Whose ticket it is; empty for one that is not ours."""
    text = _genuine("again", ticket, keys)
    return "" if text is None else text.partition(".")[0]


def _ticket(citizen: str, of: str, keys: Keys) -> str:
    return keys.signed("again", f"{citizen}.{short_hash(of).hex()}")


def _genuine(purpose: str, signed: str, keys: Keys) -> str | None:
    return keys.unsigned(purpose, signed) if len(signed) <= _LONGEST else None
