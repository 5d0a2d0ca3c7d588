"""Who calls the publishers' interface: ``Authorization: Bearer <publisher's id>.<key>``.

The key is never stored, only its SHA-256; it is random and long, so nobody finds it by trying. Whoever is refused is
told nothing else: not whether there is a publisher of that id, nor whether they have a key.
"""

import hashlib
import hmac
import re
from typing import Final, Protocol

from seba.conversation.records import Publisher
from seba.domain.errors import Refused
from seba.services.journal import Journal

SHORTEST_KEY: Final = 20
"""Characters. Shorter ones are not given out, so they need not be looked up."""
_TOKEN = re.compile(rf"Bearer +([A-Za-z0-9_-]{{1,40}})\.([\x21-\x7e]{{{SHORTEST_KEY},200}})", re.IGNORECASE)
_NOBODYS: Final = hashlib.sha256(b"").hexdigest()
"""Compared with where there is no publisher, so that it takes as long."""


class NotAdmitted(Refused):
    """No publisher has this id and this key."""


class Directory(Protocol):
    """The publishers (``seba.storage.facts.Timetable``)."""

    def publisher(self, publisher: str) -> Publisher | None:
        """A publisher by id."""


def key_hash(key: str) -> str:
    """What is stored of a key (``Publisher.key_hash``): its SHA-256, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def admit(authorization: str | None, directory: Directory, journal: Journal) -> Publisher:
    """The publisher whose key this header carries. Raises NotAdmitted (counted as ``KeysRefused``), NotNow."""
    shape = _TOKEN.fullmatch((authorization or "").strip())
    found = directory.publisher(shape[1]) if shape is not None else None
    stored = found.key_hash if found is not None and found.key_hash else _NOBODYS
    is_theirs = hmac.compare_digest(key_hash(shape[2] if shape is not None else ""), stored)
    if found is None or not found.key_hash or not is_theirs:
        journal.count("KeysRefused")
        journal.note("a publisher's key refused")
        raise NotAdmitted(
            "the Authorization header must be: Bearer <publisher's id>.<key>, with a key that is in force"
        )
    return found
