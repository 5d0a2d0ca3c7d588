"""What a publisher orders in JSON: one flat object of texts, checked field by field."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from seba.domain.cells import either
from seba.domain.csv_files import Fault
from seba.domain.errors import Refused
from seba.domain.rules import Dose

LONGEST_TEXT: Final = 40
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_REMEDY: Final = "write a day such as 2026-11-24"


class Faulty(Refused):
    """An order with faults, each by its field (as the column)."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("nothing was done: mend what is listed")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Order:
    """The fields of an order; texts without blanks around them."""

    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        """A field that is there."""
        return self.fields[name]

    def maybe_text(self, name: str) -> str | None:
        """A field, or None."""
        return self.fields.get(name)

    def day(self, name: str) -> date:
        """A day. Raises Faulty when it is none."""
        return read_day(name, self.fields.get(name))

    def maybe_day(self, name: str) -> date | None:
        """A day, or None. Raises Faulty when it is none."""
        return self.day(name) if name in self.fields else None

    def maybe_dose(self, name: str) -> int | None:
        """A dose, or None. Raises Faulty when it is none."""
        text = self.fields.get(name)
        if text is None:
            return None
        known = [str(int(each)) for each in Dose]
        if text not in known:
            raise Faulty([Fault(1, name, f"“{text}” is no dose", f"write {either(known)}; 3 is the precaution dose")])
        return int(text)


def read_order(body: bytes, needed: Collection[str], allowed: Collection[str]) -> Order:
    """Read a JSON object with exactly these fields. A null counts as left out. Raises Faulty with all its faults."""
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        raise Faulty([Fault(1, "", "this is no JSON", 'send an object such as {"centre": "ward-68"}')]) from None
    if not isinstance(said, dict):
        raise Faulty([Fault(1, "", "this is no JSON object", 'send an object such as {"centre": "ward-68"}')])
    given = {name: value for name, value in cast("dict[str, object]", said).items() if value is not None}
    faults: list[Fault] = []
    fields: dict[str, str] = {}
    for name, value in given.items():
        if name not in (*needed, *allowed):
            known = ", ".join((*needed, *allowed))
            faults.append(Fault(1, name[:LONGEST_TEXT], "there is no such field", f"the fields are {known}"))
        elif not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_TEXT:
            faults.append(Fault(1, name, f"is no text of 1 to {LONGEST_TEXT} characters", "write it in quotes"))
        else:
            fields[name] = value.strip()
    faults += [Fault(1, name, "is missing", "add it") for name in needed if name not in given]
    if faults:
        raise Faulty(faults)
    return Order(fields)


def read_day(name: str, text: str | None) -> date:
    """A day as ISO 8601 writes it. Raises Faulty."""
    if not text:
        raise Faulty([Fault(1, name, "is missing", _DAY_REMEDY)])
    try:
        # fromisoformat itself takes weeks, and days without dashes, too.
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Faulty([Fault(1, name, f"“{text[:LONGEST_TEXT]}” is no day", _DAY_REMEDY)])
