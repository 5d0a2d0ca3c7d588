"""A4 sheets with text in Latin, Bengali and Devanagari, shaped as these scripts need it.

The only place that knows fpdf2. The same content gives the same bytes: the document's date is the one it is given.
"""

import unicodedata
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TextDirection
from fpdf.fonts import CoreFont, TTFFont
from fpdf.line_break import Fragment

WIDTH, HEIGHT = 210.0, 297.0
"""A4 in millimetres; every length here is in millimetres, every font size in points."""

_FONTS = Path(__file__).parent / "fonts"
_FAMILIES = {"latin": "NotoSans", "bengali": "NotoSansBengali", "devanagari": "NotoSansDevanagari"}
_POINT = 25.4 / 72
_JOINERS = "\u200c\u200d"

Align = Literal["left", "centre", "right"]


class _Pdf(FPDF):
    """fpdf2, told that what it gets is one run of one script from left to right.

    By itself it cuts a text at zero-width joiners (they have no direction and no script of their own), which tears
    conjuncts such as র‍্য apart. The overridden method is fpdf2's own, not public (2.8): tests hold that it is called.
    """

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        if markdown or not self.text_shaping:
            raise ValueError("runs are plain and shaped")
        self.text_shaping["paragraph_direction"] = TextDirection.LTR
        self.text_shaping["fragment_direction"] = TextDirection.LTR
        return (Fragment(text, self._get_current_graphics_state(), self.k),)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one script."""

    script: str
    text: str


def runs(text: str) -> Iterator[Run]:
    """Cut a text into runs of one script. Joiners, marks and danda stay with the letter before them."""
    script, start = "latin", 0
    text = clean(text)
    for at, letter in enumerate(text):
        own = _script(letter)
        if own and own != script:
            if at > start:
                yield Run(script, text[start:at])
            script, start = own, at
    if start < len(text):
        yield Run(script, text[start:])


def clean(text: str) -> str:
    """What can be printed of a text: NFC, on one line. What people type into a name can hold anything.

    Letters and digits of scripts for which there is no font become question marks; emoji and the like are left out.
    """
    kept: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if letter in _JOINERS:
            if (
                kept and kept[-1] and _script(kept[-1]) in {"bengali", "devanagari"}
            ):  # elsewhere they glue emoji together
                kept.append(letter)
        elif ord(letter) in _drawable(_script(letter) or "bengali"):
            kept.append(letter)
        else:
            category = unicodedata.category(letter)
            kept.append("?" if category[0] in "LN" else " " if category[0] == "Z" or category == "Cc" else "")
    return " ".join("".join(kept).split())


@cache
def _drawable(script: str) -> frozenset[int]:
    """The code points that a script's font has."""
    with TTFont(_FONTS / f"{_FAMILIES[script]}-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def _script(letter: str) -> str | None:
    """The script a letter belongs to; None for what both scripts use and the letter before decides."""
    if "\u0980" <= letter <= "\u09ff":
        return "bengali"
    if letter in "\u0951\u0952\u0964\u0965\u200c\u200d":
        return None
    if "\u0900" <= letter <= "\u097f" or "\ua8e0" <= letter <= "\ua8ff":
        return "devanagari"
    return "latin"


def _close(fonts: Iterable[TTFFont | CoreFont]) -> None:
    for font in fonts:
        if isinstance(font, TTFFont):
            font.close()


class Sheets:
    """A document of A4 sheets on which text is placed exactly."""

    def __init__(self, *, title: str, made_at: datetime) -> None:
        """``made_at`` (aware) becomes the document's date."""
        self._pdf = _Pdf(format="A4", unit="mm")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_creation_date(made_at)
        self._pdf.set_title(clean(title))
        self._pdf.set_producer("Seba")
        for script, file in _FAMILIES.items():
            self._pdf.add_font(script, "", _FONTS / f"{file}-Regular.ttf")
            self._pdf.add_font(script, "B", _FONTS / f"{file}-Bold.ttf")
        self._pdf.set_text_shaping(True, direction="ltr")
        # fpdf2 closes the fonts' files when the document is finished; one that never is lets go of them too.
        weakref.finalize(self, _close, tuple(self._pdf.fonts.values()))

    def new_sheet(self) -> None:
        """Begin another sheet."""
        self._pdf.add_page()

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text will be."""
        total = 0.0
        for run in runs(text):
            self._pdf.set_font(run.script, "B" if bold else "", size)
            total += self._pdf.get_string_width(run.text)
        return total

    def text(
        self, x: float, baseline: float, text: str, size: float, *, bold: bool = False, align: Align = "left"
    ) -> None:
        """Write one line; ``x`` is its left edge, its middle or its right edge, as ``align`` says."""
        if align != "left":
            x -= self.width_of(text, size, bold=bold) / (2 if align == "centre" else 1)
        for run in runs(text):
            self._pdf.set_font(run.script, "B" if bold else "", size)
            width = self._pdf.get_string_width(run.text)
            # fpdf2 puts the baseline 0.3 of the font size under the middle of a cell.
            self._pdf.set_xy(x, baseline - 0.3 * size * _POINT)
            self._pdf.cell(width, 0, run.text)
            x += width

    def fitted(self, text: str, size: float, width: float, *, bold: bool = False) -> float:
        """The largest font size up to ``size`` at which a line fits the width."""
        wide = self.width_of(text, size, bold=bold)
        return size if wide <= width else size * width / wide

    def lines(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """A text broken between words into lines that fit the width; a word that is too long has its own line."""
        lines: list[str] = []
        for word in clean(text).split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width_of(longer, size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def box(
        self, x: float, y: float, width: float, height: float, *, line: float = 0.3, fill: int | None = None
    ) -> None:
        """A rectangle, drawn with a line (0: none) and filled with a grey (0 black to 255 white) or not."""
        self._pdf.set_line_width(line)
        if fill is not None:
            self._pdf.set_fill_color(fill)
        self._pdf.rect(x, y, width, height, style=("D" if line else "") + ("F" if fill is not None else ""))

    def round_box(self, x: float, y: float, width: float, height: float, radius: float, *, line: float = 0.5) -> None:
        """A rectangle with round corners."""
        self._pdf.set_line_width(line)
        self._pdf.rect(x, y, width, height, round_corners=True, corner_radius=radius)

    def circle(self, x: float, y: float, radius: float, *, line: float = 0.5, fill: int | None = None) -> None:
        """A circle around (x, y)."""
        self._pdf.set_line_width(line)
        if fill is not None:
            self._pdf.set_fill_color(fill)
        self._pdf.circle(x, y, radius, style="D" if fill is None else "DF")

    def line(self, *points: tuple[float, float], width: float = 0.2) -> None:
        """A line through the points."""
        self._pdf.set_line_width(width)
        self._pdf.polyline(list(points))

    def bytes(self) -> bytes:
        """The finished PDF."""
        return bytes(self._pdf.output())
