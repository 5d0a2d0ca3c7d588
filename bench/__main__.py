"""``python -m bench [NAME …]``: measure, print, and write results/latest.json. Without names everything is measured.

It ends with 1 when a figure of this run misses its target, or when something could not be measured; it measures the
rest all the same.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table as Printed

from bench import draw, errand, imports, opening_hour, report, rosters, stocks
from bench.dynamodb_local import NotHere
from bench.figures import Number, Table
from bench.progress import shown_by

RESULTS: Final = Path(__file__).parent / "results" / "latest.json"
WIDTH: Final = 150
"""Columns of the printed tables at least: they hold names that explain themselves."""
MEASUREMENTS: Final[dict[str, Callable[[], list[Table]]]] = {
    "rosters": rosters.measure,
    "turns": rosters.measure_turns,
    "stocks": stocks.measure,
    "imports": imports.measure,
    "errand": errand.measure,
    "draw": draw.measure,
    # Last: it counts with what the others have measured.
    "opening_hour": opening_hour.measure,
}


def main(arguments: list[str]) -> int:
    """0 when everything was measured and every target met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASUREMENTS)} (default: all)")
    names = parser.parse_args(arguments).names or list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    console = Console()
    console.width = max(console.width, WIDTH)
    tables: list[Table] = []
    missing: dict[str, str] = {}
    for name in names:
        with _status(console, name):
            try:
                measured = MEASUREMENTS[name]()
            except (NotHere, rosters.Void, opening_hour.NotMeasured) as reason:
                missing[name] = str(reason)
                console.print(f"[bold]{name}[/]: not measured, {reason}")
                continue
        for table in measured:
            show(table, console)
        tables += measured
        write(name, measured, missing)
    verdicts = [verdict for table in tables for verdict in table.verdicts()]
    # What was missed stands last, where it is seen.
    for verdict in sorted(verdicts, key=lambda each: not each.met):
        word = "[bold green]met[/]   " if verdict.met else "[bold red]missed[/]"
        console.print(f"{word} {verdict}")
    report.write(RESULTS)
    console.print(f"Written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")
    return 0 if not missing and all(verdict.met for verdict in verdicts) else 1


@contextmanager
def _status(console: Console, name: str) -> Iterator[None]:
    """What is being measured just now: one line that changes, or a line for each where nobody watches."""
    if not console.is_terminal:
        with shown_by(lambda what: console.print(f"… {what}", style="dim", highlight=False)):
            yield
        return
    with console.status(f"measuring {name} …") as status, shown_by(lambda what: status.update(f"{what} …")):
        yield


def show(table: Table, console: Console) -> None:
    """A table with ours in bold and the budgets beneath."""
    printed = Printed(title=table.title, title_justify="left", caption=table.how, caption_justify="left")
    printed.add_column("")
    for column in table.columns:
        printed.add_column(column.replace("_", " "), justify="right")
    for row in table.rows:
        style = "bold" if row.ours else "dim"
        printed.add_row(row.name, *(_shown(row.values.get(column)) for column in table.columns), style=style)
    for name, targets in (("at most", table.budgets), ("at least", table.floors)):
        if targets:
            printed.add_section()
            printed.add_row(name, *(_shown(targets.get(column)) for column in table.columns), style="italic")
    console.print(printed)
    console.print()


def write(name: str, tables: list[Table], missing: dict[str, str]) -> None:
    """What one measurement gave, instead of what it gave before; tables of measurements that are gone go."""
    earlier: dict[str, dict[str, object]] = {}
    if RESULTS.is_file():
        earlier = json.loads(RESULTS.read_text(encoding="utf-8")).get("tables", {})
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = {key: table for key, table in earlier.items() if table.get("measured_by") in MEASUREMENTS.keys() - {name}}
    fresh = {table.key: {"measured_by": name, "measured_at": now, **table.as_json()} for table in tables}
    results = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "not_measured": missing,
        "tables": dict(sorted({**kept, **fresh}.items())),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _shown(value: Number | None) -> str:
    return "" if value is None else f"{value:,}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
