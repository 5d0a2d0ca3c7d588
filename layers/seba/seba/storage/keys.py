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


def at(moment: datetime, what: str = "") -> str:
    """Sort key of something at a moment (aware); in the order of time. Without ``what`` all of that moment follow."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{what}"


def moment_of(key: str) -> tuple[datetime, str]:
    """What ``at`` made a key of: the moment (in UTC), and what it is."""
    moment, _, what = key.partition("#")
    return datetime.fromisoformat(moment), what
