"""The operator's hands in the local stack: reads and publishes as the `seba` command does, in its own environment.

Run by the stack as if it were a function, so that it has the house's environment and the movable clock.
"""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from seba import wiring
from seba.domain.sessions import Session, Slot
from seba.services.publish_sessions import Publisher
from seba.services.register_desk import DeskPorts, register_desk
from seba.storage import keys
from seba.storage.tables import PageItem, Table, connect


def handler(event: dict[str, Any], context: object) -> object:
    """`{"do": "rosters"}`, `{"do": "publish" or "register", "file": path}`; see the functions of these names."""
    del context
    if event["do"] == "rosters":
        return rosters()
    if event["do"] == "publish":
        return publish(Path(event["file"]))
    if event["do"] == "register":
        return register(Path(event["file"]))
    raise ValueError(f"the office does not know how to {event['do']}")


def publish(file: Path) -> dict[str, Any]:
    """Publish a file of areas or sessions: how many of what were written, and its faults, one line each."""
    house = wiring.house()
    published = Publisher(replace(house.publishing, parallel=6)).publish(file.read_bytes(), house.clock())
    return {
        "kind": published.kind,
        "areas": published.areas,
        "centres": published.centres,
        "sessions": published.added,
        "faults": [fault.told(file.name) for fault in published.faults],
    }


def register(file: Path) -> list[dict[str, str]]:
    """Register the numbers of a file of desks (columns centre and phone): the numbers with their centres' names."""
    house = wiring.house()
    ports = DeskPorts(house.citizens, house.timetable, house.settings.phone_number_id)
    centres = house.timetable.centres()
    registered = []
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))):
        number = register_desk(row["centre"], row["phone"], None, ports).number
        registered.append({"phone": number.phone, "centre": centres[number.centre].short_names["en"]})
    return registered


def rosters() -> list[dict[str, Any]]:
    """Every slot of every published session, by day, centre and time."""
    house = wiring.house()
    pages = Table(connect(house.settings.region), house.settings.rosters_table)
    counts: dict[str, tuple[int, int]] = {}
    for item in pages.scan():
        page = PageItem.from_raw_data(item)
        capacity, taken = counts.get(str(page.pk), (0, 0))
        counts[str(page.pk)] = (capacity + int(page.capacity), taken + int(page.taken))
    released = {centre.id: centre.opened for centre in house.timetable.centres().values()}
    return [
        _slot(row.session, slot, *counts.get(keys.slot(slot.id), (0, 0)))
        for day in house.timetable.days()
        for row in house.timetable.board(day)
        if row.session.batch in released.get(row.session.centre, ())
        for slot in row.session.slots
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
        "doses": list(session.doses),
        "life": session.life.value,
        "capacity": capacity,
        "taken": taken,
        "members": [
            {"person": member.person, "booking": member.booking, "standing": member.standing} for member in members
        ],
    }
