"""``python -m bench`` says with its exit code whether what it ran kept to its targets."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.dynamodb_local import NotHere
from bench.figures import Row, Table

Measure = Callable[[], list[Table]]
Bench = Callable[..., int]


def measuring(key: str, units: float) -> Measure:
    return lambda: [Table(key, key.title(), "by hand", [Row("ours", {"units": units})], {"units": 2.0})]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results" / "latest.json"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, results: Path) -> Bench:
    def run(*names: str, **measurements: Measure) -> int:
        monkeypatch.setattr(bench, "MEASUREMENTS", measurements)
        return bench.main(list(names))

    monkeypatch.setattr(bench, "RESULTS", results)
    monkeypatch.setattr("bench.report.write", lambda _: None)
    return run


def test_a_run_that_meets_its_targets_ends_with_0(run: Bench) -> None:
    assert run(cheap=measuring("cheap", 1.9)) == 0


def test_a_missed_target_is_named_last_and_everything_is_measured_all_the_same(
    run: Bench, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(dear=measuring("dear", 2.1), cheap=measuring("cheap", 1.9)) == 1
    said = capsys.readouterr().out
    assert said.index("cheap: ours: units is 1.9") < said.index("dear: ours: units is 2.1, at most 2.0 wanted")
    assert set(json.loads(results.read_text(encoding="utf-8"))["tables"]) == {"dear", "cheap"}


def test_only_what_was_run_is_judged(run: Bench) -> None:
    both = {"dear": measuring("dear", 2.1), "cheap": measuring("cheap", 1.9)}
    assert run("dear", **both) == 1
    assert run("cheap", **both) == 0


def test_what_could_not_be_measured_is_no_success(run: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    def not_here() -> list[Table]:
        raise NotHere("no Java on this machine")

    assert run(absent=not_here, cheap=measuring("cheap", 1.9)) == 1
    assert "absent: not measured, no Java" in capsys.readouterr().out
