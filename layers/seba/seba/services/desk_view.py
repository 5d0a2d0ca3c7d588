"""The desk as a conversation sees it, over what is stored, the settings and the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from seba.domain.calendar import at_the_desk
from seba.domain.draws import Draw
from seba.domain.goods import Category, Product
from seba.domain.identity_cards import CardType
from seba.domain.ids import Keys
from seba.domain.orders import Order, Sale
from seba.domain.places import Areas
from seba.domain.rules import Rules
from seba.domain.sessions import BoardRow, Centre, Session
from seba.domain.shops import Invitation, Shop, Stock
from seba.services.ports import Facts, Market, Orders, Stocks


@dataclass(frozen=True, slots=True)
class Trade:
    """What the desk knows of shops and orders."""

    market: Market
    stocks: Stocks
    orders: Orders
    pays_online: bool


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
    trade: Trade | None = None
    """Shops and orders; None where the desk has none."""

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

    @property
    def products(self) -> Mapping[str, Product]:
        """The master list by code."""
        return self.trade.market.products() if self.trade is not None else {}

    @property
    def categories(self) -> Mapping[str, Category]:
        """Its categories by id, in their order."""
        return self.trade.market.categories() if self.trade is not None else {}

    def shop(self, shop: str) -> Shop | None:
        """A shop by its id, or None."""
        return self.trade.market.shop(shop) if self.trade is not None else None

    def stock(self, shop: str) -> Stock:
        """What a shop has now."""
        return self.trade.stocks.read(shop) if self.trade is not None else Stock(shop)

    def order(self, order: str) -> Order | None:
        """An order as it stands now, or None."""
        return self.trade.orders.read(order) if self.trade is not None else None

    def sales(self, shop: str, day: date) -> Sequence[Sale]:
        """A shop's till of a day."""
        return self.trade.orders.sales(shop, day) if self.trade is not None else ()

    def invitation(self, code: str) -> Invitation | None:
        """An invitation that stands, or None."""
        found = self.trade.market.invitation(code) if self.trade is not None else None
        return found if found is not None and found.until > self.now else None

    @property
    def pays_online(self) -> bool:
        """Whether payment inside WhatsApp is set up."""
        return self.trade is not None and self.trade.pays_online

    def seal(self, card: CardType, number: str) -> str:
        """The keyed hash that stands for an identity document."""
        return self.keys.card(card, number)


class DeskViews:
    """Makes the view for each turn; keeps the index of localities for as long as the areas are the same."""

    def __init__(
        self,
        rules: Rules,
        errands: tuple[str, ...],
        facts: Facts,
        keys: Callable[[], Keys],
        trade: Trade | None = None,
    ) -> None:
        self._rules = rules
        self._errands = errands
        self._facts = facts
        self._keys = keys
        self._trade = trade
        self._indexed: tuple[object, Areas] | None = None

    def at(self, moment: datetime) -> DeskView:
        """The desk at a moment (aware)."""
        now, keys = at_the_desk(moment), self._keys()
        return DeskView(now, self._rules, self._errands, self._facts, keys, self._areas, self._trade)

    def _areas(self) -> Areas:
        areas = self._facts.areas()
        if self._indexed is None or self._indexed[0] is not areas:
            self._indexed = (areas, Areas(areas.values()))
        return self._indexed[1]
