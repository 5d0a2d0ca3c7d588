"""The shop's page: visits and links, who orders, shelves and search, basket, placing an order, what became of it.

Each answer is a page to show (``seba.pages.views``), or where to go next; nothing here knows how a page is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seba.services.journal import Journal
from seba.services.place_order import PlacePorts
from seba.services.take_turn import TurnPorts


@dataclass(frozen=True, slots=True)
class StorefrontPorts:
    """What the shop's page needs of the world."""

    turn: TurnPorts
    """How the chat hears that somebody registered; its ``outgoing`` has the lanes of replies and requests."""
    placing: PlacePorts
    """Orders, shops, stocks and areas; what placing an order needs."""
    names: Mapping[str, str]
    """The service's name by language."""
    desk_number: str
    """The number citizens write to, digits with country code."""
    helpline: str
    """The phone number of a person who helps, as it is to be read."""
    pays_online: bool
    """Whether payment inside WhatsApp is set up."""
    journal: Journal
