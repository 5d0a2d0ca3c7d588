"""What a measurement gives: tables whose columns say what is counted, with ours and its peers as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

type Number = int | float


@dataclass(frozen=True, slots=True)
class Row:
    """One design, function or step. ``ours`` is Seba's; the others are its peers or controls."""

    name: str
    values: Mapping[str, Number | None]
    """By column; None where it does not apply."""
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure of ours and the target it was held against."""

    table: str
    row: str
    column: str
    value: Number
    target: Number
    at_most: bool
    """The target is the most it may be; else the least."""

    @property
    def met(self) -> bool:
        """Whether the figure keeps to its target."""
        return self.value <= self.target if self.at_most else self.value >= self.target

    def __str__(self) -> str:
        most = "at most" if self.at_most else "at least"
        return f"{self.table}: {self.row}: {self.column} is {self.value:,}, {most} {self.target:,} wanted"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows over the same columns. ``how`` says how it was measured, so that another can repeat it."""

    key: str
    title: str
    how: str
    rows: Sequence[Row]
    budgets: Mapping[str, Number] = field(default_factory=dict[str, Number])
    """The most that ours may be, by column."""
    floors: Mapping[str, Number] = field(default_factory=dict[str, Number])
    """The least that ours may be, by column."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, in the order of first appearance."""
        return tuple(dict.fromkeys(column for row in self.rows for column in row.values))

    def verdicts(self) -> list[Verdict]:
        """Every figure of ours that has a target, held against it."""
        return [
            Verdict(self.key, row.name, column, value, target, at_most=at_most)
            for row in self.rows
            if row.ours
            for column, value in row.values.items()
            if value is not None
            for targets, at_most in ((self.budgets, True), (self.floors, False))
            if (target := targets.get(column)) is not None
        ]

    def as_json(self) -> dict[str, object]:
        """For results/latest.json: a row's figures under its own name."""
        return {
            "title": self.title,
            "how": self.how,
            "budgets": dict(self.budgets),
            "floors": dict(self.floors),
            "seba": {row.name: dict(row.values) for row in self.rows if row.ours},
            "peers": {row.name: dict(row.values) for row in self.rows if not row.ours},
        }


def median(values: Sequence[Number]) -> float:
    """The middle value."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
