"""What is published of a draw, and drawing it again.

A publication is two files. ``ID.json`` says what was announced and what there was to draw; ``ID.csv`` has a line for
each lot, in the drawn order. Both are read strictly: what nobody can check is a fault, by line and column.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, cast

from seba.domain.csv_files import Fault
from seba.domain.draws import Draw, Drawn, Lot, commitment, draw, is_draw_id
from seba.domain.ids import CROCKFORD, LOT_LENGTH, SLOT_LENGTH


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published of a draw that was made."""

    draw: Draw
    """With its seed."""
    places: Mapping[str, int]
    """Places that were drawn, by slot id."""
    lots: tuple[Lot, ...]
    """In the order of the file, which is the drawn order."""
    positions: tuple[int, ...]
    """Where each lot was drawn, from 1."""
    slots: tuple[str, ...]
    """What each lot won; empty for nothing."""
    promised: int
    """How many lots there are by the header."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a publication: nothing, if it holds."""

    header: tuple[Fault, ...] = ()
    """In the JSON file."""
    lots: tuple[Fault, ...] = ()
    """In the CSV file."""
    publication: Publication | None = None
    """None when it could not be read."""

    @property
    def holds(self) -> bool:
        """Whether the draw was made as was announced."""
        return self.publication is not None and not self.header and not self.lots


FORMAT: Final = "seba-draw-1"
COLUMNS: Final = ("lot", "overdue", "choices", "position", "slot")
ORDER: Final = (
    "Overdue lots are drawn before all others. Among themselves lots are ordered by SHA-256(seed + lot), the seed as "
    "bytes and the lot as its eight characters in ASCII, the smallest first. In this order each lot gets the first of "
    "its choices that has a place left."
)
"""The rules of the order, in words, as every publication says them."""
YES, NO = "yes", "no"
MOST_TOLD: Final = 20
"""Faults that are told of one file; the rest is counted."""
_FIELDS: Final = frozenset({"format", "draw", "opens", "closes", "commitment", "seed", "lots", "places", "order"})
_LOT = re.compile(f"[{CROCKFORD}]{{{LOT_LENGTH}}}")
_SLOT = re.compile(f"[{CROCKFORD}]{{{SLOT_LENGTH}}}")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_WRITE_ANEW: Final = "fetch the publication again"


def header_key(draw: str) -> str:
    """Where the header of a publication lies in the lists bucket."""
    return f"draws/{draw}.json"


def lots_key(draw: str) -> str:
    """Where the lots of a publication lie in the lists bucket."""
    return f"draws/{draw}.csv"


def write_header(draw: Draw, places: Mapping[str, int], lots: int) -> bytes:
    """The header of a publication, as JSON. ``draw`` has its seed, ``lots`` is how many took part."""
    content = {
        "format": FORMAT,
        "draw": draw.id,
        "opens": draw.opens.isoformat(),
        "closes": draw.closes.isoformat(),
        "commitment": draw.commitment,
        "seed": draw.seed,
        "lots": lots,
        "places": dict(sorted(places.items())),
        "order": ORDER,
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def write_lots(lots: Iterable[Lot], drawn: Drawn) -> bytes:
    """The lots of a publication, as CSV in the drawn order."""
    by_number = {lot.number: lot for lot in lots}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for position, number in enumerate(drawn.order, start=1):
        lot = by_number[number]
        won = drawn.places.get(number, "")
        writer.writerow((number, YES if lot.overdue else NO, " ".join(lot.choices), position, won))
    return text.getvalue().encode()


def verify(header: bytes, lots: bytes, announced: str = "") -> Verdict:
    """Read a publication and draw again: what does not hold, or nothing.

    ``announced`` is the hash that was announced before the draw (hex), where the reader has kept it; else the one in
    the header is believed. Never raises.
    """
    read = _read_header(header)
    rows, faults = _read_lots(lots)
    if not isinstance(read, _Header):
        return Verdict(read, faults)
    draw_, places, promised = read.draw, read.places, read.lots
    if faults:
        return Verdict((), faults)
    publication = Publication(
        draw_,
        places,
        tuple(row.lot for row in rows),
        tuple(row.position for row in rows),
        tuple(row.slot for row in rows),
        promised,
    )
    wrong_seed = _seed_faults(draw_, announced)
    missing, torn = _missing(rows, promised)
    if wrong_seed or missing or torn:
        # What follows from these would be a fault in every line.
        return Verdict((*wrong_seed, *missing), torn, publication)
    return Verdict(
        (), _differing(rows, draw((row.lot for row in rows), places, bytes.fromhex(draw_.seed))), publication
    )


@dataclass(frozen=True, slots=True)
class _Header:
    draw: Draw
    places: Mapping[str, int]
    lots: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    lot: Lot
    position: int
    slot: str


def _seed_faults(draw: Draw, announced: str) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    hashed = commitment(bytes.fromhex(draw.seed))
    if hashed != draw.commitment:
        problem = f"wrong seed: its SHA-256 is {hashed}, announced was {draw.commitment}"
        faults.append(Fault(1, "seed", problem, "this is not the seed that was committed to before the draw"))
    if announced and announced.lower() != draw.commitment:
        problem = f"the file says {draw.commitment}, but {announced.lower()} was announced"
        faults.append(Fault(1, "commitment", problem, "this is not the draw that was announced"))
    return tuple(faults)


def _missing(rows: Sequence[_Row], promised: int) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Whether lots are missing, there twice, or out of their count: faults of the header, and of the lines."""
    header: list[Fault] = []
    lines: list[Fault] = []
    if promised != len(rows):
        what = "a lot is missing" if promised == len(rows) + 1 else "the number of lots differs"
        header.append(Fault(1, "lots", f"{what}: {promised} took part, the CSV file has {len(rows)}", _WRITE_ANEW))
    numbers = Counter(row.lot.number for row in rows)
    positions = Counter(row.position for row in rows)
    for row in rows:
        if numbers[row.lot.number] > 1:
            lines.append(Fault(row.line, "lot", f"the lot {row.lot.number} is there twice", _WRITE_ANEW))
        if positions[row.position] > 1:
            lines.append(Fault(row.line, "position", f"the position {row.position} is there twice", _WRITE_ANEW))
    missing = (position for position in range(1, max(positions, default=0) + 1) if position not in positions)
    gaps = list(islice(missing, MOST_TOLD + 1))
    lines += [Fault(1, "position", f"nobody stands at position {gap}", "the line of a lot is missing") for gap in gaps]
    return tuple(header), _at_most(lines)


def _differing(rows: Sequence[_Row], drawn: Drawn) -> tuple[Fault, ...]:
    """Lines that say something else than the draw made again."""
    positions = {number: position for position, number in enumerate(drawn.order, start=1)}
    faults: list[Fault] = []
    for row in rows:
        position, slot = positions[row.lot.number], drawn.places.get(row.lot.number, "")
        if row.position != position:
            problem = f"the lot {row.lot.number} stands at {row.position}, drawn again it is at {position}"
            faults.append(Fault(row.line, "position", problem, "a line was changed"))
        if row.slot != slot:
            problem = f"the lot {row.lot.number} has {_named(row.slot)}, drawn again it wins {_named(slot)}"
            faults.append(Fault(row.line, "slot", problem, "a line, or the number of places, was changed"))
    return _at_most(faults)


def _named(slot: str) -> str:
    return slot or "nothing"


def _at_most(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    if len(faults) <= MOST_TOLD:
        return tuple(faults)
    rest = Fault(faults[MOST_TOLD].line, "", f"and {len(faults) - MOST_TOLD} more from here on", "see the first ones")
    return (*faults[:MOST_TOLD], rest)


def _read_header(content: bytes) -> _Header | tuple[Fault, ...]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return (Fault(1, "", "this is no JSON", _WRITE_ANEW),)
    if not isinstance(said, dict):
        return (Fault(1, "", "this is no header of a draw", _WRITE_ANEW),)
    body = cast("dict[str, object]", said)
    faults = [Fault(1, name, f"{name} is missing", _WRITE_ANEW) for name in sorted(_FIELDS - set(body))]
    faults += [Fault(1, name, f"there is no {name} in a header", _WRITE_ANEW) for name in sorted(set(body) - _FIELDS)]
    if faults:
        return tuple(faults)

    def wrong(name: str, wanted: str) -> None:
        faults.append(Fault(1, name, f"{name} must be {wanted}", _WRITE_ANEW))

    if body["format"] != FORMAT:
        wrong("format", FORMAT)
    if body["order"] != ORDER:
        wrong("order", f"“{ORDER}”")
    if not (isinstance(body["draw"], str) and is_draw_id(body["draw"])):
        wrong("draw", "the id of a draw")
    moments = {name: _moment(body[name]) for name in ("opens", "closes")}
    for name, moment in moments.items():
        if moment is None:
            wrong(name, "a moment with its zone, such as 2026-11-24T10:00:00+05:30")
    for name in ("commitment", "seed"):
        text = body[name]
        if not (isinstance(text, str) and _HEX.fullmatch(text)):
            wrong(name, "bytes in lower-case hex")
    if not _is_count(body["lots"]):
        wrong("lots", "how many took part")
    places = body["places"]
    if not isinstance(places, dict) or not all(_SLOT.fullmatch(slot) and _is_count(n) for slot, n in places.items()):
        wrong("places", "how many places each slot had, by its id")
    if faults:
        return tuple(faults)
    made = Draw(
        cast("str", body["draw"]),
        cast("datetime", moments["opens"]),
        cast("datetime", moments["closes"]),
        cast("str", body["commitment"]),
        cast("str", body["seed"]),
    )
    return _Header(made, cast("dict[str, int]", places), cast("int", body["lots"]))


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(cast("str", value))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _read_lots(content: bytes) -> tuple[list[_Row], tuple[Fault, ...]]:
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [], (Fault(line, "", "letters that are in no publication", _WRITE_ANEW),)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    faults: list[Fault] = []
    try:
        if tuple(next(reader, ())) != COLUMNS:
            return [], (Fault(1, "", f"the first line must be {','.join(COLUMNS)}", _WRITE_ANEW),)
        for cells in reader:
            row = _read_row(reader.line_num, cells)
            if isinstance(row, Fault):
                faults.append(row)
            else:
                rows.append(row)
    except csv.Error as error:
        faults.append(Fault(reader.line_num, "", f"cannot be read: {error}", _WRITE_ANEW))
    return rows, _at_most(faults)


def _read_row(line: int, cells: Sequence[str]) -> _Row | Fault:
    if len(cells) != len(COLUMNS):
        return Fault(line, "", f"the line has {len(cells)} cells instead of {len(COLUMNS)}", _WRITE_ANEW)
    number, overdue, choices, position, slot = cells
    wished = tuple(choices.split(" ")) if choices else ()
    wanted = {
        "lot": (_LOT.fullmatch(number), "eight digits and letters"),
        "overdue": (overdue in (YES, NO), f"{YES} or {NO}"),
        "choices": (all(map(_SLOT.fullmatch, wished)) and len(set(wished)) == len(wished), "different slots"),
        "position": (re.fullmatch(r"[1-9][0-9]{0,8}", position), "a number from 1"),
        "slot": (not slot or _SLOT.fullmatch(slot), "a slot or empty"),
    }
    for column, (is_right, what) in wanted.items():
        if not is_right:
            return Fault(line, column, f"“{cells[COLUMNS.index(column)]}” is not {what}", _WRITE_ANEW)
    return _Row(line, Lot(number, overdue == YES, wished), int(position), slot)
