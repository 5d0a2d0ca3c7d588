"""What does not agree, as ``seba verify`` and the tests are told."""

from dataclasses import dataclass
from datetime import timedelta

UNDER_WAY = timedelta(minutes=15)
"""What was heard less than so long ago may still be on its way through the queues."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree. ``kind`` is stable; ids only, no names."""

    kind: str
    """``oversold``, ``miscounted``, ``doubled``, ``shared_reference``, ``nobody``, ``not_in_state``,
    ``not_in_roster``, ``only_held``, ``held_unheard``, ``list_missing``, ``list_differs``, ``list_unacknowledged`` or
    ``left_in_outbox``; of shops ``below_zero``, ``set_aside_for_nobody``, ``not_set_aside``, ``no_such_shop``,
    ``no_timer``, ``untold``, ``owed``, ``no_sale``, ``unknown_to_customer``."""
    where: str
    """The slot, booking, centre and day, citizen, shop or order."""
    details: str = ""
