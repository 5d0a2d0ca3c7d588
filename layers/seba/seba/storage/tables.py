"""Tables over one PynamoDB connection, and the items in them.

The items are PynamoDB models without a table: they serialise, and their attributes make the expressions. One
connection serves all tables (PynamoDB would otherwise make one botocore client per model, at 30 ms of INIT each), and
every call passes through here, so that AWS's errors are translated in one place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, override

from botocore.session import Session
from pynamodb.attributes import (
    DESERIALIZE_CLASS_MAP,
    SERIALIZE_CLASS_MAP,
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.constants import ITEM, MAP
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from seba.domain.errors import NotNow
from seba.storage.errors import Refusals, as_domain_errors

Raw = dict[str, dict[str, Any]]
"""An item as DynamoDB writes it: attribute name to type to value."""

CONNECT_SECONDS, READ_SECONDS, TRIES = 1.0, 2.5, 3
"""DynamoDB answers within milliseconds; HTTP API gives up after 30 s and Meta counts what exceeds one."""
BATCH_GET = 100
"""Keys of one BatchGetItem at most (AWS)."""
BATCH_WRITE = 25
"""Items of one BatchWriteItem at most (AWS)."""


class _Connection(Connection):
    """A connection with our patience; over a session that is there already, if one is given.

    Reading AWS's endpoints again for a second session takes 50 ms of an INIT.
    """

    def __init__(self, region: str | None, host: str | None, pool: int, session: Session | None) -> None:
        super().__init__(
            region=region,
            host=host,
            connect_timeout_seconds=CONNECT_SECONDS,
            read_timeout_seconds=READ_SECONDS,
            retry_configuration={"total_max_attempts": TRIES, "mode": "standard"},
            max_pool_connections=pool,
        )
        self._session = session

    @property
    @override
    def session(self) -> Session:
        """The shared session, or this thread's own."""
        return super().session if self._session is None else self._session


def connect(region: str | None, host: str | None = None, pool: int = 10, session: Session | None = None) -> Connection:
    """A connection to DynamoDB. ``host`` is an endpoint's URL, None for AWS's own; ``pool`` the sockets at most.

    ``session`` may be shared by a process of one thread; without one each thread has its own.
    """
    return _Connection(region, host, pool, session)


@dataclass(frozen=True, slots=True)
class Write:
    """One item of a transaction."""

    kind: Literal["delete", "put", "update"]
    arguments: dict[str, Any]


class Table:
    """One table. Raises Conflict, NotNow and Unusable, as ``errors.py`` says."""

    def __init__(self, connection: Connection, name: str, *, sort_key: bool = True) -> None:
        self._connection, self.name = connection, name
        keys = [("pk", "HASH")] + ([("sk", "RANGE")] if sort_key else [])
        connection.add_meta_table(
            MetaTable(
                {
                    "TableName": name,
                    "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys],
                    "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
                }
            )
        )

    def get(self, pk: str, sk: str | None = None, *, consistent: bool = True) -> Raw | None:
        """One item, or None."""
        with as_domain_errors():
            answer = self._connection.get_item(self.name, pk, range_key=sk, consistent_read=consistent)
        return answer.get("Item")

    def query(self, pk: str, begins_with: str = "", *, consistent: bool = True) -> list[Raw]:
        """All items of a partition (whose sort key begins so), in order of their sort keys."""
        condition = Path("sk").startswith(begins_with) if begins_with else None
        items: list[Raw] = []
        start: Raw | None = None
        while True:
            with as_domain_errors():
                answer = self._connection.query(
                    self.name,
                    pk,
                    range_key_condition=condition,
                    consistent_read=consistent,
                    exclusive_start_key=start,
                )
            items += answer.get("Items", [])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return items

    def query_page(
        self, pk: str, limit: int, where: Condition | None = None, *, consistent: bool = True
    ) -> tuple[list[Raw], bool]:
        """At most ``limit`` items of a partition in order of their sort keys, and whether there may be more.

        ``where`` is a condition on the sort key: to go on, one that asks for what is behind the last item.
        """
        with as_domain_errors():
            answer = self._connection.query(
                self.name, pk, range_key_condition=where, consistent_read=consistent, limit=limit
            )
        return answer.get("Items", []), bool(answer.get("LastEvaluatedKey"))

    def stream(self, pk: str, attributes: Sequence[str]) -> Iterator[Raw]:
        """All items of a partition, these attributes only; a page (1 MB) at a time is in memory."""
        start: Raw | None = None
        while True:
            with as_domain_errors():
                answer = self._connection.query(
                    self.name, pk, attributes_to_get=list(attributes), consistent_read=True, exclusive_start_key=start
                )
            yield from answer.get("Items", [])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    def scan(self) -> Iterator[Raw]:
        """Every item; those of one partition follow each other."""
        start: Any = None
        while True:
            with as_domain_errors():
                answer = self._connection.scan(self.name, exclusive_start_key=start, consistent_read=True)
            yield from answer.get("Items", [])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Raw]:
        """The items that exist among these, in any order. Raises NotNow when DynamoDB left some unread."""
        found: list[Raw] = []
        for first in range(0, len(keys), BATCH_GET):
            left: list[Any] = [{"pk": pk, "sk": sk} for pk, sk in dict.fromkeys(keys[first : first + BATCH_GET])]
            for _ in range(TRIES):
                with as_domain_errors():
                    answer = self._connection.batch_get_item(self.name, left, consistent_read=True)
                found += answer.get("Responses", {}).get(self.name, [])
                left = [
                    {key: next(iter(value.values())) for key, value in keys_left.items()}
                    for keys_left in answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
                ]
                if not left:
                    break
            else:
                raise NotNow("DynamoDB left items unread")
        return found

    def write_many(self, items: Sequence[Model], gone: Sequence[tuple[str, str]] = ()) -> None:
        """Put and delete up to 25 items in one request, each for itself and without conditions.

        Raises NotNow when DynamoDB left some unwritten; writing all of them again is right.
        """
        with as_domain_errors():
            answer = self._connection.batch_write_item(
                self.name,
                put_items=[item.serialize() for item in items],
                delete_items=[{"pk": pk, "sk": sk} for pk, sk in gone],
            )
        if answer.get("UnprocessedItems"):
            raise NotNow("DynamoDB left items unwritten")

    def put(self, item: Model, condition: Condition | None = None) -> None:
        """Write an item whole."""
        pk, sk, rest = _parts(item)
        with as_domain_errors():
            self._connection.put_item(self.name, pk, range_key=sk, attributes=rest, condition=condition)

    def update(
        self,
        pk: str,
        sk: str | None,
        actions: Sequence[Action],
        condition: Condition | None = None,
        *,
        give_back: Literal["ALL_NEW", "UPDATED_NEW", "ALL_OLD", "NONE"] = "NONE",
    ) -> Raw:
        """Change an item; what ``give_back`` asks for."""
        with as_domain_errors():
            answer = self._connection.update_item(
                self.name, pk, range_key=sk, actions=actions, condition=condition, return_values=give_back
            )
        attributes: Raw = answer.get("Attributes", {})
        return attributes

    def delete(self, pk: str, sk: str | None = None, condition: Condition | None = None) -> None:
        """Delete an item."""
        with as_domain_errors():
            self._connection.delete_item(self.name, pk, range_key=sk, condition=condition)

    # Transactions.

    def putting(self, item: Model, condition: Condition | None = None) -> Write:
        """A put as part of a transaction."""
        pk, sk, rest = _parts(item)
        return Write(
            "put",
            self._connection.get_operation_kwargs(
                self.name, pk, range_key=sk, key=ITEM, attributes=rest, condition=condition
            ),
        )

    def updating(self, pk: str, sk: str, actions: Sequence[Action], condition: Condition | None = None) -> Write:
        """An update as part of a transaction."""
        return Write(
            "update",
            self._connection.get_operation_kwargs(self.name, pk, range_key=sk, actions=actions, condition=condition),
        )

    def deleting(self, pk: str, sk: str, condition: Condition | None = None) -> Write:
        """A deletion as part of a transaction."""
        return Write("delete", self._connection.get_operation_kwargs(self.name, pk, range_key=sk, condition=condition))

    def write_all(self, writes: Sequence[Write]) -> None:
        """All or nothing, at most 100 items. Raises Refusals with a reason for each of ``writes``, in their order."""
        order = sorted(range(len(writes)), key=lambda i: writes[i].kind)
        by_kind = {kind: [each.arguments for each in writes if each.kind == kind] for kind in _KINDS}
        try:
            with as_domain_errors():
                self._connection.transact_write_items(
                    condition_check_items=(),
                    delete_items=by_kind["delete"],
                    put_items=by_kind["put"],
                    update_items=by_kind["update"],
                )
        except Refusals as refused:
            reasons: list[str | None] = [None] * len(writes)
            for position, reason in zip(order, refused.reasons, strict=False):
                reasons[position] = reason
            raise Refusals(tuple(reasons)) from refused


_KINDS: Final = ("delete", "put", "update")
"""In the order in which PynamoDB sends them, which is the alphabet's."""


def _parts(item: Model) -> tuple[str, str | None, Mapping[str, Any]]:
    raw: Raw = item.serialize()
    pk = raw.pop("pk")["S"]
    sk = raw.pop("sk", {"S": None})["S"]
    return pk, sk, raw


# Items.


class MapOf[V: (str, int, bytes)](Attribute[dict[str, V]]):
    """A map from texts to values of one kind."""

    attr_type = MAP

    def serialize(self, value: dict[str, V]) -> dict[str, dict[str, object]]:
        """As DynamoDB writes it."""
        kind = {key: SERIALIZE_CLASS_MAP[type(each)] for key, each in value.items()}
        return {key: {kind[key].attr_type: kind[key].serialize(each)} for key, each in value.items()}

    def deserialize(self, value: dict[str, dict[str, Any]]) -> dict[str, V]:
        """As Python has it."""
        return {
            key: DESERIALIZE_CLASS_MAP[kind].deserialize(raw) for key, of in value.items() for kind, raw in of.items()
        }

    def at(self, key: str) -> Path:
        """The path of one entry, for expressions."""
        return Path([str(self.attr_name), key])


class _Item(Model):
    """An item with both keys."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class StateItem(_Item):
    """The state of a talk; names of one letter, because the item must stay within 1 KB."""

    talk = UnicodeAttribute(attr_name="t")
    """``conversation.codec.write_talk``."""
    heard = BinaryAttribute(attr_name="h", legacy_encoding=False)
    """Six bytes for each of the last 64 causes."""
    outbox = MapOf[bytes](attr_name="o")
    """Packed acts by cause (12 hex digits) + number."""
    version = NumberAttribute(attr_name="v")


class WhoItem(_Item):
    """Addresses and role of a citizen."""

    phone = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    number = UnicodeAttribute()
    profile = UnicodeAttribute(null=True)
    desk = UnicodeAttribute(null=True)
    shop = UnicodeAttribute(null=True)


class PersonItem(_Item):
    """A person for whom a citizen books."""

    name = UnicodeAttribute()
    vaccine = UnicodeAttribute()
    last_dose = UnicodeAttribute(attr_name="first_dose", null=True)
    exact = BooleanAttribute()
    had = NumberAttribute(default=1)
    born = NumberAttribute(null=True)
    card = UnicodeAttribute()
    seal = UnicodeAttribute()
    last4 = UnicodeAttribute()
    proof = UnicodeAttribute(null=True)


class IdentityItem(_Item):
    """An identity points to its citizen."""

    citizen = UnicodeAttribute()


class CardItem(_Item):
    """An identity card belongs to one person."""

    person = UnicodeAttribute()


class DueItem(_Item):
    """Something the clock shall do."""

    what = UnicodeAttribute()
    citizen = UnicodeAttribute()
    about = UnicodeAttribute(null=True)
    ends = NumberAttribute()


class SessionItem(_Item):
    """A session; the same attributes stand on its board."""

    id = UnicodeAttribute()
    centre = UnicodeAttribute()
    day = UnicodeAttribute()
    vaccine = UnicodeAttribute()
    doses = UnicodeAttribute()
    """Digits, ascending: ``2``, ``12``."""
    fee = NumberAttribute()
    life = UnicodeAttribute()
    batch = UnicodeAttribute()
    slots = UnicodeAttribute()
    """JSON: a list of [id, start, end, capacity]."""
    more = UnicodeAttribute(default="{}")
    """JSON: what most sessions do without: ages, walk_in, opens, draw, drawn, paused, moved."""
    ends = NumberAttribute(null=True)


class BoardItem(SessionItem):
    """A session with the places left per slot."""

    free = MapOf[int]()


class CentreItem(_Item):
    """A centre."""

    names = MapOf[str]()
    short_names = MapOf[str]()
    addresses = MapOf[str]()
    ward = UnicodeAttribute()
    pin = UnicodeAttribute()
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    phone = UnicodeAttribute(null=True)
    publisher = UnicodeAttribute(null=True)
    opened = MapOf[str]()
    """The released batches, each with when it was."""


class AreaItem(_Item):
    """A PIN area."""

    served = UnicodeAttribute()
    localities = UnicodeAttribute()
    """JSON: a list of [en, bn, hi]."""
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    refer = UnicodeAttribute(null=True)
    """JSON: [en, bn, hi], where people of an area that is not served should go."""


class KeyItem(_Item):
    """An item that says by its keys all there is to say."""

    ends = NumberAttribute(null=True)


class ListItem(_Item):
    """The list of the day that a centre was sent."""

    version = NumberAttribute()
    digest = UnicodeAttribute()
    key = UnicodeAttribute()
    sent_at = UnicodeAttribute()
    acknowledged = NumberAttribute(default=0)
    acknowledged_at = UnicodeAttribute(null=True)
    acknowledged_by = UnicodeAttribute(null=True)
    ends = NumberAttribute()


class WorkItem(_Item):
    """How far a piece of the clock's work has come."""

    progress = UnicodeAttribute()
    ends = NumberAttribute()


class DrawItem(_Item):
    """A draw as it was announced."""

    opens = UnicodeAttribute()
    closes = UnicodeAttribute()
    commitment = UnicodeAttribute()
    seed = UnicodeAttribute(null=True)
    """Once the draw was made."""


class SeedItem(_Item):
    """A draw's secret until it is made."""

    seed = UnicodeAttribute()


class OpeningItem(_Item):
    """An opening; its hour and its id are the sort key."""

    centre = UnicodeAttribute()
    sessions = UnicodeAttribute()
    """Ids with spaces between."""
    draw = UnicodeAttribute(null=True)
    ends = NumberAttribute()


class NewsItem(_Item):
    """A session that was moved or cancelled."""

    what = UnicodeAttribute()
    session = UnicodeAttribute()
    was_day = UnicodeAttribute()
    was_centre = UnicodeAttribute()
    ends = NumberAttribute()


class PublisherItem(_Item):
    """A publisher."""

    name = UnicodeAttribute()
    private = BooleanAttribute()
    key_hash = UnicodeAttribute(null=True)


class LineItem(_Item):
    """A person in line."""

    entry = UnicodeAttribute()
    """``conversation.codec.entry_to_json`` without ``offered``, as compact JSON."""
    offered = UnicodeSetAttribute(null=True)
    """Sessions of which a place was offered; only ever added to."""
    ends = NumberAttribute()


class HoldItem(_Item):
    """A place held for a while; until when, and the booking, are the sort key."""

    citizen = UnicodeAttribute()
    person = UnicodeAttribute()
    dose = NumberAttribute()
    ends = NumberAttribute()


class DrawEntryItem(_Item):
    """A person in a draw."""

    overdue = BooleanAttribute()
    choices = UnicodeAttribute()
    """Slot ids of six characters each, best first, nothing between them."""
    ends = NumberAttribute()


class PageItem(_Item):
    """A page of a slot's roster."""

    members = MapOf[str]()
    """Person id to the last four of the booking id + the standing's letter."""
    capacity = NumberAttribute()
    taken = NumberAttribute()
    ends = NumberAttribute(null=True)


class ShopItem(_Item):
    """A shop as it was entered."""

    kind = UnicodeAttribute()
    names = MapOf[str]()
    addresses = MapOf[str]()
    pins = UnicodeAttribute()
    """PIN codes with spaces between."""
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    opens = UnicodeAttribute()
    closes = UnicodeAttribute()
    days = UnicodeAttribute()
    phone = UnicodeAttribute(default="")
    phones = UnicodeAttribute(default="")
    """Citizen ids with spaces between."""


class StockItem(_Item):
    """What a shop has; names of one letter, because every product stands in it and every order writes it."""

    prices = MapOf[int](attr_name="p")
    """Paise by product code."""
    counts = MapOf[int](attr_name="c")
    """By product code: below 0 has, 0 out, or how many are left."""
    orders = MapOf[str](attr_name="o")
    """Live orders: the revision of what is set aside, and what of it was counted: ``2 ML1*3 RC2*1``."""
    stamps = MapOf[int](attr_name="s")
    """When something was last said of a thing, in milliseconds since 1970: ``pML1`` the price of ML1 and whether it is
    in the catalogue, ``cML1`` how many, ``o`` whether it is open, ``d`` who has duty."""
    floor = NumberAttribute(attr_name="f")
    """Of a thing without a stamp: when at the latest something was said of it, in milliseconds since 1970."""
    silent = NumberAttribute(attr_name="n")
    """Orders in a row without an answer."""
    unanswered = UnicodeAttribute(attr_name="u")
    """The last orders without an answer, each counted once, with spaces between; the newest is the last."""
    opened = UnicodeAttribute(attr_name="w", null=True)
    closed = UnicodeAttribute(attr_name="x", null=True)
    paused = UnicodeAttribute(attr_name="z", null=True)
    duty = UnicodeAttribute(attr_name="d", null=True)
    place = UnicodeAttribute(attr_name="g", null=True)
    """Latitude and longitude, a space between."""


class ProductItem(_Item):
    """A product of the master list."""

    about = UnicodeAttribute()
    """JSON: all there is to say, as ``storage/shops.py`` writes it."""
    place = NumberAttribute()
    """Its place in the list."""


class CategoryItem(_Item):
    """A category of the master list."""

    names = MapOf[str]()
    picture = UnicodeAttribute()
    place = NumberAttribute()
    """Its place in the list."""


class InvitationItem(_Item):
    """An invitation that was not used yet."""

    kind = UnicodeAttribute()
    pins = UnicodeAttribute()
    """PIN codes with spaces between."""
    until = UnicodeAttribute()
    shop = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    ends = NumberAttribute()


class OrderItem(_Item):
    """An order."""

    order = UnicodeAttribute(attr_name="o")
    """JSON, as ``storage/orders.py`` writes it: all but the attributes beside it."""
    customer = UnicodeAttribute(attr_name="c")
    name = UnicodeAttribute(attr_name="a")
    """Apart, because it is taken off when the customer is forgotten, whoever writes the order at that moment."""
    news = MapOf[str](attr_name="n")
    """By their number: JSON of [to, outcome, details]. Taken out one by one when they were told."""
    version = NumberAttribute(attr_name="v")
    ends = NumberAttribute(null=True)
    """None while money has to be given back."""


class BasketItem(_Item):
    """A basket."""

    number = NumberAttribute()
    lines = MapOf[int]()
    """Quantity by product code."""
    shop = UnicodeAttribute(null=True)
    orders = UnicodeAttribute(default="")
    """Orders placed, newest first, with spaces between."""
    version = NumberAttribute()
    ends = NumberAttribute()


class CustomerItem(_Item):
    """A customer."""

    name = UnicodeAttribute()
    address = UnicodeAttribute()
    pin = UnicodeAttribute()
    language = UnicodeAttribute()
    consented = UnicodeAttribute()
    ends = NumberAttribute()


class SaleItem(_Item):
    """A collected order in a shop's till."""

    at = UnicodeAttribute()
    total = NumberAttribute()
    paid = UnicodeAttribute()
    name = UnicodeAttribute()
    ends = NumberAttribute()


class LinkItem(_Item):
    """A link to the shop that was opened."""

    visit = UnicodeAttribute()
    ends = NumberAttribute()


class LedgerItem(Model):
    """An outgoing message."""

    pk = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute()
    kind = UnicodeAttribute()
    begun_at = UnicodeAttribute()
    tries = NumberAttribute()
    wamid = UnicodeAttribute(null=True)
    ended_at = UnicodeAttribute(null=True)
    code = NumberAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    failures = NumberAttribute(null=True)
    ends = NumberAttribute()


class BreakerItem(Model):
    """Sending stands still."""

    pk = UnicodeAttribute(hash_key=True)
    code = NumberAttribute()
    at = UnicodeAttribute()
