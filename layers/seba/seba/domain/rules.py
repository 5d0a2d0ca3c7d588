"""The dated rules of the vaccination drive, read from ``rules.toml`` and checked key by key.

The interval is tested against the day of the appointment, under the rules in force on that day; being late is never
refused. A booking keeps the id of the version it was made under, and what that version allowed stays honoured.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files

from seba.domain.calendar import NOTICE_BEFORE_START, at_the_desk
from seba.domain.errors import NotFound, Unusable
from seba.domain.identity_cards import CardType

SCHEMA = 1


class Vaccine(StrEnum):
    """The vaccines the desk knows. Values are kept; never rename one."""

    COVISHIELD = "covishield"
    COVAXIN = "covaxin"
    SPUTNIK_V = "sputnik_v"
    CORBEVAX = "corbevax"


class Dose(IntEnum):
    """Which dose of a person's course."""

    FIRST = 1
    SECOND = 2
    PRECAUTION = 3


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from the dose before to this one."""

    at_least: int
    at_most: int | None = None
    """Advice only: being late is never refused. None where nothing was advised."""
    travellers_at_least: int | None = None
    """For people travelling abroad, where that was shorter."""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Who may take a first dose: completed years from and to (both included; ``to`` None is open)."""

    from_age: int
    to_age: int | None
    vaccines: tuple[Vaccine, ...]
    """Empty: every vaccine."""
    condition: str
    """What else is required, in words; empty: nothing."""


@dataclass(frozen=True, slots=True)
class VaccineRules:
    """What holds for one vaccine under one version of the rules."""

    introduced: date
    price_cap: int | None
    """Most a private hospital may ask, in paise with its service; 0 is free, None is not capped."""
    intervals: Mapping[Dose, Interval]


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """The rules in force from a day until another, complete."""

    id: str
    since: date
    until: date | None
    """The last day, or None for the version in force today and onwards."""
    people_per_number: int
    same_day_closes: time
    change_days_before: int
    second_dose_same_vaccine: bool
    cards: tuple[CardType, ...]
    ages: tuple[AgeBand, ...]
    vaccines: Mapping[Vaccine, VaccineRules]

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def interval(self, vaccine: str, dose: int) -> Interval | None:
        """The interval before a dose, or None where this version has no such dose of this vaccine."""
        found = self.vaccines.get(Vaccine(vaccine)) if vaccine in Vaccine else None
        return found.intervals.get(Dose(dose)) if found and dose in Dose else None

    def last_day_to_change(self, appointment: date) -> date:
        """The last day on which an appointment may be moved or cancelled."""
        return appointment - timedelta(days=self.change_days_before)

    def same_day_is_open(self, local_time: time) -> bool:
        """Whether today can still be booked at this time on the desk's clock."""
        return local_time.replace(tzinfo=None) < self.same_day_closes


@dataclass(frozen=True, slots=True)
class Rules:
    """All versions of the rules, oldest first, without gaps; the last is open-ended."""

    versions: tuple[RulesVersion, ...]

    @property
    def first_day(self) -> date:
        """The first day on which any vaccine was given: no first dose can be older."""
        return self.versions[0].since

    def for_date(self, day: date) -> RulesVersion:
        """The version in force on a day. Raises NotFound for days before the first one."""
        for version in reversed(self.versions):
            if version.since <= day:
                return version
        raise NotFound(f"no rules were in force on {day}: the first ones begin on {self.first_day}")

    def version(self, version_id: str) -> RulesVersion:
        """The version that a booking was made under. Raises NotFound when it is not (or no longer) in the file."""
        for version in self.versions:
            if version.id == version_id:
                return version
        raise NotFound(f"the rules have no version {version_id!r}")

    def interval(self, vaccine: str, dose: int, on_day: date) -> Interval | None:
        """The interval before a dose for an appointment on this day; None where there was no such dose then."""
        return self.for_date(on_day).interval(vaccine, dose) if on_day >= self.first_day else None

    def people_per_number(self, on: date) -> int:
        """How many people one phone number may register on a day."""
        return self.for_date(on).people_per_number

    def bookable(self, start: datetime, now: datetime) -> bool:
        """Whether a slot that begins at ``start`` may still be booked at ``now`` (both aware).

        Not in the last half hour before it, and for the same day only until the hour of the rules in force.
        """
        local_start, local_now = at_the_desk(start), at_the_desk(now)
        if local_start - NOTICE_BEFORE_START < local_now:
            return False
        today = local_now.date()
        return local_start.date() > today or self.for_date(today).same_day_is_open(local_now.time())

    def changeable(self, start: datetime, now: datetime) -> bool:
        """Whether an appointment that begins at ``start`` may still be moved or cancelled at ``now`` (both aware)."""
        day, today = at_the_desk(start).date(), at_the_desk(now).date()
        return today <= self.for_date(today).last_day_to_change(day)

    def vaccines_for_dose(self, dose: int, on: date | None = None) -> tuple[Vaccine, ...]:
        """The vaccines that have this dose on a day, or under the newest rules."""
        version = self.for_date(on) if on is not None else self.versions[-1]
        return tuple(vaccine for vaccine in Vaccine if version.interval(vaccine, dose) is not None)

    def admits(self, born: int | None, vaccine: str, on: date) -> bool:
        """Whether a first dose of a vaccine may be given on a day to somebody born in that year.

        Of a year only the age reached in that calendar year is known, so nobody is refused wrongly. Bands that require
        something besides an age are let pass: the centre looks at the paper. None, an unknown year, is let pass too.
        """
        if on < self.first_day:
            return False
        version = self.for_date(on)
        if vaccine not in version.vaccines:
            return False
        if born is None:
            return True
        oldest = on.year - born
        return any(
            band.from_age <= oldest
            and (band.to_age is None or oldest - 1 <= band.to_age)
            and (not band.vaccines or vaccine in band.vaccines)
            for band in version.ages
        )

    def introduced(self, vaccine: str) -> date:
        """The first day on which a vaccine was given. Raises NotFound for an unknown vaccine."""
        for version in self.versions:
            if vaccine in Vaccine and Vaccine(vaccine) in version.vaccines:
                return version.vaccines[Vaccine(vaccine)].introduced
        raise NotFound(f"the rules know no vaccine {vaccine!r}")

    def is_over(
        self,
        dose_before: date,
        vaccine: str,
        appointment: date,
        *,
        dose: int = Dose.SECOND,
        made_under: str | None = None,
        traveller: bool = False,
    ) -> bool:
        """Whether the interval since the dose before is over on the day of the appointment.

        Judged under the rules in force on that day, or, for a booking that exists already, under those it was
        ``made_under`` if they were kinder. Being late is never refused. False where that dose did not exist then.
        """
        in_force = [self.for_date(appointment)] if appointment >= self.first_day else []
        honoured = [self.version(made_under)] if made_under is not None else []
        return any(
            (appointment - dose_before).days >= _least(interval, traveller)
            for interval in (version.interval(vaccine, dose) for version in (*in_force, *honoured))
            if interval is not None
        )

    def earliest_day(
        self,
        dose_before: date,
        vaccine: str,
        *,
        dose: int = Dose.SECOND,
        not_before: date | None = None,
        traveller: bool = False,
    ) -> date | None:
        """The first day from ``not_before`` on at which an appointment passes ``is_over``.

        Without ``not_before`` the answer may lie in the past (the person is late, or was early under older rules), so
        a desk that books for the future gives its today. None where the rules have no such dose of this vaccine.
        """
        for version in self.versions:
            interval = version.interval(vaccine, dose)
            if interval is None:
                continue
            day = max(version.since, dose_before + timedelta(days=_least(interval, traveller)), not_before or date.min)
            if version.until is None or day <= version.until:
                return day
        return None


def _least(interval: Interval, traveller: bool) -> int:
    if traveller and interval.travellers_at_least is not None:
        return interval.travellers_at_least
    return interval.at_least


@dataclass(frozen=True, slots=True)
class RulesFault:
    """One thing wrong in a rules file: where, what, and what to do about it."""

    path: str
    """The key's path, such as ``versions[3].vaccine.covishield.second.at_least``."""
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}; {self.remedy}"


class RulesError(Unusable):
    """A rules file is wrong; ``faults`` has every fault found."""

    def __init__(self, faults: tuple[RulesFault, ...]) -> None:
        super().__init__("the rules cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def default_rules() -> Rules:
    """The rules that come with Seba."""
    return load_rules(files("seba.domain").joinpath("rules.toml").read_text("utf-8"))


def load_rules(text: str) -> Rules:
    """Rules from the text of a TOML file; its keys are explained at the head of ``rules.toml``.

    Raises RulesError with every fault, each with the path of its key and what to do.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError((RulesFault("the file", f"is no TOML: {error}", "mend the line named"),)) from error
    reader = _Reader()
    rules = reader.rules(document)
    if reader.faults or rules is None:
        raise RulesError(tuple(reader.faults))
    return rules


type _Table = dict[str, object]

_VERSION_KEYS = frozenset(
    {
        "id", "from", "until", "people_per_number", "same_day_closes", "change_days_before",
        "second_dose_same_vaccine", "cards", "ages", "vaccine",
    }
)  # fmt: skip
_DOSE_KEYS = {"second": Dose.SECOND, "precaution": Dose.PRECAUTION}
_LONGEST_DAYS = 3_650
_MOST_PEOPLE = 20


class _Reader:
    """Reads the document's tables into rules and notes every fault on the way."""

    def __init__(self) -> None:
        self.faults: list[RulesFault] = []

    def fault(self, path: str, problem: str, remedy: str) -> None:
        self.faults.append(RulesFault(path, problem, remedy))

    def rules(self, document: _Table) -> Rules | None:
        self.unknown(document, {"schema", "versions"}, "")
        if document.get("schema") != SCHEMA:
            self.fault("schema", f"is {document.get('schema')!r}", f"write schema = {SCHEMA}")
        tables = document.get("versions")
        if not isinstance(tables, list) or not tables or not all(isinstance(each, dict) for each in tables):
            self.fault("versions", "has no version", "write at least one [[versions]]")
            return None
        merged: _Table = {}
        versions: list[RulesVersion] = []
        said_until: list[date | None] = []
        for index, table in enumerate(tables):
            path = f"versions[{index}]"
            before = len(self.faults)
            self.unknown(table, _VERSION_KEYS, path)
            merged = _laid_over(merged, {key: value for key, value in table.items() if key != "until"})
            merged |= {key: table.get(key) for key in ("id", "from")}
            version = self.version(merged, path)
            # What an earlier version got wrong is reported there, not again in each that goes on from it.
            own = () if index == 0 else tuple(f"{path}.{key}" for key in (*table, "id", "from"))
            self.faults[before:] = [each for each in self.faults[before:] if not index or each.path.startswith(own)]
            until = self.optional_day(table, "until", path)
            if version is not None and len(self.faults) == before:
                versions.append(version)
                said_until.append(until)
        return self.in_order(versions, said_until) if not self.faults else None

    def in_order(self, versions: list[RulesVersion], said_until: list[date | None]) -> Rules | None:
        ids = [version.id for version in versions]
        closed: list[RulesVersion] = []
        for index, version in enumerate(versions):
            path = f"versions[{index}]"
            following = versions[index + 1] if index + 1 < len(versions) else None
            if version.id in ids[:index]:
                self.fault(f"{path}.id", f"{version.id!r} is there twice", "give each version an id of its own")
            if following and following.since <= version.since:
                self.fault(
                    f"versions[{index + 1}].from",
                    f"{following.since} is not after {version.since}",
                    "put the versions in the order of their days",
                )
                continue
            until = following.since - timedelta(days=1) if following else None
            if said_until[index] not in (None, until):
                remedy = f"write {until} or leave it out" if until else "leave it out: the last version is open-ended"
                self.fault(f"{path}.until", f"is {said_until[index]}", remedy)
            closed.append(replace(version, until=until))
        return None if self.faults else Rules(tuple(closed))

    def version(self, table: _Table, path: str) -> RulesVersion | None:
        version_id = table.get("id")
        if not isinstance(version_id, str) or not 0 < len(version_id) <= 12:
            # Every booking carries it, in state items of one kilobyte.
            self.fault(f"{path}.id", f"is {version_id!r}", 'write a text of 1 to 12 characters, such as "2021-05-13"')
            version_id = ""
        since = self.optional_day(table, "from", path)
        if since is None and not isinstance(table.get("from"), date):
            if table.get("from") is None:
                self.fault(f"{path}.from", "is missing", "write the first day in force, such as from = 2021-05-13")
            since = date.min
        closes = table.get("same_day_closes")
        if not isinstance(closes, time):
            self.fault(f"{path}.same_day_closes", f"is {closes!r}", "write a local time, such as 15:00:00")
            closes = time()
        same = table.get("second_dose_same_vaccine")
        if not isinstance(same, bool):
            self.fault(f"{path}.second_dose_same_vaccine", f"is {same!r}", "write true or false")
            same = True
        return RulesVersion(
            id=version_id,
            since=since or date.min,
            until=None,
            people_per_number=self.number(table, "people_per_number", path, 1, _MOST_PEOPLE),
            same_day_closes=closes,
            change_days_before=self.number(table, "change_days_before", path, 0, 30),
            second_dose_same_vaccine=same,
            cards=self.listed(table, "cards", path, CardType),
            ages=self.ages(table.get("ages"), f"{path}.ages"),
            vaccines=self.vaccines(table.get("vaccine"), f"{path}.vaccine"),
        )

    def ages(self, tables: object, path: str) -> tuple[AgeBand, ...]:
        if not isinstance(tables, list) or not tables:
            self.fault(path, "has no age", "write at least one, such as [{ from = 18 }]")
            return ()
        bands = []
        for index, table in enumerate(tables):
            here = f"{path}[{index}]"
            if not isinstance(table, dict):
                self.fault(here, f"is {table!r}", "write a table, such as { from = 18 }")
                continue
            self.unknown(table, {"from", "to", "vaccines", "condition"}, here)
            lowest = self.number(table, "from", here, 0, 120)
            highest = self.number(table, "to", here, lowest, 120) if "to" in table else None
            only = self.listed(table, "vaccines", here, Vaccine) if "vaccines" in table else ()
            condition = table.get("condition", "")
            if not isinstance(condition, str):
                self.fault(f"{here}.condition", f"is {condition!r}", "write it in words")
                condition = ""
            bands.append(AgeBand(lowest, highest, only, condition))
        return tuple(bands)

    def vaccines(self, tables: object, path: str) -> Mapping[Vaccine, VaccineRules]:
        if not isinstance(tables, dict) or not tables:
            self.fault(path, "has no vaccine", "write at least one, such as [versions.vaccine.covishield]")
            return {}
        found: dict[Vaccine, VaccineRules] = {}
        for name, table in tables.items():
            here = f"{path}.{name}"
            if name not in Vaccine:
                self.fault(here, "is an unknown vaccine", f"write one of: {', '.join(Vaccine)}")
                continue
            if not isinstance(table, dict):
                self.fault(here, f"is {table!r}", "write a table with introduced and second")
                continue
            self.unknown(table, {"introduced", "price_cap", *_DOSE_KEYS}, here)
            introduced = self.optional_day(table, "introduced", here)
            if "introduced" not in table:
                self.fault(f"{here}.introduced", "is missing", "write the first day it was given, such as 2021-01-16")
            cap = self.number(table, "price_cap", here, 0, 100_000_00) if "price_cap" in table else None
            intervals = {
                dose: self.interval(table[key], f"{here}.{key}") for key, dose in _DOSE_KEYS.items() if key in table
            }
            found[Vaccine(name)] = VaccineRules(introduced or date.min, cap, intervals)
        return found

    def interval(self, table: object, path: str) -> Interval:
        if not isinstance(table, dict):
            self.fault(path, f"is {table!r}", "write a table, such as { at_least = 84, at_most = 112 }")
            return Interval(0)
        self.unknown(table, {"at_least", "at_most", "travellers_at_least"}, path)
        least = self.number(table, "at_least", path, 0, _LONGEST_DAYS)
        most = self.number(table, "at_most", path, least, _LONGEST_DAYS) if "at_most" in table else None
        shorter = self.number(table, "travellers_at_least", path, 0, least) if "travellers_at_least" in table else None
        return Interval(least, most, shorter)

    def number(self, table: _Table, key: str, path: str, lowest: int, highest: int) -> int:
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            problem = "is missing" if value is None else f"is {value!r}"
            self.fault(f"{path}.{key}", problem, f"write a whole number from {lowest} to {highest}")
            return lowest
        return value

    def optional_day(self, table: _Table, key: str, path: str) -> date | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fault(f"{path}.{key}", f"is {value!r}", "write a day, such as 2021-05-13, without quotes")
            return None
        return value

    def listed[Id: StrEnum](self, table: _Table, key: str, path: str, kind: type[Id]) -> tuple[Id, ...]:
        values = table.get(key)
        if not isinstance(values, list) or not values:
            self.fault(f"{path}.{key}", "is missing or empty", "write a list of ids in square brackets")
            return ()
        found: list[Id] = []
        for index, value in enumerate(values):
            try:
                found.append(kind(value))
            except ValueError:
                known = ", ".join(each.value for each in kind)
                self.fault(f"{path}.{key}[{index}]", f"{value!r} is unknown", f"write one of: {known}")
        if len(set(found)) != len(found):
            self.fault(f"{path}.{key}", "has an id twice", "write each once")
        return tuple(found)

    def unknown(self, table: _Table, known: set[str] | frozenset[str], path: str) -> None:
        for key in table:
            if key not in known:
                where = f"{path}.{key}" if path else key
                self.fault(where, "is an unknown key", f"write one of: {', '.join(sorted(known))}")


def _laid_over(before: _Table, changes: _Table) -> _Table:
    """The tables of a version over those before it; a dose's interval and every list are replaced as a whole."""
    merged = dict(before)
    for key, value in changes.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and key not in _DOSE_KEYS:
            merged[key] = _laid_over(below, value)
        else:
            merged[key] = value
    return merged
