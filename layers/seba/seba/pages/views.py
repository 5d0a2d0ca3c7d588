"""What the shop's pages show: plain data with amounts in paise and moments that are aware; ``render`` words it."""

from dataclasses import dataclass, field
from datetime import datetime, time

from seba.domain.goods import Category, Product
from seba.domain.orders import Order
from seba.domain.places import Area
from seba.domain.shops import Shop


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    language: str
    """``bn``, ``hi`` or ``en``."""
    service: str
    """The service's name in that language."""
    chat: str
    """The address that opens the chat with the desk."""
    helpline: str
    """A phone number as it is to be read."""
    now: datetime
    """The moment at which the page is drawn, on the desk's clock."""
    here: str = "/shop"
    """Where the same page can be had again: path, and query without the switches of language and pictures."""
    pictures: bool = True
    """Whether pictures stand beside the words."""
    inside: bool = False
    """Whether the visitor is known and registered: only then are there shelves, basket and orders to go to."""
    form: str = ""
    """The token that every form of this visit carries."""
    things: int = 0
    """Pieces in the basket."""
    cost: int = 0
    """What they come to at the prices shown, in paise."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer. Its words are ``fault.<what>`` of the page texts."""

    field: str
    """The id of the field at fault; empty for one of the whole page."""
    what: str
    product: Product | None = None
    number: int = 0
    """How many there are, or may be."""
    pin: str = ""
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Serving:
    """The shop whose goods and prices are shown."""

    shop: Shop
    metres: int | None = None
    """From the middle of the customer's PIN area; None when it is not known."""
    closes: time | None = None
    """When it closes today; None when it said "open" after its closing time."""


@dataclass(frozen=True, slots=True)
class Closed:
    """No shop takes orders for this PIN code now."""

    shop: Shop | None = None
    """The one that opens next, by its hours."""
    at: datetime | None = None
    """When, on the desk's clock."""


@dataclass(frozen=True, slots=True)
class Good:
    """A product on a shelf or in the basket."""

    product: Product
    price: int
    """Each, in paise: of the shop that serves, else what it usually costs."""
    available: bool
    """Whether one more piece can be had."""
    left: int | None = None
    """How many there are, or None where the shop does not count."""
    quantity: int = 0
    """How many are in the basket."""
    typed: str | None = None
    """What was typed as quantity and could not be taken."""

    @property
    def total(self) -> int:
        """Paise."""
        return self.price * self.quantity


# ---- coming in -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Details:
    """Who orders: asked once, changed whenever they like."""

    name: str = ""
    address: str = ""
    pin: str = ""
    phone: str | None = None
    """As WhatsApp gave it: digits with country code."""
    agreed: bool = False
    registered: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """A link or a visit that was genuine and is over: a new link comes by one tap."""

    why: str
    """``link`` (thirty minutes over), ``visit`` (thirty idle minutes), ``elsewhere`` (opened on another device)."""
    ticket: str
    """Proves whose new link is asked for."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The new link is on its way into the chat."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Nobody we know: the way in is the chat."""

    why: str
    """``link`` (altered or foreign), ``nobody`` (no visit), ``cookies`` (the browser does not keep one)."""


# ---- choosing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelves:
    """The way in: search, and all shelves."""

    categories: tuple[tuple[Category, int], ...]
    """Each with how many products can be had."""
    serving: Serving | Closed
    live: tuple[Order, ...] = ()
    """Orders under way."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The goods of one category."""

    category: Category
    goods: tuple[Good, ...]
    serving: Serving | Closed
    others: tuple[Category, ...] = ()
    """The shelves beside it."""
    page: int = 1
    pages: int = 1
    """A long shelf has several pages; they count from 1."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    query: str
    goods: tuple[Good, ...]
    serving: Serving | Closed
    more: int = 0
    """How many more there are than shown."""


@dataclass(frozen=True, slots=True)
class InBasket:
    """The basket, to be changed."""

    goods: tuple[Good, ...]
    missing: tuple[Good, ...]
    """What the shop that serves does not have (``left`` 0), or not so many."""
    serving: Serving | Closed
    total: int = 0
    """Of the goods, in paise."""
    faults: tuple[Fault, ...] = ()


# ---- ordering --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise than on the page that was answered. Its words are ``changed.<what>``."""

    what: str
    """``price``, ``number`` (of a product's pieces), ``out`` (a product), ``shop``."""
    product: Product | None = None
    price: int = 0
    was: int = 0
    """Paise each, as the price."""
    number: int = 0
    shop: Shop | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """The order as it would be placed."""

    goods: tuple[Good, ...]
    serving: Serving
    total: int
    """Paise."""
    most: int
    """What it may come to after weighing; ``total`` when nothing is weighed."""
    name: str
    seen: str
    """What the page says, in short: it is sent along with the order, to see whether it still holds."""
    pays_online: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class NoShop:
    """Nothing can be ordered now; the basket stays."""

    why: str
    """``closed`` (no shop is open), ``busy`` (those that are have too many orders), ``no_shop`` (none is near)."""
    serving: Closed = field(default_factory=Closed)


@dataclass(frozen=True, slots=True)
class Enough:
    """The customer has as many orders under way as one may have."""

    number: int


@dataclass(frozen=True, slots=True)
class OneOrder:
    """An order as it stands."""

    order: Order
    goods: tuple[Good, ...]
    shop: Shop | None
    """The one that has it; None while one is looked for."""
    way: str = ""
    """A map's address of where the shop is."""
    code: str = ""
    """What is said at the counter; only of a ready order."""
    asked_to_cancel: bool = False
    """A request to cancel is under way."""
    asked: Shop | None = None
    """The one that was sent the order and has not answered yet: no way leads there before it has."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Somebody's orders, the newest first."""

    orders: tuple[tuple[Order, Shop | None], ...]


@dataclass(frozen=True, slots=True)
class SureToCancel:
    """The second tap before an order is cancelled."""

    order: Order


# ---- what went wrong -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Busy:
    """AWS is busy: the same again will work, with everything that was sent."""

    action: str
    """Where to send it again: a path of ours."""
    fields: tuple[tuple[str, str], ...] = ()
    """What was sent; none for a page that is only fetched again."""


@dataclass(frozen=True, slots=True)
class Mistrusted:
    """A form that is not of this visit."""


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no such page."""


Page = (
    Details
    | Ended
    | Sent
    | Stranger
    | Shelves
    | Shelf
    | Found
    | InBasket
    | Check
    | NoShop
    | Enough
    | OneOrder
    | Orders
    | SureToCancel
    | Busy
    | Mistrusted
    | Lost
)
