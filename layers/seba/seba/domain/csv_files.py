"""Comma-separated files as operators make them: read line by line, with everything wrong said by line and column.

Nothing here raises: a file that cannot be read at all has no rows and one fault.
"""

import csv
import difflib
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

MOST_BYTES: Final = 8_000_000
"""A year of sessions of a thousand centres is a tenth of that; more is another file by mistake."""
_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_BOM: Final = "\ufeff"
_ALIKE: Final = 0.6
"""How alike a misspelt name is to the right one, by difflib's ratio: ``center`` and ``centre`` have 0.83."""
_HALF: Final = 0.5
"""The part of a header that must be known for the file to be of that kind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what, and what to do about it."""

    line: int
    """As an editor counts; the header is line 1."""
    column: str
    """The column's name; empty when it is the line or the file as a whole."""
    problem: str
    remedy: str

    def told(self, file: str) -> str:
        """``sessions.csv:12:short_bn: … (what to do)``: one line, as compilers write it, and printable."""
        where = f"{file}:{self.line}:{self.column}" if self.column else f"{file}:{self.line}"
        told = f"{where}: {self.problem} ({self.remedy})"
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in told)


@dataclass(frozen=True, slots=True)
class Row:
    """One record. ``cells`` has every column of the file's kind; texts are NFC and without spaces around them."""

    line: int
    """The line on which it begins."""
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TornRow:
    """A record with too many or too few cells: nobody can say which cell stands in which column."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says, as far as it can be read."""

    kind: str
    """Which of the kinds it is; empty when it is none."""
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    torn: tuple[TornRow, ...] = ()


def read_sheet(content: bytes, kinds: Mapping[str, Collection[str]], optional: Collection[str] = ()) -> Sheet:
    """The rows of a CSV file. ``kinds`` maps the name of each kind of file to its columns; the header tells which.

    Of these columns the ``optional`` ones may be left out: their cells are empty then.

    A line with too many or too few cells is a fault and no row. A file has no rows at all when its bytes are no text,
    a quotation is never closed, or a column is missing, unknown or doubled.
    """
    text = _text(content)
    if isinstance(text, Fault):
        return Sheet("", faults=(text,))
    records = _Records(text)
    first = next(records, None)
    if first is None:
        empty = Fault(1, "", "the file is empty", "export it again, with its header line")
        return Sheet("", faults=tuple(records.faults) or (empty,))
    line, header = first
    names = [unicodedata.normalize("NFC", cell).strip().lower() for cell in header]
    kind = _kind(names, kinds, optional)
    faults = _header_faults(line, header, names, kind, kinds, optional)
    if faults:
        return Sheet(kind, faults=tuple(faults))
    left_out = dict.fromkeys((column for column in kinds[kind] if column not in names), "")
    rows: list[Row] = []
    torn: list[TornRow] = []
    for line, cells in records:
        tidy = tuple(unicodedata.normalize("NFC", cell).strip() for cell in cells)
        if len(cells) == len(names):
            rows.append(Row(line, dict(zip(names, tidy, strict=True)) | left_out))
        else:
            torn.append(TornRow(line, tidy))
            faults.append(_wrong_length(line, len(cells), len(names)))
    if records.faults:
        return Sheet(kind, faults=tuple(records.faults))
    return Sheet(kind, tuple(rows), tuple(faults), tuple(torn))


def _text(content: bytes) -> str | Fault:
    if len(content) > MOST_BYTES:
        return Fault(1, "", f"the file has {len(content):,} bytes", f"split it: {MOST_BYTES:,} are the most")
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Fault(line, "", "the file is not UTF-8", "save it as “CSV UTF-8 (comma delimited)”")


@dataclass(slots=True)
class _Records:
    """The records of a text with the lines on which they begin; blank ones are left out."""

    text: str
    faults: list[Fault] = field(default_factory=list[Fault])
    _found: Iterator[tuple[int, list[str]]] | None = None

    def __iter__(self) -> "_Records":
        return self

    def __next__(self) -> tuple[int, list[str]]:
        if self._found is None:
            self._found = self._read()
        return next(self._found)

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        while True:
            begins = reader.line_num + 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.faults.append(
                    Fault(begins, "", f"cannot be read: {error}", "look for a quotation mark too many or too few")
                )
                return
            if any(cell.strip() for cell in record):
                yield begins, record


def _kind(names: Sequence[str], kinds: Mapping[str, Collection[str]], optional: Collection[str]) -> str:
    """The kind whose columns these are, or the nearest one when some are misspelt; empty when it is no kind.

    Nearest is whose own names and misspelt ones make the largest part of both headers together; the rightly spelt ones
    decide between two that are equally near.
    """
    best, nearest = "", (_HALF, 0.0)
    for kind, columns in kinds.items():
        wanted = [column for column in columns if column in names or column not in optional]
        both = len(set(names)) + len(wanted)
        same = len(set(names) & set(wanted))
        alike = same + len(_misspelt(names, columns))
        near = (2 * alike / both, 2 * same / both)
        if near[0] >= _HALF and near > nearest:
            best, nearest = kind, near
    return best


def _misspelt(names: Iterable[str], columns: Collection[str]) -> dict[str, str]:
    """The names that are no columns and look like one that is not there, each with that column."""
    missing = [column for column in columns if column not in names]
    found: dict[str, str] = {}
    for name in names:
        if name and name not in columns:
            for column in difflib.get_close_matches(name, missing, 1, _ALIKE):
                found[name] = column
                missing.remove(column)
    return found


def _header_faults(
    line: int,
    header: list[str],
    names: list[str],
    kind: str,
    kinds: Mapping[str, Collection[str]],
    optional: Collection[str],
) -> list[Fault]:
    known = {column for columns in kinds.values() for column in columns}
    for sign, called in _OTHER_SEPARATORS.items():
        apart = {part.strip().lower() for part in header[0].split(sign)}
        if len(header) < 3 and len(apart & known) >= 2:
            return [Fault(line, "", f"the columns are separated by {called}", "save it separated by commas")]
    if not kind:
        wanted = " or ".join(f"{each} ({', '.join(list(columns)[:3])}, …)" for each, columns in kinds.items())
        return [Fault(line, "", "this is no header of a file that is known here", f"the first line names {wanted}")]
    columns = kinds[kind]
    misspelt = _misspelt(names, columns)
    faults = [
        Fault(line, column, f"the column {column} is missing", f"add it: a {kind} file has {', '.join(columns)}")
        for column in columns
        if column not in names and column not in optional and column not in misspelt.values()
    ]
    for position, name in enumerate(names):
        if name in names[:position]:
            faults.append(Fault(line, name, "the column is there twice", "leave one of them out"))
        elif name in misspelt:
            problem = f"there is no column {name} in a {kind} file"
            faults.append(Fault(line, name, problem, f"it looks like {misspelt[name]}: write that"))
        elif name not in columns:
            called = name or f"number {position + 1}"
            faults.append(Fault(line, name, f"there is no column {called} in a {kind} file", "leave it out"))
    return faults


def _wrong_length(line: int, cells: int, wanted: int) -> Fault:
    remedy = "put quotation marks around a cell that holds a comma" if cells > wanted else "write a comma per column"
    return Fault(line, "", f"the line has {cells} cells, the header {wanted}", remedy)
