"""The desk as a conversation sees it: its clock, rules, places and boards. Built by the services, faked in tests."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from seba.domain.draws import Draw
from seba.domain.goods import Category, Product
from seba.domain.identity_cards import CardType
from seba.domain.orders import Order, Sale
from seba.domain.places import Areas
from seba.domain.rules import Rules
from seba.domain.sessions import BoardRow, Centre, Session
from seba.domain.shops import Invitation, Shop, Stock


class Desk(Protocol):
    """Everything a step may ask about the world. Reading it has no effect and may be a second old."""

    @property
    def now(self) -> datetime:
        """The moment of this turn, aware, in the desk's zone."""

    @property
    def rules(self) -> Rules:
        """The dated rules."""

    @property
    def areas(self) -> Areas:
        """The PIN areas: whom the desk serves, and where they are."""

    @property
    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""

    @property
    def errands(self) -> tuple[str, ...]:
        """The errands this deployment offers; one is entered directly, several make a menu."""

    def draw(self, draw: str) -> Draw | None:
        """A draw as announced, or None."""

    def session(self, session: str) -> Session | None:
        """A session by its id, or None."""

    def board(self, day: date) -> Sequence[BoardRow]:
        """The open sessions of a day with the places left, also those that are only announced or paused."""

    @property
    def products(self) -> Mapping[str, Product]:
        """The master list of what shops sell, by code."""

    @property
    def categories(self) -> Mapping[str, Category]:
        """Its categories by id, in the order in which they are shown."""

    def shop(self, shop: str) -> Shop | None:
        """A shop by its id, or None."""

    def stock(self, shop: str) -> Stock:
        """What a shop has now, read fresh."""

    def order(self, order: str) -> Order | None:
        """An order as it stands now, read fresh, or None."""

    def sales(self, shop: str, day: date) -> Sequence[Sale]:
        """A shop's till of a day."""

    def invitation(self, code: str) -> Invitation | None:
        """An invitation that stands (not used, not over), or None."""

    @property
    def pays_online(self) -> bool:
        """Whether the operator has set up payment inside WhatsApp."""

    def seal(self, card: CardType, number: str) -> str:
        """The keyed hash that stands for an identity document."""
