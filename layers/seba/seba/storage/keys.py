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
| Rosters  | page of a slot        | ``SLOT#`` + slot id  | ``P00``, ``P01`` …   | members capacity taken            |
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
| clock    | what is due today                        | 1 Query of ``DUE#today``                                   |
| clock    | the list of the day                      | Query per slot, BatchGet of the people                     |
| office   | everybody                                | Scan of Citizens                                           |
"""

from datetime import date
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
