"""Every key of every table, on one page.

Tables have a partition key ``pk`` and (but for the ledger) a sort key ``sk``; the attribute ``ends`` is DynamoDB's TTL,
in seconds since 1970. There is no index.

Entities

| table    | entity                | pk                   | sk                   | other attributes                  |
|----------|-----------------------|----------------------|----------------------|-----------------------------------|
| Citizens | state of a talk       | citizen id           | ``STATE``            | talk, heard, outbox, version      |
| Citizens | addresses and role    | citizen id           | ``WHO``              | phone, user_id, number, desk …    |
| Citizens | person                | citizen id           | ``PERSON#1`` … ``6`` | name, vaccine, first dose, card … |
| Citizens | identity              | keyed hash           | ``IDENTITY``         | citizen                           |
| Citizens | identity card         | ``CARD#`` + seal     | ``CARD``             | person                            |
| Citizens | the clock's work      | ``DUE#2026-11-24``   | ``what#citizen``     | what, citizen, about, ends        |
| Sessions | session               | ``SESSION#`` + id    | ``SESSION``          | centre, day, life, slots …        |
| Sessions | board of a session    | ``BOARD#2026-11-24`` | session id           | the same; free: places by slot    |
| Sessions | centre                | ``CENTRE``           | centre id            | names, place, opened              |
| Sessions | a centre's desk       | ``DESK#`` + centre   | citizen id           |                                   |
| Sessions | PIN area              | ``AREA``             | PIN code             | served, localities, place         |
| Sessions | days with sessions    | ``DAYS``             | ``2026-11-24``       |                                   |
| Sessions | list sent to a centre | ``LIST#2026-11-24``  | centre id            | version, acknowledged, ends …     |
| Sessions | the clock's progress  | ``WORK``             | name of the work     | progress ends                     |
| Sessions | draw                  | ``DRAW``             | draw id              | opens, closes, commitment, seed   |
| Sessions | a draw's secret       | ``SEED``             | draw id              | seed                              |
| Sessions | opening to be told    | ``OPENING``          | ``at#opening``       | centre, sessions, draw, told      |
| Sessions | moved or cancelled    | ``NEWS``             | news id              | what, session, was_day …          |
| Sessions | publisher             | ``PUBLISHER``        | publisher id         | name, private, key_hash           |
| Rosters  | page of a slot        | ``SLOT#`` + slot id  | ``P00``, ``P01`` …   | members capacity taken            |
| Wishes   | person in line        | ``LINE#700019#2#-``  | ``rank#person``      | entry, offered, ends              |
| Wishes   | place held            | ``HOLDS``            | ``until#booking``    | citizen, person, dose, ends       |
| Wishes   | person in a draw      | ``DRAW#`` id ``#07`` | person id            | overdue, choices, ends            |
| Shops    | shop                  | ``SHOP``             | shop id              | names, place, pins, hours, phones |
| Shops    | what a shop has       | ``STOCK#`` + shop id | ``STOCK``            | prices, counts, orders, stamps …  |
| Shops    | product               | ``PRODUCT``          | product code         | about, place                      |
| Shops    | category              | ``CATEGORY``         | category id          | names, picture, place             |
| Shops    | invitation            | ``INVITATION``       | code                 | kind, pins, until, shop, ends     |
| Orders   | order                 | ``ORDER#`` + id      | ``ORDER``            | order, name, news, version, ends  |
| Orders   | basket                | citizen id           | ``BASKET``           | number, lines, orders, ends …     |
| Orders   | customer              | citizen id           | ``CUSTOMER``         | name, address, pin, ends …        |
| Orders   | sale in a shop's till | ``TILL#`` + shop id  | ``2026-11-24#order`` | at, total, paid, name, ends       |
| Orders   | timer of an order     | ``TIMERS``           | ``at#order#what#``   | ends                              |
| Orders   | link that was opened  | ``LINK#`` + hash     | ``LINK``             | visit, ends                       |
| Orders   | refund that is due    | ``REFUND``           | order id             |                                   |
| Ledger   | outgoing message      | effect id            | –                    | state, wamid, tries, ends …       |
| Ledger   | breaker               | ``BREAKER``          | –                    | code at                           |

Access patterns

| who      | what                                     | how                                                        |
|----------|------------------------------------------|------------------------------------------------------------|
| a turn   | read a citizen with people and addresses | 1 consistent Query of the citizen (3 reads if re-pointed)  |
| a turn   | state and outbox                         | 1 UpdateItem IF v = :read                                  |
| a turn   | keep a person and the unique card        | 1 transaction: state, person, card                         |
| a turn   | first meeting                            | 1 transaction: state, addresses, identities                |
| notifier | acknowledge an effect                    | 1 UpdateItem REMOVE o.#effect                              |
| a turn   | what can be offered                      | Query of a day's board, cached 1 s; centres and areas 60 s |
| booking  | claim up to ten places                   | 1 consistent Query of the slot, 1 UpdateItem per page      |
| booking  | places left                              | 1 UpdateItem of the board's ``free.#slot``                 |
| notifier | begin and end a sending                  | 1 conditional UpdateItem each                              |
| a turn   | join, change or leave the line or a draw | 1 UpdateItem, DeleteItem or PutItem, after the turn        |
| a turn   | announced hours and draws                | Query of ``OPENING`` and ``DRAW``, cached 60 s             |
| booking  | who is next in line for a place          | 1 short Query per PIN area near the centre, and for those  |
|          |                                          | to whom any vaccine is right; empty ones remembered 5 s    |
| booking  | note that a place is held                | 1 PutItem                                                  |
| clock    | held places whose time is over           | 1 Query of ``HOLDS`` up to now                             |
| clock    | openings to tell, sessions that changed  | Query of ``OPENING`` and ``NEWS``                          |
| draws    | everybody in a draw                      | Query of 16 shards, page by page                           |
| draws    | who drew nothing, in the drawn order     | BatchWriteItem: 25 puts, then 25 deletions of old ranks    |
| office   | a centre of a publisher                  | 1 UpdateItem IF it is new or this one's                    |
| office   | move a session                           | 1 transaction: session, both boards, day, centre, news     |
| clock    | what is due today                        | 1 Query of ``DUE#today``                                   |
| clock    | the list of the day                      | Query per slot, BatchGet of the people                     |
| office   | everybody                                | Scan of Citizens                                           |

Access patterns of shops and orders, with the rights that each method needs (``dynamodb:``: get is GetItem, batch get
BatchGetItem …; a transaction asks for the rights of its parts and for no other)

| method                         | how                                                      | rights                 |
|--------------------------------|----------------------------------------------------------|------------------------|
| Market.products, .categories,  | Query of ``PRODUCT``, ``CATEGORY``, ``SHOP``, cached 60  | Shops: query, get      |
| .shops, .shop                  | s; of a shop not among them 1 consistent GetItem         |                        |
| Market.invitation              | 1 consistent GetItem                                     | Shops: get             |
| ShopBook.enter                 | 1 PutItem of the shop, 1 UpdateItem that begins its      | Shops: put, update     |
|                                | stock                                                    |                        |
| ShopBook.invite                | 1 PutItem                                                | Shops: put             |
| ShopBook.join                  | 1 transaction: the invitation goes IF there, shop IF new | Shops: put, update,    |
|                                | (a second phone: IF its phones are as read), stock       | delete, get            |
|                                | begins; 1 GetItem when refused                           |                        |
| ShopBook.publish               | Query of both lists, BatchWriteItem of 25                | Shops: query, batch    |
|                                |                                                          | write                  |
| Stocks.read                    | 1 consistent GetItem                                     | Shops: get             |
| Stocks.read_many               | 1 consistent BatchGetItem for a hundred                  | Shops: batch get       |
| Stocks.reserve, .adjust,       | 1 consistent GetItem, 1 UpdateItem IF prices, counts and | Shops: get, update     |
| .release, .silence             | orders still allow it; again when refused                |                        |
| Stocks.tend                    | 1 UpdateItem IF the thing's stamp is older; 1 GetItem    | Shops: get, update     |
|                                | when refused, and for ``add`` and ``open``               |                        |
| Stocks.fill                    | 1 consistent GetItem, 1 UpdateItem IF the maps are as    | Shops: get, update     |
|                                | read                                                     |                        |
| Stocks.answered                | 1 UpdateItem IF silent                                   | Shops: update          |
| Orders.read, .basket,          | 1 consistent GetItem                                     | Orders: get            |
| .customer                      |                                                          |                        |
| Orders.read_many               | 1 consistent BatchGetItem for a hundred                  | Orders: batch get      |
| Orders.create                  | 1 GetItem of the basket, 1 UpdateItem of the customer's  | Orders: get, update,   |
|                                | ``ends``, 1 transaction: order IF new, basket IF as      | put                    |
|                                | read, timer                                              |                        |
| Orders.write                   | 1 UpdateItem IF v = :read; with timers, a sale or a      | Orders: update, put,   |
|                                | refund 1 transaction                                     | delete                 |
| Orders.told                    | 1 UpdateItem REMOVE n.#n                                 | Orders: update         |
| Orders.sales                   | 1 consistent Query of the till, the day's                | Orders: query          |
| Orders.keep_basket             | 1 UpdateItem IF v = :read                                | Orders: update         |
| Orders.register                | 1 PutItem                                                | Orders: put            |
| Orders.forget                  | 1 GetItem, 1 UpdateItem for each order of the basket and | Orders: get, update,   |
|                                | for its sale; the customer goes, the basket keeps its    | delete                 |
|                                | number                                                   |                        |
| Orders.open_link               | 1 PutItem IF new or of the same visit                    | Orders: put            |
| Orders.due, .settle            | 1 Query of ``TIMERS`` up to now; 1 DeleteItem            | Orders: query, delete  |
| Orders.refunds                 | 1 Query of ``REFUND``, BatchGetItem of the orders        | Orders: query, batch   |
|                                |                                                          | get                    |
| Orders.every_order,            | Scan of Orders; Query of ``TIMERS`` (the office only)    | Orders: scan, query    |
| .every_timer                   |                                                          |                        |
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final

from seba.domain.ids import citizen_of

STATE: Final = "STATE"
WHO: Final = "WHO"
PERSON: Final = "PERSON#"
IDENTITY: Final = "IDENTITY"
CARD: Final = "CARD"
SESSION: Final = "SESSION"
CENTRES: Final = "CENTRE"
AREAS: Final = "AREA"
DAYS: Final = "DAYS"
WORK: Final = "WORK"
BREAKER: Final = "BREAKER"
DRAWS: Final = "DRAW"
SEEDS: Final = "SEED"
OPENINGS: Final = "OPENING"
NEWS: Final = "NEWS"
PUBLISHERS: Final = "PUBLISHER"
HOLDS: Final = "HOLDS"
SHOPS: Final = "SHOP"
STOCK: Final = "STOCK"
PRODUCTS: Final = "PRODUCT"
CATEGORIES: Final = "CATEGORY"
INVITATIONS: Final = "INVITATION"
ORDER: Final = "ORDER"
BASKET: Final = "BASKET"
CUSTOMER: Final = "CUSTOMER"
TIMERS: Final = "TIMERS"
LINK: Final = "LINK"
REFUNDS: Final = "REFUND"
DRAW_SHARDS: Final = 16
"""Partitions of a draw: a million wishes in a quarter of an hour are more than one partition takes (1,000 writes/s)."""


def person(number: str) -> str:
    """Sort key of a citizen's person."""
    return PERSON + number


def person_of(person_id: str) -> tuple[str, str]:
    """Both keys of a person by their id (citizen + number)."""
    return citizen_of(person_id), person(person_id[-1])


def card(seal: str) -> str:
    """Partition key of an identity card."""
    return f"CARD#{seal}"


def due(day: date) -> str:
    """Partition key of the clock's work of a day."""
    return f"DUE#{day.isoformat()}"


def due_item(what: str, citizen: str, about: str) -> str:
    """Sort key of one piece of the clock's work."""
    return f"{what}#{citizen}#{about}" if about else f"{what}#{citizen}"


def session(session_id: str) -> str:
    """Partition key of a session."""
    return f"SESSION#{session_id}"


def board(day: date) -> str:
    """Partition key of a day's board."""
    return f"BOARD#{day.isoformat()}"


def desk(centre: str) -> str:
    """Partition key of a centre's desk numbers."""
    return f"DESK#{centre}"


def lists(day: date) -> str:
    """Partition key of the lists sent for a day."""
    return f"LIST#{day.isoformat()}"


def slot(slot_id: str) -> str:
    """Partition key of a slot's roster."""
    return f"SLOT#{slot_id}"


def page(number: int) -> str:
    """Sort key of a page of a roster."""
    return f"P{number:02d}"


def line(pin: str, dose: int, vaccine: str) -> str:
    """Partition key of those in line who live in a PIN area; no vaccine stands for any."""
    return f"LINE#{pin}#{dose}#{vaccine or '-'}"


def in_line(rank: str, person_id: str) -> str:
    """Sort key of a person in line."""
    return f"{rank}#{person_id}"


def draw_shard(draw: str, number: int) -> str:
    """Partition key of one shard of a draw."""
    return f"DRAW#{draw}#{number:02d}"


def in_draw(draw: str, person_id: str) -> str:
    """Partition key of the shard of a draw in which a person is: always the same one."""
    return draw_shard(draw, sha256(person_id.encode()).digest()[0] % DRAW_SHARDS)


def stock(shop: str) -> str:
    """Partition key of what a shop has."""
    return f"STOCK#{shop}"


def order(order_id: str) -> str:
    """Partition key of an order."""
    return f"ORDER#{order_id}"


def till(shop: str) -> str:
    """Partition key of what a shop has handed over."""
    return f"TILL#{shop}"


def sale(day: date, order_id: str = "") -> str:
    """Sort key of a sale; without an order all of that day begin so."""
    return f"{day.isoformat()}#{order_id}"


def link(token: str) -> str:
    """Partition key of a link that was opened: its token is never a key."""
    return f"LINK#{sha256(token.encode()).hexdigest()[:32]}"


def timer(moment: datetime, order_id: str, what: str, about: str) -> str:
    """Sort key of a timer, in the order of time."""
    return at(moment, f"{order_id}#{what}#{about}")


def at(moment: datetime, what: str = "") -> str:
    """Sort key of something at a moment (aware); in the order of time. Without ``what`` all of that moment follow."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{what}"


def moment_of(key: str) -> tuple[datetime, str]:
    """What ``at`` made a key of: the moment (in UTC), and what it is."""
    moment, _, what = key.partition("#")
    return datetime.fromisoformat(moment), what
