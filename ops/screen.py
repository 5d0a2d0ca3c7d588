"""What operators see: tables, progress, JSON, and how numbers are hidden."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 160
"""Columns where no terminal says how wide it is."""


def console(*, to_errors: bool = False) -> Console:
    """Standard output (or error) as it is at this moment."""
    stream = sys.stderr if to_errors else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else PLAIN_WIDTH)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table under its title, or that there is nothing; texts are shown as they are, never as markup."""
    table = Table()
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if table.row_count:
        console().print(Text(title, style="bold"))
        console().print(table)
    else:
        console().print(Text(f"{title}: none"))


def counted(number: int, what: str) -> str:
    """``1 centre``, ``3 centres``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def show_json(value: Any) -> None:  # noqa: ANN401  # any JSON
    """For other programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def hidden(phone: str) -> str:
    """A number of which only the last four digits are shown."""
    return f"…{phone[-4:]}" if phone else "hidden"


class Bar:
    """A line that shows how far something is."""

    def __init__(self, progress: Progress, what: str) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=None)

    def at(self, done: int, total: int) -> None:
        """So many are done, of so many."""
        self._progress.update(self._task, completed=done, total=total)

    def one_more(self) -> None:
        """One more is done, of nobody knows how many."""
        self._progress.advance(self._task)


@contextmanager
def progress(what: str) -> Iterator[Bar]:
    """A progress bar on standard error while something takes long; it vanishes, and is not drawn into files."""
    shown = console(to_errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bars:
        yield Bar(bars, what)
