"""The operator's hands in the local stack: reads and publishes as the `seba` command does, in its own environment.

Run by the stack as if it were a function, so that it has the house's environment and the movable clock.
"""

import csv
import io
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.world import SHOPS_ON_THE_TABLE
from seba import wiring
from seba.conversation.say import Tend
from seba.domain.calendar import at_the_desk
from seba.domain.csv_files import Fault, Sheet, read_sheet
from seba.domain.draws import Draw, commitment
from seba.domain.session_files import read_moment
from seba.domain.sessions import Session, Slot
from seba.domain.shop_files import (
    CATALOGUE,
    CATEGORIES,
    KINDS,
    OPTIONAL,
    PRODUCTS,
    SHOPS,
    read_catalogue,
    read_categories,
    read_products,
    read_shops,
)
from seba.domain.shops import Kind
from seba.services.enter_shops import Entered, HeldUp, enter_shops, load_catalogue, publish_products
from seba.services.publish_sessions import Publisher
from seba.services.register_desk import DeskPorts, register_desk
from seba.services.register_publisher import add_publisher
from seba.storage import keys
from seba.storage.tables import PageItem, Table, connect


def handler(event: dict[str, Any], context: object) -> object:
    """`{"do": NAME, "file": path}`, to publish with the id of a `publisher`; see the functions of these names."""
    del context
    if event["do"] == "rosters":
        return rosters()
    if event["do"] == "publish":
        return publish(Path(event["file"]), event.get("publisher", ""))
    if event["do"] in _WITH_FILES:
        return _WITH_FILES[event["do"]](Path(event["file"]))
    raise ValueError(f"the office does not know how to {event['do']}")


def publish(file: Path, publisher: str = "") -> dict[str, Any]:
    """Publish a file of areas or sessions: how many of what were written, and its faults, one line each."""
    house = wiring.house()
    work = Publisher(replace(house.publishing, parallel=6), publisher=publisher)
    published = work.publish(file.read_bytes(), house.clock())
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


def add_publishers(file: Path) -> list[str]:
    """Add the publishers of a file (columns publisher, name, and kind: private or public): their ids."""
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    for row in rows:
        add_publisher(
            row["publisher"],
            row["name"],
            wiring.house().timetable,
            private={"private": True, "public": False}[row["kind"]],
        )
    return [row["publisher"] for row in rows]


def announce(file: Path) -> list[str]:
    """Announce the draws of a file (columns draw, opens, minutes) that are not announced yet: their ids."""
    house = wiring.house()
    today = at_the_desk(house.clock()).date()
    announced = {draw.id for draw in house.draws.all()}
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    for row in rows:
        opens = read_moment(row["opens"], today)
        if opens is None:
            raise ValueError(f"{file.name}: {row['opens']!r} is no hour")
        if row["draw"] not in announced:
            seed = secrets.token_bytes(32)
            closes = opens + timedelta(minutes=int(row["minutes"]))
            house.draws.announce(Draw(row["draw"], opens, closes, commitment(seed)), seed.hex())
    return [row["draw"] for row in rows]


def open_the_shops(folder: Path) -> dict[str, Any]:
    """Enter categories.csv, products.csv, shops.csv and the catalogues in stock/: counts, numbers, and all faults.

    The first ``SHOPS_ON_THE_TABLE`` neighbourhood shops that have a number say that they are open.
    """
    house = wiring.house()
    ports, now = house.entering, house.clock()
    faults: list[str] = []

    def told(name: str, found: Iterable[Fault]) -> None:
        faults.extend(fault.told(name) for fault in found)

    categories = read_categories(_sheet(folder / "categories.csv", CATEGORIES))
    told("categories.csv", categories.faults)
    known = {category.id for category in categories.categories}
    products = read_products(_sheet(folder / "products.csv", PRODUCTS), known)
    told("products.csv", products.faults)
    shops = read_shops(_sheet(folder / "shops.csv", SHOPS), house.timetable.areas())
    told("shops.csv", shops.faults)
    if faults:
        return {"faults": faults}
    publish_products(categories.categories, products.products, ports)
    by_code = {product.code: product for product in products.products}
    staffed: list[dict[str, str]] = []
    for wanted, entered in zip(shops.shops, enter_shops(shops.shops, ports), strict=True):
        match entered:
            case HeldUp(line=line, reason=reason):
                faults.append(f"shops.csv:{line}: {reason}")
            case Entered(shop=shop):
                if wanted.numbers and shop.kind is Kind.SHOP:
                    if len(staffed) < SHOPS_ON_THE_TABLE:
                        house.stocks.tend(Tend(shop.id, "open", now, citizen=shop.phones[0]))
                    staffed.append({"phone": wanted.numbers[0], "shop": shop.names["en"]})
                catalogue = read_catalogue(_sheet(folder / "stock" / f"{shop.id}.csv", CATALOGUE), by_code)
                told(f"stock/{shop.id}.csv", catalogue.faults)
                load_catalogue(shop.id, catalogue.offers, ports, now)
    return {
        "categories": len(known),
        "products": len(by_code),
        "shops": len(shops.shops),
        "staffed": staffed,
        "faults": faults,
    }


def _sheet(file: Path, kind: str) -> Sheet:
    return read_sheet(file.read_bytes(), {kind: KINDS[kind]}, OPTIONAL[kind])


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


_WITH_FILES: Mapping[str, Callable[[Path], object]] = {
    "register": register,
    "add_publishers": add_publishers,
    "announce": announce,
    "open_the_shops": open_the_shops,
}
