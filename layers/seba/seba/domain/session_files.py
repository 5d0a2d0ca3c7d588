"""Centres with their sessions as a file wants them, checked whole before anything is written.

Every fault is named by line and column with what to do, and holds up its centre as a whole, and no other. What depends
on what is published already (an hour that has passed is no fault of a session that opened then) is left to publishing.
What the columns mean is written in docs/files.md.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from seba.domain.calendar import KOLKATA, at_the_desk
from seba.domain.cells import LANGUAGES, PIN, Cells, either, in_order, quoted
from seba.domain.csv_files import Fault, Row, Sheet
from seba.domain.draws import Draw
from seba.domain.publishing import KINDS, SESSIONS
from seba.domain.rules import Dose, Rules, RulesVersion, Vaccine
from seba.domain.sessions import Centre, Life

DESCRIPTION: Final = KINDS[SESSIONS][1:15]
"""The columns that describe a centre: in its first row, and empty (or the same) in its later ones."""
LIVES: Final = (Life.PROVISIONAL, Life.STOCKED, Life.OPEN, Life.CLOSED)
"""What a file may say; a session is cancelled by command, which tells its people."""
SHORT_NAME: Final = 24
"""A row title of WhatsApp, in code points after NFC."""
LONGEST_NAME, LONGEST_ADDRESS = 100, 180
"""Code points: a confirmation with all of them must stay within 1,024."""
MOST_SLOTS: Final = 32
"""One character of Crockford's base 32 numbers a session's slots."""
MOST_PLACES: Final = 1_000
"""Places of a slot: 25 pages of its roster; more in two hours is a typing mistake."""
MOST_DAYS_AHEAD: Final = 366
MOST_SESSIONS: Final = 10_000
"""Sessions of a file: a few rows with ranges of days make as many; a year of two dozen centres is fewer."""
MOST_WALK_IN: Final = 90
"""Percent: of a slot that can be booked at all at least a tenth can."""
OLDEST: Final = 120
"""Years, where a file says ``45+``."""

_CENTRE = re.compile(r"[a-z][a-z0-9-]{1,15}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{2,30}")
_RUPEES = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
_DAY = r"today(?:[+-][0-9]{1,4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAYS = re.compile(rf"({_DAY})(?: ?\.\. ?({_DAY}))?(?: +except ?= ?([a-z, ]+))?")
_HOUR = re.compile(rf"({_DAY})[ t]+([0-9]{{1,2}}):([0-9]{{2}})")
_SLOT = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?[-–] ?([0-9]{1,2}):([0-9]{2}) ?= ?([-+]?[0-9]{1,9})")
_DOSES = re.compile(r"[0-9]( ?\+ ?[0-9])*")
_AGES = re.compile(r"([0-9]{1,3}) ?(?:[-–] ?([0-9]{1,3})|\+)")
_PERCENT = re.compile(r"([0-9]{1,3}) ?%?")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
    ages: tuple[int, int] | None = None
    walk_in: int = 0
    opens: datetime | None = None
    """Of a session in a draw the hour of the draw."""
    draw: str = ""

    @property
    def starts(self) -> datetime:
        """When its first slot begins, aware."""
        return datetime.combine(self.day, min(slot.start for slot in self.slots), KOLKATA)

    @property
    def ends(self) -> datetime:
        """When its last slot ends, aware."""
        return datetime.combine(self.day, max(slot.end for slot in self.slots), KOLKATA)


@dataclass(frozen=True, slots=True)
class WantedCentre:
    """A centre without faults and the sessions a file wants of it, by day."""

    centre: Centre
    line: int
    sessions: tuple[WantedSession, ...]


@dataclass(frozen=True, slots=True)
class SessionsFile:
    """The centres of a file that are without faults; those with one are held up whole."""

    centres: tuple[WantedCentre, ...]
    held_up: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a sessions file is checked against."""

    today: date
    """The day at the desk."""
    rules: Rules
    pins: Collection[str]
    """The PIN codes the desk knows."""
    centres: Mapping[str, Centre] = field(default_factory=dict[str, Centre])
    """Those that are published: they need not be described again."""
    draws: Mapping[str, Draw] = field(default_factory=dict[str, Draw])
    """Those that are announced."""
    publisher: str = ""
    """Whose file it is; empty for the desk's own operator."""
    free_only: bool = False
    """A public publisher asks no money."""


def read_moment(text: str, today: date) -> datetime | None:
    """``2026-11-24 16:00`` or ``today+1 10:00`` on the desk's clock, aware; None for anything else."""
    shape = _HOUR.fullmatch(text.lower())
    day = _day(shape[1], today) if shape else None
    if shape is None or day is None:
        return None
    try:
        return datetime.combine(day, time(int(shape[2]), int(shape[3])), KOLKATA)
    except ValueError:
        return None


def read_sessions(sheet: Sheet, ground: Ground) -> SessionsFile:
    """The centres and sessions of a sessions file."""
    return _SessionsReader(sheet, ground).read()


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What the rules of a day forbid of a session."""

    column: str
    problem: str
    remedy: str


def forbidden(
    rules: Rules, day: date, vaccine: str, doses: Sequence[int], fee: int, ages: tuple[int, int] | None
) -> Forbidden | None:
    """The first thing that the rules in force on a day forbid of such a session, or None. ``fee`` is in paise."""
    version = rules.for_date(day) if day >= rules.first_day else None
    for dose in doses:
        if version is None or not _has_dose(version, vaccine, dose, day):
            remedy = "choose another day" if len(doses) == 1 else f"choose another day, or leave dose {dose} out"
            return Forbidden("vaccine", f"the rules have no dose {dose} of {vaccine} on {day}", remedy)
    if version is None:
        return None
    cap = version.vaccines[Vaccine(vaccine)].price_cap
    if cap is not None and fee > cap:
        problem = f"₹{_rupees(fee)} is more than ₹{_rupees(cap)}, the most for {vaccine} on {day}"
        return Forbidden("fee", f"{problem} (rules of {version.id})", f"ask ₹{_rupees(cap)} or less")
    if ages is not None and Dose.FIRST in doses and (outside := _outside(version, vaccine, ages)):
        problem = f"{outside} is outside of what the rules of {version.id} admit to a first dose of {vaccine}"
        remedy = f"stay within {either(_bands(version, vaccine))}, or publish the first dose apart"
        return Forbidden("ages", problem, remedy)
    return None


def _has_dose(version: RulesVersion, vaccine: str, dose: int, day: date) -> bool:
    found = version.vaccines.get(Vaccine(vaccine)) if vaccine in Vaccine else None
    if found is None or day < found.introduced:
        return False
    return bool(_bands(version, vaccine)) if dose == Dose.FIRST else Dose(dose) in found.intervals


def _bands(version: RulesVersion, vaccine: str) -> list[str]:
    """The ages that may have a first dose of a vaccine: ``15-17``, ``18+``."""
    bands = sorted(
        (band.from_age, band.to_age) for band in version.ages if not band.vaccines or vaccine in band.vaccines
    )
    return [f"{first}+" if last is None else f"{first}-{last}" for first, last in bands]


def _outside(version: RulesVersion, vaccine: str, ages: tuple[int, int]) -> str:
    """The first run of ages that no band of the rules admits; empty when all are admitted."""
    bands = [
        (band.from_age, OLDEST if band.to_age is None else band.to_age)
        for band in version.ages
        if not band.vaccines or vaccine in band.vaccines
    ]
    age = ages[0]
    while age <= ages[1]:
        reach = max((last for first, last in bands if first <= age <= last), default=None)
        if reach is None:
            until = min((first - 1 for first, _ in bands if first > age), default=ages[1])
            last = min(until, ages[1])
            return f"{age}-{last}" if last > age else str(age)
        age = reach + 1
    return ""


class _SessionsReader:
    def __init__(self, sheet: Sheet, ground: Ground) -> None:
        self._sheet, self._ground = sheet, ground
        self._faults = list(sheet.faults)
        self._guilty: dict[str, None] = {}
        self._centres: dict[str, Centre] = {}
        self._first: dict[str, Row] = {}
        self._described: dict[str, Row] = {}
        self._sessions: dict[str, dict[tuple[date, str], list[WantedSession]]] = {}
        self._asked_for = 0
        """Days of all rows so far: each is a session."""

    def read(self) -> SessionsFile:
        above = ""
        for row in self._sheet.rows:
            above = self._row(row, above) or above
            if self._asked_for > MOST_SESSIONS:
                return self._too_many(row)
        self._hold_up_torn()
        self._compare_short_names()
        wanted = [
            WantedCentre(self._centres[centre], row.line, self._in_order(centre))
            for centre, row in self._first.items()
            if centre in self._centres and centre not in self._guilty
        ]
        return SessionsFile(tuple(wanted), tuple(self._guilty), in_order(self._faults, KINDS[SESSIONS]))

    def _too_many(self, row: Row) -> SessionsFile:
        """All of the file is held up, and not read any further: which of its centres go ahead is not ours to say."""
        problem = f"with this line the file asks for more than {MOST_SESSIONS:,} sessions"
        fault = Fault(row.line, "date", problem, f"split the file, or write fewer days: {MOST_SESSIONS:,} at once")
        named = (each.cells["centre"] for each in self._sheet.rows)
        centres = dict.fromkeys(each for each in named if _CENTRE.fullmatch(each))
        return SessionsFile((), tuple(centres), in_order([*self._faults, fault], KINDS[SESSIONS]))

    def _in_order(self, centre: str) -> tuple[WantedSession, ...]:
        everything = (session for those in self._sessions[centre].values() for session in those)
        return tuple(sorted(everything, key=lambda session: (session.day, session.vaccine, session.doses)))

    def _row(self, row: Row, above: str) -> str:
        """The centre's id, as far as it is one. What stands under no centre belongs to the one above."""
        cells = Cells(row)
        centre = cells.matching("centre", _CENTRE, "2 to 16 small letters, digits and hyphens, such as ward-68")
        if centre:
            if centre not in self._first:
                self._first[centre] = row
                self._sessions[centre] = {}
                self._ask_whose(centre, cells)
            self._describe(centre, cells)
        wanted = list(self._wanted(cells))
        if centre:
            self._add(centre, wanted, cells)
        if cells.faults:
            self._faults += cells.faults
            if centre or above:
                self._guilty[centre or above] = None
        return centre

    def _ask_whose(self, centre: str, cells: Cells) -> None:
        known = self._ground.centres.get(centre)
        if known is not None and known.publisher != self._ground.publisher:
            whose = f"the publisher {known.publisher}" if known.publisher else "the desk's own operator"
            cells.fault("centre", f"{centre} belongs to {whose}", "leave it out: only they can publish it")

    def _describe(self, centre: str, cells: Cells) -> None:
        row = cells.row
        known = self._ground.centres.get(centre)
        if not any(row.cells[column] for column in DESCRIPTION):
            if centre in self._described:
                return
            if known is not None:
                self._centres[centre] = known
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

    def _centre(self, centre: str, cells: Cells) -> Centre:
        pin, pins = cells.matching("pin", PIN, "six digits, such as 700019"), self._ground.pins
        if pin and pin not in pins:
            remedy = "add it to areas.csv and publish that first" if pins else "publish areas.csv first"
            cells.fault("pin", f"the desk does not know the PIN code {pin}", remedy)
        names, short_names = cells.texts("name", LONGEST_NAME), cells.texts("short", SHORT_NAME)
        addresses = cells.texts("address", LONGEST_ADDRESS)
        ward = cells.matching("ward", re.compile("[0-9]{1,3}"), "the number of the municipal ward")
        latitude, longitude = cells.position()
        phone = cells.matching("phone", _PHONE, "a telephone number, or nothing") if cells.plain("phone") else ""
        return Centre(
            centre,
            names,
            short_names,
            addresses,
            ward,
            pin,
            latitude,
            longitude,
            phone or None,
            publisher=self._ground.publisher,
        )

    def _wanted(self, cells: Cells) -> Iterator[WantedSession]:
        """The row's sessions, one a day; none when anything of it is wrong."""
        days = self._days(cells)
        self._asked_for += len(days)
        life = cells.one_of("life", [str(each) for each in LIVES])
        doses = _doses(cells)
        fee = self._fee(cells)
        slots = _slots(cells)
        vaccine = cells.one_of("vaccine", [str(each) for each in Vaccine])
        ages, walk_in = _ages(cells), _walk_in(cells)
        opens, draw = self._opens(cells, days, slots)
        if not (days and doses and vaccine and fee is not None):
            return
        for day in days:
            if wrong := forbidden(self._ground.rules, day, vaccine, doses, fee, ages):
                cells.fault(wrong.column, wrong.problem, wrong.remedy)
                return
        if cells.faults:
            return
        for day in days:
            yield WantedSession(cells.row.line, day, vaccine, doses, fee, Life(life), slots, ages, walk_in, opens, draw)

    def _add(self, centre: str, wanted: Iterable[WantedSession], cells: Cells) -> None:
        for session in wanted:
            there = self._sessions[centre].setdefault((session.day, session.vaccine), [])
            twice = next((each for each in there if set(each.doses) & set(session.doses)), None)
            if twice is not None:
                problem = f"{session.vaccine} on {session.day} is there already, from line {twice.line}"
                cells.fault("date", problem, "put the slots of a day, vaccine and dose into one session")
                return
            there.append(session)

    def _days(self, cells: Cells) -> list[date]:
        text, today = cells.plain("date").lower(), self._ground.today
        shape = _DAYS.fullmatch(text)
        if shape is None:
            remedy = "write 2026-11-24, today+3 or today+1..today+21 except=sun"
            cells.fault("date", f"is {quoted(text)}" if text else "is empty", remedy)
            return []
        first, last = _day(shape[1], today), _day(shape[2] or shape[1], today)
        if first is None or last is None:
            cells.fault("date", f"there is no day {shape[1] if first is None else shape[2]}", "mend the date")
            return []
        left_out = [word.strip() for word in shape[3].split(",")] if shape[3] else []
        if unknown := [word for word in left_out if word not in _WEEKDAYS]:
            cells.fault("date", f"{quoted(unknown[0])} is no weekday", f"write {either(_WEEKDAYS)}")
            return []
        if first < today:
            cells.fault("date", f"{first} is past", f"today is {today}: leave past days out")
            return []
        if last < first:
            cells.fault("date", f"ends on {last}, before it begins on {first}", "write the earlier day first")
            return []
        if (last - today).days > MOST_DAYS_AHEAD:
            cells.fault("date", f"{last} is more than a year ahead", "publish it nearer to its day")
            return []
        all_days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days = [day for day in all_days if _WEEKDAYS[day.weekday()] not in left_out]
        if not days:
            cells.fault("date", "no day is left", "leave fewer weekdays out")
        return days

    def _fee(self, cells: Cells) -> int | None:
        text = cells.plain("fee").removeprefix("₹").strip()
        if not _RUPEES.fullmatch(text):
            problem = f"is {quoted(text)}" if text else "is empty"
            cells.fault("fee", problem, "write rupees, such as 780; 0 is free")
            return None
        fee = int(Decimal(text) * 100)
        if fee and self._ground.free_only:
            cells.fault("fee", f"{self._ground.publisher} is a public publisher and asks no money", "write 0")
            return None
        return fee

    def _opens(self, cells: Cells, days: Sequence[date], slots: Sequence[Hours]) -> tuple[datetime | None, str]:
        """The announced hour and the draw; it has to come before the first session of the row begins."""
        begins = None
        if days and slots:
            begins = datetime.combine(days[0], min(slot.start for slot in slots), KOLKATA)
        opens = self._hour(cells)
        if opens is not None and begins is not None and opens >= begins:
            problem = f"{_moment(opens)} is not before the session, which begins {_moment(begins)}"
            cells.fault("opens", problem, "announce an earlier hour")
        name = cells.plain("draw")
        if not name:
            return opens, ""
        draw = self._ground.draws.get(name)
        if draw is None:
            remedy = f"announce it first (seba draw announce {name}), or mend the name"
            cells.fault("draw", f"no draw {quoted(name)} was announced", remedy)
            return opens, ""
        if opens not in (None, draw.opens):
            problem = f"is another hour than that of the draw {name}, {_moment(draw.opens)}"
            cells.fault("opens", problem, "leave it empty: the draw says the hour")
        if begins is not None and draw.closes >= begins:
            problem = f"{name} closes {_moment(draw.closes)}, and the session begins {_moment(begins)}"
            cells.fault("draw", problem, "choose another draw, or a later day")
        return draw.opens, name

    def _hour(self, cells: Cells) -> datetime | None:
        text = cells.plain("opens")
        moment = read_moment(text, self._ground.today)
        if text and moment is None:
            remedy = "write day and hour at the desk, such as 2026-11-24 16:00 or today+1 10:00, or nothing"
            cells.fault("opens", f"is {quoted(text)}", remedy)
        return moment

    def _hold_up(self, centre: str, fault: Fault) -> None:
        self._faults.append(fault)
        self._guilty[centre] = None

    def _hold_up_torn(self) -> None:
        """A line with too many or too few cells holds up the centre that it names, or else the one above it."""
        for torn in self._sheet.torn:
            named = [cell for cell in torn.cells if cell in self._first]
            above = [row.cells["centre"] for row in self._sheet.rows if row.line < torn.line]
            for centre in named or [each for each in above if each][-1:]:
                self._guilty[centre] = None

    def _compare_short_names(self) -> None:
        """Two rows that read the same cannot be told apart."""
        known = self._ground.centres
        for language in LANGUAGES:
            names: dict[str, str] = {
                each.short_names[language]: id_ for id_, each in known.items() if id_ not in self._centres
            }
            for centre, facts in self._centres.items():
                name = facts.short_names[language]
                other = names.setdefault(name, centre) if name else centre
                if other != centre:
                    problem = f"{quoted(name)} is the short name of {other} as well"
                    row = self._described.get(centre, self._first[centre])
                    self._hold_up(centre, Fault(row.line, f"short_{language}", problem, "give each its own"))


def _day(text: str, today: date) -> date | None:
    try:
        if text.startswith("today"):
            return today + timedelta(days=int(text.removeprefix("today") or 0))
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


def _doses(cells: Cells) -> tuple[int, ...]:
    text = cells.plain("dose")
    found = [int(part) for part in text.split("+")] if _DOSES.fullmatch(text) else []
    if not found or len(set(found)) < len(found) or not all(dose in Dose for dose in found):
        remedy = "write 2, or several with +, such as 1+2 or 1+2+3; 3 is the precaution dose"
        cells.fault("dose", f"is {quoted(text)}" if text else "is empty", remedy)
        return ()
    return tuple(sorted(found))


def _ages(cells: Cells) -> tuple[int, int] | None:
    text = cells.plain("ages")
    if not text:
        return None
    shape = _AGES.fullmatch(text)
    if shape is None:
        cells.fault("ages", f"is {quoted(text)}", "write completed years, such as 18-44 or 45+, or nothing")
        return None
    first, last = int(shape[1]), int(shape[2]) if shape[2] else OLDEST
    if first > last or last > OLDEST:
        cells.fault("ages", f"nobody is {quoted(text)}", f"write the younger age first, and {OLDEST} at most")
        return None
    return first, last


def _walk_in(cells: Cells) -> int:
    text = cells.plain("walk_in")
    shape = _PERCENT.fullmatch(text)
    if text and (shape is None or int(shape[1]) > MOST_WALK_IN):
        cells.fault(
            "walk_in", f"is {quoted(text)}", f"write a part of each slot from 0% to {MOST_WALK_IN}%, or nothing"
        )
    return int(shape[1]) if shape else 0


def _slots(cells: Cells) -> tuple[Hours, ...]:
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


def _slot(cells: Cells, part: str) -> Hours | None:
    shape = _SLOT.fullmatch(part)
    if shape is None:
        cells.fault("slots", f"{quoted(part)} is no slot", "write hours and places, such as 09:00-11:00=40")
        return None
    try:
        start, end = time(int(shape[1]), int(shape[2])), time(int(shape[3]), int(shape[4]))
    except ValueError:
        cells.fault("slots", f"{quoted(part)} has an hour that no clock shows", "write 00:00 to 23:59")
        return None
    capacity = int(shape[5])
    if end <= start:
        cells.fault("slots", f"{quoted(part)} ends before it begins", "write the earlier hour first")
        return None
    if not 1 <= capacity <= MOST_PLACES:
        cells.fault("slots", f"{quoted(part)} has {capacity} places", f"write 1 to {MOST_PLACES:,}")
        return None
    return Hours(start, end, capacity)


def _hours(slot: Hours) -> str:
    return f"{slot.start:%H:%M}-{slot.end:%H:%M}"


def _moment(moment: datetime) -> str:
    return f"{at_the_desk(moment):%Y-%m-%d %H:%M}"


def _rupees(paise: int) -> str:
    return f"{paise // 100:,}" if paise % 100 == 0 else f"{paise / 100:,.2f}"
