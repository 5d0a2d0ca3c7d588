"""What an operator publishes: rows of CSV files become PIN areas and desk numbers, all checked.

Every fault is named by line and column with what to do, and holds up its PIN area or its desk number, and no other.
Centres with sessions are read in ``seba.domain.session_files``. What the columns mean is written in docs/files.md.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from seba.domain.cells import PIN, Cells, in_order
from seba.domain.csv_files import Fault, Sheet
from seba.domain.numbers import latin_digits
from seba.domain.places import Area, Served

AREAS, SESSIONS, DESKS = "areas", "sessions", "desks"
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    AREAS: (
        "pin", "served", "localities_en", "localities_bn", "localities_hi", "lat", "lon",
        "refer_en", "refer_bn", "refer_hi",
    ),
    SESSIONS: (
        "centre", "name_en", "name_bn", "name_hi", "short_en", "short_bn", "short_hi",
        "address_en", "address_bn", "address_hi", "ward", "pin", "lat", "lon", "phone",
        "date", "vaccine", "dose", "fee", "slots", "life", "ages", "walk_in", "opens", "draw",
    ),
    DESKS: ("centre", "phone"),
}  # fmt: skip
"""The kinds of files and their columns."""

OPTIONAL: Final = ("ages", "walk_in", "opens", "draw")
"""Columns that a file may do without."""


@dataclass(frozen=True, slots=True)
class AreasFile:
    """The PIN areas of a file that are without faults."""

    areas: tuple[Area, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class WantedDesk:
    """A number to be registered as a centre's desk. ``phone`` is digits with country code."""

    line: int
    centre: str
    phone: str


@dataclass(frozen=True, slots=True)
class DesksFile:
    """The desk numbers of a file that are without faults."""

    desks: tuple[WantedDesk, ...]
    faults: tuple[Fault, ...]


def read_areas(sheet: Sheet) -> AreasFile:
    """The PIN areas of an areas file."""
    areas: dict[str, Area] = {}
    lines: dict[str, int] = {}
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = Cells(row)
        pin = cells.matching("pin", PIN, "six digits, such as 700019")
        if pin in lines:
            cells.fault("pin", f"{pin} stands in line {lines[pin]} already", "keep one of the two lines")
        served = cells.one_of("served", [str(each) for each in Served])
        area = Area(
            pin, Served(served) if served else Served.NO, cells.localities(), *cells.position(), cells.refer(served)
        )
        faults += cells.faults
        if pin:
            lines.setdefault(pin, row.line)
        if not cells.faults:
            areas[pin] = area
    return AreasFile(tuple(areas.values()), in_order(faults, KINDS[AREAS]))


def read_desks(sheet: Sheet, centres: Collection[str]) -> DesksFile:
    """The numbers of a desks file; ``centres`` are the ids of those that are published."""
    desks: list[WantedDesk] = []
    lines: dict[str, int] = {}
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = Cells(row)
        centre = cells.text("centre", 40)
        if centre and centre not in centres:
            cells.fault("centre", f"there is no centre {centre}", "publish it first, or mend the name")
        phone = read_phone(row.cells["phone"])
        if phone is None:
            cells.fault("phone", "is no phone number", "write digits with the country code, such as 919830012345")
        elif phone in lines:
            cells.fault("phone", f"stands in line {lines[phone]} already", "a number is the desk of one centre")
        else:
            lines[phone] = row.line
        faults += cells.faults
        if phone is not None and not cells.faults:
            desks.append(WantedDesk(row.line, centre, phone))
    return DesksFile(tuple(desks), in_order(faults, KINDS[DESKS]))


def read_phone(text: str) -> str | None:
    """A phone number as digits with country code (``919830012345``), or None; ten digits are taken as Indian."""
    digits = re.sub(r"[ ()+./-]", "", latin_digits(text))
    if not (digits.isascii() and digits.isdigit()):
        return None
    bare = digits.removeprefix("00") if digits.startswith("00") else digits.removeprefix("0")
    if len(bare) == 10 and bare[0] in "6789":
        bare = "91" + bare
    return bare if 11 <= len(bare) <= 15 and bare[0] != "0" else None
