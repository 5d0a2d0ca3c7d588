"""Small files of an operator, written cell by cell, so that a test says only what is different."""

import csv
import io
from collections.abc import Iterable, Mapping

from seba.domain.publishing import AREAS, DESKS, KINDS, SESSIONS

AREA = {
    "pin": "700019", "served": "yes", "localities_en": "Gariahat", "localities_bn": "গড়িয়াহাট",
    "localities_hi": "गड़ियाहाट", "lat": "22.5186", "lon": "88.3657",
}  # fmt: skip
CENTRE = {
    "centre": "ward-68", "name_en": "Ward 68 Health Centre", "name_bn": "ওয়ার্ড ৬৮ স্বাস্থ্যকেন্দ্র",
    "name_hi": "वार्ड 68 स्वास्थ्य केंद्र", "short_en": "Ward 68", "short_bn": "ওয়ার্ড ৬৮", "short_hi": "वार्ड 68",
    "address_en": "4 Gariahat Road", "address_bn": "৪ গড়িয়াহাট রোড", "address_hi": "4 गड़ियाहाट रोड", "ward": "68",
    "pin": "700019", "lat": "22.5199", "lon": "88.3656", "phone": "033 0000 0101",
}  # fmt: skip
SESSION = {
    "date": "today+1", "vaccine": "covishield", "dose": "2", "fee": "0",
    "slots": "09:00-11:00=40; 11:00-13:00=20", "life": "open",
}  # fmt: skip
FIRST = CENTRE | SESSION
"""A centre's first row."""
LATER = {"centre": "ward-68"} | SESSION
"""A later row of the same centre, which is not described again."""


def other_centre(number: int) -> dict[str, str]:
    """Another centre's first row."""
    named = {
        "centre": f"ward-{number}",
        "name_en": f"Ward {number} Health Centre",
        "short_en": f"Ward {number}",
        "short_bn": f"ওয়ার্ড {number}",
        "short_hi": f"वार्ड {number}",
    }
    return FIRST | named


def file_of(kind: str, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file with all columns of its kind; cells that are not given are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, KINDS[kind], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def areas_file(*rows: Mapping[str, str]) -> bytes:
    """PIN areas; 700019 when none is given."""
    return file_of(AREAS, rows or (AREA,))


def sessions_file(*rows: Mapping[str, str]) -> bytes:
    """Centres with sessions."""
    return file_of(SESSIONS, rows)


def desks_file(*rows: Mapping[str, str]) -> bytes:
    """Numbers of desks."""
    return file_of(DESKS, rows)
