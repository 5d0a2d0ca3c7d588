"""How values are said in each language: dates, hours, distances, money, counts. Pure; no text of its own but day parts.

Bengali has its own digits for dates, times, distances and counts, Hindi and English use Latin ones. What is copied or
compared (PIN codes, codes, references, phones, rupees) has Latin digits in every language and is not worded here.
Forms ("{weekday} {day} {month}") are entries ``format.…`` of the catalogue. Where room is scarce a method offers
several forms, the fullest first, and takes the first that fits into ``room`` code points after NFC.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, time
from typing import Final

from seba.messages.catalogue import FALLBACK, Catalogue

_DIGITS: Final = {"bn": str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")}

# Which part of the day an hour belongs to, as people say it in Kolkata: the part holds from that minute on.
_PARTS: Final[dict[str, tuple[tuple[time, str], ...]]] = {
    "en": ((time(0), "am"), (time(12), "noon"), (time(12, 1), "pm")),
    "bn": (
        (time(0), "রাত"),
        (time(4), "ভোর"),
        (time(6), "সকাল"),
        (time(12), "দুপুর"),
        (time(15), "বিকেল"),
        (time(18), "সন্ধে"),
        (time(20), "রাত"),
    ),
    "hi": ((time(0), "रात"), (time(4), "सुबह"), (time(12), "दोपहर"), (time(16), "शाम"), (time(20), "रात")),
}
_CLASSIFIERS: Final = {2: "টো", 3: "টে", 4: "টে"}
"""Bengali counts things and hours with টা; two, three and four sound otherwise (দুটো, তিনটে, চারটে)."""

_NEAR_DAYS: Final = 6
"""So many days ahead a weekday's name alone is clear."""
_FAR_DAYS: Final = 300
"""From so many days ahead on, a date is said with its year."""


class Wording:
    """The wording of values in one language (``en``, ``bn`` or ``hi``; anything else is English)."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self.language = language if language in _PARTS else FALLBACK

    # ---- words ---------------------------------------------------------------------------------------------------

    def text(self, key: str, **values: str) -> str:
        """A text of the catalogue, filled with values that are worded already."""
        return self._catalogue.text(key, self.language, **values)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key."""
        return self._catalogue.has(key, self.language)

    def word(self, name: str) -> str:
        """The entry ``word.<name>``."""
        return self.text(f"word.{name}")

    def vaccine(self, vaccine: str) -> str:
        """A vaccine's name; one the catalogue does not know keeps its id."""
        return self._named("vaccine", vaccine)

    def card(self, card: str) -> str:
        """An identity card's name; one the catalogue does not know keeps its id."""
        return self._named("card", card)

    def dose(self, dose: str) -> str:
        """Which dose: ``2nd dose``, ``দ্বিতীয় ডোজ``."""
        return self.text(f"dose.{dose}")

    def _named(self, table: str, name: str) -> str:
        key = f"{table}.{name}"
        return self.text(key) if self.has(key) else name

    # ---- numbers -------------------------------------------------------------------------------------------------

    def number(self, text: int | str) -> str:
        """A number in the language's own digits: ``12``, ``১২``."""
        return str(text).translate(_DIGITS.get(self.language, {}))

    def things(self, count: int) -> str:
        """A number of things, with the Bengali classifier: ``12``, ``১২টা``, ``৩টে``."""
        return self.number(count) + self._classifier(count)

    def places(self, count: int) -> str:
        """So many places: ``12 places``, ``1 place``, ``১২টা জায়গা``."""
        return self._catalogue.plural("format.places", self.language, count, count=self.things(count))

    def products(self, count: int) -> str:
        """So many products: ``12 products``, ``1 product``, ``১২টা জিনিস``."""
        return self._catalogue.plural("format.products", self.language, count, count=self.things(count))

    def distance(self, metres: int) -> str:
        """A distance, rounded already to what people say: ``900 m``, ``1.2 km``, ``১২ কিমি``."""
        if metres < 1000:
            return self.text("format.metres", number=self.number(metres))
        kilometres = f"{metres / 1000:.1f}".removesuffix(".0")
        return self.text("format.kilometres", number=self.number(kilometres))

    def money(self, paise: int) -> str:
        """Paise as rupees in Latin digits, grouped as in India: ``₹780``, ``₹1,00,000``, ``₹12.50``; 0 is "free"."""
        return self.word("free") if paise == 0 else self.amount(paise)

    def amount(self, paise: int) -> str:
        """As ``money``, but nothing is ``₹0``."""
        rupees, rest = divmod(paise, 100)
        amount = _indian_groups(rupees) + (f".{rest:02d}" if rest else "")
        return self.text("format.rupees", amount=amount)

    # ---- days ----------------------------------------------------------------------------------------------------

    def day(self, day: date, today: date) -> str:
        """A date in words: ``Tuesday 24 November``; with its year when past or far off: ``16 April 2026``."""
        if day < today:
            form = "format.past_date"
        elif (day - today).days < _FAR_DAYS:
            form = "format.date"
        else:
            form = "format.date_with_year"
        return self.text(form, **self._parts_of(day))

    def soon(self, day: date, today: date) -> str:
        """A day in a list's description: the weekday within the coming week, else weekday and date."""
        form = "row.soon_day" if 0 <= (day - today).days <= _NEAR_DAYS else "row.later_day"
        return self.text(form, **self._parts_of(day))

    def month(self, day: date) -> str:
        """Month and year: ``April 2026``."""
        return self.text("format.month", **self._parts_of(day))

    def day_of_month(self, day: date) -> str:
        """Day and month: ``16 April``."""
        return self.text("format.day_of_month", **self._parts_of(day))

    def days(self, first: date, last_day: int) -> str:
        """Some days of one month: ``1 – 10 April``."""
        if first.day == last_day:
            return self.day_of_month(first)
        return self.text(
            "format.days",
            first=self.number(first.day),
            last=self.number(last_day),
            month=self.text(f"month.{first.month}"),
        )

    def _parts_of(self, day: date) -> dict[str, str]:
        return {
            "weekday": self.text(f"weekday.{day.isoweekday()}"),
            "short_weekday": self.text(f"weekday.short.{day.isoweekday()}"),
            "day": self.number(day.day),
            "month": self.text(f"month.{day.month}"),
            "short_month": self.text(f"month.short.{day.month}"),
            "year": self.number(day.year),
        }

    # ---- hours ---------------------------------------------------------------------------------------------------

    def hour(self, at: time) -> str:
        """A time of day: ``9 am``, ``সকাল ৯টা``, ``सुबह 9 बजे``."""
        return self.text("format.hour", hour=self._clock(at), part=self._part(at))

    def hours(self, start: time, end: time, room: int | None = None) -> str:
        """The hours of a slot: ``9 – 11 am``, ``11 am – 1 pm``, ``সকাল ৯টা – ১১টা``; shorter where ``room`` is scarce."""
        forms = (self._hours(form, start, end) for form in ("hours", "hours_bare", "hours_short"))
        return _first_that_fits(forms, room)

    def short_slot(self, day: date, start: time, end: time, room: int) -> str:
        """Day and hours of a slot on a button: ``Tue 11 am – 1 pm``, ``মঙ্গল, ১১টা – ১টা``."""
        weekday = self.text(f"weekday.short.{day.isoweekday()}")
        return _first_that_fits(self._on_a_button("short_slot", start, end, weekday=weekday), room)

    def short_slot_dated(self, day: date, start: time, end: time, room: int) -> str:
        """As ``short_slot``, by the date: for two slots of the same weekday and hours."""
        parts = {"day": self.number(day.day), "month": self.text(f"month.short.{day.month}")}
        return _first_that_fits(self._on_a_button("short_slot_dated", start, end, **parts), room)

    def _on_a_button(self, form: str, start: time, end: time, **parts: str) -> Iterable[str]:
        hours = self._hours("hours_short", start, end)
        yield self.text(f"format.{form}", hours=hours, **parts)
        tight = hours.replace(" – ", "–")
        yield self.text(f"format.{form}", hours=tight, **parts)
        yield self.text(f"format.{form}", hours=tight, **parts).replace(",", "")
        yield self.text(f"format.{form}", hours=tight.replace(" am", "am").replace(" pm", "pm"), **parts)
        # Now something has to go: when one must be there matters more than until when.
        yield self.text(f"format.{form}", hours=self.hour(start), **parts)
        yield self.text(f"format.{form}", hours=self._clock(start), **parts)

    def _hours(self, form: str, start: time, end: time) -> str:
        first, last = self._part(start), self._part(end)
        clocks = {"start": self._clock(start), "end": self._clock(end)}
        if first == last:
            return self.text(f"format.{form}", part=first, **clocks)
        return self.text(f"format.{form}_mixed", start_part=first, end_part=last, **clocks)

    def _clock(self, at: time) -> str:
        """The time on a twelve-hour face: ``9``, ``9:30``, in Bengali ``৯টা``, ``৯:৩০``."""
        hour = at.hour % 12 or 12
        if at.minute:
            return self.number(f"{hour}:{at.minute:02d}")
        return self.number(hour) + self._classifier(hour)

    def _part(self, at: time) -> str:
        return next(part for since, part in reversed(_PARTS[self.language]) if at >= since)

    def _classifier(self, count: int) -> str:
        return _CLASSIFIERS.get(count, "টা") if self.language == "bn" else ""


def length(text: str) -> int:
    """How long WhatsApp takes a text to be: code points after NFC (য় and ফ़ are two)."""
    return len(unicodedata.normalize("NFC", text))


def _first_that_fits(forms: Iterable[str], room: int | None) -> str:
    """The first form that fits; when none does, the last (the renderer cuts it)."""
    form = ""
    for form in forms:
        if room is None or length(form) <= room:
            return form
    return form


def _indian_groups(rupees: int) -> str:
    """``100000`` as ``1,00,000``: three digits at the end, then twos."""
    digits = str(rupees)
    head, tail = digits[:-3], digits[-3:]
    groups = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(groups), tail])
