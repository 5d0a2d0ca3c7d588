"""The operator's hands in the local stack: reads and publishes as the `seba` command does, in its own environment.

Run by the stack as if it were a function, so that it has the house's environment and the movable clock.
"""

from typing import Any

from seba import wiring
from seba.domain.sessions import Session, Slot
from seba.storage import keys
from seba.storage.tables import PageItem, Table, connect


def handler(event: dict[str, Any], context: object) -> object:
    """`{"do": "rosters"}`: every slot with its capacity and who is in it."""
    del context
    if event["do"] == "rosters":
        return rosters()
    raise ValueError(f"the office does not know how to {event['do']}")


def rosters() -> list[dict[str, Any]]:
    """Every slot of every published session, by day, centre and time."""
    house = wiring.house()
    pages = Table(connect(house.settings.region), house.settings.rosters_table)
    counts: dict[str, tuple[int, int]] = {}
    for item in pages.scan():
        page = PageItem.from_raw_data(item)
        capacity, taken = counts.get(str(page.pk), (0, 0))
        counts[str(page.pk)] = (capacity + int(page.capacity), taken + int(page.taken))
    return [
        _slot(session, slot, *counts.get(keys.slot(slot.id), (0, 0)))
        for day in house.timetable.days()
        for session in house.timetable.sessions(day)
        for slot in session.slots
    ]


def _slot(session: Session, slot: Slot, capacity: int, taken: int) -> dict[str, Any]:
    members = wiring.house().rosters.members(slot.id) if taken else ()
    return {
        "slot": slot.id,
        "session": session.id,
        "centre": session.centre,
        "date": session.day.isoformat(),
        "start": slot.start.isoformat("minutes"),
        "end": slot.end.isoformat("minutes"),
        "vaccine": session.vaccine,
        "dose": session.dose,
        "life": session.life.value,
        "capacity": capacity,
        "taken": taken,
        "members": [
            {"person": member.person, "booking": member.booking, "standing": member.standing} for member in members
        ],
    }
