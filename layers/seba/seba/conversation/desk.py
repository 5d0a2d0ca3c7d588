"""The desk as a conversation sees it: its clock, rules, places and boards. Built by the services, faked in tests."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from seba.domain.draws import Draw
from seba.domain.identity_cards import CardType
from seba.domain.places import Areas
from seba.domain.rules import Rules
from seba.domain.sessions import BoardRow, Centre, Session


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

    def seal(self, card: CardType, number: str) -> str:
        """The keyed hash that stands for an identity document."""
