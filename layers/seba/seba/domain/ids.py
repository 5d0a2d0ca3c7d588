"""Identifiers: short, opaque, derived by keyed hashes so that a replay makes the same ones.

| id         | shape                                   | example       |
|------------|-----------------------------------------|---------------|
| citizen    | 9 characters of base 62                 | ``k3Jd02mQx`` |
| person     | citizen + one of ``1``-``6``              | ``k3Jd02mQx1``|
| session    | 5 characters of Crockford base 32       | ``7M4QK``     |
| slot       | session + one character                 | ``7M4QK2``    |
| booking    | slot + 4 characters; also the reference | ``7M4QK2X9TA``|
| shop       | 5 characters of Crockford base 32       | ``3F8KQ``     |
| order      | 8 characters of Crockford base 32       | ``7M4QK2X9``  |

Ten characters at most for a person and a booking: forty of them fit one write unit of a roster page.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that what is read aloud or copied by hand stays unambiguous."""

SESSION_LENGTH, SLOT_LENGTH, BOOKING_LENGTH, LOT_LENGTH = 5, 6, 10, 8
SHOP_LENGTH, ORDER_LENGTH, INVITATION_LENGTH = 5, 8, 6


@dataclass(frozen=True, slots=True)
class Keys:
    """Keyed hashes under the deployment's one secret key; each purpose has its own label."""

    secret: bytes

    def _digest(self, label: str, text: str) -> bytes:
        return hmac.new(self.secret, f"{label}\x00{text}".encode(), hashlib.sha256).digest()

    def citizen(self, identity: str, attempt: int = 0) -> str:
        """The citizen id for the first identity seen (``phone:…`` or ``user:…``); ``attempt`` counts collisions."""
        return _in_base(self._digest("citizen", f"{identity}\x00{attempt}"), _BASE62, 9)

    def identity(self, identity: str) -> str:
        """The key under which an identity points to its citizen: the identity itself is never a key."""
        return _in_base(self._digest("identity", identity), _BASE62, 16)

    def card(self, card_type: str, number: str) -> str:
        """The keyed hash of an identity document: what makes it unique without keeping its number."""
        return _in_base(self._digest("card", f"{card_type}\x00{number}"), _BASE62, 20)

    def booking(self, slot: str, request: str, attempt: int = 0) -> str:
        """The booking id of a request: the same request makes the same bookings, however often it is delivered.

        Four characters tell a million bookings apart, so two people of a large slot may well meet in one: ``attempt``
        counts such collisions.
        """
        text = f"{slot}\x00{request}\x00{attempt}"
        return slot + _in_base(self._digest("booking", text), CROCKFORD, BOOKING_LENGTH - SLOT_LENGTH)

    def lot(self, draw: str, person: str, attempt: int = 0) -> str:
        """A person's lot in a draw, as it is published: only the desk can tell whose it is.

        In a draw of 200,000 two people meet in one with a chance of 1 in 55: ``attempt`` counts such collisions.
        """
        return _in_base(self._digest("lot", f"{draw}\x00{person}\x00{attempt}"), CROCKFORD, LOT_LENGTH)

    def secret_code(self, booking: str) -> str:
        """The four digits a citizen says just before the jab; derived, so nobody can look them up in a table."""
        return f"{int.from_bytes(self._digest('secret-code', booking)[:8]) % 10_000:04d}"

    def order(self, citizen: str, basket: int) -> str:
        """The order that a customer's ``basket``-th basket makes: submitted twice, it is the same one."""
        return _in_base(self._digest("order", f"{citizen}\x00{basket}"), CROCKFORD, ORDER_LENGTH)

    def pickup_code(self, order: str, attempt: int = 0) -> str:
        """The four digits a customer says at the counter; ``attempt`` lets two orders of a shop have different ones."""
        return f"{int.from_bytes(self._digest('pickup-code', f'{order}\x00{attempt}')[:8]) % 10_000:04d}"

    def shop(self, invitation: str) -> str:
        """The id of the shop that joins by an invitation."""
        return _in_base(self._digest("shop", invitation), CROCKFORD, SHOP_LENGTH)

    def signed(self, purpose: str, text: str) -> str:
        """``text`` and a signature over it, for links, cookies and forms; 22 characters longer than the text."""
        return f"{text}.{_in_base(self._digest(f'signed {purpose}', text), _BASE62, 21)}"

    def unsigned(self, purpose: str, signed: str) -> str | None:
        """The text that was signed for this purpose, or None when anything was altered."""
        text, _, _ = signed.rpartition(".")
        genuine = signed.isascii() and hmac.compare_digest(self.signed(purpose, text), signed)
        return text if text and genuine else None


def spoken_order(order: str) -> str:
    """An order id as people see and copy it: ``7M4Q-K2X9``."""
    return f"{order[:4]}-{order[4:]}"


def session_id(centre: str, date: str, vaccine: str, doses: Sequence[int], attempt: int = 0) -> str:
    """The opaque id of a published session; the same row of a file always makes the same one."""
    text = "\x00".join(("session", centre, date, vaccine, "+".join(map(str, doses)), str(attempt)))
    return _in_base(hashlib.sha256(text.encode()).digest(), CROCKFORD, SESSION_LENGTH)


def entered_shop_id(name: str, address: str) -> str:
    """The id of a shop that was entered from a file without one: the same name and address make the same."""
    return _in_base(hashlib.sha256(f"shop\x00{name}\x00{address}".encode()).digest(), CROCKFORD, SHOP_LENGTH)


def slot_id(session: str, index: int) -> str:
    """The id of the ``index``-th slot (from 0, at most 32) of a session."""
    return session + CROCKFORD[index]


def session_of(slot: str) -> str:
    """The session a slot belongs to."""
    return slot[:SESSION_LENGTH]


def slot_of(booking: str) -> str:
    """The slot in whose roster a booking stands."""
    return booking[:SLOT_LENGTH]


def person_id(citizen: str, number: str) -> str:
    """The id of a citizen's person; ``number`` is ``1`` to ``6``."""
    return citizen + number


def citizen_of(person: str) -> str:
    """The citizen who registered a person."""
    return person[:-1]


def spoken_reference(booking: str) -> str:
    """A booking id as people see and copy it: ``7M4QK2-X9TA``."""
    return f"{booking[:SLOT_LENGTH]}-{booking[SLOT_LENGTH:]}"


def read_reference(text: str) -> str | None:
    """The booking id in a text such as ``SEBA 7m4qk2-x9ta``, or None; Crockford's look-alikes are read kindly."""
    for word in text.upper().replace("-", "").split():
        kind = word.translate(str.maketrans("OIL", "011"))
        if (
            len(kind) == BOOKING_LENGTH
            and all(letter in CROCKFORD for letter in kind)
            and any(c.isdigit() for c in kind)
        ):
            return kind
    return None


def read_order(text: str) -> str | None:
    """The order id in a text such as ``7m4q-k2x9``, or None; Crockford's look-alikes are read kindly."""
    kind = text.strip().upper().replace("-", "").translate(str.maketrans("OIL", "011"))
    return kind if len(kind) == ORDER_LENGTH and all(letter in CROCKFORD for letter in kind) else None


def short_hash(text: str) -> bytes:
    """Six bytes that stand for a message id in the list of those already heard."""
    return hashlib.sha256(text.encode()).digest()[:6]


def _in_base(digest: bytes, alphabet: str, length: int) -> str:
    number = int.from_bytes(digest)
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)
