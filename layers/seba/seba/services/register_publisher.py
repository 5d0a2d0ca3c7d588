"""Publishers: added, given a key for the publishers' interface, and taken away. Their centres stay theirs."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from seba.conversation.records import Publisher
from seba.domain.errors import NotFound, Refused
from seba.services.admit_publisher import key_hash

KEY_BYTES: Final = 24
"""Random bytes of a key: nobody finds it by trying."""
LONGEST_NAME: Final = 100
_ID = re.compile(r"[a-z][a-z0-9-]{1,15}")


class Directory(Protocol):
    """The publishers (``seba.storage.facts.Timetable``)."""

    def publishers(self) -> Mapping[str, Publisher]:
        """All publishers by id."""

    def save_publisher(self, publisher: Publisher) -> None:
        """Store a publisher, new or changed."""

    def remove_publisher(self, publisher: str) -> None:
        """No longer a publisher."""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding a publisher."""

    publisher: Publisher
    is_new: bool
    key: str
    """The new key, to be told once and stored nowhere; empty when none was asked for."""


def add_publisher(id_: str, name: str, directory: Directory, *, private: bool, with_key: bool = False) -> Added:
    """Add a publisher, or change name and kind of one; a new key ends the old one, which stays otherwise.

    Raises Refused for an id or a name that cannot be.
    """
    if not _ID.fullmatch(id_):
        raise Refused(f"{id_!r} is no id: write 2 to 16 small letters, digits and hyphens, such as apollo")
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise Refused(f"a name has 1 to {LONGEST_NAME} letters: write how people know the publisher")
    standing = directory.publishers().get(id_)
    wanted = replace(standing or Publisher(id_, tidy, private), name=tidy, private=private)
    key = secrets.token_urlsafe(KEY_BYTES) if with_key else ""
    if key:
        wanted = replace(wanted, key_hash=key_hash(key))
    if wanted != standing:
        directory.save_publisher(wanted)
    return Added(wanted, standing is None, key)


def remove_publisher(id_: str, directory: Directory) -> None:
    """Take a publisher away, and their key with them. Raises NotFound."""
    if id_ not in directory.publishers():
        raise NotFound(f"there is no publisher {id_}: see seba publisher list")
    directory.remove_publisher(id_)
