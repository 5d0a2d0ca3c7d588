"""What an operator publishes: rows of CSV files become PIN areas, centres with sessions, and desk numbers, all checked.

Every fault is named by line and column with what to do. A fault holds up its centre as a whole (or its PIN area, or its
desk number), and no other. What the columns mean is written in docs/files.md.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from seba.domain.csv_files import Fault, Row, Sheet
from seba.domain.numbers import latin_digits
from seba.domain.places import Area, Locality, Served
from seba.domain.rules import Dose, Rules
from seba.domain.sessions import Centre, Life

AREAS, SESSIONS, DESKS = "areas", "sessions", "desks"
LANGUAGES: Final = ("en", "bn", "hi")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    AREAS: (
        "pin", "served", "localities_en", "localities_bn", "localities_hi", "lat", "lon",
        "refer_en", "refer_bn", "refer_hi",
    ),
    SESSIONS: (
        "centre", "name_en", "name_bn", "name_hi", "short_en", "short_bn", "short_hi",
        "address_en", "address_bn", "address_hi", "ward", "pin", "lat", "lon", "phone",
        "date", "vaccine", "dose", "fee", "slots", "life",
    ),
    DESKS: ("centre", "phone"),
}  # fmt: skip
"""The kinds of files and their columns."""

DESCRIPTION: Final = KINDS[SESSIONS][1:15]
"""The columns that describe a centre: in its first row, and empty (or the same) in its later ones."""
DOSES: Final = (int(Dose.SECOND),)
"""The doses that this desk books."""
SHORT_NAME: Final = 24
"""A row title of WhatsApp, in code points after NFC."""
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_LOCALITY, LONGEST_REFER = 100, 180, 40, 300
"""Code points: a confirmation with all of them must stay within 1,024."""
MOST_SLOTS: Final = 32
"""One character of Crockford's base 32 numbers a session's slots."""
MOST_PLACES: Final = 1_000
"""Places of a slot: 25 pages of its roster; more in two hours is a typing mistake."""
MOST_DAYS_AHEAD: Final = 366
_NORTH: Final = (6.0, 38.0)
_EAST: Final = (68.0, 98.0)
"""India, in degrees."""

_COLUMNS: Final = {column: place for kind in (DESKS, AREAS, SESSIONS) for place, column in enumerate(KINDS[kind])}

_CENTRE = re.compile(r"[a-z][a-z0-9-]{1,15}")
_PIN = re.compile(r"[1-9][0-9]{5}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{2,30}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,12})?")
_RUPEES = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
_DAY = r"today(?:[+-][0-9]{1,4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAYS = re.compile(rf"({_DAY})(?: ?\.\. ?({_DAY}))?(?: +except ?= ?([a-z, ]+))?")
_SLOT = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?[-–] ?([0-9]{1,2}):([0-9]{2}) ?= ?([-+]?[0-9]{1,9})")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SCRIPTS: Final = {
    "en": ("Latin letters", re.compile("[A-Za-z]")),
    "bn": ("Bengali letters", re.compile("[\u0985-\u09b9\u09dc-\u09e1\u09f0\u09f1]")),
    "hi": ("Devanagari letters", re.compile("[\u0904-\u0939\u0958-\u0961]")),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """A slot as a file gives it: when, and for how many."""

    start: time
    end: time
    capacity: int


@dataclass(frozen=True, slots=True)
class WantedSession:
    """One session as a file wants it. ``fee`` is in paise; the slots are in the order of their hours."""

    line: int
    day: date
    vaccine: str
    doses: tuple[int, ...]
    fee: int
    life: Life
    slots: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class WantedCentre:
    """A centre without faults and the sessions a file wants of it, by day."""

    centre: Centre
    line: int
    sessions: tuple[WantedSession, ...]


@dataclass(frozen=True, slots=True)
class AreasFile:
    """The PIN areas of a file that are without faults."""

    areas: tuple[Area, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class SessionsFile:
    """The centres of a file that are without faults; those with one are held up whole."""

    centres: tuple[WantedCentre, ...]
    held_up: tuple[str, ...]
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
        cells = _Cells(row)
        pin = cells.matching("pin", _PIN, "six digits, such as 700019")
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
    return AreasFile(tuple(areas.values()), tuple(sorted(faults, key=_place)))


def read_sessions(
    sheet: Sheet, today: date, rules: Rules, pins: Collection[str], known: Mapping[str, Centre]
) -> SessionsFile:
    """The centres and sessions of a sessions file.

    ``today`` is the day at the desk, ``pins`` are the PIN codes the desk knows. A centre among the ``known`` ones need
    not be described again.
    """
    return _SessionsReader(sheet, today, rules, pins, known).read()


def read_desks(sheet: Sheet, centres: Collection[str]) -> DesksFile:
    """The numbers of a desks file; ``centres`` are the ids of those that are published."""
    desks: list[WantedDesk] = []
    lines: dict[str, int] = {}
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = _Cells(row)
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
    return DesksFile(tuple(desks), tuple(sorted(faults, key=_place)))


def read_phone(text: str) -> str | None:
    """A phone number as digits with country code (``919830012345``), or None; ten digits are taken as Indian."""
    digits = re.sub(r"[ ()+./-]", "", latin_digits(text))
    if not (digits.isascii() and digits.isdigit()):
        return None
    bare = digits.removeprefix("00") if digits.startswith("00") else digits.removeprefix("0")
    if len(bare) == 10 and bare[0] in "6789":
        bare = "91" + bare
    return bare if 11 <= len(bare) <= 15 and bare[0] != "0" else None


class _Cells:
    """One row's cells, read by what they should be; what is wrong is noted, and something harmless returned."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[Fault] = []

    def fault(self, column: str, problem: str, remedy: str) -> None:
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
        text = self.plain(column)
        if shape.fullmatch(text):
            return text
        self.fault(column, f"is {_quoted(text)}" if text else "is empty", f"write {wanted}")
        return ""

    def one_of(self, column: str, words: Sequence[str]) -> str:
        text = self.plain(column).lower()
        if text in words:
            return text
        self.fault(column, f"is {_quoted(text)}" if text else "is empty", f"write {_either(words)}")
        return ""

    def position(self) -> tuple[float, float]:
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


class _SessionsReader:
    def __init__(
        self, sheet: Sheet, today: date, rules: Rules, pins: Collection[str], known: Mapping[str, Centre]
    ) -> None:
        self._sheet, self._today, self._rules, self._pins, self._known = sheet, today, rules, pins, known
        self._faults = list(sheet.faults)
        self._guilty: dict[str, None] = {}
        self._centres: dict[str, Centre] = {}
        self._first: dict[str, Row] = {}
        self._described: dict[str, Row] = {}
        self._sessions: dict[str, dict[tuple[date, str, tuple[int, ...]], WantedSession]] = {}

    def read(self) -> SessionsFile:
        above = ""
        for row in self._sheet.rows:
            above = self._row(row, above) or above
        self._hold_up_torn()
        self._compare_short_names()
        wanted = [
            WantedCentre(self._centres[centre], row.line, tuple(sorted(self._sessions[centre].values(), key=_by_day)))
            for centre, row in self._first.items()
            if centre in self._centres and centre not in self._guilty
        ]
        return SessionsFile(tuple(wanted), tuple(self._guilty), tuple(sorted(self._faults, key=_place)))

    def _row(self, row: Row, above: str) -> str:
        """The centre's id, as far as it is one. What stands under no centre belongs to the one above."""
        cells = _Cells(row)
        centre = cells.matching("centre", _CENTRE, "2 to 16 small letters, digits and hyphens, such as ward-68")
        if centre:
            self._first.setdefault(centre, row)
            self._sessions.setdefault(centre, {})
            self._describe(centre, cells)
        wanted = list(self._wanted(cells))
        if centre:
            self._add(centre, wanted, cells)
        if cells.faults:
            self._faults += cells.faults
            if centre or above:
                self._guilty[centre or above] = None
        return centre

    def _describe(self, centre: str, cells: _Cells) -> None:
        row = cells.row
        if not any(row.cells[column] for column in DESCRIPTION):
            if centre in self._described:
                return
            if centre in self._known:
                self._centres[centre] = self._known[centre]
            elif self._first[centre] is row:
                cells.fault("name_en", f"the centre {centre} is not described", "describe it in its first row")
            return
        earlier = self._described.get(centre)
        if earlier is not None:
            for column in DESCRIPTION:
                if row.cells[column] and row.cells[column] != earlier.cells[column]:
                    problem = f"{centre} has another {column} in line {earlier.line}"
                    cells.fault(column, problem, "leave it empty here, or give another centre another id")
            return
        self._described[centre] = row
        self._centres[centre] = self._centre(centre, cells)

    def _centre(self, centre: str, cells: _Cells) -> Centre:
        pin = cells.matching("pin", _PIN, "six digits, such as 700019")
        if pin and pin not in self._pins:
            remedy = "add it to areas.csv and publish that first" if self._pins else "publish areas.csv first"
            cells.fault("pin", f"the desk does not know the PIN code {pin}", remedy)
        names, short_names = cells.texts("name", LONGEST_NAME), cells.texts("short", SHORT_NAME)
        addresses = cells.texts("address", LONGEST_ADDRESS)
        ward = cells.matching("ward", re.compile("[0-9]{1,3}"), "the number of the municipal ward")
        latitude, longitude = cells.position()
        phone = cells.matching("phone", _PHONE, "a telephone number, or nothing") if cells.plain("phone") else ""
        return Centre(centre, names, short_names, addresses, ward, pin, latitude, longitude, phone or None)

    def _wanted(self, cells: _Cells) -> Iterator[WantedSession]:
        """The row's sessions, one a day; none when anything of it is wrong."""
        days = self._days(cells)
        life = cells.one_of("life", [str(each) for each in Life])
        dose = cells.one_of("dose", [str(each) for each in DOSES])
        fee = self._fee(cells)
        slots = _slots(cells)
        vaccine = self._vaccine(cells, days, fee)
        if days and life and dose and fee is not None and slots and vaccine:
            for day in days:
                yield WantedSession(cells.row.line, day, vaccine, (int(dose),), fee, Life(life), slots)

    def _add(self, centre: str, wanted: Iterable[WantedSession], cells: _Cells) -> None:
        there = self._sessions[centre]
        for session in wanted:
            key = (session.day, session.vaccine, session.doses)
            if key in there:
                problem = f"{session.vaccine} on {session.day} is there already, from line {there[key].line}"
                cells.fault("date", problem, "put the slots of a day, vaccine and dose into one session")
                return
            there[key] = session

    def _days(self, cells: _Cells) -> list[date]:
        text = cells.plain("date").lower()
        shape = _DAYS.fullmatch(text)
        if shape is None:
            remedy = "write 2026-11-24, today+3 or today+1..today+21 except=sun"
            cells.fault("date", f"is {_quoted(text)}" if text else "is empty", remedy)
            return []
        first, last = self._day(shape[1]), self._day(shape[2] or shape[1])
        if first is None or last is None:
            cells.fault("date", f"there is no day {shape[1] if first is None else shape[2]}", "mend the date")
            return []
        left_out = [word.strip() for word in shape[3].split(",")] if shape[3] else []
        if unknown := [word for word in left_out if word not in _WEEKDAYS]:
            cells.fault("date", f"{_quoted(unknown[0])} is no weekday", f"write {_either(_WEEKDAYS)}")
            return []
        if first < self._today:
            cells.fault("date", f"{first} is past", f"today is {self._today}: leave past days out")
            return []
        if last < first:
            cells.fault("date", f"ends on {last}, before it begins on {first}", "write the earlier day first")
            return []
        if (last - self._today).days > MOST_DAYS_AHEAD:
            cells.fault("date", f"{last} is more than a year ahead", "publish it nearer to its day")
            return []
        all_days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days = [day for day in all_days if _WEEKDAYS[day.weekday()] not in left_out]
        if not days:
            cells.fault("date", "no day is left", "leave fewer weekdays out")
        return days

    def _day(self, text: str) -> date | None:
        try:
            if text.startswith("today"):
                return self._today + timedelta(days=int(text.removeprefix("today") or 0))
            return date.fromisoformat(text)
        except (ValueError, OverflowError):
            return None

    def _fee(self, cells: _Cells) -> int | None:
        text = cells.plain("fee").removeprefix("₹").strip()
        if not _RUPEES.fullmatch(text):
            problem = f"is {_quoted(text)}" if text else "is empty"
            cells.fault("fee", problem, "write rupees, such as 780; 0 is free")
            return None
        return int(Decimal(text) * 100)

    def _vaccine(self, cells: _Cells, days: Sequence[date], fee: int | None) -> str:
        """The vaccine, if the rules in force on every day know its dose and allow the fee."""
        words = [str(each) for each in self._rules.vaccines_for_dose(DOSES[0])]
        vaccine = cells.one_of("vaccine", words)
        for day in days if vaccine else ():
            version = self._rules.for_date(day) if day >= self._rules.first_day else None
            found = next((of for each, of in version.vaccines.items() if each == vaccine), None) if version else None
            if version is None or found is None or version.interval(vaccine, DOSES[0]) is None:
                cells.fault("vaccine", f"the rules have no dose {DOSES[0]} of {vaccine} on {day}", "choose another day")
                return ""
            cap = found.price_cap
            if fee is not None and cap is not None and fee > cap:
                problem = f"₹{_rupees(fee)} is more than ₹{_rupees(cap)}, the most for {vaccine} on {day}"
                cells.fault("fee", f"{problem} (rules of {version.id})", f"ask ₹{_rupees(cap)} or less")
                return ""
        return vaccine

    def _hold_up(self, centre: str, fault: Fault) -> None:
        self._faults.append(fault)
        self._guilty[centre] = None

    def _hold_up_torn(self) -> None:
        """A line with too many or too few cells holds up the centre that it names, or else the one above it."""
        for torn in self._sheet.torn:
            named = [cell for cell in torn.cells if cell in self._first]
            above = [row.cells["centre"] for row in self._sheet.rows if row.line < torn.line]
            for centre in named or above[-1:]:
                self._guilty[centre] = None

    def _compare_short_names(self) -> None:
        """Two rows that read the same cannot be told apart."""
        for language in LANGUAGES:
            names: dict[str, str] = {
                each.short_names[language]: id_ for id_, each in self._known.items() if id_ not in self._centres
            }
            for centre, facts in self._centres.items():
                name = facts.short_names[language]
                other = names.setdefault(name, centre) if name else centre
                if other != centre:
                    problem = f"{_quoted(name)} is the short name of {other} as well"
                    row = self._described.get(centre, self._first[centre])
                    self._hold_up(centre, Fault(row.line, f"short_{language}", problem, "give each its own"))


def _slots(cells: _Cells) -> tuple[Hours, ...]:
    parts = [part.strip() for part in cells.plain("slots").split(";")]
    parts = parts[:-1] if parts[-1] == "" else parts
    if not parts:
        cells.fault("slots", "is empty", "write hours and places, such as 09:00-11:00=40; 11:00-13:00=40")
        return ()
    if len(parts) > MOST_SLOTS:
        cells.fault("slots", f"has {len(parts)} slots", f"make {MOST_SLOTS} or fewer of them")
        return ()
    slots = [_slot(cells, part) for part in parts]
    if None in slots:
        return ()
    by_hours = sorted((slot for slot in slots if slot is not None), key=lambda slot: (slot.start, slot.end))
    for earlier, later in pairwise(by_hours):
        if later.start < earlier.end:
            problem = f"{_hours(later)} overlaps with {_hours(earlier)}"
            cells.fault("slots", problem, "let a slot begin when the one before it ends, or later")
            return ()
    return tuple(by_hours)


def _slot(cells: _Cells, part: str) -> Hours | None:
    shape = _SLOT.fullmatch(part)
    if shape is None:
        cells.fault("slots", f"{_quoted(part)} is no slot", "write hours and places, such as 09:00-11:00=40")
        return None
    try:
        start, end = time(int(shape[1]), int(shape[2])), time(int(shape[3]), int(shape[4]))
    except ValueError:
        cells.fault("slots", f"{_quoted(part)} has an hour that no clock shows", "write 00:00 to 23:59")
        return None
    capacity = int(shape[5])
    if end <= start:
        cells.fault("slots", f"{_quoted(part)} ends before it begins", "write the earlier hour first")
        return None
    if not 1 <= capacity <= MOST_PLACES:
        cells.fault("slots", f"{_quoted(part)} has {capacity} places", f"write 1 to {MOST_PLACES:,}")
        return None
    return Hours(start, end, capacity)


def _hours(slot: Hours) -> str:
    return f"{slot.start:%H:%M}-{slot.end:%H:%M}"


def _rupees(paise: int) -> str:
    return f"{paise // 100:,}" if paise % 100 == 0 else f"{paise / 100:,.2f}"


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _by_day(session: WantedSession) -> tuple[date, str, tuple[int, ...]]:
    return session.day, session.vaccine, session.doses


def _place(fault: Fault) -> tuple[int, int]:
    """By line, and within a line as the columns stand in docs/files.md."""
    return fault.line, _COLUMNS.get(fault.column, -1)
