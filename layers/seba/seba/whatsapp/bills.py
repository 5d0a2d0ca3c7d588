"""The reference under which an order is paid inside WhatsApp.

WhatsApp takes each reference only once, so it holds the sum as well: when weighing has changed the total, the new bill
has another reference, and the same bill sent twice is refused and cannot be paid twice.
"""

import re
from typing import Final

from seba.domain.ids import CROCKFORD, ORDER_LENGTH

_REFERENCE: Final = re.compile(rf"([{CROCKFORD}]{{{ORDER_LENGTH}}})-[1-9][0-9]{{0,11}}")


def bill_reference(order: str, total: int) -> str:
    """The reference of the bill over ``total`` paise for an order: ``7M4QK2X9-34200``."""
    return f"{order}-{total}"


def order_of_bill(reference: str) -> str | None:
    """The order whose bill has this reference, or None when it is none of ours."""
    found = _REFERENCE.fullmatch(reference)
    return found.group(1) if found is not None else None
