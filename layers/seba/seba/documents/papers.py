"""The words on papers: labels from the catalogue that lies here; dates, hours and cards as everywhere at the desk."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from seba.messages.catalogue import Catalogue, catalogue
from seba.messages.wording import Wording


@cache
def labels() -> Catalogue:
    """The labels of the papers, in every language (``texts/*.po``)."""
    return Catalogue(Path(__file__).parent / "texts")


def wording(language: str) -> Wording:
    """How dates, hours and names are said in a language."""
    return Wording(catalogue(), language)


def full_date(day: date, words: Wording) -> str:
    """``Tuesday 24 November 2026``: a paper is read long after, so the year stands on it."""
    return words.text(
        "format.date_with_year",
        weekday=words.text(f"weekday.{day.isoweekday()}"),
        day=words.number(day.day),
        month=words.text(f"month.{day.month}"),
        year=words.number(day.year),
    )


def full_time(moment: datetime, words: Wording) -> str:
    """``Monday 23 November 2026, 6:05 pm``."""
    return f"{full_date(moment.date(), words)}, {words.hour(moment.time())}"
