"""Invite a shop to join by chat, or a shop's second phone: a code that is typed once, within two weeks."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from seba.domain.errors import NotFound, Refused
from seba.domain.ids import CROCKFORD, INVITATION_LENGTH
from seba.domain.shops import MOST_PHONES, Invitation, Kind
from seba.services.ports import Market, ShopBook

STANDS: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class InvitePorts:
    """What inviting needs."""

    market: Market
    book: ShopBook
    pins: Collection[str]
    """The PIN areas that the desk knows."""


def invite_shop(kind: Kind, name: str, pins: Collection[str], now: datetime, ports: InvitePorts) -> Invitation:
    """Invite a new shop that shall serve these PIN areas (``now`` aware).

    ``name`` is offered as the shop's name and may be empty. Raises Refused for an area that the desk does not know.
    """
    if not pins:
        raise Refused("name the PIN areas that the shop shall serve")
    if unknown := sorted(set(pins) - set(ports.pins)):
        raise Refused(f"the desk does not know the PIN code {unknown[0]}: add it to areas.csv and publish that first")
    return _invite(Invitation(_code(), kind, frozenset(pins), now + STANDS, name=name), ports)


def invite_phone(shop: str, now: datetime, ports: InvitePorts) -> Invitation:
    """Invite a shop's second phone. Raises NotFound, and Refused when the shop has both its phones."""
    found = ports.market.shop(shop)
    if found is None:
        raise NotFound(f"there is no shop {shop}")
    if len(found.phones) >= MOST_PHONES:
        raise Refused(f"{shop} has {MOST_PHONES} phones already: take one away first (seba shop phone remove)")
    return _invite(
        Invitation(_code(), found.kind, found.pins, now + STANDS, shop=shop, name=found.names.get("en", "")), ports
    )


def invitation_link(desk_number: str, code: str) -> str:
    """What opens the chat with the code typed already; ``desk_number`` is digits with country code."""
    return f"https://wa.me/{desk_number}?text=JOIN%20{code}"


def _code() -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(INVITATION_LENGTH))


def _invite(invitation: Invitation, ports: InvitePorts) -> Invitation:
    ports.book.invite(invitation)
    return invitation
