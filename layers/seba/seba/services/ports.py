"""What the services need from the outside, as Protocols. Adapters in storage, queues and whatsapp fit them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from seba.conversation.records import (
    BookingRequest,
    Citizen,
    Due,
    Effect,
    Entry,
    Hold,
    News,
    Opening,
    SentList,
    Stop,
    Timer,
)
from seba.conversation.say import EnterDraw, Forget, Keep, Leave, Tend
from seba.conversation.talk import Talk
from seba.domain.draws import Draw
from seba.domain.goods import Category, Product
from seba.domain.orders import Basket, Customer, Order, Sale
from seba.domain.orders import Line as OrderLine
from seba.domain.people import Person, Who
from seba.domain.places import Area
from seba.domain.roster import Claim, Member
from seba.domain.sessions import BoardRow, Centre, Session
from seba.domain.shops import Invitation, Shop, Stock
from seba.domain.wishes import Entry as InLine

__all__ = [
    "Area",
    "Basket",
    "BoardRow",
    "Boards",
    "BookingRequest",
    "Breaker",
    "Category",
    "Census",
    "Centre",
    "Citizen",
    "Citizens",
    "Claim",
    "Crowd",
    "Customer",
    "Diary",
    "Draw",
    "Draws",
    "Due",
    "Effect",
    "Entry",
    "Facts",
    "Files",
    "Hold",
    "Holds",
    "InLine",
    "Invitation",
    "Lane",
    "Ledger",
    "Line",
    "Lists",
    "Market",
    "Member",
    "Names",
    "News",
    "Novelties",
    "Opening",
    "Order",
    "Orders",
    "Outgoing",
    "Overflow",
    "Person",
    "Post",
    "Product",
    "Programme",
    "Rosters",
    "Sale",
    "SentList",
    "Session",
    "Shop",
    "ShopBook",
    "Stock",
    "Stocks",
    "Stop",
    "Tend",
    "Timer",
    "Who",
]


class Citizens(Protocol):
    """The citizens' partitions."""

    def find(self, phone: str | None, user_id: str | None) -> Citizen | None:
        """The citizen behind these identities, or None at first meeting. One consistent Query, two if moved."""

    def read(self, citizen: str) -> Citizen | None:
        """A citizen by id: one consistent Query."""

    def meet(self, who: Who) -> Citizen:
        """A citizen not stored yet, with a free id (version 0); ``commit`` stores it with its pointers."""

    def commit(
        self,
        before: Citizen,
        talk: Talk,
        cause: bytes,
        effects: Sequence[Effect],
        *,
        settled: str = "",
        keep: Keep | None = None,
        forget: Forget | None = None,
        who: Who | None = None,
    ) -> Citizen:
        """State and effects in one conditional write (a transaction where a person is kept or all is forgotten).

        ``settled`` is the cause (hex) whose booking request is answered and leaves the outbox by this write.
        ``who`` is given when the addresses changed. Raises Conflict when the version moved on, CardTaken when the card
        belongs to another person, NotNow when DynamoDB is busy.
        """

    def acknowledge(self, citizen: str, cause: str, effect: str) -> None:
        """Take a delivered effect out of the outbox; the version does not move."""

    def repoint(self, old_user_id: str | None, old_phone: str | None, phone: str | None, user_id: str | None) -> None:
        """WhatsApp announced that an identity changed: the new one points to the same citizen from now on."""


class Facts(Protocol):
    """What the desk knows of its world; cached in the container, boards at most a second old."""

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code."""

    def session(self, session: str) -> Session | None:
        """A session by id (cached for seconds), or None."""

    def board(self, day: date) -> Sequence[BoardRow]:
        """The sessions of a day with their places left, at most a second old; open and released ones only.

        Those whose hour has not come, whose draw is still to be made and those that are paused are among them:
        ``Session.is_on_offer`` says which can be booked now.
        """

    def draw(self, draw: str) -> Draw | None:
        """A draw as announced, at most a minute old, or None. The seed is there once it was made."""


class Outgoing(Protocol):
    """The queues, as the services see them."""

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """Queue each effect into its lane in order, under its own id. Raises NotNow.

        Say and Typing go to replies (group = citizen), Request to requests (group = slot), FetchProof to proofs,
        Later is an item for the clock.
        """

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        """Queue messages that nobody is waiting for into the notices lane (group = citizen). Raises NotNow."""


class Rosters(Protocol):
    """The only door to capacity."""

    def claim(self, slot: str, claims: Sequence[Claim]) -> Mapping[str, str]:
        """For each booking id: ``booked``, ``already`` or ``full``. First come first served, in the order given."""

    def release(self, slot: str, person: str, booking: str, *, held: bool = False) -> str:
        """``cancelled`` (now or earlier) or ``locked`` when given or marked as not come.

        With ``held`` only a place that is still held is freed: one that was taken meanwhile is ``locked`` too.
        """

    def mark(self, slot: str, person: str, booking: str, standing: str) -> str:
        """Mark as given, not come, or (a held place) as booked: the standing that holds afterwards, or ``unknown``.

        Given stays for ever; only a held place becomes booked.
        """

    def members(self, slot: str) -> Sequence[Member]:
        """Everybody in the slot's roster, by page and place."""

    def find(self, booking: str) -> Member | None:
        """The member with this booking id, or None."""

    def free(self, slot: str) -> tuple[int, int]:
        """Capacity and taken, over all pages."""

    def resize(self, slot: str, capacity: int) -> int:
        """Grow, or shrink to what is taken and no further: the capacity that holds afterwards."""

    def keep(self, slot: str, until: datetime) -> None:
        """Forget the slot no earlier than ``until`` (aware): its session moves to a later day. Raises NotNow."""


class Boards(Protocol):
    """The view of places left; a hint. The booking room writes it, the clock puts right what was missed."""

    def show(self, slot: str, free: int) -> None:
        """Tell the board how many places a slot has left."""


class Line(Protocol):
    """Who waits for a place, by home, dose and vaccine, in the order of their ranks."""

    def put(self, entry: InLine) -> None:
        """Put somebody in line, or change what they wish for. Raises NotNow."""

    def remove(self, entry: InLine | Leave) -> None:
        """Take somebody out; not being there is fine. Raises NotNow."""

    def waiting(self, pins: Sequence[str], dose: int, vaccine: str, after: str = "") -> Iterator[InLine]:
        """Who waits in these PIN areas for this dose of this vaccine (or of any), in the order of their ranks.

        ``after`` goes on behind ``<rank>#<person>``. Lazily: a few are read ahead per PIN area. Raises NotNow.
        """


class Crowd(Protocol):
    """The line, thousands at once: what a draw needs."""

    def line(self, pin: str, dose: int, vaccine: str) -> Iterator[InLine]:
        """Everybody who lives there and waits for this dose of exactly this vaccine (empty: any). Raises NotNow."""

    def stand(self, those: Sequence[tuple[InLine, InLine]]) -> None:
        """Put the second of each pair in line, and then take out the first; again changes nothing. Raises NotNow."""


class Post(Protocol):
    """The lanes, thousands at once: what a draw needs."""

    def ask(self, requests: Sequence[tuple[str, Effect]], at: datetime) -> None:
        """Queue (citizen, effect) into the requests, those of one slot in the order given. Raises NotNow."""

    def tell(self, notices: Sequence[tuple[str, Effect]], at: datetime) -> None:
        """Queue (citizen, effect) into the notices. Raises NotNow."""


class Holds(Protocol):
    """Places held for a while."""

    def note(self, hold: Hold) -> None:
        """Remember when it lapses; noting it again changes nothing. Raises NotNow."""

    def over(self, now: datetime) -> Sequence[Hold]:
        """Those whose time is over (``now`` aware), the oldest first; a few hundred at once."""

    def settle(self, hold: Hold) -> None:
        """It was seen to."""


class Draws(Protocol):
    """Draws and who takes part. Never from a cache."""

    def all(self) -> Sequence[Draw]:
        """Every draw kept, with its seed once it was made."""

    def announce(self, draw: Draw, seed: str) -> None:
        """Store a draw and, apart from it, its secret seed (hex). Raises Conflict when there is one of that id."""

    def secret(self, draw: str) -> str:
        """The seed (hex) of a draw that is to be made. Raises NotFound."""

    def enter(self, wish: EnterDraw) -> None:
        """Somebody takes part; again changes the choices. Raises NotNow."""

    def entries(self, draw: str) -> Iterator[EnterDraw]:
        """Everybody who takes part, each once."""

    def reveal(self, draw: str, seed: str) -> None:
        """The draw was made: its seed may be seen. Doing it again changes nothing."""


class Novelties(Protocol):
    """What changed in the programme and has to be told or tried."""

    def openings(self) -> Sequence[Opening]:
        """Every opening that has not been told to the end."""

    def told(self, opening: Opening) -> None:
        """Everybody has been told."""

    def news(self) -> Sequence[News]:
        """Moved and cancelled sessions whose people have not all been told."""

    def spread(self, news: News) -> None:
        """All have been told."""


class Ledger(Protocol):
    """One item per outgoing message, kept eight days: what was begun, and what WhatsApp said of it."""

    def begin(self, effect: str, kind: str, at: datetime) -> Entry | None:
        """Put ``sending`` with one try if there is nothing yet: None then, else the entry that stands. Raises NotNow.

        ``kind`` is the message's catalogue key, for the office's counts.
        """

    def begin_again(self, entry: Entry, at: datetime, tries: int) -> bool:
        """``sending`` again as the ``tries``-th try, if the entry is still exactly ``entry`` (state and ``begun_at``).

        False when somebody else moved it. Raises NotNow.
        """

    def end(
        self,
        effect: str,
        state: str,
        over: Collection[str],
        at: datetime,
        *,
        wamid: str = "",
        code: int = 0,
        reason: str = "",
    ) -> bool:
        """Write ``state`` over one of the states ``over`` (a conditional write; no entry, no write): whether it did.

        ``wamid`` is kept when given, ``code`` and ``reason`` are why a message failed or was not sent. Raises NotNow.
        """

    def stumble(self, entry: Entry, failures: int) -> None:
        """Note how often our own code has failed over this message; its state stays. Raises NotNow."""

    def read(self, effect: str) -> Entry | None:
        """What stands, read consistently, or None."""


class Breaker(Protocol):
    """The switch that stops all sending when Meta says the account is at fault; an operator clears it."""

    def stopped(self) -> Stop | None:
        """Why sending is stopped, or None."""

    def stop(self, code: int, at: datetime) -> None:
        """Stop sending; an earlier stop keeps its time and its code."""

    def resume(self) -> None:
        """Send again."""


class Overflow(Protocol):
    """``inbound.fifo`` and its dead-letter queue."""

    def defer(self, items: Sequence[tuple[str, str, str]]) -> Sequence[int]:
        """Queue (group, deduplication id, body) in order, ten a call; the positions that could not be queued."""

    def wait(self, receipt: str, seconds: int) -> None:
        """Show a received message again after so many seconds. Raises NotNow."""

    def park(self, group: str, deduplication: str, body: str, cause: str) -> None:
        """Put a body into the dead-letter queue with the cause as an attribute. Raises NotNow."""


class Lane(Protocol):
    """The queue a message came from, to let it wait."""

    def wait(self, receipt: str, seconds: int) -> None:
        """Show a received message again after so many seconds (at most twelve hours). Raises NotNow."""

    def park(self, group: str, deduplication: str, body: str, cause: str) -> None:
        """Put a body into the lane's dead-letter queue with the cause as an attribute. Raises NotNow."""


class Files(Protocol):
    """A private bucket."""

    def put(self, key: str, content: bytes, mime_type: str) -> None:
        """Store, encrypted; the same key again replaces. Raises NotNow."""

    def get(self, key: str) -> bytes:
        """The bytes. Raises NotFound, NotNow."""

    def delete(self, key: str) -> None:
        """Delete; nothing there is fine. Raises NotNow."""

    def delete_all(self, prefix: str) -> int:
        """Delete everything whose key begins so: how many there were. Raises NotNow."""


class Lists(Protocol):
    """What of each day's lists was sent and acknowledged."""

    def of_day(self, day: date) -> Mapping[str, SentList]:
        """By centre."""

    def record(self, sent: SentList) -> bool:
        """Write version, digest, key and time, if the version before stands (or none, for 1): whether it did."""

    def acknowledge(self, day: date, centre: str, version: int, by: str, at: datetime) -> bool:
        """Note the acknowledgement, never backwards; False when no such list was sent."""


class Diary(Protocol):
    """What the clock has to do and what it has done."""

    def due(self, day: date) -> Sequence[Due]:
        """Everything due on a day."""

    def settle(self, due: Due) -> None:
        """It is done: take it away."""

    def done(self, work: str) -> str | None:
        """How far a piece of work (``reminders#2026-11-24`` …) has come, or None when it was never begun."""

    def note(self, work: str, progress: str) -> None:
        """Write how far it has come (kept for four weeks)."""


class Programme(Protocol):
    """The published sessions in every stage of life, read fresh; the clock's and the office's view."""

    def days(self) -> Sequence[date]:
        """Every day that has published sessions, in order."""

    def sessions(self, day: date) -> Sequence[Session]:
        """All sessions of a day of released batches, in every stage of life."""

    def session(self, session: str) -> Session | None:
        """A session in any stage of life and of any batch, or None."""

    def change_session(self, before: Session, after: Session, news: News | None = None) -> None:
        """Change a session and its board together, its day and centre too, and note the news of it: all or nothing.

        Raises Conflict when it is no longer ``before``, NotFound for a centre that is not there.
        """

    def board(self, day: date) -> Sequence[BoardRow]:
        """The whole board of a day, released or not, as it stands now."""

    def close(self, session: str) -> None:
        """An open session is over: life becomes closed. Any other life stays."""

    def desks(self, centre: str) -> Sequence[str]:
        """The citizen ids of the numbers registered as this centre's desk."""


class Names(Protocol):
    """People for lists: many at once."""

    def people(self, persons: Sequence[str]) -> Mapping[str, Person]:
        """The people with these ids (citizen + number); one that was erased is missing. BatchGet, in hundreds."""

    def stopped(self, citizens: Collection[str]) -> frozenset[str]:
        """Those among these citizens who said STOP: changes cannot be told to them. BatchGet, in hundreds."""


class Census(Protocol):
    """Everybody, for the office's checks; reads whole tables."""

    def citizens(self) -> Iterator[Citizen]:
        """Every citizen once."""

    def days(self) -> Sequence[date]:
        """Every day that has published sessions."""


# ---- shops and orders ------------------------------------------------------------------------------------------------


class Market(Protocol):
    """Shops and the master list, as they were entered; cached in the container for a minute."""

    def products(self) -> Mapping[str, Product]:
        """The master list by code."""

    def categories(self) -> Mapping[str, Category]:
        """Its categories by id, in their order."""

    def shops(self) -> Mapping[str, Shop]:
        """All shops by id."""

    def shop(self, shop: str) -> Shop | None:
        """A shop by id; one that joined a moment ago is found too."""

    def invitation(self, code: str) -> Invitation | None:
        """An invitation that was not used yet, or None. Never from a cache."""


class ShopBook(Protocol):
    """Where shops, products and invitations are entered."""

    def enter(self, shop: Shop) -> None:
        """Store a shop, or what changed of it; its stock stays. Raises NotNow."""

    def invite(self, invitation: Invitation) -> None:
        """Store an invitation; DynamoDB forgets it when it is over."""

    def join(self, invitation: Invitation, shop: Shop) -> None:
        """Use the invitation and store the shop, in one transaction. Raises Conflict when it was used already.

        The shop's stock begins empty. Doing it again for the same shop and phones changes nothing.
        """

    def publish(self, categories: Sequence[Category], products: Sequence[Product]) -> None:
        """Store the master list; what is not in it any more goes. Raises NotNow."""


class Stocks(Protocol):
    """The only door to what shops have. Every change is one conditional UpdateItem of one item."""

    def read(self, shop: str) -> Stock:
        """What a shop has now, consistently; of one that never said anything an empty stock. Raises NotNow."""

    def read_many(self, shops: Collection[str]) -> Mapping[str, Stock]:
        """Several at once, for choosing among them. Raises NotNow."""

    def reserve(self, shop: str, order: str, lines: Sequence[OrderLine], most: int) -> Sequence[str]:
        """Set goods aside for an order, all or nothing, and note the order in the same write: the codes that fail.

        An empty answer means that they are set aside, now or by an earlier call for this order. A code fails when there
        are not so many, or when its price is no longer the line's. ``("",)`` means that the shop has ``most`` live
        orders already. Raises NotNow.
        """

    def adjust(
        self,
        shop: str,
        order: str,
        revision: int,
        before: Sequence[OrderLine],
        after: Sequence[OrderLine],
        lacks: Sequence[str],
    ) -> Sequence[str]:
        """Change what is set aside from revision - 1 to ``revision``: the codes that fail. ``lacks`` are out then.

        What is no longer ordered goes back, except what the shop lacks. Doing it again changes nothing; so does doing
        it for an order for which nothing is set aside. Raises NotNow.
        """

    def release(self, shop: str, order: str, lines: Sequence[OrderLine], *, back: bool = True) -> bool:
        """The order is no longer this shop's: whether it was. With ``back`` its goods are for sale again.

        Doing it again changes nothing. Without ``back`` they were collected. Raises NotNow.
        """

    def tend(self, tend: Tend) -> bool:
        """What a shop says of itself; also resets ``silent``. False when something newer was said. Raises NotNow."""

    def silence(self, shop: str, order: str, closes_on: date | None) -> int:
        """Note an order without an answer, once per order: how many in a row. With a day, the shop closes for it."""

    def answered(self, shop: str) -> None:
        """It answers: nothing in a row any more. Raises NotNow."""


class Orders(Protocol):
    """Orders, baskets and customers, and the timers of orders. Never from a cache."""

    def read(self, order: str) -> Order | None:
        """An order as it stands, consistently. Raises NotNow."""

    def read_many(self, orders: Collection[str]) -> Mapping[str, Order]:
        """Several. Raises NotNow."""

    def create(self, order: Order, basket: Basket) -> Order:
        """Store a new order, empty the basket it was made of, and set the ``placed`` timer: the order as stored.

        One transaction. Raises Conflict when the order is there already or the basket has changed, NotNow.
        """

    def write(self, before: Order, after: Order, timers: Sequence[Timer] = (), sale: Sale | None = None) -> Order:
        """Store ``after`` with its news if the order is still ``before`` by its version: the order as stored.

        With timers or a sale it is one transaction. Raises Conflict, NotNow.
        """

    def told(self, order: str, n: int) -> None:
        """News ``n`` is in somebody's own outbox; the version does not move. Raises NotNow."""

    def sales(self, shop: str, day: date) -> Sequence[Sale]:
        """What a shop handed over on a day. Raises NotNow."""

    def basket(self, citizen: str) -> Basket:
        """Somebody's basket, an empty first one if there is none."""

    def keep_basket(self, citizen: str, before: Basket, after: Basket) -> Basket:
        """Change a basket's lines and shop, if it is still ``before`` by its version. Raises Conflict, NotNow."""

    def customer(self, citizen: str) -> Customer | None:
        """Who they are, if they registered."""

    def register(self, customer: Customer) -> None:
        """Store, or change. Raises NotNow."""

    def forget(self, citizen: str) -> None:
        """Delete customer and basket, and take the name off their orders. Raises NotNow."""

    def open_link(self, token: str, visit: str, until: datetime) -> bool:
        """Bind a link to the visit that opened it first, until ``until``: whether it is this one. Raises NotNow."""

    def due(self, now: datetime, most: int = 500) -> Sequence[Timer]:
        """Timers that have rung by ``now`` (aware), the oldest first."""

    def settle(self, timer: Timer) -> None:
        """It was seen to; one that is gone is fine."""

    def refunds(self) -> Sequence[Order]:
        """Orders whose money has to be given back, for the operator."""
