"""The centre's list of the day as a PDF: ticked with a pen, readable when printed in black and white."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from seba.documents.papers import full_date, full_time, labels, wording
from seba.documents.sheets import HEIGHT, WIDTH, Align, Sheets
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.messages.catalogue import LANGUAGES

_LEFT, _RIGHT, _TOP, _BOTTOM = 12.0, WIDTH - 12.0, 12.0, HEIGHT - 14.0
_ROW = 8.6
"""A row's height: room for a tick with a thick pen."""
_EXTRA_LINE = 4.6
_SLOT_BAR, _HEADINGS, _GAP = 8.0, 6.0, 3.0
_CLOSING = 27.0
_NAME_SIZE, _NAME_WIDTH = 10.5, 59.0
_NUMBER, _BOX, _REFERENCE, _NAME, _CARD, _REMARK = 12.0, 26.0, 38.0, 70.0, 131.0, 170.0
"""Left edges of the columns (the first one is numbered to its right edge at 20)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One booked person on the list."""

    reference: str
    """As it is spoken: ``XXXXXX-XXXX``."""
    name: str
    card: str
    """The value of a ``CardType``; another word is printed as it is."""
    last4: str
    """The last four characters of the card's number, or empty."""
    untold: bool
    """The citizen opted out: changes cannot be told to them."""
    status: Standing = Standing.BOOKED


@dataclass(frozen=True, slots=True)
class SlotList:
    """One slot and who is in its roster, in the roster's order."""

    start: time
    end: time
    capacity: int
    rows: tuple[Row, ...]
    vaccine: str = ""
    """What is given in this slot, in the reader's words (``Covishield, 2nd dose``); empty when all is one."""


@dataclass(frozen=True, slots=True)
class DayList:
    """All that is booked at one centre on one day."""

    centre_names: Mapping[str, str]
    """The centre's full name by language (``en``, ``bn``, ``hi``)."""
    day: date
    made_at: datetime
    """When the rosters were read; aware."""
    slots: tuple[SlotList, ...]

    @property
    def booked(self) -> int:
        """How many people are on the list."""
        return sum(len(slot.rows) for slot in self.slots)

    @property
    def capacity(self) -> int:
        """How many places the day has."""
        return sum(slot.capacity for slot in self.slots)


@dataclass(frozen=True, slots=True)
class _Block:
    """Something of a known height that is not cut by the end of a sheet."""

    kind: Literal["slot", "nobody", "row", "closing"]
    height: float
    slot: SlotList | None = None
    row: Row | None = None
    number: int = 0
    name_lines: tuple[str, ...] = ()
    again: bool = False
    """The bar of a slot that began on the sheet before."""


def day_list_pdf(day_list: DayList, language: str) -> bytes:
    """The list as an A4 PDF with its labels in ``language`` (``bn``, ``hi`` or ``en``); the same list, the same bytes.

    Raises ValueError for another language or when ``made_at`` has no time zone.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no words for the language {language!r}")
    if day_list.made_at.tzinfo is None:
        raise ValueError("made_at needs its time zone")
    centre = day_list.centre_names[language]
    made_at = at_the_desk(day_list.made_at)
    title = labels().text("list.title", language)
    sheets = Sheets(title=f"{title}: {centre}, {day_list.day.isoformat()}", made_at=made_at)
    pages = _paginate(_blocks(day_list, sheets), first=_TOP + 31, later=_TOP + 10)
    drawing = _Drawing(sheets, language)
    for number, blocks in enumerate(pages, start=1):
        sheets.new_sheet()
        y = drawing.first_header(day_list) if number == 1 else drawing.later_header(centre, day_list.day)
        for block in blocks:
            drawing.block(block, y)
            y += block.height
        drawing.footer(made_at, number, len(pages))
    return sheets.bytes()


def _blocks(day_list: DayList, sheets: Sheets) -> list[_Block]:
    """The list from top to bottom."""
    blocks: list[_Block] = []
    for slot in day_list.slots:
        blocks.append(_Block("slot", _GAP + _SLOT_BAR + (_HEADINGS if slot.rows else 0), slot=slot))
        if not slot.rows:
            blocks.append(_Block("nobody", _ROW, slot=slot))
        for number, row in enumerate(slot.rows, start=1):
            lines = tuple(sheets.lines(row.name, _NAME_SIZE, _NAME_WIDTH)) or ("—",)
            height = _ROW + _EXTRA_LINE * (len(lines) - 1)
            blocks.append(_Block("row", height, slot=slot, row=row, number=number, name_lines=lines))
    blocks.append(_Block("closing", _CLOSING))
    return blocks


def _paginate(blocks: Sequence[_Block], *, first: float, later: float) -> list[list[_Block]]:
    """The blocks by sheet. A slot's bar is never alone at the foot and is repeated where its rows go on."""
    pages: list[list[_Block]] = [[]]
    y = first
    for at, block in enumerate(blocks):
        needed = block.height + (blocks[at + 1].height if block.kind == "slot" else 0)
        if y + needed > _BOTTOM and pages[-1]:
            pages.append([])
            y = later
            if block.kind == "row":
                bar = _Block("slot", _GAP + _SLOT_BAR + _HEADINGS, slot=block.slot, again=True)
                pages[-1].append(bar)
                y += bar.height
        pages[-1].append(block)
        y += block.height
    return pages


class _Drawing:
    """Puts the parts of the list onto the sheets."""

    def __init__(self, sheets: Sheets, language: str) -> None:
        self._sheets = sheets
        self._language = language
        self._words = wording(language)

    def _label(self, name: str, **values: str) -> str:
        return labels().text(f"list.{name}", self._language, **values)

    def first_header(self, day_list: DayList) -> float:
        """Title, centre, day and total; the height at which the list begins."""
        sheets = self._sheets
        centre = day_list.centre_names[self._language]
        sheets.text(_LEFT, _TOP + 3, self._label("title"), 11)
        sheets.text(_LEFT, _TOP + 11, centre, sheets.fitted(centre, 18, _RIGHT - _LEFT, bold=True), bold=True)
        sheets.text(_LEFT, _TOP + 19, full_date(day_list.day, self._words), 14, bold=True)
        total = self._counted(day_list.booked, day_list.capacity)
        sheets.text(_RIGHT, _TOP + 19, total, 11, align="right")
        sheets.line((_LEFT, _TOP + 22), (_RIGHT, _TOP + 22), width=0.6)
        notes = self._label("code_note")
        sheets.text(_LEFT, _TOP + 27, notes, sheets.fitted(notes, 9, _RIGHT - _LEFT))
        if any(row.untold for slot in day_list.slots for row in slot.rows):
            untold = self._label("untold_note")
            sheets.text(_LEFT, _TOP + 31.5, untold, sheets.fitted(untold, 9, _RIGHT - _LEFT))
        return _TOP + 31

    def later_header(self, centre: str, day: date) -> float:
        """Centre and day again, small; the height at which the list goes on."""
        day_words = full_date(day, self._words)
        room = _RIGHT - _LEFT - self._sheets.width_of(day_words, 10, bold=True) - 6
        self._sheets.text(_LEFT, _TOP + 3, centre, self._sheets.fitted(centre, 10, room, bold=True), bold=True)
        self._sheets.text(_RIGHT, _TOP + 3, day_words, 10, bold=True, align="right")
        self._sheets.line((_LEFT, _TOP + 6), (_RIGHT, _TOP + 6), width=0.6)
        return _TOP + 10 - _GAP

    def footer(self, made_at: datetime, page: int, pages: int) -> None:
        """When the list was made, and which page this is."""
        page_words = self._label("page", page=self._words.number(page), pages=self._words.number(pages))
        made = self._label("made", when=full_time(made_at, self._words))
        room = _RIGHT - _LEFT - self._sheets.width_of(page_words, 9, bold=True) - 6
        self._sheets.text(_LEFT, HEIGHT - 8, made, self._sheets.fitted(made, 8.5, room))
        self._sheets.text(_RIGHT, HEIGHT - 8, page_words, 9, bold=True, align="right")

    def block(self, block: _Block, y: float) -> None:
        """Draw one block with its upper edge at ``y``."""
        if block.kind == "closing":
            self._closing(y)
        elif block.kind == "nobody":
            self._sheets.text(_LEFT + 2, y + 5.6, self._label("nobody"), 10)
            self._rule(y + block.height)
        elif block.kind == "slot" and block.slot:
            self._slot_bar(block.slot, y + _GAP, again=block.again)
        elif block.row:
            self._row(block, block.row, y)

    def _slot_bar(self, slot: SlotList, y: float, *, again: bool) -> None:
        sheets = self._sheets
        sheets.box(_LEFT, y, _RIGHT - _LEFT, _SLOT_BAR, line=0.3, fill=225)
        parts = [self._words.hours(slot.start, slot.end), slot.vaccine, self._label("continued") if again else ""]
        total = self._counted(len(slot.rows), slot.capacity)
        title = " · ".join(part for part in parts if part)
        room = _RIGHT - _LEFT - 10 - sheets.width_of(total, 11, bold=True)
        sheets.text(_LEFT + 2, y + 5.6, title, sheets.fitted(title, 12, room, bold=True), bold=True)
        sheets.text(_RIGHT - 2, y + 5.6, total, 11, bold=True, align="right")
        if not slot.rows:
            return
        headings: tuple[tuple[float, str, Align, float], ...] = (
            (20.0, self._label("number"), "right", 8),
            (_BOX + 3, self._label("done"), "centre", 14),
            (_REFERENCE, self._label("reference"), "left", 30),
            (_NAME, self._label("name"), "left", 58),
            (_CARD, self._label("card"), "left", 36),
            (_REMARK, self._label("remark"), "left", 26),
        )
        for x, heading, align, width in headings:
            sheets.text(x, y + _SLOT_BAR + 4.2, heading, sheets.fitted(heading, 8.5, width), align=align)
        self._rule(y + _SLOT_BAR + _HEADINGS)

    def _row(self, block: _Block, row: Row, y: float) -> None:
        sheets = self._sheets
        baseline = y + 5.8
        sheets.text(20, baseline, self._words.number(block.number), 10, align="right")
        sheets.box(_BOX, y + 1.5, 5.6, 5.6, line=0.45)
        if row.status is Standing.GIVEN:
            sheets.line((_BOX + 1.1, y + 4.4), (_BOX + 2.4, y + 5.8), (_BOX + 4.7, y + 2.6), width=0.7)
        sheets.text(_REFERENCE, baseline, row.reference, 10.5, bold=True)
        for number, line in enumerate(block.name_lines):
            size = sheets.fitted(line, _NAME_SIZE, _NAME_WIDTH)
            sheets.text(_NAME, baseline + number * _EXTRA_LINE, line, size)
        card = self._words.card(row.card)
        card = f"{card} …{row.last4}" if row.last4 else card
        sheets.text(_CARD, baseline, card, sheets.fitted(card, 9.5, _REMARK - _CARD - 2))
        self._remarks(row, y)
        self._rule(y + block.height)

    def _remarks(self, row: Row, y: float) -> None:
        status = {Standing.GIVEN: self._label("given"), Standing.ABSENT: self._label("absent")}.get(row.status, "")
        remarks = [remark for remark in (status, self._label("untold") if row.untold else "") if remark]
        first = y + 5.8 if len(remarks) < 2 else y + 4.0
        for number, remark in enumerate(remarks):
            size = self._sheets.fitted(remark, 9 if len(remarks) < 2 else 8, _RIGHT - _REMARK, bold=True)
            self._sheets.text(_REMARK, first + 3.6 * number, remark, size, bold=True)

    def _closing(self, y: float) -> None:
        """Lines to be filled in by hand at the end of the day."""
        x = _LEFT
        for label, room in (
            (self._label("given_count"), 22.0),
            (self._label("absent_count"), 22.0),
            (self._label("signature"), 0),
        ):
            self._sheets.text(x, y + 20, label, 10.5, bold=True)
            x += self._sheets.width_of(label, 10.5, bold=True) + 3
            end = x + room if room else _RIGHT
            self._sheets.line((x, y + 20.5), (end, y + 20.5), width=0.3)
            x = end + 8

    def _rule(self, y: float) -> None:
        self._sheets.line((_LEFT, y), (_RIGHT, y), width=0.15)

    def _counted(self, booked: int, capacity: int) -> str:
        return self._label("total", booked=self._words.number(booked), capacity=self._words.number(capacity))
