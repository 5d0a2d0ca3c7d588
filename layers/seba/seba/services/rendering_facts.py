"""What rendering looks up in the desk's world, for one message: each order and each stock is read once, and fresh."""

from collections.abc import Mapping

from seba.domain.goods import Category, Product
from seba.domain.orders import Order
from seba.domain.places import Area
from seba.domain.sessions import Centre, Session
from seba.domain.shops import Shop, Stock
from seba.services.desk_view import Trade
from seba.services.ports import Facts


class RenderingFacts:
    """Fits ``seba.whatsapp.values.DeskFacts``. Make a new one for every message."""

    def __init__(self, facts: Facts, trade: Trade | None = None) -> None:
        """Without ``trade`` the desk has no shops: their values become dashes."""
        self._facts, self._trade = facts, trade
        self._orders: dict[str, Order | None] = {}
        self._stocks: dict[str, Stock] = {}

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""
        return self._facts.centres()

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code."""
        return self._facts.areas()

    def session(self, session: str) -> Session | None:
        """A session by id, or None."""
        return self._facts.session(session)

    def products(self) -> Mapping[str, Product]:
        """The master list by code."""
        return self._trade.market.products() if self._trade is not None else {}

    def categories(self) -> Mapping[str, Category]:
        """Its categories by id."""
        return self._trade.market.categories() if self._trade is not None else {}

    def shop(self, shop: str) -> Shop | None:
        """A shop by id, or None."""
        return self._trade.market.shop(shop) if self._trade is not None else None

    def stock(self, shop: str) -> Stock:
        """What a shop has now. Raises NotNow."""
        if shop not in self._stocks:
            self._stocks[shop] = self._trade.stocks.read(shop) if self._trade is not None else Stock(shop)
        return self._stocks[shop]

    def order(self, order: str) -> Order | None:
        """An order as it stands now, or None. Raises NotNow."""
        if order not in self._orders:
            self._orders[order] = self._trade.orders.read(order) if self._trade is not None else None
        return self._orders[order]
