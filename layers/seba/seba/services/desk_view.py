"""The desk as a conversation sees it, over what is stored, the settings and the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from seba.domain.calendar import at_the_desk
from seba.domain.draws import Draw
from seba.domain.identity_cards import CardType
from seba.domain.ids import Keys
from seba.domain.places import Areas
from seba.domain.rules import Rules
from seba.domain.sessions import BoardRow, Centre, Session
from seba.services.ports import Facts


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk at one moment (fits ``seba.conversation.desk.Desk``)."""

    now: datetime
    """Aware, in the desk's zone."""
    rules: Rules
    errands: tuple[str, ...]
    facts: Facts
    keys: Keys
    index: Callable[[], Areas]

    @property
    def areas(self) -> Areas:
        """The PIN areas."""
        return self.index()

    @property
    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""
        return self.facts.centres()

    def draw(self, draw: str) -> Draw | None:
        """A draw as announced, or None."""
        return self.facts.draw(draw)

    def session(self, session: str) -> Session | None:
        """A session by its id, or None."""
        return self.facts.session(session)

    def board(self, day: date) -> Sequence[BoardRow]:
        """The open sessions of a day with the places left, at most a second old."""
        return self.facts.board(day)

    def seal(self, card: CardType, number: str) -> str:
        """The keyed hash that stands for an identity document."""
        return self.keys.card(card, number)


class DeskViews:
    """Makes the view for each turn; keeps the index of localities for as long as the areas are the same."""

    def __init__(self, rules: Rules, errands: tuple[str, ...], facts: Facts, keys: Callable[[], Keys]) -> None:
        self._rules = rules
        self._errands = errands
        self._facts = facts
        self._keys = keys
        self._indexed: tuple[object, Areas] | None = None

    def at(self, moment: datetime) -> DeskView:
        """The desk at a moment (aware)."""
        return DeskView(at_the_desk(moment), self._rules, self._errands, self._facts, self._keys(), self._areas)

    def _areas(self) -> Areas:
        areas = self._facts.areas()
        if self._indexed is None or self._indexed[0] is not areas:
            self._indexed = (areas, Areas(areas.values()))
        return self._indexed[1]
