"""The poster for the wall: a QR code that opens the chat with "Hi" typed already, in three languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from seba.documents.papers import labels
from seba.documents.qr import qr_modules
from seba.documents.sheets import WIDTH, Sheets
from seba.messages.catalogue import LANGUAGES

_MIDDLE = WIDTH / 2
_LEFT, _RIGHT = 15.0, WIDTH - 15.0
_QR_TOP, _QR_SIDE, _QUIET = 92.0, 82.0, 12.5
# A code of a `wa.me` link has 29 modules or more: the quiet zone inside the frame is over four of them.
_STEPS_TOP = 204.0
_STEP_MIDDLES = (45.0, _MIDDLE, WIDTH - 45.0)
_STEP_WIDTH = 56.0


@dataclass(frozen=True, slots=True)
class Poster:
    """What differs from desk to desk."""

    service: Mapping[str, str]
    """The service's name by language (``bn``, ``hi``, ``en``)."""
    desk_number: str
    """The number citizens write to: digits with country code."""
    helpline: str
    """A person's telephone number, as it is to be printed."""

    @property
    def link(self) -> str:
        """What the QR code says."""
        return f"https://wa.me/{self.desk_number}?text=Hi"


def poster_pdf(poster: Poster, made_at: datetime) -> bytes:
    """The poster as a PDF of one A4 sheet; ``made_at`` (aware) is the document's date. The same poster, the same bytes.

    Raises ValueError when the number is not 8 to 15 digits or a language lacks the service's name.
    """
    if not (poster.desk_number.isascii() and poster.desk_number.isdigit() and 8 <= len(poster.desk_number) <= 15):
        raise ValueError("the desk's number is digits with the country code, such as 919000000000")
    if missing := [language for language in LANGUAGES if not poster.service.get(language, "").strip()]:
        raise ValueError(f"the service has no name in {', '.join(missing)}")
    sheets = Sheets(title=poster.service["en"], made_at=made_at)
    sheets.new_sheet()
    _names(sheets, poster)
    _code(sheets, poster)
    _steps(sheets)
    _help(sheets, poster)
    return sheets.bytes()


def _names(sheets: Sheets, poster: Poster) -> None:
    """The service in three languages, each with what one gets."""
    y = 21.0
    for language in LANGUAGES:
        name, promise = poster.service[language], labels().text("poster.open", language)
        size = sheets.fitted(name, 30 if language == LANGUAGES[0] else 20, _RIGHT - _LEFT, bold=True)
        sheets.text(_MIDDLE, y, name, size, bold=True, align="centre")
        sheets.text(_MIDDLE, y + 8.5, promise, sheets.fitted(promise, 15, _RIGHT - _LEFT), align="centre")
        y += 21.5 if language == LANGUAGES[0] else 20.0


def _code(sheets: Sheets, poster: Poster) -> None:
    """The QR code as black squares, with its quiet zone, between what to do with it."""
    modules = qr_modules(poster.link)
    module = _QR_SIDE / len(modules)
    left = _MIDDLE - _QR_SIDE / 2
    sheets.round_box(left - _QUIET, _QR_TOP - _QUIET, _QR_SIDE + 2 * _QUIET, _QR_SIDE + 2 * _QUIET, 5, line=1.2)
    for row, dots in enumerate(modules):
        for column, length in _dark_runs(dots):
            x, y = left + column * module, _QR_TOP + row * module
            # A hair taller than a module, so that no printer leaves white lines between rows.
            sheets.box(x, y, length * module, module + 0.02, line=0, fill=0)
    number = _spoken_number(poster.desk_number)
    sheets.text(_MIDDLE, _QR_TOP + _QR_SIDE + _QUIET + 8.5, number, 17, bold=True, align="centre")
    margins = ((left - _QUIET) / 2, WIDTH - (left - _QUIET) / 2)
    room = left - _QUIET - 9
    scans = [labels().text("poster.scan", language) for language in LANGUAGES]
    for x in margins:
        line_y: float = _QR_TOP + 22
        for scan in scans:
            for line in sheets.lines(scan, 12, room):
                sheets.text(x, line_y, line, sheets.fitted(line, 12, room), align="centre")
                line_y += 5.6
            line_y += 4
    right_edge = left - _QUIET - 3
    _arrow(sheets, right_edge - 14, right_edge, _QR_TOP + 10)
    _arrow(sheets, WIDTH - right_edge + 14, WIDTH - right_edge, _QR_TOP + 10)


def _dark_runs(dots: bytes) -> Iterator[tuple[int, int]]:
    """Where dark modules stand side by side in a row: first column and how many."""
    column = 0
    for dark, group in groupby(dots):
        length = len(list(group))
        if dark:
            yield column, length
        column += length


def _arrow(sheets: Sheets, start: float, end: float, y: float) -> None:
    head = 4 if end > start else -4
    sheets.line((start, y), (end, y), width=1.2)
    sheets.line((end - head, y - 3), (end, y), (end - head, y + 3), width=1.2)


def _steps(sheets: Sheets) -> None:
    """Three pictures, understood without reading, and what each means in three languages."""
    for middle, draw, number in zip(_STEP_MIDDLES, (_phone, _bubble, _calendar), (1, 2, 3), strict=True):
        draw(sheets, middle, _STEPS_TOP + 15)
        sheets.circle(middle - 20, _STEPS_TOP + 4, 4.2, line=0.8)
        sheets.text(middle - 20, _STEPS_TOP + 5.8, str(number), 14, bold=True, align="centre")
        y: float = _STEPS_TOP + 36.5
        for language in LANGUAGES:
            for line in sheets.lines(labels().text(f"poster.step{number}", language), 11.5, _STEP_WIDTH):
                sheets.text(middle, y, line, sheets.fitted(line, 11.5, _STEP_WIDTH), align="centre")
                y += 5
            y += 1.3


def _phone(sheets: Sheets, x: float, y: float) -> None:
    """A phone that looks at a small code."""
    sheets.round_box(x - 8, y - 15, 16, 30, 2.5, line=1.0)
    sheets.line((x - 2, y + 12.2), (x + 2, y + 12.2), width=0.8)
    for dx, dy in ((-5.0, -8.0), (1.0, -8.0), (-5.0, -2.0)):
        sheets.box(x + dx, y + dy, 4, 4, line=0.8)
    for dx, dy in ((1.2, -1.8), (3.4, 0.4), (1.2, 0.4)):
        sheets.box(x + dx, y + dy, 1.5, 1.5, line=0, fill=0)


def _bubble(sheets: Sheets, x: float, y: float) -> None:
    """A speech bubble that says Hi."""
    sheets.round_box(x - 14, y - 12, 28, 19, 4, line=1.0)
    sheets.line((x - 7, y + 7), (x - 10, y + 14), (x, y + 7), width=1.0)
    sheets.text(x, y + 1.2, "Hi", 26, bold=True, align="centre")


def _calendar(sheets: Sheets, x: float, y: float) -> None:
    """A calendar with a tick."""
    sheets.round_box(x - 13, y - 12, 26, 26, 2.5, line=1.0)
    sheets.box(x - 13, y - 6, 26, 0.9, line=0, fill=0)
    for dx in (-6.5, 6.5):
        sheets.line((x + dx, y - 14.5), (x + dx, y - 9.5), width=1.4)
    sheets.line((x - 6, y + 4), (x - 1.5, y + 9), (x + 7, y - 2), width=2.0)


def _help(sheets: Sheets, poster: Poster) -> None:
    """The helpline, big enough to be read from two metres."""
    sheets.line((_LEFT, 275), (_RIGHT, 275), width=0.6)
    helps = " · ".join(labels().text("poster.help", language) for language in LANGUAGES)
    sheets.text(_MIDDLE, 281, helps, sheets.fitted(helps, 12, _RIGHT - _LEFT), align="centre")
    helpline = poster.helpline
    sheets.text(
        _MIDDLE, 290, helpline, sheets.fitted(helpline, 22, _RIGHT - _LEFT, bold=True), bold=True, align="centre"
    )


def _spoken_number(digits: str) -> str:
    """``+91 90000 00000``: an Indian number in two fives, any other after its plus."""
    if len(digits) == 12 and digits.startswith("91"):
        return f"+91 {digits[2:7]} {digits[7:]}"
    return f"+{digits}"
