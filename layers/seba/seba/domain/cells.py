"""A row's cells, read by what they should be; what is wrong is noted by column with what to do."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from seba.domain.csv_files import Fault, Row
from seba.domain.numbers import latin_digits
from seba.domain.places import Locality, Served

LANGUAGES: Final = ("en", "bn", "hi")
LONGEST_LOCALITY, LONGEST_REFER = 40, 300
"""Code points."""
_NORTH: Final = (6.0, 38.0)
_EAST: Final = (68.0, 98.0)
"""India, in degrees."""
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,12})?")
PIN = re.compile(r"[1-9][0-9]{5}")
_SCRIPTS: Final = {
    "en": ("Latin letters", re.compile("[A-Za-z]")),
    "bn": ("Bengali letters", re.compile("[\u0985-\u09b9\u09dc-\u09e1\u09f0\u09f1]")),
    "hi": ("Devanagari letters", re.compile("[\u0904-\u0939\u0958-\u0961]")),
}


class Cells:
    """One row's cells, read by what they should be; what is wrong is noted, and something harmless returned."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[Fault] = []

    def fault(self, column: str, problem: str, remedy: str) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(self.row.line, column, problem, remedy))

    def plain(self, column: str) -> str:
        """The cell with ASCII digits."""
        return latin_digits(self.row.cells[column])

    def text(self, column: str, longest: int, script: str = "") -> str:
        """A text of one line with letters of its script."""
        text = self.row.cells[column]
        if not text:
            self.fault(column, "is empty", "write it")
        elif any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text):
            self.fault(column, "has a line break or a control character", "write it on one line")
        elif len(text) > longest:
            self.fault(column, f"has {len(text)} characters", f"shorten it to {longest} or fewer, counted after NFC")
        elif script and not _SCRIPTS[script][1].search(text):
            self.fault(column, f"has no {_SCRIPTS[script][0]}", "write it in the column's own script")
        return text

    def texts(self, column: str, longest: int) -> dict[str, str]:
        """The same text in each language."""
        return {each: self.text(f"{column}_{each}", longest, each) for each in LANGUAGES}

    def matching(self, column: str, shape: re.Pattern[str], wanted: str) -> str:
        """A cell of this shape, or empty."""
        text = self.plain(column)
        if shape.fullmatch(text):
            return text
        self.fault(column, f"is {quoted(text)}" if text else "is empty", f"write {wanted}")
        return ""

    def one_of(self, column: str, words: Sequence[str]) -> str:
        """One of these words, or empty."""
        text = self.plain(column).lower()
        if text in words:
            return text
        self.fault(column, f"is {quoted(text)}" if text else "is empty", f"write {either(words)}")
        return ""

    def position(self) -> tuple[float, float]:
        """Latitude and longitude in degrees, within India."""
        lat = self.matching("lat", _DEGREES, "degrees north, such as 22.5186")
        lon = self.matching("lon", _DEGREES, "degrees east, such as 88.3657")
        if not (lat and lon):
            return 0.0, 0.0
        north, east = float(lat), float(lon)
        if _NORTH[0] <= east <= _NORTH[1] and _EAST[0] <= north <= _EAST[1]:
            self.fault("lat", f"{lat}, {lon} lies outside India", "lat and lon seem to have changed places")
        else:
            if not _NORTH[0] <= north <= _NORTH[1]:
                self.fault("lat", f"{lat} lies outside India", "write degrees north, from 6 to 38")
            if not _EAST[0] <= east <= _EAST[1]:
                self.fault("lon", f"{lon} lies outside India", "write degrees east, from 68 to 98")
        return north, east

    def localities(self) -> tuple[Locality, ...]:
        """The names of localities, the same ones in each language."""
        names: list[list[str]] = []
        for language in LANGUAGES:
            column = f"localities_{language}"
            parts = [part.strip() for part in self.text(column, 2_000, language).split(";")]
            if parts != [""] and any(not part or len(part) > LONGEST_LOCALITY for part in parts):
                self.fault(
                    column, f"a name is empty or longer than {LONGEST_LOCALITY} characters", "separate names by ;"
                )
            elif names and len(parts) != len(names[0]) and parts != [""] and names[0] != [""]:
                self.fault(
                    column,
                    f"has {len(parts)} names, localities_en {len(names[0])}",
                    "name the same localities in the same order in each language",
                )
            names.append(parts)
        return tuple(Locality(*each) for each in zip(*names, strict=False))

    def refer(self, served: str) -> tuple[str, str, str] | None:
        """Where else to go: needed where nobody is served, and nowhere else."""
        columns = [f"refer_{language}" for language in LANGUAGES]
        if served == Served.NO:
            english, bengali, hindi = self.texts("refer", LONGEST_REFER).values()
            return english, bengali, hindi
        for column in columns:
            if served and self.row.cells[column]:
                self.fault(column, f"is filled in an area that is served ({served})", "leave it empty, or write no")
        return None


def quoted(text: str) -> str:
    """A cell as it is shown in a fault, shortened."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def either(words: Sequence[str]) -> str:
    """``a, b or c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def in_order(faults: Iterable[Fault], columns: Sequence[str]) -> tuple[Fault, ...]:
    """By line, and within a line as the columns stand in docs/files.md."""
    places = {column: place for place, column in enumerate(columns)}
    return tuple(sorted(faults, key=lambda fault: (fault.line, places.get(fault.column, -1))))
