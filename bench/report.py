"""The measured tables as they stand in ``docs/bench.md``: written by a run, and held against the results by a test.

In the page a table stands between ``<!-- KEY -->`` and ``<!-- / -->``; everything else is written by hand.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "bench.md"
_PLACE: Final = re.compile(r"(<!-- (?P<key>[a-z_]+) -->\n).*?(<!-- / -->)", re.DOTALL)


def markdown(table: Mapping[str, Any]) -> str:
    """A table of ``results/latest.json``: ours in bold, the targets beneath."""
    rows: dict[str, Mapping[str, Any]] = {
        **{f"**{name}**": values for name, values in table["seba"].items()},
        **table["peers"],
    }
    targets = {"*at most*": table["budgets"], "*at least*": table.get("floors", {})}
    rows |= {name: values for name, values in targets.items() if values}
    columns = list(dict.fromkeys(column for values in rows.values() for column in values))
    lines = [
        "| | " + " | ".join(column.replace("_", " ") for column in columns) + " |",
        "|---|" + "---:|" * len(columns),
        *(
            f"| {name} | " + " | ".join(_cell(values.get(column)) for column in columns) + " |"
            for name, values in rows.items()
        ),
    ]
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def filled(page: str, tables: Mapping[str, Any]) -> str:
    """The page with its tables as measured. A table that was never measured says so."""

    def fill(place: re.Match[str]) -> str:
        table = tables.get(place["key"])
        body = "Not measured yet.\n" if table is None else f"{markdown(table)}\n\n{table['title']}. {table['how']}\n"
        return f"{place[1]}{body}{place[3]}"

    return _PLACE.sub(fill, page)


def write(results: Path, page: Path = PAGE) -> None:
    """Bring the page up to the results."""
    tables = json.loads(results.read_text(encoding="utf-8"))["tables"]
    page.write_text(filled(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
